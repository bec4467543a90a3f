//! Which of the files that are gone come back under another name, found as git finds them.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::similar::{Chunks, ENOUGH, HIGHEST};
use crate::{Entry, Fault, Id, Repository};

/// From this many pairs of files on only equal ones are looked for, as git does it.
const MOST_PAIRS: usize = 1000 * 1000;
/// How many sources are kept in mind for a file.
const CANDIDATES: usize = 4;
/// How many equal files are looked at for one with the same name.
const MOST_EQUAL: usize = 102;
/// A file with a name that no other has is renamed at once if this much is found again.
const ENOUGH_FOR_NAME: u64 = ENOUGH + (HIGHEST - ENOUGH) / 2;
/// How many bytes are read at most to find what is similar.
const MOST_BYTES: u64 = 1 << 30;
/// How many chunks are compared at most.
const MOST_CHUNKS: u64 = 2_000_000_000;

/// A file that was renamed: positions among those that are gone and those that are new.
pub(crate) struct Rename {
    pub(crate) old: usize,
    pub(crate) new: usize,
    /// How much is found again, in percent.
    pub(crate) similarity: u8,
}

/// Looks for renames; both sides are sorted by the bytes of their paths.
pub(crate) struct Search<'a> {
    repository: &'a Repository,
    old: &'a [&'a Entry],
    new: &'a [&'a Entry],
    is_used: Vec<bool>,
    is_found: Vec<bool>,
    found: Vec<Rename>,
    chunks: FxHashMap<Id, Option<Chunks>>,
    bytes: u64,
    compared: u64,
    /// Whether something was not compared, because it is too much or not in this clone.
    pub(crate) is_limited: bool,
}

/// How well a source fits a new file.
#[derive(Clone, Copy)]
struct Candidate {
    score: u64,
    has_same_name: bool,
    old: usize,
    new: usize,
}

impl<'a> Search<'a> {
    pub(crate) fn new(
        repository: &'a Repository,
        old: &'a [&'a Entry],
        new: &'a [&'a Entry],
    ) -> Self {
        Self {
            repository,
            old,
            new,
            is_used: vec![false; old.len()],
            is_found: vec![false; new.len()],
            found: Vec::new(),
            chunks: FxHashMap::default(),
            bytes: 0,
            compared: 0,
            is_limited: false,
        }
    }

    /// All that was renamed.
    pub(crate) fn run(&mut self) -> Result<Vec<Rename>, Fault> {
        self.find_equal();
        self.find_by_name()?;
        self.find_similar()?;
        Ok(std::mem::take(&mut self.found))
    }

    fn record(&mut self, old: usize, new: usize, score: u64) {
        self.is_used[old] = true;
        self.is_found[new] = true;
        let similarity = (score * 100 / HIGHEST) as u8;
        self.found.push(Rename {
            old,
            new,
            similarity,
        });
    }

    /// What holds the same; among several, the one with the same name comes first.
    fn find_equal(&mut self) {
        let mut by_id: FxHashMap<Id, VecDeque<usize>> = FxHashMap::default();
        for (at, entry) in self.old.iter().enumerate() {
            by_id.entry(entry.id).or_default().push_back(at);
        }
        for (new, entry) in self.new.iter().enumerate() {
            let Some(equal) = by_id.get_mut(&entry.id) else {
                continue;
            };
            let may_be = |old: &&usize| {
                let old = self.old[**old].kind;
                old == entry.kind || old.is_file() && entry.kind.is_file()
            };
            let mut fitting = equal.iter().filter(may_be).take(MOST_EQUAL);
            let named = fitting
                .clone()
                .find(|old| same_name(self.old[**old], entry));
            let chosen = named.or_else(|| fitting.next()).copied();
            if let Some(old) = chosen {
                let at = equal.iter().position(|other| *other == old);
                at.and_then(|at| equal.remove(at));
                self.record(old, new, HIGHEST);
            }
        }
    }

    /// Files whose name comes once among those gone and once among the new.
    fn find_by_name(&mut self) -> Result<(), Fault> {
        let mut names: FxHashMap<&str, (Vec<usize>, Vec<usize>)> = FxHashMap::default();
        for old in self.unused() {
            names.entry(name(self.old[old])).or_default().0.push(old);
        }
        for new in self.unfound() {
            names.entry(name(self.new[new])).or_default().1.push(new);
        }
        for old in self.unused() {
            let Some((olds, news)) = names.get(name(self.old[old])) else {
                continue;
            };
            if let ([old], [new]) = (olds.as_slice(), news.as_slice()) {
                let (old, new) = (*old, *new);
                let score = self.score(old, new)?;
                if score >= ENOUGH_FOR_NAME {
                    self.record(old, new, score);
                }
            }
        }
        Ok(())
    }

    /// All others, the most similar pairs first.
    fn find_similar(&mut self) -> Result<(), Fault> {
        let (olds, news) = (self.unused(), self.unfound());
        if olds.len().saturating_mul(news.len()) > MOST_PAIRS {
            self.is_limited = true;
            return Ok(());
        }
        let mut best: Vec<Candidate> = Vec::new();
        for &new in &news {
            let mut kept: Vec<Candidate> = Vec::with_capacity(CANDIDATES);
            for &old in &olds {
                let candidate = Candidate {
                    score: self.score(old, new)?,
                    has_same_name: same_name(self.old[old], self.new[new]),
                    old,
                    new,
                };
                keep(&mut kept, candidate);
            }
            best.extend(kept);
        }
        best.sort_by_key(|candidate| std::cmp::Reverse(candidate.rank()));
        for candidate in best {
            let Candidate {
                score, old, new, ..
            } = candidate;
            if score >= ENOUGH && !self.is_used[old] && !self.is_found[new] {
                self.record(old, new, score);
            }
        }
        Ok(())
    }

    fn unused(&self) -> Vec<usize> {
        (0..self.old.len())
            .filter(|at| !self.is_used[*at])
            .collect()
    }

    fn unfound(&self) -> Vec<usize> {
        (0..self.new.len())
            .filter(|at| !self.is_found[*at])
            .collect()
    }

    /// How similar two files are; links and submodules are not.
    fn score(&mut self, old: usize, new: usize) -> Result<u64, Fault> {
        let (old, new) = (self.old[old], self.new[new]);
        if !old.kind.is_file() || !new.kind.is_file() {
            return Ok(0);
        }
        self.load(old)?;
        self.load(new)?;
        let chunks = |entry: &Entry| self.chunks.get(&entry.id).and_then(Option::as_ref);
        let (Some(one), Some(other)) = (chunks(old), chunks(new)) else {
            return Ok(0);
        };
        self.compared += (one.len() + other.len()) as u64;
        if self.compared > MOST_CHUNKS {
            self.is_limited = true;
            return Ok(0);
        }
        Ok(one.score(other))
    }

    fn load(&mut self, entry: &Entry) -> Result<(), Fault> {
        if self.chunks.contains_key(&entry.id) {
            return Ok(());
        }
        let bytes = match self.bytes < MOST_BYTES {
            true => self.repository.blob(&entry.id, entry.path.as_str()),
            false => Err(Fault::too_large(entry.path.as_str())),
        };
        let chunks = match bytes {
            Ok(bytes) => {
                self.bytes += bytes.len() as u64;
                Some(Chunks::of(&bytes))
            }
            Err(Fault::Missing { .. } | Fault::TooLarge { .. }) => {
                self.is_limited = true;
                None
            }
            Err(fault) => return Err(fault),
        };
        self.chunks.insert(entry.id, chunks);
        Ok(())
    }
}

impl Candidate {
    fn rank(&self) -> (u64, bool) {
        (self.score, self.has_same_name)
    }
}

/// Puts a candidate in the place of the worst one if it is better.
fn keep(kept: &mut Vec<Candidate>, candidate: Candidate) {
    if kept.len() < CANDIDATES {
        kept.push(candidate);
        return;
    }
    let mut worst = 0;
    for at in 1..kept.len() {
        if kept[at].rank() < kept[worst].rank() {
            worst = at;
        }
    }
    if candidate.rank() > kept[worst].rank() {
        kept[worst] = candidate;
    }
}

fn name(entry: &Entry) -> &str {
    entry.path.file_name().unwrap_or_default()
}

fn same_name(one: &Entry, other: &Entry) -> bool {
    name(one) == name(other)
}
