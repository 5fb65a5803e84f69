//! Long work in steps over a real relay process, and opening by a secret that the device guards.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "flow/platform.rs"]
#[allow(dead_code, reason = "shared with other test targets")]
mod platform;

use getrandom::SysRng;
use platform::{Person, Relay};
use rand_core::UnwrapErr;
use vault::facade::{Entry, Error, JobView, RecordDraft, RecordQuery, Setup, Vault};

const SECRET: [u8; 32] = [7; 32];

fn asha(relay: &Relay) -> Person {
    let mut asha = Person::create(&Setup {
        role: "patient".into(),
        name: "Asha".into(),
        relay: relay.url.clone(),
        token: None,
    });
    asha.sync();
    for day in 1..=12 {
        weighs(&mut asha, day);
    }
    asha.sync();
    asha
}

fn weighs(asha: &mut Person, day: u32) {
    let fhir = format!(
        r#"{{"resourceType":"Observation","status":"final","code":{{"text":"Weight"}},"effectiveDateTime":"2026-11-{day:02}","valueQuantity":{{"value":61.{day},"unit":"kg"}}}}"#
    );
    let draft = RecordDraft {
        fhir: fhir.into_bytes(),
        replies_to: None,
        supersedes: None,
    };
    asha.run(|vault, now, rng| vault.add_record(&draft, now, rng));
}

/// One step; entries that it asks for are brought from the store.
fn step(asha: &mut Person, job: &JobView, blocks: u32) -> Result<JobView, Error> {
    asha.with_need(|vault| vault.step_job(&job.id, blocks))
}

fn finish(asha: &mut Person, mut job: JobView) -> JobView {
    while !job.finished {
        let before = job.done;
        job = step(asha, &job, 3).unwrap();
        assert!(job.done > before && job.done <= before + 3, "{job:?}");
    }
    assert_eq!(job.done, job.total);
    job
}

fn code<T>(result: Result<T, Error>) -> String {
    result.err().unwrap().code
}

#[test]
fn a_check_goes_forward_in_steps_and_finds_what_the_whole_one_finds() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = asha(&relay);
    asha.reopen();
    let job = asha.vault.start_check().unwrap();
    let blocks = asha.vault.chain().unwrap().blocks;
    assert_eq!((job.kind.as_str(), job.done, job.total), ("check", 0, blocks));
    assert_eq!(code(asha.vault.take_checked(&job.id)), "vault.state");
    // What arrives in the middle is the next check's.
    let first = step(&mut asha, &job, 2).unwrap();
    assert!(!first.finished);
    weighs(&mut asha, 13);
    asha.sync();
    let job = finish(&mut asha, first);
    let checked = asha.vault.take_checked(&job.id).unwrap();
    assert_eq!((checked.blocks, checked.bad), (blocks, None));
    assert_eq!(code(asha.vault.take_checked(&job.id)), "vault.not_found");
    assert_eq!(code(asha.vault.step_job(&job.id, 1)), "vault.not_found");
    assert_eq!(asha.ask(|vault, _| vault.check_chain()).blocks, blocks + 1);
}

#[test]
fn an_export_in_steps_verifies_and_holds_what_stood_there_when_it_began() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = asha(&relay);
    asha.reopen();
    let all = asha.vault.records(&RecordQuery::default()).unwrap();
    let job = asha.vault.start_export_all().unwrap();
    let early = asha.vault.take_export(&job.id, asha.now(), &mut UnwrapErr(SysRng));
    assert_eq!(code(early), "vault.state");
    let job = step(&mut asha, &job, 4).unwrap();
    weighs(&mut asha, 14);
    let job = finish(&mut asha, job);
    let now = asha.now();
    let file = asha
        .with_need(|vault| vault.take_export(&job.id, now, &mut UnwrapErr(SysRng)))
        .unwrap();
    let verified = Vault::verify_export(&file, "", now).unwrap();
    assert_eq!((verified.failures, verified.records.len()), (0, all.len()));
    // Verified in steps it says the same, also of a file with a changed byte.
    for place in [None, Some(file.len() / 3), Some(file.len() - 9)] {
        let mut file = file.clone();
        if let Some(place) = place {
            file[place] ^= 1;
        }
        let whole = Vault::verify_export(&file, "", now);
        let job = match asha.vault.start_verification(&file, "", now) {
            Ok(job) => job,
            Err(error) => {
                assert_eq!(whole.err(), Some(error));
                continue;
            }
        };
        assert_eq!((job.kind.as_str(), job.total), ("verify", 4 * verified.blocks));
        assert_eq!(code(asha.vault.take_verification(&job.id)), "vault.state");
        let job = finish(&mut asha, job);
        assert_eq!(asha.vault.take_verification(&job.id), whole);
        assert_eq!(code(asha.vault.take_verification(&job.id)), "vault.not_found");
    }
    assert_eq!(code(asha.vault.step_job(&job.id, 1)), "vault.not_found");

    let chosen = vec![all[0].id.clone()];
    let job = asha.vault.start_export_records(&chosen).unwrap();
    let job = finish(&mut asha, job);
    let file = asha
        .with_need(|vault| vault.take_export(&job.id, now, &mut UnwrapErr(SysRng)))
        .unwrap();
    let verified = Vault::verify_export(&file, "", now).unwrap();
    assert_eq!((verified.failures, verified.records.len()), (0, 1));
    let unknown = vec!["00".repeat(32)];
    assert_eq!(code(asha.vault.start_export_records(&unknown)), "vault.not_found");
    assert_eq!(
        code(asha.vault.start_export_records(&[])),
        "vault.not_found",
        "nothing is not everything"
    );
}

#[test]
fn a_job_that_was_cancelled_is_gone_and_the_oldest_of_too_many_too() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = asha(&relay);
    let job = asha.vault.start_check().unwrap();
    step(&mut asha, &job, 1).unwrap();
    asha.vault.cancel_job(&job.id);
    asha.vault.cancel_job(&job.id);
    assert_eq!(code(asha.vault.step_job(&job.id, 1)), "vault.not_found");
    assert_eq!(code(asha.vault.step_job("nothing", 1)), "vault.not_found");
    let oldest = asha.vault.start_check().unwrap();
    for _ in 0..8 {
        asha.vault.start_export_all().unwrap();
    }
    assert_eq!(code(asha.vault.step_job(&oldest.id, 1)), "vault.not_found");
    // A result is asked for by its own name.
    let job = asha.vault.start_check().unwrap();
    let job = finish(&mut asha, job);
    let other = asha.vault.take_export(&job.id, 0, &mut UnwrapErr(SysRng));
    assert_eq!(code(other), "vault.not_found");
    assert_eq!(asha.vault.take_checked(&job.id).unwrap().bad, None);
}

#[test]
fn blocks_that_changed_their_place_end_a_check() {
    let Some(relay) = Relay::start() else { return };
    let mut laptop = asha(&relay);
    let mut phone = Person::join(&laptop.words, &relay.url);
    phone.sync();
    laptop.sync();
    weighs(&mut phone, 15);
    weighs(&mut laptop, 16);
    let job = laptop.vault.start_check().unwrap();
    phone.sync();
    laptop.sync();
    assert_eq!(code(step(&mut laptop, &job, 1)), "vault.state");
    let job = laptop.vault.start_check().unwrap();
    let job = finish(&mut laptop, job);
    assert_eq!(laptop.vault.take_checked(&job.id).unwrap().bad, None);
}

#[test]
fn a_guarded_secret_opens_beside_the_passphrase_until_it_is_taken_away() {
    let Some(relay) = Relay::start() else { return };
    let mut asha = asha(&relay);
    let open = |entries: Vec<Entry>, name: &str, key: &[u8]| Vault::open_by_keystore(entries, name, key);
    assert_eq!(code(open(asha.entries(), "phone", &SECRET)), "entry.device");
    let mut rng = UnwrapErr(SysRng);
    assert_eq!(
        code(asha.vault.add_keystore("phone", &[7; 31], &mut rng)),
        "entry.device"
    );
    assert_eq!(code(asha.vault.add_keystore("", &SECRET, &mut rng)), "entry.name");
    let put = asha.vault.add_keystore("phone", &SECRET, &mut rng).unwrap();
    asha.put(put);
    assert_eq!(asha.vault.keystores().unwrap(), ["phone"]);
    assert_eq!(code(asha.vault.add_keystore("phone", &[8; 32], &mut rng)), "entry.name");

    let by_key = open(asha.entries(), "phone", &SECRET).unwrap();
    let profile = by_key.profile().unwrap();
    assert_eq!(
        (profile.blocks, profile.kit),
        (asha.vault.chain().unwrap().blocks, false)
    );
    assert_eq!(profile.identity, asha.vault.profile().unwrap().identity);
    assert_eq!(code(open(asha.entries(), "phone", &[8; 32])), "entry.device");
    assert_eq!(code(open(asha.entries(), "tablet", &SECRET)), "entry.device");
    assert_eq!(code(open(asha.entries(), "phone", &SECRET[..31])), "entry.device");
    // A new passphrase leaves the secret in force, and both open.
    let put = asha
        .vault
        .change_passphrase("another one altogether", &mut rng)
        .unwrap();
    asha.put(put);
    assert!(open(asha.entries(), "phone", &SECRET).is_ok());
    assert!(Vault::open(asha.entries(), "another one altogether").is_ok());

    assert_eq!(code(asha.vault.remove_keystore("tablet")), "entry.name");
    let put = asha.vault.remove_keystore("phone").unwrap();
    asha.put(put);
    assert_eq!(asha.vault.keystores().unwrap(), Vec::<String>::new());
    assert_eq!(code(open(asha.entries(), "phone", &SECRET)), "entry.device");
    assert!(Vault::open(asha.entries(), "another one altogether").is_ok());
}
