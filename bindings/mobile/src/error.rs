//! The flat error as Kotlin and Swift throw it.

use core::fmt;

use vault::facade::{self, Param};
use vault::fault::{self, Fault};

/// What every call throws. Every code has a sentence in every catalogue under `error.<code>`.
#[derive(Debug, uniffi::Error)]
pub enum VaultError {
    /// The façade refused.
    Refused {
        /// The code.
        code: String,
        /// English, for logs (`message` is taken by Kotlin's exceptions).
        text: String,
        /// What the sentence names.
        params: Vec<Param>,
        /// With `vault.need`: keys of entries to provide before the call is repeated.
        need: Vec<String>,
    },
}

impl VaultError {
    /// An error that the façade knows but that arose here.
    pub(crate) fn core(error: fault::Error) -> Self {
        facade::Error::from(Fault::from(error)).into()
    }
}

impl From<facade::Error> for VaultError {
    fn from(error: facade::Error) -> Self {
        let facade::Error {
            code,
            message,
            params,
            need,
        } = error;
        Self::Refused {
            code,
            text: message,
            params,
            need,
        }
    }
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Refused { code, text, .. } = self;
        write!(f, "{code}: {text}")
    }
}

impl core::error::Error for VaultError {}
