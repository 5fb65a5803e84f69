//! Child processes: cargo with a clean environment, output shown and kept at once, time limits.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Context;

/// How a child ended and what it wrote to standard output.
pub(crate) struct Outcome {
    pub(crate) success: bool,
    pub(crate) output: String,
}

/// The cargo that started xtask, in the repository's root.
///
/// The variables that `cargo run` sets for xtask are taken away: a build script that looks at them would
/// otherwise run again at every turn, and the library path would lead another compiler astray.
pub(crate) fn cargo(context: &Context) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(context.repository.root());
    clean(&mut command);
    command
}

/// Takes away what `cargo run` added to the environment.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let Some(text) = name.to_str() else { continue };
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO_PRIMARY_PACKAGE" {
            command.env_remove(text);
        }
    }
    command.env_remove("LD_LIBRARY_PATH");
}

/// Runs to the end; an unsuccessful end is an error that names the command.
pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    judge(command, status)
}

/// Runs quietly: `None` when the program is missing or unsuccessful.
pub(crate) fn probe(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs to the end, showing standard output line by line and keeping it.
pub(crate) fn tee(command: &mut Command) -> Result<Outcome, String> {
    let mut child = command
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    let mut output = String::new();
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(|error| error.to_string())? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            output.push_str(&text);
            line.clear();
        }
        std::io::stdout().flush().map_err(|error| error.to_string())?;
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    Ok(Outcome {
        success: status.success(),
        output,
    })
}

/// Runs for at most `limit`; after that the child is ended and the result is an error.
pub(crate) fn succeed_within(command: &mut Command, limit: Duration) -> Result<(), String> {
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| not_started(command, &error))?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return judge(command, status);
        }
        if started.elapsed() > limit {
            end(&mut child);
            return Err(format!("{} took more than {} s", describe(command), limit.as_secs()));
        }
        sleep(Duration::from_millis(100));
    }
}

/// Ends a child and waits for it; a child that has already gone is no error.
pub(crate) fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Where a program of that name lies, by `PATH`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// The command as a person would type it.
pub(crate) fn describe(command: &Command) -> String {
    let mut text = PathBuf::from(command.get_program())
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

fn judge(command: &Command, status: ExitStatus) -> Result<(), String> {
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` ended with {status}", describe(command)))
    }
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}", describe(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_kept_and_failure_is_told() {
        let good = tee(Command::new("sh").args(["-c", "echo one; echo two"])).expect("sh runs");
        assert!(good.success);
        assert_eq!(good.output, "one\ntwo\n");
        let bad = tee(Command::new("sh").args(["-c", "echo gone; exit 3"])).expect("sh runs");
        assert!(!bad.success);
        assert!(succeed(Command::new("sh").args(["-c", "exit 3"])).is_err());
    }

    #[test]
    fn a_time_limit_ends_the_child() {
        let started = Instant::now();
        assert!(succeed_within(Command::new("sleep").arg("30"), Duration::from_millis(200)).is_err());
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_missing_program_is_named() {
        let message = succeed(&mut Command::new("no-such-program-here")).expect_err("it is missing");
        assert!(message.contains("no-such-program-here"));
    }
}
