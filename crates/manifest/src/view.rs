use std::sync::Arc;

use spanned_yaml::{Dialect, Kind, NodeId, Scalar, Style, resolve};

use crate::{Entry, FieldPath, Item, Made, Map, Node, Segment, Seq, Source, Src, Was};

/// A value for reading, whatever it is made of. Removed entries and items are not seen.
#[derive(Clone, Copy, Debug)]
pub enum View<'a> {
    /// A subtree of a source.
    Src(&'a Arc<Source>, NodeId),
    /// A changed mapping.
    Map(&'a Arc<Map>),
    /// A changed sequence.
    Seq(&'a Arc<Seq>),
    /// A made scalar.
    Made(&'a Arc<Made>),
    /// A removed value.
    Gone,
}

/// One entry of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct EntryRef<'a> {
    /// The key.
    pub key: View<'a>,
    /// The value.
    pub value: View<'a>,
    /// What the value was, if a step changed it.
    pub was: Option<&'a Arc<Was>>,
}

impl<'a> View<'a> {
    pub(crate) fn of(node: &'a Node) -> Self {
        match node {
            Node::Src(src) => Self::Src(&src.source, src.node),
            Node::Map(map) => Self::Map(map),
            Node::Seq(seq) => Self::Seq(seq),
            Node::Made(made) => Self::Made(made),
            Node::Gone => Self::Gone,
        }
    }

    /// The value as a node of its own; it shares everything.
    pub fn to_node(self) -> Node {
        match self {
            Self::Src(source, node) => Node::Src(Src::new(source, node)),
            Self::Map(map) => Node::Map(map.clone()),
            Self::Seq(seq) => Node::Seq(seq.clone()),
            Self::Made(made) => Node::Made(made.clone()),
            Self::Gone => Node::Gone,
        }
    }

    /// What the value is; never [`Kind::Alias`].
    pub fn kind(self) -> Kind {
        match self {
            Self::Src(source, node) => source.tree.kind(node),
            Self::Map(_) => Kind::Map,
            Self::Seq(_) => Kind::Seq,
            Self::Made(_) | Self::Gone => Kind::Scalar,
        }
    }

    /// Whether it is a mapping.
    pub fn is_map(self) -> bool {
        self.kind() == Kind::Map
    }

    /// Whether it is a sequence.
    pub fn is_seq(self) -> bool {
        self.kind() == Kind::Seq
    }

    /// A scalar's content, whatever its type; empty for collections.
    pub fn text(self) -> &'a str {
        match self {
            Self::Src(source, node) => source.tree.scalar(node),
            Self::Made(made) => &made.text,
            _ => "",
        }
    }

    /// A scalar's content as its source has it, where a step only put it in other words: kustomize
    /// makes `4.1` of `4.10`, which is not what a text would be.
    pub fn written(self) -> &'a str {
        let Self::Made(made) = self else {
            return self.text();
        };
        match &*made.parts {
            [only] if only.span.range() == (0..made.text.len()) => {
                let whole = only.from.source.tree.scalar(only.from.node);
                whole.get(only.of.range()).unwrap_or(&made.text)
            }
            _ => &made.text,
        }
    }

    /// How it is written.
    pub fn style(self) -> Style {
        match self {
            Self::Src(source, node) => source.tree.style(node),
            Self::Made(made) => made.style,
            _ => Style::Plain,
        }
    }

    /// Its tag, if one is written.
    pub fn tag(self) -> Option<&'a str> {
        match self {
            Self::Src(source, node) => source.tree.tag(node),
            _ => None,
        }
    }

    /// What a scalar means; `None` for collections.
    pub fn scalar(self, dialect: Dialect) -> Option<Scalar<'a>> {
        if self.kind() != Kind::Scalar {
            return None;
        }
        Some(match self {
            Self::Gone => Scalar::Null,
            _ => resolve(self.text(), self.style(), self.tag(), dialect),
        })
    }

    /// Whether it is null as kustomize reads it.
    pub fn is_null(self) -> bool {
        if self.tag().is_some() {
            return self.scalar(Dialect::Kustomize) == Some(Scalar::Null);
        }
        match self {
            Self::Map(_) | Self::Seq(_) => false,
            Self::Gone => true,
            Self::Src(..) | Self::Made(_) => {
                self.style() == Style::Plain
                    && matches!(self.text(), "" | "~" | "null" | "Null" | "NULL")
                    && self.kind() == Kind::Scalar
            }
        }
    }

    /// Whether it is a collection that is written in flow style (`{…}`, `[…]`), or was before it
    /// was changed. One that was empty is not: what fills it decides how it is written.
    pub fn is_flow(self) -> bool {
        let was_flow = |place: &Option<Src>| {
            place.as_ref().is_some_and(|src| {
                let tree = &src.source.tree;
                tree.style(src.node) == Style::Flow && tree.children(src.node).next().is_some()
            })
        };
        match self {
            Self::Src(source, node) => source.tree.style(node) == Style::Flow,
            Self::Map(map) => was_flow(&map.place),
            Self::Seq(seq) => was_flow(&seq.place),
            Self::Made(_) | Self::Gone => false,
        }
    }

    /// Whether it is a value that is not written, as in `key:`.
    pub fn is_left_out(self) -> bool {
        self.kind() == Kind::Scalar
            && self.style() == Style::Plain
            && self.text().is_empty()
            && self.tag().is_none()
    }

    /// The content of a scalar that is text as kustomize reads it.
    pub fn as_str(self) -> Option<&'a str> {
        if self.kind() != Kind::Scalar || matches!(self, Self::Gone) {
            return None;
        }
        let text = self.text();
        match resolve(text, self.style(), self.tag(), Dialect::Kustomize) {
            Scalar::Str(_) => Some(text),
            _ => None,
        }
    }

    /// The mapping's entries in order; none for other kinds.
    pub fn entries(self) -> impl Iterator<Item = EntryRef<'a>> {
        match self {
            Self::Src(source, node) if source.tree.kind(node) == Kind::Map => {
                Children::Src(source, source.tree.children(node))
            }
            Self::Map(map) => Children::Own(map.entries.iter()),
            _ => Children::None,
        }
    }

    /// The sequence's items in order; none for other kinds.
    pub fn items(self) -> impl Iterator<Item = View<'a>> {
        match self {
            Self::Src(source, node) if source.tree.kind(node) == Kind::Seq => {
                Children::Src(source, source.tree.children(node))
            }
            Self::Seq(seq) => Children::Own(seq.items.iter()),
            _ => Children::None,
        }
    }

    /// About how much stands in a collection: no less than the number of its entries or items.
    pub fn breadth(self) -> usize {
        match self {
            Self::Src(source, node) => source.tree.count(node),
            Self::Map(map) => map.entries.len(),
            Self::Seq(seq) => seq.items.len(),
            Self::Made(_) | Self::Gone => 0,
        }
    }

    /// The entry with this key; the last of duplicates.
    pub fn entry(self, key: &str) -> Option<EntryRef<'a>> {
        match self {
            Self::Src(source, node) => {
                let (key, value) = source.tree.entry(node, key)?;
                Some(EntryRef {
                    key: View::Src(source, key),
                    value: View::Src(source, value),
                    was: None,
                })
            }
            Self::Map(map) => map.entry(key).map(|e| EntryRef {
                key: e.key.view(),
                value: e.value.view(),
                was: e.was.as_ref(),
            }),
            _ => None,
        }
    }

    /// The value of the entry with this key.
    pub fn get(self, key: &str) -> Option<View<'a>> {
        match self {
            Self::Src(source, node) => Some(View::Src(source, source.tree.get(node, key)?)),
            Self::Map(map) => map.get(key).map(Node::view),
            _ => None,
        }
    }

    /// The value behind several keys.
    pub fn get_path(self, keys: &[&str]) -> Option<View<'a>> {
        keys.iter().try_fold(self, |view, key| view.get(key))
    }

    /// The value at a path.
    pub fn at(self, path: &FieldPath) -> Option<View<'a>> {
        path.segments()
            .iter()
            .try_fold(self, |view, segment| match segment {
                Segment::Key(key) => view.get(key),
                Segment::Index(index) => view.items().nth(*index),
            })
    }

    /// Where the value came from. A made scalar's is that of its first piece, or of the step
    /// that made it.
    pub fn origin(self) -> Option<Src> {
        match self {
            Self::Src(source, node) => Some(Src::new(source, node)),
            Self::Map(map) => map.place.clone(),
            Self::Seq(seq) => seq.place.clone(),
            Self::Made(made) => match made.parts.first() {
                Some(part) => Some(part.from.clone()),
                None => made.step.by.clone(),
            },
            Self::Gone => None,
        }
    }
}

/// What stands in a collection: nodes of a source, or the parts of a changed collection, of
/// which removed ones are passed over.
enum Children<'a, T> {
    Src(&'a Arc<Source>, spanned_yaml::Children<'a>),
    Own(std::slice::Iter<'a, T>),
    None,
}

impl<'a> Iterator for Children<'a, Entry> {
    type Item = EntryRef<'a>;

    fn next(&mut self) -> Option<EntryRef<'a>> {
        match self {
            Self::Src(source, nodes) => Some(EntryRef {
                key: View::Src(source, nodes.next()?),
                value: View::Src(source, nodes.next()?),
                was: None,
            }),
            Self::Own(entries) => {
                let entry = entries.find(|e| !e.value.is_gone())?;
                Some(EntryRef {
                    key: entry.key.view(),
                    value: entry.value.view(),
                    was: entry.was.as_ref(),
                })
            }
            Self::None => None,
        }
    }
}

impl<'a> Iterator for Children<'a, Item> {
    type Item = View<'a>;

    fn next(&mut self) -> Option<View<'a>> {
        match self {
            Self::Src(source, nodes) => Some(View::Src(source, nodes.next()?)),
            Self::Own(items) => {
                let item = items.find(|i| !i.value.is_gone())?;
                Some(item.value.view())
            }
            Self::None => None,
        }
    }
}
