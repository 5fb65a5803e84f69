//! The package of `mobile-ios` on this machine: the kit, its tests, and the programs that tests and benchmarks start.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::Swift;
use crate::{Context, command, mobile};

/// The Swift package of `mobile-ios`, with the generated files and the library in their places.
pub(crate) struct Package {
    swift: Swift,
    /// Where it is built, and where the library lies under the name that is linked; below the repository's root.
    build: &'static str,
    library: &'static str,
}

impl Package {
    /// Over the library with the instruments of `bindings/mobile/probe`, as tests load it. The inner error names a missing tool.
    pub(crate) fn prepare(context: &Context) -> Result<Result<Self, String>, String> {
        let mut cargo = command::cargo(context);
        command::succeed(cargo.args(["build", "--package", "bindings-mobile-probe"]))?;
        let probe = context.repository.target("debug/libsatchel_probe.so");
        Self::over(context, &probe, ["target/swift/build", "target/swift/library"])
    }

    /// Over a library that is measured.
    pub(crate) fn measured(context: &Context, library: &Path) -> Result<Result<Self, String>, String> {
        Self::over(context, library, ["target/swift/bench", "target/swift/bench-library"])
    }

    /// Generates, and puts everything where the package looks for it.
    fn over(context: &Context, linked: &Path, places: [&'static str; 2]) -> Result<Result<Self, String>, String> {
        let [build, library] = places;
        let swift = match Swift::find(context) {
            Ok(swift) => swift,
            Err(reason) => return Ok(Err(reason)),
        };
        let generated = mobile::generate(context)?.join("swift");
        let core = context.repository.path("mobile-ios/Core");
        let map = "module SatchelCoreFFI {\n    header \"SatchelCoreFFI.h\"\n    link \"satchel\"\n    export *\n}\n";
        let linked = fs::read(linked).map_err(told)?;
        let text = |name: &str| fs::read(generated.join(name)).map_err(told);
        let source = text("SatchelCore.swift")?;
        renew(&core.join("SatchelCore/SatchelCore.swift"), &source)?;
        // What was compiled against an older façade finds other functions in its place, and Swift's build does not see it.
        let built_of = context.repository.path(&format!("{build}.interface"));
        if renew(&built_of, &source)? && context.repository.path(build).exists() {
            fs::remove_dir_all(context.repository.path(build)).map_err(told)?;
        }
        renew(
            &core.join("SatchelCoreFFI/SatchelCoreFFI.h"),
            &text("SatchelCoreFFI.h")?,
        )?;
        renew(&core.join("SatchelCoreFFI/module.modulemap"), map.as_bytes())?;
        renew(&context.repository.path(library).join("libsatchel.so"), &linked)?;
        Ok(Ok(Self { swift, build, library }))
    }

    /// `swift test`, in order: the probe counts over the whole process.
    pub(crate) fn test(&self, context: &Context) -> Command {
        let mut arguments = vec![
            "test".to_owned(),
            "--no-parallel".to_owned(),
            "--disable-xctest".to_owned(),
        ];
        arguments.extend(self.places(context));
        let relay = format!(
            "SATCHEL_RELAY_BIN={}",
            self.inside(context, &context.repository.program("relay-server"))
        );
        let words = [vec![relay, "swift".to_owned()], arguments].concat();
        self.swift.command(context, "env", &words)
    }

    /// Builds one of the programs (`debug` or `release`) and gives the words of its command, which runs on this system, not inside the folder.
    pub(crate) fn program(&self, context: &Context, name: &str, configuration: &str) -> Result<Vec<String>, String> {
        let mut arguments = ["build", "--configuration", configuration, "--product", name]
            .map(str::to_owned)
            .to_vec();
        arguments.extend(self.places(context));
        command::succeed(&mut self.swift.command(context, "swift", &arguments))?;
        let program = context.repository.path(self.build).join(configuration).join(name);
        let own = context.repository.path(self.library);
        let text = |path: &Path| path.display().to_string();
        Ok(match &self.swift {
            Swift::Installed => vec![text(&program)],
            Swift::Unpacked(root) => {
                let folders = [
                    own,
                    root.join("usr/lib/x86_64-linux-gnu"),
                    root.join("usr/libexec/swift/lib/swift/linux"),
                ];
                let folders: Vec<String> = folders.iter().map(|folder| text(folder)).collect();
                vec![
                    text(&root.join("lib64/ld-linux-x86-64.so.2")),
                    "--library-path".to_owned(),
                    folders.join(":"),
                    text(&program),
                ]
            }
        })
    }

    fn places(&self, context: &Context) -> Vec<String> {
        let library = self.inside(context, &context.repository.path(self.library));
        let link = [
            format!("-L{library}"),
            "-rpath".to_owned(),
            library,
            "--allow-shlib-undefined".to_owned(),
        ];
        let mut words: Vec<String> = [
            "--disable-sandbox",
            "--package-path",
            "mobile-ios",
            "--scratch-path",
            self.build,
        ]
        .map(str::to_owned)
        .to_vec();
        words.extend(link.into_iter().flat_map(|word| ["-Xlinker".to_owned(), word]));
        words
    }

    /// A path of the repository as Swift's programs see it.
    fn inside(&self, context: &Context, path: &Path) -> String {
        match (&self.swift, path.strip_prefix(context.repository.root())) {
            (Swift::Unpacked(_), Ok(below)) => Path::new("/source").join(below).display().to_string(),
            _ => path.display().to_string(),
        }
    }
}

fn told(error: std::io::Error) -> String {
    format!("the Swift package: {error}")
}

/// Writes a file unless it is there as it should be: what did not change is not compiled again. Gives whether it was written.
fn renew(path: &Path, bytes: &[u8]) -> Result<bool, String> {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(told)?;
    }
    fs::write(path, bytes).map_err(told)?;
    Ok(true)
}
