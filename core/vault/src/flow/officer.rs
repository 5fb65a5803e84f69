//! Officers of an organization: each acts by a device of their own, certified by an officer who is there already (`core/spec/credential.md`,
//! ORG-8, ORG-9).
//!
//! The second officer makes keys in a vault of their own and hands over a request; the first certifies them and gives back an answer that
//! only those keys open. No key is ever handed over. Every act is signed by the device that acted, so the chain says which officer it was.

use protocol::block::{Block, BlockKind, LogCommitment};
use protocol::cbor::{self, Bytes};
use protocol::coded_error;
use protocol::id::StatementId;
use protocol::identity::{DeviceStatement, Evidence};
use protocol::key::{PublicKey, Signer};
use protocol::organization::{MAX_OFFICERS, Officer, OrganizationStatement};
use protocol::statement::Signed;
use protocol::time::Timestamp;
use rand_core::CryptoRng;

use super::{check_text, decode, join, organization, record};
use crate::body::{DeviceBody, LaterEpoch, Locator, NoteBody};
use crate::chain;
use crate::crypto::hpke::{self, RecipientKey, RecipientSecret};
use crate::crypto::root::RootSecret;
use crate::crypto::signing::SigningKey;
use crate::crypto::{content, pad};
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, DeviceItem, EpochItem, IssuedItem, Meta, Role, Stage};
use crate::state::{Read, Tx};

coded_error! {
    /// Why an officer does not join.
    pub enum Error {
        Request = "officer.request", "the file is not a request of an officer who wants to join";
        Answer = "officer.answer", "the file is not an answer to this officer's request";
        Known = "officer.known", "this officer's device is listed already";
        Admin = "officer.admin", "this device may not let other officers join";
        TooMany = "officer.too_many", "an organization has at most 16 officers";
    }
}

/// What an officer who wants to join hands over; it holds no secret.
#[derive(Debug, Clone, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct OfficerRequest {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// The officer's name.
    #[n(1)]
    pub name: String,
    /// The device's signing key.
    #[n(2)]
    pub device: PublicKey,
    /// The device's HPKE key.
    #[n(3)]
    pub sealing_key: Bytes,
    /// The device's `read` capability for the organization's own chain.
    #[n(4)]
    pub read: PublicKey,
}

/// What the officer gets back, sealed to the request's HPKE key.
#[derive(Clone, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
struct OfficerAnswer {
    /// The evidence of the officer's device.
    #[n(0)]
    evidence: Evidence,
    /// Where the organization's own chain lies, and its keys.
    #[n(1)]
    locator: Locator,
    /// Public half of the recovery HPKE key.
    #[n(2)]
    recovery_key: Bytes,
    /// Public half of the `recover` capability.
    #[n(3)]
    recover: PublicKey,
}

/// Makes the keys of an officer who wants to join; nothing is sent.
///
/// # Errors
/// `vault.text`.
pub fn create(tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
    check_text(name, 100)?;
    let device = SigningKey::generate(tx.rng);
    let sealing = RecipientSecret::generate(tx.rng);
    let meta = Meta {
        role: Role::Organization,
        name: name.trim().to_owned(),
        stage: Stage::Joining,
        origin: String::new(),
        log: None,
        evidence: Evidence {
            identity: Vec::new().into(),
            devices: Vec::new(),
            roots: None,
        },
        // Of the organization's kit this vault learns the public halves with the answer.
        recovery_key: sealing.public().as_bytes().to_vec().into(),
        recover: device.public_key(),
        device,
        sealing,
        root: None,
        next_task: 0,
        messages: 0,
        epoch: None,
        tokens: Vec::new(),
        last_synced: None,
        read: SigningKey::generate(tx.rng),
        admin: true,
    };
    tx.put(b"", &meta);
    Ok(())
}

/// The request of an officer who wants to join, for an officer who is there already.
///
/// # Errors
/// `vault.state` when this vault belongs to an organization already.
pub fn request(from: &impl Read) -> Result<Vec<u8>, Fault> {
    let meta = Meta::read(from)?;
    if meta.stage != Stage::Joining || meta.root.is_some() || !meta.evidence.devices.is_empty() {
        return Err(fault::Error::State.into());
    }
    Ok(cbor::encode(&OfficerRequest {
        version: 1,
        name: meta.name,
        device: meta.device.public_key(),
        sealing_key: meta.sealing.public().as_bytes().to_vec().into(),
        read: meta.read.public_key(),
    }))
}

fn read_request(bytes: &[u8]) -> Result<OfficerRequest, Fault> {
    let request: OfficerRequest = cbor::decode(bytes, 8 * 1024).map_err(|_| Error::Request)?;
    if request.version != 1 {
        return Err(Error::Request.into());
    }
    check_text(&request.name, 100)?;
    Ok(request)
}

/// The name in an officer's request; nothing for any other file.
pub fn name_in(bytes: &[u8]) -> Option<String> {
    read_request(bytes).ok().map(|request| request.name)
}

/// Certifies the device of an officer who wants to join, lists it in both chains and states anew who acts for the organization.
///
/// # Errors
/// `vault.role`, `officer.*`, `vault.text`.
pub fn admit(tx: &mut Tx<'_>, bytes: &[u8]) -> Result<StatementId, Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Organization])?;
    let actor = meta.actor()?;
    if !actor.admin {
        return Err(Error::Admin.into());
    }
    let request = read_request(bytes)?;
    let key = RecipientKey::new(&request.sealing_key)?;
    let mut serving = 0;
    for (_, device) in tx.list::<DeviceItem>()? {
        let known = device.evidence.verify()?;
        if known.device == request.device {
            return Err(Error::Known.into());
        }
        serving += usize::from(device.removed.is_none());
    }
    if serving >= MAX_OFFICERS {
        return Err(Error::TooMany.into());
    }
    let statement = DeviceStatement {
        version: 1,
        identity: actor.identity,
        device: request.device,
        sealing_key: key.hash(),
        admin: true,
        time: tx.now,
        salt: tx.random(),
        actor: actor.device,
        authority: Some(actor.authority),
    };
    let certified = Signed::issue(statement, &meta.device)?;
    let id = StatementId::from(certified.hash());
    let mut evidence = meta.evidence;
    evidence.devices.push(certified.bytes().to_vec().into());
    evidence.verify()?;
    for name in [ChainName::Own, ChainName::Public(actor.identity)] {
        let mut chain = ChainItem::read_named(tx, &name)?;
        chain.devices.push(evidence.clone());
        chain.write(tx, &name);
        let body = DeviceBody {
            evidence: evidence.clone(),
            sealing_key: request.sealing_key.clone(),
            read: (name == ChainName::Own).then_some(request.read),
        };
        chain::append(tx, &name, BlockKind::Device, &cbor::encode(&body))?;
    }
    let note = NoteBody::DeviceNamed(id, request.name.trim().to_owned());
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    organization::state_anew(tx)?;
    tx.created = Some(id.to_string());
    tx.tell("show.officer_added", id, &[("name", request.name.trim())]);
    Ok(id)
}

/// Calls this device's officer by name, and states it.
///
/// # Errors
/// `vault.role`, `vault.text`, `vault.not_ready`.
pub fn name(tx: &mut Tx<'_>, name: &str) -> Result<(), Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Organization])?;
    super::device::rename(tx, &meta.actor()?.authority, name)?;
    organization::state_anew(tx)
}

/// Takes an officer out: nothing that device signs afterwards counts, and it writes, reads and opens nothing new.
///
/// # Errors
/// `vault.role`, `device.*`, `vault.not_found`.
pub fn remove(tx: &mut Tx<'_>, id: &StatementId, root: &RootSecret) -> Result<(), Fault> {
    Meta::read(tx)?.require(&[Role::Organization])?;
    super::device::remove(tx, &[*id], Some(root))?;
    organization::state_anew(tx)
}

/// Who acts for the organization now, in the order of joining.
///
/// # Errors
/// `vault.damaged`.
pub(super) fn serving(from: &impl Read) -> Result<Vec<Officer>, Fault> {
    let mut devices = from.list::<DeviceItem>()?;
    devices.sort_by_key(|(_, device)| device.sequence);
    let mut officers = Vec::new();
    for (id, device) in devices {
        if device.removed.is_none() && !device.name.is_empty() {
            officers.push(Officer {
                name: device.name,
                device: StatementId::new(id.try_into().map_err(|_| fault::Error::Damaged)?),
            });
        }
    }
    Ok(officers)
}

/// The answer to an officer who was admitted; only the vault that asked opens it.
///
/// # Errors
/// `vault.not_found`, `device.gone`.
pub fn answer(from: &impl Read, id: &StatementId, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Fault> {
    let meta = Meta::read(from)?;
    meta.require(&[Role::Organization])?;
    let device: DeviceItem = from.item(id.as_bytes())?;
    if device.removed.is_some() {
        return Err(super::device::Error::Gone.into());
    }
    let own = ChainItem::read_named(from, &ChainName::Own)?;
    let (first, later) = epochs(from, &own)?;
    let answer = OfficerAnswer {
        locator: Locator {
            origin: own.origin.clone(),
            resource: own.resource,
            epoch: first.1,
            identity: meta.evidence.identity,
            log: own.log,
            log_key: first.0,
            later,
        },
        evidence: device.evidence.clone(),
        recovery_key: meta.recovery_key,
        recover: meta.recover,
    };
    let key = RecipientKey::new(&device.sealing_key)?;
    let padded = pad::pad(&cbor::encode(&answer))?;
    let known = device.evidence.verify()?.device;
    Ok(hpke::seal(
        &key,
        &content::context("officer", known.as_bytes()),
        &padded,
        rng,
    )?)
}

type Keys = (crate::crypto::secret::Secret32, crate::crypto::secret::Secret32);

/// Log key and secret of the first epoch, and the later ones.
fn epochs(from: &impl Read, own: &ChainItem) -> Result<(Keys, Vec<LaterEpoch>), Fault> {
    let mut all: Vec<Keys> = own
        .past
        .iter()
        .map(|past| (past.log_key.clone(), past.epoch.clone()))
        .collect();
    all.push((own.log_key.clone(), own.epoch.clone()));
    let first = all.remove(0);
    let mut later = Vec::with_capacity(all.len());
    for (opened, (log_key, epoch)) in own.past.iter().zip(all) {
        let commitment = LogCommitment::of(log_key.as_bytes());
        let known = from.get::<EpochItem>(&EpochItem::id(&ChainName::Own, &commitment))?;
        later.push(LaterEpoch {
            sequence: opened.last,
            log_key,
            epoch,
            write: known.and_then(|item| item.write),
        });
    }
    Ok((first, later))
}

/// Takes the answer in: the organization's chain is read from its relay, and from its end on this officer can act.
///
/// # Errors
/// `officer.answer`, `vault.state`.
pub fn accept(tx: &mut Tx<'_>, sealed: &[u8]) -> Result<(), Fault> {
    let mut meta = Meta::read(tx)?;
    request(tx)?;
    let device = meta.device.public_key();
    let padded = hpke::open(&meta.sealing, &content::context("officer", device.as_bytes()), sealed)
        .map_err(|_| Error::Answer)?;
    let answer: OfficerAnswer = decode(&pad::unpad(&padded)?).map_err(|_| Error::Answer)?;
    let actor = answer.evidence.verify()?;
    let mine = actor.device == device && actor.sealing_key == meta.sealing.public().hash();
    if !mine || answer.evidence.identity != answer.locator.identity {
        return Err(Error::Answer.into());
    }
    let locator = answer.locator;
    meta.evidence = answer.evidence;
    meta.recovery_key = answer.recovery_key;
    meta.recover = answer.recover;
    meta.log = Some(locator.log.clone());
    meta.origin.clone_from(&locator.origin);
    tx.put(b"", &meta);
    join::read_back(tx, locator, actor.identity, meta.read)
}

/// One block of the organization's public chain, and which officer signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its place.
    pub sequence: u32,
    /// What it is for.
    pub kind: BlockKind,
    /// When, as the officer's device says.
    pub time: Timestamp,
    /// The officer's device.
    pub device: StatementId,
}

/// Everything that officers did in the public chain, oldest first.
///
/// # Errors
/// `vault.need`.
pub fn acts(from: &impl Read) -> Result<Vec<Act>, Fault> {
    let name = ChainName::Public(Meta::read(from)?.identity()?);
    let chain = ChainItem::read_named(from, &name)?;
    let last = chain.head.map_or(0, |head| head.sequence + 1);
    let mut acts = Vec::new();
    for sequence in 0..last {
        let block = Block::verify(&record::block_bytes(from, &name, sequence)?.0)?;
        acts.push(Act {
            sequence,
            kind: block.kind,
            time: block.time,
            device: block.authority,
        });
    }
    Ok(acts)
}

/// The officer who signed a credential.
///
/// # Errors
/// `credential.*`.
pub fn issuer(from: &impl Read, item: &IssuedItem) -> Result<String, Fault> {
    let credential = Signed::<protocol::credential::CredentialStatement>::verify(&item.credential)?;
    let device = from.get::<DeviceItem>(credential.authority.as_bytes())?;
    Ok(device.map(|device| device.name).unwrap_or_default())
}

/// Who acts for an organization, as its newest statement says.
///
/// # Errors
/// `organization.*`.
pub fn stated(statement: &[u8]) -> Result<Vec<String>, Fault> {
    let statement = Signed::<OrganizationStatement>::verify(statement)?;
    Ok(statement.officers.iter().map(|officer| officer.name.clone()).collect())
}
