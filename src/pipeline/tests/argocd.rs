//! What Argo CD makes of what it deploys.

use insta::assert_snapshot;

use super::{check, rendered};

fn application(name: &str, source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec:\n  project: default\n  source: {{repoURL: https://git.example.org/platform.git, {source}}}\n  destination: {{namespace: web, name: in-cluster}}\n"
    )
}

fn config(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
}

#[test]
fn options_in_the_folder_win() {
    let own = application(
        "web",
        "path: web, kustomize: {namePrefix: a-, nameSuffix: -s}",
    );
    let files = [
        ("apps/web.yaml", own.as_str()),
        ("web/kustomization.yaml", "resources: [config.yaml]\n"),
        ("web/config.yaml", &config("web")),
        ("web/.argocd-source.yaml", "kustomize: {namePrefix: b-}\n"),
        (
            "web/.argocd-source-web.yaml",
            "kustomize: {namespace: shop}\n",
        ),
        (
            "web/.argocd-source-api.yaml",
            "kustomize: {namespace: api}\n",
        ),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: b-web-s
      namespace: shop
    "#);
}

#[test]
fn a_folder_of_manifests_has_patterns() {
    let own = application(
        "web",
        "path: web, directory: {recurse: true, include: '{*.yaml,*.jsonnet}', exclude: 'old/*'}",
    );
    let files = [
        ("apps/web.yaml", own.as_str()),
        ("web/one.yaml", &config("one")),
        ("web/two.yml", &config("two")),
        ("web/old/three.yaml", &config("three")),
        ("web/new/four.yaml", &config("four")),
        ("web/five.jsonnet", "{}"),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: four
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: one
    ? `web/five.jsonnet` is Jsonnet, which is not run here, so what it makes is not checked
    "#);
}

#[test]
fn a_chart_that_is_a_kustomization_is_built_as_one() {
    let own = application("web", "path: web");
    let files = [
        ("apps/web.yaml", own.as_str()),
        ("web/kustomization.yaml", "resources: [config.yaml]\n"),
        ("web/config.yaml", &config("web")),
        (
            "web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (-) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: web
    "#);
}

#[test]
fn clusters_that_stand_elsewhere() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: web}\nspec:\n  generators:\n  - clusters: {selector: {matchLabels: {tier: edge}}}\n  template:\n    metadata: {name: 'web-{{name}}'}\n    spec:\n      project: default\n      source: {repoURL: https://git.example.org/platform.git, path: web}\n      destination: {name: '{{name}}', namespace: web}\n";
    let cluster = "apiVersion: v1\nkind: Secret\nmetadata: {name: example, labels: {argocd.argoproj.io/secret-type: cluster}}\nstringData: {name: example, server: https://k8s.example.org}\n";
    let mut files = vec![
        ("apps/set.yaml", set),
        ("clusters/example.yaml", cluster),
        (
            "web/config.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
        ),
    ];
    assert_snapshot!(check("unknown-applications", &files), @"apps/set.yaml:6: info {-} which clusters there are is not known here, so the Applications that depend on it are not checked");
    files.push((".gitopslint.yaml", "clusters: [{name: example}]\n"));
    assert_snapshot!(check("unknown-applications", &files), @"");
}

/// An Argo CD reads the Secrets of its own namespace, not those of an overlay beside its own.
#[test]
fn clusters_of_another_argo_cd() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: info}\nspec:\n  generators: [{clusters: {}}]\n  template:\n    metadata: {name: 'info-{{name}}'}\n    spec:\n      project: default\n      source: {repoURL: https://git.example.org/platform.git, path: 'info/{{name}}'}\n      destination: {server: '{{server}}', namespace: info}\n";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: local, labels: {argocd.argoproj.io/secret-type: cluster}}\nstringData: {name: local, server: 'https://10.0.0.1'}\n";
    let told = |secrets: &str, production: &str| {
        let secrets = format!("namespace: argocd\nresources: [{secrets}cluster.yaml]\n");
        let production = format!("namespace: {production}\nresources: [../../base]\n");
        check(
            "unknown-applications",
            &[
                ("argo/base/set.yaml", set),
                ("argo/base/kustomization.yaml", "resources: [set.yaml]\n"),
                ("argo/overlays/dev/kustomization.yaml", &secrets),
                ("argo/overlays/dev/cluster.yaml", secret),
                ("argo/overlays/production/kustomization.yaml", &production),
            ],
        )
    };
    assert_snapshot!(told("../../base, ", "argocd"), @"argo/base/set.yaml:5: info {production} which clusters there are is not known here, so the Applications that depend on it are not checked");
    assert_snapshot!(told("", "argocd"), @"argo/base/set.yaml:5: info {production} which clusters there are is not known here, so the Applications that depend on it are not checked");
    let beside = |namespace: &str| {
        let set = set.replace(
            "name: info}",
            &format!("name: info, namespace: {namespace}}}"),
        );
        let secret = secret.replace("name: local,", "name: local, namespace: argocd,");
        check(
            "unknown-applications",
            &[("sets/set.yaml", &set), ("secrets/local.yaml", &secret)],
        )
    };
    assert_snapshot!(beside("argocd"), @"");
    assert_snapshot!(beside("argocd-staging"), @"sets/set.yaml:5: info {-} which clusters there are is not known here, so the Applications that depend on it are not checked");
}

#[test]
fn a_comma_is_a_part_of_a_parameter() {
    let chart = [
        (
            "charts/web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        ("charts/web/values.yaml", "hosts: none\nimage: {tag: v1}\n"),
        (
            "charts/web/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  hosts: {{ toJson .Values.hosts | quote }}\n  tag: {{ dig \"image\" \"tag\" \"none\" (merge .Values dict) }}\n",
        ),
    ];
    let hosts = |value: &str| {
        let application = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec:\n  project: default\n  source:\n    repoURL: https://git.example.org/platform.git\n    path: charts/web\n    helm: {{parameters: [{{name: hosts, value: '{value}'}}]}}\n  destination: {{namespace: web}}\n"
        );
        let mut files = chart.to_vec();
        files.push(("apps/web.yaml", &application));
        let rendered = rendered(&files);
        let lines = rendered.lines().filter(|line| {
            line.starts_with("  hosts") || line.starts_with("  tag") || line.starts_with('!')
        });
        lines.map(str::trim).collect::<Vec<_>>().join("; ")
    };
    assert_snapshot!(hosts("a,b"), @r#"hosts: '"a,b"'; tag: v1"#);
    assert_snapshot!(hosts("{a,b}"), @r#"hosts: '["a","b"]'; tag: v1"#);
}

#[test]
fn a_version_of_a_chart_is_called_like_all_of_them() {
    let files = [
        (
            "charts/web/1.2.3/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.2.3\n",
        ),
        (
            "charts/web/1.2.3/templates/a.yaml",
            "apiVersion: v1\nkind: Service\nmetadata: {name: '{{ .Release.Name }}'}\nspec: {ports: [{port: 80}]}\n",
        ),
    ];
    assert_snapshot!(check("invalid-value", &files), @"");
}

/// Options that say something make Argo CD take a folder for plain manifests.
#[test]
fn what_keeps_a_kustomization_from_being_built() {
    let told = |directory: &str| {
        let application = format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: web}}\nspec:\n  project: default\n  source:\n    repoURL: https://git.example.org/platform.git\n    path: web\n    directory:\n      {directory}\n  destination: {{namespace: web}}\n"
        );
        let files = [
            ("apps/web.yaml", application.as_str()),
            (
                "web/kustomization.yaml",
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [config.yaml]\n",
            ),
            ("web/config.yaml", &config("web")),
        ];
        check("recursed-kustomization", &files)
    };
    assert_snapshot!(told("recurse: false"), @"");
    assert_snapshot!(told("recurse: false\n      exclude: kustomization.yaml"), @"");
    assert_snapshot!(told("recurse: false\n      exclude: old.yaml"), @"apps/web.yaml:11: error {-} `web/kustomization.yaml` is applied as an object, not built, because of `directory.exclude`");
    assert_snapshot!(told("include: '*.yaml'"), @"apps/web.yaml:10: error {-} `web/kustomization.yaml` is applied as an object, not built, because of `directory.include`");
    assert_snapshot!(told("exclude: old.yaml\n      recurse: true"), @"apps/web.yaml:11: error {-} `web/kustomization.yaml` is applied as an object, not built");
}

/// A chart of Applications that nobody deploys with values, and a chart that one of them deploys.
fn told_of_parent(rule: &str, helm: &str, values: &str, more: &[(&str, &str)]) -> String {
    let parent = application("api", &format!("path: api, helm: {helm}"));
    let metadata = "name: root\nversion: 1.0.0\napiVersion: v2\n";
    let mut files = vec![
        ("root/Chart.yaml", metadata),
        ("root/templates/api.yaml", parent.as_str()),
        ("root/values.yaml", values),
        ("api/Chart.yaml", metadata),
    ];
    files.extend_from_slice(more);
    check(rule, &files)
}

#[test]
fn what_a_parent_prints_nothing_for_is_not_known() {
    let told = |value: &str| {
        let template = config("api") + "data: {env: 'a{{ .Values.env.deep }}'}\n";
        let files = [
            ("api/values.yaml", "a: b\n"),
            ("api/templates/config.yaml", template.as_str()),
        ];
        let helm = format!("{{values: \"env: {value}\\n\"}}");
        told_of_parent("invalid-values", &helm, "given: null\n", &files)
    };
    assert_snapshot!(told("{{ .Values.environment }}"), @"");
    assert_snapshot!(told("{{ .Values.given }}"), @"");
    assert_snapshot!(told("{{ print .Values.given }}"), @"");
    assert_snapshot!(told("null"), @"api/templates/config.yaml:4: info {-} `.Values.env` is null");
}

#[test]
fn a_path_that_a_value_is_missing_from_is_a_pattern() {
    let told = |rule: &str, entry: &str, own: &str| {
        let template = config("api") + "data: {a: '{{ .Values.a }}'}\n";
        let files = [
            (own, "a: c\n"),
            ("api/values.yaml", "a: b\n"),
            ("api/templates/config.yaml", template.as_str()),
        ];
        let helm = format!("{{valueFiles: [{entry}]}}");
        told_of_parent(rule, &helm, "file:\n", &files)
    };
    for entry in [
        "'values-{{ print .Values.environment }}.yaml'",
        "'values-{{ .Values.environment }}.yaml'",
    ] {
        let dev = "api/values-dev.yaml";
        assert_eq!(told("missing-resource", entry, dev), "");
        assert_eq!(told("unused-values-file", entry, dev), "");
        insta::allow_duplicates! {
            assert_snapshot!(told("missing-resource", entry, "api/production.yaml"), @"root/templates/api.yaml:6: warning {-} no values file is called `api/values-*.yaml`, whatever `*` stands for");
        }
    }
    let entry = "'{{ .Values.file }}'";
    assert_snapshot!(told("missing-resource", entry, "api/values-dev.yaml"), @"root/templates/api.yaml:6: warning {-} this entry of `valueFiles` is empty: `.Values.file` has no value");
}
