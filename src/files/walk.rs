use camino::{Utf8Path, Utf8PathBuf};
use ignore::WalkBuilder;
use manifest::{Kept, Snapshot};

use super::{Disk, Repository, git_index};

/// What a repository consists of.
#[derive(Debug, Default)]
pub struct Walk {
    /// The files, sorted.
    pub files: Vec<Utf8PathBuf>,
    /// Symbolic links that lead out of the root, or to nothing.
    pub stray_links: Vec<Utf8PathBuf>,
    /// What could not be looked at, each with the reason.
    pub unreadable: Vec<(Utf8PathBuf, String)>,
}

/// Every file that git tracks, and every other that `.gitignore` does not name. A cluster is
/// driven by what git holds, so tracked files are never ignored.
impl Repository for Disk {
    fn walk(&self, folders: &[Utf8PathBuf]) -> Walk {
        let mut walk = Walk::default();
        for folder in folders {
            self.walk_folder(folder, &mut walk);
        }
        for path in self.tracked() {
            let wanted = folders.iter().any(|folder| path.starts_with(folder));
            if wanted && self.kept(&path) == Kept::File {
                walk.files.push(path);
            }
        }
        walk.files.sort();
        walk.files.dedup();
        walk
    }
}

impl Disk {
    fn walk_folder(&self, folder: &Utf8Path, walk: &mut Walk) {
        let entries = WalkBuilder::new(self.root().join(folder))
            .hidden(false)
            .ignore(false)
            .git_global(false)
            .git_exclude(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        let is_real = self.folder(folder) == Some(self.root().join(folder));
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(fault) => {
                    walk.unreadable.push((folder.to_owned(), fault.to_string()));
                    continue;
                }
            };
            let Some(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_dir() {
                if is_real && let Some(real) = Utf8Path::from_path(entry.path()) {
                    self.know_folder(real);
                }
                continue;
            }
            let Some(path) = Utf8Path::from_path(entry.path()) else {
                let name = entry.path().to_string_lossy().into_owned();
                walk.unreadable
                    .push((name.into(), "its name is not UTF-8".to_owned()));
                continue;
            };
            let Ok(path) = path.strip_prefix(self.root()) else {
                continue;
            };
            if !kind.is_symlink() {
                walk.files.push(path.to_owned());
            } else if matches!(self.kept(path), Kept::Outside | Kept::Nothing) {
                walk.stray_links.push(path.to_owned());
            }
        }
    }

    /// What git tracks below the root, relative to it.
    fn tracked(&self) -> Vec<Utf8PathBuf> {
        for work_tree in self.root().ancestors() {
            if !work_tree.join(".git").exists() {
                continue;
            }
            let Ok(inner) = self.root().strip_prefix(work_tree) else {
                return Vec::new();
            };
            return git_index::find(work_tree)
                .and_then(|index| git_index::read(&index))
                .unwrap_or_default()
                .into_iter()
                .filter_map(|path| path.strip_prefix(inner).ok().map(Utf8Path::to_owned))
                .collect();
        }
        Vec::new()
    }
}
