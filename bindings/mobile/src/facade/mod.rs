//! The façade, file by file as in the core.
//!
//! Written by `cargo xtask facade` from the façade's sources; changes belong there.

mod access;
mod appointments;
mod blocks;
mod changes;
mod consent;
mod copies;
mod corrections;
mod delegation;
mod deletion;
mod devices;
mod drafts;
mod export;
mod file_bulk;
mod file_copies;
mod file_quota;
mod files;
mod handed;
mod import;
mod jobs;
mod keystores;
mod lifecycle;
mod network;
mod officers;
mod orders;
mod organization;
mod outbox;
mod record_view;
mod records;
mod recovery;
mod sharing;
mod team;
mod vault;
mod writing;
mod writing_batch;
mod writing_own;
mod writing_progress;
mod writing_result;
mod writing_revise;
mod writing_visit;
mod writing_wish;
