//! Opening by a secret that the device guards instead of the passphrase (`core/spec/entries.md`, ENTRY-11, ENTRY-12).
//!
//! Such a secret is the output of a passkey's PRF, or 32 random bytes under a key of Android's Keystore or the Secure Enclave.

use rand_core::CryptoRng;
use zeroize::Zeroize;

use super::vault::HEADER;
use super::{Entry, Error, Put, Vault};
use crate::crypto::secret::Secret32;
use crate::entry;
use crate::entry::Header;
use crate::fault::Fault;

/// The platform's copy is the caller's to wipe, this one is wiped here.
fn secret(mut bytes: Vec<u8>) -> Result<Secret32, Fault> {
    let taken = <&[u8; 32]>::try_from(bytes.as_slice())
        .map(|exact| Secret32::fill(|out| out.copy_from_slice(exact)))
        .map_err(|_| Fault::from(entry::Error::Device));
    bytes.zeroize();
    taken
}

impl Vault {
    /// Opens a vault from its header and its index entries by the secret of this name.
    ///
    /// # Errors
    /// `entry.device` when the name is unknown or the secret another, `entry.damaged`, `entry.version`, `entry.rolled_back`,
    /// `vault.missing`.
    pub fn open_by_key(entries: Vec<Entry>, name: &str, key: Vec<u8>) -> Result<Self, Error> {
        let key = secret(key)?;
        Self::open_with(entries, |header| Header::unlock_device(header, name, &key))
    }

    /// Lets a secret of 32 bytes open this vault too: gives the new header, to be written under the name `h`.
    ///
    /// # Errors
    /// `entry.name` for a name that is taken or not 1 to 64 bytes long, `entry.device` for a secret of another length.
    pub fn add_key(&mut self, name: &str, key: Vec<u8>, rng: &mut dyn CryptoRng) -> Result<Put, Error> {
        let key = secret(key)?;
        let header = Header::add_device(&self.header, self.store.key(), name, &key, rng).map_err(Fault::from)?;
        Ok(self.replace_header(header))
    }

    /// The secret of this name opens this vault no longer: gives the new header. A copy of the old header opens as before.
    ///
    /// # Errors
    /// `entry.name` for an unknown name.
    pub fn remove_key(&mut self, name: &str) -> Result<Put, Error> {
        let header = Header::remove_device(&self.header, name).map_err(Fault::from)?;
        Ok(self.replace_header(header))
    }

    /// Names of the secrets that open this vault beside the passphrase.
    ///
    /// # Errors
    /// `entry.damaged`.
    pub fn keys(&self) -> Result<Vec<String>, Error> {
        Ok(Header::devices(&self.header).map_err(Fault::from)?)
    }

    fn replace_header(&mut self, header: Vec<u8>) -> Put {
        self.header.clone_from(&header);
        Put {
            key: HEADER.to_owned(),
            value: header,
        }
    }
}
