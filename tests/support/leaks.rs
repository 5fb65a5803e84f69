//! After every test that uses a relay: nothing of what people wrote in it, and none of their words, lies on the relay's disk, in its log or
//! passed the wire.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use crate::relay::Relay;
use crate::search::Search;

/// What the tests' people are called and write ([`crate::writing`]), long enough to be told from chance; nothing of it is public.
const PLAINTEXTS: [&str; 14] = [
    "Asha Menon",
    "Penicillin",
    "764146007",
    "Body weight",
    "Tired for six weeks",
    "Pale; pulse 96",
    "Anaemia suspected",
    "Blood count, then iron",
    "Ferrous sulfate 200 mg",
    "One tablet in the morning",
    "Hemoglobin",
    "Microcytic anaemia",
    "Mornings are best",
    crate::PASSPHRASE,
];
/// Of a large body or file the beginning: a part of a file is sealed as a whole or not at all.
const BEGINNING: usize = 256 << 10;
/// Tests that carry more say nothing new about what is in clear.
const MOST: usize = 12 << 20;

/// Where something was found that only people and their devices know.
pub(crate) fn found(relay: &Relay) -> Vec<String> {
    static SEARCH: OnceLock<Search> = OnceLock::new();
    let common = SEARCH.get_or_init(|| Search::new(&PLAINTEXTS));
    let words = relay.log.words();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let own = Search::new(&words);
    let (mut found, mut searched) = (Vec::new(), 0);
    let mut look = |name: &str, bytes: &[u8]| {
        let bytes = match bytes.starts_with(b"SQLite format 3") {
            true => bytes,
            false => bytes.get(..BEGINNING).unwrap_or(bytes),
        };
        searched += bytes.len();
        if searched < MOST {
            let hits = common.find(bytes).into_iter().chain(own.find(bytes));
            found.extend(hits.map(|hit| format!("{} ({}) in {name}", hit.plaintext, hit.encoding)));
        }
    };
    for exchange in relay.log.all() {
        let request = exchange.request;
        let name = format!("{} {}", request.method, request.url);
        look("a request line", name.as_bytes());
        for header in &request.headers {
            look(&name, header.value.as_bytes());
        }
        look(&name, &request.body.unwrap_or_default());
        look(
            &name,
            &exchange.response.map(|response| response.body).unwrap_or_default(),
        );
    }
    look("the relay's log", &fs::read(relay.log_file()).unwrap_or_default());
    files(&relay.data(), &mut look);
    found
}

fn files(folder: &Path, look: &mut impl FnMut(&str, &[u8])) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, look);
        } else if let Ok(bytes) = fs::read(&path) {
            look(&path.display().to_string(), &bytes);
        }
    }
}
