//! Where the portal's files come from.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use axum::body::Bytes;
use rust_embed::RustEmbed;

/// Where the portal is built.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/portal/dist");

/// What the portal was built into, in release builds.
#[derive(RustEmbed)]
#[folder = "../web/portal/dist"]
#[allow_missing = true]
struct Built;

/// The files that this program was built with. Development builds read the folder when they start: it may have been built after them.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub(super) fn built() -> io::Result<BTreeMap<String, Bytes>> {
    if !cfg!(debug_assertions) {
        return Ok(embedded());
    }
    let root = Path::new(FOLDER);
    if root.is_dir() {
        folder(root)
    } else {
        Ok(BTreeMap::new())
    }
}

fn embedded() -> BTreeMap<String, Bytes> {
    let content = |name: &str| match Built::get(name)?.data {
        Cow::Borrowed(bytes) => Some(Bytes::from_static(bytes)),
        Cow::Owned(bytes) => Some(Bytes::from(bytes)),
    };
    Built::iter()
        .filter_map(|name| Some((name.replace('\\', "/"), content(&name)?)))
        .collect()
}

/// The files of a folder, all of them, as they are now.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub(super) fn folder(root: &Path) -> io::Result<BTreeMap<String, Bytes>> {
    let mut files = BTreeMap::new();
    gather(root, "", &mut files)
        .map_err(|error| io::Error::new(error.kind(), format!("the portal's folder {}: {error}", root.display())))?;
    Ok(files)
}

fn gather(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Bytes>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Names that are not UTF-8 cannot be asked for.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &format!("{prefix}{name}/"), files)?;
        } else {
            files.insert(format!("{prefix}{name}"), Bytes::from(fs::read(entry.path())?));
        }
    }
    Ok(())
}
