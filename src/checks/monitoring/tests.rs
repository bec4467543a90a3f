use manifest::Memory;

use crate::date::Date;
use crate::{Request, Setup};

/// What is told of some files, one line each, and what is not checked.
fn told(files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request {
        select: vec!["invalid-promql".to_owned()],
        ..Request::all(Date::parse("2026-06-30").unwrap())
    };
    let report = setup.check(&memory, &request).report;
    let findings = report.findings.iter().map(|finding| {
        let place = finding.place.as_ref().unwrap();
        let start = place.start();
        let (line, column) = (start.line, start.column);
        let severity = finding.severity;
        format!(
            "{}:{line}:{column}: {severity} {}\n",
            place.path(),
            finding.message
        )
    });
    let unchecked = report.summary.unchecked.iter();
    let unchecked =
        unchecked.filter(|group| group.what.contains("QL") || group.what.contains("rules"));
    let unchecked =
        unchecked.map(|group| format!("not checked: {} {:?}\n", group.what, group.which));
    findings.chain(unchecked).collect()
}

const RULE: &str = "apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: api}
spec:
  groups:
    - name: api
      rules:
        - alert: Down
          expr: up{job=\"api\"} == 0
        - record: job:rate
          expr: |
            sum by (job) (
              rate(http_requests_total[5m]))
            > 0.5
";

/// What is told starts and ends like this.
#[track_caller]
fn check(files: &[(&str, &str)], start: &str, end: &str) {
    let told = told(files);
    assert!(
        told.starts_with(start) && told.trim_end().ends_with(end),
        "{told}"
    );
}

#[test]
fn a_rule_is_wrong_at_a_byte() {
    assert_eq!(told(&[("rule.yaml", RULE)]), "");
    for (from, to, place, why) in [
        (
            "== 0",
            "=< 0",
            "9:31",
            "unexpected `=` after the expression",
        ),
        (
            "total[5m]",
            "total",
            "13:20",
            "`rate` needs a range vector, such as `metric[5m]`, not an instant vector",
        ),
        (
            "> 0.5",
            "> 0.5)",
            "14:18",
            "unexpected `)` after the expression",
        ),
        (
            "up{job=\"api\"} == 0",
            "up[5m]",
            "9:17",
            "not a range vector",
        ),
    ] {
        let rule = RULE.replace(from, to);
        check(
            &[("rule.yaml", &rule)],
            &format!("rule.yaml:{place}: error "),
            why,
        );
    }
    let template = RULE.replace("up{job=\"api\"} == 0", "'up{job=\"${JOB}\"} =< 0'");
    check(
        &[("rule.yaml", &template)],
        "not checked: objects with PromQL that a template",
        "",
    );
}

#[test]
fn files_of_rules_in_config_maps() {
    let file = "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: sum(up\n";
    let why = "the expression ends where `)` is expected";
    let kustomization = "configMapGenerator:\n- name: rules\n  files: [rules.yml]\n";
    let generated = [("kustomization.yaml", kustomization), ("rules.yml", file)];
    check(&generated, "rules.yml:5:", why);
    let indented = file.replace('\n', "\n    ");
    let map = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  rules.yml: |\n    {indented}"
    );
    check(&[("map.yaml", &map)], "map.yaml:10:", why);
    let other = map.replace("alert:", "name:");
    assert_eq!(told(&[("map.yaml", &other)]), "");
}

#[test]
fn other_languages_and_limits_are_told() {
    let long = RULE.replace("== 0", &"+ up ".repeat(20_000));
    check(
        &[("rule.yaml", &long)],
        "not checked: objects with PromQL beyond the limits",
        "",
    );
    let default = RULE.replace("== 0", "default 0");
    check(
        &[("rule.yaml", &default)],
        "rule.yaml:9:",
        "unexpected `default` after the expression",
    );
    let operator =
        "apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMAgent\nmetadata: {name: a}\n";
    let files = [("rule.yaml", &*default), ("vm.yaml", operator)];
    check(
        &files,
        "not checked: objects with PromQL that may be MetricsQL",
        "",
    );
}
