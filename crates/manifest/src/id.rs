use std::fmt;

use crate::View;

/// A kind of objects, with its group (empty for the core group) and version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gvk {
    /// The API group, such as `apps`; empty for the core group.
    pub group: Box<str>,
    /// The version, such as `v1beta1`.
    pub version: Box<str>,
    /// The kind, such as `Deployment`.
    pub kind: Box<str>,
}

/// What tells one object from another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId {
    /// The kind.
    pub gvk: Gvk,
    /// The namespace as written; empty if none is.
    pub namespace: Box<str>,
    /// The name.
    pub name: Box<str>,
}

impl Gvk {
    /// From the fields `apiVersion` and `kind` as they are written.
    pub fn new(api_version: &str, kind: &str) -> Self {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        }
    }

    /// The kind of an object.
    pub fn of(object: View<'_>) -> Self {
        let field = |key| object.get(key).map_or("", View::text);
        Self::new(field("apiVersion"), field("kind"))
    }

    /// Whether it calls itself a Secret. Letter case is no matter: who writes `secret` means one.
    pub fn is_secret(&self) -> bool {
        self.group.is_empty() && self.kind.eq_ignore_ascii_case("Secret")
    }

    /// The group and version as an object writes them.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }
}

impl ObjectId {
    /// The identity of an object.
    pub fn of(object: View<'_>) -> Self {
        let metadata = |key| {
            object
                .get_path(&["metadata", key])
                .map_or("", View::text)
                .into()
        };
        Self {
            gvk: Gvk::of(object),
            namespace: metadata("namespace"),
            name: metadata("name"),
        }
    }
}

/// `Deployment/api`, the form that messages use.
impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.gvk.kind, self.name)
    }
}
