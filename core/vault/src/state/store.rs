//! Items in memory, and the sealed entries they come from and go to.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode};
use protocol::cbor::{self, Bytes};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Class, Item, name};
use crate::entry::{self, Changes, EntryKey, Manifest, VaultKey};
use crate::fault::{Error, Fault};

/// An encoded item.
pub(crate) type Plain = Zeroizing<Vec<u8>>;

/// The largest item.
const MAX_ITEM: usize = 4 << 20;

/// What a sealed entry holds.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Stored {
    #[n(0)]
    name: Bytes,
    #[n(1)]
    value: Bytes,
}

/// The one index entry that says which index entries there must be.
#[derive(Encode, Decode, Clone, Default)]
#[cbor(array)]
struct Ledger {
    #[n(0)]
    generation: u64,
    #[n(1)]
    manifest: Manifest,
}

const LEDGER: &[u8] = b"ledger\0";

/// Reading typed items.
pub trait Read {
    /// The encoded item, `None` when there is none.
    #[doc(hidden)]
    fn raw(&self, class: Class, name: &[u8]) -> Result<Option<&[u8]>, Fault>;

    /// The index items of a table, in order of their ids.
    #[doc(hidden)]
    fn raw_table(&self, table: &[u8]) -> Vec<(&[u8], &[u8])>;

    /// An item.
    ///
    /// # Errors
    /// `vault.need` when a data item was not provided yet, `vault.damaged`.
    fn get<T: Item>(&self, id: &[u8]) -> Result<Option<T>, Fault> {
        self.raw(T::CLASS, &name::<T>(id))?.map(decode).transpose()
    }

    /// An item that must exist.
    ///
    /// # Errors
    /// As [`Read::get`], and `vault.not_found`.
    fn item<T: Item>(&self, id: &[u8]) -> Result<T, Fault> {
        self.get(id)?.ok_or_else(|| Error::NotFound.into())
    }

    /// All items of an index table.
    ///
    /// # Errors
    /// `vault.damaged`.
    fn list<T: Item>(&self) -> Result<Vec<(Vec<u8>, T)>, Fault> {
        let mut table = T::TABLE.as_bytes().to_vec();
        table.push(0);
        self.raw_table(&table)
            .into_iter()
            .map(|(name, value)| Ok((name[table.len()..].to_vec(), decode(value)?)))
            .collect()
    }
}

fn decode<T: Item>(bytes: &[u8]) -> Result<T, Fault> {
    minicbor::decode(bytes).map_err(|_| Error::Damaged.into())
}

/// Everything that was stored, as far as it is in memory.
pub struct Store {
    key: VaultKey,
    ledger: Ledger,
    index: BTreeMap<Vec<u8>, (u64, Plain)>,
    data: BTreeMap<Vec<u8>, Plain>,
    absent: BTreeSet<Vec<u8>>,
}

impl Store {
    /// An empty store.
    pub fn new(key: VaultKey) -> Self {
        Self {
            key,
            ledger: Ledger::default(),
            index: BTreeMap::new(),
            data: BTreeMap::new(),
            absent: BTreeSet::new(),
        }
    }

    /// Opens all index entries and checks that none is missing, added or older than it must be.
    ///
    /// # Errors
    /// `entry.damaged`, `entry.rolled_back`, `vault.missing`.
    pub fn open(key: VaultKey, entries: Vec<(EntryKey, Vec<u8>)>) -> Result<Self, Fault> {
        let mut store = Self::new(key);
        let ledger_key = EntryKey::new(&store.key, Class::Index, LEDGER);
        let mut seen = Vec::with_capacity(entries.len());
        let mut ledger = None;
        for (entry, bytes) in entries {
            let (generation, plain) = entry::open_entry(&store.key, &entry, &bytes)?;
            let stored: Stored = minicbor::decode(&plain).map_err(|_| Error::Damaged)?;
            if EntryKey::new(&store.key, Class::Index, &stored.name) != entry {
                return Err(Error::Damaged.into());
            }
            if entry == ledger_key {
                ledger = Some(minicbor::decode(&stored.value).map_err(|_| Error::Damaged)?);
            } else {
                store
                    .index
                    .insert(stored.name.into(), (generation, Zeroizing::new(stored.value.into())));
                seen.push((entry, generation));
            }
        }
        let ledger: Ledger = ledger.ok_or(Error::Missing)?;
        ledger
            .manifest
            .verify(&store.key, seen.iter().map(|(entry, generation)| (entry, *generation)))?;
        store.ledger = ledger;
        Ok(store)
    }

    /// Takes in data entries that a call asked for; an empty value says that the platform has none.
    ///
    /// # Errors
    /// `entry.damaged`.
    pub fn provide(&mut self, entries: Vec<(EntryKey, Option<Vec<u8>>)>) -> Result<(), Fault> {
        for (entry, bytes) in entries {
            match bytes {
                Some(bytes) => {
                    let (_, plain) = entry::open_entry(&self.key, &entry, &bytes)?;
                    let stored: Stored = minicbor::decode(&plain).map_err(|_| Error::Damaged)?;
                    if EntryKey::new(&self.key, Class::Data, &stored.name) != entry {
                        return Err(Error::Damaged.into());
                    }
                    self.data
                        .insert(stored.name.into(), Zeroizing::new(stored.value.into()));
                }
                None => {
                    self.absent.insert(entry.as_str().as_bytes().to_vec());
                }
            }
        }
        Ok(())
    }

    /// Forgets data items that can be brought again.
    pub fn forget_data(&mut self) {
        self.data.clear();
        self.absent.clear();
    }

    /// The generation last stored.
    pub fn generation(&self) -> u64 {
        self.ledger.generation
    }

    /// The vault key.
    pub fn key(&self) -> &VaultKey {
        &self.key
    }

    /// Seals what a transaction changed.
    ///
    /// # Errors
    /// `entry.rolled_back` when the manifest does not know a replaced entry.
    pub(super) fn seal(&self, overlay: &Overlay, rng: &mut dyn CryptoRng) -> Result<(Changes, Pending), Fault> {
        let mut ledger = self.ledger.clone();
        ledger.generation += 1;
        let generation = ledger.generation;
        let mut changes = Changes {
            generation,
            puts: Vec::new(),
            deletes: Vec::new(),
        };
        for (name, (class, value)) in overlay {
            let entry = EntryKey::new(&self.key, *class, name);
            let before = self.index.get(name).map(|(generation, _)| *generation);
            if let (Class::Index, Some(before)) = (class, before) {
                ledger.manifest.remove(&self.key, &entry, before)?;
            }
            match value {
                Some(value) => {
                    if value.len() > MAX_ITEM {
                        return Err(cbor::Error::TooLarge.into());
                    }
                    if *class == Class::Index {
                        ledger.manifest.add(&self.key, &entry, generation);
                    }
                    let sealed = self.seal_one(&entry, generation, name, value, rng);
                    changes.puts.push((entry, sealed));
                }
                None => changes.deletes.push(entry),
            }
        }
        let entry = EntryKey::new(&self.key, Class::Index, LEDGER);
        let sealed = self.seal_one(&entry, generation, LEDGER, &cbor::encode(&ledger), rng);
        changes.puts.push((entry, sealed));
        Ok((changes, Pending { ledger }))
    }

    fn seal_one(
        &self,
        entry: &EntryKey,
        generation: u64,
        name: &[u8],
        value: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Vec<u8> {
        let stored = Stored {
            name: name.to_vec().into(),
            value: value.to_vec().into(),
        };
        let plain = Zeroizing::new(cbor::encode(&stored));
        entry::seal_entry(&self.key, entry, generation, &plain, rng)
    }

    /// Makes a stored transaction the present state.
    pub(super) fn apply(&mut self, overlay: Overlay, pending: Pending) {
        self.ledger = pending.ledger;
        for (name, (class, value)) in overlay {
            match (class, value) {
                (Class::Index, Some(value)) => {
                    self.index.insert(name, (self.ledger.generation, value));
                }
                (Class::Index, None) => {
                    self.index.remove(&name);
                }
                (Class::Data, Some(value)) => {
                    self.data.insert(name, value);
                }
                (Class::Data, None) => {
                    self.data.remove(&name);
                }
            }
        }
    }
}

/// What a transaction changed: encoded items, `None` for deleted ones.
pub(super) type Overlay = BTreeMap<Vec<u8>, (Class, Option<Plain>)>;

/// The ledger that belongs to sealed changes.
pub(super) struct Pending {
    ledger: Ledger,
}

impl Read for Store {
    fn raw(&self, class: Class, name: &[u8]) -> Result<Option<&[u8]>, Fault> {
        match class {
            Class::Index => Ok(self.index.get(name).map(|(_, value)| value.as_slice())),
            Class::Data => match self.data.get(name) {
                Some(value) => Ok(Some(value.as_slice())),
                None => {
                    let entry = EntryKey::new(&self.key, class, name);
                    if self.absent.contains(entry.as_str().as_bytes()) {
                        Ok(None)
                    } else {
                        Err(Fault::need(vec![entry]))
                    }
                }
            },
        }
    }

    fn raw_table(&self, table: &[u8]) -> Vec<(&[u8], &[u8])> {
        self.index
            .range(table.to_vec()..)
            .take_while(|(name, _)| name.starts_with(table))
            .map(|(name, (_, value))| (name.as_slice(), value.as_slice()))
            .collect()
    }
}
