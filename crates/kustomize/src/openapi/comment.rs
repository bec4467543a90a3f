//! Schemas that stand in comments, at the entry whose value they describe:
//!
//! ```yaml
//! hosts: # {"type":"array","x-kubernetes-patch-strategy":"merge"}
//! - a
//! ```

use manifest::{EntryRef, Source, View};
use serde_json::{Deserializer, Value};
use spanned_yaml::{Span, Tree};

use super::compile::compile_schema;
use super::table::{Table, TypeId};
use super::{Schema, Type};

/// The type that a comment gives to the value of its entry.
#[derive(Debug)]
pub struct Described(Box<Own>);

#[derive(Debug)]
struct Own {
    table: Table,
    id: TypeId,
}

impl Described {
    /// The type.
    pub fn as_type(&self) -> Type<'_> {
        Type {
            table: &self.0.table,
            id: self.0.id,
        }
    }
}

impl Schema {
    /// The type that a comment at an entry gives to its value, a mapping or list. The comment may
    /// refer to the schema's definitions by their names.
    pub fn described(&self, entry: EntryRef<'_>) -> Option<Described> {
        let text = of_value(entry.value).or_else(|| of_key(entry.key))?;
        let schema = Source::built_in("comment", text);
        let documents = schema.documents().documents;
        let (table, id) = compile_schema(documents.first()?.view(), &self.table);
        let table = Table::new(table.into());
        Some(Described(Box::new(Own { table, id })))
    }
}

/// The schema behind a value in brackets, on the line where it ends.
fn of_value(value: View<'_>) -> Option<&str> {
    let View::Src(source, id) = value else {
        return None;
    };
    let tree = &source.tree;
    if !value.is_flow() || tree.comments().is_empty() {
        return None;
    }
    schema(behind(tree, tree.span(id).end, "")?)
}

/// The schema behind a key, or above it if nothing stands behind it.
fn of_key(key: View<'_>) -> Option<&str> {
    let View::Src(source, id) = key else {
        return None;
    };
    let tree = &source.tree;
    if tree.comments().is_empty() {
        return None;
    }
    let span = tree.span(id);
    schema(behind(tree, span.end, ":").or_else(|| above(tree, span.start))?)
}

/// The comment that follows on the same line, with nothing but `between` before it.
fn behind<'t>(tree: &'t Tree, offset: u32, between: &str) -> Option<&'t str> {
    let comments = tree.comments();
    let next = comments.get(comments.partition_point(|comment| comment.start < offset))?;
    let text = tree.text().get(offset as usize..next.start as usize)?;
    let is_near = !text.contains('\n') && text.trim() == between;
    is_near.then(|| comment(tree, *next)).flatten()
}

/// The first of the comments that stand on lines of their own directly above.
fn above(tree: &Tree, offset: u32) -> Option<&str> {
    let comments = tree.comments();
    let before = comments.partition_point(|comment| comment.start < offset);
    let mut first = None;
    let mut below = offset;
    for span in comments.get(..before)?.iter().rev() {
        let text = tree.text().get(span.end as usize..below as usize)?;
        let is_adjacent = text.trim().is_empty() && text.matches('\n').count() == 1;
        let line = tree.text().get(..span.start as usize)?;
        let line = line.rsplit('\n').next().unwrap_or_default();
        if !is_adjacent || !line.trim().is_empty() {
            break;
        }
        first = Some(*span);
        below = span.start;
    }
    comment(tree, first?)
}

fn comment(tree: &Tree, span: Span) -> Option<&str> {
    tree.text().get(span.range())
}

/// The schema with which a comment begins, as JSON. What follows it does not matter.
fn schema(comment: &str) -> Option<&str> {
    let text = comment.trim_start_matches('#').trim_start();
    if !text.starts_with('{') {
        return None;
    }
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let Some(Ok(Value::Object(fields))) = values.next() else {
        return None;
    };
    let is_type = |written: &Value| match written {
        Value::Array(names) => names.iter().all(Value::is_string),
        name => name.is_string(),
    };
    if fields.is_empty() || !fields.get("type").is_none_or(is_type) {
        return None;
    }
    text.get(..values.byte_offset())
}
