//! A relay process for measurements.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A relay without limits on rates and sizes, ended when dropped.
pub(crate) struct Relay {
    child: Child,
    pub(crate) url: String,
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the relay that `SATCHEL_RELAY_BIN` names, else the released one; none, said, where there is none.
pub(crate) fn start(place: &Path) -> Option<Relay> {
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/relay-server");
    let program = std::env::var("SATCHEL_RELAY_BIN").unwrap_or_else(|_| built.to_owned());
    if !Path::new(&program).exists() {
        println!("skipped: build it first with `cargo build --release -p relay-server`");
        return None;
    }
    let settings = place.join("relay.toml");
    let unlimited = ["address", "capability", "create", "intake"]
        .map(|rate| format!("[rates.{rate}]\nper_second = 0\nburst = 0\n"))
        .concat();
    std::fs::write(&settings, format!("[limits]\nchain_bytes = 8000000000\n{unlimited}")).unwrap();
    let mut child = Command::new(program)
        .arg("--config")
        .arg(&settings)
        .arg("--data")
        .arg(place.join("relay"))
        .args(["--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It says a second address too, and must be able to.
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    let [url, _] = [(); 2].map(|()| said.next().unwrap().unwrap().rsplit(' ').next().unwrap().to_owned());
    Some(Relay { child, url })
}
