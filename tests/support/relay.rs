//! The relay as a child process.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::leaks;
use crate::wire::Log;

/// A running relay with its data directory and its log file.
#[derive(Debug)]
pub struct Relay {
    child: Option<Child>,
    binary: PathBuf,
    place: TempDir,
    port: u16,
    /// Its address.
    pub url: String,
    /// Address of its metrics.
    pub metrics: String,
    /// Everything that went over the wire between it and the people of this test.
    pub log: Arc<Log>,
}

impl Relay {
    /// Starts a relay on any free port. Without its binary the test is skipped, with `CI=true` it fails.
    ///
    /// # Panics
    /// When it does not start, or its binary is missing with `CI=true`.
    pub fn start() -> Option<Self> {
        Self::start_with("")
    }

    /// Starts a relay with these settings (TOML) on any free port.
    ///
    /// # Panics
    /// As [`Relay::start`].
    pub fn start_with(settings: &str) -> Option<Self> {
        let binary = binary();
        if !binary.exists() {
            let sentence = "the relay is not built: run `cargo build -p relay-server` first, or name its binary in SATCHEL_RELAY_BIN";
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{sentence}");
            println!("skipped: {sentence}");
            return None;
        }
        let place = TempDir::new().expect("a temporary folder");
        fs::write(place.path().join("relay.toml"), settings).expect("a file");
        let mut relay = Self {
            child: None,
            binary,
            place,
            port: 0,
            url: String::new(),
            metrics: String::new(),
            log: Arc::default(),
        };
        relay.resume();
        Some(relay)
    }

    /// Other settings (TOML), from the next start on.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn set(&self, settings: &str) {
        fs::write(self.place.path().join("relay.toml"), settings).expect("a file");
    }

    /// Starts it again on the same port and data.
    ///
    /// # Panics
    /// When it does not start.
    pub fn resume(&mut self) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_file())
            .expect("a log file");
        let mut child = Command::new(&self.binary)
            .arg("--data")
            .arg(self.data())
            .args([
                "--listen",
                &format!("127.0.0.1:{}", self.port),
                "--metrics",
                "127.0.0.1:0",
            ])
            .env("RELAY_LOG", "debug")
            .env("RELAY_CONFIG", self.place.path().join("relay.toml"))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the relay starts");
        let mut said = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut address = || {
            let line = said.next().and_then(Result::ok).unwrap_or_default();
            line.rsplit(' ').next().unwrap_or_default().to_owned()
        };
        (self.url, self.metrics) = (address(), address());
        let port = self.url.rsplit(':').next().and_then(|text| text.parse().ok());
        self.port = port.unwrap_or_else(|| {
            panic!(
                "the relay said nothing: {}",
                fs::read_to_string(self.log_file()).unwrap_or_default()
            )
        });
        self.child = Some(child);
    }

    /// Ends it at once, as a power cut would.
    ///
    /// # Panics
    /// When it cannot be ended.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it is ours to end");
            child.wait().expect("it ended");
        }
    }

    /// Keeps a copy of its data, as a backup would. The relay must be down.
    ///
    /// # Panics
    /// When it runs, or files cannot be copied.
    pub fn back_up(&self, name: &str) {
        assert!(self.child.is_none(), "only a relay at rest can be copied");
        copy(&self.data(), &self.place.path().join(name));
    }

    /// Puts a copy back in place of its data.
    ///
    /// # Panics
    /// When it runs, or files cannot be copied.
    pub fn restore(&self, name: &str) {
        assert!(self.child.is_none(), "only a relay at rest can be put back");
        fs::remove_dir_all(self.data()).expect("its data is ours");
        copy(&self.place.path().join(name), &self.data());
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.place.path().join("data")
    }

    /// The number of its process.
    ///
    /// # Panics
    /// When it does not run.
    pub fn process(&self) -> u32 {
        self.child.as_ref().expect("a running relay").id()
    }

    /// What it wrote to standard error.
    pub fn log_file(&self) -> PathBuf {
        self.place.path().join("log")
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        if !std::thread::panicking() {
            let found = leaks::found(self);
            assert!(found.is_empty(), "{} leaks:\n{}", found.len(), found.join("\n"));
        }
    }
}

fn binary() -> PathBuf {
    program("SATCHEL_RELAY_BIN", "relay-server")
}

/// A program of this repository: the one that a variable names, or the one beside this test.
pub(crate) fn program(variable: &str, name: &str) -> PathBuf {
    if let Some(named) = std::env::var_os(variable) {
        return named.into();
    }
    // A test's own binary lies two folders below the one that holds the relay.
    let own = std::env::current_exe().unwrap_or_default();
    let folder = own
        .parent()
        .and_then(Path::parent)
        .map(Path::to_owned)
        .unwrap_or_default();
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("its kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Every row of the relay's database by table, read while it runs.
///
/// # Panics
/// When the database cannot be read.
pub fn rows(data: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let file = fs::read_dir(data)
        .expect("the data directory")
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3")))
        .expect("a database");
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the database opens");
    let mut tables = database
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
        .expect("a query");
    let names: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .expect("names")
        .filter_map(Result::ok)
        .collect();
    let read = |name: &String| {
        let mut query = database
            .prepare(&format!("SELECT * FROM \"{name}\" ORDER BY 1"))
            .expect("a query");
        let columns = query.column_count();
        let rows = query
            .query_map([], |row| (0..columns).map(|place| row.get(place)).collect())
            .expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    };
    names.iter().map(|name| (name.clone(), read(name))).collect()
}
