//! `cargo xtask bench`: the measurements, in the release profile; those through Kotlin and Swift in the profile of phones, those of the portal in
//! a real browser.

use std::fs;
use std::process::Command;

use crate::kotlin::Kotlin;
use crate::swift::Package;
use crate::{Context, command, mobile, node, phones, portal, verifier};

/// The packages that may hold benchmarks, with their folders.
const PACKAGES: &[(&str, &str)] = &[
    ("protocol", "core/protocol"),
    ("clinical", "core/clinical"),
    ("vault", "core/vault"),
    ("relay-server", "relay-server"),
    ("cli", "bindings/cli"),
    ("tests", "tests"),
];

/// Runs every benchmark there is, or only those through Kotlin and Swift, or those of the portal.
pub(crate) fn run(context: &Context, only: &[String]) -> Result<(), String> {
    match only {
        [] => {
            natives(context)?;
            println!("\n=== phones");
            if let Err(reason) = through_bindings(context)? {
                println!("skipped: {reason}");
            }
            println!("\n=== portal");
            in_browser(context)
        }
        [name] if name == "phones" => through_bindings(context)?,
        [name] if name == "portal" => in_browser(context),
        _ => {
            Err("`cargo xtask bench` runs everything, `cargo xtask bench phones` or `portal` one part alone".to_owned())
        }
    }
}

/// Builds the programs that are measured and runs what is written in Rust.
fn natives(context: &Context) -> Result<(), String> {
    let holds = |folder: &str| {
        fs::read_dir(context.repository.path(folder).join("benches")).is_ok_and(|mut entries| entries.next().is_some())
    };
    let chosen: Vec<&str> = PACKAGES
        .iter()
        .filter(|(_, folder)| holds(folder))
        .map(|(package, _)| *package)
        .collect();
    if chosen.is_empty() {
        return Err("no package has a folder `benches`".to_owned());
    }
    let mut build = command::cargo(context);
    command::succeed(build.args(["build", "--release", "--package", "relay-server", "--package", "cli"]))?;
    for package in chosen {
        println!("\n=== {package}");
        let mut cargo = command::cargo(context);
        cargo.args(["bench", "--package", package, "--bench", "*"]);
        cargo.env("SATCHEL_RELAY_BIN", context.repository.target("release/relay-server"));
        cargo.env("SATCHEL_BIN", context.repository.target("release/satchel"));
        command::succeed(&mut cargo)?;
    }
    Ok(())
}

/// The portal over a relay, both built for release: sealing, large records, and Lighthouse (`web/portal/bench`).
fn in_browser(context: &Context) -> Result<(), String> {
    portal::build(context)?;
    let mut build = command::cargo(context);
    command::succeed(build.args(["build", "--release", "--package", "relay-server"]))?;
    let browser = verifier::browser(context)?;
    let page = portal::core_page(context)?;
    let folder = context.repository.path("web/portal/bench");
    node::packages(&folder)?;
    for program in ["sealing.mjs", "records.mjs", "camera.mjs", "lighthouse.mjs"] {
        let mut node = Command::new("node");
        node.arg(folder.join(program))
            .env("SATCHEL_CHROMIUM", &browser)
            .env("SATCHEL_CORE_PAGE", &page)
            .env("SATCHEL_RELAY_BIN", context.repository.target("release/relay-server"));
        command::succeed(&mut node)?;
    }
    Ok(())
}

/// The same work in Kotlin, Swift and native Rust, in one run (`tests/benches/phones`). The inner error names a missing tool.
fn through_bindings(context: &Context) -> phones::Outcome<()> {
    let kotlin = match Kotlin::find(context) {
        Ok(kotlin) => kotlin,
        Err(reason) => return Ok(Err(reason)),
    };
    let library = phones::host(context)?;
    let package = match Package::measured(context, &library)? {
        Ok(package) => package,
        Err(reason) => return Ok(Err(reason)),
    };
    let swift = package.program(context, "BenchMain", "release")?;
    mobile::generate(context)?;
    let folder = library.parent().ok_or("a library without a folder")?;
    let kotlin = kotlin.compile(context)?.measured("satchel.core.main.BenchMain", folder);
    let mut build = command::cargo(context);
    command::succeed(build.args(["build", "--release", "--package", "relay-server"]))?;
    let mut cargo = command::cargo(context);
    cargo.args([
        "bench",
        "--profile",
        phones::PROFILE,
        "--package",
        "tests",
        "--bench",
        "phones",
    ]);
    cargo.env("SATCHEL_RELAY_BIN", context.repository.target("release/relay-server"));
    cargo.env("SATCHEL_BENCH_KOTLIN", kotlin.join("\n"));
    cargo.env("SATCHEL_BENCH_SWIFT", swift.join("\n"));
    command::succeed(&mut cargo).map(Ok)
}
