use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use spanned_yaml::{NodeId, Position, Span, Tree};

/// One text, parsed, that knows where it stands.
#[derive(Debug)]
pub struct Source {
    /// What was read.
    pub tree: Tree,
    /// Where it stands.
    pub place: Place,
}

/// Where a text stands.
#[derive(Debug)]
pub enum Place {
    /// It is the file at this path, relative to the root.
    File(Utf8PathBuf),
    /// It is the content of a scalar, such as a patch inside a kustomization.
    Embedded(Src),
    /// It stands in no file: the program itself brought it.
    BuiltIn(&'static str),
}

/// A node of a source: the place from which a value came.
#[derive(Clone, Debug)]
pub struct Src {
    /// The text.
    pub source: Arc<Source>,
    /// The node in its tree.
    pub node: NodeId,
}

/// Bytes of a file.
#[derive(Clone, Debug)]
pub struct Location {
    /// The file as a source; its place is [`Place::File`] or [`Place::BuiltIn`].
    pub file: Arc<Source>,
    /// The bytes.
    pub span: Span,
}

impl Source {
    /// The source of a file.
    pub fn file(path: impl Into<Utf8PathBuf>, tree: Tree) -> Arc<Self> {
        Arc::new(Self {
            tree,
            place: Place::File(path.into()),
        })
    }

    /// Parses a scalar's content as YAML.
    pub fn embedded(host: Src) -> Arc<Self> {
        let tree = Tree::parse(host.text());
        Arc::new(Self {
            tree,
            place: Place::Embedded(host),
        })
    }

    /// A text that the program itself brings, under a name for messages.
    pub fn built_in(name: &'static str, text: &str) -> Arc<Self> {
        Arc::new(Self {
            tree: Tree::parse(text),
            place: Place::BuiltIn(name),
        })
    }

    /// The path of the file in which the text stands; of a built-in text its name.
    pub fn path(&self) -> &Utf8Path {
        match &self.place {
            Place::File(path) => path,
            Place::Embedded(host) => host.source.path(),
            Place::BuiltIn(name) => Utf8Path::new(name),
        }
    }

    /// The file's bytes that bytes of this text came from.
    pub fn locate(self: &Arc<Self>, span: Span) -> Location {
        match &self.place {
            Place::Embedded(host) => {
                let outer = host.source.tree.outer_span(host.node, span);
                host.source.locate(outer)
            }
            Place::File(_) | Place::BuiltIn(_) => Location {
                file: self.clone(),
                span,
            },
        }
    }
}

impl Src {
    /// A node of a source.
    pub fn new(source: &Arc<Source>, node: NodeId) -> Self {
        Self {
            source: source.clone(),
            node,
        }
    }

    /// The node's content, if it is a scalar.
    pub fn text(&self) -> &str {
        self.source.tree.scalar(self.node)
    }

    /// The node's bytes in the file.
    pub fn locate(&self) -> Location {
        self.source.locate(self.source.tree.span(self.node))
    }

    /// The bytes in the file of a part of the scalar's content.
    pub fn locate_part(&self, part: Span) -> Location {
        self.source
            .locate(self.source.tree.outer_span(self.node, part))
    }
}

impl PartialEq for Src {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node && Arc::ptr_eq(&self.source, &other.source)
    }
}

impl Eq for Src {}

impl Location {
    /// The file's path.
    pub fn path(&self) -> &Utf8Path {
        self.file.path()
    }

    /// Line and column of the first byte.
    pub fn start(&self) -> Position {
        self.file.tree.position(self.span.start)
    }

    /// Line and column behind the last byte.
    pub fn end(&self) -> Position {
        self.file.tree.position(self.span.end)
    }
}
