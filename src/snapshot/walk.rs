use camino::{Utf8Path, Utf8PathBuf};
use git_read::{Fault, Place};
use manifest::{Kept, Snapshot, path_order};
use rustc_hash::FxHashSet;

use super::disk::read_file;
use super::folder::{Entry, EntryKind, Folder};
use super::git_ignore::{self, Ignores};
use super::{Disk, Repository};

/// The folder that git keeps its own things in.
const GIT: &str = ".git";

/// What a repository consists of.
#[derive(Debug, Default)]
pub struct Walk {
    /// The files, sorted.
    pub files: Vec<Utf8PathBuf>,
    /// Symbolic links that lead out of the root, or to nothing.
    pub stray_links: Vec<Utf8PathBuf>,
    /// What could not be looked at, each with the reason.
    pub unreadable: Vec<(Utf8PathBuf, String)>,
    /// Submodules of which nothing is here, sorted.
    pub submodules: Vec<Utf8PathBuf>,
}

/// What git tracks.
#[derive(Default)]
struct Tracked {
    files: Vec<Utf8PathBuf>,
    submodules: Vec<Utf8PathBuf>,
}

/// What was met and is still to be taken.
enum Open {
    File(Utf8PathBuf),
    /// With the ignores that count where it stands.
    Folder(Utf8PathBuf, Ignores),
}

/// Every file that git tracks, and every other that `.gitignore` does not name. A cluster is
/// driven by what git holds, so tracked files are never ignored.
impl Repository for Disk {
    fn walk(&self) -> Walk {
        let mut walk = Walk::default();
        let work_tree = self.work_tree();
        let ignores = work_tree.map_or_else(Ignores::default, |top| self.outer_ignores(top));
        let mut open = vec![Open::Folder(Utf8PathBuf::new(), ignores)];
        // What stands in a folder is put before what stands behind the folder, so the files come
        // in their order.
        while let Some(next) = open.pop() {
            match next {
                Open::File(path) => walk.files.push(path),
                Open::Folder(path, ignores) => {
                    self.look_into(&path, ignores, &mut open, &mut walk);
                }
            }
        }
        if let Some(top) = work_tree {
            self.add_tracked(top, &mut walk);
        }
        walk
    }

    fn remotes(&self) -> Vec<String> {
        let place = git_read::Place::at(self.root()).ok().flatten();
        let remotes = place.and_then(|place| git_read::Repository::new(place).remotes().ok());
        let remotes = remotes.unwrap_or_default().into_iter();
        remotes.map(|remote| remote.url).collect()
    }
}

impl Disk {
    fn look_into(
        &self,
        path: &Utf8Path,
        mut ignores: Ignores,
        open: &mut Vec<Open>,
        walk: &mut Walk,
    ) {
        let Some(folder) = self.folder(path) else {
            return;
        };
        let listing = folder.listing();
        let told = listing
            .fault
            .iter()
            .map(|fault| (path.to_owned(), fault.clone()));
        let strange = listing.strange.iter();
        let strange = strange.map(|name| (path.join(name), "its name is not UTF-8".to_owned()));
        walk.unreadable.extend(told.chain(strange));
        if listing.kind(GIT).is_some() && !path.as_str().is_empty() {
            // A repository in the repository: what is said above it does not count in it.
            ignores = Ignores::of_work_tree();
        }
        let has_own = listing.kind(git_ignore::FILE_NAME) == Some(EntryKind::File);
        if has_own && ignores.is_in_work_tree() {
            let text = self
                .bytes(&path.join(git_ignore::FILE_NAME))
                .unwrap_or_default();
            ignores = ignores.with(path, &String::from_utf8_lossy(&text));
        }
        let start = open.len();
        for Entry { name, kind } in &listing.entries {
            let path = path.join(&**name);
            let is_folder = *kind == EntryKind::Folder;
            if **name == *GIT || ignores.leave_out(&path, is_folder) {
                continue;
            }
            match kind {
                EntryKind::Folder => {
                    self.know_folder(&path, &folder, name);
                    open.push(Open::Folder(path, ignores.clone()));
                }
                EntryKind::File | EntryKind::Special => open.push(Open::File(path)),
                EntryKind::Link => {
                    if matches!(self.kept(&path), Kept::Outside | Kept::Nothing) {
                        walk.stray_links.push(path);
                    }
                }
            }
        }
        open[start..].reverse();
    }

    /// Adds the files that git tracks although something ignores them, and the submodules that
    /// were not fetched.
    fn add_tracked(&self, top: &Utf8Path, walk: &mut Walk) {
        let known: FxHashSet<&str> = walk.files.iter().map(|file| file.as_str()).collect();
        let Tracked {
            files: mut more,
            submodules,
        } = match self.tracked(top) {
            Ok(tracked) => tracked,
            Err(fault) => {
                let reason = format!("cannot tell which files git tracks: {fault}");
                walk.unreadable.push((GIT.into(), reason));
                return;
            }
        };
        walk.submodules = submodules;
        walk.submodules.retain(|path| self.list(path).is_empty());
        more.retain(|path| !known.contains(path.as_str()) && self.kept(path) == Kept::File);
        if !more.is_empty() {
            walk.files.extend(more);
            walk.files.sort_unstable_by(|a, b| path_order(a, b));
            walk.files.dedup();
        }
    }

    /// The top of the work tree that the root stands in.
    fn work_tree(&self) -> Option<&Utf8Path> {
        let mut ancestors = self.root().ancestors();
        ancestors.find(|folder| folder.join(GIT).exists())
    }

    /// The ignores of the folders from the top of the work tree down to above the root.
    fn outer_ignores(&self, top: &Utf8Path) -> Ignores {
        let outer = self.root().ancestors().skip(1);
        let outer: Vec<&Utf8Path> = outer.take_while(|folder| folder.starts_with(top)).collect();
        let mut ignores = Ignores::of_work_tree();
        for folder in outer.into_iter().rev() {
            // As git does, no link is followed: it could lead to a device without end.
            let is_own =
                Folder::new(folder.to_owned()).kind(git_ignore::FILE_NAME) == Some(EntryKind::File);
            if is_own
                && let Ok(Ok(text)) = read_file(&folder.join(git_ignore::FILE_NAME))
                && let Ok(down) = self.root().strip_prefix(folder)
            {
                ignores = ignores.with_outer(down, &String::from_utf8_lossy(&text));
            }
        }
        ignores
    }

    /// What git tracks below the root, relative to it.
    fn tracked(&self, top: &Utf8Path) -> Result<Tracked, Fault> {
        let mut tracked = Tracked::default();
        let index = match Place::at(top)? {
            Some(place) => git_read::Repository::new(place).index()?,
            None => None,
        };
        let Some(index) = index else {
            return Ok(tracked);
        };
        let inner = self.root().strip_prefix(top).unwrap_or(top);
        index.each(|entry| {
            let path = std::str::from_utf8(entry.path).ok().map(Utf8Path::new);
            let Some(path) = path.and_then(|path| path.strip_prefix(inner).ok()) else {
                return;
            };
            match git_read::EntryKind::of_mode(entry.mode) {
                Some(git_read::EntryKind::Submodule) => tracked.submodules.push(path.to_owned()),
                Some(kind) if kind.is_file() => tracked.files.push(path.to_owned()),
                _ => {}
            }
        })?;
        Ok(tracked)
    }
}
