//! Several files given new content, all of them or none: what they held is kept in the git folder
//! until they have it, and afterwards for who wants it back.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Snapshot;
use serde::{Deserialize, Serialize};

use super::Disk;
use super::replace::{beside, create, remove, replace};
use super::step::step;

/// Where journals are kept, in the folder of git.
const FOLDER: &str = "gitopslint/promotions";

/// A larger journal is not read, in bytes.
const SIZE_LIMIT: u64 = 256 << 20;

/// How many finished journals are kept.
const KEPT: usize = 50;

/// The journals of a repository.
#[derive(Clone, Debug)]
pub struct Journals {
    folder: Utf8PathBuf,
}

/// A file's content before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewrite {
    /// The file, from the root.
    pub path: Utf8PathBuf,
    /// What it held; none if there was no such file.
    pub before: Option<String>,
    /// What it holds; none if it goes.
    pub after: Option<String>,
}

/// A commit that was made instead of writing files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// The branch, by its short name.
    pub branch: String,
    /// The id of the commit.
    pub commit: String,
    /// Where the branch was before; none if it was made.
    pub before: Option<String>,
}

/// What an undo has to do with, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undone {
    /// These files hold again what they held.
    Files(Vec<Utf8PathBuf>),
    /// Files were not written: this commit was made, and the branch is still on it or not.
    Commit(Committed),
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    version: u32,
    is_done: bool,
    root: Utf8PathBuf,
    files: Vec<Rewrite>,
    /// The process that wrote it.
    #[serde(default)]
    process: u32,
    /// The folders that were made for it, each before what stands in it.
    #[serde(default)]
    folders: Vec<Utf8PathBuf>,
    #[serde(default)]
    committed: Option<Committed>,
}

impl Journals {
    /// The journals in a folder of git.
    pub fn new(git: &Utf8Path) -> Self {
        Self {
            folder: git.join(FOLDER),
        }
    }

    /// Gives files new content. Returns the number under which it can be taken back.
    ///
    /// # Errors
    /// A file is not what it was, or cannot be written. Then all are as they were.
    pub fn write(&self, root: &Utf8Path, files: Vec<Rewrite>) -> io::Result<u32> {
        let _lock = self.lock()?;
        self.write_locked(root, files)
    }

    /// Notes a commit that was made. Returns the number under which it can be taken back.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn note(&self, root: &Utf8Path, committed: Committed) -> io::Result<u32> {
        let _lock = self.lock()?;
        let number = self.next_number()?;
        let entry = Entry {
            is_done: true,
            committed: Some(committed),
            ..Entry::new(root)
        };
        self.put(number, &entry).map(|()| number)
    }

    /// Takes back what is written under a number. A commit is only told of: `forget` is called
    /// once its branch is put back.
    ///
    /// # Errors
    /// There is no such number, or one of the files has changed since. Then none is touched.
    pub fn undo(&self, root: &Utf8Path, number: u32) -> io::Result<Undone> {
        let _lock = self.lock()?;
        let entry = self.read(number)?;
        if entry.root != root {
            return Err(wrong("it was written in another folder".to_owned()));
        }
        if let Some(committed) = entry.committed {
            return Ok(Undone::Commit(committed));
        }
        let back = entry.files.into_iter().map(|file| Rewrite {
            path: file.path,
            before: file.after,
            after: file.before,
        });
        let back: Vec<Rewrite> = back.collect();
        let paths = back.iter().map(|file| file.path.clone()).collect();
        let undoing = self.write_locked(root, back)?;
        self.remove_folders(root, &entry.folders);
        self.remove(undoing)?;
        self.remove(number)?;
        Ok(Undone::Files(paths))
    }

    /// Forgets a number.
    ///
    /// # Errors
    /// It cannot be deleted.
    pub fn forget(&self, number: u32) -> io::Result<()> {
        self.remove(number)
    }

    /// Brings back the old content where a run was ended before all files had the new one.
    /// Returns the files that have it again.
    ///
    /// # Errors
    /// A file holds neither the old content nor the new one.
    pub fn recover(&self) -> io::Result<Vec<Utf8PathBuf>> {
        let mut restored = Vec::new();
        if !self.folder.is_dir() {
            return Ok(restored);
        }
        let _lock = self.lock()?;
        for number in self.numbers()? {
            if !self.read(number)?.is_done {
                restored.extend(self.restore(number)?);
            }
        }
        self.remove_unfinished()?;
        Ok(restored)
    }

    /// The right to write, which ends with the process at the latest.
    fn lock(&self) -> io::Result<File> {
        fs::create_dir_all(&self.folder)?;
        let mut options = OpenOptions::new();
        let options = options.create(true).truncate(false).write(true);
        let file = options.open(self.folder.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                Err(wrong("another promotion is being written".to_owned()))
            }
            Err(TryLockError::Error(fault)) => Err(fault),
        }
    }

    fn write_locked(&self, root: &Utf8Path, files: Vec<Rewrite>) -> io::Result<u32> {
        let number = self.begin(root, files)?;
        match self.carry_out(number, usize::MAX) {
            Ok(()) => self.finish(number).map(|()| number),
            Err(fault) => {
                self.restore(number)?;
                Err(fault)
            }
        }
    }

    /// Notes what is going to be written.
    fn begin(&self, root: &Utf8Path, files: Vec<Rewrite>) -> io::Result<u32> {
        let disk = Disk::new(root)?;
        let mut folders = BTreeSet::new();
        for file in &files {
            unchanged(&disk, file)?;
            let above = file.path.ancestors().skip(1);
            let new = above.filter(|folder| disk.folder(folder).is_none());
            folders.extend(new.map(Utf8Path::to_owned));
        }
        let number = self.next_number()?;
        let entry = Entry {
            files,
            folders: folders.into_iter().collect(),
            ..Entry::new(root)
        };
        self.put(number, &entry)?;
        Ok(number)
    }

    /// Writes the first files that are noted.
    fn carry_out(&self, number: u32, count: usize) -> io::Result<()> {
        let entry = self.read(number)?;
        for folder in &entry.folders {
            make_folder(&entry.root, folder)?;
            step();
        }
        let disk = Disk::new(&entry.root)?;
        for file in entry.files.iter().take(count) {
            unchanged(&disk, file)?;
            change(
                &disk,
                &file.path,
                file.before.as_deref(),
                file.after.as_deref(),
            )
            .map_err(|fault| wrong(format!("{}: {fault}", file.path)))?;
        }
        Ok(())
    }

    fn finish(&self, number: u32) -> io::Result<()> {
        let mut entry = self.read(number)?;
        entry.is_done = true;
        self.put(number, &entry)
    }

    /// Brings back the old content of what was begun, and forgets it.
    fn restore(&self, number: u32) -> io::Result<Vec<Utf8PathBuf>> {
        let entry = self.read(number)?;
        let disk = Disk::new(&entry.root)?;
        let mut restored = Vec::new();
        let mut lost = Vec::new();
        for file in &entry.files {
            if let Some(place) = disk.place_of(&file.path) {
                // Half a file that the run left, if it did.
                let _ = fs::remove_file(beside(&place, entry.process));
            }
            let (before, after) = (file.before.as_deref(), file.after.as_deref());
            match now(&disk, &file.path) {
                Ok(now) if now.as_deref() == before.map(str::as_bytes) => {}
                Ok(now) if now.as_deref() == after.map(str::as_bytes) => {
                    change(&disk, &file.path, after, before)?;
                    restored.push(file.path.clone());
                }
                _ => lost.push(file.path.to_string()),
            }
        }
        if !lost.is_empty() {
            return Err(wrong(format!(
                "{} changed after an unfinished promotion; {} has what it held before",
                lost.join(", "),
                self.path(number)
            )));
        }
        self.remove_folders(&entry.root, &entry.folders);
        self.remove(number).map(|()| restored)
    }

    /// Takes away folders that were made, where nothing stands in them.
    fn remove_folders(&self, root: &Utf8Path, folders: &[Utf8PathBuf]) {
        for folder in folders.iter().rev() {
            let _ = fs::remove_dir(root.join(folder));
        }
    }

    fn next_number(&self) -> io::Result<u32> {
        let numbers = self.numbers()?;
        let done = numbers.iter().rev().skip(KEPT);
        for old in done {
            self.remove(*old)?;
        }
        Ok(numbers.last().map_or(1, |last| last + 1))
    }

    fn numbers(&self) -> io::Result<Vec<u32>> {
        let mut numbers = Vec::new();
        for name in self.names()? {
            let number = name.strip_suffix(".json");
            numbers.extend(number.and_then(|number| number.parse::<u32>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = match self.folder.read_dir_utf8() {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(fault) => return Err(fault),
        };
        let mut names = Vec::new();
        for entry in entries {
            names.push(entry?.file_name().to_owned());
        }
        Ok(names)
    }

    /// Takes away journals that a run had not written to their end.
    fn remove_unfinished(&self) -> io::Result<()> {
        for name in self.names()?.iter().filter(|name| name.ends_with(".new")) {
            fs::remove_file(self.folder.join(name))?;
        }
        Ok(())
    }

    fn path(&self, number: u32) -> Utf8PathBuf {
        self.folder.join(format!("{number}.json"))
    }

    fn read(&self, number: u32) -> io::Result<Entry> {
        let path = self.path(number);
        let metadata = fs::symlink_metadata(&path).map_err(|fault| match fault.kind() {
            io::ErrorKind::NotFound => wrong(format!("there is no promotion {number}")),
            _ => fault,
        })?;
        if !metadata.is_file() || metadata.len() > SIZE_LIMIT {
            return Err(wrong(format!("{path} is not a journal")));
        }
        let text = fs::read_to_string(&path)?;
        serde_json::from_str(&text).map_err(|fault| wrong(format!("{path}: {fault}")))
    }

    /// Writes a journal in one step.
    fn put(&self, number: u32, entry: &Entry) -> io::Result<()> {
        let path = self.path(number);
        let beside = path.with_extension(format!("{}.new", std::process::id()));
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&beside)?;
        step();
        file.write_all(serde_json::to_string(entry)?.as_bytes())?;
        file.sync_all()?;
        step();
        fs::rename(&beside, &path)?;
        step();
        // So that the name is there after a power cut, too.
        File::open(&self.folder).and_then(|folder| folder.sync_all())
    }

    fn remove(&self, number: u32) -> io::Result<()> {
        fs::remove_file(self.path(number))?;
        step();
        Ok(())
    }
}

impl Entry {
    fn new(root: &Utf8Path) -> Self {
        Self {
            version: 1,
            is_done: false,
            root: root.to_owned(),
            files: Vec::new(),
            process: std::process::id(),
            folders: Vec::new(),
            committed: None,
        }
    }
}

/// What a file holds; none if there is none.
fn now(disk: &Disk, path: &Utf8Path) -> io::Result<Option<Vec<u8>>> {
    match disk.bytes(path) {
        Ok(bytes) => Ok(Some(bytes.to_vec())),
        Err(manifest::ReadError::Missing) => Ok(None),
        Err(fault) => Err(wrong(format!("{path}: {fault}"))),
    }
}

fn unchanged(disk: &Disk, file: &Rewrite) -> io::Result<()> {
    match now(disk, &file.path)?.as_deref() == file.before.as_deref().map(str::as_bytes) {
        true => Ok(()),
        false => Err(wrong(format!("{} was changed in the meantime", file.path))),
    }
}

/// Brings a file from one content to another; none stands for no file.
fn change(disk: &Disk, path: &Utf8Path, from: Option<&str>, to: Option<&str>) -> io::Result<()> {
    let place = disk.place_of(path);
    let outside = || wrong("it is outside the repository".to_owned());
    let place = place.ok_or_else(outside)?;
    match (from, to) {
        (Some(from), Some(to)) => replace(&place, from.as_bytes(), to),
        (None, Some(to)) => create(&place, to),
        (Some(from), None) => remove(&place, from.as_bytes()),
        (None, None) => Ok(()),
    }
}

/// Makes a folder inside the root, unless a run that was ended has made it.
fn make_folder(root: &Utf8Path, folder: &Utf8Path) -> io::Result<()> {
    let disk = Disk::new(root)?;
    let place = disk.place_of(folder);
    let place = place.ok_or_else(|| wrong(format!("{folder} is outside the repository")))?;
    match fs::create_dir(&place) {
        Err(fault) if fault.kind() != io::ErrorKind::AlreadyExists => Err(fault),
        _ => Ok(()),
    }
}

fn wrong(why: String) -> io::Error {
    io::Error::other(why)
}

#[cfg(test)]
mod tests {
    use super::super::step::stopped_after;
    use super::*;

    /// A folder with some files, and their new content.
    fn place(name: &str) -> (Utf8PathBuf, Journals, Vec<Rewrite>) {
        let name = format!("gitopslint-journal-{name}-{}", std::process::id());
        let root = Utf8PathBuf::from_path_buf(std::env::temp_dir().join(name)).unwrap();
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("a")).unwrap();
        let root = root.canonicalize_utf8().unwrap();
        let files = ["a/1.yaml", "a/2.yaml", "3.yaml"].map(|path| {
            fs::write(root.join(path), format!("old {path}")).unwrap();
            Rewrite {
                path: path.into(),
                before: Some(format!("old {path}")),
                after: Some(format!("new {path}")),
            }
        });
        let journals = Journals::new(&root.join(".git"));
        (root, journals, files.to_vec())
    }

    fn told(root: &Utf8Path) -> String {
        let texts = ["a/1.yaml", "a/2.yaml", "3.yaml"].map(|path| {
            let text = fs::read_to_string(root.join(path)).unwrap();
            text.split(' ').next().unwrap().to_owned()
        });
        texts.join(" ")
    }

    #[test]
    fn all_files_are_written_and_taken_back() {
        let (root, journals, files) = place("whole");
        let number = journals.write(&root, files).unwrap();
        assert_eq!(told(&root), "new new new");
        assert!(journals.recover().unwrap().is_empty());
        journals.undo(&root, number).unwrap();
        assert_eq!(told(&root), "old old old");
        assert!(journals.undo(&root, number).is_err());
    }

    /// All that is below a folder, but for the journals.
    fn all(root: &Utf8Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in folder.read_dir_utf8().unwrap() {
                let path = entry.unwrap().path().to_owned();
                let short = path.strip_prefix(root).unwrap().to_owned();
                match path.is_dir() {
                    true if short == ".git" => {}
                    true => {
                        found.push(format!("{short}/"));
                        open.push(path);
                    }
                    false => found.push(format!("{short}: {}", fs::read_to_string(path).unwrap())),
                }
            }
        }
        found.sort();
        found
    }

    /// A replaced file, one that is made in new folders, one that goes.
    fn varied(name: &str) -> (Utf8PathBuf, Journals, Vec<Rewrite>) {
        let (root, journals, mut files) = place(name);
        files[1].after = None;
        files.push(Rewrite {
            path: "b/c/4.yaml".into(),
            before: None,
            after: Some("new".to_owned()),
        });
        (root, journals, files)
    }

    #[test]
    fn wherever_a_run_ends_all_files_are_old_or_all_are_new() {
        let (root, journals, files) = varied("steps");
        let old = all(&root);
        let mut ends = Vec::new();
        for steps in 0.. {
            let done = stopped_after(steps, || journals.write(&root, files.clone()));
            if let Some(number) = done {
                let new = all(&root);
                assert_ne!(new, old);
                assert!(new.contains(&"b/c/4.yaml: new".to_owned()), "{new:?}");
                journals.undo(&root, number.unwrap()).unwrap();
                assert_eq!(all(&root), old);
                break;
            }
            // The next run may end early, too.
            for steps in 0..4 {
                stopped_after(steps, || journals.recover().unwrap());
            }
            journals.recover().unwrap();
            let now = all(&root);
            ends.push(now == old);
            if now != old {
                // Ended when all was written: as if it had gone on.
                let number = *journals.numbers().unwrap().last().unwrap();
                journals.undo(&root, number).unwrap();
                assert_eq!(all(&root), old, "after {steps} steps");
            }
        }
        // Each file, each folder and both states of the journal have their steps.
        assert!(ends.len() > 15, "{ends:?}");
        assert!(ends.is_sorted_by(|a, b| a >= b), "{ends:?}");
    }

    #[test]
    fn an_undo_that_ends_early_is_whole_or_nothing() {
        let (root, journals, files) = varied("undo-steps");
        let old = all(&root);
        for steps in 0.. {
            let number = journals.write(&root, files.clone()).unwrap();
            let new = all(&root);
            let done = stopped_after(steps, || journals.undo(&root, number).unwrap());
            journals.recover().unwrap();
            let now = all(&root);
            let is_old = now
                .iter()
                .filter(|entry| !entry.starts_with('b'))
                .eq(old.iter());
            assert!(is_old || now == new, "after {steps} steps: {now:?}");
            if done.is_some() {
                assert_eq!(now, old);
                break;
            }
            if now == new {
                journals.undo(&root, number).unwrap();
                assert_eq!(all(&root), old);
            }
            let _ = fs::remove_dir_all(root.join("b"));
        }
    }

    #[test]
    fn two_runs_do_not_write_at_once() {
        let (root, journals, files) = place("locked");
        let lock = journals.lock().unwrap();
        let fault = journals.write(&root, files.clone()).unwrap_err();
        assert_eq!(fault.to_string(), "another promotion is being written");
        drop(lock);
        journals.write(&root, files).unwrap();
    }

    #[test]
    fn nothing_is_made_through_a_link_that_leads_out() {
        let (root, journals, _) = place("outside");
        let file = |path: &str| Rewrite {
            path: path.into(),
            before: None,
            after: Some("x".to_owned()),
        };
        for path in ["../x.yaml", "/tmp/x.yaml", "a/1.yaml/x.yaml", "a/../../x"] {
            assert!(journals.write(&root, vec![file(path)]).is_err(), "{path}");
        }
        assert_eq!(told(&root), "old old old");
    }

    #[test]
    fn a_file_that_changed_keeps_all_as_they_are() {
        let (root, journals, files) = place("changed");
        fs::write(root.join("3.yaml"), "other").unwrap();
        let fault = journals.write(&root, files).unwrap_err();
        assert_eq!(fault.to_string(), "3.yaml was changed in the meantime");
        assert_eq!(told(&root), "old old other");
        let (root, journals, files) = place("changed-since");
        let number = journals.write(&root, files).unwrap();
        fs::write(root.join("a/1.yaml"), "other").unwrap();
        assert!(journals.undo(&root, number).is_err());
        assert_eq!(told(&root), "other new new");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_written_through() {
        let (root, journals, files) = place("link");
        fs::remove_file(root.join("3.yaml")).unwrap();
        fs::write(root.join("real"), "old 3.yaml").unwrap();
        std::os::unix::fs::symlink(root.join("real"), root.join("3.yaml")).unwrap();
        let fault = journals.write(&root, files).unwrap_err();
        assert_eq!(fault.to_string(), "3.yaml: it is not a regular file");
        assert_eq!(told(&root), "old old old");
    }
}
