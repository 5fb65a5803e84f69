//! `cargo xtask ios`: static libraries for devices and simulators, looked over, as an XCFramework in a Swift package.

use std::fs;
use std::path::PathBuf;

use super::facts::Facts;
use super::xcframework::{self, Libraries, NAME};
use super::{Outcome, copy, ios_link, library, macho_rules, renew, swift_package, told};
use crate::sysroot::{Compiler, IOS_OLDEST};
use crate::{Context, command, generators_call};

struct Target {
    name: &'static str,
    machine: &'static str,
    system: &'static str,
}

/// Device, then the simulators on Apple's and on Intel's machines.
const TARGETS: [Target; 3] = [
    Target {
        name: "aarch64-apple-ios",
        machine: "arm64",
        system: "ios",
    },
    Target {
        name: "aarch64-apple-ios-sim",
        machine: "arm64",
        system: "ios-simulator",
    },
    Target {
        name: "x86_64-apple-ios",
        machine: "x86_64",
        system: "ios-simulator",
    },
];

/// What was built.
pub(crate) struct Built {
    /// The Swift package.
    pub(crate) package: PathBuf,
    /// Target and size of each static library, and what of it comes into an app.
    pub(crate) libraries: Vec<(&'static str, u64, Option<u64>)>,
    /// The XCFramework as a zip file, its size and its SHA-256, which is what `swift package compute-checksum` prints.
    pub(crate) zip: (PathBuf, u64, String),
}

/// Builds and checks everything: `target/ios`.
pub(crate) fn build(context: &Context, release: Option<&str>) -> Outcome<Built> {
    let folder = context.repository.target("ios");
    renew(&folder)?;
    let mut built = Vec::new();
    for target in &TARGETS {
        let compiler = match Compiler::find(context, target.name) {
            Ok(compiler) => compiler,
            Err(reason) => return Ok(Err(reason)),
        };
        let library = archive(context, target, &compiler)?;
        let size = fs::metadata(&library).map_err(told(&library))?.len();
        let beside = library.parent().unwrap_or(&folder);
        let linked = ios_link::size(&library, target.machine, target.system, beside)?;
        built.push((target.name, library, size, linked));
    }
    let [(_, device, ..), (_, simulator_arm64, ..), (_, simulator_x86_64, ..)] = built.as_slice() else {
        return Err("three libraries make an XCFramework".to_owned());
    };
    generators_call::generate(context, "mobile", device, &folder.join("generated"))?;
    let generated = folder.join("generated/swift");
    // Packed from a folder of its own, so that every name in the zip begins with the framework's.
    let stage = folder.join("zip");
    let libraries = Libraries {
        device,
        simulator_arm64,
        simulator_x86_64,
    };
    xcframework::assemble(&stage.join(format!("{NAME}.xcframework")), &generated, &libraries)?;
    let zip = folder.join(format!("{NAME}.xcframework.zip"));
    generators_call::generate(context, "zip", &stage, &zip)?;
    let beside = folder.join(format!("{NAME}.xcframework.zip.sha256"));
    let checksum = fs::read_to_string(&beside).map_err(told(&beside))?;
    let package = folder.join("package");
    swift_package::lay_out(&package, &generated, release, &checksum)?;
    let framework = format!("{NAME}.xcframework");
    fs::rename(stage.join(&framework), package.join(&framework)).map_err(told(&package))?;
    fs::remove_dir(&stage).map_err(told(&stage))?;
    // Where the app's own package looks for it on Apple's systems.
    let app = context.repository.path("mobile-ios/Core");
    if app.is_dir() {
        xcframework::assemble(&app.join(&framework), &generated, &libraries)?;
    }
    let size = fs::metadata(&zip).map_err(told(&zip))?.len();
    Ok(Ok(Built {
        package,
        libraries: built
            .iter()
            .map(|(name, _, size, linked)| (*name, *size, *linked))
            .collect(),
        zip: (zip, size, checksum),
    }))
}

/// Builds one library and looks it over.
fn archive(context: &Context, target: &Target, compiler: &Compiler) -> Result<PathBuf, String> {
    let (mut cargo, built) = library(context, compiler, "staticlib", "libsatchel.a")?;
    command::succeed(cargo.env(IOS_OLDEST.0, IOS_OLDEST.1))?;
    // A copy, because the facts are written beside it.
    let kept = context
        .repository
        .target("ios/static")
        .join(target.name)
        .join("libsatchel.a");
    copy(&built, &kept)?;
    let facts = Facts::of(context, "macho", &kept)?;
    let faults = macho_rules::faults(&facts, target.machine, target.system, &macho_rules::allowed());
    if faults.is_empty() {
        Ok(kept)
    } else {
        Err(format!("the library for {} {}", target.name, faults.join("; it ")))
    }
}
