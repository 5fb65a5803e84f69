//! What can be proven: the chain as it is, a tampered copy, a file that anybody verifies offline.

use std::fs;

use vault::facade::Vault;

use super::people::shown;
use super::{Cast, Stage, wrong};
use crate::clock::Clock;
use crate::commands::block::{draw, flipped};
use crate::commands::export::about;
use crate::commands::vault::write_private;
use crate::driver;
use crate::error::Error;
use crate::page::{Page, Tone};

/// Genesis, the second block, and a copy with one bit flipped.
pub(super) fn chain(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Error> {
    stage.step("Asha's chain: the first block, the second, linked by hash; a changed copy turns red");
    let blocks = cast.asha.query(|vault| vault.blocks(0, 2))?;
    stage.show(draw(&blocks), 1);
    let second = cast.asha.query(|vault| vault.block(1))?;
    let (place, bytes) = flipped(second.bytes.unwrap_or_default());
    let tampered = cast.asha.query(|vault| vault.inspect(1, bytes.clone()))?;
    stage.say(format!("block 1 again, with one bit of byte {place} flipped:"));
    stage.show(draw(std::slice::from_ref(&tampered)), 1);
    let checked = cast.asha.query(|vault| vault.check_chain())?;
    match (checked.bad, tampered.failure) {
        (None, Some(_)) => {
            stage.good(format!(
                "all {} blocks of the real chain verify: signatures, keys, links, bodies",
                checked.blocks
            ));
            Ok(())
        }
        _ => Err(wrong("the chain's check did not tell right from wrong")),
    }
}

/// The doctor's report and the lab's result as a file; verified without vault, relay or network.
pub(super) fn export(stage: &mut Stage<'_>, cast: &mut Cast, records: &[String]) -> Result<(), Error> {
    stage.step("Asha hands out the report and the result as a file; an auditor verifies it offline");
    let now = cast.asha.now();
    let file = cast
        .asha
        .query(|vault| vault.export_records(records, now, &mut driver::random()))?;
    let path = stage.data.join("asha-proof.satchel");
    write_private(&path, &file)?;
    stage.say(format!("{} ({} bytes)", shown(&path), file.len()));
    let list = stage.data.join("trust.txt");
    let trusted = fs::read_to_string(&list).map_err(|error| Error::file(&list, &error))?;
    // A function of the file, the list and the time: there is nothing here that could ask anybody.
    let found = Vault::verify_export(&file, &trusted, Clock::default().now())?;
    for record in &found.records {
        stage.show(about(&found, &record.id, &stage.context.catalog), 2);
    }
    let count = |outcome: &str| found.facts.iter().filter(|fact| fact.outcome == outcome).count();
    stage.good(format!(
        "in all {} facts pass, {} fail, {} are not claimed",
        count("pass"),
        count("fail"),
        count("not_claimed")
    ));
    if found.failures > 0 || found.records.len() != records.len() {
        return Err(wrong("the file does not verify"));
    }
    let (place, changed) = flipped(file);
    let verdict = match Vault::verify_export(&changed, &trusted, Clock::default().now()) {
        Ok(found) if found.failures > 0 => format!("{} facts fail", found.failures),
        Ok(_) => return Err(wrong("a changed file verifies")),
        Err(error) => format!("refused [{}]", error.code),
    };
    let mut line = Page::default();
    line.push(
        0,
        Tone::Bad,
        format!("the same file with one bit of byte {place} flipped: {verdict}"),
    );
    stage.show(line, 2);
    Ok(())
}
