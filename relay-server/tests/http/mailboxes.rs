//! Mailboxes: sending, waiting, acknowledging, first contact.

use std::time::{Duration, Instant};

use protocol::relay::message::{Contact, Delivered, Envelopes, MailboxReader, MailboxSettings};

use crate::support::{Answer, Client, Key, Server, any};

struct Mailbox {
    path: String,
    read: Key,
    send: Key,
}

impl Mailbox {
    fn create(client: &mut Client, intake: bool) -> Self {
        let mailbox = Self {
            path: format!("/v1/mailboxes/{}", any()),
            read: Key::new(),
            send: Key::new(),
        };
        mailbox.put(client, &mailbox.settings(intake)).is(201);
        mailbox
    }

    fn settings(&self, intake: bool) -> MailboxSettings {
        let contact = intake.then(|| b"contact"[..].into());
        MailboxSettings {
            read: self.read.public(),
            send: vec![self.send.public()],
            intake,
            contact,
        }
    }

    fn put(&self, client: &mut Client, settings: &MailboxSettings) -> Answer {
        client.call("PUT", &self.path, settings, &self.read)
    }

    fn at(&self, rest: &str) -> String {
        format!("{}{rest}", self.path)
    }

    fn deliver(&self, client: &mut Client, envelope: &[u8]) -> u64 {
        client
            .signed("POST", &self.at("/envelopes"), envelope, &self.send)
            .is(202)
            .read::<Delivered>()
            .cursor
    }

    fn waiting(&self, client: &mut Client, query: &str) -> Envelopes {
        client
            .ask("GET", &self.at(&format!("/envelopes{query}")), &self.read)
            .is(200)
            .read()
    }
}

#[test]
fn envelopes_arrive_in_order_and_once() {
    let server = Server::start();
    let client = &mut server.client();
    let mailbox = Mailbox::create(client, false);
    let cursors: Vec<u64> = (0..5u8)
        .map(|number| mailbox.deliver(client, &[number; 1024]))
        .collect();
    assert!(cursors.is_sorted());
    assert_eq!(
        mailbox.deliver(client, &[3; 1024]),
        cursors[3],
        "the same envelope keeps its place"
    );
    let page = mailbox.waiting(client, "?limit=3");
    assert_eq!((page.envelopes.len(), page.more), (3, true));
    let rest = mailbox.waiting(client, &format!("?after={}", cursors[2]));
    assert_eq!(
        rest.envelopes
            .iter()
            .map(|envelope| envelope.envelope.0[0])
            .collect::<Vec<_>>(),
        [3, 4]
    );
    client
        .ask(
            "DELETE",
            &mailbox.at(&format!("/envelopes?through={}", cursors[3])),
            &mailbox.read,
        )
        .is(200);
    assert_eq!(mailbox.waiting(client, "").envelopes.len(), 1);
    // An acknowledged envelope that is sent again stays acknowledged.
    assert_eq!(mailbox.deliver(client, &[0; 1024]), cursors[0]);
    assert_eq!(mailbox.waiting(client, "").envelopes.len(), 1);
}

#[test]
fn only_the_right_keys() {
    let server = Server::start();
    let client = &mut server.client();
    let mailbox = Mailbox::create(client, false);
    let stranger = Key::new();
    for key in [&stranger, &mailbox.read] {
        client
            .signed("POST", &mailbox.at("/envelopes"), b"x", key)
            .refused(404, "relay.not_found");
    }
    client
        .send("POST", &mailbox.at("/envelopes"), &Vec::new(), b"x")
        .refused(404, "relay.not_found");
    client
        .send("POST", &format!("/v1/mailboxes/{}/envelopes", any()), &Vec::new(), b"x")
        .refused(404, "relay.not_found");
    for key in [&stranger, &mailbox.send] {
        client
            .ask("GET", &mailbox.at("/envelopes"), key)
            .refused(404, "relay.not_found");
        client
            .ask("DELETE", &mailbox.at("/envelopes?through=1"), key)
            .refused(404, "relay.not_found");
        client.ask("DELETE", &mailbox.path, key).refused(404, "relay.not_found");
        client
            .call("PUT", &mailbox.path, &mailbox.settings(true), key)
            .refused(404, "relay.not_found");
        let stolen = MailboxSettings {
            read: key.public(),
            ..mailbox.settings(true)
        };
        client
            .call("PUT", &mailbox.path, &stolen, key)
            .refused(409, "relay.exists");
    }
    client
        .signed("POST", &mailbox.at("/envelopes"), b"", &mailbox.send)
        .refused(400, "relay.malformed");
    client.get(&mailbox.at("/contact")).refused(404, "relay.not_found");
}

/// RELAY-49.
#[test]
fn another_key_reads_from_now_on() {
    let server = Server::start();
    let client = &mut server.client();
    let mut mailbox = Mailbox::create(client, true);
    let first = mailbox.deliver(client, b"before");
    let (next, stranger) = (Key::new(), Key::new());
    let reader = MailboxReader { read: next.public() };
    for key in [&stranger, &mailbox.send, &next] {
        client
            .call("PUT", &mailbox.at("/read"), &reader, key)
            .refused(404, "relay.not_found");
    }
    // Who waits with the key of before gets nothing of what comes.
    let mut waiting = server.client();
    let target = mailbox.at(&format!("/envelopes?after={first}&wait=20"));
    let headers = waiting.sign("GET", &target, b"", &mailbox.read);
    let sent_away = std::thread::spawn(move || {
        waiting
            .send("GET", &target, &headers, b"")
            .refused(404, "relay.not_found");
    });
    std::thread::sleep(Duration::from_millis(100));
    client.call("PUT", &mailbox.at("/read"), &reader, &mailbox.read).is(200);
    sent_away.join().unwrap();
    mailbox.deliver(client, b"after");
    for (method, rest) in [
        ("GET", "/envelopes"),
        ("DELETE", "/envelopes?through=9"),
        ("DELETE", ""),
    ] {
        client
            .ask(method, &mailbox.at(rest), &mailbox.read)
            .refused(404, "relay.not_found");
    }
    client
        .call("PUT", &mailbox.path, &mailbox.settings(false), &mailbox.read)
        .refused(409, "relay.exists");
    client
        .call("PUT", &mailbox.at("/read"), &reader, &mailbox.read)
        .refused(404, "relay.not_found");
    // What waited is still there, and so are senders and contact.
    mailbox.read = next;
    assert_eq!(mailbox.waiting(client, "").envelopes.len(), 2);
    client.get(&mailbox.at("/contact")).is(200);
    mailbox.put(client, &mailbox.settings(false)).is(200);
}

#[test]
fn settings_are_replaced() {
    let server = Server::start();
    let client = &mut server.client();
    let mailbox = Mailbox::create(client, false);
    let other = Key::new();
    let settings = MailboxSettings {
        send: vec![other.public()],
        ..mailbox.settings(false)
    };
    mailbox.put(client, &settings).is(200);
    client
        .signed("POST", &mailbox.at("/envelopes"), b"x", &mailbox.send)
        .refused(404, "relay.not_found");
    client.signed("POST", &mailbox.at("/envelopes"), b"x", &other).is(202);
    client.ask("DELETE", &mailbox.path, &mailbox.read).is(200);
    client
        .ask("GET", &mailbox.at("/envelopes"), &mailbox.read)
        .refused(404, "relay.not_found");
}

#[test]
fn first_contact() {
    let server = Server::start();
    let client = &mut server.client();
    let mailbox = Mailbox::create(client, true);
    assert_eq!(
        client.get(&mailbox.at("/contact")).is(200).read::<Contact>().contact.0,
        b"contact"
    );
    client
        .send("POST", &mailbox.at("/envelopes"), &Vec::new(), b"appointment, please")
        .is(202);
    assert_eq!(
        mailbox.waiting(client, "").envelopes[0].envelope.0,
        b"appointment, please"
    );
}

#[test]
fn a_waiting_reader_is_woken_at_once() {
    let server = Server::start();
    let client = &mut server.client();
    let mailbox = Mailbox::create(client, false);
    let mut waits = Vec::new();
    for round in 0..10u8 {
        let mut reader = server.client();
        let target = mailbox.at(&format!("/envelopes?after={round}&wait=20"));
        let headers = reader.sign("GET", &target, b"", &mailbox.read);
        let waiting = std::thread::spawn(move || {
            let envelopes = reader.send("GET", &target, &headers, b"").read::<Envelopes>().envelopes;
            (Instant::now(), envelopes.len())
        });
        std::thread::sleep(Duration::from_millis(60));
        mailbox.deliver(client, &[round; 1024]);
        let delivered = Instant::now();
        let (woken, count) = waiting.join().unwrap();
        assert_eq!(count, 1);
        waits.push(woken.saturating_duration_since(delivered));
    }
    waits.sort_unstable();
    // Much sooner than the wait is over; how soon, the benchmark says.
    assert!(waits[waits.len() / 2] < Duration::from_secs(5), "{waits:?}");
}

#[test]
fn a_full_mailbox_says_so() {
    let server = Server::with(|config| {
        config.limits.pending = 3;
        config.limits.pending_bytes = 5000;
    });
    let client = &mut server.client();
    let mailbox = Mailbox::create(client, false);
    client
        .signed("POST", &mailbox.at("/envelopes"), &[9; 6000], &mailbox.send)
        .refused(507, "relay.quota");
    for number in 0..3u8 {
        mailbox.deliver(client, &[number; 1024]);
    }
    let full = client.signed("POST", &mailbox.at("/envelopes"), b"one more", &mailbox.send);
    full.refused(507, "relay.quota");
    assert_eq!(full.json()["limit"].as_u64(), Some(3));
    client
        .ask("DELETE", &mailbox.at("/envelopes?through=2"), &mailbox.read)
        .is(200);
    client
        .signed("POST", &mailbox.at("/envelopes"), b"one more", &mailbox.send)
        .is(202);
    client
        .signed("POST", &mailbox.at("/envelopes"), &vec![0; 300_000], &mailbox.send)
        .refused(413, "relay.too_large");
}
