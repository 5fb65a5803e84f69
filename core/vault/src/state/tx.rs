//! One transaction: reads see its own writes, and nothing is kept unless it is finished.

use protocol::cbor;
use protocol::hash::Hash;
use protocol::time::Timestamp;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::store::{Overlay, Pending};
use super::{Class, Item, Read, Store, name};
use crate::entry::Changes;
use crate::fault::Fault;

/// Something an app shows: a phrase key, what it is about, and the words it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Show {
    /// Phrase key, such as `show.record_filed`.
    pub kind: String,
    /// Id of what it is about, or empty.
    pub subject: String,
    /// Words for the phrase.
    pub params: Vec<(String, String)>,
}

/// A transaction.
pub struct Tx<'a> {
    store: &'a Store,
    overlay: Overlay,
    /// What the app should show.
    pub show: Vec<Show>,
    /// Id of what the call made.
    pub created: Option<String>,
    /// Files that the next record written for a patient carries.
    pub files: Vec<crate::flow::upload::NewFile>,
    /// The time, from the platform, after clock repair.
    pub now: Timestamp,
    /// Randomness, from the platform.
    pub rng: &'a mut dyn CryptoRng,
}

impl<'a> Tx<'a> {
    /// Begins a transaction.
    pub fn new(store: &'a Store, now: Timestamp, rng: &'a mut dyn CryptoRng) -> Self {
        Self {
            store,
            overlay: Overlay::new(),
            show: Vec::new(),
            created: None,
            files: Vec::new(),
            now,
            rng,
        }
    }

    /// Writes an item.
    pub fn put<T: Item>(&mut self, id: &[u8], item: &T) {
        self.overlay
            .insert(name::<T>(id), (T::CLASS, Some(Zeroizing::new(cbor::encode(item)))));
    }

    /// Deletes an item.
    pub fn delete<T: Item>(&mut self, id: &[u8]) {
        self.overlay.insert(name::<T>(id), (T::CLASS, None));
    }

    /// 32 random bytes.
    pub fn random(&mut self) -> Hash {
        let mut bytes = [0u8; 32];
        self.rng.fill_bytes(&mut bytes);
        Hash::new(bytes)
    }

    /// Says something to the person.
    pub fn tell(&mut self, kind: &str, subject: impl ToString, params: &[(&str, &str)]) {
        self.show.push(Show {
            kind: kind.to_owned(),
            subject: subject.to_string(),
            params: params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        });
    }

    /// Whether anything was written.
    pub fn is_empty(&self) -> bool {
        self.overlay.is_empty()
    }

    /// Seals the changes.
    ///
    /// # Errors
    /// See [`Store::seal`].
    pub(crate) fn finish(self) -> Result<Finished, Fault> {
        let (changes, pending) = self.store.seal(&self.overlay, self.rng)?;
        Ok(Finished {
            changes,
            show: self.show,
            created: self.created,
            kept: Kept {
                overlay: self.overlay,
                pending,
            },
        })
    }
}

/// A finished transaction.
pub(crate) struct Finished {
    pub(crate) changes: Changes,
    pub(crate) show: Vec<Show>,
    pub(crate) created: Option<String>,
    pub(crate) kept: Kept,
}

/// What becomes the present state once the platform has stored it.
pub(crate) struct Kept {
    overlay: Overlay,
    pending: Pending,
}

impl Kept {
    /// Makes it so.
    pub(crate) fn apply(self, store: &mut Store) {
        store.apply(self.overlay, self.pending);
    }
}

impl Read for Tx<'_> {
    fn raw(&self, class: Class, name: &[u8]) -> Result<Option<&[u8]>, Fault> {
        match self.overlay.get(name) {
            Some((_, value)) => Ok(value.as_ref().map(|value| value.as_slice())),
            None => self.store.raw(class, name),
        }
    }

    fn raw_table(&self, table: &[u8]) -> Vec<(&[u8], &[u8])> {
        let mut all: std::collections::BTreeMap<&[u8], &[u8]> = self.store.raw_table(table).into_iter().collect();
        for (name, (class, value)) in self
            .overlay
            .range(table.to_vec()..)
            .take_while(|(name, _)| name.starts_with(table))
        {
            match value {
                Some(value) if *class == Class::Index => all.insert(name, value.as_slice()),
                _ => all.remove(name.as_slice()),
            };
        }
        all.into_iter().collect()
    }
}
