//! Operations on exports.

use serde_json::{Value, json};

use super::input::Input;
use super::{Code, INPUT, UNKNOWN, code};
use crate::audit::{self, Outcome};

pub(super) fn run(op: &str, input: &Input<'_>) -> Result<Value, Code> {
    match op {
        "export.verify" => verify(input),
        _ => Err(UNKNOWN),
    }
}

/// The facts of a file; its first failing fact refuses it.
fn verify(input: &Input<'_>) -> Result<Value, Code> {
    let mut trusted = Vec::new();
    for item in input.list("trusted")? {
        trusted.push((item.hash("organization")?, item.text("name")?.to_owned()));
    }
    let report = audit::verify(&input.bytes("file")?, &trusted, input.time("now")?).map_err(code)?;
    if let Some(fact) = report.facts.iter().find(|fact| fact.outcome == Outcome::Fail) {
        return Err(fact.code.unwrap_or(INPUT));
    }
    let facts: Vec<Value> = report
        .facts
        .iter()
        .map(|fact| json!({ "subject": fact.subject, "name": fact.name, "outcome": fact.outcome.as_str(), "code": fact.code }))
        .collect();
    Ok(json!({ "kind": report.kind.as_str(), "owner": report.owner, "blocks": report.blocks, "facts": facts }))
}
