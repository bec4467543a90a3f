//! Repositories that git makes for a test.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use git_read::{Id, Place, Repository};

/// A new folder, which is removed at the end.
pub(crate) struct Folder(pub(crate) Utf8PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("git-read-{}-{number}", std::process::id());
        let path = Utf8PathBuf::from_path_buf(std::env::temp_dir()).unwrap();
        let path = path.canonicalize_utf8().unwrap().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A new folder with an empty repository.
    pub(crate) fn repository() -> Self {
        let folder = Self::new();
        folder.git(&["init", "-q", "-b", "main"]);
        folder
    }

    /// What git prints; it must succeed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let (is_fine, out) = self.git_with(arguments, b"");
        assert!(is_fine, "git {arguments:?}: {out}");
        out
    }

    /// Whether git succeeds, and what it prints.
    pub(crate) fn git_with(&self, arguments: &[&str], input: &[u8]) -> (bool, String) {
        let mut git = Command::new("git")
            .args(arguments)
            .current_dir(&self.0)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", &self.0)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_NAME", "A")
            .env("GIT_AUTHOR_EMAIL", "a@example.com")
            .env("GIT_COMMITTER_NAME", "C")
            .env("GIT_COMMITTER_EMAIL", "c@example.com")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = git.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = git.wait_with_output().unwrap();
        let _ = writer.join().unwrap();
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            text.push_str(&String::from_utf8_lossy(&output.stderr));
        }
        (output.status.success(), text)
    }

    pub(crate) fn write(&self, path: &str, text: &[u8]) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits all files as they stand.
    pub(crate) fn commit(&self, subject: &str) -> Id {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", subject]);
        self.id("HEAD")
    }

    pub(crate) fn id(&self, revision: &str) -> Id {
        Id::from_hex(self.git(&["rev-parse", revision]).trim()).unwrap()
    }

    pub(crate) fn open(&self) -> Repository {
        open(&self.0)
    }
}

pub(crate) fn open(folder: &Utf8Path) -> Repository {
    Repository::new(Place::find(folder).unwrap().unwrap())
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
