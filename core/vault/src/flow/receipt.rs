//! Receipts in the patient's chain: who opened what, and when, in the reader's own signed words.

use protocol::block::{Block, BlockKind};
use protocol::cbor;
use protocol::credential::CredentialEvidence;
use protocol::delegation::Delegation;
use protocol::export::Entitlement;
use protocol::grant::{Permission, Right};
use protocol::hash::{Hash, sha256};
use protocol::id::GrantId;
use protocol::receipt::{self, Receipt};

use super::holder::{self, Acting};
use super::{decode, status};
use crate::body::{DelegationBody, NoteBody, ReceiptBody, ReceiptMessage};
use crate::chain;
use crate::fault::Fault;
use crate::item::{ChainName, DelegationItem, GrantItem, Meta, ReaderItem, ReceiptItem};
use crate::state::{Read, Tx};

/// A receipt arrived in the mailbox of a grant: filed once.
pub(super) fn arrived(tx: &mut Tx<'_>, grant: &GrantId, message: &ReceiptMessage) -> Result<(), Fault> {
    let body = &ReceiptBody {
        receipt: message.receipt.clone(),
        evidence: message.evidence.clone(),
    };
    let receipt = Receipt::verify(&body.receipt)?;
    let item: GrantItem = tx.item(grant.as_bytes())?;
    let statement = protocol::grant::Grant::verify(&item.grant)?;
    if receipt.grant != *grant || receipt.patient != Meta::read(tx)?.identity()? {
        return Err(receipt::Error::Grant.into());
    }
    let reader = body.evidence.verify()?;
    let named = reader
        .check(&receipt.actor, &receipt.reader, &receipt.authority)
        .is_ok();
    if !named {
        return Err(receipt::Error::Reader.into());
    }
    let credential = message.credential.as_ref();
    let acting = holder::acting(tx, grant, &statement, &receipt.reader, credential)?;
    if tx.get::<ReceiptItem>(id_of(body).as_bytes())?.is_some() {
        return Ok(());
    }
    chain::append(tx, &ChainName::Own, BlockKind::Receipt, &cbor::encode(body))?;
    let mut name = item.name;
    if !matches!(acting, Acting::Holder) {
        let known: ReceiptItem = tx.item(id_of(body).as_bytes())?;
        if let Some(evidence) = credential {
            let note = NoteBody::Reader(id_of(body), evidence.clone());
            chain::append(tx, &ChainName::Own, BlockKind::Note, &cbor::encode(&note))?;
            // An auditor asks later whether it stood: the organization's list goes into every export.
            status::want(tx, evidence)?;
            name = evidence.verify()?.claims.name;
        } else if let Acting::Delegate(delegation) = acting {
            let delegate: DelegationItem = tx.item(delegation.id().as_bytes())?;
            name = delegate.name;
        } else {
            name = known.reader.to_string();
        }
    }
    let count = receipt.records.len().to_string();
    tx.tell("show.receipt", grant, &[("name", &name), ("count", &count)]);
    Ok(())
}

/// A receipt block joined the own chain.
pub(super) fn filed(tx: &mut Tx<'_>, block: &Block, body: &ReceiptBody) -> Result<(), Fault> {
    let receipt = Receipt::verify(&body.receipt)?;
    let item = ReceiptItem {
        grant: receipt.grant,
        records: receipt.records.clone(),
        time: receipt.time,
        reader: receipt.reader,
        sequence: block.sequence,
        name: None,
    };
    tx.put(id_of(body).as_bytes(), &item);
    if let Some(mut grant) = tx.get::<GrantItem>(receipt.grant.as_bytes())? {
        grant.last_opened = grant.last_opened.max(Some(receipt.time));
        tx.put(receipt.grant.as_bytes(), &grant);
    }
    Ok(())
}

/// Who vouches for the reader, as the own chain says.
pub(super) fn named(tx: &mut Tx<'_>, id: &Hash, evidence: &CredentialEvidence) -> Result<(), Fault> {
    let credential = evidence.verify()?;
    tx.put(id.as_bytes(), &ReaderItem(evidence.clone()));
    if let Some(mut item) = tx.get::<ReceiptItem>(id.as_bytes())? {
        item.name = Some((credential.claims.name, credential.organization.name));
        tx.put(id.as_bytes(), &item);
    }
    status::acquaint(tx, evidence)
}

/// What let the reader act, where the reader is not the holder of the grant: for an auditor.
///
/// # Errors
/// `vault.need`, `vault.damaged`.
pub(super) fn entitlement(from: &impl Read, bytes: &[u8]) -> Result<Option<Entitlement>, Fault> {
    let receipt = Receipt::verify(bytes)?;
    let grant: Option<GrantItem> = from.get(receipt.grant.as_bytes())?;
    let team = match grant {
        Some(item) => protocol::grant::Grant::verify(&item.grant)?.grantee.team().is_some(),
        None => false,
    };
    // A delegate's credential says who he is, not that he may.
    if team {
        let known: Option<ReaderItem> = from.get(sha256(&[bytes]).as_bytes())?;
        return Ok(known.map(|ReaderItem(evidence)| Entitlement::Member(evidence)));
    }
    let mut found: Option<(Delegation, DelegationBody)> = None;
    for (_, item) in from.list::<DelegationItem>()? {
        let delegation = Delegation::verify(&item.delegation)?;
        let read = |own: &Permission| own.right == Right::Read && own.period.until.is_none_or(|end| receipt.time < end);
        let fits = item.grant == receipt.grant
            && delegation.delegate == receipt.reader
            && delegation.permissions.iter().any(read);
        // Of several the oldest that was not over yet: it had begun, if any had.
        if fits && found.as_ref().is_none_or(|(before, _)| delegation.time < before.time) {
            found = Some((delegation, decode(&item.report)?));
        }
    }
    Ok(found.map(|(_, body)| Entitlement::Delegation(body.delegation, body.evidence)))
}

/// The name of a receipt in the index.
pub(super) fn id_of(body: &ReceiptBody) -> Hash {
    sha256(&[&body.receipt])
}
