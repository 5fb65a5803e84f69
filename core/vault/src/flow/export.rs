//! Exports: what the owner hands out as a file that proves itself (`core/spec/export.md`, EXP rules).
//!
//! Invariant: no capability, no key and no other record leaves with a file. Bodies that hold any are left out; a selection shows of the
//! chain only its first block and the blocks of what was chosen.

use std::collections::BTreeSet;

use protocol::block::{BODY_SALT, Block, BlockKind};
use protocol::cbor::{self, Bytes};
use protocol::credential::CredentialEvidence;
use protocol::epoch::EpochBody;
use protocol::export::{
    self, Admission, Content, Contents, Entitlement, ExportStatement, ExportedBlock, ExportedOrganization, Kind, Place,
    PublicBlock, RecordOpening,
};
use protocol::hash::Hash;
use protocol::id::{IdentityId, RecordId, StatementId};
use protocol::identity::{DeviceRemoval, Evidence};
use protocol::log_entry;
use protocol::package::Package;
use protocol::statement::Signed;
use protocol::time::Timestamp;
use rand_core::CryptoRng;

use super::{decode, receipt};
use crate::body::{DeviceBody, GrantBody, ReceiptBody, RecordBody};
use crate::chain;
use crate::crypto::secret::SecretBytes;
use crate::entry::EntryKey;
use crate::fault::{self, Fault};
use crate::item::{
    BlockData, BlockIndex, ChainItem, ChainName, KnownOrganization, Meta, PendingBlock, ReceiptItem, RecordItem,
    SubmissionItem,
};
use crate::state::Read;

/// A file in the making: block by block, so that long chains are gathered in steps.
pub struct Export {
    own: ChainItem,
    whole: bool,
    sequences: Vec<u32>,
    loose: Vec<Bytes>,
    blocks: Vec<ExportedBlock>,
    vouchers: Vec<CredentialEvidence>,
}

impl Export {
    /// Begins a file of these records, or of everything as it stands now.
    ///
    /// # Errors
    /// `vault.not_found`, `vault.not_ready`.
    pub fn begin(from: &impl Read, chosen: Option<&[RecordId]>) -> Result<Self, Fault> {
        Meta::read(from)?.actor()?;
        let own = ChainItem::read_named(from, &ChainName::Own)?;
        let (sequences, loose) = match chosen {
            Some(chosen) => chosen_blocks(from, chosen)?,
            None => everything(from, &own)?,
        };
        Ok(Self {
            own,
            whole: chosen.is_none(),
            sequences: sequences.into_iter().collect(),
            loose,
            blocks: Vec::new(),
            vouchers: Vec::new(),
        })
    }

    /// Blocks gathered, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.blocks.len(), self.sequences.len())
    }

    /// Gathers so many more blocks; everything missing among them is named at once, so that the platform is asked only once.
    ///
    /// # Errors
    /// `vault.need`, `sync.gone` for a record that was erased.
    pub fn step(&mut self, from: &impl Read, count: usize) -> Result<(), Fault> {
        let next: Vec<u32> = self.sequences[self.blocks.len()..]
            .iter()
            .take(count)
            .copied()
            .collect();
        let mut gathered = Gathered::of(&self.own, self.whole);
        let mut blocks = Vec::with_capacity(next.len());
        for sequence in next {
            blocks.extend(gathered.block(from, sequence)?);
        }
        gathered.complete()?;
        self.vouchers.append(&mut gathered.vouchers);
        self.blocks.append(&mut blocks);
        Ok(())
    }

    /// The finished, signed file.
    ///
    /// # Errors
    /// `vault.state` before every block was gathered, `vault.need`, `export.too_large`.
    pub fn finish(&self, from: &impl Read, now: Timestamp, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Fault> {
        if self.blocks.len() < self.sequences.len() {
            return Err(fault::Error::State.into());
        }
        let meta = Meta::read(from)?;
        let actor = meta.actor()?;
        let mut gathered = Gathered::of(&self.own, self.whole);
        gathered.vouchers.clone_from(&self.vouchers);
        for package in &self.loose {
            gathered.vouchers.extend(Package::parse(package)?.credential);
        }
        let organizations = gathered.organizations(from)?;
        gathered.complete()?;
        let contents = Contents {
            devices: devices(&self.own, &self.blocks, &actor.authority, self.whole)?,
            removals: self.own.removals.iter().map(|listed| listed.removal.clone()).collect(),
            resource: self.whole.then_some(self.own.resource),
            blocks: self.blocks.clone(),
            loose: self.loose.clone(),
            organizations,
        };
        let head = self.own.head.as_ref().filter(|_| self.whole);
        let bytes = contents.encode();
        let statement = ExportStatement {
            version: 1,
            kind: if self.whole { Kind::Chain } else { Kind::Selection },
            head: head.map(|head| Place {
                sequence: head.sequence,
                hash: head.hash,
            }),
            records: u32::try_from(contents.records()).map_err(|_| export::Error::TooLarge)?,
            receipts: u32::try_from(contents.receipts()).map_err(|_| export::Error::TooLarge)?,
            contents: Contents::hash(&bytes),
            time: now,
            salt: salt(rng),
            actor: actor.device,
            owner: actor.identity,
            authority: actor.authority,
        };
        let signed = Signed::issue(statement, &meta.device)?;
        Ok(export::assemble(signed.bytes().to_vec(), meta.evidence, bytes)?)
    }
}

/// Makes a file of these records, or of everything, in one go.
///
/// # Errors
/// Those of [`Export`]'s parts.
pub fn make(
    from: &impl Read,
    chosen: Option<&[RecordId]>,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Fault> {
    let mut file = Export::begin(from, chosen)?;
    file.step(from, usize::MAX)?;
    file.finish(from, now, rng)
}

fn salt(rng: &mut dyn CryptoRng) -> Hash {
    let mut bytes = [0u8; 32];
    rng.fill_bytes(&mut bytes);
    Hash::new(bytes)
}

/// The blocks of chosen records, of receipts about nothing else, and those that name chain and log; and what is in no block.
fn chosen_blocks(from: &impl Read, chosen: &[RecordId]) -> Result<(BTreeSet<u32>, Vec<Bytes>), Fault> {
    let mut sequences = BTreeSet::new();
    let mut loose = Vec::new();
    let mut seen = BTreeSet::new();
    for record in chosen.iter().filter(|record| seen.insert(**record)) {
        match from.get::<RecordItem>(record.as_bytes())? {
            Some(item) => {
                sequences.insert(item.sequence);
            }
            None => loose.push(from.item::<SubmissionItem>(record.as_bytes())?.package),
        }
    }
    if seen.is_empty() {
        return Err(fault::Error::NotFound.into());
    }
    for (_, receipt) in from.list::<ReceiptItem>()? {
        if receipt.records.iter().all(|record| seen.contains(record)) {
            sequences.insert(receipt.sequence);
        }
    }
    if let Some(last) = sequences.last().copied() {
        for sequence in 0..last {
            let index: BlockIndex = from.item(&ChainName::Own.block(sequence))?;
            if matches!(index.kind, BlockKind::Genesis | BlockKind::Epoch) {
                sequences.insert(sequence);
            }
        }
    }
    Ok((sequences, loose))
}

fn everything(from: &impl Read, own: &ChainItem) -> Result<(BTreeSet<u32>, Vec<Bytes>), Fault> {
    let head = own.head.as_ref().ok_or(fault::Error::NotReady)?;
    let loose = from
        .list::<SubmissionItem>()?
        .into_iter()
        .map(|(_, item)| item.package)
        .collect();
    Ok(((0..=head.sequence).collect(), loose))
}

/// The owner's devices; in a selection only those that signed something in it, and those that were taken out.
fn devices(
    own: &ChainItem,
    blocks: &[ExportedBlock],
    exporter: &StatementId,
    whole: bool,
) -> Result<Vec<Evidence>, Fault> {
    let mut signers = BTreeSet::from([*exporter]);
    // A removal can be judged only beside the device it is about.
    for listed in &own.removals {
        signers.insert(Signed::<DeviceRemoval>::verify(&listed.removal)?.device);
    }
    for block in blocks {
        signers.insert(Block::verify(&block.block)?.authority);
    }
    let mut devices = Vec::new();
    for evidence in &own.devices {
        let actor = evidence.verify()?;
        if whole || signers.contains(&actor.authority) {
            devices.push(evidence.clone());
        }
    }
    Ok(devices)
}

/// A block as it is kept: signed bytes, body, promise.
type Kept = (Bytes, Option<SecretBytes>, Option<Bytes>);

fn kept(from: &impl Read, name: &ChainName, sequence: u32) -> Result<Kept, Fault> {
    let id = name.block(sequence);
    if let Some(pending) = from.get::<PendingBlock>(&id)? {
        return Ok((pending.block, Some(pending.body), None));
    }
    let data: BlockData = from.item(&id)?;
    Ok((data.block, data.body, Some(data.promise)))
}

/// What is gathered on the way; everything missing is named at once, so that the platform is asked only once.
struct Gathered<'a> {
    own: &'a ChainItem,
    whole: bool,
    need: Vec<EntryKey>,
    vouchers: Vec<CredentialEvidence>,
}

impl<'a> Gathered<'a> {
    fn of(own: &'a ChainItem, whole: bool) -> Self {
        Self {
            own,
            whole,
            need: Vec::new(),
            vouchers: Vec::new(),
        }
    }

    fn complete(&mut self) -> Result<(), Fault> {
        if self.need.is_empty() {
            Ok(())
        } else {
            Err(Fault::need(core::mem::take(&mut self.need)))
        }
    }

    fn wait<T>(&mut self, result: Result<T, Fault>) -> Result<Option<T>, Fault> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(fault) if fault.is(fault::Error::Need) => {
                self.need.extend(fault.need);
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    fn block(&mut self, from: &impl Read, sequence: u32) -> Result<Option<ExportedBlock>, Fault> {
        let index: BlockIndex = from.item(&ChainName::Own.block(sequence))?;
        let Some((block, body, promise)) = self.wait(kept(from, &ChainName::Own, sequence))? else {
            return Ok(None);
        };
        let log_key = self.own.log_key_at(sequence).as_bytes();
        let admission = promise.map(|promise| Admission {
            label: self.whole.then(|| log_entry::label(log_key, sequence)),
            salt: log_entry::salt(log_key, sequence),
            promise,
        });
        let content = match body {
            Some(body) => self.content(from, index.kind, body.as_bytes())?,
            None if !self.whole && index.kind == BlockKind::Record => return Err(chain::Error::Gone.into()),
            None => Content::LeftOut,
        };
        Ok(Some(ExportedBlock {
            block,
            admission,
            content,
        }))
    }

    /// What may be shown of a body.
    fn content(&mut self, from: &impl Read, kind: BlockKind, body: &[u8]) -> Result<Content, Fault> {
        let (salt, content) = body.split_at_checked(BODY_SALT).ok_or(fault::Error::Damaged)?;
        let salt = Hash::new(salt.try_into().map_err(|_| fault::Error::Damaged)?);
        Ok(match kind {
            BlockKind::Record => {
                let body: RecordBody = decode(content)?;
                self.vouchers.extend(Package::parse(&body.package)?.credential);
                // A body with attachment keys would open the files to whoever gets this one.
                let bare = body.attachments.is_empty();
                let opening = bare.then(|| RecordOpening {
                    salt,
                    source: cbor::encode(&body.source).into(),
                });
                Content::Record(body.package, opening)
            }
            BlockKind::Receipt => {
                let body: ReceiptBody = decode(content)?;
                let entitlement = match self.whole {
                    true => self.wait(receipt::entitlement(from, &body.receipt))?.flatten(),
                    false => None,
                };
                if let Some(Entitlement::Member(evidence)) = &entitlement {
                    self.vouchers.push(evidence.clone());
                }
                Content::Receipt(body.receipt, body.evidence, salt, entitlement.map(Box::new))
            }
            BlockKind::Epoch => {
                let body: EpochBody = decode(content)?;
                Content::Epoch(body.removals, body.roots)
            }
            BlockKind::Device if self.whole => Content::Device(decode::<DeviceBody>(content)?.evidence),
            BlockKind::Grant if self.whole => Content::Grant(decode::<GrantBody>(content)?.grant),
            _ => Content::LeftOut,
        })
    }

    /// The organizations that vouch for authors and readers, with their public chains as far as they were read here.
    fn organizations(&mut self, from: &impl Read) -> Result<Vec<ExportedOrganization>, Fault> {
        let mut all = Vec::new();
        let mut seen: BTreeSet<IdentityId> = BTreeSet::new();
        for evidence in core::mem::take(&mut self.vouchers) {
            let issuer = evidence.verify()?.claims.issuer;
            if !seen.insert(issuer) {
                continue;
            }
            let known = from.get::<KnownOrganization>(issuer.as_bytes())?;
            all.push(ExportedOrganization {
                statement: evidence.organization,
                evidence: evidence.organization_evidence,
                blocks: self.public_chain(from, &ChainName::Public(issuer))?,
                read: known.and_then(|known| known.checked),
            });
        }
        Ok(all)
    }

    fn public_chain(&mut self, from: &impl Read, name: &ChainName) -> Result<Vec<PublicBlock>, Fault> {
        let Some(chain) = from.get::<ChainItem>(&name.id())? else {
            return Ok(Vec::new());
        };
        let admitted = chain.head.as_ref().map_or(0, |head| head.sequence + 1 - chain.pending);
        let mut blocks = Vec::new();
        for sequence in 0..admitted {
            if let Some((block, body, Some(promise))) = self.wait(kept(from, name, sequence))? {
                blocks.push(PublicBlock {
                    block,
                    body: body.map(|body| body.as_bytes().to_vec().into()),
                    promise,
                });
            }
        }
        Ok(blocks)
    }
}
