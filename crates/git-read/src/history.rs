//! Which commits changed some paths.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Commit, Fault, Id, Repository};

/// How many folders are remembered.
const MOST_FOLDERS: usize = 20_000;

/// Goes back through history once for all paths that are asked for. An iterator over the commits
/// that changed one of them, the newest first.
pub struct History<'a> {
    repository: &'a Repository,
    paths: Names,
    /// Folders, as far as their entries are asked for.
    folders: FxHashMap<(Id, usize), Children>,
    queue: BinaryHeap<(i64, Reverse<usize>, Id)>,
    commits: FxHashMap<Id, Commit>,
    seen: FxHashSet<Id>,
    is_main_line: bool,
    budget: usize,
    end: HistoryEnd,
}

/// A commit that changed paths that were asked for.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The commit.
    pub commit: Commit,
    /// What it changed, in the order of the paths.
    pub touched: Vec<Touched>,
}

/// How a commit changed a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touched {
    /// The position of the path among those that were asked for.
    pub path: usize,
    /// What stood there in the first parent; a folder's id if it is one.
    pub before: Option<Id>,
    /// What stands there since; the same as before if only the mode has changed.
    pub after: Option<Id>,
}

/// How far back history is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryEnd {
    /// To the first commit, or not yet read to its end.
    Whole,
    /// As many commits were read as were allowed, and there are more.
    Budget,
    /// The clone is shallow and ends before.
    Shallow,
}

/// What stands in a folder under each of the names that are asked for there.
type Children = Arc<[Option<Child>]>;

#[derive(Clone, Copy, PartialEq, Eq)]
struct Child {
    id: Id,
    mode: u32,
}

/// The parts of the paths, as a tree.
#[derive(Default)]
struct Names {
    nodes: Vec<Name>,
}

#[derive(Default)]
struct Name {
    /// The names in a folder, with the positions of their nodes.
    children: Vec<(Box<str>, usize)>,
    /// Which of the paths ends here.
    paths: Vec<usize>,
}

impl Repository {
    /// The history of some paths, from a commit back, in which at most `budget` commits are
    /// read. On the main line only first parents are followed, so that a merge counts as one
    /// change. Renamed files are not followed.
    ///
    /// A merge changes a path if that differs from what it is in each of the parents.
    ///
    /// # Errors
    /// The commit is missing or corrupt.
    pub fn history<'a>(
        &'a self,
        from: &Id,
        paths: &[Utf8PathBuf],
        is_main_line: bool,
        budget: usize,
    ) -> Result<History<'a>, Fault> {
        let mut history = History {
            repository: self,
            paths: Names::new(paths),
            folders: FxHashMap::default(),
            queue: BinaryHeap::new(),
            commits: FxHashMap::default(),
            seen: FxHashSet::default(),
            is_main_line,
            budget,
            end: HistoryEnd::Whole,
        };
        history.push(from)?;
        Ok(history)
    }
}

impl Iterator for History<'_> {
    type Item = Result<Revision, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (.., id) = self.queue.pop()?;
            let commit = self.commits.remove(&id)?;
            match self.take(commit) {
                Ok(None) => {}
                Ok(Some(revision)) => return Some(Ok(revision)),
                Err(fault) => {
                    self.queue.clear();
                    return Some(Err(fault));
                }
            }
        }
    }
}

impl History<'_> {
    /// How far back history is known; of use once the iterator is at its end.
    pub fn end(&self) -> HistoryEnd {
        self.end
    }

    /// Puts a commit in the queue, unless it was there or the budget is spent.
    fn push(&mut self, id: &Id) -> Result<(), Fault> {
        if self.seen.contains(id) {
            return Ok(());
        }
        if self.seen.len() >= self.budget {
            self.end = HistoryEnd::Budget;
            return Ok(());
        }
        self.seen.insert(*id);
        let commit = self.repository.commit(id)?;
        let date = commit.committed.seconds;
        self.queue.push((date, Reverse(self.seen.len()), *id));
        self.commits.insert(*id, commit);
        Ok(())
    }

    fn take(&mut self, commit: Commit) -> Result<Option<Revision>, Fault> {
        let Some(parents) = self.repository.parents(&commit)?.map(<[Id]>::to_vec) else {
            // What this commit changed is not known: what it follows is not here.
            if self.end == HistoryEnd::Whole {
                self.end = HistoryEnd::Shallow;
            }
            return Ok(None);
        };
        let followed = match self.is_main_line {
            true => &parents[..parents.len().min(1)],
            false => parents.as_slice(),
        };
        let mut changed: Option<Vec<Touched>> = None;
        for parent in followed {
            self.push(parent)?;
            let tree = match self.commits.get(parent) {
                Some(parent) => parent.tree,
                None => self.repository.commit(parent)?.tree,
            };
            let mut differ = Vec::new();
            self.compare(Some(tree), Some(commit.tree), 0, &mut differ)?;
            changed = Some(match changed {
                None => differ,
                Some(mut changed) => {
                    let differ: FxHashSet<usize> = differ.iter().map(|one| one.path).collect();
                    changed.retain(|one| differ.contains(&one.path));
                    changed
                }
            });
        }
        let mut touched = match changed {
            Some(touched) => touched,
            None => {
                let mut touched = Vec::new();
                self.compare(None, Some(commit.tree), 0, &mut touched)?;
                touched
            }
        };
        touched.sort_by_key(|touched| touched.path);
        Ok((!touched.is_empty()).then_some(Revision { commit, touched }))
    }

    /// Tells the paths that differ below two folders, which stand at the same name.
    fn compare(
        &mut self,
        before: Option<Id>,
        after: Option<Id>,
        name: usize,
        differ: &mut Vec<Touched>,
    ) -> Result<(), Fault> {
        if before == after {
            return Ok(());
        }
        let olds = self.children(before, name)?;
        let news = self.children(after, name)?;
        for at in 0..self.paths.nodes[name].children.len() {
            let get = |children: &Option<Children>| children.as_ref().and_then(|it| it[at]);
            let (before, after) = (get(&olds), get(&news));
            if before == after {
                continue;
            }
            let child = self.paths.nodes[name].children[at].1;
            let paths = &self.paths.nodes[child].paths;
            differ.extend(paths.iter().map(|path| Touched {
                path: *path,
                before: before.map(|child| child.id),
                after: after.map(|child| child.id),
            }));
            if !self.paths.nodes[child].children.is_empty() {
                let folder = |child: Option<Child>| child.filter(is_folder).map(|it| it.id);
                self.compare(folder(before), folder(after), child, differ)?;
            }
        }
        Ok(())
    }

    /// What stands in a folder under the names that are asked for there.
    fn children(&mut self, folder: Option<Id>, name: usize) -> Result<Option<Children>, Fault> {
        let Some(id) = folder else {
            return Ok(None);
        };
        if let Some(known) = self.folders.get(&(id, name)) {
            return Ok(Some(known.clone()));
        }
        let what = || "a folder of the history".to_owned();
        let bytes = self.repository.tree_bytes(&id, what)?;
        let length = self.repository.objects()?.format().length();
        let children = &self.paths.nodes[name].children;
        let mut found = vec![None; children.len()];
        for entry in crate::tree::entries(&bytes, length) {
            let corrupt = |why| Fault::corrupt(format!("folder {}", id.short()), why);
            let entry = entry.map_err(corrupt)?;
            let at = children.binary_search_by(|(name, _)| name.as_bytes().cmp(entry.name));
            if let Ok(at) = at {
                found[at] = Some(Child {
                    id: entry.id,
                    mode: entry.mode,
                });
            }
        }
        let children: Children = found.into();
        if self.folders.len() >= MOST_FOLDERS {
            self.folders.clear();
        }
        self.folders.insert((id, name), children.clone());
        Ok(Some(children))
    }
}

fn is_folder(child: &Child) -> bool {
    crate::tree::is_folder(child.mode)
}

impl Names {
    fn new(paths: &[Utf8PathBuf]) -> Self {
        let mut names = Self::default();
        names.nodes.push(Name::default());
        for (number, path) in paths.iter().enumerate() {
            let node = names.node(path);
            names.nodes[node].paths.push(number);
        }
        names
    }

    fn node(&mut self, path: &Utf8Path) -> usize {
        let mut node = 0;
        for part in path.components() {
            let part = part.as_str();
            let children = &self.nodes[node].children;
            node = match children.binary_search_by(|(name, _)| (**name).cmp(part)) {
                Ok(at) => children[at].1,
                Err(at) => {
                    let new = self.nodes.len();
                    self.nodes[node].children.insert(at, (part.into(), new));
                    self.nodes.push(Name::default());
                    new
                }
            };
        }
        node
    }
}
