//! The façade for browsers: `vault::facade` as a WebAssembly module (`bindings/README.md` gives the translation rules).
//!
//! No logic lives here. [`vault::Vault`] forwards each call; plain values become plain objects; errors are thrown; randomness is the
//! browser's. Memory is wiped when it is freed (`wipe`).

mod facade;
mod random;
mod rest;
mod thrown;
mod value;
mod vault;
mod vector;
mod wipe;

pub use rest::ask_for_rest;
pub use vault::Vault;
pub use vector::run_vector;
