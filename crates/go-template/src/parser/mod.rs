//! Template text into a tree, with as many errors as there are faults.

mod control;
mod error;
mod pipeline;
mod scope;

use std::sync::Arc;

pub use error::ParseError;

use rustc_hash::FxHashMap;

use crate::ast::{Node, NodeKind, Source, Template};
use crate::lexer::{Lexeme, Lexer, Token};
use crate::{SourceId, Span, Text};

use scope::Scope;

/// How deeply actions and parentheses may nest.
const NESTING: usize = 100;

/// The names that begin an action of their own.
const KEYWORDS: &[&str] = &[
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
];

/// After so many errors the rest is not looked at.
const MOST_ERRORS: usize = 50;

/// What parsing a text gave.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The text.
    pub source: Arc<Source>,
    /// The template of the whole text, then its definitions in order. What was at fault is
    /// left out.
    pub templates: Vec<Arc<Template>>,
    /// The faults in order; if there are any, nothing of this text should be rendered.
    pub errors: Vec<ParseError>,
}

/// Parses a text of the caller's under a name.
pub fn parse(id: SourceId, name: impl Into<Arc<str>>, text: impl Into<Text>) -> Parsed {
    parse_source(Source {
        id: Some(id),
        name: name.into(),
        text: text.into(),
    })
}

/// Parses a text that was made while rendering. Its places are where its bytes came from.
pub fn parse_made(name: impl Into<Arc<str>>, text: Text) -> Parsed {
    parse_source(Source {
        id: None,
        name: name.into(),
        text,
    })
}

fn parse_source(source: Source) -> Parsed {
    let source = Arc::new(source);
    let mut parser = Parser {
        lexer: Lexer::new(source.text.bytes()),
        ahead: Vec::new(),
        last: 0,
        source: &source,
        templates: Vec::new(),
        defined: FxHashMap::default(),
        errors: Vec::new(),
        scope: Scope::new(),
        loops: 0,
        depth: 0,
    };
    let body = parser.top();
    let slots = parser.scope.slots();
    let Parser {
        mut templates,
        mut errors,
        ..
    } = parser;
    // What is not closed is noticed last, and stands first.
    errors.sort_by_key(|error| error.span.start);
    let main = Template {
        name: source.name.clone(),
        span: Span::new(0, source.text.len()),
        source: source.clone(),
        body,
        slots,
    };
    templates.insert(0, Arc::new(main));
    Parsed {
        source,
        templates,
        errors,
    }
}

impl Template {
    /// Whether it is nothing but space and comments; such a one never replaces another.
    pub fn is_blank(&self) -> bool {
        self.body.iter().all(|node| match node.kind {
            NodeKind::Text => {
                let text = node.span.of(self.source.text.bytes());
                String::from_utf8_lossy(text).trim().is_empty()
            }
            _ => false,
        })
    }
}

/// An error was recorded; the action under way is lost.
struct Lost;

type Result<T> = std::result::Result<T, Lost>;

struct Parser<'a> {
    lexer: Lexer<'a>,
    /// Tokens to be read again, the next one last.
    ahead: Vec<Lexeme>,
    /// Where the last token read ends.
    last: u32,
    source: &'a Arc<Source>,
    templates: Vec<Arc<Template>>,
    /// Their places by their names.
    defined: FxHashMap<Arc<str>, usize>,
    errors: Vec<ParseError>,
    scope: Scope,
    /// How many `range` are open.
    loops: usize,
    /// How many actions and parentheses are open.
    depth: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Lexeme {
        let lexeme = match self.ahead.pop() {
            Some(lexeme) => lexeme,
            None => self.lexer.next(),
        };
        self.last = lexeme.span.end;
        lexeme
    }

    fn peek(&mut self) -> Lexeme {
        match self.ahead.last() {
            Some(lexeme) => *lexeme,
            None => {
                let lexeme = self.lexer.next();
                self.ahead.push(lexeme);
                lexeme
            }
        }
    }

    /// Has a token read again.
    fn back(&mut self, lexeme: Lexeme) {
        self.ahead.push(lexeme);
    }

    /// The bytes as text; what is not UTF-8 is replaced.
    fn text(&self, span: Span) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(span.of(self.source.text.bytes()))
    }

    /// The keyword that comes next.
    fn keyword(&mut self) -> Option<&'static str> {
        let lexeme = self.peek();
        if lexeme.token != Token::Word {
            return None;
        }
        let text = lexeme.span.of(self.source.text.bytes());
        let is = |keyword: &&&str| keyword.as_bytes() == text;
        KEYWORDS.iter().find(is).copied()
    }

    fn error(&mut self, span: Span, message: impl Into<String>) -> Lost {
        self.error_with(span, message, None)
    }

    fn error_with(&mut self, span: Span, message: impl Into<String>, help: Option<String>) -> Lost {
        if self.errors.len() < MOST_ERRORS {
            let (line, column) = self.source.position(span);
            self.errors.push(ParseError {
                file: self.source.name.clone(),
                span,
                line,
                column,
                message: message.into(),
                help,
            });
        }
        Lost
    }

    /// Records that a token may not stand where it stands.
    fn unexpected(&mut self, lexeme: Lexeme, wanted: &str) -> Lost {
        let text = self.text(lexeme.span).into_owned();
        match lexeme.token {
            Token::Bad(why) => self.error(lexeme.span, why),
            Token::Right => self.error(lexeme.span, format!("{wanted} is missing here")),
            Token::End => self.error(
                lexeme.span,
                format!("expected {wanted}, but the text ends here"),
            ),
            _ => self.error(lexeme.span, format!("expected {wanted}, found `{text}`")),
        }
    }

    /// Goes on behind the action in which an error was.
    fn recover(&mut self) {
        let from = self.ahead.last().map_or(0, |lexeme| lexeme.span.start);
        self.ahead.clear();
        let from = match self.errors.last() {
            // The character that opens an unclosed string must not be met again.
            Some(error) => {
                from.max(error.span.start + u32::from(error.span.end > error.span.start))
            }
            None => from,
        };
        self.lexer.skip_action(from);
    }

    fn is_full(&self) -> bool {
        self.errors.len() >= MOST_ERRORS
    }

    /// Goes one level deeper, if that is not too deep.
    fn enter(&mut self, span: Span) -> Result<()> {
        if self.depth >= NESTING {
            return Err(self.error(
                span,
                format!("actions and parentheses nest more than {NESTING} deep"),
            ));
        }
        self.depth += 1;
        Ok(())
    }
}

/// What ended a list of nodes.
enum Ending {
    /// `{{ end }}`
    End(Span),
    /// `{{ else`, up to and without what follows.
    Else(Span),
    /// The end of the text.
    Text,
}

impl Parser<'_> {
    /// The whole text.
    fn top(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        loop {
            let (span, word) = match self.list_into(&mut nodes, true) {
                Ending::Text => return nodes,
                Ending::End(span) => (span, "end"),
                Ending::Else(span) => {
                    self.recover();
                    (span, "else")
                }
            };
            self.error_with(
                span,
                format!("there is no open action that this `{word}` belongs to"),
                Some("remove it, or look for an `end` too many before it".to_owned()),
            );
        }
    }

    fn list(&mut self) -> (Vec<Node>, Ending) {
        let mut nodes = Vec::new();
        let ending = self.list_into(&mut nodes, false);
        (nodes, ending)
    }

    fn list_into(&mut self, nodes: &mut Vec<Node>, top: bool) -> Ending {
        loop {
            let lexeme = self.next();
            let span = lexeme.span;
            match lexeme.token {
                _ if self.is_full() => return Ending::Text,
                Token::Text => nodes.push(Node {
                    span,
                    kind: NodeKind::Text,
                }),
                Token::Left => match self.action(span, top) {
                    Ok(Action::Node(node)) => nodes.push(node),
                    Ok(Action::Nothing) => {}
                    Ok(Action::Ending(ending)) => return ending,
                    Err(Lost) => self.recover(),
                },
                Token::End => return Ending::Text,
                _ => {
                    self.unexpected(lexeme, "text");
                    self.recover();
                }
            }
        }
    }
}

/// What an action turned out to be.
enum Action {
    Node(Node),
    /// A definition.
    Nothing,
    Ending(Ending),
}
