use std::fs::Metadata;
use std::time::UNIX_EPOCH;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use crate::folders::Folders;
use crate::listing::{LONGEST_PATH, odd_name, order};
use crate::tree::{self, Walk};
use crate::{
    Entry, EntryKind, Fault, Id, Index, IndexEntry, LeftOut, Listing, Repository, Stat, small,
};

/// What the next commit would hold.
#[derive(Debug, Default)]
pub struct Staged {
    listing: Listing,
    /// The folders that are as in trees of which it names the ids.
    folders: Folders,
    /// By the paths of the files what they were on disk when git looked at them last, if that tells
    /// anything.
    stats: FxHashMap<Box<str>, Looked>,
    unmerged: Vec<Utf8PathBuf>,
}

/// A file as git saw it on disk.
#[derive(Clone, Copy, Debug)]
struct Looked {
    kind: EntryKind,
    id: Id,
    stat: Stat,
}

impl Repository {
    /// What the index holds. With `inside`, only what is in that folder, which is given from the
    /// top; paths count from the top all the same.
    ///
    /// What is announced with `git add --intent-to-add` is not in it. Of a file that a merge
    /// left undecided it holds our side, or the one that there is.
    ///
    /// # Errors
    /// The index is corrupt, no regular file, or too large; or a folder that a sparse index
    /// stands in for is missing.
    pub fn staged(&self, inside: &Utf8Path) -> Result<Staged, Fault> {
        let Some(index) = self.index()? else {
            return Ok(Staged::default());
        };
        self.verify(&index)?;
        let mut found = Found {
            inside,
            written: index.written(),
            entries: Vec::new(),
            folders: Vec::new(),
            left_out: Vec::new(),
            stage: 0,
            staged: Staged::default(),
        };
        index.each(|entry| found.take(&entry))?;
        let mut walk = Walk::new(self, None);
        for (path, id) in &found.folders {
            walk.add(id, path)?;
        }
        let (more, left_out) = walk.into_parts();
        found.entries.extend(more);
        found.left_out.extend(left_out);
        found.entries.retain(|entry| is_in(inside, &entry.path));
        // Whoever leaves anything out has not all that a tree has.
        if found.left_out.is_empty() && found.staged.unmerged.is_empty() && found.folders.is_empty()
        {
            found.staged.folders = index.folders()?;
        }
        found.staged.listing = Listing::new(found.entries, found.left_out);
        found
            .staged
            .unmerged
            .sort_by(|a, b| order(a.as_str(), b.as_str()));
        Ok(found.staged)
    }

    /// Tells an index that was damaged.
    fn verify(&self, index: &Index) -> Result<(), Fault> {
        let fault = |why: &str| Err(Fault::corrupt(small::shown(index.path()), why));
        match index.checksum() {
            None => fault("it is cut off"),
            Some((id, _)) if id.is_null() => Ok(()),
            Some((id, bytes)) if self.objects()?.format().hash(bytes) == Some(id) => Ok(()),
            Some(_) => fault("its hash is that of something else"),
        }
    }
}

impl Staged {
    /// The files.
    pub fn listing(&self) -> &Listing {
        &self.listing
    }

    /// The files of a tree that is at a path, if the index has the same there.
    pub(crate) fn files_of(&self, tree: &Id, path: &Utf8Path) -> Option<&[Entry]> {
        self.folders.files(&self.listing, path, tree)
    }

    /// The files that a merge left undecided, sorted.
    pub fn unmerged(&self) -> &[Utf8PathBuf] {
        &self.unmerged
    }

    /// Whether the index has an entry just so, and the file in the work tree is still what was put
    /// there, as far as its size and the time of its last change tell; where they do, it need not
    /// be read from the object store. It must be a regular file, and no link may lead to it.
    pub fn agrees(&self, entry: &Entry, on_disk: impl FnOnce() -> Option<Metadata>) -> bool {
        let looked = self.stats.get(entry.path.as_str());
        let Some(Looked { stat, .. }) =
            looked.filter(|looked| looked.id == entry.id && looked.kind == entry.kind)
        else {
            return false;
        };
        let Some(on_disk) = on_disk() else {
            return false;
        };
        let Some((seconds, nanoseconds)) = modified(&on_disk) else {
            return false;
        };
        let (known_seconds, known_nanoseconds) = stat.modified;
        // Not every system keeps parts of seconds.
        let same_moment = known_nanoseconds == 0 || nanoseconds == known_nanoseconds;
        on_disk.is_file()
            && on_disk.len() as u32 == stat.size
            && seconds == known_seconds
            && same_moment
    }
}

/// Whether a path is in a folder or is that, as text: comparing part by part costs many times more,
/// and what is odd about paths was found out before.
fn is_in(folder: &Utf8Path, path: &Utf8Path) -> bool {
    let rest = path.as_str().strip_prefix(folder.as_str());
    let is_part = |rest: &str| rest.is_empty() || rest.starts_with('/');
    folder.as_str().is_empty() || rest.is_some_and(is_part)
}

/// When a file was changed last, as an index keeps it.
pub(crate) fn modified(metadata: &Metadata) -> Option<(u32, u32)> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((since.as_secs() as u32, since.subsec_nanos()))
}

/// What was found in an index so far.
struct Found<'a> {
    inside: &'a Utf8Path,
    /// When the index was written.
    written: (u32, u32),
    entries: Vec<Entry>,
    /// Folders of a sparse index.
    folders: Vec<(Utf8PathBuf, Id)>,
    left_out: Vec<LeftOut>,
    /// From which side of a merge the last entry comes.
    stage: u8,
    staged: Staged,
}

impl Found<'_> {
    fn take(&mut self, entry: &IndexEntry<'_>) {
        if entry.is_announced {
            return;
        }
        let is_folder = tree::is_folder(entry.mode);
        let bytes = entry.path.strip_suffix(b"/").filter(|_| is_folder);
        let bytes = bytes.unwrap_or(entry.path);
        let text = String::from_utf8_lossy(bytes);
        let mut names = bytes.split(|byte| *byte == b'/');
        let odd = match names.find_map(odd_name) {
            None if bytes.len() > LONGEST_PATH => Some("its path is too long"),
            odd => odd,
        };
        let kind = EntryKind::of_mode(entry.mode);
        let path = Utf8PathBuf::from(&*text);
        // A folder of a sparse index can be above the one that is asked for.
        let is_above = is_folder && self.inside.starts_with(&path);
        if !is_in(self.inside, &path) && !is_above {
            return;
        }
        if let Some(why) = odd {
            let path = path.into_string();
            self.left_out.push(LeftOut { path, why });
        } else if is_folder {
            self.folders.push((path, entry.id));
        } else if let Some(kind) = kind {
            self.add(path, kind, entry);
        } else {
            let path = path.into_string();
            let why = "it is neither a file nor a folder";
            self.left_out.push(LeftOut { path, why });
        }
    }

    fn add(&mut self, path: Utf8PathBuf, kind: EntryKind, entry: &IndexEntry<'_>) {
        const BASE: u8 = 1;
        let id = entry.id;
        if entry.stage > 0 {
            // The sides of a file come one after the other: what it was, ours and theirs.
            if self.staged.unmerged.last() == Some(&path) {
                if self.stage == BASE
                    && let Some(last) = self.entries.last_mut()
                {
                    *last = Entry { path, kind, id };
                    self.stage = entry.stage;
                }
                return;
            }
            self.stage = entry.stage;
            self.staged.unmerged.push(path.clone());
        } else if !entry.is_skipped && !entry.is_assumed && entry.stat.modified < self.written {
            // A file that was changed when the index was written may have changed once more at
            // the same moment.
            let stat = entry.stat;
            let looked = Looked { kind, id, stat };
            self.staged.stats.insert(path.as_str().into(), looked);
        }
        self.entries.push(Entry { path, kind, id });
    }
}
