//! What is less severe for where it is.

use insta::assert_snapshot;

use super::check;

#[test]
fn an_example_breaks_nothing() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [], hostPIDD: true, hostPID: true}\n";
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: x9-Kf2mQ7w}\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  project: default\n  source: {repoURL: 'https://example.com/a.git', path: examples/used}\n  destination: {name: in-cluster, namespace: a}\n";
    let files = [
        ("apps/a.yaml", application),
        (
            "docs/template/kustomization.yaml",
            "resources: [../../../base]\n",
        ),
        (".taskfiles/wipe/pod.yaml", pod),
        (".github/form.yml", "a: 1\na: 2\n"),
        ("docs/pod.yaml", pod),
        ("examples/used/pod.yaml", pod),
        ("examples/secret.yaml", secret),
        ("demo/bad/pod.yaml", pod),
        ("pkg/testdata/pod.yaml", pod),
        ("samples/disallowed-pod.yaml", pod),
        ("samples/pod.yaml", pod),
    ];
    assert_snapshot!(check("outside-root", &files), @"docs/template/kustomization.yaml:1: info {-} `../../../base` may not be read: it is outside the repository");
    assert_snapshot!(check("unknown-field", &files), @r"
    .taskfiles/wipe/pod.yaml:4: warning {-} unknown field `hostPIDD` in `spec`
    demo/bad/pod.yaml:4: info {-} unknown field `hostPIDD` in `spec`
    docs/pod.yaml:4: warning {-} unknown field `hostPIDD` in `spec`
    examples/used/pod.yaml:4: error {-} unknown field `hostPIDD` in `spec`
    samples/disallowed-pod.yaml:4: info {-} unknown field `hostPIDD` in `spec`
    samples/pod.yaml:4: warning {-} unknown field `hostPIDD` in `spec`
    ");
    assert_snapshot!(check("duplicate-key", &files), @".github/form.yml:2: warning {} duplicate key `a` in this mapping");
    assert_snapshot!(check("host-namespace", &files), @r"
    .taskfiles/wipe/pod.yaml:4: info {-} the pod shares its node's process namespace
    demo/bad/pod.yaml:4: info {-} the pod shares its node's process namespace
    docs/pod.yaml:4: info {-} the pod shares its node's process namespace
    examples/used/pod.yaml:4: error {-} the pod shares its node's process namespace
    samples/disallowed-pod.yaml:4: info {-} the pod shares its node's process namespace
    samples/pod.yaml:4: info {-} the pod shares its node's process namespace
    ");
    assert_snapshot!(check("plain-secret", &files), @"examples/secret.yaml:4: warning {-} Secret `a` is not encrypted: password");
}

#[test]
fn paths_out_of_an_example_lead_to_what_is_there_where_it_is_copied_to() {
    let files = [
        (
            "examples/one/kustomization.yaml",
            "resources: [../../../a]\n",
        ),
        (
            "examples/three/kustomization.yaml",
            "resources: [../../../a, '../../../b', ../../../c]\n",
        ),
        ("web/kustomization.yaml", "resources: [../../a]\n"),
    ];
    assert_snapshot!(check("outside-root", &files), @r"
    examples/one/kustomization.yaml:1: info {-} `../../../a` may not be read: it is outside the repository
    examples/three/kustomization.yaml:1: info {-} 3 paths outside the repository may not be read, such as `../../../a`
    web/kustomization.yaml:1: error {-} `../../a` may not be read: it is outside the repository
    ");
}

#[test]
fn a_credential_counts_less_where_nothing_real_is_kept() {
    let of = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData: {{password: {value}}}\n"
        )
    };
    let (typed, issued) = (of("x9-Kf2mQ7w"), of("glpat-Kq7Zr2Lw9xTz4vG8bN1m"));
    let signed = of(
        "eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.Kq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0y",
    );
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  project: default\n  source: {repoURL: 'https://example.com/a.git', path: examples/used}\n  destination: {name: in-cluster, namespace: a}\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {url: 'postgres://app:Hx82kLq0Zp1m@db/x', key: glpat-Kq7Zr2Lw9xTz4vG8bN1m}\n";
    let files = [
        ("apps/a.yaml", application),
        ("apps/secret.yaml", &*typed),
        ("examples/used/secret.yaml", &typed),
        ("policies/x/.chainsaw-test/secret.yaml", &typed),
        ("policies/y/.chainsaw-test/secret.yaml", &issued),
        ("local-clusters/one/secret.yaml", &typed),
        ("local-clusters/two/secret.yaml", &issued),
        ("clusters/prod/openebs-local/secret.yaml", &typed),
        ("docs/config.yaml", config),
        ("docs/signed.yaml", &signed),
        ("pkg/a/testdata/signed.yaml", &signed),
        ("pkg/b/testdata/issued.yaml", &issued),
    ];
    assert_snapshot!(check("plain-secret", &files), @r"
    apps/secret.yaml:4: error {-} Secret `a` is not encrypted: password
    clusters/prod/openebs-local/secret.yaml:4: error {prod} Secret `a` is not encrypted: password
    docs/signed.yaml:4: error {-} Secret `a` is not encrypted: password
    examples/used/secret.yaml:4: error {-} Secret `a` is not encrypted: password
    local-clusters/one/secret.yaml:4: warning {-} Secret `a` is not encrypted: password
    local-clusters/two/secret.yaml:4: error {-} Secret `a` is not encrypted: password
    pkg/a/testdata/signed.yaml:4: warning {-} Secret `a` is not encrypted: password
    pkg/b/testdata/issued.yaml:4: error {-} Secret `a` is not encrypted: password
    policies/x/.chainsaw-test/secret.yaml:4: info {-} Secret `a` is not encrypted: password
    policies/y/.chainsaw-test/secret.yaml:4: error {-} Secret `a` is not encrypted: password
    ");
    assert_snapshot!(check("credential-in-config", &files), @r"
    docs/config.yaml:4: warning {-} `url` holds a URL with a password
    docs/config.yaml:4: error {-} `key` holds a GitLab token
    ");
}

#[test]
fn who_deploys_answers_for_its_own_manifests() {
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\nrules:\n- {apiGroups: [''], resources: ['*'], verbs: ['*']}\n";
    let files = [
        ("clusters/prod/flux-system/gotk-components.yaml", role),
        ("clusters/prod/other/role.yaml", role),
        (
            "flux/install.yaml",
            &role.replace(
                "name: a",
                "name: b, labels: {\n  app.kubernetes.io/part-of: flux\n}",
            ),
        ),
        (
            "argocd/install.yaml",
            &role.replace(
                "name: a",
                "name: c, labels: {\n  app.kubernetes.io/part-of: argocd\n}",
            ),
        ),
    ];
    assert_snapshot!(check("wildcard-permissions", &files), @r"
    argocd/install.yaml:7: info {-} ClusterRole `c` grants every verb on every resource of the API group core
    clusters/prod/flux-system/gotk-components.yaml:5: info {prod} ClusterRole `a` grants every verb on every resource of the API group core
    clusters/prod/other/role.yaml:5: error {prod} ClusterRole `a` grants every verb on every resource of the API group core
    flux/install.yaml:7: info {-} ClusterRole `b` grants every verb on every resource of the API group core
    ");
}

#[test]
fn tests_and_what_is_copied_break_nothing() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [], hostPIDD: true, hostPID: true}\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  project: default\n  source: {repoURL: 'https://example.com/a.git', path: hack/used}\n  destination: {name: in-cluster, namespace: a}\n";
    let files = [
        ("apps/a.yaml", application),
        ("hack/used/pod.yaml", pod),
        ("test/bench/pod.yaml", pod),
        ("go/vendor/api/pod.yaml", pod),
        ("web/test/pod.yaml", pod),
        ("web/prod/pod.yaml", pod),
        (
            "shop/overlays/test/kustomization.yaml",
            "resources: [../../../go/vendor/used]\n",
        ),
        (
            "go/vendor/used/kustomization.yaml",
            "resources: [pod.yaml]\n",
        ),
        ("go/vendor/used/pod.yaml", pod),
        (
            "tests/data/kustomization.yaml",
            "resources: [missing.yaml]\n",
        ),
        (
            "src/__tests__/a/kustomization.yaml",
            "resources: [missing.yaml]\n",
        ),
    ];
    assert_snapshot!(check("unknown-field", &files), @r"
    go/vendor/api/pod.yaml:4: warning {-} unknown field `hostPIDD` in `spec`
    go/vendor/used/pod.yaml:4: error {test} unknown field `hostPIDD` in `spec`
    hack/used/pod.yaml:4: error {-} unknown field `hostPIDD` in `spec`
    test/bench/pod.yaml:4: warning {-} unknown field `hostPIDD` in `spec`
    web/prod/pod.yaml:4: error {prod} unknown field `hostPIDD` in `spec`
    web/test/pod.yaml:4: error {test} unknown field `hostPIDD` in `spec`
    ");
    assert_snapshot!(check("host-namespace", &files), @r"
    go/vendor/api/pod.yaml:4: info {-} the pod shares its node's process namespace
    go/vendor/used/pod.yaml:4: error {test} the pod shares its node's process namespace
    hack/used/pod.yaml:4: error {-} the pod shares its node's process namespace
    test/bench/pod.yaml:4: info {-} the pod shares its node's process namespace
    web/prod/pod.yaml:4: error {prod} the pod shares its node's process namespace
    web/test/pod.yaml:4: error {test} the pod shares its node's process namespace
    ");
    assert_snapshot!(check("missing-resource", &files), @"tests/data/kustomization.yaml:1: warning {-} `missing.yaml` cannot be read: there is no such file");
}

#[test]
fn values_for_tests_break_nothing_but_templates_do() {
    let template = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspecc: {}\nspec: {ports: [{port: {{ .Values.port }}}]}\n";
    let files = [
        (
            "charts/web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        ),
        ("charts/web/ci/default-values.yaml", "port: 99999\n"),
        ("charts/web/values.yaml", "port: 80\n"),
        ("charts/web/templates/a.yaml", template),
    ];
    assert_snapshot!(check("invalid-value", &files), @"charts/web/ci/default-values.yaml:1: warning {-} `port` `99999` must be between 1 and 65535");
    assert_snapshot!(check("unknown-field", &files), @"charts/web/templates/a.yaml:4: error {-,-} unknown field `specc`");
    let of_pods = |template: &'static str| {
        let files = [
            files[0],
            files[1],
            ("charts/web/templates/a.yaml", template),
        ];
        check("privileged-container", &files)
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, securityContext: {privileged: {{ eq (default 80 .Values.port | int) 99999 }}}}]}\n";
    assert_snapshot!(of_pods(pod), @"");
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  project: default\n  source: {repoURL: 'https://example.com/a.git', path: charts/web, helm: {valueFiles: [ci/default-values.yaml]}}\n  destination: {name: in-cluster, namespace: a}\n";
    let deployed = [
        files[0],
        files[1],
        ("charts/web/templates/a.yaml", pod),
        ("apps/web.yaml", application),
    ];
    assert_snapshot!(check("privileged-container", &deployed), @"charts/web/ci/default-values.yaml:1: error {-} container `a` runs privileged");
}

/// A base that nothing builds on breaks nothing, where others are built on.
#[test]
fn bases_that_nothing_builds_on() {
    let files = |unused: &'static str, user: &'static str| {
        let files = [
            (
                "cluster/base/web/kustomization.yaml",
                "resources: [map.yaml]\n",
            ),
            (
                "cluster/base/web/map.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n",
            ),
            (user, "resources: [../../base/web]\n"),
            (unused, "resources: [gone.yaml]\n"),
        ];
        check("missing-resource", &files)
    };
    let user = "cluster/overlays/prod/kustomization.yaml";
    assert_snapshot!(files("cluster/base/api/kustomization.yaml", user), @"cluster/base/api/kustomization.yaml:1: warning {-} `gone.yaml` cannot be read: there is no such file");
    assert_snapshot!(files("cluster/overlays/dev/kustomization.yaml", user), @"cluster/overlays/dev/kustomization.yaml:1: error {dev} `gone.yaml` cannot be read: there is no such file");
    let all = [
        ("web/base/kustomization.yaml", "resources: []\n"),
        (
            "web/base/more/kustomization.yaml",
            "resources: [gone.yaml]\n",
        ),
        ("web/prod/kustomization.yaml", "resources: [../base]\n"),
    ];
    assert_snapshot!(check("missing-resource", &all), @"web/base/more/kustomization.yaml:1: warning {-} `gone.yaml` cannot be read: there is no such file");
    assert_snapshot!(check("missing-resource", &all[..2]), @"web/base/more/kustomization.yaml:1: error {-} `gone.yaml` cannot be read: there is no such file");
    // Nothing else is known to build on these bases.
    let other = "cluster/base/shop/kustomization.yaml";
    assert_snapshot!(files("cluster/base/api/kustomization.yaml", other), @"cluster/base/api/kustomization.yaml:1: error {-} `gone.yaml` cannot be read: there is no such file");
}

#[test]
fn what_git_leaves_out_is_told_once() {
    let kustomization = "secretGenerator:\n- name: a\n  envs: [env/a.env]\n- name: b\n  files: [env/b.txt, c.txt]\n";
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  project: default\n  source: {repoURL: 'https://example.com/a.git', path: apps/used}\n  destination: {name: in-cluster, namespace: a}\n";
    let files = [
        (".gitignore", "tmp/\nenv/\n!apps/kept/env/\n"),
        ("apps/a.yaml", application),
        ("apps/named/kustomization.yaml", "resources: [env/a.yaml]\n"),
        ("apps/one/kustomization.yaml", kustomization),
        ("apps/two/kustomization.yaml", kustomization),
        ("apps/used/kustomization.yaml", kustomization),
        (
            "apps/kept/kustomization.yaml",
            "secretGenerator:\n- name: a\n  envs: [env/a.env]\n",
        ),
    ];
    assert_snapshot!(check("missing-resource", &files), @r"
    .gitignore:2: warning {-,-} git leaves out 4 files that 2 targets need, such as `apps/one/env/a.env`
    apps/kept/kustomization.yaml:3: error {-} `env/a.env` cannot be read: there is no such file
    apps/named/kustomization.yaml:1: error {-} `apps/named/env/a.yaml` is not in git: `.gitignore` leaves it out
    apps/one/kustomization.yaml:5: error {-} `c.txt` cannot be read: there is no such file
    apps/two/kustomization.yaml:5: error {-} `c.txt` cannot be read: there is no such file
    apps/used/kustomization.yaml:3: error {-} `apps/used/env/a.env` is not in git: `.gitignore` leaves it out
    apps/used/kustomization.yaml:5: error {-} `apps/used/env/b.txt` is not in git: `.gitignore` leaves it out
    apps/used/kustomization.yaml:5: error {-} `c.txt` cannot be read: there is no such file
    ");
}

#[test]
fn what_a_script_makes_is_no_more_than_noted_where_git_leaves_it_out() {
    let files = |script: &'static str| {
        check(
            "missing-resource",
            &[
                ("keys/.gitignore", "key.yaml\n"),
                ("keys/init/kustomization.yaml", "resources: [key.yaml]\n"),
                ("keys/Makefile", script),
            ],
        )
    };
    assert_snapshot!(files("key:\n\tvault read key > init/key.yaml\n"), @"keys/.gitignore:1: info {-} git leaves out `keys/init/key.yaml`, which is needed here");
    assert_snapshot!(files("key:\n\tvault read key > other/key.yaml\n"), @"keys/init/kustomization.yaml:1: error {-} `keys/init/key.yaml` is not in git: `keys/.gitignore` leaves it out");
}

#[test]
fn a_label_that_is_missing_is_told_at_the_namespace() {
    let files = [
        (
            "prod/ns.yaml",
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n",
        ),
        (
            "prod/kustomization.yaml",
            "resources: [ns.yaml]\nnamespace: shop\nlabels:\n- pairs: {team: shop}\n",
        ),
    ];
    assert_snapshot!(check("missing-pod-security-labels", &files), @"prod/ns.yaml:3: warning {prod} namespace `shop` enforces no Pod Security level");
    let route = (
        "prod/route.yaml",
        "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: web, namespace: shop}\nspec: {to: {kind: Service, name: web}}\n",
    );
    let kustomization = (
        "prod/kustomization.yaml",
        "resources: [ns.yaml, route.yaml]\n",
    );
    assert_snapshot!(check("missing-pod-security-labels", &[files[0], kustomization, route]), @"prod/ns.yaml:3: info {prod} namespace `shop` enforces no Pod Security level");
}

#[test]
fn the_rest_is_looked_at_without_a_generator_whose_files_are_nowhere() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPIDD: true\n  containers:\n  - name: a\n    image: a:1\n    envFrom: [{secretRef: {name: a}}, {secretRef: {name: b}}]\n";
    let files = [
        (
            "app/kustomization.yaml",
            "resources: [pod.yaml]\nsecretGenerator:\n- name: a\n  envs: [a.env]\n- name: b\n  behavior: merge\n  literals: [c=d]\n",
        ),
        ("app/pod.yaml", pod),
    ];
    assert_snapshot!(check("missing-resource", &files), @"app/kustomization.yaml:4: error {-} `a.env` cannot be read: there is no such file");
    assert_snapshot!(check("unknown-field", &files), @"app/pod.yaml:5: error {-} unknown field `hostPIDD` in `spec`");
    for rule in [
        "missing-reference",
        "unknown-reference",
        "reference-elsewhere",
    ] {
        assert_eq!(check(rule, &files), "");
    }
}

#[test]
fn what_a_program_would_decrypt_is_known_but_for_its_values() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: 'ENC[AES256_GCM,data:x,type:str]'}\nsops: {mac: 'ENC[AES256_GCM,data:y,type:str]'}\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPIDD: true\n  containers:\n  - {name: a, image: 'a:1', env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: passwort}}}]}\n";
    let files = [
        (
            "app/kustomization.yaml",
            "resources: [pod.yaml]\ngenerators: [ksops.yaml]\n",
        ),
        (
            "app/ksops.yaml",
            "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: a}\nfiles: [secret.enc.yaml]\n",
        ),
        ("app/secret.enc.yaml", secret),
        ("app/pod.yaml", pod),
        (
            "other/kustomization.yaml",
            "resources: [pod.yaml]\ngenerators: [program.yaml]\n",
        ),
        (
            "other/program.yaml",
            "apiVersion: acme.example/v1\nkind: Vault\nmetadata: {name: a}\n",
        ),
        ("other/pod.yaml", pod),
        (
            "merged/kustomization.yaml",
            "resources: [secret.yaml]\ngenerators: [ksops.yaml]\n",
        ),
        (
            "merged/secret.yaml",
            &*secret
                .replace("name: a", "name: b")
                .replace("password", "other"),
        ),
        (
            "merged/ksops.yaml",
            "apiVersion: viaduct.ai/v1\nkind: ksops\nmetadata: {name: a}\nfiles: [secret.enc.yaml]\n",
        ),
        (
            "merged/secret.enc.yaml",
            &*secret.replace(
                "{name: a}",
                "{name: b, annotations: {kustomize.config.k8s.io/behavior: merge}}",
            ),
        ),
    ];
    assert_snapshot!(check("conflicting-resource", &files), @"");
    assert_snapshot!(check("exec-refused", &files), @"other/program.yaml:2: warning {-} the generator Vault/a is a program, which is not run");
    assert_snapshot!(check("unreferenced-manifest", &files), @"");
    assert_snapshot!(check("missing-key", &files), @"app/pod.yaml:7: error {-} Secret `a` has no key `passwort`");
    assert_snapshot!(check("unknown-field", &files), @r"
    app/pod.yaml:5: error {-} unknown field `hostPIDD` in `spec`
    other/pod.yaml:5: error {-} unknown field `hostPIDD` in `spec`
    ");
    assert_snapshot!(check("plain-secret", &files), @"");
}

#[test]
fn a_credential_of_ones_own_machine_need_not_be_revoked() {
    let of = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData: {{password: {value}}}\n"
        )
    };
    let (typed, issued) = (of("x9-Kf2mQ7w"), of("glpat-Kq7Zr2Lw9xTz4vG8bN1m"));
    let (mash, more) = (of("asd111"), of("asd111, token: x9-Kf2mQ7w"));
    let files = [
        ("overlays/local/secret.yaml", &*typed),
        ("overlays/shop-local/secret.yaml", &*issued),
        ("overlays/production/secret.yaml", &*mash),
        ("examples/one/secret.yaml", &*mash),
        ("examples/two/secret.yaml", &*more),
    ];
    assert_snapshot!(check("plain-secret", &files), @r"
    examples/one/secret.yaml:4: info {-} Secret `a` is not encrypted: password
    examples/two/secret.yaml:4: warning {-} Secret `a` is not encrypted: password, token
    overlays/local/secret.yaml:4: warning {local} Secret `a` is not encrypted: password
    overlays/production/secret.yaml:4: error {production} Secret `a` is not encrypted: password
    overlays/shop-local/secret.yaml:4: error {shop-local} Secret `a` is not encrypted: password
    ");
    let memory: manifest::Memory = files.iter().copied().collect();
    let setup = crate::Setup::read(&memory, None).unwrap();
    let today = crate::date::Date::parse("2026-06-30").unwrap();
    let report = setup.check(&memory, &crate::Request::all(today)).report;
    let plain = report
        .findings
        .iter()
        .filter(|own| *own.rule.id == *"plain-secret");
    let leaked = plain.filter(|own| {
        own.help
            .as_deref()
            .is_some_and(|help| help.contains("leaked"))
    });
    let leaked = leaked.map(|own| own.place.as_ref().unwrap().path().to_string());
    assert_eq!(
        leaked.collect::<Vec<_>>(),
        [
            "examples/one/secret.yaml",
            "examples/two/secret.yaml",
            "overlays/production/secret.yaml",
            "overlays/shop-local/secret.yaml",
        ]
    );
}
