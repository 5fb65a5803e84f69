//! Chains: creation, admission, reading, waiting, erasing.

use std::time::{Duration, Instant};

use protocol::id::ResourceId;
use protocol::key::PublicKey;
use protocol::log_entry::map_key;
use protocol::promise::Promise;
use protocol::relay::message::{Admitted, Blocks, Entered, NewChain, NewEntry, RelayInformation};

use crate::support::{Key, Server, any};
use crate::{Chain, block};

fn log_key(server: &Server) -> (String, PublicKey) {
    let information: RelayInformation = server.client().get("/v1/relay").read();
    (information.log.origin, information.log.key)
}

#[test]
fn creation_is_idempotent_and_exclusive() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    client
        .call("PUT", &chain.path, &chain.creation(false), &chain.write)
        .is(200);
    client
        .call("PUT", &chain.path, &chain.creation(true), &chain.write)
        .refused(409, "relay.exists");
    let other = Key::new();
    let theirs = NewChain {
        write: other.public(),
        ..chain.creation(false)
    };
    client
        .call("PUT", &chain.path, &theirs, &other)
        .refused(409, "relay.exists");
    // Signed by another key than the one it names.
    client
        .call("PUT", &format!("/v1/chains/{}", any()), &theirs, &chain.write)
        .refused(404, "relay.not_found");
    client
        .call("PUT", "/v1/chains/short", &theirs, &other)
        .refused(404, "relay.not_found");
    client
        .signed("PUT", &chain.path, b"{\"write\":1}", &chain.write)
        .refused(400, "relay.malformed");
    let unknown = format!("{{\"write\":\"{}\",\"admin\":true}}", chain.write.public());
    client
        .signed("PUT", &chain.path, unknown.as_bytes(), &chain.write)
        .refused(400, "relay.malformed");
}

#[test]
fn admission_promises_what_it_admitted() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let first = block(b"first");
    let admitted: Admitted = chain.append(client, &first).is(201).read();
    assert_eq!(admitted.index, 0);
    let (origin, key) = log_key(&server);
    let promise = Promise::verify(&admitted.promise.0, &key).unwrap();
    assert_eq!(promise.map_key, map_key(&ResourceId::from(chain.id), &first.label));
    assert_eq!(
        (promise.commit, promise.time, promise.origin),
        (first.commit, admitted.time, origin)
    );

    // The same again, even with another content: what was admitted stays.
    let mut again = first.clone();
    again.block = b"something else"[..].into();
    let repeated: Admitted = chain.append(client, &again).is(200).read();
    assert_eq!(repeated, admitted);

    let mut other = block(b"other");
    other.label = first.label;
    let refused = chain.append(client, &other);
    refused.refused(409, "relay.conflict");
    let json = refused.json();
    assert_eq!(
        (json["index"].as_u64(), json["commit"].as_str()),
        (Some(0), Some(first.commit.to_string().as_str()))
    );
    assert_eq!(json["label"].as_str(), Some(first.label.to_string().as_str()));

    let page: Blocks = client.ask("GET", &chain.at("/blocks"), &chain.read).is(200).read();
    assert_eq!((page.entries.len(), page.more), (1, false));
    let entry = &page.entries[0];
    assert_eq!((entry.index, entry.label, entry.commit), (0, first.label, first.commit));
    assert_eq!(
        (&entry.block, &entry.slot, &entry.body),
        (&Some(first.block), &first.slot, &first.body)
    );
    assert_eq!(entry.promise, admitted.promise);

    // Another chain may use the same label: the map key differs.
    let elsewhere = Chain::create(client);
    elsewhere.append(client, &other).is(201);
}

#[test]
fn keys_open_only_their_chain() {
    let server = Server::start();
    let client = &mut server.client();
    let (chain, other) = (Chain::create(client), Chain::create(client));
    chain.add(client, b"secret");
    for key in [&chain.write, &chain.read, &chain.recover] {
        client.ask("GET", &chain.at("/blocks"), key).is(200);
    }
    let missing = client
        .ask("GET", &format!("/v1/chains/{}/blocks", any()), &chain.read)
        .body;
    for key in [&other.write, &other.read, &Key::new()] {
        let forbidden = client.ask("GET", &chain.at("/blocks"), key);
        forbidden.refused(404, "relay.not_found");
        assert_eq!(forbidden.body, missing, "forbidden and missing must look the same");
    }
    client.get(&chain.at("/blocks")).refused(404, "relay.not_found");
    for key in [&chain.read, &chain.recover, &other.write] {
        client
            .call("POST", &chain.at("/blocks"), &block(b"x"), key)
            .refused(404, "relay.not_found");
        client
            .call(
                "POST",
                &chain.at("/entries"),
                &NewEntry {
                    label: any(),
                    commit: any(),
                },
                key,
            )
            .refused(404, "relay.not_found");
        client
            .ask("DELETE", &chain.at("/blocks/0/body"), key)
            .refused(404, "relay.not_found");
        client
            .ask("DELETE", &chain.at("/blocks?through=0"), key)
            .refused(404, "relay.not_found");
        client.ask("DELETE", &chain.path, key).refused(404, "relay.not_found");
    }
}

#[test]
fn public_chains_are_read_by_everybody() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::public(client);
    chain.add(client, b"published");
    assert_eq!(
        client.get(&chain.at("/blocks")).is(200).read::<Blocks>().entries.len(),
        1
    );
    client.ask("GET", &chain.at("/blocks"), &Key::new()).is(200);
    client
        .call("POST", &chain.at("/blocks"), &block(b"x"), &Key::new())
        .refused(404, "relay.not_found");
}

#[test]
fn reading_goes_in_pages() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    for number in 0..7u8 {
        assert_eq!(chain.add(client, &[number]).index, u64::from(number));
    }
    let mut seen = Vec::new();
    let mut target = chain.at("/blocks?limit=3");
    loop {
        let page: Blocks = client.ask("GET", &target, &chain.read).is(200).read();
        seen.extend(page.entries.iter().map(|entry| entry.index));
        if !page.more {
            break;
        }
        target = chain.at(&format!("/blocks?after={}&limit=3", seen.last().unwrap()));
    }
    assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6]);
    for query in [
        "limit=0",
        "limit=257",
        "wait=26",
        "after=x",
        "before=1",
        "after=1&after=1",
    ] {
        client
            .ask("GET", &chain.at(&format!("/blocks?{query}")), &chain.read)
            .refused(400, "relay.malformed");
    }
}

#[test]
fn large_pages_stop_early() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    for _ in 0..6 {
        let mut large = block(&[7; 60_000]);
        large.body = Some(vec![1; 1_000_000].into());
        chain.append(client, &large).is(201);
    }
    let page: Blocks = client.ask("GET", &chain.at("/blocks"), &chain.read).read();
    assert!(page.more && page.entries.len() < 6 && page.entries.len() > 1);
}

#[test]
fn a_waiting_reader_is_woken_at_once() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let mut waits = Vec::new();
    let mut after = String::new();
    for round in 0..10u8 {
        let mut reader = server.client();
        let target = chain.at(&format!("/blocks?wait=20{after}"));
        let headers = reader.sign("GET", &target, b"", &chain.read);
        let waiting = std::thread::spawn(move || {
            let answer = reader.send("GET", &target, &headers, b"");
            (Instant::now(), answer)
        });
        std::thread::sleep(Duration::from_millis(60));
        let block = block(&[round]);
        chain.append(client, &block).is(201);
        let admitted = Instant::now();
        let (woken, answer) = waiting.join().unwrap();
        assert_eq!(answer.read::<Blocks>().entries[0].commit, block.commit);
        waits.push(woken.saturating_duration_since(admitted));
        after = format!("&after={round}");
    }
    waits.sort_unstable();
    // Much sooner than the wait is over; how soon, the benchmark says.
    assert!(waits[waits.len() / 2] < Duration::from_secs(5), "{waits:?}");
}

#[test]
fn waiting_ends_empty_when_nothing_comes_and_when_the_relay_stops() {
    let mut server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let began = Instant::now();
    assert!(
        client
            .ask("GET", &chain.at("/blocks?wait=1"), &chain.read)
            .is(200)
            .read::<Blocks>()
            .entries
            .is_empty()
    );
    assert!(began.elapsed() >= Duration::from_millis(950));
    let mut reader = server.client();
    let target = chain.at("/blocks?wait=25");
    let headers = reader.sign("GET", &target, b"", &chain.read);
    let waiting = std::thread::spawn(move || reader.send("GET", &target, &headers, b"").is(200).status);
    std::thread::sleep(Duration::from_millis(100));
    let began = Instant::now();
    server.stop();
    assert_eq!(waiting.join().unwrap(), 200);
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn racing_devices_end_with_one_winner() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    for _ in 0..5 {
        let label = any();
        let contenders: Vec<_> = (0..16u8)
            .map(|number| {
                let mut block = block(&[number]);
                block.label = label;
                let mut client = server.client();
                let body = serde_json::to_vec(&block).unwrap();
                let headers = client.sign("POST", &chain.at("/blocks"), &body, &chain.write);
                let target = chain.at("/blocks");
                std::thread::spawn(move || (block.commit, client.send("POST", &target, &headers, &body)))
            })
            .collect();
        let answers: Vec<_> = contenders.into_iter().map(|thread| thread.join().unwrap()).collect();
        let winners: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 201).collect();
        assert_eq!(winners.len(), 1);
        for (commit, answer) in &answers {
            if commit != &winners[0].0 {
                answer.refused(409, "relay.conflict");
                assert_eq!(
                    answer.json()["commit"].as_str(),
                    Some(winners[0].0.to_string().as_str())
                );
            }
        }
    }
    let page: Blocks = client.ask("GET", &chain.at("/blocks"), &chain.read).read();
    assert_eq!(page.entries.len(), 5);
}

#[test]
fn erasing_keeps_the_entry() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    for number in 0..4u8 {
        chain.add(client, &[number; 2000]);
    }
    let read = |client: &mut crate::support::Client| {
        client
            .ask("GET", &chain.at("/blocks"), &chain.read)
            .read::<Blocks>()
            .entries
    };
    let before = read(client);
    client.ask("DELETE", &chain.at("/blocks/1/body"), &chain.write).is(200);
    let after = read(client);
    assert_eq!((&after[1].slot, &after[1].body), (&None, &None));
    assert_eq!((&after[1].block, after[1].commit), (&before[1].block, before[1].commit));
    assert_eq!(after[2], before[2]);
    client
        .ask("DELETE", &chain.at("/blocks?through=2"), &chain.write)
        .is(200);
    let after = read(client);
    assert!(
        after[..3]
            .iter()
            .all(|entry| entry.block.is_none() && entry.slot.is_none() && entry.body.is_none())
    );
    assert_eq!(after[3], before[3]);
    assert_eq!(after[0].promise, before[0].promise);
    client
        .ask("DELETE", &chain.at("/blocks/9/body"), &chain.write)
        .refused(404, "relay.not_found");
    client
        .ask("DELETE", &chain.at("/blocks"), &chain.write)
        .refused(400, "relay.malformed");
}

#[test]
fn a_deleted_chain_is_gone_but_its_labels_stay_taken() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    chain.add(client, b"something");
    client.ask("DELETE", &chain.path, &chain.write).is(200);
    client
        .ask("GET", &chain.at("/blocks"), &chain.read)
        .refused(404, "relay.not_found");
    client
        .ask("DELETE", &chain.path, &chain.write)
        .refused(404, "relay.not_found");
    client
        .call("PUT", &chain.path, &chain.creation(false), &chain.write)
        .refused(409, "relay.exists");
}

#[test]
fn entries_without_a_block() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let entry = NewEntry {
        label: any(),
        commit: any(),
    };
    let entered: Entered = client
        .call("POST", &chain.at("/entries"), &entry, &chain.write)
        .is(201)
        .read();
    let promise = Promise::verify(&entered.promise.0, &log_key(&server).1).unwrap();
    assert_eq!(
        (promise.commit, promise.map_key),
        (entry.commit, map_key(&ResourceId::from(chain.id), &entry.label))
    );
    assert_eq!(
        client
            .call("POST", &chain.at("/entries"), &entry, &chain.write)
            .is(200)
            .read::<Entered>(),
        entered
    );
    let other = NewEntry {
        commit: any(),
        ..entry.clone()
    };
    let refused = client.call("POST", &chain.at("/entries"), &other, &chain.write);
    refused.refused(409, "relay.conflict");
    assert!(refused.json().get("index").is_none());
    assert!(
        client
            .ask("GET", &chain.at("/blocks"), &chain.read)
            .read::<Blocks>()
            .entries
            .is_empty()
    );

    // A block under a label entered before keeps the first promise.
    let mut late = block(b"late");
    (late.label, late.commit) = (entry.label, entry.commit);
    assert_eq!(
        chain.append(client, &late).is(201).read::<Admitted>().promise,
        entered.promise
    );
    // And an entry under a block's label says the block's promise.
    let first = block(b"block");
    let admitted: Admitted = chain.append(client, &first).read();
    let same = NewEntry {
        label: first.label,
        commit: first.commit,
    };
    assert_eq!(
        client
            .call("POST", &chain.at("/entries"), &same, &chain.write)
            .is(200)
            .read::<Entered>()
            .promise,
        admitted.promise
    );
}

#[test]
fn everything_is_there_after_a_restart() {
    let mut server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let block = block(b"durable");
    let admitted: Admitted = chain.append(client, &block).read();
    let log = log_key(&server);
    let before = client.ask("GET", &chain.at("/blocks"), &chain.read).body;
    server.restart();
    let client = &mut server.client();
    assert_eq!(log_key(&server), log);
    assert_eq!(client.ask("GET", &chain.at("/blocks"), &chain.read).body, before);
    assert_eq!(chain.append(client, &block).is(200).read::<Admitted>(), admitted);
}
