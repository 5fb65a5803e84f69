//! `cargo xtask`: builds, runs and tests everything, in Rust and with the standard library and a TOML parser alone.
//!
//! Each command is one file. Nothing on the system is altered silently: see [`setup`].

use std::env;
use std::process::ExitCode;

mod bench;
mod command;
mod deep;
mod demo;
mod facade_call;
mod generators_call;
mod guards;
mod halves;
mod kotlin;
mod mobile;
mod node;
mod phones;
mod portal;
mod python;
mod repository;
mod screenshots;
mod setup;
mod swift;
mod sysroot;
mod test;
mod verifier;
mod wasm;

const USAGE: &str = "\
cargo xtask run [--port N] [--exit]    build portal, relay and command line, play a consultation, leave relay and portal running
cargo xtask test [--all] [STEP...]     set up and test everything (or only the named steps); --all adds the slow parts
cargo xtask guards [NAME...]           take each check of tests/guards.toml away and see its tests fail (minutes; part of test --all)
cargo xtask bench [phones|portal]      run the benchmarks, or only those through Kotlin and Swift, or those of the portal in a browser
cargo xtask deep [MINUTES]             mutation testing and long fuzzing (default: 10 minutes for each fuzz target)
cargo xtask facade                     write the bindings' wrappers anew from core/vault/src/facade
cargo xtask wasm                       build the browser binding into web/core/generated
cargo xtask portal                     build the web portal into web/portal/dist, which the relay serves
cargo xtask screenshots [ROLE...]      take pictures of every screen of the portal in every state, with a table in target/screenshots
cargo xtask verifier                   build the page that verifies exports, one file that opens from disk
cargo xtask mobile                     build the mobile binding and generate Kotlin and Swift into target/generated
cargo xtask android                    build and check libsatchel.so for phones and emulators, with Kotlin, as an AAR in target/android
cargo xtask ios [--release URL]        build and check the libraries for iOS, as an XCFramework in a Swift package in target/ios

--yes   answers the set-up's questions; without a terminal or with CI=true they are not asked";

/// What every command knows: where the repository is and whether the person has agreed beforehand.
pub(crate) struct Context {
    pub(crate) repository: repository::Repository,
    pub(crate) consent: setup::Consent,
}

fn main() -> ExitCode {
    let given: Vec<String> = env::args().skip(1).collect();
    // While xtask builds for Android, the compiler starts it in place of a linker.
    let ran = if phones::linker::is_asked() {
        phones::linker::run(&given)
    } else {
        dispatch(given)
    };
    match ran {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one command. `Ok(false)` means that it ran and reported failures itself.
fn dispatch(mut words: Vec<String>) -> Result<bool, String> {
    let yes = take_flag(&mut words, "--yes");
    let context = Context {
        repository: repository::Repository::here()?,
        consent: setup::Consent::from_environment(yes),
    };
    let command = if words.is_empty() {
        "help".to_owned()
    } else {
        words.remove(0)
    };
    match command.as_str() {
        "run" => {
            let exit = take_flag(&mut words, "--exit");
            let port = take_port(&mut words)?;
            nothing_left(&words)?;
            demo::run(&context, &demo::Options { port, exit }).map(|()| true)
        }
        "test" => {
            let all = take_flag(&mut words, "--all");
            test::run(&context, all, &words)
        }
        "guards" => guards::run(&context, &words).map(|(_, missed)| missed == 0),
        "bench" => bench::run(&context, &words).map(|()| true),
        "deep" => deep::run(&context, &words).map(|()| true),
        "facade" => nothing_left(&words)
            .and_then(|()| facade_call::renew(&context))
            .map(|()| true),
        "wasm" => nothing_left(&words).and_then(|()| wasm::build(&context)).map(|built| {
            println!("{}", built.display());
            true
        }),
        "portal" => nothing_left(&words)
            .and_then(|()| portal::build(&context))
            .map(|built| {
                println!("{}", built.display());
                true
            }),
        "screenshots" => screenshots::run(&context, &words).map(|page| {
            println!("{}", page.display());
            true
        }),
        "verifier" => nothing_left(&words)
            .and_then(|()| verifier::build(&context))
            .map(|built| {
                println!("{}", built.display());
                true
            }),
        "mobile" => nothing_left(&words)
            .and_then(|()| mobile::generate(&context))
            .map(|generated| {
                println!("{}", generated.display());
                true
            }),
        "android" => nothing_left(&words)
            .and_then(|()| phones::android(&context))
            .map(|()| true),
        "ios" => {
            let release = take_value(&mut words, "--release")?;
            nothing_left(&words)?;
            phones::ios(&context, release.as_deref()).map(|()| true)
        }
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(true)
        }
        unknown => Err(format!("no command `{unknown}`\n\n{USAGE}")),
    }
}

fn take_flag(words: &mut Vec<String>, flag: &str) -> bool {
    let before = words.len();
    words.retain(|word| word != flag);
    words.len() != before
}

fn take_port(words: &mut Vec<String>) -> Result<Option<u16>, String> {
    let Some(number) = take_value(words, "--port")? else {
        return Ok(None);
    };
    number
        .parse()
        .map(Some)
        .map_err(|_| format!("`{number}` is not a port"))
}

/// The word after an option, when the option is there.
fn take_value(words: &mut Vec<String>, option: &str) -> Result<Option<String>, String> {
    let Some(at) = words.iter().position(|word| word == option) else {
        return Ok(None);
    };
    words.remove(at);
    if at == words.len() {
        return Err(format!("{option} needs a value"));
    }
    Ok(Some(words.remove(at)))
}

fn nothing_left(words: &[String]) -> Result<(), String> {
    match words.first() {
        None => Ok(()),
        Some(word) => Err(format!("`{word}` is not understood here\n\n{USAGE}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn flags_are_found_anywhere_and_removed() {
        let mut given = words("test --yes rust");
        assert!(take_flag(&mut given, "--yes"));
        assert!(!take_flag(&mut given, "--yes"));
        assert_eq!(given, words("test rust"));
    }

    #[test]
    fn a_port_is_a_number() {
        assert_eq!(take_port(&mut words("--port 8080")), Ok(Some(8080)));
        assert_eq!(take_port(&mut words("--exit")), Ok(None));
        assert!(take_port(&mut words("--port")).is_err());
        assert!(take_port(&mut words("--port 70000")).is_err());
    }

    #[test]
    fn unknown_words_are_refused() {
        assert!(nothing_left(&words("--prot")).is_err());
        assert!(nothing_left(&[]).is_ok());
    }
}
