//! Sending a file: parts are sealed when they are sent, a few at a time, in order.
//!
//! Invariant: what may have been sent already is sent again only after the relay said that it lacks it. Parts are taken in order, so
//! those are, after a restart, the first `stored + WINDOW` ones.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use protocol::cbor::Bytes;
use protocol::hash::{Hash, sha256};
use protocol::relay::message::{Addresses, Missing};
use protocol::time::Timestamp;
use protocol::tree::{PIECE_LEN, piece_count};

use super::super::respond::Meeting;
use super::super::{InFlight, Incoming, Session};
use super::{Asked, Errand, Found, Of, Pause, WINDOW, Wanted, blobs};
use crate::fault::Fault;
use crate::flow::upload::{self, Told, piece_len};
use crate::item::{ChainItem, ChainName, UploadItem};
use crate::state::{Read, Store, Tx};

/// Pieces whose hashes are stored together.
const BATCH: usize = 16;

/// How far a sealed part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// It may have been sent before: the relay is asked first.
    Doubtful,
    /// The relay is being asked.
    Asked,
    /// It is to be sent.
    Ready,
    /// It is under way.
    UnderWay,
}

#[derive(Debug)]
struct Part {
    address: Hash,
    sealed: Vec<u8>,
    phase: Phase,
}

/// A part that the platform sealed.
pub(crate) struct Sealed<'a> {
    /// Names the key that it was given.
    pub(crate) key_name: Hash,
    /// Header and chunks.
    pub(crate) bytes: &'a [u8],
    /// Their SHA-256, as it says.
    pub(crate) address: Hash,
}

/// One upload, as far as this session knows it.
#[derive(Debug, Default)]
pub(crate) struct Uploading {
    /// Hashes of the first pass that are not stored yet.
    fresh: Vec<Hash>,
    /// Parts in memory.
    window: BTreeMap<u64, Part>,
    /// Parts from here on were not looked at in this session.
    next: u64,
    /// Parts to be looked at once more.
    again: BTreeSet<u64>,
    /// Addresses of parts whose sending was cut off: the relay may have them.
    lost: BTreeSet<Hash>,
    /// Parts below this number may have been sent by an earlier session.
    doubtful: u64,
    pause: Pause,
}

impl Uploading {
    /// One that an earlier session left, or a new one.
    pub(super) fn resumed(item: &UploadItem) -> Self {
        Self {
            // Without the first pass nothing was sent.
            doubtful: if item.hash.is_some() && item.size > 0 {
                item.stored + WINDOW as u64
            } else {
                0
            },
            ..Self::default()
        }
    }

    pub(super) fn pause(&mut self, now: Timestamp) {
        self.pause.fail(now);
    }

    /// Whether an answer about this part still means the file as it is now: after it changed, parts have another key and another address.
    fn awaits(&self, number: u64, address: &Hash) -> bool {
        self.window.get(&number).is_some_and(|part| part.address == *address)
    }

    /// A part whose sending was cut off: taken anew, and asked for.
    pub(super) fn doubt(&mut self, number: u64) {
        if let Some(part) = self.window.remove(&number) {
            self.lost.insert(part.address);
        }
        self.again.insert(number);
    }

    pub(super) fn asked_nothing(&mut self) {
        for part in self.window.values_mut().filter(|part| part.phase == Phase::Asked) {
            part.phase = Phase::Doubtful;
        }
    }

    pub(super) fn look(&mut self, store: &Store, id: &Hash, item: &UploadItem, now: Timestamp) -> Result<Found, Fault> {
        if item.stopped.is_some() {
            return Ok(Found::Nothing);
        }
        if self.pause.until > now.seconds() {
            return Ok(Found::Wait(self.pause.until));
        }
        if item.hash.is_none() {
            return Ok(Found::Read(wanted(
                id,
                item,
                item.hashed + self.fresh.len() as u64,
                false,
            )));
        }
        let chain = ChainItem::read_named(store, &item.chain)?;
        let key = if item.chain == ChainName::Own {
            &chain.write
        } else {
            &chain.read
        };
        if let Some((number, part)) = self.window.iter_mut().find(|(_, part)| part.phase == Phase::Ready) {
            part.phase = Phase::UnderWay;
            let asked = Asked::new(&chain.origin, "PUT", blobs(&chain, &part.address.to_string()))
                .part(mem::take(&mut part.sealed), part.address)
                .signed(key.clone());
            return Ok(Found::Ask(
                Box::new(asked),
                Errand::Put(of(id, item), *number, part.address),
            ));
        }
        let next = self.next_part(store, id, item)?;
        // A restart asks about everything that may have been sent in one question.
        let gathering = next.is_some_and(|number| self.is_doubtful(number));
        let full = self.window.len() >= WINDOW;
        let doubtful: Vec<(u64, Hash)> = self
            .window
            .iter()
            .filter(|(_, part)| part.phase == Phase::Doubtful)
            .map(|(number, part)| (*number, part.address))
            .collect();
        if !doubtful.is_empty() && (full || !gathering) {
            self.asked();
            let message = Addresses {
                addresses: doubtful.iter().map(|(_, address)| *address).collect(),
            };
            let asked = Asked::new(&chain.origin, "POST", blobs(&chain, "missing"))
                .json(&message)?
                .signed(key.clone());
            return Ok(Found::Ask(Box::new(asked), Errand::Missing(of(id, item), doubtful)));
        }
        match next {
            Some(number) if !full => Ok(Found::Read(wanted(id, item, number, true))),
            _ => Ok(Found::Nothing),
        }
    }

    fn asked(&mut self) {
        for part in self.window.values_mut().filter(|part| part.phase == Phase::Doubtful) {
            part.phase = Phase::Asked;
        }
    }

    fn is_doubtful(&self, number: u64) -> bool {
        number < self.doubtful || self.again.contains(&number)
    }

    /// The next part to read. Parts are taken in order.
    fn next_part(&mut self, from: &impl Read, id: &Hash, item: &UploadItem) -> Result<Option<u64>, Fault> {
        if let Some(number) = self.again.first() {
            return Ok(Some(*number));
        }
        let next = upload::next_missing(from, id, item, self.next)?;
        if let Some(number) = next {
            self.next = number;
        } else if self.window.is_empty() && self.next > 0 && item.stored < upload::parts(item)? {
            // An answer was taken in but never stored by the platform: everything is looked at once more.
            (self.next, self.doubtful) = (0, u64::MAX);
            return upload::next_missing(from, id, item, 0);
        }
        Ok(next)
    }

    /// A piece of the first pass; gives hashes that are due to be stored.
    fn take_hash(
        &mut self,
        item: &UploadItem,
        number: u64,
        length: u64,
        hash: impl FnOnce() -> Hash,
    ) -> Result<Vec<Hash>, Fault> {
        if number != item.hashed + self.fresh.len() as u64 || number >= piece_count(item.size) {
            return Err(upload::Error::Piece.into());
        }
        if length != piece_len(item.size, number) {
            return Err(upload::Error::Changed.into());
        }
        self.fresh.push(hash());
        let last = number + 1 == piece_count(item.size);
        if last || self.fresh.len() >= BATCH {
            Ok(mem::take(&mut self.fresh))
        } else {
            Ok(Vec::new())
        }
    }

    /// A piece of the second pass, sealed by `seal` when it is the one that was asked for; that gives the part and its address.
    fn take_part(
        &mut self,
        from: &impl Read,
        id: &Hash,
        item: &UploadItem,
        number: u64,
        seal: impl FnOnce() -> Result<(Vec<u8>, Hash), Fault>,
    ) -> Result<(), Fault> {
        let asked_for = self.next_part(from, id, item)? == Some(number);
        if !asked_for || self.window.contains_key(&number) || self.window.len() >= WINDOW {
            return Err(upload::Error::Piece.into());
        }
        let (sealed, address) = seal()?;
        let phase = if self.is_doubtful(number) {
            Phase::Doubtful
        } else {
            Phase::Ready
        };
        self.window.insert(number, Part { address, sealed, phase });
        if !self.again.remove(&number) {
            self.next = number + 1;
        }
        Ok(())
    }
}

/// Writes down hashes of the first pass, if any are due.
fn store_hashes(tx: &mut Tx<'_>, id: &Hash, due: &[Hash]) -> Result<(), Fault> {
    if due.is_empty() {
        return Ok(());
    }
    upload::hashed(tx, id, due)
}

fn of(id: &Hash, item: &UploadItem) -> Of {
    Of {
        upload: *id,
        salt: item.salt.clone(),
        chain: item.chain,
    }
}

fn wanted(id: &Hash, item: &UploadItem, number: u64, sealing: bool) -> Wanted {
    Wanted {
        upload: *id,
        number,
        offset: number * PIECE_LEN as u64,
        length: piece_len(item.size, number),
        size: item.size,
        sealing,
        source: item.source.clone(),
    }
}

impl Session {
    /// The platform brings a piece that was asked for.
    ///
    /// # Errors
    /// `file.changed`, `file.piece`, `vault.not_found`.
    pub(crate) fn take_piece(&mut self, tx: &mut Tx<'_>, id: &Hash, number: u64, plain: &[u8]) -> Result<(), Fault> {
        let item: UploadItem = tx.item(id.as_bytes())?;
        let state = self.uploading(id, &item);
        if item.hash.is_some() {
            return state.take_part(tx, id, &item, number, || {
                let sealed = upload::seal(tx, id, &item, number, plain)?;
                let address = sha256(&[&sealed]);
                Ok((sealed, address))
            });
        }
        let due = state.take_hash(&item, number, plain.len() as u64, || sha256(&[plain]))?;
        store_hashes(tx, id, &due)
    }

    /// The platform hashed a piece of the first pass itself.
    ///
    /// # Errors
    /// `file.changed`, `file.piece`, `vault.not_found`.
    pub(crate) fn take_hash(&mut self, tx: &mut Tx<'_>, id: &Hash, told: &Told) -> Result<(), Fault> {
        let item: UploadItem = tx.item(id.as_bytes())?;
        if item.hash.is_some() {
            return Err(upload::Error::Piece.into());
        }
        let state = self.uploading(id, &item);
        let due = state.take_hash(&item, told.number, told.length, || told.hash)?;
        store_hashes(tx, id, &due)
    }

    /// The platform sealed a piece itself, by the plan; `address` is the SHA-256 of the whole part as it says.
    ///
    /// # Errors
    /// As [`Session::take_piece`]; `file.piece` for a part under another key, of another length or beginning.
    pub(crate) fn take_sealed(
        &mut self,
        tx: &mut Tx<'_>,
        id: &Hash,
        told: &Told,
        sealed: &Sealed<'_>,
    ) -> Result<(), Fault> {
        let item: UploadItem = tx.item(id.as_bytes())?;
        let state = self.uploading(id, &item);
        state.take_part(tx, id, &item, told.number, || {
            let plan = upload::plan(tx, id, &item, told)?;
            let fits = sealed.bytes.len() == plan.sealed_len() && sealed.bytes.starts_with(&plan.header);
            // Only the first part shows its salt: one under the key that the file had before it began anew would open to nobody.
            if !fits || sealed.key_name != upload::key_name(&item) {
                return Err(upload::Error::Piece.into());
            }
            Ok((sealed.bytes.to_vec(), sealed.address))
        })
    }

    /// What this session knows of an upload.
    fn uploading(&mut self, id: &Hash, item: &UploadItem) -> &mut Uploading {
        let uploads = &mut self.transfers.uploads;
        uploads.entry(*id).or_insert_with(|| Uploading::resumed(item))
    }

    /// Forgets what is in memory of an upload.
    pub(crate) fn forget_upload(&mut self, id: &Hash) {
        self.transfers.uploads.remove(id);
    }

    /// The present salt of an upload, and the parts that may be on their way under it.
    pub(crate) fn under_way(&self, from: &impl Read, id: &Hash) -> Result<(Bytes, Vec<Hash>), Fault> {
        let item: UploadItem = from.item(id.as_bytes())?;
        let parts = self.transfers.uploads.get(id).map(|state| {
            let window = state.window.values().map(|part| part.address);
            window.chain(state.lost.iter().copied()).collect()
        });
        Ok((item.salt, parts.unwrap_or_default()))
    }

    /// Forgets an upload under a salt for good: what still arrives of it is deleted.
    pub(crate) fn give_up(&mut self, id: &Hash, salt: &[u8]) {
        self.transfers.given_up.insert(salt.to_vec());
        self.transfers.uploads.remove(id);
    }

    pub(super) fn part_sent(
        &mut self,
        tx: &mut Tx<'_>,
        flight: &InFlight,
        of: &Of,
        (number, address): (u64, Hash),
        incoming: &Incoming,
    ) -> Result<(), Fault> {
        if self.transfers.given_up.contains(of.salt.as_slice()) {
            return if incoming.is_success() {
                upload::discard(tx, &of.chain, &[address])
            } else {
                Ok(())
            };
        }
        let id = &of.upload;
        let awaited = |state: &&mut Uploading| state.awaits(number, &address);
        if !incoming.is_success() {
            self.upload_refused(tx, flight, id, incoming)?;
            if let Some(state) = self.transfers.uploads.get_mut(id).filter(awaited) {
                state.doubt(number);
            }
            return Ok(());
        }
        if let Some(state) = self.transfers.uploads.get_mut(id).filter(awaited) {
            upload::stored(tx, id, number, &address)?;
            state.window.remove(&number);
            state.pause.clear();
        }
        Ok(())
    }

    pub(super) fn parts_known(
        &mut self,
        tx: &mut Tx<'_>,
        flight: &InFlight,
        of: &Of,
        asked: &[(u64, Hash)],
        incoming: &Incoming,
    ) -> Result<(), Fault> {
        if self.transfers.given_up.contains(of.salt.as_slice()) {
            return Ok(());
        }
        let id = &of.upload;
        if !incoming.is_success() {
            self.upload_refused(tx, flight, id, incoming)?;
            if let Some(state) = self.transfers.uploads.get_mut(id) {
                state.asked_nothing();
            }
            return Ok(());
        }
        let Missing { missing } = incoming.message()?;
        let Some(state) = self.transfers.uploads.get_mut(id) else {
            return Ok(());
        };
        let awaited: Vec<&(u64, Hash)> = asked
            .iter()
            .filter(|(number, address)| state.awaits(*number, address))
            .collect();
        // Before anything in memory changes: this may need entries, and is then done again from the beginning.
        for (number, address) in awaited.iter().filter(|(_, address)| !missing.contains(address)) {
            upload::stored(tx, id, *number, address)?;
        }
        state.pause.clear();
        for (number, address) in awaited {
            match state.window.get_mut(number) {
                Some(part) if missing.contains(address) => part.phase = Phase::Ready,
                Some(_) => {
                    state.window.remove(number);
                }
                None => {}
            }
        }
        Ok(())
    }

    fn upload_refused(
        &mut self,
        tx: &mut Tx<'_>,
        flight: &InFlight,
        id: &Hash,
        incoming: &Incoming,
    ) -> Result<(), Fault> {
        let problem = incoming.problem();
        let meeting = match self.meet(&problem, incoming, &flight.origin, tx.now) {
            // No room is no passing trouble.
            Meeting::Later(_) if incoming.status == 507 => {
                Meeting::Stop(Fault::from_code(&problem.code, &problem.detail))
            }
            other => other,
        };
        match meeting {
            Meeting::Stop(fault) => {
                if tx
                    .get::<UploadItem>(id.as_bytes())?
                    .is_some_and(|item| item.stopped.is_none())
                {
                    upload::stop(tx, id, &fault.code)?;
                }
            }
            Meeting::Again => {
                if let Some(state) = self.transfers.uploads.get_mut(id) {
                    state.pause.failures += 1;
                    if state.pause.failures > 3 {
                        state.pause.fail(tx.now);
                    }
                }
            }
            Meeting::Later(seconds) => {
                if let Some(state) = self.transfers.uploads.get_mut(id) {
                    state.pause.later(tx.now, seconds);
                }
            }
        }
        Ok(())
    }
}
