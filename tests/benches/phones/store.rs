//! The stored vault and the file that all three programs work with.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use cli::Session;
use rusqlite::Connection;
use vault::facade::{RecordDraft, Setup, Vault};

pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

/// What there is to do.
pub(crate) struct Expected {
    pub(crate) blocks: u64,
    pub(crate) records: u64,
    /// Of the file.
    pub(crate) bytes: u64,
}

/// Writes `vault`, `entries` and `file`.
pub(crate) fn make(place: &Path, relay: &str, records: usize, mebibytes: usize) -> Expected {
    let setup = Setup {
        role: "patient".into(),
        name: "Bench".into(),
        relay: relay.to_owned(),
        token: None,
    };
    let mut owner = Session::create(&place.join("vault"), &setup, PASSPHRASE).unwrap();
    owner.sync().unwrap();
    for number in 0..records {
        let draft = observation(number);
        owner
            .command(|vault, now, rng| vault.add_record(&draft, now, rng))
            .unwrap();
        if number % 200 == 199 {
            owner.sync().unwrap();
        }
    }
    owner.sync().unwrap();
    let profile = owner.query(Vault::profile).unwrap();
    assert_eq!(
        (profile.outbox, profile.stopped.len()),
        (0, 0),
        "everything is admitted"
    );
    drop(owner);
    dump(&place.join("vault"), &place.join("entries"));
    let bytes = (mebibytes as u64) << 20;
    support::files::make(&place.join("file"), bytes);
    Expected {
        blocks: profile.blocks.into(),
        records: records as u64,
        bytes,
    }
}

/// All entries in one file: for each the length of its name, its name, the length of its value, its value; lengths in four bytes, the highest
/// first.
fn dump(folder: &Path, path: &Path) {
    let database = Connection::open(folder.join("vault.sqlite")).unwrap();
    let mut query = database.prepare("SELECT key, value FROM entries").unwrap();
    let mut rows = query.query([]).unwrap();
    let mut file = BufWriter::new(File::create(path).unwrap());
    while let Some(row) = rows.next().unwrap() {
        let (key, value): (String, Vec<u8>) = (row.get(0).unwrap(), row.get(1).unwrap());
        for part in [key.as_bytes(), &value] {
            file.write_all(&u32::try_from(part.len()).unwrap().to_be_bytes())
                .unwrap();
            file.write_all(part).unwrap();
        }
    }
    file.flush().unwrap();
}

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
