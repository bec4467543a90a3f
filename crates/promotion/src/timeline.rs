//! The past of two fields from the past of two files.

use std::cell::RefCell;

use camino::Utf8PathBuf;

use crate::file::File;
use crate::history::{Commit, History, Past, Stretch};
use crate::locate::Finder;
use crate::path::{Path, Side};

/// A file as one commit left it.
#[derive(Clone, Debug)]
pub struct Version {
    /// The commit.
    pub commit: Commit,
    /// The file's text; none if it was not there.
    pub text: Option<String>,
}

/// The past of two files, read as it is asked for.
///
/// The versions come newest first: those commits that changed the file, the first one being what
/// is compared. Each is asked for once and read once, however many fields are looked for in it.
pub struct FileHistory<'a> {
    sides: [RefCell<Timeline<'a>>; 2],
}

struct Timeline<'a> {
    path: Utf8PathBuf,
    rest: Box<dyn Iterator<Item = Past<Version>> + 'a>,
    /// States that can be read; in others nothing can be told of a field.
    known: Vec<(Commit, File, Finder)>,
    is_cut_off: bool,
    is_done: bool,
}

impl<'a> FileHistory<'a> {
    /// The past of a source's file and of a target's, each with its path.
    pub fn new(
        source: (Utf8PathBuf, Box<dyn Iterator<Item = Past<Version>> + 'a>),
        target: (Utf8PathBuf, Box<dyn Iterator<Item = Past<Version>> + 'a>),
    ) -> Self {
        let timeline = |(path, rest)| {
            RefCell::new(Timeline {
                path,
                rest,
                known: Vec::new(),
                is_cut_off: false,
                is_done: false,
            })
        };
        Self {
            sides: [timeline(source), timeline(target)],
        }
    }
}

impl Timeline<'_> {
    /// Reads on until so many states are known.
    fn reach(&mut self, count: usize) {
        while self.known.len() < count && !self.is_done {
            match self.rest.next() {
                Some(Past::Was(version)) => {
                    let file = version
                        .text
                        .map(|text| File::read(self.path.clone(), &text));
                    if let Some(Ok(file)) = file {
                        self.known.push((version.commit, file, Finder::default()));
                    }
                }
                end => {
                    self.is_cut_off = end.is_some();
                    self.is_done = true;
                }
            }
        }
    }

    fn say(&mut self, at: usize, side: Side, path: &Path) -> Option<(Option<Box<str>>, Commit)> {
        self.reach(at + 1);
        let (commit, file, finder) = self.known.get(at)?;
        Some((finder.said(file.documents(), path, side), commit.clone()))
    }
}

impl History for FileHistory<'_> {
    fn life<'a>(
        &'a self,
        side: Side,
        path: &'a Path,
    ) -> Box<dyn Iterator<Item = Past<Stretch>> + 'a> {
        let timeline = &self.sides[side as usize];
        let mut at = 0;
        let mut told_end = false;
        Box::new(std::iter::from_fn(move || {
            let mut timeline = timeline.borrow_mut();
            let Some((value, mut since)) = timeline.say(at, side, path) else {
                let is_cut_off = timeline.is_cut_off && !told_end;
                told_end = true;
                return is_cut_off.then_some(Past::CutOff);
            };
            at += 1;
            while let Some((earlier, commit)) = timeline.say(at, side, path)
                && earlier == value
            {
                since = commit;
                at += 1;
            }
            Some(Past::Was(Stretch { value, since }))
        }))
    }
}
