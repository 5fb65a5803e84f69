//! A staff member's side of a credential: asked for, received, shown (`core/spec/credential.md`).

use protocol::block::BlockKind;
use protocol::cbor;
use protocol::credential::{self, CredentialEvidence};
use protocol::credential_request::{CredentialRequest, CredentialRequestStatement};
use protocol::hash::Hash;
use protocol::id::CredentialId;
use protocol::statement::Signed;
use protocol::time::Timestamp;
use rand_core::CryptoRng;

use super::{appointment, status};
use crate::body::NoteBody;
use crate::chain;
use crate::fault::Fault;
use crate::item::{ChainName, CredentialItem, Meta, Role};
use crate::state::{Read, Tx};

/// The largest credential with its evidence.
const MAX_BYTES: usize = 32 * 1024;

/// A signed request for a credential, for the organization's officer.
///
/// # Errors
/// `vault.role`, `vault.not_ready`.
pub fn request(from: &impl Read, now: Timestamp, rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Fault> {
    let meta = Meta::read(from)?;
    meta.require(&[Role::Practitioner, Role::Laboratory])?;
    let actor = meta.actor()?;
    let mut salt = [0u8; 32];
    rng.fill_bytes(&mut salt);
    let statement = CredentialRequestStatement {
        version: 1,
        subject: actor.identity,
        name: meta.name.clone(),
        time: now,
        salt: Hash::new(salt),
        actor: actor.device,
        authority: actor.authority,
    };
    let signed = Signed::issue(statement, &meta.device)?;
    Ok(CredentialRequest {
        statement: signed.bytes().to_vec().into(),
        evidence: meta.evidence,
    }
    .encode())
}

/// Takes in a credential that an organization handed over: from now on it goes with everything that is claimed and written.
///
/// # Errors
/// `vault.role`, `credential.*`.
pub fn accept(tx: &mut Tx<'_>, bytes: &[u8]) -> Result<CredentialId, Fault> {
    let meta = Meta::read(tx)?;
    meta.require(&[Role::Practitioner, Role::Laboratory])?;
    let evidence: CredentialEvidence = cbor::decode(bytes, MAX_BYTES).map_err(|_| credential::Error::Malformed)?;
    let credential = evidence.verify()?;
    if credential.claims.subject != meta.identity()? {
        return Err(credential::Error::Subject.into());
    }
    if !credential.claims.validity.contains(tx.now) && credential.claims.validity.from <= tx.now {
        return Err(credential::Error::Expired.into());
    }
    tx.created = Some(credential.id.to_string());
    if tx.get::<CredentialItem>(&CredentialItem::id(&credential))?.is_some() {
        return Ok(credential.id);
    }
    chain::append(
        tx,
        &ChainName::Own,
        BlockKind::Note,
        &cbor::encode(&NoteBody::Credential(evidence.clone())),
    )?;
    status::want(tx, &evidence)?;
    appointment::publish(tx)?;
    tx.tell(
        "show.credential_received",
        credential.id,
        &[("name", &credential.organization.name)],
    );
    Ok(credential.id)
}
