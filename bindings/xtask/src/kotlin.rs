//! The Kotlin core: compiled with the compiler that npm carries and Debian's JNA, and its tests run on this machine's Java.
//!
//! Three jars, each made anew only when its sources changed: the generated bindings, `mobile-android/core`, and its tests.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Context, command, mobile, node, setup};

const JNA: &str = "/usr/share/java/jna.jar";
/// Where Debian's JNA finds its native part.
const JNA_NATIVE: &[&str] = &[
    "/usr/lib/jni",
    "/usr/lib/x86_64-linux-gnu/jni",
    "/usr/lib/aarch64-linux-gnu/jni",
];
const COMPILER: &str = "kotlin-compiler@2.4.20";

/// The tools, found or installed.
pub(crate) struct Kotlin {
    /// The compiler's folder of jars.
    lib: PathBuf,
    /// Where our jars go.
    folder: PathBuf,
}

/// What runs a main of the tests.
pub(crate) struct Program {
    classpath: String,
    libraries: PathBuf,
}

impl Kotlin {
    /// `Err` names the tool that is missing.
    pub(crate) fn find(context: &Context) -> Result<Self, String> {
        if let Some(missing) = missing() {
            let packages = ["default-jdk-headless", "libjna-java", "libjna-jni"];
            setup::install(context.consent, &format!("test the Kotlin core ({missing})"), &packages)?;
        }
        if let Some(missing) = missing() {
            return Err(missing);
        }
        let folder = context.repository.target("kotlin");
        let lib = folder.join("node_modules/kotlin-compiler/lib");
        if !lib.join("kotlin-compiler.jar").is_file() {
            node::ready(context)?;
            fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
                .arg(&folder);
            command::succeed(npm.arg(COMPILER)).map_err(|error| format!("no Kotlin compiler: {error}"))?;
        }
        Ok(Self { lib, folder })
    }

    /// Compiles what changed. The bindings must have been generated.
    pub(crate) fn compile(&self, context: &Context) -> Result<Program, String> {
        let with = |names: &[&str]| -> Vec<PathBuf> {
            let jar = |name: &&str| self.lib.join(format!("{name}.jar"));
            names.iter().map(jar).collect()
        };
        let mut classpath = vec![PathBuf::from(JNA)];
        classpath.extend(with(&[
            "kotlin-stdlib",
            "kotlinx-coroutines-core-jvm",
            "annotations-13.0",
        ]));
        let core = context.repository.path("mobile-android/core/src");
        let generated = context.repository.target("generated/mobile/kotlin");
        classpath.push(self.jar("bindings", &generated, &classpath, "-nowarn")?);
        classpath.push(self.jar("core", &core.join("main/kotlin"), &classpath, "-Werror")?);
        classpath.extend(with(&["kotlin-test", "kotlin-reflect"]));
        classpath.push(self.jar("test", &core.join("test/kotlin"), &classpath, "-Werror")?);
        let classpath: Vec<String> = classpath.iter().map(|path| path.display().to_string()).collect();
        Ok(Program {
            classpath: classpath.join(":"),
            libraries: context.repository.target("debug"),
        })
    }

    /// Compiles sources into one archive of classes, for use elsewhere.
    pub(crate) fn archive(&self, sources: &[PathBuf], jar: &Path) -> Result<(), String> {
        let mut classpath = vec![PathBuf::from(JNA)];
        for name in ["kotlin-stdlib", "kotlinx-coroutines-core-jvm", "annotations-13.0"] {
            classpath.push(self.lib.join(format!("{name}.jar")));
        }
        let paths: Vec<String> = classpath.iter().map(|path| path.display().to_string()).collect();
        let mut java = java();
        java.arg("-Xmx1500m")
            .arg("-jar")
            .arg(self.lib.join("kotlin-compiler.jar"));
        java.args([
            "-jvm-target",
            "17",
            "-no-stdlib",
            "-no-reflect",
            "-nowarn",
            "-cp",
            &paths.join(":"),
        ]);
        command::succeed(java.args(sources).arg("-d").arg(jar))
    }

    fn jar(&self, name: &str, sources: &Path, classpath: &[PathBuf], warnings: &str) -> Result<PathBuf, String> {
        let jar = self.folder.join(format!("{name}.jar"));
        let stamp = self.folder.join(format!("{name}.sources"));
        let state = state(&mobile::with_ending(sources, "kt"), classpath)?;
        if jar.is_file() && fs::read_to_string(&stamp).is_ok_and(|made_of| made_of == state) {
            return Ok(jar);
        }
        let paths: Vec<String> = classpath.iter().map(|path| path.display().to_string()).collect();
        let mut java = java();
        java.arg("-Xmx1500m")
            .arg("-jar")
            .arg(self.lib.join("kotlin-compiler.jar"));
        java.args([
            "-jvm-target",
            "17",
            "-no-stdlib",
            "-no-reflect",
            warnings,
            "-cp",
            &paths.join(":"),
        ]);
        java.arg(sources).arg("-d").arg(&jar);
        command::succeed(&mut java)?;
        fs::write(&stamp, state).map_err(|error| error.to_string())?;
        Ok(jar)
    }
}

impl Program {
    /// A main over the library with the instruments of `bindings/mobile/probe`.
    pub(crate) fn main(&self, class: &str) -> Command {
        let mut java = java();
        java.arg(format!("-Djna.library.path={}", self.libraries.display()));
        java.arg("-Duniffi.component.satchel.libraryOverride=satchel_probe");
        java.args(["-cp", &self.classpath, class]);
        java
    }

    /// A main over the library of that folder, as quick as Java has it.
    pub(crate) fn measured(&self, class: &str, libraries: &Path) -> Vec<String> {
        let libraries = format!("-Djna.library.path={}", libraries.display());
        ["java", &libraries, "-cp", &self.classpath, class]
            .map(str::to_owned)
            .to_vec()
    }
}

/// Short runs: a plain collector and the quick translator begin soonest.
fn java() -> Command {
    let mut java = Command::new("java");
    java.args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    java
}

fn missing() -> Option<String> {
    let native = |folder: &&str| Path::new(folder).join("libjnidispatch.system.so").is_file();
    if command::probe("java", &["-version"]).is_none() {
        Some("no Java".to_owned())
    } else if !Path::new(JNA).is_file() {
        Some("no JNA library (Debian: libjna-java)".to_owned())
    } else if !JNA_NATIVE.iter().any(native) {
        Some("no native part of JNA (Debian: libjna-jni)".to_owned())
    } else {
        None
    }
}

/// Changes when a source, or a jar that it is compiled against, changes.
fn state(sources: &[PathBuf], classpath: &[PathBuf]) -> Result<String, String> {
    let mut hasher = DefaultHasher::new();
    for path in sources.iter().chain(classpath) {
        path.hash(&mut hasher);
        fs::read(path)
            .map_err(|error| format!("{}: {error}", path.display()))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}
