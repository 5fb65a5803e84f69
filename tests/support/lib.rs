//! What the tests share: a relay process, a wire that records and lies, people, and a hostile client.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`Relay`] | the real binary as a child process: stopped, killed, started again, put back on an older copy |
//! | [`Wire`] | the shipped HTTP transport, which keeps every request and answer and can be told to change answers |
//! | [`Person`] | a vault in a folder behind the shipped driver, and the steps that people take together |
//! | [`files`] | large files, what of them passed the wire, and the shipped command line as a process |
//! | [`forge`] | what a hostile client does with keys it has: messages and blocks that no vault would make |
//! | [`writing`] | what people write |
//! | `leaks` | what every test with a relay ends with: nothing that people wrote is found at the relay or on the wire |
//! | [`search`] | finds a plaintext in bytes, however it is encoded |
//!
//! Invariant: people act through the façade and the driver that ships; only [`forge`] reaches behind them.

mod clinic;
pub mod files;
pub mod forge;
mod leaks;
mod person;
mod relay;
pub mod search;
mod wire;
pub mod writing;

pub use clinic::{Clinic, Visit, everything, names};
pub use person::{PASSPHRASE, Person, sample};
pub use relay::{Relay, rows};
pub use wire::{Exchange, Log, Wire, flip, flip_body, swap};
