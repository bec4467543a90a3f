use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use spanned_yaml::{NodeId, Position, Span, Tree};

use crate::{Printed, View};

/// One text, parsed, that knows where it stands.
#[derive(Debug)]
pub struct Source {
    /// What was read.
    pub tree: Arc<Tree>,
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
    /// Templates printed it.
    Printed(Printed),
    /// It is a file of a package that the repository carries and its users do not own.
    Vendored {
        /// The file's path; inside an archive, the archive's followed by the entry's.
        path: Utf8PathBuf,
        /// What asked for the package: the nearest place that users own.
        by: Src,
    },
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
    /// The source of a file. Files of the same content may share a tree.
    pub fn file(path: impl Into<Utf8PathBuf>, tree: impl Into<Arc<Tree>>) -> Arc<Self> {
        Arc::new(Self {
            tree: tree.into(),
            place: Place::File(path.into()),
        })
    }

    /// Parses a scalar's content as YAML.
    pub fn embedded(host: Src) -> Arc<Self> {
        let tree = Tree::parse(host.text());
        Arc::new(Self {
            tree: Arc::new(tree),
            place: Place::Embedded(host),
        })
    }

    /// Parses the content of a scalar as YAML, whether a file holds it or it was put together;
    /// none of a collection.
    pub fn within(scalar: View<'_>) -> Option<Arc<Self>> {
        match scalar {
            View::Src(source, node) => Some(Self::embedded(Src::new(source, node))),
            View::Made(made) => Some(match &made.parts[..] {
                // All of it is another scalar's.
                [part] if *part.from.text() == *made.text => Self::embedded(part.from.clone()),
                _ => Self::printed(&*made.text, Printed::of_made(made)),
            }),
            View::Map(_) | View::Seq(_) | View::Gone => None,
        }
    }

    /// Parses what templates printed.
    pub fn printed(text: impl Into<Box<str>>, printed: Printed) -> Arc<Self> {
        Arc::new(Self {
            tree: Arc::new(Tree::parse(text)),
            place: Place::Printed(printed),
        })
    }

    /// A text that the program itself brings, under a name for messages.
    pub fn built_in(name: &'static str, text: &str) -> Arc<Self> {
        Arc::new(Self {
            tree: Arc::new(Tree::parse(text)),
            place: Place::BuiltIn(name),
        })
    }

    /// The path of the file in which the text stands; of a printed text, that of its first
    /// template, or else of its first value; of a built-in text its name.
    pub fn path(&self) -> &Utf8Path {
        match &self.place {
            Place::File(path) | Place::Vendored { path, .. } => path,
            Place::Embedded(host) => host.source.path(),
            Place::Printed(printed) => {
                let first = printed.pieces.iter().find_map(|piece| piece.template);
                let template = first.and_then(|place| printed.templates.get(place.file as usize));
                let value = printed.values.first().map(|value| &value.source);
                let source = template.or(value);
                source.map_or(Utf8Path::new(""), |source| source.path())
            }
            Place::BuiltIn(name) => Utf8Path::new(name),
        }
    }

    /// The file's bytes that bytes of this text came from. Of what a template printed, they are
    /// those of the value, or else of the template; of a vendored file, those of what asked for
    /// it.
    pub fn locate(self: &Arc<Self>, span: Span) -> Location {
        let own = || Location {
            file: self.clone(),
            span,
        };
        match &self.place {
            Place::Embedded(host) => {
                let outer = host.source.tree.outer_span(host.node, span);
                host.source.locate(outer)
            }
            Place::Printed(printed) => printed
                .value(self.telling(span))
                .or_else(|| printed.template(span))
                .or_else(|| printed.values.first().map(Src::locate))
                .unwrap_or_else(own),
            Place::Vendored { by, .. } => by.locate(),
            Place::File(_) | Place::BuiltIn(_) => own(),
        }
    }

    /// The bytes of a range that tell whether a value printed it. Of several lines it is the
    /// first byte, lest a value deep in a collection speak for all of it; a block scalar's
    /// header is the template's, and says nothing of its content.
    fn telling(&self, span: Span) -> Span {
        let text = self.tree.text().get(span.range()).unwrap_or_default();
        match text.find('\n') {
            Some(at) if text.starts_with(['|', '>']) => {
                Span::new(span.start + at as u32 + 1, span.end)
            }
            Some(_) => Span::new(span.start, span.start + 1),
            None => span,
        }
    }

    /// Of what a template printed, the place of the value that it printed there, and that of the
    /// template.
    pub fn printed_from(&self, span: Span) -> Option<(Option<Location>, Option<Location>)> {
        match &self.place {
            Place::Printed(printed) => {
                Some((printed.value(self.telling(span)), printed.template(span)))
            }
            _ => None,
        }
    }

    /// Of what a template printed, where it is written in a file that users do not own.
    pub fn vendored(&self, span: Span) -> Option<Location> {
        match &self.place {
            Place::Printed(printed) => printed.vendored(self.telling(span)),
            _ => None,
        }
    }

    /// Whether a value printed the bytes of a range, or of what they stand in, rather than the text
    /// of a template.
    pub fn is_printed_value(&self, span: Span) -> bool {
        match &self.place {
            Place::Printed(printed) => printed.is_value(span),
            Place::Embedded(host) => {
                let outer = host.source.tree.outer_span(host.node, span);
                host.source.is_printed_value(outer)
            }
            Place::File(_) | Place::Vendored { .. } | Place::BuiltIn(_) => false,
        }
    }

    /// Every place in files that bytes of this text came from: of what a template printed, there
    /// may be several.
    pub fn locate_all(self: &Arc<Self>, span: Span) -> Vec<Location> {
        match &self.place {
            Place::Printed(printed) => printed.places(span),
            Place::Embedded(host) => {
                let outer = host.source.tree.outer_span(host.node, span);
                host.source.locate_all(outer)
            }
            _ => vec![self.locate(span)],
        }
    }

    /// Every place where bytes of this text are written, in files that users do not own as well.
    pub fn written(self: &Arc<Self>, span: Span) -> Vec<Location> {
        match &self.place {
            Place::Printed(printed) => printed.written(span),
            Place::Embedded(host) => {
                let outer = host.source.tree.outer_span(host.node, span);
                host.source.written(outer)
            }
            Place::Vendored { .. } | Place::File(_) | Place::BuiltIn(_) => vec![Location {
                file: self.clone(),
                span,
            }],
        }
    }

    /// Whether a part of the text is made up, because chance, the time or a key would make it.
    pub fn is_placeholder(&self, span: Span) -> bool {
        match &self.place {
            Place::Printed(printed) => printed.is_placeholder(span),
            Place::Embedded(host) => {
                let outer = host.source.tree.outer_span(host.node, span);
                host.source.is_placeholder(outer)
            }
            Place::File(_) | Place::Vendored { .. } | Place::BuiltIn(_) => false,
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

    /// Every place that the node's bytes came from.
    pub fn locate_all(&self) -> Vec<Location> {
        self.source.locate_all(self.source.tree.span(self.node))
    }

    /// Every place where the node's bytes are written, in files that users do not own as well.
    pub fn written(&self) -> Vec<Location> {
        self.source.written(self.source.tree.span(self.node))
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
