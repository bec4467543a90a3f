//! Files that another program fills in, and that are no YAML before it did: a line of them is
//! nothing but the name of what goes there.

use std::sync::LazyLock;

use camino::Utf8Path;
use manifest::Source;
use regex::Regex;
use rustc_hash::FxHashSet;
use spanned_yaml::{Error, ErrorKind};

use crate::problem::{INVALID_YAML, Problem};
use crate::render::Rendered;
use crate::rule::Severity;

/// In fewer files than this, a name may have been forgotten.
const MANY: usize = 3;

/// What ends the message on such a line.
const UNTIL_THEN: &str =
    "is a placeholder that another program fills in; until then this is not YAML";

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static TOKEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^<[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)*>$").unwrap());

/// The name of what is filled in, if an error is with a line that is nothing else.
pub(super) fn token_at<'s>(source: &'s Source, error: &Error) -> Option<&'s str> {
    let text = source.tree.text();
    let at = error.span.start as usize;
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next()?.trim();
    (error.kind == ErrorKind::Syntax && TOKEN.is_match(line)).then_some(line)
}

/// What is said of such a line.
pub(super) fn told(token: &str) -> Problem {
    Problem::new(&INVALID_YAML, format!("`{token}` {UNTIL_THEN}"))
        .help("Let that program fill it in before the file is deployed, or remove the line")
}

/// Makes no errors of what waits to be filled in, where many files do and nothing deploys the file
/// by a path of which everything is known.
pub fn soften(problems: &mut [Problem], rendered: &[Rendered]) {
    let path_of = |problem: &Problem| {
        let is_one = problem.rule.id == INVALID_YAML.id && problem.message.ends_with(UNTIL_THEN);
        let place = problem.place().filter(|_| is_one);
        place.map(|place| place.path().to_owned())
    };
    let waiting: FxHashSet<_> = problems.iter().filter_map(path_of).collect();
    if waiting.len() < MANY {
        return;
    }
    for problem in problems {
        if let Some(path) = path_of(problem)
            && !is_deployed(&path, rendered)
        {
            problem.at_most = Some(Severity::Warning);
        }
    }
}

fn is_deployed(path: &Utf8Path, rendered: &[Rendered]) -> bool {
    let asked = rendered.iter().filter(|target| target.spec.by.is_some());
    let mut known = asked.filter(|target| !target.spec.path.as_str().contains('<'));
    known.any(|target| {
        path.starts_with(&target.spec.path) || target.files().any(|file| file == path)
    })
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
