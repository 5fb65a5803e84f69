//! Published organizations and locators.

use protocol::hash::sha256;
use protocol::id::ResourceId;
use protocol::relay::message::{NewOrganization, Organization, Sealed};

use crate::Chain;
use crate::support::{Key, Server, any};

#[test]
fn the_first_publication_owns_the_name() {
    let server = Server::start();
    let client = &mut server.client();
    let (chain, other, private) = (Chain::public(client), Chain::public(client), Chain::create(client));
    let path = format!("/v1/organizations/{}", any());
    let statement = |chain: &Chain, text: &[u8]| NewOrganization {
        statement: text.into(),
        chain: ResourceId::from(chain.id),
    };
    client.get(&path).refused(404, "relay.not_found");
    client
        .call("PUT", &path, &statement(&private, b"x"), &private.write)
        .refused(404, "relay.not_found");
    client
        .call("PUT", &path, &statement(&chain, b"x"), &other.write)
        .refused(404, "relay.not_found");
    client
        .call("PUT", &path, &statement(&chain, b"first"), &chain.write)
        .is(201);
    client
        .call("PUT", &path, &statement(&other, b"taken over"), &other.write)
        .refused(409, "relay.exists");
    client
        .call("PUT", &path, &statement(&chain, b"second"), &chain.write)
        .is(200);
    let read: Organization = client.get(&path).is(200).read();
    assert_eq!(
        (read.statement.0.as_slice(), read.chain.hash()),
        (&b"second"[..], chain.id)
    );
    client
        .call("PUT", &path, &statement(&chain, &vec![0; 70_000]), &chain.write)
        .refused(413, "relay.too_large");
}

#[test]
fn a_locator_opens_to_its_key_only() {
    let server = Server::start();
    let client = &mut server.client();
    let (key, stranger) = (Key::new(), Key::new());
    let path = format!("/v1/locators/{}", sha256(&[b"locator", key.public().as_bytes()]));
    let sealed = |text: &[u8]| Sealed { sealed: text.into() };
    client.ask("GET", &path, &key).refused(404, "relay.not_found");
    client
        .call("PUT", &path, &sealed(b"x"), &stranger)
        .refused(404, "relay.not_found");
    client.call("PUT", &path, &sealed(b"one"), &key).is(201);
    client.call("PUT", &path, &sealed(b"two"), &key).is(200);
    assert_eq!(client.ask("GET", &path, &key).is(200).read::<Sealed>().sealed.0, b"two");
    client.ask("GET", &path, &stranger).refused(404, "relay.not_found");
    client.get(&path).refused(401, "relay.signature");
    client
        .call("PUT", &path, &sealed(&vec![0; 70_000]), &key)
        .refused(413, "relay.too_large");
}
