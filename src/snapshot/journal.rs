//! Several files given new content, all of them or none: what they held is kept in the git folder
//! until they have it, and afterwards for who wants it back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use serde::{Deserialize, Serialize};

use super::Disk;
use manifest::Snapshot;

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
    /// What it held.
    pub before: String,
    /// What it holds.
    pub after: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    version: u32,
    is_done: bool,
    root: Utf8PathBuf,
    files: Vec<Rewrite>,
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
        let number = self.begin(root, files)?;
        match self.carry_out(number, usize::MAX) {
            Ok(()) => self.finish(number).map(|()| number),
            Err(fault) => {
                self.restore(number)?;
                Err(fault)
            }
        }
    }

    /// Takes back what is written under a number.
    ///
    /// # Errors
    /// There is no such number, or one of the files has changed since. Then none is touched.
    pub fn undo(&self, root: &Utf8Path, number: u32) -> io::Result<Vec<Utf8PathBuf>> {
        let entry = self.read(number)?;
        if entry.root != root {
            return Err(wrong("it was written in another folder".to_owned()));
        }
        let back = entry.files.into_iter().map(|file| Rewrite {
            path: file.path,
            before: file.after,
            after: file.before,
        });
        let back: Vec<Rewrite> = back.collect();
        let paths = back.iter().map(|file| file.path.clone()).collect();
        let undoing = self.write(root, back)?;
        self.remove(undoing)?;
        self.remove(number)?;
        Ok(paths)
    }

    /// Brings back the old content where a run was ended before all files had the new one.
    /// Returns the files that have it again.
    ///
    /// # Errors
    /// A file holds neither the old content nor the new one.
    pub fn recover(&self) -> io::Result<Vec<Utf8PathBuf>> {
        let mut restored = Vec::new();
        for number in self.numbers()? {
            if !self.read(number)?.is_done {
                restored.extend(self.restore(number)?);
            }
        }
        Ok(restored)
    }

    /// Notes what is going to be written.
    fn begin(&self, root: &Utf8Path, files: Vec<Rewrite>) -> io::Result<u32> {
        let disk = Disk::new(root)?;
        for file in &files {
            unchanged(&disk, file)?;
        }
        fs::create_dir_all(&self.folder)?;
        let numbers = self.numbers()?;
        let number = numbers.last().map_or(1, |last| last + 1);
        let done = numbers.iter().rev().skip(KEPT);
        for old in done {
            self.remove(*old)?;
        }
        self.put(
            number,
            &Entry {
                version: 1,
                is_done: false,
                root: root.to_owned(),
                files,
            },
        )?;
        Ok(number)
    }

    /// Writes the first files that are noted.
    fn carry_out(&self, number: u32, count: usize) -> io::Result<()> {
        let entry = self.read(number)?;
        let disk = Disk::new(&entry.root)?;
        for file in entry.files.iter().take(count) {
            unchanged(&disk, file)?;
            disk.replace(&file.path, &file.after)
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
            let now = disk.bytes(&file.path);
            match now.as_deref() {
                Ok(now) if now == file.before.as_bytes() => {}
                Ok(now) if now == file.after.as_bytes() => {
                    disk.replace(&file.path, &file.before)?;
                    restored.push(file.path.clone());
                }
                _ => lost.push(file.path.to_string()),
            }
        }
        match lost.is_empty() {
            true => self.remove(number).map(|()| restored),
            false => Err(wrong(format!(
                "{} changed after a promotion that was not finished; {} has what it held before",
                lost.join(", "),
                self.path(number)
            ))),
        }
    }

    fn numbers(&self) -> io::Result<Vec<u32>> {
        let entries = match self.folder.read_dir_utf8() {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(fault) => return Err(fault),
        };
        let mut numbers = Vec::new();
        for entry in entries {
            let entry = entry?;
            let number = entry.file_name().strip_suffix(".json");
            numbers.extend(number.and_then(|number| number.parse::<u32>().ok()));
        }
        numbers.sort_unstable();
        Ok(numbers)
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
        file.write_all(serde_json::to_string(entry)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        // So that the name is there after a power cut, too.
        File::open(&self.folder).and_then(|folder| folder.sync_all())
    }

    fn remove(&self, number: u32) -> io::Result<()> {
        fs::remove_file(self.path(number))
    }
}

fn unchanged(disk: &Disk, file: &Rewrite) -> io::Result<()> {
    let now = disk.bytes(&file.path);
    match now.as_deref() {
        Ok(now) if now == file.before.as_bytes() => Ok(()),
        Ok(_) => Err(wrong(format!("{} was changed in the meantime", file.path))),
        Err(fault) => Err(wrong(format!("{}: {fault}", file.path))),
    }
}

fn wrong(why: String) -> io::Error {
    io::Error::other(why)
}

#[cfg(test)]
mod tests {
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
                before: format!("old {path}"),
                after: format!("new {path}"),
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

    #[test]
    fn wherever_a_run_ends_the_next_one_finds_the_old_files() {
        for written in 0..=3 {
            let (root, journals, files) = place(&format!("ended-{written}"));
            let number = journals.begin(&root, files).unwrap();
            journals.carry_out(number, written).unwrap();
            journals.recover().unwrap();
            assert_eq!(told(&root), "old old old");
            assert!(journals.numbers().unwrap().is_empty());
        }
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
