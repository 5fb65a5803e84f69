//! The flat error of the boundary.

use serde::{Deserialize, Serialize};

use super::Param;
use crate::fault::Fault;

/// What went wrong: a stable code, an English message for logs and the command line, and what the sentence names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// The code; every code has a sentence in every catalogue under `error.<code>`.
    pub code: String,
    /// English.
    pub message: String,
    /// What the sentence names.
    pub params: Vec<Param>,
    /// With `vault.need`: names of entries to provide before the call is repeated.
    pub need: Vec<String>,
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for Error {}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self {
            code: fault.code,
            message: fault.message,
            params: fault
                .params
                .into_iter()
                .map(|(name, value)| Param { name, value })
                .collect(),
            need: fault.need.iter().map(ToString::to_string).collect(),
        }
    }
}
