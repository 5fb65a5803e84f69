//! Every code of the command line and every piece of news of the vault has its sentence.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use clinical::catalog::Catalog;

/// The texts in quotes below a folder that begin so and go on in lower case.
fn quoted(folder: &Path, beginning: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            quoted(&path, beginning, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices(&format!("\"{beginning}")) {
            let word = text[at + 1..].split('"').next().unwrap();
            if word.len() > beginning.len()
                && word[beginning.len()..]
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_')
            {
                found.insert(word.to_owned());
            }
        }
    }
}

#[test]
fn every_code_and_every_piece_of_news_has_a_sentence() {
    let catalog = Catalog::english().unwrap();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeSet::new();
    quoted(&here.join("src"), "cli.", &mut codes);
    assert!(codes.len() > 10, "the codes were not found");
    for code in &codes {
        assert!(catalog.phrase(&format!("error.{code}")).is_some(), "error.{code}");
    }
    let mut news = BTreeSet::new();
    quoted(&here.join("../../core/vault/src"), "show.", &mut news);
    assert!(news.len() > 20, "the news were not found");
    for kind in &news {
        let plural = catalog.phrase(&format!("{kind}.other")).is_some();
        assert!(plural || catalog.phrase(kind).is_some(), "{kind}");
    }
    // Nothing stays behind when a code goes.
    for key in catalog
        .keys()
        .filter_map(|key| key.strip_prefix("error."))
        .filter(|key| key.starts_with("cli."))
    {
        assert!(codes.contains(key), "error.{key} is the sentence of no code");
    }
}
