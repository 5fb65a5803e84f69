//! Finds plaintexts in bytes, however they are encoded: raw, hex, Base64 in both alphabets and all alignments, UTF-16, percent, and all
//! of that inside Base64 text and inside gzip, zlib and deflate streams.
//!
//! Invariant: a planted plaintext is found in every one of these forms; the test that uses this proves it first.

use std::io::Read;

use aho_corasick::{AhoCorasick, MatchKind};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};

/// Most bytes that one stream is inflated to.
const MAX_INFLATED: u64 = 4 << 20;
/// Shortest text that is taken for Base64 of something.
const MIN_BASE64: usize = 32;
/// How many encodings inside encodings are looked into.
const DEPTH: u32 = 3;

/// A plaintext that was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The plaintext.
    pub plaintext: String,
    /// How it was encoded.
    pub encoding: String,
}

/// What is looked for.
#[derive(Debug)]
pub struct Search {
    automaton: AhoCorasick,
    names: Vec<Found>,
}

impl Search {
    /// Looks for these plaintexts.
    ///
    /// # Panics
    /// When a plaintext is so short that chance would find it.
    pub fn new(plaintexts: &[&str]) -> Self {
        let (mut patterns, mut names) = (Vec::new(), Vec::new());
        for plaintext in plaintexts {
            assert!(
                plaintext.len() >= 8,
                "{plaintext:?} is too short to be told from chance"
            );
            for (encoding, pattern) in forms(plaintext) {
                patterns.push(pattern);
                names.push(Found {
                    plaintext: (*plaintext).to_owned(),
                    encoding: encoding.to_owned(),
                });
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(patterns)
            .expect("patterns");
        Self { automaton, names }
    }

    /// Everything found in these bytes, each form once.
    pub fn find(&self, bytes: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        self.look(bytes, "", DEPTH, &mut found);
        found.sort();
        found.dedup();
        found
    }

    fn look(&self, bytes: &[u8], inside: &str, depth: u32, found: &mut Vec<Found>) {
        for hit in self.automaton.find_overlapping_iter(bytes) {
            let name = &self.names[hit.pattern().as_usize()];
            found.push(Found {
                plaintext: name.plaintext.clone(),
                encoding: format!("{inside}{}", name.encoding),
            });
        }
        if depth == 0 {
            return;
        }
        for (kind, inner) in inflated(bytes) {
            self.look(&inner, &format!("{inside}{kind}/"), depth - 1, found);
        }
        for inner in base64_runs(bytes) {
            self.look(&inner, &format!("{inside}base64/"), depth - 1, found);
        }
    }
}

/// Every form of a plaintext.
fn forms(plaintext: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = plaintext.as_bytes();
    let hex = |upper: bool, before: &str| -> Vec<u8> {
        let digits = |byte: &u8| {
            if upper {
                format!("{before}{byte:02X}")
            } else {
                format!("{before}{byte:02x}")
            }
        };
        bytes.iter().map(digits).collect::<String>().into_bytes()
    };
    let percent = |upper: bool| -> Vec<u8> {
        let one = |byte: &u8| match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) => char::from(*byte).to_string(),
            byte if upper => format!("%{byte:02X}"),
            byte => format!("%{byte:02x}"),
        };
        bytes.iter().map(one).collect::<String>().into_bytes()
    };
    let units = || plaintext.encode_utf16();
    let json = serde_json::to_string(plaintext).unwrap_or_default();
    let mut forms = vec![
        ("raw", bytes.to_vec()),
        ("json", json.trim_matches('"').as_bytes().to_vec()),
        ("hex", hex(false, "")),
        ("hex", hex(true, "")),
        ("percent", percent(true)),
        ("percent", percent(false)),
        ("percent", hex(true, "%")),
        ("percent", hex(false, "%")),
        ("utf-16le", units().flat_map(u16::to_le_bytes).collect()),
        ("utf-16be", units().flat_map(u16::to_be_bytes).collect()),
    ];
    for shift in 0..3 {
        forms.push(("base64", aligned(bytes, shift, &|bytes| Base64::encode_string(bytes))));
        forms.push((
            "base64url",
            aligned(bytes, shift, &|bytes| Base64UrlUnpadded::encode_string(bytes)),
        ));
    }
    forms
}

/// The characters of Base64 that depend on the plaintext alone when it begins `shift` bytes after a group of three.
fn aligned(bytes: &[u8], shift: usize, encode: &dyn Fn(&[u8]) -> String) -> Vec<u8> {
    let mut shifted = vec![0; shift];
    shifted.extend_from_slice(bytes);
    let text = encode(&shifted);
    let text = text.trim_end_matches('=').as_bytes();
    let first = (shift * 8).div_ceil(6);
    let last = shifted.len() * 8 / 6;
    text[first..last].to_vec()
}

fn inflated(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    let mut keep = |kind, mut reader: Box<dyn Read + '_>| {
        let mut out = Vec::new();
        // A stream that breaks off still gave what came before.
        let _ = reader.read_to_end(&mut out);
        if out.len() >= 8 {
            all.push((kind, out));
        }
    };
    for (place, pair) in bytes.windows(2).enumerate() {
        let rest = &bytes[place..];
        match pair {
            [0x1f, 0x8b] => keep("gzip", Box::new(GzDecoder::new(rest).take(MAX_INFLATED))),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda] => keep("zlib", Box::new(ZlibDecoder::new(rest).take(MAX_INFLATED))),
            _ => {}
        }
    }
    if bytes.first().is_some_and(|byte| !byte.is_ascii_graphic()) {
        keep("deflate", Box::new(DeflateDecoder::new(bytes).take(MAX_INFLATED)));
    }
    // Raw streams have no mark; those that a value holds begin where it begins, which is above.
    all
}

/// What long runs of Base64 characters stand for.
fn base64_runs(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    for run in bytes
        .split(|byte| !is_base64(byte))
        .filter(|run| run.len() >= MIN_BASE64)
    {
        let text: String = run.iter().map(|byte| char::from(*byte).to_string()).collect();
        let text = text.replace('+', "-").replace('/', "_");
        // A cut end is no reason to look away.
        for cut in 0..4 {
            if let Ok(inner) = Base64UrlUnpadded::decode_vec(&text[..text.len() - cut]) {
                all.push(inner);
                break;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const PLANTED: &str = "Zyrvanthe Quillfeather: a planted plaintext?";

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 7u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    fn found(planted: &[u8]) -> bool {
        let hay = [noise(999).as_slice(), planted, noise(501).as_slice()].concat();
        !Search::new(&[PLANTED]).find(&hay).is_empty()
    }

    #[test]
    fn a_planted_plaintext_is_found_in_every_form() {
        assert!(!found(b""));
        let hex: String = PLANTED.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(found(PLANTED.as_bytes()));
        assert!(found(hex.as_bytes()) && found(hex.to_uppercase().as_bytes()));
        for shift in 0..3 {
            let shifted = format!("{}{PLANTED}", "~".repeat(shift));
            assert!(
                found(Base64::encode_string(shifted.as_bytes()).as_bytes()),
                "base64, shift {shift}"
            );
            let url: String = Base64::encode_string(shifted.as_bytes())
                .replace('+', "-")
                .replace('/', "_");
            assert!(found(url.trim_end_matches('=').as_bytes()), "base64url, shift {shift}");
        }
        assert!(found(
            &PLANTED.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()
        ));
        assert!(found(
            &PLANTED.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()
        ));
        assert!(found(
            PLANTED
                .replace(' ', "%20")
                .replace(':', "%3A")
                .replace('?', "%3F")
                .as_bytes()
        ));
        assert!(found(
            PLANTED
                .replace(' ', "%20")
                .replace(':', "%3a")
                .replace('?', "%3f")
                .as_bytes()
        ));
    }

    #[test]
    fn a_planted_plaintext_is_found_inside_streams() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(PLANTED.as_bytes()).expect("written");
        assert!(found(&zlib.finish().expect("closed")));
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(PLANTED.as_bytes()).expect("written");
        let gzip = gzip.finish().expect("closed");
        assert!(found(&gzip));
        let nested = format!("{{\"body\":\"{}\"}}", Base64UrlUnpadded::encode_string(&gzip));
        assert!(found(nested.as_bytes()), "gzip inside base64url inside JSON");
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(PLANTED.as_bytes()).expect("written");
        assert!(
            !Search::new(&[PLANTED])
                .find(&deflate.finish().expect("closed"))
                .is_empty()
        );
    }
}
