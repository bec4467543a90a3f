//! A file of an environment, read as values.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Dialect, Kind, Node, Place, Scalar, Source, Span, Src, Style, View};
use rustc_hash::{FxHashMap, FxHasher};
use spanned_yaml::{Error, ErrorKind, Tree};

use crate::env_file;

/// A text inside a scalar that is longer than this, in bytes, is compared as a whole.
const INSIDE_LIMIT: usize = 1 << 20;

/// A file of an environment, read: YAML, JSON, lines of `KEY=value`, or a single line.
#[derive(Clone, Debug)]
pub struct File {
    source: Arc<Source>,
    documents: Vec<Node>,
    faults: Vec<String>,
}

/// Why a file cannot be compared field by field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The file.
    pub path: Utf8PathBuf,
    /// One sentence without a full stop.
    pub message: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl std::error::Error for Unreadable {}

impl File {
    /// Reads a file's text.
    ///
    /// # Errors
    /// If the text has a fault that leaves its values uncertain, or is of no kind that is read.
    pub fn read(path: impl Into<Utf8PathBuf>, text: &str) -> Result<Self, Unreadable> {
        let path = path.into();
        if !is_yaml(&path)
            && let Some((source, node)) = env_file::read(text, Place::File(path.clone()))
        {
            return Ok(Self {
                source,
                documents: vec![node],
                faults: Vec::new(),
            });
        }
        let source = Source::file(path.clone(), Tree::parse(text));
        let unreadable = |message: String| Unreadable {
            path: path.clone(),
            message,
        };
        let expanded = source.documents();
        let told = |error: &Error| {
            let line = source.tree.position(error.span.start).line;
            format!("line {line}: {}", error.message)
        };
        let mut errors = source.tree.errors().iter().chain(&expanded.errors);
        if let Some(error) = errors.find(|error| !is_harmless(error)) {
            return Err(unreadable(told(error)));
        }
        let faults: Vec<String> = source.tree.errors().iter().map(told).collect();
        let is_scalar = |node: &Node| node.view().kind() == Kind::Scalar;
        if !expanded.documents.iter().any(is_scalar) {
            return Ok(Self {
                source,
                documents: expanded.documents,
                faults,
            });
        }
        Self::line(&path, text).ok_or_else(|| {
            unreadable("it is neither YAML, JSON, KEY=value lines nor one line".into())
        })
    }

    /// A file that holds one line and nothing else.
    fn line(path: &Utf8Path, text: &str) -> Option<Self> {
        let line = text.trim();
        if line.contains('\n') || line.is_empty() {
            return None;
        }
        let start = (text.len() - text.trim_start().len()) as u32;
        let span = Span::new(start, start + line.len() as u32);
        let source = Source::file(path, Tree::of_spans(text, [span]));
        let node = source.tree.documents().next()?;
        Some(Self {
            documents: vec![Node::Src(Src::new(&source, node))],
            source,
            faults: Vec::new(),
        })
    }

    /// The file's path.
    pub fn path(&self) -> &Utf8Path {
        self.source.path()
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        self.source.tree.text()
    }

    /// The text as it was read.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// What is wrong with the text though it can be read: duplicate keys. Each is one
    /// sentence without a full stop.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// The values of its documents.
    pub fn documents(&self) -> &[Node] {
        &self.documents
    }
}

/// Whether an error leaves all values certain but those at its own place.
fn is_harmless(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::DuplicateKey { .. })
}

fn is_yaml(path: &Utf8Path) -> bool {
    matches!(path.extension(), Some("yaml" | "yml" | "json"))
}

/// What a scalar's text says when it is read: mappings, sequences of mappings or `KEY=value`
/// lines. None for other texts, and where it stands in no source as it is.
pub(crate) fn inside(scalar: View<'_>) -> Option<Vec<Node>> {
    let View::Src(source, node) = scalar else {
        return None;
    };
    let text = scalar.as_str()?;
    let is_many = text.trim_end().contains('\n') || text.starts_with(['{', '[']);
    if !is_many || text.len() > INSIDE_LIMIT {
        return None;
    }
    let host = Src::new(source, node);
    if let Some((_, node)) = env_file::read(text, Place::Embedded(host.clone())) {
        return Some(vec![node]);
    }
    let inner = Source::embedded(host);
    let expanded = inner.documents();
    let holds_maps = |node: &Node| {
        let view = node.view();
        view.is_map() || (view.is_seq() && view.items().all(View::is_map))
    };
    let is_clear = inner.tree.errors().is_empty() && expanded.errors.is_empty();
    let documents = expanded.documents;
    (is_clear && !documents.is_empty() && documents.iter().all(holds_maps)).then_some(documents)
}

/// What a scalar says: its content, without the quotes that a `KEY=value` line has.
pub(crate) fn text_of(scalar: View<'_>) -> &str {
    match scalar.style() {
        Style::Verbatim => env_file::unquoted(scalar.text()),
        _ => scalar.text(),
    }
}

/// Whether two scalars say the same.
pub(crate) fn same_scalar(a: View<'_>, b: View<'_>) -> bool {
    if a.style() == Style::Verbatim || b.style() == Style::Verbatim {
        return text_of(a) == text_of(b);
    }
    a.scalar(Dialect::Kustomize) == b.scalar(Dialect::Kustomize)
}

/// Whether two values say the same, however they are written and in whatever order their entries
/// stand.
pub(crate) fn same(a: View<'_>, b: View<'_>) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Map, Kind::Map) => {
            let (a, b) = (by_key(a), by_key(b));
            a.len() == b.len()
                && a.iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| same(*value, *other)))
        }
        (Kind::Seq, Kind::Seq) => {
            a.items().count() == b.items().count()
                && a.items().zip(b.items()).all(|(a, b)| same(a, b))
        }
        (Kind::Scalar, Kind::Scalar) => same_scalar(a, b),
        _ => false,
    }
}

/// A number that is the same for values that say the same, as [`same`] tells it.
pub(crate) fn fingerprint(value: View<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    match value.kind() {
        Kind::Map => {
            let entry = |(key, value): (&str, View<'_>)| {
                let mut hasher = FxHasher::default();
                key.hash(&mut hasher);
                fingerprint(value).hash(&mut hasher);
                hasher.finish()
            };
            let sum = by_key(value)
                .into_iter()
                .map(entry)
                .fold(0, u64::wrapping_add);
            (1u8, sum).hash(&mut hasher);
        }
        Kind::Seq => {
            2u8.hash(&mut hasher);
            value
                .items()
                .for_each(|item| fingerprint(item).hash(&mut hasher));
        }
        _ => match value.scalar(Dialect::Kustomize) {
            Some(Scalar::Str(_)) | None => text_of(value).hash(&mut hasher),
            Some(Scalar::Null) => 3u8.hash(&mut hasher),
            Some(Scalar::Bool(value)) => (4u8, value).hash(&mut hasher),
            Some(Scalar::Int(value)) => (5u8, value).hash(&mut hasher),
            Some(Scalar::Uint(value)) => (6u8, value).hash(&mut hasher),
            Some(Scalar::Float(value)) => (7u8, value.to_bits()).hash(&mut hasher),
        },
    }
    hasher.finish()
}

/// A mapping's values by their keys; the last of duplicates.
pub(crate) fn by_key(map: View<'_>) -> FxHashMap<&str, View<'_>> {
    map.entries()
        .map(|entry| (entry.key.text(), entry.value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str) -> String {
        match File::read(path, text) {
            Err(why) => why.message,
            Ok(file) => {
                let kinds = file
                    .documents()
                    .iter()
                    .map(|node| match node.view().kind() {
                        Kind::Map => format!("map of {}", node.view().entries().count()),
                        Kind::Seq => format!("seq of {}", node.view().items().count()),
                        _ => format!("line {:?}", node.view().text()),
                    });
                kinds.collect::<Vec<_>>().join(", ")
            }
        }
    }

    #[test]
    fn kinds_of_files() {
        assert_eq!(check("a.yaml", "a: 1\n---\n- b\n"), "map of 1, seq of 1");
        assert_eq!(check("a.json", "{\"a\": 1}"), "map of 1");
        assert_eq!(check("a.env", "A=1\nB=2\n"), "map of 2");
        assert_eq!(check("prod.env", "A: \"x=y\"\n"), "map of 1");
        assert_eq!(check("VERSION", "v1.2.3\n"), "line \"v1.2.3\"");
        assert_eq!(check("api", "image_tag: v1\nx: true\n"), "map of 2");
        assert_eq!(check("a.yaml", ""), "");
    }

    #[test]
    fn what_is_not_read() {
        insta::assert_snapshot!(check("a.yaml", "a: [\n"), @"line 1: this `[` is never closed");
        insta::assert_snapshot!(check("README", "some\nwords\n"), @"it is neither YAML, JSON, KEY=value lines nor one line");
    }
}
