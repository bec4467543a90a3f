//! The files of a tree, before they are on disk.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::process::Command;

use camino::Utf8Path;

use crate::random::Random;

/// What a class adds to a tree, in a folder of its own unless it says otherwise.
pub(super) struct Tree {
    home: &'static str,
    files: BTreeMap<String, Vec<u8>>,
    links: Vec<(String, String)>,
    pipes: Vec<String>,
    /// Whether its configuration may be invalid, or its repository broken, so that nothing is
    /// checked: the run then fails.
    pub(super) may_fail: bool,
    /// Whether its configuration speaks of what stands beside it.
    pub(super) speaks_of_all: bool,
}

impl Tree {
    /// An empty one, whose folder comes before or after its neighbours.
    pub(super) fn new(random: &mut Random) -> Self {
        Self {
            home: *random.pick(&["apps", "zoo"]),
            files: BTreeMap::new(),
            links: Vec::new(),
            pipes: Vec::new(),
            may_fail: false,
            speaks_of_all: false,
        }
    }

    /// A file in its folder.
    pub(super) fn file(&mut self, path: impl AsRef<str>, text: impl Into<Vec<u8>>) {
        let path = format!("{}/{}", self.home, path.as_ref());
        self.files.insert(path, text.into());
    }

    /// A file in the root.
    pub(super) fn root_file(&mut self, path: &str, text: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), text.into());
    }

    /// Policies in its folder, and the configuration that names them.
    pub(super) fn policies(&mut self, texts: impl IntoIterator<Item = String>) {
        for (number, text) in texts.into_iter().enumerate() {
            self.file(format!("policies/p{number}.rego"), text);
        }
        let configuration = format!("policies: [{}/policies]\n", self.home);
        self.root_file(".gitopslint.yaml", configuration);
    }

    /// A symbolic link in its folder.
    pub(super) fn link(&mut self, path: impl AsRef<str>, to: impl Into<String>) {
        let path = format!("{}/{}", self.home, path.as_ref());
        self.links.push((path, to.into()));
    }

    /// A symbolic link in the root.
    pub(super) fn root_link(&mut self, path: &str, to: &str) {
        self.links.push((path.to_owned(), to.to_owned()));
    }

    /// A pipe in the root, which nobody writes to.
    pub(super) fn root_pipe(&mut self, path: &str) {
        self.pipes.push(path.to_owned());
    }

    /// The name of its folder.
    pub(super) fn home(&self) -> &'static str {
        self.home
    }

    /// Puts everything into a folder.
    pub(super) fn write(&self, root: &Utf8Path) {
        let ready = |path: &str| {
            let whole = root.join(path);
            std::fs::create_dir_all(whole.parent().unwrap()).map(|()| whole)
        };
        for (path, bytes) in &self.files {
            std::fs::write(ready(path).unwrap(), bytes).unwrap();
        }
        for (path, to) in &self.links {
            // A class may have put something else where another of its parts puts a link, or the
            // folder of one.
            let _ = ready(path).and_then(|path| symlink(to, path));
        }
        for path in &self.pipes {
            let path = ready(path).unwrap();
            let made = Command::new("mkfifo").arg(path).status().unwrap();
            assert!(made.success());
        }
    }
}
