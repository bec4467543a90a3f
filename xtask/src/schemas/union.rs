//! The definitions of all versions as one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::hand::{Enum, FieldName, Lifecycle, Required};
use crate::Failure;

/// Kinds that stand in the definitions and are not objects that are applied.
const NO_OBJECTS: &[&str] = &[
    "APIGroup",
    "APIGroupList",
    "APIResourceList",
    "APIVersions",
    "DeleteOptions",
    "Status",
    "WatchEvent",
];

/// Definitions and kinds of several versions of Kubernetes. A set of versions is a number whose
/// bit `n` stands for the `n`th version that was added.
#[derive(Default)]
pub(crate) struct Union {
    /// How many versions were added.
    pub(crate) versions: u16,
    /// By the last three parts of their names: `core.v1.Container`.
    pub(crate) definitions: BTreeMap<String, Definition>,
    /// By apiVersion and kind.
    pub(crate) kinds: BTreeMap<(String, String), Kind>,
}

/// A mapping with known fields. Where the type of a field differs between versions, it has
/// several entries.
#[derive(Default)]
pub(crate) struct Definition {
    pub(crate) fields: BTreeMap<String, Vec<Field>>,
}

pub(crate) struct Field {
    pub(crate) ty: Type,
    pub(crate) versions: u16,
    pub(crate) required: u16,
    /// Whether `required.txt` says if it is required.
    pub(crate) is_set_by_hand: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Type {
    Any,
    String,
    Boolean,
    Int32,
    Int64,
    Double,
    Bytes,
    Time,
    Quantity,
    IntOrString,
    AnyObject,
    Enum(Vec<String>),
    Object(String),
    Map(Box<Type>),
    List(Box<Type>, Items),
    ObjectOrList(String),
    ObjectOrBoolean(String),
    ObjectOrStrings(String),
}

/// What must differ between a list's items.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Items {
    Any,
    Unequal,
    UnequalKeys(Vec<String>),
}

/// An object's kind.
#[derive(Default)]
pub(crate) struct Kind {
    pub(crate) definition: Option<String>,
    pub(crate) versions: u16,
    pub(crate) cluster_scoped: bool,
    pub(crate) deprecated: Option<u16>,
    pub(crate) removed: Option<u16>,
    pub(crate) replacement: Option<String>,
}

impl Union {
    /// Adds the next version's definitions.
    pub(crate) fn add(&mut self, document: &Value) -> Result<(), Failure> {
        let bit = 1 << self.versions;
        self.versions += 1;
        let definitions = object(document, "$defs").ok_or("there are no definitions")?;
        for (full_name, schema) in definitions {
            let name = short(full_name);
            self.add_kinds(&name, schema, bit);
            let definition = self.definitions.entry(name).or_default();
            for (field, schema) in object(schema, "properties").into_iter().flatten() {
                let ty = Type::of(schema).map_err(|e| format!("{full_name}.{field}: {e}"))?;
                definition.add(field, ty, bit);
            }
            for field in strings(schema, "required") {
                for field in definition.fields.entry(field).or_default() {
                    field.required |= field.versions & bit;
                }
            }
        }
        Ok(())
    }

    fn add_kinds(&mut self, definition: &str, schema: &Value, bit: u16) {
        let kinds = schema.get("x-kubernetes-group-version-kind");
        for kind in kinds.and_then(Value::as_array).into_iter().flatten() {
            let part = |name| kind.get(name).and_then(Value::as_str).unwrap_or_default();
            if NO_OBJECTS.contains(&part("kind")) {
                continue;
            }
            let key = (
                api_version(part("group"), part("version")),
                part("kind").to_owned(),
            );
            let kind = self.kinds.entry(key).or_default();
            kind.definition = Some(definition.to_owned());
            kind.versions |= bit;
        }
    }

    /// Gives fields their values.
    pub(crate) fn set_enums(&mut self, enums: &[Enum]) -> Result<(), Failure> {
        for set in enums {
            let values = Type::Enum(set.values.clone());
            for name in &set.fields {
                self.for_each(name, |field| match &mut field.ty {
                    ty @ Type::String => *ty = values.clone(),
                    Type::List(item, _) if **item == Type::String => **item = values.clone(),
                    _ => {}
                })?;
            }
        }
        Ok(())
    }

    /// Says which fields the API server asks for.
    pub(crate) fn set_required(&mut self, rows: &[Required]) -> Result<(), Failure> {
        for row in rows {
            self.for_each(&row.field, |field| {
                field.required = if row.required { field.versions } else { 0 };
                field.is_set_by_hand = true;
            })?;
        }
        Ok(())
    }

    fn for_each(
        &mut self,
        name: &FieldName,
        mut change: impl FnMut(&mut Field),
    ) -> Result<(), Failure> {
        let mut found = false;
        for (definition, content) in &mut self.definitions {
            if name.is_of(definition) {
                for field in content.fields.get_mut(&name.field).into_iter().flatten() {
                    change(field);
                    found = true;
                }
            }
        }
        if found {
            Ok(())
        } else {
            Err(format!("there is no field {}.{}", name.definition, name.field).into())
        }
    }

    /// Says which kinds stand in no namespace.
    pub(crate) fn set_scopes(&mut self, rows: &[(String, String)]) -> Result<(), Failure> {
        for (group, name) in rows {
            let mut found = false;
            for ((api_version, kind_name), kind) in &mut self.kinds {
                let own = api_version.rsplit_once('/').map_or("", |(group, _)| group);
                if own == group && kind_name == name {
                    kind.cluster_scoped = true;
                    found = true;
                }
            }
            if !found {
                return Err(format!("cluster-scoped.txt: there is no {name} in `{group}`").into());
            }
        }
        Ok(())
    }

    /// Says what becomes of kinds. `first` is the oldest minor version in the table.
    pub(crate) fn set_lifecycles(&mut self, rows: &[Lifecycle], first: u16) -> Result<(), Failure> {
        for row in rows {
            let key = (row.api_version.clone(), row.kind.clone());
            let kind = self.kinds.entry(key).or_default();
            let gone = first + (u16::BITS - kind.versions.leading_zeros()) as u16;
            let lives = gone == first + self.versions;
            match row.removed {
                Some(removed) if kind.versions != 0 && !lives && removed != gone => {
                    return Err(format!(
                        "lifecycle.txt: {} {} was removed in 1.{gone}, not 1.{removed}",
                        row.api_version, row.kind
                    )
                    .into());
                }
                Some(removed) if lives && removed < gone => {
                    return Err(format!(
                        "lifecycle.txt: {} {} is still there in 1.{}",
                        row.api_version,
                        row.kind,
                        gone - 1
                    )
                    .into());
                }
                _ => {}
            }
            kind.deprecated = row.deprecated;
            kind.removed = row.removed;
            kind.replacement.clone_from(&row.replacement);
        }
        Ok(())
    }

    /// Drops the definitions that no kind leads to.
    pub(crate) fn drop_unreachable(&mut self) {
        let mut open: Vec<&str> = Vec::new();
        open.extend(self.kinds.values().filter_map(|k| k.definition.as_deref()));
        let mut reached: BTreeSet<String> = BTreeSet::new();
        while let Some(name) = open.pop() {
            if reached.insert(name.to_owned())
                && let Some(definition) = self.definitions.get(name)
            {
                let fields = definition.fields.values().flatten();
                open.extend(fields.filter_map(|field| field.ty.definition()));
            }
        }
        self.definitions.retain(|name, _| reached.contains(name));
    }
}

impl Definition {
    fn add(&mut self, name: &str, ty: Type, bit: u16) {
        let fields = self.fields.entry(name.to_owned()).or_default();
        match fields
            .iter_mut()
            .find(|field| field.ty.shape() == ty.shape())
        {
            Some(field) => {
                field.ty = ty;
                field.versions |= bit;
            }
            None => fields.push(Field {
                ty,
                versions: bit,
                required: 0,
                is_set_by_hand: false,
            }),
        }
    }
}

impl Type {
    fn of(schema: &Value) -> Result<Self, Failure> {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return Ok(Self::named(&short(reference)));
        }
        let ty = match schema.get("type") {
            Some(Value::Array(types)) => types.first().and_then(Value::as_str),
            Some(ty) => ty.as_str(),
            None => None,
        };
        let format = schema.get("format").and_then(Value::as_str);
        Ok(match (ty, format) {
            (Some("string"), None) => Self::String,
            (Some("string"), Some("byte")) => Self::Bytes,
            (Some("boolean"), None) => Self::Boolean,
            (Some("integer"), Some("int32")) => Self::Int32,
            (Some("integer"), Some("int64")) => Self::Int64,
            (Some("number"), Some("double")) => Self::Double,
            (Some("array"), None) => {
                let item = Self::of(schema.get("items").ok_or("a list without items")?)?;
                Self::List(Box::new(item), Items::of(schema))
            }
            (Some("object"), None) => match schema.get("additionalProperties") {
                Some(value) => Self::Map(Box::new(Self::of(value)?)),
                None => Self::AnyObject,
            },
            _ => return Err(format!("type {ty:?} with format {format:?} is not known").into()),
        })
    }

    /// The type behind a reference.
    fn named(name: &str) -> Self {
        let props = || "apiextensions.v1.JSONSchemaProps".to_owned();
        match name {
            "api.resource.Quantity" => Self::Quantity,
            "util.intstr.IntOrString" => Self::IntOrString,
            "meta.v1.Time" | "meta.v1.MicroTime" => Self::Time,
            "meta.v1.FieldsV1" | "meta.v1.Patch" | "pkg.runtime.RawExtension" => Self::AnyObject,
            "apiextensions.v1.JSON" => Self::Any,
            "apiextensions.v1.JSONSchemaPropsOrArray" => Self::ObjectOrList(props()),
            "apiextensions.v1.JSONSchemaPropsOrBool" => Self::ObjectOrBoolean(props()),
            "apiextensions.v1.JSONSchemaPropsOrStringArray" => Self::ObjectOrStrings(props()),
            _ => Self::Object(name.to_owned()),
        }
    }

    /// The type without what is only said about it in some versions.
    fn shape(&self) -> Self {
        match self {
            Self::List(item, _) => Self::List(Box::new(item.shape()), Items::Any),
            Self::Map(value) => Self::Map(Box::new(value.shape())),
            _ => self.clone(),
        }
    }

    /// The definition that the type leads to.
    fn definition(&self) -> Option<&str> {
        match self {
            Self::Object(name)
            | Self::ObjectOrList(name)
            | Self::ObjectOrBoolean(name)
            | Self::ObjectOrStrings(name) => Some(name),
            Self::Map(inner) | Self::List(inner, _) => inner.definition(),
            _ => None,
        }
    }
}

impl Items {
    fn of(schema: &Value) -> Self {
        match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
            Some("map") => Self::UnequalKeys(strings(schema, "x-kubernetes-list-map-keys")),
            Some("set") => Self::Unequal,
            _ => Self::Any,
        }
    }
}

/// The last three parts of a definition's name.
fn short(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    let parts: Vec<&str> = name.split('.').collect();
    parts[parts.len().saturating_sub(3)..].join(".")
}

fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

fn object<'a>(value: &'a Value, key: &str) -> Option<&'a serde_json::Map<String, Value>> {
    value.get(key)?.as_object()
}

fn strings(value: &Value, key: &str) -> Vec<String> {
    let items = value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}
