//! Which files git tracks: the index, read in place.
//!
//! The format is that of git's `index-format` documentation, versions 2 to 4.

use camino::{Utf8Path, Utf8PathBuf};

const REGULAR: u32 = 0o10_0000;
const TYPE: u32 = 0o17_0000;

/// The regular files of an index, relative to the work tree; `None` if it cannot be read.
pub(super) fn read(index: &[u8]) -> Option<Vec<Utf8PathBuf>> {
    let mut at = 12;
    if index.get(..4)? != b"DIRC" {
        return None;
    }
    let version = number(index, 4)?;
    let count = number(index, 8)?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let mut files = Vec::with_capacity(count.min(1 << 20) as usize);
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..count {
        let start = at;
        let mode = number(index, start + 24)?;
        let flags = u16::from_be_bytes(index.get(start + 60..start + 62)?.try_into().ok()?);
        at = start + 62;
        if version >= 3 && flags & 0x4000 != 0 {
            at += 2;
        }
        if version == 4 {
            let (dropped, length) = offset(index.get(at..)?)?;
            at += length;
            path.truncate(path.len().checked_sub(dropped)?);
        } else {
            path.clear();
        }
        let rest = index.get(at..)?;
        let length = rest.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(&rest[..length]);
        at += length + 1;
        if version < 4 {
            // Entries are padded with one to eight NULs to a multiple of eight bytes.
            at = start + (at - start).next_multiple_of(8);
        }
        if mode & TYPE == REGULAR
            && let Ok(path) = std::str::from_utf8(&path)
        {
            files.push(path.into());
        }
    }
    Some(files)
}

/// The index of the work tree at `folder`, if it is one: `.git` may be a folder, or a file that
/// names one.
pub(super) fn find(folder: &Utf8Path) -> Option<Vec<u8>> {
    let git = folder.join(".git");
    let folder = if git.is_dir() {
        git
    } else {
        let text = std::fs::read_to_string(&git).ok()?;
        folder.join(text.strip_prefix("gitdir:")?.trim())
    };
    std::fs::read(folder.join("index")).ok()
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
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
