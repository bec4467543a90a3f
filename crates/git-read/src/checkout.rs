//! What a checkout of a revision would have in its files.

use std::sync::Arc;

use crate::attributes::{Attributes, FILE_NAME, File, MOST, Rules, State};
use crate::{Entry, Fault, Listing, Repository, small};

/// How the files of one listing are checked out.
pub struct Checkout {
    rules: Rules,
    line_ends: LineEnds,
}

/// What a file of a checkout holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Why a checkout by git may hold something else, which is not known without running other
    /// programs.
    pub differs: Option<Differs>,
}

/// Why the files of a checkout may hold something else than what is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Differs {
    /// Only a pointer is in git; what it stands for is kept with Git LFS.
    Lfs,
    /// A filter of this name, which is not run, changes it.
    Filter(String),
    /// It is rewritten in this encoding; here it is in UTF-8.
    Encoding(String),
}

/// What the configuration says about the ends of lines.
#[derive(Clone, Copy, Default)]
struct LineEnds {
    /// Whether text files end lines with CR LF where nothing else is said.
    are_crlf: bool,
    /// What is done with files of which nothing is said.
    auto: Option<bool>,
}

/// What the attributes `text` and, of old, `crlf` say of a file.
#[derive(Clone, Copy)]
enum Text {
    Yes,
    No,
    /// If it looks like it.
    Auto,
    /// It is, and keeps its ends of lines.
    Input,
}

/// What a checkout does with a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Treatment {
    ends: Ends,
    has_ident: bool,
    filter: Option<Arc<str>>,
    encoding: Option<Arc<str>>,
}

/// What becomes of the ends of lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Ends {
    #[default]
    Kept,
    Crlf,
    /// CR LF, unless it is no text or has some already.
    CrlfIfText,
}

impl Repository {
    /// How the files of a listing are checked out, by the attributes that it brings itself.
    ///
    /// # Errors
    /// A file of attributes is missing or corrupt, or they are more than what is read.
    pub fn checkout(&self, listing: &Listing) -> Result<Checkout, Fault> {
        let mut files = Vec::new();
        let entries = listing
            .entries()
            .iter()
            .filter(|entry| entry.kind.is_file());
        for entry in entries.filter(|entry| entry.path.file_name() == Some(FILE_NAME)) {
            let text = self.blob(&entry.id, entry.path.as_str())?;
            if text.len() > MOST {
                return Err(Fault::too_large(entry.path.as_str()));
            }
            let folder = entry.path.parent().unwrap_or(&entry.path);
            files.push((File::In(folder.to_owned()), text));
        }
        let own = self.place().common.join("info/attributes");
        if let Some(text) = small::read(&own, MOST as u64)? {
            files.push((File::Own, text));
        }
        let rules =
            Rules::new(&files).ok_or_else(|| Fault::too_large("what .gitattributes says"))?;
        Ok(Checkout {
            rules,
            line_ends: LineEnds::of(self)?,
        })
    }
}

impl Checkout {
    /// What a checkout does with a file. Files of one repository with the same id that are
    /// treated the same way hold the same bytes.
    pub fn treatment(&self, entry: &Entry) -> Treatment {
        if !entry.kind.is_file() || self.rules.is_empty() && self.line_ends.auto.is_none() {
            return Treatment::default();
        }
        let attributes = self.rules.of(&entry.path);
        let value = |state: &Option<State>| match state {
            Some(State::Value(value)) => Some(value.clone()),
            _ => None,
        };
        Treatment {
            ends: self.line_ends.for_file(&attributes),
            has_ident: attributes.ident == Some(State::Set),
            filter: value(&attributes.filter),
            encoding: value(&attributes.encoding),
        }
    }

    /// What a file of that repository holds once it is checked out.
    ///
    /// # Errors
    /// It is missing, corrupt or too large.
    pub fn read(&self, repository: &Repository, entry: &Entry) -> Result<Checked, Fault> {
        let bytes = repository.blob(&entry.id, entry.path.as_str())?;
        Ok(self.treatment(entry).apply(bytes, entry))
    }
}

impl Treatment {
    fn apply(&self, bytes: Vec<u8>, entry: &Entry) -> Checked {
        let differs = self.differs(&bytes);
        let mut bytes = bytes;
        if self.has_ident {
            bytes = with_ident(bytes, &entry.id.to_string());
        }
        if self.ends != Ends::Kept && wants_crlf(&bytes, self.ends) {
            bytes = with_crlf(&bytes);
        }
        Checked { bytes, differs }
    }

    /// Why a checkout may have something else.
    fn differs(&self, bytes: &[u8]) -> Option<Differs> {
        if let Some(filter) = &self.filter {
            let is_pointer = bytes.starts_with(b"version https://git-lfs.github.com/spec/");
            return match **filter == *"lfs" {
                true => is_pointer.then_some(Differs::Lfs),
                false => Some(Differs::Filter(filter.to_string())),
            };
        }
        let encoding = self.encoding.as_ref().filter(|name| !is_utf8(name))?;
        Some(Differs::Encoding(encoding.to_string()))
    }
}

impl LineEnds {
    fn of(repository: &Repository) -> Result<Self, Fault> {
        let config = repository.config()?;
        let value = config.value("core", None, "autocrlf");
        let auto = match value.map(str::to_ascii_lowercase).as_deref() {
            Some("input") => Some(false),
            _ => config.is_true("core", "autocrlf").filter(|is_on| *is_on),
        };
        let eol = config
            .value("core", None, "eol")
            .map(str::to_ascii_lowercase);
        let are_crlf = match (auto, eol.as_deref()) {
            (Some(auto), _) => auto,
            (None, Some("crlf")) => true,
            (None, Some("lf")) => false,
            (None, _) => cfg!(windows),
        };
        Ok(Self { are_crlf, auto })
    }

    fn for_file(self, attributes: &Attributes) -> Ends {
        let text = Text::of(&attributes.text).or_else(|| Text::of(&attributes.crlf));
        let eol = match &attributes.eol {
            Some(State::Value(value)) => &**value,
            _ => "",
        };
        let if_crlf = |ends| if self.are_crlf { ends } else { Ends::Kept };
        match (text, eol) {
            (Some(Text::No), _) | (_, "lf") => Ends::Kept,
            (Some(Text::Auto), "crlf") => Ends::CrlfIfText,
            (_, "crlf") => Ends::Crlf,
            (Some(Text::Yes), _) => if_crlf(Ends::Crlf),
            (Some(Text::Auto), _) => if_crlf(Ends::CrlfIfText),
            (Some(Text::Input), _) => Ends::Kept,
            (None, _) if self.auto == Some(true) => Ends::CrlfIfText,
            (None, _) => Ends::Kept,
        }
    }
}

impl Text {
    fn of(state: &Option<State>) -> Option<Self> {
        match state.as_ref()? {
            State::Set => Some(Self::Yes),
            State::Unset => Some(Self::No),
            State::Value(value) => match &**value {
                "auto" => Some(Self::Auto),
                "input" => Some(Self::Input),
                _ => None,
            },
        }
    }
}

fn is_utf8(encoding: &str) -> bool {
    encoding.is_empty() || ["utf-8", "utf8"].contains(&encoding.to_ascii_lowercase().as_str())
}

/// Writes a file's id where it says `$Id$`, or an id of before.
fn with_ident(bytes: Vec<u8>, id: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut rest = bytes.as_slice();
    while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
        let (before, after) = rest.split_at(at + 1);
        out.extend_from_slice(before);
        rest = after;
        if let Some(length) = ident_length(rest) {
            out.extend_from_slice(format!("Id: {id} $").as_bytes());
            rest = &rest[length..];
        }
    }
    out.extend_from_slice(rest);
    out
}

/// How long the mark is that stands behind a `$`, its closing `$` included.
fn ident_length(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"Id")?;
    match rest.first()? {
        b'$' => Some(3),
        b':' => {
            let inner = rest.get(1..)?;
            let end = inner.iter().position(|byte| *byte == b'$')?;
            let inner = &inner[..end];
            // A space inside tells that another program wrote it.
            let words = inner.get(1..).unwrap_or_default();
            let is_foreign = words.iter().position(|byte| *byte == b' ');
            let is_foreign = is_foreign.is_some_and(|space| space + 1 < words.len());
            (!inner.contains(&b'\n') && !is_foreign).then_some(end + 4)
        }
        _ => None,
    }
}

/// Whether a file gets other ends of lines.
fn wants_crlf(bytes: &[u8], ends: Ends) -> bool {
    let Some(mut last) = bytes.first().copied() else {
        return false;
    };
    let (mut has_bare_lf, mut has_cr) = (last == b'\n', false);
    let (mut printable, mut others) = (0usize, 0usize);
    let mut has_nul = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' => has_bare_lf |= at > 0 && last != b'\r',
            b'\r' => has_cr = true,
            0 => {
                has_nul = true;
                others += 1;
            }
            8 | b'\t' | 27 | 12 => printable += 1,
            127 | ..=31 => others += 1,
            _ => printable += 1,
        }
        last = *byte;
    }
    // The end of a file on old systems.
    if bytes.last() == Some(&26) {
        others -= 1;
    }
    let is_binary = has_nul || printable >> 7 < others;
    has_bare_lf && (ends == Ends::Crlf || !has_cr && !is_binary)
}

fn with_crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 32);
    let mut last = 0;
    for byte in bytes {
        if *byte == b'\n' && last != b'\r' {
            out.push(b'\r');
        }
        out.push(*byte);
        last = *byte;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_ids() {
        let check = |text: &str, expect: &str| {
            let found = with_ident(text.as_bytes().to_vec(), "77");
            assert_eq!(String::from_utf8(found).unwrap(), expect);
        };
        check("a $Id$ b", "a $Id: 77 $ b");
        check("$Id: 12 $$Id:$", "$Id: 77 $$Id: 77 $");
        check("$Id: x y $", "$Id: x y $");
        check("$Id: x\n$ $Id", "$Id: x\n$ $Id");
        check("$$Id$ $Ix$", "$$Id: 77 $ $Ix$");
    }

    #[test]
    fn ends_lines_with_cr_lf() {
        let check = |text: &[u8], ends, expect| {
            assert_eq!(wants_crlf(text, ends), expect, "{text:?}");
        };
        for ends in [Ends::Crlf, Ends::CrlfIfText] {
            check(b"", ends, false);
            check(b"a\r\n", ends, false);
            check(b"a\nb", ends, true);
            check(b"\n", ends, true);
            check(b"a\r\nb\n", ends, ends == Ends::Crlf);
            check(b"a\0\n", ends, ends == Ends::Crlf);
            check(b"a\rb\n", ends, ends == Ends::Crlf);
            check(b"a\n\x1a", ends, true);
            check(b"a\n\x01", ends, ends == Ends::Crlf);
        }
        assert_eq!(with_crlf(b"\na\r\n\r\n\n"), b"\r\na\r\n\r\n\r\n");
    }
}
