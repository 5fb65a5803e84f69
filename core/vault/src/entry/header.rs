//! The header of a store: how to come by the vault key (`core/spec/entries.md`, ENTRY-9 to ENTRY-12).
//!
//! Invariants: the header holds no secret in clear and is readable by anyone; every wrap is sealed with the content
//! format, which commits to its key, over the exact bytes of its method; at most one wrap is a passphrase's, so a
//! hostile header costs one derivation at most. The check at the end tells damage from a wrong passphrase.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};
use protocol::cbor;
use protocol::hash::sha256;
use rand_core::CryptoRng;

use super::{Error, VaultKey};
use crate::crypto::passphrase::{self, Cost, SALT_LEN};
use crate::crypto::secret::Secret32;
use crate::crypto::{self, content};

const VERSION: u64 = 1;
const MAX_LEN: usize = 16 * 1024;
const MAX_WRAPS: usize = 16;
const MAX_NAME: usize = 64;
const CHECK_LABEL: &[u8] = b"satchel vault header v1\0";

/// Functions over the bytes of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    wraps: Vec<Wrap>,
}

impl Header {
    /// A new vault key and the header that a passphrase opens, at the standard cost.
    ///
    /// # Errors
    /// [`Error::Weak`] for an empty or overlong passphrase.
    pub fn create(passphrase: &[u8], rng: &mut dyn CryptoRng) -> Result<(Vec<u8>, VaultKey), Error> {
        Self::create_with(passphrase, Cost::STANDARD, rng)
    }

    /// As [`Header::create`], at another cost.
    ///
    /// # Errors
    /// [`Error::Weak`], also for a cost out of range.
    pub fn create_with(passphrase: &[u8], cost: Cost, rng: &mut dyn CryptoRng) -> Result<(Vec<u8>, VaultKey), Error> {
        let vault = VaultKey::generate(rng);
        let header = Self {
            wraps: vec![Wrap::passphrase(&vault, passphrase, cost, rng)?],
        };
        Ok((header.to_bytes(), vault))
    }

    /// A header without passphrase, for a vault that only a device's keystore opens.
    ///
    /// # Errors
    /// [`Error::Name`].
    pub fn create_for_device(
        name: &str,
        secret: &Secret32,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Vec<u8>, VaultKey), Error> {
        let vault = VaultKey::generate(rng);
        let header = Self {
            wraps: vec![Wrap::device(&vault, name, secret, rng)?],
        };
        Ok((header.to_bytes(), vault))
    }

    /// Opens with the passphrase.
    ///
    /// # Errors
    /// [`Error::Passphrase`] when it is wrong or none is set, [`Error::Damaged`] or [`Error::Version`] for the header.
    pub fn unlock(bytes: &[u8], passphrase: &[u8]) -> Result<VaultKey, Error> {
        for wrap in Self::parse(bytes)?.wraps {
            if let Method::Passphrase { salt, cost } = &wrap.method()? {
                let key = passphrase::derive(passphrase, salt, *cost).map_err(|error| match error {
                    crypto::Error::Passphrase => Error::Passphrase,
                    _ => Error::Damaged,
                })?;
                return wrap.open(&key).ok_or(Error::Passphrase);
            }
        }
        Err(Error::Passphrase)
    }

    /// Opens with the secret that a device's keystore guards under this name.
    ///
    /// # Errors
    /// [`Error::Device`] when the secret is wrong or the name unknown, [`Error::Damaged`] or [`Error::Version`].
    pub fn unlock_device(bytes: &[u8], name: &str, secret: &Secret32) -> Result<VaultKey, Error> {
        for wrap in Self::parse(bytes)?.wraps {
            if matches!(wrap.method()?, Method::Device { name: found } if found == name) {
                return wrap.open(secret).ok_or(Error::Device);
            }
        }
        Err(Error::Device)
    }

    /// The same vault key under a new passphrase; other wraps stay.
    ///
    /// # Errors
    /// [`Error::Passphrase`] when the old one is wrong, [`Error::Weak`] for the new one, [`Error::Damaged`],
    /// [`Error::Version`].
    pub fn change_passphrase(bytes: &[u8], old: &[u8], new: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Error> {
        let vault = Self::unlock(bytes, old)?;
        Self::set_passphrase(bytes, &vault, new, rng)
    }

    /// Sets the passphrase of an open vault, whether or not it had one.
    ///
    /// # Errors
    /// [`Error::Weak`], [`Error::Damaged`], [`Error::Version`].
    pub fn set_passphrase(
        bytes: &[u8],
        vault: &VaultKey,
        new: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        let mut header = Self::parse(bytes)?;
        let mut kept = Vec::new();
        for wrap in header.wraps {
            if !matches!(wrap.method()?, Method::Passphrase { .. }) {
                kept.push(wrap);
            }
        }
        kept.insert(0, Wrap::passphrase(vault, new, Cost::STANDARD, rng)?);
        header = Self { wraps: kept };
        header.checked_bytes()
    }

    /// Adds a wrap under the secret that a device's keystore guards.
    ///
    /// # Errors
    /// [`Error::Name`] when the name is taken or not 1 to 64 bytes, or when there are 16 wraps already;
    /// [`Error::Damaged`], [`Error::Version`].
    pub fn add_device(
        bytes: &[u8],
        vault: &VaultKey,
        name: &str,
        secret: &Secret32,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, Error> {
        let mut header = Self::parse(bytes)?;
        if header.device_names()?.iter().any(|taken| taken == name) {
            return Err(Error::Name);
        }
        header.wraps.push(Wrap::device(vault, name, secret, rng)?);
        header.checked_bytes()
    }

    /// Removes the wrap of this name.
    ///
    /// # Errors
    /// [`Error::Name`] when unknown or the last wrap of the header, [`Error::Damaged`], [`Error::Version`].
    pub fn remove_device(bytes: &[u8], name: &str) -> Result<Vec<u8>, Error> {
        let header = Self::parse(bytes)?;
        let before = header.wraps.len();
        let mut kept = Vec::new();
        for wrap in header.wraps {
            if !matches!(wrap.method()?, Method::Device { name: found } if found == name) {
                kept.push(wrap);
            }
        }
        if kept.is_empty() || kept.len() == before {
            return Err(Error::Name);
        }
        Self { wraps: kept }.checked_bytes()
    }

    /// Names under which devices' keystores hold a secret.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Version`].
    pub fn devices(bytes: &[u8]) -> Result<Vec<String>, Error> {
        Self::parse(bytes)?.device_names()
    }

    /// Whether a passphrase is set.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Version`].
    pub fn has_passphrase(bytes: &[u8]) -> Result<bool, Error> {
        let header = Self::parse(bytes)?;
        Ok(header
            .wraps
            .iter()
            .any(|wrap| matches!(wrap.method(), Ok(Method::Passphrase { .. }))))
    }

    fn device_names(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for wrap in &self.wraps {
            if let Method::Device { name } = wrap.method()? {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn parse(bytes: &[u8]) -> Result<Self, Error> {
        // The version stands first and is read first, so that a newer header is not called damaged.
        let mut decoder = Decoder::new(bytes);
        decoder.array().map_err(|_| Error::Damaged)?;
        if decoder.u64().map_err(|_| Error::Damaged)? != VERSION {
            return Err(Error::Version);
        }
        let outer: Outer = cbor::decode(bytes, MAX_LEN).map_err(|_| Error::Damaged)?;
        if outer.check != check(&outer.wraps) {
            return Err(Error::Damaged);
        }
        let wraps: Vec<Wrap> = cbor::decode(&outer.wraps, MAX_LEN).map_err(|_| Error::Damaged)?;
        let header = Self { wraps };
        header.judge()?;
        Ok(header)
    }

    /// One to sixteen wraps, each of a known method, no method twice, at most one passphrase.
    fn judge(&self) -> Result<(), Error> {
        let mut passphrases = 0;
        for wrap in &self.wraps {
            if matches!(wrap.method()?, Method::Passphrase { .. }) {
                passphrases += 1;
            }
        }
        let mut names = self.device_names()?;
        names.sort_unstable();
        let twice = names.windows(2).any(|pair| pair[0] == pair[1]);
        if self.wraps.is_empty() || self.wraps.len() > MAX_WRAPS || passphrases > 1 || twice {
            return Err(Error::Damaged);
        }
        Ok(())
    }

    fn checked_bytes(&self) -> Result<Vec<u8>, Error> {
        if self.wraps.len() > MAX_WRAPS {
            return Err(Error::Name);
        }
        Ok(self.to_bytes())
    }

    fn to_bytes(&self) -> Vec<u8> {
        let wraps = ByteVec::from(cbor::encode(&self.wraps));
        cbor::encode(&Outer {
            version: VERSION,
            check: check(&wraps),
            wraps,
        })
    }
}

fn check(wraps: &[u8]) -> ByteArray<32> {
    ByteArray::from(*sha256(&[CHECK_LABEL, wraps]).as_bytes())
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct Outer {
    #[n(0)]
    version: u64,
    #[n(1)]
    wraps: ByteVec,
    #[n(2)]
    check: ByteArray<32>,
}

/// The vault key sealed under one key: the method that gives this key, as exact bytes, and the sealed key.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
struct Wrap {
    #[n(0)]
    method: ByteVec,
    #[n(1)]
    sealed: ByteVec,
}

impl Wrap {
    fn passphrase(vault: &VaultKey, passphrase: &[u8], cost: Cost, rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        let mut salt = [0u8; SALT_LEN];
        rng.fill_bytes(&mut salt);
        let key = passphrase::derive(passphrase, &salt, cost).map_err(|_| Error::Weak)?;
        Ok(Self::seal(vault, &Method::Passphrase { salt, cost }, &key, rng))
    }

    fn device(vault: &VaultKey, name: &str, secret: &Secret32, rng: &mut dyn CryptoRng) -> Result<Self, Error> {
        if name.is_empty() || name.len() > MAX_NAME {
            return Err(Error::Name);
        }
        Ok(Self::seal(
            vault,
            &Method::Device { name: name.to_owned() },
            secret,
            rng,
        ))
    }

    fn seal(vault: &VaultKey, method: &Method, key: &Secret32, rng: &mut dyn CryptoRng) -> Self {
        let method = cbor::encode(method);
        let sealed = content::seal(key, content::salt(rng), &context(&method), vault.secret().as_bytes());
        Self {
            method: method.into(),
            sealed: sealed.into(),
        }
    }

    fn open(&self, key: &Secret32) -> Option<VaultKey> {
        let opened = content::open(key, &context(&self.method), &self.sealed).ok()?;
        let bytes: &[u8; 32] = opened.as_slice().try_into().ok()?;
        Some(VaultKey::from_secret(Secret32::fill(|out| out.copy_from_slice(bytes))))
    }

    /// A method of another kind belongs to a newer version; one with impossible members is damage.
    fn method(&self) -> Result<Method, Error> {
        let mut decoder = Decoder::new(&self.method);
        decoder.array().map_err(|_| Error::Damaged)?;
        if !matches!(decoder.u8().map_err(|_| Error::Damaged)?, 1 | 2) {
            return Err(Error::Version);
        }
        let method: Method = cbor::decode(&self.method, MAX_LEN).map_err(|_| Error::Damaged)?;
        match &method {
            Method::Passphrase { cost, .. } => cost.check().map_err(|_| Error::Damaged)?,
            Method::Device { name } if name.is_empty() || name.len() > MAX_NAME => return Err(Error::Damaged),
            Method::Device { .. } => (),
        }
        Ok(method)
    }
}

fn context(method: &[u8]) -> Vec<u8> {
    content::context("vault-key", method)
}

/// How the wrapping key is come by: `[1, salt, memory, passes, lanes]` or `[2, name]`.
enum Method {
    Passphrase { salt: [u8; SALT_LEN], cost: Cost },
    Device { name: String },
}

impl<C> Encode<C> for Method {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        match self {
            Self::Passphrase { salt, cost } => e
                .array(5)?
                .u8(1)?
                .bytes(salt)?
                .u32(cost.memory)?
                .u32(cost.passes)?
                .u32(cost.lanes)?
                .ok(),
            Self::Device { name } => e.array(2)?.u8(2)?.str(name)?.ok(),
        }
    }
}

impl<'b, C> Decode<'b, C> for Method {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        match (d.array()?, d.u8()?) {
            (Some(5), 1) => Ok(Self::Passphrase {
                salt: d
                    .bytes()?
                    .try_into()
                    .map_err(|_| decode::Error::message("expected 16 bytes"))?,
                cost: Cost {
                    memory: d.u32()?,
                    passes: d.u32()?,
                    lanes: d.u32()?,
                },
            }),
            (Some(2), 2) => Ok(Self::Device {
                name: d.str()?.to_owned(),
            }),
            _ => Err(decode::Error::message("unknown method")),
        }
    }
}
