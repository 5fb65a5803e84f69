//! The owner's own notes, as the own chain says: access received, credentials, trust, records written.

use super::{access, appointment, delegation, device, epoch, kit, organization, outbox, receipt, submit};
use crate::body::NoteBody;
use crate::fault::Fault;
use crate::item::{CredentialItem, TrustedItem};
use crate::state::Tx;

/// Takes a note into account.
pub(super) fn apply(tx: &mut Tx<'_>, note: &NoteBody) -> Result<(), Fault> {
    match note {
        NoteBody::Access(note) => access::noted(tx, note),
        NoteBody::Credential(evidence) => {
            let credential = evidence.verify()?;
            tx.put(
                &CredentialItem::id(&credential),
                &CredentialItem {
                    evidence: evidence.clone(),
                },
            );
            Ok(())
        }
        NoteBody::Trusted(organization, name) => {
            tx.put(organization.as_bytes(), &TrustedItem { name: name.clone() });
            Ok(())
        }
        NoteBody::Untrusted(organization) => {
            tx.delete::<TrustedItem>(organization.as_bytes());
            Ok(())
        }
        NoteBody::Written(grant, package) => submit::written(tx, grant, package),
        NoteBody::Answered(record, filed, reason) => submit::settled(tx, record, *filed, reason.as_ref()),
        NoteBody::Cancelled(record) => outbox::cancelled(tx, record),
        NoteBody::Opened(grant, records, time) => access::opened(tx, grant, records, *time),
        NoteBody::Intake(mailbox, contact) => appointment::intake_noted(tx, mailbox, contact),
        NoteBody::Appointment(id, item, mailbox) => appointment::noted(tx, id, item, mailbox.as_deref()),
        NoteBody::Founded(note) => organization::noted(tx, note),
        NoteBody::DeviceNamed(device, name) => device::named(tx, device, name),
        NoteBody::Epoch(note) => epoch::noted(tx, note),
        NoteBody::Delegation(body) => delegation::noted(tx, body),
        NoteBody::Delegated(body) => delegation::received(tx, body),
        NoteBody::DelegationStopped(id, time, confirmed) => delegation::stopped(tx, id, *time, *confirmed),
        NoteBody::Reader(receipt, evidence) => receipt::named(tx, receipt, evidence),
        NoteBody::GrantRecover(grant, sealed) => kit::noted(tx, grant, sealed),
        NoteBody::Published(statement) => organization::published(tx, statement),
        NoteBody::Issued(credential) => organization::issued(tx, credential),
        NoteBody::Standing(credential, standing, from) => organization::standing(tx, credential, *standing, *from),
    }
}
