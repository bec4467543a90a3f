use std::fs;
use std::io::Read;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, ReadError, Snapshot, Source};
use rustc_hash::FxHashMap;
use spanned_yaml::Tree;

/// The largest file that is read, in bytes.
const FILE_LIMIT: u64 = 64 << 20;

/// The files below a folder as they are on disk now. Each is read once at most, when it is
/// first asked for; nothing outside the folder is read, through symbolic links neither.
pub struct Disk {
    root: Utf8PathBuf,
    folders: Mutex<FxHashMap<Utf8PathBuf, Option<Utf8PathBuf>>>,
    files: Mutex<FxHashMap<Utf8PathBuf, Arc<Cell>>>,
}

#[derive(Default)]
struct Cell {
    bytes: OnceLock<Result<Arc<[u8]>, ReadError>>,
    source: OnceLock<Result<Arc<Source>, ReadError>>,
}

impl Disk {
    /// The files below `root`, which must be a folder.
    ///
    /// # Errors
    /// If the folder cannot be resolved, or its path is not UTF-8.
    pub fn new(root: &Utf8Path) -> std::io::Result<Self> {
        Ok(Self {
            root: root.canonicalize_utf8()?,
            folders: Mutex::default(),
            files: Mutex::default(),
        })
    }

    /// The root as an absolute path without links.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Gives a file that was read another content, in one step. Links are not followed.
    ///
    /// # Errors
    /// The file stands outside the root, is no regular file, cannot be written, or is no longer
    /// what was read.
    pub fn replace(&self, path: &Utf8Path, text: &str) -> std::io::Result<()> {
        let wrong = |why: &str| std::io::Error::other(why.to_owned());
        let parent = path.parent().and_then(|parent| self.folder(parent));
        let (Some(parent), Some(name)) = (parent, path.file_name()) else {
            return Err(wrong("it stands outside the repository"));
        };
        let before = self
            .bytes(path)
            .map_err(|error| wrong(&error.to_string()))?;
        super::replace::replace(&parent.join(name), &before, text)
    }

    /// The real folder behind a folder's path, if it is inside the root.
    pub(super) fn folder(&self, folder: &Utf8Path) -> Option<Utf8PathBuf> {
        if folder.as_str().is_empty() {
            return Some(self.root.clone());
        }
        if let Some(known) = lock(&self.folders).get(folder) {
            return known.clone();
        }
        let real = self
            .root
            .join(folder)
            .canonicalize_utf8()
            .ok()
            .filter(|real| real.starts_with(&self.root));
        lock(&self.folders).insert(folder.to_owned(), real.clone());
        real
    }

    /// Notes a folder that was come to from the root without following a link.
    pub(super) fn know_folder(&self, real: &Utf8Path) {
        if let Ok(folder) = real.strip_prefix(&self.root) {
            lock(&self.folders).insert(folder.to_owned(), Some(real.to_owned()));
        }
    }

    /// The real path behind a path, and what stands there.
    fn resolve(&self, path: &Utf8Path) -> (Utf8PathBuf, Kept) {
        let whole = self.root.join(path);
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return (whole, Kept::Folder);
        };
        let Some(parent) = self.folder(parent) else {
            let kept = if whole.parent().is_some_and(Utf8Path::exists) {
                Kept::Outside
            } else {
                Kept::Nothing
            };
            return (whole, kept);
        };
        let mut real = parent.join(name);
        let Ok(mut metadata) = fs::symlink_metadata(&real) else {
            return (real, Kept::Nothing);
        };
        if metadata.is_symlink() {
            let Ok(behind) = real.canonicalize_utf8() else {
                return (real, Kept::Nothing);
            };
            if !behind.starts_with(&self.root) {
                return (real, Kept::Outside);
            }
            let Ok(of_target) = fs::metadata(&behind) else {
                return (real, Kept::Nothing);
            };
            metadata = of_target;
            real = behind;
        }
        let kept = if metadata.is_dir() {
            Kept::Folder
        } else {
            Kept::File
        };
        (real, kept)
    }

    fn read(&self, path: &Utf8Path) -> Result<Vec<u8>, ReadError> {
        let (real, kept) = self.resolve(path);
        match kept {
            Kept::File => {}
            Kept::Folder => return Err(ReadError::Folder),
            Kept::Nothing => return Err(ReadError::Missing),
            Kept::Outside => return Err(ReadError::Outside),
        }
        let refused = |fault: std::io::Error| ReadError::Refused(fault.to_string());
        let metadata = fs::metadata(&real).map_err(refused)?;
        if !metadata.is_file() {
            // Opening a pipe would wait for a writer for ever.
            return Err(ReadError::Refused("it is not a regular file".to_owned()));
        }
        let mut bytes = Vec::with_capacity(metadata.len().min(FILE_LIMIT) as usize + 1);
        fs::File::open(&real)
            .and_then(|file| file.take(FILE_LIMIT + 1).read_to_end(&mut bytes))
            .map_err(refused)?;
        if bytes.len() as u64 > FILE_LIMIT {
            return Err(ReadError::TooLarge);
        }
        Ok(bytes)
    }

    fn cell(&self, path: &Utf8Path) -> Arc<Cell> {
        let mut files = lock(&self.files);
        match files.get(path) {
            Some(cell) => cell.clone(),
            None => files.entry(path.to_owned()).or_default().clone(),
        }
    }
}

impl Snapshot for Disk {
    fn kept(&self, path: &Utf8Path) -> Kept {
        self.resolve(path).1
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Some(real) = self.folder(folder) else {
            return Vec::new();
        };
        let Ok(entries) = real.read_dir_utf8() else {
            return Vec::new();
        };
        let mut paths: Vec<Utf8PathBuf> = entries
            .flatten()
            .map(|entry| folder.join(entry.file_name()))
            .collect();
        paths.sort();
        paths
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        self.cell(path)
            .bytes
            .get_or_init(|| self.read(path).map(Arc::from))
            .clone()
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        self.cell(path)
            .source
            .get_or_init(|| Ok(Source::file(path, Tree::parse_bytes(self.read(path)?))))
            .clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
