//! The command line: `serve` (the default), `token`, `backup`, `verify`, `restore`, `retention`, `check-config`, `health`, `openapi`.
//!
//! Settings come from the file named by `--config`, then the environment, then flags; the last one wins.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use protocol::relay::message::Mode;
use tokio::net::TcpListener;

use crate::config::{Config, Tls};
use crate::operate::check_config::{self, Sources};
use crate::operate::{backup, health, restore, retention, verify};
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
    /// Where each setting came from.
    #[arg(skip)]
    sources: Sources,
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
    /// Copy everything into a new folder, while the relay runs.
    Backup {
        /// The new folder.
        folder: PathBuf,
    },
    /// Check a backup, or the data directory where none is named: one line per fact.
    Verify {
        /// The backup.
        folder: Option<PathBuf>,
    },
    /// Put a backup into an empty data directory.
    Restore {
        /// The backup.
        folder: PathBuf,
    },
    /// Remove what is past its time, and say how full the quotas are.
    Retention {
        /// Remove nothing, only say what is due.
        #[arg(long)]
        dry_run: bool,
    },
    /// Print every setting with its source, and what is wrong with it.
    CheckConfig,
    /// Ask the running relay whether it is ready; the exit status says so.
    Health,
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
    /// File of the high-water mark, best on another disk.
    #[arg(long, global = true, env = "RELAY_HIGH_WATER", value_name = "FILE")]
    high_water: Option<PathBuf>,
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
    /// Serve the web portal of this folder instead of the one in this program; an empty folder for none.
    #[arg(long, global = true, env = "RELAY_PORTAL", value_name = "DIR")]
    portal: Option<PathBuf>,
    /// Serve although the data is older than what this relay promised: entries are lost, revoked keys are back.
    #[arg(long, global = true)]
    accept_rollback: bool,
    /// Write the port into this file once the relay listens.
    #[arg(long, global = true, value_name = "FILE")]
    port_file: Option<PathBuf>,
    /// End when standard input ends: with whoever started the relay, however that one ends.
    #[arg(long, global = true, hide = true)]
    end_with_input: bool,
    /// Commit without waiting for the disk: measures what durability costs, loses data at power loss.
    #[arg(long, global = true, hide = true)]
    dangerous_normal_durability: bool,
}

impl Settings {
    fn resolve(&self) -> Result<Config, crate::config::Error> {
        let config = self.gather()?;
        config.check()?;
        Ok(config)
    }

    /// The settings, unchecked.
    fn gather(&self) -> Result<Config, crate::config::Error> {
        let mut config = self
            .config
            .as_deref()
            .map_or_else(|| Ok(Config::default()), Config::read)?;
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        config.high_water = self.high_water.clone().or(config.high_water);
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
        config.portal = self.portal.clone().or(config.portal);
        Ok(config)
    }
}

impl Command {
    /// Reads the command line; ends the program when it makes no sense.
    pub fn read() -> Self {
        let matches = Self::command().get_matches();
        let mut command = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        command.sources = Sources {
            given: given(&matches),
            // A file that is malformed is refused where the settings are gathered.
            file: command
                .settings
                .config
                .as_deref()
                .and_then(|path| std::fs::read_to_string(path).ok())
                .and_then(|text| text.parse().ok()),
        };
        command
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// Whatever keeps the relay from starting or working, in one sentence.
    pub fn run(self) -> io::Result<()> {
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidInput, error);
        let config = self.settings.resolve().map_err(invalid);
        let mut out = io::stdout().lock();
        match self.action.unwrap_or(Action::Serve) {
            Action::Serve => {
                drop(out);
                serve(config?, &self.settings)
            }
            Action::Backup { folder } => backup::make(&config?.data, &folder)?.print(&mut out, &folder),
            Action::Verify { folder } => {
                let report = match &folder {
                    Some(folder) => verify::backup(folder),
                    None => verify::data(&config?.data),
                };
                report.print(&mut out)?;
                match report.failures() {
                    0 => Ok(()),
                    count => Err(io::Error::other(format!("{count} facts fail"))),
                }
            }
            Action::Restore { folder } => restore::run(&folder, &config?.data, &mut out),
            Action::Retention { dry_run } => retention::run(&config?, dry_run, &mut out),
            Action::Health => health::run(&config?),
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
                check_config::run(&self.settings.gather().map_err(invalid)?, &self.sources, &mut out)
            }
            Action::Openapi => write!(out, "{}", crate::OPENAPI),
        }
    }
}

/// Settings that a flag or the environment decides, under the names that the file uses.
fn given(matches: &ArgMatches) -> Vec<(&'static str, &'static str)> {
    [
        ("data", "data"),
        ("high_water", "high_water"),
        ("listen", "listen"),
        ("metrics", "metrics"),
        ("public_url", "public_url"),
        ("tls", "tls"),
        ("invite_only", "mode"),
        ("demo", "demo"),
        ("portal", "portal"),
    ]
    .into_iter()
    .filter_map(|(flag, setting)| match matches.value_source(flag) {
        Some(ValueSource::CommandLine) => Some((setting, "flag")),
        Some(ValueSource::EnvVariable) => Some((setting, "environment")),
        _ => None,
    })
    .collect()
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
    let guard = config.guard(settings.accept_rollback);
    let store = Sqlite::open_guarded(&config.data, durability, &guard).map_err(io::Error::other)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(config.listen).await?;
        let metrics = match config.metrics {
            Some(address) => Some(TcpListener::bind(address).await?),
            None => None,
        };
        let prepared = crate::prepare(config.clone(), store).await?;
        let stop = asked_to_stop()?;
        let stop = async {
            tokio::select! {
                () = stop => {}
                () = input_ends(), if settings.end_with_input => {}
            }
        };
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

/// Resolves when standard input ends.
async fn input_ends() {
    let (sender, ended) = tokio::sync::oneshot::channel::<()>();
    // A thread of its own: the runtime waits for its own threads when it ends, and this one may never come back.
    std::thread::spawn(move || {
        // Whatever comes is thrown away; a broken input is an ended one.
        drop(io::copy(&mut io::stdin(), &mut io::sink()));
        drop(sender);
    });
    drop(ended.await);
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
