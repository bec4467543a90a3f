//! The index: what git tracks and the next commit would hold.
//!
//! The format is that of git's `index-format` documentation, versions 2 to 4.

use camino::{Utf8Path, Utf8PathBuf};

use crate::folders::Folders;
use crate::listing::LONGEST_PATH;
use crate::split::Split;
use crate::{EntryKind, Fault, Id, small};

/// The largest index that is read, in bytes.
const MOST: u64 = 256 << 20;
/// How long all paths may be together once version 4 is unpacked, in bytes.
const MOST_PATHS: usize = 512 << 20;

/// Where its entries begin.
const HEADER: usize = 12;

/// An index as it stands on disk.
pub struct Index {
    bytes: Vec<u8>,
    /// Of which file it is, for messages.
    path: Utf8PathBuf,
    version: u32,
    count: u32,
    /// How many bytes an id has.
    id_length: usize,
    /// When the file was written, as far as that is known.
    written: (u32, u32),
}

/// An entry of an index.
#[derive(Clone, Copy)]
pub struct IndexEntry<'a> {
    /// Its path as it stands there: it may be any bytes.
    pub path: &'a [u8],
    /// What kind of entry it is, in git's notation.
    pub mode: u32,
    /// What it holds.
    pub id: Id,
    /// What the file was on disk when git looked at it last.
    pub stat: Stat,
    /// 0, or during a merge the side it comes from.
    pub stage: u8,
    /// Whether git keeps it off the disk, as in sparse work trees.
    pub is_skipped: bool,
    /// Whether it was only announced with `git add --intent-to-add` and holds nothing yet.
    pub is_announced: bool,
    /// Whether git was told not to look at the disk.
    pub is_assumed: bool,
}

/// What tells on disk whether a file has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// When it was changed last, in seconds since 1970 and nanoseconds, as far as git keeps them.
    pub modified: (u32, u32),
    /// How many bytes it has, the lowest 32 bits of it.
    pub size: u32,
}

impl Index {
    /// Reads an index; `None` if there is none, because nothing was ever added.
    ///
    /// # Errors
    /// It is no regular file, too large, or no index that is understood.
    pub fn read(path: &Utf8Path, is_sha256: bool) -> Result<Option<Self>, Fault> {
        // Before it is read: what is written in the meantime makes it older, not younger.
        let metadata = std::fs::metadata(path).ok();
        let written = metadata.as_ref().and_then(crate::staged::modified);
        let Some(bytes) = small::read(path, MOST)? else {
            return Ok(None);
        };
        let fault = |why: &str| Fault::corrupt(small::shown(path), why);
        if bytes.get(..4) != Some(b"DIRC") {
            return Err(fault("it is not an index"));
        }
        let numbers = number(&bytes, 4).zip(number(&bytes, 8));
        let (version, count) = numbers.ok_or_else(|| fault("it is cut off"))?;
        if !(2..=4).contains(&version) {
            let what = format!(
                "{} has version {version}, but only 2 to 4 are supported",
                small::shown(path)
            );
            return Err(Fault::unsupported(what));
        }
        let id_length = if is_sha256 { 32 } else { 20 };
        Ok(Some(Self {
            bytes,
            path: path.to_owned(),
            version,
            count,
            id_length,
            written: written.unwrap_or_default(),
        }))
    }

    /// The paths of the regular files, as far as they are UTF-8, in the index' order.
    ///
    /// # Errors
    /// As [`Index::each`].
    pub fn files(&self) -> Result<Vec<Utf8PathBuf>, Fault> {
        let mut files = Vec::with_capacity(self.count.min(1 << 20) as usize);
        self.each(|entry| {
            let kind = EntryKind::of_mode(entry.mode);
            if kind.is_some_and(EntryKind::is_file)
                && let Ok(path) = std::str::from_utf8(entry.path)
            {
                files.push(path.into());
            }
        })?;
        Ok(files)
    }

    /// Hands every entry out, in the index' order.
    ///
    /// # Errors
    /// It is corrupt, or it is split in two files of which one is missing or corrupt.
    pub fn each(&self, mut take: impl FnMut(IndexEntry<'_>)) -> Result<(), Fault> {
        let Some(split) = self.split()? else {
            return self.each_own(take).map(drop);
        };
        let fault = |why: &str| Fault::corrupt(small::shown(&self.path), why);
        let mut own = Vec::new();
        self.each_own(|entry| own.push(entry.into_owned()))?;
        let mut shared = Vec::new();
        if !split.shared.is_null() {
            let name = format!("sharedindex.{}", split.shared);
            let other = Self::read(&self.path.with_file_name(name), self.id_length == 32)?;
            let other = other.ok_or_else(|| fault("the file that it is split from is missing"))?;
            other.each_own(|entry| shared.push(entry.into_owned()))?;
        }
        let merged = split.merge(shared, own);
        let merged = merged.ok_or_else(|| fault("it does not match what it is split from"))?;
        merged
            .iter()
            .for_each(|(path, entry)| take(IndexEntry { path, ..*entry }));
        Ok(())
    }

    /// Hands the entries out that stand in this file, and tells where they end.
    fn each_own(&self, mut take: impl FnMut(IndexEntry<'_>)) -> Result<usize, Fault> {
        let cut_off = || Fault::corrupt(small::shown(&self.path), "it is cut off");
        let mut at = HEADER;
        let mut total = 0;
        let mut path = Vec::new();
        for _ in 0..self.count {
            let entry = self.entry(&mut at, &mut path).ok_or_else(cut_off)?;
            total += entry.path.len();
            if total > MOST_PATHS || entry.path.len() > LONGEST_PATH {
                return Err(Fault::too_large(small::shown(&self.path)));
            }
            take(entry);
        }
        Ok(at)
    }

    /// The hash at its end, and what it is the hash of. All zero if git was told to leave it out.
    pub(crate) fn checksum(&self) -> Option<(Id, &[u8])> {
        let end = self.bytes.len().checked_sub(self.id_length)?;
        Some((Id::from_bytes(&self.bytes[end..])?, &self.bytes[..end]))
    }

    /// When it was written, in seconds since 1970 and nanoseconds.
    pub(crate) fn written(&self) -> (u32, u32) {
        self.written
    }

    /// Of which file it is.
    pub fn path(&self) -> &Utf8Path {
        &self.path
    }

    fn entry<'a>(&'a self, at: &mut usize, path: &'a mut Vec<u8>) -> Option<IndexEntry<'a>> {
        const EXTENDED: u16 = 0x4000;
        let start = *at;
        let bytes = self.bytes.as_slice();
        let numbers = bytes.get(start..start + 40)?;
        let rest = bytes.get(start + 40..)?;
        let id = Id::from_bytes(rest.get(..self.id_length)?)?;
        let mut next = start + 40 + self.id_length;
        let flags = short(bytes, next)?;
        next += 2;
        let mut more = 0;
        if self.version >= 3 && flags & EXTENDED != 0 {
            more = short(bytes, next)?;
            next += 2;
        }
        let mut kept = 0;
        if self.version == 4 {
            let (dropped, length) = offset(bytes.get(next..)?)?;
            next += length;
            kept = path.len().checked_sub(dropped)?;
        }
        let rest = bytes.get(next..)?;
        let length = memchr::memchr(0, rest)?;
        *at = next + length + 1;
        let name = match self.version {
            4 => {
                path.truncate(kept);
                path.extend_from_slice(&rest[..length]);
                path.as_slice()
            }
            _ => {
                // Entries are padded with one to eight NULs to a multiple of eight bytes.
                *at = start + (*at - start).next_multiple_of(8);
                &rest[..length]
            }
        };
        Some(IndexEntry {
            path: name,
            mode: number(numbers, 24)?,
            id,
            stat: Stat {
                modified: (number(numbers, 8)?, number(numbers, 12)?),
                size: number(numbers, 36)?,
            },
            stage: (flags >> 12 & 3) as u8,
            is_skipped: more & 0x4000 != 0,
            is_announced: more & 0x2000 != 0,
            is_assumed: flags & 0x8000 != 0,
        })
    }

    /// What it says about another file that has the rest of its entries, if it does.
    fn split(&self) -> Result<Option<Split>, Fault> {
        let Some(content) = self.extension(b"link")? else {
            return Ok(None);
        };
        let why = "what it says about the file that it is split from is cut off";
        let fault = || Fault::corrupt(small::shown(&self.path), why);
        let split = content.and_then(|content| Split::parse(content, self.id_length));
        split.map(Some).ok_or_else(fault)
    }

    /// What it says of whole folders: nothing if their files are not all here.
    pub(crate) fn folders(&self) -> Result<Folders, Fault> {
        let content = self.extension(b"TREE")?.flatten();
        Ok(match content {
            Some(content) if self.extension(b"link")?.is_none() => {
                Folders::parse(content, self.id_length)
            }
            _ => Folders::default(),
        })
    }

    /// What an extension holds, if there is one; none within if it is cut off.
    fn extension(&self, name: &[u8; 4]) -> Result<Option<Option<&[u8]>>, Fault> {
        let end = self.bytes.len().saturating_sub(self.id_length);
        let may_be_there = memchr::memmem::find(&self.bytes, name).is_some();
        let mut at = match may_be_there {
            true => self.each_own(|_| ())?,
            false => return Ok(None),
        };
        while at + 8 <= end {
            let size = number(&self.bytes, at + 4).unwrap_or_default() as usize;
            if self.bytes[at..at + 4] == *name {
                return Ok(Some(self.bytes.get(at + 8..(at + 8).saturating_add(size))));
            }
            at = at.saturating_add(8).saturating_add(size);
        }
        Ok(None)
    }
}

impl IndexEntry<'_> {
    fn into_owned(self) -> (Vec<u8>, IndexEntry<'static>) {
        let entry = IndexEntry {
            path: &[],
            mode: self.mode,
            id: self.id,
            stat: self.stat,
            stage: self.stage,
            is_skipped: self.is_skipped,
            is_announced: self.is_announced,
            is_assumed: self.is_assumed,
        };
        (self.path.to_vec(), entry)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// A number in the variable-width encoding that pack files use for offsets, and its length.
fn offset(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0usize;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        if at > 0 {
            value += 1;
        }
        value = (value << 7) | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}
