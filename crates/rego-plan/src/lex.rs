//! A policy's text as words.

/// A word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    /// The word; of text what stands between the quotes, escapes unresolved.
    pub(crate) text: &'t str,
    /// The line, counted from 1.
    pub(crate) line: u32,
    /// Whether it follows the word before without a space.
    pub(crate) is_glued: bool,
    /// Whether it is the first of its line.
    pub(crate) is_first: bool,
}

/// The sorts of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Number,
    /// `"…"`
    Text,
    /// Between backticks.
    Raw,
    /// An operator or a bracket.
    Mark,
    /// What is no word of the language.
    Stray,
    /// Behind the last word.
    End,
}

const DOUBLE_MARKS: [&str; 5] = [":=", "==", "!=", "<=", ">="];

/// Splits a text into words, a last one of [`Kind::End`] behind them.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut line = 1;
    let (mut is_glued, mut is_first) = (false, true);
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || first == '#' {
            let length = match first {
                '#' => rest.find('\n').unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            is_first |= first == '\n';
            line += u32::from(first == '\n');
            is_glued = false;
            rest = &rest[length..];
            continue;
        }
        let (kind, length) = word(rest, first);
        let (whole, after) = rest.split_at(length);
        let text = match kind {
            Kind::Text | Kind::Raw => &whole[1..whole.len() - 1],
            _ => whole,
        };
        tokens.push(Token {
            kind,
            text,
            line,
            is_glued,
            is_first,
        });
        line += whole.matches('\n').count() as u32;
        (is_glued, is_first) = (true, false);
        rest = after;
    }
    tokens.push(Token {
        kind: Kind::End,
        text: "",
        line,
        is_glued: false,
        is_first: true,
    });
    tokens
}

/// The sort and the length of the word that stands first.
fn word(text: &str, first: char) -> (Kind, usize) {
    let while_ = |holds: fn(char) -> bool| text.find(|c| !holds(c)).unwrap_or(text.len());
    match first {
        'a'..='z' | 'A'..='Z' | '_' => (
            Kind::Name,
            while_(|c| c.is_ascii_alphanumeric() || c == '_'),
        ),
        '0'..='9' => (Kind::Number, number(text.as_bytes())),
        '"' => match quoted(text) {
            Some(length) => (Kind::Text, length),
            None => (Kind::Stray, text.len()),
        },
        '`' => match text[1..].find('`') {
            Some(end) => (Kind::Raw, end + 2),
            None => (Kind::Stray, text.len()),
        },
        _ if DOUBLE_MARKS.iter().any(|mark| text.starts_with(mark)) => (Kind::Mark, 2),
        '!'..='~' => (Kind::Mark, 1),
        _ => (Kind::Stray, first.len_utf8()),
    }
}

fn number(text: &[u8]) -> usize {
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let mut end = digits(0);
    if text.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// The length of a quoted text; `None` if it does not end on its line.
fn quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_words() {
        let tokens = tokens("a.b[\"c d\"] >= 1.5e2 # x\n`r\n`:=f (x)");
        let words: Vec<String> = tokens
            .iter()
            .map(|t| {
                let glue = if t.is_glued { "~" } else { "" };
                let first = if t.is_first { "^" } else { "" };
                format!("{}{first}{glue}{}", t.line, t.text)
            })
            .collect();
        assert_eq!(
            words.join(" "),
            "1^a 1~. 1~b 1~[ 1~c d 1~] 1>= 11.5e2 2^r\n 3~:= 3~f 3( 3~x 3~) 3^"
        );
    }

    #[test]
    fn what_is_not_closed_is_no_word() {
        for text in ["\"a\nb\"", "`a", "\"a\\\""] {
            assert_eq!(tokens(text)[0].kind, Kind::Stray, "{text}");
        }
    }
}
