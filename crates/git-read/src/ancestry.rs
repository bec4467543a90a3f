//! Where two lines of history meet.

use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;

use crate::{Fault, Id, Repository};

/// How many commits are looked at.
const MOST_COMMITS: usize = 1_000_000;

/// Reached from the first commit.
const ONE: u8 = 1;
/// Reached from one of the others.
const OTHER: u8 = 2;
/// Behind a common ancestor.
const STALE: u8 = 4;
/// A common ancestor.
const RESULT: u8 = 8;

struct Node {
    date: i64,
    parents: Vec<Id>,
    marks: u8,
    /// How often it waits in the queue.
    waiting: usize,
}

/// Marks commits by which side they are reached from, the newest ones first.
struct Paint<'a> {
    repository: &'a Repository,
    nodes: FxHashMap<Id, Node>,
    queue: BinaryHeap<(i64, std::cmp::Reverse<usize>, Id)>,
    queued: usize,
    /// How many of those in the queue are not stale.
    fresh: usize,
    is_cut_off: bool,
}

impl Repository {
    /// The commit that two lines of history have last in common, as `git merge-base` says it;
    /// `None` if they have none. Of several, the newest.
    ///
    /// # Errors
    /// None is found and the clone is shallow, so there may be one in what it lacks; or a commit
    /// is missing or corrupt.
    pub fn merge_base(&self, one: &Id, other: &Id) -> Result<Option<Id>, Fault> {
        Ok(self.merge_bases(one, other)?.first().copied())
    }

    /// All commits that two lines of history have last in common, the newest first: more than
    /// one if they were merged into each other.
    ///
    /// # Errors
    /// As [`Repository::merge_base`].
    pub fn merge_bases(&self, one: &Id, other: &Id) -> Result<Vec<Id>, Fault> {
        if one == other {
            return Ok(vec![*one]);
        }
        let mut paint = Paint::new(self);
        paint.run(one, &[*other])?;
        let mut bases = paint.results();
        if bases.is_empty() && paint.is_cut_off {
            let what = "where the two lines of history meet".to_owned();
            return Err(self.missing(what));
        }
        if bases.len() > 1 {
            self.drop_ancestors(&mut bases)?;
        }
        Ok(bases)
    }

    /// Drops what is an ancestor of another one: dates can be wrong, so it may have been met
    /// first.
    fn drop_ancestors(&self, commits: &mut Vec<Id>) -> Result<(), Fault> {
        let all = commits.clone();
        let mut is_ancestor = vec![false; all.len()];
        for at in 0..all.len() {
            if is_ancestor[at] {
                continue;
            }
            let left = (0..all.len()).filter(|other| *other != at && !is_ancestor[*other]);
            let left: Vec<usize> = left.collect();
            let others: Vec<Id> = left.iter().map(|other| all[*other]).collect();
            let mut paint = Paint::new(self);
            paint.run(&all[at], &others)?;
            is_ancestor[at] = paint.has(&all[at], OTHER);
            for (other, id) in left.into_iter().zip(&others) {
                is_ancestor[other] |= paint.has(id, ONE);
            }
        }
        let mut kept = is_ancestor.into_iter();
        commits.retain(|_| !kept.next().unwrap_or(false));
        Ok(())
    }
}

impl<'a> Paint<'a> {
    fn new(repository: &'a Repository) -> Self {
        Self {
            repository,
            nodes: FxHashMap::default(),
            queue: BinaryHeap::new(),
            queued: 0,
            fresh: 0,
            is_cut_off: false,
        }
    }

    fn run(&mut self, one: &Id, others: &[Id]) -> Result<(), Fault> {
        self.mark(one, ONE)?;
        for other in others {
            self.mark(other, OTHER)?;
        }
        while self.fresh > 0
            && let Some((.., id)) = self.queue.pop()
        {
            let Some(node) = self.nodes.get_mut(&id) else {
                continue;
            };
            node.waiting -= 1;
            if node.marks & STALE == 0 {
                self.fresh -= 1;
            }
            let mut marks = node.marks & (ONE | OTHER | STALE);
            if marks == ONE | OTHER {
                node.marks |= RESULT;
                // What stands behind a common ancestor is none of the last ones.
                marks |= STALE;
            }
            let parents = node.parents.clone();
            for parent in parents {
                self.mark(&parent, marks)?;
            }
        }
        Ok(())
    }

    /// Gives a commit marks, and if it had not all of them, puts it in the queue.
    fn mark(&mut self, id: &Id, marks: u8) -> Result<(), Fault> {
        if !self.nodes.contains_key(id) {
            if self.nodes.len() >= MOST_COMMITS {
                return Err(Fault::too_large("the history"));
            }
            let commit = self.repository.commit(id)?;
            let parents = self.repository.parents(&commit)?.map(<[Id]>::to_vec);
            self.is_cut_off |= parents.is_none();
            let node = Node {
                date: commit.committed.seconds,
                parents: parents.unwrap_or_default(),
                marks: 0,
                waiting: 0,
            };
            self.nodes.insert(*id, node);
        }
        let Some(node) = self.nodes.get_mut(id) else {
            return Ok(());
        };
        if node.marks & marks == marks {
            return Ok(());
        }
        if node.marks & STALE == 0 && marks & STALE != 0 {
            self.fresh -= node.waiting;
        }
        node.marks |= marks;
        node.waiting += 1;
        if node.marks & STALE == 0 {
            self.fresh += 1;
        }
        self.queued += 1;
        self.queue
            .push((node.date, std::cmp::Reverse(self.queued), *id));
        Ok(())
    }

    /// The common ancestors that are behind no other one, the newest first.
    fn results(&self) -> Vec<Id> {
        let results = self.nodes.iter();
        let results = results.filter(|(_, node)| node.marks & (RESULT | STALE) == RESULT);
        let mut results: Vec<(i64, Id)> = results.map(|(id, node)| (node.date, *id)).collect();
        results.sort_unstable_by(|a, b| b.cmp(a));
        results.into_iter().map(|(_, id)| id).collect()
    }

    fn has(&self, id: &Id, mark: u8) -> bool {
        self.nodes
            .get(id)
            .is_some_and(|node| node.marks & mark != 0)
    }
}
