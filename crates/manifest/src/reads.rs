use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use crate::{Kept, ReadError, Snapshot, Source};

/// What a snapshot was asked, and what it answered. Rendering that was asked and answered the
/// same in another snapshot gives the same there.
///
/// Of several answers about a path, the one that says most is kept.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    // By text: to hash and compare paths part by part is slow, and here there are many.
    answers: FxHashMap<Box<str>, Answer>,
}

/// The answer to a question about a path.
#[derive(Clone, Debug)]
pub enum Answer {
    /// It was asked what stands there.
    Kept(Kept),
    /// It was asked where a folder is without links.
    Real(Utf8PathBuf),
    /// It was asked for the entries of a folder.
    Listed(Vec<Utf8PathBuf>),
    /// It was asked for the file's bytes.
    Read(Result<(), ReadError>),
    /// It was asked for the file as YAML.
    Parsed(Result<(), ReadError>),
}

impl Reads {
    /// The paths that were asked about, in no order, with the answers.
    pub fn answers(&self) -> impl Iterator<Item = (&Utf8Path, &Answer)> {
        let answers = self.answers.iter();
        answers.map(|(path, answer)| (Utf8Path::new(&**path), answer))
    }

    /// What was answered about a path, if anything was asked.
    pub fn answer(&self, path: &Utf8Path) -> Option<&Answer> {
        self.answers.get(path.as_str())
    }

    /// The files whose content was given, in no order.
    pub fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        let given = self.answers().filter(|(_, answer)| answer.has_given());
        given.map(|(path, _)| path)
    }

    /// Whether a file's content was given.
    pub fn has_given(&self, path: &Utf8Path) -> bool {
        self.answers
            .get(path.as_str())
            .is_some_and(Answer::has_given)
    }

    /// The files whose content was given, in no order, each with whether it was read as YAML.
    pub fn given(&self) -> impl Iterator<Item = (&Utf8Path, bool)> {
        let given = self.answers().filter(|(_, answer)| answer.has_given());
        given.map(|(path, answer)| (path, matches!(answer, Answer::Parsed(_))))
    }

    fn add(&mut self, path: &Utf8Path, answer: Answer) {
        match self.answers.get_mut(path.as_str()) {
            Some(known) => known.strengthen(answer),
            None => {
                self.answers.insert(path.as_str().into(), answer);
            }
        }
    }
}

impl Answer {
    fn has_given(&self) -> bool {
        matches!(self, Self::Read(Ok(())) | Self::Parsed(Ok(())))
    }

    fn strengthen(&mut self, other: Self) {
        if other.weight() > self.weight() {
            *self = other;
        }
    }

    /// How much an answer says of a path.
    fn weight(&self) -> u8 {
        match self {
            Self::Kept(_) => 1,
            Self::Real(_) => 2,
            Self::Listed(_) => 3,
            Self::Read(_) => 4,
            Self::Parsed(_) => 5,
        }
    }
}

/// A snapshot that records what it is asked.
pub struct Recorder<'a> {
    inner: &'a dyn Snapshot,
    reads: Mutex<Reads>,
}

impl<'a> Recorder<'a> {
    /// Records what `inner` is asked from now on.
    pub fn new(inner: &'a dyn Snapshot) -> Self {
        Self {
            inner,
            reads: Mutex::default(),
        }
    }

    /// What was asked.
    pub fn into_reads(self) -> Reads {
        self.reads
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, path: &Utf8Path, answer: Answer) {
        let mut reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        reads.add(path, answer);
    }
}

impl Snapshot for Recorder<'_> {
    fn kept(&self, path: &Utf8Path) -> Kept {
        let kept = self.inner.kept(path);
        self.record(path, Answer::Kept(kept));
        kept
    }

    fn real(&self, folder: &Utf8Path) -> Utf8PathBuf {
        let real = self.inner.real(folder);
        self.record(folder, Answer::Real(real.clone()));
        real
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let entries = self.inner.list(folder);
        self.record(folder, Answer::Listed(entries.clone()));
        entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        let bytes = self.inner.bytes(path);
        self.record(path, Answer::Read(outcome(&bytes)));
        bytes
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        let source = self.inner.source(path);
        self.record(path, Answer::Parsed(outcome(&source)));
        source
    }
}

fn outcome<T>(read: &Result<T, ReadError>) -> Result<(), ReadError> {
    read.as_ref().map(|_| ()).map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    #[test]
    fn keeps_the_answer_that_says_most() {
        let memory: Memory = [("b/a.yaml", "a: 1\n"), ("b.yaml", "a: 1\n")]
            .into_iter()
            .collect();
        let first = Recorder::new(&memory);
        let _ = first.source("b/a.yaml".into());
        let _ = first.kept("b/a.yaml".into());
        let second = Recorder::new(&memory);
        let _ = second.kept("b/a.yaml".into());
        let _ = second.bytes("b/a.yaml".into());
        let _ = second.source("b.yaml".into());
        let _ = second.source("c.yaml".into());
        let (first, second) = (first.into_reads(), second.into_reads());
        assert_eq!(
            first.given().collect::<Vec<_>>(),
            [("b/a.yaml".into(), true)]
        );
        let mut given: Vec<_> = second.given().collect();
        given.sort();
        assert_eq!(given, [("b/a.yaml".into(), false), ("b.yaml".into(), true)]);
        assert_eq!(second.answers().count(), 3);
    }
}
