//! Bytes cross in one piece.
//!
//! UniFFI takes a `Vec<u8>` for a list like any other and moves it one byte after the other, which takes longer than sealing those bytes. So
//! functions take and give [`Bytes`], and plain values that hold bytes are carried over by [`record`]. What Kotlin and Swift see is the same:
//! in the buffer too, bytes are their number in four bytes, the highest first, and then themselves.

use core::ops::Deref;

use uniffi::deps::anyhow::{Context as _, Result};
use uniffi::deps::bytes::BufMut;
use uniffi::{FfiConverter, Lift, Lower, MetadataBuffer, RustBuffer, TypeId};

use crate::UniFfiTag;

/// Bytes on their way in or out. On their way in they stay in the buffer in which they came.
pub struct Bytes {
    buffer: Vec<u8>,
    /// Where they begin.
    start: usize,
}

/// Bytes of their number.
const COUNT: usize = 4;

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(buffer: Vec<u8>) -> Self {
        Self { buffer, start: 0 }
    }
}

impl From<Bytes> for Vec<u8> {
    fn from(bytes: Bytes) -> Self {
        let Bytes { mut buffer, start } = bytes;
        buffer.drain(..start);
        buffer
    }
}

// SAFETY: what is written is what is read, here and in the other languages, and a buffer that came is taken exactly once.
unsafe impl FfiConverter<UniFfiTag> for Bytes {
    type FfiType = RustBuffer;

    fn lower(obj: Self) -> RustBuffer {
        let mut buffer = Vec::with_capacity(COUNT + obj.len());
        write(&obj, &mut buffer);
        RustBuffer::from_vec(buffer)
    }

    fn try_lift(buffer: RustBuffer) -> Result<Self> {
        let buffer = buffer.destroy_into_vec();
        let mut rest = buffer.as_slice();
        let length = read(&mut rest)?.len();
        // As where UniFFI lifts: what is left over says that both sides do not mean the same.
        (COUNT + length == buffer.len())
            .then_some(())
            .context("junk after the bytes")?;
        Ok(Self { buffer, start: COUNT })
    }

    fn write(obj: Self, buffer: &mut Vec<u8>) {
        write(&obj, buffer);
    }

    fn try_read(buffer: &mut &[u8]) -> Result<Self> {
        Ok(read(buffer)?.to_vec().into())
    }

    const TYPE_ID_META: MetadataBuffer = <Vec<u8> as TypeId<UniFfiTag>>::TYPE_ID_META;
}

uniffi::derive_ffi_traits!(local Bytes);

fn write(bytes: &[u8], buffer: &mut Vec<u8>) {
    buffer.reserve(COUNT + bytes.len());
    // Nothing that the façade gives comes near to two gigabytes; what does is cut and refused by whoever reads it.
    buffer.put_i32(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
    buffer.extend_from_slice(bytes);
}

fn read<'a>(buffer: &mut &'a [u8]) -> Result<&'a [u8]> {
    let (count, rest) = buffer.split_first_chunk::<COUNT>().context("no number of bytes")?;
    let count = usize::try_from(i32::from_be_bytes(*count))?;
    let bytes = rest.get(..count).context("fewer bytes than were said")?;
    *buffer = rest.get(count..).unwrap_or_default();
    Ok(bytes)
}

/// A member of a plain value.
pub(crate) trait Member: Sized {
    fn write(self, buffer: &mut Vec<u8>);
    fn read(buffer: &mut &[u8]) -> Result<Self>;
}

impl Member for Vec<u8> {
    fn write(self, buffer: &mut Vec<u8>) {
        write(&self, buffer);
    }

    fn read(buffer: &mut &[u8]) -> Result<Self> {
        Ok(read(buffer)?.to_vec())
    }
}

impl Member for Option<Vec<u8>> {
    fn write(self, buffer: &mut Vec<u8>) {
        buffer.put_u8(self.is_some().into());
        if let Some(bytes) = self {
            write(&bytes, buffer);
        }
    }

    fn read(buffer: &mut &[u8]) -> Result<Self> {
        let (there, rest) = buffer.split_first().context("nothing to read")?;
        *buffer = rest;
        (*there == 1).then(|| Ok(read(buffer)?.to_vec())).transpose()
    }
}

/// A member that UniFFI carries over.
pub(crate) fn lower<T: Lower<UniFfiTag>>(member: T, buffer: &mut Vec<u8>) {
    T::write(member, buffer);
}

/// A member that UniFFI carries over.
pub(crate) fn lift<T: Lift<UniFfiTag>>(buffer: &mut &[u8]) -> Result<T> {
    T::try_read(buffer)
}

/// A plain value that holds bytes, with its members in order and those marked that are bytes. `described` holds the same value once more, by
/// which the other languages know its members; a difference does not compile.
macro_rules! record {
    ($name:ident { $($member:ident $(: $bytes:ident)?),* $(,)? }) => {
        // SAFETY: members are written and read in the order in which they are described.
        unsafe impl ::uniffi::FfiConverter<crate::UniFfiTag> for $name {
            ::uniffi::ffi_converter_rust_buffer_lift_and_lower!(crate::UniFfiTag);

            fn write(value: Self, buffer: &mut Vec<u8>) {
                let described::$name { $($member),* } = described::$name { $($member: value.$member),* };
                $( $crate::bulk::record!(@write $member, buffer $(, $bytes)?); )*
            }

            fn try_read(buffer: &mut &[u8]) -> ::uniffi::deps::anyhow::Result<Self> {
                $( let $member = $crate::bulk::record!(@read buffer $(, $bytes)?); )*
                Ok(Self { $($member),* })
            }

            const TYPE_ID_META: ::uniffi::MetadataBuffer =
                <described::$name as ::uniffi::TypeId<crate::UniFfiTag>>::TYPE_ID_META;
        }

        ::uniffi::derive_ffi_traits!(local $name);
    };
    (@write $member:ident, $buffer:ident) => { $crate::bulk::lower($member, $buffer) };
    (@write $member:ident, $buffer:ident, bytes) => { $crate::bulk::Member::write($member, $buffer) };
    (@read $buffer:ident) => { $crate::bulk::lift($buffer)? };
    (@read $buffer:ident, bytes) => { $crate::bulk::Member::read($buffer)? };
}

pub(crate) use record;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_in_the_buffer_as_uniffi_has_them() {
        for bytes in [Vec::new(), vec![7], vec![1; 70_000]] {
            let mut own = Vec::new();
            <Bytes as Lower<UniFfiTag>>::write(bytes.clone().into(), &mut own);
            let mut theirs = Vec::new();
            <Vec<u8> as Lower<UniFfiTag>>::write(bytes.clone(), &mut theirs);
            assert_eq!(own, theirs);
            let lifted = <Bytes as Lift<UniFfiTag>>::try_lift(<Bytes as Lower<UniFfiTag>>::lower(bytes.clone().into()));
            let lifted = lifted.expect("what was lowered is lifted");
            assert_eq!(*lifted, *bytes);
            assert_eq!(Vec::from(lifted), bytes);
            for optional in [None, Some(bytes)] {
                let (mut own, mut theirs) = (Vec::new(), Vec::new());
                Member::write(optional.clone(), &mut own);
                <Option<Vec<u8>> as Lower<UniFfiTag>>::write(optional.clone(), &mut theirs);
                assert_eq!(own, theirs);
                let read: Option<Vec<u8>> = Member::read(&mut own.as_slice()).expect("what was written is read");
                assert_eq!(read, optional);
            }
        }
    }

    #[test]
    fn what_is_cut_or_has_more_is_refused() {
        let whole = [0, 0, 0, 2, 8, 9];
        for wrong in [&whole[..0], &whole[..3], &whole[..5], &[0xff; 6], &[0, 0, 0, 1, 8, 9]] {
            let lifted = <Bytes as Lift<UniFfiTag>>::try_lift(RustBuffer::from_vec(wrong.to_vec()));
            assert!(lifted.is_err(), "{wrong:?}");
        }
        assert!(<Option<Vec<u8>> as Member>::read(&mut [1, 0, 0, 0, 9].as_slice()).is_err());
    }
}
