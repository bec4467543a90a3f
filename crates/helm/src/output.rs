//! What rendering gives.

use std::sync::Arc;

use manifest::{Fault, Source};
use spanned_yaml::NodeId;

use crate::Usage;

/// What a chart rendered to.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The manifests in the order in which Helm installs them: custom resource definitions of
    /// `crds/` folders, then the others by kind, then hooks. Where there are faults, these are
    /// the manifests of what could be rendered; Helm itself would give none.
    pub manifests: Vec<Manifest>,
    /// Why Helm would refuse.
    pub faults: Vec<Fault>,
    /// What Helm demands of the values and nobody compared them with: what schemas refer to in
    /// other places. Each is told once, where it is referred to.
    pub unchecked: Vec<Fault>,
    /// What Helm only warns of.
    pub warnings: Vec<Fault>,
    /// What the templates looked at.
    pub usage: Usage,
    /// Whether a chart that takes part, however deep, depends on one that is not there.
    pub lacks_charts: bool,
}

/// One document that a template printed, or one file of a `crds/` folder.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The template as Helm names it behind `# Source:`, such as
    /// `app/charts/db/templates/service.yaml`.
    pub template: Arc<str>,
    /// The text, parsed. It knows where its bytes came from.
    pub source: Arc<Source>,
    /// What it is.
    pub origin: Origin,
}

/// What a manifest is for Helm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file of a `crds/` folder; it may hold several documents.
    Crd,
    /// Something that is installed.
    Template,
    /// Something that runs at certain moments.
    Hook(Hook),
}

/// When a hook runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hook {
    /// The moments, such as `pre-install`.
    pub events: Vec<Box<str>>,
    /// Its weight: lighter ones run first.
    pub weight: i64,
}

impl Hook {
    /// Whether it is a test.
    pub fn is_test(&self) -> bool {
        let mut events = self.events.iter().map(|event| &**event);
        events.any(|event| matches!(event, "test" | "test-success"))
    }
}

impl Manifest {
    /// The text, without the comment that names the template.
    pub fn text(&self) -> &str {
        self.source.tree.text()
    }

    /// The document's root; none if it holds comments only, or is not YAML.
    pub fn document(&self) -> Option<NodeId> {
        self.source.tree.documents().next()
    }
}
