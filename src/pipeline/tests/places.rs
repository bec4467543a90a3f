//! Where findings stand whose objects were made of several files.

use insta::assert_snapshot;

use super::check;

const RULE: &str = "missing-readiness-probe";

fn deployment(name: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      containers:\n{container}"
    )
}

/// What is wrong with a chart of two Deployments whose containers are as given.
fn chart(rule: &str, container: &str) -> String {
    let (one, other) = (deployment("a", container), deployment("b", container));
    let files = [
        (
            "web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        (
            "web/values.yaml",
            "name: api\nimage: api:latest\nsidecars:\n- image: proxy:1\n  name: proxy\n",
        ),
        ("web/templates/a.yaml", &one),
        ("web/templates/b.yaml", &other),
        (
            "web/templates/_helpers.tpl",
            "{{ define \"name\" }}web{{ end }}\n",
        ),
    ];
    check(rule, &files)
}

#[test]
fn what_a_container_lacks_is_told_where_it_stands() {
    for name in [
        "{{ .Chart.Name }}",
        "{{ .Values.name }}-x",
        "\"{{ include \"name\" . }}\"",
    ] {
        let told = chart(RULE, &format!("      - image: a:1\n        name: {name}\n"));
        let places: Vec<&str> = told
            .lines()
            .filter_map(|line| line.split(": ").next())
            .collect();
        assert_eq!(
            places,
            ["web/templates/a.yaml:9", "web/templates/b.yaml:9"],
            "{told}"
        );
    }
}

#[test]
fn a_container_of_the_values_stands_there() {
    assert_snapshot!(
        chart(RULE, "{{ toYaml .Values.sidecars | indent 6 }}\n"),
        @"web/values.yaml:4: info {-,-} container `proxy` has no readiness probe"
    );
}

#[test]
fn a_wrong_value_is_told_where_it_came_from() {
    assert_snapshot!(
        chart("mutable-image-tag", "      - name: {{ .Chart.Name }}\n        image: {{ .Values.image }}\n"),
        @"web/values.yaml:2: warning {-,-} `api:latest` can change under you"
    );
}

#[test]
fn an_item_that_repeats_another_is_told_where_its_name_came_from() {
    let env = "      - name: web\n        image: a:1\n        env:\n        - {name: A, value: b}\n        - {name: \"{{ upper .Values.image | trunc 1 }}\", value: c}\n";
    assert_snapshot!(chart("duplicate-apply-key", env), @"web/values.yaml:2: warning {-,-} items 0 and 1 of `env` have the same `name`: `A`");
}

#[test]
fn what_an_overlay_names_stands_in_the_base() {
    let base = deployment("a", "      - image: a:1\n        name: web\n");
    let told = check(
        RULE,
        &[
            ("base/kustomization.yaml", "resources: [a.yaml]\n"),
            ("base/a.yaml", &base),
            (
                "overlay/kustomization.yaml",
                "resources: [../base]\nnamePrefix: x-\npatches:\n- target: {kind: Deployment}\n  patch: |-\n    - {op: replace, path: /spec/template/spec/containers/0/name, value: api}\n",
            ),
        ],
    );
    assert_snapshot!(told, @"base/a.yaml:9: info {-} container `api` has no readiness probe");
}

/// kustomize takes patched objects through JSON, where `4.10` and `4.1` are the same.
#[test]
fn numbers_are_told_as_they_are_written() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {old: 4.10}\n";
    let with = |patches: &str| {
        let kustomization = format!("resources: [a.yaml]\n{patches}");
        check(
            "wrong-type",
            &[
                ("web/kustomization.yaml", &kustomization),
                ("web/a.yaml", config),
            ],
        )
    };
    let json = "patches:\n- target: {kind: ConfigMap}\n  patch: |\n    - op: add\n      path: /data/new\n      value: 1.0\n";
    assert_snapshot!(with(json), @"
    web/a.yaml:4: error {-} `old` must be a string, not the number `4.10`
    web/kustomization.yaml:7: error {-} `new` must be a string, not the number `1.0`
    ");
    let merged = "patches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: a}\n    data: {new: 1.0}\n";
    assert_snapshot!(with(merged), @"
    web/a.yaml:4: error {-} `old` must be a string, not the number `4.10`
    web/kustomization.yaml:7: error {-} `new` must be a string, not the number `1.0`
    ");
}

#[test]
fn a_secret_in_values_that_are_printed_as_a_whole_is_told_where_it_is_written() {
    let chart = (
        "web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    );
    let template = (
        "web/templates/a.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: store}\ndata:\n  store.yaml: {{ toYaml .Values.store | b64enc }}\n",
    );
    let values =
        "store:\n  type: s3\n  config:\n    bucket: web\n    secret_key: Hx82kLq0Zp1mA7bb\n";
    let files = [chart, template, ("web/values.yaml", values)];
    assert_snapshot!(super::check("plain-secret", &files), @"web/values.yaml:5: error {-} Secret `store` is not encrypted: store.yaml");
}
