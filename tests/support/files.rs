//! Large files, what of them passed the wire, and the shipped `satchel` as a process of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use protocol::hash::{Hash, sha256};
use protocol::tree::{Builder, PIECE_LEN};
use vault::facade::{DownloadView, FileDraft, FileView};

use crate::person::{PASSPHRASE, Person};
use crate::relay::program;
use crate::wire::Wire;

/// Makes a file of this many bytes; no two pieces of it are the same.
///
/// # Panics
/// When it cannot be written.
pub fn make(path: &Path, size: u64) {
    let mut block: Vec<u8> = (0..PIECE_LEN / 32)
        .flat_map(|number| *sha256(&[&number.to_be_bytes()]).as_bytes())
        .collect();
    let mut file = File::create(path).expect("a file");
    let mut written = 0;
    while written < size {
        block[..8].copy_from_slice(&written.to_be_bytes());
        let length = usize::try_from((size - written).min(PIECE_LEN as u64)).expect("a length");
        file.write_all(&block[..length]).expect("room");
        written += length as u64;
    }
}

/// The tree hash of a file.
///
/// # Panics
/// When it cannot be read.
pub fn tree(path: &Path) -> Hash {
    let mut file = File::open(path).expect("a file");
    let mut builder = Builder::new();
    loop {
        let mut piece = Vec::new();
        let read = Read::by_ref(&mut file).take(PIECE_LEN as u64).read_to_end(&mut piece);
        if read.expect("a readable file") == 0 {
            return builder.finish().hash;
        }
        builder.piece(&piece).expect("a piece");
    }
}

/// A file as the vault takes it.
///
/// # Panics
/// When it is not there.
pub fn draft(path: &Path) -> FileDraft {
    FileDraft {
        name: path.file_name().expect("a name").to_string_lossy().into_owned(),
        media_type: "application/octet-stream".into(),
        size: fs::metadata(path).expect("a file").len(),
        source: path.to_str().expect("text").to_owned(),
    }
}

/// How often each blob was sent to the relay and answered by it, with the last status.
pub fn sent(wire: &Wire) -> BTreeMap<String, (u32, u16)> {
    let mut all = BTreeMap::new();
    for exchange in wire.all() {
        let request = &exchange.request;
        if let (true, Some(response)) = (request.method == "PUT", &exchange.response)
            && let Some((_, address)) = request.url.split_once("/blobs/")
        {
            let entry = all.entry(address.to_owned()).or_insert((0, 0));
            *entry = (entry.0 + 1, response.status);
        }
    }
    all
}

/// Bytes of all blobs that were sent.
pub fn bytes_sent(wire: &Wire) -> usize {
    let puts = wire.all();
    puts.iter()
        .filter(|exchange| exchange.request.method == "PUT" && exchange.request.url.contains("/blobs/"))
        .filter_map(|exchange| exchange.request.body.as_ref())
        .map(Vec::len)
        .sum()
}

/// How many requests to addresses that contain this were sent.
pub fn count(wire: &Wire, method: &str, part: &str) -> usize {
    let all = wire.all();
    all.iter()
        .filter(|exchange| exchange.request.method == method && exchange.request.url.contains(part))
        .count()
}

impl Person {
    /// Sends the files on their way.
    ///
    /// # Panics
    /// When the relay is not reached.
    pub fn carry(&mut self) {
        assert_eq!(self.try_carry(&mut |_| ()), None);
    }

    /// Sends the files on their way; gives the code of what stopped it.
    pub fn try_carry(&mut self, progress: &mut dyn FnMut(&[FileView])) -> Option<String> {
        match self.session().carry(progress) {
            Ok(drained) => {
                self.keep_shows(drained.show);
                None
            }
            Err(error) => Some(error.code),
        }
    }

    /// Takes a file in and sends it; gives the record.
    ///
    /// # Panics
    /// When it does not come so far.
    pub fn import(&mut self, path: &Path) -> String {
        let draft = draft(path);
        self.run(|vault, now, rng| vault.add_file(&draft, now, rng));
        self.shown();
        self.carry();
        let stored = self.shown().into_iter().find(|show| show.kind == "show.file_stored");
        stored.expect("a stored file").subject
    }

    /// Fetches a file.
    ///
    /// # Errors
    /// What stopped it.
    pub fn save(&mut self, grant: Option<&str>, record: &str, path: &Path) -> Result<(), cli::Error> {
        self.session().save(grant, record, 0, path, &mut |_: &DownloadView| ())
    }

    /// The shipped command line over this vault, which must be closed.
    pub fn satchel(&self) -> Command {
        let passphrase = self.path().with_extension("passphrase");
        fs::write(&passphrase, PASSPHRASE).expect("a file");
        let mut command = Command::new(satchel());
        command.arg("--vault").arg(self.path());
        command.arg("--passphrase-file").arg(passphrase);
        command.stdin(Stdio::null());
        command
    }
}

/// Where the command line lies; none, said, when it is not built.
///
/// # Panics
/// When it is missing with `CI=true`.
pub fn built() -> Option<PathBuf> {
    let binary = satchel();
    if binary.exists() {
        return Some(binary);
    }
    let sentence = "the command line is not built: run `cargo build -p cli` first, or name its binary in SATCHEL_BIN";
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{sentence}");
    println!("skipped: {sentence}");
    None
}

fn satchel() -> PathBuf {
    program("SATCHEL_BIN", "satchel")
}
