//! Where things lie: the repository's root and its target folder.

use std::env;
use std::path::{Path, PathBuf};

/// The repository this xtask was built from.
pub(crate) struct Repository {
    root: PathBuf,
    target: PathBuf,
}

impl Repository {
    /// Finds the root from cargo's own environment, else from the place xtask was compiled in.
    pub(crate) fn here() -> Result<Self, String> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file())
            .ok_or("no Cargo.lock above this package; call `cargo xtask` inside the repository")?
            .to_owned();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |given| root.join(given));
        Ok(Self { root, target })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A path below the target folder.
    pub(crate) fn target(&self, relative: &str) -> PathBuf {
        self.target.join(relative)
    }

    /// A program of the development profile.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }
}
