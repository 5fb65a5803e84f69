//! Reproducible zip files: names in order, one fixed time, one mode, no entries for folders.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs the contents of a folder, and writes the SHA-256 beside the file.
///
/// # Errors
/// When something cannot be read or written.
pub(crate) fn pack(folder: &Path, output: &Path) -> Result<(), String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", output.display());
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    let mut named: Vec<(String, PathBuf)> = files
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(folder).unwrap_or(&path);
            let parts: Vec<_> = inside.iter().map(|part| part.to_string_lossy()).collect();
            (parts.join("/"), path)
        })
        .collect();
    named.sort();
    let mut zip = ZipWriter::new(File::create(output).map_err(|error| told(&error))?);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, path) in named {
        zip.start_file(name, options).map_err(|error| told(&error))?;
        let content = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        zip.write_all(&content).map_err(|error| told(&error))?;
    }
    zip.finish().map_err(|error| told(&error))?;
    let packed = fs::read(output).map_err(|error| told(&error))?;
    let sum: String = Sha256::digest(packed)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut beside = output.as_os_str().to_owned();
    beside.push(".sha256");
    fs::write(beside, sum).map_err(|error| told(&error))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
