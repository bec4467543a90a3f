//! What a schema says about a value beyond its type.

use go_regex::Pattern;
use manifest::{Dialect, Kind, Node, Scalar, View};

use super::schema::{JsonType, Lazy, is_true};

#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) one_of_values: Vec<Node>,
    pub(super) pattern: Option<Pattern>,
    pub(super) format: Option<Box<str>>,
    pub(super) minimum: Option<f64>,
    pub(super) maximum: Option<f64>,
    pub(super) exclusive_minimum: bool,
    pub(super) exclusive_maximum: bool,
    pub(super) multiple_of: Option<f64>,
    pub(super) length: Bounds,
    pub(super) items: Bounds,
    pub(super) properties: Bounds,
    pub(super) list: ListType,
    pub(super) map_keys: Vec<Box<str>>,
    pub(super) all_of: Vec<Lazy>,
    pub(super) any_of: Vec<Lazy>,
    pub(super) one_of: Vec<Lazy>,
    pub(super) not: Option<Lazy>,
}

/// How many there may be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    pub(super) least: Option<usize>,
    pub(super) most: Option<usize>,
}

/// What must differ between a list's items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ListType {
    #[default]
    Atomic,
    Set,
    Map,
}

impl Rules {
    /// Whether a keyword of a schema is a rule.
    pub(super) fn have(keyword: &str) -> bool {
        matches!(
            keyword,
            "enum"
                | "pattern"
                | "format"
                | "minimum"
                | "maximum"
                | "exclusiveMinimum"
                | "exclusiveMaximum"
                | "multipleOf"
                | "minLength"
                | "maxLength"
                | "minItems"
                | "maxItems"
                | "minProperties"
                | "maxProperties"
                | "allOf"
                | "anyOf"
                | "oneOf"
                | "not"
                | "x-kubernetes-list-type"
                | "x-kubernetes-list-map-keys"
        )
    }

    /// Takes over a keyword.
    pub(super) fn set(
        &mut self,
        keyword: &str,
        value: View<'_>,
        schema: impl Fn(View<'_>) -> Lazy,
    ) {
        let schemas = || value.items().map(&schema).collect();
        match keyword {
            "enum" => self.one_of_values = value.items().map(View::to_node).collect(),
            "pattern" => self.pattern = Some(Pattern::new(value.text())),
            "format" => self.format = Some(value.text().into()),
            "minimum" => self.minimum = number(value),
            "maximum" => self.maximum = number(value),
            "exclusiveMinimum" => self.exclusive_minimum = is_true(value),
            "exclusiveMaximum" => self.exclusive_maximum = is_true(value),
            "multipleOf" => self.multiple_of = number(value),
            "minLength" => self.length.least = count(value),
            "maxLength" => self.length.most = count(value),
            "minItems" => self.items.least = count(value),
            "maxItems" => self.items.most = count(value),
            "minProperties" => self.properties.least = count(value),
            "maxProperties" => self.properties.most = count(value),
            "allOf" => self.all_of = schemas(),
            "anyOf" => self.any_of = schemas(),
            "oneOf" => self.one_of = schemas(),
            "not" => self.not = Some(schema(value)),
            "x-kubernetes-list-type" => {
                self.list = match value.text() {
                    "set" => ListType::Set,
                    "map" => ListType::Map,
                    _ => ListType::Atomic,
                }
            }
            "x-kubernetes-list-map-keys" => {
                self.map_keys = value.items().map(|key| key.text().into()).collect();
            }
            _ => {}
        }
    }

    /// Drops the alternatives that only say again that a value is an integer or a string.
    pub(super) fn drop_int_or_string(&mut self) {
        let says =
            |ty| move |schema: &Lazy| schema.get().ty == Some(ty) && schema.get().rules.is_none();
        let has = |ty| self.any_of.iter().any(says(ty));
        if self.any_of.len() == 2 && has(JsonType::Integer) && has(JsonType::String) {
            self.any_of.clear();
        }
    }
}

impl Bounds {
    /// What is asked for, if that many things of a name are not allowed.
    pub(super) fn broken_by(self, count: usize, name: &str) -> Option<String> {
        let (how, limit) = match (self.least, self.most) {
            (Some(least), _) if count < least => ("at least", least),
            (_, Some(most)) if count > most => ("at most", most),
            _ => return None,
        };
        let plural = if limit == 1 { "" } else { "s" };
        Some(format!("{how} {limit} {name}{plural}"))
    }
}

/// Whether two values are the same in JSON.
pub(super) fn equal(a: View<'_>, b: View<'_>, dialect: Dialect) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Map, Kind::Map) => {
            let count = a.entries().count();
            count == b.entries().count()
                && a.entries().all(|entry| {
                    b.get(entry.key.text())
                        .is_some_and(|other| equal(entry.value, other, dialect))
                })
        }
        (Kind::Seq, Kind::Seq) => {
            a.items().count() == b.items().count()
                && a.items().zip(b.items()).all(|(a, b)| equal(a, b, dialect))
        }
        _ => match (a.scalar(dialect), b.scalar(dialect)) {
            (Some(a), Some(b)) => a == b || as_number(&a).is_some_and(|n| as_number(&b) == Some(n)),
            _ => false,
        },
    }
}

pub(super) fn as_number(scalar: &Scalar<'_>) -> Option<f64> {
    match scalar {
        Scalar::Int(int) => Some(*int as f64),
        Scalar::Uint(int) => Some(*int as f64),
        Scalar::Float(float) => Some(*float),
        _ => None,
    }
}

fn number(view: View<'_>) -> Option<f64> {
    as_number(&view.scalar(Dialect::Kustomize)?)
}

fn count(view: View<'_>) -> Option<usize> {
    match view.scalar(Dialect::Kustomize)? {
        Scalar::Int(count) => usize::try_from(count).ok(),
        _ => None,
    }
}
