//! Root secret and words, derivation, signing keys, passphrases, secrets in memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what they expect by failing")]

mod crypto_support;

use crypto_support::{seeded, unhex};
use protocol::code::Coded;
use protocol::key::Signer;
use vault::crypto::Error;
use vault::crypto::kdf::{self, Purpose};
use vault::crypto::passphrase::{self, Cost};
use vault::crypto::root::{self, RootSecret};
use vault::crypto::secret::{Secret32, SecretBytes};
use vault::crypto::signing::SigningKey;

/// From the vectors that BIP-39 names (trezor/python-mnemonic, `vectors.json`).
const BIP39: [(&str, &str); 3] = [
    (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art",
    ),
    (
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
        "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title",
    ),
    (
        "f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f",
        "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold",
    ),
];

#[test]
fn words_known_answers() {
    for (entropy, words) in BIP39 {
        let root = RootSecret::from_entropy(Secret32::from_bytes(unhex(entropy).try_into().unwrap()));
        assert_eq!(*root.words(), words);
        assert_eq!(RootSecret::parse(words), Ok(root.clone()));
        let shouted = format!("  {}\n", words.to_uppercase().replace(' ', "\t "));
        assert_eq!(RootSecret::parse(&shouted), Ok(root));
    }
}

#[test]
fn words_say_what_is_wrong() {
    let words: Vec<&str> = BIP39[1].1.split(' ').collect();
    assert_eq!(RootSecret::parse(""), Err(root::Error::Count { found: 0 }));
    assert_eq!(
        RootSecret::parse(&words[..12].join(" ")),
        Err(root::Error::Count { found: 12 })
    );
    for position in 1..=24 {
        let mut bad = words.clone();
        bad[position - 1] = "satchelx";
        assert_eq!(RootSecret::parse(&bad.join(" ")), Err(root::Error::Word { position }));
    }
    let mut swapped = words.clone();
    swapped.swap(0, 1);
    let error = RootSecret::parse(&swapped.join(" ")).unwrap_err();
    assert_eq!((error, error.code()), (root::Error::Checksum, "crypto.word_checksum"));
    assert!(!format!("{error}").contains("winner"), "no word of a kit in a message");
}

#[test]
fn three_different_keys_come_from_a_root() {
    let mut rng = seeded(1);
    let (one, two) = (RootSecret::generate(&mut rng), RootSecret::generate(&mut rng));
    assert_ne!(one.signing().public_key(), one.recover().public_key());
    assert_ne!(one.signing().public_key(), two.signing().public_key());
    assert_ne!(one.recovery().public().hash(), two.recovery().public().hash());
    let again = RootSecret::parse(&one.words()).unwrap();
    assert_eq!(again.signing().public_key(), one.signing().public_key());
    assert_eq!(again.recovery(), one.recovery());
    assert_eq!(again.recover(), one.recover());
}

#[test]
fn purposes_are_prefix_free() {
    for a in Purpose::ALL {
        assert!(a.as_bytes().ends_with(b"\0") && a.as_bytes().iter().filter(|b| **b == 0).count() == 1);
        for b in Purpose::ALL {
            assert!(a == b || !a.as_bytes().starts_with(b.as_bytes()));
        }
    }
    let derive = |context: &[u8]| kdf::derive(&[1; 32], Purpose::ClaimMac, context);
    assert_ne!(derive(b"a"), derive(b"b"));
    assert_ne!(derive(b""), kdf::derive(&[1; 32], Purpose::ClaimCapability, b""));
}

#[test]
fn hmac_known_answer() {
    // RFC 4231, test case 2, whose four-byte key is the same as itself filled up with zeros.
    let mut key = [0u8; 32];
    key[..4].copy_from_slice(b"Jefe");
    let key = Secret32::from_bytes(key);
    let parts: [&[u8]; 2] = [b"what do ya want ", b"for nothing?"];
    let expected = unhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_eq!(kdf::mac(&key, &parts).as_slice(), expected);
    assert!(kdf::mac_matches(&key, &parts, &expected));
    assert!(!kdf::mac_matches(&key, &parts, &expected[..31]));
    assert!(!kdf::mac_matches(&key, &parts, &[0; 32]));
}

#[test]
fn signing_known_answer_and_state() {
    // RFC 8032, section 7.1, test 2.
    let seed = unhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    let key = SigningKey::from_seed(&Secret32::from_bytes(seed.try_into().unwrap()));
    assert_eq!(
        key.public_key().to_string(),
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    );
    let signature = key.sign(&[0x72]);
    assert_eq!(
        signature.0.as_slice(),
        unhex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
    );
    key.public_key().verify(&[0x72], &signature).unwrap();
    let decoded: SigningKey = protocol::cbor::decode(&protocol::cbor::encode(&key), 64).unwrap();
    assert_eq!(decoded, key);
    assert!(protocol::cbor::decode::<SigningKey>(&[0x41, 0], 64).is_err());
    assert!(!format!("{key:?}").contains("4ccd"));
}

#[test]
fn argon2id_known_answer() {
    // The answers of OpenSSL's Argon2id for the same inputs.
    let expected = [
        (
            Cost::LEAST,
            "733d7ee0618128ad06965465ba55b9ec35793ccdf755c41066228d4bb0d251ca",
        ),
        (
            Cost::STANDARD,
            "b5d354876f658cde1a5d125c43b4a60465890d322a2394066a3428b0d1fa231a",
        ),
    ];
    for (cost, answer) in expected {
        let key = passphrase::derive(b"correct horse battery staple", &[0x5a; 16], cost).unwrap();
        assert_eq!(key.as_bytes().as_slice(), unhex(answer));
    }
    let key = passphrase::derive(b"correct horse battery staple", &[0x5a; 16], Cost::LEAST).unwrap();
    assert_ne!(
        key,
        passphrase::derive(b"correct horse battery staplf", &[0x5a; 16], Cost::LEAST).unwrap()
    );
    assert_ne!(
        key,
        passphrase::derive(b"correct horse battery staple", &[0x5b; 16], Cost::LEAST).unwrap()
    );
    assert_eq!(passphrase::derive(b"", &[0; 16], Cost::LEAST), Err(Error::Passphrase));
    assert_eq!(
        passphrase::derive(&[b'a'; 1025], &[0; 16], Cost::LEAST),
        Err(Error::Passphrase)
    );
}

#[test]
fn hostile_costs_are_refused_before_any_work() {
    assert_eq!(Cost::STANDARD.check(), Ok(()));
    assert_eq!(Cost::LEAST.check(), Ok(()));
    for (memory, passes, lanes) in [
        (u32::MAX, 3, 1),
        (262_145, 3, 1),
        (7167, 16, 1),
        (7168, 4, 1),
        (65_536, 0, 1),
        (65_536, 17, 1),
        (65_536, u32::MAX, 1),
        (262_144, 5, 1),
        (65_536, 3, 0),
        (65_536, 3, 5),
        (0, 0, 0),
    ] {
        let cost = Cost { memory, passes, lanes };
        assert_eq!(
            passphrase::derive(b"x", &[0; 16], cost),
            Err(Error::Parameters),
            "{cost:?}"
        );
    }
}

#[test]
fn secrets_do_not_show_themselves() {
    let secret = Secret32::from_bytes([0xab; 32]);
    assert_eq!(
        format!("{secret:?} {:?}", SecretBytes::new(vec![0xab; 3])),
        "Secret32 SecretBytes"
    );
    let decoded: Secret32 = protocol::cbor::decode(&protocol::cbor::encode(&secret), 64).unwrap();
    assert_eq!(decoded, secret);
    assert!(protocol::cbor::decode::<Secret32>(&protocol::cbor::encode(&SecretBytes::new(vec![1; 31])), 64).is_err());
    let bytes = SecretBytes::new(vec![1, 2, 3]);
    let decoded: SecretBytes = protocol::cbor::decode(&protocol::cbor::encode(&bytes), 64).unwrap();
    assert_eq!(decoded, bytes);
    assert_eq!(
        format!("{:?}", RootSecret::generate(&mut seeded(1))),
        "RootSecret(Secret32)"
    );
}
