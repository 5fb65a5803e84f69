//! What an operator may decide. Everything has a default: a relay starts with no configuration.
//!
//! Settings come from a TOML file, then environment variables, then flags ([`crate::command`]); this type knows nothing of the three.
//! Invariant: [`Config::check`] refuses what cannot work before anything listens.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use protocol::relay::limits::Limits;
use protocol::relay::message::Mode;
use serde::{Deserialize, Serialize};

use crate::operate::mark::{self, Guard};

/// The relay's settings.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Directory of everything the relay keeps.
    pub data: PathBuf,
    /// The high-water mark's file, best on another disk; in the data directory when absent.
    pub high_water: Option<PathBuf>,
    /// Where to listen; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where to serve metrics; nowhere when absent.
    pub metrics: Option<SocketAddr>,
    /// Where clients reach the relay, such as `https://relay.example.org`. Needed unless the relay serves this machine only.
    pub public_url: Option<String>,
    /// Certificate and key, when the relay itself speaks TLS.
    pub tls: Option<Tls>,
    /// Who may create chains.
    pub mode: Mode,
    /// Whether invented people on sample data live here.
    pub demo: bool,
    /// Folder of the web portal to serve instead of the one that the program was built with; an empty folder for none.
    pub portal: Option<PathBuf>,
    /// Whether the last address in `X-Forwarded-For` is the client's.
    pub behind_proxy: bool,
    /// Most connections at once.
    pub connections: usize,
    /// Seconds a client may take to send its header.
    pub header_seconds: u64,
    /// Seconds a client may take to send a JSON body, or the next piece of a blob.
    pub body_seconds: u64,
    /// Seconds to finish running requests when stopping.
    pub drain_seconds: u64,
    /// Sizes and counts.
    pub limits: Limits,
    /// How often.
    pub rates: Rates,
}

/// PEM files.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Certificate chain.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// How often something may happen; `per_second = 0` means without limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// In the long run.
    pub per_second: u32,
    /// At once.
    pub burst: u32,
}

/// Rate limits. An address is an IPv4 address or an IPv6 /64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rates {
    /// All requests of one address.
    pub address: Rate,
    /// Signed requests of one capability.
    pub capability: Rate,
    /// New resources of one address.
    pub create: Rate,
    /// Unsigned envelopes to intake mailboxes of one address.
    pub intake: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            address: Rate {
                per_second: 1000,
                burst: 4000,
            },
            capability: Rate {
                per_second: 200,
                burst: 1000,
            },
            create: Rate {
                per_second: 20,
                burst: 1000,
            },
            intake: Rate {
                per_second: 1,
                burst: 60,
            },
        }
    }
}

impl Rates {
    /// No limits at all: for measuring the relay itself.
    pub const UNLIMITED: Self = {
        let rate = Rate {
            per_second: 0,
            burst: 0,
        };
        Self {
            address: rate,
            capability: rate,
            create: rate,
            intake: rate,
        }
    };
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("relay-data"),
            high_water: None,
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8470),
            metrics: None,
            public_url: None,
            tls: None,
            mode: Mode::Open,
            demo: false,
            portal: None,
            behind_proxy: false,
            connections: 10_000,
            header_seconds: 10,
            body_seconds: 30,
            drain_seconds: 20,
            limits: Limits::default(),
            rates: Rates::default(),
        }
    }
}

/// Why settings cannot work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    Unreadable(PathBuf),
    /// The file is not what it should be.
    Malformed(String),
    /// The public address is no `http` or `https` origin.
    PublicUrl,
    /// The relay would listen beyond this machine without knowing its public address.
    PublicUrlMissing,
    /// Demo mode beyond this machine.
    DemoExposed,
    /// A rate without burst.
    Burst,
    /// A count that must not be zero.
    Zero(&'static str),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path) => write!(f, "the configuration file {} cannot be read", path.display()),
            Self::Malformed(reason) => write!(f, "the configuration is malformed: {reason}"),
            Self::PublicUrl => {
                f.write_str("public_url must be an origin such as https://relay.example.org, without path")
            }
            Self::PublicUrlMissing => f.write_str(
                "listening beyond this machine needs public_url: requests are signed for the relay's name. \
                 Say --public-url https://NAME, or listen on 127.0.0.1",
            ),
            Self::DemoExposed => {
                f.write_str("demo mode serves invented people and is for this machine only: leave public_url out")
            }
            Self::Burst => f.write_str("a rate limit needs a burst of at least 1; per_second = 0 switches it off"),
            Self::Zero(name) => write!(f, "{name} must be at least 1"),
        }
    }
}

impl std::error::Error for Error {}

impl Config {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// [`Error::Unreadable`] and [`Error::Malformed`]; unknown settings are refused.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|_| Error::Unreadable(path.to_owned()))?;
        Self::parse(&text)
    }

    /// Reads the text of a TOML file.
    ///
    /// # Errors
    /// [`Error::Malformed`]; unknown settings are refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| Error::Malformed(error.message().to_owned()))
    }

    /// Where the high-water mark lies, and whether a database behind it is accepted.
    pub fn guard(&self, accept_rollback: bool) -> Guard {
        Guard {
            mark: self.high_water.clone().unwrap_or_else(|| self.data.join(mark::FILE)),
            accept_rollback,
        }
    }

    /// Refuses what cannot work.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn check(&self) -> Result<(), Error> {
        match &self.public_url {
            Some(url) if crate::authority::of_url(url).is_none() => return Err(Error::PublicUrl),
            None if !self.listen.ip().is_loopback() => return Err(Error::PublicUrlMissing),
            Some(url)
                if self.demo
                    && !crate::authority::of_url(url).is_some_and(|name| crate::authority::is_loopback(&name)) =>
            {
                return Err(Error::DemoExposed);
            }
            _ => {}
        }
        for rate in [
            self.rates.address,
            self.rates.capability,
            self.rates.create,
            self.rates.intake,
        ] {
            if rate.per_second > 0 && rate.burst == 0 {
                return Err(Error::Burst);
            }
        }
        for (name, count) in [
            ("connections", self.connections as u64),
            ("header_seconds", self.header_seconds),
            ("body_seconds", self.body_seconds),
            ("limits.request", self.limits.request),
            ("limits.keys", self.limits.keys),
        ] {
            if count == 0 {
                return Err(Error::Zero(name));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Config, Error};
    use protocol::relay::message::Mode;

    #[test]
    fn the_example_file_says_the_defaults() {
        let example: Config = toml::from_str(include_str!("../relay.example.toml")).unwrap();
        assert_eq!(format!("{example:?}"), format!("{:?}", Config::default()));
        example.check().unwrap();
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let parse = |text: &str| toml::from_str::<Config>(text).map_err(|_| ());
        assert!(parse("unknown = 1").is_err());
        assert!(parse("mode = \"closed\"").is_err());
        assert_eq!(parse("mode = \"invite_only\"").unwrap().mode, Mode::InviteOnly);
        let refused = |text: &str| parse(text).unwrap().check().unwrap_err();
        assert_eq!(refused("listen = \"0.0.0.0:80\""), Error::PublicUrlMissing);
        assert_eq!(refused("public_url = \"relay.example.org\""), Error::PublicUrl);
        assert_eq!(
            refused("public_url = \"https://relay.example.org/path\""),
            Error::PublicUrl
        );
        assert_eq!(
            refused("public_url = \"https://relay.example.org\"\ndemo = true"),
            Error::DemoExposed
        );
        assert_eq!(refused("[rates.intake]\nper_second = 1\nburst = 0"), Error::Burst);
        assert_eq!(refused("connections = 0"), Error::Zero("connections"));
        parse("listen = \"0.0.0.0:80\"\npublic_url = \"https://relay.example.org\"")
            .unwrap()
            .check()
            .unwrap();
    }
}
