//! The `satchel` command and the tested driver of the vault.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`Folder`] | sealed entries of one vault on disk: one transaction a change, one process at a time |
//! | [`Driver`], [`Transport`] | the loop that asks the vault what to send and tells it the answers; HTTP by `reqwest` |
//! | [`Session`] | vault, folder and driver together, as commands, journeys and benchmarks use them |
//! | [`code`] | QR codes drawn and read |
//! | [`run`] | the command line |
//!
//! Invariant: no business rule and no cryptography here; everything is asked of `vault::facade`, as the other bindings do.

#![forbid(unsafe_code)]

mod arguments;
mod clock;
pub mod code;
mod commands;
mod context;
mod demo;
mod driver;
mod error;
mod folder;
mod hint;
mod page;
mod pieces;
mod render;
mod session;
mod size;
mod terminal;
mod time;
mod transport;

pub use arguments::run;
pub use clock::Clock;
pub use driver::{Drained, Driver, random};
pub use error::Error;
pub use folder::Folder;
pub use session::Session;
pub use transport::{Http, Response, Transport};
