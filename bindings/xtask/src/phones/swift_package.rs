//! The Swift package around the XCFramework: what an app adds to itself.

use std::path::Path;

use super::xcframework::NAME;
use super::{copy, write};

/// Apple asks every library for the reasons why it calls certain functions. Ours is `fstat`, with which Rust's standard library opens the
/// program's own file when a panic is put into words. It collects nothing and follows nobody.
const PRIVACY: &str = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
<plist version=\"1.0\">
<dict>
\t<key>NSPrivacyTracking</key>
\t<false/>
\t<key>NSPrivacyTrackingDomains</key>
\t<array/>
\t<key>NSPrivacyCollectedDataTypes</key>
\t<array/>
\t<key>NSPrivacyAccessedAPITypes</key>
\t<array>
\t\t<dict>
\t\t\t<key>NSPrivacyAccessedAPIType</key>
\t\t\t<string>NSPrivacyAccessedAPICategoryFileTimestamp</string>
\t\t\t<key>NSPrivacyAccessedAPITypeReasons</key>
\t\t\t<array>
\t\t\t\t<string>C617.1</string>
\t\t\t</array>
\t\t</dict>
\t</array>
</dict>
</plist>
";

/// Writes the package: `Package.swift`, the generated Swift and Apple's privacy manifest. The XCFramework lies beside it, or is fetched from
/// `release`, an address where the zip file of that checksum was put.
pub(crate) fn lay_out(folder: &Path, generated: &Path, release: Option<&str>, checksum: &str) -> Result<(), String> {
    write(&folder.join("Package.swift"), &manifest(release, checksum))?;
    let source = "SatchelCore.swift";
    let home = folder.join("Sources/SatchelCore");
    write(&home.join("PrivacyInfo.xcprivacy"), PRIVACY)?;
    copy(&generated.join(source), &home.join(source))
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
         \x20       .target(\n\
         \x20           name: \"SatchelCore\",\n\
         \x20           dependencies: [\"{NAME}\"],\n\
         \x20           resources: [.copy(\"PrivacyInfo.xcprivacy\")],\n\
         \x20           swiftSettings: [.swiftLanguageMode(.v5)]\n\
         \x20       ),\n\
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

    #[test]
    fn the_privacy_manifest_names_what_the_library_imports_of_apples_list() {
        // Of the functions that Apple wants a reason for, by category.
        let asked = [
            (
                "FileTimestamp",
                &["_stat", "_fstat", "_fstatat", "_lstat", "_getattrlist"][..],
            ),
            ("SystemBootTime", &["_mach_absolute_time"]),
            ("DiskSpace", &["_statfs", "_statvfs", "_fstatfs", "_fstatvfs"]),
        ];
        let imports = super::super::macho_rules::allowed();
        for (category, functions) in asked {
            let used = functions.iter().any(|function| imports.contains(function));
            assert_eq!(PRIVACY.contains(&format!("Category{category}<")), used, "{category}");
        }
        for tag in ["dict", "array", "key", "string", "plist"] {
            let opened = PRIVACY.matches(&format!("<{tag}>")).count() + PRIVACY.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, PRIVACY.matches(&format!("</{tag}>")).count(), "{tag}");
        }
    }
}
