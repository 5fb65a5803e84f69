//! The façade for Android and iOS: `vault::facade` by UniFFI (`bindings/README.md` gives the translation rules).
//!
//! No logic lives here. [`vault::Vault`] forwards each call; plain values are declared again and fail to compile when they differ; panics
//! become errors; randomness is the operating system's.

mod bulk;
mod error;
mod facade;
#[cfg(feature = "probe")]
pub mod probe;
mod random;
mod vault;
mod vector;

pub use bulk::Bytes;
pub use error::VaultError;
pub use vault::{Created, Vault};
pub use vector::run_vector;

uniffi::setup_scaffolding!();
