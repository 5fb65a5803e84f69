//! Keys from passphrases: Argon2id ([RFC 9106](https://www.rfc-editor.org/rfc/rfc9106), `core/spec/keys.md`, KEY-7).
//!
//! Invariant: stored parameters are judged before any memory is taken, so a hostile header can neither exhaust a phone
//! nor make guessing cheap.

use argon2::{Algorithm, Argon2, Version};
use minicbor::{Decode, Encode};

use super::Error;
use super::secret::Secret32;

/// Length of the salt.
pub const SALT_LEN: usize = 16;
/// Longest passphrase in bytes.
pub const MAX_LEN: usize = 1024;

/// Cost of one derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Cost {
    /// Memory in KiB.
    #[n(0)]
    pub memory: u32,
    /// Passes over the memory.
    #[n(1)]
    pub passes: u32,
    /// Lanes.
    #[n(2)]
    pub lanes: u32,
}

impl Cost {
    /// 64 MiB, three passes, one lane: what new headers use.
    pub const STANDARD: Self = Self {
        memory: 64 * 1024,
        passes: 3,
        lanes: 1,
    };
    /// The cheapest that is accepted: 7 MiB, five passes, one lane.
    pub const LEAST: Self = Self {
        memory: 7 * 1024,
        passes: 5,
        lanes: 1,
    };

    /// Memory 7 to 256 MiB, 1 to 16 passes, 1 to 4 lanes; memory times passes between [`Cost::LEAST`]'s and 1 GiB.
    ///
    /// # Errors
    /// [`Error::Parameters`].
    pub fn check(self) -> Result<(), Error> {
        let work = u64::from(self.memory) * u64::from(self.passes);
        let permitted = (7 * 1024..=256 * 1024).contains(&self.memory)
            && (1..=16).contains(&self.passes)
            && (1..=4).contains(&self.lanes)
            && (5 * 7 * 1024..=1024 * 1024).contains(&work);
        if permitted { Ok(()) } else { Err(Error::Parameters) }
    }
}

/// Derives a wrapping key from a passphrase: its bytes as the user's device gives them (UTF-8 in NFC).
///
/// # Errors
/// [`Error::Passphrase`] when empty or longer than [`MAX_LEN`], [`Error::Parameters`] for a cost out of range.
pub fn derive(passphrase: &[u8], salt: &[u8; SALT_LEN], cost: Cost) -> Result<Secret32, Error> {
    cost.check()?;
    if passphrase.is_empty() || passphrase.len() > MAX_LEN {
        return Err(Error::Passphrase);
    }
    let params = argon2::Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).map_err(|_| Error::Parameters)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut refused = false;
    let key = Secret32::fill(|out| refused = argon.hash_password_into(passphrase, salt, out).is_err());
    if refused { Err(Error::Parameters) } else { Ok(key) }
}
