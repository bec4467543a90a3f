//! OpenAPI schemas of custom resources, compiled mapping by mapping as objects lead there: some
//! of them have ten thousands of fields, of which an object has ten.

use std::sync::OnceLock;

use manifest::{Dialect, Node, Scalar, View};

use super::expressions::Expressions;
use super::rules::Rules;

/// How deep schemas may be nested.
const MAX_DEPTH: u16 = 100;

/// A schema that is compiled when it is first asked for.
#[derive(Debug)]
pub(crate) struct Lazy {
    source: Node,
    depth: u16,
    compiled: OnceLock<Box<Schema>>,
}

/// What a value has to be.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(super) ty: Option<JsonType>,
    pub(super) nullable: bool,
    /// What the API server fills in.
    pub(super) default: Option<Node>,
    pub(super) int_or_string: bool,
    pub(super) preserves_unknown: bool,
    pub(super) embedded_resource: bool,
    /// Whether it is nested too deep to be compiled, so that it says nothing.
    pub(super) cut: bool,
    /// Sorted by name.
    pub(super) properties: Vec<(Box<str>, Lazy)>,
    pub(super) required: Vec<Box<str>>,
    pub(super) additional: Additional,
    pub(super) items: Option<Lazy>,
    /// What few schemas have.
    pub(super) rules: Option<Box<Rules>>,
    /// Rules in the Common Expression Language.
    pub(super) expressions: Option<Box<Expressions>>,
    /// Which properties are filled in.
    defaulted: OnceLock<Box<[usize]>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonType {
    String,
    Integer,
    Number,
    Boolean,
    Object,
    Array,
}

/// What fields may have that are not among the properties.
#[derive(Debug, Default)]
pub(super) enum Additional {
    /// There may be none.
    #[default]
    None,
    /// Scalars.
    Any,
    /// Whatever follows the schema.
    Schema(Lazy),
}

impl Lazy {
    pub(crate) fn new(source: View<'_>) -> Self {
        Self::nested(source, 0)
    }

    fn nested(source: View<'_>, depth: u16) -> Self {
        Self {
            source: source.to_node(),
            depth,
            compiled: OnceLock::new(),
        }
    }

    pub(crate) fn get(&self) -> &Schema {
        self.compiled
            .get_or_init(|| Box::new(Schema::compile(self.source.view(), self.depth)))
    }
}

impl Schema {
    fn compile(view: View<'_>, depth: u16) -> Self {
        let mut schema = Self::default();
        if depth > MAX_DEPTH {
            schema.cut = true;
            return schema;
        }
        let inner = |view: View<'_>| Lazy::nested(view, depth + 1);
        for entry in view.entries() {
            let value = entry.value;
            match entry.key.text() {
                "type" => schema.ty = JsonType::of(value.text()),
                "properties" => schema.properties = properties(value, inner),
                "items" if value.is_map() => schema.items = Some(inner(value)),
                "required" => schema.required = value.items().map(|i| i.text().into()).collect(),
                "nullable" => schema.nullable = is_true(value),
                "default" => schema.default = Some(value.to_node()),
                "additionalProperties" if value.is_map() => {
                    schema.additional = Additional::Schema(inner(value));
                }
                "additionalProperties" if is_true(value) => schema.additional = Additional::Any,
                "x-kubernetes-int-or-string" => schema.int_or_string = is_true(value),
                "x-kubernetes-preserve-unknown-fields" => {
                    schema.preserves_unknown = is_true(value);
                }
                "x-kubernetes-embedded-resource" => schema.embedded_resource = is_true(value),
                "x-kubernetes-validations" if value.is_seq() => {
                    schema.expressions = Some(Box::new(Expressions::new(view, value)));
                }
                key if Rules::have(key) => {
                    let rules = schema.rules.get_or_insert_default();
                    rules.set(key, value, inner);
                }
                _ => {}
            }
        }
        if schema.int_or_string
            && let Some(rules) = &mut schema.rules
        {
            rules.drop_int_or_string();
        }
        schema
    }

    pub(super) fn property(&self, name: &str) -> Option<&Schema> {
        let found = self
            .properties
            .binary_search_by(|(key, _)| (**key).cmp(name));
        self.properties
            .get(found.ok()?)
            .map(|(_, schema)| schema.get())
    }

    /// The schema of a field, whether it is among the properties or not.
    pub(super) fn field(&self, name: &str) -> Option<&Schema> {
        self.property(name).or(match &self.additional {
            Additional::Schema(additional) => Some(additional.get()),
            _ => None,
        })
    }

    /// The properties that are filled in where they are missing, with what fills them in. Others
    /// are not compiled for that.
    pub(super) fn defaults(&self) -> impl Iterator<Item = (&str, &Schema)> {
        let defaulted = self.defaulted.get_or_init(|| {
            let has_default = |(at, (_, schema)): (usize, &(Box<str>, Lazy))| {
                schema.source.view().get("default").map(|_| at)
            };
            self.properties
                .iter()
                .enumerate()
                .filter_map(has_default)
                .collect()
        });
        let found = defaulted.iter().filter_map(|at| self.properties.get(*at));
        found.map(|(name, schema)| (&**name, schema.get()))
    }

    /// Whether a field that is missing is filled in.
    pub(super) fn fills_in(&self, field: &str) -> bool {
        self.property(field)
            .is_some_and(|schema| schema.default.is_some())
    }
}

impl JsonType {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "object" => Self::Object,
            "array" => Self::Array,
            _ => return None,
        })
    }
}

fn properties(view: View<'_>, inner: impl Fn(View<'_>) -> Lazy) -> Vec<(Box<str>, Lazy)> {
    let mut properties: Vec<(Box<str>, Lazy)> = view
        .entries()
        .map(|entry| (entry.key.text().into(), inner(entry.value)))
        .collect();
    properties.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    properties
}

pub(super) fn is_true(view: View<'_>) -> bool {
    view.scalar(Dialect::Kustomize) == Some(Scalar::Bool(true))
}
