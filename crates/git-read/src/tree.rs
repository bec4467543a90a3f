//! The folders of a revision.

use camino::{Utf8Path, Utf8PathBuf};

use crate::listing::{LONGEST_PATH, odd_name};
use crate::{Entry, EntryKind, Fault, Id, LeftOut, Listing, Repository, Staged};

/// How many entries a revision may have, folders included: a few objects can stand for billions
/// of files.
const MOST_ENTRIES: usize = 1_000_000;
/// How deep its folders may stand in each other.
const DEEPEST: usize = 128;
/// How long all their paths may be together, in bytes.
const MOST_BYTES: usize = 512 << 20;
/// The mode of a folder.
const FOLDER: u32 = 0o4_0000;

/// An entry of one folder of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// What it is: `0o04_0000` for a folder, `0o10_0644` for a regular file.
    pub mode: u32,
    /// Its name, which need not be UTF-8.
    pub name: Vec<u8>,
    /// What it holds.
    pub id: Id,
}

/// An entry of one folder, as it stands there.
pub(crate) struct RawEntry<'a> {
    pub(crate) mode: u32,
    pub(crate) name: &'a [u8],
    pub(crate) id: Id,
}

impl RawEntry<'_> {
    pub(crate) fn is_folder(&self) -> bool {
        is_folder(self.mode)
    }
}

/// Whether a mode is that of a folder.
pub(crate) fn is_folder(mode: u32) -> bool {
    mode & 0o17_0000 == FOLDER
}

/// The entries of a folder whose ids have `length` bytes.
pub(crate) fn entries<'a>(
    bytes: &'a [u8],
    length: usize,
) -> impl Iterator<Item = Result<RawEntry<'a>, &'static str>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let next = next(&mut rest, length);
        if next.is_none() {
            rest = &[];
        }
        Some(next.ok_or("an entry of the folder is cut off"))
    })
}

fn next<'a>(rest: &mut &'a [u8], length: usize) -> Option<RawEntry<'a>> {
    let space = rest.iter().take(8).position(|byte| *byte == b' ')?;
    let digits = std::str::from_utf8(&rest[..space]).ok()?;
    let mode = u32::from_str_radix(digits, 8).ok()?;
    let after = &rest[space + 1..];
    let end = after.iter().position(|byte| *byte == 0)?;
    let id = Id::from_bytes(after.get(end + 1..end + 1 + length)?)?;
    *rest = &after[end + 1 + length..];
    Some(RawEntry {
        mode,
        name: &after[..end],
        id,
    })
}

/// Puts the files of folders together.
pub(crate) struct Walk<'a> {
    repository: &'a Repository,
    /// What need not be read, since it is known to be the same.
    known: Option<&'a Staged>,
    entries: Vec<Entry>,
    left_out: Vec<LeftOut>,
    /// How many entries were met.
    seen: usize,
    /// How many bytes their paths have.
    bytes: usize,
}

/// What was met and is still to be taken.
enum Open {
    Entry(Entry),
    Folder(Utf8PathBuf, Id, usize),
}

impl<'a> Walk<'a> {
    pub(crate) fn new(repository: &'a Repository, known: Option<&'a Staged>) -> Self {
        Self {
            repository,
            known,
            entries: Vec::new(),
            left_out: Vec::new(),
            seen: 0,
            bytes: 0,
        }
    }

    pub(crate) fn finish(self) -> Listing {
        Listing::new(self.entries, self.left_out)
    }

    pub(crate) fn into_parts(self) -> (Vec<Entry>, Vec<LeftOut>) {
        (self.entries, self.left_out)
    }

    /// Adds what stands in a folder, which stands at `path`, and in those below it.
    pub(crate) fn add(&mut self, tree: &Id, path: &Utf8Path) -> Result<(), Fault> {
        let mut open = vec![Open::Folder(path.to_owned(), *tree, 0)];
        while let Some(next) = open.pop() {
            match next {
                Open::Entry(entry) => self.entries.push(entry),
                Open::Folder(path, id, depth) => {
                    let known = self.known.and_then(|known| known.files_of(&id, &path));
                    if let Some(files) = known {
                        self.take_all(files)?;
                        continue;
                    }
                    let first = open.len();
                    self.look_into(&path, &id, depth, &mut open)?;
                    open[first..].reverse();
                }
            }
        }
        Ok(())
    }

    fn take_all(&mut self, files: &[Entry]) -> Result<(), Fault> {
        let bytes = files.iter().map(|file| file.path.as_str().len());
        self.seen += files.len();
        self.bytes += bytes.sum::<usize>();
        if self.seen > MOST_ENTRIES || self.bytes > MOST_BYTES {
            return Err(Fault::too_large("the revision"));
        }
        self.entries.extend_from_slice(files);
        Ok(())
    }

    fn look_into(
        &mut self,
        path: &Utf8Path,
        id: &Id,
        depth: usize,
        open: &mut Vec<Open>,
    ) -> Result<(), Fault> {
        let what = || match path.as_str() {
            "" => "the top folder".to_owned(),
            path => format!("folder {path}"),
        };
        let bytes = self.repository.tree_bytes(id, what)?;
        let length = self.repository.objects()?.format().length();
        let entries: Result<Vec<RawEntry>, &str> = entries(&bytes, length).collect();
        let mut entries = entries.map_err(|why| Fault::corrupt(what(), why))?;
        // Git sorts a folder as if its name ended with a slash.
        entries.sort_by_key(|entry| entry.name);
        for entry in entries {
            let name = String::from_utf8_lossy(entry.name);
            let path = path.join(&*name);
            self.seen += 1;
            self.bytes += path.as_str().len();
            if self.seen > MOST_ENTRIES || self.bytes > MOST_BYTES || depth > DEEPEST {
                return Err(Fault::too_large("the revision"));
            }
            let kind = EntryKind::of_mode(entry.mode);
            let odd = match odd_name(entry.name) {
                Some(why) => Some(why),
                None if path.as_str().len() > LONGEST_PATH => Some("its path is too long"),
                None if kind.is_none() && !entry.is_folder() => {
                    Some("it is neither a file nor a folder")
                }
                None => None,
            };
            let id = entry.id;
            match (odd, kind) {
                (Some(why), _) => {
                    let path = path.into_string();
                    self.left_out.push(LeftOut { path, why });
                }
                (None, Some(kind)) => open.push(Open::Entry(Entry { path, kind, id })),
                (None, None) => open.push(Open::Folder(path, id, depth + 1)),
            }
        }
        Ok(())
    }
}
