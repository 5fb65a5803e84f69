//! The Swift package around the XCFramework: what an app adds to itself.

use std::path::Path;

use super::xcframework::NAME;
use super::{copy, write};

/// Writes the package: `Package.swift` and the generated Swift. The XCFramework lies beside it, or is fetched from
/// `release`, an address where the zip file of that checksum was put.
pub(crate) fn lay_out(folder: &Path, generated: &Path, release: Option<&str>, checksum: &str) -> Result<(), String> {
    write(&folder.join("Package.swift"), &manifest(release, checksum))?;
    let source = "SatchelCore.swift";
    copy(
        &generated.join(source),
        &folder.join("Sources/SatchelCore").join(source),
    )
}

fn manifest(release: Option<&str>, checksum: &str) -> String {
    let place = match release {
        Some(address) => format!("url: \"{address}\", checksum: \"{checksum}\""),
        None => format!("path: \"{NAME}.xcframework\""),
    };
    format!(
        "// swift-tools-version: 6.0\n\
         // Written by `cargo xtask ios`.\n\
         import PackageDescription\n\n\
         let package = Package(\n\
         \x20   name: \"SatchelCore\",\n\
         \x20   platforms: [.iOS(.v17)],\n\
         \x20   products: [.library(name: \"SatchelCore\", targets: [\"SatchelCore\"])],\n\
         \x20   targets: [\n\
         \x20       .binaryTarget(name: \"{NAME}\", {place}),\n\
         \x20       // The generated code is of the language before strict concurrency.\n\
         \x20       .target(name: \"SatchelCore\", dependencies: [\"{NAME}\"], swiftSettings: [.swiftLanguageMode(.v5)]),\n\
         \x20   ]\n\
         )\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_with_its_checksum() {
        let local = manifest(None, "00ff");
        assert!(local.contains("path: \"SatchelCoreFFI.xcframework\"") && !local.contains("00ff"));
        let released = manifest(Some("https://example.org/core.zip"), "00ff");
        assert!(released.contains("url: \"https://example.org/core.zip\", checksum: \"00ff\""));
    }
}
