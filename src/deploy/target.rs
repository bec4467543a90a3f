use std::borrow::Cow;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Dialect, Fault, Location, Node, Object, Snapshot, Source};

use super::apart::is_test_data;
use super::charts::TESTS;
use super::environment::environment_word;
use super::evidence::{Evidence, Told};
use super::records::is_from_cluster;
use super::{
    Apart, ChartUse, Environment, Placed, Word, application_across, application_of,
    application_of_path, cluster_of_path, environment_of_path,
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
    /// What told the environment.
    pub told_by: Evidence,
    /// The cluster it goes to, if that could be told.
    pub cluster: Option<String>,
    /// The namespace of objects that name none, where that is known.
    pub namespace: Option<Word>,
    /// What who deploys it makes of it.
    pub overrides: Option<Arc<Overrides>>,
    /// The Application that asks for it, if it is one.
    pub deployer: Option<Arc<Object>>,
    /// The kustomizations below it that it takes up, where it is no kustomization itself.
    pub takes_up: Vec<Utf8PathBuf>,
    /// Tells apart the states of the object that asks for it, which another target may have
    /// changed; 0 where it is as it is written.
    pub state: u64,
    /// The object that asks for it; none if the layout alone tells of it.
    pub by: Option<Location>,
    /// Whether it is rendered with values that nobody gives: it is a chart that nothing deploys, or
    /// only such a chart asks for it.
    pub is_supposed: bool,
    /// Why it is looked at.
    pub role: Role,
    /// Whether its findings are asked for. The others still count as part of their environment.
    pub is_asked: bool,
    /// Whether it, or what asks for it, is there to be read, tested or run by hand rather than to
    /// be deployed.
    pub is_example: bool,
    /// Whether it is a base that nothing builds on, among others that something builds on.
    pub is_unused_base: bool,
}

/// What who deploys a target makes of it.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a target has one of them, and shares it"
)]
pub enum Overrides {
    /// The options for kustomize of an Application, which Argo CD puts into the kustomization.
    ArgoCd {
        /// The options.
        kustomize: argocd::Kustomize,
        /// The variables that are replaced in them.
        environment: argocd::Environment,
    },
    /// What Flux puts into the kustomization, and makes of what comes of it.
    Flux {
        /// What it makes of it.
        kustomization: flux::Kustomization,
        /// The variables that it replaces.
        variables: flux::Variables,
    },
}

impl Overrides {
    /// Whether a kustomization is changed before it is built.
    pub fn edits(&self) -> bool {
        match self {
            Self::ArgoCd { .. } => true,
            Self::Flux { kustomization, .. } => kustomization.edits(),
        }
    }

    /// A kustomization of a folder as it is built.
    ///
    /// # Errors
    /// Who deploys it refuses an option.
    pub fn edit(
        &self,
        document: &Node,
        snapshot: &dyn Snapshot,
        folder: &Utf8Path,
    ) -> Result<Node, Vec<Fault>> {
        match self {
            Self::ArgoCd {
                kustomize,
                environment,
            } => argocd::edit_kustomization(document, kustomize, environment, snapshot, folder),
            Self::Flux { kustomization, .. } => kustomization.edit(document),
        }
    }

    /// The variables in objects that are replaced by nothing.
    pub fn unset(&self, objects: &[Object]) -> Vec<flux::Unset> {
        let Self::Flux {
            kustomization,
            variables,
        } = self
        else {
            return Vec::new();
        };
        let unset = objects
            .iter()
            .map(|own| kustomization.unset(own, variables));
        unset.flatten().collect()
    }

    /// The objects of a target as they are applied.
    ///
    /// # Errors
    /// None of them is applied.
    pub fn finish(&self, objects: Vec<Object>) -> Result<Vec<Object>, Vec<Fault>> {
        let Self::Flux {
            kustomization,
            variables,
        } = self
        else {
            return Ok(objects);
        };
        if !kustomization.finishes() {
            return Ok(objects);
        }
        let mut faults = Vec::new();
        let mut finished = Vec::new();
        for object in objects {
            match kustomization.finish(object, variables) {
                Ok(object) => finished.push(object),
                Err(more) => faults.extend(more),
            }
        }
        match faults.is_empty() {
            true => Ok(finished),
            false => Err(faults),
        }
    }
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
    /// made of it is not known, so that only what no overlay fixes counts.
    StandIn,
    /// Nothing refers to it. It reaches no cluster, but it is in git for all to read.
    Unreferenced,
}

/// The rules on what an object lacks, or lacks where it is applied.
const STAND_IN_LACKS: [&str; 2] = ["missing-field", "pod-security-violation"];

/// What folders are called, behind a `.` or `_`, that hold what is no longer deployed.
const PUT_ASIDE: [&str; 4] = ["archive", "archives", "attic", "old"];

/// What is said of such folders, alone or behind the name of what they hold. Nothing that is
/// deployed is called so.
const SAID_TO_BE_ASIDE: [&str; 5] = ["archived", "deprecated", "disabled", "retired", "unused"];

/// What counts for that to which nothing refers: people apply the first Application by hand.
const COUNTS_UNREFERENCED: [&str; 1] = ["unusable-source"];

impl Role {
    /// Whether a rule counts for targets of this role.
    pub fn counts(self, rule: &Rule) -> bool {
        match self {
            Self::Applied => true,
            // An overlay may add what is missing, but it removes nothing that is wrong.
            Self::StandIn => {
                rule.is_about_secrets()
                    || rule.group == SCHEMA && !STAND_IN_LACKS.contains(&&*rule.id)
            }
            Self::Unreferenced => {
                rule.is_about_secrets() || COUNTS_UNREFERENCED.contains(&&*rule.id)
            }
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
        let told_by = match &configured {
            Some(_) => Evidence::Configuration,
            None => Evidence::Folder,
        };
        let environment = configured.or_else(|| environment_of_path(&path));
        Self {
            application: application_of_path(&path).to_owned(),
            told_by: match environment {
                Some(_) => told_by,
                None => Evidence::Nothing,
            },
            environment,
            cluster: cluster_of_path(&path).map(str::to_owned),
            namespace: match &content {
                Content::Chart(used) => used.namespace.clone(),
                Content::Kustomization | Content::Manifests(_) => None,
            },
            by: match &content {
                Content::Chart(used) => used.by.clone(),
                Content::Kustomization | Content::Manifests(_) => None,
            },
            overrides: None,
            deployer: None,
            takes_up: Vec::new(),
            state: 0,
            is_supposed: false,
            path,
            content,
            role: Role::Applied,
            is_asked: true,
            is_example: false,
            is_unused_base: false,
        }
    }

    /// The application that it belongs to, in any environment and cluster.
    pub fn application_across(&self) -> Cow<'_, str> {
        let environment = self.environment.as_ref();
        match &self.deployer {
            Some(deployer) => application_of(&self.application, deployer, environment),
            None => application_across(&self.application, environment),
        }
    }

    /// What the whole repository may tell of its environment.
    pub fn placed(&mut self) -> Placed<'_> {
        let is_told_by_layout = self.by.is_none();
        Placed {
            environment: &mut self.environment,
            told_by: &mut self.told_by,
            name: self.application.clone(),
            application: is_told_by_layout.then_some(&mut self.application),
            path: Some(&self.path),
            by: self.by.as_ref().map(|by| by.path().to_owned()),
            cluster: self.cluster.clone(),
        }
    }

    /// The environment that it is deployed to, as reports name it: a chart's tests have none.
    pub fn environment_told(&self) -> Option<&Environment> {
        let environment = self.environment.as_ref();
        environment.filter(|_| !self.is_chart_test())
    }

    /// Whether it is a chart with values for its own tests.
    pub fn is_chart_test(&self) -> bool {
        let environment = self.environment.as_ref();
        self.told_by == Evidence::Values && environment.is_some_and(|own| &*own.name == TESTS)
    }

    /// Whether it is a chart with no other values than its own, because nothing asks for it.
    pub fn has_default_values_only(&self) -> bool {
        let is_bare = matches!(&self.content, Content::Chart(used) if used.values.is_empty());
        is_bare && self.by.is_none()
    }

    /// Belongs to an environment, if one is told.
    pub(super) fn told(&mut self, told: Option<Told>) {
        if let Some(told) = told {
            self.environment = Some(told.environment);
            self.told_by = told.by;
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

    /// Learns from its folder, or that of what asks for it, whether it is an example, or a template
    /// that deploys nothing yet, or what something is tested with.
    pub fn learn(&mut self, apart: &Apart) {
        let path = self.by.as_ref().map_or(&*self.path, Location::path);
        self.is_example = apart.is_example(path);
        let is_apart = apart.is_template(&self.path) || is_test_data(&self.path);
        if self.by.is_none() && is_apart {
            self.role = Role::Unreferenced;
        }
    }

    /// Whether who deploys it changes its kustomization before it is built.
    pub fn is_edited(&self) -> bool {
        self.overrides.as_ref().is_some_and(|own| own.edits())
    }

    /// Whether it is a folder of objects as a cluster gave them, that nothing deploys: a backup, or
    /// the evidence of a test.
    pub fn is_record(&self) -> bool {
        let files = self.files().iter();
        let mut objects = files.flat_map(|file| &file.objects).peekable();
        self.by.is_none() && objects.peek().is_some() && objects.all(is_from_cluster)
    }

    /// Whether it stands in a folder such as `.archive` or `production-disabled`, where people put
    /// what is no longer deployed, and nothing asks for it. Where something `deploys`, a folder of the
    /// repository that is called `archive` is one, too.
    pub fn is_put_aside(&self, deploys: bool) -> bool {
        let first = self.path.components().next();
        let is_at_root = first.is_some_and(|first| PUT_ASIDE.contains(&first.as_str()));
        let mut parts = self.path.components();
        let is_aside = |part: &str| {
            let part = part.to_ascii_lowercase();
            let name = part.strip_prefix(['.', '_']);
            let (of, said) = part.rsplit_once(['-', '.', '_']).unwrap_or(("", &part));
            // An overlay may be one with a feature disabled.
            let is_said = said != "disabled"
                || of.is_empty()
                || part.ends_with(".disabled")
                || environment_word(of).is_some();
            name.is_some_and(|name| PUT_ASIDE.contains(&name))
                || is_said && SAID_TO_BE_ASIDE.contains(&said)
        };
        self.by.is_none() && (deploys && is_at_root || parts.any(|part| is_aside(part.as_str())))
    }

    /// Whether it is applied.
    pub fn is_applied(&self) -> bool {
        self.role == Role::Applied
    }

    /// The AppProject of the Application that asks for it, if one does.
    pub fn project(&self) -> Option<Arc<str>> {
        let application = self.deployer.as_ref()?.node.view();
        let project = application.get_path(&["spec", "project"])?.as_str()?;
        Some(project.into())
    }

    /// The tier it is judged by; what belongs to no known environment is judged as the middle
    /// one. An example that nothing deploys may be called after production, and is not in it.
    pub fn tier(&self) -> Tier {
        let tier = self.environment.as_ref().map_or(Tier::Stage, |e| e.tier);
        match self.is_example && self.by.is_none() {
            true => tier.min(Tier::Stage),
            false => tier,
        }
    }
}
