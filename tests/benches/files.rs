//! A file over loopback, with the shipped driver and a real relay process: `cargo bench -p tests --bench files` (`SATCHEL_MIB` changes the
//! size).

use std::time::Instant;

use support::files::{make, tree};
use support::{Person, Relay};

fn main() {
    let Some(relay) = Relay::start_with("[limits]\nchain_bytes = 8000000000\n") else {
        return;
    };
    let mebibytes: u64 = std::env::var("SATCHEL_MIB")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(100);
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("scan.bin");
    make(&path, mebibytes << 20);
    let mut asha = Person::new(&relay, "patient", "Asha");
    let rate = |start: Instant| mebibytes as f64 / start.elapsed().as_secs_f64();
    let start = Instant::now();
    let record = asha.import(&path);
    println!("{mebibytes} MiB over loopback");
    println!("read, sealed, sent and filed    {:>7.0} MiB/s", rate(start));
    let copy = folder.path().join("copy.bin");
    let start = Instant::now();
    asha.save(None, &record, &copy).expect("the file");
    println!("fetched, opened and checked     {:>7.0} MiB/s", rate(start));
    assert_eq!(tree(&copy), tree(&path), "the same file");
}
