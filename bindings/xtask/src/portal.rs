//! The web portal: the browser binding, the packages of `web/core` and `web/portal`, and the build that the relay serves.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sysroot::{BROWSER, Compiler};
use crate::{Context, command, node, setup, wasm};

/// Folders with packages of their own, in the order in which they need each other.
const FOLDERS: [&str; 2] = ["web/core", "web/portal"];

/// Builds the portal and returns its folder (`web/portal/dist`); what is missing is installed.
pub(crate) fn build(context: &Context) -> Result<PathBuf, String> {
    node::ready(context)?;
    build_with(context, &Compiler::find(context, BROWSER)?)
}

/// The same with a compiler that is already there.
pub(crate) fn build_with(context: &Context, compiler: &Compiler) -> Result<PathBuf, String> {
    wasm::build_with(context, compiler)?;
    packages(context)?;
    command::succeed(vite(context).arg("build"))?;
    Ok(context.repository.path("web/portal/dist"))
}

/// Exactly the packages of the lock files.
pub(crate) fn packages(context: &Context) -> Result<(), String> {
    FOLDERS
        .iter()
        .try_for_each(|folder| node::packages(&context.repository.path(folder)))
}

/// The page on which `web/core` is tested: the portal's worker and settings without its screens.
pub(crate) fn core_page(context: &Context) -> Result<PathBuf, String> {
    let page = context.repository.target("generated/core-page");
    let mut vite = vite(context);
    vite.arg("build")
        .arg(context.repository.path("web/core/test/page"))
        .args([
            "--config",
            "vite.config.ts",
            "--emptyOutDir",
            "--logLevel",
            "warn",
            "--outDir",
        ])
        .arg(&page);
    command::succeed(&mut vite)?;
    Ok(page)
}

/// Firefox, installed when there is none.
pub(crate) fn firefox(context: &Context) -> Result<PathBuf, String> {
    let found = || ["firefox-esr", "firefox"].iter().find_map(|name| command::find(name));
    if let Some(browser) = found() {
        return Ok(browser);
    }
    setup::install(context.consent, "test in Firefox", &["firefox-esr"])?;
    found().ok_or_else(|| "firefox-esr was installed, but is not to be found".to_owned())
}

/// The types of the portal and of the core under it; warnings are errors.
pub(crate) fn check(context: &Context) -> Result<(), String> {
    command::succeed(&mut script(context, "web/core", "typescript/bin/tsc", &["--noEmit"]))?;
    let strict = ["--tsconfig", "./tsconfig.json", "--fail-on-warnings"];
    command::succeed(&mut script(
        context,
        "web/portal",
        "svelte-check/bin/svelte-check",
        &strict,
    ))
}

fn vite(context: &Context) -> Command {
    script(context, "web/portal", "vite/bin/vite.js", &[])
}

/// A program of a folder's own packages, run there.
fn script(context: &Context, folder: &str, program: &str, arguments: &[&str]) -> Command {
    let folder = context.repository.path(folder);
    let mut node = Command::new("node");
    node.arg(folder.join("node_modules").join(Path::new(program)))
        .args(arguments)
        .current_dir(folder);
    node
}
