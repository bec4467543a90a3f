//! The folder in which it is kept what earlier runs came to.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;

use super::outputs;
use super::terminal::Terminal;
use crate::Request;
use crate::cache::{self, ENTRY_LIMIT, Entry};
use crate::setup::{self, Setup};
use crate::snapshot::Disk;

/// Names another folder than the user's own.
const VARIABLE: &str = "GITOPSLINT_CACHE_DIR";

/// How the name of an entry ends.
const ENDING: &str = ".run";

/// How many entries are kept, and how many bytes they may take together.
const ENTRIES: usize = 200;
const BYTES: u64 = 256 << 20;

/// Whether an earlier run may answer for this one.
#[derive(Args)]
pub(super) struct CacheArgs {
    /// Check everything again, even if nothing has changed since an earlier run
    #[arg(long)]
    no_cache: bool,
}

/// Where the entry of a check is kept.
pub(super) struct Slot {
    file: Utf8PathBuf,
    /// Whether the user named the folder, so that it matters if it cannot be used.
    is_named: bool,
}

impl CacheArgs {
    /// Where the entry of a check is kept. None where there is no folder for it, or that is a part
    /// of the repository: what stands there is a stranger's.
    pub(super) fn slot(&self, disk: &Disk, setup: &Setup, request: &Request) -> Option<Slot> {
        let (folder, is_named) = folder()?;
        if self.no_cache || is_inside(&folder, disk.root()) {
            return None;
        }
        let name = cache::name(&program()?, disk, setup, request);
        Some(Slot {
            file: folder.join(name + ENDING),
            is_named,
        })
    }
}

impl Slot {
    /// What is kept there. None if there is nothing, or it is damaged.
    pub(super) fn read(&self) -> Option<Entry> {
        let mut text = Vec::new();
        let file = File::open(&self.file).ok()?;
        file.take(ENTRY_LIMIT + 1).read_to_end(&mut text).ok()?;
        Entry::parse(&text)
    }

    /// Keeps an entry there, and forgets the oldest ones if there are too many.
    pub(super) fn write(&self, entry: &Entry, terminal: &Terminal) {
        let Some(text) = entry.text() else {
            return;
        };
        let folder = self.file.parent().unwrap_or(Utf8Path::new("."));
        let written = make(folder).and_then(|()| outputs::replace(&self.file, &text));
        match written.and_then(|()| prune(folder)) {
            Err(fault) if self.is_named => {
                terminal.note(&format!("note: {folder} cannot be used as cache: {fault}"));
            }
            // The next run takes as long as this one; nothing else comes of it.
            Ok(()) | Err(_) => {}
        }
    }
}

/// The folder of entries, and whether the user named it.
fn folder() -> Option<(Utf8PathBuf, bool)> {
    if let Some(own) = variable(VARIABLE) {
        return Some((own.into(), true));
    }
    Some((of_user()?.join("gitopslint"), false))
}

/// The folder in which programs keep what they can make again.
pub(super) fn of_user() -> Option<Utf8PathBuf> {
    let cache = variable("XDG_CACHE_HOME").map(Utf8PathBuf::from);
    cache.or_else(|| Some(Utf8PathBuf::from(variable("HOME")?).join(".cache")))
}

/// A variable of the environment that says something.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether a folder, which need not be there yet, is below another one.
fn is_inside(folder: &Utf8Path, root: &Utf8Path) -> bool {
    let Ok(folder) = camino::absolute_utf8(folder) else {
        return true;
    };
    let mut there = folder.ancestors();
    let there = there.find_map(|folder| folder.canonicalize_utf8().ok());
    there.is_none_or(|there| there.starts_with(root))
}

/// What tells this build of the program from others.
fn program() -> Option<String> {
    let metadata = std::env::current_exe().ok()?.metadata().ok()?;
    let modified = metadata.modified().ok()?;
    let (name, size) = (setup::program(), metadata.len());
    Some(format!("{name} {size} {modified:?}"))
}

/// Makes the folder, which nobody else has to look into.
fn make(folder: &Utf8Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Forgets the oldest entries if there are too many.
fn prune(folder: &Utf8Path) -> io::Result<()> {
    let mut kept: Vec<(SystemTime, u64, Utf8PathBuf)> = Vec::new();
    for entry in folder.read_dir_utf8()? {
        // Another run may have removed it meanwhile.
        let Ok((entry, metadata)) = entry.and_then(|e| e.metadata().map(|m| (e, m))) else {
            continue;
        };
        // What a run that was killed left behind is named after the entry.
        if metadata.is_file() && entry.file_name().contains(ENDING) {
            let modified = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            kept.push((modified, metadata.len(), entry.into_path()));
        }
    }
    kept.sort_unstable_by(|one, other| other.cmp(one));
    let mut bytes = 0;
    for (at, (_, length, path)) in kept.into_iter().enumerate() {
        bytes += length;
        if at >= ENTRIES || bytes > BYTES {
            match fs::remove_file(path) {
                Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
                Ok(()) | Err(_) => {}
            }
        }
    }
    Ok(())
}
