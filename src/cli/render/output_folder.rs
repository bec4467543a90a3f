//! A folder of rendered files.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use super::Failure;

/// The file in which the folder keeps what was written into it.
const LIST: &str = ".gitopslint-render";

/// A folder that is written again and again. It knows the files that it was given the last time,
/// and touches no others.
pub(super) struct OutputFolder {
    root: Utf8PathBuf,
    before: BTreeSet<Utf8PathBuf>,
    now: BTreeSet<Utf8PathBuf>,
}

impl OutputFolder {
    /// Opens a folder, or makes it, to be given `files`.
    pub(super) fn open(
        root: &Utf8Path,
        files: impl IntoIterator<Item = Utf8PathBuf>,
    ) -> Result<Self, Failure> {
        let cannot = |fault: io::Error| Failure::new(format!("cannot write into {root}: {fault}"));
        fs::create_dir_all(root).map_err(cannot)?;
        let before = read_list(root)?;
        let is_empty = root.read_dir_utf8().map_err(cannot)?.next().is_none();
        if before.is_none() && !is_empty {
            return Err(Failure::new(format!(
                "{root} is not empty, and its files were not written by this command"
            ))
            .hint("name a new or an empty folder"));
        }
        let folder = Self {
            root: root.to_owned(),
            before: before.unwrap_or_default(),
            now: files.into_iter().collect(),
        };
        // What is interrupted can be taken up again.
        folder.write_list(folder.before.union(&folder.now))?;
        Ok(folder)
    }

    /// Writes one of the files.
    pub(super) fn write(&self, file: &Utf8Path, text: &str) -> Result<(), Failure> {
        let cannot =
            |at: &Utf8Path, fault: io::Error| Failure::new(format!("cannot write {at}: {fault}"));
        let mut folder = self.root.clone();
        for part in file.parent().into_iter().flat_map(Utf8Path::components) {
            folder.push(part);
            match fs::symlink_metadata(&folder) {
                Ok(there) if there.is_dir() => {}
                Ok(_) => return Err(in_the_way(&folder)),
                Err(fault) if fault.kind() == ErrorKind::NotFound => {
                    fs::create_dir(&folder).map_err(|fault| cannot(&folder, fault))?;
                }
                Err(fault) => return Err(cannot(&folder, fault)),
            }
        }
        let path = self.root.join(file);
        match fs::symlink_metadata(&path) {
            Ok(there) if there.is_file() && self.before.contains(file) => {}
            Ok(_) => return Err(in_the_way(&path)),
            Err(_) => {}
        }
        fs::write(&path, text).map_err(|fault| cannot(&path, fault))
    }

    /// Removes the files of the last time that were not given this time.
    pub(super) fn finish(self) -> Result<(), Failure> {
        for file in self.before.difference(&self.now) {
            self.remove(file);
        }
        self.write_list(self.now.iter())
    }

    /// Removes a file, and the folders that it leaves empty. What is no plain file is not ours.
    fn remove(&self, file: &Utf8Path) {
        let mut folder = self.root.clone();
        for part in file.parent().into_iter().flat_map(Utf8Path::components) {
            folder.push(part);
            if !fs::symlink_metadata(&folder).is_ok_and(|there| there.is_dir()) {
                return;
            }
        }
        let path = self.root.join(file);
        if fs::symlink_metadata(&path).is_ok_and(|there| there.is_file()) {
            let _ = fs::remove_file(&path);
        }
        let folders = file.ancestors().skip(1).filter(|f| !f.as_str().is_empty());
        for folder in folders {
            // One that holds something else stays.
            if fs::remove_dir(self.root.join(folder)).is_err() {
                break;
            }
        }
    }

    fn write_list<'a>(
        &self,
        files: impl IntoIterator<Item = &'a Utf8PathBuf>,
    ) -> Result<(), Failure> {
        let mut text = String::from("# What `gitopslint render --all` wrote here.\n");
        for file in files {
            text.push_str(file.as_str());
            text.push('\n');
        }
        let path = self.root.join(LIST);
        fs::write(&path, text)
            .map_err(|fault| Failure::new(format!("cannot write {path}: {fault}")))
    }
}

/// The files that were written the last time; none if the folder has no list.
fn read_list(root: &Utf8Path) -> Result<Option<BTreeSet<Utf8PathBuf>>, Failure> {
    let path = root.join(LIST);
    match fs::symlink_metadata(&path) {
        Ok(there) if there.is_file() => {}
        Ok(_) => return Err(in_the_way(&path)),
        Err(_) => return Ok(None),
    }
    let text = fs::read_to_string(&path)
        .map_err(|fault| Failure::new(format!("cannot read {path}: {fault}")))?;
    let files = text.lines().filter(|line| !line.starts_with('#'));
    let files = files.map(Utf8PathBuf::from).filter(|file| is_inside(file));
    Ok(Some(files.collect()))
}

/// Whether a path leads nowhere but down.
fn is_inside(path: &Utf8Path) -> bool {
    let mut parts = path.components();
    parts.all(|part| matches!(part, Utf8Component::Normal(_))) && !path.as_str().is_empty()
}

fn in_the_way(path: &Utf8Path) -> Failure {
    Failure::new(format!(
        "{path} is in the way: it was not written by this command"
    ))
    .hint("remove it, or name another folder")
}
