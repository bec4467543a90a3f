//! The rules on monitoring.

use crate::rule::{MONITORING, rules};

rules! {
    [group MONITORING]

    INVALID_PROMQL {
        id: "invalid-promql",
        severity: Error,
        title: "Rule or query that Prometheus rejects",
        description: "Prometheus rejects a whole rule file if it cannot parse one expression, so none of its alerts ever fires. It rejects such a query of an AnalysisTemplate, too, so the analysis fails and Argo Rollouts aborts the rollout.",
        remediation: "Fix the expression; `promtool check rules` reports the same of rules.",
        bad: "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: api\nspec:\n  groups:\n    - name: api\n      rules:\n        - alert: ApiErrors\n          expr: rate(http_requests_total{code=~\"5..\"}) > 1\n",
        good: "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: api\nspec:\n  groups:\n    - name: api\n      rules:\n        - alert: ApiErrors\n          expr: rate(http_requests_total{code=~\"5..\"}[5m]) > 1\n",
    }
}
