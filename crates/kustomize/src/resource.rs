//! An object under way, with what it was called before.

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Gvk, Node, ObjectId, Src, View};

use crate::decode::is_null;
use crate::openapi::Schema;

/// The namespace of objects that stand in none, for comparing identities.
const NO_NAMESPACE: &str = "_non_namespaceable_";
const DEFAULT_NAMESPACE: &str = "default";

/// What the annotations begin with in which kustomize notes what it did.
const NOTE_PREFIX: &str = "internal.config.kubernetes.io/";

/// An object under way.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) node: Node,
    /// What it was before any environment changed it.
    pub(crate) identity: Arc<ObjectId>,
    /// Its kind, as its fields say.
    pub(crate) gvk: Arc<Gvk>,
    /// Whether that kind is known to stand outside namespaces.
    pub(crate) cluster_scoped: bool,
    /// Whether anything is known of that kind.
    pub(crate) known: bool,
    pub(crate) past: Arc<Past>,
    /// Where it came from and what changed it, as build metadata has it.
    pub(crate) origin: Option<Arc<Origin>>,
    pub(crate) transformations: Vec<Arc<Origin>>,
}

/// What happened to an object's identity. Every kustomization that builds on another keeps its
/// own, so that the texts are shared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Past {
    /// The identities it had, the first one first.
    pub(crate) ids: Vec<Arc<PastId>>,
    pub(crate) prefixes: Vec<Arc<str>>,
    pub(crate) suffixes: Vec<Arc<str>>,
    /// Where the generator is that asks for a hash in the name.
    pub(crate) hash: Option<Src>,
    /// Whether a hash is asked for although no generator is known.
    pub(crate) hash_unplaced: bool,
    /// The vars that take their value from it.
    pub(crate) vars: Vec<Box<str>>,
}

/// An identity that an object had. Group and version are those it has now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PastId {
    pub(crate) name: Box<str>,
    /// With `default` for none.
    pub(crate) namespace: Box<str>,
    pub(crate) kind: Box<str>,
}

/// Where an object came from, or what changed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A file of objects.
    File(Utf8PathBuf),
    /// A generator or transformer.
    Configured {
        /// The file that configures it.
        file: Utf8PathBuf,
        /// What is configured.
        by: ObjectId,
    },
}

/// An object's identity as it stands in its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Id<'a> {
    pub(crate) group: &'a str,
    pub(crate) version: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    /// As written.
    pub(crate) namespace: &'a str,
}

impl Past {
    /// What kustomize itself would take from the notes that an object brings along in its
    /// annotations.
    fn noted_in(object: View<'_>) -> Arc<Self> {
        let Some(annotations) = object.get_path(&["metadata", "annotations"]) else {
            return Arc::default();
        };
        let note = |name: &str| {
            annotations
                .entries()
                .find(|entry| entry.key.text().strip_prefix(NOTE_PREFIX) == Some(name))
                .map(|entry| entry.value.text())
        };
        if !annotations
            .entries()
            .any(|entry| entry.key.text().starts_with(NOTE_PREFIX))
        {
            return Arc::default();
        }
        let list = |name: &str| -> Vec<&str> {
            note(name).map_or(Vec::new(), |text| text.split(',').collect())
        };
        let owned = |list: Vec<&str>| list.into_iter().map(Arc::from).collect();
        let namespaces = list("previousNamespaces");
        let kinds = list("previousKinds");
        let ids = list("previousNames").into_iter().zip(namespaces).zip(kinds);
        Arc::new(Self {
            ids: ids
                .map(|((name, namespace), kind)| {
                    Arc::new(PastId {
                        name: name.into(),
                        namespace: namespace.into(),
                        kind: kind.into(),
                    })
                })
                .collect(),
            prefixes: owned(list("prefixes")),
            suffixes: owned(list("suffixes")),
            hash_unplaced: note("needsHashSuffix") == Some("enabled"),
            ..Self::default()
        })
    }
}

impl<'a> Id<'a> {
    pub(crate) fn of(object: View<'a>) -> Self {
        let text = |key| object.get(key).map_or("", View::text);
        let (group, version) = split_version(text("apiVersion"));
        let (name, namespace) = name_of(object);
        Self {
            group,
            version,
            kind: text("kind"),
            name,
            namespace,
        }
    }

    pub(crate) fn to_gvk(self) -> Gvk {
        Gvk {
            group: self.group.into(),
            version: self.version.into(),
            kind: self.kind.into(),
        }
    }

    pub(crate) fn to_object_id(self) -> ObjectId {
        ObjectId {
            gvk: self.to_gvk(),
            namespace: self.namespace.into(),
            name: self.name.into(),
        }
    }
}

/// The name and namespace that an object's metadata give.
fn name_of(object: View<'_>) -> (&str, &str) {
    let Some(metadata) = object.get("metadata") else {
        return ("", "");
    };
    let field = |key| match metadata.get(key) {
        Some(value) if !is_null(value) => value.text(),
        _ => "",
    };
    (field("name"), field("namespace"))
}

/// Group and version; kustomize splits at the first slash.
pub(crate) fn split_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// The namespace by which identities are compared.
pub(crate) fn effective_namespace(namespace: &str, cluster_scoped: bool) -> &str {
    match namespace {
        _ if cluster_scoped => NO_NAMESPACE,
        "" => DEFAULT_NAMESPACE,
        other => other,
    }
}

impl Resource {
    /// An object as it stands in a source.
    pub(crate) fn new(node: Node, schema: &Schema) -> Self {
        let identity = Arc::new(Id::of(node.view()).to_object_id());
        let gvk = Arc::new(identity.gvk.clone());
        let namespaced = schema.is_namespaced(&gvk);
        let past = Past::noted_in(node.view());
        Self {
            node,
            identity,
            gvk,
            cluster_scoped: namespaced == Some(false),
            known: namespaced.is_some(),
            past,
            origin: None,
            transformations: Vec::new(),
        }
    }

    pub(crate) fn view(&self) -> View<'_> {
        self.node.view()
    }

    pub(crate) fn id(&self) -> Id<'_> {
        let (name, namespace) = name_of(self.node.view());
        Id {
            group: &self.gvk.group,
            version: &self.gvk.version,
            kind: &self.gvk.kind,
            name,
            namespace,
        }
    }

    /// Its identity for comparing.
    pub(crate) fn key(&self) -> Id<'_> {
        let id = self.id();
        Id {
            namespace: effective_namespace(id.namespace, self.cluster_scoped),
            ..id
        }
    }

    /// The identities it had, for comparing, the first one first.
    pub(crate) fn past_keys(&self) -> impl Iterator<Item = Id<'_>> {
        self.past.ids.iter().map(move |past| Id {
            group: &self.gvk.group,
            version: &self.gvk.version,
            kind: &past.kind,
            name: &past.name,
            namespace: effective_namespace(&past.namespace, false),
        })
    }

    /// The identities it had and has, for comparing, the first one first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Id<'_>> {
        self.past_keys().chain([self.key()])
    }

    /// The first of its identities, for comparing.
    pub(crate) fn first_key(&self) -> Id<'_> {
        self.past_keys().next().unwrap_or_else(|| self.key())
    }

    /// Keeps the identity it has, before it changes.
    pub(crate) fn remember(&mut self) {
        let key = self.key();
        let past = PastId {
            name: key.name.into(),
            namespace: key.namespace.into(),
            kind: key.kind.into(),
        };
        Arc::make_mut(&mut self.past).ids.push(Arc::new(past));
    }

    /// Whether nothing is left of it.
    pub(crate) fn is_deleted(&self) -> bool {
        let view = self.view();
        self.node.is_gone() || is_null(view) || (view.is_map() && view.entries().next().is_none())
    }

    /// To be called when apiVersion or kind may have changed.
    pub(crate) fn refresh(&mut self, schema: &Schema) {
        let now = Id::of(self.node.view());
        let same = now.kind == &*self.gvk.kind
            && now.group == &*self.gvk.group
            && now.version == &*self.gvk.version;
        if !same {
            self.gvk = Arc::new(now.to_gvk());
            self.rescope(schema);
        }
    }

    /// To be called when another schema counts from now on.
    pub(crate) fn rescope(&mut self, schema: &Schema) {
        let namespaced = schema.is_namespaced(&self.gvk);
        self.cluster_scoped = namespaced == Some(false);
        self.known = namespaced.is_some();
    }

    /// How many notes are taken of it that are copied where it is taken up.
    pub(crate) fn noted(&self) -> usize {
        1 + self.transformations.len()
    }

    pub(crate) fn needs_hash(&self) -> bool {
        self.past.hash.is_some() || self.past.hash_unplaced
    }
}
