//! The rules behind what keeps a target from being rendered.

use crate::deploy::CHART_ELSEWHERE;
use crate::rule::{Rule, Severities, Severity};

/// All rules of reading and rendering.
pub fn rules() -> Vec<Rule> {
    let rule = |id: &str, severity, title: &str, description: &str, remediation: &str| Rule {
        id: id.to_owned(),
        group: "rendering".to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        remediation: remediation.to_owned(),
        severities: Severities::all(severity),
        references: Vec::new(),
        bad: None,
        good: None,
    };
    let error = Severity::Error;
    let warning = Severity::Warning;
    let mut rules = vec![
        rule(
            "invalid-yaml",
            error,
            "file is not well-formed YAML",
            "Nothing that reads this file can be deployed: kustomize, Helm and the API server refuse it, or read something else than is meant.",
            "Mend the syntax at the place shown. An editor that knows YAML shows it while typing.",
        ),
        rule(
            "duplicate-key",
            error,
            "key stands twice in one mapping",
            "YAML readers disagree: some refuse the file, others silently take the last value, so that the other one is dead although it looks alive.",
            "Remove one of the two, or merge what they hold.",
        ),
        rule(
            "invalid-kustomization",
            error,
            "kustomization does not build",
            "A field of the kustomization is unknown, or has a value that kustomize refuses, so nothing of the target can be deployed.",
            "Correct the field at the place shown.",
        ),
        rule(
            "missing-resource",
            error,
            "kustomization refers to what does not exist",
            "A file, folder or object that the kustomization names is not in the repository, so nothing of the target can be deployed.",
            "Add what is missing, correct the path, or remove the entry.",
        ),
        rule(
            "outside-root",
            error,
            "path leads out of what may be read",
            "kustomize refuses files outside the kustomization's folder, and Argo CD refuses repositories with links that lead out of them, so that a manifest cannot read secrets of the machine that renders it.",
            "Move the file into the folder, or put what is shared into a base and refer to its folder.",
        ),
        rule(
            "resource-cycle",
            error,
            "kustomizations build on one another in a circle",
            "None of them can ever be built.",
            "Move what they share into a base of its own that refers to none of them.",
        ),
        rule(
            "conflicting-resource",
            error,
            "two objects claim the same identity",
            "kustomize refuses to build when an object is defined twice, or when a reference fits several objects.",
            "Remove one of the definitions, or rename it; to change an object of a base, patch it.",
        ),
        rule(
            "patch-not-applied",
            error,
            "patch cannot be applied",
            "kustomize refuses a patch whose target does not exist or whose path does not fit, so nothing of the target can be deployed.",
            "Correct the patch's target or path, or remove the patch.",
        ),
        rule(
            "invalid-chart",
            error,
            "chart cannot be read",
            "A file that makes the folder a chart is missing or wrong, so Helm refuses it in every environment.",
            "Mend Chart.yaml, Chart.lock or the archive at the place shown.",
        ),
        rule(
            "invalid-values",
            error,
            "values that the chart refuses",
            "A value is of a type that the chart cannot use, contradicts its values.schema.json, or is required and missing, so Helm refuses to render for this environment.",
            "Set the value as the chart expects it, in the values file of that environment or in values.yaml for all.",
        ),
        rule(
            "invalid-template",
            error,
            "template does not render",
            "A template has a syntax error, fails while it runs, or prints what is no YAML, so Helm refuses the whole release.",
            "Mend the template at the place shown. Where a value may be missing, guard it with `with`, `default` or `required`.",
        ),
        rule(
            "remote-resource",
            warning,
            "kustomization builds on another repository",
            "What stands in another repository is fetched when the target is deployed. It can change without a commit here, and it cannot be checked here.",
            "Copy what is needed into this repository, or at least pin it to a commit with `?ref=`.",
        ),
        rule(
            CHART_ELSEWHERE,
            Severity::Info,
            "chart stands in another repository",
            "What the chart renders is fetched when it is deployed and is not checked here.",
            "Pull the chart into this repository, or depend on it from a chart of your own whose `charts/` folder holds it.",
        ),
        rule(
            "unsupported-field",
            warning,
            "target uses a feature that cannot be rendered here",
            "The target is not checked, because rendering it without this feature would give something else than what is deployed.",
            "Nothing is wrong with the target. Use another way to say the same if it is to be checked.",
        ),
        rule(
            "exec-refused",
            warning,
            "target runs a program to be rendered",
            "Programs that a repository brings are never run, so the target is not checked. Argo CD refuses them too unless it is told otherwise.",
            "Use kustomize's own generators and transformers, or commit what the program prints.",
        ),
        rule(
            "input-limit",
            error,
            "input is larger or deeper than what is read",
            "Limits on nesting, aliases and size keep a hostile file from exhausting the machine that reads it.",
            "Split the file, or write out what its aliases repeat.",
        ),
        rule(
            "unreadable-file",
            error,
            "file cannot be read",
            "What cannot be read cannot be checked, and Argo CD may not be able to read it either.",
            "Mend the file's permissions, its encoding (UTF-8) or its name.",
        ),
    ];
    for rule in &mut rules {
        let (bad, good) = example(&rule.id);
        rule.bad = bad.map(str::to_owned);
        rule.good = good.map(str::to_owned);
    }
    rules
}

fn example(id: &str) -> (Option<&'static str>, Option<&'static str>) {
    match id {
        "invalid-yaml" => (
            Some("metadata:\n  name: api\n labels: {}\n"),
            Some("metadata:\n  name: api\n  labels: {}\n"),
        ),
        "duplicate-key" => (Some("replicas: 1\nreplicas: 3\n"), Some("replicas: 3\n")),
        "invalid-kustomization" => (
            Some("resource:\n- deployment.yaml\n"),
            Some("resources:\n- deployment.yaml\n"),
        ),
        "conflicting-resource" => (
            Some("resources:\n- ../../base\n- ../../base/deployment.yaml\n"),
            Some("resources:\n- ../../base\n"),
        ),
        "patch-not-applied" => (
            Some(
                "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: no-such-name}\n",
            ),
            Some(
                "patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: api}\n",
            ),
        ),
        "invalid-template" => (
            Some("host: {{ .Values.ingress.host }}\n"),
            Some("{{- with .Values.ingress }}\nhost: {{ .host }}\n{{- end }}\n"),
        ),
        "invalid-values" => (Some("replicas: three\n"), Some("replicas: 3\n")),
        "remote-resource" => (
            Some("resources:\n- https://github.com/acme/base?ref=main\n"),
            Some("resources:\n- ../../base\n"),
        ),
        _ => (None, None),
    }
}
