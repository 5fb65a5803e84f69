//! X-Wing's known answers, HPKE's key schedule written out once more from RFC 9180, and refusals.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what they expect by failing")]

mod crypto_support;

use aes_gcm::aead::{Aead, KeyInit};
use crypto_support::{Prescribed, hex, seeded, unhex};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use protocol::hash::sha256;
use sha2::Sha256;
use vault::crypto::Error;
use vault::crypto::hpke::{self, RecipientKey, RecipientSecret};
use vault::crypto::secret::Secret32;

/// `spec/test-vectors.json` of draft-connolly-cfrg-xwing-kem: seed, SHA-256 of the public key, randomness of the
/// encapsulation, SHA-256 of the ciphertext, shared secret.
const X_WING: [[&str; 5]; 3] = [
    [
        "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
        "2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb",
        "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
        "17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33",
        "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
    ],
    [
        "badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea",
        "c42ba5f8430d7d2c83739338203819f090e8303ce9c8b02107c272bfa5376916",
        "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdefaee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d",
        "1661ea86d608a1924ba30840cb0a65f13ae051e3aec9cf0f064efc0bc92f2154",
        "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
    ],
    [
        "ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9",
        "6b080d6b84f095342092fa7a22423e58bd681397ad0ef00eac92bd254db4fa95",
        "22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b",
        "d3ca5578500344b5896cffc4fd740c9311946b82951df155e6fd86a7966b43c6",
        "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f",
    ],
];

fn key(seed: &str) -> RecipientSecret {
    RecipientSecret::derive(&Secret32::from_bytes(unhex(seed).try_into().unwrap()))
}

fn labeled_extract(salt: &[u8], label: &[u8], ikm: &[u8]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(salt).unwrap();
    for part in [b"HPKE-v1HPKE".as_slice(), &hpke::SUITE, label, ikm] {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn labeled_expand(prk: &[u8; 32], label: &[u8], info: &[u8], out: &mut [u8]) {
    let len = u16::try_from(out.len()).unwrap().to_be_bytes();
    let info = [&len, b"HPKE-v1HPKE".as_slice(), &hpke::SUITE, label, info].concat();
    Hkdf::<Sha256>::from_prk(prk).unwrap().expand(&info, out).unwrap();
}

#[test]
fn x_wing_known_answers_and_the_key_schedule_by_hand() {
    for [seed, public, randomness, encapsulated, shared] in X_WING {
        let secret = key(seed);
        assert_eq!(sha256(&[secret.public().as_bytes()]).to_string(), public);

        let sealed = hpke::seal(
            &secret.public(),
            b"info",
            b"plaintext",
            &mut Prescribed(unhex(randomness)),
        )
        .unwrap();
        assert_eq!(sealed[..6], [0x64, 0x7a, 0, 1, 0, 2]);
        assert_eq!(sha256(&[&sealed[6..1126]]).to_string(), encapsulated);

        let psk_id_hash = labeled_extract(b"", b"psk_id_hash", b"");
        let info_hash = labeled_extract(b"", b"info_hash", b"info");
        let context = [&[0u8], psk_id_hash.as_slice(), &info_hash].concat();
        let schedule = labeled_extract(&unhex(shared), b"secret", b"");
        let (mut aes, mut nonce) = ([0u8; 32], [0u8; 12]);
        labeled_expand(&schedule, b"key", &context, &mut aes);
        labeled_expand(&schedule, b"base_nonce", &context, &mut nonce);
        let by_hand = aes_gcm::Aes256Gcm::new(&aes.into())
            .encrypt(&nonce.into(), b"plaintext".as_slice())
            .unwrap();
        assert_eq!(hex(&sealed[1126..]), hex(&by_hand));
        assert_eq!(*hpke::open(&secret, b"info", &sealed).unwrap(), b"plaintext");
    }
}

#[test]
fn every_call_seals_differently_and_only_the_recipient_opens() {
    let mut rng = seeded(1);
    let (mine, other) = (RecipientSecret::generate(&mut rng), RecipientSecret::generate(&mut rng));
    let sealed = hpke::seal(&mine.public(), b"a", b"x", &mut rng).unwrap();
    assert_ne!(sealed, hpke::seal(&mine.public(), b"a", b"x", &mut rng).unwrap());
    assert_eq!(sealed.len(), hpke::OVERHEAD + 1);
    assert_eq!(hpke::open(&other, b"a", &sealed), Err(Error::Sealed));
    assert_eq!(hpke::open(&mine, b"b", &sealed), Err(Error::Sealed));
    assert_ne!(mine.public().hash(), other.public().hash());
}

#[test]
fn any_flipped_bit_is_refused() {
    let mut rng = seeded(2);
    let secret = RecipientSecret::generate(&mut rng);
    let sealed = hpke::seal(&secret.public(), b"", b"sixteen bytes...", &mut rng).unwrap();
    for bit in (0..sealed.len() * 8).step_by(37).chain(0..48) {
        let mut bad = sealed.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        // X25519 ignores the highest bit of a point, but the encapsulated bytes enter X-Wing's combiner.
        assert!(hpke::open(&secret, b"", &bad).is_err(), "bit {bit}");
    }
    for len in [0, 5, 6, 1125, 1126, 1141, sealed.len() - 1] {
        assert!(hpke::open(&secret, b"", &sealed[..len]).is_err(), "length {len}");
    }
}

/// All encodings of points of low order that X25519 knows.
fn low_order() -> Vec<[u8; 32]> {
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
    ]
    .iter()
    .map(|text| unhex(text).try_into().unwrap())
    .collect()
}

#[test]
fn points_of_low_order_are_refused_before_anything_is_decapsulated() {
    let mut rng = seeded(3);
    let secret = RecipientSecret::generate(&mut rng);
    let public = secret.public();
    let sealed = hpke::seal(&public, b"", b"x", &mut rng).unwrap();
    for point in low_order() {
        let mut bytes = public.as_bytes().to_vec();
        bytes[1184..].copy_from_slice(&point);
        assert_eq!(RecipientKey::new(&bytes), Err(Error::PublicKey));
        let mut bad = sealed.clone();
        bad[6 + 1088..6 + 1120].copy_from_slice(&point);
        assert_eq!(hpke::open(&secret, b"", &bad), Err(Error::Encapsulation));
    }
}

#[test]
fn public_keys_are_checked() {
    let public = key(X_WING[0][0]).public();
    assert_eq!(RecipientKey::new(public.as_bytes()).as_ref(), Ok(&public));
    assert_eq!(RecipientKey::new(&public.as_bytes()[1..]), Err(Error::PublicKey));
    assert_eq!(RecipientKey::new(&[]), Err(Error::PublicKey));
    // A coefficient of 4095 is not below ML-KEM's modulus.
    let mut bytes = public.as_bytes().to_vec();
    bytes[..3].fill(0xff);
    assert_eq!(RecipientKey::new(&bytes), Err(Error::PublicKey));
}

#[test]
fn keys_survive_sealed_state() {
    let mut rng = seeded(4);
    let secret = RecipientSecret::generate(&mut rng);
    let decoded: RecipientSecret = protocol::cbor::decode(&protocol::cbor::encode(&secret), 64).unwrap();
    assert_eq!(decoded, secret);
    let public: RecipientKey = protocol::cbor::decode(&protocol::cbor::encode(&secret.public()), 2000).unwrap();
    assert_eq!(public, secret.public());
    assert!(protocol::cbor::decode::<RecipientKey>(&[0x40], 2000).is_err());
    assert_eq!(format!("{secret:?}"), "RecipientSecret");
}
