//! Conformance entry point used by every language (`core/spec/README.md`): one operation of a vector, JSON in and JSON out.
//!
//! The files in `tests/vectors` name an operation, its input and what must come out: members of `ok`, or the code of a refusal. Rust,
//! WebAssembly, Kotlin and Swift replay the same files through [`run`]. Invariant: an operation only calls what the wallet itself calls; it
//! decides nothing of its own. Bytes, hashes and keys are lower-case hexadecimal text, times and counts plain numbers, what is absent is null.

mod export;
mod input;
mod object;
mod relay;
mod rule;

use serde_json::Value;

use crate::code::Coded;
use input::Input;

/// The stable code of a refusal.
pub type Code = &'static str;

/// The operation is not known.
pub const UNKNOWN: Code = "vector.unknown";
/// A member of the input is missing or of another type.
pub const INPUT: Code = "vector.input";

fn code<E: Coded>(error: E) -> Code {
    error.code()
}

/// Runs one operation.
///
/// # Errors
/// The code of the refusal; [`UNKNOWN`] or [`INPUT`] when the case itself is at fault.
pub fn run(op: &str, input: &Value) -> Result<Value, Code> {
    let input = Input(input);
    let known = |result: Result<Value, Code>| (result != Err(UNKNOWN)).then_some(result);
    known(object::run(op, &input))
        .or_else(|| known(rule::run(op, &input)))
        .or_else(|| known(export::run(op, &input)))
        .unwrap_or_else(|| relay::run(op, &input))
}
