//! TREE rules.

use protocol::hash::{Hash, sha256};
use protocol::tree::{PIECE_LEN, TreeHead, head};
use serde_json::{Value, json};

use crate::{Cases, pattern};

pub(crate) fn cases() -> Cases {
    let mut cases = Cases::default();
    for len in [0, 1, PIECE_LEN, PIECE_LEN + 1, 5 * PIECE_LEN] {
        let named = TreeHead::of(&pattern(len));
        let ok = json!({ "hash": named.hash.to_string(), "size": named.size });
        cases.accept(
            "TREE-2",
            "tree.file",
            &format!("{len} bytes"),
            json!({ "pattern_len": len }),
            ok,
        );
    }
    let pieces: Vec<Hash> = (0u8..7).map(|i| sha256(&[&[i]])).collect();
    let texts = |count: usize| -> Value { pieces[..count].iter().map(|hash| json!(hash.to_string())).collect() };
    let input = |count: usize, size: u64| json!({ "pieces": texts(count), "size": size });
    let piece = PIECE_LEN as u64;
    let ok = json!({ "hash": head(&pieces).to_string() });
    cases.accept("TREE-3", "tree.pieces", "seven pieces", input(7, 6 * piece + 9), ok);
    for (name, count, size) in [
        ("no piece for a byte", 0, 1),
        ("a piece for nothing", 1, 0),
        ("a piece too few", 1, piece + 1),
        ("a piece too many", 2, piece),
        ("two pieces too few", 5, 6 * piece + 1),
        ("a size beyond all pieces", 7, u64::MAX >> 11),
        ("seven pieces for six", 7, 6 * piece),
    ] {
        cases.refuse("TREE-3", "tree.pieces", name, input(count, size), "tree.count");
    }
    for (name, lens) in [
        ("an empty piece", vec![0]),
        ("a piece too long", vec![piece + 1]),
        ("a piece after a short one", vec![5, 5]),
        ("a full piece after a short one", vec![piece, piece - 1, piece]),
        ("an empty last piece", vec![piece, 0]),
        ("a long second piece", vec![piece, piece + 1]),
        ("three short ones", vec![1, 1, 1]),
        ("a piece after one byte less than full", vec![piece - 1, 1]),
        ("an empty piece between", vec![piece, 0, piece]),
        ("twice too long", vec![2 * piece]),
        ("a short one first", vec![1, piece]),
    ] {
        cases.refuse("TREE-1", "tree.lengths", name, json!({ "lengths": lens }), "tree.piece");
    }
    cases
}
