//! The page that verifies exports: the browser binding and `web/verifier` in one file that opens from disk.

use std::path::PathBuf;
use std::process::Command;

use crate::sysroot::{BROWSER, Compiler};
use crate::{Context, command, node, setup, wasm};

/// Builds the page and returns its path (`target/generated/verifier/satchel-verifier.html`).
pub(crate) fn build(context: &Context) -> Result<PathBuf, String> {
    build_with(context, &Compiler::find(context, BROWSER)?)
}

/// The same with a compiler that is already there.
pub(crate) fn build_with(context: &Context, compiler: &Compiler) -> Result<PathBuf, String> {
    node::ready(context)?;
    let binding = wasm::build_with(context, compiler)?;
    let page = context
        .repository
        .target("generated/verifier")
        .join("satchel-verifier.html");
    let mut node = Command::new("node");
    node.arg(context.repository.path("web/verifier/build.mjs"))
        .arg(binding)
        .arg(&page);
    command::succeed(&mut node)?;
    Ok(page)
}

/// A browser that can be driven, installed when there is none.
pub(crate) fn browser(context: &Context) -> Result<PathBuf, String> {
    const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
    let found = || NAMES.iter().find_map(|name| command::find(name));
    if let Some(browser) = found() {
        return Ok(browser);
    }
    setup::install(
        context.consent,
        "test in a real browser",
        &["chromium", "fonts-dejavu-core"],
    )?;
    found().ok_or_else(|| "chromium was installed, but is not to be found".to_owned())
}
