use std::collections::BTreeSet;
use std::sync::Arc;

use insta::assert_snapshot;
use manifest::{Node, Source};
use spanned_yaml::Tree;

use super::*;

const KNOWN: [&str; 4] = [
    "privileged-container",
    "mutable-image-tag",
    "plain-secret",
    "single-replica",
];

fn source(text: &str) -> Arc<Source> {
    Source::file("a.yaml", Tree::parse(text))
}

fn with_terms<T>(judge: impl FnOnce(&Terms<'_>) -> T) -> T {
    judge(&Terms {
        today: Date::parse("2026-06-30").unwrap(),
        known: &KNOWN,
        locked: &BTreeSet::from(["plain-secret".into()]),
        is_complete: true,
    })
}

/// Whether a finding that starts with `text` is ignored.
fn is_ignored_in(ignores: &Ignores, source: &Source, rule: &str, text: &str, tier: Tier) -> bool {
    let start = source.tree.text().find(text).unwrap() as u32;
    let candidate = Candidate {
        rule,
        path: source.path(),
        span: Span::new(start, start + text.len() as u32),
        environment: Some("prod-eu").filter(|_| tier == Tier::Production),
        tier,
    };
    with_terms(|terms| ignores.find(&candidate, terms).is_some())
}

/// Which of the words `F0` to `F9` in the text would be ignored as findings.
fn ignored(text: &str) -> Vec<String> {
    ignored_in(&source(text))
}

fn ignored_in(source: &Arc<Source>) -> Vec<String> {
    let text = source.tree.text();
    let ignores = Ignores::of(source);
    (0..10)
        .map(|i| format!("F{i}"))
        .filter(|word| text.contains(word.as_str()))
        .filter(|word| is_ignored_in(&ignores, source, KNOWN[0], word, Tier::Stage))
        .collect()
}

fn told(complaints: &[Problem]) -> String {
    let tell = |complaint: &Problem| {
        let start = complaint.place().unwrap().start();
        let help = complaint.help.as_deref().unwrap_or("-");
        let (rule, message) = (&complaint.rule, &complaint.message);
        format!("{}:{} {rule}: {message} ({help})", start.line, start.column)
    };
    complaints.iter().map(tell).collect::<Vec<_>>().join("\n")
}

fn complaints(text: &str) -> String {
    with_terms(|terms| told(&Ignores::of(&source(text)).complaints(terms)))
}

#[test]
fn holds_for_the_entry_on_its_line() {
    let text = "
a: F0
b: F1 # gitopslint: ignore[privileged-container] it is the CNI
c: F2
";
    assert_eq!(ignored(text), ["F1"]);
}

#[test]
fn holds_for_all_of_an_entry_that_starts_on_its_line() {
    let text = "
F0: # gitopslint: ignore[privileged-container] it is the CNI
  b: F1
  c:
    - F2
F3: x
";
    assert_eq!(ignored(text), ["F0", "F1", "F2"]);
}

#[test]
fn alone_on_a_line_it_holds_for_what_comes_next() {
    let text = "
containers:
  # gitopslint: ignore[privileged-container] it is the CNI
  # (see the decision of last June)

  # gitopslint: ignore[mutable-image-tag] built on the node
  - name: F0
    image: F1
  - name: F2
";
    assert_eq!(ignored(text), ["F0", "F1"]);
}

#[test]
fn above_a_first_child_it_does_not_hold_for_the_parent() {
    let text = "
spec:
  # gitopslint: ignore[privileged-container] it is the CNI
  F0: x
  F1: x
";
    assert_eq!(ignored(text), ["F0"]);
}

#[test]
fn holds_within_flow_collections() {
    let text = "
list: [
  {F0: x, b: F1}, # gitopslint: ignore[privileged-container] it is the CNI
  {F2: x},
]
";
    assert_eq!(ignored(text), ["F0", "F1"]);
}

#[test]
fn on_the_first_line_it_holds_for_the_file() {
    let text = "# gitopslint: ignore[privileged-container] vendored\na: F0\n---\nb: F1\n";
    assert_eq!(ignored(text), ["F0", "F1"]);
    let behind = "a: F0 # gitopslint: ignore[privileged-container] vendored\nb: F1\n";
    assert_eq!(ignored(behind), ["F0"]);
}

#[test]
fn holds_in_texts_that_are_no_yaml() {
    let text = "A=F0\n# gitopslint: ignore[privileged-container] a sample\nB=F1\nC=F2\n";
    let spans: Vec<Span> = ["A=F0", "B=F1", "C=F2"]
        .map(|line| {
            let start = text.find(line).unwrap() as u32;
            Span::new(start, start + 4)
        })
        .into();
    let source = Source::file("a.env", Tree::of_spans(text, spans));
    let ignores = Ignores::of(&source);
    let is_ignored = |text| is_ignored_in(&ignores, &source, KNOWN[0], text, Tier::Stage);
    assert_eq!(["F0", "F1", "F2"].map(is_ignored), [false, true, false]);
}

#[test]
fn holds_in_yaml_inside_a_block() {
    let text = "
patch: |
  spec:
    a: F0 # gitopslint: ignore[privileged-container] it is the CNI
    b: F1
whole: |-
  # gitopslint: ignore[privileged-container] it is the CNI
  c: F2
  d: F3
script: |
  # gitopslint: ignore[privileged-container] this is not a YAML: [
  F4
e: F5
";
    assert_eq!(ignored(text), ["F0", "F2", "F3"]);
}

#[test]
fn holds_only_for_its_rules_environments_and_files() {
    let source = source(
        "a: F0 # gitopslint: ignore[privileged-container, single-replica] env=dev,prod-eu old\n",
    );
    let ignores = Ignores::of(&source);
    let is_ignored = |rule, tier| is_ignored_in(&ignores, &source, rule, "F0", tier);
    assert!(is_ignored("privileged-container", Tier::Dev));
    assert!(is_ignored("single-replica", Tier::Production));
    assert!(!is_ignored("single-replica", Tier::Stage));
    assert!(!is_ignored("mutable-image-tag", Tier::Dev));
    let other = Source::file("b.yaml", Tree::parse("a: F0\n"));
    let elsewhere = is_ignored_in(&ignores, &other, "single-replica", "F0", Tier::Dev);
    assert!(!elsewhere);
}

#[test]
fn complains_about_what_has_no_effect() {
    assert_snapshot!(complaints("
a: x # gitopslint: ignore[privileged-container]
b: x # gitopslint: ignore[priviledged-container] it is the CNI
c: x # gitopslint: ignore[mutable-image-tag] until=2026-06-29 a trial
d: x # gitopslint: ignore[mutable-image-tag] until=2026-06-30 a trial
e: x # gitopslint: ignore[plain-secret] it is a sample
f: x # gitopslint: ignore mutable-image-tag
g: x # gitopslint: ignore[] it is a sample
h: x # gitopslint: ingore[plain-secret] it is a sample
i: x # gitopslint: ignore[mutable-image-tag] until=soon it is a sample
j: 'no comment: # gitopslint: ignore[nothing]'
"), @"
    2:6 ignore-without-reason: this ignore gives no reason and has no effect (write after the rule why the finding is acceptable)
    3:27 unknown-rule-in-ignore: unknown rule `priviledged-container` (did you mean `privileged-container`?)
    4:6 expired-ignore: this ignore expired on 2026-06-29 and has no effect (fix what it ignores and remove it, or set a later day)
    5:27 unused-ignore: nothing breaks `mutable-image-tag` where this ignore applies (remove it: it would hide later findings)
    6:27 locked-rule-in-ignore: `plain-secret` is locked, so this ignore has no effect (fix what it reports; the configuration does not allow ignoring it)
    7:6 malformed-ignore: this ignore does not name its rules in brackets (write `# gitopslint: ignore[rule-id] reason`)
    8:6 malformed-ignore: this ignore names no rule (write `# gitopslint: ignore[rule-id] reason`)
    9:6 malformed-ignore: `gitopslint: ingore` is not a comment that is known (write `# gitopslint: ignore[rule-id] reason`)
    10:6 malformed-ignore: `soon` is not a date (write it as `env=production until=2027-01-31`)
    ");
}

#[test]
fn what_was_used_is_not_complained_about() {
    let source = source(
        "a: F0 # gitopslint: ignore[privileged-container, mutable-image-tag] it is the CNI\n",
    );
    let ignores = Ignores::of(&source);
    assert!(is_ignored_in(&ignores, &source, KNOWN[0], "F0", Tier::Dev));
    let complaints = with_terms(|terms| told(&ignores.complaints(terms)));
    assert_snapshot!(complaints, @"1:50 unused-ignore: nothing breaks `mutable-image-tag` where this ignore applies (remove it: it would hide later findings)");
}

#[test]
fn what_was_not_asked_about_is_not_called_useless() {
    let source = source(
        "
a: x # gitopslint: ignore[privileged-container] it is the CNI
b: x # gitopslint: ignore[mutable-image-tag]
",
    );
    let told = with_terms(|terms| {
        let terms = Terms {
            is_complete: false,
            ..*terms
        };
        told(&Ignores::of(&source).complaints(&terms))
    });
    assert_snapshot!(told, @"3:6 ignore-without-reason: this ignore gives no reason and has no effect (write after the rule why the finding is acceptable)");
}

#[test]
fn a_locked_rule_is_not_ignored() {
    let source = source("a: F0 # gitopslint: ignore[plain-secret] it is a sample\n");
    let ignores = Ignores::of(&source);
    assert!(!is_ignored_in(
        &ignores,
        &source,
        "plain-secret",
        "F0",
        Tier::Dev
    ));
}

fn object(annotation: &str) -> (Arc<Source>, Node) {
    let source = source(&format!(
        "metadata:\n  annotations:\n    gitopslint.io/ignore: {annotation}\nspec: F0\n"
    ));
    let node = source.documents().documents.remove(0);
    (source, node)
}

#[test]
fn an_annotation_holds_for_its_object() {
    let (source, node) = object(
        "|\n      privileged-container, single-replica: it is the CNI\n      mutable-image-tag: env=dev a trial: of a week",
    );
    let ignores = Ignores::of_object(node.view());
    let is_ignored = |rule, tier| is_ignored_in(&ignores, &source, rule, "F0", tier);
    assert!(is_ignored("privileged-container", Tier::Production));
    assert!(is_ignored("single-replica", Tier::Production));
    assert!(!is_ignored("mutable-image-tag", Tier::Production));
    assert!(is_ignored("mutable-image-tag", Tier::Dev));
    assert!(with_terms(|terms| ignores.complaints(terms)).is_empty());
}

#[test]
fn an_annotation_is_complained_about_like_a_comment() {
    let told = |annotation: &str| {
        let (_, node) = object(annotation);
        with_terms(|terms| told(&Ignores::of_object(node.view()).complaints(terms)))
    };
    assert_snapshot!(told("privileged-container"), @"3:27 ignore-without-reason: this ignore gives no reason and has no effect (write after the rule why the finding is acceptable)");
    assert_snapshot!(told("': it is the CNI'"), @r#"3:27 malformed-ignore: this annotation names no rule to ignore (write `gitopslint.io/ignore: "rule-id: reason"`, one ignore a line)"#);
    assert_snapshot!(told("'single-replica: until=never x'"), @r#"3:27 malformed-ignore: `never` is not a date (write `gitopslint.io/ignore: "rule-id: reason"`, one ignore a line)"#);
    assert_snapshot!(told("{a: b}"), @r#"3:27 malformed-ignore: this annotation names no rule to ignore (write `gitopslint.io/ignore: "rule-id: reason"`, one ignore a line)"#);
}

#[test]
fn an_annotation_that_several_targets_render_is_told_once() {
    let (source, node) = object("'single-replica: one is enough'");
    let (mut all, used) = (Ignores::default(), Ignores::of_object(node.view()));
    all.absorb(Ignores::of_object(node.view()));
    assert!(is_ignored_in(
        &used,
        &source,
        "single-replica",
        "F0",
        Tier::Dev
    ));
    let count = |ignores: &Ignores| with_terms(|terms| ignores.complaints(terms).len());
    assert_eq!(count(&all), 1);
    all.absorb(used);
    assert_eq!(count(&all), 0);
}

#[test]
fn every_bad_example_is_complained_about_and_no_good_one() {
    for rule in RULES {
        let (Some(bad), Some(good)) = (&rule.bad, &rule.good) else {
            continue;
        };
        let breaks = |text: &str| {
            let source = source(text);
            let ignores = Ignores::of(&source);
            // The rule that is ignored finds tags that move.
            if text.contains("api:latest") {
                is_ignored_in(
                    &ignores,
                    &source,
                    "mutable-image-tag",
                    "api:latest",
                    Tier::Dev,
                );
            }
            let complaints = with_terms(|terms| ignores.complaints(terms));
            complaints
                .iter()
                .map(|problem| problem.rule.id.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(breaks(bad), [&*rule.id], "{bad}");
        assert!(breaks(good).is_empty(), "{good}");
    }
}

#[test]
fn many_comments_cost_no_more_than_their_sum() {
    let ignore = "# gitopslint: ignore[single-replica] x\n";
    let above_one = format!("a: b\n{}c: d\n", ignore.repeat(20_000));
    let wide = format!("{{{}}} {ignore}", "a: b, ".repeat(20_000));
    let each = format!("- a {ignore}").repeat(20_000);
    for text in [above_one, wide, each] {
        let found = Ignores::of(&source(&text));
        assert!(!found.is_empty());
    }
}

#[test]
fn holds_in_a_template_for_the_block_below() {
    let text = "\
a: F0
{{- /* gitopslint: ignore[privileged-container] it is the CNI */}}
b:
  c: {{ F1 }}

d: F2 # gitopslint: ignore[privileged-container] it is the CNI
e: F3
";
    let template = Source::file("t.yaml", Tree::of_spans(text, []));
    assert_eq!(ignored_in(&template), ["F1", "F2"]);
}

#[test]
fn comments_ignore_no_more_than_findings_can_be_held_against() {
    let ignore = "- F0 # gitopslint: ignore[privileged-container] it is the CNI\n";
    let text = ignore.repeat(MOST_NAMED + 2);
    let ignores = Ignores::of(&source(&text));
    assert_eq!(ignores.all().count(), MOST_NAMED);
    let complaints = with_terms(|terms| Ignores::complaints(&ignores, terms));
    let told: Vec<&str> = complaints
        .iter()
        .filter(|complaint| &*complaint.rule.id == "malformed-ignore")
        .map(|complaint| complaint.message.as_str())
        .collect();
    assert_snapshot!(told.join("\n"), @"the comments of a file ignore at most 1000 rules: those above have no effect");
}
