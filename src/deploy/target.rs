use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Dialect, Location, Node, Source};

use super::{
    ChartUse, Environment, Word, application_of_path, cluster_of_path, environment_of_path,
};
use crate::problem::Problem;
use crate::rule::{Rule, SCHEMA, Tier};
use crate::settings::Config;

/// One thing that gets applied: what is asked to be rendered, by whom, and where it goes.
#[derive(Clone, Debug)]
pub struct TargetSpec {
    /// The folder it is made from, relative to the root.
    pub path: Utf8PathBuf,
    /// What has to be done to get its objects.
    pub content: Content,
    /// The application it belongs to.
    pub application: String,
    /// Its environment, if one could be told.
    pub environment: Option<Environment>,
    /// The cluster it goes to, if that could be told.
    pub cluster: Option<String>,
    /// The namespace of objects that name none, where that is known.
    pub namespace: Option<Word>,
    /// The object that asks for it; none if the layout alone tells of it.
    pub by: Option<Location>,
    /// Why it is looked at.
    pub role: Role,
    /// Whether its findings are asked for. The others still count as part of their environment.
    pub is_asked: bool,
}

/// What a target is made from.
#[derive(Clone, Debug)]
pub enum Content {
    /// A kustomization in its folder.
    Kustomization,
    /// A chart with its values.
    Chart(Arc<ChartUse>),
    /// Files that are applied as they are.
    Manifests(Vec<LooseFile>),
}

/// Why a target is looked at, and with that, how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// It is applied.
    Applied,
    /// It is a base in the place of a target that does not render. What an overlay would have
    /// made of it is not known, so that only what no overlay mends counts.
    StandIn,
    /// Nothing refers to it. It reaches no cluster, but it is in git for all to read.
    Unreferenced,
}

impl Role {
    /// Whether a rule counts for targets of this role.
    pub fn counts(self, rule: &Rule) -> bool {
        match self {
            Self::Applied => true,
            Self::StandIn => rule.is_about_secrets() || rule.group == SCHEMA,
            Self::Unreferenced => rule.is_about_secrets(),
        }
    }
}

/// A file of manifests that no kustomization reads.
#[derive(Clone, Debug)]
pub struct LooseFile {
    /// The file.
    pub source: Arc<Source>,
    /// Its documents that are Kubernetes objects.
    pub objects: Vec<Node>,
    /// What is wrong with those that are almost some.
    pub almost: Vec<Problem>,
}

impl TargetSpec {
    /// The target of a folder; configuration outranks what the path tells.
    pub fn new(path: Utf8PathBuf, content: Content, config: &Config) -> Self {
        let configured = config
            .environment_of(&path)
            .map(|(name, tier)| Environment {
                name: name.into(),
                tier,
            });
        Self {
            application: application_of_path(&path).to_owned(),
            environment: configured.or_else(|| environment_of_path(&path)),
            cluster: cluster_of_path(&path).map(str::to_owned),
            namespace: match &content {
                Content::Chart(used) => used.namespace.clone(),
                Content::Kustomization | Content::Manifests(_) => None,
            },
            by: match &content {
                Content::Chart(used) => used.by.clone(),
                Content::Kustomization | Content::Manifests(_) => None,
            },
            path,
            content,
            role: Role::Applied,
            is_asked: true,
        }
    }

    /// The files that it consists of, where they are applied as they are.
    pub fn files(&self) -> &[LooseFile] {
        match &self.content {
            Content::Manifests(files) => files,
            Content::Kustomization | Content::Chart(_) => &[],
        }
    }

    /// What sort of target it is, as policies and output name it.
    pub fn kind(&self) -> &'static str {
        match &self.content {
            _ if self.role == Role::Unreferenced => "unreferenced",
            Content::Kustomization => "kustomization",
            Content::Chart(_) => "chart",
            Content::Manifests(_) => "manifests",
        }
    }

    /// How its scalars are read on their way to the cluster.
    pub fn dialect(&self) -> Dialect {
        match self.content {
            Content::Kustomization => Dialect::Kustomize,
            Content::Chart(_) | Content::Manifests(_) => Dialect::Kubectl,
        }
    }

    /// Whether it is applied.
    pub fn is_applied(&self) -> bool {
        self.role == Role::Applied
    }

    /// The tier it is judged by; what belongs to no known environment is judged as the middle
    /// one.
    pub fn tier(&self) -> Tier {
        self.environment.as_ref().map_or(Tier::Stage, |e| e.tier)
    }
}
