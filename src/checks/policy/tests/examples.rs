//! Every policy's examples, by the plan and by the interpreter.

use std::collections::BTreeSet;

use super::*;

#[test]
fn built_in_policies_load() {
    let (policies, faults) = load(Vec::new());
    assert_eq!(faults, []);
    assert!(policies.plan(true).is_some());
}

/// Those that have none are still right, and cost ten times as much.
#[test]
fn most_built_in_policies_have_a_plan() {
    let is_planned = |rule: &str| BUILT_IN.evaluated(rule) == Some(Evaluated::Planned);
    let (planned, others): (Vec<&str>, Vec<&str>) = BUILT_IN
        .rules()
        .map(|rule| &*rule.id)
        .partition(|rule| is_planned(rule));
    assert!(planned.len() >= 9 * others.len(), "{others:?} have none");
}

#[test]
fn built_in_policies_are_compiled() {
    let table = include_bytes!("../../../../policies/compiled.bin");
    assert!(
        compile().unwrap() == table,
        "policies have changed: run `cargo xtask policies`"
    );
}

#[test]
fn built_in_policies_pass_the_inspection_of_users_policies() {
    let mut engine = run::engine();
    for (path, text) in built_in::all() {
        engine.add_policy(path.to_owned(), text.to_owned()).unwrap();
        let nesting = scan::check_nesting(&scan::tokens(text));
        assert_eq!(nesting, Ok(()), "{path}");
    }
    let modules = inspect::modules(&mut engine);
    for ((path, _), faults) in built_in::all().zip(inspect::inspect(&modules)) {
        assert_eq!(faults, [], "{path}");
    }
}

#[test]
fn bad_examples_are_found_and_good_ones_are_not() {
    for rule in BUILT_IN.rules() {
        for (text, expected) in [
            (&rule.bad, BUILT_IN.expected_findings(&rule.id)),
            (&rule.good, 0),
        ] {
            let text = text
                .as_deref()
                .unwrap_or_else(|| panic!("{} has no example", rule.id));
            let found = judge(&rule.id, Tier::Production, text);
            assert_eq!(
                found.lines().count(),
                expected,
                "{}\n{text}\n{found}",
                rule.id
            );
            assert!(!found.contains("FAULT"), "{}: {found}", rule.id);
        }
    }
}

/// Each rule sees the examples of all of them.
#[test]
fn the_interpreter_finds_the_same() {
    let examples = BUILT_IN.rules().flat_map(|rule| [&rule.bad, &rule.good]);
    let documents: BTreeSet<&str> = examples.flatten().flat_map(|e| e.split("---\n")).collect();
    let all = documents.into_iter().collect::<Vec<_>>().join("\n---\n");
    for policy in &BUILT_IN.policies {
        let tiers = match policy.uses.contains(&TargetField::Tier) {
            true => &Tier::ALL[..],
            false => &[Tier::Production],
        };
        for tier in tiers {
            judge(&policy.rule.id, *tier, &all);
        }
    }
}

#[test]
fn rules_are_described() {
    for (rule, policy) in BUILT_IN.rules().zip(&BUILT_IN.policies) {
        let file = policy.path.file_stem().unwrap_or_default();
        let folder = policy.path.parent().map_or("", |p| p.as_str());
        assert_eq!((file, folder), (&*rule.id, &*rule.group));
        assert!(
            !rule.title.ends_with('.') && !rule.title.contains('\n'),
            "{}",
            rule.id
        );
        assert!(rule.description.ends_with('.'), "{}", rule.id);
        assert!(rule.remediation.ends_with('.'), "{}", rule.id);
    }
}
