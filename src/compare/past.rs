//! The versions of files, read from git as they are asked for.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use git_read::{Commit, Fault, History, HistoryEnd, Id};
use promotion::{Past, Version};

use crate::snapshot::Git;

/// How many commits are read.
pub const COMMIT_LIMIT: usize = 200_000;

/// A larger file is not read in all its versions.
const FILE_LIMIT: usize = 4 << 20;

/// The versions of some files, back from a commit. History is gone through once for all of them,
/// and no further than is asked for.
pub struct Pasts<'a> {
    git: &'a Git,
    paths: Vec<Utf8PathBuf>,
    walk: RefCell<Walk<'a>>,
    is_cut_off: Cell<bool>,
}

struct Walk<'a> {
    history: History<'a>,
    /// Of each path, the commits that changed it, newest first.
    events: Vec<Vec<Event>>,
    is_over: bool,
    ends_early: bool,
}

#[derive(Clone)]
struct Event {
    commit: Rc<Commit>,
    before: Option<Id>,
    after: Option<Id>,
}

impl<'a> Pasts<'a> {
    /// The versions of files, whose paths count from the root of the snapshot.
    ///
    /// # Errors
    /// There is no such revision, or what it follows is not here.
    pub fn new(git: &'a Git, revision: &str, paths: Vec<Utf8PathBuf>) -> Result<Self, Fault> {
        let from = git.store().resolve(revision)?;
        let from_top: Vec<Utf8PathBuf> = paths.iter().map(|path| git.inside().join(path)).collect();
        let history = git.store().history(&from, &from_top, true, COMMIT_LIMIT)?;
        let walk = Walk {
            history,
            events: vec![Vec::new(); paths.len()],
            is_over: false,
            ends_early: false,
        };
        Ok(Self {
            git,
            paths,
            walk: RefCell::new(walk),
            is_cut_off: Cell::new(false),
        })
    }

    /// Whether somebody asked for more than is known, because the clone is shallow or its history
    /// longer than what is read.
    pub fn is_cut_off(&self) -> bool {
        self.is_cut_off.get()
    }

    /// The versions of a file, newest first. The first one is `now`; if no commit has that, it
    /// stands for the changes that are not committed.
    pub fn versions<'b>(
        &'b self,
        path: &Utf8Path,
        now: &str,
    ) -> Box<dyn Iterator<Item = Past<Version>> + 'b> {
        let Some(index) = self.paths.iter().position(|known| known == path) else {
            return Box::new(std::iter::empty());
        };
        let mut at = 0;
        let mut is_done = false;
        let committed = std::iter::from_fn(move || {
            if is_done {
                return None;
            }
            match self.event(index, at) {
                Some(event) => {
                    at += 1;
                    is_done = event.before.is_none();
                    Some(Past::Was(self.version(&event, index)))
                }
                None => {
                    is_done = true;
                    let ends_early = self.walk.borrow().ends_early;
                    self.is_cut_off.set(self.is_cut_off.get() || ends_early);
                    ends_early.then_some(Past::CutOff)
                }
            }
        });
        let mut committed = committed.peekable();
        let is_committed = matches!(committed.peek(),
            Some(Past::Was(version)) if version.text.as_deref() == Some(now));
        let uncommitted = (!is_committed).then(|| {
            Past::Was(Version {
                commit: uncommitted(),
                text: Some(now.to_owned()),
            })
        });
        Box::new(uncommitted.into_iter().chain(committed))
    }

    fn event(&self, path: usize, at: usize) -> Option<Event> {
        let mut walk = self.walk.borrow_mut();
        while walk.events[path].len() <= at && !walk.is_over {
            match walk.history.next() {
                Some(Ok(revision)) => {
                    let commit = Rc::new(revision.commit);
                    for touched in revision.touched {
                        walk.events[touched.path].push(Event {
                            commit: commit.clone(),
                            before: touched.before,
                            after: touched.after,
                        });
                    }
                }
                Some(Err(_)) => (walk.is_over, walk.ends_early) = (true, true),
                None => {
                    walk.is_over = true;
                    walk.ends_early |= walk.history.end() != HistoryEnd::Whole;
                }
            }
        }
        walk.events[path].get(at).cloned()
    }

    fn version(&self, event: &Event, path: usize) -> Version {
        let text = event.after.and_then(|id| {
            let bytes = self.git.store().blob(&id, self.paths[path].as_str()).ok()?;
            let is_small = bytes.len() <= FILE_LIMIT;
            is_small.then(|| String::from_utf8(bytes).ok()).flatten()
        });
        Version {
            commit: told(&event.commit),
            text,
        }
    }
}

fn told(commit: &Commit) -> promotion::Commit {
    promotion::Commit {
        id: commit.id.to_string().into(),
        author: commit.author.as_str().into(),
        time: commit.committed.seconds,
        subject: commit.subject.as_str().into(),
    }
}

/// What stands for changes that are in no commit: they are newer than all that are.
fn uncommitted() -> promotion::Commit {
    promotion::Commit {
        id: "".into(),
        author: "".into(),
        time: i64::MAX,
        subject: "not committed".into(),
    }
}
