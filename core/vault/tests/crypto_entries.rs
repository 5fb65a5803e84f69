//! The store: header, names, sealed entries, manifest.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what they expect by failing")]

mod crypto_support;

use crypto_support::seeded;
use proptest::prelude::*;
use vault::crypto::passphrase::Cost;
use vault::crypto::secret::Secret32;
use vault::entry::{
    Class, EntryKey, Error, Header, Manifest, VaultKey, open_entry, open_entry_at, open_piece, plan_piece, seal_entry,
    seal_piece, stored_generation,
};

fn vault() -> VaultKey {
    VaultKey::from_secret(Secret32::from_bytes([3; 32]))
}

fn key(name: &str) -> EntryKey {
    EntryKey::new(&vault(), Class::Data, name.as_bytes())
}

#[test]
fn header_opens_with_its_passphrase_only() {
    let mut rng = seeded(1);
    let (bytes, made) = Header::create_with(b"first", Cost::LEAST, &mut rng).unwrap();
    assert_eq!(Header::unlock(&bytes, b"first"), Ok(made.clone()));
    assert_eq!(Header::unlock(&bytes, b"First"), Err(Error::Passphrase));
    assert_eq!(Header::unlock(&bytes, b""), Err(Error::Passphrase));
    assert_eq!(Header::create(b"", &mut rng), Err(Error::Weak));

    let changed = Header::change_passphrase(&bytes, b"first", b"second", &mut rng).unwrap();
    assert_eq!(Header::unlock(&changed, b"second"), Ok(made.clone()));
    assert_eq!(Header::unlock(&changed, b"first"), Err(Error::Passphrase));
    assert_eq!(
        Header::change_passphrase(&bytes, b"wrong", b"x", &mut rng),
        Err(Error::Passphrase)
    );
    assert_eq!(Header::set_passphrase(&bytes, &made, b"", &mut rng), Err(Error::Weak));
}

#[test]
fn header_opens_with_a_devices_secret() {
    let mut rng = seeded(2);
    let secret = Secret32::generate(&mut rng);
    let (bytes, made) = Header::create_for_device("phone", &secret, &mut rng).unwrap();
    assert_eq!(Header::unlock_device(&bytes, "phone", &secret), Ok(made.clone()));
    assert_eq!(Header::unlock_device(&bytes, "other", &secret), Err(Error::Device));
    assert_eq!(
        Header::unlock_device(&bytes, "phone", &Secret32::generate(&mut rng)),
        Err(Error::Device)
    );
    assert_eq!(Header::unlock(&bytes, b"any"), Err(Error::Passphrase));
    assert_eq!(Header::has_passphrase(&bytes), Ok(false));
    assert_eq!(
        Header::remove_device(&bytes, "phone"),
        Err(Error::Name),
        "the last wrap stays"
    );

    let other = Secret32::generate(&mut rng);
    let two = Header::add_device(&bytes, &made, "browser", &other, &mut rng).unwrap();
    assert_eq!(Header::devices(&two).unwrap(), ["phone", "browser"]);
    assert_eq!(
        Header::add_device(&two, &made, "phone", &other, &mut rng),
        Err(Error::Name)
    );
    assert_eq!(Header::add_device(&two, &made, "", &other, &mut rng), Err(Error::Name));
    assert_eq!(
        Header::add_device(&two, &made, &"x".repeat(65), &other, &mut rng),
        Err(Error::Name)
    );
    let one = Header::remove_device(&two, "phone").unwrap();
    assert_eq!(Header::unlock_device(&one, "browser", &other), Ok(made.clone()));
    assert_eq!(Header::unlock_device(&one, "phone", &secret), Err(Error::Device));
    let mut many = one;
    for n in 1..16 {
        many = Header::add_device(&many, &made, &format!("device {n}"), &other, &mut rng).unwrap();
    }
    assert_eq!(
        Header::add_device(&many, &made, "one too many", &other, &mut rng),
        Err(Error::Name)
    );
}

#[test]
fn any_flipped_bit_of_a_header_is_refused() {
    let mut rng = seeded(3);
    let secret = Secret32::generate(&mut rng);
    let (bytes, _) = Header::create_for_device("phone", &secret, &mut rng).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut bad = bytes.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        let error = Header::unlock_device(&bad, "phone", &secret).unwrap_err();
        assert!(matches!(error, Error::Damaged | Error::Version), "bit {bit}: {error:?}");
    }
    for len in 0..bytes.len() {
        assert_eq!(
            Header::unlock_device(&bytes[..len], "phone", &secret),
            Err(Error::Damaged),
            "{len} bytes"
        );
    }
    assert!(Header::unlock(&vec![0x83; 100_000], b"x").is_err());
    assert_eq!(Header::unlock(&[0x83, 0x02, 0x40, 0x40], b"x"), Err(Error::Version));
}

#[test]
fn names_are_opaque_and_told_apart() {
    let index = EntryKey::new(&vault(), Class::Index, b"meta");
    let data = EntryKey::new(&vault(), Class::Data, b"meta");
    assert!(index.as_str().starts_with("i-") && data.as_str().starts_with("d-"));
    assert_ne!(index.as_str()[2..], data.as_str()[2..]);
    assert_eq!((index.class(), data.class()), (Class::Index, Class::Data));
    assert_eq!(EntryKey::parse(index.as_str()), Ok(index.clone()));
    let other = VaultKey::generate(&mut seeded(1));
    assert_ne!(EntryKey::new(&other, Class::Index, b"meta"), index);
    for bad in [
        "",
        "i-",
        "x-00",
        &index.as_str()[1..],
        &index.as_str().to_uppercase(),
        &format!("{index}0"),
    ] {
        assert_eq!(EntryKey::parse(bad), Err(Error::Key), "{bad}");
    }
}

#[test]
fn an_entry_opens_in_its_place_only() {
    let mut rng = seeded(4);
    let sealed = seal_entry(&vault(), &key("a"), 7, b"content", &mut rng);
    let (generation, plaintext) = open_entry(&vault(), &key("a"), &sealed).unwrap();
    assert_eq!((generation, plaintext.as_slice()), (7, b"content".as_slice()));
    assert_eq!(stored_generation(&sealed), Ok(7));
    assert_eq!(
        open_entry(&vault(), &key("b"), &sealed).map(|_| ()),
        Err(Error::Damaged)
    );
    let index = EntryKey::new(&vault(), Class::Index, b"a");
    assert_eq!(open_entry(&vault(), &index, &sealed).map(|_| ()), Err(Error::Damaged));
    let other = VaultKey::generate(&mut rng);
    assert_eq!(open_entry(&other, &key("a"), &sealed).map(|_| ()), Err(Error::Damaged));
    assert_eq!(open_entry_at(&vault(), &key("a"), 8, &sealed), Err(Error::RolledBack));
    assert!(open_entry_at(&vault(), &key("a"), 7, &sealed).is_ok());
    let mut relabelled = sealed.clone();
    relabelled[8] = 8;
    assert_eq!(
        open_entry(&vault(), &key("a"), &relabelled).map(|_| ()),
        Err(Error::Damaged)
    );
    let mut newer = sealed.clone();
    newer[0] = 2;
    assert_eq!(open_entry(&vault(), &key("a"), &newer).map(|_| ()), Err(Error::Version));
    for len in 0..sealed.len() {
        assert!(open_entry(&vault(), &key("a"), &sealed[..len]).is_err());
    }
    assert_ne!(
        sealed,
        seal_entry(&vault(), &key("a"), 7, b"content", &mut rng),
        "a fresh salt each time"
    );
}

#[test]
fn the_manifest_sees_a_single_old_entry() {
    let (vault, mut manifest) = (vault(), Manifest::new());
    let keys: Vec<EntryKey> = (0..20).map(|i| key(&format!("entry {i}"))).collect();
    for entry in &keys {
        manifest.add(&vault, entry, 1);
    }
    manifest.remove(&vault, &keys[5], 1).unwrap();
    manifest.add(&vault, &keys[5], 2);
    manifest.remove(&vault, &keys[6], 1).unwrap();
    let live = |swap: u64| {
        keys.iter()
            .enumerate()
            .filter(|(i, _)| *i != 6)
            .map(move |(i, k)| (k, if i == 5 { swap } else { 1 }))
    };
    assert_eq!(manifest.count(), 19);
    assert_eq!(manifest.verify(&vault, live(2)), Ok(()));
    assert_eq!(manifest.verify(&vault, live(1)), Err(Error::RolledBack), "swapped in");
    assert_eq!(
        manifest.verify(&vault, live(2).skip(1)),
        Err(Error::RolledBack),
        "missing"
    );
    assert_eq!(
        manifest.verify(&vault, live(2).chain([(&keys[6], 1)])),
        Err(Error::RolledBack),
        "resurrected"
    );
    assert_eq!(
        manifest.verify(&vault, live(2).chain([(&keys[0], 1)])),
        Err(Error::RolledBack),
        "twice"
    );
    assert_eq!(Manifest::new().remove(&vault, &keys[0], 1), Err(Error::RolledBack));
    let decoded: Manifest = protocol::cbor::decode(&protocol::cbor::encode(&manifest), 64).unwrap();
    assert_eq!(decoded, manifest);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_flipped_bit_of_an_entry_is_refused(content in prop::collection::vec(any::<u8>(), 0..600), bit in any::<prop::sample::Index>()) {
        let mut sealed = seal_entry(&vault(), &key("a"), 1, &content, &mut seeded(5));
        let bit = bit.index(sealed.len() * 8);
        sealed[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(open_entry(&vault(), &key("a"), &sealed).is_err());
    }

    /// Whatever was changed in whatever order: the running manifest equals one counted afresh.
    #[test]
    fn manifest_updates_equal_a_fresh_count(steps in prop::collection::vec((0u8..8, any::<bool>()), 0..60)) {
        let vault = vault();
        let keys: Vec<EntryKey> = (0..8).map(|i| key(&format!("{i}"))).collect();
        let (mut manifest, mut live) = (Manifest::new(), std::collections::BTreeMap::new());
        for (generation, (which, put)) in (1u64..).zip(steps) {
            let entry = &keys[usize::from(which)];
            if let Some(old) = live.remove(entry) {
                manifest.remove(&vault, entry, old).unwrap();
            }
            if put {
                manifest.add(&vault, entry, generation);
                live.insert(entry.clone(), generation);
            }
        }
        prop_assert_eq!(manifest.verify(&vault, live.iter().map(|(k, g)| (k, *g))), Ok(()));
    }

    #[test]
    fn hostile_headers_and_entries_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Header::unlock_device(&bytes, "x", &Secret32::from_bytes([0; 32])).is_err());
        prop_assert!(open_entry(&vault(), &key("a"), &bytes).is_err());
    }
}

#[test]
fn a_kept_piece_opens_in_its_place_only() {
    let mut rng = seeded(9);
    let sealed = seal_piece(&vault(), "copy", 1, b"piece", &mut rng);
    assert_eq!(open_piece(&vault(), "copy", 1, &sealed).unwrap().as_slice(), b"piece");
    let other = VaultKey::generate(&mut rng);
    for (key, source, index) in [(&vault(), "copy", 2), (&vault(), "cop", 1), (&other, "copy", 1)] {
        let opened = open_piece(key, source, index, &sealed).map(|_| ());
        assert_eq!(opened, Err(Error::Damaged), "{source} {index}");
    }
    for bit in 0..sealed.len() * 8 {
        let mut bad = sealed.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(
            open_piece(&vault(), "copy", 1, &bad).map(|_| ()),
            Err(Error::Damaged),
            "bit {bit}"
        );
    }
}

#[test]
fn a_piece_sealed_by_its_plan_opens_like_one_of_the_core() {
    use aes_gcm::aead::AeadInOut;
    use aes_gcm::{Aes256Gcm, KeyInit};

    let mut rng = seeded(10);
    for length in [0, 1, 16_383, 16_384, 16_385, 1 << 20] {
        let piece: Vec<u8> = (0..251).cycle().take(length).collect();
        let plan = plan_piece(&vault(), "copy", 3, length, &mut rng).unwrap();
        let cipher = Aes256Gcm::new(plan.key.as_bytes().into());
        let mut sealed = plan.header.clone();
        for chunk in plan.chunks() {
            let start = sealed.len();
            sealed.extend_from_slice(&piece[chunk.plain]);
            let tag = cipher.encrypt_inout_detached(&chunk.nonce.into(), b"", (&mut sealed[start..]).into());
            sealed.extend_from_slice(&tag.unwrap());
        }
        assert_eq!(sealed.len(), plan.sealed_len());
        let open =
            |source, index, sealed: &[u8]| open_piece(&vault(), source, index, sealed).map(|piece| piece.to_vec());
        assert_eq!(open("copy", 3, &sealed), Ok(piece), "{length}");
        assert_eq!(open("copy", 2, &sealed), Err(Error::Damaged));
        assert_eq!(open("other", 3, &sealed), Err(Error::Damaged));
        assert_eq!(open("copy", 3, &sealed[..sealed.len() - 1]), Err(Error::Damaged));
    }
}
