//! Which styles a scalar may be written in.

use crate::scalar;

/// The style that a scalar gets if its characters allow it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wish {
    /// Plain, whatever comes: nothing in it can be folded or read as punctuation.
    Word,
    Plain,
    DoubleQuoted,
    Literal,
}

impl Wish {
    /// What suits a string: quotes where it would be read as something else without.
    pub(super) fn of(text: &str) -> Self {
        let unquoted = match is_word(text) {
            true => Self::Word,
            false if memchr::memchr(b'\n', text.as_bytes()).is_some() => return Self::Literal,
            false => Self::Plain,
        };
        match scalar::is_plain_string(text) {
            true => unquoted,
            false => Self::DoubleQuoted,
        }
    }
}

/// Whether a text is a word of which nothing can be folded or read as punctuation, as most are.
fn is_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|b| IN_WORDS[usize::from(*b)])
}

/// For each byte, whether it may stand in a word.
const IN_WORDS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
        byte += 1;
    }
    table
};

/// What the characters of a scalar allow.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Allowed {
    pub(crate) plain: bool,
    pub(crate) single_quoted: bool,
    pub(crate) block: bool,
}

impl Allowed {
    pub(crate) fn by(text: &str) -> Self {
        // A fold of all bytes into one, and no search, so that the compiler can use wide
        // registers.
        let is_control = |b: u8| u8::from(((b < b' ') & (b != b'\n')) | (b == 0x7F));
        let is_usual = |c: char| c.is_ascii() || (is_printable(c) && !is_break(c));
        let found = text
            .bytes()
            .fold(0, |any, b| any | is_control(b) | (b & 0x80));
        match found {
            0 => Self::by_bytes(text.as_bytes()),
            0x80 if text.chars().all(is_usual) => Self::by_bytes(text.as_bytes()),
            0x80 => Self::by_characters(text),
            // Control characters stand between double quotes only.
            _ => Self::default(),
        }
    }

    /// For text of printable characters with no breaks but line feeds.
    fn by_bytes(bytes: &[u8]) -> Self {
        let (mut breaks, mut break_space, mut space_break) = (false, false, false);
        for at in memchr::memchr_iter(b'\n', bytes) {
            breaks = true;
            break_space |= bytes.get(at + 1) == Some(&b' ');
            space_break |= at > 0 && bytes[at - 1] == b' ';
        }
        let loose = |edge: Option<&u8>| matches!(edge, Some(b' ' | b'\n'));
        let edges = loose(bytes.first()) || loose(bytes.last());
        Self {
            plain: !(breaks || edges || has_indicators(bytes)),
            single_quoted: !(break_space || space_break),
            block: !(bytes.is_empty() || bytes.ends_with(b" ") || space_break),
        }
    }

    fn by_characters(text: &str) -> Self {
        let mut indicators = text.starts_with("---") || text.starts_with("...");
        let (mut breaks, mut special) = (false, false);
        let (mut break_space, mut space_break) = (false, false);
        let mut before = None;
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            let ends_word = chars.peek().is_none_or(|next| is_blank(*next));
            indicators |= match before {
                None => is_leading_indicator(c) || (matches!(c, '?' | ':' | '-') && ends_word),
                Some(previous) => match c {
                    ':' => ends_word,
                    '#' => is_blank(previous) || is_break(previous) || previous == '\0',
                    _ => false,
                },
            };
            special |= !is_printable(c);
            breaks |= is_break(c);
            break_space |= c == ' ' && before.is_some_and(is_break);
            space_break |= is_break(c) && before == Some(' ');
            before = Some(c);
        }
        let loose = |c: char| c == ' ' || is_break(c);
        let edges = text.starts_with(loose) || text.ends_with(loose);
        let torn = space_break || special;
        Self {
            plain: !(indicators || breaks || edges || torn),
            single_quoted: !(break_space || torn),
            block: !(text.is_empty() || text.ends_with(' ') || torn),
        }
    }
}

/// Whether something in a line of printable characters would be read as punctuation.
fn has_indicators(line: &[u8]) -> bool {
    let ends_word = |at: usize| line.get(at + 1).is_none_or(|next| *next == b' ');
    let leads = line.first().is_some_and(|first| {
        is_leading_indicator(char::from(*first)) || (matches!(first, b'?' | b'-') && ends_word(0))
    });
    leads
        || line.starts_with(b"---")
        || line.starts_with(b"...")
        || memchr::memchr2_iter(b':', b'#', line).any(|at| match line[at] {
            b':' => ends_word(at),
            _ => at > 0 && line[at - 1] == b' ',
        })
}

/// Whether a plain scalar cannot begin with it, whatever follows.
fn is_leading_indicator(c: char) -> bool {
    matches!(
        c,
        '#' | ','
            | '['
            | ']'
            | '{'
            | '}'
            | '&'
            | '*'
            | '!'
            | '|'
            | '>'
            | '\''
            | '"'
            | '%'
            | '@'
            | '`'
    )
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// Whether YAML 1.1 ends a line here.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character stands for itself; those outside the basic plane, such as emoji, do
/// not.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{A0}'..='\u{FFFD}') && c != '\u{FEFF}'
}

#[cfg(test)]
mod tests {
    use super::Allowed;

    #[test]
    fn bytes_allow_what_characters_allow() {
        let alphabet = ["a", "é", " ", "\n", ":", "#", "-", "?", ".", "'"];
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            let longer = texts
                .iter()
                .flat_map(|text| alphabet.map(|c| format!("{text}{c}")));
            texts = longer.collect();
            for text in &texts {
                let by_bytes = Allowed::by_bytes(text.as_bytes());
                assert_eq!(by_bytes, Allowed::by_characters(text), "{text:?}");
            }
        }
    }
}
