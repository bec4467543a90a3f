//! The chain from snapshot to findings.

mod account;
mod deployed;
mod made_from;
mod matrix;
mod missing;
mod worklist;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::Utf8PathBuf;
use kustomize::Options;

use crate::checks::schema::Schemas;
use crate::checks::{self, kustomizations::Kustomizations};
use crate::deploy::{Role, TargetSpec};
use crate::evaluate::evaluate;
use crate::judge::finding::{Finding, Report};
use crate::judge::redact::{Sensitive, redact};
use crate::judge::sink::{Judge, Sink};
use crate::problem::Problem;
use crate::request::{self, Request};
use crate::rule::Rule;
use crate::setup::Setup;
use crate::snapshot::Repository;

pub use deployed::Deployed;
pub use made_from::MadeFrom;
pub use matrix::{Cell, Matrix, Row};
pub use missing::{Missing, missing};

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
}

impl Setup {
    /// Checks a repository.
    pub fn check(&self, repository: &dyn Repository, request: &Request) -> Checked {
        let deployed = self.render(repository, request, Self::lenient());
        self.check_deployed(repository, request, &deployed)
    }

    /// How a check renders: what is not there is left out and told, so that the rest is judged.
    pub fn lenient() -> Options {
        Options {
            leave_out_absent: true,
            ..Options::default()
        }
    }

    /// Checks what a repository deploys, as it was rendered for the same request.
    pub fn check_deployed(
        &self,
        repository: &dyn Repository,
        request: &Request,
        deployed: &Deployed,
    ) -> Checked {
        let judge = Judge {
            rules: self.rules(),
            config: self.config(),
            request,
        };
        let Deployed {
            walk,
            loose,
            rendered,
            graph,
            deeds,
            layout,
            charts,
            ..
        } = deployed;
        let files_read = deployed.files_read();
        let mut sink = Sink::new(&judge, rendered);
        sink.take(self.problems());

        // What is wrong with the files themselves, and with rendering them.
        let read = files_read.sources(repository);
        for source in read.iter().chain(loose.sources()) {
            sink.read_ignores(source);
        }
        sink.take(&checks::files::problems(walk, &read, loose));
        let looks_at = |rule: &Rule| request.looks_at(rule) && self.config().is_on_anywhere(rule);
        sink.take(&checks::rendering::problems(rendered, &looks_at));

        // What is wrong with kustomizations, although they render.
        let kustomizations = Kustomizations {
            graph,
            deeds,
            rendered,
            snapshot: repository,
        };
        sink.take(&kustomizations.problems());

        // What is wrong with charts and their values, although they render.
        sink.take(&checks::charts::problems(
            repository, charts, layout, rendered,
        ));

        // What is wrong with what would be applied.
        // A definition that nothing applies, such as one among test data, says nothing of the
        // cluster.
        let applied = rendered
            .iter()
            .filter(|target| target.spec.role != Role::Unreferenced);
        let schemas = Schemas::of(applied.flat_map(|target| &target.objects));
        sink.take(&checks::applications::problems(rendered, &schemas, layout));
        sink.take(&checks::graph::problems(rendered));
        let version = |spec: &TargetSpec| self.kubernetes(spec, request);
        sink.take(&checks::pod_security::problems(rendered, &version));
        let evaluation = evaluate(self, &schemas, rendered, request);
        sink.take(&evaluation.problems);
        let faults = evaluation.faults.iter();
        let faults: Vec<Problem> = faults.map(|fault| self.policy_problem(fault)).collect();
        sink.take(&faults);

        let summary = account::summarize(request, deployed, &files_read, &evaluation);
        let mut findings = sink.finish();
        let sensitive = redact(rendered, &mut findings);
        let environments = rendered
            .iter()
            .filter_map(|target| target.spec.environment.as_ref());
        let environments: BTreeSet<Arc<str>> = environments.map(|own| own.name.clone()).collect();
        let is_used = |path: &&Utf8PathBuf| {
            let is_at = |finding: &Finding| {
                let place = finding.place.as_ref();
                place.is_some_and(|place| place.path().starts_with(path))
            };
            let mut targets = rendered.iter();
            targets.any(|target| request::stands_for(path, target)) || findings.iter().any(is_at)
        };
        let unused_paths = request.paths.iter().filter(|path| !is_used(path)).cloned();
        Checked {
            unused_paths: unused_paths.collect(),
            report: Report { findings, summary },
            sensitive,
            environments: environments.into_iter().collect(),
            made_from: made_from::all(rendered),
        }
    }
}
