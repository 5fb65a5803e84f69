//! After a revocation nothing is left, and nobody is told that it is done before it is.

use std::path::Path;
use std::time::Duration;

use cli::{Http, Response, Transport};
use protocol::category::Category;
use protocol::hash::Hash;
use rusqlite::types::Value;
use support::forge::Forger;
use support::{Person, Relay, Visit, rows, writing};
use vault::facade::{RecordQuery, Vault};

use super::grants::{given, listed, received};
use super::visit::{Cast, deliver, stage};

/// Which of these byte strings stand anywhere on the relay's disk, raw or as hexadecimal text.
pub(crate) fn on_disk(folder: &Path, wanted: &[Vec<u8>]) -> Vec<usize> {
    fn walk(folder: &Path, visit: &mut dyn FnMut(&Path, &[u8])) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            if entry.path().is_dir() {
                walk(&entry.path(), visit);
            } else {
                visit(&entry.path(), &std::fs::read(entry.path()).unwrap_or_default());
            }
        }
    }
    let finder = |bytes: &[u8], needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    let mut found = Vec::new();
    walk(folder, &mut |path, bytes| {
        for (place, needle) in wanted.iter().enumerate() {
            let hex: String = needle.iter().map(|byte| format!("{byte:02x}")).collect();
            if !found.contains(&place)
                && (finder(bytes, needle) || finder(bytes, hex.as_bytes()) || path.to_string_lossy().contains(&hex))
            {
                found.push(place);
            }
        }
    });
    found
}

fn blobs(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Blob(bytes) => Some(bytes.clone()),
        _ => None,
    }
}

/// Everything binary in the relay's database: labels are among it.
fn values(relay: &Relay) -> Vec<Vec<u8>> {
    rows(&relay.data())
        .iter()
        .flat_map(|(_, rows)| rows.iter().flatten().filter_map(blobs))
        .collect()
}

/// The beginnings of the ciphertexts that lie under these addresses now.
fn ciphertexts(relay: &Relay, addresses: &[Hash]) -> Vec<Vec<u8>> {
    let all = rows(&relay.data());
    let (_, stored) = all.iter().find(|(name, _)| name == "blob").expect("the blobs");
    stored
        .iter()
        .filter(|row| {
            row.iter()
                .filter_map(blobs)
                .any(|bytes| addresses.iter().any(|address| address.as_bytes().as_slice() == bytes))
        })
        .filter_map(|row| row.iter().filter_map(blobs).max_by_key(Vec::len))
        .map(|bytes| bytes[8..72].to_vec())
        .collect()
}

#[test]
fn a_thief_with_the_readers_state_and_the_relays_disk_finds_nothing_after_a_revocation() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    // One record was fetched and opened, one was not.
    let seen = listed(&mut rao, &grant);
    let first = vec![seen[0].clone()];
    rao.run(|vault, now, rng| vault.fetch_shared(&grant, &first, now, rng));
    rao.sync();
    rao.run(|vault, now, rng| vault.open_shared(&grant, &first, now, rng));
    rao.sync();
    let thief = Forger::of(&mut rao);
    let addresses: Vec<Hash> = thief.copies(&grant).into_iter().map(|(address, _)| address).collect();
    let mut wanted: Vec<Vec<u8>> = thief.traces(&grant).iter().map(|trace| trace.to_vec()).collect();
    wanted.extend(ciphertexts(&relay, &addresses));
    assert_eq!(wanted.len(), 4 + 2 + 2, "keys and mailbox, addresses, ciphertexts");
    assert_eq!(
        on_disk(&relay.data(), &wanted).len(),
        wanted.len(),
        "all of it is there now"
    );
    assert_eq!(thief.fetch(&grant, &format!("/blobs/{}", addresses[0])), 200);

    asha.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    asha.sync();
    assert_eq!(given(&mut asha, &grant).state, "ended");
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("63.00"), now, rng));
    asha.sync();
    // The relay folds its log in by itself.
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(on_disk(&relay.data(), &wanted), Vec::<usize>::new());

    // The keys of the thief open the last block, which says that the grant ended, and nothing else.
    let stored = values(&relay);
    let labels: Vec<Hash> = stored
        .iter()
        .filter_map(|bytes| bytes.as_slice().try_into().ok().map(Hash::new))
        .collect();
    assert!(
        thief.opens(&grant, &labels, &stored) <= 2,
        "the last block and its slot"
    );
    for address in &addresses {
        assert_eq!(thief.fetch(&grant, &format!("/blobs/{address}")), 404);
    }
    assert_eq!(thief.fetch(&grant, "/blocks"), 404);

    // The last block is there for a reader who missed the message: it is read by a key that nobody sent.
    let mut late = rao;
    late.sync();
    assert_eq!(received(&mut late, &grant).state, "ended");
    assert_eq!(
        late.refused(|vault, now, rng| vault.fetch_shared(&grant, &seen, now, rng)),
        "grant.revoked"
    );
    // What had been delivered is known for ever: one opened, by a receipt.
    let delivered = asha.ask(|vault| vault.deliveries(&grant));
    assert_eq!(delivered.len(), 1, "{delivered:?}");
    assert!(delivered[0].claimed);
}

#[test]
fn a_relay_that_drops_a_revocation_is_never_believed() {
    let Some(relay) = Relay::start() else { return };
    let Cast { mut asha, mut rao, .. } = Cast::new(&relay);
    for (method, ending) in [
        ("DELETE", "/blobs"),
        ("PUT", "/capabilities"),
        ("DELETE", "through="),
        ("DELETE", "mailboxes"),
    ] {
        let Visit { grant, .. } = asha.admit(&mut rao, &support::everything());
        asha.wire.swallow(move |request| {
            let dropped =
                request.method == method && request.url.contains(ending) && !request.url.contains("envelopes");
            dropped.then(|| Response {
                status: 200,
                headers: Vec::new(),
                body: request.body.clone().unwrap_or_else(|| br#"{"success":true}"#.to_vec()),
            })
        });
        asha.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
        asha.sync();
        // `sync::grant::ended` looks before it believes.
        assert_eq!(given(&mut asha, &grant).state, "stopping", "{method} {ending}");
        assert!(
            asha.codes().contains(&"grant.not_stopped".to_owned()),
            "{method} {ending}"
        );
        asha.wire.deliver();
        asha.run(|vault, now, rng| vault.retry(now, rng));
        asha.sync();
        assert_eq!(given(&mut asha, &grant).state, "ended", "{method} {ending}");
        rao.sync();
        assert_eq!(received(&mut rao, &grant).state, "ended");
    }
    // A relay that swallows without an answer: nothing is claimed either.
    let Visit { grant, .. } = asha.admit(&mut rao, &support::everything());
    asha.wire.cut(true);
    asha.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    assert_eq!(asha.sync_fails(), "cli.network");
    assert_eq!(given(&mut asha, &grant).state, "stopping");
    asha.wire.cut(false);
    asha.run(|vault, now, rng| vault.retry(now, rng));
    asha.sync();
    assert_eq!(given(&mut asha, &grant).state, "ended");
}

#[test]
fn what_was_asked_once_changes_nothing_when_it_is_sent_again() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let before = asha.wire.all().len();
    asha.run(|vault, now, rng| vault.pause_grant(&grant, now, rng));
    asha.sync();
    asha.run(|vault, now, rng| vault.resume_grant(&grant, now, rng));
    asha.sync();
    rao.sync();
    let replay = |asha: &Person, from: usize| {
        let http = Http::new().expect("a client");
        for exchange in asha.wire.all().into_iter().skip(from) {
            if exchange.request.method != "GET" {
                let again = http.send(&exchange.request).expect("the relay is there");
                assert!(again.status < 500, "{again:?}");
            }
        }
    };
    // Pause, sent again after the resumption: `store::sqlite::spend` and the version of the capabilities.
    replay(&asha, before);
    rao.sync();
    rao.sync();
    assert_eq!(received(&mut rao, &grant).state, "live");
    rao.read_all(&grant);

    // The same for a revocation, and for what came before it: the end stays the end.
    asha.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    asha.sync();
    rao.sync();
    let tables = |relay: &Relay| -> Vec<_> {
        rows(&relay.data())
            .into_iter()
            .filter(|(name, _)| !matches!(name.as_str(), "nonce" | "access" | "envelope" | "mailbox"))
            .collect()
    };
    let stored = tables(&relay);
    replay(&asha, before);
    assert_eq!(tables(&relay), stored);
    asha.sync();
    rao.sync();
    assert_eq!(
        (given(&mut asha, &grant).state, received(&mut rao, &grant).state),
        ("ended".to_owned(), "ended".to_owned())
    );
}

#[test]
fn what_is_sent_under_a_paused_or_ended_grant_is_declined() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    let records = |asha: &mut Person| asha.ask(|vault| vault.records(&RecordQuery::default())).len();
    let before = records(&mut asha);
    let now = asha.now();
    let kept = asha.ask(|vault| vault.records(&RecordQuery::default())).remove(0);
    let content = asha.ask(|vault| vault.record(&kept.id, now)).fhir;
    let category = Category::parse(&kept.category).expect("a category");
    // A client that ignores what its grant says; the relay cannot tell what it carries.
    let mut forger = Forger::of(&mut rao);
    let (id, access) = forger.access(&grant);
    let package = forger.record(access.patient, category, &content);

    asha.run(|vault, now, rng| vault.pause_grant(&grant, now, rng));
    asha.sync();
    assert_eq!(forger.submit(id, &access, &package).status, 202);
    asha.sync();
    // `GrantState::in_force` in `flow::submit::judge`.
    assert_eq!(
        (asha.codes(), records(&mut asha)),
        (vec!["grant.paused".to_owned()], before)
    );
    assert_eq!(forger.fetch(&grant, "/blocks"), 404, "the relay refuses the fetch key");
    asha.run(|vault, now, rng| vault.resume_grant(&grant, now, rng));
    asha.sync();
    assert_eq!(forger.fetch(&grant, "/blocks"), 200);

    // Revoked while the submission lies in the mailbox: declined; afterwards there is no mailbox.
    asha.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    assert_eq!(forger.submit(id, &access, &package).status, 202);
    asha.sync();
    let codes = asha.codes();
    assert!(codes.is_empty() || codes == ["grant.revoked"], "{codes:?}");
    assert_eq!(records(&mut asha), before);
    assert_eq!(forger.submit(id, &access, &package).status, 404);

    // `append` over by the clock: the app refuses, and the wallet of a patient whose clock is there declines.
    let Visit { grant, .. } = asha.admit(&mut rao, &support::everything());
    let report = rao.make(|vault, now, rng| vault.write_report(&grant, &writing::report(), now, rng));
    rao.sync();
    asha.move_clock(86_401);
    asha.sync();
    asha.move_clock(0);
    rao.sync();
    assert_eq!(stage(&mut rao, &report), ("declined".into(), Some("grant.over".into())));
    let _ = deliver;
}

#[test]
fn a_reader_who_missed_everything_still_learns_the_end() {
    let Some(relay) = Relay::start() else { return };
    let mut cast = Cast::new(&relay);
    let Visit { grant, .. } = cast.visit();
    let Cast { mut asha, mut rao, .. } = cast;
    asha.run(|vault, now, rng| vault.add_measurement(&writing::weight("64.00"), now, rng));
    asha.sync();
    asha.run(|vault, now, rng| vault.revoke_grant(&grant, now, rng));
    asha.sync();
    // The message to the reader gets lost; the chain's last block is left, the blocks before it are not.
    rao.wire.swallow(|request| {
        let mailbox = request.method == "GET" && request.url.contains("/envelopes");
        mailbox.then(|| Response {
            status: 200,
            headers: Vec::new(),
            body: br#"{"success":true,"envelopes":[],"more":false}"#.to_vec(),
        })
    });
    rao.sync();
    rao.sync();
    assert_eq!(received(&mut rao, &grant).state, "ended");
    assert_eq!(listed(&mut rao, &grant).len(), 2, "what came after was never listed");
    assert_eq!(rao.codes(), Vec::<String>::new());
    assert_eq!(rao.ask(Vault::profile).stopped, Vec::<String>::new());
}
