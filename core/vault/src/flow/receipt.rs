//! Receipts in the patient's chain: who opened what, and when, in the reader's own signed words.

use protocol::block::{Block, BlockKind};
use protocol::cbor;
use protocol::hash::{Hash, sha256};
use protocol::id::GrantId;
use protocol::receipt::{self, Receipt};

use crate::body::ReceiptBody;
use crate::chain;
use crate::fault::Fault;
use crate::item::{ChainName, GrantItem, Meta, ReceiptItem};
use crate::state::{Read, Tx};

/// A receipt arrived in the mailbox of a grant: filed once.
pub(super) fn arrived(tx: &mut Tx<'_>, grant: &GrantId, body: &ReceiptBody) -> Result<(), Fault> {
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
    if !named || statement.grantee.identity() != Some(receipt.reader) {
        return Err(receipt::Error::Reader.into());
    }
    if tx.get::<ReceiptItem>(id_of(body).as_bytes())?.is_some() {
        return Ok(());
    }
    chain::append(tx, &ChainName::Own, BlockKind::Receipt, &cbor::encode(body))?;
    let count = receipt.records.len().to_string();
    tx.tell("show.receipt", grant, &[("name", &item.name), ("count", &count)]);
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
    };
    tx.put(id_of(body).as_bytes(), &item);
    if let Some(mut grant) = tx.get::<GrantItem>(receipt.grant.as_bytes())? {
        grant.last_opened = grant.last_opened.max(Some(receipt.time));
        tx.put(receipt.grant.as_bytes(), &grant);
    }
    Ok(())
}

/// The name of a receipt in the index.
pub(super) fn id_of(body: &ReceiptBody) -> Hash {
    sha256(&[&body.receipt])
}
