//! A new patient: words, the first block, what others kept so far, a document, and a second device.

use std::path::Path;

use support::{Person, Relay, sample, writing};
use vault::facade::{RecordQuery, Vault};

/// A document of a little more than two parts, so that it is uploaded in pieces.
fn pdf() -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n% an invented discharge letter\n".to_vec();
    let mut state = 0x5eed_u32;
    while bytes.len() < (2 << 20) + 4321 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.extend_from_slice(b"\n%%EOF\n");
    bytes
}

/// Imports everything of a file that is a record of its own; gives how many.
fn import(person: &mut Person, file: &[u8]) -> usize {
    let candidates = person.ask(|vault| vault.preview_import(file));
    let chosen: Vec<u32> = candidates
        .iter()
        .filter(|c| !c.supporting && c.duplicate.is_none())
        .map(|c| c.index)
        .collect();
    assert!(!chosen.is_empty(), "nothing to import");
    let before = person.ask(|vault| vault.records(&RecordQuery::default())).len();
    person.run(|vault, now, rng| vault.import(file, &chosen, now, rng));
    assert_eq!(
        person.ask(|vault| vault.records(&RecordQuery::default())).len(),
        before + chosen.len()
    );
    chosen.len()
}

#[test]
fn a_new_patient_brings_a_history_and_a_second_device_has_it_too() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::unconnected(&relay, "patient", "Asha Rao");
    assert_eq!(asha.words.split_whitespace().count(), 24);
    assert_eq!(asha.ask(Vault::profile).stage, "founding");
    asha.sync();
    let profile = asha.ask(Vault::profile);
    assert_eq!(
        (profile.stage.as_str(), profile.outbox, profile.stopped.len()),
        ("ready", 0, 0),
        "{profile:?}"
    );
    let genesis = asha.ask(|vault| vault.block(0));
    assert_eq!(
        (genesis.kind.as_str(), genesis.previous, genesis.failure),
        ("genesis", None, None)
    );
    assert_eq!(
        genesis.hash,
        asha.ask(Vault::chain).id,
        "the chain is named by its first block"
    );
    assert!(genesis.promised.is_some(), "the log promised it");

    // Once the words are wiped they cannot be shown again.
    asha.session().vault().forget_kit();
    assert_eq!(asha.ask_refused(Vault::kit), "vault.kit");

    let (synthea, ips) = (
        sample("synthea/Buster_Hoeger.json"),
        sample("ips/IPS_IG-bundle-01.json"),
    );
    let imported = import(&mut asha, &synthea) + import(&mut asha, &ips);
    asha.sync();
    assert_eq!(asha.ask(Vault::profile).outbox, 0);

    // The same files again: everything is there already. `clinical::import::preview` finds it.
    for file in [&synthea, &ips] {
        let again = asha.ask(|vault| vault.preview_import(file));
        for candidate in again.iter().filter(|candidate| !candidate.supporting) {
            let duplicate = candidate
                .duplicate
                .as_ref()
                .unwrap_or_else(|| panic!("not recognised: {candidate:?}"));
            assert!(
                duplicate.exact && (duplicate.record.is_some() || duplicate.candidate.is_some()),
                "{candidate:?}"
            );
        }
    }

    let pdf = pdf();
    let letter = asha.make(|vault, now, rng| vault.import_file("letter.pdf", "application/pdf", &pdf, now, rng));
    asha.sync();
    assert_eq!(asha.ask(Vault::profile).outbox, 0);
    let now = asha.now();
    let own = asha.ask(|vault| vault.record(&letter, now));
    assert_eq!(
        (own.attachments[0].media_type.as_str(), own.attachments[0].size),
        ("application/pdf", pdf.len() as u64)
    );

    let mut phone = Person::join(&relay, &asha.words);
    phone.sync();
    assert_eq!(phone.ask(Vault::profile).stage, "ready");
    let all = RecordQuery::default();
    let (here, there) = (
        asha.ask(|vault| vault.records(&all)),
        phone.ask(|vault| vault.records(&all)),
    );
    assert_eq!((here.len(), &here), (imported + 1, &there));
    for record in &here {
        let (one, other) = (
            asha.ask(|vault| vault.record(&record.id, now)),
            phone.ask(|vault| vault.record(&record.id, now)),
        );
        assert_eq!(one.fhir, other.fhir);
        assert_eq!(
            (one.standing.authentic.as_str(), other.standing.authentic.as_str()),
            ("authentic", "authentic")
        );
    }
    // The document is fetched when it is asked for, and is the same to the byte.
    phone.run(|vault, now, rng| vault.fetch_attachment(&letter, 0, now, rng));
    phone.sync();
    assert!(
        phone.ask(|vault| vault.attachment(&letter, 0)) == pdf,
        "the document changed on its way"
    );
    let checked = phone.ask(Vault::check_chain);
    assert_eq!((checked.bad, checked.code), (None, None));
    asha.sync();
    assert_eq!(asha.ask(Vault::chain).head, phone.ask(Vault::chain).head);
}

/// Files of one's own: `SATCHEL_SAMPLES` names a folder of Bundles.
#[test]
fn bundles_of_a_named_folder_are_imported() {
    let Some(folder) = std::env::var_os("SATCHEL_SAMPLES") else {
        return;
    };
    let Some(relay) = Relay::start() else { return };
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    assert!(!files.is_empty(), "SATCHEL_SAMPLES names a folder without Bundles");
    for file in files {
        let mut person = Person::new(&relay, "patient", "Somebody");
        let imported = import(&mut person, &file);
        person.sync();
        assert_eq!(person.ask(Vault::check_chain).bad, None);
        assert!(person.ask(Vault::chain).blocks as usize > imported);
    }
}

fn collect(folder: &Path, files: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|e| e.path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let bytes = std::fs::read(&path).unwrap_or_default();
            let bundle = serde_json::from_slice::<serde_json::Value>(&bytes)
                .is_ok_and(|value| value["resourceType"] == "Bundle");
            if bundle {
                files.push(bytes);
            }
        }
    }
}

#[test]
fn a_copy_of_a_block_with_one_bit_changed_has_another_hash_and_breaks_the_chain() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = Person::new(&relay, "patient", "Asha Rao");
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("61.5"), now, rng));
    asha.sync();
    let blocks = asha.ask(|vault| vault.blocks(0, 2));
    assert_eq!(blocks[1].previous.as_ref(), Some(&blocks[0].hash), "linked by hash");
    let bytes = asha.ask(|vault| vault.block(0)).bytes.expect("bytes");
    let same = asha.ask(|vault| vault.inspect(0, bytes.clone()));
    assert_eq!((&same.hash, &same.failure), (&blocks[0].hash, &None));
    // In its frame, in what is signed, in the signature.
    for place in [5, bytes.len() / 2, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        let seen = asha.ask(|vault| vault.inspect(0, changed.clone()));
        assert!(seen.failure.is_some(), "byte {place}");
        assert_ne!(
            seen.hash, blocks[0].hash,
            "byte {place}: the next block names another hash"
        );
    }
    assert_eq!(
        asha.ask(Vault::check_chain).bad,
        None,
        "the chain itself was not touched"
    );
}
