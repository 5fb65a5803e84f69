//! Recovery of 10 000 records from the words, over loopback from a real relay process: `cargo bench -p tests --bench recovery`
//! (`SATCHEL_RECORDS` changes the number). `cargo xtask bench` names the relay that is measured.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement stops at the first surprise"
)]

#[path = "shared/relay.rs"]
mod relay;

use std::time::Instant;

use cli::Session;
use tempfile::TempDir;
use vault::facade::{RecordDraft, Setup};

const PASSPHRASE: &str = "correct horse battery staple";

fn observation(number: usize) -> RecordDraft {
    let fhir = format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"718-7"}}]}},"effectiveDateTime":"2026-11-20","valueQuantity":{{"value":{}.{},"unit":"g/dL","system":"http://unitsofmeasure.org","code":"g/dL"}}}}"#,
        9 + number % 8,
        number % 10
    );
    RecordDraft {
        fhir: fhir.into_bytes(),
        replies_to: None,
        supersedes: None,
    }
}

fn main() {
    let place = TempDir::new().unwrap();
    let Some(relay) = relay::start(place.path()) else {
        return;
    };
    let count: usize = std::env::var("SATCHEL_RECORDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(10_000);
    let setup = Setup {
        role: "patient".into(),
        name: "Bench".into(),
        relay: relay.url.clone(),
        token: None,
    };
    let mut owner = Session::create(&place.path().join("owner"), &setup, PASSPHRASE).unwrap();
    let words = owner.query(|vault| vault.kit()).unwrap().remove(0);
    owner.sync().unwrap();
    let begun = Instant::now();
    for number in 0..count {
        let draft = observation(number);
        owner
            .command(|vault, now, rng| vault.add_record(&draft, now, rng))
            .unwrap();
        if number % 200 == 199 {
            owner.sync().unwrap();
        }
    }
    owner.sync().unwrap();
    println!(
        "| write and send {count} records | {:.1} s |",
        begun.elapsed().as_secs_f64()
    );
    drop(owner);

    let begun = Instant::now();
    let mut device = Session::join(&place.path().join("device"), &words, &relay.url, PASSPHRASE).unwrap();
    device.sync().unwrap();
    let read = begun.elapsed().as_secs_f64();
    device
        .command(|vault, now, rng| vault.prove_recovery(now, rng))
        .unwrap();
    device.sync().unwrap();
    let now = device.now();
    let recovery = device.query(|vault| vault.recovery(now)).unwrap();
    let proven = begun.elapsed().as_secs_f64();
    assert!(recovery.recovered && recovery.records as usize == count, "{recovery:?}");
    println!(
        "| words to the whole chain read, checked and stored | {read:.1} s, {:.0} records/s |",
        count as f64 / read
    );
    println!("| to every signature verified again and the records opened: recovered | {proven:.1} s |");
}
