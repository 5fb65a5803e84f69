//! Large blobs as files, named by their content's SHA-256.
//!
//! Invariant: a file is complete and durable before any row names it, and its name is used once (a random tail), so deleting one can
//! never race with storing the same content again. Files that no row names are swept after a while.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use protocol::hash::Hash;
use sha2::{Digest, Sha256};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncSeekExt, AsyncWriteExt, SeekFrom};

/// A file without a row is left alone for so long: its row may be on its way.
pub(crate) const GRACE: Duration = Duration::from_secs(3600);

/// The directory of blob files.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    blobs: PathBuf,
    uploads: PathBuf,
}

/// A file on its way in. Dropped unfinished it leaves nothing behind.
pub(crate) struct Upload {
    files: Files,
    path: PathBuf,
    file: File,
    hasher: Sha256,
    finished: bool,
}

impl Files {
    pub(crate) fn open(data: &Path) -> io::Result<Self> {
        let files = Self {
            blobs: data.join("blobs"),
            uploads: data.join("uploads"),
        };
        // Uploads do not outlive the process that took them.
        if files.uploads.exists() {
            std::fs::remove_dir_all(&files.uploads)?;
        }
        std::fs::create_dir_all(&files.uploads)?;
        std::fs::create_dir_all(&files.blobs)?;
        std::fs::File::open(data)?.sync_all()?;
        Ok(files)
    }

    pub(crate) async fn upload(&self) -> io::Result<Upload> {
        let path = self.uploads.join(hex(&crate::keys::random::<16>()?));
        let file = OpenOptions::new().write(true).create_new(true).open(&path).await?;
        Ok(Upload {
            files: self.clone(),
            path,
            file,
            hasher: Sha256::new(),
            finished: false,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.blobs.join(name.get(..2).unwrap_or("00")).join(name)
    }

    /// A stored file from this offset.
    pub(crate) async fn read(&self, name: &str, offset: u64) -> io::Result<File> {
        let mut file = File::open(self.path(name)).await?;
        if offset > 0 {
            file.seek(SeekFrom::Start(offset)).await?;
        }
        Ok(file)
    }

    pub(crate) async fn remove(&self, name: &str) {
        if let Err(error) = fs::remove_file(self.path(name)).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "a blob file could not be removed; the sweep will try again");
        }
    }

    /// Names of files old enough to have a row, of one of the 256 directories.
    pub(crate) async fn settled(&self, directory: u8) -> io::Result<Vec<String>> {
        let path = self.blobs.join(format!("{directory:02x}"));
        let mut names = Vec::new();
        let mut entries = match fs::read_dir(path).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
            Err(error) => return Err(error),
        };
        while let Some(entry) = entries.next_entry().await? {
            let modified = entry.metadata().await?.modified()?;
            if SystemTime::now().duration_since(modified).is_ok_and(|age| age > GRACE) {
                names.extend(entry.file_name().into_string());
            }
        }
        Ok(names)
    }
}

impl Upload {
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes).await
    }

    /// Makes the file durable under its final name if its content is what it should be.
    pub(crate) async fn finish(mut self, address: &Hash) -> io::Result<Option<String>> {
        self.file.flush().await?;
        let digest: [u8; 32] = self.hasher.finalize_reset().into();
        if &digest != address.as_bytes() {
            return Ok(None);
        }
        self.file.sync_all().await?;
        let name = format!("{address}-{}", hex(&crate::keys::random::<8>()?));
        let target = self.files.path(&name);
        let (from, blobs) = (self.path.clone(), self.files.blobs.clone());
        tokio::task::spawn_blocking(move || place(&from, &target, &blobs))
            .await
            .map_err(io::Error::other)??;
        self.finished = true;
        Ok(Some(name))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.finished {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

/// Moves a synced file to its place and syncs every directory that changed.
fn place(from: &Path, target: &Path, blobs: &Path) -> io::Result<()> {
    let directory = target.parent().unwrap_or(blobs);
    if !directory.exists() {
        std::fs::create_dir_all(directory)?;
        std::fs::File::open(blobs)?.sync_all()?;
    }
    std::fs::rename(from, target)?;
    std::fs::File::open(directory)?.sync_all()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::Files;
    use protocol::hash::sha256;
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn only_the_announced_content_gets_a_name() {
        let data = tempfile::tempdir().unwrap();
        let files = Files::open(data.path()).unwrap();
        let mut upload = files.upload().await.unwrap();
        upload.write(b"hello ").await.unwrap();
        upload.write(b"world").await.unwrap();
        let name = upload.finish(&sha256(&[b"hello world"])).await.unwrap().unwrap();
        let mut text = String::new();
        files
            .read(&name, 6)
            .await
            .unwrap()
            .read_to_string(&mut text)
            .await
            .unwrap();
        assert_eq!(text, "world");

        let mut wrong = files.upload().await.unwrap();
        wrong.write(b"hello").await.unwrap();
        assert_eq!(wrong.finish(&sha256(&[b"world"])).await.unwrap(), None);
        drop(files.upload().await.unwrap());
        assert_eq!(std::fs::read_dir(data.path().join("uploads")).unwrap().count(), 0);

        files.remove(&name).await;
        assert!(files.read(&name, 0).await.is_err());
        files.remove(&name).await;
    }
}
