//! Opening by a secret that a device's keystore guards, beside the passphrase: a passkey (WebAuthn PRF), Android Keystore, Secure Enclave.
//!
//! Each wraps the vault key once more in the header (`core/spec/entries.md`, ENTRY-11 and ENTRY-12); no data key comes from a secret itself.

use rand_core::CryptoRng;

use super::vault::HEADER;
use super::{Entry, Error, Put, Vault};
use crate::crypto::secret::Secret32;
use crate::entry::{self, Header};
use crate::fault::Fault;

impl Vault {
    /// Opens a vault from its header and its index entries by the secret (32 bytes) that a device's keystore guards under this name.
    ///
    /// # Errors
    /// `entry.device`, and those of [`Vault::open`].
    pub fn open_by_keystore(entries: Vec<Entry>, name: &str, secret: &[u8]) -> Result<Self, Error> {
        let secret = guarded(secret)?;
        Self::open_with(entries, |header| Header::unlock_device(header, name, &secret))
    }

    /// Adds a secret (32 bytes) that a device's keystore guards under this name: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` when the name is taken, empty or too long; `entry.device` for a secret of another length.
    pub fn add_keystore(&mut self, name: &str, secret: &[u8], rng: &mut dyn CryptoRng) -> Result<Put, Error> {
        let secret = guarded(secret)?;
        let header = Header::add_device(&self.header, self.store.key(), name, &secret, rng).map_err(Fault::from)?;
        Ok(self.renewed(header))
    }

    /// Takes the secret of this name away: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` when there is none of this name.
    pub fn remove_keystore(&mut self, name: &str) -> Result<Put, Error> {
        let header = Header::remove_device(&self.header, name).map_err(Fault::from)?;
        Ok(self.renewed(header))
    }

    /// Names under which devices' keystores hold a secret.
    ///
    /// # Errors
    /// `entry.damaged`.
    pub fn keystores(&self) -> Result<Vec<String>, Error> {
        Ok(Header::devices(&self.header).map_err(Fault::from)?)
    }

    fn renewed(&mut self, header: Vec<u8>) -> Put {
        self.header.clone_from(&header);
        Put {
            key: HEADER.to_owned(),
            value: header,
        }
    }
}

fn guarded(secret: &[u8]) -> Result<Secret32, Error> {
    if secret.len() != 32 {
        return Err(Fault::from(entry::Error::Device).into());
    }
    Ok(Secret32::fill(|out| out.copy_from_slice(secret)))
}
