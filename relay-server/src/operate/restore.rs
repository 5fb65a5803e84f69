//! Putting a backup into an empty data directory, after every fact about it was checked.
//!
//! The copy has no high-water mark: whatever the relay acknowledged after the backup is lost, so the relay refuses to sign on it until its
//! operator says that this is known ([`super::mark`]).

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::manifest::{self, Manifest};
use super::{backup, is_empty, refused, verify};
use crate::place::{self, DataDirectory};

/// Copies the backup into the data directory.
pub(crate) fn run(backup_folder: &Path, data: &Path, out: &mut dyn Write) -> io::Result<()> {
    if !is_empty(data)? {
        return Err(refused(format!(
            "{} is not empty: a restore never overwrites. Name an empty folder with --data, or move what is there away",
            data.display()
        )));
    }
    let report = verify::backup(backup_folder);
    if report.failures() > 0 {
        report.print(out)?;
        return Err(io::Error::other("the backup is damaged; nothing was restored"));
    }
    let manifest = Manifest::parse(&std::fs::read(backup_folder.join(manifest::FILE))?).map_err(io::Error::other)?;
    place::make(data)?;
    let held = DataDirectory::take(data)?;
    for file in &manifest.files {
        let copied = backup::copied(&backup_folder.join(&file.path), data, &file.path)?;
        if (copied.size, copied.sha256) != (file.size, file.sha256) {
            return Err(io::Error::other(
                "the backup changed while it was read; empty the folder and try again",
            ));
        }
        if !file.path.contains('/') {
            backup::private(&data.join(&file.path))?;
        }
    }
    backup::sync_folders(data)?;
    if let Some(parent) = data.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        File::open(parent)?.sync_all()?;
    }
    drop(held);
    writeln!(
        out,
        "restored {} entries, {} files into {}",
        manifest.entries,
        manifest.files.len(),
        data.display()
    )?;
    writeln!(
        out,
        "whatever the relay took after the backup was made is not in it: what was deleted or revoked since is back, what was admitted since is gone.\n\
         So the relay will refuse to start on it. Put its old high-water mark back if you have it: it starts if nothing is missing.\n\
         Otherwise start it once with --accept-rollback, and tell the people who use this relay"
    )
}
