//! What is still told where a kustomization fails.

use insta::assert_snapshot;

use super::check;

const DEPLOYMENT_PATCH: &str =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 2}\n";

/// What a kustomization names is no manifest of its own, even if rendering does not come to it.
#[test]
fn a_patch_that_is_not_reached_is_no_manifest() {
    let broken = "namespace: {a: b}\nresources: [a.yaml]\npatches: [{path: changes/p.yaml}]\n";
    let files = [
        ("app/kustomization.yaml", broken),
        ("app/changes/p.yaml", DEPLOYMENT_PATCH),
    ];
    assert_snapshot!(check("missing-field", &files), @"");
    // One that nothing names is.
    let files = [("patched/p.yaml", DEPLOYMENT_PATCH)];
    assert_snapshot!(check("missing-field", &files), @r#"
    patched/p.yaml:4: error {-} `selector` is missing in `spec`
    patched/p.yaml:4: error {-} `template` is missing in `spec`
    "#);
}

/// What a base lacks, the overlay that fails may have added; what is wrong in it stays wrong.
#[test]
fn a_base_in_the_place_of_its_overlay_lacks_nothing() {
    let overlay = "namespace: {a: b}\nresources: [../base]\n";
    let object = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a, labels: [a]}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}\nsubjects: [{kind: ServiceAccount, name: a}]\n";
    let files = [
        ("overlay/kustomization.yaml", overlay),
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("base/a.yaml", object),
    ];
    assert_snapshot!(check("missing-field", &files), @"");
    assert_snapshot!(check("wrong-type", &files), @"base/a.yaml:3: error {-} `labels` must be a mapping, not a list");
    assert_snapshot!(check("missing-field", &files[1..]), @"base/a.yaml:5: error {-} `namespace` is missing in `subjects[0]`");
}

/// What a chart asks of whoever deploys it is missing where somebody does.
#[test]
fn a_chart_that_nobody_deploys_may_ask_for_values() {
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  project: default\n  source: {repoURL: 'https://example.com/a.git', path: chart}\n  destination: {name: in-cluster, namespace: a}\n";
    let files = [
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: a\nversion: 1.0.0\n",
        ),
        (
            "chart/templates/a.yaml",
            "{{ required \"give a team\" .Values.team }}\n",
        ),
        ("apps/a.yaml", application),
    ];
    assert_snapshot!(check("invalid-values", &files[..2]), @"chart/templates/a.yaml:1: warning {-} give a team");
    assert_snapshot!(check("invalid-values", &files), @"chart/templates/a.yaml:1: error {-} give a team");
    let elsewhere = application.replace("path: chart", "path: other");
    let others = [
        files[0],
        files[1],
        ("apps/a.yaml", elsewhere.as_str()),
        ("other/a.yaml", DEPLOYMENT_PATCH),
    ];
    assert_snapshot!(check("invalid-values", &others), @"chart/templates/a.yaml:1: info {-} give a team");
    // With other values it may well render.
    let compared = (
        "chart/templates/a.yaml",
        "{{ if eq .Values.enabled \"true\" }}{{ end }}\n",
    );
    let values = ("chart/values.yaml", "enabled: true\n");
    let others = [
        files[0],
        values,
        compared,
        ("apps/a.yaml", elsewhere.as_str()),
        ("other/a.yaml", DEPLOYMENT_PATCH),
    ];
    assert_snapshot!(check("invalid-template", &others[..3]), @r#"chart/templates/a.yaml:1: error {-} `eq .Values.enabled "true"`: a value of type bool and one of type string cannot be compared"#);
    assert_snapshot!(check("invalid-template", &others), @r#"chart/templates/a.yaml:1: warning {-} `eq .Values.enabled "true"`: a value of type bool and one of type string cannot be compared"#);
    // Of a chart without values nobody knows what it prints.
    let printed = (
        "chart/templates/a.yaml",
        "kind: ConfigMap\nmetadata:\n  name: {{ printf \"%s-a\" .Values.team }}\n",
    );
    let fixed = ("chart/templates/a.yaml", "kind: {ConfigMap\n");
    assert_snapshot!(check("invalid-template", &[files[0], printed]), @"chart/templates/a.yaml:3: info {-} a/templates/a.yaml prints what is not YAML: text cannot start with `%`: put quotes around it");
    assert_snapshot!(check("invalid-template", &[files[0], fixed]), @"chart/templates/a.yaml:1: error {-} a/templates/a.yaml prints what is not YAML: this `{` is never closed");
    // Beside what is deployed, such a chart is deployed by somebody else.
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.team }}-a\n";
    let files = [
        files[0],
        ("chart/templates/a.yaml", object),
        (
            "apps/a.yaml",
            &application.replace("path: chart", "path: other"),
        ),
        (
            "other/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        ),
    ];
    // What lacks a part that nobody gives is not known.
    assert_snapshot!(check("invalid-value", &files), @"");
    let object = object.replace("-a", "_a");
    let files = [
        files[0],
        ("chart/templates/a.yaml", &*object),
        files[2],
        files[3],
    ];
    assert_snapshot!(check("invalid-value", &files[..2]), @"chart/templates/a.yaml:4: warning {-} `name` `_a` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part");
    assert_snapshot!(check("invalid-value", &files), @"chart/templates/a.yaml:4: warning {-} `name` `_a` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part");
}

/// One fault of a kustomization hides no other, and what is listed twice is told at its entry.
#[test]
fn all_that_keeps_a_kustomization_from_being_built_is_told() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";
    let files = [
        (
            "web/kustomization.yaml",
            "resources:\n- a.yaml\n- gone.yaml\n- a.yaml\n- ../base\n- ../base\n- empty.yaml\n- empty.yaml\n",
        ),
        ("web/a.yaml", object),
        ("web/empty.yaml", "# nothing\n"),
        ("base/kustomization.yaml", "resources: [c.yaml]\n"),
        (
            "base/c.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
        ),
    ];
    assert_snapshot!(check("conflicting-resource", &files), @"
    web/kustomization.yaml:4: error {-} `a.yaml` is listed twice
    web/kustomization.yaml:6: error {-} `../base` is listed twice
    ");
    assert_snapshot!(check("missing-resource", &files), @"web/kustomization.yaml:3: error {-} `gone.yaml` cannot be read: there is no such file");
    let files = [
        ("web/kustomization.yaml", "resources: [a.yaml]\n"),
        (
            "web/a.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ include \"name\" . }}\n",
        ),
    ];
    assert_snapshot!(check("invalid-kustomization", &files), @"web/a.yaml:4: error {-} the name of this Secret is an action of a Helm template");
}

#[test]
fn where_nothing_is_there_all_that_is_missing_is_told_once() {
    let all = "resources:\n- a.yaml\n- b.yaml\n- c.yaml\n";
    let files = [("web/kustomization.yaml", all)];
    assert_snapshot!(check("missing-resource", &files), @"web/kustomization.yaml:2: error {-} 3 paths do not exist, such as `web/a.yaml`");
    let some = format!("{all}- d.yaml\n");
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let files = [("web/kustomization.yaml", &*some), ("web/d.yaml", object)];
    assert_eq!(check("missing-resource", &files).lines().count(), 3);
}
