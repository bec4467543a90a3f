use std::fmt;
use std::sync::Arc;

use manifest::{Dialect, Node, Part, Scalar, Source, Span, Src, Step, Style, View};
use spanned_yaml::resolve;

/// A string field of a configuration, with its place. A field that is written as null is the
/// empty string, as it is for kustomize.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    at: Src,
    /// The string where it is not the scalar's content.
    content: Option<Arc<str>>,
    /// The scalar, where the string was put together.
    made: Option<Node>,
}

impl Text {
    /// The content of a scalar; `at` is its place.
    pub(crate) fn of(view: View<'_>, at: Src) -> Self {
        let content = match view {
            View::Src(..) if !view.is_null() => None,
            _ if view.is_null() => Some("".into()),
            _ => Some(view.text().into()),
        };
        let made = matches!(view, View::Made(_)).then(|| view.to_node());
        Self { at, content, made }
    }

    /// Another string than the one that is written at `at`.
    pub(crate) fn computed(content: &str, at: Src) -> Self {
        Self {
            at,
            content: Some(content.into()),
            made: None,
        }
    }

    /// The string read as YAML.
    pub(crate) fn source(&self) -> Arc<Source> {
        let made = self.made.as_ref().map(Node::view);
        let source = made.and_then(Source::within);
        source.unwrap_or_else(|| Source::embedded(self.at.clone()))
    }

    pub(crate) fn as_str(&self) -> &str {
        match &self.content {
            Some(content) => content,
            None => self.at.text(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }

    /// Where it is written.
    pub(crate) fn at(&self) -> &Src {
        &self.at
    }

    /// The string as a value of an object. It stays the configuration's own scalar where that
    /// would be read as the same string in an object.
    pub(crate) fn to_node(&self, step: &Step) -> Node {
        let content = self.as_str();
        let tree = &self.at.source.tree;
        let (style, tag) = (tree.style(self.at.node), tree.tag(self.at.node));
        let same = matches!(
            resolve(content, style, tag, Dialect::Kustomize),
            Scalar::Str(text) if text == content
        );
        // kustomize changes folded text of objects, but not that of configurations.
        if same && self.content.is_none() && style != Style::Folded {
            return Node::Src(self.at.clone());
        }
        Node::made(content, Style::DoubleQuoted, [self.part(0)], step.clone())
    }

    /// The string as the key of an entry that is added. kustomize writes such keys without
    /// quotes, so that one like `1` is no text any more, and the object is refused.
    pub(crate) fn to_key(&self, step: &Step) -> Node {
        let content = self.as_str();
        match resolve(content, Style::Plain, None, Dialect::Kustomize) {
            Scalar::Str(text) if text == content => self.to_node(step),
            _ => Node::made(content, Style::Plain, [self.part(0)], step.clone()),
        }
    }

    /// Its whole content, standing at `offset` in a made scalar.
    pub(crate) fn part(&self, offset: usize) -> Part {
        let length = self.as_str().len();
        Part {
            span: span(offset, offset + length),
            from: self.at.clone(),
            of: span(0, self.at.text().len()),
        }
    }
}

/// Reads as the string itself.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Optional strings: a missing one is empty.
pub(crate) fn str_of(text: &Option<Text>) -> &str {
    text.as_ref().map_or("", Text::as_str)
}

/// Bytes of a scalar's content, standing at `offset` in a made scalar.
pub(crate) fn part(from: &Src, of: std::ops::Range<usize>, offset: usize) -> Part {
    let length = of.end.saturating_sub(of.start);
    Part {
        span: span(offset, offset + length),
        from: from.clone(),
        of: span(of.start, of.end),
    }
}

/// Texts longer than 4 GiB are not read, so that offsets fit.
pub(crate) fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}
