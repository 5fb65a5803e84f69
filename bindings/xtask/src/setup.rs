//! Set-up of system packages, never silently.
//!
//! The exact command is always printed. At a terminal the person is asked; with `--yes`, with `CI=true` or without
//! a terminal it is run at once. Without the rights to install, the caller continues with less and says what is
//! missing.

use std::env;
use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::Command;

use crate::command;

/// Whether the person has agreed to changes beforehand, is to be asked, or cannot be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Consent {
    Given,
    Ask,
}

impl Consent {
    pub(crate) fn from_environment(yes: bool) -> Self {
        Self::decide(
            yes,
            env::var("CI").is_ok_and(|value| value == "true"),
            stdin().is_terminal(),
        )
    }

    fn decide(yes: bool, ci: bool, terminal: bool) -> Self {
        if yes || ci || !terminal { Self::Given } else { Self::Ask }
    }

    /// Says what will run and why, and asks when there is somebody to ask.
    pub(crate) fn obtain(self, purpose: &str, command: &str) -> Result<(), String> {
        println!("To {purpose}, this runs:\n    {command}");
        if self == Self::Given {
            return Ok(());
        }
        print!("Run it now? [y/N] ");
        stdout().flush().map_err(|error| error.to_string())?;
        let mut answer = String::new();
        stdin().read_line(&mut answer).map_err(|error| error.to_string())?;
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            Ok(())
        } else {
            Err(format!(
                "not installed because the answer was no; the command is: {command}"
            ))
        }
    }
}

/// Installs Debian packages, or says why that is not possible here.
pub(crate) fn install(consent: Consent, purpose: &str, packages: &[&str]) -> Result<(), String> {
    let list = packages.join(" ");
    if command::find("apt-get").is_none() {
        return Err(format!(
            "to {purpose}, install what Debian calls {list}; there is no apt-get here"
        ));
    }
    let prefix = privilege().ok_or_else(|| {
        format!("to {purpose}, an administrator runs: apt-get install -y --no-install-recommends {list}")
    })?;
    let line = format!("{prefix}apt-get update && {prefix}apt-get install -y --no-install-recommends {list}");
    consent.obtain(purpose, &line)?;
    command::succeed(
        Command::new("sh")
            .args(["-c", &line])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

/// What to put before a command that needs root; `None` when there is no way.
fn privilege() -> Option<&'static str> {
    if command::probe("id", &["-u"])? == "0" {
        return Some("");
    }
    let sudo = command::find("sudo").is_some();
    (sudo && (stdin().is_terminal() || command::probe("sudo", &["-n", "true"]).is_some())).then_some("sudo ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_person_at_a_terminal_is_asked() {
        assert_eq!(Consent::decide(false, false, true), Consent::Ask);
        assert_eq!(Consent::decide(true, false, true), Consent::Given);
        assert_eq!(Consent::decide(false, true, true), Consent::Given);
        assert_eq!(Consent::decide(false, false, false), Consent::Given);
    }
}
