//! gitopslint: renders a GitOps repository and checks what would be applied.
//!
//! [`Setup::check`] is the pipeline, from files to findings; every stage is a module that
//! imports only those before it.

pub mod account;
pub mod charts;
pub mod cli;
pub mod config;
pub mod date;
pub mod evaluate;
pub mod files;
pub mod finding;
pub mod fix;
pub mod ignores;
pub mod kustomizations;
pub mod locate;
pub mod policy;
pub mod render;
pub mod repo;
pub mod report;
pub mod rule;
pub mod schema;
pub mod sensitive;
pub mod setup;
pub mod sink;
pub mod suggest;
pub mod trace;

use crate::config::Version;
use crate::date::Date;
use crate::evaluate::evaluate;
use crate::files::{Repository, Walk};
use crate::finding::Report;
use crate::kustomizations::Kustomizations;
use crate::render::{Deeds, Graph, Rendered};
use crate::repo::{ChartLayout, Content, Kinds, Loose, TargetSpec};
use crate::sensitive::{Sensitive, redact};
use crate::sink::{Judge, Sink};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use helm::Chart;
use kustomize::Options;
use manifest::Reads;
use rustc_hash::FxHashMap;

pub use crate::setup::Setup;

/// What is to be checked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The folders and files below which targets are checked; empty for all.
    pub paths: Vec<Utf8PathBuf>,
    /// The environments and tiers that are checked; empty for all.
    pub environments: Vec<String>,
    /// The rules that are looked at; empty for all.
    pub select: Vec<String>,
    /// The rules that are not looked at.
    pub skip: Vec<String>,
    /// The Kubernetes version to check against, whatever the configuration says.
    pub kubernetes: Option<Version>,
    /// The day, for ignores that end.
    pub today: Date,
    /// Whether ignores in comments and annotations count.
    pub inline_ignores: bool,
}

/// A repository's targets, rendered.
#[derive(Debug)]
pub struct Deployed {
    /// Its files.
    pub walk: Walk,
    /// What these are.
    pub kinds: Kinds,
    /// What rendering asked for.
    pub reads: Reads,
    /// The manifests that no kustomization reads.
    pub loose: Loose,
    /// What came of each target.
    pub rendered: Vec<Rendered>,
    /// Those of `rendered` that are no targets, but bases in the place of targets that failed.
    pub stand_ins: Range<usize>,
    /// How the kustomizations refer to one another.
    pub graph: Graph,
    /// What their directives did.
    pub deeds: Deeds,
    /// The charts, and which values files belong to them by name.
    pub layout: ChartLayout,
    /// The charts that were read.
    pub charts: FxHashMap<Utf8PathBuf, Arc<Chart>>,
}

/// What a check found.
#[derive(Debug)]
pub struct Checked {
    /// The findings, and how everything was accounted for.
    pub report: Report,
    /// What no output of the findings may show.
    pub sensitive: Sensitive,
    /// The environments of the repository, sorted.
    pub environments: Vec<Arc<str>>,
}

impl Deployed {
    /// What came of each target that is applied.
    pub fn targets(&self) -> impl Iterator<Item = &Rendered> {
        let (before, behind) = (self.stand_ins.start, self.stand_ins.end);
        let targets = self.rendered.iter().take(before);
        targets
            .chain(self.rendered.iter().skip(behind))
            .filter(|target| !matches!(target.spec.content, Content::Unreferenced(_)))
    }

    /// As [`Deployed::targets`], taken out.
    pub fn into_targets(self) -> impl Iterator<Item = Rendered> {
        let stand_ins = self.stand_ins;
        let rendered = self.rendered.into_iter().enumerate();
        rendered
            .filter(move |(at, _)| !stand_ins.contains(at))
            .map(|(_, target)| target)
            .filter(|target| !matches!(target.spec.content, Content::Unreferenced(_)))
    }

    /// What came of the bases in the place of targets that failed.
    pub fn stand_ins(&self) -> impl Iterator<Item = &Rendered> {
        let bases = self.rendered.iter().take(self.stand_ins.end);
        bases.skip(self.stand_ins.start)
    }
}

impl Request {
    /// All of a repository, on a day.
    pub fn all(today: Date) -> Self {
        Self {
            paths: Vec::new(),
            environments: Vec::new(),
            select: Vec::new(),
            skip: Vec::new(),
            kubernetes: None,
            today,
            inline_ignores: true,
        }
    }

    /// Whether a target's findings are asked for.
    fn wants(&self, spec: &TargetSpec) -> bool {
        self.is_under(&spec.path) && self.is_of_environment(spec)
    }

    /// Marks the targets whose findings are asked for: those below the paths, or, where these
    /// hold only bases, those that build on them. All others are rendered for what an
    /// environment has as a whole.
    fn ask_for(&self, specs: &mut [TargetSpec], graph: &Graph) {
        for spec in specs.iter_mut() {
            spec.is_asked = self.wants(spec);
        }
        if specs.iter().any(|spec| spec.is_asked) {
            return;
        }
        for spec in specs {
            let builds_on = graph.builds_on(&spec.path, &|base| self.is_under(base));
            spec.is_asked = builds_on && self.is_of_environment(spec);
        }
    }

    /// Whether a path is below those that are checked.
    pub fn is_under(&self, path: &Utf8Path) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|own| path.starts_with(own))
    }

    fn is_of_environment(&self, spec: &TargetSpec) -> bool {
        let is_named = |name: &String| {
            let own = spec.environment.as_ref();
            own.is_some_and(|own| *own.name == **name || own.tier.name() == name)
        };
        self.environments.is_empty() || self.environments.iter().any(is_named)
    }

    /// Whether every rule is looked at in all of the repository.
    pub fn is_complete(&self) -> bool {
        self.paths.is_empty()
            && self.environments.is_empty()
            && self.select.is_empty()
            && self.skip.is_empty()
    }

    /// Whether a rule is among those that are looked at.
    pub fn looks_at(&self, rule: &str) -> bool {
        let is_in = |list: &[String]| list.iter().any(|id| id == rule);
        (self.select.is_empty() || is_in(&self.select)) && !is_in(&self.skip)
    }
}

impl Setup {
    /// Renders every target of a repository, each base once. A check of a part renders all: what
    /// an environment has as a whole decides over its parts.
    pub fn render(
        &self,
        repository: &dyn Repository,
        request: &Request,
        options: Options,
    ) -> Deployed {
        // What is there.
        let walk = repository.walk();
        let kinds = Kinds::of(&walk.files);

        // Kustomizations, in the order of their bases.
        let mut graph = Graph::load(
            repository,
            kinds.kustomization_folders(&walk.files),
            options,
        );
        let mut specs: Vec<TargetSpec> = graph
            .roots()
            .into_iter()
            .map(|folder| TargetSpec::new(folder, Content::Kustomization, self.config()))
            .collect();
        request.ask_for(&mut specs, &graph);
        let asked = specs.len();
        let mut deeds = Deeds::default();
        let mut reads = Reads::default();
        let mut rendered = render::render_kustomizations(
            &graph, repository, specs, options, &mut reads, &mut deeds,
        );
        reads.merge(graph.take_reads());
        let stand_ins = asked..rendered.len();

        // Manifests that no kustomization reads.
        let is_unread = |file: &&Utf8PathBuf| !reads.has_given(file) && !self.is_own(file);
        let unread: Vec<&Utf8Path> = kinds
            .yaml(&walk.files)
            .filter(is_unread)
            .map(Utf8PathBuf::as_path)
            .collect();
        let loose = repo::find(
            repository,
            &unread,
            &account::folders_read(&reads),
            self.config(),
        );
        rendered.extend(loose.targets.iter().map(|spec| {
            let mut spec = spec.clone();
            spec.is_asked = request.wants(&spec);
            Rendered::of_manifests(spec)
        }));

        // Charts, with the values of each environment.
        let capabilities = |spec: &TargetSpec| self.capabilities(spec, request);
        let layout = ChartLayout::find(&walk.files, &kinds, self.config());
        let as_applied = helm::Options {
            include_crds: true,
            skip_tests: true,
            ..helm::Options::default()
        };
        let mut charts = render::ChartRenderer::new(repository, self.shelf(), as_applied);
        let known = rendered.len();
        render::render_charts(
            &mut charts,
            &layout,
            &|chart| reads.has_given(&chart.join("Chart.yaml")),
            self.config(),
            &capabilities,
            &mut rendered,
        );
        for target in &mut rendered[known..] {
            target.spec.is_asked = request.wants(&target.spec);
        }
        let (charts, more) = charts.finish();
        for more in more {
            reads.merge(more);
        }

        Deployed {
            walk,
            kinds,
            reads,
            loose,
            rendered,
            stand_ins,
            graph,
            deeds,
            layout,
            charts,
        }
    }

    /// Checks a repository.
    pub fn check(&self, repository: &dyn Repository, request: &Request) -> Checked {
        let judge = Judge {
            rules: self.rules(),
            config: self.config(),
            request,
        };
        let mut sink = Sink::new(&judge);
        for (rule, fault) in self.faults() {
            sink.fault(rule, fault, None);
        }
        let options = Options {
            leave_out_remote: true,
            ..Options::default()
        };
        let Deployed {
            walk,
            kinds,
            reads,
            loose,
            rendered,
            graph,
            deeds,
            layout,
            charts,
            ..
        } = self.render(repository, request, options);
        sink.walk(&walk);

        // What is wrong with the files themselves, and with rendering them.
        sink.files(&account::sources_read(repository, &reads), &loose);
        for target in &rendered {
            sink.rendering(target);
        }

        // What is wrong with kustomizations, although they render.
        let kustomizations = Kustomizations {
            graph: &graph,
            deeds: &deeds,
            rendered: &rendered,
            snapshot: repository,
        };
        sink.kustomizations(&kustomizations);

        // What is wrong with charts and their values, although they render.
        let remarks = crate::charts::remarks(repository, &charts, &layout, &rendered);
        sink.charts(&remarks, &rendered);

        // What is wrong with what would be applied.
        let evaluation = evaluate(self, &rendered, request);
        sink.evaluation(&rendered, &evaluation);
        for fault in &evaluation.faults {
            let (rule, fault) = self.policy_fault(fault);
            sink.fault(rule, &fault, None);
        }

        let summary = account::summarize(
            request,
            &walk,
            &kinds,
            &reads,
            &loose,
            &rendered,
            &evaluation,
        );
        let mut findings = sink.finish();
        let sensitive = redact(&rendered, &mut findings);
        let environments = rendered
            .iter()
            .filter_map(|target| target.spec.environment.as_ref());
        let environments: BTreeSet<Arc<str>> = environments.map(|own| own.name.clone()).collect();
        Checked {
            report: Report { findings, summary },
            sensitive,
            environments: environments.into_iter().collect(),
        }
    }
}
