//! `cargo xtask screenshots`: pictures of every screen in every state, and the table that links them.

use std::path::PathBuf;
use std::process::Command;

use crate::{Context, command, demo, portal, verifier};

/// Takes the pictures, of all roles or of those named, and returns the page with the table (`target/screenshots/index.html`).
pub(crate) fn run(context: &Context, roles: &[String]) -> Result<PathBuf, String> {
    portal::build(context)?;
    demo::build_programs(context)?;
    let browser = verifier::browser(context)?;
    let folder = context.repository.target("screenshots");
    let mut node = Command::new("node");
    node.arg(context.repository.path("web/portal/gallery/gallery.mjs"))
        .arg(&folder)
        .args(roles)
        .env("SATCHEL_CHROMIUM", browser)
        .env("SATCHEL_RELAY_BIN", context.repository.program("relay-server"))
        .env("SATCHEL_BIN", context.repository.program("satchel"));
    command::succeed(&mut node)?;
    Ok(folder.join("index.html"))
}
