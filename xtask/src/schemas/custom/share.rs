//! Which parts of custom kinds are Kubernetes' own: their definitions are referred to instead of
//! being told again.

use std::collections::BTreeMap;

use super::shape::{Field, Object, Shape};
use crate::schemas::union::{self, Definition, Type, Union};

/// Definitions with fewer fields are not worth it.
const LEAST_FIELDS: usize = 3;

/// Definitions with fewer fields may be like others by chance: they may not refuse more.
const TELLING_FIELDS: usize = 6;

/// Kubernetes' own definitions.
pub(crate) struct Core<'a> {
    union: &'a Union,
    /// Definitions by a field that they have.
    by_field: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Core<'a> {
    pub(crate) fn of(union: &'a Union) -> Self {
        let mut by_field: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, definition) in &union.definitions {
            if definition.fields.len() >= LEAST_FIELDS {
                for field in definition.fields.keys() {
                    by_field.entry(field).or_default().push(name);
                }
            }
        }
        Self { union, by_field }
    }

    /// A reference to a definition, or anything if there is none.
    pub(crate) fn named(&self, group: &str, version: &str, name: &str) -> Shape {
        let full = format!("{group}.{version}.{name}");
        self.known(&full).unwrap_or(Shape::Any)
    }

    /// A reference to a definition.
    pub(crate) fn known(&self, name: &str) -> Option<Shape> {
        let known = self.union.definitions.contains_key(name);
        known.then(|| Shape::Core(name.to_owned()))
    }

    /// A definition's own fields.
    pub(crate) fn object(&self, name: &str) -> Option<Object> {
        let definition = self.union.definitions.get(name)?;
        let mut object = Object::default();
        for (name, variants) in &definition.fields {
            let field = variants.last()?;
            object.set(name, shape(&field.ty), is_required(field));
        }
        Some(object)
    }

    /// A shape with what it shares replaced by references.
    pub(crate) fn share(&self, shape: Shape) -> Shape {
        match shape {
            Shape::Object(object) => match self.like(&object) {
                Some(name) => Shape::Core(name.to_owned()),
                None => Shape::Object(self.share_fields(object)),
            },
            Shape::Map(values) => Shape::Map(Box::new(self.share(*values))),
            Shape::List(item, items) => Shape::List(Box::new(self.share(*item)), items),
            other => other,
        }
    }

    pub(crate) fn share_fields(&self, object: Object) -> Object {
        let share = |(name, field): (String, Field)| {
            let shape = self.share(field.shape);
            (name, Field { shape, ..field })
        };
        Object {
            fields: object.fields.into_iter().map(share).collect(),
            ..object
        }
    }

    /// The definition that a mapping is a version of.
    fn like(&self, object: &Object) -> Option<&'a str> {
        if object.fields.len() < LEAST_FIELDS {
            return None;
        }
        let rarest = object
            .fields
            .keys()
            .map(|field| self.by_field.get(field.as_str()));
        // A field that no definition has rules all of them out.
        let candidates = rarest.collect::<Option<Vec<_>>>()?;
        let candidates = candidates.into_iter().min_by_key(|names| names.len())?;
        let fits = candidates.iter().filter(|name| {
            let definition = self.union.definitions.get(**name);
            definition.is_some_and(|definition| {
                let is_sure = definition.fields.len() >= TELLING_FIELDS;
                self.is_version_of(object, definition, is_sure)
            })
        });
        let size = |name: &&&str| self.union.definitions.get(**name).map(|d| d.fields.len());
        fits.min_by_key(size).copied()
    }

    /// Whether a mapping has most of a definition's fields, no others, and asks for the same. If
    /// that is sure, the definition may refuse values that the mapping allows.
    fn is_version_of(&self, object: &Object, definition: &Definition, is_sure: bool) -> bool {
        object.fields.len() * 5 >= definition.fields.len() * 3
            && object.fields.iter().all(|(name, field)| {
                let variants = definition.fields.get(name);
                variants.is_some_and(|variants| {
                    let is_same =
                        |own: &union::Field| self.is_version(&field.shape, &own.ty, is_sure);
                    variants.iter().any(is_same)
                })
            })
            && definition.fields.iter().all(|(name, variants)| {
                let own = object.fields.get(name).is_some_and(|own| own.required);
                variants.iter().all(|field| {
                    field.is_set_by_hand || own == is_required(field) || own && field.required != 0
                })
            })
    }

    fn is_version(&self, shape: &Shape, ty: &Type, is_sure: bool) -> bool {
        match (shape, ty) {
            (Shape::Any | Shape::AnyObject, _)
            | (Shape::String | Shape::Enum(_), Type::Enum(_) | Type::Time)
            | (Shape::String, Type::Bytes) => is_sure,
            (_, Type::Any)
            | (Shape::String | Shape::Enum(_), Type::String)
            | (Shape::Time, Type::Time)
            | (Shape::Bytes, Type::Bytes)
            | (Shape::Boolean, Type::Boolean)
            | (Shape::Number, Type::Int32 | Type::Int64 | Type::Double)
            | (Shape::Int32 | Shape::Int64, Type::Int32 | Type::Int64)
            | (Shape::Quantity | Shape::IntOrString, Type::Quantity | Type::IntOrString) => true,
            (Shape::Core(name), Type::Object(other)) => name == other,
            (Shape::Object(object), Type::Object(name)) => {
                let definition = self.union.definitions.get(name);
                definition.is_some_and(|definition| self.is_version_of(object, definition, is_sure))
            }
            (Shape::Object(object), Type::AnyObject) => object.open,
            (Shape::Map(_), Type::AnyObject) => true,
            (Shape::Map(values), Type::Map(own)) => self.is_version(values, own, is_sure),
            (Shape::List(item, _), Type::List(own, _)) => self.is_version(item, own, is_sure),
            _ => false,
        }
    }
}

/// Whether all versions that have a field ask for it.
fn is_required(field: &union::Field) -> bool {
    field.required == field.versions
}

fn shape(ty: &Type) -> Shape {
    match ty {
        Type::String => Shape::String,
        Type::Boolean => Shape::Boolean,
        Type::Int32 => Shape::Int32,
        Type::Int64 => Shape::Int64,
        Type::Double => Shape::Number,
        Type::Bytes => Shape::Bytes,
        Type::Time => Shape::Time,
        Type::Quantity => Shape::Quantity,
        Type::IntOrString => Shape::IntOrString,
        Type::AnyObject => Shape::AnyObject,
        Type::Enum(values) => Shape::Enum(values.iter().cloned().collect()),
        Type::Object(name) => Shape::Core(name.clone()),
        Type::Map(values) => Shape::Map(Box::new(shape(values))),
        Type::List(item, _) => Shape::List(Box::new(shape(item)), super::shape::Items::Any),
        _ => Shape::Any,
    }
}
