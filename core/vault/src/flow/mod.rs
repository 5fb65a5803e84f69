//! What people do, as transactions: each file is one thing that happens between people (`core/spec/flows.md`, FLOW rules).
//!
//! Everything durable is a block of the owner's chain. `apply` turns a block into what lists show, whether the block was written here,
//! by another of the owner's devices, or is read again after recovery; so there is one way in for every fact.

pub mod access;
pub mod appointment;
pub mod attachment;
pub mod change;
pub mod check;
pub mod claim;
pub mod copy;
pub mod delegation;
pub mod deletion;
pub mod delivery;
pub mod device;
pub mod end;
pub mod epoch;
pub mod erase;
pub mod export;
pub mod found;
pub mod grant_key;
pub mod hand_on;
pub mod holder;
pub mod join;
pub mod key_change;
pub mod kit;
pub mod mailbox;
pub mod note;
pub mod offer;
pub mod officer;
pub mod order;
pub mod organization;
pub mod outbox;
pub mod quota;
pub mod receipt;
pub mod record;
pub mod recovered;
pub mod share;
pub mod staff;
pub mod status;
pub mod submit;
pub mod team;
pub mod trust;
pub mod upload;
pub mod withdraw;

use protocol::block::{Block, BlockKind, LogCommitment};
use protocol::cbor;
use protocol::identity::Evidence;

use crate::body::{DeviceBody, GrantGenesis, OwnGenesis, PublicGenesis, ReceiptBody, RecordBody, ShareBody};
use crate::chain;
use crate::fault::{Error, Fault};
use crate::item::{ChainItem, ChainName, Meta, ReceiptItem, RecordItem, Stage};
use crate::state::{Read, Tx};

/// The largest content of a body.
const MAX_CONTENT: usize = 1 << 20;

/// Decodes a body's content strictly.
pub(crate) fn decode<T>(content: &[u8]) -> Result<T, Fault>
where
    T: for<'b> minicbor::Decode<'b, ()> + minicbor::Encode<()>,
{
    Ok(cbor::decode(content, MAX_CONTENT)?)
}

/// Takes a block into account. Without content (erased) only its place in the chain counts.
///
/// # Errors
/// When the content is not what the block's kind demands.
pub(crate) fn apply(tx: &mut Tx<'_>, name: &ChainName, block: &Block, content: Option<&[u8]>) -> Result<(), Fault> {
    if *name == ChainName::Own {
        device::signed(tx, block)?;
    }
    let Some(content) = content else { return Ok(()) };
    match (name, block.kind) {
        (ChainName::Own, BlockKind::Genesis) => {
            let genesis: OwnGenesis = decode(content)?;
            device::first(tx, block, &genesis)?;
            join::own_genesis(tx, &genesis)
        }
        // In other chains a device block has done its work when its signer was checked.
        (ChainName::Own, BlockKind::Device) => {
            let body: DeviceBody = decode(content)?;
            let read = body.read.ok_or(protocol::chain::Error::Key)?;
            device::listed(tx, block, &body.evidence, body.sealing_key, read)
        }
        (_, BlockKind::Epoch) => epoch::opened(tx, name, block, &decode(content)?),
        (ChainName::Own, BlockKind::Record) => record::filed(tx, block, &decode::<RecordBody>(content)?),
        (ChainName::Own, BlockKind::Grant) => offer::given(tx, block, &decode(content)?),
        (ChainName::Own, BlockKind::Receipt) => receipt::filed(tx, block, &decode::<ReceiptBody>(content)?),
        (ChainName::Own, BlockKind::Note) => note::apply(tx, &decode(content)?),
        (ChainName::Own, BlockKind::Revocation) => change::changed(tx, &decode(content)?),
        (ChainName::Own, BlockKind::Erasure) => erase::erased(tx, block, &decode(content)?),
        (ChainName::Given(grant), BlockKind::Share) => {
            share::listed(tx, grant, block.sequence, &decode::<ShareBody>(content)?)
        }
        (ChainName::Given(grant), BlockKind::Renewed | BlockKind::Paused | BlockKind::Ended) => {
            change::published(tx, grant, &decode(content)?)
        }
        (ChainName::Received(grant), BlockKind::Share) => {
            access::listed(tx, grant, block.time, decode::<ShareBody>(content)?)
        }
        (ChainName::Received(grant), BlockKind::Renewed | BlockKind::Paused | BlockKind::Ended) => {
            access::changed(tx, grant, block.kind, &decode(content)?)
        }
        (ChainName::Received(grant), BlockKind::Note) => access::asked(tx, grant, &decode(content)?),
        (ChainName::Public(organization), BlockKind::Status) => status::stated(tx, organization, content),
        _ => Ok(()),
    }
}

/// Takes back what [`apply`] did for a block that must be signed again.
pub(crate) fn undo(tx: &mut Tx<'_>, name: &ChainName, kind: BlockKind, content: &[u8]) -> Result<(), Fault> {
    match (name, kind) {
        (ChainName::Own, BlockKind::Record) => {
            let id = record::id_of(&decode::<RecordBody>(content)?)?;
            tx.delete::<RecordItem>(id.as_bytes());
        }
        (ChainName::Own, BlockKind::Receipt) => {
            let id = receipt::id_of(&decode::<ReceiptBody>(content)?);
            tx.delete::<ReceiptItem>(id.as_bytes());
        }
        (ChainName::Own, BlockKind::Revocation) => change::unchanged(tx, &decode(content)?)?,
        (ChainName::Own, BlockKind::Note) => note::undo(tx, &decode(content)?)?,
        (ChainName::Given(grant), BlockKind::Share) => share::unlisted(tx, grant, &decode::<ShareBody>(content)?)?,
        (_, BlockKind::Epoch) => epoch::unopened(tx, name, content)?,
        (ChainName::Given(grant), BlockKind::Renewed | BlockKind::Paused | BlockKind::Ended) => {
            change::unpublished(tx, grant, &decode(content)?)?;
        }
        (ChainName::Public(organization), BlockKind::Status) => status::unstated(tx, organization, content)?,
        _ => {}
    }
    Ok(())
}

/// Whether a block that must be signed again is still needed after another device's blocks were taken in.
pub(crate) fn still_wanted(tx: &Tx<'_>, name: &ChainName, kind: BlockKind, content: &[u8]) -> Result<bool, Fault> {
    Ok(match (name, kind) {
        (ChainName::Own, BlockKind::Record) => {
            let id = record::id_of(&decode::<RecordBody>(content)?)?;
            tx.get::<RecordItem>(id.as_bytes())?.is_none()
        }
        (ChainName::Own, BlockKind::Receipt) => {
            let id = receipt::id_of(&decode::<ReceiptBody>(content)?);
            tx.get::<ReceiptItem>(id.as_bytes())?.is_none()
        }
        (ChainName::Own, BlockKind::Revocation) => change::still_wanted(tx, &decode(content)?)?,
        (ChainName::Own, BlockKind::Note) => note::still_wanted(tx, &decode(content)?)?,
        (ChainName::Given(grant), BlockKind::Share) => share::is_news(tx, grant, &decode::<ShareBody>(content)?)?,
        (ChainName::Given(grant), BlockKind::Renewed | BlockKind::Paused | BlockKind::Ended) => {
            change::is_news(tx, grant, &decode(content)?)?
        }
        _ => true,
    })
}

/// Checks a first block that was read from a relay, and learns who may write the chain.
///
/// # Errors
/// `sync.log_key`, `chain.other`, `chain.key`, `sync.gone`.
pub(crate) fn check_genesis(
    name: &ChainName,
    chain: &mut ChainItem,
    block: &Block,
    content: Option<&[u8]>,
) -> Result<(), Fault> {
    let log = block.log.as_ref().ok_or(chain::Error::LogKey)?;
    if log.log_key != LogCommitment::of(chain.log_key.as_bytes()) || log.log != chain.log {
        return Err(chain::Error::LogKey.into());
    }
    if chain.expected.is_some_and(|expected| expected != block.chain_id()) {
        return Err(protocol::chain::Error::Chain.into());
    }
    let content = content.ok_or(chain::Error::Gone)?;
    let evidence: Option<Evidence> = match name {
        ChainName::Own => Some(decode::<OwnGenesis>(content)?.evidence),
        ChainName::Given(_) | ChainName::Received(_) => Some(decode::<GrantGenesis>(content)?.evidence),
        ChainName::Public(_) => Some(decode::<PublicGenesis>(content)?.evidence),
    };
    if let Some(evidence) = evidence.filter(|evidence| !chain.devices.contains(evidence)) {
        chain.keys()?.add(&chain.owner, &evidence)?;
        chain.devices.push(evidence);
    }
    Ok(())
}

/// A device may introduce itself: its evidence, rooted in the owner's identity, is what entitles it.
///
/// # Errors
/// `chain.key`.
pub(crate) fn check_device(chain: &mut ChainItem, block: &Block, content: Option<&[u8]>) -> Result<(), Fault> {
    let (BlockKind::Device, Some(content)) = (block.kind, content) else {
        return Ok(());
    };
    let body: DeviceBody = decode(content)?;
    if !chain.devices.contains(&body.evidence) {
        chain.keys()?.add(&chain.owner, &body.evidence)?;
        chain.devices.push(body.evidence);
    }
    Ok(())
}

/// Every block of a chain that was pending was admitted: its order is settled.
pub(crate) fn settled(tx: &mut Tx<'_>, name: &ChainName) -> Result<(), Fault> {
    match name {
        ChainName::Own => change::publish(tx),
        ChainName::Given(grant) => share::settle_again(tx, grant),
        _ => Ok(()),
    }
}

/// A chain was read to its end, or to the end of a page.
pub(crate) fn caught_up(tx: &mut Tx<'_>, name: &ChainName, more: bool) -> Result<(), Fault> {
    if more {
        return Ok(());
    }
    let mut chain = ChainItem::read_named(tx, name)?;
    if chain.skipped > 0 {
        return Err(chain::Error::Gone.into());
    }
    let stale = chain
        .checked
        .is_none_or(|time| time.plus(60) <= tx.now || time > tx.now);
    if chain.behind || stale {
        chain.behind = false;
        chain.checked = Some(tx.now);
        chain.write(tx, name);
    }
    match name {
        ChainName::Own if Meta::read(tx)?.stage == Stage::Joining => {
            join::finish(tx)?;
            end::look_after(tx, true)
        }
        ChainName::Own => {
            team::depart(tx)?;
            grant_key::look_after(tx)?;
            end::look_after(tx, false)
        }
        ChainName::Given(grant) => {
            join::introduce(tx, name)?;
            epoch::follow(tx, name)?;
            grant_key::due(tx, grant)?;
            change::publish(tx)?;
            end::caught_up(tx, grant)?;
            share::settle(tx, grant)
        }
        ChainName::Public(organization) => {
            status::caught_up(tx, organization)?;
            if chain.write.is_some() {
                join::introduce(tx, name)?;
                epoch::follow(tx, name)
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

/// Checks a name or another short text from a person.
///
/// # Errors
/// `vault.text`.
pub(crate) fn check_text(text: &str, max: usize) -> Result<(), Fault> {
    let fits = !text.trim().is_empty() && text.len() <= max && protocol::name::is_plain(text);
    if fits { Ok(()) } else { Err(Error::Text.into()) }
}
