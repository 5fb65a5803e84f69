//! A platform in small: a relay process, a store with compare-and-swap, a loop that sends.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use getrandom::SysRng;
use rand_core::{CryptoRng, UnwrapErr};
use vault::facade::{Changes, Entry, Error, Header, Put, Request, Setup, Show, Vault};

pub(crate) struct Relay {
    child: Child,
    pub(crate) url: String,
    binary: std::path::PathBuf,
    data: tempfile::TempDir,
}

impl Relay {
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// A relay with further arguments.
    pub(crate) fn start_with(arguments: &[&str]) -> Option<Self> {
        let binary = std::env::var_os("SATCHEL_RELAY_BIN")
            .map(std::path::PathBuf::from)
            .unwrap_or_else(|| {
                let mut path = std::env::current_exe().unwrap();
                path.pop();
                path.pop();
                path.join("relay-server")
            });
        if !binary.exists() {
            // Where everything is built first, a missing relay is a failure and never a silent pass.
            assert!(std::env::var_os("CI").is_none(), "no relay at {}", binary.display());
            eprintln!("skipped: build the relay first (cargo build -p relay-server)");
            return None;
        }
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(&binary)
            .args(["--data", data.path().to_str().unwrap(), "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line.trim().rsplit(' ').next().unwrap().to_owned();
        Some(Self {
            child,
            url,
            binary,
            data,
        })
    }
}

impl Relay {
    /// What the operator hands out on an invite-only relay.
    #[allow(dead_code, reason = "only some tests ask for tokens")]
    pub(crate) fn tokens(&self, count: u32) -> String {
        let output = Command::new(&self.binary)
            .args([
                "--data",
                self.data.path().to_str().unwrap(),
                "token",
                "--count",
                &count.to_string(),
            ])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) struct Person {
    pub(crate) vault: Vault,
    store: BTreeMap<String, Vec<u8>>,
    generation: u64,
    shows: Vec<Show>,
    pub(crate) words: String,
    pub(crate) offset: u64,
}

const PASSPHRASE: &str = "correct horse";

fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

impl Person {
    pub(crate) fn create(setup: &Setup) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let (vault, changes) = Vault::create(setup, PASSPHRASE, now, &mut rng()).unwrap();
        let words = vault.kit().unwrap().remove(0);
        Self::begin(vault, changes, words)
    }

    pub(crate) fn join(words: &str, relay: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let (vault, changes) = Vault::join(words, relay, PASSPHRASE, now, &mut rng()).unwrap();
        Self::begin(vault, changes, words.to_owned())
    }

    fn begin(vault: Vault, changes: Changes, words: String) -> Self {
        let mut person = Self {
            vault,
            store: BTreeMap::new(),
            generation: 0,
            shows: Vec::new(),
            words,
            offset: 0,
        };
        person.keep(&changes);
        person
    }

    pub(crate) fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + self.offset
    }

    fn keep(&mut self, changes: &Changes) {
        self.shows.extend(changes.show.iter().cloned());
        if changes.is_empty() {
            return;
        }
        assert_eq!(changes.generation, self.generation + 1);
        self.generation = changes.generation;
        for put in &changes.puts {
            self.store.insert(put.key.clone(), put.value.clone());
        }
        for key in &changes.deletes {
            self.store.remove(key);
        }
        self.vault.stored(changes.generation).unwrap();
    }

    pub(crate) fn shown(&mut self) -> Vec<Show> {
        std::mem::take(&mut self.shows)
    }

    fn bring(&mut self, error: &Error) {
        let entries = error
            .need
            .iter()
            .map(|key| Entry {
                key: key.clone(),
                value: self.store.get(key).cloned(),
            })
            .collect();
        self.vault.provide(entries).unwrap();
    }

    pub(crate) fn try_run(
        &mut self,
        command: impl Fn(&mut Vault, u64, &mut dyn CryptoRng) -> Result<Changes, Error>,
    ) -> Result<Changes, Error> {
        let now = self.now();
        loop {
            match command(&mut self.vault, now, &mut rng()) {
                Ok(changes) => {
                    self.keep(&changes);
                    return Ok(changes);
                }
                Err(error) if error.code == "vault.need" => self.bring(&error),
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn run(
        &mut self,
        command: impl Fn(&mut Vault, u64, &mut dyn CryptoRng) -> Result<Changes, Error>,
    ) -> Changes {
        self.try_run(command).unwrap_or_else(|error| panic!("{error:?}"))
    }

    pub(crate) fn ask<T>(&mut self, query: impl Fn(&Vault, u64) -> Result<T, Error>) -> T {
        let now = self.now();
        loop {
            match query(&self.vault, now) {
                Ok(value) => return value,
                Err(error) if error.code == "vault.need" => self.bring(&error),
                Err(error) => panic!("{error:?}"),
            }
        }
    }

    /// Asks again after bringing what is needed.
    pub(crate) fn with_need<T>(&mut self, mut ask: impl FnMut(&mut Vault) -> Result<T, Error>) -> Result<T, Error> {
        loop {
            match ask(&mut self.vault) {
                Err(error) if error.code == "vault.need" => self.bring(&error),
                other => return other,
            }
        }
    }

    /// The header and the index, as the store holds them.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let index = self.store.iter().filter(|(key, _)| !key.starts_with('d'));
        let entry = |(key, value): (&String, &Vec<u8>)| Entry {
            key: key.clone(),
            value: Some(value.clone()),
        };
        index.map(entry).collect()
    }

    /// Writes one entry that is no part of a change.
    pub(crate) fn put(&mut self, put: Put) {
        self.store.insert(put.key, put.value);
    }

    /// Sends until nothing is left, asking once for all news.
    pub(crate) fn sync(&mut self) {
        self.vault.refresh();
        for _ in 0..2000 {
            let now = self.now();
            let request = self.vault.next_request(now, &mut rng()).unwrap();
            match request.kind.as_str() {
                "send" => {
                    let (status, headers, body) = send(&request);
                    let changes = self.respond(request.id, status, headers, body);
                    self.keep(&changes);
                }
                "idle" => return,
                _ => std::thread::sleep(std::time::Duration::from_millis(50)),
            }
        }
        panic!("never idle: {:?}", self.vault.profile());
    }

    fn respond(&mut self, id: u64, status: u16, headers: Vec<Header>, body: Vec<u8>) -> Changes {
        let now = self.now();
        self.vault
            .on_response(id, status, headers, body, now, &mut rng())
            .unwrap()
    }

    pub(crate) fn reopen(&mut self) {
        self.vault = Vault::open(self.entries(), PASSPHRASE).unwrap();
    }
}

pub(crate) fn send(request: &Request) -> (u16, Vec<Header>, Vec<u8>) {
    let rest = request.url.strip_prefix("http://").unwrap();
    let (authority, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(authority).unwrap();
    let body = request.body.clone().unwrap_or_default();
    let mut head = format!(
        "{} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n",
        request.method
    );
    for header in &request.headers {
        head.push_str(&format!("{}: {}\r\n", header.name, header.value));
    }
    if request.body.is_some() {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<Header> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| Header {
            name: name.to_lowercase(),
            value: value.to_owned(),
        })
        .collect();
    let mut body = answer[end + 4..].to_vec();
    if headers
        .iter()
        .any(|header| header.name == "transfer-encoding" && header.value == "chunked")
    {
        let mut plain = Vec::new();
        while let Some(line) = body.windows(2).position(|window| window == b"\r\n") {
            let size = usize::from_str_radix(std::str::from_utf8(&body[..line]).unwrap(), 16).unwrap();
            plain.extend_from_slice(&body[line + 2..line + 2 + size]);
            body.drain(..line + 4 + size);
            if size == 0 {
                break;
            }
        }
        body = plain;
    }
    if std::env::var_os("SATCHEL_TRACE").is_some() {
        let shown = if body.len() < 400 {
            String::from_utf8_lossy(&body).into_owned()
        } else {
            format!("{} bytes", body.len())
        };
        eprintln!("{} {} -> {status} {shown}", request.method, request.url);
    }
    (status, headers, body)
}
