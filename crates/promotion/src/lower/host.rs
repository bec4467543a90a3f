//! How a text writes its values.

use spanned_yaml::{Edit, Kind, NodeId, Span, Style, Tree, Value, apply};

use super::json;
use super::splices::Splices;
use crate::env_file;

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Host {
    Yaml,
    Json,
    /// `KEY=value` lines: the first node is the text, then keys and values alternate.
    Lines,
    /// One line.
    Line,
}

type Done = Result<Edit, String>;

impl Host {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut documents = tree.documents();
        let first = documents.next();
        match first.map(|id| tree.style(id)) {
            Some(Style::Verbatim) if documents.next().is_some() => Self::Lines,
            Some(Style::Verbatim) => Self::Line,
            _ if json::is_json(tree) => Self::Json,
            _ => Self::Yaml,
        }
    }

    /// Reads the text again after a change.
    pub(super) fn read(self, text: &str) -> Tree {
        match self {
            Self::Yaml | Self::Json => Tree::parse(text),
            Self::Lines | Self::Line => env_file::tree(text).unwrap_or_default(),
        }
    }

    pub(super) fn set(self, tree: &Tree, id: NodeId, value: &Value) -> Done {
        let span = tree.span(id);
        let text = match self {
            Self::Yaml => return tree.set(id, value).map_err(|why| why.to_string()),
            Self::Json => json::print(value),
            Self::Line => line(value)?,
            Self::Lines => written(value, tree.scalar(id))?,
        };
        Ok(Edit { span, text })
    }

    pub(super) fn insert_entry(self, tree: &Tree, id: NodeId, key: &str, value: &Value) -> Done {
        match self {
            Self::Yaml => tree
                .insert_entry(id, key, value)
                .map_err(|why| why.to_string()),
            Self::Json => {
                let mut text = String::new();
                json::quote(key, &mut text);
                let last = tree.entries(id).last();
                let colon = last.map_or(": ", |(key, value)| {
                    &tree.text()[tree.span(key).end as usize..tree.span(value).start as usize]
                });
                text.push_str(colon);
                text.push_str(&json::print(value));
                json_insert(tree, id, last.map(|(key, _)| key), &text)
            }
            Self::Lines => {
                let text = tree.text();
                let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
                let new = format!("{key}={}", written(value, "")?);
                let end = text.len() as u32;
                let text = match text.ends_with('\n') || text.is_empty() {
                    true => format!("{new}{line_break}"),
                    false => format!("{line_break}{new}"),
                };
                let span = Span::new(end, end);
                Ok(Edit { span, text })
            }
            Self::Line => Err("a file of one line has no entries".to_owned()),
        }
    }

    pub(super) fn insert_item(self, tree: &Tree, id: NodeId, value: &Value) -> Done {
        match self {
            Self::Yaml => tree.insert_item(id, value).map_err(|why| why.to_string()),
            Self::Json => json_insert(tree, id, tree.items(id).last(), &json::print(value)),
            Self::Lines | Self::Line => Err("lines of a file have no items".to_owned()),
        }
    }

    /// Removes a value; a mapping's with its key, a line's with the line.
    pub(super) fn remove(self, tree: &Tree, id: NodeId) -> Done {
        match self {
            Self::Yaml | Self::Json => {
                let parent = tree.parent(id);
                let key = parent.and_then(|map| {
                    let mut entries = tree.entries(map);
                    entries.find(|(_, value)| *value == id).map(|(key, _)| key)
                });
                tree.remove(key.unwrap_or(id))
                    .map_err(|why| why.to_string())
            }
            Self::Lines => {
                let text = tree.text();
                let at = tree.span(id).start as usize;
                let start = text[..at].rfind('\n').map_or(0, |found| found + 1);
                let end = text[at..]
                    .find('\n')
                    .map_or(text.len(), |found| at + found + 1);
                let span = Span::new(start as u32, end as u32);
                Ok(Edit {
                    span,
                    text: String::new(),
                })
            }
            Self::Line => Err("the only line of a file is not removed".to_owned()),
        }
    }

    /// Gives the text inside a scalar what became of it: only where it differs if the scalar can
    /// be written so, else as a whole.
    pub(super) fn replace_inside(
        self,
        tree: &Tree,
        id: NodeId,
        inner: &Splices,
    ) -> Result<Vec<Edit>, String> {
        if tree.style(id) == Style::Literal {
            let edit = |(range, text): (std::ops::Range<usize>, &str)| {
                let of = Span::new(range.start as u32, range.end as u32);
                let is_one_line =
                    !text.contains(['\n', '\r']) && !tree.scalar(id)[range].contains('\n');
                is_one_line.then(|| Edit {
                    span: tree.outer_span(id, of),
                    text: text.to_owned(),
                })
            };
            let edits: Option<Vec<Edit>> = inner.parts().map(edit).collect();
            if let Some(edits) = edits
                && let Ok(text) = apply(tree.text(), &edits)
                && self.says(&text, id, &inner.text)
            {
                return Ok(edits);
            }
        }
        let value = Value::Str(inner.text.clone());
        Ok(vec![self.set(tree, id, &value)?])
    }

    /// Whether a text's scalar says this.
    fn says(self, text: &str, id: NodeId, wanted: &str) -> bool {
        let tree = self.read(text);
        same_place(&tree, id).is_some_and(|node| tree.scalar(node) == wanted)
    }
}

/// The node of another state of the text that has as many nodes before it.
fn same_place(other: &Tree, id: NodeId) -> Option<NodeId> {
    fn find(tree: &Tree, at: NodeId, index: usize) -> Option<NodeId> {
        if at.index() == index {
            return Some(at);
        }
        let within = tree.children(at).take_while(|child| child.index() <= index);
        find(tree, within.last()?, index)
    }
    let root = other
        .documents()
        .take_while(|root| root.index() <= id.index())
        .last()?;
    find(other, root, id.index())
}

fn line(value: &Value) -> Result<String, String> {
    let text = scalar(value)?;
    match text.contains(['\n', '\r']) {
        true => Err("a line holds no line breaks".to_owned()),
        false => Ok(text),
    }
}

fn written(value: &Value, before: &str) -> Result<String, String> {
    env_file::written(&scalar(value)?, before)
        .ok_or_else(|| "the value cannot be written on a KEY=value line".to_owned())
}

fn scalar(value: &Value) -> Result<String, String> {
    match value {
        Value::Str(text) | Value::Plain(text) => Ok(text.clone()),
        Value::Null => Ok(String::new()),
        Value::Map(_) | Value::Seq(_) => Err("a line holds no collections".to_owned()),
        scalar => Ok(json::print(scalar)),
    }
}

/// Adds an entry or item behind the last one, with the same white space before it.
fn json_insert(tree: &Tree, id: NodeId, last: Option<NodeId>, new: &str) -> Done {
    if !matches!(tree.kind(id), Kind::Map | Kind::Seq) {
        return Err("it is not a collection".to_owned());
    }
    let Some(last) = last else {
        let at = tree.span(id).start + 1;
        return Ok(Edit {
            span: Span::new(at, at),
            text: new.to_owned(),
        });
    };
    let before = &tree.text()[..tree.span(last).start as usize];
    let gap = &before[before.trim_end().len()..];
    let is_first = before.trim_end().ends_with(['{', '[']);
    let gap = if is_first && !gap.contains('\n') {
        " "
    } else {
        gap
    };
    let end = tree
        .children(id)
        .last()
        .map_or(tree.span(id).start + 1, |child| tree.span(child).end);
    Ok(Edit {
        span: Span::new(end, end),
        text: format!(",{gap}{new}"),
    })
}
