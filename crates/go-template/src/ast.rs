//! A parsed template.

use std::sync::Arc;

use crate::{Place, SourceId, Span, Text};

/// A text that was parsed.
#[derive(Debug)]
pub struct Source {
    /// The caller's number for it; none for a text that was made while rendering.
    pub id: Option<SourceId>,
    /// Its name, for messages.
    pub name: Arc<str>,
    /// The text itself. One that was made while rendering knows where it came from.
    pub text: Text,
}

impl Source {
    /// Bytes of it as a place.
    pub fn place(&self, span: Span) -> Option<Place> {
        self.id.map(|source| Place { source, span })
    }

    /// Bytes of it as they are written, for messages.
    pub fn excerpt(&self, span: Span) -> String {
        const LONGEST: usize = 120;
        let text = String::from_utf8_lossy(span.of(self.text.bytes()));
        let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = words.char_indices().nth(LONGEST) {
            words.truncate(end);
            words.push('…');
        }
        words
    }

    /// Line and column, both from 1, of the first byte.
    pub fn position(&self, span: Span) -> (u32, u32) {
        crate::span::line_column(self.text.bytes(), span.start)
    }
}

/// A template: what a file holds outside of definitions, or one `define` or `block`.
#[derive(Debug)]
pub struct Template {
    /// Its name.
    pub name: Arc<str>,
    /// Where it stands: the file, or the definition from `define` to `end`.
    pub span: Span,
    /// The text it stands in.
    pub source: Arc<Source>,
    pub(crate) body: Vec<Node>,
    /// How many variables it has, `$` included.
    pub(crate) slots: usize,
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: NodeKind,
}

#[derive(Debug)]
pub(crate) enum NodeKind {
    Text,
    Action(Pipeline),
    /// `if` or `with`: the first branch that holds, else the last list.
    Branch(Branch),
    Range(Box<Range>),
    Template {
        name: Arc<str>,
        argument: Option<Pipeline>,
    },
    Break,
    Continue,
}

#[derive(Debug)]
pub(crate) struct Branch {
    /// Whether the value that is tested becomes dot.
    pub(crate) with: bool,
    /// What is tested, and what runs if it holds.
    pub(crate) branches: Vec<(Pipeline, Vec<Node>)>,
    pub(crate) otherwise: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct Range {
    pub(crate) pipeline: Pipeline,
    pub(crate) body: Vec<Node>,
    pub(crate) otherwise: Vec<Node>,
}

#[derive(Debug, Default)]
pub(crate) struct Pipeline {
    pub(crate) span: Span,
    /// Variables that it declares, or sets if `assigns`.
    pub(crate) variables: Vec<Variable>,
    pub(crate) assigns: bool,
    pub(crate) commands: Vec<Command>,
}

#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) span: Span,
    pub(crate) name: Box<str>,
    /// Where its value is kept; none if no declaration of it can have run.
    pub(crate) slot: Option<usize>,
}

#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) span: Span,
    pub(crate) head: Expr,
    pub(crate) args: Vec<Expr>,
}

#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) span: Span,
    pub(crate) kind: ExprKind,
}

#[derive(Debug)]
pub(crate) enum ExprKind {
    Dot,
    Nil,
    Bool(bool),
    Number(Number),
    Str(Text),
    /// `.a.b`
    Field(Vec<Name>),
    /// `$x.a.b`
    Variable(Variable, Vec<Name>),
    /// `(…).a.b`
    Chain(Box<Expr>, Vec<Name>),
    Function(Box<str>),
    Pipeline(Box<Pipeline>),
}

/// The name of a field.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) span: Span,
    pub(crate) text: Box<str>,
}

/// A number literal as every type that can hold it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    pub(crate) int: Option<i64>,
    pub(crate) float: f64,
    /// Whether it is written as a floating-point number.
    pub(crate) is_float: bool,
}
