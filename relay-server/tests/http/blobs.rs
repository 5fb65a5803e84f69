//! Blobs: upload, ranges, missing list, deletion.

use protocol::hash::{Hash, sha256};
use protocol::id::ResourceId;
use protocol::relay::link;
use protocol::relay::message::{Addresses, Blocks, Capabilities, FetchKey, LinkBlobs, Missing};
use protocol::time::Timestamp;

use crate::Chain;
use crate::support::{Client, Key, Server, all_bytes, any, now, random};

#[test]
fn small_and_large_blobs() {
    let mut server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let small = random::<1000>().to_vec();
    let large: Vec<u8> = (0..1_000_000u32).flat_map(u32::to_le_bytes).take(1_100_000).collect();
    for blob in [&small, &large, &Vec::new()] {
        let path = chain.at(&format!("/blobs/{}", sha256(&[blob])));
        client.signed("PUT", &path, blob, &chain.write).is(201);
        client.signed("PUT", &path, blob, &chain.write).is(200);
        for key in [&chain.write, &chain.read, &chain.recover] {
            let answer = client.ask("GET", &path, key);
            answer.is(200);
            assert!(&answer.body == blob);
            assert_eq!(answer.header("etag"), Some(format!("\"{}\"", sha256(&[blob])).as_str()));
        }
        client.ask("GET", &path, &Key::new()).refused(404, "relay.not_found");
        client.get(&path).refused(404, "relay.not_found");
    }
    client
        .ask("GET", &chain.at(&format!("/blobs/{}", any())), &chain.read)
        .refused(404, "relay.not_found");
    server.restart();
    let client = &mut server.client();
    for blob in [&small, &large] {
        assert!(
            &client
                .ask("GET", &chain.at(&format!("/blobs/{}", sha256(&[blob]))), &chain.read)
                .is(200)
                .body
                == blob
        );
    }
}

#[test]
fn the_address_is_the_content() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    let (blob, other) = (vec![1; 100_000], vec![2; 100_000]);
    let path = chain.at(&format!("/blobs/{}", sha256(&[&blob])));
    client
        .signed("PUT", &path, &other, &chain.write)
        .refused(400, "relay.malformed");
    // Signed for the right content, sent with another.
    let headers = client.sign("PUT", &path, &blob, &chain.write);
    client
        .send("PUT", &path, &headers, &other)
        .refused(401, "relay.signature");
    client.ask("GET", &path, &chain.read).refused(404, "relay.not_found");
    for key in [&chain.read, &chain.recover, &Key::new()] {
        client.signed("PUT", &path, &blob, key).refused(404, "relay.not_found");
    }
    assert_eq!(
        std::fs::read_dir(server.data.path().join("uploads")).unwrap().count(),
        0
    );
}

#[test]
fn ranges() {
    let server = Server::start();
    let client = &mut server.client();
    let chain = Chain::create(client);
    for size in [1000usize, 200_000] {
        let blob: Vec<u8> = (0..size).map(|number| u8::try_from(number % 251).unwrap()).collect();
        let path = chain.at(&format!("/blobs/{}", sha256(&[&blob])));
        client.signed("PUT", &path, &blob, &chain.write).is(201);
        let mut range = |range: &str, extra: &[(&str, &str)]| {
            let mut headers = client.sign("GET", &path, b"", &chain.read);
            headers.push(("range".to_owned(), range.to_owned()));
            headers.extend(
                extra
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
            );
            client.send("GET", &path, &headers, b"")
        };
        let part = range("bytes=10-19", &[]);
        assert_eq!(
            (part.is(206).body.as_slice(), part.header("content-range")),
            (&blob[10..20], Some(format!("bytes 10-19/{size}").as_str()))
        );
        assert_eq!(range("bytes=-5", &[]).is(206).body, blob[size - 5..]);
        assert_eq!(
            range(&format!("bytes={}-", size - 7), &[]).is(206).body,
            blob[size - 7..]
        );
        let outside = range(&format!("bytes={size}-"), &[]);
        outside.refused(416, "relay.range");
        assert_eq!(
            outside.header("content-range"),
            Some(format!("bytes */{size}").as_str())
        );
        assert_eq!(range("bytes=0-1", &[("if-range", "\"old\"")]).is(200).body.len(), size);
        let tag = format!("\"{}\"", sha256(&[&blob]));
        assert_eq!(range("bytes=0-1", &[("if-range", &tag)]).is(206).body.len(), 2);
        range("bytes=0-1", &[("if-none-match", &tag)]).is(304);
    }
}

#[test]
fn missing_answers_within_one_chain_only() {
    let server = Server::start();
    let client = &mut server.client();
    let (chain, other) = (Chain::create(client), Chain::create(client));
    let (ours, theirs, nowhere) = (vec![1; 10], vec![2; 10], any());
    let (a, b) = (sha256(&[&ours]), sha256(&[&theirs]));
    client
        .signed("PUT", &chain.at(&format!("/blobs/{a}")), &ours, &chain.write)
        .is(201);
    client
        .signed("PUT", &other.at(&format!("/blobs/{b}")), &theirs, &other.write)
        .is(201);
    let asked = Addresses {
        addresses: vec![a, b, nowhere],
    };
    let answer: Missing = client
        .call("POST", &chain.at("/blobs/missing"), &asked, &chain.read)
        .is(200)
        .read();
    assert_eq!(answer.missing, [b, nowhere]);
    client
        .call("POST", &chain.at("/blobs/missing"), &asked, &other.read)
        .refused(404, "relay.not_found");
    let many = Addresses {
        addresses: vec![a; 5000],
    };
    client
        .call("POST", &chain.at("/blobs/missing"), &many, &chain.read)
        .refused(413, "relay.too_large");
}

#[test]
fn chains_share_blobs_by_both_keys_and_each_ends_for_itself() {
    let server = Server::start();
    let client = &mut server.client();
    let (source, target, stranger) = (Chain::create(client), Chain::create(client), Chain::create(client));
    let blob = random::<100_000>();
    let address = sha256(&[&blob]);
    client
        .signed("PUT", &source.at(&format!("/blobs/{address}")), &blob, &source.write)
        .is(201);
    let authority = server.address.to_string();
    let link = |target: &Chain, addresses: Vec<Hash>, key: &Key| {
        let now = Timestamp::new(now()).unwrap();
        let ids = (
            ResourceId::new(*source.id.as_bytes()),
            ResourceId::new(*target.id.as_bytes()),
        );
        let (signature_input, signature) = link::sign(&authority, (&ids.0, &ids.1), &addresses, (now, random()), key);
        LinkBlobs {
            source: ids.0,
            addresses,
            signature_input,
            signature,
        }
    };
    let at = target.at("/blobs/link");
    // Without a key of the source, or without the write key of the target, nothing is shared.
    let foreign = link(&target, vec![address], &stranger.write);
    client
        .call("POST", &at, &foreign, &target.write)
        .refused(404, "relay.not_found");
    let right = link(&target, vec![address], &source.write);
    client
        .call("POST", &at, &right, &target.read)
        .refused(404, "relay.not_found");
    client
        .call("POST", &at, &right, &source.write)
        .refused(404, "relay.not_found");
    // What was signed for another target, or for other blobs, counts for nothing.
    client
        .call("POST", &stranger.at("/blobs/link"), &right, &stranger.write)
        .refused(401, "relay.signature");
    let other = LinkBlobs {
        addresses: vec![address, any()],
        ..right.clone()
    };
    client
        .call("POST", &at, &other, &target.write)
        .refused(401, "relay.signature");
    let path = target.at(&format!("/blobs/{address}"));
    client.ask("GET", &path, &target.read).refused(404, "relay.not_found");
    // All or none.
    let nowhere = any();
    let partly = link(&target, vec![address, nowhere], &source.read);
    let answer: Missing = client.call("POST", &at, &partly, &target.write).is(200).read();
    assert_eq!(answer.missing, [nowhere]);
    client.ask("GET", &path, &target.read).refused(404, "relay.not_found");
    for _ in 0..2 {
        let answer: Missing = client.call("POST", &at, &right, &target.write).is(200).read();
        assert!(answer.missing.is_empty());
    }
    assert!(client.ask("GET", &path, &target.read).is(200).body == blob);
    // The source ends, the target keeps what it has.
    client.ask("DELETE", &source.path, &source.write).is(200);
    assert!(client.ask("GET", &path, &target.read).is(200).body == blob);
    client.ask("DELETE", &path, &target.write).is(200);
    client.ask("GET", &path, &target.read).refused(404, "relay.not_found");
}

#[test]
fn who_may_upload_takes_back_and_passes_on_what_it_put_itself() {
    let server = Server::start();
    let client = &mut server.client();
    let (source, target) = (Chain::create(client), Chain::create(client));
    let (lab, colleague, doctor, reader) = (Key::new(), Key::new(), Key::new(), Key::new());
    let allow = |client: &mut Client, chain: &Chain, keys: &[(&Key, u64)]| {
        let at = chain.at("/capabilities");
        let mut set: Capabilities = client.ask("GET", &at, &chain.write).is(200).read();
        let fetch = |(key, upload): &(&Key, u64)| FetchKey {
            key: key.public(),
            upload: *upload,
        };
        set.fetch = keys.iter().map(fetch).collect();
        client.call("PUT", &at, &set, &chain.write).is(200);
    };
    allow(client, &source, &[(&lab, 250_000), (&colleague, 250_000)]);
    allow(client, &target, &[(&doctor, 150_000), (&reader, 0)]);
    let (own, theirs) = (random::<100_000>(), random::<90_000>());
    let put = |client: &mut Client, bytes: &[u8], key: &Key| {
        client.signed("PUT", &source.at(&format!("/blobs/{}", sha256(&[bytes]))), bytes, key)
    };
    put(client, &own, &lab).is(201);
    put(client, &theirs, &source.write).is(201);
    let authority = server.address.to_string();
    let permit = |bytes: &[u8], key: &Key, created: u64| {
        let ids = (
            ResourceId::new(*source.id.as_bytes()),
            ResourceId::new(*target.id.as_bytes()),
        );
        let addresses = vec![sha256(&[bytes])];
        let time = Timestamp::new(created).unwrap();
        let (signature_input, signature) = link::sign(&authority, (&ids.0, &ids.1), &addresses, (time, random()), key);
        LinkBlobs {
            source: ids.0,
            addresses,
            signature_input,
            signature,
        }
    };
    let at = target.at("/blobs/link");
    let day = 86_400;
    // A permit waits for who gets the blobs, but not for ever; and it is not from tomorrow.
    client
        .call("POST", &at, &permit(&own, &lab, now() - 31 * day), &doctor)
        .refused(401, "relay.signature");
    client
        .call("POST", &at, &permit(&own, &lab, now() + day), &doctor)
        .refused(401, "relay.signature");
    let good = permit(&own, &lab, now() - 29 * day);
    // A key that may only read takes nothing in, and nobody passes on what another put: it would be read past the list of accesses.
    client.call("POST", &at, &good, &reader).refused(404, "relay.not_found");
    for key in [&lab, &colleague] {
        let missing: Missing = client
            .call("POST", &at, &permit(&theirs, key, now()), &doctor)
            .is(200)
            .read();
        assert_eq!(missing.missing.len(), 1);
    }
    let missing: Missing = client
        .call("POST", &at, &permit(&own, &colleague, now()), &doctor)
        .is(200)
        .read();
    assert_eq!(missing.missing.len(), 1);
    for _ in 0..2 {
        let answer: Missing = client.call("POST", &at, &good, &doctor).is(200).read();
        assert!(answer.missing.is_empty());
    }
    let path = target.at(&format!("/blobs/{}", sha256(&[&own])));
    assert!(client.ask("GET", &path, &doctor).is(200).body == own);
    // It counts as what the doctor may upload.
    put(client, &random::<60_000>(), &lab).is(201);
    let more = random::<70_000>();
    put(client, &more, &lab).is(201);
    client
        .call("POST", &at, &permit(&more, &lab, now()), &doctor)
        .refused(507, "relay.uploads");

    // Taking back: one's own only, and the room is free again.
    let at = |bytes: &[u8]| source.at(&format!("/blobs/{}", sha256(&[bytes])));
    put(client, &random::<50_000>(), &lab).refused(507, "relay.uploads");
    client.ask("DELETE", &at(&theirs), &lab).refused(404, "relay.not_found");
    client
        .ask("DELETE", &at(&own), &colleague)
        .refused(404, "relay.not_found");
    client.ask("DELETE", &path, &doctor).refused(404, "relay.not_found");
    client.ask("DELETE", &at(&own), &lab).is(200);
    client
        .ask("GET", &at(&own), &source.read)
        .refused(404, "relay.not_found");
    put(client, &random::<50_000>(), &lab).is(201);
    assert!(
        client.ask("GET", &path, &doctor).is(200).body == own,
        "the other grant keeps what it has"
    );
}

#[test]
fn deleted_blobs_leave_the_disk() {
    let server = Server::start();
    let client = &mut server.client();
    let (chain, twin) = (Chain::create(client), Chain::create(client));
    let blob = random::<100_000>();
    let address = sha256(&[&blob]);
    let path = chain.at(&format!("/blobs/{address}"));
    client.signed("PUT", &path, &blob, &chain.write).is(201);
    client
        .signed("PUT", &twin.at(&format!("/blobs/{address}")), &blob, &twin.write)
        .is(201);
    let stored = || all_bytes(&server.data.path().join("blobs")).len();
    assert_eq!(stored(), 200_000);
    client.ask("DELETE", &path, &chain.read).refused(404, "relay.not_found");
    client.ask("DELETE", &path, &chain.write).is(200);
    client
        .ask("DELETE", &path, &chain.write)
        .refused(404, "relay.not_found");
    client.ask("GET", &path, &chain.read).refused(404, "relay.not_found");
    assert_eq!(stored(), 100_000);
    client
        .ask("GET", &twin.at(&format!("/blobs/{address}")), &twin.read)
        .is(200);
    client.ask("DELETE", &twin.path, &twin.write).is(200);
    assert_eq!(stored(), 0);
    client.signed("PUT", &path, &blob, &chain.write).is(201);
    assert!(
        client
            .ask("GET", &chain.at("/blocks"), &chain.read)
            .read::<Blocks>()
            .entries
            .is_empty()
    );
}
