use std::fs;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use manifest::{Kept, ReadError, Snapshot, Source};
use rustc_hash::FxHashMap;

use super::folder::{EntryKind, Folder};
use super::trees::Trees;

/// The largest file that is read, in bytes.
const FILE_LIMIT: u64 = 64 << 20;

/// The files below a folder as they are on disk now. Each is read once at most, when it is
/// first asked for; nothing outside the folder is read, through symbolic links neither.
///
/// Once a folder was looked into, what stands in it is known without asking the disk again. A clone
/// knows what the other knows.
#[derive(Clone)]
pub struct Disk {
    root: Arc<Folder>,
    folders: Arc<Mutex<ByPath<Option<Arc<Folder>>>>>,
    files: Arc<Mutex<ByPath<Arc<Cell>>>>,
    pub(super) trees: Trees,
}

/// By text: to hash and compare paths part by part is slow, and here there are many.
type ByPath<T> = FxHashMap<Box<str>, T>;

#[derive(Default)]
struct Cell {
    bytes: OnceLock<Result<Arc<[u8]>, ReadError>>,
    source: OnceLock<Result<Arc<Source>, ReadError>>,
}

/// What stands at a path, links followed.
enum Found {
    /// A regular file, with its path without links.
    File(Utf8PathBuf),
    Folder,
    /// A pipe, a socket or a device.
    Special,
    /// Nothing that is read.
    Not(Kept),
}

impl Found {
    fn behind(real: Utf8PathBuf) -> Self {
        match fs::metadata(&real) {
            Ok(metadata) if metadata.is_file() => Self::File(real),
            Ok(metadata) if metadata.is_dir() => Self::Folder,
            Ok(_) => Self::Special,
            Err(_) => Self::Not(Kept::Nothing),
        }
    }
}

impl Disk {
    /// The files below `root`, which must be a folder.
    ///
    /// # Errors
    /// If the folder cannot be resolved, or its path is not UTF-8.
    pub fn new(root: &Utf8Path) -> std::io::Result<Self> {
        Ok(Self {
            root: Arc::new(Folder::new(root.canonicalize_utf8()?)),
            folders: Arc::default(),
            files: Arc::default(),
            trees: Trees::default(),
        })
    }

    /// The root as an absolute path without links.
    pub fn root(&self) -> &Utf8Path {
        &self.root.real
    }

    /// Gives a file that was read another content, in one step. Links are not followed.
    ///
    /// # Errors
    /// The file stands outside the root, is no regular file, cannot be written, or is no longer
    /// what was read.
    pub fn replace(&self, path: &Utf8Path, text: &str) -> std::io::Result<()> {
        let wrong = |why: &str| std::io::Error::other(why.to_owned());
        let place = self.place_of(path);
        let place = place.ok_or_else(|| wrong("it is outside the repository"))?;
        let before = self
            .bytes(path)
            .map_err(|error| wrong(&error.to_string()))?;
        super::replace::replace(&place, &before, text)
    }

    /// Where a file stands, or is to stand, that is written: its folder inside the root without
    /// links, and its own name. None if that leads outside, or there is no such folder.
    pub(super) fn place_of(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let parent = self.folder(path.parent()?)?;
        Some(parent.real.join(path.file_name()?))
    }

    /// Whether no link stands in the place of a folder above a path: where one does, what is at the
    /// path is not there, whatever is behind the link.
    pub(super) fn has_no_link_above(&self, path: &Utf8Path) -> bool {
        let path = path.as_str();
        let (parent, _) = path.rsplit_once('/').unwrap_or(("", path));
        let folder = self.folder(Utf8Path::new(parent));
        folder.is_some_and(|folder| {
            let below = folder.real.as_str().strip_prefix(self.root().as_str());
            below.is_some_and(|below| below.strip_prefix('/').unwrap_or(below) == parent)
        })
    }

    /// The folder at a path, if it is inside the root.
    pub(super) fn folder(&self, folder: &Utf8Path) -> Option<Arc<Folder>> {
        if folder.as_str().is_empty() {
            return Some(self.root.clone());
        }
        if let Some(known) = lock(&self.folders).get(folder.as_str()) {
            return known.clone();
        }
        let found = self.find_folder(folder);
        lock(&self.folders).insert(folder.as_str().into(), found.clone());
        found
    }

    /// Goes down to a folder from the deepest one above it that is known.
    fn find_folder(&self, folder: &Utf8Path) -> Option<Arc<Folder>> {
        let mut above = self.root.clone();
        let mut rest = folder;
        for ancestor in folder.ancestors().skip(1) {
            let known = lock(&self.folders).get(ancestor.as_str()).cloned();
            if let Some(known) = known {
                above = known?;
                rest = folder.strip_prefix(ancestor).ok()?;
                break;
            }
        }
        for part in rest.components() {
            let Utf8Component::Normal(name) = part else {
                return None;
            };
            let real = above.real.join(name);
            let real = match above.kind(name)? {
                EntryKind::Folder => real,
                EntryKind::Link => self.behind(&real).ok().filter(|real| real.is_dir())?,
                EntryKind::File | EntryKind::Special => return None,
            };
            above = Arc::new(Folder::new(real));
        }
        Some(above)
    }

    /// Notes a folder that stands in another by itself, without a link.
    pub(super) fn know_folder(&self, path: &Utf8Path, above: &Folder, name: &str) {
        let folder = Folder::new(above.real.join(name));
        lock(&self.folders).insert(path.as_str().into(), Some(Arc::new(folder)));
    }

    /// Where a link leads to, if that is inside the root.
    fn behind(&self, link: &Utf8Path) -> Result<Utf8PathBuf, Kept> {
        let behind = link.canonicalize_utf8().map_err(|_| Kept::Nothing)?;
        match behind.starts_with(self.root()) {
            true => Ok(behind),
            false => Err(Kept::Outside),
        }
    }

    /// What stands at a path.
    fn find(&self, path: &Utf8Path) -> Found {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Found::Folder;
        };
        let Some(parent) = self.folder(parent) else {
            let above = self.root().join(parent);
            return Found::Not(match above.is_dir() {
                true => Kept::Outside,
                false => Kept::Nothing,
            });
        };
        let real = parent.real.join(name);
        match parent.kind(name) {
            Some(EntryKind::File) => Found::File(real),
            Some(EntryKind::Folder) => Found::Folder,
            Some(EntryKind::Special) => Found::Special,
            Some(EntryKind::Link) => match self.behind(&real) {
                Ok(real) => Found::behind(real),
                Err(kept) => Found::Not(kept),
            },
            None => Found::Not(Kept::Nothing),
        }
    }

    /// Where a file stands without links.
    pub(super) fn file_at(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        match self.find(path) {
            Found::File(real) => Some(real),
            Found::Folder | Found::Special | Found::Not(_) => None,
        }
    }

    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        let real = match self.find(path) {
            Found::File(real) => real,
            Found::Folder => return Err(ReadError::Folder),
            Found::Not(Kept::Outside) => return Err(ReadError::Outside),
            Found::Not(_) => return Err(ReadError::Missing),
            // Opening a pipe would wait for a writer for ever.
            Found::Special => {
                return Err(ReadError::Refused("it is not a regular file".to_owned()));
            }
        };
        read_file(&real).map_err(|fault| ReadError::Refused(fault.to_string()))?
    }

    fn cell(&self, path: &Utf8Path) -> Arc<Cell> {
        let mut files = lock(&self.files);
        match files.get(path.as_str()) {
            Some(cell) => cell.clone(),
            None => files.entry(path.as_str().into()).or_default().clone(),
        }
    }
}

impl Snapshot for Disk {
    fn kept(&self, path: &Utf8Path) -> Kept {
        match self.find(path) {
            Found::File(_) | Found::Special => Kept::File,
            Found::Folder => Kept::Folder,
            Found::Not(kept) => kept,
        }
    }

    fn real(&self, path: &Utf8Path) -> Utf8PathBuf {
        let real = match self.find(path) {
            Found::File(real) => Some(real),
            Found::Folder => self.folder(path).map(|folder| folder.real.clone()),
            Found::Special | Found::Not(_) => None,
        };
        let inner = real.and_then(|real| Some(real.strip_prefix(self.root()).ok()?.to_owned()));
        inner.unwrap_or_else(|| path.to_owned())
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Some(real) = self.folder(folder) else {
            return Vec::new();
        };
        let entries = real.listing().entries.iter();
        entries.map(|entry| folder.join(&*entry.name)).collect()
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        self.cell(path)
            .bytes
            .get_or_init(|| self.read(path).map(Arc::from))
            .clone()
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        let cell = self.cell(path);
        let parse = || {
            let bytes = match cell.bytes.get() {
                Some(read) => read.clone()?.to_vec(),
                None => self.read(path)?,
            };
            Ok(Source::file(path, self.trees.parse(bytes).0))
        };
        cell.source.get_or_init(parse).clone()
    }
}

/// The bytes of a regular file, as many as it has when it is opened.
pub(super) fn read_file(path: &Utf8Path) -> std::io::Result<Result<Vec<u8>, ReadError>> {
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > FILE_LIMIT {
        return Ok(Err(ReadError::TooLarge));
    }
    let mut bytes = vec![0; length as usize];
    let mut read = 0;
    while read < bytes.len() {
        match file.read(&mut bytes[read..])? {
            0 => break,
            more => read += more,
        }
    }
    bytes.truncate(read);
    Ok(Ok(bytes))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
