use std::cmp::Ordering;

use crate::listing::order;
use crate::renames::Search;
use crate::{Entry, Fault, Listing, Repository};

/// What differs between two listings.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The changes, sorted by the path of the new file, or of the old one if it is gone.
    pub changes: Vec<Change>,
    /// Whether files may have been renamed that are told as deleted and added, because there
    /// was too much to compare, or what they hold is not in this clone.
    pub is_limited: bool,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A file is new.
    Added(Entry),
    /// A file is gone.
    Deleted(Entry),
    /// A file holds something else, or is something else; maybe in another mode, too.
    Modified {
        /// What it was.
        old: Entry,
        /// What it is.
        new: Entry,
    },
    /// A file holds the same, and only whether it may be executed has changed.
    Mode {
        /// What it was.
        old: Entry,
        /// What it is.
        new: Entry,
    },
    /// A file has another path, and holds at least half of what it held.
    Renamed {
        /// What it was.
        old: Entry,
        /// What it is.
        new: Entry,
        /// How much of it is found again, in percent; 100 if it holds the same.
        similarity: u8,
    },
}

impl Change {
    /// What was there before.
    pub fn before(&self) -> Option<&Entry> {
        match self {
            Self::Added(_) => None,
            Self::Deleted(old) => Some(old),
            Self::Modified { old, .. } | Self::Mode { old, .. } | Self::Renamed { old, .. } => {
                Some(old)
            }
        }
    }

    /// What is there now.
    pub fn after(&self) -> Option<&Entry> {
        match self {
            Self::Added(new) => Some(new),
            Self::Deleted(_) => None,
            Self::Modified { new, .. } | Self::Mode { new, .. } | Self::Renamed { new, .. } => {
                Some(new)
            }
        }
    }

    fn path(&self) -> &str {
        let entry = self.after().or(self.before());
        entry.map_or("", |entry| entry.path.as_str())
    }
}

impl Repository {
    /// What changed between two listings of this repository.
    ///
    /// # Errors
    /// A file that has to be compared is corrupt.
    pub fn changes(&self, old: &Listing, new: &Listing) -> Result<Changes, Fault> {
        let (mut gone, mut added, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        let mut olds = old.entries().iter().peekable();
        let mut news = new.entries().iter().peekable();
        loop {
            let next = match (olds.peek(), news.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => order(old.path.as_str(), new.path.as_str()),
            };
            match next {
                Ordering::Less => gone.extend(olds.next()),
                Ordering::Greater => added.extend(news.next()),
                Ordering::Equal => {
                    let pair = olds.next().zip(news.next());
                    changes.extend(pair.and_then(|(old, new)| changed(old, new)));
                }
            }
        }
        // Git compares in the order of whole paths, and which of two equal files counts as the
        // source depends on it.
        gone.sort_by_key(|entry| entry.path.as_str());
        added.sort_by_key(|entry| entry.path.as_str());
        let mut search = Search::new(self, &gone, &added);
        let renames = search.run()?;
        let is_limited = search.is_limited;
        let mut is_gone = vec![true; gone.len()];
        let mut is_added = vec![true; added.len()];
        for rename in renames {
            is_gone[rename.old] = false;
            is_added[rename.new] = false;
            changes.push(Change::Renamed {
                old: gone[rename.old].clone(),
                new: added[rename.new].clone(),
                similarity: rename.similarity,
            });
        }
        let gone = gone
            .into_iter()
            .zip(is_gone)
            .filter(|(_, is_gone)| *is_gone);
        changes.extend(gone.map(|(entry, _)| Change::Deleted(entry.clone())));
        let added = added.into_iter().zip(is_added).filter(|(_, is)| *is);
        changes.extend(added.map(|(entry, _)| Change::Added(entry.clone())));
        changes.sort_by(|a, b| order(a.path(), b.path()));
        Ok(Changes {
            changes,
            is_limited,
        })
    }
}

fn changed(old: &Entry, new: &Entry) -> Option<Change> {
    let both_files = old.kind.is_file() && new.kind.is_file();
    let is_same = old.id == new.id && (old.kind == new.kind || both_files);
    let (old, new) = match is_same && old.kind == new.kind {
        true => return None,
        false => (old.clone(), new.clone()),
    };
    Some(match is_same {
        true => Change::Mode { old, new },
        false => Change::Modified { old, new },
    })
}
