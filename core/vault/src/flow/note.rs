//! The owner's own notes, as the own chain says: access received, credentials, trust, records written.

use super::{
    access, appointment, change, copy, delegation, deletion, device, end, epoch, grant_key, hand_on, kit, organization,
    outbox, quota, receipt, record, recovered, status, submit, team,
};
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
            status::acquaint(tx, evidence)
        }
        NoteBody::Trusted(organization, name) => {
            tx.put(organization.as_bytes(), &TrustedItem { name: name.clone() });
            Ok(())
        }
        NoteBody::Untrusted(organization) => {
            tx.delete::<TrustedItem>(organization.as_bytes());
            Ok(())
        }
        NoteBody::Written(grant, package, files) => submit::written(tx, grant, package, files),
        NoteBody::Answered(record, filed, reason) => submit::settled(tx, record, *filed, reason.as_ref()),
        NoteBody::CopyTo(body) => copy::noted(tx, body),
        NoteBody::Copied(permission, package, files) => copy::kept(tx, permission, package, files),
        NoteBody::FilesAllowed(grant, bytes) => quota::allowed(tx, grant, *bytes),
        NoteBody::CopyEnded(permission, time) => copy::ended(tx, permission, *time),
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
        NoteBody::Member(id, item) => {
            team::member(tx, id, item);
            Ok(())
        }
        NoteBody::MemberKey(item) => {
            team::member_key(tx, item);
            Ok(())
        }
        NoteBody::Rekeyed(grant, sealing, time) => grant_key::rekeyed(tx, grant, sealing, *time),
        NoteBody::GrantKeys(grant, body) => grant_key::noted(tx, grant, body),
        NoteBody::AccessKeys(note) => grant_key::replaced(tx, note),
        NoteBody::Epochs(grant, epochs) => {
            hand_on::noted(tx, grant, epochs);
            Ok(())
        }
        NoteBody::TeamAccess(body) => team::noted(tx, body),
        NoteBody::DeletionAsked(note) => deletion::noted(tx, note),
        NoteBody::DeletionAnswered(note) => deletion::answer_noted(tx, note),
        NoteBody::DeletionWanted(note) => deletion::wanted(tx, note),
        NoteBody::DeletionDone(note) => deletion::done(tx, note),
        NoteBody::Recovered(time, grants) => recovered::noted(tx, *time, grants),
        NoteBody::Kept(grant, time) => recovered::kept(tx, grant, *time),
        NoteBody::Reader(receipt, evidence) => receipt::named(tx, receipt, evidence),
        NoteBody::GrantRecover(grant, sealed) => kit::noted(tx, grant, sealed),
        NoteBody::Published(statement) => organization::published(tx, statement),
        NoteBody::Issued(credential) => organization::issued(tx, credential),
        NoteBody::Changed(body) => change::changed(tx, body),
        NoteBody::Hidden(record, hidden) => record::noted_hidden(tx, record, *hidden),
        NoteBody::Stopped(note) => end::stopped(tx, note),
        NoteBody::Standing(credential, standing, from) => organization::standing(tx, credential, *standing, *from),
    }
}

/// Takes back what [`apply`] did for a note that must be signed again, where that matters.
pub(super) fn undo(tx: &mut Tx<'_>, note: &NoteBody) -> Result<(), Fault> {
    match note {
        NoteBody::Changed(body) => change::unchanged(tx, body),
        _ => Ok(()),
    }
}

/// Whether a note that must be signed again is still needed after another device's blocks were taken in.
pub(super) fn still_wanted(tx: &Tx<'_>, note: &NoteBody) -> Result<bool, Fault> {
    match note {
        NoteBody::Changed(body) => change::still_wanted(tx, body),
        _ => Ok(true),
    }
}
