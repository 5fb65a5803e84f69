//! Signatures on the wire: replay, age, bent requests, names.

use protocol::relay::message::{Blocks, Capabilities, MailboxSettings};

use crate::support::{Client, Headers, Key, Server, any, now};
use crate::{Chain, block};

#[test]
fn unsigned_and_half_signed_requests() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    client
        .send("DELETE", &chain.path, &Vec::new(), b"")
        .refused(401, "relay.signature");
    for missing in ["signature", "signature-input", "content-digest"] {
        let body = serde_json::to_vec(&block(b"x")).unwrap();
        let mut headers = client.sign("POST", &chain.at("/blocks"), &body, &chain.write);
        headers.retain(|(name, _)| name != missing);
        client
            .send("POST", &chain.at("/blocks"), &headers, &body)
            .refused(401, "relay.signature");
    }
}

#[test]
fn age_is_bounded_and_the_relay_says_its_time() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let target = chain.at("/blocks");
    for (shift, good) in [
        (-200i64, false),
        (-62, false),
        (-50, true),
        (20, true),
        (40, false),
        (5000, false),
    ] {
        let created = now().saturating_add_signed(shift);
        let headers = client.sign_at(created, "GET", &target, b"", &chain.read);
        let answer = client.send("GET", &target, &headers, b"");
        if good {
            answer.is(200);
        } else {
            answer.refused(401, "relay.clock");
            assert!(answer.json()["time"].as_u64().unwrap().abs_diff(now()) <= 2);
        }
    }
}

#[test]
fn what_was_not_signed_is_not_done() {
    let server = Server::start();
    let client = &mut server.client();
    let (chain, other) = (Chain::create(client), Chain::create(client));
    chain.add(client, b"x");
    let body = serde_json::to_vec(&block(b"signed")).unwrap();
    let swapped = serde_json::to_vec(&block(b"swapped")).unwrap();
    let headers = client.sign("POST", &chain.at("/blocks"), &body, &chain.write);
    client
        .send("POST", &chain.at("/blocks"), &headers, &swapped)
        .refused(401, "relay.signature");
    client
        .send("POST", &chain.at("/blocks"), &headers, b"")
        .refused(401, "relay.signature");
    client
        .send("POST", &other.at("/blocks"), &headers, &body)
        .refused(401, "relay.signature");
    client
        .send("POST", &chain.at("/blocks?x=1"), &headers, &body)
        .refused(401, "relay.signature");
    client
        .send("PUT", &chain.at("/capabilities"), &headers, &body)
        .refused(401, "relay.signature");
    let headers = client.sign("GET", &chain.at("/blocks?after=0"), b"", &chain.read);
    client
        .send("GET", &chain.at("/blocks"), &headers, b"")
        .refused(401, "relay.signature");
    // A body where none was signed.
    client
        .send("GET", &chain.at("/blocks?after=0"), &headers, b"{}")
        .is(413);
    let headers = client.sign("POST", &chain.at("/blocks"), b"", &chain.write);
    client
        .send("POST", &chain.at("/blocks"), &headers, &body)
        .refused(401, "relay.signature");
    client
        .call("POST", &chain.at("/blocks"), &block(b"x"), &other.write)
        .refused(404, "relay.not_found");
    assert_eq!(
        client
            .ask("GET", &chain.at("/blocks"), &chain.read)
            .read::<Blocks>()
            .entries
            .len(),
        1
    );
}

#[test]
fn captured_requests_do_nothing_twice() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    // Admission is idempotent: the captured request says what happened then.
    let body = serde_json::to_vec(&block(b"once")).unwrap();
    let headers = client.sign("POST", &chain.at("/blocks"), &body, &chain.write);
    client.send("POST", &chain.at("/blocks"), &headers, &body).is(201);
    client.send("POST", &chain.at("/blocks"), &headers, &body).is(200);

    let twice = |client: &mut Client, method: &str, target: &str, body: &[u8], key: &Key| {
        let headers: Headers = client.sign(method, target, body, key);
        let first = client.send(method, target, &headers, body);
        assert!(first.status < 300, "{}", String::from_utf8_lossy(&first.body));
        client.send(method, target, &headers, body)
    };
    let capabilities: Capabilities = client.ask("GET", &chain.at("/capabilities"), &chain.write).read();
    let grantee = Key::new();
    let granted = serde_json::to_vec(&Capabilities {
        grantee: Some(grantee.public()),
        ..capabilities
    })
    .unwrap();
    twice(client, "PUT", &chain.at("/capabilities"), &granted, &chain.write).refused(409, "relay.replayed");
    let change = format!("{{\"add\":[\"{}\"]}}", Key::new().public());
    twice(client, "POST", &chain.at("/fetch-keys"), change.as_bytes(), &grantee).refused(409, "relay.replayed");
    twice(client, "DELETE", &chain.at("/blocks/0/body"), b"", &chain.write).refused(409, "relay.replayed");
    twice(client, "DELETE", &chain.at("/blocks?through=0"), b"", &chain.write).refused(409, "relay.replayed");
    twice(client, "DELETE", &chain.path, b"", &chain.write).refused(404, "relay.not_found");

    let (id, read) = (any(), Key::new());
    let settings = MailboxSettings {
        read: read.public(),
        send: Vec::new(),
        intake: true,
        contact: None,
    };
    let body = serde_json::to_vec(&settings).unwrap();
    let path = format!("/v1/mailboxes/{id}");
    twice(client, "PUT", &path, &body, &read).refused(409, "relay.replayed");
    twice(client, "DELETE", &format!("{path}/envelopes?through=3"), b"", &read).refused(409, "relay.replayed");
    let headers = client.sign("DELETE", &path, b"", &read);
    client.send("DELETE", &path, &headers, b"").is(200);
    client
        .send("PUT", &path, &client.sign("PUT", &path, &body, &read), &body)
        .is(201);
    client
        .send("DELETE", &path, &headers, b"")
        .refused(409, "relay.replayed");
}

#[test]
fn the_name_counts() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let port = server.address.port();
    // Any name of this machine is fine, but a signature for one is not one for the other.
    client.authority = format!("localhost:{port}");
    client.ask("GET", &chain.at("/blocks"), &chain.read).is(200);
    let headers = client.sign("GET", &chain.at("/blocks"), b"", &chain.read);
    client.authority = format!("127.0.0.1:{port}");
    client
        .send("GET", &chain.at("/blocks"), &headers, b"")
        .refused(401, "relay.signature");
    client.authority = "evil.example".to_owned();
    client
        .ask("GET", &chain.at("/blocks"), &chain.read)
        .refused(421, "relay.authority");

    let named = Server::with(|config| config.public_url = Some("https://relay.example.org".to_owned()));
    let client = &mut named.client();
    client.authority = "relay.example.org".to_owned();
    let chain = Chain::create(client);
    // Behind a proxy the connection's own name differs; the public one was signed.
    let headers = client.sign("GET", &chain.at("/blocks"), b"", &chain.read);
    client.authority = named.address.to_string();
    client.send("GET", &chain.at("/blocks"), &headers, b"").is(200);
    client
        .ask("GET", &chain.at("/blocks"), &chain.read)
        .refused(401, "relay.signature");
}
