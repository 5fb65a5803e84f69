//! The conversation with relays, as the platform drives it (DESIGN §9, Sync).
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

use vault::facade;

use crate::bulk::Bytes;
use crate::error::VaultError;
use crate::random::random;
use crate::vault::Vault;

type Header = facade::Header;

/// An HTTP header, lower-case name.
#[uniffi::remote(Record)]
pub struct Header {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

type Request = facade::Request;

crate::bulk::record!(Request {
    kind,
    id,
    method,
    url,
    headers,
    body: bytes,
    until,
    piece
});

#[uniffi::export]
impl Vault {
    /// What to send next. Requests are signed for this moment and never stored.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn next_request(&self, now: u64) -> Result<facade::Request, VaultError> {
        Ok(self.inner()?.next_request(now, &mut random()?)?)
    }

    /// A request was answered. An answer that this side refuses changes nothing but is shown, with its code.
    ///
    /// # Errors
    /// `vault.busy`, `vault.damaged`.
    pub fn on_response(
        &self,
        id: u64,
        status: u16,
        headers: Vec<facade::Header>,
        body: Bytes,
        now: u64,
    ) -> Result<facade::Changes, VaultError> {
        Ok(self
            .inner()?
            .on_response(id, status, headers, body.into(), now, &mut random()?)?)
    }

    /// A request could not be sent, or no answer came: `kind` is `network`, `timeout` or `cancelled`.
    ///
    /// # Errors
    /// `vault.busy`, `vault.damaged`.
    pub fn on_failure(&self, id: u64, kind: String, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.on_failure(id, &kind, now, &mut random()?)?)
    }

    /// Asks for all news now.
    pub fn refresh(&self) -> Result<(), VaultError> {
        self.inner()?.refresh();
        Ok(())
    }

    /// Waits for news at the relay for up to this many seconds a request, instead of asking now and then; 0 asks once.
    pub fn watch(&self, seconds: u64) -> Result<(), VaultError> {
        self.inner()?.watch(seconds);
        Ok(())
    }

    /// Tries again what stopped, files included.
    ///
    /// # Errors
    /// `vault.busy`, `vault.need`.
    pub fn retry(&self, now: u64) -> Result<facade::Changes, VaultError> {
        Ok(self.inner()?.retry(now, &mut random()?)?)
    }
}

/// What `crate::bulk` carries over, as the other languages know it.
mod described {
    use vault::facade;

    /// What to do next: `send`, `read`, `wait` or `idle`.
    #[derive(uniffi::Record)]
    pub struct Request {
        /// `send`: send the request and tell the answer under `id`. `read`: read the piece of a file and bring it with
        /// `Vault::give_piece`, then call again. `wait`: call again at `until`. `idle`: nothing is left to send; news may
        /// be asked for at `until`.
        pub kind: String,
        /// Number of the request.
        pub id: u64,
        /// HTTP method.
        pub method: String,
        /// Whole URL.
        pub url: String,
        /// Headers to set.
        pub headers: Vec<facade::Header>,
        /// Body, if any.
        pub body: Option<Vec<u8>>,
        /// When to call again, Unix seconds.
        pub until: u64,
        /// The piece to read.
        pub piece: Option<facade::PieceRequest>,
    }
}
