//! The files of a chart's folder.

use std::rc::Rc;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Budget, Exceeded, Fault, FaultKind, Kept, Snapshot, Unit};

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

/// How much may still be read of a chart and its subcharts: as much as Helm reads.
#[derive(Debug)]
pub(super) struct Room<'b> {
    /// Bytes of all files.
    pub(super) bytes: u64,
    /// Files, and folders that are looked into.
    pub(super) entries: usize,
    /// What all that was asked for may take.
    pub(super) budget: &'b Budget,
}

impl<'b> Room<'b> {
    /// Bytes of one file, as in Helm.
    pub(super) const FILE: u64 = 5 << 20;

    pub(super) fn new(budget: &'b Budget) -> Self {
        Self {
            bytes: 100 << 20,
            entries: 20_000,
            budget,
        }
    }

    /// Takes up a file.
    pub(super) fn file(&mut self, name: &str, size: u64) -> Result<(), Refused> {
        if size > Self::FILE {
            let limit = Self::FILE >> 20;
            return Err(Refused::File(format!(
                "`{name}` is larger than the {limit} MiB that a file of a chart may have"
            )));
        }
        self.bytes = self.bytes.checked_sub(size).ok_or(Refused::Chart)?;
        let bytes = usize::try_from(size).unwrap_or(usize::MAX);
        self.budget
            .spend(Unit::Bytes, bytes)
            .map_err(Refused::Everything)?;
        self.entry()
    }

    /// Takes up a file or folder that is looked at.
    pub(super) fn entry(&mut self) -> Result<(), Refused> {
        self.entries = self.entries.checked_sub(1).ok_or(Refused::Chart)?;
        Ok(())
    }
}

/// Why a file is not taken up.
#[derive(Debug)]
pub(super) enum Refused {
    /// It cannot be read, or is too large by itself.
    File(String),
    /// The chart is too large; nothing more of it is read.
    Chart,
    /// Nothing more is read at all.
    Everything(Exceeded),
}

impl Refused {
    /// The refusal of something at a path as a fault.
    pub(super) fn fault(self, path: &Utf8Path) -> Fault {
        match self {
            Self::File(why) => {
                Fault::new(FaultKind::Limit, format!("`{path}` cannot be read: {why}"))
            }
            Self::Chart => Fault::new(
                FaultKind::Limit,
                format!("the chart is too large: nothing is read from `{path}` on"),
            ),
            Self::Everything(exceeded) => exceeded.fault(),
        }
    }
}

/// How many folders may stand in one another.
const DEPTH: usize = 256;

/// A folder that is looked into, and those that it stands in.
struct Folder {
    /// Where it stands by itself.
    real: Utf8PathBuf,
    depth: usize,
    above: Option<Rc<Folder>>,
}

impl Folder {
    fn is_within(&self, real: &Utf8Path) -> bool {
        let mut at = Some(self);
        while let Some(folder) = at {
            if folder.real == real {
                return true;
            }
            at = folder.above.as_deref();
        }
        false
    }
}

/// The files of a folder in the order of their paths, as far as `.helmignore` lets them.
pub(super) fn read(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    room: &mut Room<'_>,
) -> Result<Vec<File>, Vec<Fault>> {
    let ignore = snapshot.bytes(&folder.join(".helmignore"));
    let ignore = ignore.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (rules, faults) = Rules::parse(ignore.as_deref().unwrap_or_default());
    let mut walk = Walk {
        snapshot,
        folder,
        rules,
        files: Vec::new(),
        faults,
        open: Vec::new(),
    };
    let root = Folder {
        real: snapshot.real(folder),
        depth: 0,
        above: None,
    };
    walk.enter(folder, root);
    while let Some((path, above)) = walk.open.pop() {
        match walk.visit(&path, above, room) {
            Ok(()) => {}
            Err(refused @ Refused::File(_)) => walk.faults.push(refused.fault(&path)),
            // What is too large is not walked on, however much there is.
            Err(refused) => {
                walk.faults.push(refused.fault(&path));
                break;
            }
        }
    }
    match walk.faults.is_empty() {
        true => Ok(walk.files),
        false => Err(walk.faults),
    }
}

struct Walk<'a> {
    snapshot: &'a dyn Snapshot,
    /// The chart's folder.
    folder: &'a Utf8Path,
    rules: Rules,
    files: Vec<File>,
    faults: Vec<Fault>,
    /// What is to be looked at, the next one last, each with the folder that it stands in.
    open: Vec<(Utf8PathBuf, Rc<Folder>)>,
}

impl Walk<'_> {
    fn enter(&mut self, path: &Utf8Path, folder: Folder) {
        let folder = Rc::new(folder);
        let entries = self.snapshot.list(path).into_iter().rev();
        self.open
            .extend(entries.map(|entry| (entry, folder.clone())));
    }

    fn visit(
        &mut self,
        path: &Utf8Path,
        above: Rc<Folder>,
        room: &mut Room<'_>,
    ) -> Result<(), Refused> {
        let name = path.strip_prefix(self.folder).unwrap_or(path).to_string();
        let kept = self.snapshot.kept(path);
        if self.rules.leave_out(&name, kept == Kept::Folder) {
            return Ok(());
        }
        match kept {
            Kept::Folder => {
                room.entry()?;
                let real = self.snapshot.real(path);
                if above.is_within(&real) {
                    let message = format!("`{path}` is a link to a folder that contains it");
                    let help =
                        "Helm would follow it endlessly: remove it, or list it in .helmignore";
                    let fault = Fault::new(FaultKind::Cycle, message).help(help);
                    self.faults.push(fault);
                    return Ok(());
                }
                if above.depth == DEPTH {
                    return Err(Refused::File(format!(
                        "folders are nested more than {DEPTH} deep"
                    )));
                }
                let depth = above.depth + 1;
                let above = Some(above);
                self.enter(path, Folder { real, depth, above });
            }
            Kept::File => {
                let read = self.snapshot.bytes(path);
                let bytes = read.map_err(|error| Refused::File(error.to_string()))?;
                room.file(&name, bytes.len() as u64)?;
                let path = path.to_owned();
                self.files.push(File { name, path, bytes });
            }
            Kept::Outside => {
                let message = format!("`{path}` is outside the repository");
                self.faults.push(Fault::new(FaultKind::Outside, message));
            }
            Kept::Nothing => {}
        }
        Ok(())
    }
}
