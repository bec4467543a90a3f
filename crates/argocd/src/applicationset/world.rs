//! What an ApplicationSet asks of its surroundings.

use manifest::{Snapshot, Src};

use super::Cluster;

/// What is known of the world around an ApplicationSet without asking it.
pub trait World {
    /// The files of a git repository at a revision, each as it is written in the generator; none
    /// if they are not here.
    fn repository(&self, url: &str, revision: &str) -> Option<&dyn Snapshot>;

    /// All clusters that Argo CD knows, the one that it runs in aside unless it is declared, too;
    /// none if that is not known.
    fn clusters(&self) -> Option<&[Cluster]>;

    /// Whether Argo CD may know more clusters than those: nobody has listed all of them.
    fn may_have_more_clusters(&self) -> bool {
        false
    }

    /// Whether a project of this name exists. Where projects are not known, every one does.
    fn has_project(&self, name: &str) -> bool;
}

/// Something that decides what is generated, and that is not known offline.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// What it is.
    pub what: UnknownKind,
    /// Where it is asked for.
    pub at: Option<Src>,
}

/// What is not known offline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownKind {
    /// What a generator of this name would be told by a server: `pullRequest`, `scmProvider`,
    /// `clusterDecisionResource`, `plugin`.
    Generator(&'static str),
    /// The files of another git repository.
    Repository(String),
    /// Which clusters there are.
    Clusters,
}

impl std::fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Generator(name) => write!(f, "what the generator `{name}` finds"),
            Self::Repository(url) => write!(f, "what {url} holds"),
            Self::Clusters => f.write_str("which clusters there are"),
        }
    }
}
