//! The files of a revision, and of the index, read from git without a checkout.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use git_read::{
    Checkout, Differs, Entry, EntryKind, Fault, Id, Listing, Place, Repository as Store, Staged,
    Treatment,
};
use manifest::{Kept, ReadError, Snapshot, Source};
use rustc_hash::FxHashMap;

use super::trees::Trees;
use super::{Disk, Repository, Walk};

/// How many links may lead to each other.
const MOST_LINKS: usize = 40;

/// What git keeps of the files below a folder. Its snapshots share what they have in common: a
/// file that is the same in two of them is read and parsed once.
pub struct Git {
    pub(super) store: Store,
    /// The folder, from the top of the work tree.
    pub(super) inside: Utf8PathBuf,
    /// The folder on disk, without links.
    root: Utf8PathBuf,
    /// What stands in that folder, if it is looked at too.
    disk: Option<Disk>,
    index: OnceLock<Result<Staged, Fault>>,
    files: Mutex<FxHashMap<Key, Arc<Cell>>>,
    trees: Trees,
    parsed: AtomicUsize,
    /// The first file that was asked for and is not in this clone.
    lacking: OnceLock<Fault>,
}

/// By what a file of two snapshots is known to be the same.
type Key = (Box<str>, Id, Treatment);

#[derive(Default)]
struct Cell {
    bytes: OnceLock<Result<Arc<[u8]>, ReadError>>,
    source: OnceLock<Result<Arc<Source>, ReadError>>,
}

/// The files of a revision, or of the index.
pub struct Revision {
    pub(super) git: Arc<Git>,
    pub(super) listing: Listing,
    pub(super) checkout: Checkout,
    /// The places of the entries in the listing, by their paths from the root.
    places: FxHashMap<Box<str>, u32>,
    /// The names in each folder, sorted, by the folder's path from the root.
    folders: FxHashMap<Box<str>, Vec<Box<str>>>,
}

/// What stands at a path, links followed.
enum Found<'a> {
    File(&'a Entry),
    /// With its path without links.
    Folder(Utf8PathBuf),
    Not(Kept),
}

impl Git {
    /// What git keeps of the files below `root`; `None` if it keeps none.
    ///
    /// # Errors
    /// There is a repository which is not read, such as one that leads elsewhere.
    pub fn of(root: &Utf8Path) -> Result<Option<Arc<Self>>, Fault> {
        let unreadable = |fault: std::io::Error| Fault::Unreadable {
            what: root.to_string(),
            why: fault.to_string(),
        };
        Self::open(root.canonicalize_utf8().map_err(unreadable)?, None)
    }

    /// As [`Git::of`], for the root of `disk`: what is the same in a revision and on disk is read
    /// and parsed once.
    ///
    /// # Errors
    /// There is a repository which is not read, such as one that leads elsewhere.
    pub fn beside(disk: &Disk) -> Result<Option<Arc<Self>>, Fault> {
        Self::open(disk.root().to_owned(), Some(disk))
    }

    fn open(root: Utf8PathBuf, disk: Option<&Disk>) -> Result<Option<Arc<Self>>, Fault> {
        let Some(place) = Place::find(&root)? else {
            return Ok(None);
        };
        let top = place.work_tree.as_deref().unwrap_or(&root);
        let inside = root.strip_prefix(top).unwrap_or(Utf8Path::new(""));
        Ok(Some(Arc::new(Self {
            inside: inside.to_owned(),
            store: Store::new(place),
            root,
            disk: disk.cloned(),
            index: OnceLock::new(),
            files: Mutex::default(),
            trees: disk.map(|disk| disk.trees.clone()).unwrap_or_default(),
            parsed: AtomicUsize::new(0),
            lacking: OnceLock::new(),
        })))
    }

    /// The repository itself: for names, changes and history.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The way from the top of the work tree to the root of the snapshots.
    pub fn inside(&self) -> &Utf8Path {
        &self.inside
    }

    /// The files as they are in a revision.
    ///
    /// # Errors
    /// There is none of that name, or something of it is missing or corrupt.
    pub fn revision(self: &Arc<Self>, name: &str) -> Result<Revision, Fault> {
        self.at(&self.store.resolve(name)?)
    }

    /// The files as they are in a commit.
    ///
    /// # Errors
    /// Something of it is missing or corrupt.
    pub fn at(self: &Arc<Self>, commit: &Id) -> Result<Revision, Fault> {
        // A damaged index says nothing, and is told where it is needed.
        let staged = self.index().ok();
        let listing = self.store.listing_beside(staged, commit, &self.inside)?;
        Revision::new(self.clone(), listing)
    }

    /// Why a file could not be read that a revision has and this clone does not, if that was so
    /// for any.
    pub fn lacking(&self) -> Option<&Fault> {
        self.lacking.get()
    }

    /// The files below the root of `disk` as the next commit would have them. `index` is another
    /// index than git's own, such as the one that `GIT_INDEX_FILE` names.
    ///
    /// # Errors
    /// The index is corrupt, or something of it is missing.
    pub fn staged(disk: &Disk, index: Option<&Utf8Path>) -> Result<Option<Revision>, Fault> {
        let Some(git) = Self::beside(disk)? else {
            return Ok(None);
        };
        let git = match (index, Arc::into_inner(git)) {
            (_, None) => return Ok(None),
            (None, Some(git)) => Arc::new(git),
            (Some(index), Some(git)) => Arc::new(Self {
                store: git.store.with_index(index),
                ..git
            }),
        };
        let listing = git.index()?.listing().clone();
        Revision::new(git, listing).map(Some)
    }

    /// What the index holds of the files below the root.
    ///
    /// # Errors
    /// The index is corrupt, or something of it is missing.
    pub(super) fn index(&self) -> Result<&Staged, Fault> {
        let read = || self.store.staged(&self.inside);
        let index = self.index.get_or_init(read).as_ref();
        index.map_err(Clone::clone)
    }

    /// The disk, where it has what an entry stands for, as far as the index tells without reading
    /// the file.
    fn disk_with(&self, entry: &Entry) -> Option<&Disk> {
        let (disk, index) = (self.disk.as_ref()?, self.index().ok()?);
        let path = self.below_root(&entry.path);
        let on_disk = || std::fs::symlink_metadata(disk.root().join(path)).ok();
        (index.agrees(entry, on_disk) && disk.has_no_link_above(path)).then_some(disk)
    }

    /// The path from the root of what an entry stands for.
    fn below_root<'a>(&self, path: &'a Utf8Path) -> &'a Utf8Path {
        match self.inside.as_str() {
            "" => path,
            _ => path.strip_prefix(&self.inside).unwrap_or(path),
        }
    }

    fn note(&self, fault: &Fault) {
        if matches!(fault, Fault::Missing { .. }) {
            let _ = self.lacking.set(fault.clone());
        }
    }

    /// How many files were parsed so far.
    pub fn parsed(&self) -> usize {
        self.parsed.load(Ordering::Relaxed)
    }

    /// What is known of a file. Behind a link the same file has another place, and so counts as
    /// another one.
    fn cell(&self, path: &Utf8Path, id: Id, treatment: Treatment) -> Arc<Cell> {
        let key = (path.as_str().into(), id, treatment);
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(key).or_default().clone()
    }
}

impl Revision {
    fn new(git: Arc<Git>, listing: Listing) -> Result<Self, Fault> {
        let checkout = git.store.checkout(&listing)?;
        let paths = listing.entries().iter().map(|entry| &*entry.path);
        let paths = paths.map(|path| git.below_root(path).as_str());
        let places = paths.clone().zip(0..).map(|(path, at)| (path.into(), at));
        Ok(Self {
            places: places.collect(),
            folders: folders(paths),
            git,
            listing,
            checkout,
        })
    }

    /// What git keeps, of which this is a part.
    pub fn git(&self) -> &Arc<Git> {
        &self.git
    }

    /// The entries as git lists them; their paths count from the top of the work tree.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// The folders that stand for other repositories, of which nothing is read.
    pub fn submodules(&self) -> impl Iterator<Item = &Utf8Path> {
        let entries = self.listing.entries().iter();
        let submodules = entries.filter(|entry| entry.kind == EntryKind::Submodule);
        submodules.map(|entry| self.below_root(&entry.path))
    }

    pub(super) fn below_root<'a>(&self, path: &'a Utf8Path) -> &'a Utf8Path {
        self.git.below_root(path)
    }

    /// What stands at a path.
    fn find(&self, path: &Utf8Path) -> Found<'_> {
        // What is listed has no link above it, and most of what is asked for is listed.
        if self.folders.contains_key(path.as_str()) {
            return Found::Folder(path.to_owned());
        }
        let listed = self.places.get(path.as_str());
        match listed.and_then(|at| self.listing.entries().get(*at as usize)) {
            Some(entry) if matches!(entry.kind, EntryKind::File | EntryKind::Executable) => {
                Found::File(entry)
            }
            None if self.lacks(path) => Found::Not(Kept::Nothing),
            _ => self.follow(path),
        }
    }

    /// Whether a path that is not listed names something in a folder that is: there is nothing else
    /// in that.
    fn lacks(&self, path: &Utf8Path) -> bool {
        let path = path.as_str();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        !matches!(name, "" | "." | "..") && self.folders.contains_key(folder)
    }

    /// Follows a path, and the links on it, to what stands there.
    fn follow(&self, path: &Utf8Path) -> Found<'_> {
        let mut real = Utf8PathBuf::new();
        let mut open: Vec<String> = Vec::new();
        push(&mut open, path);
        let mut links = 0;
        while let Some(part) = open.pop() {
            if part == ".." {
                if !real.pop() {
                    return Found::Not(Kept::Outside);
                }
                continue;
            }
            let next = real.join(&part);
            if self.folders.contains_key(next.as_str()) {
                real = next;
                continue;
            }
            let Some(entry) = self.listing.get(&self.git.inside.join(&next)) else {
                return Found::Not(Kept::Nothing);
            };
            match entry.kind {
                EntryKind::Link => {
                    links += 1;
                    let target = match self.target(entry) {
                        Some(target) if links <= MOST_LINKS => target,
                        _ => return Found::Not(Kept::Nothing),
                    };
                    let target = match target.is_absolute() {
                        false => target.as_path(),
                        true => match target.strip_prefix(&self.git.root) {
                            Ok(below) => {
                                real = Utf8PathBuf::new();
                                below
                            }
                            Err(_) => return Found::Not(Kept::Outside),
                        },
                    };
                    push(&mut open, target);
                }
                EntryKind::File | EntryKind::Executable if open.is_empty() => {
                    return Found::File(entry);
                }
                // Where its files would stand, there is an empty folder.
                EntryKind::Submodule if open.is_empty() => return Found::Folder(next),
                _ => return Found::Not(Kept::Nothing),
            }
        }
        Found::Folder(real)
    }

    /// Where a link leads.
    pub(super) fn target(&self, link: &Entry) -> Option<Utf8PathBuf> {
        let read = self.git.store.blob(&link.id, link.path.as_str());
        let bytes = read.map_err(|fault| self.git.note(&fault)).ok()?;
        String::from_utf8(bytes).ok().map(Utf8PathBuf::from)
    }

    fn file(&self, path: &Utf8Path) -> Result<(&Entry, Arc<Cell>), ReadError> {
        match self.find(path) {
            Found::File(entry) => {
                let treatment = self.checkout.treatment(entry);
                Ok((entry, self.git.cell(path, entry.id, treatment)))
            }
            Found::Folder(_) => Err(ReadError::Folder),
            Found::Not(Kept::Outside) => Err(ReadError::Outside),
            Found::Not(_) => Err(ReadError::Missing),
        }
    }

    fn read(&self, entry: &Entry) -> Result<Arc<[u8]>, ReadError> {
        if let Some(disk) = self.git.disk_with(entry) {
            return disk.bytes(self.below_root(&entry.path));
        }
        match self.checkout.read(&self.git.store, entry) {
            Ok(read) if read.differs == Some(Differs::Lfs) => Err(ReadError::Refused(
                "git has only a pointer to what Git LFS keeps".to_owned(),
            )),
            Ok(read) => Ok(read.bytes.into()),
            Err(Fault::TooLarge { .. }) => Err(ReadError::TooLarge),
            Err(fault) => {
                self.git.note(&fault);
                Err(ReadError::Refused(fault.to_string()))
            }
        }
    }
}

impl Snapshot for Revision {
    fn kept(&self, path: &Utf8Path) -> Kept {
        match self.find(path) {
            Found::File(_) => Kept::File,
            Found::Folder(_) => Kept::Folder,
            Found::Not(kept) => kept,
        }
    }

    fn real(&self, path: &Utf8Path) -> Utf8PathBuf {
        match self.find(path) {
            Found::Folder(real) => real,
            Found::File(entry) => self.below_root(&entry.path).to_owned(),
            Found::Not(_) => path.to_owned(),
        }
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let Found::Folder(real) = self.find(folder) else {
            return Vec::new();
        };
        let names = self.folders.get(real.as_str()).into_iter().flatten();
        names.map(|name| folder.join(&**name)).collect()
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        let (entry, cell) = self.file(path)?;
        cell.bytes.get_or_init(|| self.read(entry)).clone()
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        let (entry, cell) = self.file(path)?;
        let parse = || {
            let own = self.below_root(&entry.path);
            if own == path
                && let Some(disk) = self.git.disk_with(entry)
            {
                return disk.source(path);
            }
            let bytes = cell.bytes.get_or_init(|| self.read(entry)).clone()?;
            let (tree, is_new) = self.git.trees.parse(bytes.to_vec());
            self.git
                .parsed
                .fetch_add(usize::from(is_new), Ordering::Relaxed);
            Ok(Source::file(path, tree))
        };
        cell.source.get_or_init(parse).clone()
    }
}

impl Repository for Revision {
    fn walk(&self) -> Walk {
        let mut walk = Walk::default();
        for entry in self.listing.entries() {
            let path = self.below_root(&entry.path);
            match entry.kind {
                EntryKind::File | EntryKind::Executable => walk.files.push(path.to_owned()),
                EntryKind::Link => {
                    if matches!(self.kept(path), Kept::Outside | Kept::Nothing) {
                        walk.stray_links.push(path.to_owned());
                    }
                }
                EntryKind::Submodule => walk.submodules.push(path.to_owned()),
            }
        }
        let left_out = self.listing.left_out().iter();
        let told = left_out.map(|left| (Utf8PathBuf::from(&left.path), left.why.to_owned()));
        walk.unreadable.extend(told);
        walk
    }

    fn remotes(&self) -> Vec<String> {
        if !self.git.inside.as_str().is_empty() {
            return Vec::new();
        }
        let remotes = self.git.store.remotes().unwrap_or_default().into_iter();
        remotes.map(|remote| remote.url).collect()
    }
}

/// Puts the parts of a path on those that are still to be followed, the first one last.
fn push(open: &mut Vec<String>, path: &Utf8Path) {
    let parts = path.components().rev().filter_map(|part| match part {
        Utf8Component::Normal(name) => Some(name.to_owned()),
        Utf8Component::ParentDir => Some("..".to_owned()),
        _ => None,
    });
    open.extend(parts);
}

/// The names in each folder, by its path from the root, of files in the order of a listing.
fn folders<'a>(paths: impl Iterator<Item = &'a str>) -> FxHashMap<Box<str>, Vec<Box<str>>> {
    let mut folders: FxHashMap<Box<str>, Vec<Box<str>>> = FxHashMap::default();
    folders.insert("".into(), Vec::new());
    for mut path in paths {
        // A folder that is known is so with all those above it.
        loop {
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            if let Some(names) = folders.get_mut(parent) {
                names.push(name.into());
                break;
            }
            folders.insert(parent.into(), vec![name.into()]);
            path = parent;
        }
    }
    folders
}
