//! The `relay-server` program; everything is in the library.

use std::process::ExitCode;

use relay_server::command::Command;

fn main() -> ExitCode {
    match Command::read().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("relay-server: {error}");
            ExitCode::FAILURE
        }
    }
}
