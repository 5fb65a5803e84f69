//! The JSON messages of the relay's HTTP interface, version 1 (`core/spec/relay.md`).
//!
//! Every answer also carries `"success": true`, which the relay writes and clients need not read. What a relay receives is refused
//! when it has an unknown member; what a client receives may have members of a later minor version.

mod chain;
mod mailbox;
mod offer;
mod service;

pub use chain::{
    Access, Accesses, Addresses, Admitted, Blocks, Capabilities, Entered, Entry, FetchKey, FetchKeyChange, LinkBlobs,
    Missing, NewBlock, NewChain, NewEntry, Sealed,
};
pub use mailbox::{Contact, Delivered, Envelope, Envelopes, MailboxReader, MailboxSettings};
pub use offer::{NewAnswer, NewClaim, NewOffer, NewReveal, OfferAnswer, OfferContent, OfferState};
pub use service::{Done, LogIdentity, Mode, NewOrganization, Organization, RelayInformation};
