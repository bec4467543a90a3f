use insta::assert_snapshot;
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
    let unchecked = unchecked
        .filter(|group| group.what.contains("QL") || group.what.contains("files of rules"));
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

#[test]
fn a_rule_is_wrong_at_a_byte() {
    assert_snapshot!(told(&[("rule.yaml", RULE)]), @"");
    let changes = [
        ("== 0", "=< 0"),
        ("total[5m]", "total"),
        ("> 0.5", "> 0.5)"),
        ("up{job=\"api\"} == 0", "\"up{job='api'\""),
        ("up{job=\"api\"} == 0", "up[5m]"),
        ("up{job=\"api\"} == 0", "'up{job=\"${JOB}\"} =< 0'"),
    ];
    let all = changes.map(|(from, to)| {
        let rule = RULE.replace(from, to);
        told(&[("rule.yaml", &rule)])
    });
    assert_snapshot!(all.concat(), @r#"
    rule.yaml:9:31: error the expression is not valid PromQL: unexpected `=` after the expression
    rule.yaml:13:20: error the expression is not valid PromQL: `rate` needs a range vector, such as `metric[5m]`, not an instant vector
    rule.yaml:14:18: error the expression is not valid PromQL: unexpected `)` after the expression
    rule.yaml:9:29: error the expression is not valid PromQL: the expression ends where `}` is expected
    rule.yaml:9:17: error a rule needs an instant vector or a scalar, not a range vector
    not checked: objects with PromQL that a template fills in [("PrometheusRule", 1)]
    "#);
}

#[test]
fn queries_of_rollouts() {
    let told = |kind: &str, query: &str| {
        let template = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: {kind}\nmetadata: {{name: errors}}\nspec:\n  args: [{{name: service}}]\n  metrics:\n    - name: errors\n      successCondition: result[0] < 0.05\n      provider:\n        prometheus:\n          address: http://prometheus.monitoring.svc:9090\n          query: |\n            {query}\n"
        );
        told(&[("web/analysis.yaml", &template)])
    };
    let query = "sum(rate(errors{service=\"{{args.service}}\"}[5m]))";
    assert_snapshot!(told("AnalysisTemplate", query), @"");
    assert_snapshot!(told("ClusterAnalysisTemplate", &query.replace("]))", "])")), @"web/analysis.yaml:13:60: error the expression is not valid PromQL: the expression ends where `)` is expected");
    assert_snapshot!(told("AnalysisTemplate", "errors[5m]"), @"web/analysis.yaml:12:18: error a metric needs an instant vector or a scalar, not a range vector");
}

#[test]
fn files_of_rules_in_config_maps() {
    let file = "groups:\n- name: a\n  rules:\n  - alert: A\n    expr: sum(up\n";
    let kustomization = "configMapGenerator:\n- name: rules\n  files: [rules.yml]\n";
    let generated = [("kustomization.yaml", kustomization), ("rules.yml", file)];
    assert_snapshot!(told(&generated), @"rules.yml:5:16: error the expression is not valid PromQL: the expression ends where `)` is expected");
    let indented = file.replace('\n', "\n    ");
    let map = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  rules.yml: |\n    {indented}"
    );
    assert_snapshot!(told(&[("map.yaml", &map)]), @"map.yaml:10:20: error the expression is not valid PromQL: the expression ends where `)` is expected");
    let other = map.replace("alert:", "name:");
    assert_snapshot!(told(&[("map.yaml", &other)]), @"");
}

#[test]
fn other_languages_and_limits_are_told() {
    let long = RULE.replace("== 0", &"+ up ".repeat(20_000));
    assert_snapshot!(told(&[("rule.yaml", &long)]), @r#"not checked: objects with PromQL beyond the limits [("PrometheusRule", 1)]"#);
    let median = RULE.replace("== 0", "default 0");
    assert_snapshot!(told(&[("rule.yaml", &median)]), @"rule.yaml:9:31: error the expression is not valid PromQL: unexpected `default` after the expression");
    let operator =
        "apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMAgent\nmetadata: {name: a}\n";
    assert_snapshot!(told(&[("rule.yaml", &median), ("vm.yaml", operator)]), @r#"not checked: objects with PromQL that may be MetricsQL [("PrometheusRule", 1)]"#);
}
