//! What an operator does: backup under load, verify, restore, roll back, run out of disk, lose pages. Over the real program.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod backup;
mod damage;
mod disk;
mod guide;
mod parsers;
mod program;
mod rollback;
mod settings;
