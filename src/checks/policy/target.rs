//! What policies may know about the target of an object.

use serde::{Deserialize, Serialize};

use crate::rule::Tier;

/// What is known about the target that an object belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetFacts {
    /// The application's name.
    pub application: String,
    /// The environment's name, if it could be told.
    pub environment: Option<String>,
    /// The environment's tier.
    pub tier: Tier,
    /// The cluster that it is applied to, if that is known.
    pub cluster: Option<String>,
    /// The namespace that objects without one of their own go to, if that is known.
    pub namespace: Option<String>,
    /// The cluster's Kubernetes version, such as `1.31`.
    pub kubernetes_version: Option<String>,
    /// The target's folder or file.
    pub path: String,
    /// What sort of target it is, such as `kustomization`.
    pub kind: String,
}

/// A field of [`TargetFacts`] as policies name it in `uses` and read it in `input.target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetField {
    /// [`TargetFacts::application`]
    Application,
    /// [`TargetFacts::environment`]
    Environment,
    /// [`TargetFacts::tier`]
    Tier,
    /// [`TargetFacts::cluster`]
    Cluster,
    /// [`TargetFacts::namespace`]
    Namespace,
    /// [`TargetFacts::kubernetes_version`]
    KubernetesVersion,
    /// [`TargetFacts::path`]
    Path,
    /// [`TargetFacts::kind`]
    Kind,
}

impl TargetField {
    /// The name in `input.target`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Environment => "environment",
            Self::Tier => "tier",
            Self::Cluster => "cluster",
            Self::Namespace => "namespace",
            Self::KubernetesVersion => "kubernetes_version",
            Self::Path => "path",
            Self::Kind => "kind",
        }
    }
}

impl TargetFacts {
    /// A field as policies see it; `None` if it is not known.
    pub fn get(&self, field: TargetField) -> Option<&str> {
        match field {
            TargetField::Application => Some(&self.application),
            TargetField::Environment => self.environment.as_deref(),
            TargetField::Tier => Some(self.tier.name()),
            TargetField::Cluster => self.cluster.as_deref(),
            TargetField::Namespace => self.namespace.as_deref(),
            TargetField::KubernetesVersion => self.kubernetes_version.as_deref(),
            TargetField::Path => Some(&self.path),
            TargetField::Kind => Some(&self.kind),
        }
    }
}
