//! What a run is told of a folder on disk, kept so that a later run can tell whether it would be
//! told the same.

mod fold;
mod stamp;

#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Answers, Kept, ReadError, Reads, Recorder, Snapshot, Source};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Disk, Repository, Walk, digest};
use fold::Fold;
use stamp::Stamp;

/// A repository on disk that notes what it is asked.
pub struct Noted<'a> {
    disk: &'a Disk,
    recorder: Recorder<'a>,
    /// When the first question may have been asked.
    since: SystemTime,
    walk: OnceLock<String>,
    remotes: OnceLock<String>,
}

/// What a repository on disk was asked, and what it answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notes {
    walk: Option<String>,
    remotes: Option<String>,
    questions: Vec<(Utf8PathBuf, Questions)>,
    /// The digest of all answers that are no contents, in the order of the questions.
    answers: String,
    files: Vec<File>,
}

/// What was asked about a path.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Questions {
    #[serde(rename = "k", default, skip_serializing_if = "is_false")]
    kept: bool,
    #[serde(rename = "r", default, skip_serializing_if = "is_false")]
    real: bool,
    #[serde(rename = "l", default, skip_serializing_if = "is_false")]
    listed: bool,
    /// Its content was asked for in vain.
    #[serde(rename = "c", default, skip_serializing_if = "is_false")]
    content: bool,
}

/// A file whose content was given.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    path: Utf8PathBuf,
    digest: String,
    /// None if the file was changed so shortly before that another change would not show in it.
    stamp: Option<Stamp>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks like this")]
fn is_false(value: &bool) -> bool {
    !value
}

impl<'a> Noted<'a> {
    /// Notes what a disk is asked that was not asked anything before `since`.
    pub fn new(disk: &'a Disk, since: SystemTime) -> Self {
        Self {
            disk,
            recorder: Recorder::new(disk),
            since,
            walk: OnceLock::new(),
            remotes: OnceLock::new(),
        }
    }

    /// What was noted. None if the files cannot be known again: one was changed or removed
    /// meanwhile, or is no text.
    pub fn finish(self) -> Option<Notes> {
        let reads = self.recorder.into_reads();
        let (questions, answers) = asked(&reads);
        let contents: Vec<(&Utf8Path, String, Option<usize>)> = {
            let all: Vec<(&Utf8Path, &Answers)> = reads.answers().collect();
            all.par_iter()
                .filter_map(|(path, a)| content(path, a))
                .collect()
        };
        let file = |(path, digest, length): (&Utf8Path, String, Option<usize>)| {
            let stamp = Stamp::of(&self.disk.file_at(path)?)?;
            // Where a text is not all that a file holds, its digest is not the file's.
            let is_whole = length.is_none_or(|length| stamp.size() == length as u64);
            is_whole.then(|| File {
                path: path.to_owned(),
                digest,
                stamp: stamp.is_settled(self.since).then_some(stamp),
            })
        };
        let files: Option<Vec<File>> = contents.into_par_iter().map(file).collect();
        Some(Notes {
            walk: self.walk.into_inner(),
            remotes: self.remotes.into_inner(),
            questions,
            answers,
            files: files?,
        })
    }
}

/// The questions in the order of their paths, and the digest of their answers.
fn asked(reads: &Reads) -> (Vec<(Utf8PathBuf, Questions)>, String) {
    let mut all: Vec<(&Utf8Path, &Answers)> = reads.answers().collect();
    all.sort_unstable_by_key(|(path, _)| path.as_str());
    let mut questions = Vec::new();
    let mut fold = Fold::default();
    for (path, answers) in all {
        let refused = refusal(answers);
        let own = Questions {
            kept: answers.kept.is_some(),
            real: answers.real.is_some(),
            listed: answers.listed.is_some(),
            content: refused.is_some(),
        };
        if own.kept || own.real || own.listed || own.content {
            let (kept, real) = (answers.kept, answers.real.as_deref());
            fold.answers(kept, real, answers.listed.as_deref(), refused);
            questions.push((path.to_owned(), own));
        }
    }
    (questions, fold.finish())
}

/// Why a content was not given.
fn refusal(answers: &Answers) -> Option<&ReadError> {
    let bytes = answers
        .bytes
        .as_ref()
        .and_then(|bytes| bytes.as_ref().err());
    bytes.or_else(|| answers.source.as_ref()?.as_ref().err())
}

/// The digest of a content that was given, and its length where it is known as text alone.
fn content<'r>(
    path: &'r Utf8Path,
    answers: &Answers,
) -> Option<(&'r Utf8Path, String, Option<usize>)> {
    if let Some(Ok(bytes)) = &answers.bytes {
        return Some((path, digest(bytes), None));
    }
    let source = answers.source.as_ref()?.as_ref().ok()?;
    let text = source.tree.text().as_bytes();
    Some((path, digest(text), Some(text.len())))
}

impl Notes {
    /// Whether a disk answers the same as this run sees it. Files that are as
    /// they were by size, times and number are not opened.
    pub fn hold_on(&self, disk: &Disk) -> bool {
        // What stands in the folders is known once they were walked.
        let is_told = |told: &Option<String>, now: &dyn Fn() -> String| {
            told.as_ref().is_none_or(|told| *told == now())
        };
        is_told(&self.walk, &|| fold::walk(&disk.walk()))
            && is_told(&self.remotes, &|| fold::remotes(&disk.remotes()))
            && self.files.par_iter().all(|file| file.is_same_on(disk))
            && self.answers == self.answers_on(disk)
    }

    fn answers_on(&self, disk: &Disk) -> String {
        let mut fold = Fold::default();
        for (path, asked) in &self.questions {
            let kept = asked.kept.then(|| disk.kept(path));
            let real = asked.real.then(|| disk.real(path));
            let listed = asked.listed.then(|| disk.list(path));
            let refused = asked.content.then(|| disk.bytes(path).err());
            let refused = refused.as_ref().and_then(Option::as_ref);
            fold.answers(kept, real.as_deref(), listed.as_deref(), refused);
        }
        fold.finish()
    }
}

impl File {
    fn is_same_on(&self, disk: &Disk) -> bool {
        let now = || Stamp::of(&disk.file_at(&self.path)?);
        let is_as_it_was = self.stamp.is_some() && self.stamp == now();
        is_as_it_was
            || disk
                .bytes(&self.path)
                .is_ok_and(|bytes| digest(&bytes) == self.digest)
    }
}

impl Repository for Noted<'_> {
    fn walk(&self) -> Walk {
        let walk = self.disk.walk();
        self.walk.get_or_init(|| fold::walk(&walk));
        walk
    }

    fn remotes(&self) -> Vec<String> {
        let remotes = self.disk.remotes();
        self.remotes.get_or_init(|| fold::remotes(&remotes));
        remotes
    }
}

impl Snapshot for Noted<'_> {
    fn kept(&self, path: &Utf8Path) -> Kept {
        self.recorder.kept(path)
    }

    fn real(&self, path: &Utf8Path) -> Utf8PathBuf {
        self.recorder.real(path)
    }

    fn list(&self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        self.recorder.list(folder)
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Arc<[u8]>, ReadError> {
        self.recorder.bytes(path)
    }

    fn source(&self, path: &Utf8Path) -> Result<Arc<Source>, ReadError> {
        self.recorder.source(path)
    }
}
