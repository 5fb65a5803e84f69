//! Reading the members of a case's input; whatever is missing or of another type is [`super::INPUT`].

use serde_json::Value;

use super::{Code, INPUT, code};
use crate::key::PublicKey;
use crate::time::Timestamp;

/// The input of one case.
pub(super) struct Input<'a>(pub(super) &'a Value);

impl<'a> Input<'a> {
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Code> {
        self.0.get(name).and_then(Value::as_str).ok_or(INPUT)
    }

    pub(super) fn number(&self, name: &str) -> Result<u64, Code> {
        self.0.get(name).and_then(Value::as_u64).ok_or(INPUT)
    }

    pub(super) fn bytes(&self, name: &str) -> Result<Vec<u8>, Code> {
        unhex(self.text(name)?)
    }

    pub(super) fn array<const N: usize>(&self, name: &str) -> Result<[u8; N], Code> {
        self.bytes(name)?.try_into().map_err(|_| INPUT)
    }

    /// A hash or an id.
    pub(super) fn hash<T: From<[u8; 32]>>(&self, name: &str) -> Result<T, Code> {
        self.array(name).map(T::from)
    }

    pub(super) fn key(&self, name: &str) -> Result<PublicKey, Code> {
        PublicKey::new(self.array(name)?).map_err(code)
    }

    pub(super) fn time(&self, name: &str) -> Result<Timestamp, Code> {
        Timestamp::new(self.number(name)?).map_err(code)
    }

    pub(super) fn list(&self, name: &str) -> Result<impl Iterator<Item = Input<'a>> + use<'a>, Code> {
        Ok(self
            .0
            .get(name)
            .and_then(Value::as_array)
            .ok_or(INPUT)?
            .iter()
            .map(Input))
    }

    /// A list of byte strings.
    pub(super) fn byte_list(&self, name: &str) -> Result<Vec<Vec<u8>>, Code> {
        self.list(name)?
            .map(|item| unhex(item.0.as_str().ok_or(INPUT)?))
            .collect()
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, Code> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Ok(c - b'0'),
        b'a'..=b'f' => Ok(c - b'a' + 10),
        _ => Err(INPUT),
    };
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            if let [high, low] = pair {
                Ok(digit(*high)? << 4 | digit(*low)?)
            } else {
                Err(INPUT)
            }
        })
        .collect()
}

/// Lower-case hexadecimal text.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
