//! Appointments: asked at a desk's intake, answered with times, accepted, moved, declined.

use protocol::envelope::Envelope;
use protocol::hash::Hash;
use protocol::id::MailboxId;

use crate::body::MailboxNote;
use crate::fault::Fault;
use crate::item::{AppointmentItem, MailboxUse};
use crate::state::Tx;

/// A desk's contact arrived.
pub fn contacted(_tx: &mut Tx<'_>, _origin: &str, _mailbox: &MailboxId, _contact: &[u8]) -> Result<(), Fault> {
    Ok(())
}

/// A message about an appointment arrived.
pub(super) fn arrived(_tx: &mut Tx<'_>, _id: &MailboxId, _purpose: &MailboxUse, _envelope: &Envelope) -> Result<(), Fault> {
    Ok(())
}

/// An intake was opened, as the own chain says.
pub(super) fn intake_noted(_tx: &mut Tx<'_>, _mailbox: &MailboxNote, _contact: &[u8]) -> Result<(), Fault> {
    Ok(())
}

/// An appointment changed, as the own chain says.
pub(super) fn noted(_tx: &mut Tx<'_>, _id: &Hash, _item: &AppointmentItem, _mailbox: Option<&MailboxNote>) -> Result<(), Fault> {
    Ok(())
}
