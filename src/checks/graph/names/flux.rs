//! Sources of Flux that are in another namespace than a reference to them means.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{Object, View};
use rustc_hash::FxHashMap;

use super::index::namespace_of;
use crate::checks::graph::is_open;
use crate::checks::graph::rules::MISPLACED_REFERENCE;
use crate::checks::named::named;
use crate::problem::Problem;
use crate::render::Rendered;

/// Where references stand, by the group and kind of what holds them.
const REFERENCES: [(&str, &str, &[&[&str]]); 3] = [
    (
        "kustomize.toolkit.fluxcd.io",
        "Kustomization",
        &[&["spec", "sourceRef"]],
    ),
    (
        "helm.toolkit.fluxcd.io",
        "HelmRelease",
        &[
            &["spec", "chart", "spec", "sourceRef"],
            &["spec", "chartRef"],
        ],
    ),
    (
        "image.toolkit.fluxcd.io",
        "ImageUpdateAutomation",
        &[&["spec", "sourceRef"]],
    ),
];

/// The namespaces that have a source of a kind and name, in the whole repository, and an object
/// that is one.
type Sources<'a> = FxHashMap<(&'a str, &'a str), BTreeMap<&'a str, &'a Object>>;

/// References to sources that only other namespaces have.
pub(super) fn problems(rendered: &[Rendered]) -> Vec<Problem> {
    let sources = sources(rendered);
    let mut told: BTreeMap<(String, u32), (Problem, BTreeSet<usize>)> = BTreeMap::new();
    let applied = rendered.iter().enumerate();
    let applied = applied.filter(|(_, own)| own.spec.is_applied() && !own.spec.is_example);
    for (target, own) in applied {
        for (number, object) in own.objects.iter().enumerate() {
            for reference in references(object) {
                let problem = judge(reference, namespace_of(own, number), &sources);
                let Some(problem) = problem else { continue };
                let Some(place) = problem.place() else {
                    continue;
                };
                let key = (place.path().to_string(), place.span.start);
                let (_, targets) = told.entry(key).or_insert((problem, BTreeSet::new()));
                targets.insert(target);
            }
        }
    }
    told.into_values()
        .map(|(problem, targets)| problem.affecting(targets))
        .collect()
}

fn sources(rendered: &[Rendered]) -> Sources<'_> {
    let mut sources = Sources::default();
    for own in rendered {
        for (number, object) in own.objects.iter().enumerate() {
            let id = &object.id;
            if &*id.gvk.group == "source.toolkit.fluxcd.io" {
                let of_name = sources.entry((&id.gvk.kind, &id.name)).or_default();
                of_name.entry(namespace_of(own, number)).or_insert(object);
            }
        }
    }
    sources
}

fn references(object: &Object) -> impl Iterator<Item = View<'_>> {
    let gvk = &object.id.gvk;
    let mut kinds = REFERENCES.iter();
    let own = kinds.find(|(group, kind, _)| *group == &*gvk.group && *kind == &*gvk.kind);
    let paths = own.into_iter().flat_map(|(.., paths)| paths.iter());
    paths.filter_map(|path| object.node.view().get_path(path))
}

/// What is wrong with a reference of an object in a namespace.
fn judge(reference: View<'_>, own: &str, sources: &Sources<'_>) -> Option<Problem> {
    let name = reference.get("name")?;
    let kind = reference.get("kind").map_or("", View::text);
    let written = reference.get("namespace").map(View::text);
    let wanted = written.filter(|text| !text.is_empty()).unwrap_or(own);
    let found = sources.get(&(kind, name.text()))?;
    // What is applied to a namespace that is not known may be in this one.
    let is_known = |namespace: &str| !namespace.is_empty() && !is_open(namespace);
    let mut namespaces = found.keys().chain([&wanted]);
    if found.contains_key(wanted) || !namespaces.all(|namespace| is_known(namespace)) {
        return None;
    }
    let names: BTreeSet<&str> = found.keys().copied().collect();
    let message = format!(
        "{kind} `{}` is in namespace {}, not in `{wanted}`",
        name.text(),
        named(&names)
    );
    let (first, source) = found.first_key_value()?;
    let problem = Problem::new(&MISPLACED_REFERENCE, message)
        .help(format!("set `namespace: {first}` beside the name"));
    let problem = super::with_definition(problem, source);
    Some(problem.at(name.origin()?.locate()))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    fn check(namespace: &str, reference: &str) -> String {
        let source = format!(
            "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {{name: acme{namespace}}}\nspec: {{url: 'https://charts.example.org'}}\n"
        );
        let release = format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: shop}}\nspec:\n  chart:\n    spec:\n      chart: web\n      sourceRef: {{kind: HelmRepository, name: {reference}}}\n"
        );
        let files = [
            ("clusters/one/source.yaml", source.as_str()),
            ("clusters/one/web.yaml", release.as_str()),
        ];
        let memory: Memory = files.into_iter().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: vec!["misplaced-reference".to_owned()],
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let findings = setup.check(&memory, &request).report.findings;
        let own = findings.iter();
        let own = own.filter(|finding| finding.rule.id == "misplaced-reference");
        let told = own.map(|finding| {
            let place = finding.place.as_ref().unwrap();
            let help = finding.help.as_deref().unwrap_or_default();
            let line = place.start().line;
            format!("{}:{line}: {} ({help})\n", place.path(), finding.message)
        });
        told.collect()
    }

    #[test]
    fn a_source_is_looked_for_beside_the_object() {
        assert_snapshot!(check(", namespace: flux-system", "acme"), @"clusters/one/web.yaml:8: HelmRepository `acme` is in namespace `flux-system`, not in `shop` (set `namespace: flux-system` beside the name)");
        assert_snapshot!(check(", namespace: flux-system", "acme, namespace: sources"), @"clusters/one/web.yaml:8: HelmRepository `acme` is in namespace `flux-system`, not in `sources` (set `namespace: flux-system` beside the name)");
    }

    #[test]
    fn a_source_that_is_found_or_may_be_is_not_told() {
        assert_snapshot!(check(", namespace: shop", "acme"), @"");
        assert_snapshot!(check(", namespace: flux-system", "acme, namespace: flux-system"), @"");
        assert_snapshot!(check("", "acme"), @"");
        assert_snapshot!(check(", namespace: '${NAMESPACE}'", "acme"), @"");
        assert_snapshot!(check(", namespace: flux-system", "other"), @"");
    }
}
