use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Node, Source};

use super::{ChartUse, Environment, application_of_path, cluster_of_path, environment_of_path};
use crate::rule::Tier;
use crate::settings::Config;

/// One thing that gets applied.
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
    /// Files of its folder that are applied as they are.
    Manifests(Vec<LooseFile>),
    /// Manifests that nothing refers to. They reach no cluster, but they are in git for all to
    /// read, so that only the rules on secrets count.
    Unreferenced(Vec<LooseFile>),
}

/// A file of manifests that no kustomization reads.
#[derive(Clone, Debug)]
pub struct LooseFile {
    /// The file.
    pub source: Arc<Source>,
    /// Its documents that are Kubernetes objects.
    pub objects: Vec<Node>,
}

impl Content {
    /// What sort of target it is, as policies and output name it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Kustomization => "kustomization",
            Self::Chart(_) => "chart",
            Self::Manifests(_) => "manifests",
            Self::Unreferenced(_) => "unreferenced",
        }
    }
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
            path,
            content,
            is_asked: true,
        }
    }

    /// The files that it consists of, where they are applied as they are.
    pub fn files(&self) -> &[LooseFile] {
        match &self.content {
            Content::Manifests(files) | Content::Unreferenced(files) => files,
            Content::Kustomization | Content::Chart(_) => &[],
        }
    }

    /// The namespace of objects that name none, where that is known.
    pub fn namespace(&self) -> Option<&str> {
        match &self.content {
            Content::Chart(chart) => chart.namespace.as_ref().map(|word| word.text.as_str()),
            _ => None,
        }
    }

    /// The tier it is judged by; what belongs to no known environment is judged as the middle
    /// one.
    pub fn tier(&self) -> Tier {
        self.environment.as_ref().map_or(Tier::Stage, |e| e.tier)
    }
}
