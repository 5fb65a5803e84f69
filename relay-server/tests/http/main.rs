//! The relay from outside: every endpoint, over real sockets, with what must work and what must be refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod authentication;
mod blobs;
mod capabilities;
mod chains;
mod description;
mod limits;
mod mailboxes;
mod offers;
mod organizations;
mod portal;
mod service;

use protocol::hash::{Hash, sha256};
use protocol::relay::message::{Admitted, NewBlock, NewChain};
use support::{Answer, Client, Key, any};

/// A chain with one key of each kind.
struct Chain {
    path: String,
    id: Hash,
    write: Key,
    read: Key,
    recover: Key,
}

impl Chain {
    fn create(client: &mut Client) -> Self {
        Self::of(client, false)
    }

    fn public(client: &mut Client) -> Self {
        Self::of(client, true)
    }

    fn of(client: &mut Client, public: bool) -> Self {
        let id = any();
        let chain = Self {
            path: format!("/v1/chains/{id}"),
            id,
            write: Key::new(),
            read: Key::new(),
            recover: Key::new(),
        };
        client
            .call("PUT", &chain.path, &chain.creation(public), &chain.write)
            .is(201);
        chain
    }

    fn creation(&self, public: bool) -> NewChain {
        NewChain {
            write: self.write.public(),
            read: vec![self.read.public()],
            recover: Some(self.recover.public()),
            public,
        }
    }

    fn at(&self, rest: &str) -> String {
        format!("{}{rest}", self.path)
    }

    fn append(&self, client: &mut Client, block: &NewBlock) -> Answer {
        client.call("POST", &self.at("/blocks"), block, &self.write)
    }

    /// Appends a block of these bytes under a fresh label.
    fn add(&self, client: &mut Client, bytes: &[u8]) -> Admitted {
        self.append(client, &block(bytes)).is(201).read()
    }
}

fn block(bytes: &[u8]) -> NewBlock {
    NewBlock {
        label: any(),
        commit: sha256(&[bytes]),
        block: bytes.into(),
        slot: Some(b"slot"[..].into()),
        body: Some([b"body of ", bytes].concat().into()),
        capabilities: None,
    }
}
