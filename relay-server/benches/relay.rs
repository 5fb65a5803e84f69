//! What the relay does per second, beside what the disk does, in one run: `cargo bench -p relay-server`.
//!
//! The relay runs as a child process with full durability and without rate limits. Every append is a signed request with a 4 KiB block over
//! a kept connection; signing happens before the clock starts. Each table names the disk's own `fdatasync` on the same directory.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement stops at the first surprise"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use protocol::hash::sha256;
use protocol::relay::message::{Envelopes, MailboxSettings, NewBlock, NewChain};
use support::{Client, Headers, Key, any, random};

struct Relay {
    child: Child,
    address: SocketAddr,
    start: Duration,
}

impl Relay {
    fn start(data: &Path, normal: bool) -> Self {
        let config = data.join("relay.toml");
        let rates = ["address", "capability", "create", "intake"]
            .map(|name| format!("[rates.{name}]\nper_second = 0\nburst = 0\n"));
        std::fs::write(&config, rates.concat()).unwrap();
        let began = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_relay-server"));
        command
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .arg("--config")
            .arg(&config);
        if normal {
            command.arg("--dangerous-normal-durability");
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap()
            .parse()
            .unwrap();
        Client::connect(address).get("/livez").is(200);
        Self {
            child,
            address,
            start: began.elapsed(),
        }
    }

    /// Resident memory in MiB, where the system tells.
    fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace()
            .nth(1)?
            .parse::<f64>()
            .ok()
            .map(|kib| kib / 1024.0)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100]
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

/// The disk alone: write 4 KiB, fdatasync, again.
fn fdatasync(directory: &Path) -> (Duration, Duration) {
    let mut file = File::create(directory.join("probe")).unwrap();
    let mut times: Vec<Duration> = (0..300)
        .map(|_| {
            file.write_all(&[7; 4096]).unwrap();
            let began = Instant::now();
            file.sync_data().unwrap();
            began.elapsed()
        })
        .collect();
    (percentile(&mut times, 50), percentile(&mut times, 99))
}

type Prepared = Vec<(Headers, Vec<u8>)>;

fn prepare(client: &Client, target: &str, write: &Key, count: usize) -> Prepared {
    (0..count)
        .map(|_| {
            let content = random::<4096>();
            let block = NewBlock {
                label: any(),
                commit: sha256(&[&content]),
                block: content[..].into(),
                slot: None,
                body: None,
                capabilities: None,
            };
            let body = serde_json::to_vec(&block).unwrap();
            (client.sign("POST", target, &body, write), body)
        })
        .collect()
}

/// Appends by so many clients at once: appends per second, and the times of single ones.
fn append(relay: &Relay, clients: usize, each: usize) -> (f64, Vec<Duration>) {
    let start = Arc::new(Barrier::new(clients + 1));
    let threads: Vec<_> = (0..clients)
        .map(|_| {
            let (start, address) = (Arc::clone(&start), relay.address);
            std::thread::spawn(move || {
                let mut client = Client::connect(address);
                let (path, write) = (format!("/v1/chains/{}", any()), Key::new());
                let new = NewChain {
                    write: write.public(),
                    read: vec![],
                    recover: None,
                    public: false,
                };
                client.call("PUT", &path, &new, &write).is(201);
                let target = format!("{path}/blocks");
                let prepared = prepare(&client, &target, &write, each);
                start.wait();
                prepared
                    .iter()
                    .map(|(headers, body)| {
                        let began = Instant::now();
                        client.send("POST", &target, headers, body).is(201);
                        began.elapsed()
                    })
                    .collect::<Vec<_>>()
            })
        })
        .collect();
    start.wait();
    let began = Instant::now();
    let times: Vec<Duration> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    (times.len() as f64 / began.elapsed().as_secs_f64(), times)
}

/// From sending an envelope to the answer of the one who waits for it.
fn push(relay: &Relay, rounds: usize) -> Vec<Duration> {
    let (path, read) = (format!("/v1/mailboxes/{}", any()), Key::new());
    let mut sender = Client::connect(relay.address);
    let settings = MailboxSettings {
        read: read.public(),
        send: vec![],
        intake: true,
        contact: None,
    };
    sender.call("PUT", &path, &settings, &read).is(201);
    let mut reader = Client::connect(relay.address);
    let target = format!("{path}/envelopes");
    (0..rounds)
        .map(|round| {
            let wait = format!("{target}?after={round}&wait=20");
            let headers = reader.sign("GET", &wait, b"", &read);
            std::thread::scope(|scope| {
                let waiting = scope.spawn(|| {
                    let answer = reader.send("GET", &wait, &headers, b"");
                    let arrived = Instant::now();
                    assert_eq!(answer.read::<Envelopes>().envelopes.len(), 1);
                    arrived
                });
                std::thread::sleep(Duration::from_millis(8));
                let envelope = random::<4096>();
                let sent = Instant::now();
                sender.send("POST", &target, &Vec::new(), &envelope).is(202);
                waiting.join().unwrap().duration_since(sent)
            })
        })
        .collect()
}

/// Memory that so many waiting readers take.
fn waiting(relay: &Relay, count: usize) -> Option<f64> {
    let before = relay.memory()?;
    let (path, read) = (format!("/v1/mailboxes/{}", any()), Key::new());
    let mut client = Client::connect(relay.address);
    let settings = MailboxSettings {
        read: read.public(),
        send: vec![],
        intake: false,
        contact: None,
    };
    client.call("PUT", &path, &settings, &read).is(201);
    let target = format!("{path}/envelopes?wait=25");
    let mut streams = Vec::with_capacity(count);
    for _ in 0..count {
        let headers = client.sign("GET", &target, b"", &read);
        let mut stream = std::net::TcpStream::connect(relay.address).unwrap();
        let mut head = format!("GET {target} HTTP/1.1\r\nhost: {}\r\n", client.authority);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        streams.push(stream);
    }
    std::thread::sleep(Duration::from_secs(2));
    let after = relay.memory()?;
    drop(streams);
    Some((after - before) * 1024.0 / count as f64)
}

fn main() {
    let data = tempfile::tempdir().unwrap();
    let (p50, p99) = fdatasync(data.path());
    println!("| measure | value |\n| --- | --- |");
    println!(
        "| disk: 4 KiB write and fdatasync, p50 / p99 | {} / {} |",
        milliseconds(p50),
        milliseconds(p99)
    );
    let relay = Relay::start(data.path(), false);
    println!(
        "| start to first answer, new data directory | {} |",
        milliseconds(relay.start)
    );
    drop(relay);
    let relay = Relay::start(data.path(), false);
    println!(
        "| start to first answer, second start | {} |",
        milliseconds(relay.start)
    );
    std::thread::sleep(Duration::from_secs(1));
    if let Some(memory) = relay.memory() {
        println!("| memory at rest (resident) | {memory:.1} MiB |");
    }
    for (clients, each) in [(1, 2000), (16, 400), (64, 150)] {
        let (rate, mut times) = append(&relay, clients, each);
        let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
        println!(
            "| durable append of 4 KiB, {clients} clients | {rate:.0}/s, p50 {}, p99 {} |",
            milliseconds(p50),
            milliseconds(p99)
        );
    }
    let mut times = push(&relay, 200);
    let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    println!(
        "| push: envelope sent to waiting reader, p50 / p99 | {} / {} |",
        milliseconds(p50),
        milliseconds(p99)
    );
    if let Some(kib) = waiting(&relay, 500) {
        println!("| memory per waiting reader | {kib:.1} KiB |");
    }
    if let Some(memory) = relay.memory() {
        println!("| memory after all this (resident) | {memory:.1} MiB |");
    }
    drop(relay);
    let relay = Relay::start(data.path(), true);
    let (rate, _) = append(&relay, 16, 400);
    println!("| for comparison, not durable at power loss (synchronous=NORMAL), 16 clients | {rate:.0}/s |");
    let (p50, p99) = fdatasync(data.path());
    println!("| disk again | {} / {} |", milliseconds(p50), milliseconds(p99));
}
