//! Files with lines that another program fills in: where many have some, these are meant.

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use super::{Context, Told};
use crate::problem::{Nature, Problem};
use crate::render::Rendered;
use crate::rule::Severity;

/// In fewer files than this, a name may have been forgotten.
const MANY: usize = 3;

pub(super) fn concerns(problem: &Problem) -> bool {
    problem.nature == Nature::Waiting
}

/// Makes no errors of what waits to be filled in, where many files do and nothing deploys the file
/// by a path of which everything is known.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let path_of = |problem: &Problem| problem.place().map(|place| place.path().to_owned());
    let waiting: FxHashSet<Utf8PathBuf> =
        told.of(concerns).filter_map(|own| path_of(own)).collect();
    if waiting.len() < MANY {
        return;
    }
    let deployed = Deployed::of(context.rendered);
    for problem in told.of(concerns) {
        if path_of(problem).is_some_and(|path| !deployed.has(&path)) {
            problem.limit(Severity::Warning);
        }
    }
}

/// What something deploys by a path of which everything is known.
struct Deployed<'a> {
    folders: FxHashSet<&'a str>,
    files: FxHashSet<&'a str>,
}

impl<'a> Deployed<'a> {
    fn of(rendered: &'a [Rendered]) -> Self {
        let asked = rendered.iter().filter(|target| target.spec.by.is_some());
        let known = asked.filter(|target| !target.spec.path.as_str().contains('<'));
        Self {
            folders: known
                .clone()
                .map(|target| target.spec.path.as_str())
                .collect(),
            files: known
                .flat_map(Rendered::files)
                .map(Utf8Path::as_str)
                .collect(),
        }
    }

    fn has(&self, path: &Utf8Path) -> bool {
        let mut folders = path.ancestors();
        self.files.contains(path.as_str())
            || folders.any(|folder| self.folders.contains(folder.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    /// What is said of a file in so many folders of manifests, beside others.
    fn check(folders: usize, line: &str, others: &[(&str, &str)]) -> String {
        let file = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  annotations:\n    a: b\n    {line}\n"
        );
        let files: BTreeMap<String, &str> = (0..folders)
            .map(|folder| (format!("web{folder}/a.yaml"), &*file))
            .chain(
                others
                    .iter()
                    .map(|(path, text)| ((*path).to_owned(), *text)),
            )
            .collect();
        let memory: Memory = files.iter().map(|(path, text)| (&**path, *text)).collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: vec!["invalid-yaml".to_owned()],
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().map(|finding| {
            let path = finding.place.as_ref().unwrap().path();
            format!("{path} {}: {}\n", finding.severity, finding.message)
        });
        told.collect()
    }

    #[test]
    fn a_line_that_is_a_name_waits_to_be_filled_in() {
        assert_snapshot!(check(1, "<ISSUER_ANNOTATION>", &[]), @"web0/a.yaml error: `<ISSUER_ANNOTATION>` is a placeholder that another program fills in; until then this is not YAML");
        assert_snapshot!(check(1, "issuer acme", &[]), @"web0/a.yaml error: expected `key: value`; a line that continues the value above must be indented further than that value's key");
    }

    #[test]
    fn many_files_that_wait_are_no_errors() {
        let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: one}\nspec:\n  project: default\n  destination: {name: in-cluster, namespace: one}\n  source: {repoURL: 'https://git.example.org/acme/deploy.git', path: web1}\n";
        assert_snapshot!(check(3, "<ISSUER_ANNOTATION>", &[("apps/one.yaml", application)]), @r"
        web0/a.yaml warning: `<ISSUER_ANNOTATION>` is a placeholder that another program fills in; until then this is not YAML
        web1/a.yaml error: `<ISSUER_ANNOTATION>` is a placeholder that another program fills in; until then this is not YAML
        web2/a.yaml warning: `<ISSUER_ANNOTATION>` is a placeholder that another program fills in; until then this is not YAML
        ");
    }
}
