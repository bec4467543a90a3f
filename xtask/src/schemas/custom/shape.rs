//! What a value may look like, and what several versions of a definition have in common.

use std::collections::{BTreeMap, BTreeSet};

/// What a value has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Any,
    String,
    Boolean,
    Int32,
    Int64,
    Number,
    Bytes,
    Time,
    Quantity,
    IntOrString,
    AnyObject,
    Enum(BTreeSet<String>),
    /// A text that matches one of several regular expressions.
    Pattern(BTreeSet<String>),
    Object(Object),
    Map(Box<Shape>),
    List(Box<Shape>, Items),
    /// A definition of Kubernetes' own, by name.
    Core(String),
}

/// A mapping with known fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) fields: BTreeMap<String, Field>,
    /// Whether there may be others.
    pub(crate) open: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) shape: Shape,
    pub(crate) required: bool,
}

/// What must differ between a list's items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Items {
    Any,
    Unequal,
    UnequalKeys(Vec<String>),
}

impl Shape {
    /// What both allow: a value is refused only if both refuse it. Where `other` is read from a
    /// source that knows less than definitions do, the types of scalars and what is required are
    /// this one's.
    pub(crate) fn merge(self, other: Self, other_is_vague: bool) -> Self {
        use Shape::{
            AnyObject, Boolean, Bytes, Enum, Int32, Int64, IntOrString, List, Map, Number, Object,
            Pattern, Quantity, String, Time,
        };
        match (self, other) {
            (a, b) if a == b => a,
            (Object(a), Object(b)) => Object(a.merge(b, other_is_vague)),
            (Map(a), Map(b)) => Map(Box::new(a.merge(*b, other_is_vague))),
            (List(a, items), List(b, other_items)) => {
                let items = if items == other_items || other_is_vague {
                    items
                } else {
                    Items::Any
                };
                List(Box::new(a.merge(*b, other_is_vague)), items)
            }
            (Enum(mut a), Enum(b)) => {
                a.extend(b);
                Enum(a)
            }
            (Pattern(mut a), Pattern(b)) => {
                a.extend(b);
                Pattern(a)
            }
            (
                a @ (Object(_) | Map(_) | AnyObject | Self::Core(_)),
                b @ (Object(_) | Map(_) | AnyObject | Self::Core(_)),
            ) => a.open(b),
            (
                a @ (Time | Bytes | Enum(_) | Pattern(_) | Quantity | IntOrString),
                String | IntOrString,
            ) if other_is_vague => a,
            (a @ (Int32 | Int64), Int32 | Int64 | Number) if other_is_vague => a,
            (
                String | Time | Bytes | Enum(_) | Pattern(_),
                String | Time | Bytes | Enum(_) | Pattern(_),
            ) => String,
            (Int32 | Int64, Int32 | Int64) => Int64,
            (Int32 | Int64 | Number, Int32 | Int64 | Number) => Number,
            (
                String | Int32 | Int64 | IntOrString | Quantity | Enum(_) | Pattern(_),
                String | Int32 | Int64 | IntOrString | Quantity | Enum(_) | Pattern(_),
            ) => IntOrString,
            (Boolean, Boolean) => Boolean,
            _ => Self::Any,
        }
    }

    fn supplement(&mut self, more: &Self) {
        match (self, more) {
            (Self::Object(own), Self::Object(more)) => own.supplement(more),
            (Self::Map(own), Self::Map(more)) | (Self::List(own, _), Self::List(more, _)) => {
                own.supplement(more);
            }
            (Self::Enum(own), Self::Enum(more)) => own.extend(more.iter().cloned()),
            _ => {}
        }
    }

    /// A mapping of which the known fields may be told, and nothing is refused.
    fn open(self, other: Self) -> Self {
        match (self, other) {
            (Self::Object(mut known), Self::AnyObject)
            | (Self::AnyObject, Self::Object(mut known)) => {
                known.open = true;
                for field in known.fields.values_mut() {
                    field.required = false;
                }
                Self::Object(known)
            }
            _ => Self::AnyObject,
        }
    }
}

impl Object {
    pub(crate) fn set(&mut self, name: &str, shape: Shape, required: bool) {
        let field = Field { shape, required };
        self.fields.insert(name.to_owned(), field);
    }

    /// Adds fields of which is told that they came later.
    pub(crate) fn supplement(&mut self, more: &Self) {
        for (name, field) in &more.fields {
            match self.fields.get_mut(name) {
                Some(own) => own.shape.supplement(&field.shape),
                None => self.set(name, field.shape.clone(), false),
            }
        }
    }

    fn merge(mut self, other: Self, other_is_vague: bool) -> Self {
        self.open |= other.open;
        for (name, field) in &mut self.fields {
            let other = other.fields.get(name);
            field.required &= other.is_some_and(|other| other.required || other_is_vague);
        }
        for (name, field) in other.fields {
            let merged = match self.fields.remove(&name) {
                Some(own) => Field {
                    shape: own.shape.merge(field.shape, other_is_vague),
                    required: own.required,
                },
                None => Field {
                    required: false,
                    ..field
                },
            };
            self.fields.insert(name, merged);
        }
        self
    }
}
