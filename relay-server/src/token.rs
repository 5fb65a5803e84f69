//! Tokens of an invite-only relay: each allows one new chain, once (RELAY-45).
//!
//! A token proves itself: sixteen random bytes and an HMAC over them under a key of the relay. So the relay keeps nothing of a token until
//! it is spent, and then only its hash, beside nothing.

use std::io;
use std::path::Path;

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use protocol::hash::{Hash, sha256};
use sha2::Sha256;
use zeroize::Zeroizing;

pub(crate) const TOKEN_KEY: &str = "token.key";
const LABEL: &[u8] = b"satchel relay token v1\0";

/// The key that tokens are made with.
pub struct TokenKey(Zeroizing<[u8; 32]>);

impl TokenKey {
    /// Reads the key, or makes it at the first use.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn open(directory: &Path) -> io::Result<Self> {
        crate::keys::secret(directory, TOKEN_KEY).map(Self)
    }

    /// A new token.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn issue(&self) -> io::Result<String> {
        let random: [u8; 16] = crate::keys::random()?;
        let mac = self
            .mac(&random)
            .ok_or_else(|| io::Error::other("no HMAC"))?
            .finalize()
            .into_bytes();
        let mut token = random.to_vec();
        token.extend_from_slice(&mac[..16]);
        Ok(Base64UrlUnpadded::encode_string(&token))
    }

    /// The hash under which a genuine token is spent; none for any other text.
    pub fn accept(&self, token: &str) -> Option<Hash> {
        if token.len() > 64 {
            return None;
        }
        let bytes: [u8; 32] = Base64UrlUnpadded::decode_vec(token).ok()?.try_into().ok()?;
        let (random, tag) = bytes.split_at(16);
        self.mac(random)?.verify_truncated_left(tag).ok()?;
        Some(sha256(&[LABEL, &bytes]))
    }

    fn mac(&self, random: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0[..]).ok()?;
        mac.update(LABEL);
        mac.update(random);
        Some(mac)
    }
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKey")
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKey;

    #[test]
    fn only_own_tokens_are_accepted() {
        let directory = tempfile::tempdir().unwrap();
        let key = TokenKey::open(directory.path()).unwrap();
        let token = key.issue().unwrap();
        assert_ne!(token, key.issue().unwrap());
        assert_eq!(
            key.accept(&token),
            TokenKey::open(directory.path()).unwrap().accept(&token)
        );
        assert!(key.accept(&token).is_some());
        let mut bent = token.clone().into_bytes();
        bent[0] = if bent[0] == b'A' { b'B' } else { b'A' };
        for refused in [
            "",
            "AAAA",
            &String::from_utf8(bent).unwrap(),
            &format!("{token}A"),
            &token.repeat(10),
        ] {
            assert_eq!(key.accept(refused), None, "{refused}");
        }
        let other = tempfile::tempdir().unwrap();
        assert_eq!(TokenKey::open(other.path()).unwrap().accept(&token), None);
    }
}
