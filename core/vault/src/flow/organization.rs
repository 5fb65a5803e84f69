//! An organization's own side: its public chain, credentials issued, suspended and ended.

use protocol::id::CredentialId;
use protocol::organization::Standing;
use protocol::time::Timestamp;

use crate::body::FoundedNote;
use crate::fault::Fault;
use crate::state::Tx;

/// Founds the public chain.
pub(super) fn found(_tx: &mut Tx<'_>) -> Result<(), Fault> {
    Ok(())
}

/// The public chain was founded, as the own chain says.
pub(super) fn noted(_tx: &mut Tx<'_>, _note: &FoundedNote) -> Result<(), Fault> {
    Ok(())
}

/// A credential was issued, as the own chain says.
pub(super) fn issued(_tx: &mut Tx<'_>, _credential: &[u8]) -> Result<(), Fault> {
    Ok(())
}

/// A credential's standing changed, as the own chain says.
pub(super) fn standing(_tx: &mut Tx<'_>, _credential: &CredentialId, _standing: Standing, _from: Timestamp) -> Result<(), Fault> {
    Ok(())
}
