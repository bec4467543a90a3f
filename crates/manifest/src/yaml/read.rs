//! YAML to values.

use std::rc::Rc;
use std::sync::Arc;

use go_template::{Budget, Entry, Failure, List, Map, Text, TextBuilder, Trace, Value};
use spanned_yaml::{Dialect, ErrorKind, Kind, Scalar, Span};

use super::key_text;
use crate::{EntryRef, Node, Source};

/// Why a text has no value.
#[derive(Debug)]
pub struct NotRead {
    /// What is wrong with it.
    pub message: String,
}

/// Reads the first document of a text. Everything in the value has the origin of its bytes.
///
/// # Errors
/// A limit is reached.
pub fn read(
    budget: &mut Budget,
    text: go_template::View<'_>,
) -> Result<Result<Value, NotRead>, Failure> {
    let content = text.text.to_str();
    let source = Source::built_in("the text", &content);
    let fault = source.tree.errors().iter().find(|error| {
        // go-yaml v2 takes the last of equal keys.
        !matches!(error.kind, ErrorKind::DuplicateKey { .. })
    });
    if let Some(fault) = fault {
        let line = source.tree.position(fault.span.start).line;
        let message = format!("line {line}: {}", fault.message);
        return Ok(Err(NotRead { message }));
    }
    let expanded = source.documents();
    if let Some(fault) = expanded.errors.into_iter().next() {
        return Ok(Err(NotRead {
            message: fault.message,
        }));
    }
    let Some(document) = expanded.documents.first() else {
        return Ok(Ok(Value::NIL));
    };
    let mut reader = Reader {
        budget,
        text,
        source: &source,
        // Places are lost where bytes had to be replaced.
        is_placed: content.len() == text.bytes().len(),
    };
    match reader.value(document, 0) {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::NotRead(message)) => Ok(Err(NotRead { message })),
        Err(Stop::Failed(failure)) => Err(failure),
    }
}

enum Stop {
    NotRead(String),
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

struct Reader<'a> {
    budget: &'a mut Budget,
    text: go_template::View<'a>,
    source: &'a Arc<Source>,
    is_placed: bool,
}

impl Reader<'_> {
    fn value(&mut self, node: &Node, depth: usize) -> Result<Value, Stop> {
        self.budget.visit(depth)?;
        let view = node.view();
        let span = view
            .origin()
            .filter(|_| self.is_placed)
            .map(|src| self.source.tree.span(src.node));
        let trace = self.trace(span);
        Ok(match view.kind() {
            Kind::Map => self.map(node, depth)?.traced(trace),
            Kind::Seq => {
                let items = view
                    .items()
                    .map(|item| self.value(&item.to_node(), depth + 1));
                let items = items.collect::<Result<_, _>>()?;
                Value::from(List::new(items)).traced(trace)
            }
            Kind::Scalar | Kind::Alias => match view.scalar(Dialect::Kubectl) {
                None | Some(Scalar::Null) => Value::NIL.traced(trace),
                Some(Scalar::Bool(value)) => Value::from(value).traced(trace),
                Some(Scalar::Int(value)) => Value::from(value as f64).traced(trace),
                Some(Scalar::Uint(value)) => Value::from(value as f64).traced(trace),
                Some(Scalar::Float(value)) if !value.is_finite() => {
                    return Err(Stop::NotRead("JSON holds finite numbers only".to_owned()));
                }
                Some(Scalar::Float(value)) => Value::from(value).traced(trace),
                Some(Scalar::Str(text)) => self.string(&text, span)?,
            },
        })
    }

    fn map(&mut self, node: &Node, depth: usize) -> Result<Value, Stop> {
        let map = Map::default();
        for EntryRef { key, value, .. } in node.view().entries() {
            let Some(name) = key_text(key.scalar(Dialect::Kubectl)) else {
                return Err(Stop::NotRead("a key is null or no scalar".to_owned()));
            };
            let span = key.origin().map(|src| self.source.tree.span(src.node));
            let entry = Entry {
                key: self.trace(span.filter(|_| self.is_placed)).tag,
                value: self.value(&value.to_node(), depth + 1)?,
            };
            map.insert(Rc::<str>::from(name), entry);
        }
        Ok(map.into())
    }

    /// Where bytes of the text came from.
    fn trace(&self, span: Option<Span>) -> Trace {
        let own = self.text.trace;
        let piece = span.and_then(|span| self.text.text.piece_at(span.start as usize));
        piece.map_or(own, |(_, piece)| piece.trace.or(own))
    }

    fn string(&mut self, content: &str, span: Option<Span>) -> Result<Value, Stop> {
        let Some(span) = span else {
            return Ok(Value::from(content));
        };
        let written = self.text.bytes().get(span.range()).unwrap_or_default();
        let quoted = |quote| {
            written
                .strip_prefix(quote)
                .and_then(|rest: &[u8]| rest.strip_suffix(quote))
        };
        let inner = quoted(b"\"").or_else(|| quoted(b"'"));
        let text = if written == content.as_bytes() {
            self.text.part(span.range())
        } else if inner == Some(content.as_bytes()) {
            self.text
                .part(span.start as usize + 1..span.end as usize - 1)
        } else {
            let mut built = TextBuilder::new(self.budget.text());
            // Of a block, the first line is its header.
            let first = match written.first() {
                Some(b'|' | b'>') => memchr::memchr(b'\n', written).map_or(0, |at| at + 1),
                _ => 0,
            };
            let indent = written.get(first..).unwrap_or_default();
            let indent = indent.iter().take_while(|b| **b == b' ').count();
            let from = span.start as usize + first + indent;
            built.push_instead(content.as_bytes(), self.text, from);
            built.finish()?
        };
        Ok(Text::into(text))
    }
}
