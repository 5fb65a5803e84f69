//! Padding that hides lengths (`core/spec/content.md`, PAD rules).
//!
//! Three forms: small objects carry their length in front and fill up to Padmé; envelopes fill up to one of five
//! buckets; attachments have no length in front, because the signed record states it. Padding is zeros, and any other
//! padding is refused, so that one plaintext has exactly one padded form.

use zeroize::Zeroizing;

use super::Error;

/// Nothing is padded to less than this.
pub const MIN: u64 = 1024;
/// Sizes of padded envelopes.
pub const BUCKETS: [usize; 5] = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18];
/// Longest content of an envelope.
pub const MAX_ENVELOPE: usize = BUCKETS[4] - PREFIX;
/// Longest small object.
pub const MAX_SMALL: usize = 1 << 30;

const PREFIX: usize = 4;

/// Padmé: rounds a length up so that only its magnitude and few leading bits remain; never below [`MIN`].
///
/// With E = floor(log2(len)) and S = floor(log2(E)) + 1 the lowest E − S bits become zero, rounding up.
pub const fn padme(len: u64) -> u64 {
    let len = if len < MIN { MIN } else { len };
    let e = len.ilog2();
    let s = e.ilog2() + 1;
    let mask = (1u64 << (e - s)) - 1;
    (len.saturating_add(mask)) & !mask
}

/// Pads a small object: length as 4 bytes big-endian || plaintext || zeros up to Padmé of both.
///
/// # Errors
/// [`Error::TooLarge`] above [`MAX_SMALL`].
pub fn pad(plaintext: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    if plaintext.len() > MAX_SMALL {
        return Err(Error::TooLarge);
    }
    fill(plaintext, small_len(plaintext.len()))
}

/// Takes the padding of [`pad`] off.
///
/// # Errors
/// [`Error::Padding`] for a wrong length or padding that is not zero.
pub fn unpad(padded: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let plaintext = content(padded)?;
    if small_len(plaintext.len()) != padded.len() {
        return Err(Error::Padding);
    }
    Ok(Zeroizing::new(plaintext.to_vec()))
}

/// Pads the content of an envelope to the smallest bucket that holds it and its 4-byte length.
///
/// # Errors
/// [`Error::TooLarge`] above [`MAX_ENVELOPE`].
pub fn pad_envelope(plaintext: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    fill(plaintext, bucket(plaintext.len()).ok_or(Error::TooLarge)?)
}

/// Takes the padding of [`pad_envelope`] off.
///
/// # Errors
/// [`Error::Padding`] for a length that is not the smallest bucket or padding that is not zero.
pub fn unpad_envelope(padded: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let plaintext = content(padded)?;
    if bucket(plaintext.len()) != Some(padded.len()) {
        return Err(Error::Padding);
    }
    Ok(Zeroizing::new(plaintext.to_vec()))
}

/// Fills what the file holds of a part with zeros up to the part's length; beyond the file's end that is nothing.
pub fn pad_piece(mut piece: Vec<u8>, padded_len: usize) -> Vec<u8> {
    piece.resize(padded_len.max(piece.len()), 0);
    piece
}

/// Cuts an opened piece of an attachment, which starts at `offset`, at the signed length.
///
/// # Errors
/// [`Error::Padding`] when anything but zeros follows the signed length.
pub fn cut_piece(piece: &mut Zeroizing<Vec<u8>>, offset: u64, signed_len: u64) -> Result<(), Error> {
    let keep = usize::try_from(signed_len.saturating_sub(offset))
        .unwrap_or(usize::MAX)
        .min(piece.len());
    if piece[keep..].iter().any(|byte| *byte != 0) {
        return Err(Error::Padding);
    }
    piece.truncate(keep);
    Ok(())
}

fn fill(plaintext: &[u8], total: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let len = u32::try_from(plaintext.len()).map_err(|_| Error::TooLarge)?;
    let mut out = Zeroizing::new(Vec::with_capacity(total));
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(plaintext);
    out.resize(total, 0);
    Ok(out)
}

fn content(padded: &[u8]) -> Result<&[u8], Error> {
    let (prefix, rest) = padded.split_first_chunk::<PREFIX>().ok_or(Error::Padding)?;
    let len = usize::try_from(u32::from_be_bytes(*prefix)).map_err(|_| Error::Padding)?;
    let (plaintext, zeros) = rest.split_at_checked(len).ok_or(Error::Padding)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return Err(Error::Padding);
    }
    Ok(plaintext)
}

fn small_len(len: usize) -> usize {
    usize::try_from(padme((len + PREFIX) as u64)).unwrap_or(usize::MAX)
}

fn bucket(len: usize) -> Option<usize> {
    BUCKETS.into_iter().find(|bucket| len <= bucket - PREFIX)
}
