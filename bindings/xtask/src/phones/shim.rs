//! The library for Android's emulator run on Linux: two small libraries stand for Android's own, and the conformance
//! vectors are replayed against the very file that is packed for phones.

use std::env::consts;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use super::{Outcome, android, copy, renew, write};
use crate::kotlin::Program;
use crate::{Context, command, setup};

const SOURCE: &str = include_str!("shim.c");

/// Where the library is and what must stand before it.
pub(crate) struct Shim {
    /// The stripped library for x86_64.
    pub(crate) library: PathBuf,
    /// The value of `LD_LIBRARY_PATH` under which it loads.
    pub(crate) search: OsString,
}

/// Builds the stand-ins; [`android::build`] must have been run.
pub(crate) fn build(context: &Context) -> Outcome<Shim> {
    if (consts::OS, consts::ARCH) != ("linux", "x86_64") {
        return Ok(Err("the library for emulators runs on Linux on x86_64 alone".to_owned()));
    }
    let compiler = || ["cc", "gcc", "clang"].iter().find_map(|name| command::find(name));
    if compiler().is_none() {
        let installed = setup::install(
            context.consent,
            "build stand-ins for Android's libraries",
            &["gcc", "libc6-dev"],
        );
        if let Err(reason) = installed {
            return Ok(Err(reason));
        }
    }
    let Some(compiler) = compiler() else {
        return Ok(Err("no C compiler".to_owned()));
    };
    let folder = android::folder(context).join("shim");
    renew(&folder)?;
    let source = folder.join("shim.c");
    write(&source, SOURCE)?;
    write(&folder.join("empty.c"), "")?;
    for (library, source) in [("libc.so", "shim.c"), ("libdl.so", "empty.c"), ("libm.so", "empty.c")] {
        let mut cc = Command::new(&compiler);
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(folder.join(library));
        cc.arg(format!("-Wl,-soname,{library}")).arg(folder.join(source));
        command::succeed(&mut cc)?;
    }
    Ok(Ok(Shim {
        library: android::folder(context).join("jni/x86_64/libsatchel.so"),
        search: folder.into_os_string(),
    }))
}

/// Replays all vectors from Kotlin, on this machine's Java: by the library that is packed for phones, and by the one with instruments where
/// a vector has secrets.
pub(crate) fn kotlin(context: &Context, shim: &Shim, program: &Program) -> Outcome<command::Outcome> {
    let probe = match android::probe(context)? {
        Ok(probe) => probe,
        Err(reason) => return Ok(Err(reason)),
    };
    let folder = android::folder(context).join("shim/kotlin");
    copy(&shim.library, &folder.join("libsatchel.so"))?;
    copy(&probe, &folder.join("libsatchel_probe.so"))?;
    let words = program.measured("satchel.core.MainKt", &folder);
    let [java, arguments @ ..] = words.as_slice() else {
        return Err("no command".to_owned());
    };
    let mut java = Command::new(java);
    java.args(arguments).arg("vectors").env("LD_LIBRARY_PATH", &shim.search);
    command::tee(&mut java).map(Ok)
}

/// Replays the vectors from Python, by the binding that was generated from the library for phones.
pub(crate) fn python(context: &Context, shim: &Shim) -> Outcome<command::Outcome> {
    if command::find("python3").is_none()
        && let Err(reason) = setup::install(context.consent, "replay the vectors", &["python3"])
    {
        return Ok(Err(reason));
    }
    let folder = android::folder(context).join("generated/python");
    // The binding looks for the library beside itself.
    copy(&shim.library, &folder.join("libsatchel.so"))?;
    let script = context.repository.path("bindings/mobile/test/vectors.py");
    let mut python = Command::new("python3");
    python
        .arg(&script)
        .arg(context.repository.path("tests/vectors"))
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LD_LIBRARY_PATH", &shim.search);
    command::tee(&mut python).map(Ok)
}
