//! The command line over a real relay process: the demo whole, then consent with an unvouched reader, recovery, and proof.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared by several tests, each of which uses a part"
)]
#[path = "support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;

use support::{Relay, answer, complaint, path, refusal, satchel, satchel_with, text};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/samples");

#[test]
fn the_demo_plays_and_its_vaults_can_be_used_afterwards() {
    let Some(relay) = Relay::start() else { return };
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("people");
    let played = satchel(&[
        "demo",
        "--relay",
        &relay.url,
        "--data",
        path(&data),
        "--samples",
        SAMPLES,
    ]);
    let (shown, said) = (text(&played), complaint(&played));
    assert!(played.status.success(), "{shown}\n{said}");
    assert!(!shown.contains('\u{1b}'), "colours belong on a terminal only");
    for line in [
        "symbols match",
        "Hemoglobin 9.8 g/dL (low; normal 12.0 to 15.5)",
        "City Hospital",
        " 0 fail",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let vault = |who: &str| path(&data.join(who)).to_owned();
    let run = |arguments: &[&str]| satchel_with("satchel-demo", arguments);

    let found = run(&[
        "--vault",
        &vault("asha"),
        "search",
        "hemoglobin",
        "--category",
        "laboratory",
        "--json",
    ]);
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    let result = found["records"]
        .as_array()
        .unwrap()
        .iter()
        .find(|record| record["source"] == "received")
        .expect("the lab's result");
    let shown = run(&["--vault", &vault("asha"), "show", result["id"].as_str().unwrap()]);
    assert!(
        text(&shown).contains("vouched for by Riverside Laboratory"),
        "{}",
        text(&shown)
    );
    let verbatim = run(&[
        "--vault",
        &vault("asha"),
        "show",
        result["id"].as_str().unwrap(),
        "--fhir",
    ]);
    let fhir: serde_json::Value =
        serde_json::from_slice(&verbatim.stdout).expect("the bytes as signed, and nothing else");
    assert_eq!(fhir["resourceType"], "Bundle");

    // The photographed code is dead.
    let again = run(&[
        "--vault",
        &vault("lena"),
        "claim",
        path(&data.join("visit-code.png")),
        "--json",
    ]);
    let again: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(again["code"], "offer.claimed");

    // The proof verifies without relay and vault; changed anywhere it does not.
    let (proof, trust) = (data.join("asha-proof.satchel"), data.join("trust.txt"));
    drop(relay);
    let good = satchel(&["verify", path(&proof), "--trust", path(&trust)]);
    assert!(
        good.status.success() && text(&good).contains("not claimed"),
        "{}",
        text(&good)
    );
    #[cfg(target_os = "linux")]
    verified_elsewhere(&proof, &trust, &text(&good));
    let bytes = fs::read(&proof).unwrap();
    for place in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        fs::write(&proof, &changed).unwrap();
        let bad = satchel(&["verify", path(&proof), "--trust", path(&trust)]);
        assert_eq!(
            bad.status.code(),
            Some(6),
            "byte {place}: {}{}",
            text(&bad),
            complaint(&bad)
        );
    }
}

/// Another machine, no network, ten years on: the same lines. With a clock ten years behind, the file comes from the future.
#[cfg(target_os = "linux")]
fn verified_elsewhere(proof: &Path, trust: &Path, good: &str) {
    let verify = ["verify", "asha-proof.satchel", "--trust", "trust.txt"];
    let (later, cut_off) = support::elsewhere(&[proof, trust], 10, &verify);
    assert!(later.status.success(), "{}{}", text(&later), complaint(&later));
    assert_eq!(text(&later), good);
    let (earlier, _) = support::elsewhere(&[proof, trust], -10, &verify);
    assert_eq!(earlier.status.code(), Some(6), "{}", text(&earlier));
    eprintln!(
        "verified elsewhere, network {}",
        if cut_off { "cut off" } else { "not used" }
    );
}

/// A vault that reached its relay.
fn create(relay: &Relay, folder: &Path, role: &str, name: &str) -> String {
    let vault = path(&folder.join(name)).to_owned();
    let kit = path(&folder.join(format!("{name}.kit"))).to_owned();
    let made = satchel(&[
        "--vault",
        &vault,
        "create",
        role,
        "--name",
        name,
        "--relay",
        &relay.url,
        "--kit-file",
        &kit,
    ]);
    assert!(made.status.success(), "{}", complaint(&made));
    vault
}

#[test]
fn an_unvouched_reader_needs_the_right_row_and_words_bring_everything_back() {
    let Some(relay) = Relay::start() else { return };
    let place = tempfile::tempdir().unwrap();
    let asha = create(&relay, place.path(), "patient", "asha");
    let rao = create(&relay, place.path(), "practitioner", "rao");
    let added = answer(&[
        "--vault",
        &asha,
        "add",
        "allergy",
        "Peanuts",
        "--criticality",
        "high",
        "--reaction",
        "Hives",
    ]);
    assert_eq!(
        refusal(&["--vault", &asha, "add", "allergy", "Milk", "--criticality", "extreme"]).0,
        "build.invalid"
    );
    let picture = place.path().join("letter.png");
    fs::write(&picture, cli::code::png("a picture").unwrap()).unwrap();
    let filed = answer(&["--vault", &asha, "import", path(&picture)]);
    let bundle = format!("{SAMPLES}/collection.json");
    let first = answer(&["--vault", &asha, "import", &bundle]);
    assert!(first["imported"].as_u64().unwrap() > 10);
    assert_eq!(
        answer(&["--vault", &asha, "import", &bundle])["imported"],
        0,
        "everything is a duplicate now"
    );

    // A wrong row ends the code; the right one opens the share.
    let claimed = |right: bool| {
        let code = place.path().join(format!("code-{right}.png"));
        let offer = answer(&[
            "--vault",
            &asha,
            "offer",
            "--category",
            "allergy",
            "--category",
            "document",
            "--png",
            path(&code),
        ]);
        let offer = offer["offer"]["id"].as_str().unwrap().to_owned();
        let claim = answer(&["--vault", &rao, "claim", path(&code), "--wait", "1s"]);
        assert_eq!(
            claim["claim"]["stage"], "waiting",
            "the patient's wallet has not looked yet"
        );
        let waiting = answer(&["--vault", &asha, "claims"]);
        assert_eq!(waiting["waiting"][0]["claimant"]["vouched"], "none");
        let compared = answer(&["--vault", &rao, "claims"]);
        let symbols = compared["claims"][0]["symbols"].clone();
        assert_eq!(symbols.as_array().unwrap().len(), 4);
        assert_eq!(
            refusal(&["--vault", &asha, "confirm", "--yes"]),
            ("claim.unvouched".to_owned(), 8)
        );
        let rows = waiting["waiting"][0]["choices"].as_array().unwrap();
        let row = rows.iter().position(|row| (*row == symbols) == right).unwrap() + 1;
        (offer, row.to_string())
    };
    // The claim waits for the patient's wallet, so it must not wait long here.
    let (_, row) = claimed(false);
    assert_eq!(
        refusal(&["--vault", &asha, "confirm", "--row", &row]),
        ("claim.symbols".to_owned(), 8)
    );
    assert_eq!(answer(&["--vault", &rao, "claims"])["claims"][0]["stage"], "declined");
    let (offer, row) = claimed(true);
    let given = answer(&["--vault", &asha, "confirm", &offer, "--row", &row]);
    let grant = given["grant"].as_str().unwrap();
    let listed = answer(&["--vault", &rao, "read", grant]);
    let ids: Vec<&str> = listed["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|record| record["id"].as_str())
        .collect();
    assert!(ids.contains(&added["record"].as_str().unwrap()) && ids.contains(&filed["record"].as_str().unwrap()));
    let saved = place.path().join("saved");
    fs::create_dir(&saved).unwrap();
    let file = filed["record"].as_str().unwrap();
    answer(&["--vault", &rao, "read", grant, "--open", file, "--save", path(&saved)]);
    assert_eq!(
        fs::read(saved.join("0-letter.png")).unwrap(),
        fs::read(&picture).unwrap()
    );
    assert_eq!(
        answer(&["--vault", &asha, "receipts"])["receipts"][0]["records"][0],
        file
    );
    assert_eq!(
        refusal(&["--vault", &rao, "write", "prescription", grant, "--medicine", ""]).0,
        "build.missing"
    );

    // The words and the relay bring the whole vault back, attachment included.
    let again = path(&place.path().join("again")).to_owned();
    let kit = path(&place.path().join("asha.kit")).to_owned();
    answer(&[
        "--vault",
        &again,
        "recover",
        "--relay",
        &relay.url,
        "--words-file",
        &kit,
    ]);
    let count = |vault: &str| answer(&["--vault", vault, "list"])["records"].as_array().unwrap().len();
    assert_eq!(count(&again), count(&asha));
    let other = place.path().join("other");
    fs::create_dir(&other).unwrap();
    answer(&["--vault", &again, "show", file, "--save", path(&other)]);
    assert_eq!(
        fs::read(other.join("0-letter.png")).unwrap(),
        fs::read(&picture).unwrap()
    );
    assert!(satchel(&["--vault", &again, "block", "verify"]).status.success());
    let wrong = place.path().join("wrong.kit");
    fs::write(&wrong, "abandon ".repeat(23) + "art").unwrap();
    let nowhere = path(&place.path().join("nowhere")).to_owned();
    assert_eq!(
        refusal(&[
            "--vault",
            &nowhere,
            "recover",
            "--relay",
            &relay.url,
            "--words-file",
            path(&wrong)
        ])
        .0,
        "vault.recovery"
    );
}

/// Gives access to everything of two categories, by the right row.
fn admit(place: &Path, patient: &str, reader: &str) -> String {
    let code = place.join("code.png");
    let offer = answer(&[
        "--vault",
        patient,
        "offer",
        "--category",
        "allergy",
        "--category",
        "document",
        "--png",
        path(&code),
    ]);
    answer(&["--vault", reader, "claim", path(&code), "--wait", "1s"]);
    let waiting = answer(&["--vault", patient, "claims"]);
    let symbols = answer(&["--vault", reader, "claims"])["claims"][0]["symbols"].clone();
    let rows = waiting["waiting"][0]["choices"].as_array().unwrap();
    let row = (rows.iter().position(|row| *row == symbols).unwrap() + 1).to_string();
    let offer = offer["offer"]["id"].as_str().unwrap();
    let given = answer(&["--vault", patient, "confirm", offer, "--row", &row]);
    given["grant"].as_str().unwrap().to_owned()
}

#[test]
fn access_is_kept_after_a_recovery_and_what_it_gave_is_deleted_when_that_is_asked() {
    let Some(relay) = Relay::start() else { return };
    let place = tempfile::tempdir().unwrap();
    let lost = create(&relay, place.path(), "patient", "asha");
    let rao = create(&relay, place.path(), "practitioner", "rao");
    let allergy = answer(&["--vault", &lost, "add", "allergy", "Peanuts"]);
    let grant = admit(place.path(), &lost, &rao);
    let read = answer(&["--vault", &rao, "read", &grant]);
    assert_eq!(read["records"][0]["id"], allergy["record"]);

    // The phone is gone; the words bring the vault back, and each access that stood is to be kept or ended.
    let asha = path(&place.path().join("again")).to_owned();
    let kit = path(&place.path().join("asha.kit")).to_owned();
    answer(&["--vault", &asha, "recover", "--relay", &relay.url, "--words-file", &kit]);
    let listed = |undecided: bool| {
        let listed = answer(&["--vault", &asha, "grant", "list"]);
        assert_eq!(listed["grants"][0]["id"], grant.as_str(), "{listed}");
        assert_eq!(listed["grants"][0]["undecided"].is_u64(), undecided, "{listed}");
    };
    listed(true);
    answer(&["--vault", &asha, "grant", "keep", &grant]);
    listed(false);

    // Asked, refused with a reason, asked again, done.
    answer(&["--vault", &asha, "grant", "ask-delete", &grant]);
    let requests = || answer(&["--vault", &rao, "access", "requests"])["requests"][0].clone();
    let asked = || answer(&["--vault", &asha, "grant", "deletions"])["deletions"][0].clone();
    assert_eq!(requests()["state"], "asked");
    assert_eq!(
        refusal(&["--vault", &rao, "access", "delete", &grant]),
        ("cli.argument".to_owned(), 2),
        "what does not come back is not deleted by a slip"
    );
    let reason = ["--reason", "retention", "--text", "Ten years, by law"];
    answer(&[&["--vault", &rao, "access", "refuse", &grant][..], &reason[..]].concat());
    let told = asked();
    assert_eq!(told["state"], "refused", "{told}");
    assert_eq!(told["answers"][0]["reason"], "retention");
    assert_eq!(told["answers"][0]["text"], "Ten years, by law");
    answer(&["--vault", &asha, "grant", "ask-delete", &grant, "--revoke"]);
    answer(&["--vault", &rao, "access", "delete", &grant, "--yes"]);
    assert_eq!(asked()["state"], "deleted");
    assert_eq!(requests()["state"], "deleted");
    assert_eq!(refusal(&["--vault", &rao, "read", &grant]).0, "vault.not_found");
    let ended = answer(&["--vault", &asha, "grant", "list"]);
    assert_eq!(ended["grants"][0]["state"], "ended", "{ended}");
}
