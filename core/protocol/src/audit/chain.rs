//! The owner's chain in a file: signatures, order, wholeness, and what the log promised (AUDIT-4 to AUDIT-8).

use core::ops::Range;

use super::{Error, Facts, Value, code, not_future};
use crate::block::{BlockKind, BlockStatement, LogCommitment};
use crate::cbor::Bytes;
use crate::chain::{self, Head, Keys};
use crate::epoch::EpochBody;
use crate::export::{Admission, Content, Contents, ExportStatement, ExportedBlock, Kind, Place};
use crate::id::{BlockHash, ChainId, ResourceId, StatementId};
use crate::identity::{DeviceStatement, Evidence};
use crate::log_entry;
use crate::promise::Promise;
use crate::proven::Log;
use crate::statement::{Signed, Unverified};
use crate::time::Timestamp;

/// One block as far as it could be read.
pub(super) struct Seen {
    pub(super) statement: BlockStatement,
    pub(super) hash: BlockHash,
    /// When the log promised it, and which.
    pub(super) promised: Option<(Timestamp, Log)>,
}

/// The chain as far as it could be read; one entry for each block of the file.
pub(super) struct Chain {
    pub(super) blocks: Vec<Result<Seen, &'static str>>,
    pub(super) keys: Keys,
    /// Logs that the owner's own blocks name.
    pub(super) logs: Vec<Log>,
}

/// What is gathered on the way through the blocks.
pub(super) struct Walk {
    entitled: Result<(), &'static str>,
    signatures: Result<(), Refused>,
    /// The log in force.
    log: Option<LogCommitment>,
    refused: Option<Refused>,
    /// How many blocks a log promised, and when the first and the last.
    promised: Option<(u64, Timestamp, Timestamp)>,
    origin: String,
}

/// Who may write the chain is known before its blocks are gone through.
pub(super) fn begin(contents: &Contents, statement: &ExportStatement) -> (Chain, Walk) {
    let (keys, entitled) = devices(contents, statement);
    let chain = Chain {
        blocks: Vec::with_capacity(contents.blocks.len()),
        keys,
        logs: Vec::new(),
    };
    let walk = Walk {
        entitled,
        signatures: Ok(()),
        log: None,
        refused: None,
        promised: None,
        origin: String::new(),
    };
    (chain, walk)
}

/// The chain's id, once a block of it could be read.
fn subject(chain: &Chain) -> String {
    let first = chain.blocks.iter().flatten().next();
    let id = first.map(|seen| chain_of(&seen.statement, seen.hash));
    id.map_or_else(|| "file".to_owned(), |id| id.to_string())
}

impl Walk {
    /// Reads a part of the blocks: each in its place, whether or not its signature is good.
    pub(super) fn read(&mut self, contents: &Contents, part: Range<usize>, chain: &mut Chain) {
        for (place, exported) in contents.blocks.iter().enumerate().take(part.end).skip(part.start) {
            let seen = read(exported, &chain.keys);
            if let (Ok(()), Err(code)) = (&self.signatures, &seen) {
                self.signatures = Err((place, *code));
            }
            // The order is judged by what the block says even when its signature is bad.
            chain.blocks.push(seen.or_else(|code| unproven(exported).ok_or(code)));
        }
    }

    /// What all blocks say together, once all were read.
    pub(super) fn judge(&self, contents: &Contents, statement: &ExportStatement, chain: &Chain, facts: &mut Facts) {
        if contents.blocks.is_empty() && statement.kind == Kind::Selection {
            facts.judge("file", "chain_devices", self.entitled, Vec::new());
            return;
        }
        let subject = subject(chain);
        let devices = vec![("count", Value::Number(contents.devices.len() as u64))];
        facts.judge(&subject, "chain_devices", self.entitled, devices);
        let count = vec![("count", Value::Number(contents.blocks.len() as u64))];
        judge(facts, &subject, "chain_signatures", self.signatures, count.clone());
        judge(
            facts,
            &subject,
            "chain_order",
            order(&chain.blocks, statement),
            count.clone(),
        );
        match (statement.kind, &statement.head) {
            (Kind::Chain, Some(head)) => judge(facts, &subject, "chain_whole", whole(&chain.blocks, head), count),
            _ => facts.not_claimed(&subject, "chain_whole", Some(code(Error::Selection)), Vec::new()),
        }
    }

    /// What the log in force promised of a part of the blocks (AUDIT-8).
    pub(super) fn promises(&mut self, contents: &Contents, part: Range<usize>, chain: &mut Chain, now: Timestamp) {
        let all = chain.blocks.iter_mut().zip(&contents.blocks).enumerate();
        for (place, (seen, exported)) in all.take(part.end).skip(part.start) {
            let Ok(seen) = seen else { continue };
            // An epoch block is the last under the log before it; genesis is the first under its own.
            let before = self.log.clone();
            if let Some(named) = &seen.statement.log {
                self.log = Some(named.clone());
                if !chain.logs.contains(&named.log) {
                    chain.logs.push(named.log.clone());
                }
            }
            let in_force = before.as_ref().or(self.log.as_ref());
            let (Some(admission), Some(in_force)) = (&exported.admission, in_force) else {
                continue;
            };
            match promised(admission, contents.resource.as_ref(), &seen.hash, &in_force.log, now) {
                Ok(time) => {
                    let (count, first, last) = self.promised.unwrap_or((0, time, time));
                    self.promised = Some((count + 1, first.min(time), last.max(time)));
                    self.origin.clone_from(&in_force.log.origin);
                    seen.promised = Some((time, in_force.log.clone()));
                }
                Err(code) => self.refused = self.refused.or(Some((place, code))),
            }
        }
    }

    /// What the promises say together, and what no file can claim.
    pub(super) fn judge_promises(
        &self,
        contents: &Contents,
        statement: &ExportStatement,
        chain: &Chain,
        facts: &mut Facts,
    ) {
        if contents.blocks.is_empty() && statement.kind == Kind::Selection {
            return;
        }
        let subject = subject(chain);
        match (self.refused, self.promised) {
            (Some(refused), _) => judge(facts, &subject, "chain_promises", Err(refused), Vec::new()),
            (None, Some((count, first, last))) => {
                let params = vec![
                    ("count", Value::Number(count)),
                    ("log", Value::Text(self.origin.clone())),
                    ("from", Value::Time(first)),
                    ("time", Value::Time(last)),
                ];
                facts.judge(&subject, "chain_promises", Ok(()), params);
            }
            _ => facts.not_claimed(&subject, "chain_promises", Some(code(Error::Unpromised)), Vec::new()),
        }
        let missing = contents.blocks.iter().filter(|block| block.admission.is_none()).count() as u64;
        if missing > 0 {
            let params = vec![("count", Value::Number(missing))];
            facts.not_claimed(&subject, "chain_unpromised", Some(code(Error::Unpromised)), params);
        }
        if statement.kind == Kind::Chain {
            erased(contents, chain, &subject, facts);
        }
        facts.not_claimed(&subject, "chain_complete", None, Vec::new());
        let last = self.promised.map(|(_, _, last)| ("time", Value::Time(last)));
        facts.not_claimed(&subject, "chain_latest", None, last.into_iter().collect());
    }
}

/// Records whose bodies are not in a whole chain: a record's body holds nothing that an export leaves out, so it was erased (AUDIT-18).
fn erased(contents: &Contents, chain: &Chain, subject: &str, facts: &mut Facts) {
    for (exported, seen) in contents.blocks.iter().zip(&chain.blocks) {
        if let (Content::LeftOut, Ok(seen)) = (&exported.content, seen)
            && seen.statement.kind == BlockKind::Record
        {
            let params = vec![("block", Value::Number(u64::from(seen.statement.sequence)))];
            facts.not_claimed(subject, "record_erased", Some(code(Error::Erased)), params);
        }
    }
}

type Refused = (usize, &'static str);

fn judge(
    facts: &mut Facts,
    subject: &str,
    name: &'static str,
    checked: Result<(), Refused>,
    mut params: Vec<(&'static str, Value)>,
) {
    if let Err((place, _)) = &checked {
        params.push(("block", Value::Number(*place as u64)));
    }
    facts.judge(subject, name, checked.map_err(|(_, code)| code), params);
}

/// Who may write the chain (AUDIT-4): devices, and what its epoch blocks list, in the order of the blocks.
fn devices(contents: &Contents, statement: &ExportStatement) -> (Keys, Result<(), &'static str>) {
    let mut keys = Keys::default();
    let mut entitled = Ok(());
    let mut waiting: Vec<&Evidence> = contents.devices.iter().collect();
    take(&mut keys, statement, &mut waiting, &mut entitled);
    let mut listed: Vec<&Bytes> = Vec::new();
    for exported in &contents.blocks {
        let Content::Epoch(removals, roots) = &exported.content else {
            continue;
        };
        let Some(block) = unproven(exported) else { continue };
        let body = EpochBody {
            removals: removals.clone(),
            roots: roots.clone(),
            devices: Vec::new(),
            sealed: Vec::new(),
            recovery: None,
        };
        entitled = entitled.and(body.list(&mut keys, &block.statement).map_err(code));
        listed.extend(removals);
        take(&mut keys, statement, &mut waiting, &mut entitled);
    }
    // In a selection the block that lists a change of root may lie behind its last block; the evidence then stands for itself.
    for evidence in waiting {
        let stands = match statement.kind {
            Kind::Selection => keys.list(&statement.owner, evidence).map(drop),
            Kind::Chain => Err(chain::Error::Key),
        };
        entitled = entitled.and(stands.map_err(code));
    }
    for removal in contents.removals.iter().filter(|removal| !listed.contains(removal)) {
        let removed = Signed::verify(removal)
            .map_err(code)
            .and_then(|removal| keys.remove(&removal, None).map_err(code));
        entitled = entitled.and(removed);
    }
    entitled = entitled.and(certified(contents, statement, &keys));
    let exporter = keys.iter().find(|(actor, _)| actor.device == statement.actor);
    match exporter {
        Some((_, removed)) if removed.is_some_and(|removed| removed.time <= statement.time) => {
            (keys, entitled.and(Err(code(crate::identity::Error::Removed))))
        }
        _ => (keys, entitled),
    }
}

/// Takes in the devices that rest on the root in force.
fn take(
    keys: &mut Keys,
    statement: &ExportStatement,
    waiting: &mut Vec<&Evidence>,
    entitled: &mut Result<(), &'static str>,
) {
    waiting.retain(|evidence| {
        let Ok(root) = evidence.root() else {
            // Evidence that does not verify never will.
            *entitled = entitled.and(Err(code(chain::Error::Key)));
            return false;
        };
        let first = keys.root().is_none() && root.counter == 0;
        if !first && keys.root() != Some(&root) {
            return true;
        }
        *entitled = entitled.and(keys.list(&statement.owner, evidence).map(drop).map_err(code));
        false
    });
}

/// A device that a removed device certified was listed before that removal, else it came too late.
fn certified(contents: &Contents, statement: &ExportStatement, keys: &Keys) -> Result<(), &'static str> {
    for (actor, _) in keys.iter() {
        for certifier in keys.certifiers(&actor.authority) {
            let Some(removed) = keys.removed(certifier) else {
                continue;
            };
            let in_time = match (statement.kind, removed.sequence) {
                (Kind::Chain, Some(sequence)) => introduced(contents, &actor.authority).is_some_and(|at| at < sequence),
                _ => certified_at(contents, &actor.authority).is_some_and(|time| time < removed.time),
            };
            if !in_time {
                return Err(code(chain::Error::Key));
            }
        }
    }
    Ok(())
}

/// The block that lists a device.
fn introduced(contents: &Contents, device: &StatementId) -> Option<u32> {
    contents.blocks.iter().find_map(|exported| match &exported.content {
        Content::Device(evidence) if evidence.verify().ok()?.authority == *device => {
            Some(unproven(exported)?.statement.sequence)
        }
        _ => None,
    })
}

/// When a device was certified, in the words of whoever did.
fn certified_at(contents: &Contents, device: &StatementId) -> Option<Timestamp> {
    contents.devices.iter().find_map(|evidence| {
        let last = Signed::<DeviceStatement>::verify(evidence.devices.last()?).ok()?;
        (StatementId::from(last.hash()) == *device).then_some(last.time)
    })
}

fn read(exported: &ExportedBlock, keys: &Keys) -> Result<Seen, &'static str> {
    let block = Unverified::<BlockStatement>::parse(&exported.block)
        .map_err(code)?
        .verify()
        .map_err(code)?;
    keys.check(&block).map_err(code)?;
    Ok(Seen {
        hash: block.block_hash(),
        statement: block.into_statement(),
        promised: None,
    })
}

fn unproven(exported: &ExportedBlock) -> Option<Seen> {
    let block = Unverified::<BlockStatement>::parse(&exported.block).ok()?;
    Some(Seen {
        hash: block.hash().into(),
        statement: block.statement().clone(),
        promised: None,
    })
}

fn chain_of(block: &BlockStatement, hash: BlockHash) -> ChainId {
    block.chain.unwrap_or_else(|| hash.hash().into())
}

/// The blocks are of one chain, stand in order, and neighbours are linked (AUDIT-6).
fn order(blocks: &[Result<Seen, &'static str>], statement: &ExportStatement) -> Result<(), Refused> {
    let mut head: Option<Head> = None;
    for (place, seen) in blocks.iter().enumerate() {
        let seen = seen.as_ref().map_err(|code| (place, *code))?;
        let refuse = |error: &'static str| (place, error);
        head = Some(match head {
            None => first(seen, statement).map_err(refuse)?,
            Some(head) => next(&head, seen).map_err(refuse)?,
        });
    }
    head.map(drop).ok_or((0, code(chain::Error::Genesis)))
}

/// A file begins with genesis: it names the chain, its owner and its log.
fn first(seen: &Seen, statement: &ExportStatement) -> Result<Head, &'static str> {
    let block = &seen.statement;
    if block.owner != statement.owner {
        return Err(code(chain::Error::Owner));
    }
    let (BlockKind::Genesis, Some(log)) = (block.kind, &block.log) else {
        return Err(code(chain::Error::Genesis));
    };
    Ok(Head {
        chain: chain_of(block, seen.hash),
        owner: block.owner,
        sequence: 0,
        hash: seen.hash,
        time: block.time,
        log: log.clone(),
        ended: false,
    })
}

fn next(head: &Head, seen: &Seen) -> Result<Head, &'static str> {
    let block = &seen.statement;
    if block.sequence <= head.sequence {
        return Err(code(Error::Order));
    }
    if block.sequence == head.sequence + 1 {
        return head.follow(block, seen.hash).map_err(code);
    }
    // Blocks between may be left out of a selection; what can be said without them is said.
    if block.owner != head.owner {
        return Err(code(chain::Error::Owner));
    }
    if block.chain != Some(head.chain) {
        return Err(code(chain::Error::Chain));
    }
    Ok(Head {
        sequence: block.sequence,
        hash: seen.hash,
        time: block.time,
        ..head.clone()
    })
}

/// Every block from the first to the head that the owner named (AUDIT-7).
fn whole(blocks: &[Result<Seen, &'static str>], head: &Place) -> Result<(), Refused> {
    let missing = code(Error::Missing);
    let mut sequences: Vec<u32> = Vec::with_capacity(blocks.len());
    for (place, seen) in blocks.iter().enumerate() {
        sequences.push(seen.as_ref().map_err(|code| (place, *code))?.statement.sequence);
    }
    // Order is another question: the same blocks in another order are still all there.
    sequences.sort_unstable();
    sequences.dedup();
    if let Some(gap) = sequences
        .iter()
        .enumerate()
        .position(|(place, sequence)| u32::try_from(place) != Ok(*sequence))
    {
        return Err((gap, missing));
    }
    let count = sequences.len();
    let newest = blocks
        .iter()
        .flatten()
        .max_by_key(|seen| seen.statement.sequence)
        .ok_or((0, missing))?;
    if newest.statement.sequence < head.sequence {
        return Err((count, code(Error::Older)));
    }
    if newest.statement.sequence > head.sequence || newest.hash != head.hash {
        return Err((count - 1, code(Error::Head)));
    }
    Ok(())
}

fn promised(
    admission: &Admission,
    resource: Option<&ResourceId>,
    block: &BlockHash,
    log: &Log,
    now: Timestamp,
) -> Result<Timestamp, &'static str> {
    let promise = Promise::verify(&admission.promise, &log.key).map_err(code)?;
    let placed = match (resource, &admission.label) {
        (Some(resource), Some(label)) => promise.map_key == log_entry::map_key(resource, label),
        _ => true,
    };
    if promise.origin != log.origin || promise.commit != log_entry::commit(block, &admission.salt) || !placed {
        return Err(code(Error::Promise));
    }
    not_future(promise.time, now)?;
    Ok(promise.time)
}
