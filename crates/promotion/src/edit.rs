//! Edits of files: carried out, taken back, shown.

use std::fmt;
use std::ops::Range;

/// An edit of one file. Those of one file go together: their places are those of its text before
/// any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileEdit {
    /// Bytes are replaced.
    Splice {
        /// The bytes that go.
        range: Range<usize>,
        /// What they are.
        was: String,
        /// What comes in their place.
        text: String,
    },
    /// The file is made.
    Create {
        /// Its text.
        text: String,
        /// Its permissions, as `0o644`.
        mode: u32,
    },
    /// The file goes.
    Delete {
        /// Its text.
        was: String,
        /// Its permissions, as `0o644`.
        mode: u32,
    },
}

/// A file is not what it was when its edits were planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stale;

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file has changed since this was planned")
    }
}

impl std::error::Error for Stale {}

/// A file's text with its edits carried out; none where there is no file.
///
/// # Errors
/// If the text is not the one that the edits were planned for.
pub fn apply(text: Option<&str>, edits: &[FileEdit]) -> Result<Option<String>, Stale> {
    let mut splices = Vec::new();
    for edit in edits {
        match (edit, edits.len(), text) {
            (FileEdit::Splice { range, was, text }, _, Some(_)) => {
                splices.push((range.clone(), was, text));
            }
            (FileEdit::Create { text, .. }, 1, None) => return Ok(Some(text.clone())),
            (FileEdit::Delete { was, .. }, 1, Some(text)) if was == text => return Ok(None),
            _ => return Err(Stale),
        }
    }
    let Some(text) = text else {
        return Ok(None);
    };
    splices.sort_by_key(|(range, ..)| (range.start, range.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (range, was, new) in splices {
        out.push_str(text.get(done..range.start).ok_or(Stale)?);
        if text.get(range.clone()) != Some(was) {
            return Err(Stale);
        }
        out.push_str(new);
        done = range.end;
    }
    out.push_str(text.get(done..).ok_or(Stale)?);
    Ok(Some(out))
}

/// The edits that take these back.
pub fn inverse(edits: &[FileEdit]) -> Vec<FileEdit> {
    let mut edits: Vec<&FileEdit> = edits.iter().collect();
    edits.sort_by_key(|edit| match edit {
        FileEdit::Splice { range, .. } => (range.start, range.end),
        _ => (0, 0),
    });
    let mut grown = 0isize;
    let inverse = |edit: &FileEdit| match edit {
        FileEdit::Splice { range, was, text } => {
            let start = range.start.saturating_add_signed(grown);
            grown += text.len() as isize - was.len() as isize;
            FileEdit::Splice {
                range: start..start + text.len(),
                was: text.clone(),
                text: was.clone(),
            }
        }
        FileEdit::Create { text, mode } => FileEdit::Delete {
            was: text.clone(),
            mode: *mode,
        },
        FileEdit::Delete { was, mode } => FileEdit::Create {
            text: was.clone(),
            mode: *mode,
        },
    };
    edits.into_iter().map(inverse).collect()
}

/// The change of a file as a unified diff that `git apply` takes. A file that is not there has no
/// text; equal texts give nothing.
pub fn unified(path: &str, before: Option<&str>, after: Option<&str>) -> String {
    if before == after {
        return String::new();
    }
    let name = |side: &str, text: Option<&str>| match text {
        Some(_) => format!("{side}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (old, new) = (name("a", before), name("b", after));
    similar::TextDiff::from_lines(before.unwrap_or_default(), after.unwrap_or_default())
        .unified_diff()
        .context_radius(3)
        .header(&old, &new)
        .to_string()
}
