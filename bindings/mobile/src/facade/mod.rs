//! The façade, file by file as in the core.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

mod appointments;
mod blocks;
mod changes;
mod consent;
mod delegation;
mod devices;
mod export;
mod import;
mod lifecycle;
mod network;
mod organization;
mod record_view;
mod records;
mod sharing;
mod vault;
mod writing;
mod writing_own;
mod writing_result;
mod writing_visit;
