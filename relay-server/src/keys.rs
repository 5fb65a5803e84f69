//! The two secrets a relay has: the log's signing key, and the key that tokens are made with.
//!
//! Both are made at the first use, lie in files that only the relay's user can read, and never change. The log's origin is stored with
//! the data and never changes either, whatever the relay is called later.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use protocol::hash::sha256;
use protocol::key::{PublicKey, Signature, Signer};
use protocol::promise::Promise;
use zeroize::Zeroizing;

pub(crate) const LOG_KEY: &str = "log.key";

/// The key that signs promises.
pub struct LogKey {
    secret: SigningKey,
    public: PublicKey,
}

impl LogKey {
    /// Reads the key, or makes it at the first start.
    ///
    /// # Errors
    /// When the file cannot be read or written, or does not hold a key.
    pub fn open(directory: &Path) -> io::Result<Self> {
        let secret = secret(directory, LOG_KEY)?;
        let secret = SigningKey::from_bytes(&secret);
        let public = PublicKey::new(secret.verifying_key().to_bytes()).map_err(io::Error::other)?;
        Ok(Self { secret, public })
    }

    /// Reads the key where there is one.
    ///
    /// # Errors
    /// When there is none, it cannot be read, or the file does not hold a key.
    pub(crate) fn open_existing(directory: &Path) -> io::Result<Self> {
        fs::metadata(directory.join(LOG_KEY))?;
        Self::open(directory)
    }

    /// The origin line of a log that starts now.
    pub fn first_origin(&self, public_url: Option<&str>) -> String {
        let name = public_url.and_then(crate::authority::of_url).unwrap_or_else(|| {
            let hash = sha256(&[self.public.as_bytes()]).to_string();
            format!("satchel-{}", &hash[..16])
        });
        format!("{name}/log")
    }

    /// Signs that an entry is admitted.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub(crate) fn promise(
        &self,
        origin: &str,
        map_key: protocol::hash::Hash,
        commit: protocol::hash::Hash,
        time: protocol::time::Timestamp,
    ) -> io::Result<Vec<u8>> {
        let salt = protocol::hash::Hash::new(random()?);
        Ok(Promise {
            version: 1,
            origin: origin.to_owned(),
            map_key,
            commit,
            time,
            salt,
        }
        .issue(self))
    }
}

impl Signer for LogKey {
    fn public_key(&self) -> PublicKey {
        self.public
    }
    fn sign(&self, message: &[u8]) -> Signature {
        Signature(self.secret.sign(message).to_bytes())
    }
}

impl std::fmt::Debug for LogKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LogKey({})", self.public)
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| io::Error::other("the operating system gave no randomness"))?;
    Ok(bytes)
}

/// A 32-byte secret in a file of its own, made if it is not there yet.
pub(crate) fn secret(directory: &Path, name: &str) -> io::Result<Zeroizing<[u8; 32]>> {
    let path = directory.join(name);
    if !path.exists() {
        let fresh = Zeroizing::new(random::<32>()?);
        let temporary = directory.join(format!("{name}.{}", std::process::id()));
        write_private(&temporary, &fresh[..])?;
        // A link never overwrites: of two first starts at once, one key wins for both.
        let linked = fs::hard_link(&temporary, &path);
        fs::remove_file(&temporary)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => File::open(directory)?.sync_all()?,
        }
    }
    let bytes = Zeroizing::new(fs::read(&path)?);
    let bytes: [u8; 32] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| io::Error::other(format!("{name} does not hold 32 bytes")))?;
    Ok(Zeroizing::new(bytes))
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::LogKey;
    use protocol::key::Signer;

    #[test]
    fn the_key_is_made_once_and_private() {
        let directory = tempfile::tempdir().unwrap();
        let first = LogKey::open(directory.path()).unwrap();
        let second = LogKey::open(directory.path()).unwrap();
        assert_eq!(first.public_key(), second.public_key());
        assert!(!format!("{first:?}").contains("secret"));
        #[cfg(unix)]
        {
            let metadata = std::fs::metadata(directory.path().join("log.key")).unwrap();
            assert_eq!(
                std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777,
                0o600
            );
        }
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
        std::fs::write(directory.path().join("log.key"), b"short").unwrap();
        assert!(LogKey::open(directory.path()).is_err());
    }

    #[test]
    fn origin_of_a_named_and_of_an_unnamed_relay() {
        let directory = tempfile::tempdir().unwrap();
        let key = LogKey::open(directory.path()).unwrap();
        assert_eq!(
            key.first_origin(Some("https://relay.example.org")),
            "relay.example.org/log"
        );
        let unnamed = key.first_origin(None);
        assert!(unnamed.starts_with("satchel-") && unnamed.ends_with("/log") && unnamed.len() == 8 + 16 + 4);
    }
}
