//! How long a revocation takes until the relay has confirmed it: a grant with 1 000 shared records, over loopback.
//! `cargo bench -p tests --bench revocation`, or `cargo xtask bench`.

use std::time::Instant;

use support::{Person, Relay, everything, writing};

/// Records shared under the grant.
const RECORDS: usize = 1000;

fn main() {
    let Some(relay) = Relay::start() else { return };
    let mut patient = Person::new(&relay, "patient", "Asha");
    let mut doctor = Person::new(&relay, "practitioner", "Dr Rao");
    for number in 0..RECORDS {
        let weight = format!("{}.{}", 50 + number / 10, number % 10);
        patient.run(|vault, now, rng| vault.add_measurement(&writing::weight(&weight), now, rng));
    }
    patient.sync();
    let grant = patient.admit(&mut doctor, &everything()).grant;
    let state = |patient: &mut Person| {
        let now = patient.now();
        patient.ask(|vault| vault.grants(now)).remove(0)
    };
    assert_eq!(state(&mut patient).shared, RECORDS as u32, "all of them are shared");

    let begun = Instant::now();
    patient.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    let signed = begun.elapsed();
    patient.sync();
    let confirmed = begun.elapsed();
    assert_eq!(state(&mut patient).state, "ended", "the relay has confirmed");
    println!("revocation of a grant with {RECORDS} shared records");
    println!(
        "  signed and stored on the device: {:>8.1} ms",
        signed.as_secs_f64() * 1e3
    );
    println!(
        "  confirmed by the relay:          {:>8.1} ms",
        confirmed.as_secs_f64() * 1e3
    );
}
