//! From a text to what it says.
//!
//! Both versions of the language are read at once: where they differ, they use different words,
//! and a text that is right in neither was refused by somebody else.

mod body;
mod rule;
mod term;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::Unsupported;
use crate::ast::{Import, Module};
use crate::lex::{Kind, Token, tokens};

/// Deeper brackets, and longer chains of operators, are refused.
const DEPTH_LIMIT: usize = 64;

impl<'t> Module<'t> {
    /// Reads a policy file. What is not supported in it is told by [`Module::unread`].
    pub fn parse(text: &'t str) -> Self {
        let mut parser = Parser {
            tokens: tokens(text),
            at: 0,
            depth: 0,
        };
        let mut module = Self {
            package: Vec::new(),
            imports: Vec::new(),
            rules: Vec::new(),
            unread: None,
        };
        module.unread = parser.module(&mut module).err();
        module
    }

    /// What in the file is not supported. If there is something, no rule of its package has a
    /// plan: the file may add to any of them.
    pub fn unread(&self) -> Option<&Unsupported> {
        self.unread.as_ref()
    }
}

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    depth: usize,
}

type Parsed<T> = Result<T, Unsupported>;

impl<'t> Parser<'t> {
    fn module(&mut self, module: &mut Module<'t>) -> Parsed<()> {
        self.expect_name("package")?;
        module.package = self.path()?;
        while self.take_name("import") {
            let path = self.path()?;
            let alias = match self.take_name("as") {
                true => Some(Cow::Borrowed(self.name()?)),
                false => None,
            };
            match path.first().map(|root| &**root) {
                Some("data" | "input") => {
                    let name = alias.or_else(|| path.last().cloned());
                    let name = name.ok_or_else(|| self.fault("this import"))?;
                    module.imports.push(Import { name, path });
                }
                // They only change which words are keywords.
                Some("rego" | "future") => {}
                _ => return Err(self.fault("this import")),
            }
        }
        while self.token().kind != Kind::End {
            self.rule(&mut module.rules)?;
        }
        Ok(())
    }

    /// The parts of a name: `data.a["b"]`.
    fn path(&mut self) -> Parsed<Vec<Cow<'t, str>>> {
        let mut path = vec![Cow::Borrowed(self.name()?)];
        loop {
            if self.take_glued(".") {
                path.push(Cow::Borrowed(self.name()?));
            } else if self.take_glued("[") {
                path.push(self.text()?);
                self.expect("]")?;
            } else {
                return Ok(path);
            }
        }
    }

    fn token(&self) -> Token<'t> {
        // The last word is never passed.
        self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token<'t> {
        let token = self.token();
        self.at += 1;
        token
    }

    fn peek(&self, ahead: usize) -> Token<'t> {
        self.tokens[(self.at + ahead).min(self.tokens.len() - 1)]
    }

    fn is(&self, mark: &str) -> bool {
        let token = self.token();
        token.kind == Kind::Mark && token.text == mark
    }

    fn is_name(&self, name: &str) -> bool {
        let token = self.token();
        token.kind == Kind::Name && token.text == name
    }

    fn take(&mut self, mark: &str) -> bool {
        let found = self.is(mark);
        self.at += usize::from(found);
        found
    }

    /// Takes a mark that follows the word before it without a space.
    fn take_glued(&mut self, mark: &str) -> bool {
        self.token().is_glued && self.take(mark)
    }

    fn take_name(&mut self, name: &str) -> bool {
        let found = self.is_name(name);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, mark: &str) -> Parsed<()> {
        match self.take(mark) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    fn expect_name(&mut self, name: &str) -> Parsed<()> {
        match self.take_name(name) {
            true => Ok(()),
            false => Err(self.unexpected()),
        }
    }

    fn name(&mut self) -> Parsed<&'t str> {
        match self.token().kind {
            Kind::Name => Ok(self.next().text),
            _ => Err(self.unexpected()),
        }
    }

    fn text(&mut self) -> Parsed<Cow<'t, str>> {
        let token = self.token();
        let text = match token.kind {
            Kind::Raw => Cow::Borrowed(token.text),
            Kind::Text if !token.text.contains('\\') => Cow::Borrowed(token.text),
            Kind::Text => match unescape(token.text) {
                Some(text) => Cow::Owned(text),
                None => return Err(self.unexpected()),
            },
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(text)
    }

    fn unexpected(&self) -> Unsupported {
        match self.token() {
            Token {
                kind: Kind::End, ..
            } => self.fault("the end of the file here"),
            token => self.fault(&format!("`{}` here", token.text)),
        }
    }

    fn fault(&self, what: &str) -> Unsupported {
        Unsupported {
            line: self.token().line,
            what: what.to_owned(),
        }
    }

    /// Reads something that may hold more of the same.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH_LIMIT {
            return Err(self.fault("nesting as deep as this"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}

/// Resolves the escapes of a quoted text, which are those of JSON.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let mut escape = rest[at + 1..].chars();
        out.push(match escape.next()? {
            c @ ('"' | '\\' | '/') => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let digits = escape.as_str().get(..4)?;
                escape = escape.as_str().get(4..)?.chars();
                // Halves of characters are not supported.
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            _ => return None,
        });
        rest = escape.as_str();
    }
    out.push_str(rest);
    Some(out)
}
