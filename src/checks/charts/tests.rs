//! Rules on charts, from files in memory to findings.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::rule::{HELM, SCHEMA};
use crate::{Request, Setup};

/// The findings of the rules on charts, as `path:line:column: [rule] message (help) {targets}`.
fn check(files: &[(&str, &str)]) -> String {
    check_for(&|group| group == HELM, files)
}

fn check_for(wants: &dyn Fn(&str) -> bool, files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let checked = setup.check(&memory, &Request::all(Date::parse("2026-06-30").unwrap()));
    let wanted = checked
        .report
        .findings
        .iter()
        .filter(|f| wants(f.rule.group.as_ref()));
    let told = wanted.map(|finding| {
        let place = finding.place.as_ref().unwrap();
        let at = place.start();
        let environments: Vec<&str> = finding
            .affected
            .iter()
            .map(|a| a.environment.as_deref().unwrap_or("-"))
            .collect();
        format!(
            "{}:{}:{}: [{}] {} {{{}}}",
            place.path(),
            at.line,
            at.column,
            finding.rule,
            finding.message,
            environments.join(","),
        )
    });
    told.collect::<Vec<_>>().join("\n")
}

const CHART: &str = "apiVersion: v2\nname: api\nversion: 1.0.0\n";

const TEMPLATE: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  size: {{ .Values.size | quote }}
  {{- if .Values.extra }}
  other: {{ .Values.other.name }}
  {{- end }}
  {{- toYaml .Values.settings | nindent 2 }}
";

#[test]
fn tells_keys_that_no_template_reads() {
    assert_snapshot!(check(&[
        ("api/Chart.yaml", CHART),
        ("api/templates/map.yaml", TEMPLATE),
        ("api/values.yaml", "size: 1\nsettings: {a: x}\nother: {name: x, nmae: y}\n"),
        ("api/values-dev.yaml", "sise: 2\nsettings: {b: y}\n"),
        ("api/values-prod.yaml", "size: 2\nglobal: {zone: z}\n"),
    ]), @r#"
    api/templates/map.yaml:7:10: [undefined-value] no values file sets `extra`, which this template reads {dev,prod}
    api/values-dev.yaml:1:1: [unused-value] no template of the chart reads `sise` {dev}
    api/values.yaml:3:18: [unused-value] no template of the chart reads `other.nmae` {dev,prod}
    "#);
}

#[test]
fn a_file_that_no_template_reads_is_told_once() {
    let files = [
        ("chart/Chart.yaml", CHART),
        (
            "chart/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        ),
        (
            "chart/values.yaml",
            "image: {tag: '1'}\nreplicaCount: 1\nservice: {port: 80}\n",
        ),
    ];
    assert_snapshot!(check(&files), @"chart/values.yaml:1:1: [unused-value] no template of the chart reads any value of this file {-}");
}

#[test]
fn what_has_an_anchor_is_there_to_be_repeated() {
    assert_snapshot!(check(&[
        ("api/Chart.yaml", CHART),
        ("api/templates/map.yaml", TEMPLATE),
        ("api/values.yaml", "zone: &zone a\nlabels: &labels\n  z: *zone\nzoen: *zone\nextra: b\nother: {name: *zone}\nsettings: *labels\nsize: 1\n"),
    ]), @"api/values.yaml:4:1: [unused-value] no template of the chart reads `zoen` {-}");
}

#[test]
fn a_template_that_is_not_there_may_read_what_it_is_given() {
    let dependency = "dependencies: [{name: common, version: 1.0.0, repository: \"https://a\"}]\n";
    let chart = format!("{CHART}{dependency}");
    let template = "{{- if .Values.image.debug }}{{ end }}\n{{ include \"common.all\" . }}\n";
    let files = |template| {
        [
            ("api/Chart.yaml", chart.as_str()),
            ("api/values.yaml", "image: {debug: false, tag: a}\n"),
            ("api/templates/a.yaml", template),
        ]
    };
    assert_snapshot!(check(&files(template)), @"");
    let template =
        "{{- if .Values.image.debug }}{{ end }}\nname: {{ include \"common.name\" . }}\n";
    assert_snapshot!(check(&files(template)), @"api/values.yaml:1:23: [unused-value] no template of the chart reads `image.tag` {-}");
}

#[test]
fn tells_values_that_change_nothing_or_their_sort() {
    assert_snapshot!(check(&[
        ("api/Chart.yaml", CHART),
        ("api/templates/map.yaml", TEMPLATE),
        ("api/values.yaml", "size: 1\nextra: false\nsettings: {a: x}\n"),
        ("api/values-dev.yaml", "size: 1\n"),
        ("api/values-prod.yaml", "size: '1'\nsettings: [a]\n"),
    ]), @"
    api/values-dev.yaml:1:1: [redundant-value] `size` repeats the inherited value {dev}
    api/values-prod.yaml:1:1: [value-type-mismatch] `size` is text here, but overrides a number {prod}
    api/values-prod.yaml:2:1: [value-type-mismatch] `settings` is a list here, but overrides a mapping {prod}
    ");
}

#[test]
fn tells_parameters_and_files_of_no_use() {
    assert_snapshot!(check(&[
        ("api/Chart.yaml", CHART),
        ("api/templates/map.yaml", TEMPLATE),
        ("api/values.yaml", "size: 1\nsettings: {a: x}\n"),
        ("api/values-prod.yaml", "size: 2\n"),
        ("api/values-eu.yaml", "size: 3\n"),
        (
            "apps/prod.yaml",
            "
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: api}
spec:
  destination: {namespace: api}
  source:
    path: api
    helm:
      valueFiles: [values-prod.yaml]
      parameters:
      - {name: sise, value: '3'}
      - {name: settings.a, value: b}
",
        ),
    ]), @"
    api/templates/map.yaml:7:10: [undefined-value] no values file sets `extra`, which this template reads {prod}
    api/values-eu.yaml:1:1: [unused-values-file] api/values-eu.yaml is never used: nothing passes it to the chart {}
    apps/prod.yaml:12:16: [unused-parameter] no template of the chart reads `sise` {prod}
    ");
}

#[test]
fn tells_versions_that_float_and_locks_that_do_not_fit() {
    let dependencies = "\
dependencies:
- {name: redis, version: ^19.0.0, repository: 'https://charts.example.org'}
";
    let chart = format!("{CHART}{dependencies}");
    let lock = "dependencies:\n- {name: redis, version: 18.1.0}\n";
    assert_snapshot!(check(&[("api/Chart.yaml", &chart)]), @"api/Chart.yaml:5:26: [floating-chart-version] `redis` is not pinned: the newest version matching `^19.0.0` is used {-}");
    assert_snapshot!(check(&[("api/Chart.yaml", &chart), ("api/Chart.lock", lock)]), @"api/Chart.yaml:5:10: [outdated-chart-lock] Chart.lock does not match Chart.yaml: `redis` is locked to 18.1.0, not to ^19.0.0 {-}");
}

#[test]
fn applications_that_bring_one_another_have_an_end() {
    let application = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: '{{ .Release.Name }}x'}
spec: {source: {path: apps}}
";
    let told = check_for(
        &|group| group == "rendering",
        &[
            ("apps/Chart.yaml", CHART),
            ("apps/templates/more.yaml", application),
        ],
    );
    assert_snapshot!(told, @"apps/templates/more.yaml:4:23: [input-limit] Applications deploy one another more than 8 deep {-}");
}

#[test]
fn a_file_for_two_charts_is_read_by_either() {
    let read_name = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {name: '{{ .Values.cluster.name }}'}\n";
    let read_zone = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {zone: '{{ .Values.cluster.zone }}'}\n";
    let application = |name: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}}}\nspec: {{source: {{path: charts/{name}, helm: {{valueFiles: [/conf/dev.yaml]}}}}}}\n"
        )
    };
    let (a, b) = (application("a"), application("b"));
    let files = [
        ("charts/a/Chart.yaml", CHART),
        ("charts/a/templates/a.yaml", read_name),
        ("charts/b/Chart.yaml", CHART),
        ("charts/b/templates/b.yaml", read_zone),
        ("conf/dev.yaml", "cluster: {name: a, zone: b, color: red}\n"),
        ("apps/a.yaml", a.as_str()),
        ("apps/b.yaml", b.as_str()),
    ];
    assert_snapshot!(check(&files), @"conf/dev.yaml:1:29: [unused-value] no template of the chart reads `cluster.color` {dev,dev}");
    // What a chart reads that is not here is not known.
    let elsewhere = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: c}\nspec:\n  sources:\n  - {repoURL: 'https://charts.example.org', chart: c, targetRevision: 1.0.0, helm: {valueFiles: [$values/conf/dev.yaml]}}\n  - {repoURL: 'https://git.example.org/platform.git', ref: values}\n";
    let files = [&files[..], &[("apps/c.yaml", elsewhere)]].concat();
    assert_snapshot!(check(&files), @"");
}

/// No object shows what is given to a chart that is not here.
#[test]
fn credentials_in_values_of_charts_elsewhere() {
    let application = |name: &str, files: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: default\n  destination: {{name: in-cluster, namespace: db}}\n  sources:\n  - {{repoURL: 'https://charts.example.org', chart: db, targetRevision: 1.0.0, helm: {{valueFiles: [{files}]}}}}\n  - {{repoURL: 'https://git.example.org/platform.git', ref: values}}\n"
        )
    };
    let (a, b) = (
        application("a", "$values/values/db.yaml"),
        application("b", "$values/values/db.yaml, $values/values/b.yaml"),
    );
    let password = "auth:\n  password: Hx82kLq0Zp1m\n";
    let umbrella = "apiVersion: v2\nname: um\nversion: 1.0.0\ndependencies:\n- {name: redis, alias: cache, version: 1.0.0, repository: 'https://charts.example.org'}\n";
    let files = [
        ("apps/a.yaml", a.as_str()),
        ("apps/b.yaml", b.as_str()),
        ("values/db.yaml", password),
        ("values/b.yaml", "auth: {password: '${PASSWORD}'}\n"),
        ("values/other.yaml", password),
        ("um/Chart.yaml", umbrella),
        (
            "um/values.yaml",
            "cache:\n  password: Hx82kLq0Zp1m\nredis:\n  password: Hx82kLq0Zp1m\n",
        ),
        (
            "ks/kustomization.yaml",
            "helmCharts:\n- name: x\n  repo: https://charts.example.org\n  version: 1.0.0\n  valuesFile: x.yaml\n  valuesInline: {auth: {password: Hx82kLq0Zp1m}}\n",
        ),
        ("ks/x.yaml", password),
        ("ks/y.yaml", password),
    ];
    let wants = |group: &str| group == crate::rule::SECRETS;
    assert_snapshot!(check_for(&wants, &files), @r"
    ks/kustomization.yaml:6:35: [uncertain-credential] `password` looks like a credential {-}
    ks/x.yaml:2:13: [uncertain-credential] `password` looks like a credential {-}
    um/values.yaml:2:13: [uncertain-credential] `password` looks like a credential {-}
    values/db.yaml:2:13: [uncertain-credential] `password` looks like a credential {-}
    ");
}

const APPLICATION: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: api, namespace: argocd}
spec:
  project: default
  source: {repoURL: 'https://git.example.com/a/b.git', path: api, targetRevision: main}
  destination: {server: 'https://kubernetes.default.svc', namespace: api}
";

#[test]
fn templates_see_what_the_cluster_serves() {
    let template = |wanted: &str| {
        format!(
            "{{{{- if .Capabilities.APIVersions.Has {wanted:?} }}}}\napiVersion: policy/v1\n{{{{- else }}}}\napiVersion: policy/v1beta1\n{{{{- end }}}}\nkind: PodDisruptionBudget\nmetadata: {{name: a}}\nspec: {{selector: {{}}}}\n"
        )
    };
    let check = |wanted: &str, more: &[(&str, &str)]| {
        let template = template(wanted);
        let files = [
            ("api/Chart.yaml", CHART),
            ("api/templates/a.yaml", &template),
        ];
        let files: Vec<(&str, &str)> = files.into_iter().chain(more.iter().copied()).collect();
        check_for(&|group| group == SCHEMA, &files)
    };
    let removed = "api/templates/a.yaml:4:13: [removed-api-version] `PodDisruptionBudget` of `policy/v1beta1` was removed in Kubernetes 1.25 {-}";
    assert_eq!(check("policy/v1/PodDisruptionBudget", &[]), "");
    assert_eq!(check("policy/v1", &[]), "");
    assert_eq!(check("policy/v1beta1", &[]), removed);
    assert_eq!(check("monitoring.coreos.com/v1", &[]), removed);
    // Argo CD has `helm template` take versions for granted that the cluster does not serve.
    let application = [("apps/api.yaml", APPLICATION)];
    assert_eq!(check("policy/v1/PodDisruptionBudget", &application), "");
    assert_eq!(check("policy/v1beta1", &application), "");
}

#[test]
fn what_a_missing_dependency_sets_is_not_known() {
    let chart =
        format!("{CHART}dependencies: [{{name: db, version: 1.0.0, repository: \"https://a\"}}]\n");
    let template = "\
apiVersion: v1
kind: Service
metadata: {name: {{ .Values.db.names.main | quote }}}
spec:
  externalName: {{ .Values.db.host }}.{{ .Values.zone }}
  ports: [{port: {{ index .Values \"db\" \"port\" }}}]
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Values.name }}}
spec:
  ports: [{port: 80, name: {{ required \"none\" .Values.db.port.name }}}]
";
    assert_snapshot!(check_for(&|group| group == SCHEMA, &[
        ("api/Chart.yaml", &chart),
        ("api/templates/a.yaml", template),
        ("api/values.yaml", "zone: a.example.com\n"),
    ]), @"api/templates/a.yaml:10:12: [missing-field] `name` has no value {-}");
}

#[test]
fn what_a_chart_hands_on_is_told_of_its_own() {
    let root = "apiVersion: v2\nname: root\nversion: 1.0.0\n";
    let child = |values: &str| {
        format!(
            "{}\n",
            APPLICATION.replace(
                "  source: {repoURL: 'https://git.example.com/a/b.git', path: api, targetRevision: main}",
                &format!(
                    "  source:\n    repoURL: https://git.example.com/a/b.git\n    path: api\n    targetRevision: main\n    helm:\n      values: |\n        {values}"
                ),
            )
        )
    };
    let check = |values: &str| {
        check(&[
            ("api/Chart.yaml", CHART),
            (
                "api/templates/map.yaml",
                "kind: A\nsize: {{ .Values.size }}\n",
            ),
            ("api/values.yaml", "size: 1\n"),
            ("root/Chart.yaml", root),
            ("root/templates/app.yaml", &child(values)),
            (
                "root/values.yaml",
                "size: 1\nzone: {a: b}\napi: {size: x, sise: 2}\n",
            ),
        ])
    };
    assert_snapshot!(check("{{- toYaml .Values | nindent 8 }}"), @"");
    assert_snapshot!(check("{{- toYaml .Values.api | nindent 8 }}\n        zoen: {{ .Values.zone.a }}{{ .Values.size }}"), @"
    root/templates/app.yaml:13:9: [unused-value] no template of the chart reads `zoen` {-}
    root/values.yaml:3:7: [value-type-mismatch] `size` is text here, but overrides a number {-}
    root/values.yaml:3:16: [unused-value] no template of the chart reads `sise` {-}
    ");
}

#[test]
fn what_follows_from_an_empty_default_is_a_warning() {
    let memory = Memory::from_iter([
        ("api/Chart.yaml", CHART),
        ("api/values.yaml", "domain: \"\"\n"),
        (
            "api/templates/a.yaml",
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  rules:\n  - host: a.{{ .Values.domain }}\n  - host: B_b\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.name }}}\nspec: {containers: []}\n",
        ),
    ]);
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let told = findings.iter().filter(|f| f.rule.group == SCHEMA);
    let told: Vec<String> = told
        .map(|f| {
            let line = f.place.as_ref().unwrap().start().line;
            format!("{line}: {} {}", f.severity, f.rule)
        })
        .collect();
    assert_snapshot!(told.join("\n"), @"
    6: warning invalid-value
    7: error invalid-value
    11: warning missing-field
    12: error missing-field
    ");
}

#[test]
fn fields_that_a_replacement_would_set_are_not_known() {
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  rules:\n  - host: TO_REPLACE\n  - host: B_b\n";
    let kustomization = "resources: [ingress.yaml, ../domain]\nreplacements:\n- source: {kind: ConfigMap, name: domain, fieldPath: data.host}\n  targets: [{select: {kind: Ingress}, fieldPaths: [spec.rules.0.host]}]\n";
    let told = check_for(
        &|group| group == SCHEMA,
        &[
            ("a/kustomization.yaml", kustomization),
            ("a/ingress.yaml", ingress),
        ],
    );
    assert_snapshot!(told, @"a/ingress.yaml:7:11: [invalid-value] `host` `B_b` must consist of lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part {-}");
}

#[test]
fn keys_of_one_mapping_are_told_at_it() {
    let files = |values: &'static str| {
        check(&[
            ("api/Chart.yaml", CHART),
            (
                "api/templates/a.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: '{{ .Values.scaling.enabled }}', b: '{{ .Values.scaling.most }}'}\n",
            ),
            ("api/values.yaml", values),
        ])
    };
    assert_snapshot!(files("scaling: {enabled: true, least: 1, cpu: 80}\n"), @r"
    api/templates/a.yaml:4:51: [undefined-value] no values file sets `scaling.most`, which this template reads {-}
    api/values.yaml:1:1: [unused-value] of `scaling`, the templates of the chart read only `enabled` {-}
    ");
    // What is misspelt is told by itself, and an anchor is there for others: nothing reads either.
    let beside = files("scaling: {least: 1, cpu: 80, enabledd: true, a: &a b}\n");
    let told = beside.lines().filter(|line| line.contains("unused-value"));
    assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r"
    api/values.yaml:1:1: [unused-value] no template of the chart reads anything in `scaling` {-}
    api/values.yaml:1:30: [unused-value] no template of the chart reads `scaling.enabledd` {-}
    ");
    assert_snapshot!(files("scaling: {enabled: true, most: 3, least: 1, cpu: 80}\n"), @r"
    api/values.yaml:1:35: [unused-value] no template of the chart reads `scaling.least` {-}
    api/values.yaml:1:45: [unused-value] no template of the chart reads `scaling.cpu` {-}
    ");
}
