//! The files of a chart's folder.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, FaultKind, Kept, Snapshot};

use super::ignore::Rules;

/// A file of a chart.
#[derive(Clone, Debug)]
pub(super) struct File {
    /// Its path from the chart's folder.
    pub(super) name: String,
    /// Its path from the root; of a file in an archive, behind the archive's own.
    pub(super) path: Utf8PathBuf,
    pub(super) bytes: Arc<[u8]>,
}

/// How much may still be read of a chart and its subcharts.
#[derive(Debug)]
pub(super) struct Budget {
    /// Bytes of all files.
    pub(super) bytes: u64,
    pub(super) files: usize,
}

impl Budget {
    /// Bytes of one file, as in Helm.
    pub(super) const FILE: u64 = 5 << 20;

    /// As much as Helm reads.
    pub(super) fn new() -> Self {
        Self {
            bytes: 100 << 20,
            files: 20_000,
        }
    }

    /// Spends a file.
    pub(super) fn spend(&mut self, name: &str, size: u64) -> Result<(), String> {
        if size > Self::FILE {
            let limit = Self::FILE >> 20;
            return Err(format!(
                "`{name}` is larger than the {limit} MiB that a file of a chart may have"
            ));
        }
        match (self.bytes.checked_sub(size), self.files.checked_sub(1)) {
            (Some(bytes), Some(files)) => {
                *self = Self { bytes, files };
                Ok(())
            }
            _ => Err("the chart is too large".to_owned()),
        }
    }
}

/// The files of a folder in the order of their paths, as far as `.helmignore` lets them.
pub(super) fn read(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    budget: &mut Budget,
) -> Result<Vec<File>, Vec<Fault>> {
    let ignore = snapshot.bytes(&folder.join(".helmignore"));
    let ignore = ignore.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (rules, mut faults) = Rules::parse(ignore.as_deref().unwrap_or_default());
    let mut files = Vec::new();
    // The next folder to look at is the last.
    let mut open: Vec<Utf8PathBuf> = snapshot.list(folder).into_iter().rev().collect();
    while let Some(path) = open.pop() {
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string();
        match snapshot.kept(&path) {
            Kept::Folder if !rules.leave_out(&name, true) => {
                open.extend(snapshot.list(&path).into_iter().rev());
            }
            Kept::File if !rules.leave_out(&name, false) => {
                let read = snapshot.bytes(&path).map_err(|error| error.to_string());
                let read = read.and_then(|bytes| {
                    budget.spend(&name, bytes.len() as u64)?;
                    Ok(bytes)
                });
                match read {
                    Ok(bytes) => files.push(File { name, path, bytes }),
                    Err(error) => {
                        let message = format!("`{path}` cannot be read: {error}");
                        faults.push(Fault::new(FaultKind::Limit, message));
                    }
                }
            }
            Kept::Outside => {
                let message = format!("`{path}` leads out of the repository");
                faults.push(Fault::new(FaultKind::Outside, message));
            }
            _ => {}
        }
    }
    if faults.is_empty() {
        Ok(files)
    } else {
        Err(faults)
    }
}
