//! Where an Application's objects come from.

use manifest::{Kind, Node, View};

use super::{Directory, Helm, Kustomize};
use crate::shape::is_empty;
use crate::text::{Text, text};

/// A source of an Application.
#[derive(Clone, Debug)]
pub struct Source {
    /// The mapping.
    pub node: Node,
    /// The repository's address.
    pub repo_url: Option<Text>,
    /// The folder in it.
    pub path: Option<Text>,
    /// The branch, tag or commit; of a chart its version.
    pub target_revision: Option<Text>,
    /// The name of a chart that stands in a chart repository.
    pub chart: Option<Text>,
    /// The name by which `$name/` in values files of other sources means this one.
    pub reference: Option<Text>,
    /// The name by which people know it.
    pub name: Option<Text>,
    /// Options for Helm.
    pub helm: Option<Helm>,
    /// Options for kustomize.
    pub kustomize: Option<Kustomize>,
    /// Options for plain manifests.
    pub directory: Option<Directory>,
    /// Options for a config management plugin.
    pub plugin: Option<Plugin>,
}

/// What Argo CD renders a source with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// kustomize.
    Kustomize,
    /// Helm.
    Helm,
    /// Nothing: manifests are deployed as they stand, and Jsonnet is run.
    Directory,
    /// A config management plugin.
    Plugin,
}

/// Options for a config management plugin.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// The mapping.
    pub node: Node,
    /// The plugin's name; without one Argo CD asks all which of them knows the folder.
    pub name: Option<Text>,
    /// The names and values of environment variables.
    pub environment: Vec<(Option<Text>, Option<Text>)>,
}

impl Source {
    pub(super) fn of(view: View<'_>) -> Self {
        Self {
            node: view.to_node(),
            repo_url: text(view, "repoURL"),
            path: text(view, "path"),
            target_revision: text(view, "targetRevision"),
            chart: text(view, "chart"),
            reference: text(view, "ref"),
            name: text(view, "name"),
            helm: options(view, "helm").map(Helm::of),
            kustomize: options(view, "kustomize").map(Kustomize::of),
            directory: options(view, "directory").map(Directory::of),
            plugin: view.get("plugin").map(Plugin::of),
        }
    }

    /// The source from which a hydrator's manifests are synced.
    pub(super) fn of_hydrator(hydrator: View<'_>) -> Self {
        let sync = hydrator.get("syncSource").unwrap_or(View::Gone);
        let dry = hydrator.get("drySource").unwrap_or(View::Gone);
        Self {
            node: sync.to_node(),
            repo_url: text(sync, "repoURL").or_else(|| text(dry, "repoURL")),
            path: text(sync, "path"),
            target_revision: text(sync, "targetBranch"),
            chart: None,
            reference: None,
            name: None,
            helm: None,
            kustomize: None,
            directory: None,
            plugin: None,
        }
    }

    /// Whether nothing is rendered of it: other sources read files of it.
    pub fn is_reference_only(&self) -> bool {
        let is_oci = self
            .repo_url
            .as_ref()
            .is_some_and(|url| url.as_str().starts_with("oci://"));
        self.reference.is_some() && self.path.is_none() && self.chart.is_none() && !is_oci
    }

    /// The tools for which it has options. Argo CD refuses a source with several.
    pub fn explicit_tools(&self) -> Vec<Tool> {
        [
            (Tool::Kustomize, self.kustomize.is_some()),
            (Tool::Helm, self.helm.is_some()),
            (Tool::Directory, self.directory.is_some()),
            (Tool::Plugin, self.plugin.is_some()),
        ]
        .into_iter()
        .filter_map(|(tool, is_given)| is_given.then_some(tool))
        .collect()
    }
}

/// The options for a tool. Argo CD removes those that say nothing, such as `recurse: false`, from
/// the Application, and then picks the tool by the folder.
fn options<'v>(source: View<'v>, tool: &str) -> Option<View<'v>> {
    source.get(tool).filter(|options| !says_nothing(*options))
}

fn says_nothing(view: View<'_>) -> bool {
    match view.kind() {
        Kind::Map => view.entries().all(|entry| says_nothing(entry.value)),
        _ => is_empty(view),
    }
}

impl Tool {
    /// The field with its options.
    pub fn field(self) -> &'static str {
        match self {
            Self::Kustomize => "kustomize",
            Self::Helm => "helm",
            Self::Directory => "directory",
            Self::Plugin => "plugin",
        }
    }
}

impl Plugin {
    fn of(view: View<'_>) -> Self {
        let variables = view.get("env").into_iter().flat_map(View::items);
        Self {
            node: view.to_node(),
            name: text(view, "name"),
            environment: variables
                .map(|variable| (text(variable, "name"), text(variable, "value")))
                .collect(),
        }
    }
}
