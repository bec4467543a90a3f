//! What `.gitignore` files say of the files below them.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use manifest::{Kept, Location, Snapshot, Span};
use rustc_hash::FxHashMap;

/// The name of such a file.
pub(super) const FILE_NAME: &str = ".gitignore";

/// Paths of more parts than this are not looked up: nobody has such folders.
const DEEPEST: usize = 64;

/// The `.gitignore` files that count in a folder: its own and those above it, up to the top of
/// the work tree. Outside of work trees none does.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignores {
    is_in_work_tree: bool,
    deepest: Option<Arc<Level>>,
}

#[derive(Debug)]
struct Level {
    patterns: Gitignore,
    /// The way from the file's folder down to the root of what is walked, if it stands above.
    down: String,
    /// How many bytes of a path that is relative to the root lead to the file's folder.
    skip: usize,
    above: Option<Arc<Level>>,
}

impl Ignores {
    /// Those of the top of a work tree, before its own file.
    pub(super) fn of_work_tree() -> Self {
        Self {
            is_in_work_tree: true,
            deepest: None,
        }
    }

    /// Whether a folder's own file counts.
    pub(super) fn is_in_work_tree(&self) -> bool {
        self.is_in_work_tree
    }

    /// With a file of the folder at `folder`, relative to the root.
    pub(super) fn with(&self, folder: &Utf8Path, text: &str) -> Self {
        let length = folder.as_str().len();
        self.level(text, String::new(), length + usize::from(length > 0))
    }

    /// With a file of a folder above the root, from which `down` leads to it.
    pub(super) fn with_outer(&self, down: &Utf8Path, text: &str) -> Self {
        self.level(text, format!("{down}/"), 0)
    }

    fn level(&self, text: &str, down: String, skip: usize) -> Self {
        let mut patterns = GitignoreBuilder::new("");
        for line in text.trim_start_matches('\u{FEFF}').lines() {
            // As git does, a pattern that is not well-formed is passed over.
            let _ = patterns.add_line(None, line);
        }
        match patterns.build() {
            Ok(patterns) if !patterns.is_empty() => Self {
                is_in_work_tree: self.is_in_work_tree,
                deepest: Some(Arc::new(Level {
                    patterns,
                    down,
                    skip,
                    above: self.deepest.clone(),
                })),
            },
            _ => self.clone(),
        }
    }

    /// Whether git leaves out an entry, given by its path from the root.
    pub(super) fn leave_out(&self, path: &Utf8Path, is_folder: bool) -> bool {
        self.pattern(path, is_folder).is_some()
    }

    /// The pattern by which git leaves out an entry, as it is written.
    fn pattern(&self, path: &Utf8Path, is_folder: bool) -> Option<&str> {
        let mut next = self.deepest.as_deref();
        while let Some(level) = next {
            let below = path.as_str().get(level.skip..).unwrap_or_default();
            let matched = match level.down.is_empty() {
                true => level.patterns.matched(below, is_folder),
                false => {
                    let whole = format!("{}{below}", level.down);
                    level.patterns.matched(whole, is_folder)
                }
            };
            match matched {
                Match::None => next = level.above.as_deref(),
                Match::Ignore(pattern) => return Some(pattern.original()),
                Match::Whitelist(_) => return None,
            }
        }
        None
    }
}

/// What the `.gitignore` files of a snapshot say of paths, whether there is anything at them or not.
pub struct GitIgnores<'a> {
    files: &'a dyn Snapshot,
    /// What counts in a folder, and the files that say so, the deepest one last.
    folders: FxHashMap<Utf8PathBuf, (Ignores, Vec<Utf8PathBuf>)>,
    /// Where patterns are written, by the folder that they were found from.
    lines: FxHashMap<(Utf8PathBuf, String), Option<Location>>,
}

impl<'a> GitIgnores<'a> {
    /// Those of a snapshot, each of which is read once it is asked for.
    pub fn of(files: &'a dyn Snapshot) -> Self {
        Self {
            files,
            folders: FxHashMap::default(),
            lines: FxHashMap::default(),
        }
    }

    /// The snapshot.
    pub fn files(&self) -> &'a dyn Snapshot {
        self.files
    }

    /// The line by which git leaves out a path; `None` if it does not.
    pub fn line(&mut self, path: &Utf8Path) -> Option<Location> {
        let mut above: Vec<&Utf8Path> = path.ancestors().take(DEEPEST + 2).collect();
        if above.len() > DEEPEST + 1 {
            return None;
        }
        above.reverse();
        // What is not there holds no file that says anything.
        let mut deepest = *above.first()?;
        for pair in above.windows(2) {
            let [folder, inside] = pair else { break };
            if folder.parent() == Some(deepest) && self.is_folder(folder) {
                deepest = folder;
            }
            let (ignores, files) = self.folder(deepest);
            let Some(pattern) = ignores.pattern(inside, **inside != *path) else {
                continue;
            };
            let (pattern, files) = (pattern.to_owned(), files.clone());
            let snapshot = self.files;
            let line = self.lines.entry((deepest.to_owned(), pattern.clone()));
            let find = || {
                let mut places = files.iter().rev();
                places.find_map(|file| line_of(snapshot, file, &pattern))
            };
            return line.or_insert_with(find).clone();
        }
        None
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.folders.contains_key(path) || self.files.kept(path) == Kept::Folder
    }

    fn folder(&mut self, folder: &Utf8Path) -> &(Ignores, Vec<Utf8PathBuf>) {
        if !self.folders.contains_key(folder) {
            let (mut ignores, mut files) = match folder.parent() {
                Some(parent) => self.folder(parent).clone(),
                None => (Ignores::of_work_tree(), Vec::new()),
            };
            let file = folder.join(FILE_NAME);
            if let Ok(text) = self.files.bytes(&file) {
                ignores = ignores.with(folder, &String::from_utf8_lossy(&text));
                files.push(file);
            }
            self.folders.insert(folder.to_owned(), (ignores, files));
        }
        &self.folders[folder]
    }
}

/// The last line of a file that is a pattern.
fn line_of(files: &dyn Snapshot, file: &Utf8Path, pattern: &str) -> Option<Location> {
    let source = files.source(file).ok()?;
    let text = source.tree.text();
    let mut start = text.len();
    let lines = text.split_inclusive('\n').rev();
    let mut starts = lines.map(|line| {
        start -= line.len();
        (start, line)
    });
    let (start, line) = starts.find(|(_, line)| line.trim_end() == pattern.trim_end())?;
    let end = start + line.trim_end().len();
    Some(source.locate(Span::new(
        u32::try_from(start).ok()?,
        u32::try_from(end).ok()?,
    )))
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;

    #[test]
    fn the_deepest_file_with_an_answer_decides() {
        let top =
            Ignores::of_work_tree().with_outer("clusters/eu".into(), "*.log\n/clusters/eu/tmp/\n");
        let root = top.with("".into(), "!keep.log\nout\n[\n");
        let inner = root.with("apps/api".into(), "/a.yaml\n!out\n");
        let check = |ignores: &Ignores, path: &str, is_folder, expect| {
            let answer = ignores.leave_out(path.into(), is_folder);
            assert_eq!(answer, expect, "{path}");
        };
        check(&root, "x/a.log", false, true);
        check(&root, "x/keep.log", false, false);
        check(&root, "tmp", true, true);
        check(&root, "tmp", false, false);
        check(&root, "x/tmp", true, false);
        check(&root, "x/out", true, true);
        check(&inner, "apps/api/a.yaml", false, true);
        check(&inner, "apps/api/b/a.yaml", false, false);
        check(&inner, "apps/api/out", true, false);
        check(&inner, "apps/api/a.log", false, true);
    }

    #[test]
    fn the_line_that_leaves_a_path_out() {
        let files = Memory::from_iter([
            (".gitignore", "# env/\n*.log\nenv/\n"),
            ("a/.gitignore", "!env/\nb\n/c.txt\n"),
        ]);
        let mut ignores = GitIgnores::of(&files);
        let mut check = |path: &str, expect: Option<(&str, usize)>| {
            let place = ignores.line(path.into());
            let line = place
                .as_ref()
                .map(|place| (place.path().as_str(), place.start().line as usize));
            assert_eq!(line, expect, "{path}");
        };
        check("env/a.txt", Some((".gitignore", 3)));
        check("x/env/b/c.txt", Some((".gitignore", 3)));
        check("a/env/c.txt", None);
        check("a/x/b", Some(("a/.gitignore", 2)));
        check("a/c.txt", Some(("a/.gitignore", 3)));
        check("a/x/c.txt", None);
        check("a/x/c.log", Some((".gitignore", 2)));
        check("env", None);
    }

    #[test]
    fn what_is_not_there_is_not_remembered() {
        let files = Memory::from_iter([(".gitignore", "b.yaml\n"), ("a/c.txt", "")]);
        let mut ignores = GitIgnores::of(&files);
        let mut is_left_out = |path: &str| ignores.line(path.into()).is_some();
        assert!(is_left_out("a/x/y/z/b.yaml"));
        assert!(!is_left_out("a/x/y/z/c.yaml"));
        assert!(!is_left_out(&format!("{}b.yaml", "a/".repeat(100_000))));
        assert_eq!(ignores.folders.len(), 2);
    }
}
