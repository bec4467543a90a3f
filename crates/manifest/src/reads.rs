use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use crate::{Kept, ReadError, Snapshot, Source};

/// What a snapshot was asked, and what it answered. Rendering that was asked and answered the
/// same in another snapshot gives the same there.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    // By text: to hash and compare paths part by part is slow, and here there are many.
    answers: FxHashMap<Box<str>, Answers>,
}

/// The answers to the questions about a path; `None` where it was not asked.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// What stands there.
    pub kept: Option<Kept>,
    /// Where it stands by itself.
    pub real: Option<Utf8PathBuf>,
    /// The paths of its entries.
    pub listed: Option<Vec<Utf8PathBuf>>,
    /// Its bytes.
    pub bytes: Option<Result<Arc<[u8]>, ReadError>>,
    /// The same read as YAML.
    pub source: Option<Result<Arc<Source>, ReadError>>,
}

impl Reads {
    /// The paths that were asked about, in no order.
    pub fn paths(&self) -> impl Iterator<Item = &Utf8Path> {
        self.answers.keys().map(|path| Utf8Path::new(&**path))
    }

    /// Whether anything was asked about a path.
    pub fn has_asked(&self, path: &Utf8Path) -> bool {
        self.answers.contains_key(path.as_str())
    }

    /// Whether a folder's entries were asked for.
    pub fn has_listed(&self, folder: &Utf8Path) -> bool {
        let answers = self.answers.get(folder.as_str());
        answers.is_some_and(|answers| answers.listed.is_some())
    }

    /// The files whose content was given, in no order.
    pub fn files(&self) -> impl Iterator<Item = &Utf8Path> {
        self.given().map(|(path, _)| path)
    }

    /// Whether a file's content was given.
    pub fn has_given(&self, path: &Utf8Path) -> bool {
        self.answers
            .get(path.as_str())
            .is_some_and(Answers::has_given)
    }

    /// The files whose content was given, in no order, each with whether it was read as YAML.
    pub fn given(&self) -> impl Iterator<Item = (&Utf8Path, bool)> {
        let answers = self.answers.iter();
        let given = answers.filter(|(_, answers)| answers.has_given());
        given.map(|(path, answers)| (Utf8Path::new(&**path), answers.has_parsed()))
    }

    /// The files that were asked for as YAML, there or not, in no order.
    pub fn parsed(&self) -> impl Iterator<Item = &Utf8Path> {
        let answers = self.answers.iter();
        let parsed = answers.filter(|(_, answers)| answers.source.is_some());
        parsed.map(|(path, _)| Utf8Path::new(&**path))
    }

    /// Every path that was asked about with the answers, in no order.
    pub fn answers(&self) -> impl Iterator<Item = (&Utf8Path, &Answers)> {
        let answers = self.answers.iter();
        answers.map(|(path, answers)| (Utf8Path::new(&**path), answers))
    }

    /// Whether another snapshot answers every question the same.
    pub fn hold_in(&self, other: &dyn Snapshot) -> bool {
        self.answers
            .iter()
            .all(|(path, answers)| answers.hold_in(other, Utf8Path::new(&**path)))
    }
}

impl Answers {
    fn has_given(&self) -> bool {
        matches!(self.bytes, Some(Ok(_))) || self.has_parsed()
    }

    fn has_parsed(&self) -> bool {
        matches!(self.source, Some(Ok(_)))
    }

    fn hold_in(&self, other: &dyn Snapshot, path: &Utf8Path) -> bool {
        let kept = self.kept.is_none_or(|kept| kept == other.kept(path));
        kept && self
            .real
            .as_ref()
            .is_none_or(|real| *real == other.real(path))
            && self
                .listed
                .as_ref()
                .is_none_or(|listed| *listed == other.list(path))
            && self
                .bytes
                .as_ref()
                .is_none_or(|bytes| *bytes == other.bytes(path))
            && self
                .source
                .as_ref()
                .is_none_or(|source| match (source, &other.source(path)) {
                    (Ok(one), Ok(other)) => is_same_text(one, other),
                    (Err(one), Err(other)) => one == other,
                    _ => false,
                })
    }
}

/// Whether two files read as YAML are the same: what their bytes are beyond text shows in the
/// errors.
fn is_same_text(one: &Arc<Source>, other: &Arc<Source>) -> bool {
    let is_same = || {
        one.path() == other.path()
            && (Arc::ptr_eq(&one.tree, &other.tree)
                || one.tree.text() == other.tree.text() && one.tree.errors() == other.tree.errors())
    };
    Arc::ptr_eq(one, other) || is_same()
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

    fn record(&self, path: &Utf8Path, answer: impl FnOnce(&mut Answers)) {
        let mut reads = self.reads.lock().unwrap_or_else(PoisonError::into_inner);
        match reads.answers.get_mut(path.as_str()) {
            Some(known) => answer(known),
            None => answer(reads.answers.entry(path.as_str().into()).or_default()),
        }
    }
}

impl Snapshot for Recorder<'_> {
    fn kept(&self, path: &Utf8Path) -> Kept {
        let kept = self.inner.kept(path);
        self.record(path, |answers| answers.kept = Some(kept));
        kept
    }

    fn real(&self, folder: &Utf8Path) -> Utf8PathBuf {
        let real = self.inner.real(folder);
        self.record(folder, |answers| answers.real = Some(real.clone()));
        real
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let entries = self.inner.list(folder);
        self.record(folder, |answers| answers.listed = Some(entries.clone()));
        entries
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        let bytes = self.inner.bytes(path);
        self.record(path, |answers| answers.bytes = Some(bytes.clone()));
        bytes
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        let source = self.inner.source(path);
        self.record(path, |answers| answers.source = Some(source.clone()));
        source
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    /// Asks all that can be asked.
    fn ask(snapshot: &Memory) -> Reads {
        let recorder = Recorder::new(snapshot);
        let _ = recorder.kept("b/a.yaml".into());
        let _ = recorder.bytes("b/a.yaml".into());
        let _ = recorder.source("b.yaml".into());
        let _ = recorder.source("c.yaml".into());
        let _ = recorder.list("b".into());
        let _ = recorder.kept("d".into());
        recorder.into_reads()
    }

    const FILES: [(&str, &str); 3] = [
        ("b/a.yaml", "a: 1\n"),
        ("b.yaml", "a: 1\n"),
        ("e.yaml", "a: 1\n"),
    ];

    #[test]
    fn tells_what_was_given() {
        let reads = ask(&FILES.into_iter().collect());
        let mut given: Vec<_> = reads.given().collect();
        given.sort();
        assert_eq!(given, [("b/a.yaml".into(), false), ("b.yaml".into(), true)]);
        let mut parsed: Vec<_> = reads.parsed().collect();
        parsed.sort();
        assert_eq!(parsed, ["b.yaml", "c.yaml"]);
        assert_eq!(reads.paths().count(), 5);
    }

    #[test]
    fn holds_where_all_is_answered_alike() {
        let reads = ask(&FILES.into_iter().collect());
        let holds_with = |path: &str, text: &str| {
            let mut files: std::collections::BTreeMap<&str, &str> = FILES.into_iter().collect();
            files.insert(path, text);
            reads.hold_in(&files.into_iter().collect::<Memory>())
        };
        assert!(holds_with("e.yaml", "never asked about"));
        assert!(holds_with("b.yaml", "a: 1\n"));
        for path in ["b/a.yaml", "b.yaml", "c.yaml", "b/new.yaml", "d", "d/x"] {
            assert!(!holds_with(path, "other"), "{path}");
        }
        assert!(!holds_with("b.yaml", "a: 1 \n"));
        assert!(!reads.hold_in(&FILES[1..].iter().copied().collect::<Memory>()));
    }
}
