//! The data directory: made on demand, private, on a local disk, used by one process at a time.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// A data directory held by this process. Dropping it lets go.
#[derive(Debug)]
pub struct DataDirectory {
    _lock: File,
}

impl DataDirectory {
    /// Makes the directory if need be and takes it.
    ///
    /// # Errors
    /// When it cannot be made, lies on a network file system, or another relay uses it.
    pub fn take(path: &Path) -> io::Result<Self> {
        make(path)?;
        refuse_network(path)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => {
                io::Error::new(io::ErrorKind::ResourceBusy, "another relay uses this data directory")
            }
            fs::TryLockError::Error(error) => error,
        })?;
        Ok(Self { _lock: lock })
    }
}

/// Makes the directory, readable for its owner only.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn make(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// SQLite's locks do not hold on network file systems, and its write-ahead log needs shared memory.
#[cfg(target_os = "linux")]
fn refuse_network(path: &Path) -> io::Result<()> {
    const NETWORK: [u64; 5] = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x564c];
    let kind = rustix::fs::statfs(path)?.f_type;
    #[expect(clippy::cast_sign_loss, reason = "file system numbers are bit patterns")]
    let kind = kind as u64 & 0xffff_ffff;
    if NETWORK.contains(&kind) {
        return Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "the data directory must lie on a local disk, not on NFS or SMB",
        ));
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn refuse_network(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::DataDirectory;

    #[test]
    fn one_process_at_a_time() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("deep/data");
        let held = DataDirectory::take(&path).unwrap();
        assert!(DataDirectory::take(&path).is_err());
        drop(held);
        DataDirectory::take(&path).unwrap();
    }
}
