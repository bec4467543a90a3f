//! The chain from snapshot to findings.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use helm::Chart;
use kustomize::Options;
use manifest::{Location, Reads};
use rustc_hash::FxHashMap;

use crate::checks::{self, kustomizations::Kustomizations};
use crate::deploy::{self, ChartLayout, Content, Kinds, Loose, TargetSpec};
use crate::evaluate::evaluate;
use crate::judge::account;
use crate::judge::finding::Report;
use crate::judge::redact::{Sensitive, redact};
use crate::judge::sink::{Judge, Sink};
use crate::problem::Problem;
use crate::render::{self, Deeds, Graph, Rendered};
use crate::request::Request;
use crate::setup::Setup;
use crate::snapshot::{Repository, Walk};

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
        let loose = deploy::find(
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
        let mut sink = Sink::new(&judge, &rendered);
        sink.take(self.problems());

        // What is wrong with the files themselves, and with rendering them.
        let read = account::sources_read(repository, &reads);
        for source in read.iter().chain(loose.sources()) {
            sink.read_ignores(source);
        }
        sink.take(&checks::files::problems(&walk, &read, &loose));
        let is_told = |place: &Location| request.is_under(place.path());
        sink.take(&checks::rendering::problems(&rendered, &is_told));

        // What is wrong with kustomizations, although they render.
        let kustomizations = Kustomizations {
            graph: &graph,
            deeds: &deeds,
            rendered: &rendered,
            snapshot: repository,
        };
        sink.take(&kustomizations.problems());

        // What is wrong with charts and their values, although they render.
        sink.take(&checks::charts::problems(
            repository, &charts, &layout, &rendered,
        ));

        // What is wrong with what would be applied.
        let evaluation = evaluate(self, &rendered, request);
        sink.take(&evaluation.problems);
        let faults = evaluation.faults.iter();
        let faults: Vec<Problem> = faults.map(|fault| self.policy_problem(fault)).collect();
        sink.take(&faults);

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
