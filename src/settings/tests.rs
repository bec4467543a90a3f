use insta::assert_snapshot;
use manifest::{Dialect, Scalar};
use spanned_yaml::Tree;

use super::*;
use crate::date::Date;
use crate::settings::ignores::{Candidate, Terms};

const RULES: [&str; 5] = [
    "single-replica",
    "mutable-image-tag",
    "registry-not-allowed",
    "privileged-container",
    "plain-secret",
];

fn source(yaml: &str) -> Arc<Source> {
    Source::file(FILE_NAME, Tree::parse(yaml))
}

fn config(yaml: &str) -> Config {
    match read(&source(yaml), &RULES) {
        Ok(config) => config,
        Err(faults) => panic!("{}", told(&faults)),
    }
}

/// The faults that reading gives, one a line.
fn faults(yaml: &str) -> String {
    match read(&source(yaml), &RULES) {
        Ok(_) => "no fault".to_owned(),
        Err(faults) => told(&faults),
    }
}

fn told(faults: &[Fault]) -> String {
    let tell = |fault: &Fault| {
        let start = fault.at.as_ref().unwrap().start();
        let help = fault.help.as_deref().unwrap_or("-");
        format!(
            "{}:{}: {} ({help})",
            start.line, start.column, fault.message
        )
    };
    faults.iter().map(tell).collect::<Vec<_>>().join("\n")
}

fn rule(id: &str, severities: Severities) -> Rule {
    Rule {
        id: id.to_owned().into(),
        group: "".into(),
        title: "".into(),
        description: "".into(),
        remediation: "".into(),
        severities,
        references: Vec::new(),
        is_optional: false,
        bad: None,
        good: None,
    }
}

/// What a rule of a single replica, which production counts, is where `yaml` configures it.
fn severities(yaml: &str, path: &str) -> String {
    let by_default = Severities {
        dev: Severity::Off,
        stage: Severity::Off,
        production: Severity::Info,
    };
    let of = config(yaml).severities(&rule("single-replica", by_default), Utf8Path::new(path));
    format!("{} {} {}", of.dev, of.stage, of.production)
}

#[test]
fn nothing_is_configured_by_default() {
    for empty in ["", "# nothing yet\n", "---\n", "rules:\n"] {
        let config = config(empty);
        assert!(config.ignores().is_empty());
        assert_eq!(config.kubernetes(Some("dev"), Tier::Dev), None);
        assert_eq!(config.environment_of(Utf8Path::new("overlays/dev")), None);
        assert_eq!(severities(empty, "a.yaml"), "off off info");
    }
}

#[test]
fn severities_are_set_everywhere_by_tier_and_by_path() {
    let yaml = "
rules:
  single-replica:
    severity: {production: error, stage: warning}
    paths:
      sandbox/**: off
      sandbox/shared: {production: warning}
";
    assert_eq!(severities(yaml, "apps/api.yaml"), "off warning error");
    assert_eq!(severities(yaml, "sandbox/api.yaml"), "off off off");
    assert_eq!(
        severities(yaml, "sandbox/shared/api.yaml"),
        "off warning warning"
    );
    assert_eq!(
        severities("rules: {single-replica: warning}", "a"),
        "warning warning warning"
    );
    assert_eq!(
        severities("rules: {single-replica: off}", "a"),
        "off off off"
    );
}

#[test]
fn the_restricted_profile_comes_before_what_is_said_about_a_rule() {
    assert_eq!(
        severities("profile: restricted", "a"),
        "warning warning error"
    );
    let lowered = "{profile: restricted, rules: {single-replica: {severity: {dev: off}}}}";
    assert_eq!(severities(lowered, "a"), "off warning error");
}

#[test]
fn a_locked_rule_is_raised_and_never_lowered() {
    let lowered = "{locked: [single-replica], rules: {single-replica: off}}";
    assert_eq!(severities(lowered, "a"), "off off info");
    let raised = "{locked: [single-replica], rules: {single-replica: {severity: {dev: error}}}}";
    assert_eq!(severities(raised, "a"), "error off info");
    let here = "{locked: [single-replica], rules: {single-replica: {paths: {a: off}}}}";
    assert_eq!(severities(here, "a"), "off off info");
}

#[test]
fn a_rule_is_on_where_any_part_is_judged_by_it() {
    let is_on = |yaml: &str, tier| {
        let by_default = Severities::all(Severity::Off);
        config(yaml).is_on(&rule("single-replica", by_default), tier)
    };
    assert!(!is_on("", Tier::Dev));
    assert!(is_on("profile: restricted", Tier::Dev));
    let here = "rules: {single-replica: {paths: {apps: {dev: info}}}}";
    assert!(is_on(here, Tier::Dev) && !is_on(here, Tier::Stage));
    let off = "{profile: restricted, rules: {single-replica: off}}";
    assert!(!is_on(off, Tier::Dev));
    let locked = format!("{{locked: [single-replica], {}", &off[1..]);
    assert!(is_on(&locked, Tier::Dev));
}

#[test]
fn a_tier_overrides_single_parameters() {
    let config = config(
        "
rules:
  single-replica:
    parameters: {minimum: 2, kinds: [Deployment]}
    tiers:
      production: {parameters: {minimum: 3}}
",
    );
    let minimum = |tier| {
        let parameters = config.parameters("single-replica", tier);
        assert!(parameters["kinds"].view().is_seq());
        parameters["minimum"].view().scalar(Dialect::Kustomize)
    };
    assert_eq!(minimum(Tier::Dev), Some(Scalar::Int(2)));
    assert_eq!(minimum(Tier::Production), Some(Scalar::Int(3)));
    assert!(config.parameters("plain-secret", Tier::Dev).is_empty());
}

#[test]
fn parameters_that_a_rule_does_not_take_are_told() {
    let config = config(
        "
rules:
  single-replica:
    parameters: {minimun: 2, kinds: Deployment}
    tiers: {production: {parameters: {minimum: '3', x: 1}}}
  plain-secret:
    parameters: {minimum: 1}
",
    );
    let (minimum, kinds) = (serde_json::json!(2), serde_json::json!([]));
    let wrong = config.wrong_parameters(|rule| match rule {
        "single-replica" => vec![("minimum", &minimum), ("kinds", &kinds)],
        _ => vec![],
    });
    assert_snapshot!(told(&wrong), @"
    4:18: `single-replica` has no parameter `minimun` (did you mean `minimum`?)
    4:30: `kinds` must be a list, not text (-)
    5:39: `minimum` must be a number, not text (-)
    5:53: `single-replica` has no parameter `x` (known are minimum, kinds)
    7:18: `plain-secret` has no parameter `minimum` (it has no parameters)
    ");
}

#[test]
fn environments_come_from_patterns_then_from_names_of_folders() {
    let config = config(
        "
environments:
  dev: [dev, playground]
  stage: {members: [rehearsal], paths: ['clusters/blue/**']}
  production:
    members: [us, eu]
    paths: {us: [clusters/green]}
  ",
    );
    let of = |path: &str| {
        config
            .environment_of(Utf8Path::new(path))
            .map(|(name, tier)| format!("{name} {tier}"))
    };
    assert_eq!(
        of("apps/api/overlays/eu/patch.yaml").as_deref(),
        Some("eu production")
    );
    assert_eq!(
        of("us/playground/a.yaml").as_deref(),
        Some("playground dev")
    );
    assert_eq!(
        of("clusters/blue/a.yaml").as_deref(),
        Some("rehearsal stage")
    );
    assert_eq!(
        of("clusters/green/eu/a.yaml").as_deref(),
        Some("us production")
    );
    assert_eq!(of("apps/api/overlays/staging"), None);
    assert_eq!(config.tier_of("us"), Some(Tier::Production));
    assert_eq!(config.tier_of("staging"), None);
    assert_eq!(
        config.members(Tier::Production).collect::<Vec<_>>(),
        ["us", "eu"]
    );
}

#[test]
fn a_pattern_of_a_tier_with_several_members_reads_the_path() {
    let config =
        config("environments: {production: {members: [us, eu], paths: ['apps/*/live/**']}}");
    let of = |path: &str| {
        config
            .environment_of(Utf8Path::new(path))
            .unwrap()
            .0
            .to_owned()
    };
    assert_eq!(of("apps/api/live/eu/a.yaml"), "eu");
    assert_eq!(of("apps/api/live/a.yaml"), "production");
}

#[test]
fn kubernetes_differs_by_environment_or_tier() {
    let config = config(
        "
kubernetes: {default: 1.30, environments: {prod-eu: '1.29', stage: v1.31.2}}
environments: {stage: [rehearsal], production: [prod-us, prod-eu]}
",
    );
    let of = |name, tier| config.kubernetes(name, tier).map(|v| v.to_string());
    assert_eq!(of(None, Tier::Dev).as_deref(), Some("1.30"));
    assert_eq!(
        of(Some("prod-us"), Tier::Production).as_deref(),
        Some("1.30")
    );
    assert_eq!(
        of(Some("prod-eu"), Tier::Production).as_deref(),
        Some("1.29")
    );
    assert_eq!(of(Some("rehearsal"), Tier::Stage).as_deref(), Some("1.31"));
}

#[test]
fn policies_and_namespaces_are_listed() {
    let yaml = "
policies: [policy/, ./team/rules.rego]
owns: {namespaces: [payments]}
external: {namespaces: [monitoring]}
";
    let config = config(yaml);
    assert_eq!(config.policies(), ["policy", "team/rules.rego"]);
    assert_eq!(policies(&source(yaml)), ["policy", "team/rules.rego"]);
    assert_eq!(
        config.external_namespaces().collect::<Vec<_>>(),
        ["monitoring"]
    );
}

#[test]
fn an_ignore_holds_where_it_says() {
    let config = config(
        "
ignores:
  - rule: privileged-container
    paths: ['infra/cni/**']
    environments: [dev]
    reason: needs raw sockets
    until: 2027-01-01
",
    );
    let source = source("x: y");
    let locked = BTreeSet::new();
    let find = |rule, path, environment, tier, today| {
        let terms = Terms {
            today: Date::parse(today).unwrap(),
            known: &RULES,
            locked: &locked,
            is_complete: true,
        };
        let candidate = Candidate {
            rule,
            path: Utf8Path::new(path),
            span: source.tree.span(source.tree.documents().next().unwrap()),
            environment,
            tier,
        };
        config
            .ignores()
            .find(&candidate, &terms)
            .map(|i| i.reason.clone())
    };
    let (rule, path, day) = ("privileged-container", "infra/cni/ds.yaml", "2027-01-01");
    let reason = Some("needs raw sockets".to_owned());
    assert_eq!(find(rule, path, Some("dev"), Tier::Dev, day), reason);
    assert_eq!(find(rule, path, Some("playground"), Tier::Dev, day), reason);
    assert_eq!(find(rule, path, Some("stage"), Tier::Stage, day), None);
    assert_eq!(find(rule, path, None, Tier::Stage, day), None);
    assert_eq!(
        find(rule, "infra/ds.yaml", Some("dev"), Tier::Dev, day),
        None
    );
    assert_eq!(
        find("plain-secret", path, Some("dev"), Tier::Dev, day),
        None
    );
    assert_eq!(find(rule, path, Some("dev"), Tier::Dev, "2027-01-02"), None);
}

#[test]
fn every_fault_is_told_at_once() {
    assert_snapshot!(faults("
profil: restricted
kubernetes: newest
environments:
  dev: [dev]
  production: {members: [prod, dev], path: [live]}
  prod: [x]
rules:
  single-replicas: warning
  mutable-image-tag: {severity: {production: eror, staging: off}}
  registry-not-allowed: [ghcr.io]
policies: policy/
owns: {namespace: [payments]}
ignores:
  - {rule: privileged-container, environments: [dve]}
  - {rule: plain-secret, reason: it is a sample, until: 2027-02-30}
  - reason: why not
locked: [plain-secret]
"), @r#"
    2:1: the configuration has no key `profil` (did you mean `profile`?)
    3:13: `newest` is not a valid Kubernetes version (write it as "1.31")
    6:32: `dev` is the name of another tier (an environment is a member of one tier)
    6:38: a tier has no key `path` (did you mean `paths`?)
    7:3: there is no tier `prod` (known are dev, stage, production)
    9:3: there is no rule `single-replicas` (did you mean `single-replica`?)
    10:46: there is no severity `eror` (did you mean `error`?)
    10:52: there is no tier `staging` (known are dev, stage, production)
    11:25: a rule must be text, not a list (-)
    12:11: `policies` must be a list, not a single value (-)
    13:8: `owns` has no key `namespace` (did you mean `namespaces`?)
    15:5: this ignore gives no reason (write in `reason` why the finding is acceptable)
    15:49: there is no environment `dve` (did you mean `dev`?)
    16:12: `plain-secret` is locked and cannot be ignored (remove this ignore, or unlock the rule)
    16:57: `2027-02-30` is not a date (write it as 2027-01-31)
    17:5: this ignore names no rule (add `rule:`)
    "#);
}

#[test]
fn paths_stay_inside_the_repository() {
    assert_snapshot!(faults("
policies: [/etc, ../common]
ignores:
  - {rule: plain-secret, paths: [ok, /etc, ../x], reason: x}
rules: {plain-secret: {paths: {'a[': off, ../x: off}}}
"), @"
    2:12: this is not a path inside the repository (name a folder or file from the repository's root)
    2:18: this is not a path inside the repository (name a folder or file from the repository's root)
    4:38: this pattern matches nothing: paths are relative to the repository's root, without a leading `/` (-)
    5:32: this pattern matches nothing: unclosed character class; missing ']' (-)
    5:43: this pattern matches nothing: a pattern cannot go outside the repository (-)
    ");
}

#[test]
fn broken_text_is_told_where_it_breaks() {
    let broken = faults("rules: {single-replica: off\nlocked: [");
    assert!(broken.starts_with("1:8:"), "{broken}");
    assert_snapshot!(faults("a: &a [*a]\n"), @"1:8: this alias is inside its own anchor (-)");
    assert_snapshot!(faults("--- \nlocked: []\n---\nlocked: []\n"), @"4:1: the configuration must be one document (-)");
    assert_snapshot!(faults("[profile]"), @"1:1: the configuration must be a mapping, not a list (-)");
    assert_snapshot!(faults("? [a]\n: b\n"), @"1:3: a key must be text, not a list (-)");
}

#[test]
fn aliases_are_followed() {
    let yaml = "
rules:
  single-replica: &strict {severity: {production: error}}
  plain-secret: *strict
";
    assert_eq!(severities(yaml, "a"), "off off error");
    assert_eq!(config(yaml).rules.len(), 2);
}

#[test]
fn hostile_input_gives_faults() {
    let bomb: String = (1..40)
        .map(|i| format!("k{i}: &k{i} [*k{0}, *k{0}]\n", i - 1))
        .collect();
    let bomb = format!("k0: &k0 [x, x]\n{bomb}");
    let deep = format!("rules: {}", "[".repeat(100_000));
    let huge = format!("{}: 1", "k".repeat(100_000));
    let many: String = (0..2_000).map(|i| format!("key{i}: 1\n")).collect();
    for text in [bomb, deep, huge, many] {
        assert!(read(&source(&text), &RULES).is_err());
    }
}
