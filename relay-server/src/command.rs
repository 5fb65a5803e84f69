//! The command line: `serve` (the default), `token`, `check-config`, `openapi`.
//!
//! Settings come from the file named by `--config`, then the environment, then flags; the last one wins.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use protocol::relay::message::Mode;
use tokio::net::TcpListener;

use crate::config::{Config, Tls};
use crate::place::{self, DataDirectory};
use crate::store::Sqlite;
use crate::store::sqlite::Durability;
use crate::token::TokenKey;

/// The relay of Satchel: carries encrypted health records, and cannot read them.
#[derive(Debug, Parser)]
#[command(name = "relay-server", version)]
pub struct Command {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Serve until told to stop (the default).
    Serve,
    /// Print tokens that each allow one new chain on an invite-only relay.
    Token {
        /// How many.
        #[arg(long, default_value_t = 1)]
        count: u32,
    },
    /// Say whether the settings can work.
    CheckConfig,
    /// Print the description of the HTTP interface (OpenAPI 3.1).
    Openapi,
}

#[derive(Debug, Args)]
struct Settings {
    /// Configuration file (TOML).
    #[arg(long, global = true, env = "RELAY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of everything the relay keeps.
    #[arg(long, global = true, env = "RELAY_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen; port 0 takes any free one.
    #[arg(long, global = true, env = "RELAY_LISTEN", value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Where to serve metrics.
    #[arg(long, global = true, env = "RELAY_METRICS", value_name = "ADDRESS:PORT")]
    metrics: Option<SocketAddr>,
    /// Where clients reach the relay, such as https://relay.example.org.
    #[arg(long, global = true, env = "RELAY_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Speak TLS with this certificate chain and key (PEM).
    #[arg(long, global = true, num_args = 2, value_names = ["CERT", "KEY"])]
    tls: Option<Vec<PathBuf>>,
    /// Ask for a token to create a chain.
    #[arg(long, global = true, env = "RELAY_INVITE_ONLY")]
    invite_only: bool,
    /// Say to clients that invented people on sample data live here.
    #[arg(long, global = true, env = "RELAY_DEMO")]
    demo: bool,
    /// Write the port into this file once the relay listens.
    #[arg(long, global = true, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// Commit without waiting for the disk: measures what durability costs, loses data at power loss.
    #[arg(long, global = true, hide = true)]
    dangerous_normal_durability: bool,
}

impl Settings {
    fn resolve(&self) -> Result<Config, crate::config::Error> {
        let mut config = self
            .config
            .as_deref()
            .map_or_else(|| Ok(Config::default()), Config::read)?;
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        config.listen = self.listen.unwrap_or(config.listen);
        config.metrics = self.metrics.or(config.metrics);
        config.public_url = self.public_url.clone().or(config.public_url);
        if let Some([certificate, key]) = self.tls.as_deref() {
            config.tls = Some(Tls {
                certificate: certificate.clone(),
                key: key.clone(),
            });
        }
        if self.invite_only {
            config.mode = Mode::InviteOnly;
        }
        config.demo |= self.demo;
        config.check()?;
        Ok(config)
    }
}

impl Command {
    /// Does what was asked.
    ///
    /// # Errors
    /// Whatever keeps the relay from starting or working, in one sentence.
    pub fn run(self) -> io::Result<()> {
        let config = self
            .settings
            .resolve()
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error));
        let mut out = io::stdout();
        match self.action.unwrap_or(Action::Serve) {
            Action::Serve => serve(config?, &self.settings),
            Action::Token { count } => {
                let data = config?.data;
                place::make(&data)?;
                let key = TokenKey::open(&data)?;
                for _ in 0..count {
                    writeln!(out, "{}", key.issue()?)?;
                }
                Ok(())
            }
            Action::CheckConfig => {
                config?;
                writeln!(out, "the settings can work")
            }
            Action::Openapi => write!(out, "{}", crate::OPENAPI),
        }
    }
}

fn serve(config: Config, settings: &Settings) -> io::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("RELAY_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // A second logger in one process is no reason to stop.
    drop(
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(io::stderr)
            .with_target(false)
            .try_init(),
    );
    let directory = DataDirectory::take(&config.data)?;
    let durability = if settings.dangerous_normal_durability {
        Durability::DangerousNormal
    } else {
        Durability::Full
    };
    let store = Sqlite::open(&config.data, durability).map_err(io::Error::other)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(config.listen).await?;
        let metrics = match config.metrics {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let prepared = crate::prepare(config.clone(), store).await?;
        let stop = asked_to_stop()?;
        announce(&config, &listener, metrics.as_ref(), settings.port_file.as_deref())?;
        prepared.serve(listener, metrics, stop).await
    })?;
    drop(directory);
    Ok(())
}

/// One line on standard output that programs wait for.
fn announce(
    config: &Config,
    listener: &TcpListener,
    metrics: Option<&TcpListener>,
    port_file: Option<&Path>,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    if let Some(path) = port_file {
        // Renamed into place, so that whoever waits for the file never reads half of it.
        let partial = path.with_extension("partial");
        std::fs::write(&partial, address.port().to_string())?;
        std::fs::rename(partial, path)?;
    }
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let mut out = io::stdout();
    writeln!(out, "listening on {scheme}://{address}")?;
    if let Some(metrics) = metrics {
        writeln!(out, "metrics on http://{}/metrics", metrics.local_addr()?)?;
    }
    out.flush()
}

/// Resolves on interrupt or termination, which are caught from now on.
fn asked_to_stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
