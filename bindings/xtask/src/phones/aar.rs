//! The archive that Android's build tools take: the libraries, the compiled Kotlin and the rules for shrinkers.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Outcome, android, copy, ndk, renew, told, write};
use crate::kotlin::Kotlin;
use crate::{Context, generators_call};

/// JNA finds functions and structures by name, so a shrinker must not rename or drop them.
const KEEP: &str = "\
-keep class com.sun.jna.** { *; }
-keep class * implements com.sun.jna.** { *; }
-keep class satchel.core.** { *; }
-dontwarn java.awt.**
";

/// Packs `target/android/satchel.aar` from what [`android::build`] left; needs a Kotlin compiler.
pub(crate) fn pack(context: &Context) -> Outcome<PathBuf> {
    let folder = android::folder(context);
    let kotlin = match Kotlin::find(context) {
        Ok(kotlin) => kotlin,
        Err(reason) => return Ok(Err(reason)),
    };
    // The generated binding, and what is written around it.
    let core = context.repository.path("mobile-android/core/src/main/kotlin");
    let classes = folder.join("classes.jar");
    kotlin.archive(&[folder.join("kotlin"), core], &classes)?;
    let stage = folder.join("aar");
    lay_out(&stage, &folder, &classes)?;
    let packed = folder.join("satchel.aar");
    generators_call::generate(context, "zip", &stage, &packed)?;
    write(&folder.join("satchel.pom"), &pom())?;
    fs::remove_dir_all(&stage).map_err(told(&stage))?;
    Ok(Ok(packed))
}

fn lay_out(stage: &Path, folder: &Path, classes: &Path) -> Result<(), String> {
    renew(stage)?;
    write(&stage.join("AndroidManifest.xml"), &manifest())?;
    write(&stage.join("R.txt"), "")?;
    write(&stage.join("proguard.txt"), KEEP)?;
    copy(classes, &stage.join("classes.jar"))?;
    for abi in &android::ABIS {
        let inside = format!("jni/{}/libsatchel.so", abi.name);
        copy(&folder.join(&inside), &stage.join(&inside))?;
    }
    Ok(())
}

fn manifest() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <manifest xmlns:android=\"http://schemas.android.com/apk/res/android\" package=\"satchel.core\">\n\
         \x20   <uses-sdk android:minSdkVersion=\"{}\" />\n\
         </manifest>\n",
        ndk::API
    )
}

/// What the archive needs beside it, for build tools that ask (JNA before 5.17 does not load on pages of 16 KB).
fn pom() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let needed: String = [
        ("net.java.dev.jna", "jna", "5.19.1", "<type>aar</type>"),
        ("org.jetbrains.kotlin", "kotlin-stdlib", "2.4.20", ""),
        ("org.jetbrains.kotlinx", "kotlinx-coroutines-core-jvm", "1.8.0", ""),
    ]
    .iter()
    .map(|(group, name, version, kind)| {
        format!(
            "    <dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>{kind}</dependency>\n"
        )
    })
    .collect();
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n  <modelVersion>4.0.0</modelVersion>\n  <groupId>satchel</groupId>\n  \
         <artifactId>satchel</artifactId>\n  <version>{version}</version>\n  <packaging>aar</packaging>\n  <dependencies>\n{needed}  </dependencies>\n</project>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_names_the_package_of_the_bindings_and_the_oldest_system() {
        let settings = include_str!("../../../mobile/uniffi.toml");
        assert!(settings.contains("package_name = \"satchel.core\""));
        assert!(manifest().contains("package=\"satchel.core\"") && manifest().contains("minSdkVersion=\"26\""));
        assert!(KEEP.contains("satchel.core."));
    }
}
