//! Addresses of sources that nothing can be fetched from: nobody filled them in, or they begin
//! twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use manifest::{Location, Object, View};
use regex::Regex;

use super::rules::UNUSABLE_SOURCE;
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::Severity;

/// Kinds of Flux that have an address.
const FLUX: [&str; 3] = ["GitRepository", "HelmRepository", "OCIRepository"];

/// How deep the generators of sets are searched.
const DEPTH: usize = 24;

/// In fewer files than this, a placeholder was forgotten; in more, a program probably fills it in.
const MANY: usize = 3;

/// How many places are shown beside the first.
const RELATED: usize = 5;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        // `<your-org>`
        r"<[A-Za-z][A-Za-z0-9 _.-]*>",
        // `YOUR_GITHUB_USERNAME`, as a whole part of a path.
        r"|(?i:(?:^|[/:.@])(your[-_]?(?:(?:git(?:hub|lab)?|own|company)[-_]?)?(?:account|company|handle|name|org|organi[sz]ation|owner|project|repo|repository|repo[-_]?name|team|user|user[-_]?name)))(?:$|[/:.])",
        r"|(?i:(?:^|[/:.@])((?:change|replace)[-_]?(?:me|this)))(?:$|[/:.])",
    ))
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static TWO_SCHEMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?i:https?|ssh|git|oci)://((?i:https?|ssh|git|oci)://.+)$").unwrap()
});

/// The places of an address, by their paths and offsets, each with the targets that it affects.
type Places = BTreeMap<(String, u32), (Location, BTreeSet<usize>)>;

/// Addresses that lead nowhere: what is wrong with them is told once, wherever it is.
pub(super) fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let mut faults: BTreeMap<Fault<'_>, Places> = BTreeMap::new();
    let targets = rendered.iter().enumerate();
    let targets = targets.filter(|(_, own)| own.spec.role.counts(&UNUSABLE_SOURCE));
    for (at, target) in targets.filter(|(_, target)| !target.spec.is_example) {
        for object in &target.objects {
            each_address(object, &mut |address| {
                if let Some(fault) = fault(address.text())
                    && let Some(place) = address.origin()
                {
                    let place = place.locate();
                    let key = (place.path().to_string(), place.span.start);
                    let places = faults.entry(fault).or_default();
                    let (_, targets) = places.entry(key).or_insert((place, BTreeSet::new()));
                    targets.insert(at);
                }
            });
        }
    }
    let told = faults.into_iter();
    told.filter_map(|(fault, places)| told_once(fault, places))
        .collect()
}

/// What keeps anybody from fetching from an address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault<'a> {
    Placeholder(&'a str),
    /// The address without the first scheme.
    TwoSchemes(&'a str),
}

fn fault(address: &str) -> Option<Fault<'_>> {
    if let Some(found) = TWO_SCHEMES.captures(address) {
        return Some(Fault::TwoSchemes(found.get(1)?.as_str()));
    }
    let found = PLACEHOLDER.captures(address)?;
    let token = found.get(1).or_else(|| found.get(2));
    let token = token.or_else(|| found.get(0))?;
    Some(Fault::Placeholder(token.as_str()))
}

/// A fault at its first place, with the others.
fn told_once(fault: Fault<'_>, places: Places) -> Option<Problem> {
    let more = match places.len() {
        1 => String::new(),
        more => format!(", in {more} places"),
    };
    let mut problem = match fault {
        Fault::Placeholder(token) => {
            let message = format!("the address still holds the placeholder `{token}`{more}");
            Problem::new(&UNUSABLE_SOURCE, message)
        }
        Fault::TwoSchemes(rest) => {
            let message = format!("the address begins with two schemes{more}");
            Problem::new(&UNUSABLE_SOURCE, message).help(format!("did you mean `{rest}`?"))
        }
    };
    let files: BTreeSet<&str> = places.keys().map(|(path, _)| &**path).collect();
    if matches!(fault, Fault::Placeholder(_)) && files.len() >= MANY {
        problem.limit(Severity::Warning);
    }
    let targets: BTreeSet<usize> = places
        .values()
        .flat_map(|(_, targets)| targets.iter().copied())
        .collect();
    let mut places = places.into_values().map(|(place, _)| place);
    let first = places.next()?;
    for place in places.take(RELATED) {
        problem = problem.related("here, too", place);
    }
    Some(problem.affecting(targets).at(first))
}

/// Looks at each address of an object that deploys, or that is a source.
fn each_address<'a>(object: &'a Object, look: &mut dyn FnMut(View<'a>)) {
    let (group, kind) = (&*object.id.gvk.group, &*object.id.gvk.kind);
    let spec = object.node.view().get("spec");
    match (group, kind) {
        ("argoproj.io", "Application" | "ApplicationSet") => {
            if let Some(spec) = spec {
                each_repository(spec, DEPTH, look);
            }
        }
        ("source.toolkit.fluxcd.io", kind) if FLUX.contains(&kind) => {
            if let Some(url) = spec.and_then(|spec| spec.get("url")) {
                look(url);
            }
        }
        _ => {}
    }
}

/// Looks at each `repoURL`, wherever sources and generators have it.
fn each_repository<'a>(view: View<'a>, depth: usize, look: &mut dyn FnMut(View<'a>)) {
    if depth == 0 {
        return;
    }
    for entry in view.entries() {
        match entry.key.text() {
            "repoURL" => look(entry.value),
            // Values of charts have keys of their own.
            "helm" | "kustomize" | "plugin" => {}
            _ => each_repository(entry.value, depth - 1, look),
        }
    }
    for item in view.items() {
        each_repository(item, depth - 1, look);
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(files: &[(&str, &str)]) -> String {
        let memory: Memory = files.iter().copied().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: vec!["unusable-source".to_owned()],
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().map(|finding| {
            let place = finding.place.as_ref().unwrap();
            let line = place.start().line;
            let help = finding.help.as_deref().unwrap_or_default();
            let (severity, message) = (finding.severity, &finding.message);
            format!("{}:{line}: {severity} {message} ({help})\n", place.path())
        });
        told.collect()
    }

    fn application(url: &str) -> String {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web, namespace: argocd}}\nspec:\n  project: default\n  source: {{repoURL: '{url}', path: web}}\n  destination: {{name: in-cluster, namespace: web}}\n"
        )
    }

    fn of(url: &str) -> String {
        check(&[("apps/web.yaml", &application(url))])
    }

    #[test]
    fn an_address_that_nobody_filled_in() {
        assert_snapshot!(of("https://git.example.org/<your-org>/web"), @"apps/web.yaml:6: error the address still holds the placeholder `<your-org>` (Write the address of the repository.)");
        assert_snapshot!(of("git@git.example.org:YOUR_GITHUB_USERNAME/web.git"), @"apps/web.yaml:6: error the address still holds the placeholder `YOUR_GITHUB_USERNAME` (Write the address of the repository.)");
        assert_snapshot!(of("https://git.example.org/change-me/web"), @"apps/web.yaml:6: error the address still holds the placeholder `change-me` (Write the address of the repository.)");
        for url in [
            "https://git.example.org/acme/web",
            "https://git.example.org/yourorganic/web",
            "https://git.example.org/acme/your-org-chart",
            "https://git.example.org/${ORG}/web",
        ] {
            assert_eq!(of(url), "", "{url}");
        }
    }

    #[test]
    fn an_address_that_begins_twice() {
        assert_snapshot!(of("https://https://git.example.org/acme/web"), @"apps/web.yaml:6: error the address begins with two schemes (did you mean `https://git.example.org/acme/web`?)");
    }

    #[test]
    fn sources_and_sets_have_addresses() {
        let source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: web, namespace: flux-system}\nspec: {url: 'https://git.example.org/<ORG>/web'}\n";
        assert_snapshot!(check(&[("clusters/web.yaml", source)]), @"clusters/web.yaml:4: error the address still holds the placeholder `<ORG>` (Write the address of the repository.)");
        let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: web, namespace: argocd}\nspec:\n  generators:\n    - git: {repoURL: 'https://git.example.org/<ORG>/web', directories: [{path: '*'}]}\n  template:\n    metadata: {name: '{{path.basename}}'}\n    spec: {source: {repoURL: 'https://git.example.org/{{org}}/web', path: web}}\n";
        assert_snapshot!(check(&[("apps/set.yaml", set)]), @"apps/set.yaml:6: error the address still holds the placeholder `<ORG>` (Write the address of the repository.)");
    }

    #[test]
    fn many_that_wait_are_one_warning() {
        let text = application("https://git.example.org/<your-org>/web");
        let other = text.replace("/web'", "/api'");
        let files = [
            ("apps/a.yaml", text.as_str()),
            ("apps/b.yaml", other.as_str()),
            ("apps/c.yaml", text.as_str()),
        ];
        assert_snapshot!(check(&files), @"apps/a.yaml:6: warning the address still holds the placeholder `<your-org>`, in 3 places (Write the address of the repository.)");
        assert_snapshot!(check(&files[..2]), @"apps/a.yaml:6: error the address still holds the placeholder `<your-org>`, in 2 places (Write the address of the repository.)");
    }
}
