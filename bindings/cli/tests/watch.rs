//! A lab's own system writes results into a folder: each file is accepted or refused as a whole, whatever happens in between.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[allow(
    dead_code,
    unreachable_pub,
    reason = "shared by several tests, each of which uses a part"
)]
#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use support::{Relay, complaint, path, satchel_with, text};

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/samples");
const WORD: &str = "satchel-demo";

struct Lab {
    _relay: Relay,
    _place: tempfile::TempDir,
    vault: String,
    patient: String,
    folder: PathBuf,
    request: Value,
}

impl Lab {
    /// The demo's lab with the request it was given, and an empty folder.
    fn start() -> Option<Self> {
        let relay = Relay::start()?;
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("people");
        let played = satchel_with(
            WORD,
            &[
                "demo",
                "--relay",
                &relay.url,
                "--data",
                path(&data),
                "--samples",
                SAMPLES,
            ],
        );
        assert!(played.status.success(), "{}", complaint(&played));
        let folder = place.path().join("results");
        fs::create_dir(&folder).unwrap();
        let mut lab = Self {
            vault: path(&data.join("lena")).to_owned(),
            patient: path(&data.join("asha")).to_owned(),
            folder,
            request: Value::Null,
            _relay: relay,
            _place: place,
        };
        let orders = lab.run(&["lab", "orders"]);
        let order = &orders["orders"][0];
        let (grant, id) = (order["grant"].as_str().unwrap(), order["id"].as_str().unwrap());
        let read = satchel_with(WORD, &["--vault", &lab.vault, "read", grant, "--open", id, "--fhir"]);
        lab.request = serde_json::from_slice(&read.stdout).expect("the request");
        Some(lab)
    }

    fn run(&self, arguments: &[&str]) -> Value {
        let output = satchel_with(WORD, &[&["--vault", &self.vault], arguments, &["--json"]].concat());
        let value: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", complaint(&output)));
        assert_eq!(value["success"], true, "{value}");
        value
    }

    fn watch(&self) -> Value {
        self.run(&["lab", "watch", path(&self.folder), "--once"])
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.join(name), bytes).unwrap();
    }

    /// How the lab's own system names the request.
    fn requisition(&self) -> Value {
        let first = if self.request["resourceType"] == "Bundle" {
            &self.request["entry"][0]["resource"]
        } else {
            &self.request
        };
        first["requisition"].clone()
    }

    fn submissions(&self) -> Vec<Value> {
        self.run(&["submissions"])["submissions"].as_array().unwrap().clone()
    }
}

fn result(based_on: &Value, number: u32, value: &str, unit: &str) -> Value {
    let value: Value = serde_json::from_str(value).unwrap();
    let subject = json!({ "display": "Patient" });
    json!({
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": { "system": "urn:example:reports", "value": format!("R-{number}") },
        "entry": [
            {
                "fullUrl": "urn:uuid:0b4f2d6e-7f0a-4c57-9a53-00000000000a",
                "resource": {
                    "resourceType": "DiagnosticReport",
                    "basedOn": [based_on],
                    "status": "final",
                    "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "LAB" }] }],
                    "code": { "text": "Blood count" },
                    "subject": subject,
                    "effectiveDateTime": "2026-11-25T07:30:00Z",
                    "result": [{ "reference": "urn:uuid:0b4f2d6e-7f0a-4c57-9a53-00000000000b" }]
                }
            },
            {
                "fullUrl": "urn:uuid:0b4f2d6e-7f0a-4c57-9a53-00000000000b",
                "resource": {
                    "resourceType": "Observation",
                    "status": "final",
                    "category": [{ "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory" }] }],
                    "code": { "coding": [{ "system": "http://loinc.org", "code": "718-7" }], "text": "Hemoglobin" },
                    "subject": subject,
                    "effectiveDateTime": "2026-11-25T07:30:00Z",
                    "valueQuantity": { "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit }
                }
            }
        ]
    })
}

fn names(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder)
        .map(|all| {
            all.map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect()
        })
        .unwrap_or_default()
}

#[test]
fn files_are_accepted_or_refused_with_a_reason_and_never_half() {
    let Some(lab) = Lab::start() else { return };
    let by_identifier = json!({ "identifier": lab.requisition() });
    let good = result(&by_identifier, 1, "9.80", "g/dL").to_string();
    lab.put("good.json", good.as_bytes());
    lab.put(
        "unit.json",
        result(&by_identifier, 2, "9.80", "mg/dL").to_string().as_bytes(),
    );
    lab.put(
        "value.json",
        result(&by_identifier, 3, "980", "g/dL").to_string().as_bytes(),
    );
    let nobody = json!({ "identifier": { "system": "urn:example:orders", "value": "none" } });
    lab.put("other.json", result(&nobody, 4, "9.80", "g/dL").to_string().as_bytes());
    let mut unnamed = result(&nobody, 5, "9.80", "g/dL");
    unnamed["entry"][0]["resource"]
        .as_object_mut()
        .unwrap()
        .remove("basedOn");
    lab.put("unnamed.json", unnamed.to_string().as_bytes());
    let mut stranger = result(&by_identifier, 6, "9.80", "g/dL");
    let someone = json!({ "reference": format!("urn:satchel:identity:{}", "ab".repeat(32)) });
    stranger["entry"][0]["resource"]["subject"] = someone.clone();
    stranger["entry"][1]["resource"]["subject"] = someone;
    lab.put("stranger.json", stranger.to_string().as_bytes());
    let mut broken = result(&by_identifier, 7, "9.80", "g/dL");
    broken["entry"][0]["resource"]["status"] = "finished".into();
    lab.put("fhir.json", broken.to_string().as_bytes());
    lab.put(
        "prescription.json",
        br#"{"resourceType":"Patient","name":[{"text":"A"}]}"#,
    );
    lab.put("garbage.json", &[0xff, 0x00, 0x7b]);
    lab.put("half.json", good.as_bytes().get(..good.len() / 2).unwrap());
    lab.put("deep.json", "[".repeat(100_000).as_bytes());
    lab.put("twice.json", br#"{"resourceType":"Bundle","resourceType":"Bundle"}"#);
    lab.put("huge.json", &vec![b' '; 600 * 1024]);
    lab.put("empty.json", b"");
    // Nothing that is taken.
    lab.put(".hidden.json", good.as_bytes());
    lab.put("good.json.part", good.as_bytes());
    fs::create_dir(lab.folder.join("folder.json")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", lab.folder.join("link.json")).unwrap();

    let before = lab.submissions().len();
    let said = lab.watch();
    assert_eq!(
        (said["accepted"].as_u64(), said["refused"].as_u64()),
        (Some(1), Some(13)),
        "{said}"
    );
    let done = lab.folder.join("done");
    let refused = lab.folder.join("refused");
    assert_eq!(
        names(&done),
        BTreeSet::from(["good.json".to_owned(), "good.json.receipt.json".to_owned()])
    );
    let code = |name: &str| -> String {
        let reason = fs::read(refused.join(format!("{name}.json.reason.json"))).unwrap();
        let reason: Value = serde_json::from_slice(&reason).unwrap();
        assert!(reason["message"].as_str().unwrap().len() > 10, "{reason}");
        assert!(refused.join(format!("{name}.json")).exists(), "{name}");
        reason["code"].as_str().unwrap().to_owned()
    };
    for (name, expected) in [
        ("unit", "result.unit"),
        ("value", "result.implausible"),
        ("other", "result.order"),
        ("unnamed", "result.unnamed"),
        ("stranger", "result.patient"),
        ("fhir", "result.fhir"),
        ("prescription", "result.document"),
        ("garbage", "read.json"),
        ("half", "read.json"),
        ("deep", "read.too_deep"),
        ("twice", "read.duplicate_member"),
        ("huge", "record.too_large"),
        ("empty", "read.json"),
    ] {
        assert_eq!(code(name), expected, "{name}");
    }
    let left = names(&lab.folder);
    for name in [".hidden.json", "good.json.part", "folder.json"] {
        assert!(left.contains(name), "{left:?}");
    }
    assert_eq!(lab.submissions().len(), before + 1);

    // The signed bytes are the file's own, and the patient has them.
    let receipt: Value = serde_json::from_slice(&fs::read(done.join("good.json.receipt.json")).unwrap()).unwrap();
    let record = receipt["record"].as_str().unwrap();
    satchel_with(WORD, &["--vault", &lab.patient, "sync"]);
    let shown = satchel_with(WORD, &["--vault", &lab.patient, "show", record, "--fhir"]);
    assert_eq!(text(&shown).trim_end(), good, "{}", complaint(&shown));

    // The same bytes again, under another name: the same record, nothing new.
    lab.put("again.json", good.as_bytes());
    let said = lab.watch();
    assert_eq!(said["files"][0]["record"].as_str(), Some(record));
    assert_eq!(lab.submissions().len(), before + 1);

    // A file that grows is left alone until it no longer does.
    let growing = lab.folder.join("growing.json");
    let bytes = result(&by_identifier, 8, "9.90", "g/dL").to_string().into_bytes();
    let writer = std::thread::spawn({
        let (growing, bytes) = (growing.clone(), bytes.clone());
        move || {
            let mut file = fs::File::create(growing).unwrap();
            for part in bytes.chunks(bytes.len() / 60 + 1) {
                file.write_all(part).unwrap();
                file.flush().unwrap();
                std::thread::sleep(Duration::from_millis(150));
            }
        }
    });
    std::thread::sleep(Duration::from_millis(100));
    let said = lab.watch();
    assert_eq!(
        (said["accepted"].as_u64(), said["waiting"].as_u64()),
        (Some(0), Some(1)),
        "{said}"
    );
    assert!(growing.exists());
    writer.join().unwrap();
    assert_eq!(lab.watch()["accepted"].as_u64(), Some(1));
}

#[test]
fn a_watch_killed_again_and_again_sends_every_file_once() {
    let Some(lab) = Lab::start() else { return };
    let by_identifier = json!({ "identifier": lab.requisition() });
    let files = 10;
    for number in 0..files {
        let bytes = result(&by_identifier, 100 + number, "9.80", "g/dL").to_string();
        lab.put(&format!("r{number}.json"), bytes.as_bytes());
    }
    let before = lab.submissions().len();
    let left = || names(&lab.folder).iter().filter(|name| name.ends_with(".json")).count();
    let mut kills = 0;
    for round in 0u64..60 {
        if left() == 0 {
            break;
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_satchel"))
            .args([
                "--vault",
                &lab.vault,
                "lab",
                "watch",
                path(&lab.folder),
                "--once",
                "--json",
            ])
            .env("SATCHEL_PASSPHRASE", WORD)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        // From the first file on, a little later each time, so that every step is cut somewhere.
        let started = left();
        for _ in 0..600 {
            if left() < started || child.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(7 * (round % 9)));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
    }
    assert_eq!(left(), 0, "every file was taken");
    assert!(kills >= 2, "nothing was cut");
    let done = lab.folder.join("done");
    let mut records = BTreeSet::new();
    for number in 0..files {
        assert!(done.join(format!("r{number}.json")).exists());
        let receipt = fs::read(done.join(format!("r{number}.json.receipt.json"))).unwrap();
        let receipt: Value = serde_json::from_slice(&receipt).unwrap();
        records.insert(receipt["record"].as_str().unwrap().to_owned());
    }
    assert_eq!(records.len(), usize::try_from(files).unwrap());
    assert_eq!(
        lab.submissions().len(),
        before + records.len(),
        "none sent twice, none lost"
    );
    satchel_with(WORD, &["--vault", &lab.patient, "sync"]);
    lab.run(&["sync"]);
    let filed = lab.submissions();
    let filed = filed
        .iter()
        .filter(|one| records.contains(one["id"].as_str().unwrap()) && one["stage"] == "filed");
    assert_eq!(filed.count(), records.len());
}
