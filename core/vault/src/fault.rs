//! The one flat error of the façade: code, message, params (`core/spec/README.md`, errors).
//!
//! Every module's error becomes a [`Fault`] by its code, so nothing is lost at the boundary and nothing personal gets in.

use core::fmt;

use protocol::code::Coded;
use protocol::coded_error;

use crate::entry::EntryKey;

coded_error! {
    /// What only the façade itself can refuse.
    pub enum Error {
        Busy = "vault.busy", "the last change is not stored yet";
        Need = "vault.need", "more stored entries are needed";
        Missing = "vault.missing", "a stored entry is missing";
        Damaged = "vault.damaged", "a stored entry is damaged";
        Generation = "vault.generation", "this is not the change that waits to be stored";
        Conflict = "vault.conflict", "the store was changed by another program; open it again";
        State = "vault.state", "this is not possible in the present state";
        NotReady = "vault.not_ready", "the vault is not set up yet; connect it to its relay first";
        Role = "vault.role", "this kind of vault cannot do that";
        NotFound = "vault.not_found", "there is nothing with this name";
        Text = "vault.text", "a text is empty, too long or contains control characters";
        Relay = "vault.relay", "the relay's address is not a web address";
        Answer = "vault.answer", "the relay's answer makes no sense";
        Kit = "vault.kit", "the words of the recovery kit can no longer be shown";
        Random = "vault.random", "the operating system gives no randomness";
        Value = "vault.value", "a value has a member missing, of another type, or out of range";
        Recovery = "vault.recovery", "nothing is stored under these words on this relay";
    }
}

/// An error as apps see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable code; every code has a sentence in every catalogue.
    pub code: String,
    /// English, for logs and the command line.
    pub message: String,
    /// What the sentence names, such as a limit.
    pub params: Vec<(String, String)>,
    /// With `vault.need`: the entries to provide before the call is repeated.
    pub need: Vec<EntryKey>,
}

impl Fault {
    /// A fault with a parameter for its sentence.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.push((name.to_owned(), value.to_string()));
        self
    }

    /// The call must be repeated after these entries were provided.
    pub fn need(keys: Vec<EntryKey>) -> Self {
        Self {
            need: keys,
            ..Self::from(Error::Need)
        }
    }

    /// An error that a relay named.
    pub fn from_code(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            params: Vec::new(),
            need: Vec::new(),
        }
    }

    /// Whether the fault has this code.
    pub fn is(&self, error: impl Coded) -> bool {
        self.code == error.code()
    }
}

impl<E: Coded> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::from_code(error.code(), &error.to_string())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
