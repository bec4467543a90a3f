//! Whether two values are the same, for the operation `test`.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use manifest::{Dialect, Keyed, Kind, Scalar, Source, View};

/// Compares values as their JSON is written: `1` is not `1.0` where a patch in JSON says so.
pub(super) struct Comparison<'p> {
    /// The patch's text, if that is JSON.
    pub(super) json: Option<&'p Arc<Source>>,
    /// How the patch's values are read if they are not.
    pub(super) dialect: Dialect,
}

impl Comparison<'_> {
    pub(super) fn is_same(&self, own: View<'_>, wanted: View<'_>) -> bool {
        match (own.kind(), wanted.kind()) {
            (Kind::Map, Kind::Map) => {
                let wanted_entries = Keyed::of(wanted);
                own.entries().count() == wanted.entries().count()
                    && own.entries().all(|entry| {
                        let wanted = wanted_entries.get(entry.key.text());
                        wanted.is_some_and(|wanted| self.is_same_or_null(entry.value, wanted))
                    })
            }
            (Kind::Seq, Kind::Seq) => {
                own.items().count() == wanted.items().count()
                    && own
                        .items()
                        .zip(wanted.items())
                        .all(|(own, wanted)| self.is_same(own, wanted))
            }
            // kustomize fails over nulls in lists.
            (Kind::Scalar, Kind::Scalar) if own.is_null() || wanted.is_null() => false,
            (Kind::Scalar, Kind::Scalar) => {
                self.text(own, Dialect::Kustomize) == self.text(wanted, self.dialect)
            }
            _ => false,
        }
    }

    pub(super) fn is_same_or_null(&self, own: View<'_>, wanted: View<'_>) -> bool {
        match (own.is_null(), wanted.is_null()) {
            (true, true) => true,
            (false, false) => self.is_same(own, wanted),
            _ => false,
        }
    }

    /// A scalar as JSON.
    fn text<'v>(&self, value: View<'v>, dialect: Dialect) -> Cow<'v, str> {
        if let (View::Src(source, node), Some(json)) = (value, self.json)
            && Arc::ptr_eq(source, json)
        {
            let span = source.tree.span(node);
            return source
                .tree
                .text()
                .get(span.range())
                .unwrap_or_default()
                .into();
        }
        match value.scalar(dialect) {
            Some(Scalar::Bool(value)) => value.to_string().into(),
            Some(Scalar::Int(value)) => value.to_string().into(),
            Some(Scalar::Uint(value)) => value.to_string().into(),
            Some(Scalar::Float(value)) => value.to_string().into(),
            Some(Scalar::Str(text)) => quoted(&text).into(),
            Some(Scalar::Null) | None => "null".into(),
        }
    }
}

/// A string as Go writes it.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", character as u32);
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}
