//! The small files in a git folder.

use std::fs;
use std::io::{ErrorKind, Read};

use camino::Utf8Path;

use crate::Fault;

/// What a regular file holds, at most `most` bytes of it; `None` if there is no file.
///
/// # Errors
/// It is a pipe, a device or a folder, larger than that, or not readable.
pub(crate) fn read(path: &Utf8Path, most: u64) -> Result<Option<Vec<u8>>, Fault> {
    // Opening a pipe would wait for a writer for ever, so the kind is asked for first.
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(fault) if is_absent(fault.kind()) => return Ok(None),
        Err(fault) => return Err(Fault::unreadable(shown(path), fault)),
    };
    if !metadata.is_file() {
        return Err(Fault::refused(shown(path), "it is not a regular file"));
    }
    if metadata.len() > most {
        return Err(Fault::too_large(shown(path)));
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(fault) if is_absent(fault.kind()) => return Ok(None),
        Err(fault) => return Err(Fault::unreadable(shown(path), fault)),
    };
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|fault| Fault::unreadable(shown(path), fault))?;
    match bytes.len() as u64 > most {
        true => Err(Fault::too_large(shown(path))),
        false => Ok(Some(bytes)),
    }
}

/// The first line of a small text file without the space around it.
pub(crate) fn line(path: &Utf8Path) -> Result<Option<String>, Fault> {
    const MOST: u64 = 8 << 10;
    let Some(bytes) = read(path, MOST)? else {
        return Ok(None);
    };
    let text =
        String::from_utf8(bytes).map_err(|_| Fault::corrupt(shown(path), "it is not UTF-8"))?;
    Ok(Some(
        text.lines().next().unwrap_or_default().trim().to_owned(),
    ))
}

/// How a file of git's is called in messages: from the git folder on, wherever that is.
pub(crate) fn shown(path: &Utf8Path) -> &str {
    let text = path.as_str();
    match text.rfind("/.git").map(|at| &text[at + 1..]) {
        Some(rest) if rest.len() == 4 || rest[4..].starts_with('/') => rest,
        _ => text,
    }
}

fn is_absent(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}
