//! The Swift compiler: the one on the path, else Debian's, unpacked into a folder of its own under the target folder.
//!
//! Debian packages Swift from trixie on. On an older system its packages are fetched with an apt configuration of our own
//! and unpacked, never installed: the system's sources and packages stay as they are. Commands then run inside that
//! folder, which needs the right to mount and to change the root.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Context, command, mobile};

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

/// Where Swift's programs are found.
pub(crate) enum Swift {
    /// On the path.
    Installed,
    /// In a folder that holds a whole system.
    Unpacked(PathBuf),
}

impl Swift {
    /// Finds Swift or unpacks it; the error says what is missing.
    pub(crate) fn find(context: &Context) -> Result<Self, String> {
        if command::find("swiftc").is_some() {
            return Ok(Self::Installed);
        }
        let root = context.repository.target("swift/root");
        if !root.join("complete").is_file() {
            unpack(context, &root)?;
        }
        Ok(Self::Unpacked(root))
    }

    /// A command that runs one of Swift's programs in the repository's root; paths are given relative to that.
    pub(crate) fn command(&self, context: &Context, program: &str, arguments: &[String]) -> Command {
        match self {
            Self::Installed => {
                let mut command = Command::new(program);
                command.args(arguments).current_dir(context.repository.root());
                command
            }
            Self::Unpacked(root) => {
                // The programs find their libraries by way of /proc; both mounts end with the command's own namespace.
                const INSIDE: &str = "set -e; root=$1; source=$2; shift 2; mount -t proc proc $root/proc; \
                    mount --rbind /dev $root/dev; mount --bind $source $root/source; \
                    exec chroot $root /usr/bin/env -i PATH=/usr/libexec/swift/bin:/usr/bin:/bin HOME=/home LANG=C.UTF-8 \
                    /bin/bash -c 'cd /source && exec \"$@\"' bash \"$@\"";
                let mut command = Command::new("unshare");
                command.args(["--mount", "sh", "-c", INSIDE, "sh"]);
                command
                    .arg(root)
                    .arg(context.repository.root())
                    .arg(program)
                    .args(arguments);
                command
            }
        }
    }
}

/// Where the package is built, below the repository's root.
const BUILD: &str = "target/swift/build";
/// Where the library with the instruments of `bindings/mobile/probe` lies, under the name that is linked.
const LIBRARY: &str = "target/swift/library";

/// The Swift package of `mobile-ios`, with the generated files and the library in their places.
pub(crate) struct Package {
    swift: Swift,
}

impl Package {
    /// Generates, builds the library that tests load, and puts both where the package looks for them. The inner error names a missing tool.
    pub(crate) fn prepare(context: &Context) -> Result<Result<Self, String>, String> {
        let swift = match Swift::find(context) {
            Ok(swift) => swift,
            Err(reason) => return Ok(Err(reason)),
        };
        let generated = mobile::generate(context)?.join("swift");
        let mut cargo = command::cargo(context);
        command::succeed(cargo.args(["build", "--package", "bindings-mobile-probe"]))?;
        let core = context.repository.path("mobile-ios/Core");
        let map = "module SatchelCoreFFI {\n    header \"SatchelCoreFFI.h\"\n    link \"satchel\"\n    export *\n}\n";
        let probe = fs::read(context.repository.target("debug/libsatchel_probe.so")).map_err(told)?;
        let text = |name: &str| fs::read(generated.join(name)).map_err(told);
        let build = context.repository.path(BUILD);
        // What was compiled against an older façade finds other functions in its place, and Swift's build does not see it.
        if renew(&core.join("SatchelCore/SatchelCore.swift"), &text("SatchelCore.swift")?)? && build.exists() {
            fs::remove_dir_all(&build).map_err(told)?;
        }
        renew(
            &core.join("SatchelCoreFFI/SatchelCoreFFI.h"),
            &text("SatchelCoreFFI.h")?,
        )?;
        renew(&core.join("SatchelCoreFFI/module.modulemap"), map.as_bytes())?;
        renew(&context.repository.path(LIBRARY).join("libsatchel.so"), &probe)?;
        Ok(Ok(Self { swift }))
    }

    /// `swift test`, in order: the probe counts over the whole process.
    pub(crate) fn test(&self, context: &Context) -> Command {
        let mut arguments = vec![
            "test".to_owned(),
            "--no-parallel".to_owned(),
            "--disable-xctest".to_owned(),
        ];
        arguments.extend(self.places(context));
        let relay = format!(
            "SATCHEL_RELAY_BIN={}",
            self.inside(context, &context.repository.program("relay-server"))
        );
        let words = [vec![relay, "swift".to_owned()], arguments].concat();
        self.swift.command(context, "env", &words)
    }

    /// Builds the doctor's test main and gives the words of its command, which runs on this system, not inside the folder.
    pub(crate) fn doctor(&self, context: &Context) -> Result<Vec<String>, String> {
        let mut arguments = vec!["build".to_owned(), "--product".to_owned(), "DoctorMain".to_owned()];
        arguments.extend(self.places(context));
        command::succeed(&mut self.swift.command(context, "swift", &arguments))?;
        let program = context.repository.path(BUILD).join("debug/DoctorMain");
        let own = context.repository.path(LIBRARY);
        let text = |path: &Path| path.display().to_string();
        Ok(match &self.swift {
            Swift::Installed => vec![text(&program)],
            Swift::Unpacked(root) => {
                let folders = [
                    own,
                    root.join("usr/lib/x86_64-linux-gnu"),
                    root.join("usr/libexec/swift/lib/swift/linux"),
                ];
                let folders: Vec<String> = folders.iter().map(|folder| text(folder)).collect();
                vec![
                    text(&root.join("lib64/ld-linux-x86-64.so.2")),
                    "--library-path".to_owned(),
                    folders.join(":"),
                    text(&program),
                ]
            }
        })
    }

    fn places(&self, context: &Context) -> Vec<String> {
        let library = self.inside(context, &context.repository.path(LIBRARY));
        let link = [
            format!("-L{library}"),
            "-rpath".to_owned(),
            library,
            "--allow-shlib-undefined".to_owned(),
        ];
        let mut words: Vec<String> = [
            "--disable-sandbox",
            "--package-path",
            "mobile-ios",
            "--scratch-path",
            BUILD,
        ]
        .map(str::to_owned)
        .to_vec();
        words.extend(link.into_iter().flat_map(|word| ["-Xlinker".to_owned(), word]));
        words
    }

    /// A path of the repository as Swift's programs see it.
    fn inside(&self, context: &Context, path: &Path) -> String {
        match (&self.swift, path.strip_prefix(context.repository.root())) {
            (Swift::Unpacked(_), Ok(below)) => Path::new("/source").join(below).display().to_string(),
            _ => path.display().to_string(),
        }
    }
}

fn told(error: std::io::Error) -> String {
    format!("the Swift package: {error}")
}

/// Writes a file unless it is there as it should be: what did not change is not compiled again. Gives whether it was written.
fn renew(path: &Path, bytes: &[u8]) -> Result<bool, String> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(told)?;
    }
    fs::write(path, bytes).map_err(told)?;
    Ok(true)
}

/// Fetches the packages and all that they need, and unpacks them.
fn unpack(context: &Context, root: &Path) -> Result<(), String> {
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
