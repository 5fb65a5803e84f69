//! Whom the owner trusts to vouch for people: a list of organizations, kept by the owner alone (`core/spec/trust.md`, TRUST rules).
//!
//! As a file it is text: one line `organization ID NAME` each; empty lines and lines that begin with `#` say nothing.

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::coded_error;
use protocol::id::IdentityId;
use protocol::organization::OrganizationCard;

use super::status;
use crate::body::NoteBody;
use crate::chain;
use crate::fault::{self, Fault};
use crate::item::{ChainItem, ChainName, TrustedItem};
use crate::state::{Read, Tx};

coded_error! {
    /// Why a list of trusted organizations is refused.
    pub enum Error {
        Line = "trust.line", "a line of the list is neither a comment nor `organization`, an id of 64 digits and a name";
        Repeated = "trust.repeated", "the list names an organization twice";
        TooLarge = "trust.too_large", "the list is longer than permitted";
    }
}

/// The largest list.
const MAX_BYTES: usize = 256 * 1024;
/// Most organizations in one list.
const MAX_LINES: usize = 1000;

/// Trusts an organization under this name.
///
/// # Errors
/// `vault.text`, `vault.not_ready`.
pub fn trust(tx: &mut Tx<'_>, organization: &IdentityId, name: &str) -> Result<(), Fault> {
    let name = name.trim();
    if !protocol::name::fits(name) {
        return Err(fault::Error::Text.into());
    }
    ChainItem::read_named(tx, &ChainName::Own)?;
    if tx
        .get::<TrustedItem>(organization.as_bytes())?
        .is_some_and(|item| item.name == name)
    {
        return Ok(());
    }
    let note = NoteBody::Trusted(*organization, name.to_owned());
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// Trusts an organization no more.
///
/// # Errors
/// `vault.not_found`.
pub fn untrust(tx: &mut Tx<'_>, organization: &IdentityId) -> Result<(), Fault> {
    tx.item::<TrustedItem>(organization.as_bytes())?;
    let note = NoteBody::Untrusted(*organization);
    chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
    Ok(())
}

/// Trusts the organization of a card, under the name it gives itself.
///
/// # Errors
/// `organization.*`.
pub fn trust_card(tx: &mut Tx<'_>, bytes: &[u8]) -> Result<(), Fault> {
    let (card, statement) = OrganizationCard::open(bytes)?;
    if tx
        .get::<ChainItem>(&ChainName::Public(statement.organization).id())?
        .is_none()
    {
        status::know(tx, &card.statement, &statement, card.evidence)?;
    }
    tx.created = Some(statement.organization.to_string());
    trust(tx, &statement.organization, &statement.name)
}

/// Trusts every organization of a list; either all of it is taken or nothing.
///
/// # Errors
/// `trust.line` and `trust.repeated` with the number of the line, `trust.too_large`.
pub fn trust_list(tx: &mut Tx<'_>, text: &str) -> Result<(), Fault> {
    for (organization, name) in parse(text)? {
        trust(tx, &organization, &name)?;
    }
    Ok(())
}

/// Reads a list (TRUST-2).
///
/// # Errors
/// As [`trust_list`].
pub fn parse(text: &str) -> Result<Vec<(IdentityId, String)>, Fault> {
    if text.len() > MAX_BYTES {
        return Err(Error::TooLarge.into());
    }
    let mut list: Vec<(IdentityId, String)> = Vec::new();
    for (number, line) in (1u32..).zip(text.lines()) {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (id, name) = entry(line).ok_or_else(|| Fault::from(Error::Line).with("line", number))?;
        if list.iter().any(|(known, _)| *known == id) {
            return Err(Fault::from(Error::Repeated).with("line", number));
        }
        if list.len() == MAX_LINES {
            return Err(Error::TooLarge.into());
        }
        list.push((id, name.to_owned()));
    }
    Ok(list)
}

/// The line of one organization.
pub fn line(organization: &IdentityId, name: &str) -> String {
    format!("organization {organization} {name}")
}

fn entry(line: &str) -> Option<(IdentityId, &str)> {
    let rest = line.strip_prefix("organization ")?;
    let (id, name) = rest.split_once(' ')?;
    let fits = protocol::name::fits(name) && !name.starts_with(' ');
    IdentityId::parse(id).ok().filter(|_| fits).map(|id| (id, name))
}
