//! The `relay-server` program; everything is in the library.

use std::process::ExitCode;

use clap::Parser;
use relay_server::command::Command;

fn main() -> ExitCode {
    match Command::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relay-server: {error}");
            ExitCode::FAILURE
        }
    }
}
