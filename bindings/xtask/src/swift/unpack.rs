//! Debian's Swift, fetched and unpacked into a folder of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{Context, command};

const SUITE: &str = "trixie";
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";
const PACKAGES: [&str; 6] = [
    "swiftlang",
    "libc6-dev",
    "libstdc++-14-dev",
    "base-files",
    "bash",
    "coreutils",
];

/// Fetches the packages and all that they need, and unpacks them.
pub(super) fn unpack(context: &Context, root: &Path) -> Result<(), String> {
    for tool in ["apt-get", "dpkg-deb", "unshare", "chroot"] {
        if command::find(tool).is_none() {
            return Err(format!("no swiftc, and no {tool} to bring Debian's"));
        }
    }
    if command::probe("id", &["-u"]).as_deref() != Some("0") {
        return Err("no swiftc, and without root Debian's cannot be run from a folder".to_owned());
    }
    let mirror = mirror().ok_or("no swiftc, and apt knows no Debian mirror")?;
    let folder = context.repository.target("swift");
    context.consent.obtain(
        "compile the generated Swift",
        &format!(
            "apt-get install --download-only {}   # from {SUITE}, about 550 MB, unpacked into {}; nothing is installed",
            PACKAGES.join(" "),
            root.display()
        ),
    )?;
    let told = |error: std::io::Error| format!("Swift's folder: {error}");
    let state = folder.join("apt");
    fs::create_dir_all(state.join("lists/partial")).map_err(told)?;
    fs::create_dir_all(state.join("cache/archives/partial")).map_err(told)?;
    // An empty list of what is installed: every package is fetched, also those that this system has.
    fs::write(state.join("status"), "").map_err(told)?;
    fs::write(
        state.join("sources.list"),
        format!("deb [signed-by={KEYRING}] {mirror} {SUITE} main\n"),
    )
    .map_err(told)?;
    command::succeed(apt(&state).arg("update"))?;
    command::succeed(
        apt(&state)
            .args(["install", "-y", "--no-install-recommends", "--download-only"])
            .args(PACKAGES),
    )?;
    if root.exists() {
        fs::remove_dir_all(root).map_err(told)?;
    }
    for part in ["proc", "dev", "source", "home", "tmp"] {
        fs::create_dir_all(root.join(part)).map_err(told)?;
    }
    for entry in fs::read_dir(state.join("cache/archives")).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.extension().is_some_and(|ending| ending == "deb") {
            command::succeed(Command::new("dpkg-deb").arg("-x").arg(&path).arg(root))?;
        }
    }
    fs::remove_dir_all(&state).map_err(told)?;
    // Written last: an interrupted unpacking is never taken for a finished one.
    fs::write(root.join("complete"), SUITE).map_err(told)
}

/// apt-get with a state of its own.
fn apt(state: &Path) -> Command {
    let mut apt = Command::new("apt-get");
    for option in [
        format!("Dir::Etc::sourcelist={}", state.join("sources.list").display()),
        "Dir::Etc::sourceparts=-".to_owned(),
        format!("Dir::State={}", state.display()),
        format!("Dir::State::status={}", state.join("status").display()),
        format!("Dir::Cache={}", state.join("cache").display()),
        "APT::Sandbox::User=root".to_owned(),
    ] {
        apt.args(["-o", &option]);
    }
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

/// The mirror that the system's own packages come from.
fn mirror() -> Option<String> {
    let sites = command::probe(
        "apt-get",
        &[
            "indextargets",
            "--format",
            "$(SITE)",
            "Created-By: Packages",
            "Label: Debian",
        ],
    )?;
    sites.lines().find(|line| !line.is_empty()).map(str::to_owned)
}
