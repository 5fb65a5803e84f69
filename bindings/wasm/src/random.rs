//! Randomness of the browser.

use getrandom::SysRng;
use rand_core::{CryptoRng, TryRng, UnwrapErr};

use crate::thrown::Thrown;

/// The browser's generator, tried once so that a browser without any is an error instead of a trap.
///
/// # Errors
/// `vault.random`.
pub(crate) fn random() -> Result<impl CryptoRng, Thrown> {
    match SysRng.try_next_u32() {
        Ok(_) => Ok(UnwrapErr(SysRng)),
        Err(_) => Err(Thrown::core(vault::fault::Error::Random)),
    }
}
