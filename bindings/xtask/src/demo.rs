//! `cargo xtask run`: the relay in demo mode and a consultation played over it.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::{Context, command, node, portal};

/// The port that is tried first when none is named.
const USUAL_PORT: u16 = 8470;

pub(crate) struct Options {
    pub(crate) port: Option<u16>,
    pub(crate) exit: bool,
}

/// A relay process that ends with its owner: when this process is ended without a word, the relay's input ends, and so does the relay.
struct Relay {
    child: Child,
    _input: Option<ChildStdin>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        command::end(&mut self.child);
    }
}

/// Builds, starts, plays, and unless told otherwise stays until Ctrl-C.
pub(crate) fn run(context: &Context, options: &Options) -> Result<(), String> {
    build_programs(context)?;
    // A demo that ends at once is looked at by nobody.
    let portal = if options.exit { None } else { Some(portal(context)) };
    let port = choose_port(options)?;
    let folder = context.repository.target("demo").join(port.to_string());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("the demo's folder: {error}"))?;
    }
    fs::create_dir_all(&folder).map_err(|error| format!("the demo's folder: {error}"))?;
    let address = format!("http://localhost:{port}");

    let mut relay = start_relay(context, port, &folder.join("relay"))?;
    wait_until_ready(&mut relay, port)?;
    println!("The relay runs at {address}\n");
    let mut satchel = Command::new(context.repository.program("satchel"));
    satchel
        .args(["demo", "--relay", &address, "--data"])
        .arg(folder.join("people"));
    command::succeed(satchel.current_dir(context.repository.root()))?;
    if options.exit {
        return Ok(());
    }

    let near = |path: &Path| {
        path.strip_prefix(context.repository.root())
            .unwrap_or(path)
            .display()
            .to_string()
    };
    match portal {
        Some(Ok(_)) => println!("\nThe portal: open {address}/ in a browser."),
        Some(Err(reason)) => println!("\nThe portal was not built, so {address}/ shows a plain page: {reason}"),
        None => {}
    }
    println!("\nThe relay keeps running at {address}. To try next, in another terminal:");
    for (line, what) in [
        (
            format!("{} --help", near(&context.repository.program("satchel"))),
            "what the command can do",
        ),
        (
            format!("ls {}", near(&folder.join("people"))),
            "the vaults of the people you just saw",
        ),
        (format!("curl {address}/readyz"), "what the relay says about itself"),
    ] {
        println!("    {line:<44} {what}");
    }
    println!("Ctrl-C stops the relay.");
    let status = relay.child.wait().map_err(|error| error.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the relay ended with {status}"))
    }
}

/// Builds the portal where Node is there already; nothing is installed for it.
fn portal(context: &Context) -> Result<PathBuf, String> {
    if let Some(missing) = node::missing() {
        return Err(format!("{missing}; `cargo xtask portal` installs what it takes"));
    }
    portal::build(context)
}

/// Builds the two programs in the development profile, which compiles soonest and is optimised where it matters.
pub(crate) fn build_programs(context: &Context) -> Result<(), String> {
    command::succeed(command::cargo(context).args(["build", "--package", "relay-server", "--package", "cli"]))
}

fn start_relay(context: &Context, port: u16, data: &Path) -> Result<Relay, String> {
    let mut relay = Command::new(context.repository.program("relay-server"));
    relay
        .args(["--demo", "--end-with-input"])
        .stdin(Stdio::piped())
        .args(["--listen", &format!("127.0.0.1:{port}"), "--data"])
        .arg(data);
    relay
        .spawn()
        .map(|mut child| {
            // Taken out, because waiting for a child closes an input that is still in it.
            let input = child.stdin.take();
            Relay { child, _input: input }
        })
        .map_err(|error| format!("the relay could not be started: {error}"))
}

/// The named port, or the usual one, or any free one.
fn choose_port(options: &Options) -> Result<u16, String> {
    let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).and_then(|listener| listener.local_addr());
    let found = match options.port {
        Some(port) => free(port).map_err(|error| format!("port {port}: {error}"))?,
        None if options.exit => free(0).map_err(|error| error.to_string())?,
        None => free(USUAL_PORT)
            .or_else(|_| free(0))
            .map_err(|error| error.to_string())?,
    };
    Ok(found.port())
}

fn wait_until_ready(relay: &mut Relay, port: u16) -> Result<(), String> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if let Some(status) = relay.child.try_wait().map_err(|error| error.to_string())? {
            return Err(format!("the relay ended at once with {status}"));
        }
        if says_ready(port).unwrap_or(false) {
            return Ok(());
        }
        sleep(Duration::from_millis(50));
    }
    Err("the relay did not become ready within 30 s".to_owned())
}

fn says_ready(port: u16) -> std::io::Result<bool> {
    let limit = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), limit)?;
    stream.set_read_timeout(Some(limit))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n"
    )?;
    let mut first = [0; 12];
    stream.read_exact(&mut first)?;
    Ok(first == *b"HTTP/1.1 200")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_refused_when_it_was_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = taken.local_addr().expect("an address").port();
        assert!(
            choose_port(&Options {
                port: Some(port),
                exit: false
            })
            .is_err()
        );
        assert_ne!(
            choose_port(&Options { port: None, exit: true }).expect("any port"),
            port
        );
    }
}
