//! The list of what a backup holds, with the hash of each file (`manifest.json`, written last).

use protocol::hash::Hash;
use serde::{Deserialize, Serialize};

/// Its name in the backup.
pub(crate) const FILE: &str = "manifest.json";
/// The one format there is.
const FORMAT: &str = "satchel-relay-backup-1";
/// Largest manifest: about two million files.
const LARGEST: usize = 512 * 1024 * 1024;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always `satchel-relay-backup-1`.
    pub format: String,
    /// Version of the program that made it.
    pub relay: String,
    /// When, in Unix seconds by that machine's clock.
    pub time: u64,
    /// Origin line of the log.
    pub origin: String,
    /// The log's public key.
    pub log_key: String,
    /// Number of the newest entry.
    pub entries: u64,
    /// Commits of the database.
    pub commits: u64,
    /// Every file but this one, by path.
    pub files: Vec<Listed>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Path inside the backup, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256.
    pub sha256: Hash,
}

impl Manifest {
    /// A manifest of this format.
    pub(crate) fn new() -> Self {
        Self {
            format: FORMAT.to_owned(),
            relay: env!("CARGO_PKG_VERSION").to_owned(),
            time: super::now(),
            origin: String::new(),
            log_key: String::new(),
            entries: 0,
            commits: 0,
            files: Vec::new(),
        }
    }

    /// Reads a manifest; paths that could lead out of the backup are refused.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > LARGEST {
            return Err("it is too large".to_owned());
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| format!("it is malformed: {error}"))?;
        if manifest.format != FORMAT {
            return Err("it is of another format or a newer version".to_owned());
        }
        let mut last: Option<&str> = None;
        for Listed { path, .. } in &manifest.files {
            if !is_plain(path) {
                return Err("it names a file outside the backup".to_owned());
            }
            if last.is_some_and(|last| last >= path.as_str()) {
                return Err("its files are not in order, or one stands twice".to_owned());
            }
            last = Some(path);
        }
        Ok(manifest)
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// None in practice: texts and numbers only.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Letters, digits, `-`, `_` and `.`, in at most three parts, none of which is hidden or leads up.
fn is_plain(path: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    path != FILE
        && path.len() <= 200
        && path.split('/').count() <= 3
        && path
            .split('/')
            .all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(allowed))
}

#[cfg(test)]
mod tests {
    use super::{Listed, Manifest};
    use protocol::hash::sha256;

    #[test]
    fn a_manifest_names_files_of_its_own_folder_once_and_in_order() {
        let with = |paths: &[&str]| {
            let mut manifest = Manifest::new();
            manifest.files = paths
                .iter()
                .map(|path| Listed {
                    path: (*path).to_owned(),
                    size: 1,
                    sha256: sha256(&[]),
                })
                .collect();
            Manifest::parse(&manifest.encode().unwrap())
        };
        assert_eq!(with(&["blobs/00/a", "relay.sqlite"]).unwrap().files.len(), 2);
        for bad in [
            &["../a"][..],
            &["/etc/passwd"],
            &["a//b"],
            &[".a"],
            &["a/../b"],
            &["a\\b"],
            &["manifest.json"],
            &["a", "a"],
            &["b", "a"],
            &["a/b/c/d"],
        ] {
            assert!(with(bad).is_err(), "{bad:?}");
        }
        assert!(Manifest::parse(b"{}").is_err());
        let mut newer = Manifest::new();
        newer.format = "satchel-relay-backup-2".to_owned();
        assert!(Manifest::parse(&newer.encode().unwrap()).is_err());
    }
}
