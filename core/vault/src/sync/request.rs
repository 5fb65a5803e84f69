//! Requests as they leave the core: method, address, headers, body, signed for this moment.

use protocol::hash::Hash;
use protocol::id::ResourceId;
use protocol::key::Signer;
use protocol::log_entry;
use protocol::relay::auth;
use protocol::relay::link;
use protocol::relay::message::{
    Capabilities, FetchKey, FetchKeyChange, LinkBlobs, MailboxReader, MailboxSettings, NewAnswer, NewBlock, NewChain,
    NewClaim, NewEntry, NewOffer, NewOrganization, NewReveal, Sealed,
};
use protocol::relay::text::Bytes;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::Serialize;

use crate::chain::seal_block;
use crate::crypto::kdf::{self, Purpose};
use crate::crypto::secret::Secret32;
use crate::crypto::signing::SigningKey;
use crate::fault::{Error, Fault};
use crate::flow;
use crate::item::{
    AccessItem, ChainItem, ChainName, ClaimItem, DelegationItem, MailboxItem, Meta, OfferItem, PendingBlock,
    SharedItem, Task, TaskKind,
};
use crate::state::{Read, Store};
use crate::sync::grant;

/// A request for the platform to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// HTTP method.
    pub method: String,
    /// Whole URL.
    pub url: String,
    /// Headers to set, lower-case names.
    pub headers: Vec<(String, String)>,
    /// Body, if any.
    pub body: Option<Vec<u8>>,
}

/// A request before it is signed.
pub(super) struct Asked {
    pub(super) origin: String,
    method: &'static str,
    path: String,
    query: String,
    body: Option<Body>,
    key: Option<SigningKey>,
    token: Option<String>,
    header: Option<(&'static str, String)>,
}

enum Body {
    Json(Vec<u8>),
    Octets(Vec<u8>),
    /// A part of a file, whose address is its digest.
    Part(Vec<u8>, Hash),
    /// Blobs of another chain; that chain's key signs too, for the same moment.
    Link {
        source: ResourceId,
        target: ResourceId,
        addresses: Vec<Hash>,
        key: SigningKey,
    },
    /// A block is sealed only when it is sent: its label depends on its place.
    Block {
        epoch: Secret32,
        pending: Box<PendingBlock>,
        commit: Hash,
        capabilities: Option<Box<Capabilities>>,
    },
}

impl Asked {
    pub(super) fn new(origin: &str, method: &'static str, path: impl Into<String>) -> Self {
        Self {
            origin: origin.to_owned(),
            method,
            path: path.into(),
            query: String::new(),
            body: None,
            key: None,
            token: None,
            header: None,
        }
    }

    pub(super) fn get(origin: &str, path: impl Into<String>) -> Self {
        Self::new(origin, "GET", path)
    }

    pub(super) fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }

    pub(super) fn signed(mut self, key: Option<SigningKey>) -> Self {
        self.key = key;
        self
    }

    pub(super) fn json(mut self, message: &impl Serialize) -> Result<Self, Fault> {
        self.body = Some(Body::Json(serde_json::to_vec(message).map_err(|_| Error::Damaged)?));
        Ok(self)
    }

    pub(super) fn octets(mut self, bytes: Vec<u8>) -> Self {
        self.body = Some(Body::Octets(bytes));
        self
    }

    /// A part of a file: it is not hashed once more for the signature.
    pub(super) fn part(mut self, bytes: Vec<u8>, address: Hash) -> Self {
        self.body = Some(Body::Part(bytes, address));
        self
    }

    /// One more header; it is not signed.
    pub(super) fn header(mut self, name: &'static str, value: String) -> Self {
        self.header = Some((name, value));
        self
    }

    /// Signs for this moment (RFC 9421, RFC 9530).
    pub(super) fn sign(self, now: Timestamp, rng: &mut dyn CryptoRng) -> Outgoing {
        let mut headers = Vec::new();
        let authority = self
            .origin
            .split_once("://")
            .map_or(self.origin.as_str(), |(_, authority)| authority);
        let digest = match &self.body {
            Some(Body::Part(_, address)) => Some(*address),
            _ => None,
        };
        let body = self.body.map(|body| match body {
            Body::Link {
                source,
                target,
                addresses,
                key,
            } => {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
                let mut nonce = [0u8; 16];
                rng.fill_bytes(&mut nonce);
                let (signature_input, signature) =
                    link::sign(authority, (&source, &target), &addresses, (now, nonce), &key);
                let message = LinkBlobs {
                    source,
                    addresses,
                    signature_input,
                    signature,
                };
                // Hashes and texts are always JSON.
                serde_json::to_vec(&message).unwrap_or_default()
            }
            Body::Json(bytes) => {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
                bytes
            }
            Body::Octets(bytes) | Body::Part(bytes, _) => {
                headers.push(("content-type".to_owned(), "application/octet-stream".to_owned()));
                bytes
            }
            Body::Block {
                epoch,
                pending,
                commit,
                capabilities,
            } => {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
                let sealed = seal_block(&epoch, &pending.label, &pending.block, &pending.body, &pending.key, rng);
                let message = sealed.ok().map(|sealed| NewBlock {
                    label: pending.label,
                    commit,
                    block: Bytes(sealed.block),
                    slot: Some(Bytes(sealed.slot)),
                    body: Some(Bytes(sealed.body)),
                    capabilities: capabilities.map(|capabilities| *capabilities),
                });
                // A block that cannot be padded was never signed: its content is capped far below.
                message
                    .and_then(|message| serde_json::to_vec(&message).ok())
                    .unwrap_or_default()
            }
        });
        if let Some(key) = &self.key {
            let mut request = auth::Request::new(self.method, authority, &self.path, &self.query);
            if let Some(body) = &body {
                request = match digest {
                    Some(digest) => request.with_digest(digest),
                    None => request.with_body(body),
                };
            }
            let mut nonce = [0u8; 16];
            rng.fill_bytes(&mut nonce);
            for (name, value) in auth::sign(&request, now, nonce, key) {
                headers.push((name.to_owned(), value));
            }
        }
        if let Some((name, value)) = self.header {
            headers.push((name.to_owned(), value));
        }
        if let Some(token) = self.token {
            headers.push((protocol::relay::TOKEN_HEADER.to_owned(), token));
        }
        let query = if self.query.is_empty() {
            String::new()
        } else {
            format!("?{}", self.query)
        };
        Outgoing {
            method: self.method.to_owned(),
            url: format!("{}{}{query}", self.origin, self.path),
            headers,
            body,
        }
    }
}

/// The claim capability of a code's secret.
pub(crate) fn claim_capability(secret: &Secret32) -> SigningKey {
    SigningKey::from_seed(&kdf::derive(secret.as_bytes(), Purpose::ClaimCapability, b""))
}

pub(super) fn chain_path(resource: &ResourceId, rest: &str) -> String {
    format!("/v1/chains/{resource}{rest}")
}

/// Blocks asked for at once: taking them in is one step that nobody can interrupt, a tenth of a second or so.
const PAGE: u64 = 64;

/// Entries of a chain after an index.
pub(super) fn pull(chain: &ChainItem, recheck: bool, wait: u64) -> Asked {
    let after = if recheck {
        chain.cursor.and_then(|cursor| cursor.checked_sub(1))
    } else {
        chain.cursor
    };
    let wait = if recheck { 0 } else { wait };
    let query = match after {
        Some(after) => format!("after={after}&limit={PAGE}&wait={wait}"),
        None => format!("limit={PAGE}&wait={wait}"),
    };
    Asked::get(&chain.origin, chain_path(&chain.resource, "/blocks"))
        .query(query)
        .signed(chain.read.clone())
}

/// The request of a task.
///
/// # Errors
/// When what the task needs is missing.
pub(super) fn for_task(store: &Store, task: &Task) -> Result<Asked, Fault> {
    let meta = Meta::read(store)?;
    let chain = |name: &ChainName| ChainItem::read_named(store, name);
    Ok(match &task.kind {
        TaskKind::RelayInformation => Asked::get(&meta.origin, "/v1/relay"),
        TaskKind::CreateChain(name, read, recover, public, token) => {
            let chain = chain(name)?;
            let key = chain.write.clone().ok_or(Error::State)?;
            let message = NewChain {
                write: key.public_key(),
                read: read.clone(),
                recover: *recover,
                public: *public,
            };
            let mut asked = Asked::new(&chain.origin, "PUT", chain_path(&chain.resource, ""))
                .json(&message)?
                .signed(Some(key));
            asked.token = token.clone();
            asked
        }
        TaskKind::SetCapabilities(name, fetch, grantee, recover, paused, version) => {
            let chain = chain(name)?;
            let key = chain.write.clone().ok_or(Error::State)?;
            let upload = flow::quota::upload_quota(store, name)?;
            let message = Capabilities {
                version: *version,
                write: key.public_key(),
                read: Vec::new(),
                fetch: fetch.iter().map(|key| FetchKey { key: *key, upload }).collect(),
                grantee: *grantee,
                recover: *recover,
                paused: *paused,
            };
            Asked::new(&chain.origin, "PUT", chain_path(&chain.resource, "/capabilities"))
                .json(&message)?
                .signed(Some(key))
        }
        TaskKind::Push(name) => push(store, name, &chain(name)?)?,
        TaskKind::Pull(name) => pull(&chain(name)?, false, 0),
        TaskKind::PutBlob(name, address, bytes) => {
            let chain = chain(name)?;
            Asked::new(
                &chain.origin,
                "PUT",
                chain_path(&chain.resource, &format!("/blobs/{address}")),
            )
            .octets(bytes.to_vec())
            .signed(chain.write)
        }
        TaskKind::FetchShared(grant, record) => {
            let chain = chain(&ChainName::Received(*grant))?;
            let shared: SharedItem = store.item(&SharedItem::id(grant, record))?;
            Asked::get(
                &chain.origin,
                chain_path(&chain.resource, &format!("/blobs/{}", shared.address)),
            )
            .signed(chain.read)
        }
        TaskKind::FetchPart(name, address) => {
            let chain = chain(name)?;
            Asked::get(&chain.origin, chain_path(&chain.resource, &format!("/blobs/{address}"))).signed(chain.read)
        }
        TaskKind::LogTime(record, label, salt) => {
            let chain = chain(&ChainName::Own)?;
            let message = NewEntry {
                label: *label,
                commit: protocol::proven::commitment(record, salt),
            };
            Asked::new(&chain.origin, "POST", chain_path(&chain.resource, "/entries"))
                .json(&message)?
                .signed(chain.write)
        }
        TaskKind::PutLocator(key, sealed) => {
            let id = protocol::hash::sha256(&[b"locator", key.public_key().as_bytes()]);
            let message = Sealed {
                sealed: Bytes(sealed.to_vec()),
            };
            Asked::new(&meta.origin, "PUT", format!("/v1/locators/{id}"))
                .json(&message)?
                .signed(Some(key.clone()))
        }
        TaskKind::FetchLocator => {
            let key = meta.root.as_ref().ok_or(Error::State)?.recover.clone();
            let id = protocol::hash::sha256(&[b"locator", key.public_key().as_bytes()]);
            Asked::get(&meta.origin, format!("/v1/locators/{id}")).signed(Some(key))
        }
        TaskKind::PutMailbox(mailbox, send, intake, contact) => {
            let item: MailboxItem = store.item(mailbox.as_bytes())?;
            let message = MailboxSettings {
                read: item.read.public_key(),
                send: send.clone(),
                intake: *intake,
                contact: contact.as_ref().map(|bytes| Bytes(bytes.to_vec())),
            };
            Asked::new(&item.origin, "PUT", format!("/v1/mailboxes/{mailbox}"))
                .json(&message)?
                .signed(Some(item.read))
        }
        TaskKind::Send(to, envelope, _) => {
            Asked::new(&to.origin, "POST", format!("/v1/mailboxes/{}/envelopes", to.mailbox))
                .octets(envelope.to_vec())
                .signed(to.send.clone())
        }
        TaskKind::Acknowledge(mailbox, through) => {
            let item: MailboxItem = store.item(mailbox.as_bytes())?;
            Asked::new(&item.origin, "DELETE", format!("/v1/mailboxes/{mailbox}/envelopes"))
                .query(format!("through={through}"))
                .signed(Some(item.read))
        }
        TaskKind::PutOffer(offer) => {
            let item: OfferItem = store.item(offer.as_bytes())?;
            let message = NewOffer {
                offer: Bytes(item.offer.to_vec()),
                owner: item.owner.public_key(),
                claim: claim_capability(&item.secret).public_key(),
                expires: item.expires,
            };
            Asked::new(&item.origin, "PUT", format!("/v1/offers/{offer}"))
                .json(&message)?
                .signed(Some(item.owner))
        }
        TaskKind::PutReveal(offer, reveal) => {
            let item: OfferItem = store.item(offer.as_bytes())?;
            let message = NewReveal {
                reveal: Bytes(reveal.to_vec()),
            };
            Asked::new(&item.origin, "PUT", format!("/v1/offers/{offer}/reveal"))
                .json(&message)?
                .signed(Some(item.owner))
        }
        TaskKind::PutAnswer(offer, answer) => {
            let item: OfferItem = store.item(offer.as_bytes())?;
            let message = NewAnswer {
                answer: Bytes(answer.to_vec()),
            };
            Asked::new(&item.origin, "PUT", format!("/v1/offers/{offer}/answer"))
                .json(&message)?
                .signed(Some(item.owner))
        }
        TaskKind::DeleteOffer(offer) => {
            let item: OfferItem = store.item(offer.as_bytes())?;
            Asked::new(&item.origin, "DELETE", format!("/v1/offers/{offer}")).signed(Some(item.owner))
        }
        TaskKind::FetchOffer(offer) => {
            let item: ClaimItem = store.item(offer.as_bytes())?;
            Asked::get(&item.origin, format!("/v1/offers/{offer}")).signed(Some(claim_capability(&item.secret)))
        }
        TaskKind::PutClaim(offer, sealed) => {
            let item: ClaimItem = store.item(offer.as_bytes())?;
            let message = NewClaim {
                claim: Bytes(sealed.to_vec()),
            };
            Asked::new(&item.origin, "POST", format!("/v1/offers/{offer}/claim"))
                .json(&message)?
                .signed(Some(claim_capability(&item.secret)))
        }
        TaskKind::PutOrganization(resource, statement) => {
            let chain = chain(&ChainName::Public(meta.identity()?))?;
            let message = NewOrganization {
                statement: Bytes(statement.to_vec()),
                chain: *resource,
            };
            Asked::new(&chain.origin, "PUT", format!("/v1/organizations/{}", chain.owner))
                .json(&message)?
                .signed(chain.write)
        }
        TaskKind::ReplaceRecover(name, key, _, message) => {
            let chain = chain(name)?;
            let path = chain_path(&chain.resource, "/capabilities");
            match message {
                None => Asked::get(&chain.origin, path),
                Some(message) => {
                    let mut asked = Asked::new(&chain.origin, "PUT", path);
                    asked.body = Some(Body::Json(message.to_vec()));
                    asked
                }
            }
            .signed(Some(key.clone()))
        }
        TaskKind::FetchOrganization(origin, organization) => {
            Asked::get(origin, format!("/v1/organizations/{organization}"))
        }
        TaskKind::ChangeFetchKeys(grant, add, remove) => {
            let chain = chain(&ChainName::Received(*grant))?;
            let access: AccessItem = store.item(grant.as_bytes())?;
            let message = FetchKeyChange {
                add: add.clone(),
                remove: remove.clone(),
            };
            Asked::new(&chain.origin, "POST", chain_path(&chain.resource, "/fetch-keys"))
                .json(&message)?
                .signed(Some(access.grantee))
        }
        TaskKind::DropFetchKey(delegation, known) => {
            let item: DelegationItem = store.item(delegation.as_bytes())?;
            let chain = chain(&ChainName::Given(item.grant))?;
            let path = chain_path(&chain.resource, "/capabilities");
            match known {
                None => Asked::get(&chain.origin, path).signed(chain.write),
                Some(bytes) => {
                    let message: Capabilities = serde_json::from_slice(bytes).map_err(|_| Error::Damaged)?;
                    Asked::new(&chain.origin, "PUT", path)
                        .json(&message)?
                        .signed(chain.write)
                }
            }
        }
        TaskKind::LinkBlobs(from, to, addresses) => {
            let (source, target) = (chain(from)?, chain(to)?);
            let mut asked =
                Asked::new(&target.origin, "POST", chain_path(&target.resource, "/blobs/link")).signed(target.write);
            asked.body = Some(Body::Link {
                source: source.resource,
                target: target.resource,
                addresses: addresses.clone(),
                key: source.write.ok_or(Error::State)?,
            });
            asked
        }
        TaskKind::TakeBlobs(grant, source, addresses, (signature_input, signature)) => {
            let target = chain(&ChainName::Received(*grant))?;
            let message = LinkBlobs {
                source: *source,
                addresses: addresses.clone(),
                signature_input: signature_input.clone(),
                signature: signature.clone(),
            };
            Asked::new(&target.origin, "POST", chain_path(&target.resource, "/blobs/link"))
                .json(&message)?
                .signed(target.read)
        }
        TaskKind::FetchContact(origin, mailbox) => Asked::get(origin, format!("/v1/mailboxes/{mailbox}/contact")),
        TaskKind::EndGrant(id, step) => grant::end(store, id, step)?,
        TaskKind::PauseGrant(id, step) => grant::pause(store, id, step)?,
        TaskKind::FetchAccesses(id, after) => grant::accesses(&chain(&ChainName::Given(*id))?, *after),
        TaskKind::MakeMailbox(origin, mailbox, read, send) => {
            let message = MailboxSettings {
                read: read.public_key(),
                send: vec![*send],
                intake: false,
                contact: None,
            };
            Asked::new(origin, "PUT", format!("/v1/mailboxes/{mailbox}"))
                .json(&message)?
                .signed(Some(read.clone()))
        }
        TaskKind::SetReader(mailbox, next) => {
            let item: MailboxItem = store.item(mailbox.as_bytes())?;
            let message = MailboxReader {
                read: next.public_key(),
            };
            Asked::new(&item.origin, "PUT", format!("/v1/mailboxes/{mailbox}/read"))
                .json(&message)?
                .signed(Some(item.read))
        }
        TaskKind::RemoveMailbox(origin, mailbox, read) => {
            Asked::new(origin, "DELETE", format!("/v1/mailboxes/{mailbox}")).signed(Some(read.clone()))
        }
        TaskKind::DeleteChain(id) => {
            let chain = chain(&ChainName::Given(*id))?;
            Asked::new(&chain.origin, "DELETE", chain_path(&chain.resource, "")).signed(chain.write)
        }
        TaskKind::DeleteBlob(name, address) => {
            let chain = chain(name)?;
            let path = chain_path(&chain.resource, &format!("/blobs/{address}"));
            Asked::new(&chain.origin, "DELETE", path).signed(chain.write.or(chain.read))
        }
        TaskKind::EraseBody(name, sequence) => {
            let chain = chain(name)?;
            let path = format!("/blocks/{}/body", grant::index_of(&chain, *sequence)?);
            Asked::new(&chain.origin, "DELETE", chain_path(&chain.resource, &path)).signed(chain.write)
        }
        TaskKind::CheckBlobs(name, addresses) => grant::missing(&chain(name)?, addresses.clone())?,
        TaskKind::CheckBody(name, sequence) => {
            let chain = chain(name)?;
            let index = grant::index_of(&chain, *sequence)?;
            grant::entries(&chain, index.checked_sub(1), 1)
        }
    })
}

/// The oldest pending block, or first the news that got in its way.
fn push(store: &Store, name: &ChainName, chain: &ChainItem) -> Result<Asked, Fault> {
    if chain.behind || chain.pending == 0 {
        return Ok(pull(chain, false, 0));
    }
    let head = chain.head.as_ref().ok_or(Error::Missing)?;
    let sequence = head.sequence + 1 - chain.pending;
    let pending: PendingBlock = store.item(&name.block(sequence))?;
    let block = protocol::block::Block::verify(&pending.block)?;
    let capabilities = if flow::epoch::changes(name, block.kind) {
        let Some(known) = &chain.known else {
            return Ok(
                Asked::get(&chain.origin, chain_path(&chain.resource, "/capabilities")).signed(chain.write.clone())
            );
        };
        let known: Capabilities = serde_json::from_slice(known).map_err(|_| Error::Damaged)?;
        let content = pending
            .body
            .as_bytes()
            .get(protocol::block::BODY_SALT..)
            .unwrap_or_default();
        flow::epoch::change(store, name, &block, content, &known)?.map(Box::new)
    } else {
        None
    };
    let commit = log_entry::commit(
        &block.block_hash(),
        &log_entry::salt(chain.log_key_at(sequence).as_bytes(), sequence),
    );
    let mut asked =
        Asked::new(&chain.origin, "POST", chain_path(&chain.resource, "/blocks")).signed(chain.write.clone());
    asked.body = Some(Body::Block {
        epoch: chain.epoch_at(sequence).clone(),
        pending: Box::new(pending),
        commit,
        capabilities,
    });
    Ok(asked)
}
