//! Users' policies: good, faulty and hostile ones.

use super::*;

const POD: &str = "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {hostNetwork: true}}";

fn faults(text: &str) -> String {
    let (_, faults) = with(&[("policy/x.rego", text)]);
    let lines = faults.iter().map(|fault| {
        let line = fault.line.map_or(String::new(), |line| format!(":{line}"));
        format!("{}{line}: {}", fault.path, fault.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What a conftest policy's rule finds in a pod.
fn finds(rule: &str, text: &str) -> String {
    let (policies, faults) = with(&[("policy/x.rego", text)]);
    assert_eq!(faults, []);
    check(&policies, rule, Tier::Dev, POD)
}

#[test]
fn conftest_policies_work() {
    let text = "package main\n\
        deny contains msg if { input.kind == \"Pod\"; msg := \"no pods\" }\n\
        warn_names contains {\"msg\": msg} if { msg := sprintf(\"named %s\", [input.metadata.name]) }\n";
    assert_eq!(finds("main-deny", text), "0 : no pods");
    assert_eq!(finds("main-warn-names", text), "0 : named a");
}

#[test]
fn conftest_policies_of_the_first_version_work() {
    let text = "package main\n\
        is_pod { input.kind == \"Pod\" }\n\
        version(\"v1\")\n\
        deny[msg] { is_pod; version(input.apiVersion); msg := \"no pods\" }\n\
        violation[{\"msg\": msg}] { not is_pod; msg := \"no\" }\n";
    assert_eq!(finds("main-deny", text), "0 : no pods");
    assert_eq!(finds("main-violation", text), "");
}

#[test]
fn contradictions_are_told() {
    let text = "package main\n\
        level(kind) := 1 if kind == \"Pod\"\n\
        level(kind) := 2 if startswith(kind, \"P\")\n\
        deny contains \"high\" if level(input.kind) > 0\n";
    insta::assert_snapshot!(finds("main-deny", text), @"FAULT functions must not produce multiple outputs for same inputs");
}

#[test]
fn keywords_that_replace_input_work() {
    let text = "package main\n\
        pod if input.kind == \"Pod\"\n\
        deny contains \"x\" if { pod with input as {\"kind\": \"Pod\"} }\n";
    assert_eq!(finds("main-deny", text), "0 : x");
}

#[test]
fn policies_with_metadata_may_have_any_package() {
    let text = "# METADATA\n# title: T\n# description: D.\n# remediation: R.\n\
        # severity: info\n# kinds: Pod\n# uses: [tier]\n# parameters:\n#   names:\n\
        #     description: Names.\n#     default: [a]\npackage acme.no_names\n\
        import data.gitopslint.lib.pod\n\
        deny contains {\"message\": m, \"path\": array.concat(pod.path, [\"hostNetwork\"]), \"at\": \"key\"} if {\n\
        input.object.metadata.name in input.parameters.names\n\
        m := sprintf(\"%s %v\", [input.target.tier, object.keys(input.target)]) }\n";
    assert_eq!(
        finds("no-names", text),
        r#"0 spec.hostNetwork (key): dev {"tier"}"#
    );
    let (policies, _) = with(&[("x.rego", text)]);
    let values = [(
        "no-names".to_owned(),
        [("names".to_owned(), "b".into())].into(),
    )]
    .into();
    let settings = policies.settings(|_| true, &values);
    let nodes = objects(POD);
    let outcome = policies.check_object(
        &Document::new(nodes[0].view()),
        &facts(Tier::Dev),
        &settings,
    );
    assert!(
        outcome
            .problems
            .iter()
            .all(|(_, problem)| problem.rule.id != "no-names")
    );
}

#[test]
fn metadata_is_checked() {
    let head = "# METADATA\n# title: T\n# description: D.\n# remediation: R.\n# severity: error\n";
    let check = |rest: &str| {
        faults(&format!(
            "{head}{rest}package x.y\ndeny contains 1 if false\n"
        ))
    };
    insta::assert_snapshot!(check("# kinds: Pods\n# kind: Pod\n"), @"policy/x.rego:7: the metadata cannot be read: unknown field `kind`, expected one of `id`, `title`, `description`, `remediation`, `severity`, `kinds`, `scope`, `each`, `uses`, `parameters`, `references`, `optional`, `covers`, `bad`, `good`, `findings`");
    insta::assert_snapshot!(check("# kinds: [Pod, deployments]\n"), @"policy/x.rego:6: `deployments` is not a kind: write `Deployment`, `Rollout.argoproj.io`, `workloads`, `long-running` or `all`");
    insta::assert_snapshot!(check("# kinds: all\n# scope: cluster\n"), @"policy/x.rego:7: the metadata cannot be read: scope: unknown variant `cluster`, expected one of `object`, `target`, `environment`, `repository`");
    insta::assert_snapshot!(
        faults(&format!("{head}# kinds: all\npackage x.y\nallow := true\n")),
        @"policy/x.rego: it has metadata but no rule `deny`"
    );
    insta::assert_snapshot!(
        faults(&format!("{head}# kinds: all\npackage x.host_namespace\ndeny contains 1 if false\n")),
        @"policy/x.rego: security/host-namespace.rego already has a rule of this name"
    );
}

#[test]
fn conftest_files_that_find_nothing_are_told() {
    insta::assert_snapshot!(faults("package main\nfail contains \"no\" if input.kind == \"Pod\"\n"), @"policy/x.rego: no rule of the package `main` is called `deny`, `violation` or `warn`, so nothing is checked: rename the rule that reports");
    insta::assert_snapshot!(faults("package main\ndeny contains \"no\" if {\n  input[_].contents.kind == \"Pod\"\n}\n"), @"policy/x.rego:3: `input` is one object here, not the list of conftest's `--combine`: drop `[…].contents`, or add a `# METADATA` block with `scope: target` and read `input.objects`");
    insta::assert_snapshot!(faults("package main\ndeny contains \"no\" if input[\"kind\"] == \"Pod\"\n"), @"");
    insta::assert_snapshot!(faults("package helpers\nis_pod if input.kind == \"Pod\"\n"), @"");
}

#[test]
fn hostile_policies_are_refused() {
    insta::assert_snapshot!(faults("package main\ndeny contains 1 if {\n  x :=\n}\n"), @"policy/x.rego:3: expecting `}` while parsing set");
    insta::assert_snapshot!(faults("package main\nf(x) := f(x + 1)\ndeny contains 1 if f(1)\n"), @"policy/x.rego:2: `f` refers to itself, directly or through other rules; if it is only a variable that has a rule's name, rename the variable");
    let circle = "package main\nf(x) := g(x)\ng(x) := data.main.f(x)\ndeny contains 1 if f(1)\n";
    insta::assert_snapshot!(faults(circle), @r"
policy/x.rego:2: `f` refers to itself, directly or through other rules; if it is only a variable that has a rule's name, rename the variable
policy/x.rego:3: `g` refers to itself, directly or through other rules; if it is only a variable that has a rule's name, rename the variable
");
    insta::assert_snapshot!(faults("package main\na := b\nb := data[\"main\"].a\ndeny contains 1 if a\n"), @r"
policy/x.rego:2: `a` refers to itself, directly or through other rules; if it is only a variable that has a rule's name, rename the variable
policy/x.rego:3: `b` refers to itself, directly or through other rules; if it is only a variable that has a rule's name, rename the variable
");
    insta::assert_snapshot!(faults("package main\ndeny contains x if some x in data.main\n"), @"policy/x.rego:2: `deny` refers to itself, directly or through other rules; if it is only a variable that has a rule's name, rename the variable");
    insta::assert_snapshot!(
        faults("package main\ndeny contains 1 if count(numbers.range(1, 20000000)) > 1\n"),
        @"policy/x.rego:2: the arguments of `numbers.range` are not bounded: they may consist only of numbers up to 10000, `count(…)`, `+` and `-`"
    );
    insta::assert_snapshot!(faults("package main\ndeny contains 1 if foo.bar(1)\n"), @"policy/x.rego:2: there is no function `foo.bar`");
    insta::assert_snapshot!(faults("package main\nimport data.gitopslint.lib.pod\ndeny contains 1 if pod.name\n"), @"policy/x.rego:3: there is no `pod.name`");
    insta::assert_snapshot!(faults("package main\ndeny contains 1 if http.send({})\n"), @"policy/x.rego:2: `http.send` is not available: the same input must always give the same result, without the network");
    insta::assert_snapshot!(faults("package gitopslint.lib.pods\ncontainers(x, y) := []\n"), @"policy/x.rego:1: packages below `gitopslint` are reserved: rename `gitopslint.lib.pods`");
    insta::assert_snapshot!(
        faults("package gitopslint.security.host_namespace\ndeny contains 1 if false\n"),
        @"policy/x.rego:1: packages below `gitopslint` are reserved: rename `gitopslint.security.host_namespace`"
    );
    let deep = format!(
        "package main\nx := {}1{}\n",
        "[".repeat(9000),
        "]".repeat(9000)
    );
    insta::assert_snapshot!(faults(&deep), @"policy/x.rego:2: brackets are nested too deeply here");
}

#[test]
fn the_other_policies_go_on() {
    let (policies, faults) = with(&[
        ("a.rego", "package a\ndeny contains 1 if foo(1)\n"),
        ("b.rego", "package b\ndeny contains x if {\n"),
        ("c.rego", "package c\ndeny contains \"c\" if true\n"),
    ]);
    assert_eq!(faults.len(), 2);
    assert_eq!(check(&policies, "c-deny", Tier::Dev, POD), "0 : c");
    assert_ne!(check(&policies, "host-namespace", Tier::Dev, POD), "");
}

#[test]
fn failures_are_told_and_do_not_last() {
    let slow = "package main\n\
        deny contains 1 if {\n\
          xs := numbers.range(1, 9999)\n\
          some a in xs\n some b in xs\n some c in xs\n\
          a + b + c < 0\n}\n";
    let panicking = "package other\ndeny contains \"x\" if { e := []\n object.subset([1], e) }\n";
    let (policies, faults) = with(&[("slow.rego", slow), ("panicking.rego", panicking)]);
    assert_eq!(faults, []);
    insta::assert_snapshot!(check(&policies, "other-deny", Tier::Dev, POD), @"FAULT the policy engine failed on it");
    let settings = policies.settings(|rule| rule.id == "main-deny", &ParameterValues::new());
    let (facts, nodes) = (facts(Tier::Dev), objects(POD));
    let document = Document::new(nodes[0].view());
    let subject = Subject::One(&document, &facts);
    let mut ledger = Ledger::new(&policies);
    let mut check = || {
        let mut outcome = policies.glance(subject, &settings, &Ledger::new(&policies));
        policies.settle(subject, &settings, &mut outcome, &mut ledger);
        assert_eq!(outcome.faults.len(), 1, "{outcome:?}");
        outcome.faults.remove(0).message
    };
    for _ in 0..3 {
        assert_eq!(check(), "it takes too long");
    }
    insta::assert_snapshot!(check(), @"it is no longer evaluated, because it failed too often");
    assert_ne!(self::check(&policies, "host-namespace", Tier::Dev, POD), "");
}

#[test]
fn results_have_to_be_violations() {
    let check = |text: &str| finds("main-deny", &format!("package main\n{text}\n"));
    insta::assert_snapshot!(check("deny := true"), @"FAULT `main-deny` must be a set, but is a boolean");
    insta::assert_snapshot!(check("deny contains 1"), @"FAULT a result of `main-deny` is a number");
    insta::assert_snapshot!(check("deny contains {\"path\": []}"), @"FAULT a result of `main-deny` has no `message`");
    insta::assert_snapshot!(check("deny contains {\"msg\": \"m\", \"path\": [{}]}"), @"FAULT the `path` of a result of `main-deny` is not a list of keys");
    insta::assert_snapshot!(check("deny contains {\"msg\": \"m\", \"object\": 3}"), @"FAULT it names an object that does not exist");
}

#[test]
fn unsafe_variables_are_told() {
    insta::assert_snapshot!(finds("main-deny", "package main\ndeny contains x if x > 1\n"), @r#"FAULT var x is unsafe (path ["main", "x"], scopes [{}])"#);
    insta::assert_snapshot!(faults("package main\ndeny contains 1 if { not f(y) }\nf(x) := x\n"), @"policy/x.rego:2: use of undefined variable `y` is unsafe");
}

/// How a rule of a policy is evaluated.
fn way(rule: &str, text: &str) -> String {
    let (policies, faults) = with(&[("policy/x.rego", text)]);
    assert_eq!(faults, []);
    match policies.evaluated(rule) {
        Some(Evaluated::Planned) => "planned".to_owned(),
        Some(Evaluated::Interpreted { path, why }) => format!("{path}:{}: {why}", why.line),
        None => "no policy".to_owned(),
    }
}

#[test]
fn ways_of_evaluation_are_told() {
    insta::assert_snapshot!(way("main-deny", "package main\ndeny contains \"x\" if input.kind == \"Pod\"\n"), @"planned");
    insta::assert_snapshot!(way("main-deny", "package main\ndeny contains \"x\" if {\n  walk(input, [_, 1])\n}\n"), @"policy/x.rego:3: `_` here is not supported");
    insta::assert_snapshot!(way("main-deny", "package main\npod if input.kind == \"Pod\"\ndeny contains \"x\" if pod with input as {}\n"), @"policy/x.rego:3: `with` is not supported");
    insta::assert_snapshot!(way("main-deny", "package main\ndeny[msg] { input.kind == \"Pod\"; msg := \"x\" }\n"), @"planned");
    insta::assert_snapshot!(way("host-namespace", "package main\n"), @"planned");
    insta::assert_snapshot!(way("deprecated-api", "package main\n"), @"no policy");
}

/// What the lines say that have a plan decides whether the others are looked at.
#[test]
fn guards_let_through_what_may_hold() {
    let text = |kind: &str| {
        format!(
            "package main\ndeny contains msg if {{\n  input.kind == \"{kind}\"\n  \
             walk(input, [path, true])\n  msg := concat(\".\", path)\n}}\n"
        )
    };
    assert_eq!(finds("main-deny", &text("Pod")), "0 : spec.hostNetwork");
    assert_eq!(finds("main-deny", &text("Job")), "");
}
