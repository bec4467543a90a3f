//! What `.gitignore` files say of the files below them.

use std::sync::Arc;

use camino::Utf8Path;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The name of such a file.
pub(super) const FILE_NAME: &str = ".gitignore";

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
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
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
}
