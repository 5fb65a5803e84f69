//! What a file from hand to hand is, and whose, before anything is done with it: officers and colleagues look first and act then.

use protocol::cbor;
use protocol::coded_error;
use protocol::contact::ContactCard;
use protocol::credential::CredentialEvidence;
use protocol::credential_request::CredentialRequest;
use protocol::id::IdentityId;
use protocol::identity;
use protocol::organization::OrganizationCard;
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::consent::word;
use super::{Error, Vault};
use crate::fault::Fault;
use crate::flow::officer;
use crate::flow::status::{Voucher, voucher_at};

coded_error! {
    /// Why nothing can be said about a file.
    enum HandedError {
        Kind = "handed.kind", "the file is none that people hand to each other";
    }
}

/// The largest of these files.
const MAX_BYTES: usize = 64 * 1024;

/// A file that somebody handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedView {
    /// `request` for a credential, `credential`, `contact`, `organization`, or `officer` who wants to join.
    pub kind: String,
    /// The name in it: the vouched one, else the one it gives.
    pub name: String,
    /// Whose it is; an officer who wants to join has no identity yet.
    pub identity: Option<String>,
    /// The identity's short form, to be compared with the one on the other screen.
    pub fingerprint: Option<String>,
    /// Who vouches for the name: `trusted`, `unknown`, `refused` or `none`.
    pub vouched: String,
    /// The organization that vouches.
    pub organization: Option<String>,
}

impl HandedView {
    fn new(kind: &str, name: &str, identity: Option<&IdentityId>) -> Self {
        Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            identity: identity.map(ToString::to_string),
            fingerprint: identity.map(identity::fingerprint),
            vouched: "none".to_owned(),
            organization: None,
        }
    }

    fn vouched(self, voucher: &Voucher) -> Self {
        Self {
            name: voucher.name(&self.name).to_owned(),
            vouched: word(voucher).to_owned(),
            organization: voucher.vouched().map(|vouched| vouched.organization_name.clone()),
            ..self
        }
    }
}

impl Vault {
    /// What a file is that somebody handed over, and whose; its signatures are verified. Nothing is stored and nobody is told.
    ///
    /// # Errors
    /// `handed.kind` for any other file, also for one whose signatures do not verify.
    pub fn preview_file(&self, file: &[u8], now: u64) -> Result<HandedView, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        if let Ok(request) = CredentialRequest::open(file) {
            return Ok(HandedView::new("request", &request.name, Some(&request.subject)));
        }
        if let Ok((_, statement)) = OrganizationCard::open(file) {
            return Ok(HandedView::new(
                "organization",
                &statement.name,
                Some(&statement.organization),
            ));
        }
        if let Some((contact, evidence)) = contact(file) {
            let owner = contact.statement.owner;
            let voucher = voucher_at(&self.store, evidence.as_ref(), &owner, now)?;
            return Ok(HandedView::new("contact", &contact.statement.name, Some(&owner)).vouched(&voucher));
        }
        if let Some(evidence) = credential(file) {
            let claims = evidence.verify().map_err(Fault::from)?.claims;
            let voucher = voucher_at(&self.store, Some(&evidence), &claims.subject, now)?;
            return Ok(HandedView::new("credential", &claims.name, Some(&claims.subject)).vouched(&voucher));
        }
        if let Some(name) = officer::name_in(file) {
            return Ok(HandedView::new("officer", &name, None));
        }
        Err(Fault::from(HandedError::Kind).into())
    }
}

fn contact(file: &[u8]) -> Option<(protocol::contact::Contact, Option<CredentialEvidence>)> {
    let card = ContactCard::parse(file).ok()?;
    let contact = card.open(&card.url().ok()?).ok()?;
    Some((contact, card.credential))
}

fn credential(file: &[u8]) -> Option<CredentialEvidence> {
    let evidence: CredentialEvidence = cbor::decode(file, MAX_BYTES).ok()?;
    evidence.verify().ok()?;
    Some(evidence)
}
