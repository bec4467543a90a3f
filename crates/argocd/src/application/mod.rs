//! Applications: what Argo CD deploys, from where, and to where.

mod directory;
mod discover;
mod edit;
mod environment;
mod helm;
mod images;
mod kustomize;
mod overrides;
mod source;
mod sync;
mod validate;

pub use directory::{Directory, DirectoryFiles};
pub use discover::{ToolFound, discover};
pub use edit::edit_kustomization;
pub use environment::{Environment, Expanded};
pub use helm::{FileParameter, Helm, HelmValues, Parameter, ValueFile};
pub use kustomize::{Kustomize, Replica};
pub use overrides::{SOURCE_OVERRIDES, merge_source_overrides};
pub use source::{Plugin, Source, Tool};
pub use sync::{Automated, IgnoredDifference, OfNothing, SyncPolicy};

use manifest::{Dialect, Fault, Node, Src, View};

use crate::shape::{APPLICATION, Reader};
use crate::text::{Number, Text, number, text};

/// An Application, field by field. Every text knows where it came from.
#[derive(Clone, Debug)]
pub struct Application {
    /// The object as Argo CD takes it in: unknown fields are gone.
    pub node: Node,
    /// Its name.
    pub name: Option<Text>,
    /// The namespace in which the Application itself stands; none if nothing says.
    pub namespace: Option<Text>,
    /// The project that it names; without one it belongs to `default`.
    pub project: Option<Text>,
    /// Where it deploys to.
    pub destination: Destination,
    /// From where it deploys: `sources`, or else `source`. Of a source hydrator, the branch that
    /// is synced.
    pub sources: Vec<Source>,
    /// Whether it has `sources`, of which each may have a `ref`.
    pub has_many_sources: bool,
    /// What a source hydrator renders, to be deployed from another branch.
    pub dry_source: Option<Source>,
    /// How it is synced.
    pub sync: SyncPolicy,
    /// Differences that do not count.
    pub ignored_differences: Vec<IgnoredDifference>,
    /// How many deployments are kept to go back to.
    pub revision_history_limit: Option<Number>,
}

/// The project of Applications that name none.
pub const DEFAULT_PROJECT: &str = "default";

/// Where an Application deploys to.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    /// The cluster's address.
    pub server: Option<Text>,
    /// The cluster's name, which may be given instead.
    pub name: Option<Text>,
    /// The namespace of objects that name none.
    pub namespace: Option<Text>,
    /// Where the destination is written.
    pub place: Option<Src>,
}

impl Application {
    /// Reads an Application, and tells what in it is of a wrong type. Argo CD would not take such
    /// a one in; here the rest of it is read all the same.
    pub fn read(object: &Node, dialect: Dialect) -> (Self, Vec<Fault>) {
        let mut reader = Reader::new(dialect);
        let node = reader.read(object.view(), &APPLICATION, "Application");
        let node = node.unwrap_or_else(|| Node::Map(std::sync::Arc::default()));
        let view = node.view();
        let metadata = view.get("metadata").unwrap_or(View::Gone);
        let spec = view.get("spec").unwrap_or(View::Gone);
        let hydrator = spec.get("sourceHydrator");
        let many: Vec<View<'_>> = spec
            .get("sources")
            .into_iter()
            .flat_map(View::items)
            .collect();
        let has_many_sources = !many.is_empty() && hydrator.is_none();
        let sources = match hydrator {
            Some(hydrator) => vec![Source::of_hydrator(hydrator)],
            None if has_many_sources => many.into_iter().map(Source::of).collect(),
            None => spec.get("source").map(Source::of).into_iter().collect(),
        };
        let differences = spec.get("ignoreDifferences").into_iter();
        let application = Self {
            name: text(metadata, "name"),
            namespace: text(metadata, "namespace"),
            project: text(spec, "project"),
            destination: Destination::of(spec.get("destination")),
            sources,
            has_many_sources,
            dry_source: hydrator
                .and_then(|hydrator| hydrator.get("drySource"))
                .map(Source::of),
            sync: SyncPolicy::of(spec.get("syncPolicy")),
            ignored_differences: differences
                .flat_map(View::items)
                .map(IgnoredDifference::of)
                .collect(),
            revision_history_limit: number(spec, "revisionHistoryLimit"),
            node: node.clone(),
        };
        (application, reader.faults)
    }

    /// The name of the project that it belongs to.
    pub fn project_name(&self) -> &str {
        self.project.as_ref().map_or(DEFAULT_PROJECT, Text::as_str)
    }

    /// The source with this `ref`.
    pub fn referenced(&self, reference: &str) -> Option<&Source> {
        let mut sources = self.sources.iter().filter(|_| self.has_many_sources);
        sources.find(|source| {
            source
                .reference
                .as_ref()
                .is_some_and(|own| own == reference)
        })
    }

    /// What this Application's `spec` is wrong about: Argo CD deploys none of it.
    pub fn invalid(&self) -> Vec<Fault> {
        validate::application(self)
    }
}

impl Destination {
    fn of(view: Option<View<'_>>) -> Self {
        let Some(view) = view else {
            return Self::default();
        };
        Self {
            server: text(view, "server"),
            name: text(view, "name"),
            namespace: text(view, "namespace"),
            place: view.origin(),
        }
    }

    /// The address as Argo CD looks it up: without slashes at its end.
    pub fn server_address(&self) -> Option<&str> {
        let server = self.server.as_ref()?;
        Some(server.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use manifest::Source as Text_;
    use spanned_yaml::Tree;

    use super::*;

    pub(super) fn read(text: &str) -> Application {
        let source = Text_::file("app.yaml", Tree::parse(text));
        let document = source.documents().documents.remove(0);
        let (application, faults) = Application::read(&document, Dialect::Kubectl);
        assert!(faults.is_empty(), "{}", faults[0].message);
        application
    }
}
