//! Links that say everything in their fragment: `ORIGIN/NAME#1.PART.PART…`, each part 32 bytes in base64url
//! (`core/spec/consent.md`, OFFER-2; `core/spec/contact.md`, CONTACT-2).
//!
//! Invariant: what is read has one spelling of its origin, host and port only, so that browsers and HTTP libraries lead to the same place.

use base64ct::{Base64UrlUnpadded, Encoding};

/// The longest link, so that it fits a QR code.
pub(crate) const MAX_LEN: usize = 300;

/// Why a text is not a link; each module maps it to its own codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Another kind of text.
    Scheme,
    /// A version this program does not know.
    Version,
    /// Damaged or incomplete.
    Parts,
    /// Longer than permitted.
    TooLong,
}

/// Maps [`Refusal`] to the variants of a module's `Error`.
macro_rules! refusals {
    ($error:ty) => {
        impl From<$crate::link::Refusal> for $error {
            fn from(refusal: $crate::link::Refusal) -> Self {
                match refusal {
                    $crate::link::Refusal::Scheme => Self::Scheme,
                    $crate::link::Refusal::Version => Self::Version,
                    $crate::link::Refusal::Parts => Self::Url,
                    $crate::link::Refusal::TooLong => Self::TooLong,
                }
            }
        }
    };
}
pub(crate) use refusals;

/// The text of a link.
pub(crate) fn write(origin: &str, name: &str, parts: &[&[u8; 32]]) -> Result<String, Refusal> {
    let mut text = format!("{origin}/{name}#1");
    for part in parts {
        text.push('.');
        text.push_str(&Base64UrlUnpadded::encode_string(*part));
    }
    if text.len() <= MAX_LEN {
        Ok(text)
    } else {
        Err(Refusal::TooLong)
    }
}

/// Reads a scanned or pasted text: the origin, and exactly `N` parts.
pub(crate) fn read<const N: usize>(text: &str, name: &str) -> Result<(String, [[u8; 32]; N]), Refusal> {
    let text = text.trim();
    if text.len() > MAX_LEN {
        return Err(Refusal::TooLong);
    }
    if !(text.starts_with("https://") || text.starts_with("http://")) {
        return Err(Refusal::Scheme);
    }
    let (origin, fragment) = text.split_once(&format!("/{name}#")).ok_or(Refusal::Scheme)?;
    let authority = origin.split_once("://").map_or("", |(_, rest)| rest);
    // Host and port only: no user, no path, nothing that is read in different ways.
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"-.:[]_".contains(&c);
    if authority.is_empty() || !authority.bytes().all(plain) {
        return Err(Refusal::Scheme);
    }
    let mut texts = fragment.split('.');
    match texts.next() {
        Some("1") => {}
        Some(version) if !version.is_empty() && version.bytes().all(|c| c.is_ascii_digit()) => {
            return Err(Refusal::Version);
        }
        _ => return Err(Refusal::Parts),
    }
    let mut parts = [[0; 32]; N];
    for part in &mut parts {
        let text = texts.next().ok_or(Refusal::Parts)?;
        if Base64UrlUnpadded::decode(text, part).map(<[u8]>::len) != Ok(32) {
            return Err(Refusal::Parts);
        }
    }
    if texts.next().is_some() {
        return Err(Refusal::Parts);
    }
    Ok((origin.to_owned(), parts))
}
