//! The chain from snapshot to findings.

mod account;
mod conclude;
mod deployed;
mod made_from;
mod matrix;
mod missing;
mod reach;
mod rejected;
mod worklist;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::Utf8PathBuf;
use kustomize::Options;
use manifest::{Node, Source};
use rayon::prelude::*;

use crate::checks::schema::Schemas;
use crate::checks::{self, kustomizations::Kustomizations};
use crate::context::{self, Context, Told};
use crate::deploy::{Apart, Role, TargetSpec};
use crate::evaluate::{Verdicts, evaluate};
use crate::judge::baselined::{Excused, environment_name};
use crate::judge::exceptions::Exception;
use crate::judge::finding::{Finding, Report};
use crate::judge::redact::Sensitive;
use crate::judge::sink::{Judge, Sink};
use crate::problem::{Problem, Turn};
use crate::render::{Rendered, traced_back};
use crate::request::{self, Request, Share, Stage};
use crate::rule::Rule;
use crate::settings::baseline::{Counts, Subject};
use crate::setup::Setup;
use crate::snapshot::Repository;

pub use conclude::{Concluded, Part};
pub use deployed::Deployed;
pub use made_from::MadeFrom;
pub use matrix::{Cell, Matrix, Row};
pub use missing::{Missing, missing};

/// A check of the repository as a whole.
type Producer<'a> = dyn Fn() -> Vec<Problem> + Sync + 'a;

/// What a check found.
#[derive(Debug)]
pub struct Checked {
    /// The findings, and how everything was accounted for.
    pub report: Report,
    /// What no output of the findings may show.
    pub sensitive: Sensitive,
    /// The environments of the repository, sorted.
    pub environments: Vec<Arc<str>>,
    /// The paths asked for that no target is made from, and where nothing was found.
    pub unused_paths: Vec<Utf8PathBuf>,
    /// What each target that was asked for is made from.
    pub made_from: Vec<MadeFrom>,
    /// What came of the baseline, if there is one.
    pub excused: Option<Excused>,
    /// The definitions of custom resources that are applied, by their names.
    pub definitions: Vec<(String, Node)>,
    /// What is excused beside the source, used or not.
    pub exceptions: Vec<Exception>,
}

impl Checked {
    /// What the baseline keeps once what was fixed is gone.
    pub fn pruned(&self) -> BTreeMap<Subject, Counts> {
        let failed = self.made_from.iter().filter(|target| !target.is_rendered);
        let unknown = failed.map(|target| environment_name(target.environment.as_deref()));
        let unknown = unknown.collect();
        let excused = self.excused.as_ref();
        excused
            .map(|excused| excused.pruned(&unknown))
            .unwrap_or_default()
    }
}

impl Setup {
    /// Checks a repository.
    pub fn check(&self, repository: &dyn Repository, request: &Request) -> Checked {
        let deployed = self.render(repository, request, Self::lenient());
        self.check_deployed(repository, request, &deployed, &mut Verdicts::default())
    }

    /// How a check renders: what is not there is left out and told, so that the rest is judged.
    pub fn lenient() -> Options {
        Options {
            leave_out_absent: true,
            ..Options::default()
        }
    }

    /// Checks what a repository deploys, as it was rendered for the same request. `verdicts` are
    /// those of other snapshots, given for the same setup and request.
    pub fn check_deployed(
        &self,
        repository: &dyn Repository,
        request: &Request,
        deployed: &Deployed,
        verdicts: &mut Verdicts,
    ) -> Checked {
        let (part, exceptions) = self.judge(repository, request, deployed, verdicts);
        let concluded = self.conclude(repository, request, part);
        request.progress.begins(Stage::Report, []);
        Checked {
            report: concluded.report,
            sensitive: concluded.sensitive,
            environments: deployed.environments().into_iter().collect(),
            unused_paths: concluded.unused_paths,
            made_from: made_from::all(&deployed.rendered),
            excused: concluded.excused,
            definitions: definitions(&deployed.rendered),
            exceptions,
        }
    }

    /// Judges what a repository deploys, or the share of it that is asked for, up to what can only
    /// be told of the whole.
    pub fn judge(
        &self,
        repository: &dyn Repository,
        request: &Request,
        deployed: &Deployed,
        verdicts: &mut Verdicts,
    ) -> (Part, Vec<Exception>) {
        let judge = Judge {
            rules: self.rules(),
            config: self.config(),
            request,
            apart: &deployed.apart,
            baseline: self.baseline(),
        };
        let rendered = &*traced_back(&deployed.rendered);
        let asked = rendered.iter().filter(|target| target.spec.is_asked);
        let names = asked.map(|target| target.spec.path.to_string());
        request.progress.begins(Stage::Judge, names);
        let mut sink = Sink::new(&judge, rendered);
        let files_read = deployed.files_read();
        let read = files_read.sources(repository);
        for source in read.iter().chain(deployed.loose.sources()) {
            sink.read_ignores(source);
        }
        // A definition that nothing applies, such as one among test data, says nothing of the
        // cluster.
        let applied = rendered
            .iter()
            .filter(|target| target.spec.role != Role::Unreferenced);
        let schemas = Schemas::of(applied.flat_map(|target| &target.objects));

        let looks_at = |rule: &Rule| request.looks_at(rule) && self.config().is_on_anywhere(rule);
        let context = Context {
            rendered,
            repository,
            files: &deployed.walk.files,
            looks_at: &looks_at,
        };
        // What is wrong with the repository as a whole, and then with what would be applied.
        let mut problems: Vec<(Turn, Problem)> = Vec::new();
        if request.share.is_none_or(Share::is_first) {
            let whole = self.problems_of_whole(request, &context, (deployed, &read, &schemas));
            problems.extend(whole.into_iter().map(|problem| (Turn::MIN, problem)));
        }
        let mut evaluation = evaluate(self, &schemas, rendered, request, verdicts);
        problems.append(&mut evaluation.problems);
        let mut told = Told {
            problems: &mut problems,
            tally: &mut evaluation.tally,
        };
        context::amend(&mut told, &context);
        sink.take_in_turn(problems);
        let faults = evaluation.faults.iter();
        let faults = faults.map(|fault| self.policy_problem(fault));
        sink.take(faults);

        let exceptions = sink.exceptions();
        let stands_for = |path: &Utf8PathBuf| {
            let mut targets = rendered.iter();
            targets.any(|target| request::stands_for(path, target))
        };
        let unused_paths = request.paths.iter().filter(|path| !stands_for(path));
        let part = Part {
            judged: sink.judged(),
            summary: account::summarize(request, deployed, &files_read),
            tally: evaluation.tally,
            spent: evaluation.spent,
            seen: evaluation.seen,
            sensitive: Sensitive::in_objects(rendered),
            unrendered: unrendered(rendered),
            unused_paths: unused_paths.cloned().collect(),
        };
        (part, exceptions)
    }

    /// Everything but what is wrong with objects by themselves.
    fn problems_of_whole(
        &self,
        request: &Request,
        context: &Context<'_>,
        (deployed, read, schemas): (&Deployed, &[Arc<Source>], &Schemas),
    ) -> Vec<Problem> {
        let Deployed {
            walk,
            apart,
            loose,
            named,
            graph,
            deeds,
            layout,
            charts,
            ..
        } = deployed;
        let Context {
            rendered,
            repository,
            looks_at,
            ..
        } = *context;
        let mut problems = self.problems().to_vec();
        problems.extend(apart.problems());

        let remotes = repository.remotes();
        let kustomizations = Kustomizations {
            graph,
            deeds,
            rendered,
            named,
            remotes: &remotes,
        };
        let version = |spec: &TargetSpec| self.kubernetes(spec, request);
        let producers: [&Producer<'_>; 10] = [
            // What is wrong with the files themselves, and with rendering them.
            &|| checks::files::problems(walk, read, loose),
            &|| checks::rendering::problems(rendered, repository, &walk.files, looks_at),
            &|| checks::files::printed_twice(rendered),
            // What is wrong with kustomizations, and with charts and their values, although they
            // render.
            &|| kustomizations.problems(),
            &|| checks::charts::problems(repository, charts, layout, rendered),
            // What is wrong with how objects fit together.
            &|| {
                let config = self.config();
                checks::applications::problems(rendered, schemas, layout, repository, config)
            },
            &|| checks::graph::problems(rendered, self.config(), schemas),
            &|| checks::capacity::problems(rendered),
            &|| checks::pod_security::problems(rendered, &version),
            &|| checks::sealed::problems(rendered),
        ];
        let told: Vec<Vec<Problem>> = producers.par_iter().map(|tell| tell()).collect();
        problems.extend(told.into_iter().flatten());
        problems
    }

    /// What is reported of problems by themselves. Nothing beside the source excuses them.
    pub fn judge_apart(&self, problems: &[Problem], request: &Request) -> Vec<Finding> {
        let request = Request {
            inline_ignores: false,
            // None of the configuration's ignores is without use only because of these.
            skip: request
                .skip
                .iter()
                .cloned()
                .chain(["unused-ignore".to_owned()])
                .collect(),
            ..Request::all(request.today)
        };
        let judge = Judge {
            rules: self.rules(),
            config: self.config(),
            request: &request,
            apart: &Apart::default(),
            baseline: None,
        };
        let mut sink = Sink::new(&judge, &[]);
        sink.take(problems.iter().cloned());
        let (findings, _) = sink.finish();
        let told = |finding: &Finding| problems.iter().any(|own| own.rule == finding.rule);
        findings.into_iter().filter(told).collect()
    }
}

/// The definitions of custom resources that are applied, by their names.
fn definitions(rendered: &[Rendered]) -> Vec<(String, Node)> {
    let applied = rendered.iter().filter(|target| target.spec.is_applied());
    let objects = applied.flat_map(|target| &target.objects);
    let definitions = objects.filter(|object| &*object.id.gvk.kind == "CustomResourceDefinition");
    definitions
        .map(|object| (object.identity.name.to_string(), object.node.clone()))
        .collect()
}

/// The environments of which something does not render, as a baseline names them.
fn unrendered(rendered: &[Rendered]) -> BTreeSet<String> {
    let failed = rendered.iter().filter(|target| !target.is_rendered());
    failed
        .map(|target| {
            let environment = target.spec.environment.as_ref();
            environment_name(environment.map(|own| &*own.name)).to_owned()
        })
        .collect()
}
