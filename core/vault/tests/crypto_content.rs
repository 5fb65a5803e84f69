//! Content format, parts, the platform's plan, padding: round trips and properties.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what they expect by failing")]

mod crypto_support;

use aes_gcm::aead::{Aead, KeyInit};
use crypto_support::seeded;
use proptest::prelude::*;
use vault::crypto::content::{self, HEADER_LEN, Layout, Opener, PART_LEN, SEALED_CHUNK_LEN, Sealer};
use vault::crypto::secret::Secret32;
use vault::crypto::{Error, pad};
use zeroize::Zeroizing;

const SALT: [u8; 24] = [7; 24];

fn key() -> Secret32 {
    Secret32::from_bytes([9; 32])
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

/// Lengths around the borders of chunks and parts.
const LENGTHS: [usize; 13] = [
    0,
    1,
    1024,
    16_383,
    16_384,
    16_385,
    32_768,
    100_000,
    PART_LEN - 1,
    PART_LEN,
    PART_LEN + 1,
    PART_LEN + 16_384,
    2 * PART_LEN,
];

#[test]
fn whole_and_parts_are_byte_equal() {
    for len in LENGTHS {
        let plain = pattern(len);
        let whole = content::seal(&key(), SALT, b"ctx", &plain);
        let layout = Layout::new(len as u64).unwrap();
        assert_eq!(whole.len() as u64, content::sealed_len(len as u64));
        assert_eq!(Layout::from_sealed_len(whole.len() as u64), Ok(layout));

        let sealer = Sealer::new(&key(), SALT, b"ctx", layout);
        let opener = Opener::new(&key(), b"ctx", &whole, layout).unwrap();
        let (mut joined, mut opened) = (Vec::new(), Vec::new());
        for part in 0..layout.parts() {
            let range = layout.part_plain(part).unwrap();
            let sealed = sealer
                .part(part, &plain[range.start as usize..range.end as usize])
                .unwrap();
            assert_eq!(
                joined.len() as u64..(joined.len() + sealed.len()) as u64,
                layout.part_sealed(part).unwrap()
            );
            opened.extend_from_slice(&opener.part(part, &sealed).unwrap());
            joined.extend(sealed);
        }
        assert!(joined == whole && opened == plain, "{len} bytes");
        assert!(*content::open(&key(), b"ctx", &whole).unwrap() == plain);
        assert_eq!(sealer.part(layout.parts(), b""), Err(Error::Part));
        assert_eq!(opener.part(layout.parts(), b"").map(|_| ()), Err(Error::Part));
    }
}

#[test]
fn a_platform_that_follows_the_plan_gets_the_same_bytes() {
    for len in LENGTHS {
        let plain = pattern(len);
        let layout = Layout::new(len as u64).unwrap();
        let sealer = Sealer::new(&key(), SALT, b"ctx", layout);
        for part in 0..layout.parts() {
            let range = layout.part_plain(part).unwrap();
            let piece = &plain[range.start as usize..range.end as usize];
            let plan = sealer.plan(part).unwrap();
            let cipher = aes_gcm::Aes256Gcm::new(&(*plan.key.as_bytes()).into());
            let mut chunks = Vec::new();
            for chunk in plan.chunks() {
                assert_eq!(chunk.sealed.start, plan.header.len() + chunks.len());
                chunks.extend(
                    cipher
                        .encrypt(&chunk.nonce.into(), &piece[chunk.plain.clone()])
                        .unwrap(),
                );
                assert_eq!(chunk.sealed.end, plan.header.len() + chunks.len());
            }
            let accepted = sealer.accept(part, &chunks).unwrap();
            assert!(
                accepted == sealer.part(part, piece).unwrap(),
                "{len} bytes, part {part}"
            );
            assert_eq!(accepted.len(), plan.sealed_len());
            assert_eq!(sealer.accept(part, &chunks[1..]), Err(Error::Part));
        }
    }
}

#[test]
fn any_run_of_chunks_opens_by_itself() {
    let plain = pattern(16_384 * 5 + 77);
    let sealed = content::seal(&key(), SALT, b"ctx", &plain);
    let layout = Layout::new(plain.len() as u64).unwrap();
    let opener = Opener::new(&key(), b"ctx", &sealed[..HEADER_LEN], layout).unwrap();
    for first in 0..6u64 {
        for last in first..6 {
            let range = layout.chunk_sealed(first).start as usize..layout.chunk_sealed(last).end as usize;
            let opened = opener.chunks(first, &sealed[range.clone()]).unwrap();
            assert!(*opened == plain[first as usize * 16_384..plain.len().min((last as usize + 1) * 16_384)]);
            assert!(opener.chunks(first, &sealed[range.start..range.end - 1]).is_err());
            if first > 0 {
                assert!(opener.chunks(first - 1, &sealed[range]).is_err());
            }
        }
    }
    assert!(opener.chunks(0, b"").is_err());
    assert!(
        opener
            .chunks(6, &sealed[HEADER_LEN..HEADER_LEN + SEALED_CHUNK_LEN])
            .is_err()
    );
    assert!(opener.chunks(u64::MAX, b"x").is_err());
}

#[test]
fn cutting_reordering_and_appending_are_refused() {
    let sealed = content::seal(&key(), SALT, b"ctx", &pattern(16_384 * 3 + 5));
    let open = |bytes: &[u8]| content::open(&key(), b"ctx", bytes).map(|_| ());
    let chunk = |n: usize| HEADER_LEN + n * SEALED_CHUNK_LEN;
    assert_eq!(open(&sealed[..chunk(3)]), Err(Error::Length));
    assert_eq!(open(&sealed[..chunk(2)]), Err(Error::Length));
    assert_eq!(open(&sealed[..chunk(2) + 100]), Err(Error::Chunk));
    assert_eq!(open(&[&sealed[..], &[0]].concat()), Err(Error::Chunk));
    assert_eq!(
        open(
            &[
                &sealed[..chunk(0)],
                &sealed[chunk(1)..chunk(2)],
                &sealed[chunk(0)..chunk(1)],
                &sealed[chunk(2)..]
            ]
            .concat()
        ),
        Err(Error::Chunk)
    );
    assert_eq!(
        open(&[&sealed[..chunk(1)], &sealed[chunk(2)..]].concat()),
        Err(Error::Chunk)
    );
    assert_eq!(
        content::open(&key(), b"other", &sealed).map(|_| ()),
        Err(Error::Commitment)
    );
    for len in 0..72 {
        assert_eq!(open(&sealed[..len]), Err(Error::Length), "{len} bytes");
    }
}

#[test]
fn context_is_deterministic_cbor() {
    assert_eq!(
        content::context("record", &[1, 2]),
        [0x82, 0x66, b'r', b'e', b'c', b'o', b'r', b'd', 0x42, 1, 2]
    );
    assert_ne!(content::context("a", b"bc"), content::context("ab", b"c"));
}

#[test]
fn attachments_pad_and_cut() {
    for signed in [0u64, 1, 1000, 1024, 5000, 16_384, 1 << 20, (1 << 20) + 1, 3_333_333] {
        let layout = Layout::of_attachment(signed).unwrap();
        assert!(layout.plain_len() >= signed.max(1024));
        let plain = pattern(signed as usize);
        let sealer = Sealer::new(&key(), SALT, b"ctx", layout);
        let header = sealer.plan(0).unwrap().header;
        let opener = Opener::new(&key(), b"ctx", &header, layout).unwrap();
        let mut back = Vec::new();
        for part in 0..layout.parts() {
            let range = layout.part_plain(part).unwrap();
            let (from, to) = (range.start.min(signed) as usize, range.end.min(signed) as usize);
            let piece = pad::pad_piece(plain[from..to].to_vec(), (range.end - range.start) as usize);
            let sealed = sealer.part(part, &piece).unwrap();
            let mut opened = opener.part(part, &sealed).unwrap();
            pad::cut_piece(&mut opened, range.start, signed).unwrap();
            back.extend_from_slice(&opened);
        }
        assert!(back == plain, "{signed} bytes");
    }
    let mut hidden = Zeroizing::new(vec![1, 2, 0, 3]);
    assert_eq!(pad::cut_piece(&mut hidden, 0, 2), Err(Error::Padding));
    assert_eq!(pad::cut_piece(&mut hidden, 10, 2), Err(Error::Padding));
    assert_eq!(pad::cut_piece(&mut hidden, 0, 9), Ok(()));
    assert_eq!(hidden.len(), 4);
}

#[test]
fn padme_follows_its_definition() {
    assert_eq!([0, 1, 1024].map(pad::padme), [1024; 3]);
    assert_eq!([1025, 1088, 1089].map(pad::padme), [1088, 1088, 1152]);
    assert_eq!(pad::padme(1 << 20), 1 << 20);
    assert_eq!(pad::padme((1 << 20) + 1), (1 << 20) + (1 << 15));
    for len in (1024..300_000u64).step_by(7) {
        let padded = pad::padme(len);
        assert!(padded >= len && (padded - len) * 100 < len * 12, "{len} -> {padded}");
        assert_eq!(pad::padme(padded), padded);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_flipped_bit_is_refused(len in 0usize..40_000, bit in any::<prop::sample::Index>()) {
        let mut sealed = content::seal(&key(), SALT, b"ctx", &pattern(len));
        let bit = bit.index(sealed.len() * 8);
        sealed[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(content::open(&key(), b"ctx", &sealed).is_err());
    }

    #[test]
    fn sealed_lengths_and_layouts_determine_each_other(len in 0u64..1 << 52) {
        let layout = Layout::new(len).unwrap();
        prop_assert_eq!(Layout::from_sealed_len(layout.sealed_len()), Ok(layout));
        let last = layout.parts() - 1;
        prop_assert_eq!(layout.part_sealed(last).unwrap().end, layout.sealed_len());
        prop_assert_eq!(layout.part_plain(last).unwrap().end, len);
    }

    #[test]
    fn padding_comes_off_and_no_other_is_taken(plain in prop::collection::vec(any::<u8>(), 0..5000), at in any::<prop::sample::Index>()) {
        let padded = pad::pad(&plain).unwrap();
        prop_assert_eq!(&*pad::unpad(&padded).unwrap(), &plain);
        let envelope = pad::pad_envelope(&plain).unwrap();
        prop_assert!(pad::BUCKETS.contains(&envelope.len()));
        prop_assert_eq!(&*pad::unpad_envelope(&envelope).unwrap(), &plain);
        prop_assert!(pad::unpad(&padded[..padded.len() - 1]).is_err());
        let mut bad = padded.to_vec();
        let zeros = padded.len() - 4 - plain.len();
        if zeros > 0 {
            bad[4 + plain.len() + at.index(zeros)] = 1;
            prop_assert_eq!(pad::unpad(&bad), Err(Error::Padding));
        }
    }

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(content::open(&key(), b"", &bytes).is_err());
        let _ = pad::unpad(&bytes);
        let _ = pad::unpad_envelope(&bytes);
    }
}

#[test]
fn envelopes_have_a_largest_size() {
    assert_eq!(pad::pad_envelope(&vec![0; pad::MAX_ENVELOPE]).unwrap().len(), 262_144);
    assert_eq!(pad::pad_envelope(&vec![0; pad::MAX_ENVELOPE + 1]), Err(Error::TooLarge));
    assert_eq!(pad::pad_envelope(&[0; 1020]).unwrap().len(), 1024);
    assert_eq!(pad::pad_envelope(&[0; 1021]).unwrap().len(), 4096);
    // The next larger bucket is not accepted for a content that fits the smaller one.
    let mut large = pad::pad_envelope(&[0; 5]).unwrap().to_vec();
    large.resize(4096, 0);
    assert_eq!(pad::unpad_envelope(&large), Err(Error::Padding));
}

#[test]
fn salts_differ() {
    let mut rng = seeded(1);
    assert_ne!(content::salt(&mut rng), content::salt(&mut rng));
}
