//! Sizes, quotas, rates, tokens, slow and broken clients.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use protocol::hash::sha256;
use protocol::relay::message::{MailboxSettings, Mode};
use relay_server::config::{Rate, Rates};
use relay_server::token::TokenKey;

use crate::support::{Key, Server, any};
use crate::{Chain, block};

#[test]
fn too_large_says_the_limit() {
    let server = Server::with(|config| config.limits.blob = 200_000);
    let client = &mut server.client();
    let chain = Chain::create(client);
    let mut large = block(b"x");
    large.block = vec![0; 65_537].into();
    let refused = chain.append(client, &large);
    refused.refused(413, "relay.too_large");
    assert_eq!(refused.json()["limit"].as_u64(), Some(65_536));
    let mut large = block(b"x");
    large.slot = Some(vec![0; 5000].into());
    chain.append(client, &large).refused(413, "relay.too_large");
    let mut large = block(b"x");
    large.body = Some(vec![0; 1_048_577].into());
    chain.append(client, &large).refused(413, "relay.too_large");
    let huge = vec![b' '; 3_000_000];
    server
        .client()
        .signed("POST", &chain.at("/blocks"), &huge, &chain.write)
        .refused(413, "relay.too_large");
    let blob = vec![0; 200_001];
    let answer = server.client().signed(
        "PUT",
        &chain.at(&format!("/blobs/{}", sha256(&[&blob]))),
        &blob,
        &chain.write,
    );
    answer.refused(413, "relay.too_large");
    assert_eq!(answer.json()["limit"].as_u64(), Some(200_000));
}

#[test]
fn chains_have_a_quota() {
    let server = Server::with(|config| {
        config.limits.chain_bytes = 10_000;
        config.limits.chain_items = 3;
    });
    let client = &mut server.client();
    let chain = Chain::create(client);
    let blob = vec![0; 9_000];
    client
        .signed(
            "PUT",
            &chain.at(&format!("/blobs/{}", sha256(&[&blob]))),
            &blob,
            &chain.write,
        )
        .is(201);
    let mut large = block(&[0; 2_000]);
    chain.append(client, &large).refused(507, "relay.quota");
    large.body = None;
    large.block = b"small"[..].into();
    chain.append(client, &large).is(201);
    chain.add(client, b"a");
    chain.append(client, &block(b"b")).refused(507, "relay.quota");
    // Erasing gives room back.
    client
        .ask(
            "DELETE",
            &chain.at(&format!("/blobs/{}", sha256(&[&blob]))),
            &chain.write,
        )
        .is(200);
    chain.append(client, &block(&[0; 2_000])).is(201);
}

#[test]
fn rates_are_limited_per_capability_and_per_address() {
    let rate = |burst| Rate { per_second: 1, burst };
    let server = Server::with(|config| {
        config.rates = Rates {
            capability: rate(5),
            ..Rates::UNLIMITED
        }
    });
    let client = &mut server.client();
    let chain = Chain::create(client);
    let answers: Vec<_> = (0..8)
        .map(|_| client.ask("GET", &chain.at("/blocks"), &chain.read))
        .collect();
    let limited: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!((2..=3).contains(&limited.len()));
    limited[0].refused(429, "relay.rate_limited");
    let wait: u64 = limited[0].header("retry-after").unwrap().parse().unwrap();
    assert_eq!((wait, limited[0].json()["retry_after"].as_u64()), (1, Some(1)));
    client.ask("GET", &chain.at("/blocks"), &chain.recover).is(200);

    let server = Server::with(|config| {
        config.rates = Rates {
            address: rate(5),
            ..Rates::UNLIMITED
        }
    });
    let client = &mut server.client();
    assert!((0..8).filter(|_| client.get("/v1/relay").status == 429).count() >= 2);

    let server = Server::with(|config| {
        config.rates = Rates {
            create: rate(2),
            ..Rates::UNLIMITED
        }
    });
    let client = &mut server.client();
    let (chain, _) = (Chain::create(client), Chain::create(client));
    client
        .call(
            "PUT",
            &format!("/v1/chains/{}", any()),
            &chain.creation(false),
            &chain.write,
        )
        .refused(429, "relay.rate_limited");
}

#[test]
fn intake_is_limited_per_address_but_known_senders_are_not() {
    let server = Server::with(|config| {
        config.rates = Rates {
            intake: Rate {
                per_second: 1,
                burst: 3,
            },
            ..Rates::UNLIMITED
        }
    });
    let client = &mut server.client();
    let (read, send, path) = (Key::new(), Key::new(), format!("/v1/mailboxes/{}", any()));
    let settings = MailboxSettings {
        read: read.public(),
        send: vec![send.public()],
        intake: true,
        contact: None,
    };
    client.call("PUT", &path, &settings, &read).is(201);
    let target = format!("{path}/envelopes");
    let limited = (0..6u8)
        .filter(|number| client.send("POST", &target, &Vec::new(), &[*number]).status == 429)
        .count();
    assert!((2..=3).contains(&limited));
    // A signature by a key that nobody listed changes nothing.
    let stranger = client.signed("POST", &target, b"signed by a stranger", &Key::new());
    stranger.refused(429, "relay.rate_limited");
    client.signed("POST", &target, b"known", &send).is(202);
}

#[test]
fn behind_a_proxy_the_forwarded_address_counts() {
    let server = Server::with(|config| {
        config.behind_proxy = true;
        config.rates = Rates {
            address: Rate {
                per_second: 1,
                burst: 2,
            },
            ..Rates::UNLIMITED
        };
    });
    let client = &mut server.client();
    let mut from = |address: &str| {
        client
            .send(
                "GET",
                "/v1/relay",
                &vec![("x-forwarded-for".to_owned(), address.to_owned())],
                b"",
            )
            .status
    };
    assert_eq!(
        [from("192.0.2.1"), from("192.0.2.1"), from("192.0.2.1")],
        [200, 200, 429]
    );
    assert_eq!(from("192.0.2.1, 192.0.2.2"), 200);
    assert_eq!(from("192.0.2.9, 192.0.2.1"), 429);
}

#[test]
fn invited_only() {
    let server = Server::with(|config| config.mode = Mode::InviteOnly);
    let client = &mut server.client();
    let tokens = TokenKey::open(server.data.path()).unwrap();
    let chain = Chain {
        path: format!("/v1/chains/{}", any()),
        id: any(),
        write: Key::new(),
        read: Key::new(),
        recover: Key::new(),
    };
    let body = serde_json::to_vec(&chain.creation(false)).unwrap();
    let mut create = |path: &str, token: Option<&str>| {
        let mut headers = client.sign("PUT", path, &body, &chain.write);
        headers.extend(token.map(|token| ("satchel-token".to_owned(), token.to_owned())));
        client.send("PUT", path, &headers, &body)
    };
    create(&chain.path, None).refused(403, "relay.token");
    create(&chain.path, Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).refused(403, "relay.token");
    let token = tokens.issue().unwrap();
    create(&chain.path, Some(&token)).is(201);
    create(&chain.path, Some(&token)).is(200);
    create(&chain.path, None).is(200);
    create(&format!("/v1/chains/{}", any()), Some(&token)).refused(403, "relay.token");
    create(&format!("/v1/chains/{}", any()), Some(&tokens.issue().unwrap())).is(201);
}

#[test]
fn slow_clients_are_given_up() {
    let server = Server::with(|config| {
        config.header_seconds = 1;
        config.body_seconds = 1;
    });
    let began = Instant::now();
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    slow.write_all(b"GET /v1/relay HTTP/1.1\r\nhost: loc").unwrap();
    let mut rest = Vec::new();
    _ = slow.read_to_end(&mut rest);
    assert!(began.elapsed() < Duration::from_secs(5), "a header must arrive in time");

    let mut client = server.client();
    let (path, key) = (format!("/v1/chains/{}", any()), Key::new());
    let body = [b' '; 50];
    let headers = client.sign("PUT", &path, &body, &key);
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut head = format!(
        "PUT {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: 50\r\n",
        client.authority
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    slow.write_all(format!("{head}\r\n ").as_bytes()).unwrap();
    let mut answer = vec![0; 2000];
    let length = slow.read(&mut answer).unwrap();
    assert!(
        String::from_utf8_lossy(&answer[..length]).starts_with("HTTP/1.1 408"),
        "a body must arrive in time"
    );
    client.get("/livez").is(200);
}

#[test]
fn connections_are_capped_without_losing_anybody() {
    let server = Server::with(|config| config.connections = 4);
    let idle: Vec<_> = (0..4).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(100));
    let address = server.address;
    let waiting = std::thread::spawn(move || crate::support::Client::connect(address).get("/livez").status);
    std::thread::sleep(Duration::from_millis(100));
    assert!(!waiting.is_finished());
    drop(idle);
    assert_eq!(waiting.join().unwrap(), 200);
}

#[test]
fn garbage_does_not_hurt() {
    let server = Server::start();
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01"[..],
        b"GET\r\n\r\n",
        b"\0\0\0\0\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        stream.write_all(garbage).unwrap();
        _ = stream.read(&mut [0; 1000]);
    }
    let client = &mut server.client();
    for target in [
        "/v1/chains/%ff/blocks",
        "/v1/chains/..%2f..%2fetc/blocks",
        "/v1//",
        "/v1/chains/a/b/c/d",
        "//",
    ] {
        assert!((400..500).contains(&client.get(target).status), "{target}");
    }
    let long = format!("/v1/{}", "a".repeat(30_000));
    assert!((400..500).contains(&server.client().get(&long).status));
    client.get("/livez").is(200);
}
