//! The conversation with relays, as the platform drives it (DESIGN §9, Sync).

use protocol::hash::Hash;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::{Changes, Error, PieceRequest, Vault};
use crate::fault::{self, Fault};
use crate::flow::upload;
use crate::item::{Task, UploadItem};
use crate::state::Read;
use crate::sync::{Incoming, Next, distrust};

/// An HTTP header, lower-case name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
}

/// What to do next: `send`, `read`, `wait` or `idle`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// `send`: send the request and tell the answer under `id`. `read`: read the piece of a file and bring it with
    /// [`Vault::give_piece`], then call again. `wait`: call again at `until`. `idle`: nothing is left to send; news may
    /// be asked for at `until`.
    pub kind: String,
    /// Number of the request.
    pub id: u64,
    /// HTTP method.
    pub method: String,
    /// Whole URL.
    pub url: String,
    /// Headers to set.
    pub headers: Vec<Header>,
    /// Body, if any.
    #[serde(default, with = "serde_bytes")]
    pub body: Option<Vec<u8>>,
    /// When to call again, Unix seconds.
    pub until: u64,
    /// The piece to read.
    pub piece: Option<PieceRequest>,
}

impl Request {
    fn pause(kind: &str, until: Timestamp) -> Self {
        Self {
            kind: kind.to_owned(),
            id: 0,
            method: String::new(),
            url: String::new(),
            headers: Vec::new(),
            body: None,
            until: until.seconds(),
            piece: None,
        }
    }
}

impl Vault {
    /// What to send next. Requests are signed for this moment and never stored.
    ///
    /// # Errors
    /// `vault.damaged`.
    pub fn next_request(&mut self, now: u64, rng: &mut dyn CryptoRng) -> Result<Request, Error> {
        let now = Timestamp::new(now).map_err(Fault::from)?;
        if self.is_busy() {
            return Ok(Request::pause("wait", now.plus(1)));
        }
        Ok(match self.session.next(&self.store, now, rng)? {
            Next::Wait(until) => Request::pause("wait", until),
            Next::Idle(until) => Request::pause("idle", until),
            Next::Send(id, outgoing) => Request {
                kind: "send".to_owned(),
                id,
                method: outgoing.method,
                url: outgoing.url,
                headers: outgoing
                    .headers
                    .into_iter()
                    .map(|(name, value)| Header { name, value })
                    .collect(),
                body: outgoing.body,
                until: now.seconds(),
                piece: None,
            },
            Next::Read(wanted) => Request {
                piece: Some(PieceRequest::of(wanted)),
                ..Request::pause("read", now)
            },
        })
    }

    /// A request was answered. An answer that this side refuses changes nothing but is shown, with its code.
    ///
    /// # Errors
    /// `vault.busy`, `vault.damaged`.
    pub fn on_response(
        &mut self,
        id: u64,
        status: u16,
        headers: Vec<Header>,
        body: Vec<u8>,
        now: u64,
        rng: &mut dyn CryptoRng,
    ) -> Result<Changes, Error> {
        let task = self.session.task_of(id);
        let headers = headers
            .into_iter()
            .map(|header| (header.name.to_ascii_lowercase(), header.value))
            .collect();
        let incoming = Incoming { status, headers, body };
        match self.change(now, rng, |tx, session| session.respond(tx, id, &incoming)) {
            Err(error) if error.code != "vault.busy" && error.code != "vault.need" => {
                let fault = Fault::from_code(&error.code, &error.message);
                self.change(now, rng, |tx, _| {
                    tx.tell("show.answer_refused", "", &[("code", &fault.code)]);
                    task.map_or(Ok(()), |number| distrust(tx, number, &fault))
                })
            }
            other => other,
        }
    }

    /// A request could not be sent, or no answer came: `kind` is `network`, `timeout` or `cancelled`.
    ///
    /// # Errors
    /// `vault.busy`, `vault.damaged`.
    pub fn on_failure(&mut self, id: u64, kind: &str, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| session.fail(tx, id, kind != "cancelled"))
    }

    /// Asks for all news now.
    pub fn refresh(&mut self) {
        self.session.refresh();
    }

    /// Waits for news at the relay for up to this many seconds a request, instead of asking now and then; 0 asks once.
    pub fn watch(&mut self, seconds: u64) {
        self.session.watch(seconds);
    }

    /// Tries again what stopped, files included.
    ///
    /// # Errors
    /// `vault.busy`, `vault.need`.
    pub fn retry(&mut self, now: u64, rng: &mut dyn CryptoRng) -> Result<Changes, Error> {
        self.change(now, rng, |tx, session| {
            for (id, item) in tx.list::<UploadItem>()? {
                if item.stopped.is_some() {
                    let id = Hash::new(id.try_into().map_err(|_| fault::Error::Damaged)?);
                    session.forget_upload(&id);
                    upload::resume(tx, &id, None)?;
                }
            }
            for (id, mut task) in tx.list::<Task>()? {
                if task.stopped.take().is_some() || task.not_before.take().is_some() {
                    (task.attempts, task.delayed) = (0, None);
                    tx.put(&id, &task);
                }
            }
            Ok(())
        })
    }
}
