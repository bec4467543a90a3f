//! The patterns of git's attribute files, matched in time that grows with the product of the
//! lengths at most, whatever a stranger writes there.

/// The longest pattern that is understood, in bytes.
const LONGEST: usize = 1024;

/// A pattern of paths.
#[derive(Debug)]
pub(crate) struct Pattern {
    tokens: Vec<Token>,
    /// Whether it is held against whole paths, and not against the last part alone.
    is_whole: bool,
    /// What a path has to end with, where a pattern is `*` and this.
    ending: Option<Box<[u8]>>,
}

#[derive(Debug)]
enum Token {
    Byte(u8),
    /// One byte that is no slash.
    Any,
    /// One byte of a set that has no slash.
    Set(Box<[bool; 256]>),
    /// Any number of bytes that are no slashes.
    Star,
    /// Any number of bytes.
    DoubleStar,
    /// Nothing, or any number of bytes and a slash.
    Folders,
}

impl Pattern {
    /// Reads a pattern; `None` if nothing can fit it: it is not well-formed, or it fits folders
    /// alone.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        if text.len() > LONGEST || text.is_empty() || text.ends_with(b"/") {
            return None;
        }
        let is_whole = text.contains(&b'/');
        let text = text.strip_prefix(b"/").unwrap_or(text);
        let is_special = |byte: &u8| b"*?[\\".contains(byte);
        let ending = text
            .strip_prefix(b"*")
            .filter(|rest| !is_whole && !rest.iter().any(is_special));
        Some(Self {
            ending: ending.map(Into::into),
            tokens: tokens(text, is_whole)?,
            is_whole,
        })
    }

    /// Whether a path fits, given from the folder that the pattern stands in.
    pub(crate) fn fits(&self, path: &str) -> bool {
        let text = match self.is_whole {
            true => path,
            false => path.rsplit('/').next().unwrap_or(path),
        };
        match &self.ending {
            Some(ending) => text.as_bytes().ends_with(ending),
            None => self.run(text.as_bytes()),
        }
    }

    /// Keeps all positions in the pattern that the text so far can have led to.
    fn run(&self, text: &[u8]) -> bool {
        let end = self.tokens.len();
        let mut now = vec![false; end + 1];
        self.reach(&mut now, 0);
        for byte in text {
            let mut next = vec![false; end + 1];
            let mut is_alive = false;
            for at in (0..end).filter(|at| now[*at]) {
                let goes_on = match &self.tokens[at] {
                    Token::Byte(expected) => (byte == expected).then_some(at + 1),
                    Token::Any => (*byte != b'/').then_some(at + 1),
                    Token::Set(set) => set[usize::from(*byte)].then_some(at + 1),
                    Token::Star => (*byte != b'/').then_some(at),
                    Token::DoubleStar => Some(at),
                    Token::Folders => {
                        if *byte == b'/' {
                            self.reach(&mut next, at + 1);
                        }
                        // Without what it may leave out: it is inside a folder's name now.
                        next[at] = true;
                        is_alive = true;
                        None
                    }
                };
                if let Some(to) = goes_on {
                    self.reach(&mut next, to);
                    is_alive = true;
                }
            }
            if !is_alive {
                return false;
            }
            now = next;
        }
        now[end]
    }

    /// Marks a position, and those behind it that need no byte.
    fn reach(&self, positions: &mut [bool], from: usize) {
        let mut at = from;
        loop {
            if std::mem::replace(&mut positions[at], true) && at != from {
                return;
            }
            match self.tokens.get(at) {
                Some(Token::Star | Token::DoubleStar | Token::Folders) => at += 1,
                _ => return,
            }
        }
    }
}

fn tokens(text: &[u8], is_whole: bool) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let token = match byte {
            b'\\' => {
                at += 1;
                Token::Byte(*text.get(at)?)
            }
            b'?' => Token::Any,
            b'[' => {
                let (set, length) = set(&text[at + 1..])?;
                at += length;
                Token::Set(set)
            }
            b'*' => {
                let stars = text[at..].iter().take_while(|byte| **byte == b'*').count();
                let is_first = at == 0 || text[at - 1] == b'/';
                at += stars - 1;
                match text.get(at + 1) {
                    _ if stars == 1 || !is_whole || !is_first => Token::Star,
                    None => Token::DoubleStar,
                    Some(b'/') => {
                        at += 1;
                        Token::Folders
                    }
                    Some(_) => Token::Star,
                }
            }
            byte => Token::Byte(*byte),
        };
        tokens.push(token);
        at += 1;
    }
    Some(tokens)
}

/// The set behind `[`, and how many bytes describe it.
fn set(text: &[u8]) -> Option<(Box<[bool; 256]>, usize)> {
    let mut set = Box::new([false; 256]);
    let is_negated = matches!(text.first(), Some(b'!' | b'^'));
    let start = usize::from(is_negated);
    let mut at = start;
    loop {
        let byte = *text.get(at)?;
        if byte == b']' && at > start {
            break;
        }
        if byte == b'[' && text.get(at + 1) == Some(&b':') {
            let rest = &text[at + 2..];
            let end = rest.iter().position(|byte| *byte == b']')?;
            if let Some(name) = rest[..end].strip_suffix(b":") {
                let is_of = class(name)?;
                (0..=255u8).for_each(|byte| set[usize::from(byte)] |= is_of(&byte));
                at += end + 3;
                continue;
            }
        }
        let (low, length) = letter(&text[at..])?;
        at += length;
        let is_range = text.get(at) == Some(&b'-') && text.get(at + 1).is_some_and(|b| *b != b']');
        let mut high = low;
        if is_range {
            let (last, length) = letter(&text[at + 1..])?;
            high = last;
            at += 1 + length;
        }
        (low..=high).for_each(|byte| set[usize::from(byte)] = true);
    }
    if is_negated {
        set.iter_mut().for_each(|is_in| *is_in = !*is_in);
    }
    set[usize::from(b'/')] = false;
    Some((set, at + 1))
}

fn letter(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'\\', letter, ..] => Some((*letter, 2)),
        [b'\\'] | [] => None,
        [letter, ..] => Some((*letter, 1)),
    }
}

fn class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alnum" => u8::is_ascii_alphanumeric,
        b"alpha" => u8::is_ascii_alphabetic,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"digit" => u8::is_ascii_digit,
        b"graph" => u8::is_ascii_graphic,
        b"lower" => u8::is_ascii_lowercase,
        b"print" => |byte| matches!(byte, b' '..=b'~'),
        b"punct" => u8::is_ascii_punctuation,
        b"space" => |byte| matches!(byte, b' ' | b'\t'..=b'\r'),
        b"upper" => u8::is_ascii_uppercase,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_as_git_does() {
        let check = |pattern: &str, yes: &[&str], no: &[&str]| {
            let pattern = Pattern::parse(pattern.as_bytes());
            let fits = |path: &str| pattern.as_ref().is_some_and(|pattern| pattern.fits(path));
            yes.iter().for_each(|path| assert!(fits(path), "{path}"));
            no.iter().for_each(|path| assert!(!fits(path), "{path}"));
        };
        check(
            "*.yaml",
            &["a.yaml", "x/y/a.yaml", ".yaml"],
            &["a.yml", "a.yaml/b"],
        );
        check("/a", &["a"], &["x/a"]);
        check("a/*.txt", &["a/b.txt"], &["a/b/c.txt", "x/a/b.txt"]);
        check("**/b", &["b", "a/b", "a/x/b"], &["ab", "a/xb"]);
        check("a/**/b", &["a/b", "a/x/b", "a/x/y/b"], &["ab", "a/xb", "b"]);
        check("a/**", &["a/b", "a/b/c"], &["a", "b/a/c"]);
        check("a/**b", &["a/b", "a/xb"], &["a/x/b"]);
        check("a**b", &["a/axxb", "ab"], &["a/b/c"]);
        check("?[a-c!]", &["xa", "x!", "d/xb"], &["xd", "x"]);
        check("[!a-c]x", &["dx"], &["ax", "x"]);
        check("x/[^a]b", &["x/cb"], &["x//b", "x/ab"]);
        check("[[:digit:]_].y", &["7.y", "_.y"], &["a.y"]);
        check("[]-]a", &["]a", "-a"], &["a"]);
        check("\\*a\\?", &["*a?"], &["xa?"]);
        for nothing in ["a/", "", "a\\", "[a", "[[:odd:]]", "[a-"] {
            check(nothing, &[], &["a", "a/", "", "[a"]);
        }
    }

    #[test]
    fn does_not_go_back_and_forth() {
        let pattern = Pattern::parse("*a".repeat(200).as_bytes()).unwrap();
        assert!(!pattern.fits(&format!("{}b", "a".repeat(4000))));
        let pattern = Pattern::parse(format!("{}x", "**/".repeat(200)).as_bytes()).unwrap();
        assert!(!pattern.fits(&"a/".repeat(2000)));
    }
}
