//! Everything that touches a secret, and the one facade that every app calls.

pub mod crypto;
pub mod entry;
