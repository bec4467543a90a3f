//! What it costs to read a revision, beside reading the same files from disk.
#![allow(missing_docs, clippy::unwrap_used, reason = "it is not a library")]

use std::fs;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use camino::Utf8PathBuf;
use git_read::{Index, Place, Repository};

const FILES: usize = 20_000;

fn main() {
    divan::main();
}

/// A work tree with that many files in a tenth as many folders, committed and packed.
fn folder() -> &'static Utf8PathBuf {
    static FOLDER: OnceLock<Utf8PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Utf8PathBuf::from_path_buf(std::env::temp_dir()).unwrap();
        let folder = folder.join(format!("git-read-bench-{FILES}"));
        if folder.join("done").exists() {
            return folder;
        }
        let _ = fs::remove_dir_all(&folder);
        for number in 0..FILES {
            let path = folder.join(format!("apps/{}/{}", number % 40, number / 10 % 50));
            fs::create_dir_all(&path).unwrap();
            let lines = (0..40).map(|line| format!("key{line}: value {}\n", number * line % 1009));
            let text: String = lines.collect();
            fs::write(path.join(format!("file-{number}.yaml")), text).unwrap();
        }
        let author = ["-c", "user.name=A", "-c", "user.email=a@example.com"];
        let steps: [&[&str]; 4] = [
            &["init", "-q"],
            &["add", "-A"],
            &["commit", "-q", "-m", "all"],
            &["gc", "-q"],
        ];
        for step in steps {
            let mut git = Command::new("git");
            let git = git.args(author).args(step).current_dir(&folder);
            assert!(git.stdout(Stdio::null()).status().unwrap().success());
        }
        fs::write(folder.join("done"), "").unwrap();
        folder
    })
}

fn open() -> Repository {
    Repository::new(Place::at(folder()).unwrap().unwrap())
}

#[divan::bench]
fn disk() -> usize {
    let mut open = vec![folder().join("apps")];
    let mut bytes = 0;
    while let Some(path) = open.pop() {
        for entry in path.read_dir_utf8().unwrap() {
            let entry = entry.unwrap();
            match entry.file_type().unwrap().is_dir() {
                true => open.push(entry.into_path()),
                false => bytes += fs::read(entry.path()).unwrap().len(),
            }
        }
    }
    bytes
}

#[divan::bench]
fn revision() -> usize {
    let repository = open();
    let head = repository.resolve("HEAD").unwrap();
    let listing = repository.listing(&head, "".into()).unwrap();
    let checkout = repository.checkout(&listing).unwrap();
    let entries = listing.entries().iter();
    entries
        .map(|entry| checkout.read(&repository, entry).unwrap().bytes.len())
        .sum()
}

#[divan::bench]
fn revision_in_two_threads() -> usize {
    let repository = open();
    let head = repository.resolve("HEAD").unwrap();
    let listing = repository.listing(&head, "".into()).unwrap();
    let checkout = repository.checkout(&listing).unwrap();
    let read = |half: &[git_read::Entry]| -> usize {
        half.iter()
            .map(|entry| checkout.read(&repository, entry).unwrap().bytes.len())
            .sum()
    };
    let (one, other) = listing.entries().split_at(FILES / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| read(other));
        read(one) + other.join().unwrap()
    })
}

#[divan::bench]
fn listing() -> usize {
    let repository = open();
    let head = repository.resolve("HEAD").unwrap();
    repository
        .listing(&head, "".into())
        .unwrap()
        .entries()
        .len()
}

#[divan::bench]
fn what_is_tracked() -> usize {
    let place = Place::at(folder()).unwrap().unwrap();
    let index = Index::read(&place.index(), false).unwrap().unwrap();
    index.files().unwrap().len()
}
