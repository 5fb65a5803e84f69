//! The work in native Rust, over the façade itself and over the shipped driver.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, Instant};

use cli::Session;
use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use vault::facade::{Changes, Checked, Entry, Error, FileDraft, PieceRequest, RecordQuery, Setup, Vault};

use crate::store::PASSPHRASE;

/// What a relay says to a part that it took.
const TAKEN: &[u8] = br#"{"success":true}"#;

fn random() -> impl CryptoRng {
    UnwrapErr(SysRng)
}

/// Does what the lines of the input say.
pub(crate) fn play(folder: &Path) {
    let began = Instant::now();
    assert!(Vault::verify_export(&[], "", 1).is_err());
    println!("ready {}", began.elapsed().as_nanos());
    let entries = entries(&folder.join("entries"));
    let mut vault = None;
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let (time, count) = match word {
            "open" => {
                let index = index(&entries);
                let (time, opened) = timed(|| Vault::open(index, PASSPHRASE).unwrap());
                let blocks = opened.profile().unwrap().blocks;
                vault = Some(opened);
                (time, blocks.into())
            }
            "unlock" => {
                let (time, mut session) = timed(|| Session::open(&folder.join("vault"), PASSPHRASE).unwrap());
                (time, session.query(Vault::profile).unwrap().blocks.into())
            }
            "list" => {
                let vault = vault.as_ref().unwrap();
                let (time, found) = timed(|| vault.records(&RecordQuery::default()).unwrap());
                (time, found.len() as u64)
            }
            "audit" => {
                let vault = vault.as_mut().unwrap();
                vault.forget();
                let (time, checked) = timed(|| audit(vault, &entries));
                (time, whole(&checked))
            }
            "verify" => {
                let mut session = Session::open(&folder.join("vault"), PASSPHRASE).unwrap();
                let (time, checked) = timed(|| session.query(Vault::check_chain).unwrap());
                (time, whole(&checked))
            }
            "seal" => {
                let mut vault = Vault::open(index(&entries), PASSPHRASE).unwrap();
                timed(|| seal(&mut vault, &folder.join("file")))
            }
            "send" => send(rest, &folder.join("file")),
            _ => panic!("`{line}` is no word of the protocol"),
        };
        println!("{} {count}", time.as_nanos());
    }
}

/// The stored vault.
pub(crate) fn entries(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let bytes = std::fs::read(path).unwrap();
    let mut rest = bytes.as_slice();
    let mut take = || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (part, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        rest = after;
        Some(part.to_vec())
    };
    let mut all = BTreeMap::new();
    while let Some(key) = take() {
        all.insert(String::from_utf8(key).unwrap(), take().unwrap());
    }
    all
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let done = work();
    (began.elapsed(), done)
}

/// What a vault is opened with.
fn index(entries: &BTreeMap<String, Vec<u8>>) -> Vec<Entry> {
    let index = entries.iter().filter(|(key, _)| !key.starts_with('d'));
    index
        .map(|(key, value)| Entry {
            key: key.clone(),
            value: Some(value.clone()),
        })
        .collect()
}

fn audit(vault: &mut Vault, entries: &BTreeMap<String, Vec<u8>>) -> Checked {
    loop {
        match vault.check_chain() {
            Ok(checked) => return checked,
            Err(Error { need, .. }) if !need.is_empty() => {
                let found = need.into_iter().map(|key| Entry {
                    value: entries.get(&key).cloned(),
                    key,
                });
                vault.provide(found.collect()).unwrap();
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

fn whole(checked: &Checked) -> u64 {
    assert_eq!(checked.bad, None);
    checked.blocks.into()
}

fn draft(path: &Path) -> FileDraft {
    FileDraft {
        name: "scan.bin".into(),
        media_type: "application/octet-stream".into(),
        size: std::fs::metadata(path).unwrap().len(),
        source: path.display().to_string(),
    }
}

/// Takes a file in and seals all of it; every part is said to have arrived. Gives the bytes that were read for sealing.
fn seal(vault: &mut Vault, path: &Path) -> u64 {
    let now = 1_790_000_000;
    let keep = |vault: &mut Vault, changes: Changes| {
        if !changes.is_empty() {
            vault.stored(changes.generation).unwrap();
        }
    };
    let begun = vault.add_file(&draft(path), now, &mut random()).unwrap();
    keep(vault, begun);
    vault.carry_files(true);
    let mut file = File::open(path).unwrap();
    let mut sealed = 0;
    loop {
        let request = vault.next_request(now, &mut random()).unwrap();
        if let Some(piece) = request.piece {
            let bytes = read(&mut file, &piece);
            if piece.sealing {
                sealed += bytes.len() as u64;
            }
            let changes = vault
                .give_piece(&piece.upload, piece.index, &bytes, now, &mut random())
                .unwrap();
            keep(vault, changes);
        } else if request.kind != "send" {
            assert!(vault.files().unwrap().is_empty(), "all parts were taken");
            return sealed;
        } else if request.url.contains("/blobs/") {
            assert!(request.body.is_some_and(|body| !body.is_empty()));
            let changes = vault
                .on_response(request.id, 201, Vec::new(), TAKEN.to_vec(), now, &mut random())
                .unwrap();
            keep(vault, changes);
        }
        // Anything else is left without an answer, as by a slow relay.
    }
}

fn read(file: &mut File, piece: &PieceRequest) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(piece.length).unwrap()];
    file.seek(SeekFrom::Start(piece.offset)).unwrap();
    file.read_exact(&mut bytes).unwrap();
    bytes
}

/// Sends the file from a new vault.
fn send(relay: &str, path: &Path) -> (Duration, u64) {
    let place = tempfile::TempDir::new().unwrap();
    let setup = Setup {
        role: "patient".into(),
        name: "Bench".into(),
        relay: relay.to_owned(),
        token: None,
    };
    let mut session = Session::create(&place.path().join("vault"), &setup, PASSPHRASE).unwrap();
    session.sync().unwrap();
    let draft = draft(path);
    let (time, ()) = timed(|| {
        session
            .command(|vault, now, rng| vault.add_file(&draft, now, rng))
            .unwrap();
        session.carry(&mut |_| ()).unwrap();
    });
    assert!(session.query(Vault::files).unwrap().is_empty());
    let filed = session.query(|vault| vault.records(&RecordQuery::default())).unwrap();
    (time, if filed.len() == 1 { draft.size } else { 0 })
}
