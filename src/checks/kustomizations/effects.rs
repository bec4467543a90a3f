//! Directives without effect. One is told if it has none in any rendering that it is part of.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use kustomize::{Directive, Effect, Note};
use manifest::{Location, Span, Src, View};

use super::Users;
use super::pinned::Pins;
use super::rules::{
    REDUNDANT_IMAGE, REDUNDANT_PATCH, REDUNDANT_PATCH_VALUE, REDUNDANT_REPLICAS, UNMATCHED_IMAGE,
    UNMATCHED_PATCH, UNMATCHED_REPLACEMENT,
};
use crate::problem::Problem;
use crate::render::{Deeds, Graph};
use crate::rule::{Rule, Severity};

/// A directive, by what it is and the bytes of the file where it is written.
type Key<'a> = (Directive, &'a str, Span);

/// All uses of one directive.
struct Uses<'a> {
    at: &'a Src,
    place: Location,
    effect: Effect,
    hint: Option<&'a str>,
    folders: BTreeSet<&'a Utf8Path>,
    within: BTreeSet<Key<'a>>,
}

/// What is to be said of directives without effect.
pub(super) fn problems(deeds: &Deeds, graph: &Graph, users: &Users<'_>) -> Vec<Problem> {
    let pins = LazyCell::new(|| Pins::of(deeds, graph));
    let uses = collect(deeds);
    let is_known = |uses: &&Uses<'_>| !deeds.unknown.contains(uses.place.path());
    let without = |uses: &&Uses<'_>| uses.effect < Effect::Changed;
    let mut problems = Vec::new();
    for ((directive, ..), used) in &uses {
        if !without(&used) || !is_known(&used) {
            continue;
        }
        let is_told = |patch: &Key<'_>| uses.get(patch).is_some_and(|patch| without(&patch));
        if !used.within.is_empty() && used.within.iter().all(is_told) {
            continue;
        }
        if *directive == Directive::Patch && is_for_any_user(used) {
            continue;
        }
        let is_meant = |used: &Uses<'_>| {
            let patch = (used.at.source.path(), used.place.span.start);
            pins.is_meant(patch, &used.folders)
        };
        let problem = problem(*directive, used).map(|problem| Problem {
            at_most: (problem.rule.id == REDUNDANT_PATCH.id && is_meant(used))
                .then_some(Severity::Info),
            ..problem
        });
        problems.extend(problem.map(|problem| problem.affecting(users.targets(&used.folders))));
    }
    problems
}

fn collect(deeds: &Deeds) -> BTreeMap<Key<'_>, Uses<'_>> {
    let mut all: BTreeMap<Key<'_>, Uses<'_>> = BTreeMap::new();
    for (folder, effects) in deeds.done() {
        for note in &effects.notes {
            let used = all
                .entry(key(note.directive, &note.at))
                .or_insert_with(|| Uses {
                    at: &note.at,
                    place: note.at.locate(),
                    effect: note.effect,
                    hint: note.hint.as_deref(),
                    folders: BTreeSet::new(),
                    within: BTreeSet::new(),
                });
            used.effect = used.effect.max(note.effect);
            used.folders.insert(folder);
            used.within.extend(within(note));
        }
    }
    // What a deployer adds, such as components, may be what a patch is for.
    for note in deeds.edited().flat_map(|effects| &effects.notes) {
        if let Some(used) = all.get_mut(&key(note.directive, &note.at)) {
            used.effect = used.effect.max(note.effect);
        }
    }
    all
}

fn within(note: &Note) -> Option<Key<'_>> {
    let patch = note.within.as_ref()?;
    Some(key(Directive::Patch, patch))
}

/// Each rendering may have read an embedded text anew, but the bytes are the same.
fn key(directive: Directive, at: &Src) -> Key<'_> {
    (directive, at.source.path().as_str(), at.locate().span)
}

fn problem(directive: Directive, used: &Uses<'_>) -> Option<Problem> {
    let view = View::Src(&used.at.source, used.at.node);
    let unmatched = used.effect == Effect::Unmatched;
    let (rule, message, at): (&'static Rule, _, _) = match directive {
        Directive::Patch if unmatched => (
            &UNMATCHED_PATCH,
            "the patch matches no object, so it changes nothing".to_owned(),
            key_of(view, "target"),
        ),
        Directive::Patch => (
            &REDUNDANT_PATCH,
            "the patch changes nothing: every object already has what it sets".to_owned(),
            None,
        ),
        Directive::PatchValue => (&REDUNDANT_PATCH_VALUE, said_twice(view)?, None),
        Directive::Operation if unmatched => return None,
        Directive::Operation => (
            &REDUNDANT_PATCH_VALUE,
            "the operation changes nothing: the value is already set".to_owned(),
            None,
        ),
        Directive::Image if unmatched => (
            &UNMATCHED_IMAGE,
            format!("no container uses an image `{}`", view.text()),
            None,
        ),
        Directive::Image => (
            &REDUNDANT_IMAGE,
            format!(
                "every image `{}` already has what this entry sets",
                view.text()
            ),
            None,
        ),
        Directive::Replicas => (
            &REDUNDANT_REPLICAS,
            format!("there are already {} replicas", view.text()),
            None,
        ),
        Directive::ReplacementTarget if unmatched => (
            &UNMATCHED_REPLACEMENT,
            "the target of this replacement matches no object".to_owned(),
            None,
        ),
        Directive::ReplacementTarget => return None,
    };
    Some(Problem {
        help: used.hint.filter(|_| unmatched).map(str::to_owned),
        ..Problem::new(rule, message).at(at.unwrap_or_else(|| used.place.clone()))
    })
}

/// Whether it is a Component's patch for whatever objects of some kind its users have. Users may
/// come that have some.
fn is_for_any_user(used: &Uses<'_>) -> bool {
    let folder = used.place.path().parent().unwrap_or(Utf8Path::new(""));
    let is_own = used.folders.iter().any(|user| **user == *folder);
    let target = View::Src(&used.at.source, used.at.node).get("target");
    !is_own && target.is_some_and(|target| target.get("name").is_none())
}

/// What to say of a patch's value that is there already. Values themselves are not shown: they
/// may be secrets.
fn said_twice(value: View<'_>) -> Option<String> {
    if value.is_null() {
        return Some("the patch removes something that does not exist".to_owned());
    }
    Some(
        match (value.get("$patch"), value.is_map(), value.is_seq()) {
            (Some(_), ..) => "the patch removes something that does not exist".to_owned(),
            (None, true, _) => {
                "the patch adds an empty mapping where there already is one".to_owned()
            }
            (None, _, true) => "the patch repeats the inherited list".to_owned(),
            _ => "the patch repeats the inherited value".to_owned(),
        },
    )
}

/// Where the key of a part of a directive stands.
fn key_of(view: View<'_>, key: &str) -> Option<Location> {
    Some(view.entry(key)?.key.origin()?.locate())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::kustomizations::tests::check;

    const BASE: &str =
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '1', y: b}}";

    /// What is told of one overlay's fields.
    fn overlay(fields: &str) -> String {
        check(&[
            ("base/kustomization.yaml", "resources: [a.yaml]"),
            ("base/a.yaml", BASE),
            (
                "prod/kustomization.yaml",
                &format!("resources: [../base]\n{fields}"),
            ),
        ])
    }

    fn merge(patch: &str) -> String {
        overlay(&format!(
            "patches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {{name: a}}\n    {patch}\n"
        ))
    }

    #[test]
    fn tells_values_that_are_there_already() {
        assert_snapshot!(merge("data: {x: 1, y: c}"), @"prod/kustomization.yaml:7:15 redundant-patch-value: the patch repeats the inherited value");
    }

    #[test]
    fn a_patch_that_only_names_its_object_changes_nothing() {
        assert_snapshot!(merge("data: {}"), @"prod/kustomization.yaml:3:3 redundant-patch: the patch changes nothing: every object already has what it sets");
    }

    #[test]
    fn a_patch_that_may_rename_still_says_what_it_means() {
        let patch = |name: &str, data: &str| {
            overlay(&format!(
                "patches:\n- target: {{kind: ConfigMap}}\n  options: {{allowNameChange: true, allowKindChange: true}}\n  patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {{name: {name}, namespace: x}}\n    data: {data}\n"
            ))
        };
        assert_snapshot!(patch("b", "{y: c}"), @"");
        assert_snapshot!(patch("b", "{}"), @"prod/kustomization.yaml:9:11 redundant-patch-value: the patch adds an empty mapping where there already is one");
        assert_snapshot!(patch("a", "{x: 1, y: c}"), @"prod/kustomization.yaml:9:15 redundant-patch-value: the patch repeats the inherited value");
        assert_snapshot!(patch("a", "{}"), @"prod/kustomization.yaml:3:3 redundant-patch: the patch changes nothing: every object already has what it sets");
    }

    #[test]
    fn a_removal_counts_where_something_is_removed() {
        assert_snapshot!(merge("data: {x: null, z: null}"), @"prod/kustomization.yaml:7:24 redundant-patch-value: the patch removes something that does not exist");
    }

    #[test]
    fn a_target_that_is_misspelt() {
        assert_snapshot!(
            overlay("patches: [{target: {kind: ConfigMap, name: aa}, patch: '- {op: remove, path: /data/x}'}]"),
            @"prod/kustomization.yaml:2:12 unmatched-patch: the patch matches no object, so it changes nothing"
        );
        assert_snapshot!(
            overlay("patches: [{target: {kind: Configmap}, patch: '- {op: remove, path: /data/x}'}]"),
            @"prod/kustomization.yaml:2:12 unmatched-patch: the patch matches no object, so it changes nothing (did you mean the kind `ConfigMap`?)"
        );
    }

    #[test]
    fn a_target_of_another_group() {
        let settings = BASE.replace("name: a", "name: settings");
        let target = |target: &str| {
            let patch = "patch: '- {op: remove, path: /data/x}'";
            check(&[
                ("a.yaml", &settings),
                (
                    "kustomization.yaml",
                    &format!("resources: [a.yaml]\npatches: [{{target: {{{target}}}, {patch}}}]"),
                ),
            ])
        };
        assert_snapshot!(target("kind: ConfigMap, name: setting"), @"kustomization.yaml:2:12 unmatched-patch: the patch matches no object, so it changes nothing (did you mean `settings`?)");
        assert_snapshot!(target("group: apps, kind: ConfigMap, name: setting"), @"kustomization.yaml:2:12 unmatched-patch: the patch matches no object, so it changes nothing (did you mean `settings`, whose apiVersion is `v1`?)");
        assert_snapshot!(target("group: apps, kind: ConfigMap, name: settings"), @"kustomization.yaml:2:12 unmatched-patch: the patch matches no object, so it changes nothing (there is one with that name, but its apiVersion is `v1`)");
    }

    #[test]
    fn operations_are_told_one_by_one() {
        let patch = "- {op: test, path: /data/x, value: '1'}\n    - {op: replace, path: /data/y, value: \"b\"}";
        assert_snapshot!(
            overlay(&format!("patches:\n- target: {{kind: ConfigMap}}\n  patch: |-\n    {patch}\n")),
            @"prod/kustomization.yaml:6:7 redundant-patch-value: the operation changes nothing: the value is already set"
        );
    }

    /// What is told of a component with a patch for `b`, used for `a` and for another object.
    fn component(other: &str, resources: &str) -> String {
        let patch = "{target: {name: b}, patch: '- {op: replace, path: /data/x, value: two}'}";
        let head = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1";
        let user = |resources| format!("resources: [{resources}]\ncomponents: [../part]");
        check(&[
            (
                "part/kustomization.yaml",
                &format!("{head}\npatches: [{patch}]"),
            ),
            ("one/a.yaml", BASE),
            ("one/kustomization.yaml", &user("a.yaml")),
            (
                "two/a.yaml",
                &BASE.replace("name: a", &format!("name: {other}")),
            ),
            ("two/kustomization.yaml", &user(resources)),
        ])
    }

    #[test]
    fn the_greatest_effect_of_all_uses_counts() {
        assert_snapshot!(component("b", "a.yaml"), @"");
        assert_snapshot!(component("c", "a.yaml"), @"part/kustomization.yaml:3:12 unmatched-patch: the patch matches no object, so it changes nothing");
    }

    #[test]
    fn nothing_is_said_where_a_use_is_not_known() {
        assert_snapshot!(component("c", "a.yaml, missing.yaml"), @"");
    }
}
