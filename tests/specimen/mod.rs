//! People, keys and signed objects of fixed seeds: the same in every run, shared by the vectors' generator and by the tests.
//!
//! Every key and salt is the SHA-256 of its name, so nothing here protects anything.
#![allow(dead_code, reason = "each user takes what it needs")]

pub mod raw;

use ed25519_dalek::{Signer as _, SigningKey};
use protocol::block::{Block, BlockKind, BlockStatement, LogCommitment, body_commitment};
use protocol::category::Category;
use protocol::credential::{CredentialEvidence, CredentialStatement, Role};
use protocol::grant::{GrantStatement, Grantee, Permission, Purpose, Right, Scope};
use protocol::hash::{Hash, sha256};
use protocol::identity::{Actor, DeviceStatement, Evidence, Identity, IdentityStatement, RecoveryPolicy};
use protocol::key::{PublicKey, Signature, Signer};
use protocol::organization::OrganizationStatement;
use protocol::proven::Log;
use protocol::record::RecordStatement;
use protocol::statement::{Signed, Statement};
use protocol::time::{Period, Timestamp};

/// Midnight before the first of January 2026, UTC.
pub const NOW: u64 = 1_767_225_600;
pub const DAY: u64 = 86_400;

/// A signing key of a fixed seed.
pub struct Key(pub SigningKey);

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.verifying_key().to_bytes()).unwrap()
    }
    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

pub fn key(name: &str) -> Key {
    Key(SigningKey::from_bytes(named("key", name).as_bytes()))
}

/// 32 bytes that stand for random ones.
pub fn random(name: &str) -> Hash {
    named("random", name)
}

fn named(kind: &str, name: &str) -> Hash {
    sha256(&[b"specimen ", kind.as_bytes(), b" ", name.as_bytes()])
}

pub fn time(seconds: u64) -> Timestamp {
    Timestamp::new(seconds).unwrap()
}

/// A party with a root key and a device.
pub struct Party {
    pub name: &'static str,
    pub root: Key,
    pub device: Key,
    pub identity: Identity,
    pub evidence: Evidence,
    pub actor: Actor,
}

pub fn party(name: &'static str) -> Party {
    let (root, device) = (key(&format!("{name} root")), key(&format!("{name} device")));
    let identity = identity(name, None);
    let statement = device_statement(&identity, name, &device, &root, None);
    let evidence = Evidence {
        identity: bytes(&identity).into(),
        devices: vec![bytes(&issue(statement, &root)).into()],
        roots: None,
    };
    let actor = evidence.verify().unwrap();
    Party {
        name,
        root,
        device,
        identity,
        evidence,
        actor,
    }
}

pub fn identity(name: &str, next: Option<Hash>) -> Identity {
    let root = key(&format!("{name} root"));
    let (actor, salt) = (root.public_key(), random(&format!("{name} identity")));
    issue(
        IdentityStatement {
            version: 1,
            actor,
            recovery: RecoveryPolicy::default(),
            salt,
            next,
        },
        &root,
    )
}

pub fn device_statement(
    identity: &Identity,
    name: &str,
    device: &Key,
    by: &Key,
    authority: Option<&Signed<DeviceStatement>>,
) -> DeviceStatement {
    DeviceStatement {
        version: 1,
        identity: identity.id(),
        device: device.public_key(),
        sealing_key: random(&format!("{name} sealing key")),
        admin: true,
        time: time(NOW),
        salt: random(&format!("{name} device")),
        actor: by.public_key(),
        authority: authority.map(|statement| statement.hash().into()),
    }
}

pub fn issue<T: Statement>(statement: T, signer: &Key) -> Signed<T> {
    Signed::issue(statement, signer).unwrap_or_else(|error| panic!("{}", protocol::code::Coded::code(&error)))
}

pub fn bytes<T: Statement>(signed: &Signed<T>) -> Vec<u8> {
    signed.bytes().to_vec()
}

pub fn log() -> Log {
    Log {
        origin: "relay.example/log".to_owned(),
        key: key("log").public_key(),
    }
}

pub fn log_commitment(name: &str) -> LogCommitment {
    LogCommitment {
        log_key: LogCommitment::of(random(name).as_bytes()),
        log: log(),
    }
}

/// A body: salt, then content.
pub fn body(content: &[u8]) -> Vec<u8> {
    [random("body").as_bytes(), content].concat()
}

/// A block of a party's chain after `before`, or its first.
pub fn block_statement(owner: &Party, before: Option<&Block>, kind: BlockKind, content: &[u8]) -> BlockStatement {
    let sequence = before.map_or(0, |before| before.sequence + 1);
    BlockStatement {
        version: 1,
        chain: before.map(Block::chain_id),
        sequence,
        previous: before.map(Block::block_hash),
        time: time(NOW + u64::from(sequence) * 60),
        kind,
        body: body_commitment(&body(content)),
        salt: random(&format!("{} block {sequence}", owner.name)),
        actor: owner.device.public_key(),
        owner: owner.identity.id(),
        authority: owner.actor.authority,
        log: matches!(kind, BlockKind::Genesis | BlockKind::Epoch)
            .then(|| log_commitment(&format!("log key {sequence}"))),
    }
}

/// A chain of these kinds, each block with its kind's word as content.
pub fn chain(owner: &Party, kinds: &[BlockKind]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for kind in kinds {
        let statement = block_statement(owner, blocks.last(), *kind, kind.as_str().as_bytes());
        blocks.push(issue(statement, &owner.device));
    }
    blocks
}

pub fn record_statement(author: &Party, subject: &Party, content: &str) -> RecordStatement {
    RecordStatement {
        version: 1,
        subject: subject.identity.id(),
        category: Category::Laboratory,
        content: content.as_bytes().to_vec().into(),
        attachments: Vec::new(),
        replies_to: random("no reply"),
        supersedes: random("no correction"),
        time: time(NOW),
        salt: random("record"),
        actor: author.device.public_key(),
        author: author.identity.id(),
        authority: author.actor.authority,
    }
}

pub fn period(from: u64, until: Option<u64>) -> Period {
    Period {
        from: time(from),
        until: until.map(time),
    }
}

pub fn grant_statement(patient: &Party, grantee: &Party) -> GrantStatement {
    let permission = |right, days| Permission {
        right,
        period: period(NOW, Some(NOW + days * DAY)),
    };
    GrantStatement {
        version: 1,
        patient: patient.identity.id(),
        grantee: Grantee::Identity(grantee.identity.id()),
        sealing_key: random("grant sealing key"),
        scope: Scope {
            categories: vec![Category::Problem, Category::Laboratory],
            records: vec![random("named record").into()],
            period: Some(period(NOW - 365 * DAY, None)),
            ongoing: true,
        },
        permissions: vec![permission(Right::Read, 30), permission(Right::Append, 120)],
        purpose: Purpose::Treatment,
        transcript: random("transcript"),
        time: time(NOW),
        salt: random("grant"),
        actor: patient.device.public_key(),
        authority: patient.actor.authority,
    }
}

pub fn organization_statement(organization: &Party) -> OrganizationStatement {
    OrganizationStatement {
        version: 1,
        organization: organization.identity.id(),
        name: "Clinic at the Harbour".to_owned(),
        origin: "https://relay.example".to_owned(),
        resource: random("organization resource").into(),
        chain: random("organization chain").into(),
        log_key: random("organization log key"),
        epoch: random("organization epoch"),
        log: log(),
        time: time(NOW),
        salt: random("organization"),
        actor: organization.device.public_key(),
        authority: organization.actor.authority,
        intake: None,
        officers: Vec::new(),
    }
}

pub fn credential_statement(organization: &Party, holder: &Party, name: &str, role: Role) -> CredentialStatement {
    CredentialStatement {
        version: 1,
        issuer: organization.identity.id(),
        subject: holder.identity.id(),
        validity: period(NOW, Some(NOW + 365 * DAY)),
        issued: time(NOW),
        salt: random(&format!("credential of {name}")),
        name: name.to_owned(),
        role,
        licence: "LIC-4711".to_owned(),
        actor: organization.device.public_key(),
        authority: organization.actor.authority,
    }
}

pub fn credential_evidence(organization: &Party, credential: CredentialStatement) -> CredentialEvidence {
    CredentialEvidence {
        credential: bytes(&issue(credential, &organization.device)).into(),
        issuer: organization.evidence.clone(),
        organization: bytes(&issue(organization_statement(organization), &organization.device)).into(),
        organization_evidence: organization.evidence.clone(),
    }
}
