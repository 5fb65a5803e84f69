//! Sealing and addressing a file beside the serial sum of its ciphers and hashes in the same run: `cargo bench -p vault --bench files`
//! (`SATCHEL_MIB` changes the size).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement stops at the first surprise"
)]

use std::time::{Duration, Instant};

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use protocol::hash::sha256;
use protocol::tree::{Builder, PIECE_LEN};
use vault::crypto::content::{CHUNK_LEN, Layout, Sealer, context};
use vault::crypto::secret::Secret32;

fn timed(mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn main() {
    let mebibytes: u64 = std::env::var("SATCHEL_MIB")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(256);
    let piece: Vec<u8> = (0..PIECE_LEN).map(|place| u8::try_from(place % 251).unwrap()).collect();
    let layout = Layout::of_attachment(mebibytes * PIECE_LEN as u64).unwrap();
    let key = Secret32::from_bytes([7; 32]);
    let cipher = Aes256Gcm::new(&[9; 32].into());
    let mut best = [Duration::MAX; 4];
    for _ in 0..3 {
        // The first pass, then sealing and the address of each part; an upload also looks whether each piece is still that of the first pass.
        let seal_and_address = |again: bool| {
            let mut tree = Builder::new();
            for _ in 0..mebibytes {
                tree.piece(&piece).unwrap();
            }
            let sealer = Sealer::new(
                &key,
                [3; 24],
                &context("attachment", tree.finish().hash.as_bytes()),
                layout,
            );
            for part in 0..mebibytes {
                if again {
                    std::hint::black_box(sha256(&[&piece]));
                }
                let plain =
                    &piece[..usize::try_from(layout.part_plain(part).unwrap().end - part * PIECE_LEN as u64).unwrap()];
                std::hint::black_box(sha256(&[&sealer.part(part, plain).unwrap()]));
            }
        };
        let both = timed(|| seal_and_address(false));
        let upload = timed(|| seal_and_address(true));
        let ciphers = timed(|| {
            let mut buffer = piece.clone();
            for part in 0..mebibytes {
                for (number, chunk) in buffer.chunks_mut(CHUNK_LEN).enumerate() {
                    let mut nonce = [0u8; 12];
                    nonce[..8].copy_from_slice(&(part * 64 + number as u64).to_be_bytes());
                    let tag = cipher.encrypt_inout_detached(&nonce.into(), b"", chunk.into()).unwrap();
                    std::hint::black_box(tag);
                }
            }
        });
        let hashes = timed(|| {
            for _ in 0..2 * mebibytes {
                std::hint::black_box(sha256(&[&piece]));
            }
        });
        for (best, now) in best.iter_mut().zip([both, upload, ciphers, hashes]) {
            *best = now.min(*best);
        }
    }
    let [both, upload, ciphers, hashes] = best;
    let rate = |time: Duration| mebibytes as f64 / time.as_secs_f64();
    let sum = ciphers + hashes;
    let percent = |time: Duration| 100.0 * sum.as_secs_f64() / time.as_secs_f64();
    println!("{mebibytes} MiB, best of 3 runs, one core");
    println!("AES-256-GCM alone      {:>8.0} MiB/s", rate(ciphers));
    println!("two SHA-256 passes     {:>8.0} MiB/s", rate(hashes));
    println!("their serial sum       {:>8.0} MiB/s", rate(sum));
    for (name, time) in [("seal and address", both), ("as an upload does it", upload)] {
        println!(
            "{name:<22} {:>8.0} MiB/s, {:.0} % of the serial sum",
            rate(time),
            percent(time)
        );
    }
}
