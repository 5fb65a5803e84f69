//! A patient, a laboratory and a log of fixed seeds, and files made of what they signed. Every key and salt is the SHA-256 of its name, so
//! nothing here protects anything.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test takes what it needs"
)]

mod lab;

use ed25519_dalek::{Signer as _, SigningKey};
use protocol::block::{Block, BlockKind, BlockStatement, LogCommitment, body_commitment};
use protocol::category::Category;
use protocol::cbor;
use protocol::delegation::DelegationStatement;
use protocol::export::{
    Admission, Content, Contents, Entitlement, ExportStatement, ExportedBlock, ExportedOrganization, Kind, Place,
    RecordOpening, assemble, receipt_body,
};
use protocol::grant::{Grant, GrantStatement, Grantee, Permission, Purpose, Right, Scope};
use protocol::hash::{Hash, sha256};
use protocol::id::{IdentityId, RecordId, ResourceId};
use protocol::identity::{Actor, DeviceStatement, Evidence, Identity, IdentityStatement, RecoveryPolicy};
use protocol::key::{PublicKey, Signature, Signer};
use protocol::log_entry;
use protocol::package::Package;
use protocol::promise::Promise;
use protocol::proven::{Log, ProvenTime, commitment};
use protocol::receipt::ReceiptStatement;
use protocol::record::{Opening, RecordStatement};
use protocol::statement::Signed;
use protocol::time::{Period, Timestamp};

use lab::lab;

/// The first of January 2026, UTC.
pub const NOW: u64 = 1_767_225_600;
pub const YEAR: u64 = 365 * 86_400;

pub struct Key(SigningKey);

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.verifying_key().to_bytes()).unwrap()
    }
    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

pub fn key(name: &str) -> Key {
    Key(SigningKey::from_bytes(
        sha256(&[b"export key ", name.as_bytes()]).as_bytes(),
    ))
}

pub fn random(name: &str) -> Hash {
    sha256(&[b"export random ", name.as_bytes()])
}

pub fn at(seconds: u64) -> Timestamp {
    Timestamp::new(NOW + seconds).unwrap()
}

pub struct Party {
    pub device: Key,
    pub evidence: Evidence,
    pub actor: Actor,
}

impl Party {
    pub fn id(&self) -> IdentityId {
        self.actor.identity
    }
}

pub fn party(name: &str) -> Party {
    let (root, device) = (key(&format!("{name} root")), key(&format!("{name} device")));
    let statement = IdentityStatement {
        version: 1,
        actor: root.public_key(),
        recovery: RecoveryPolicy::default(),
        salt: random(name),
        next: None,
    };
    let identity: Identity = Signed::issue(statement, &root).unwrap();
    let statement = DeviceStatement {
        version: 1,
        identity: identity.id(),
        device: device.public_key(),
        sealing_key: random("sealing"),
        admin: true,
        time: at(0),
        salt: random(&format!("{name} device")),
        actor: root.public_key(),
        authority: None,
    };
    let certified = Signed::issue(statement, &root).unwrap();
    let evidence = Evidence {
        identity: identity.bytes().to_vec().into(),
        devices: vec![certified.bytes().to_vec().into()],
        roots: None,
    };
    let actor = evidence.verify().unwrap();
    Party {
        device,
        evidence,
        actor,
    }
}

pub fn log(name: &str) -> Log {
    Log {
        origin: format!("{name}.example/log"),
        key: key(name).public_key(),
    }
}

/// A chain as its owner writes it, with the relay's promises.
pub struct Chain<'a> {
    pub owner: &'a Party,
    pub name: &'static str,
    pub log: &'static str,
    pub log_key: Hash,
    pub resource: ResourceId,
    pub blocks: Vec<Block>,
}

impl<'a> Chain<'a> {
    pub fn new(owner: &'a Party, name: &'static str, log: &'static str) -> Self {
        let log_key = random(&format!("{name} log key"));
        Self {
            owner,
            name,
            log,
            log_key,
            resource: random(&format!("{name} resource")).into(),
            blocks: Vec::new(),
        }
    }

    pub fn statement(&self, kind: BlockKind, body: &[u8], time: u64) -> BlockStatement {
        let before = self.blocks.last();
        let sequence = before.map_or(0, |before| before.sequence + 1);
        BlockStatement {
            version: 1,
            chain: before.map(Block::chain_id),
            sequence,
            previous: before.map(Block::block_hash),
            time: at(time),
            kind,
            body: body_commitment(body),
            salt: random(&format!("{} {sequence}", self.name)),
            actor: self.owner.device.public_key(),
            owner: self.owner.id(),
            authority: self.owner.actor.authority,
            log: (kind == BlockKind::Genesis).then(|| LogCommitment {
                log_key: LogCommitment::of(self.log_key.as_bytes()),
                log: log(self.log),
            }),
        }
    }

    /// Signs the next block; it is promised ten seconds later.
    pub fn push(&mut self, kind: BlockKind, body: &[u8], time: u64) -> (Vec<u8>, Vec<u8>) {
        let block = Signed::issue(self.statement(kind, body, time), &self.owner.device).unwrap();
        let promise = self.promise(block.sequence, &block, time + 10);
        let bytes = block.bytes().to_vec();
        self.blocks.push(block);
        (bytes, promise)
    }

    pub fn label(&self, sequence: u32) -> Hash {
        log_entry::label(self.log_key.as_bytes(), sequence)
    }

    pub fn salt(&self, sequence: u32) -> Hash {
        log_entry::salt(self.log_key.as_bytes(), sequence)
    }

    pub fn promise(&self, sequence: u32, block: &Block, time: u64) -> Vec<u8> {
        let commit = log_entry::commit(&block.block_hash(), &self.salt(sequence));
        promise(
            self.log,
            log_entry::map_key(&self.resource, &self.label(sequence)),
            commit,
            time,
        )
    }

    pub fn exported(&mut self, kind: BlockKind, body: &[u8], time: u64, content: Content) -> ExportedBlock {
        let (block, promise) = self.push(kind, body, time);
        let sequence = self.blocks.len() as u32 - 1;
        let admission = Admission {
            label: Some(self.label(sequence)),
            salt: self.salt(sequence),
            promise: promise.into(),
        };
        ExportedBlock {
            block: block.into(),
            admission: Some(admission),
            content,
        }
    }
}

pub fn promise(log_name: &str, map_key: Hash, commit: Hash, time: u64) -> Vec<u8> {
    let promise = Promise {
        version: 1,
        origin: log(log_name).origin,
        map_key,
        commit,
        time: at(time),
        salt: random(&format!("promise {map_key}")),
    };
    promise.issue(&key(log_name))
}

/// What differs from the ordinary story.
pub struct Plan {
    /// When the laboratory takes the technician's credential away.
    pub suspended: Option<u64>,
    /// Which log promised the result; none for no proof of time.
    pub timed_by: Option<&'static str>,
    /// About whom the result is.
    pub patient: &'static str,
    /// Who signs the patient's receipt.
    pub reader: &'static str,
    /// The log of the patient's own chain.
    pub home: &'static str,
    /// Whether the grant is the laboratory's team's, not the doctor's.
    pub team: bool,
    /// A delegation beside the receipt: who signed it, to whom, until when.
    pub delegation: Option<(&'static str, &'static str, u64)>,
    /// Who signs that delegation in the other's name.
    pub forged_by: Option<&'static str>,
    /// Whether the technician's credential lies beside the receipt.
    pub member: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            suspended: None,
            timed_by: Some("relay"),
            patient: "patient",
            reader: "doctor",
            home: "relay",
            team: false,
            delegation: None,
            forged_by: None,
            member: false,
        }
    }
}

pub struct World {
    pub contents: Contents,
    pub head: Place,
    pub owner: Party,
    pub organization: Party,
    /// The laboratory's result.
    pub result: RecordId,
}

pub fn trusted(organization: &Party) -> Vec<(IdentityId, String)> {
    vec![(organization.id(), "LabCo".to_owned())]
}

fn record(author: &Party, subject: &IdentityId, text: &str, time: u64) -> RecordStatement {
    RecordStatement {
        version: 1,
        subject: *subject,
        category: Category::Laboratory,
        content: format!(r#"{{"resourceType":"Observation","note":"{text}"}}"#)
            .into_bytes()
            .into(),
        attachments: Vec::new(),
        replies_to: random("no reply"),
        supersedes: random("no correction"),
        time: at(time),
        salt: random(text),
        actor: author.device.public_key(),
        author: author.id(),
        authority: author.actor.authority,
    }
}

fn delegation(grant: &Grant, (by, signer): (&Party, &Party), to: &Party, until: u64) -> Entitlement {
    let statement = DelegationStatement {
        version: 1,
        grant: grant.id(),
        patient: grant.patient,
        delegate: to.id(),
        permissions: vec![Permission {
            right: Right::Read,
            period: Period {
                from: at(1200),
                until: Some(at(until)),
            },
        }],
        time: at(1200),
        salt: random("delegation"),
        actor: signer.device.public_key(),
        delegator: by.id(),
        authority: signer.actor.authority,
    };
    let signed = Signed::issue(statement, &signer.device).unwrap();
    Entitlement::Delegation(signed.bytes().to_vec().into(), signer.evidence.clone())
}

/// Own entry, grant, laboratory result, receipt, and a correction of the own entry.
pub fn world(plan: &Plan) -> World {
    let (owner, organization, tech, reader) =
        (party("patient"), party("laboratory"), party("tech"), party(plan.reader));
    let lab = lab(&organization, &tech, plan);
    let mut chain = Chain::new(&owner, "patient", plan.home);
    let mut blocks = vec![chain.exported(BlockKind::Genesis, b"secrets", 1000, Content::LeftOut)];
    let source = vec![0x82, 0x00, 0x80];
    let file = |chain: &mut Chain<'_>, package: &Package, time| {
        let opening = RecordOpening {
            salt: random("body"),
            source: source.clone().into(),
        };
        let package = package.encode();
        let body = opening.body(&package).unwrap();
        chain.exported(
            BlockKind::Record,
            &body,
            time,
            Content::Record(package.into(), Some(opening)),
        )
    };

    let own = Signed::issue(record(&owner, &owner.id(), "own entry", 1060), &owner.device).unwrap();
    let package = Package {
        record: own.bytes().to_vec().into(),
        evidence: owner.evidence.clone(),
        credential: None,
        proven: None,
        replies_to: None,
        supersedes: None,
    };
    blocks.push(file(&mut chain, &package, 1060));

    let grant = GrantStatement {
        version: 1,
        patient: owner.id(),
        grantee: match plan.team {
            true => Grantee::Team(organization.id()),
            false => Grantee::Identity(party("doctor").id()),
        },
        sealing_key: random("grant key"),
        scope: Scope {
            categories: vec![Category::Laboratory],
            records: Vec::new(),
            period: None,
            ongoing: true,
        },
        permissions: vec![Permission {
            right: Right::Read,
            period: Period {
                from: at(1100),
                until: Some(at(90_000)),
            },
        }],
        purpose: Purpose::Treatment,
        transcript: random("transcript"),
        time: at(1100),
        salt: random("grant"),
        actor: owner.device.public_key(),
        authority: owner.actor.authority,
    };
    let grant = Signed::issue(grant, &owner.device).unwrap();
    let shown = Content::Grant(grant.bytes().to_vec().into());
    blocks.push(chain.exported(BlockKind::Grant, b"capabilities", 1100, shown));

    let subject = party(plan.patient).id();
    let signed = Signed::issue(record(&tech, &subject, "result", 2000), &tech.device).unwrap();
    let result: RecordId = signed.id();
    let (resource, label, salt) = (
        ResourceId::from(random("tech resource")),
        random("time label"),
        random("time salt"),
    );
    let proven = plan.timed_by.map(|log| {
        let promise = promise(
            log,
            log_entry::map_key(&resource, &label),
            commitment(&result, &salt),
            2010,
        );
        ProvenTime {
            resource,
            label,
            salt,
            promise: promise.into(),
        }
    });
    let package = Package {
        record: signed.bytes().to_vec().into(),
        evidence: tech.evidence.clone(),
        credential: Some(lab.credential.clone()),
        proven,
        replies_to: None,
        supersedes: None,
    };
    blocks.push(file(&mut chain, &package, 2060));

    let receipt = ReceiptStatement {
        version: 1,
        grant: grant.id(),
        patient: owner.id(),
        records: vec![result],
        time: at(2100),
        salt: random("receipt"),
        actor: reader.device.public_key(),
        reader: reader.id(),
        authority: reader.actor.authority,
    };
    let receipt = Signed::issue(receipt, &reader.device).unwrap().bytes().to_vec().into();
    let body = receipt_body(&receipt, &reader.evidence, &random("receipt body"));
    let entitlement = match plan.delegation {
        Some((by, to, until)) => {
            let (by, to, signer) = (party(by), party(to), party(plan.forged_by.unwrap_or(by)));
            Some(Box::new(delegation(&grant, (&by, &signer), &to, until)))
        }
        None => plan
            .member
            .then(|| Box::new(Entitlement::Member(lab.credential.clone()))),
    };
    let content = Content::Receipt(receipt, reader.evidence.clone(), random("receipt body"), entitlement);
    blocks.push(chain.exported(BlockKind::Receipt, &body, 2120, content));

    let opening = Opening {
        record: own.id(),
        salt: random("link"),
    };
    let statement = RecordStatement {
        supersedes: opening.commitment(),
        ..record(&owner, &owner.id(), "corrected", 2200)
    };
    let corrected = Signed::issue(statement, &owner.device).unwrap();
    let package = Package {
        record: corrected.bytes().to_vec().into(),
        evidence: owner.evidence.clone(),
        credential: None,
        proven: None,
        replies_to: None,
        supersedes: Some(opening),
    };
    blocks.push(file(&mut chain, &package, 2200));

    let last = chain.blocks.last().unwrap();
    let head = Place {
        sequence: last.sequence,
        hash: last.block_hash(),
    };
    let exported = ExportedOrganization {
        statement: lab.credential.organization,
        evidence: organization.evidence.clone(),
        blocks: lab.blocks,
        read: Some(at(2300)),
    };
    let contents = Contents {
        devices: vec![owner.evidence.clone()],
        removals: Vec::new(),
        resource: Some(chain.resource),
        blocks,
        loose: Vec::new(),
        organizations: vec![exported],
    };
    World {
        contents,
        head,
        owner,
        organization,
        result,
    }
}

impl World {
    /// The file as the owner hands it out.
    pub fn file(&self) -> Vec<u8> {
        self.signed(&self.contents)
    }

    /// Other contents, signed by the owner as if they were the chain.
    pub fn signed(&self, contents: &Contents) -> Vec<u8> {
        self.signed_bytes(Kind::Chain, contents, contents.encode())
    }

    /// Contents as bytes, signed by the owner.
    pub fn signed_bytes(&self, kind: Kind, counted: &Contents, bytes: Vec<u8>) -> Vec<u8> {
        let statement = ExportStatement {
            version: 1,
            kind,
            head: (kind == Kind::Chain).then_some(self.head),
            records: counted.records() as u32,
            receipts: counted.receipts() as u32,
            contents: Contents::hash(&bytes),
            time: at(3000),
            salt: random("export"),
            actor: self.owner.device.public_key(),
            owner: self.owner.id(),
            authority: self.owner.actor.authority,
        };
        let signed = Signed::issue(statement, &self.owner.device).unwrap();
        assemble(signed.bytes().to_vec(), self.owner.evidence.clone(), bytes).unwrap()
    }

    /// A file of the laboratory's result alone.
    pub fn selection(&self) -> Vec<u8> {
        let contents = self.selected();
        self.signed_bytes(Kind::Selection, &contents, contents.encode())
    }

    /// The contents of that file.
    pub fn selected(&self) -> Contents {
        let mut contents = self.contents.clone();
        contents.resource = None;
        contents.blocks = [0, 3, 4].map(|place| self.contents.blocks[place].clone()).to_vec();
        for admission in contents.blocks.iter_mut().filter_map(|block| block.admission.as_mut()) {
            admission.label = None;
        }
        contents
    }

    /// The same file with other contents that nobody signed.
    pub fn replaced(&self, contents: &Contents) -> Vec<u8> {
        let file = self.file();
        let genuine = self.contents.encode();
        let start = file.len() - genuine.len();
        let mut header = file[16 + 4..start].to_vec();
        // The contents are the last byte string; its head says how long it is.
        let head = cbor::encode(&cbor::Bytes::from(genuine.clone())).len() - genuine.len();
        header.truncate(header.len() - head);
        let body = [header, cbor::encode(&cbor::Bytes::from(contents.encode()))].concat();
        [
            protocol::export::MAGIC.as_slice(),
            &(body.len() as u32).to_be_bytes(),
            &body,
        ]
        .concat()
    }
}
