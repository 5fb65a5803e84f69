//! The patient's own part: importing, adding, and seeing who has access.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use vault::facade::{AllergyDraft, PatientDraft, RecordQuery};

use super::{Cast, Stage, wrong};
use crate::commands::grant;
use crate::commands::import::{file_candidates, usual};
use crate::error::Error;
use crate::render;

/// A one-page letter, as a scanner or a word processor would make it.
const LETTER: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
4 0 obj<</Length 61>>stream\nBT /F 14 Tf 40 120 Td (Referral letter: tired for weeks.) Tj ET\nendstream endobj\n\
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// Her own entries, the first blocks after genesis.
pub(super) fn add(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Error> {
    stage.step("She writes down what only she knows");
    let person = PatientDraft {
        name: Some("Asha".to_owned()),
        gender: Some("female".to_owned()),
        birth_date: Some("1988".to_owned()),
        ..PatientDraft::default()
    };
    let allergy = AllergyDraft {
        substance: "Peanuts".to_owned(),
        kind: Some("food".to_owned()),
        criticality: Some("high".to_owned()),
        reactions: vec!["Swollen lips".to_owned()],
        onset: Some("2003".to_owned()),
        ..AllergyDraft::default()
    };
    let created = [
        cast.asha
            .command(|vault, now, rng| vault.set_demographics(&person, now, rng))?
            .created,
        cast.asha
            .command(|vault, now, rng| vault.add_allergy(&allergy, now, rng))?
            .created,
    ];
    let now = cast.asha.now();
    for id in created.iter().flatten() {
        let view = cast.asha.query(|vault| vault.record(id, now))?;
        stage.show(render::facts(&view.fhir, &stage.context.catalog)?, 2);
    }
    Ok(())
}

pub(super) fn import(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Error> {
    stage.step("She imports what she has: FHIR bundles and a PDF; duplicates are left out, nothing is called signed");
    let mut folders = vec![stage.samples.clone()];
    folders.extend(env::var_os("SATCHEL_SAMPLES").map(PathBuf::from));
    let mut files = Vec::new();
    for folder in &folders {
        let mut here = Vec::new();
        bundles(folder, &mut here)?;
        here.sort();
        files.extend(here);
    }
    let (mut filed, mut nothing_new, mut no_fhir) = (0, 0, 0);
    for path in &files {
        match bundle(stage, cast, path)? {
            Some(0) => nothing_new += 1,
            Some(count) => filed += count,
            None => no_fhir += 1,
        }
    }
    if filed == 0 {
        return Err(wrong("there was nothing to import"));
    }
    if nothing_new > 0 {
        stage.say(format!(
            "{} held nothing new",
            render::count(nothing_new, "file", "files")
        ));
    }
    if no_fhir > 0 {
        stage.say(format!(
            "{} left out, as no FHIR records",
            render::count(no_fhir, "file", "files")
        ));
    }
    cast.asha
        .command(|vault, now, rng| vault.import_file("referral.pdf", "application/pdf", LETTER, now, rng))?;
    stage.say(format!(
        "{:<28} a file of {} bytes, sealed",
        "referral.pdf",
        LETTER.len()
    ));
    cast.asha.sync()?;
    let records = cast.asha.query(|vault| vault.records(&RecordQuery::default()))?;
    let mut categories: BTreeMap<String, usize> = BTreeMap::new();
    for record in &records {
        *categories
            .entry(render::phrase(
                &stage.context.catalog,
                &format!("category.{}", record.category),
            ))
            .or_default() += 1;
    }
    stage.say(format!(
        "{} in her chain:",
        render::count(records.len(), "record", "records")
    ));
    let counts: Vec<String> = categories
        .iter()
        .map(|(category, count)| format!("{category} {count}"))
        .collect();
    for row in counts.chunks(4) {
        stage.say(format!("  {}", row.join(" · ")));
    }
    let profile = cast.asha.query(|vault| vault.profile())?;
    if profile.outbox > 0 {
        Err(wrong("the relay did not take everything"))
    } else {
        Ok(())
    }
}

/// Imports one file; gives how many of its records were new, `None` when it is no FHIR.
fn bundle(stage: &Stage<'_>, cast: &mut Cast, path: &Path) -> Result<Option<usize>, Error> {
    let bytes = fs::read(path).map_err(|error| Error::file(path, &error))?;
    let candidates = match cast.asha.query(|vault| vault.preview_import(&bytes)) {
        Ok(candidates) => candidates,
        Err(error) if error.code.starts_with("import.") => return Ok(None),
        Err(error) => return Err(error),
    };
    let chosen = usual(&candidates, false);
    if chosen.is_empty() {
        return Ok(Some(0));
    }
    file_candidates(&mut cast.asha, &bytes, &chosen)?;
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let name: String = name.chars().take(28).collect();
    let records = candidates.iter().filter(|candidate| !candidate.supporting);
    let known = records.filter(|candidate| candidate.duplicate.is_some()).count();
    let known = if known > 0 {
        format!(", {known} known already")
    } else {
        String::new()
    };
    stage.say(format!(
        "{name:<28} {}{known}",
        render::count(chosen.len(), "record", "records")
    ));
    Ok(Some(chosen.len()))
}

/// The JSON files below a folder.
fn bundles(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).map_err(|error| Error::file(folder, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| Error::file(folder, &error))?.path();
        if path.is_dir() {
            bundles(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
    Ok(())
}

pub(super) fn access(stage: &mut Stage<'_>, cast: &mut Cast) -> Result<(), Error> {
    stage.step("Asha sees who has access, and who opened what");
    let now = cast.asha.now();
    let grants = cast.asha.query(|vault| vault.grants(now))?;
    stage.show(grant::list(&grants, &stage.context.catalog), 2);
    for receipt in cast.asha.query(|vault| vault.receipts())? {
        stage.say(format!(
            "{} {} signed to have opened {}",
            crate::time::show(receipt.time),
            receipt.name,
            render::count(receipt.records.len(), "record", "records")
        ));
    }
    if grants.len() == 2 {
        Ok(())
    } else {
        Err(wrong("there should be two grants"))
    }
}
