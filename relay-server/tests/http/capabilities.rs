//! Capabilities: replacing them, pausing, fetch keys, uploads by grantees, accesses.

use protocol::hash::sha256;
use protocol::key::PublicKey;
use protocol::relay::auth;
use protocol::relay::auth::Unverified;
use protocol::relay::message::{Accesses, Admitted, Blocks, Capabilities, FetchKey, FetchKeyChange};

use crate::support::{Client, Key, Server};
use crate::{Chain, block};

fn capabilities(client: &mut Client, chain: &Chain) -> Capabilities {
    client
        .ask("GET", &chain.at("/capabilities"), &chain.write)
        .is(200)
        .read()
}

fn change(client: &mut Client, chain: &Chain, change: impl FnOnce(&mut Capabilities)) -> Capabilities {
    let mut new = capabilities(client, chain);
    change(&mut new);
    client
        .call("PUT", &chain.at("/capabilities"), &new, &chain.write)
        .is(200)
        .read()
}

fn fetch(key: PublicKey, upload: u64) -> FetchKey {
    FetchKey { key, upload }
}

#[test]
fn compare_and_swap() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let first = capabilities(client, &chain);
    assert_eq!(
        (first.version, first.write, first.recover),
        (1, chain.write.public(), Some(chain.recover.public()))
    );
    assert_eq!(
        (first.read.as_slice(), first.fetch.as_slice(), first.paused),
        (&[chain.read.public()][..], &[][..], false)
    );
    let device = Key::new();
    let second = change(client, &chain, |new| new.read.push(device.public()));
    assert_eq!(second.version, 2);
    client.ask("GET", &chain.at("/blocks"), &device).is(200);
    let stale = client.call("PUT", &chain.at("/capabilities"), &first, &chain.write);
    stale.refused(409, "relay.version");
    assert_eq!(stale.json()["version"].as_u64(), Some(2));
    for key in [&chain.read, &device, &Key::new()] {
        client
            .ask("GET", &chain.at("/capabilities"), key)
            .refused(404, "relay.not_found");
        client
            .call("PUT", &chain.at("/capabilities"), &second, key)
            .refused(404, "relay.not_found");
    }
}

#[test]
fn recover_replaces_write_and_only_recover_replaces_recover() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let (write, recover) = (Key::new(), Key::new());
    let mut new: Capabilities = client
        .ask("GET", &chain.at("/capabilities"), &chain.recover)
        .is(200)
        .read();
    new.recover = Some(recover.public());
    client
        .call("PUT", &chain.at("/capabilities"), &new, &chain.write)
        .refused(404, "relay.not_found");
    new.write = write.public();
    new.read = vec![];
    client
        .call("PUT", &chain.at("/capabilities"), &new, &chain.recover)
        .is(200);
    client
        .call("POST", &chain.at("/blocks"), &block(b"x"), &chain.write)
        .refused(404, "relay.not_found");
    client
        .ask("GET", &chain.at("/blocks"), &chain.read)
        .refused(404, "relay.not_found");
    client
        .ask("GET", &chain.at("/blocks"), &chain.recover)
        .refused(404, "relay.not_found");
    client.call("POST", &chain.at("/blocks"), &block(b"x"), &write).is(201);
    client.ask("GET", &chain.at("/blocks"), &recover).is(200);
}

#[test]
fn an_epoch_replaces_capabilities_with_its_block() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let write = Key::new();
    let mut epoch = block(b"epoch");
    epoch.capabilities = Some(Capabilities {
        version: 7,
        write: write.public(),
        ..capabilities(client, &chain)
    });
    chain.append(client, &epoch).refused(409, "relay.version");
    assert!(
        client
            .ask("GET", &chain.at("/blocks"), &chain.read)
            .read::<Blocks>()
            .entries
            .is_empty(),
        "both or none"
    );
    if let Some(capabilities) = &mut epoch.capabilities {
        capabilities.version = 1;
    }
    chain.append(client, &epoch).is(201);
    chain
        .append(client, &block(b"old device"))
        .refused(404, "relay.not_found");
    client
        .call("POST", &chain.at("/blocks"), &epoch, &write)
        .is(200)
        .read::<Admitted>();
}

#[test]
fn pausing_locks_fetch_keys_out() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let doctor = Key::new();
    change(client, &chain, |new| new.fetch = vec![fetch(doctor.public(), 1000)]);
    chain.add(client, b"shared");
    let blob = b"attachment".to_vec();
    let path = chain.at(&format!("/blobs/{}", sha256(&[&blob])));
    client.signed("PUT", &path, &blob, &doctor).is(201);
    client.ask("GET", &chain.at("/blocks"), &doctor).is(200);
    change(client, &chain, |new| new.paused = true);
    client
        .ask("GET", &chain.at("/blocks"), &doctor)
        .refused(404, "relay.not_found");
    client.ask("GET", &path, &doctor).refused(404, "relay.not_found");
    client
        .signed("PUT", &path, &blob, &doctor)
        .refused(404, "relay.not_found");
    client.ask("GET", &chain.at("/blocks"), &chain.read).is(200);
    change(client, &chain, |new| new.paused = false);
    client.ask("GET", &chain.at("/blocks"), &doctor).is(200);
    client
        .call("POST", &chain.at("/blocks"), &block(b"x"), &doctor)
        .refused(404, "relay.not_found");
    change(client, &chain, |new| new.fetch.clear());
    client
        .ask("GET", &chain.at("/blocks"), &doctor)
        .refused(404, "relay.not_found");
}

#[test]
fn a_waiting_fetch_key_is_turned_away_when_it_is_removed() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let doctor = Key::new();
    change(client, &chain, |new| new.fetch = vec![fetch(doctor.public(), 0)]);
    let mut reader = server.client();
    let target = chain.at("/blocks?wait=20");
    let headers = reader.sign("GET", &target, b"", &doctor);
    let waiting = std::thread::spawn(move || reader.send("GET", &target, &headers, b"").status);
    std::thread::sleep(std::time::Duration::from_millis(100));
    change(client, &chain, |new| new.fetch.clear());
    assert_eq!(waiting.join().unwrap(), 404);
}

#[test]
fn the_grantee_rules_its_fetch_keys() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let (grantee, first, second) = (Key::new(), Key::new(), Key::new());
    let target = chain.at("/fetch-keys");
    let add = |key: &Key| FetchKeyChange {
        add: vec![key.public()],
        remove: vec![],
    };
    client
        .call("POST", &target, &add(&first), &grantee)
        .refused(404, "relay.not_found");
    change(client, &chain, |new| {
        new.grantee = Some(grantee.public());
        new.fetch = vec![fetch(first.public(), 150)];
    });
    client.call("POST", &target, &add(&second), &grantee).is(200);
    client
        .call("POST", &target, &add(&second), &chain.write)
        .refused(404, "relay.not_found");
    client
        .call("POST", &target, &add(&second), &first)
        .refused(404, "relay.not_found");
    client.ask("GET", &chain.at("/blocks"), &second).is(200);
    client
        .ask("GET", &chain.at("/blocks"), &grantee)
        .refused(404, "relay.not_found");
    // The upload quota is the grant's: a second key does not double it.
    let upload = |client: &mut Client, key: &Key, byte: u8| {
        let blob = vec![byte; 100];
        client.signed("PUT", &chain.at(&format!("/blobs/{}", sha256(&[&blob]))), &blob, key)
    };
    upload(client, &first, 1).is(201);
    upload(client, &second, 2).refused(507, "relay.uploads");
    upload(client, &second, 1).is(200);
    let remove = FetchKeyChange {
        add: vec![],
        remove: vec![first.public(), second.public()],
    };
    client.call("POST", &target, &remove, &grantee).is(200);
    client
        .ask("GET", &chain.at("/blocks"), &first)
        .refused(404, "relay.not_found");
    client.call("POST", &target, &add(&first), &grantee).is(200);
    assert_eq!(capabilities(client, &chain).fetch, [fetch(first.public(), 150)]);
    let many = FetchKeyChange {
        add: (0..256).map(|_| Key::new().public()).collect(),
        remove: vec![],
    };
    client
        .call("POST", &target, &many, &grantee)
        .refused(507, "relay.quota");
    assert_eq!(capabilities(client, &chain).fetch.len(), 1);
}

#[test]
fn the_first_request_for_each_thing_is_kept_as_evidence() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let doctor = Key::new();
    change(client, &chain, |new| new.fetch = vec![fetch(doctor.public(), 0)]);
    let blob = b"attachment".to_vec();
    let address = sha256(&[&blob]);
    let path = chain.at(&format!("/blobs/{address}"));
    client.signed("PUT", &path, &blob, &chain.write).is(201);
    chain.add(client, b"one");
    chain.add(client, b"two");
    for _ in 0..2 {
        client.ask("GET", &chain.at("/blocks"), &doctor).is(200);
        client.ask("GET", &path, &doctor).is(200);
        client.ask("GET", &path, &chain.read).is(200);
    }
    chain.add(client, b"three");
    client.ask("GET", &chain.at("/blocks?after=1"), &doctor).is(200);
    let read: Accesses = client.ask("GET", &chain.at("/accesses"), &chain.read).is(200).read();
    let things: Vec<_> = read
        .accesses
        .iter()
        .map(|access| (access.address, access.through))
        .collect();
    assert_eq!(things, [(None, Some(1)), (Some(address), None), (None, Some(2))]);
    for access in &read.accesses {
        assert_eq!(
            (access.key, access.authority.as_str()),
            (doctor.public(), client.authority.as_str())
        );
        let headers = [
            (auth::SIGNATURE_INPUT, access.signature_input.as_str()),
            (auth::SIGNATURE, access.signature.as_str()),
        ];
        let request = auth::Request::new(&access.method, &access.authority, &access.path, &access.query);
        assert_eq!(
            Unverified::parse(headers)
                .unwrap()
                .verify(&request, access.time, 30)
                .unwrap()
                .key,
            doctor.public()
        );
    }
    let second: Accesses = client
        .ask("GET", &chain.at("/accesses?after=1&limit=1"), &chain.write)
        .is(200)
        .read();
    assert_eq!((second.accesses.as_slice(), second.more), (&read.accesses[1..2], true));
    for key in [&doctor, &chain.recover, &Key::new()] {
        client
            .ask("GET", &chain.at("/accesses"), key)
            .refused(404, "relay.not_found");
    }
}
