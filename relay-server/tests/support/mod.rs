//! A relay to test against, keys, and a small blocking HTTP client that can also do what a proper one would refuse.

#![allow(dead_code, reason = "each test target uses its part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ed25519_dalek::{Signer as _, SigningKey};
use protocol::hash::Hash;
use protocol::key::{PublicKey, Signature, Signer};
use protocol::relay::auth;
use protocol::time::Timestamp;
use relay_server::Config;
use relay_server::config::Rates;
use relay_server::store::Sqlite;
use relay_server::store::sqlite::Durability;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// Random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

/// A random id or label.
pub(crate) fn any() -> Hash {
    Hash::new(random())
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A capability.
pub(crate) struct Key(SigningKey);

impl Key {
    pub(crate) fn new() -> Self {
        Self(SigningKey::from_bytes(&random()))
    }

    pub(crate) fn public(&self) -> PublicKey {
        self.public_key()
    }
}

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.verifying_key().to_bytes()).unwrap()
    }
    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

/// A relay in this process, over real sockets.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) data: TempDir,
    pub(crate) metrics: Option<SocketAddr>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
    config: Config,
    /// An empty folder: whether a portal was built beside this program must not matter here.
    _portal: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// With settings; rate limits are off unless the settings say otherwise.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (data, portal) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut config = Config {
            data: data.path().to_owned(),
            portal: Some(portal.path().to_owned()),
            rates: Rates::UNLIMITED,
            ..Config::default()
        };
        config.listen.set_port(0);
        change(&mut config);
        let mut server = Self {
            address: config.listen,
            data,
            metrics: None,
            running: None,
            config,
            _portal: portal,
        };
        server.run();
        server
    }

    fn run(&mut self) {
        let (config, (stop, stopped), (address, addresses)) =
            (self.config.clone(), oneshot::channel(), mpsc::channel());
        let thread = std::thread::spawn(move || {
            let store = Sqlite::open(&config.data, Durability::Full).unwrap();
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind(config.listen).await.unwrap();
                let metrics = match config.metrics {
                    Some(address) => Some(tokio::net::TcpListener::bind(address).await.unwrap()),
                    None => None,
                };
                let told = metrics.as_ref().map(|listener| listener.local_addr().unwrap());
                let shutdown = async { drop(stopped.await) };
                let prepared = relay_server::prepare(config, store).await.unwrap();
                address.send((listener.local_addr().unwrap(), told)).unwrap();
                prepared.serve(listener, metrics, shutdown).await.unwrap();
            });
        });
        (self.address, self.metrics) = addresses.recv().unwrap();
        self.running = Some((stop, thread));
    }

    pub(crate) fn stop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            _ = stop.send(());
            thread.join().unwrap();
        }
    }

    /// The same data under a new process, as far as a test in one process can say.
    pub(crate) fn restart(&mut self) {
        self.stop();
        self.run();
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The answer's content, after checking that it says success.
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self) -> T {
        assert_eq!(
            self.json()["success"],
            Value::Bool(true),
            "{} {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// Refused with this status and code, as a well-formed problem.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) -> &Self {
        let json = self.json();
        assert_eq!((self.status, json["code"].as_str()), (status, Some(code)), "{json}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(
            (json["success"].as_bool(), json["status"].as_u64()),
            (Some(false), Some(u64::from(status)))
        );
        self
    }
}

/// A keep-alive connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    pub(crate) authority: String,
}

pub(crate) type Headers = Vec<(String, String)>;

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            authority: address.to_string(),
        }
    }

    /// Sends exactly this.
    pub(crate) fn send(&mut self, method: &str, target: &str, headers: &Headers, body: &[u8]) -> Answer {
        self.try_send(method, target, headers, body).unwrap()
    }

    pub(crate) fn try_send(
        &mut self,
        method: &str,
        target: &str,
        headers: &Headers,
        body: &[u8],
    ) -> std::io::Result<Answer> {
        let mut head = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n",
            self.authority,
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(body);
        let written = self.stream.get_mut().write_all(&bytes);
        // A relay that refuses early closes the connection; its answer is still to be read.
        self.receive(method).or_else(|error| written.and(Err(error)))
    }

    fn receive(&mut self, method: &str) -> std::io::Result<Answer> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|text| text.parse().ok())
            .ok_or(std::io::ErrorKind::InvalidData)?;
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or(std::io::ErrorKind::InvalidData)?;
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = headers
            .iter()
            .find(|(name, _)| name == "content-length")
            .map_or(0, |(_, value)| value.parse().unwrap());
        let mut body = vec![0; if method == "HEAD" || status == 304 { 0 } else { length }];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, headers, body })
    }

    pub(crate) fn get(&mut self, target: &str) -> Answer {
        self.send("GET", target, &Vec::new(), b"")
    }

    /// The headers that sign this request now.
    pub(crate) fn sign(&self, method: &str, target: &str, body: &[u8], key: &Key) -> Headers {
        self.sign_at(now(), method, target, body, key)
    }

    pub(crate) fn sign_at(&self, created: u64, method: &str, target: &str, body: &[u8], key: &Key) -> Headers {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = auth::Request::new(method, &self.authority, path, query);
        let request = if body.is_empty() {
            request
        } else {
            request.with_body(body)
        };
        let headers = auth::sign(&request, Timestamp::new(created).unwrap(), random(), key);
        headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    pub(crate) fn signed(&mut self, method: &str, target: &str, body: &[u8], key: &Key) -> Answer {
        let headers = self.sign(method, target, body, key);
        self.send(method, target, &headers, body)
    }

    /// A signed JSON request.
    pub(crate) fn call(&mut self, method: &str, target: &str, message: &impl serde::Serialize, key: &Key) -> Answer {
        self.signed(method, target, &serde_json::to_vec(message).unwrap(), key)
    }

    /// A signed request without a body.
    pub(crate) fn ask(&mut self, method: &str, target: &str, key: &Key) -> Answer {
        self.signed(method, target, b"", key)
    }
}

/// Every byte of every file below a directory.
pub(crate) fn all_bytes(directory: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            bytes.extend(all_bytes(&path));
        } else {
            bytes.extend(std::fs::read(path).unwrap());
        }
    }
    bytes
}
