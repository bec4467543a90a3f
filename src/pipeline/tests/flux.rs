//! What Flux makes of what it deploys.

use insta::assert_snapshot;

use super::{check, rendered};

const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {host: 'web.${domain}', replicas: '${replicas:=2}'}\n";

fn kustomization(name: &str, spec: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\nspec:\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n{spec}"
    )
}

#[test]
fn a_kustomization_changes_the_folder_that_it_builds() {
    let own = kustomization(
        "web",
        "  path: ./apps/web\n  targetNamespace: shop\n  namePrefix: a-\n  commonMetadata: {labels: {team: web}}\n  patches:\n  - patch: |\n      - {op: add, path: /data/extra, value: '1'}\n    target: {kind: ConfigMap}\n  postBuild: {substitute: {domain: example.org}}\n",
    );
    let files = [
        ("clusters/production/web.yaml", own.as_str()),
        ("apps/web/kustomization.yaml", "resources: [config.yaml]\n"),
        ("apps/web/config.yaml", CONFIG),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (production) apps/web
    apiVersion: v1
    data:
      extra: "1"
      host: web.example.org
      replicas: 2
    kind: ConfigMap
    metadata:
      labels:
        team: web
      name: a-web
      namespace: shop
    "#);
}

#[test]
fn a_folder_without_a_kustomization_is_built_as_one() {
    let own = kustomization("web", "  path: ./apps\n  nameSuffix: -b\n");
    let files = [
        ("clusters/dev/web.yaml", own.as_str()),
        (
            "apps/one.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n",
        ),
        (
            "apps/two/kustomization.yaml",
            "namePrefix: a-\nresources: [two.yaml]\n",
        ),
        (
            "apps/two/two.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\n",
        ),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (dev) apps
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a-two-b
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: one-b
    "#);
}

#[test]
fn variables_come_from_what_the_cluster_holds() {
    let own = kustomization(
        "web",
        "  path: ./apps/web\n  postBuild:\n    substituteFrom: [{kind: ConfigMap, name: settings}, {kind: Secret, name: hidden}]\n",
    );
    let settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: flux-system}\ndata: {domain: example.org}\n";
    let with = |secret: &str| {
        rendered(&[
            ("clusters/dev/web.yaml", own.as_str()),
            ("clusters/dev/settings.yaml", settings),
            ("clusters/dev/secret.yaml", secret),
            ("apps/web/kustomization.yaml", "resources: [config.yaml]\n"),
            ("apps/web/config.yaml", CONFIG),
        ])
    };
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: hidden, namespace: flux-system}\nstringData: {replicas: '3'}\n";
    assert_snapshot!(with(secret), @r#"
    # web (dev) apps/web
    apiVersion: v1
    data:
      host: web.example.org
      replicas: 3
    kind: ConfigMap
    metadata:
      name: web
    "#);
    // What is encrypted has a name, and a value that is not known.
    assert_snapshot!(with(&format!("{secret}sops: {{mac: x}}\n")), @r#"
    # web (dev) apps/web
    apiVersion: v1
    data:
      host: web.example.org
      replicas: ${replicas:=2}
    kind: ConfigMap
    metadata:
      name: web
    ? the variables of Secret `hidden` are not known here, so what uses them is checked as written
    "#);
}

#[test]
fn a_patch_holds_what_its_variables_are_replaced_by() {
    let inner = kustomization(
        "web",
        "  path: ./apps/web\n  patches:\n  - patch: |\n      apiVersion: v1\n      kind: ConfigMap\n      metadata: {name: any}\n      data: {leader: '${leader}'}\n    target: {kind: ConfigMap}\n  postBuild: {substitute: {domain: example.org}}\n",
    );
    let outer = kustomization(
        "all",
        "  path: ./fleet\n  postBuild: {substitute: {leader: 'yes'}}\n",
    );
    let files = [
        ("clusters/production/all.yaml", outer.as_str()),
        ("fleet/web.yaml", inner.as_str()),
        ("apps/web/kustomization.yaml", "resources: [config.yaml]\n"),
        ("apps/web/config.yaml", CONFIG),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # all (production) fleet
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata:
      name: web
      namespace: flux-system
    spec:
      patches:
      - patch: |
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: any}
          data: {leader: 'yes'}
        target:
          kind: ConfigMap
      path: ./apps/web
      postBuild:
        substitute:
          domain: example.org
      sourceRef:
        kind: GitRepository
        name: flux-system
    # web (production) apps/web
    apiVersion: v1
    data:
      host: web.example.org
      leader: "yes"
      replicas: 2
    kind: ConfigMap
    metadata:
      name: web
    "#);
    assert_snapshot!(check("undefined-variable", &files), @"");
}

#[test]
fn what_a_parent_patches_counts() {
    let parent = kustomization(
        "apps",
        "  path: ./apps\n  patches:\n  - patch: |\n      - {op: add, path: /spec/targetNamespace, value: shop}\n    target: {kind: Kustomization}\n",
    );
    let child = kustomization("web", "  path: ./web\n");
    let files = [
        ("clusters/stage/apps.yaml", parent.as_str()),
        ("apps/kustomization.yaml", "resources: [web.yaml]\n"),
        ("apps/web.yaml", child.as_str()),
        ("web/kustomization.yaml", "resources: [config.yaml]\n"),
        (
            "web/config.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
        ),
    ];
    let told = rendered(&files);
    let child = told.split("# web").nth(1).unwrap();
    assert_snapshot!(child, @r#"
     (stage) web
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: web
      namespace: shop
    "#);
    assert_eq!(told.matches("# web").count(), 1, "{told}");
}

#[test]
fn flux_reads_files_outside_the_folder() {
    let own = kustomization("web", "  path: ./apps/web\n");
    let base = [
        (
            "apps/web/kustomization.yaml",
            "configMapGenerator: [{name: web, files: [../common/a.txt]}]\ngeneratorOptions: {disableNameSuffixHash: true}\n",
        ),
        ("apps/common/a.txt", "a\n"),
    ];
    let outside = check("outside-root", &base);
    assert!(!outside.is_empty());
    let files = [&base[..], &[("clusters/dev/web.yaml", own.as_str())]].concat();
    assert_eq!(check("outside-root", &files), "");
    assert_snapshot!(rendered(&files), @r#"
    # web (dev) apps/web
    apiVersion: v1
    data:
      a.txt: |
        a
    kind: ConfigMap
    metadata:
      name: web
    "#);
}

#[test]
fn values_and_post_renderers_of_a_release() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: shop}\nspec:\n  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system}}}\n  valuesFrom:\n  - {kind: ConfigMap, name: values}\n  - {kind: ConfigMap, name: values, valuesKey: tag, targetPath: image.tag}\n  - {kind: Secret, name: missing}\n  values: {b: own}\n  postRenderers:\n  - kustomize:\n      patches:\n      - {patch: '[{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {\"late\": \"true\"}}]', target: {kind: ConfigMap}}\n";
    let values = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values, namespace: shop}\ndata:\n  tag: '1.2'\n  values.yaml: |\n    a: held\n    b: held\n";
    let files = [
        ("clusters/dev/release.yaml", release),
        ("clusters/dev/values.yaml", values),
        (
            "charts/web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        (
            "charts/web/values.yaml",
            "a: chart\nb: chart\nimage: {tag: latest}\n",
        ),
        (
            "charts/web/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: '{{ .Values.a }}', b: '{{ .Values.b }}', tag: '{{ .Values.image.tag }}'}\n",
        ),
    ];
    assert_snapshot!(rendered(&files), @r#"
    # web (dev) charts/web
    apiVersion: v1
    data:
      a: held
      b: own
      tag: "1.2"
    kind: ConfigMap
    metadata:
      labels:
        late: "true"
      name: web
    ? what Secret `missing` of `valuesFrom` holds is not known here, so what it sets is not checked
    "#);
}

/// In the cluster, a Kustomization may be given the variables that another one takes.
#[test]
fn variables_from_elsewhere_may_be_given_to_all() {
    let app = kustomization(
        "app",
        "  path: ./app\n  postBuild: {substitute: {APP: a}}\n",
    );
    let from = "{substituteFrom: [{kind: Secret, name: cluster}]}";
    let other = kustomization("other", &format!("  path: ./other\n  postBuild: {from}\n"));
    let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec:\n  capacity: {storage: 1Gi}\n  accessModes: [ReadWriteMany]\n  nfs:\n    server: ${HOST}\n    path: /a\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let files = [
        ("app/volume.yaml", volume),
        ("other/config.yaml", config),
        ("clusters/a/app.yaml", &app),
        ("clusters/a/other.yaml", &other),
    ];
    assert_snapshot!(check("missing-field", &files[..3]), @"app/volume.yaml:8: error {-} `server` has no value");
    assert_snapshot!(check("missing-field", &files), @"");
}

const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web, namespace: web}\nspec:\n  interval: 1h\n  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}}\n  valuesFrom: [FROM]\n";

/// What is said of values from a ConfigMap that is generated beside the release, in a folder that
/// is rendered twice: what brings its Kustomization patches it.
fn values_from(entry: &str) -> String {
    let above = kustomization(
        "apps",
        "  path: ./apps\n  patches:\n  - patch: |\n      - {op: add, path: /spec/prune, value: true}\n    target: {kind: Kustomization}\n",
    );
    let own = kustomization("web", "  path: ./apps/web/app\n");
    let release = RELEASE.replace("FROM", entry);
    let files = [
        ("cluster/apps.yaml", above.as_str()),
        ("apps/kustomization.yaml", "resources: [web/ks.yaml]\n"),
        ("apps/web/ks.yaml", own.as_str()),
        (
            "apps/web/app/kustomization.yaml",
            "resources: [release.yaml]\nconfigMapGenerator:\n- {name: web-values, namespace: web, files: [values.yaml], options: {disableNameSuffixHash: true}}\n",
        ),
        ("apps/web/app/values.yaml", "replicas: 2\n"),
        ("apps/web/app/release.yaml", release.as_str()),
    ];
    super::check("values-not-followed", &files)
}

#[test]
fn values_that_are_generated_beside_a_release_are_known() {
    assert_snapshot!(values_from("{kind: ConfigMap, name: web-values}"), @"");
    assert_snapshot!(values_from("{kind: ConfigMap, name: web-values, valuesKey: more.yaml, optional: true}"), @"");
    assert_snapshot!(values_from("{kind: ConfigMap, name: web-values, valuesKey: more.yaml}"), @"apps/web/app/release.yaml:7: info {-} what ConfigMap `web-values` of `valuesFrom` holds is not known here, so what it sets is not checked");
    assert_snapshot!(values_from("{kind: ConfigMap, name: other-values, optional: true}"), @"apps/web/app/release.yaml:7: info {-} what ConfigMap `other-values` of `valuesFrom` holds is not known here, so what it sets is not checked");
}

#[test]
fn what_a_deployed_kustomization_asks_for_is_no_test() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndataa: {}\n";
    let above = kustomization("apps", "  path: ./apps/test\n");
    let own = kustomization("web", "  path: ./apps/test/web/app\n");
    let files = [
        ("cluster/apps.yaml", above.as_str()),
        ("apps/test/kustomization.yaml", "resources: [web/ks.yaml]\n"),
        ("apps/test/web/ks.yaml", own.as_str()),
        ("apps/test/web/app/config.yaml", config),
        ("apps/test/loose/config.yaml", config),
    ];
    assert_snapshot!(super::check("unknown-field", &files), @r"
    apps/test/loose/config.yaml:4: warning {test} unknown field `dataa`
    apps/test/web/app/config.yaml:4: error {-} unknown field `dataa`
    ");
}

#[test]
fn a_patch_may_be_for_what_a_kustomization_adds() {
    let own = kustomization("web", "  path: ./apps/web\n  components: [../parts]\n");
    let patches = "resources: [config.yaml]\npatches:\n- patch: |\n    - {op: add, path: /data/a, value: b}\n  target: {kind: ConfigMap, name: part}\n- patch: |\n    - {op: add, path: /data/a, value: b}\n  target: {kind: ConfigMap, name: parts}\n";
    let files = [
        ("clusters/production/web.yaml", own.as_str()),
        ("apps/web/kustomization.yaml", patches),
        ("apps/web/config.yaml", CONFIG),
        (
            "apps/parts/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [part.yaml]\n",
        ),
        (
            "apps/parts/part.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: part}\ndata: {}\n",
        ),
    ];
    assert_snapshot!(check("unmatched-patch", &files), @"apps/web/kustomization.yaml:8: warning {production} the patch matches no object, so it changes nothing");
}
