//! Words found in names such as `someName` and put together in another style.

use super::case::{lower, upper};
use super::{Out, STR};
use crate::function::{Args, Function};
use crate::rune::{is_space, runes};
use crate::{Evaluator, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("snakecase", &[STR], |_, args| {
        Ok(separated(&args.str(0)?, '_').into())
    }),
    Function::new("kebabcase", &[STR], |_, args| {
        Ok(separated(&args.str(0)?, '-').into())
    }),
    Function::new("camelcase", &[STR], |_, args| {
        Ok(pascal(&args.str(0)?).into())
    }),
    Function::new("initials", &[STR], initials),
    Function::new("nospace", &[STR], nospace),
];

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || is_space(c)
}

fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        // Go counts the others as symbols.
        return c.is_ascii_punctuation()
            && !matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~');
    }
    false
}

/// What a run of characters is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    None,
    Number,
    Upper,
    Letters,
    Connector,
    Punctuation,
    Other,
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

/// The first run of a text and its length in characters.
fn first_word(text: &[char]) -> (Word, usize) {
    let Some(&first) = text.first() else {
        return (Word::None, 0);
    };
    let run = |is: &dyn Fn(char) -> bool, from: usize| {
        let rest = text.iter().skip(from).take_while(|&&c| is(c));
        from + rest.count()
    };
    let small = |c: char| is_letter(c) && !c.is_uppercase();
    if is_connector(first) {
        return (Word::Connector, run(&is_connector, 1));
    }
    if is_punctuation(first) {
        return (Word::Punctuation, run(&is_punctuation, 1));
    }
    if first.is_uppercase() {
        let capitals = run(&|c| c.is_uppercase(), 1);
        if capitals == 1 {
            return (Word::Upper, run(&small, 1));
        }
        // Of `HTTPServer` the `S` belongs to the next word.
        let next = text.get(capitals).copied();
        let len = capitals - usize::from(next.is_some_and(is_letter));
        return (Word::Upper, len);
    }
    if is_letter(first) {
        return (Word::Letters, run(&small, 1));
    }
    if first.is_numeric() {
        return (Word::Number, run(&|c| c.is_numeric(), 1));
    }
    let other = |c: char| !(is_connector(c) || is_letter(c) || c.is_numeric() || is_punctuation(c));
    (Word::Other, run(&other, 1))
}

/// Words one after the other.
struct Words<'a> {
    rest: &'a [char],
    kind: Word,
    word: &'a [char],
}

impl<'a> Words<'a> {
    fn advance(&mut self) {
        let (kind, len) = first_word(self.rest);
        let (word, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        (self.kind, self.word, self.rest) = (kind, word, rest);
    }
}

/// Adds a run in lower case.
fn push_lower(out: &mut String, kind: Word, word: &[char], connector: char) {
    for &c in word {
        match kind {
            Word::Connector => out.push(connector),
            Word::Upper => out.push(lower(c)),
            _ => out.push(c),
        }
    }
}

/// The words in lower case with a connector between. A number belongs to the word before it,
/// unless lower case follows.
fn separated(text: &str, connector: char) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    let mut words = Words {
        rest: &chars,
        kind: Word::None,
        word: &[],
    };
    words.advance();
    let apart = |kind| !matches!(kind, Word::None | Word::Punctuation | Word::Connector);
    while !words.rest.is_empty() {
        if words.kind != Word::Connector {
            push_lower(&mut out, words.kind, words.word, connector);
        }
        let (before, last) = (words.kind, words.word);
        words.advance();
        match before {
            Word::Number => {
                take_joined(&mut out, &mut words, connector);
                if apart(words.kind) {
                    out.push(connector);
                }
            }
            Word::Connector => push_lower(&mut out, before, last, connector),
            Word::Punctuation => {}
            _ if words.kind != Word::Number => {
                if !matches!(words.kind, Word::Connector | Word::Punctuation) {
                    out.push(connector);
                }
            }
            _ if words.rest.is_empty() => {}
            _ => {
                let number = words.word;
                words.advance();
                if words.kind == Word::Letters {
                    out.push(connector);
                    push_lower(&mut out, Word::Number, number, connector);
                    take_joined(&mut out, &mut words, connector);
                    if apart(words.kind) {
                        out.push(connector);
                    }
                } else {
                    push_lower(&mut out, Word::Number, number, connector);
                    if !matches!(words.kind, Word::Connector | Word::Punctuation) {
                        out.push(connector);
                    }
                }
            }
        }
    }
    push_lower(&mut out, words.kind, words.word, connector);
    out
}

/// Takes letters and numbers that belong together.
fn take_joined(out: &mut String, words: &mut Words<'_>, connector: char) {
    while matches!(words.kind, Word::Letters | Word::Number) {
        push_lower(out, words.kind, words.word, connector);
        words.advance();
    }
}

/// Words with capitals and no connectors between; of several connectors one is dropped.
fn pascal(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next_if(|&c| is_connector(c)) {
        out.push(c);
    }
    let Some(first) = chars.next() else {
        // Of connectors alone the last one comes twice.
        out.extend(text.chars().next_back());
        return out;
    };
    let mut held = upper(first);
    let mut shouting = first.is_uppercase();
    for c in chars {
        let before = std::mem::replace(&mut held, c);
        match (is_connector(before), is_connector(c)) {
            (true, true) => out.push(before),
            (true, false) => {
                shouting = c.is_uppercase();
                held = upper(c);
            }
            (false, _) => {
                if shouting && c.is_uppercase() {
                    held = lower(c);
                } else {
                    shouting = false;
                }
                out.push(before);
            }
        }
    }
    out.push(held);
    out
}

/// The first letter of every word. Sprig takes bytes for characters.
fn initials(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let mut gap = true;
    let mut out = String::new();
    for c in args.bytes(0)?.iter().map(|&byte| char::from(byte)) {
        let space = is_space(c);
        if gap && !space {
            out.push(c);
        }
        gap = space;
    }
    Ok(out.into())
}

/// The text without white space. Sprig takes bytes for characters where there is any.
fn nospace(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let bytes = args.bytes(0)?;
    if !bytes.iter().any(|&byte| is_space(char::from(byte))) {
        return Ok(args.value(0)?.clone());
    }
    if bytes.is_ascii() {
        let view = args.view(0)?;
        let mut out = evaluator.builder();
        for (at, ..) in runes(bytes).filter(|(_, c, _)| !is_space(*c)) {
            out.push_part(view, at..at + 1);
        }
        return Ok(out.finish()?.into());
    }
    let chars = bytes.iter().map(|&byte| char::from(byte));
    let kept: String = chars.filter(|&c| !is_space(c)).collect();
    Ok(Value::from(kept))
}
