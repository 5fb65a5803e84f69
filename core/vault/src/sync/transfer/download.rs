//! Fetching a file: each part is checked against its address, opened, and handed out in order; the whole against the signed hash.
//!
//! Invariant: no byte leaves that did not authenticate in its place, and a file is finished only when its tree hash is the signed one.
//! What is already on the platform's disk is hashed again, so a fetch that was cut goes on from there.

use std::collections::{BTreeMap, BTreeSet};

use protocol::hash::sha256;
use protocol::time::Timestamp;
use protocol::tree::{Builder, PIECE_LEN, piece_count};
use zeroize::Zeroizing;

use super::super::respond::Meeting;
use super::super::{InFlight, Incoming, Session};
use super::{Asked, Errand, Found, Pause, WINDOW, blobs};
use crate::crypto::content::{self, HEADER_LEN, Layout, Opener};
use crate::crypto::pad;
use crate::fault::{self, Fault};
use crate::flow::attachment;
use crate::flow::upload::{self, piece_len};
use crate::item::{AttachmentAccess, ChainItem, ChainName};
use crate::state::{Store, Tx};

/// An opened piece on its way to the platform's disk.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Its number.
    pub(crate) number: u64,
    /// Where it begins in the file.
    pub(crate) offset: u64,
    /// Its bytes.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
}

/// One file being fetched.
pub(crate) struct Download {
    chain: ChainName,
    access: AttachmentAccess,
    layout: Layout,
    opener: Option<Opener>,
    /// Whether only the header is fetched first.
    head: bool,
    /// Hashes of what is on the platform's disk.
    tree: Builder,
    /// Pieces handed out.
    out: u64,
    /// The next part to ask for.
    next: u64,
    again: BTreeSet<u64>,
    under_way: BTreeSet<u64>,
    opened: BTreeMap<u64, Zeroizing<Vec<u8>>>,
    /// Parts opened, padding included.
    done: u64,
    pause: Pause,
    /// Why it stopped, and at which part.
    stopped: Option<(String, Option<u64>)>,
}

impl core::fmt::Debug for Download {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Download")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Download {
    /// Nothing is here yet.
    ///
    /// # Errors
    /// `vault.damaged` when the list of parts does not fit the size.
    pub(crate) fn new(chain: ChainName, access: AttachmentAccess) -> Result<Self, Fault> {
        let layout = Layout::of_attachment(access.size)?;
        let mut fits = layout.parts() == access.parts.len() as u64;
        for (part, number) in access.parts.iter().zip(0..) {
            let range = layout.part_sealed(number)?;
            fits &= part.size == range.end - range.start;
        }
        if !fits {
            return Err(fault::Error::Damaged.into());
        }
        Ok(Self {
            chain,
            access,
            layout,
            opener: None,
            head: false,
            tree: Builder::new(),
            out: 0,
            next: 0,
            again: BTreeSet::new(),
            under_way: BTreeSet::new(),
            opened: BTreeMap::new(),
            done: 0,
            pause: Pause::default(),
            stopped: None,
        })
    }

    /// The file.
    pub(crate) fn access(&self) -> &AttachmentAccess {
        &self.access
    }

    /// Bytes handed out or found on the disk.
    pub(crate) fn bytes(&self) -> u64 {
        self.access.size.min(self.out * PIECE_LEN as u64)
    }

    /// Whether every part was opened and handed out.
    pub(crate) fn is_complete(&self) -> bool {
        self.done == self.layout.parts() && self.out == piece_count(self.access.size)
    }

    /// Why it stopped, and at which part.
    pub(crate) fn stopped(&self) -> Option<&(String, Option<u64>)> {
        self.stopped.as_ref()
    }

    /// A piece that is on the platform's disk from an earlier time.
    ///
    /// # Errors
    /// `file.piece`.
    pub(crate) fn found(&mut self, number: u64, plain: &[u8]) -> Result<(), Fault> {
        let fits = self.next == self.out && self.under_way.is_empty() && number == self.out;
        if !fits || number >= piece_count(self.access.size) || plain.len() as u64 != piece_len(self.access.size, number)
        {
            return Err(upload::Error::Piece.into());
        }
        self.tree.piece(plain)?;
        self.out += 1;
        self.next += 1;
        self.done += 1;
        self.head = true;
        Ok(())
    }

    /// The next piece in order, if it is opened.
    ///
    /// # Errors
    /// `tree.piece`.
    pub(crate) fn take(&mut self) -> Result<Option<Piece>, Fault> {
        let number = self.out;
        let Some(bytes) = self.opened.remove(&number) else {
            return Ok(None);
        };
        self.tree.piece(&bytes)?;
        self.out += 1;
        Ok(Some(Piece {
            number,
            offset: number * PIECE_LEN as u64,
            bytes,
        }))
    }

    /// The whole file is on the platform's disk and is the signed one.
    ///
    /// # Errors
    /// `file.unfinished`, `file.hash`.
    pub(crate) fn finish(&self) -> Result<(), Fault> {
        if !self.is_complete() {
            return Err(upload::Error::Unfinished.into());
        }
        let head = self.tree.finish();
        if head.hash == self.access.hash && head.size == self.access.size {
            Ok(())
        } else {
            Err(upload::Error::Hash.into())
        }
    }

    pub(super) fn look(&mut self, store: &Store, number: u64, now: Timestamp) -> Result<Found, Fault> {
        if self.stopped.is_some() {
            return Ok(Found::Nothing);
        }
        if self.pause.until > now.seconds() {
            return Ok(Found::Wait(self.pause.until));
        }
        let chain = ChainItem::read_named(store, &self.chain)?;
        let ask = |part: u64| {
            let address = usize::try_from(part).ok().and_then(|part| self.access.parts.get(part));
            let address = address.ok_or(fault::Error::Damaged)?.address;
            let way = blobs(&chain, &address.to_string());
            Ok::<_, Fault>(Asked::get(&chain.origin, way).signed(chain.read.clone()))
        };
        if self.opener.is_none() && self.head {
            // What is here begins behind the header.
            if !self.under_way.is_empty() {
                return Ok(Found::Nothing);
            }
            let asked = ask(0)?.header("range", format!("bytes=0-{}", HEADER_LEN - 1));
            self.under_way.insert(0);
            return Ok(Found::Ask(Box::new(asked), Errand::Head(number)));
        }
        // Until the first part is here, no other can be opened.
        let most = if self.opener.is_none() { 1 } else { WINDOW };
        if self.under_way.len() + self.opened.len() >= most {
            return Ok(Found::Nothing);
        }
        let part = match self.again.first() {
            Some(part) => *part,
            None if self.next < self.layout.parts() => self.next,
            None => return Ok(Found::Nothing),
        };
        let asked = ask(part)?;
        if !self.again.remove(&part) {
            self.next += 1;
        }
        self.under_way.insert(part);
        Ok(Found::Ask(Box::new(asked), Errand::Get(number, part)))
    }

    pub(super) fn missed(&mut self, errand: &Errand, now: Timestamp) {
        self.back(errand);
        self.pause.fail(now);
    }

    fn back(&mut self, errand: &Errand) {
        match errand {
            Errand::Get(_, part) => {
                self.under_way.remove(part);
                self.again.insert(*part);
            }
            _ => {
                self.under_way.remove(&0);
            }
        }
    }

    fn take_header(&mut self, header: &[u8]) -> Result<(), Fault> {
        let context = content::context(attachment::KIND, self.access.hash.as_bytes());
        self.opener = Some(Opener::new(&self.access.key, &context, header, self.layout)?);
        Ok(())
    }

    /// Checks and opens a part.
    fn open(&mut self, number: u64, sealed: &[u8]) -> Result<(), Fault> {
        let known = usize::try_from(number)
            .ok()
            .and_then(|part| self.access.parts.get(part));
        if known.is_none_or(|part| sha256(&[sealed]) != part.address) {
            return Err(upload::Error::Part.into());
        }
        if self.opener.is_none() {
            self.take_header(sealed)?;
        }
        let opener = self.opener.as_ref().ok_or(fault::Error::Damaged)?;
        let mut piece = opener.part(number, sealed)?;
        pad::cut_piece(&mut piece, number * PIECE_LEN as u64, self.access.size)?;
        self.done += 1;
        if number < piece_count(self.access.size) {
            self.opened.insert(number, piece);
        }
        Ok(())
    }
}

impl Session {
    pub(super) fn part_fetched(
        &mut self,
        tx: &mut Tx<'_>,
        flight: &InFlight,
        errand: &Errand,
        incoming: &Incoming,
    ) -> Result<(), Fault> {
        let (Errand::Get(id, _) | Errand::Head(id)) = errand else {
            return Ok(());
        };
        let meeting =
            (!incoming.is_success()).then(|| self.meet(&incoming.problem(), incoming, &flight.origin, tx.now));
        let Some(state) = self.transfers.downloads.get_mut(id) else {
            return Ok(());
        };
        let stopped = match (meeting, errand) {
            (Some(Meeting::Stop(fault)), Errand::Get(_, part)) => Some((fault.code, Some(*part))),
            (Some(Meeting::Stop(fault)), _) => Some((fault.code, None)),
            (Some(Meeting::Again), _) if state.pause.failures < 3 => {
                state.back(errand);
                state.pause.failures += 1;
                None
            }
            (Some(Meeting::Again), _) => {
                state.missed(errand, tx.now);
                None
            }
            (Some(Meeting::Later(seconds)), _) => {
                state.back(errand);
                state.pause.later(tx.now, seconds);
                None
            }
            (None, Errand::Get(_, part)) => {
                state.under_way.remove(part);
                state.pause.clear();
                let opened = state.open(*part, &incoming.body);
                opened
                    .err()
                    .map(|_| (upload::Error::Part.into(), Some(*part)))
                    .map(|(fault, part): (Fault, _)| (fault.code, part))
            }
            (None, _) => {
                state.under_way.remove(&0);
                state.pause.clear();
                // A relay that knows no ranges sends the whole part.
                let header = incoming.body.get(..HEADER_LEN).unwrap_or_default();
                state
                    .take_header(header)
                    .err()
                    .map(|_| (Fault::from(upload::Error::Part).code, Some(0)))
            }
        };
        if let Some((code, part)) = stopped {
            let number = part.map_or_else(String::new, |part| (part + 1).to_string());
            let name = state.access.name.clone();
            tx.tell(
                "show.file_refused",
                id,
                &[("name", &name), ("part", &number), ("code", &code)],
            );
            state.stopped = Some((code, part));
        }
        Ok(())
    }
}
