//! The program as a child process, and a chain to write to.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use protocol::hash::{Hash, sha256};
use protocol::relay::message::{Admitted, Blocks, NewBlock, NewChain};

use crate::support::{Answer, Client, Key, any, random};

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relay-server"));
    command.args(arguments).env("RELAY_LOG", "error");
    command
}

/// Runs to the end: whether it went well, standard output, standard error.
pub(crate) fn run(arguments: &[&str]) -> (bool, String, String) {
    let output = program(arguments).output().unwrap();
    (
        output.status.success(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// Runs and must go well.
#[track_caller]
pub(crate) fn good(arguments: &[&str]) -> String {
    let (success, out, error) = run(arguments);
    assert!(success, "{arguments:?}\n{out}{error}");
    out
}

/// Runs and must be refused; what it says.
#[track_caller]
pub(crate) fn refused(arguments: &[&str]) -> String {
    let (success, out, error) = run(arguments);
    assert!(!success, "{arguments:?}\n{out}{error}");
    out + &error
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A relay in a process of its own.
pub(crate) struct Relay {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Relay {
    pub(crate) fn start(data: &Path) -> Self {
        Self::with(data, &[])
    }

    pub(crate) fn with(data: &Path, arguments: &[&str]) -> Self {
        let mut command = program(&["--listen", "127.0.0.1:0", "--data", text(data)]);
        command.args(arguments);
        Self::spawn(command)
    }

    pub(crate) fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some((_, address)) = line.trim().split_once("://") else {
            let mut said = String::new();
            child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
            panic!("the relay did not start: {said}");
        };
        Self {
            address: address.parse().unwrap(),
            child,
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address)
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Lets it end in order.
    pub(crate) fn stop(mut self) {
        let status = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success() && self.child.wait().unwrap().success());
    }
}

/// A chain and the key that writes to it.
pub(crate) struct Chain {
    pub(crate) path: String,
    pub(crate) write: Key,
}

impl Chain {
    pub(crate) fn new(client: &mut Client) -> Self {
        let chain = Self {
            path: format!("/v1/chains/{}", any()),
            write: Key::new(),
        };
        let new = NewChain {
            write: chain.write.public(),
            read: vec![],
            recover: None,
            public: false,
        };
        client.call("PUT", &chain.path, &new, &chain.write).is(201);
        chain
    }

    /// Tries to append a random block of this size.
    pub(crate) fn append(&self, client: &mut Client, size: usize) -> (Hash, Answer) {
        let content: Vec<u8> = (0..size.div_ceil(32)).flat_map(|_| random::<32>()).collect();
        let block = NewBlock {
            label: any(),
            commit: sha256(&[&content]),
            block: content[..200.min(content.len())].into(),
            slot: None,
            body: (size > 200).then(|| content[..].into()),
            capabilities: None,
        };
        let commit = block.commit;
        let answer = client.call("POST", &format!("{}/blocks", self.path), &block, &self.write);
        (commit, answer)
    }

    pub(crate) fn admitted(&self, client: &mut Client) -> Hash {
        let (commit, answer) = self.append(client, 200);
        answer.is(201).read::<Admitted>();
        commit
    }

    /// Stores a random blob that is large enough for a file of its own.
    pub(crate) fn blob(&self, client: &mut Client) -> Vec<u8> {
        let blob: Vec<u8> = (0..2500).flat_map(|_| random::<32>()).collect();
        let target = format!("{}/blobs/{}", self.path, sha256(&[&blob]));
        client.signed("PUT", &target, &blob, &self.write).is(201);
        blob
    }

    pub(crate) fn read_blob(&self, client: &mut Client, blob: &[u8]) -> Answer {
        let target = format!("{}/blobs/{}", self.path, sha256(&[blob]));
        client.ask("GET", &target, &self.write)
    }

    /// Commits of all blocks that the relay has.
    pub(crate) fn commits(&self, client: &mut Client) -> Vec<Hash> {
        let (mut commits, mut after) = (Vec::new(), String::new());
        loop {
            let target = format!("{}/blocks{after}", self.path);
            let page: Blocks = client.ask("GET", &target, &self.write).is(200).read();
            commits.extend(page.entries.iter().map(|entry| entry.commit));
            if !page.more {
                return commits;
            }
            after = format!("?after={}", commits.len() - 1);
        }
    }
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The one blob file of a data directory.
pub(crate) fn blob_file(data: &Path) -> std::path::PathBuf {
    let folder = std::fs::read_dir(data.join("blobs")).unwrap().next().unwrap().unwrap();
    std::fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path()
}
