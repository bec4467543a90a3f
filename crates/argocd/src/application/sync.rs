//! How an Application is synced.

use manifest::{Node, Src, View};

use crate::text::{Flag, Text, flag, pairs, text, texts};

/// How an Application is synced.
#[derive(Clone, Debug, Default)]
pub struct SyncPolicy {
    /// Set if it is synced without being asked.
    pub automated: Option<Automated>,
    /// Options such as `CreateNamespace=true`.
    pub options: Vec<Text>,
    /// Labels of the namespace that is created.
    pub namespace_labels: Vec<(Node, Node)>,
    /// Annotations of the namespace that is created.
    pub namespace_annotations: Vec<(Node, Node)>,
    /// Where the policy stands.
    pub place: Option<Src>,
}

/// Syncing without being asked.
#[derive(Clone, Debug)]
pub struct Automated {
    /// Whether objects that are no longer rendered are deleted.
    pub prune: Option<Flag>,
    /// Whether changes in the cluster are undone.
    pub self_heal: Option<Flag>,
    /// Whether all objects may be deleted at once.
    pub allow_empty: Option<Flag>,
    /// Whether it is done at all; without this, it is.
    pub enabled: Option<Flag>,
    /// Where it stands.
    pub place: Option<Src>,
}

/// What becomes of what an Application deployed, once it renders nothing and nobody asks for a
/// sync.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfNothing {
    /// It is deleted.
    Pruned,
    /// It stays, since Argo CD rejects the sync: everything would be deleted.
    Rejected,
    /// It stays.
    Kept,
}

/// Differences between a cluster and what is rendered that do not count.
#[derive(Clone, Debug)]
pub struct IgnoredDifference {
    /// The API group of the objects; empty for the core group.
    pub group: Option<Text>,
    /// Their kind.
    pub kind: Option<Text>,
    /// Their name; without one it is any.
    pub name: Option<Text>,
    /// Their namespace; without one it is any.
    pub namespace: Option<Text>,
    /// Pointers to fields.
    pub json_pointers: Vec<Text>,
    /// Expressions of `jq` that find fields.
    pub jq_path_expressions: Vec<Text>,
    /// Managers whose fields do not count.
    pub managers: Vec<Text>,
    /// Where it stands.
    pub place: Option<Src>,
}

impl SyncPolicy {
    pub(super) fn of(view: Option<View<'_>>) -> Self {
        let Some(view) = view else {
            return Self::default();
        };
        let namespace = view.get("managedNamespaceMetadata").unwrap_or(View::Gone);
        Self {
            automated: view
                .get("automated")
                .filter(|own| own.is_map())
                .map(Automated::of),
            options: texts(view, "syncOptions"),
            namespace_labels: pairs(namespace, "labels"),
            namespace_annotations: pairs(namespace, "annotations"),
            place: view.origin(),
        }
    }

    /// The value of an option; of several the first.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find_map(|option| {
            let (own, value) = option.as_str().split_once('=')?;
            (own == name).then_some(value)
        })
    }

    /// Whether the list holds exactly `name=true`, as Argo CD asks for it.
    pub fn has_option(&self, name: &str) -> bool {
        self.option_set(name).is_some()
    }

    /// The entry `name=true`.
    pub fn option_set(&self, name: &str) -> Option<&Text> {
        let is_set = |option: &&Text| option.as_str().strip_prefix(name) == Some("=true");
        self.options.iter().find(is_set)
    }

    /// Whether the destination's namespace is created.
    pub fn creates_namespace(&self) -> bool {
        self.has_option("CreateNamespace")
    }

    /// Whether objects are applied on the server's side.
    pub fn applies_on_server(&self) -> bool {
        self.has_option("ServerSideApply")
    }

    /// Whether it is synced without being asked.
    pub fn is_automated(&self) -> bool {
        let automated = self.automated.as_ref();
        automated.is_some_and(|automated| {
            let enabled = automated.enabled.as_ref();
            enabled.is_none_or(|enabled| enabled.is_on)
        })
    }

    /// What becomes of what was deployed, once nothing is rendered.
    pub fn of_nothing(&self) -> OfNothing {
        let automated = self.automated.as_ref().filter(|_| self.is_automated());
        let Some(own) = automated.filter(|own| Flag::is_on(own.prune.as_ref())) else {
            return OfNothing::Kept;
        };
        match Flag::is_on(own.allow_empty.as_ref()) {
            true => OfNothing::Pruned,
            false => OfNothing::Rejected,
        }
    }
}

impl Automated {
    fn of(view: View<'_>) -> Self {
        Self {
            prune: flag(view, "prune"),
            self_heal: flag(view, "selfHeal"),
            allow_empty: flag(view, "allowEmpty"),
            enabled: flag(view, "enabled"),
            place: view.origin(),
        }
    }
}

impl IgnoredDifference {
    pub(super) fn of(view: View<'_>) -> Self {
        Self {
            group: text(view, "group"),
            kind: text(view, "kind"),
            name: text(view, "name"),
            namespace: text(view, "namespace"),
            json_pointers: texts(view, "jsonPointers"),
            jq_path_expressions: texts(view, "jqPathExpressions"),
            managers: texts(view, "managedFieldsManagers"),
            place: view.origin(),
        }
    }
}
