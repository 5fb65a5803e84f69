//! Derivation and authentication codes: HKDF-SHA256 ([RFC 5869](https://www.rfc-editor.org/rfc/rfc5869)) and
//! HMAC-SHA256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)), `core/spec/keys.md`, KEY-3 and KEY-4.
//!
//! Invariant: every use has its own label from [`Purpose`]; a label ends in a zero byte, so none is a prefix of another.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::secret::Secret32;

/// What a derived secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Seed of the root signing key, from the root secret.
    RootSigning,
    /// Seed of the recovery HPKE key, from the root secret.
    RecoverySealing,
    /// Seed of the `recover` capability, from the root secret.
    RecoverCapability,
    /// Seed of the one-time claim capability, from an offer's secret.
    ClaimCapability,
    /// Key of the code over a claim, from an offer's secret.
    ClaimMac,
    /// Names of entries, from the vault key.
    EntryNames,
    /// Content of entries, from the vault key.
    EntryContent,
    /// Manifest over entries, from the vault key.
    EntryManifest,
    /// Checkpoint of an opened chain, from the vault key.
    ChainCheckpoint,
    /// A chosen file kept until it is uploaded, from the vault key.
    FileCopy,
    /// Seed of the capability that reads what is left of a grant chain after its end, from the chain's epoch secret.
    EndedCapability,
    /// Seed of a mailbox's `read` capability, from the own chain's epoch secret.
    MailboxRead,
}

impl Purpose {
    /// All purposes.
    pub const ALL: &'static [Self] = &[
        Self::RootSigning,
        Self::RecoverySealing,
        Self::RecoverCapability,
        Self::ClaimCapability,
        Self::ClaimMac,
        Self::EntryNames,
        Self::EntryContent,
        Self::EntryManifest,
        Self::ChainCheckpoint,
        Self::FileCopy,
        Self::EndedCapability,
        Self::MailboxRead,
    ];

    /// The label: the first bytes of HKDF's `info`.
    pub const fn as_bytes(self) -> &'static [u8] {
        match self {
            Self::RootSigning => b"satchel root signing v1\0",
            Self::RecoverySealing => b"satchel recovery sealing v1\0",
            Self::RecoverCapability => b"satchel recover capability v1\0",
            Self::ClaimCapability => b"satchel claim capability v1\0",
            Self::ClaimMac => b"satchel claim mac v1\0",
            Self::EntryNames => b"satchel entry names v1\0",
            Self::EntryContent => b"satchel entry content v1\0",
            Self::EntryManifest => b"satchel entry manifest v1\0",
            Self::ChainCheckpoint => b"satchel chain checkpoint v1\0",
            Self::FileCopy => b"satchel file copy v1\0",
            Self::EndedCapability => b"satchel ended capability v1\0",
            Self::MailboxRead => b"satchel mailbox read v1\0",
        }
    }
}

/// HKDF-SHA256 with an empty salt: `info` = label of the purpose || context, 32 bytes out.
#[expect(
    clippy::expect_used,
    reason = "32 bytes are far below the 8160 that HKDF-SHA256 can give"
)]
pub fn derive(secret: &[u8], purpose: Purpose, context: &[u8]) -> Secret32 {
    let hkdf = Hkdf::<Sha256>::new(None, secret);
    Secret32::fill(|out| {
        hkdf.expand_multi_info(&[purpose.as_bytes(), context], out)
            .expect("within the limit");
    })
}

/// HMAC-SHA256 over the concatenation of the parts.
pub fn mac(key: &Secret32, parts: &[&[u8]]) -> [u8; 32] {
    // HMAC fills a short key up with zeros to the block; doing it here leaves no length that could be refused.
    let mut block = zeroize::Zeroizing::new([0u8; 64]);
    block[..32].copy_from_slice(key.as_bytes());
    let mut hmac = Hmac::<Sha256>::new((&*block).into());
    for part in parts {
        hmac.update(part);
    }
    hmac.finalize().into_bytes().into()
}

/// Compares a received code in constant time.
pub fn mac_matches(key: &Secret32, parts: &[&[u8]], received: &[u8]) -> bool {
    mac(key, parts).as_slice().ct_eq(received).into()
}
