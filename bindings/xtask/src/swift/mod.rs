//! The Swift compiler: the one on the path, else Debian's, unpacked into a folder of its own under the target folder.
//!
//! Debian packages Swift from trixie on. On an older system its packages are fetched with an apt configuration of our own
//! and unpacked, never installed: the system's sources and packages stay as they are. Commands then run inside that
//! folder, which needs the right to mount and to change the root.

mod kit;
mod unpack;

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use kit::Package;

use crate::phones::ios::Built;
use crate::{Context, command};

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
            unpack::unpack(context, &root)?;
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

impl Swift {
    /// Swift's package manager reads the package for iOS, and computes the checksum that stands beside its zip.
    pub(crate) fn judges(&self, context: &Context, built: &Built) -> Result<(), String> {
        let below = |path: &Path| {
            let below = path.strip_prefix(context.repository.root());
            below
                .map(|path| path.display().to_string())
                .map_err(|error| error.to_string())
        };
        let (zip, _, checksum) = &built.zip;
        let package = below(&built.package)?;
        let read = ["package", "--disable-sandbox", "--package-path", &package, "describe"].map(str::to_owned);
        let said = output(&mut self.command(context, "swift", &read))?;
        for word in ["Name: SatchelCore\n", "Name: SatchelCoreFFI\n", "PrivacyInfo.xcprivacy"] {
            if !said.contains(word) {
                return Err(format!(
                    "the package for iOS, as Swift reads it, has no `{}`:\n{said}",
                    word.trim()
                ));
            }
        }
        let compute = ["package", "compute-checksum", &below(zip)?].map(str::to_owned);
        let computed = output(&mut self.command(context, "swift", &compute))?;
        if computed.trim() == checksum {
            Ok(())
        } else {
            Err(format!(
                "Swift computes the checksum {}, not {checksum}",
                computed.trim()
            ))
        }
    }
}

fn output(command: &mut Command) -> Result<String, String> {
    let outcome = command::tee(command)?;
    if outcome.success {
        Ok(outcome.output)
    } else {
        Err(format!("`{}` was unsuccessful", command::describe(command)))
    }
}
