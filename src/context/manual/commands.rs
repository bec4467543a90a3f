//! Which paths the commands of all texts deploy.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Snapshot;
use rustc_hash::FxHashMap;
use spanned_yaml::Span;

use super::Subject;
use super::command::{Command, Verb, commands};
use crate::checks::guides::{is_guide, text_of};

/// So many commands are read, of all texts together.
const MOST: usize = 100_000;

/// What is done with a path: with itself, or with the files in it.
type Deed = (Verb, bool, Utf8PathBuf);

/// Where commands name paths, each by the first that does.
#[derive(Default)]
pub(super) struct Commands<'a> {
    named: FxHashMap<Deed, Named<'a>>,
}

struct Named<'a> {
    /// Which command it is, of all.
    number: usize,
    text: &'a Utf8Path,
    span: Span,
}

impl<'a> Commands<'a> {
    pub(super) fn of(snapshot: &dyn Snapshot, files: impl Iterator<Item = &'a Utf8Path>) -> Self {
        let mut all = Self::default();
        let mut number = 0;
        for file in files.filter(|file| is_guide(file)) {
            let Some(text) = text_of(snapshot, file) else {
                continue;
            };
            for command in commands(&text) {
                number += 1;
                if number > MOST {
                    return all;
                }
                for start in starts(file, &command) {
                    let Some(path) = manifest::normalize(start, &command.path) else {
                        continue;
                    };
                    let deed = (command.verb, command.is_folder_of_files, path);
                    all.named.entry(deed).or_insert(Named {
                        number,
                        text: file,
                        span: command.span,
                    });
                }
            }
        }
        all
    }

    /// Where the first command stands that deploys something.
    pub(super) fn find(&self, subject: &Subject) -> Option<(&'a Utf8Path, Span)> {
        let folder = subject.path.parent().unwrap_or(Utf8Path::new(""));
        let own = Some((subject.verb, false, subject.path.clone()));
        let around = (subject.verb == Verb::Apply).then(|| (Verb::Apply, false, folder.to_owned()));
        let files = Some((subject.verb, true, folder.to_owned()));
        let deeds = [own, around, files].into_iter().flatten();
        let named = deeds.filter_map(|deed| self.named.get(&deed));
        let first = named.min_by_key(|named| named.number)?;
        Some((first.text, first.span))
    }
}

/// The folders that a path may start from: the text's own, those above it, and where the text goes
/// before.
fn starts<'c>(text: &'c Utf8Path, command: &'c Command) -> impl Iterator<Item = &'c Utf8Path> {
    let own = text.parent().unwrap_or(Utf8Path::new(""));
    let is_here = matches!(&*command.path, "." | "./");
    let above = own.ancestors().take(if is_here { 1 } else { usize::MAX });
    above.chain(command.folder.as_deref().map(Utf8Path::new))
}
