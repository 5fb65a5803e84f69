//! The root secret and its 24 words ([BIP-39](https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki), English list),
//! `core/spec/keys.md`, KEY-5 and KEY-6.
//!
//! Invariant: the secret is the 32 bytes of entropy behind the words (BIP-39's own seed stretching is not used) and
//! derives exactly three key pairs. An organization's committed next root is a second secret of the same kind.

use core::fmt;

use bip39::{Language, Mnemonic};
use protocol::code::Coded;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::hpke::RecipientSecret;
use super::kdf::{self, Purpose};
use super::secret::Secret32;
use super::signing::SigningKey;

/// Words of a kit.
pub const WORDS: usize = 24;

/// Why words are not a recovery kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// There are not 24 words.
    Count {
        /// How many there are.
        found: usize,
    },
    /// A word is not in the list.
    Word {
        /// Its place, counted from 1.
        position: usize,
    },
    /// All words are known, but together they do not fit: at least one is wrong or in the wrong place.
    Checksum,
}

impl Error {
    /// Every code of this enum, for the glossary.
    pub const CODES: &'static [&'static str] = &["crypto.word_count", "crypto.word", "crypto.word_checksum"];
}

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Count { .. } => "crypto.word_count",
            Self::Word { .. } => "crypto.word",
            Self::Checksum => "crypto.word_checksum",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { found } => write!(f, "a kit has 24 words, not {found}"),
            Self::Word { position } => write!(f, "word {position} is not in the list"),
            Self::Checksum => f.write_str("the words are known but do not belong together"),
        }
    }
}

impl core::error::Error for Error {}

/// The secret behind a printed kit. It leaves the device after set-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootSecret(Secret32);

impl RootSecret {
    /// A fresh kit.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret32::generate(rng))
    }

    /// The kit of this entropy.
    pub fn from_entropy(entropy: Secret32) -> Self {
        Self(entropy)
    }

    /// The 32 bytes behind the words.
    pub fn entropy(&self) -> &Secret32 {
        &self.0
    }

    /// The 24 words, separated by single spaces.
    #[expect(clippy::expect_used, reason = "256 bits are a length that BIP-39 defines")]
    pub fn words(&self) -> Zeroizing<String> {
        let mnemonic = Mnemonic::from_entropy_in(Language::English, self.0.as_bytes()).expect("256 bits");
        // The longest word has eight letters: no reallocation leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(WORDS * 9));
        for word in mnemonic.words() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// Reads 24 words: any white space between them, letters of either case.
    ///
    /// # Errors
    /// [`Error`], in the order count, first unknown word, checksum.
    pub fn parse(words: &str) -> Result<Self, Error> {
        let found = words.split_whitespace().count();
        if found != WORDS {
            return Err(Error::Count { found });
        }
        let words = Zeroizing::new(words.to_ascii_lowercase());
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &words).map_err(|error| match error {
            bip39::Error::UnknownWord(index) => Error::Word { position: index + 1 },
            bip39::Error::BadWordCount(found) => Error::Count { found },
            _ => Error::Checksum,
        })?;
        let entropy = Zeroizing::new(mnemonic.to_entropy_array().0);
        Ok(Self(Secret32::fill(|out| out.copy_from_slice(&entropy[..32]))))
    }

    /// Signs the identity statement and root statements.
    pub fn signing(&self) -> SigningKey {
        SigningKey::from_seed(&self.expand(Purpose::RootSigning))
    }

    /// Opens the locator and the `recover` capabilities of grant chains.
    pub fn recovery(&self) -> RecipientSecret {
        RecipientSecret::derive(&self.expand(Purpose::RecoverySealing))
    }

    /// The `recover` capability on relays.
    pub fn recover(&self) -> SigningKey {
        SigningKey::from_seed(&self.expand(Purpose::RecoverCapability))
    }

    fn expand(&self, purpose: Purpose) -> Secret32 {
        kdf::derive(self.0.as_bytes(), purpose, b"")
    }
}
