//! Every policy's examples, on the machine and by the interpreter.

use std::collections::BTreeSet;

use super::*;

#[test]
fn built_in_policies_load() {
    let (policies, faults) = load(built_in());
    assert_eq!(faults, []);
    assert!(
        policies.ungrouped.is_empty(),
        "the machine takes all of them"
    );
}

#[test]
fn built_in_policies_pass_the_inspection_of_users_policies() {
    let mut engine = run::engine();
    for source in built_in() {
        engine
            .add_policy(source.path.to_string(), source.text.clone())
            .unwrap();
        assert_eq!(
            scan::check_nesting(&scan::tokens(&source.text)),
            Ok(()),
            "{}",
            source.path
        );
    }
    let modules = inspect::modules(&mut engine);
    for (source, faults) in built_in().iter().zip(inspect::inspect(&modules)) {
        assert_eq!(faults, [], "{}", source.path);
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

/// Each rule sees the examples of all of them: the machine is known to differ in places.
#[test]
fn the_interpreter_finds_the_same() {
    let examples = BUILT_IN.rules().flat_map(|rule| [&rule.bad, &rule.good]);
    let documents: BTreeSet<&str> = examples.flatten().flat_map(|e| e.split("---\n")).collect();
    let all = documents.into_iter().collect::<Vec<_>>().join("\n---\n");
    for rule in BUILT_IN.rules() {
        for tier in Tier::ALL {
            judge(&rule.id, tier, &all);
        }
    }
}

#[test]
fn rules_are_described() {
    for (rule, policy) in BUILT_IN.rules().zip(&BUILT_IN.policies) {
        let file = policy.path.file_stem().unwrap_or_default();
        let folder = policy.path.parent().map_or("", |p| p.as_str());
        assert_eq!((file, folder), (rule.id.as_str(), rule.group.as_str()));
        assert!(
            !rule.title.ends_with('.') && !rule.title.contains('\n'),
            "{}",
            rule.id
        );
        assert!(rule.description.ends_with('.'), "{}", rule.id);
        assert!(rule.remediation.ends_with('.'), "{}", rule.id);
    }
}
