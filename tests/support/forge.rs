//! A hostile client: it has the keys of a vault it broke into, and makes messages and blocks that no vault would make.
//!
//! Everything here is signed and sealed as the formats ask, so that only the check under test stands in the way.

mod consent;
mod deletion;
mod export;
mod share;

use cli::{Http, Response, Transport};
use protocol::block::{Block, BlockKind, BlockStatement, body_commitment};
use protocol::category::Category;
use protocol::cbor::{self, Bytes};
use protocol::copy_to::CopyTo;
use protocol::credential::CredentialEvidence;
use protocol::envelope::MessageKind;
use protocol::hash::{Hash, sha256};
use protocol::id::{BlockHash, ChainId, GrantId, IdentityId, RecordId, ResourceId};
use protocol::key::Signer;
use protocol::log_entry;
use protocol::package::Package;
use protocol::record::{Opening, RecordStatement};
use protocol::relay::auth;
use protocol::relay::message::{NewBlock, NewChain, Sealed};
use protocol::relay::text;
use protocol::statement::Signed;
use protocol::time::Timestamp;
use rand_core::Rng;
use vault::body::{DelegationBody, Locator, Submission};
use vault::chain::seal_block;
use vault::crypto::hpke;
use vault::crypto::root::RootSecret;
use vault::crypto::secret::{Secret32, SecretBytes};
use vault::crypto::signing::SigningKey;
use vault::crypto::{content, pad};
use vault::entry::{EntryKey, Header};
use vault::facade::{Entry, Header as Line, Request};
use vault::fault::Fault;
use vault::item::{
    AccessItem, BlockData, ChainItem, ChainName, CopyToItem, CredentialItem, DelegationItem, Meta, SubmissionItem,
};
use vault::state::{Read, Store};

pub use deletion::left;

use crate::person::{PASSPHRASE, Person};

fn random() -> Hash {
    let mut bytes = [0; 32];
    cli::random().fill_bytes(&mut bytes);
    Hash::new(bytes)
}

/// Somebody who broke into a vault.
pub struct Forger {
    store: Store,
    /// Whose vault it was.
    pub meta: Meta,
    now: Timestamp,
    sequence: u32,
}

impl std::fmt::Debug for Forger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Forger").finish_non_exhaustive()
    }
}

impl Forger {
    /// Breaks into a vault: takes its state as it is now.
    ///
    /// # Panics
    /// When it does not open.
    pub fn of(person: &mut Person) -> Self {
        let now = Timestamp::new(person.now()).expect("a time");
        let folder = person.session().folder();
        let mut entries = folder.index().expect("the index");
        let place = entries.iter().position(|entry| entry.key == "h").expect("a header");
        let header = entries.remove(place).value.expect("its bytes");
        let key = Header::unlock(&header, PASSPHRASE.as_bytes()).expect("the passphrase");
        let store = Store::open(key, entries.into_iter().filter_map(parsed).collect()).expect("the state");
        let meta = Meta::read(&store).expect("whose it is");
        let sequence = meta.messages + 1_000_000;
        Self {
            store,
            meta,
            now,
            sequence,
        }
    }

    /// The identity it acts as.
    ///
    /// # Panics
    /// When the stored identity is damaged.
    pub fn identity(&self) -> IdentityId {
        self.meta.identity().expect("an identity")
    }

    /// A record about anybody, signed as the vault's owner, with the newest credential and no evidence of time.
    ///
    /// # Panics
    /// When the content is too large.
    pub fn record(&self, subject: IdentityId, category: Category, content: &[u8]) -> Package {
        let actor = self.meta.actor().expect("a device");
        let statement = RecordStatement {
            version: 1,
            subject,
            category,
            content: content.to_vec().into(),
            attachments: Vec::new(),
            replies_to: random(),
            supersedes: random(),
            time: self.now,
            salt: random(),
            actor: actor.device,
            author: actor.identity,
            authority: actor.authority,
        };
        let record = Signed::issue(statement, &self.meta.device).expect("a record");
        let credentials = self.store.list::<CredentialItem>().expect("credentials");
        Package {
            record: record.bytes().to_vec().into(),
            evidence: self.meta.evidence.clone(),
            credential: credentials.into_iter().next_back().map(|(_, item)| item.evidence),
            proven: None,
            replies_to: None,
            supersedes: None,
        }
    }

    /// Where a lab sends copies by its newest permission, in the shape of a grant received.
    ///
    /// # Panics
    /// When there is none.
    pub fn copying(&self, grant: &str) -> (GrantId, AccessItem) {
        let (id, access) = self.access(grant);
        let copies = self.store.list::<CopyToItem>().expect("permissions");
        let (_, copy) = copies.into_iter().next().expect("a permission");
        let statement = CopyTo::verify(&copy.statement).expect("a statement");
        let access = AccessItem {
            patient: statement.recipient,
            origin: statement.origin.clone(),
            mailbox: statement.mailbox,
            mailbox_key: statement.sealing_key.clone(),
            send: copy.send.expect("the capability"),
            ..access
        };
        (id, access)
    }

    /// As [`Forger::record`], answering one record and correcting another.
    ///
    /// # Panics
    /// When the content is too large.
    pub fn linked(
        &self,
        subject: IdentityId,
        category: Category,
        content: &[u8],
        (replies_to, supersedes): (Option<&str>, Option<&str>),
    ) -> Package {
        let open = |id: &str| Opening {
            record: id.parse().expect("an id"),
            salt: random(),
        };
        let (replies_to, supersedes) = (replies_to.map(open), supersedes.map(open));
        let plain = self.record(subject, category, content);
        let mut statement = protocol::record::Record::verify(&plain.record)
            .expect("a record")
            .into_statement();
        if let Some(opening) = &replies_to {
            statement.replies_to = opening.commitment();
        }
        if let Some(opening) = &supersedes {
            statement.supersedes = opening.commitment();
        }
        let record = Signed::issue(statement, &self.meta.device).expect("a record");
        Package {
            record: record.bytes().to_vec().into(),
            replies_to,
            supersedes,
            ..plain
        }
    }

    /// The newest credential that the vault holds.
    ///
    /// # Panics
    /// When there is none.
    pub fn credential(&self) -> CredentialEvidence {
        let all = self.store.list::<CredentialItem>().expect("credentials");
        all.into_iter().next_back().expect("a credential").1.evidence
    }

    /// A grant that the vault received.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn access(&self, grant: &str) -> (GrantId, AccessItem) {
        let id: GrantId = grant.parse().expect("an id");
        (id, self.store.item(id.as_bytes()).expect("a grant received"))
    }

    /// A package that this vault sent.
    ///
    /// # Panics
    /// When there is none.
    pub fn package(&self, record: &str) -> Package {
        let id: RecordId = record.parse().expect("an id");
        let item: SubmissionItem = self.store.item(id.as_bytes()).expect("something sent");
        Package::parse(&item.package).expect("a package")
    }

    /// Sends a package to the patient of a grant, by the capability in `access`, signed by this vault's device.
    ///
    /// # Panics
    /// When the relay is not reached.
    pub fn submit(&mut self, grant: GrantId, access: &AccessItem, package: &Package) -> Response {
        let body = cbor::encode(&Submission {
            permits: None,
            package: package.encode().into(),
            reply: None,
            attachments: Vec::new(),
        });
        self.message(grant, access, (MessageKind::Submission, body), |_| ())
    }

    /// Sends a message of any kind to the patient of a grant that the vault received.
    ///
    /// # Panics
    /// When there is no such grant, or the relay is not reached.
    pub fn tell(&mut self, grant: &str, kind: MessageKind, body: &[u8]) -> Response {
        let (id, access) = self.access(grant);
        self.message(id, &access, (kind, body.to_vec()), |_| ())
    }

    /// What was told of a delegation that the vault made or was told of.
    ///
    /// # Panics
    /// When there is none with this id.
    pub fn delegation(&self, id: &str) -> DelegationBody {
        let id: Hash = id.parse().expect("an id");
        let item: DelegationItem = self.store.item(id.as_bytes()).expect("a delegation");
        cbor::decode(&item.report, 1 << 20).expect("what was told")
    }

    /// The delegation by which the vault acts under a grant, exact bytes.
    ///
    /// # Panics
    /// When it acts by none.
    pub fn delegation_received(&self, grant: &str) -> Bytes {
        self.access(grant).1.delegation.expect("a delegation")
    }

    fn send(
        &self,
        origin: &str,
        method: &str,
        path: &str,
        (kind, body): (&str, Vec<u8>),
        key: &SigningKey,
    ) -> Response {
        let authority = origin.split_once("://").expect("an origin").1;
        let signed = auth::Request::new(method, authority, path, "").with_body(&body);
        let mut nonce = [0; 16];
        cli::random().fill_bytes(&mut nonce);
        let line = |(name, value): (&str, String)| Line {
            name: name.to_owned(),
            value,
        };
        let mut headers: Vec<Line> = auth::sign(&signed, self.now, nonce, key)
            .into_iter()
            .map(line)
            .collect();
        headers.push(line(("content-type", kind.to_owned())));
        let request = Request {
            kind: "send".to_owned(),
            id: 0,
            method: method.to_owned(),
            url: format!("{origin}{path}"),
            headers,
            body: Some(body),
            until: 0,
            piece: None,
        };
        Http::new()
            .expect("a client")
            .send(&request)
            .expect("the relay is there")
    }

    /// Asks the relay for something under a grant received, by this device's fetch key; gives the status.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn fetch(&self, grant: &str, path: &str) -> u16 {
        let name = ChainName::Received(grant.parse().expect("an id"));
        let chain = ChainItem::read_named(&self.store, &name).expect("a grant received");
        let key = chain.read.clone().expect("a fetch key");
        self.get(&chain, path, &key)
    }

    fn get(&self, chain: &ChainItem, path: &str, key: &SigningKey) -> u16 {
        let path = format!("/v1/chains/{}{path}", chain.resource);
        let authority = chain.origin.split_once("://").expect("an origin").1;
        let mut nonce = [0; 16];
        cli::random().fill_bytes(&mut nonce);
        let signed = auth::Request::new("GET", authority, &path, "");
        let line = |(name, value): (&str, String)| Line {
            name: name.to_owned(),
            value,
        };
        let request = Request {
            kind: "send".to_owned(),
            id: 0,
            method: "GET".to_owned(),
            url: format!("{}{path}", chain.origin),
            headers: auth::sign(&signed, self.now, nonce, key)
                .into_iter()
                .map(line)
                .collect(),
            body: None,
            until: 0,
            piece: None,
        };
        Http::new()
            .expect("a client")
            .send(&request)
            .expect("the relay is there")
            .status
    }

    /// Adds a fetch key of its own to a grant received, by the capability that this vault has.
    ///
    /// # Panics
    /// When the relay is not reached.
    pub fn add_fetch_key(&self, grant: &str, key: &SigningKey) -> u16 {
        let (id, access) = self.access(grant);
        let chain = ChainItem::read_named(&self.store, &ChainName::Received(id)).expect("a grant received");
        let body = format!(r#"{{"add":["{}"],"remove":[]}}"#, key.public_key());
        let path = format!("/v1/chains/{}/fetch-keys", chain.resource);
        let body = ("application/json", body.into_bytes());
        self.send(&chain.origin, "POST", &path, body, &access.grantee).status
    }

    /// As [`Forger::fetch`], by another key.
    ///
    /// # Panics
    /// When there is no such grant.
    pub fn fetch_by(&self, grant: &str, path: &str, key: &SigningKey) -> u16 {
        let name = ChainName::Received(grant.parse().expect("an id"));
        let chain = ChainItem::read_named(&self.store, &name).expect("a grant received");
        self.get(&chain, path, key)
    }

    /// The own chain, as the vault knows it.
    ///
    /// # Panics
    /// Before it exists.
    pub fn chain(&self) -> ChainItem {
        ChainItem::read_named(&self.store, &ChainName::Own).expect("the own chain")
    }

    /// What an honest next block of the own chain would say, with a body that it commits to.
    ///
    /// # Panics
    /// Before the chain exists.
    pub fn next_block(&self) -> (BlockStatement, Vec<u8>) {
        let head = self.chain().head.expect("a head");
        let actor = self.meta.actor().expect("a device");
        let mut body = random().as_bytes().to_vec();
        body.extend_from_slice(b"\xf6");
        let statement = BlockStatement {
            version: 1,
            chain: Some(head.chain),
            sequence: head.sequence + 1,
            previous: Some(head.hash),
            time: self.now,
            kind: BlockKind::Note,
            body: body_commitment(&body),
            salt: random(),
            actor: actor.device,
            owner: actor.identity,
            authority: actor.authority,
            log: None,
        };
        (statement, body)
    }

    /// Signs a block as the vault's device.
    ///
    /// # Panics
    /// When the statement breaks a rule of blocks.
    pub fn sign(&self, statement: BlockStatement) -> Vec<u8> {
        Signed::issue(statement, &self.meta.device)
            .expect("a block")
            .bytes()
            .to_vec()
    }

    /// Signs a block by a key that nobody certified.
    ///
    /// # Panics
    /// When the statement breaks a rule of blocks.
    pub fn sign_as_stranger(&self, statement: BlockStatement) -> Vec<u8> {
        let stranger = SigningKey::generate(&mut cli::random());
        let statement = BlockStatement {
            actor: stranger.public_key(),
            ..statement
        };
        Signed::issue(statement, &stranger).expect("a block").bytes().to_vec()
    }

    /// Puts a block and a body at the next place of the own chain on the relay, by its write capability.
    ///
    /// # Panics
    /// When the relay refuses it.
    pub fn admit(&self, block: &[u8], body: &[u8]) {
        let chain = self.chain();
        let sequence = chain.head.as_ref().map_or(0, |head| head.sequence + 1);
        self.put_block(&chain, sequence, block, body);
    }

    /// As [`Forger::admit`]; gives the relay's answer whatever it is.
    ///
    /// # Panics
    /// When the relay is not reached.
    pub fn try_admit(&self, block: &[u8], body: &[u8]) -> Response {
        let chain = self.chain();
        let sequence = chain.head.as_ref().map_or(0, |head| head.sequence + 1);
        self.post_block(&chain, &self.sealed(&chain, sequence, block, body))
    }

    /// The next entry of the own chain as a relay on the forger's side would list it: everything right under the keys that the vault had.
    ///
    /// # Panics
    /// Before the chain exists.
    pub fn entry(&self, sequence: u32, block: &[u8], body: &[u8]) -> serde_json::Value {
        let message = self.sealed(&self.chain(), sequence, block, body);
        serde_json::json!({
            "index": sequence,
            "label": message.label,
            "commit": message.commit,
            "block": message.block,
            "slot": message.slot,
            "body": message.body,
            "promise": text::Bytes(vec![0]),
            "time": self.now,
        })
    }

    fn put_block(&self, chain: &ChainItem, sequence: u32, block: &[u8], body: &[u8]) {
        let answer = self.post_block(chain, &self.sealed(chain, sequence, block, body));
        assert!(
            (200..300).contains(&answer.status),
            "the relay knows nothing of blocks: {answer:?}"
        );
    }

    fn post_block(&self, chain: &ChainItem, message: &NewBlock) -> Response {
        let message = serde_json::to_vec(message).expect("JSON");
        let path = format!("/v1/chains/{}/blocks", chain.resource);
        let write = chain.write.clone().expect("the write capability");
        self.send(&chain.origin, "POST", &path, ("application/json", message), &write)
    }

    fn sealed(&self, chain: &ChainItem, sequence: u32, block: &[u8], body: &[u8]) -> NewBlock {
        let label = log_entry::label(chain.log_key.as_bytes(), sequence);
        let hash = protocol::statement::Unverified::<BlockStatement>::parse(block).map_or_else(
            |_| protocol::label::HashLabel::Block.hash(&[block]),
            |parsed| parsed.hash(),
        );
        let commit = log_entry::commit(
            &BlockHash::from(hash),
            &log_entry::salt(chain.log_key.as_bytes(), sequence),
        );
        let key = Secret32::generate(&mut cli::random());
        let body = SecretBytes::new(body.to_vec());
        let sealed = seal_block(&chain.epoch, &label, block, &body, &key, &mut cli::random()).expect("sealed");
        NewBlock {
            label,
            commit,
            block: text::Bytes(sealed.block),
            slot: Some(text::Bytes(sealed.slot)),
            body: Some(text::Bytes(sealed.body)),
            capabilities: None,
        }
    }

    /// Founds a copy of the own chain's first block elsewhere on the relay, under another log key, and lets the words of recovery
    /// point to it: what a relay could do that once learned the recovery key.
    ///
    /// # Panics
    /// When the relay refuses it.
    pub fn swap_log_key(&mut self, person: &mut Person) {
        let root = RootSecret::parse(&person.words).expect("words");
        let genesis: BlockData = loop {
            match self.store.item(&ChainName::Own.block(0)) {
                Ok(found) => break found,
                Err(fault) => self.bring(person, &fault),
            }
        };
        let mut chain = self.chain();
        chain.resource = ResourceId::from(random());
        chain.log_key = Secret32::generate(&mut cli::random());
        let write = SigningKey::generate(&mut cli::random());
        chain.write = Some(write.clone());
        let message = NewChain {
            write: write.public_key(),
            read: Vec::new(),
            recover: Some(root.recover().public_key()),
            public: false,
        };
        let message = serde_json::to_vec(&message).expect("JSON");
        let path = format!("/v1/chains/{}", chain.resource);
        let answer = self.send(&chain.origin, "PUT", &path, ("application/json", message), &write);
        assert!((200..300).contains(&answer.status), "{answer:?}");
        self.put_block(&chain, 0, &genesis.block, genesis.body.expect("its body").as_bytes());
        let recover = root.recover().public_key();
        let locator = Locator {
            origin: chain.origin.clone(),
            resource: chain.resource,
            epoch: chain.epoch.clone(),
            identity: self.meta.evidence.identity.clone(),
            log: chain.log.clone(),
            log_key: chain.log_key.clone(),
            later: Vec::new(),
        };
        let padded = pad::pad(&cbor::encode(&locator)).expect("it fits");
        let info = content::context("locator", recover.as_bytes());
        let sealed = hpke::seal(&root.recovery().public(), &info, &padded, &mut cli::random()).expect("sealed");
        let message = serde_json::to_vec(&Sealed {
            sealed: text::Bytes(sealed),
        })
        .expect("JSON");
        let path = format!("/v1/locators/{}", sha256(&[b"locator", recover.as_bytes()]));
        let answer = self.send(
            &chain.origin,
            "PUT",
            &path,
            ("application/json", message),
            &root.recover(),
        );
        assert!((200..300).contains(&answer.status), "{answer:?}");
    }

    fn bring(&mut self, person: &mut Person, fault: &Fault) {
        let keys: Vec<String> = fault.need.iter().map(ToString::to_string).collect();
        assert!(!keys.is_empty(), "{fault:?}");
        let entries = person.session().folder().load(&keys).expect("entries");
        let parse = |entry: Entry| Some((EntryKey::parse(&entry.key).ok()?, entry.value));
        self.store
            .provide(entries.into_iter().filter_map(parse).collect())
            .expect("sound entries");
    }
}

fn parsed(entry: Entry) -> Option<(EntryKey, Vec<u8>)> {
    Some((EntryKey::parse(&entry.key).ok()?, entry.value?))
}

/// Another chain's id.
pub fn other_chain() -> ChainId {
    ChainId::from(random())
}

/// Another block's hash.
pub fn other_block() -> BlockHash {
    BlockHash::from(random())
}

/// Whether these bytes are a sound block by themselves.
pub fn is_block(bytes: &[u8]) -> bool {
    Block::verify(bytes).is_ok()
}
