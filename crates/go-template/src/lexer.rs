//! Template text into tokens.

use memchr::memmem;

use crate::Span;
use crate::rune::{decode, is_word};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// Text outside of actions, already trimmed.
    Text,
    /// `{{`, with its trim marker.
    Left,
    /// `}}`, with its trim marker.
    Right,
    /// A name: a function, or a keyword where one may stand.
    Word,
    /// `.Name`.
    Field,
    /// `$` or `$name`.
    Variable,
    Dot,
    Str,
    RawStr,
    Char,
    Number,
    LeftParen,
    RightParen,
    Pipe,
    Assign,
    Declare,
    /// Another printable character, such as `,`.
    Other,
    End,
    /// Something that is no token; the message says why.
    Bad(&'static str),
}

/// A token with its place, and whether space stands before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexeme {
    pub(crate) token: Token,
    pub(crate) span: Span,
    pub(crate) spaced: bool,
}

/// Reads tokens one after the other.
pub(crate) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    inside: bool,
    parens: usize,
    /// Where the action under way began.
    action: usize,
}

const SPACE: &[u8] = b" \t\r\n";

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            inside: false,
            parens: 0,
            action: 0,
        }
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Lexeme {
        if self.inside {
            self.next_inside()
        } else {
            self.next_outside()
        }
    }

    /// Goes on behind the action under way, or at the next one if that one is not closed.
    /// Returns whether there was an end to it.
    pub(crate) fn skip_action(&mut self, from: u32) -> bool {
        if !self.inside {
            return true;
        }
        self.inside = false;
        // The action's own `{{` must not be met again.
        let from = (from as usize).max(self.action + 2);
        let rest = self.text.get(from..).unwrap_or_default();
        let right = memmem::find(rest, b"}}");
        let left = memmem::find(rest, b"{{");
        match (left, right) {
            (left, Some(right)) if left.is_none_or(|left| right < left) => {
                self.at = from + right + 2;
                if right >= 2 && self.trims_right(from + right - 2) {
                    self.skip_space();
                }
                true
            }
            (Some(left), _) => {
                self.at = from + left;
                false
            }
            _ => {
                self.at = self.text.len();
                false
            }
        }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        decode(self.rest()).map(|(c, _)| c)
    }

    fn bump(&mut self) -> Option<char> {
        let (c, len) = decode(self.rest())?;
        self.at += len;
        Some(c)
    }

    fn lexeme(&self, token: Token, start: usize, spaced: bool) -> Lexeme {
        Lexeme {
            token,
            span: Span::new(start, self.at),
            spaced,
        }
    }

    fn next_outside(&mut self) -> Lexeme {
        loop {
            let start = self.at;
            let found = memmem::find(self.rest(), b"{{");
            let left = found.map_or(self.text.len(), |at| start + at);
            let trims = self.trims_left(left + 2);
            let mut end = left;
            if found.is_some() && trims {
                while end > start && self.byte(end - 1).is_some_and(|b| SPACE.contains(&b)) {
                    end -= 1;
                }
            }
            if end > start {
                self.at = end;
                let text = self.lexeme(Token::Text, start, false);
                self.at = left;
                return text;
            }
            self.at = left;
            if found.is_none() {
                return self.lexeme(Token::End, left, false);
            }
            let open = left + 2 + if trims { 2 } else { 0 };
            if !self.text.get(open..).unwrap_or_default().starts_with(b"/*") {
                self.at = left + if trims { 4 } else { 2 };
                self.inside = true;
                self.action = left;
                self.parens = 0;
                return self.lexeme(Token::Left, left, false);
            }
            if let Err(why) = self.comment(open) {
                let bad = self.lexeme(Token::Bad(why), left, false);
                return bad;
            }
        }
    }

    /// Goes behind a comment that begins at `open`.
    fn comment(&mut self, open: usize) -> Result<(), &'static str> {
        let body = self.text.get(open + 2..).unwrap_or_default();
        let Some(close) = memmem::find(body, b"*/") else {
            self.at = self.text.len();
            return Err("this comment is never closed with `*/`");
        };
        self.at = open + 2 + close + 2;
        let trims = self.trims_right(self.at);
        if trims {
            self.at += 2;
        }
        if !self.rest().starts_with(b"}}") {
            return Err("only `}}` or ` -}}` may follow the `*/` of a comment");
        }
        self.at += 2;
        if trims {
            self.skip_space();
        }
        Ok(())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    /// Whether `- ` stands there.
    fn trims_left(&self, at: usize) -> bool {
        self.byte(at) == Some(b'-') && self.byte(at + 1).is_some_and(|b| SPACE.contains(&b))
    }

    /// Whether ` -}}` stands there.
    fn trims_right(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|b| SPACE.contains(&b))
            && self
                .text
                .get(at + 1..)
                .is_some_and(|rest| rest.starts_with(b"-}}"))
    }

    fn skip_space(&mut self) -> bool {
        let start = self.at;
        while self.byte(self.at).is_some_and(|b| SPACE.contains(&b)) {
            self.at += 1;
        }
        self.at > start
    }

    fn next_inside(&mut self) -> Lexeme {
        let mut spaced = false;
        while !self.trims_right(self.at) && self.byte(self.at).is_some_and(|b| SPACE.contains(&b)) {
            self.at += 1;
            spaced = true;
        }
        let start = self.at;
        let trims = self.trims_right(start);
        if trims || self.rest().starts_with(b"}}") {
            if self.parens > 0 {
                self.parens = 0;
                return self.lexeme(Token::Bad("a `(` is not closed"), start, spaced);
            }
            self.at += if trims { 4 } else { 2 };
            let right = self.lexeme(Token::Right, start, spaced);
            if trims {
                self.skip_space();
            }
            self.inside = false;
            return right;
        }
        let token = self.token();
        self.lexeme(token, start, spaced)
    }

    fn token(&mut self) -> Token {
        if self.rest().starts_with(b"{{") {
            return Token::Bad("the action is not closed with `}}` before the next one begins");
        }
        let Some(c) = self.bump() else {
            return Token::Bad("the action is not closed with `}}`");
        };
        match c {
            '=' => Token::Assign,
            ':' if self.peek() == Some('=') => {
                self.at += 1;
                Token::Declare
            }
            ':' => Token::Bad("`:` is allowed only in `:=`"),
            '|' => Token::Pipe,
            '"' => self.quoted(b'"', Token::Str, "this string is not closed on its line"),
            '\'' => self.quoted(
                b'\'',
                Token::Char,
                "this character is not closed on its line",
            ),
            '`' => match memchr::memchr(b'`', self.rest()) {
                Some(end) => {
                    self.at += end + 1;
                    Token::RawStr
                }
                None => Token::Bad("this string is not closed with a backtick"),
            },
            '$' => self.name(Token::Variable, Token::Variable),
            '.' if !self.peek().is_some_and(|c| c.is_ascii_digit()) => {
                self.name(Token::Field, Token::Dot)
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.at -= 1;
                self.number()
            }
            '(' => {
                self.parens += 1;
                Token::LeftParen
            }
            ')' if self.parens == 0 => Token::Bad("there is no `(` that this closes"),
            ')' => {
                self.parens -= 1;
                Token::RightParen
            }
            c if is_word(c) => self.name(Token::Word, Token::Word),
            ' '..='~' => Token::Other,
            _ => Token::Bad("this character is not allowed in an action"),
        }
    }

    fn name(&mut self, named: Token, bare: Token) -> Token {
        let start = self.at;
        while self.peek().is_some_and(is_word) {
            self.bump();
        }
        if !self.at_terminator() {
            return Token::Bad("this character may not follow a name");
        }
        if self.at == start { bare } else { named }
    }

    fn at_terminator(&self) -> bool {
        match self.byte(self.at) {
            None => true,
            Some(b) if SPACE.contains(&b) => true,
            Some(b'.' | b',' | b'|' | b':' | b')' | b'(') => true,
            Some(_) => self.rest().starts_with(b"}}"),
        }
    }

    fn quoted(&mut self, quote: u8, token: Token, unclosed: &'static str) -> Token {
        while let Some(byte) = self.byte(self.at) {
            self.at += 1;
            match byte {
                b'\n' => break,
                b'\\' => match self.bump() {
                    None | Some('\n') => break,
                    Some(_) => {}
                },
                byte if byte == quote => return token,
                _ => {}
            }
        }
        Token::Bad(unclosed)
    }

    fn number(&mut self) -> Token {
        if !self.scan_number() {
            return Token::Bad("this is not a number");
        }
        if matches!(self.peek(), Some('+' | '-')) {
            let complex = self.scan_number() && self.byte(self.at - 1) == Some(b'i');
            if !complex {
                return Token::Bad("this is not a number");
            }
        }
        Token::Number
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let accepts = self.byte(self.at).is_some_and(|b| set.contains(&b));
        self.at += usize::from(accepts);
        accepts
    }

    fn accept_run(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }

    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        let exponent: &[u8] = match digits.len() {
            11 => b"eE",
            23 => b"pP",
            _ => b"",
        };
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_run(b"0123456789_");
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_word) {
            self.bump();
            return false;
        }
        true
    }
}
