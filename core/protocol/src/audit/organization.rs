//! Organizations in a file: their statement, whether the auditor knows them, and their list of credentials as far as it was read (AUDIT-9,
//! AUDIT-10).
//!
//! A list that was cut short cannot be told from one that was read early; the report names the last block's time and claims nothing later.

use super::{Error, Facts, Trusted, Value, code, not_future};
use crate::block::{Block, BlockKind, LogCommitment, check_body};
use crate::cbor::{self, Bytes};
use crate::chain::{self, Head, Keys};
use crate::credential;
use crate::epoch::EpochBody;
use crate::export::{self, ExportedOrganization, PublicBlock};
use crate::id::IdentityId;
use crate::identity::Evidence;
use crate::log_entry;
use crate::organization::{OrganizationStatement, StatusList};
use crate::promise::Promise;
use crate::time::Timestamp;

/// What a device block of a public chain says.
#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
struct Introduction {
    #[n(0)]
    evidence: Evidence,
    #[n(1)]
    sealing_key: Bytes,
}

/// What the first block of a public chain says.
#[derive(minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
struct Founder {
    #[n(0)]
    evidence: Evidence,
}

/// An organization whose statement verified.
pub(super) struct Organization {
    pub(super) statement: OrganizationStatement,
    /// The name on the auditor's list.
    pub(super) trusted: Option<String>,
    /// Its list and when the last entry of it was promised, if all of it verified.
    pub(super) list: Option<(StatusList, Timestamp)>,
}

/// The organizations of a file.
pub(super) struct Organizations(Vec<Organization>);

impl Organizations {
    pub(super) fn find(&self, id: &IdentityId) -> Option<&Organization> {
        self.0.iter().find(|known| known.statement.organization == *id)
    }

    /// Those that the auditor trusts.
    pub(super) fn trusted(&self) -> impl Iterator<Item = &Organization> {
        self.0.iter().filter(|known| known.trusted.is_some())
    }
}

/// The name that an auditor's list has for an organization.
pub(super) fn name_in<'a>(trusted: &'a [Trusted], id: &IdentityId) -> Option<&'a str> {
    trusted
        .iter()
        .find(|(organization, _)| organization == id)
        .map(|(_, name)| name.as_str())
}

pub(super) fn verify(
    all: &[ExportedOrganization],
    trusted: &[Trusted],
    now: Timestamp,
    facts: &mut Facts,
) -> Organizations {
    let mut known = Organizations(Vec::with_capacity(all.len()));
    for exported in all {
        let statement = match credential::organization(&exported.statement, &exported.evidence) {
            Ok(statement) => statement,
            Err(error) => {
                facts.judge("file", "organization_statement", Err(code(error)), Vec::new());
                continue;
            }
        };
        let id = statement.organization;
        let once = if known.find(&id).is_some() {
            Err(code(export::Error::Rule))
        } else {
            Ok(())
        };
        facts.judge(
            id,
            "organization_statement",
            once,
            vec![("name", Value::Text(statement.name.clone()))],
        );
        let name = name_in(trusted, &id).map(str::to_owned);
        let vouched = if name.is_some() {
            Ok(())
        } else {
            Err(code(credential::Error::Untrusted))
        };
        let shown = name.clone().unwrap_or_else(|| statement.name.clone());
        facts.judge(id, "organization_trusted", vouched, vec![("name", Value::Text(shown))]);
        let list = match walk(&statement, exported, now) {
            _ if exported.blocks.is_empty() => {
                facts.not_claimed(id, "organization_list", Some(code(Error::NoList)), Vec::new());
                None
            }
            Ok((list, last)) => {
                let params = vec![
                    ("count", Value::Number(exported.blocks.len() as u64)),
                    ("time", Value::Time(last)),
                    ("log", Value::Text(statement.log.origin.clone())),
                ];
                facts.judge(id, "organization_list", Ok(()), params);
                let read = exported.read.map(|read| ("time", Value::Time(read)));
                facts.not_claimed(id, "organization_latest", None, read.into_iter().collect());
                Some((list, last))
            }
            Err((place, code)) => {
                let count = exported.blocks.len() as u64;
                let params = vec![("count", Value::Number(count)), ("block", Value::Number(place as u64))];
                facts.judge(id, "organization_list", Err(code), params);
                None
            }
        };
        known.0.push(Organization {
            statement,
            trusted: name,
            list,
        });
    }
    known
}

type Refused = (usize, &'static str);

fn walk(
    statement: &OrganizationStatement,
    exported: &ExportedOrganization,
    now: Timestamp,
) -> Result<(StatusList, Timestamp), Refused> {
    let mut keys = Keys::default();
    keys.add(&statement.organization, &exported.evidence)
        .map_err(|error| (0, code(error)))?;
    let mut head: Option<Head> = None;
    let mut list = StatusList::default();
    let mut last = None;
    for (place, block) in exported.blocks.iter().enumerate() {
        let (next, time) = step(statement, head.as_ref(), &mut keys, &mut list, block).map_err(|code| (place, code))?;
        not_future(time, now).map_err(|code| (place, code))?;
        head = Some(next);
        last = Some(time);
    }
    last.map(|last| (list, last)).ok_or((0, code(chain::Error::Genesis)))
}

fn step(
    statement: &OrganizationStatement,
    head: Option<&Head>,
    keys: &mut Keys,
    list: &mut StatusList,
    exported: &PublicBlock,
) -> Result<(Head, Timestamp), &'static str> {
    let block = Block::verify(&exported.block).map_err(code)?;
    let next = match head {
        Some(head) => head.accept(&block).map_err(code)?,
        None => begin(statement, &block)?,
    };
    let content = exported
        .body
        .as_ref()
        .map(|body| check_body(&block, body))
        .transpose()
        .map_err(code)?;
    match (block.kind, content) {
        // The device that founded the chain need not be the one that signed the statement.
        (BlockKind::Genesis, Some(content)) => {
            let founder: Founder = cbor::decode(content, 64 * 1024).map_err(code)?;
            keys.add(&statement.organization, &founder.evidence).map_err(code)?;
        }
        (BlockKind::Device, Some(content)) => {
            let introduction: Introduction = cbor::decode(content, 64 * 1024).map_err(code)?;
            keys.add(&statement.organization, &introduction.evidence)
                .map_err(code)?;
        }
        // A list with an unreadable entry would say less than the organization did.
        (BlockKind::Epoch, Some(content)) => {
            keys.check(&block).map_err(code)?;
            let body: EpochBody = cbor::decode(content, 64 * 1024).map_err(code)?;
            body.list(keys, &block).map_err(code)?;
        }
        (BlockKind::Device | BlockKind::Status | BlockKind::Epoch, None) => return Err(code(Error::BodyLeftOut)),
        (BlockKind::Status, Some(content)) => list.accept(&block, content).map_err(code)?,
        _ => {}
    }
    keys.check(&block).map_err(code)?;
    let promise = Promise::verify(&exported.promise, &statement.log.key).map_err(code)?;
    let log_key = statement.log_key.as_bytes();
    let label = log_entry::label(log_key, block.sequence);
    let commit = log_entry::commit(&block.block_hash(), &log_entry::salt(log_key, block.sequence));
    let named = promise.map_key == log_entry::map_key(&statement.resource, &label)
        && promise.commit == commit
        && promise.origin == statement.log.origin;
    if named {
        Ok((next, promise.time))
    } else {
        Err(code(Error::Promise))
    }
}

/// The first block must be the one that the statement names, under the log and the key that it names.
fn begin(statement: &OrganizationStatement, block: &Block) -> Result<Head, &'static str> {
    let head = Head::begin(block).map_err(code)?;
    if head.chain != statement.chain {
        return Err(code(chain::Error::Chain));
    }
    if head.owner != statement.organization {
        return Err(code(chain::Error::Owner));
    }
    let log = LogCommitment {
        log_key: LogCommitment::of(statement.log_key.as_bytes()),
        log: statement.log.clone(),
    };
    if head.log == log {
        Ok(head)
    } else {
        Err(code(chain::Error::Genesis))
    }
}
