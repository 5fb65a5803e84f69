//! Everything cryptographic that needs a secret (`core/spec/content.md`, `sealing.md`, `keys.md`).
//!
//! Invariants: randomness is always a parameter; secrets are wiped when dropped and never shown by `Debug`; every
//! primitive comes from a published standard and is pinned by vectors; what fails to authenticate yields no plaintext.

pub mod content;
pub mod hpke;
pub mod kdf;
pub mod pad;
pub mod passphrase;
pub mod root;
pub mod secret;
pub mod signing;

use protocol::coded_error;

coded_error! {
    /// Why the cryptography refuses something.
    pub enum Error {
        Length = "crypto.length", "the sealed data has an impossible length";
        Commitment = "crypto.commitment", "the key does not belong to this data, or its head is damaged";
        Chunk = "crypto.chunk", "a piece of the sealed data is damaged or out of place";
        Part = "crypto.part", "the number or the length of a part does not fit";
        TooLarge = "crypto.too_large", "the data is larger than permitted";
        Padding = "crypto.padding", "the padding is not the prescribed one";
        Suite = "crypto.suite", "the sealing suite is unknown";
        PublicKey = "crypto.public_key", "the sealing key is not valid";
        Encapsulation = "crypto.encapsulation", "the encapsulated key is not valid";
        Sealed = "crypto.sealed", "the data is damaged or was sealed to another key";
        Parameters = "crypto.parameters", "the passphrase parameters are outside the permitted range";
        Passphrase = "crypto.passphrase", "the passphrase is empty or too long";
    }
}
