//! The object that Kotlin and Swift hold.
//!
//! Its functions are in [`crate::facade`]. Calls from several threads wait for each other.

use std::sync::{Arc, Mutex, MutexGuard};

use vault::facade::{self, Changes};
use vault::fault;

use crate::error::VaultError;

/// An open vault.
#[derive(Debug, uniffi::Object)]
pub struct Vault {
    inner: Mutex<facade::Vault>,
    #[cfg(feature = "probe")]
    _counted: crate::probe::Counted,
}

/// A new vault and its first changes, which must be stored before anything else.
#[derive(Debug, uniffi::Record)]
pub struct Created {
    /// The vault.
    pub vault: Arc<Vault>,
    /// What to store.
    pub changes: Changes,
}

impl Vault {
    pub(crate) fn around(inner: facade::Vault) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::new(inner),
            #[cfg(feature = "probe")]
            _counted: crate::probe::Counted::new(),
        })
    }

    /// After a panic the memory may be half changed: the vault must be opened again from the store.
    pub(crate) fn inner(&self) -> Result<MutexGuard<'_, facade::Vault>, VaultError> {
        let inner = self
            .inner
            .lock()
            .map_err(|_| VaultError::core(fault::Error::Conflict))?;
        #[cfg(feature = "probe")]
        crate::probe::perhaps_panic();
        Ok(inner)
    }
}
