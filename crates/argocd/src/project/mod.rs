//! AppProjects: what the Applications of a project may do.

mod csv;
mod global;
mod permit;
mod policy;
mod rbac;
mod schedule;
mod validate;
mod window;

pub use global::GlobalProject;
pub use permit::{Permission, Target};
pub use rbac::{KnownProjects, check_rbac};
pub use schedule::{Schedule, parse_duration};
pub use validate::ProjectFault;
pub use window::SyncWindow;

use manifest::{Dialect, Fault, Node, Src, View};

use crate::shape::{PROJECT, Reader};
use crate::text::{Flag, Text, flag, is_on, text, texts};

/// An AppProject, field by field. Every text knows where it came from.
#[derive(Clone, Debug)]
pub struct Project {
    /// The spec as Argo CD takes it in: unknown fields are gone.
    pub spec: Node,
    /// Its name.
    pub name: Option<Text>,
    /// Its labels, by which Argo CD's settings may let it inherit from another one.
    pub labels: Vec<(String, String)>,
    /// Patterns of repositories; `!` before one forbids what it fits.
    pub source_repos: Vec<Text>,
    /// Patterns of destinations.
    pub destinations: Vec<ProjectDestination>,
    /// Kinds without namespace that may be deployed; none may without this.
    pub cluster_whitelist: Vec<ResourcePattern>,
    /// Kinds without namespace that may not be deployed.
    pub cluster_blacklist: Vec<ResourcePattern>,
    /// Kinds in namespaces that may be deployed; without this, all may.
    pub namespace_whitelist: Option<Vec<ResourcePattern>>,
    /// Kinds in namespaces that may not be deployed.
    pub namespace_blacklist: Vec<ResourcePattern>,
    /// Patterns of namespaces, other than Argo CD's own, in which Applications may stand.
    pub source_namespaces: Vec<Text>,
    /// Set if objects are looked for that no Application brings.
    pub orphaned: Option<OrphanedResources>,
    /// When syncs may run.
    pub sync_windows: Vec<SyncWindow>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Whether only clusters that belong to the project are destinations.
    pub permits_own_clusters_only: bool,
}

/// A pattern of destinations.
#[derive(Clone, Debug)]
pub struct ProjectDestination {
    /// Of the cluster's address.
    pub server: Option<Text>,
    /// Of the cluster's name.
    pub name: Option<Text>,
    /// Of the namespace.
    pub namespace: Option<Text>,
    /// Where it stands.
    pub place: Option<Src>,
}

/// A pattern of kinds.
#[derive(Clone, Debug)]
pub struct ResourcePattern {
    /// Of the API group; without one it is the core group.
    pub group: Option<Text>,
    /// Of the kind.
    pub kind: Option<Text>,
    /// Of the object's name; without one it is any.
    pub name: Option<Text>,
    /// Where it stands.
    pub place: Option<Src>,
}

/// How objects are looked for that no Application brings.
#[derive(Clone, Debug)]
pub struct OrphanedResources {
    /// Whether they are told.
    pub warn: Option<Flag>,
    /// Those that are not.
    pub ignored: Vec<ResourcePattern>,
}

/// A role of a project.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: Option<Text>,
    /// Lines that say what it may do.
    pub policies: Vec<Text>,
    /// Groups of people who have it.
    pub groups: Vec<Text>,
    /// Where it stands.
    pub place: Option<Src>,
}

impl Project {
    /// Reads an AppProject, and tells what in it is of a wrong type. Argo CD would not take such
    /// a one in; here the rest of it is read all the same.
    pub fn read(object: &Node, dialect: Dialect) -> (Self, Vec<Fault>) {
        let mut reader = Reader::new(dialect);
        let view = object.view();
        let spec = view.get("spec");
        let spec = spec.and_then(|spec| reader.read(spec, &PROJECT, "spec"));
        let spec = spec.unwrap_or_else(|| Node::Map(std::sync::Arc::default()));
        let fields = spec.view();
        let list = |key: &str| fields.get(key).into_iter().flat_map(View::items);
        let patterns = |key: &str| list(key).map(ResourcePattern::of).collect::<Vec<_>>();
        let metadata = view.get("metadata").unwrap_or(View::Gone);
        let project = Self {
            name: text(metadata, "name"),
            labels: {
                let labels = metadata.get("labels").into_iter();
                let labels = labels.flat_map(View::entries);
                let pair = |entry: manifest::EntryRef<'_>| {
                    (entry.key.text().to_owned(), entry.value.text().to_owned())
                };
                labels.map(pair).collect()
            },
            source_repos: texts(fields, "sourceRepos"),
            destinations: list("destinations").map(ProjectDestination::of).collect(),
            cluster_whitelist: patterns("clusterResourceWhitelist"),
            cluster_blacklist: patterns("clusterResourceBlacklist"),
            namespace_whitelist: fields
                .get("namespaceResourceWhitelist")
                .map(|_| patterns("namespaceResourceWhitelist")),
            namespace_blacklist: patterns("namespaceResourceBlacklist"),
            source_namespaces: texts(fields, "sourceNamespaces"),
            orphaned: fields.get("orphanedResources").map(|orphaned| {
                let ignored = orphaned.get("ignore").into_iter().flat_map(View::items);
                OrphanedResources {
                    warn: flag(orphaned, "warn"),
                    ignored: ignored.map(ResourcePattern::of).collect(),
                }
            }),
            sync_windows: list("syncWindows").map(SyncWindow::of).collect(),
            roles: list("roles").map(Role::of).collect(),
            permits_own_clusters_only: is_on(fields, "permitOnlyProjectScopedClusters"),
            spec: spec.clone(),
        };
        (project, reader.faults)
    }

    /// What Argo CD's API server refuses in this project.
    pub fn invalid(&self) -> Vec<ProjectFault> {
        validate::project(self)
    }
}

impl ProjectDestination {
    fn of(view: View<'_>) -> Self {
        Self {
            server: text(view, "server"),
            name: text(view, "name"),
            namespace: text(view, "namespace"),
            place: view.origin(),
        }
    }
}

impl ResourcePattern {
    fn of(view: View<'_>) -> Self {
        Self {
            group: text(view, "group"),
            kind: text(view, "kind"),
            name: text(view, "name"),
            place: view.origin(),
        }
    }
}

impl Role {
    fn of(view: View<'_>) -> Self {
        Self {
            name: text(view, "name"),
            policies: texts(view, "policies"),
            groups: texts(view, "groups"),
            place: view.origin(),
        }
    }
}

#[cfg(test)]
mod tests {
    use manifest::Source;
    use spanned_yaml::Tree;

    use super::*;

    pub(super) fn read(spec: &str) -> Project {
        let text = format!("metadata: {{name: shop}}\nspec: {spec}\n");
        let source = Source::file("project.yaml", Tree::parse(text));
        let document = source.documents().documents.remove(0);
        let (project, faults) = Project::read(&document, Dialect::Kubectl);
        assert!(faults.is_empty(), "{}", faults[0].message);
        project
    }
}
