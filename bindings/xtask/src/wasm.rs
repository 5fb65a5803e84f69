//! The browser binding: compiled, run through its generator, laid where the portal and the Node tests look.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::sysroot::{BROWSER, Compiler};
use crate::{Context, command, generators_call, halves};

/// Builds the binding and returns the folder with the generated files (`target/generated/wasm`).
///
/// The same files are copied to `web/core/generated`.
pub(crate) fn build(context: &Context) -> Result<PathBuf, String> {
    build_with(context, &Compiler::find(context, BROWSER)?)
}

/// The same with a compiler that is already there.
pub(crate) fn build_with(context: &Context, compiler: &Compiler) -> Result<PathBuf, String> {
    // A folder of its own: the compiler may be another than the host's.
    let target = context.repository.target("wasm");
    let mut cargo = command::cargo(context);
    cargo.args([
        "build",
        "--package",
        "bindings-wasm",
        "--profile",
        "wasm",
        "--target",
        compiler.target(),
        "--target-dir",
    ]);
    cargo.arg(&target);
    let places = anonymous(context);
    let mut flags = vec!["-Ctarget-feature=+simd128"];
    flags.extend(places.iter().map(String::as_str));
    compiler.apply(&mut cargo, &flags)?;
    command::succeed(&mut cargo)?;

    let module = target.join(compiler.target()).join("wasm/bindings_wasm.wasm");
    if !module.is_file() {
        return Err("bindings-wasm gave no module: its crate type must be cdylib".to_owned());
    }
    let generated = context.repository.target("generated/wasm");
    renew(&generated)?;
    generators_call::generate(context, "wasm", &module, &generated)?;
    // Node takes a .js file for a module only when a package says so.
    fs::write(
        generated.join("package.json"),
        "{ \"private\": true, \"type\": \"module\" }\n",
    )
    .map_err(|error| error.to_string())?;

    halves::cut(context, &generated)?;
    let web = context.repository.path("web/core/generated");
    renew(&web)?;
    copy(&generated, &web)?;
    report_sizes(&generated)?;
    Ok(generated)
}

/// Where this machine keeps sources says nothing to those who load the module: the places of panics begin at the crate's name.
fn anonymous(context: &Context) -> Vec<String> {
    let mut kept = vec![context.repository.root().to_path_buf()];
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|folder| folder.join(".cargo")));
    if let Some(home) = home {
        let registries = fs::read_dir(home.join("registry/src"));
        kept.extend(registries.into_iter().flatten().flatten().map(|entry| entry.path()));
    }
    let sysroot = command::probe("rustc", &["--print", "sysroot"]).map(PathBuf::from);
    kept.extend(sysroot.map(|folder| folder.join("lib/rustlib/src/rust/library")));
    kept.iter()
        .map(|folder| format!("--remap-path-prefix={}/=", folder.display()))
        .collect()
}

fn renew(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    for entry in fs::read_dir(from).map_err(|error| error.to_string())? {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// What a browser loads: raw, and as a server sends it when Node is there to say.
fn report_sizes(folder: &Path) -> Result<(), String> {
    const PACK: &str = "const { brotliCompressSync, gzipSync } = require('node:zlib'); \
        const file = require('node:fs').readFileSync(process.argv[1]); \
        console.log(gzipSync(file, { level: 9 }).length, brotliCompressSync(file).length)";
    let kilobytes = |bytes: u64| bytes.div_ceil(1000);
    for name in ["bindings_wasm_bg.wasm", "first.wasm", "rest.wasm", "bindings_wasm.js"] {
        let path = folder.join(name);
        let size = fs::metadata(&path).map_err(|error| format!("{name}: {error}"))?.len();
        let said = command::probe("node", &["-e", PACK, &path.display().to_string()]).unwrap_or_default();
        let packed: Vec<u64> = said.split(' ').filter_map(|number| number.parse().ok()).collect();
        let packed = match packed.as_slice() {
            [gzip, brotli] => format!(", {} KB by gzip, {} KB by brotli", kilobytes(*gzip), kilobytes(*brotli)),
            _ => String::new(),
        };
        println!("{name}: {} KB{packed}", kilobytes(size));
    }
    Ok(())
}
