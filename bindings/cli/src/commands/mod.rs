//! The commands, one file a group.

pub(crate) mod add;
pub(crate) mod appointment;
pub(crate) mod block;
pub(crate) mod claim;
pub(crate) mod confirm;
pub(crate) mod delegate;
pub(crate) mod device;
pub(crate) mod draft;
pub(crate) mod entry;
pub(crate) mod export;
pub(crate) mod grant;
pub(crate) mod import;
pub(crate) mod kit;
mod lab;
pub(crate) mod laboratory;
pub(crate) mod offer;
pub(crate) mod organization;
pub(crate) mod outbox;
pub(crate) mod read;
pub(crate) mod records;
pub(crate) mod recover;
pub(crate) mod staff;
pub(crate) mod submission;
pub(crate) mod sync;
pub(crate) mod vault;
mod watch;
pub(crate) mod write;
