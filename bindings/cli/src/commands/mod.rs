//! The commands, one file a group.

pub(crate) mod add;
pub(crate) mod block;
pub(crate) mod claim;
pub(crate) mod grant;
pub(crate) mod import;
pub(crate) mod offer;
pub(crate) mod read;
pub(crate) mod records;
pub(crate) mod sync;
pub(crate) mod vault;
pub(crate) mod write;
