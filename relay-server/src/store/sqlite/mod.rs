//! The embedded store: one SQLite file in WAL mode, fully synchronous, with one writer.
//!
//! Writes of all requests are queued to one thread and committed in groups (`writer`), because a durable commit costs the same for one
//! operation as for two hundred. Reads have connections of their own. Invariant: only the writer's connection ever writes or checkpoints.

mod blob;
mod capability;
mod chain;
mod mailbox;
mod offer;
mod organization;
mod upkeep;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use protocol::id::{IdentityId, LocatorId, MailboxId};
use protocol::key::PublicKey;
use protocol::relay::message::{
    Accesses, Admitted, Capabilities, Entered, Envelopes, LogIdentity, Missing, OfferAnswer, OfferContent, OfferState,
    Organization,
};
use protocol::time::Timestamp;
use rusqlite::{Connection, OpenFlags, ffi, params};
use tokio::sync::Semaphore;

use super::{Error, Made, Outcome, Result, op};
use crate::operate::mark::{Guard, Mark};
pub(crate) use upkeep::Due;
use writer::Writer;

const SCHEMA: &str = include_str!("schema.sql");
/// Version of the tables.
pub(crate) const SCHEMA_VERSION: i64 = 2;
/// The database's name in the data directory.
pub(crate) const FILE: &str = "relay.sqlite";

/// How safe an acknowledged write is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Every commit reaches the disk before it is acknowledged.
    #[default]
    Full,
    /// Commits survive the process, not the power. Only for measuring what `Full` costs.
    DangerousNormal,
}

/// The embedded store.
#[derive(Clone)]
pub struct Sqlite {
    writer: Arc<Writer>,
    readers: Arc<Readers>,
}

/// Reads at the same time; more of them wait.
const READERS: usize = 8;

struct Readers {
    path: PathBuf,
    places: Semaphore,
    idle: Mutex<Vec<Connection>>,
}

impl Sqlite {
    /// Opens or makes the database in a directory.
    ///
    /// # Errors
    /// [`Error::Failed`] when the file cannot be opened, is damaged, or was written by a newer version.
    pub fn open(directory: &Path, durability: Durability) -> Result<Self> {
        Self::open_guarded(directory, durability, &Guard::of(directory))
    }

    /// The same with a high-water mark of one's own choice.
    ///
    /// # Errors
    /// As [`Self::open`]; [`Error::Refused`] when the database is older than its mark.
    pub fn open_guarded(directory: &Path, durability: Durability, guard: &Guard) -> Result<Self> {
        let path = directory.join(FILE);
        let fresh = !path.exists();
        let connection = Connection::open(&path)?;
        prepare_writer(&connection, durability)?;
        check_pages(&connection, &path)?;
        let key_known = directory.join(crate::keys::LOG_KEY).exists();
        let mark = Mark::open(&connection, fresh, key_known, guard)?;
        let readers = Arc::new(Readers {
            path,
            places: Semaphore::new(READERS),
            idle: Mutex::new(Vec::new()),
        });
        Ok(Self {
            writer: Arc::new(Writer::start(connection, mark)?),
            readers,
        })
    }

    async fn write<T: Send + 'static>(&self, run: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        self.writer.write(run).await
    }

    async fn read<T: Send + 'static>(&self, run: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        let readers = Arc::clone(&self.readers);
        let _place = self
            .readers
            .places
            .acquire()
            .await
            .map_err(|error| Error::Failed(error.to_string()))?;
        tokio::task::spawn_blocking(move || readers.with(run))
            .await
            .map_err(|error| Error::Failed(error.to_string()))?
    }
}

impl Readers {
    fn with<T>(&self, run: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        // One read transaction, so that all statements of an operation see the same state.
        connection.execute_batch("BEGIN DEFERRED")?;
        let result = run(&connection);
        connection.execute_batch("COMMIT")?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < READERS {
            idle.push(connection);
        }
        result
    }

    fn open(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -512;")?;
        Ok(connection)
    }
}

/// Damage is found before anybody is served, where that takes seconds at most; larger databases are checked by `relay-server verify`.
fn check_pages(connection: &Connection, path: &Path) -> Result<()> {
    const LARGE: u64 = 1 << 30;
    if std::fs::metadata(path).is_ok_and(|metadata| metadata.len() > LARGE) {
        tracing::info!(
            "the database is large: its pages are not checked at the start, `relay-server verify` does that"
        );
        return Ok(());
    }
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if said == "ok" {
        Ok(())
    } else {
        Err(Error::Damaged(said))
    }
}

fn prepare_writer(connection: &Connection, durability: Durability) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(128);
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version > SCHEMA_VERSION {
        return Err(Error::Failed("the database was written by a newer version".to_owned()));
    }
    if version == 0 {
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL;")?;
    }
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::DangerousNormal => "NORMAL",
    };
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0;
         PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = ON;"
    ))?;
    if version == 0 {
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;\n{SCHEMA}\nPRAGMA user_version = {SCHEMA_VERSION};\nCOMMIT;"
        ))?;
    }
    // Version 2 knows which fetch key put a blob.
    if version == 1 {
        connection.execute_batch(
            "BEGIN IMMEDIATE; ALTER TABLE blob ADD COLUMN uploader BLOB; PRAGMA user_version = 2; COMMIT;",
        )?;
    }
    Ok(())
}

/// Uses a nonce up; the row is part of the operation's own transaction.
fn spend(db: &Connection, once: &op::Once) -> Result<()> {
    let new = db
        .prepare_cached("INSERT INTO nonce (key, nonce, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")?
        .execute(params![once.key.as_bytes(), once.nonce, number(once.expires.seconds())])?;
    if new == 1 { Ok(()) } else { Err(Error::Replayed) }
}

/// SQLite integers are signed; everything we count stays far below.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unsigned(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn time(value: i64) -> Result<Timestamp> {
    Timestamp::new(unsigned(value)).map_err(damaged)
}

fn key(bytes: [u8; 32]) -> Result<PublicKey> {
    PublicKey::new(bytes).map_err(damaged)
}

fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Failed(format!("a stored value is damaged: {error}"))
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let text = error.to_string();
        let write = [
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_DIR_FSYNC,
            ffi::SQLITE_IOERR_TRUNCATE,
            ffi::SQLITE_IOERR_SHMSIZE,
        ];
        if error
            .sqlite_error()
            .is_some_and(|error| write.contains(&error.extended_code))
        {
            return Self::Storage(text);
        }
        match error.sqlite_error_code() {
            Some(Code::DiskFull | Code::ReadOnly) => Self::Storage(text),
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::Damaged(text),
            _ => Self::Failed(text),
        }
    }
}

macro_rules! operations {
    ($($kind:ident $name:ident($input:ty) -> $output:ty = $run:path;)+) => {
        impl super::Store for Sqlite {
            $(async fn $name(&self, input: $input) -> Result<$output> {
                self.$kind(move |db| $run(db, input)).await
            })+

            async fn close(&self, (): ()) -> Result<()> {
                self.writer.close().await
            }
        }
    };
}

operations! {
    write pin_log(LogIdentity) -> LogIdentity = upkeep::pin_log;
    write create_chain(op::CreateChain) -> Outcome = chain::create;
    write append(op::Append) -> Made<Admitted> = chain::append;
    write enter(op::Enter) -> Made<Entered> = chain::enter;
    read blocks(op::ReadBlocks) -> op::BlockPage = chain::blocks;
    write erase(op::Erase) -> () = chain::erase;
    write delete_chain(op::DeleteChain) -> Vec<String> = chain::delete;
    read capabilities(op::ReadCapabilities) -> Capabilities = capability::read;
    write replace_capabilities(op::ReplaceCapabilities) -> Capabilities = capability::replace;
    write change_fetch_keys(op::ChangeFetchKeys) -> () = capability::change_fetch_keys;
    write record_access(op::RecordAccess) -> () = capability::record_access;
    read accesses(op::ReadAccesses) -> Accesses = capability::accesses;
    read check_upload(op::CheckUpload) -> Outcome = blob::check;
    write put_blob(op::PutBlob) -> Outcome = blob::put;
    read blob(op::ReadBlob) -> op::Blob = blob::read;
    write delete_blob(op::DeleteBlob) -> Option<String> = blob::delete;
    write delete_blobs(op::DeleteBlobs) -> Vec<String> = blob::delete_all;
    read missing_blobs(op::MissingBlobs) -> Missing = blob::missing;
    write link_blobs(op::LinkBlobs) -> Missing = blob::link;
    read orphans(Vec<String>) -> Vec<String> = blob::orphans;
    write put_locator(op::PutLocator) -> Outcome = organization::put_locator;
    read locator(LocatorId) -> Vec<u8> = organization::locator;
    write put_mailbox(op::PutMailbox) -> Outcome = mailbox::put;
    write set_reader(op::SetReader) -> () = mailbox::set_reader;
    write deliver(op::Deliver) -> Made<u64> = mailbox::deliver;
    read envelopes(op::ReadEnvelopes) -> Envelopes = mailbox::envelopes;
    write acknowledge(op::Acknowledge) -> () = mailbox::acknowledge;
    read contact(MailboxId) -> Vec<u8> = mailbox::contact;
    write delete_mailbox(op::DeleteMailbox) -> () = mailbox::delete;
    write put_offer(op::PutOffer) -> Outcome = offer::put;
    read offer(op::ReadOffer) -> OfferContent = offer::content;
    write claim_offer(op::ClaimOffer) -> op::Claimed = offer::claim;
    read offer_state(op::ReadOffer) -> OfferState = offer::state;
    write answer_offer(op::AnswerOffer) -> Outcome = offer::answer;
    read offer_answer(op::ReadOffer) -> OfferAnswer = offer::answers;
    write delete_offer(op::DeleteOffer) -> () = offer::delete;
    write put_organization(op::PutOrganization) -> Outcome = organization::put;
    read organization(IdentityId) -> Organization = organization::read;
    write expire(op::Expire) -> op::Expired = upkeep::expire;
    read usage(()) -> op::Usage = upkeep::usage;
    write ready(()) -> () = upkeep::ready;
}
