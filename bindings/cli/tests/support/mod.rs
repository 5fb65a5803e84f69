//! Running the `satchel` binary, and a relay process when there is one.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

pub const PASSPHRASE: &str = "correct horse";

/// Runs `satchel`; nobody is at a terminal.
pub fn satchel(arguments: &[&str]) -> Output {
    satchel_with(PASSPHRASE, arguments)
}

pub fn satchel_with(passphrase: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_satchel"))
        .args(arguments)
        .env("SATCHEL_PASSPHRASE", passphrase)
        .env_remove("SATCHEL_VAULT")
        .env_remove("SATCHEL_SAMPLES")
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .output()
        .expect("satchel runs")
}

pub fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is text")
}

pub fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("errors are text")
}

/// The JSON answer of a command that must work.
pub fn answer(arguments: &[&str]) -> Value {
    let output = satchel(&[arguments, &["--json"]].concat());
    let value: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", complaint(&output)));
    assert_eq!(value["success"], true, "{arguments:?}: {value}");
    value
}

/// The code and exit status of a command that must fail.
pub fn refusal(arguments: &[&str]) -> (String, i32) {
    refusal_with(PASSPHRASE, arguments)
}

pub fn refusal_with(passphrase: &str, arguments: &[&str]) -> (String, i32) {
    let output = satchel_with(passphrase, &[arguments, &["--json"]].concat());
    let value: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", complaint(&output)));
    assert_eq!(value["success"], false, "{arguments:?}: {value}");
    (
        value["code"].as_str().expect("a code").to_owned(),
        output.status.code().expect("a status"),
    )
}

pub fn path(folder: &Path) -> &str {
    folder.to_str().expect("a plain path")
}

/// A vault that has never reached its relay.
pub fn vault(folder: &Path) -> String {
    let vault = folder.join("vault");
    let made = answer(&[
        "--vault",
        path(&vault),
        "--offline",
        "create",
        "patient",
        "--name",
        "Asha Example",
        "--relay",
        "http://localhost:9",
    ]);
    assert_eq!(made["kit"][0].as_str().unwrap().split(' ').count(), 24);
    path(&vault).to_owned()
}

/// A relay of its own, ended with the test.
pub struct Relay {
    child: Child,
    pub url: String,
    _data: tempfile::TempDir,
}

impl Relay {
    /// Starts the relay that `SATCHEL_RELAY_BIN` names or that was built beside this test; `None` when there is neither.
    pub fn start() -> Option<Self> {
        let beside = Path::new(env!("CARGO_BIN_EXE_satchel")).with_file_name("relay-server");
        let program = env::var_os("SATCHEL_RELAY_BIN").map_or(beside, PathBuf::from);
        if !program.exists() {
            println!("skipped: there is no relay at {}", program.display());
            return None;
        }
        let data = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|free| free.local_addr())
            .expect("a port")
            .port();
        let child = Command::new(program)
            .args(["--demo", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(data.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the relay starts");
        let relay = Self {
            child,
            url: format!("http://localhost:{port}"),
            _data: data,
        };
        for _ in 0..200 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Some(relay);
            }
            sleep(Duration::from_millis(50));
        }
        panic!("the relay does not listen");
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `satchel` as on another machine, that many years later: in a folder with these files alone, without a home, and without a network
/// where this machine lets a process have none. Says whether it had none.
#[cfg(target_os = "linux")]
pub fn elsewhere(files: &[&Path], years: i64, arguments: &[&str]) -> (Output, bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let program = folder.path().join("satchel");
    fs::copy(env!("CARGO_BIN_EXE_satchel"), &program).expect("the program");
    for file in files {
        fs::copy(file, folder.path().join(file.file_name().expect("a name"))).expect("a file");
    }
    let alone = ["--user", "--map-root-user", "--net"];
    let cut_off = Command::new("unshare")
        .args(alone)
        .arg("true")
        .output()
        .is_ok_and(|tried| tried.status.success());
    let mut command = if cut_off {
        let mut command = Command::new("unshare");
        command.args(alone).arg(&program);
        command
    } else {
        Command::new(&program)
    };
    command
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .env("TZ", "UTC")
        .env("LD_PRELOAD", shifted(folder.path(), years * 365 * 86_400))
        .stdin(Stdio::null());
    (command.output().expect("satchel runs"), cut_off)
}

/// A library that puts a program's clock ahead.
#[cfg(target_os = "linux")]
fn shifted(folder: &Path, seconds: i64) -> PathBuf {
    const SOURCE: &str = r#"
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *time) {
    int failed = syscall(SYS_clock_gettime, clock, time);
    if (!failed && clock == CLOCK_REALTIME) time->tv_sec += SECONDS;
    return failed;
}
"#;
    let (source, library) = (folder.join("clock.c"), folder.join("clock.so"));
    fs::write(&source, SOURCE).expect("the source");
    let compiled = Command::new("cc")
        .args(["-D_GNU_SOURCE", "-shared", "-fPIC"])
        .arg(format!("-DSECONDS={seconds}L"))
        .arg("-o")
        .args([&library, &source])
        .status();
    assert!(
        compiled.is_ok_and(|status| status.success()),
        "a C compiler, as for the build itself"
    );
    library
}
