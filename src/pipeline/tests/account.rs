//! What was not checked is counted and named.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::{Request, Setup};

/// What was rendered, and what was not checked.
fn account(files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let summary = setup.check(&memory, &request).report.summary;
    let mut told = format!("{} targets, {} objects\n", summary.targets, summary.objects);
    for unchecked in &summary.unchecked {
        let which = unchecked.which.iter();
        let which: Vec<String> = which.map(|(name, n)| format!("{name} {n}")).collect();
        told.push_str(&format!("{}: {}\n", unchecked.what, which.join(", ")));
    }
    told
}

const CHART: [(&str, &str); 4] = [
    (
        "apps/charts/web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    ),
    ("apps/charts/web/values.yaml", "replicas: 2\n"),
    (
        "apps/charts/web/templates/configmap.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\ndata: {replicas: '{{ .Values.replicas }}'}\n",
    ),
    (
        "apps/charts/web/values.schema.json",
        "{\"$ref\": \"https://schemas.example.org/web.json\", \"properties\": {\"replicas\": {\"$ref\": \"../parts.json#/n\"}}}",
    ),
];

#[test]
fn what_a_schema_refers_to_elsewhere() {
    assert_snapshot!(account(&CHART), @r#"
    1 targets, 1 objects
    values against schemas that are elsewhere: apps/charts/web/values.schema.json 2
    "#);
    let mut files = CHART.to_vec();
    files.push((
        "apps/kustomization.yaml",
        "helmCharts: [{name: web, releaseName: a}, {name: web, releaseName: b, namespace: b}]\nnamePrefix: a-\n",
    ));
    assert_snapshot!(account(&files), @r#"
    1 targets, 2 objects
    values against schemas that are elsewhere: apps/charts/web/values.schema.json 2
    "#);
}

#[test]
fn charts_that_generators_stand_for() {
    let mut files = CHART.to_vec();
    files.push(("apps/kustomization.yaml", "generators: [chart.yaml]\n"));
    files.push((
        "apps/chart.yaml",
        "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: web}\nname: web\nreleaseName: web\nvaluesInline: {replicas: 3}\n",
    ));
    assert_snapshot!(account(&files), @r#"
    1 targets, 1 objects
    values against schemas that are elsewhere: apps/charts/web/values.schema.json 2
    "#);
}

/// How many namespaces are told to lack a default deny.
fn open_namespaces(settings: &str, more: &str) -> usize {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shared}\nspec: {containers: [{name: a, image: 'a:1.0.0'}]}\n";
    let files = [
        ("production/pod.yaml", pod),
        ("production/more.yaml", more),
        (".gitopslint.yaml", settings),
    ];
    let memory: Memory = files.into_iter().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let told = findings
        .iter()
        .filter(|told| told.rule.id == "missing-default-deny");
    told.count()
}

#[test]
fn others_answer_for_external_namespaces() {
    let declared = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shared}\n";
    let external = "external: {namespaces: [shared]}\n";
    assert_eq!(open_namespaces("", declared), 1);
    assert_eq!(open_namespaces(external, declared), 0);
    let owned = format!("{external}owns: {{namespaces: [shared]}}\n");
    assert_eq!(open_namespaces(&owned, declared), 1);
}

/// Who declares a namespace elsewhere may deny its traffic there.
#[test]
fn a_namespace_that_nobody_here_answers_for() {
    assert_eq!(open_namespaces("", ""), 0);
    assert_eq!(open_namespaces("owns: {namespaces: [shared]}\n", ""), 1);
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a, namespace: shared}\nspec: {podSelector: {}, policyTypes: [Ingress]}\n";
    assert_eq!(open_namespaces("", policy), 1);
}

#[test]
fn what_another_program_fills_in() {
    let files = [
        (
            "chart/kustomization.yaml",
            "namespace: '{{ .Release.Namespace }}'\nresources: [a.yaml]\n",
        ),
        (
            "chart/a.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: REPLICAS}\n",
        ),
    ];
    assert_snapshot!(account(&files), @r"
    1 targets, 1 objects
    templates of objects, which another program fills in: Deployment 1
    ");
    assert_snapshot!(super::check("wrong-type", &files), @"");
    assert_snapshot!(super::check("wrong-type", &files[1..]), @"chart/a.yaml:4: error {-} `replicas` must be an integer, not the text `REPLICAS`");
}

#[test]
fn values_that_are_still_to_be_filled_in() {
    let limits = |cpu: &str| {
        format!(
            "apiVersion: v1\nkind: LimitRange\nmetadata: {{name: web, namespace: web}}\nspec:\n  limits:\n  - type: Container\n    default:\n      cpu: '{cpu}'\n"
        )
    };
    let secret = |annotation: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: web, namespace: web, annotations: {{{annotation}: kv/web}}}}\ndata: {{key: <KEY>}}\n"
        )
    };
    let check = |text: String| super::check("invalid-value", &[("web/a.yaml", text.as_str())]);
    assert_eq!(check(limits("{{ .cpu }}")), "");
    assert_ne!(check(limits("{{ .cpu")), "");
    assert_eq!(check(secret("avp.kubernetes.io/path")), "");
    // What nothing deploys yet is no more than a Secret with a placeholder.
    let other = secret("example.org/path");
    assert_eq!(check(other.clone()), "");
    assert_ne!(
        super::check("placeholder-secret", &[("web/a.yaml", &*other)]),
        ""
    );
    let template = limits("{{ \"{{ 1 }}\" }}");
    let chart = ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    let files = [chart, ("templates/a.yaml", template.as_str())];
    assert_ne!(super::check("invalid-value", &files), "");
}

#[test]
fn what_is_called_a_patch_is_applied_with_its_folder() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: default\n  destination: {name: in-cluster, namespace: web}\n  source: {repoURL: 'https://git.example.org/platform.git', path: web}\n";
    let unreferenced = |files: &[(&str, &str)]| {
        let memory: Memory = files.iter().copied().collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let summary = setup.check(&memory, &request).report.summary;
        summary.unreferenced.len()
    };
    let files = [("web/node-patch.yaml", pod), ("apps/web.yaml", application)];
    assert_eq!(unreferenced(&files), 0);
    assert_eq!(unreferenced(&files[..1]), 1);
}
