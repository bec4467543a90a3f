//! Fields that must not be set together, where a patch sets one and its base the other.

use std::sync::Arc;

use k8s_schema::WITH_VALUE;
use manifest::{FieldPath, Location, Object, Segment, View};

use super::{Context, Told};
use crate::checks::schema::INVALID_VALUE;
use crate::problem::{Affects, At, Instance, Problem};

pub(super) fn concerns(problem: &Problem) -> bool {
    path_of_both(problem).is_some()
}

/// Tells of a variable with `value` and `valueFrom` at the `value` that a patch added: the base by
/// itself is in order.
pub(super) fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    let mut moved = Vec::new();
    for (turn, problem) in told.problems.iter_mut() {
        let Some(path) = path_of_both(problem) else {
            continue;
        };
        let Affects::Objects(objects) = &problem.affects else {
            continue;
        };
        let of_patch = |at: &Instance| {
            let object = &context.rendered[at.target].objects[at.object];
            patched_over(object, &path)
        };
        let (blamed, others): (Vec<_>, Vec<_>) = objects
            .iter()
            .map(|at| (*at, of_patch(at)))
            .partition(|(_, base)| base.is_some());
        for (at, base) in blamed {
            moved.extend(base.map(|base| (*turn, at_patch(problem, &path, base, at))));
        }
        problem.affects = Affects::Objects(others.into_iter().map(|(at, _)| at).collect());
    }
    told.problems.extend(moved);
}

/// The path of the variable that a problem says has both.
fn path_of_both(problem: &Problem) -> Option<FieldPath> {
    let At::Field(field) = &problem.at else {
        return None;
    };
    let is_of_both = problem.rule.id == INVALID_VALUE.id && problem.message.ends_with(WITH_VALUE);
    match field.path.segments() {
        [above @ .., Segment::Key(last)] if is_of_both && &**last == "valueFrom" => {
            Some(above.iter().cloned().collect())
        }
        _ => None,
    }
}

/// Where `valueFrom` is set, if a patch in another file added the `value` to it.
fn patched_over(object: &Object, path: &FieldPath) -> Option<Location> {
    let variable = object.node.view().at(path)?;
    let [value, base] = ["value", "valueFrom"].map(|key| variable.entry(key));
    let (value, base) = value.zip(base)?;
    let place = |view: View<'_>| view.origin().map(|src| src.locate());
    let (patch, base_place) = place(value.key).zip(place(base.key))?;
    let is_later = value.was.is_some() && base.was.is_none();
    (is_later && patch.path() != base_place.path()).then_some(base_place)
}

/// The problem, told at the patch's `value`.
fn at_patch(problem: &Problem, path: &FieldPath, base: Location, at: Instance) -> Problem {
    let mut told = problem.clone();
    let value = [Segment::from("value")];
    let path = path.segments().iter().cloned().chain(value);
    if let At::Field(field) = &mut told.at {
        field.path = path.collect();
    }
    told.message =
        "`value` must not be set together with `valueFrom`, which the base sets".to_owned();
    told.help("Set `valueFrom: null` beside it: a patch keeps what it does not name")
        .related("`valueFrom` is set here", base)
        .affecting_objects(Arc::from([at]))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    /// What is said of a variable of a base that a patch changes.
    fn check(base: &str, patch: &str) -> String {
        let pod = |variable: &str, image: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop}}\nspec:\n  containers:\n    - name: web\n{image}      env:\n        - name: MODE\n{variable}"
            )
        };
        let base = pod(base, "      image: example.org/web:1\n");
        let patch = pod(patch, "");
        let files = [
            ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("base/pod.yaml", &*base),
            (
                "prod/kustomization.yaml",
                "resources: [../base]\npatches: [{path: patch.yaml}]\n",
            ),
            ("prod/patch.yaml", &*patch),
        ];
        let memory: Memory = files.into_iter().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request {
            select: vec!["invalid-value".to_owned()],
            ..Request::all(Date::parse("2026-06-30").unwrap())
        };
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings.iter().map(|finding| {
            let place = finding.place.as_ref().unwrap();
            let related = finding.related.iter();
            let related = related.map(|own| format!(" ({} {})", own.what, own.place.path()));
            format!(
                "{}:{}: {}{}\n",
                place.path(),
                place.start().line,
                finding.message,
                related.collect::<String>()
            )
        });
        told.collect()
    }

    const FROM: &str = "          valueFrom: {configMapKeyRef: {name: web, key: mode}}\n";
    const VALUE: &str = "          value: fast\n";

    #[test]
    fn a_patch_that_adds_the_other_half_is_to_blame() {
        assert_snapshot!(check(FROM, VALUE), @"prod/patch.yaml:9: `value` must not be set together with `valueFrom`, which the base sets (`valueFrom` is set here base/pod.yaml)");
        assert_snapshot!(check(FROM, &format!("{VALUE}          valueFrom: null\n")), @"");
    }

    #[test]
    fn both_in_one_file_are_told_there() {
        assert_snapshot!(check(&format!("{VALUE}{FROM}"), VALUE), @"base/pod.yaml:11: `valueFrom` must not be set together with `value`");
    }
}
