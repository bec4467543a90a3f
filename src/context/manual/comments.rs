//! What the comments of files of Applications name.

use std::cell::Cell;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Snapshot;
use rustc_hash::FxHashMap;
use spanned_yaml::Span;

use super::Subject;
use super::command::Verb;
use crate::checks::guides::LONGEST;

/// So many places of one word are kept.
const PLACES: usize = 8;

/// How much text is searched for folders in all, in bytes.
const SEARCHED: usize = 256 << 20;

/// The comments of files of Applications, by their words.
pub(super) struct Comments<'a> {
    texts: Vec<Text<'a>>,
    words: FxHashMap<String, Vec<(usize, Span)>>,
    left: Cell<usize>,
}

struct Text<'a> {
    path: &'a Utf8Path,
    /// The lines that are no comments.
    other: String,
}

impl<'a> Comments<'a> {
    pub(super) fn of(snapshot: &dyn Snapshot, files: impl Iterator<Item = &'a Utf8Path>) -> Self {
        let mut all = Self {
            texts: Vec::new(),
            words: FxHashMap::default(),
            left: Cell::new(SEARCHED),
        };
        for path in files.filter(|path| matches!(path.extension(), Some("yaml" | "yml"))) {
            // What is YAML was read already.
            if let Ok(source) = snapshot.source(path) {
                all.add(path, source.tree.text());
            }
        }
        all
    }

    fn add(&mut self, path: &'a Utf8Path, text: &str) {
        let is_application = text.contains("kind: Application") && text.contains('#');
        if !is_application || text.len() > LONGEST {
            return;
        }
        let number = self.texts.len();
        let mut other = String::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            let span = u32::try_from(start).ok().zip(u32::try_from(end).ok());
            start += line.len();
            let (Some(comment), Some((from, to))) = (comment(line), span) else {
                other.push_str(line);
                continue;
            };
            let words = comment.split_whitespace();
            let words =
                words.map(|word| word.trim_matches(['"', '\'', '`', ',', '.', ':', ')', '(']));
            for word in words.filter(|word| word.contains(['/', '.'])) {
                let word = word.trim_start_matches("./").trim_end_matches('/');
                let places = self.words.entry(word.to_owned()).or_default();
                if places.len() < PLACES {
                    places.push((number, Span::new(from, to)));
                }
            }
        }
        self.texts.push(Text { path, other });
    }

    /// Where a comment names something beside what the Application deploys: by the end of its path,
    /// and a folder by more than its name.
    pub(super) fn find(&self, subject: &Subject) -> Option<(&'a Utf8Path, Span)> {
        let least = match subject.verb {
            Verb::Build => 2,
            Verb::Apply | Verb::Values => 1,
        };
        // Of an overlay the Application names the folder with all of them, of values the chart.
        let folder = subject
            .path
            .parent()
            .filter(|own| !own.as_str().is_empty())?;
        let parts: Vec<&str> = subject
            .path
            .components()
            .map(|part| part.as_str())
            .collect();
        let ends = (0..parts.len()).filter(|from| parts.len() - from >= least);
        let ends = ends.map(|from| parts[from..].iter().collect::<Utf8PathBuf>());
        let places = ends.filter_map(|end| self.words.get(end.as_str()));
        let mut places: Vec<(usize, Span)> = places.flatten().copied().collect();
        places.sort_by_key(|(text, span)| (*text, span.start));
        let mut places = places.into_iter();
        places.find_map(|(text, span)| {
            let text = self.texts.get(text)?;
            self.left
                .set(self.left.get().checked_sub(text.other.len())?);
            let is_beside = text.other.contains(folder.as_str());
            is_beside.then_some((text.path, span))
        })
    }
}

/// What a line says in a comment.
fn comment(line: &str) -> Option<&str> {
    let rest = line.trim_start();
    if let Some(rest) = rest.strip_prefix('#') {
        return Some(rest);
    }
    line.split_once(" #").map(|(_, rest)| rest)
}
