//! Expressions as trees, in one arena: they are dropped without recursion.

use std::sync::Arc;

use crate::Value;
use crate::library::Overload;

/// An expression, by its place in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id(pub(crate) u32);

#[derive(Debug, Default)]
pub(crate) struct Ast {
    nodes: Vec<Node>,
    /// Where each node begins in the text, in bytes.
    places: Vec<u32>,
    /// How many nodes stand below each other, from each node down.
    heights: Vec<u16>,
}

#[derive(Debug)]
pub(crate) enum Node {
    Literal(Value),
    /// A name that is not resolved, or names nothing.
    Name(Arc<str>),
    /// A variable of a macro, counted from the outermost.
    Local(usize),
    /// A variable of the whole expression.
    Global(usize),
    /// `of.field`, `of.?field`
    Select {
        of: Id,
        field: Arc<str>,
        optional: bool,
    },
    /// `has(of.field)`
    Has {
        of: Id,
        field: Arc<str>,
    },
    Call(Call),
    And(Vec<Id>),
    Or(Vec<Id>),
    /// `[condition] ? [then] : [else]`
    Conditional([Id; 3]),
    List(Vec<Item>),
    Map(Vec<(Id, Item)>),
    /// `Type{field: value}`
    Struct {
        name: Arc<str>,
        fields: Vec<(Arc<str>, Item)>,
    },
    Macro(Macro),
}

/// A part of a literal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) value: Id,
    /// Whether it stands behind a question mark.
    pub(crate) optional: bool,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: Arc<str>,
    pub(crate) target: Option<Id>,
    pub(crate) args: Vec<Id>,
    /// What fits, once types are known.
    pub(crate) overloads: Vec<&'static Overload>,
}

#[derive(Debug)]
pub(crate) struct Macro {
    pub(crate) kind: MacroKind,
    /// What it is applied to.
    pub(crate) range: Id,
    pub(crate) vars: Vec<Arc<str>>,
    /// A filter in front of a transformation, if there is one, and what is evaluated for each.
    pub(crate) filter: Option<Id>,
    pub(crate) body: Id,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MacroKind {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
    TransformList,
    TransformMap,
    TransformMapEntry,
    SortBy,
    OptMap,
    OptFlatMap,
    /// `cel.bind(name, value, expression)`
    Bind,
}

impl Ast {
    pub(crate) fn add(&mut self, node: Node, place: usize) -> Id {
        let id = Id(self.nodes.len() as u32);
        let mut height = 0;
        node.each_child(|child| height = self.height(child).max(height));
        self.heights.push(height.saturating_add(1));
        self.nodes.push(node);
        self.places.push(place as u32);
        id
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, id: Id) -> &Node {
        const NONE: &Node = &Node::Literal(Value::Null);
        self.nodes.get(id.0 as usize).unwrap_or(NONE)
    }

    pub(crate) fn set(&mut self, id: Id, node: Node) {
        if let Some(slot) = self.nodes.get_mut(id.0 as usize) {
            *slot = node;
        }
    }

    pub(crate) fn call(&mut self, id: Id) -> Option<&mut Call> {
        match self.nodes.get_mut(id.0 as usize) {
            Some(Node::Call(call)) => Some(call),
            _ => None,
        }
    }

    /// How many nodes stand below each other, this one counted.
    pub(crate) fn height(&self, id: Id) -> u16 {
        self.heights.get(id.0 as usize).copied().unwrap_or(0)
    }

    pub(crate) fn place(&self, id: Id) -> usize {
        self.places.get(id.0 as usize).copied().unwrap_or(0) as usize
    }
}

impl Node {
    pub(crate) fn each_child(&self, mut see: impl FnMut(Id)) {
        match self {
            Self::Literal(_) | Self::Name(_) | Self::Local(_) | Self::Global(_) => {}
            Self::Select { of, .. } | Self::Has { of, .. } => see(*of),
            Self::Call(call) => call.target.iter().chain(&call.args).for_each(|id| see(*id)),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|id| see(*id)),
            Self::Conditional(parts) => parts.iter().for_each(|id| see(*id)),
            Self::List(items) => items.iter().for_each(|item| see(item.value)),
            Self::Map(entries) => {
                for (key, item) in entries {
                    see(*key);
                    see(item.value);
                }
            }
            Self::Struct { fields, .. } => fields.iter().for_each(|(_, item)| see(item.value)),
            Self::Macro(inner) => {
                see(inner.range);
                inner.filter.iter().for_each(|id| see(*id));
                see(inner.body);
            }
        }
    }
}
