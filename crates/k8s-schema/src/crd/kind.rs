//! A kind with its versions.

use manifest::{Dialect, Node, Scalar, View};

use super::schema::{Lazy, Schema};
use crate::Scope;

/// What one CustomResourceDefinition defines.
#[derive(Debug)]
pub(crate) struct CustomKind {
    pub(crate) group: Box<str>,
    pub(crate) name: Box<str>,
    pub(crate) scope: Scope,
    pub(crate) versions: Vec<CustomVersion>,
    specification: Node,
}

/// One version of a custom kind.
#[derive(Debug)]
pub(crate) struct CustomVersion {
    pub(crate) name: Box<str>,
    pub(crate) served: bool,
    /// The warning that goes with its use, if it is deprecated. It may be empty.
    pub(crate) deprecated: Option<Box<str>>,
    /// Whether fields that the schema does not know are kept.
    pub(crate) preserves_unknown: bool,
    /// Whether the status is written through a path of its own.
    pub(crate) has_status: bool,
    schema: Option<Lazy>,
}

impl CustomKind {
    /// Reads a CustomResourceDefinition; `None` if the object is none, or one that no cluster
    /// would accept.
    pub(crate) fn of(crd: View<'_>) -> Option<Self> {
        if text(crd, &["kind"]) != "CustomResourceDefinition"
            || !text(crd, &["apiVersion"]).starts_with("apiextensions.k8s.io/")
        {
            return None;
        }
        let spec = crd.get("spec")?;
        let old = text(crd, &["apiVersion"]) == "apiextensions.k8s.io/v1beta1";
        let all = Common {
            schema: spec.get_path(&["validation", "openAPIV3Schema"]),
            preserves_unknown: flag(spec, "preserveUnknownFields").unwrap_or(old),
            has_status: spec.get_path(&["subresources", "status"]).is_some(),
        };
        let versions = spec.get("versions");
        let mut versions: Vec<CustomVersion> = versions
            .into_iter()
            .flat_map(View::items)
            .map(|version| CustomVersion::of(version, &all))
            .collect();
        if versions.is_empty() && old {
            versions.push(CustomVersion::sole(text(spec, &["version"]), &all));
        }
        Some(Self {
            group: text(spec, &["group"]).into(),
            name: text(spec, &["names", "kind"]).into(),
            scope: match text(spec, &["scope"]) {
                "Cluster" => Scope::Cluster,
                _ => Scope::Namespaced,
            },
            versions,
            specification: spec.to_node(),
        })
    }

    /// Whether both were read from the same bytes, as when several targets render a definition.
    pub(crate) fn is_copy_of(&self, other: &Self) -> bool {
        match (&self.specification, &other.specification) {
            (Node::Src(a), Node::Src(b)) => a == b,
            _ => false,
        }
    }

    /// What kinds are told apart by: group and name.
    pub(crate) fn key(&self) -> (&str, &str) {
        (&self.group, &self.name)
    }

    /// The schema of a version as it is written.
    pub(crate) fn schema(&self, version: &str) -> Option<View<'_>> {
        let spec = self.specification.view();
        let versions = || spec.get("versions").into_iter().flat_map(View::items);
        let own = versions().find(|own| text(*own, &["name"]) == version);
        let own = own.and_then(|own| own.get_path(&["schema", "openAPIV3Schema"]));
        own.or_else(|| spec.get_path(&["validation", "openAPIV3Schema"]))
    }

    pub(crate) fn version(&self, name: &str) -> Option<&CustomVersion> {
        self.versions.iter().find(|v| &*v.name == name)
    }
}

/// The kind of a group that is meant by a name that none of its kinds has: others may exist where
/// the object goes, so that only what is nearly the same is taken for it.
pub(crate) fn meant<'k>(kinds: &'k [CustomKind], group: &str, name: &str) -> Option<&'k str> {
    let of_group = kinds.iter().filter(|kind| &*kind.group == group);
    let singular = name.strip_suffix('s').unwrap_or(name);
    let mut names = of_group.map(|kind| &*kind.name);
    names.find(|known| known.eq_ignore_ascii_case(name) || known.eq_ignore_ascii_case(singular))
}

/// What `v1beta1` says once for all versions.
struct Common<'a> {
    schema: Option<View<'a>>,
    preserves_unknown: bool,
    has_status: bool,
}

impl CustomVersion {
    fn of(version: View<'_>, all: &Common<'_>) -> Self {
        let own = version.get_path(&["schema", "openAPIV3Schema"]);
        let deprecated = flag(version, "deprecated").unwrap_or(false);
        let status = version.get_path(&["subresources", "status"]);
        Self {
            name: text(version, &["name"]).into(),
            served: flag(version, "served").unwrap_or(false),
            deprecated: deprecated.then(|| text(version, &["deprecationWarning"]).into()),
            preserves_unknown: all.preserves_unknown,
            has_status: all.has_status || status.is_some(),
            schema: own.or(all.schema).map(Lazy::new),
        }
    }

    /// The only version of a definition that lists none.
    fn sole(name: &str, all: &Common<'_>) -> Self {
        Self {
            name: name.into(),
            served: true,
            deprecated: None,
            preserves_unknown: all.preserves_unknown,
            has_status: all.has_status,
            schema: all.schema.map(Lazy::new),
        }
    }

    /// A version that is nothing but a schema.
    pub(crate) fn of_schema(schema: View<'_>) -> Self {
        Self {
            name: "".into(),
            served: true,
            deprecated: None,
            preserves_unknown: false,
            has_status: false,
            schema: Some(Lazy::new(schema)),
        }
    }

    pub(crate) fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref().map(Lazy::get)
    }
}

fn text<'v>(view: View<'v>, path: &[&str]) -> &'v str {
    view.get_path(path).map_or("", View::text)
}

/// A boolean, if it is set.
pub(super) fn flag(view: View<'_>, key: &str) -> Option<bool> {
    match view.get(key)?.scalar(Dialect::Kustomize)? {
        Scalar::Bool(value) => Some(value),
        _ => None,
    }
}
