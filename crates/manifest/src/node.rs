use std::sync::Arc;

use spanned_yaml::{Kind, Span, Style};

use crate::{Src, View};

/// A value, sharing what it did not change.
///
/// An untouched subtree *is* its source's node. A collection that something changed is a
/// [`Map`] or [`Seq`] of its own, whose untouched children are source nodes again.
#[derive(Clone, Debug)]
pub enum Node {
    /// A subtree of a source without aliases or merge keys in it.
    Src(Src),
    /// A mapping that was changed or put together.
    Map(Arc<Map>),
    /// A sequence that was changed or put together.
    Seq(Arc<Seq>),
    /// A scalar that stands in no source as it is.
    Made(Arc<Made>),
    /// What stood here was removed; the entry's or item's `was` tells by what. Readers skip it.
    Gone,
}

/// A mapping's entries in order.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// Where the mapping stood before it was changed; the base's, where several were merged.
    pub place: Option<Src>,
    /// The entries, removed ones included.
    pub entries: Vec<Entry>,
}

/// One entry of a [`Map`].
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, a scalar.
    pub key: Node,
    /// The value.
    pub value: Node,
    /// What the value was before, if a step changed it.
    pub was: Option<Arc<Was>>,
}

/// A sequence's items in order.
#[derive(Clone, Debug, Default)]
pub struct Seq {
    /// Where the sequence stood before it was changed; the base's, where several were merged.
    pub place: Option<Src>,
    /// The items, removed ones included.
    pub items: Vec<Item>,
}

/// One item of a [`Seq`].
#[derive(Clone, Debug)]
pub struct Item {
    /// The value.
    pub value: Node,
    /// What the value was before, if a step changed it.
    pub was: Option<Arc<Was>>,
}

/// What a value was before a step changed it.
#[derive(Clone, Debug)]
pub struct Was {
    /// The value before; [`Node::Gone`] if there was none.
    pub node: Node,
    /// What changed it.
    pub step: Step,
    /// What that value was before, in turn.
    pub prev: Option<Arc<Was>>,
}

/// Something that changes values.
#[derive(Clone, Debug)]
pub struct Step {
    /// The field of the kustomization, or the part of the chart, that did it: `namePrefix`,
    /// `patches`, `images`.
    pub name: &'static str,
    /// Where that is written; none if the program itself did it.
    pub by: Option<Src>,
}

/// A scalar put together from pieces, or computed.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its content.
    pub text: Box<str>,
    /// [`Style::Plain`] if the content is resolved as an unquoted scalar, any other if it is
    /// text whatever it looks like.
    pub style: Style,
    /// Where its pieces came from, in order and without overlap. Gaps are the program's own.
    pub parts: Box<[Part]>,
    /// What made it.
    pub step: Step,
    /// Whether it only stands for the value, because what gives that was left out.
    pub is_placeholder: bool,
}

/// Where a piece of a [`Made`] scalar came from.
#[derive(Clone, Debug)]
pub struct Part {
    /// The bytes of the made scalar.
    pub span: Span,
    /// The scalar they came from.
    pub from: Src,
    /// The bytes of that scalar's content.
    pub of: Span,
}

impl Node {
    /// Text made by a step out of nothing that stands in a source.
    pub fn text(text: impl Into<Box<str>>, step: Step) -> Self {
        Self::made(text, Style::DoubleQuoted, [], step)
    }

    /// A scalar made by a step out of `parts`.
    pub fn made(
        text: impl Into<Box<str>>,
        style: Style,
        parts: impl Into<Box<[Part]>>,
        step: Step,
    ) -> Self {
        Self::Made(Arc::new(Made {
            text: text.into(),
            style,
            parts: parts.into(),
            step,
            is_placeholder: false,
        }))
    }

    /// A made scalar as one that only stands for the value.
    #[must_use]
    pub fn as_placeholder(mut self) -> Self {
        if let Self::Made(made) = &mut self {
            Arc::make_mut(made).is_placeholder = true;
        }
        self
    }

    /// The value for reading; [`Node::Gone`] reads as null.
    pub fn view(&self) -> View<'_> {
        View::of(self)
    }

    /// Whether the value was removed.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Gone)
    }

    /// The mapping, made this node's own if it was a source's; `None` if it is no mapping.
    pub fn map_mut(&mut self) -> Option<&mut Map> {
        if let Self::Src(src) = self {
            let tree = &src.source.tree;
            if tree.kind(src.node) != Kind::Map {
                return None;
            }
            let node = |id| Self::Src(Src::new(&src.source, id));
            let entries = tree
                .entries(src.node)
                .map(|(key, value)| Entry {
                    key: node(key),
                    value: node(value),
                    was: None,
                })
                .collect();
            *self = Self::Map(Arc::new(Map {
                place: Some(src.clone()),
                entries,
            }));
        }
        match self {
            Self::Map(map) => Some(Arc::make_mut(map)),
            _ => None,
        }
    }

    /// The sequence, made this node's own if it was a source's; `None` if it is no sequence.
    pub fn seq_mut(&mut self) -> Option<&mut Seq> {
        if let Self::Src(src) = self {
            let tree = &src.source.tree;
            if tree.kind(src.node) != Kind::Seq {
                return None;
            }
            let items = tree
                .items(src.node)
                .map(|id| Item {
                    value: Self::Src(Src::new(&src.source, id)),
                    was: None,
                })
                .collect();
            *self = Self::Seq(Arc::new(Seq {
                place: Some(src.clone()),
                items,
            }));
        }
        match self {
            Self::Seq(seq) => Some(Arc::make_mut(seq)),
            _ => None,
        }
    }
}

impl Map {
    /// The entry with this key, if it was not removed.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .rfind(|e| !e.value.is_gone() && e.key.view().text() == key)
    }

    /// The entry with this key, if it was not removed.
    pub fn entry_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.entries
            .iter_mut()
            .rfind(|e| !e.value.is_gone() && e.key.view().text() == key)
    }

    /// The value of the entry with this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The value of the entry with this key, to be changed in place by finer steps.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entry_mut(key).map(|e| &mut e.value)
    }

    /// Sets an entry's value, remembering what it was; adds the entry at the end where there is
    /// none.
    pub fn set(&mut self, key: Node, value: Node, step: Step) {
        let found = {
            let view = key.view();
            self.entries
                .iter()
                .rposition(|e| e.key.view().text() == view.text())
        };
        match found {
            Some(at) => self.entries[at].set(value, step),
            None => self.entries.push(Entry {
                key,
                value,
                was: Some(Was::nothing(step)),
            }),
        }
    }

    /// Removes an entry, remembering what it was. Tells whether there was one.
    pub fn remove(&mut self, key: &str, step: Step) -> bool {
        match self.entry_mut(key) {
            Some(entry) => {
                entry.set(Node::Gone, step);
                true
            }
            None => false,
        }
    }

    /// How many entries there are, removed ones aside.
    pub fn len(&self) -> usize {
        self.entries.iter().filter(|e| !e.value.is_gone()).count()
    }

    /// Whether there is no entry, removed ones aside.
    pub fn is_empty(&self) -> bool {
        self.entries.iter().all(|e| e.value.is_gone())
    }
}

impl Entry {
    /// An entry that stands as it is.
    pub fn new(key: Node, value: Node) -> Self {
        Self {
            key,
            value,
            was: None,
        }
    }

    /// Replaces the value, remembering what it was.
    pub fn set(&mut self, value: Node, step: Step) {
        let node = std::mem::replace(&mut self.value, value);
        let prev = self.was.take();
        self.was = Some(Arc::new(Was { node, step, prev }));
    }
}

impl Item {
    /// An item that stands as it is.
    pub fn new(value: Node) -> Self {
        Self { value, was: None }
    }

    /// Replaces the value, remembering what it was.
    pub fn set(&mut self, value: Node, step: Step) {
        let node = std::mem::replace(&mut self.value, value);
        let prev = self.was.take();
        self.was = Some(Arc::new(Was { node, step, prev }));
    }
}

impl Seq {
    /// How many items there are, removed ones aside.
    pub fn len(&self) -> usize {
        self.items.iter().filter(|i| !i.value.is_gone()).count()
    }

    /// Whether there is no item, removed ones aside.
    pub fn is_empty(&self) -> bool {
        self.items.iter().all(|i| i.value.is_gone())
    }
}

impl Was {
    /// The past of a value that a step added.
    pub fn nothing(step: Step) -> Arc<Self> {
        Arc::new(Self {
            node: Node::Gone,
            step,
            prev: None,
        })
    }
}

impl Step {
    /// A step that is written at `by`.
    pub fn new(name: &'static str, by: Src) -> Self {
        Self { name, by: Some(by) }
    }

    /// A step of the program itself.
    pub fn own(name: &'static str) -> Self {
        Self { name, by: None }
    }
}
