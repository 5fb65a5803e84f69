//! Writes the protocol's vectors into the folder given first, and the fuzz targets' seeds into the one given second, if any:
//! `cargo run -p tests --example vectors_generate -- tests/vectors tests/fuzz/corpus`.
//!
//! Deterministic: keys and salts are hashes of names, so the same run gives the same files. Refusals carry the code that the
//! specification demands; a case that is judged otherwise is printed and written all the same, and the replay then fails.

#[path = "generate/block.rs"]
mod block;
#[path = "generate/cases.rs"]
mod cases;
#[path = "generate/consent.rs"]
mod consent;
#[path = "generate/conventions.rs"]
mod conventions;
#[path = "generate/copy_to.rs"]
mod copy_to;
#[path = "generate/credential.rs"]
mod credential;
#[path = "generate/delegation.rs"]
mod delegation;
#[path = "generate/epoch.rs"]
mod epoch;
#[path = "generate/grant.rs"]
mod grant;
#[path = "generate/grant_change.rs"]
mod grant_change;
#[path = "generate/identity.rs"]
mod identity;
#[path = "generate/log.rs"]
mod log;
#[path = "generate/message.rs"]
mod message;
#[path = "generate/organization.rs"]
mod organization;
#[path = "generate/record.rs"]
mod record;
#[path = "generate/seeds.rs"]
mod seeds;
#[path = "specimen/mod.rs"]
mod specimen;

fn main() {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "tests/vectors".to_owned());
    for (file, cases) in [
        ("conventions", conventions::cases()),
        ("identity", identity::cases()),
        ("record", record::cases()),
        ("package", record::packages()),
        ("block", block::cases()),
        ("chain", block::chains()),
        ("epoch", epoch::cases()),
        ("grant", grant::cases()),
        ("delegation", delegation::cases()),
        ("grant_change", grant_change::cases()),
        ("copy_to", copy_to::cases()),
        ("offer", consent::offers()),
        ("claim", consent::claims()),
        ("envelope", message::envelopes()),
        ("receipt", message::receipts()),
        ("credential", credential::cases()),
        ("organization", organization::cases()),
        ("promise", log::promises()),
        ("proven", log::proofs()),
    ] {
        std::fs::write(format!("{folder}/{file}.json"), cases.text()).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    if let Some(corpus) = std::env::args().nth(2) {
        seeds::write(folder.as_ref(), corpus.as_ref());
    }
}
