//! What apps do with the core on phones, through Kotlin and through Swift, beside native Rust in the same run: `cargo xtask bench phones`
//! (`SATCHEL_RECORDS`, `SATCHEL_MIB` and `SATCHEL_ROUNDS` change the numbers).
//!
//! Three programs do the same work over the same stored vault and the same file, each in a process of its own: this one with the word
//! `native`, and those that `SATCHEL_BENCH_KOTLIN` and `SATCHEL_BENCH_SWIFT` name, a word of their commands a line. They are started with a
//! folder that holds `entries` (the stored vault, [`native::entries`]), `vault` (the same as the command line stores it) and `file`, and print
//! `ready NANOSECONDS` after their first call into the library. Then each line of input is answered by `NANOSECONDS COUNT`: how long it took, and
//! how much of what was to be done was done, so that nobody is quick by doing nothing.
//!
//! | line | what is measured |
//! | --- | --- |
//! | `open` | the vault opened from entries that are in memory |
//! | `unlock` | the vault opened from the shipped storage |
//! | `list` | all records listed |
//! | `audit` | every block checked, as an app does it: the entries that the core asks for are given from memory |
//! | `verify` | the same from the shipped storage |
//! | `seal` | the file read and sealed for sending, piece by piece; nothing is sent |
//! | `send URL` | the file sent to a relay by the shipped driver, in a new vault |

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement stops at the first surprise"
)]

mod native;
mod player;
#[path = "../shared/relay.rs"]
mod relay;
mod store;

use std::path::PathBuf;
use std::time::Duration;

use player::{Player, Word};
use tempfile::TempDir;

/// Rounds before the ones that count: a virtual machine translates what it has seen often enough.
const WARM: usize = 2;

fn number(variable: &str, usual: usize) -> usize {
    let given = std::env::var(variable).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The three programs, native first.
fn programs() -> Option<[(&'static str, Vec<String>); 3]> {
    let words = |variable: &str| {
        let text = std::env::var(variable).ok()?;
        Some(text.lines().map(str::to_owned).collect::<Vec<_>>())
    };
    let own = std::env::current_exe().unwrap().display().to_string();
    Some([
        ("Rust", vec![own, "native".to_owned()]),
        ("Kotlin", words("SATCHEL_BENCH_KOTLIN")?),
        ("Swift", words("SATCHEL_BENCH_SWIFT")?),
    ])
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, folder] = arguments.as_slice()
        && word == "native"
    {
        return native::play(&PathBuf::from(folder));
    }
    let Some(programs) = programs() else {
        println!("skipped: `cargo xtask bench phones` builds what is measured and names it");
        return;
    };
    let place = TempDir::new().unwrap();
    let Some(relay) = relay::start(place.path()) else {
        return;
    };
    let records = number("SATCHEL_RECORDS", 9_999);
    let mebibytes = number("SATCHEL_MIB", 100);
    let rounds = number("SATCHEL_ROUNDS", 7);
    let expected = store::make(place.path(), &relay.url, records, mebibytes);

    let mut starts: Vec<[(Duration, Duration); 3]> = Vec::new();
    for _ in 0..rounds {
        starts.push(
            programs
                .each_ref()
                .map(|(_, words)| Player::start(words, place.path()).started()),
        );
    }
    let mut players = programs.each_ref().map(|(_, words)| Player::start(words, place.path()));
    let send = format!("send {}", relay.url);
    let words = [
        Word::new("open", expected.blocks, "unlock and open, entries in memory"),
        Word::new("unlock", expected.blocks, "the same from the shipped storage"),
        Word::new("list", expected.records, "list all records"),
        Word::new("audit", expected.blocks, "audit, entries in memory"),
        Word::new("verify", expected.blocks, "the same from the shipped storage"),
        Word::new("seal", expected.bytes, "seal the file"),
        Word::new(&send, expected.bytes, "send it to a relay process"),
    ];
    let mut measured: Vec<Vec<[Duration; 3]>> = words.iter().map(|_| Vec::new()).collect();
    for round in 0..WARM + rounds {
        for (word, kept) in words.iter().zip(&mut measured) {
            // Whoever is first changes, so that nobody always follows the same neighbour.
            let mut times = [Duration::ZERO; 3];
            for turn in 0..3 {
                let who = (turn + round) % 3;
                times[who] = players[who].ask(word);
            }
            if round >= WARM {
                kept.push(times);
            }
        }
    }

    println!(
        "\n{} blocks, a file of {mebibytes} MiB; medians of {rounds} rounds, ratios of the same round\n",
        expected.blocks
    );
    println!("| step | native Rust | Kotlin | Swift | Kotlin to native | Swift to native |");
    println!("| --- | --- | --- | --- | --- | --- |");
    line(
        "library loaded, first call",
        &starts.iter().map(|round| round.map(|one| one.0)).collect::<Vec<_>>(),
    );
    line(
        "process started to first answer",
        &starts.iter().map(|round| round.map(|one| one.1)).collect::<Vec<_>>(),
    );
    for (word, times) in words.iter().zip(&measured) {
        line(word.about, times);
    }
    for (player, (name, _)) in players.iter().zip(&programs) {
        println!("memory at its peak, {name}: {}", player.peak());
    }
}

/// Medians, and the medians of the ratios of each round: native's time to the other's, so that less than 1 is slower.
fn line(about: &str, rounds: &[[Duration; 3]]) {
    let median = |of: &dyn Fn(&[Duration; 3]) -> f64| {
        let mut all: Vec<f64> = rounds.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let time = |who: usize| median(&|round| round[who].as_secs_f64() * 1e3);
    let ratio = |who: usize| median(&|round| round[0].as_secs_f64() / round[who].as_secs_f64());
    println!(
        "| {about} | {:.1} ms | {:.1} ms | {:.1} ms | {:.2} | {:.2} |",
        time(0),
        time(1),
        time(2),
        ratio(1),
        ratio(2)
    );
}
