//! `kill -9` under load, again and again on the same data: whatever was acknowledged is there, and no label ever has two commits.
//!
//! Writers race on shared labels, so that a lost or re-ordered commit would show as a fork: two acknowledged commits of one label.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use protocol::hash::{Hash, sha256};
use protocol::promise::Promise;
use protocol::relay::message::{
    Admitted, Blocks, Delivered, Envelopes, MailboxSettings, NewBlock, NewChain, RelayInformation,
};
use support::{Client, Key, any, random};

const ROUNDS: usize = 50;
const WRITERS: usize = 6;

struct Relay {
    child: Child,
    address: std::net::SocketAddr,
}

impl Relay {
    fn start(data: &Path) -> Self {
        let config = data.join("relay.toml");
        if !config.exists() {
            let rates = ["address", "capability", "create", "intake"]
                .map(|name| format!("[rates.{name}]\nper_second = 0\nburst = 0\n"));
            std::fs::write(&config, rates.concat()).unwrap();
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_relay-server"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .arg("--config")
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap()
            .parse()
            .unwrap();
        Self { child, address }
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What the relay acknowledged so far, over all rounds.
#[derive(Default)]
struct Acknowledged {
    blocks: HashMap<Hash, (Hash, Admitted)>,
    blobs: Vec<Vec<u8>>,
    envelopes: Vec<(u64, Hash)>,
    forks: Vec<Hash>,
}

struct Resources {
    chain: String,
    write: Key,
    mailbox: String,
    read: Key,
}

fn writer(
    address: std::net::SocketAddr,
    resources: &Resources,
    labels: &[Hash],
    next: &AtomicUsize,
    stop: &AtomicBool,
    known: &Mutex<Acknowledged>,
) {
    let Ok(Ok(mut client)) = std::panic::catch_unwind(|| Ok::<_, ()>(Client::connect(address))) else {
        return;
    };
    while !stop.load(Ordering::Relaxed) {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        // Two neighbouring turns share a label: one of them must lose.
        let (label, content) = (labels[(turn / 2) % labels.len()], random::<200>());
        let block = NewBlock {
            label,
            commit: sha256(&[&content]),
            block: content[..].into(),
            slot: None,
            body: None,
            capabilities: None,
        };
        let body = serde_json::to_vec(&block).unwrap();
        let target = format!("{}/blocks", resources.chain);
        let headers = client.sign("POST", &target, &body, &resources.write);
        let Ok(answer) = client.try_send("POST", &target, &headers, &body) else {
            return;
        };
        if answer.status < 300 {
            let admitted: Admitted = answer.read();
            let mut known = known.lock().unwrap();
            if known
                .blocks
                .insert(label, (block.commit, admitted))
                .is_some_and(|(commit, _)| commit != block.commit)
            {
                known.forks.push(label);
            }
        } else {
            answer.refused(409, "relay.conflict");
        }
        if turn.is_multiple_of(8) {
            let blob = random::<70_000>().to_vec();
            let target = format!("{}/blobs/{}", resources.chain, sha256(&[&blob]));
            let headers = client.sign("PUT", &target, &blob, &resources.write);
            let Ok(answer) = client.try_send("PUT", &target, &headers, &blob) else {
                return;
            };
            answer.is(201);
            known.lock().unwrap().blobs.push(blob);
        }
        if turn.is_multiple_of(3) {
            let envelope = random::<1024>();
            let target = format!("{}/envelopes", resources.mailbox);
            let Ok(answer) = client.try_send("POST", &target, &Vec::new(), &envelope) else {
                return;
            };
            let cursor = answer.is(202).read::<Delivered>().cursor;
            known.lock().unwrap().envelopes.push((cursor, sha256(&[&envelope])));
        }
    }
}

/// Everything acknowledged so far is there, unchanged, once.
fn check(client: &mut Client, resources: &Resources, known: &Acknowledged, log: &RelayInformation) {
    assert!(known.forks.is_empty(), "one label acknowledged for two commits");
    let mut stored = HashMap::new();
    let mut after = String::new();
    loop {
        let page: Blocks = client
            .ask("GET", &format!("{}/blocks{after}", resources.chain), &resources.write)
            .is(200)
            .read();
        for entry in &page.entries {
            assert_eq!(
                entry.commit,
                sha256(&[&entry.block.as_ref().unwrap().0]),
                "a block that is not its commit"
            );
            assert_eq!(entry.index, stored.len() as u64, "a gap in the order of arrival");
            let promise = Promise::verify(&entry.promise.0, &log.log.key).unwrap();
            assert_eq!(promise.commit, entry.commit);
            assert!(stored.insert(entry.label, entry.clone()).is_none(), "one label twice");
        }
        if !page.more {
            break;
        }
        after = format!("?after={}", stored.len() - 1);
    }
    for (label, (commit, admitted)) in &known.blocks {
        let entry = stored.get(label).expect("an acknowledged block is lost");
        assert_eq!(
            (&entry.commit, entry.index, &entry.promise),
            (commit, admitted.index, &admitted.promise)
        );
    }
    let mut envelopes = HashMap::new();
    let mut cursor = 0;
    loop {
        let target = format!("{}/envelopes?after={cursor}", resources.mailbox);
        let page: Envelopes = client.ask("GET", &target, &resources.read).is(200).read();
        for envelope in &page.envelopes {
            assert!(envelope.cursor > cursor);
            cursor = envelope.cursor;
            envelopes.insert(cursor, sha256(&[&envelope.envelope.0]));
        }
        if !page.more {
            break;
        }
    }
    for (cursor, hash) in &known.envelopes {
        assert_eq!(envelopes.get(cursor), Some(hash), "an acknowledged envelope is lost");
    }
}

fn check_blobs(client: &mut Client, resources: &Resources, blobs: &[Vec<u8>]) {
    for blob in blobs {
        let target = format!("{}/blobs/{}", resources.chain, sha256(&[blob]));
        assert!(
            &client.ask("GET", &target, &resources.write).is(200).body == blob,
            "an acknowledged blob is lost or damaged"
        );
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_the_relay_is_killed() {
    let data = tempfile::tempdir().unwrap();
    let (write, read) = (Key::new(), Key::new());
    let resources = Arc::new(Resources {
        chain: format!("/v1/chains/{}", any()),
        mailbox: format!("/v1/mailboxes/{}", any()),
        write,
        read,
    });
    let known = Arc::new(Mutex::new(Acknowledged::default()));
    // Labels repeat over the rounds, so that a lost entry would be admitted a second time with another commit.
    let labels: Arc<Vec<Hash>> = Arc::new((0..20_000).map(|_| any()).collect());
    let next = Arc::new(AtomicUsize::new(0));
    let (began, mut log) = (Instant::now(), None);
    let mut checked_blobs = 0;
    for round in 0..ROUNDS {
        let relay = Relay::start(data.path());
        let mut client = Client::connect(relay.address);
        let information: RelayInformation = client.get("/v1/relay").is(200).read();
        let log: &RelayInformation = log.get_or_insert(information.clone());
        assert_eq!(information.log, log.log, "the log's identity changed");
        if round == 0 {
            let chain = NewChain {
                write: resources.write.public(),
                read: vec![],
                recover: None,
                public: false,
            };
            client.call("PUT", &resources.chain, &chain, &resources.write).is(201);
            let mailbox = MailboxSettings {
                read: resources.read.public(),
                send: vec![],
                intake: true,
                contact: None,
            };
            client
                .call("PUT", &resources.mailbox, &mailbox, &resources.read)
                .is(201);
        }
        {
            let known = known.lock().unwrap();
            check(&mut client, &resources, &known, log);
            check_blobs(&mut client, &resources, &known.blobs[checked_blobs..]);
            checked_blobs = known.blobs.len();
        }
        // What was read is acknowledged now and then, or the mailbox would fill up.
        let through = known
            .lock()
            .unwrap()
            .envelopes
            .iter()
            .map(|(cursor, _)| *cursor)
            .max()
            .unwrap_or(0);
        client
            .ask(
                "DELETE",
                &format!("{}/envelopes?through={through}", resources.mailbox),
                &resources.read,
            )
            .is(200);
        known.lock().unwrap().envelopes.clear();
        // Step back a little, so that labels around the last kill are tried again.
        next.fetch_sub(next.load(Ordering::Relaxed).min(40), Ordering::Relaxed);
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (address, resources, labels) = (relay.address, Arc::clone(&resources), Arc::clone(&labels));
                let (next, stop, known) = (Arc::clone(&next), Arc::clone(&stop), Arc::clone(&known));
                std::thread::spawn(move || writer(address, &resources, &labels, &next, &stop, &known))
            })
            .collect();
        let jitter = u64::from(random::<1>()[0]);
        std::thread::sleep(Duration::from_millis(60 + jitter));
        relay.kill();
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.join().expect("a writer saw a wrong answer");
        }
    }
    let relay = Relay::start(data.path());
    let mut client = Client::connect(relay.address);
    let known = known.lock().unwrap();
    check(&mut client, &resources, &known, &log.unwrap());
    check_blobs(&mut client, &resources, &known.blobs);
    relay.kill();
    let (blocks, blobs) = (known.blocks.len(), known.blobs.len());
    println!(
        "{ROUNDS} kills in {:.1?}: {blocks} blocks and {blobs} blobs acknowledged, none lost",
        began.elapsed()
    );
    assert!(blocks > ROUNDS && blobs > 0, "there was hardly any load");
}
