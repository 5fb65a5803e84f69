//! Google's NDK, where it is: `ANDROID_NDK_HOME` or `ANDROID_NDK_ROOT` names its folder.

use std::env;
use std::fs;
use std::path::PathBuf;

/// The oldest Android served (8.0).
pub(crate) const API: u32 = 26;

/// The folder of the NDK's programs for this machine.
pub(crate) struct Ndk {
    programs: PathBuf,
}

impl Ndk {
    /// `None` when no variable names one; an error when a variable names a folder that holds none.
    pub(crate) fn find() -> Result<Option<Self>, String> {
        let named = ["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"]
            .into_iter()
            .find_map(|variable| Some((variable, env::var_os(variable)?)));
        let Some((variable, folder)) = named else {
            return Ok(None);
        };
        let hosts = PathBuf::from(folder).join("toolchains/llvm/prebuilt");
        fs::read_dir(&hosts)
            .into_iter()
            .flatten()
            .flatten()
            .map(|host| host.path().join("bin"))
            .find(|programs| programs.is_dir())
            .map(|programs| Some(Self { programs }))
            .ok_or_else(|| format!("{variable} is set, but there is no NDK: {} is missing", hosts.display()))
    }

    /// The driver that links for a target.
    pub(crate) fn clang(&self, target: &str) -> PathBuf {
        self.programs.join(format!("{target}{API}-clang"))
    }

    pub(crate) fn strip(&self) -> PathBuf {
        self.programs.join("llvm-strip")
    }
}
