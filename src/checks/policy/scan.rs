//! The words of a Rego text, for what has to be known before the real parser may see it.

use super::metadata::TextFault;

/// Deeper brackets than this are refused.
const DEPTH_LIMIT: u32 = 64;

/// The parser tries every bracket as a set, an array, an object and a comprehension, each time
/// with all that stands in it: a word costs twice as much for each bracket around it. This is
/// how much may be spent on a text, in words outside of any bracket.
const EFFORT_LIMIT: u64 = 2_000_000;

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    /// The word; of a string what stands between the quotes, escapes unresolved.
    pub(crate) text: &'a str,
    /// The line, counted from 1.
    pub(crate) line: usize,
}

/// The sorts of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Name,
    Number,
    String,
    /// One character.
    Mark,
}

impl Token<'_> {
    pub(crate) fn is(&self, mark: &str) -> bool {
        self.kind == TokenKind::Mark && self.text == mark
    }

    pub(crate) fn is_name(&self, name: &str) -> bool {
        self.kind == TokenKind::Name && self.text == name
    }
}

/// Splits a text into words. Comments are left out.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '#' => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '"' => (Some(TokenKind::String), string_length(rest)),
            '`' => (
                Some(TokenKind::String),
                rest[1..].find('`').map_or(rest.len(), |end| end + 2),
            ),
            c if c.is_alphabetic() || c == '_' => (
                Some(TokenKind::Name),
                length_while(rest, |c| c.is_alphanumeric() || c == '_'),
            ),
            c if c.is_ascii_digit() => (
                Some(TokenKind::Number),
                length_while(rest, |c| c.is_ascii_alphanumeric() || c == '.'),
            ),
            c if c.is_whitespace() => (None, c.len_utf8()),
            c => (Some(TokenKind::Mark), c.len_utf8()),
        };
        let (word, after) = rest.split_at(length);
        if let Some(kind) = kind {
            let text = match kind {
                TokenKind::String => {
                    let inner = &word[1..];
                    inner.strip_suffix(first).unwrap_or(inner)
                }
                _ => word,
            };
            tokens.push(Token { kind, text, line });
        }
        line += word.matches('\n').count();
        rest = after;
    }
    tokens
}

/// Refuses a text whose brackets are so deep that parsing it would take for ever.
pub(crate) fn check_nesting(tokens: &[Token<'_>]) -> Result<(), TextFault> {
    let mut depth: u32 = 0;
    let mut effort: u64 = 0;
    for token in tokens {
        if token.kind == TokenKind::Mark {
            match token.text {
                "[" | "{" | "(" => depth += 1,
                "]" | "}" | ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        effort = effort.saturating_add(1 << depth.min(DEPTH_LIMIT - 1));
        if depth >= DEPTH_LIMIT || effort > EFFORT_LIMIT {
            return Err(TextFault {
                line: token.line,
                message: "brackets are nested too deeply here".to_owned(),
            });
        }
    }
    Ok(())
}

fn length_while(text: &str, holds: impl Fn(char) -> bool) -> usize {
    text.find(|c| !holds(c)).unwrap_or(text.len())
}

/// The length of a quoted string. It ends at its line's end if it is not closed.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let tokens = tokens(text);
        let words: Vec<String> = tokens
            .iter()
            .map(|t| format!("{}:{}", t.line, t.text))
            .collect();
        words.join(" ")
    }

    #[test]
    fn splits_words() {
        assert_eq!(
            words("a.b[\"c d\"](1.5) # x\n`r\n` ünï := \"\\\"\""),
            r#"1:a 1:. 1:b 1:[ 1:c d 1:] 1:( 1:1.5 1:) 2:r
 3:ünï 3:: 3:= 3:\""#
        );
    }

    #[test]
    fn refuses_deep_brackets() {
        let deep = |n: usize| format!("x := {}1{}", "[".repeat(n), "]".repeat(n));
        let check = |text: &str| check_nesting(&tokens(text));
        assert!(check(&deep(10)).is_ok());
        assert!(check(&deep(30)).is_err());
        assert!(check(&"f(".repeat(100)).is_err());
        assert!(check(&format!("{}\n", deep(12)).repeat(1000)).is_err());
    }
}
