//! An XCFramework: the static libraries for devices and for simulators, with their header, in the layout that
//! `xcodebuild -create-xcframework` writes.

use std::fs;
use std::path::Path;

use super::universal::{self, Machine, Slice};
use super::{copy, put, renew, told, write};

/// Its name, which is also the name of the C module.
pub(crate) const NAME: &str = "SatchelCoreFFI";

const LIBRARY: &str = "libsatchel.a";
const DEVICE: &str = "ios-arm64";
const SIMULATOR: &str = "ios-arm64_x86_64-simulator";

/// The three static libraries.
pub(crate) struct Libraries<'path> {
    pub(crate) device: &'path Path,
    pub(crate) simulator_arm64: &'path Path,
    pub(crate) simulator_x86_64: &'path Path,
}

/// Assembles it at `framework`; `generated` holds the header and the module map that UniFFI wrote.
pub(crate) fn assemble(framework: &Path, generated: &Path, libraries: &Libraries<'_>) -> Result<(), String> {
    renew(framework)?;
    copy(libraries.device, &framework.join(DEVICE).join(LIBRARY))?;
    let read = |path: &Path| fs::read(path).map_err(told(path));
    let simulator = universal::join(vec![
        Slice {
            machine: Machine::Arm64,
            content: read(libraries.simulator_arm64)?,
        },
        Slice {
            machine: Machine::X86_64,
            content: read(libraries.simulator_x86_64)?,
        },
    ])?;
    put(&framework.join(SIMULATOR).join(LIBRARY), &simulator)?;
    for slice in [DEVICE, SIMULATOR] {
        let headers = framework.join(slice).join("Headers");
        let header = format!("{NAME}.h");
        copy(&generated.join(&header), &headers.join(&header))?;
        // Clang looks for a module map under this name alone.
        let map = generated.join(format!("{NAME}.modulemap"));
        copy(&map, &headers.join("module.modulemap"))?;
    }
    write(&framework.join("Info.plist"), &property_list())
}

fn property_list() -> String {
    let device = library(DEVICE, &["arm64"], None);
    let simulator = library(SIMULATOR, &["arm64", "x86_64"], Some("simulator"));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n\
         \t<key>AvailableLibraries</key>\n\t<array>\n{device}{simulator}\t</array>\n\
         \t<key>CFBundlePackageType</key>\n\t<string>XFWK</string>\n\
         \t<key>XCFrameworkFormatVersion</key>\n\t<string>1.0</string>\n\
         </dict>\n</plist>\n"
    )
}

fn library(folder: &str, machines: &[&str], variant: Option<&str>) -> String {
    let mut text = String::from("\t\t<dict>\n");
    let mut entry = |key: &str, value: &str| {
        text.push_str(&format!("\t\t\t<key>{key}</key>\n{value}\n"));
    };
    let string = |value: &str| format!("\t\t\t<string>{value}</string>");
    entry("BinaryPath", &string(LIBRARY));
    entry("HeadersPath", &string("Headers"));
    entry("LibraryIdentifier", &string(folder));
    entry("LibraryPath", &string(LIBRARY));
    let machines: String = machines
        .iter()
        .map(|machine| format!("\t\t\t\t<string>{machine}</string>\n"))
        .collect();
    entry(
        "SupportedArchitectures",
        &format!("\t\t\t<array>\n{machines}\t\t\t</array>"),
    );
    entry("SupportedPlatform", &string("ios"));
    if let Some(variant) = variant {
        entry("SupportedPlatformVariant", &string(variant));
    }
    text.push_str("\t\t</dict>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_property_list_is_balanced_and_names_both_slices() {
        let list = property_list();
        for tag in ["dict", "array", "key", "string", "plist"] {
            let opened = list.matches(&format!("<{tag}>")).count() + list.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, list.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert!(list.contains(DEVICE) && list.contains(SIMULATOR));
        assert_eq!(list.matches("SupportedPlatformVariant").count(), 1);
    }

    #[test]
    fn the_module_is_named_as_in_the_bindings() {
        let settings = include_str!("../../../mobile/uniffi.toml");
        assert!(settings.contains(&format!("module_name = \"{}\"", NAME.trim_end_matches("FFI"))));
    }
}
