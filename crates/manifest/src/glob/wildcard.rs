//! The plainest patterns.

/// A pattern of characters that stand for themselves, `*` and `?`.
#[derive(Clone, Debug)]
pub(super) struct Wildcard {
    tokens: Vec<Token>,
    /// Whether `*` and `?` stop at `/`.
    separates: bool,
}

#[derive(Clone, Copy, Debug)]
enum Token {
    Char(char),
    One,
    Any,
}

impl Wildcard {
    /// Reads a pattern; none if it holds anything else.
    pub(super) fn parse(pattern: &str, separates: bool) -> Option<Self> {
        let tokens = pattern.chars().map(|c| match c {
            '*' => Some(Token::Any),
            '?' => Some(Token::One),
            '[' | ']' | '\\' | '{' | '}' | ',' => None,
            c => Some(Token::Char(c)),
        });
        Some(Self {
            tokens: tokens.collect::<Option<_>>()?,
            separates,
        })
    }

    /// Whether the whole of a text fits.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut tokens = self.tokens.as_slice();
        let mut rest = text.chars();
        let stops = |c: char| self.separates && c == '/';
        // Behind the last `*`: the tokens, and the text that it has not taken yet. An earlier one
        // need not take more, for the next could take as much.
        let mut retry: Option<(&[Token], std::str::Chars<'_>)> = None;
        loop {
            if let [Token::Any, behind @ ..] = tokens {
                tokens = behind;
                retry = Some((behind, rest.clone()));
                continue;
            }
            let mut ahead = rest.clone();
            match (tokens, ahead.next()) {
                ([], None) => return true,
                ([Token::Char(wanted), behind @ ..], Some(c)) if *wanted == c => {
                    (tokens, rest) = (behind, ahead);
                }
                ([Token::One, behind @ ..], Some(c)) if !stops(c) => {
                    (tokens, rest) = (behind, ahead);
                }
                _ => {
                    let Some((behind, open)) = &mut retry else {
                        return false;
                    };
                    if open.next().is_none_or(stops) {
                        return false;
                    }
                    (tokens, rest) = (*behind, open.clone());
                }
            }
        }
    }
}
