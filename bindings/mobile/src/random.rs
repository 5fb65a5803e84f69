//! Randomness of the operating system.

use getrandom::SysRng;
use rand_core::{CryptoRng, TryRng, UnwrapErr};

use crate::error::VaultError;

/// The system's generator, tried once so that a system without any is an error instead of a panic.
///
/// # Errors
/// `vault.random`.
pub(crate) fn random() -> Result<impl CryptoRng, VaultError> {
    match SysRng.try_next_u32() {
        Ok(_) => Ok(UnwrapErr(SysRng)),
        Err(_) => Err(VaultError::core(vault::fault::Error::Random)),
    }
}
