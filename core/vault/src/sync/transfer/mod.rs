//! Files under way, part by part (`core/spec/flows.md`, FILE rules): what lives in memory only, never more than a few parts at once.
//!
//! Nothing here needs to survive: a restart reads the stored counts and asks the relay which of the parts that may have been sent it lacks.

mod download;
mod upload;

use std::collections::{BTreeMap, BTreeSet};

use protocol::cbor::Bytes;
use protocol::hash::Hash;
use protocol::time::Timestamp;
use rand_core::CryptoRng;

pub(crate) use download::Download;
pub(crate) use upload::{Sealed, Uploading};

use super::request::{self, Asked};
use super::{InFlight, Incoming, Next, Session, Target, backoff};
use crate::fault::Fault;
use crate::item::{ChainItem, ChainName, UploadItem};
use crate::state::{Read, Store, Tx};

/// Most parts of one file in memory, under way included.
pub(super) const WINDOW: usize = 4;

/// A piece of a file that the platform is to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which upload.
    pub upload: Hash,
    /// Number of the piece.
    pub number: u64,
    /// First byte.
    pub offset: u64,
    /// How many bytes; none beyond the file's end.
    pub length: u64,
    /// Bytes of the whole file.
    pub size: u64,
    /// Whether it is read for sending; else it is only hashed.
    pub sealing: bool,
    /// Where the platform finds the file.
    pub source: String,
}

/// Which upload a request belongs to, under which key: after a change of the file the same upload has another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Of {
    upload: Hash,
    salt: Bytes,
    chain: ChainName,
}

/// What a request of this module was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Errand {
    /// A part is sent.
    Put(Of, u64, Hash),
    /// Which of these parts does the relay lack?
    Missing(Of, Vec<(u64, Hash)>),
    /// A part is fetched.
    Get(u64, u64),
    /// The header of a file whose beginning is here already.
    Head(u64),
}

/// All files under way.
#[derive(Debug, Default)]
pub(crate) struct Transfers {
    /// Whether the platform is ready to read files now.
    pub(crate) carrying: bool,
    pub(crate) uploads: BTreeMap<Hash, Uploading>,
    pub(crate) downloads: BTreeMap<u64, Download>,
    pub(crate) last: u64,
    /// Salts of uploads that were given up in this session: what still arrives of them is deleted.
    given_up: BTreeSet<Vec<u8>>,
    /// Files that the next record written for a patient carries.
    pub(crate) attached: Vec<crate::flow::upload::NewFile>,
}

/// What a look for work found.
enum Found {
    Ask(Box<Asked>, Errand),
    Read(Wanted),
    Wait(u64),
    Nothing,
}

impl Session {
    /// What the files under way need next; a time to wait for is noted.
    pub(super) fn next_transfer(
        &mut self,
        store: &Store,
        now: Timestamp,
        wait: &mut Option<u64>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Next>, Fault> {
        let mut found = Vec::new();
        for (number, download) in &mut self.transfers.downloads {
            found.push(download.look(store, *number, now)?);
        }
        if self.transfers.carrying {
            let items = store.list::<UploadItem>()?;
            self.transfers
                .uploads
                .retain(|id, _| items.iter().any(|(key, _)| key == id.as_bytes()));
            for (id, item) in items {
                let id = Hash::new(id.try_into().map_err(|_| crate::fault::Error::Damaged)?);
                let state = self
                    .transfers
                    .uploads
                    .entry(id)
                    .or_insert_with(|| Uploading::resumed(&item));
                let one = state.look(store, &id, &item, now)?;
                // Only what is done now may change: the next look begins where this one ended.
                let done = matches!(one, Found::Ask(..) | Found::Read(_));
                found.push(one);
                if done {
                    break;
                }
            }
        }
        for one in found {
            match one {
                Found::Ask(asked, errand) => {
                    let lane = format!("transfer:{}", self.next_id);
                    return Ok(Some(self.send(*asked, Target::Transfer(errand), lane, false, now, rng)));
                }
                Found::Read(wanted) => return Ok(Some(Next::Read(wanted))),
                Found::Wait(time) => *wait = Some(wait.map_or(time, |known| known.min(time))),
                Found::Nothing => {}
            }
        }
        Ok(None)
    }

    /// A request of a file was answered.
    pub(super) fn transferred(
        &mut self,
        tx: &mut Tx<'_>,
        flight: &InFlight,
        errand: &Errand,
        incoming: &Incoming,
    ) -> Result<(), Fault> {
        match errand {
            Errand::Put(of, number, address) => self.part_sent(tx, flight, of, (*number, *address), incoming),
            Errand::Missing(of, asked) => self.parts_known(tx, flight, of, asked, incoming),
            Errand::Get(..) | Errand::Head(_) => self.part_fetched(tx, flight, errand, incoming),
        }
    }

    /// A request of a file was not answered: what it was for is done again, after asking whether it was done already.
    pub(super) fn transfer_failed(&mut self, errand: &Errand, now: Timestamp) {
        match errand {
            Errand::Put(of, number, _) => {
                if let Some(state) = self.transfers.uploads.get_mut(&of.upload) {
                    state.doubt(*number);
                    state.pause(now);
                }
            }
            Errand::Missing(of, _) => {
                if let Some(state) = self.transfers.uploads.get_mut(&of.upload) {
                    state.asked_nothing();
                    state.pause(now);
                }
            }
            Errand::Get(download, _) | Errand::Head(download) => {
                if let Some(state) = self.transfers.downloads.get_mut(download) {
                    state.missed(errand, now);
                }
            }
        }
    }
}

/// A pause that grows with each failure.
#[derive(Debug, Default)]
struct Pause {
    failures: u32,
    until: u64,
}

impl Pause {
    fn fail(&mut self, now: Timestamp) {
        self.failures += 1;
        self.until = now.seconds() + backoff(self.failures);
    }

    fn later(&mut self, now: Timestamp, seconds: u64) {
        self.fail(now);
        self.until = self.until.max(now.seconds() + seconds);
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The capability that reads or writes parts, and the way to them.
fn blobs(chain: &ChainItem, rest: &str) -> String {
    request::chain_path(&chain.resource, &format!("/blobs/{rest}"))
}
