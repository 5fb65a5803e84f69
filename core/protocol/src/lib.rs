//! Everything that travels: anyone may parse and verify it, and nothing here holds a secret or a cipher.
//!
//! | module | what it is | spec page in `core/spec` |
//! | --- | --- | --- |
//! | [`cbor`], [`cose`], [`label`], [`mod@statement`] | deterministic CBOR, COSE_Sign1, one label per object kind | `conventions.md` |
//! | [`hash`], [`id`], [`key`], [`name`], [`time`], [`tree`] | newtypes and hashing | `conventions.md` |
//! | [`identity`] | identity, device statements and removals, evidence of a signer | `identity.md` |
//! | [`record`], [`category`], [`package`] | one author-signed clinical document, and what travels beside it | `record.md` |
//! | [`block`], [`chain`] | one signed entry of a chain, what it commits to, and what may follow it | `block.md`, `chain.md` |
//! | [`grant`], [`grant_change`] | consent: scope, rights, periods, narrowing, and what becomes of it | `grant.md` |
//! | [`offer`], [`claim`] | the steps of a QR consent, its URL and symbols | `consent.md` |
//! | [`envelope`], [`receipt`] | what lies in a mailbox; "I opened these records" | `envelope.md`, `receipt.md` |
//! | [`credential`], [`organization`] | "this key belongs to Dr X"; the organization's public chain | `credential.md` |
//! | [`credential_request`], [`contact`] | asking for a credential; reaching a desk for the first time | `credential.md`, `contact.md` |
//! | [`delegation`] | a grantee passes a part of a grant on | `grant.md` |
//! | [`log_entry`], [`promise`], [`proven`] | labels, commits, the relay's promise, proven time | `log.md` |
//! | [`export`], [`audit`] | records or a chain as a file, and what anybody can prove from it offline | `export.md` |
//! | [`relay`] | messages to a relay, request signatures, problems | `relay.md` |
//! | [`vector`] | one case of a conformance vector, run for every language | `README.md` |
//!
//! The crate is synchronous and pure: values in, values out; the time is a parameter, signing is done by a
//! [`key::Signer`] that somebody else owns.

pub mod audit;
pub mod block;
pub mod category;
pub mod cbor;
pub mod chain;
pub mod claim;
pub mod code;
pub mod contact;
pub mod copy_to;
pub mod cose;
pub mod credential;
pub mod credential_request;
pub mod delegation;
pub mod envelope;
pub mod epoch;
pub mod export;
pub mod grant;
pub mod grant_change;
pub mod hash;
pub mod id;
pub mod identity;
pub mod key;
pub mod label;
mod link;
pub mod log_entry;
pub mod name;
pub mod offer;
pub mod organization;
pub mod package;
pub mod promise;
pub mod proven;
pub mod receipt;
pub mod record;
pub mod relay;
pub mod root;
pub mod statement;
pub mod time;
pub mod tree;
pub mod vector;
