//! From files in memory to references that name nothing.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::rule::REFERENCES;
use crate::{Request, Setup};

fn check_files(files: &[(&str, &str)]) -> String {
    let optional = (".gitopslint.yaml", "rules: {reference-elsewhere: info}\n");
    let memory: Memory = [optional]
        .into_iter()
        .chain(files.iter().copied())
        .collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let told = findings.iter().filter(|f| f.rule.group == REFERENCES);
    let told = told.map(|finding| {
        let line = finding.place.as_ref().unwrap().start().line;
        let help = finding
            .help
            .as_deref()
            .filter(|_| finding.rule.id != "missing-key");
        let help = help.filter(|help| help.starts_with("did you mean") || help.starts_with("set"));
        let help = help.map_or(String::new(), |help| format!(" ({help})"));
        format!("{line}: {} {}{help}\n", finding.severity, finding.message)
    });
    told.collect()
}

/// A pod in the namespace `shop` that has a spec, and other objects.
fn check(spec: &str, others: &str) -> String {
    let pod = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop}}\nspec:\n  {spec}\n  containers: [{{name: web, image: acme/web:1.4.2}}]\n"
    );
    check_files(&[("all.yaml", &format!("{pod}---\n{others}"))])
}

fn volume(kind: &str, others: &str) -> String {
    check(&format!("volumes: [{{name: a, {kind}}}]"), others)
}

const SETTINGS: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: web-settings, namespace: shop}
data: {url: x}
";

#[test]
fn a_config_map_is_there_or_not() {
    let config = |name: &str| volume(&format!("configMap: {{name: {name}}}"), SETTINGS);
    assert_snapshot!(config("web-settings"), @"");
    assert_snapshot!(config("web-setings"), @"5: warning there is no ConfigMap `web-setings` (did you mean `web-settings`?)");
    assert_snapshot!(config("web-settings-2"), @"5: info nothing creates ConfigMap `web-settings-2`");
    assert_snapshot!(config("routes"), @"5: info nothing creates ConfigMap `routes`");
    assert_snapshot!(config("kube-root-ca.crt"), @"");
    assert_snapshot!(config("routes-${CLUSTER}"), @"");
    assert_snapshot!(volume("configMap: {name: routes, optional: true}", SETTINGS), @"");
    assert_snapshot!(volume("configMap: {name: web-settings, items: [{key: uri, path: x}]}", SETTINGS), @"5: error ConfigMap `web-settings` has no key `uri`");
}

#[test]
fn what_may_be_missing_is_told_if_it_is_a_slip() {
    let optional = |name: &str| {
        volume(
            &format!("configMap: {{name: {name}, optional: true}}"),
            SETTINGS,
        )
    };
    assert_snapshot!(optional("web-settings"), @"");
    assert_snapshot!(optional("web-setings"), @"5: warning there is no ConfigMap `web-setings` (did you mean `web-settings`?)");
    assert_snapshot!(optional("web-overrides"), @"");
    // Its keys may be missing, too.
    assert_snapshot!(volume("configMap: {name: web-settings, optional: true, items: [{key: uri, path: x}]}", SETTINGS), @"");
    // One that reads both means both.
    let both = "volumes: [{name: a, configMap: {name: web-settings}}, {name: b, configMap: {name: web-setting, optional: true}}]";
    assert_snapshot!(check(both, SETTINGS), @"");
    let variable = |name: &str| {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: web-token, namespace: shop}\nstringData: {token: x}\n";
        let env = format!(
            "[{{name: T, valueFrom: {{secretKeyRef: {{name: {name}, key: token, optional: true}}}}}}]"
        );
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop}}\nspec: {{containers: [{{name: web, image: acme/web:1.4.2, env: {env}}}]}}\n"
        );
        check_files(&[("all.yaml", &format!("{pod}---\n{secret}"))])
    };
    assert_snapshot!(variable("web-token"), @"");
    assert_snapshot!(variable("web-tokne"), @"4: warning there is no Secret `web-tokne` (did you mean `web-token`?)");
    assert_snapshot!(variable("signing-key"), @"");
}

#[test]
fn platforms_make_secrets_and_accounts() {
    let service = |key: &str, read: &str| {
        let spec = format!(
            "volumes: [{{name: a, secret: {{secretName: web-tls, items: [{{key: {read}, path: x}}]}}}}]"
        );
        let service = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop, annotations: {{{key}: web-tls}}}}\nspec: {{ports: [{{port: 443}}]}}\n"
        );
        check(&spec, &service)
    };
    let key = "service.beta.openshift.io/serving-cert-secret-name";
    assert_snapshot!(service("example.org/tls", "tls.crt"), @"5: info nothing creates Secret `web-tls`");
    assert_snapshot!(service(key, "tls.crt"), @"");
    assert_snapshot!(service(key, "ca.crt"), @"5: error Secret `web-tls` has no key `ca.crt`");
    let subject = |namespace: &str| {
        check_files(&[(
            "all.yaml",
            &format!(
                "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: metrics, namespace: shop}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}}\nsubjects: [{{kind: ServiceAccount, name: prometheus, namespace: {namespace}}}]\n"
            ),
        )])
    };
    assert_snapshot!(subject("monitoring"), @"5: info nothing creates ServiceAccount `prometheus`");
    assert_snapshot!(subject("openshift-monitoring"), @"");
}

#[test]
fn issuers_are_named_by_annotations() {
    let ingress = |key: &str| {
        check_files(&[(
            "all.yaml",
            &format!(
                "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {{name: acme}}\nspec: {{selfSigned: {{}}}}\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web, namespace: shop, annotations: {{{key}: acme}}}}\nspec: {{tls: [{{hosts: [shop.example.org], secretName: web-tls}}]}}\n"
            ),
        )])
    };
    assert_snapshot!(ingress("cert-manager.io/cluster-issuer"), @"");
    assert_snapshot!(ingress("cert-manager.io/issuer"), @"8: warning there is no Issuer `acme` (set `cert-manager.io/cluster-issuer` instead)");
}

#[test]
fn a_class_may_be_the_platforms() {
    let claim = |name: &str| {
        check_files(&[(
            "all.yaml",
            &format!(
                "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{name: block-replicated}}\nprovisioner: example.org/block\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{storageClassName: block-duplicated}}\n"
            ),
        )])
    };
    assert_snapshot!(claim("data"), @"9: warning there is no StorageClass `block-duplicated` (did you mean `block-replicated`?)");
    assert_snapshot!(claim("bench-block-duplicated"), @"");
}

#[test]
fn a_secret_may_come_from_elsewhere() {
    let secret = |others: &str| {
        volume(
            "secret: {secretName: db, items: [{key: user, path: u}]}",
            others,
        )
    };
    let custom = |kind: &str, name: &str, spec: &str| {
        secret(&format!(
            "apiVersion: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n"
        ))
    };
    assert_snapshot!(secret(SETTINGS), @"5: info nothing creates Secret `db`");
    assert_snapshot!(custom("bitnami.com/v1alpha1\nkind: SealedSecret", "db", "{encryptedData: {user: AgA}}"), @"");
    assert_snapshot!(custom("bitnami.com/v1alpha1\nkind: SealedSecret", "db", "{encryptedData: {usr: AgA}}"), @"5: error Secret `db` has no key `user`");
    let external = "external-secrets.io/v1\nkind: ExternalSecret";
    assert_snapshot!(custom(external, "x", "{target: {name: db}, data: [{secretKey: user, remoteRef: {key: k}}]}"), @"");
    assert_snapshot!(custom(external, "x", "{target: {name: db}, data: [{secretKey: usr, remoteRef: {key: k}}]}"), @"5: error Secret `db` has no key `user`");
    assert_snapshot!(custom(external, "db", "{dataFrom: [{extract: {key: k}}]}"), @"");
    assert_snapshot!(custom(external, "db", "{target: {template: {data: {user: x}}}, dataFrom: [{extract: {key: k}}]}"), @"");
    assert_snapshot!(custom("cert-manager.io/v1\nkind: Certificate", "x", "{secretName: db}"), @"5: error Secret `db` has no key `user`");
    // An operator that is not known says that it writes it, or calls it after its object.
    assert_snapshot!(custom("example.org/v1\nkind: Database", "x", "{outputSecretName: db}"), @"");
    assert_snapshot!(custom("example.org/v1\nkind: Database", "db", "{}"), @"");
    assert_snapshot!(custom("example.org/v1\nkind: Database", "x", "{passwordSecretRef: {name: db, key: user}}"), @"5: info nothing creates Secret `db`");
}

#[test]
fn a_program_may_make_it() {
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: make, namespace: shop}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: make, image: acme/make:1.0.0, args: ['--secret-name=db']}]}}}\n";
    assert_snapshot!(volume("secret: {secretName: db}", job), @"");
}

#[test]
fn accounts_and_roles() {
    let account =
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: website, namespace: shop}\n";
    assert_snapshot!(check("serviceAccountName: website", account), @"");
    assert_snapshot!(check("serviceAccountName: webiste", account), @"5: warning there is no ServiceAccount `webiste` (did you mean `website`?)");
    assert_snapshot!(check("serviceAccountName: reporter", account), @"5: info nothing creates ServiceAccount `reporter`");
    assert_snapshot!(check("serviceAccountName: default", account), @"");
    let bind = |role: &str, namespace: &str| {
        check_files(&[(
            "all.yaml",
            &format!(
                "{account}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: web, namespace: shop}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {role}}}\nsubjects: [{{kind: ServiceAccount, name: website, namespace: {namespace}}}]\n"
            ),
        )])
    };
    assert_snapshot!(bind("ClusterRole, name: view", "shop"), @"");
    assert_snapshot!(bind("ClusterRole, name: wiev", "shop"), @"");
    assert_snapshot!(bind("Role, name: reader", "shop"), @"8: info nothing creates Role `reader`");
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shopping}\n";
    let binding = "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: web, namespace: shop}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: website, namespace: shopping}]\n";
    // An account of the same name in a namespace of which others speak.
    assert_snapshot!(check_files(&[("web/all.yaml", &format!("{account}---\n{binding}")), ("shopping/all.yaml", other)]), @"9: info nothing creates ServiceAccount `website`");
    assert_snapshot!(bind("ClusterRole, name: view", "shopping"), @"9: warning ServiceAccount `website` is in namespace `shop`, not in `shopping`");
}

#[test]
fn an_issuer_has_a_kind() {
    let certificate = |reference: &str| {
        check_files(&[(
            "all.yaml",
            &format!(
                "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata: {{name: letsencrypt}}\nspec: {{selfSigned: {{}}}}\n---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: web, namespace: shop}}\nspec: {{secretName: tls, issuerRef: {reference}}}\n"
            ),
        )])
    };
    assert_snapshot!(certificate("{name: letsencrypt, kind: ClusterIssuer}"), @"");
    assert_snapshot!(certificate("{name: letsencrypt}"), @"9: warning there is no Issuer `letsencrypt` (set `kind: ClusterIssuer`)");
    assert_snapshot!(certificate("{name: letsencript, kind: ClusterIssuer}"), @"9: warning there is no ClusterIssuer `letsencript` (did you mean `letsencrypt`?)");
    assert_snapshot!(certificate("{name: x, kind: ClusterIssuer, group: awspca.cert-manager.io}"), @"");
}

#[test]
fn claims_of_stateful_sets_are_there() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\nspec: {replicas: 2, volumeClaimTemplates: [{metadata: {name: data}}]}\n";
    let claim = |name: &str| {
        volume(
            &format!("persistentVolumeClaim: {{claimName: {name}}}"),
            set,
        )
    };
    assert_snapshot!(claim("data-db-1"), @"");
    assert_snapshot!(claim("data-db-2"), @"5: info nothing creates PersistentVolumeClaim `data-db-2`");
}

const APPLICATION: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop, namespace: argocd}
spec:
  project: default
  source: {repoURL: https://example.org/x, chart: shop, targetRevision: 1.0.0}
";

#[test]
fn namespaces_are_created() {
    let go = |namespace: &str, options: &str| {
        let namespaces = "apiVersion: v1\nkind: Namespace\nmetadata: {name: payments}\n";
        check_files(&[(
            "all.yaml",
            &format!(
                "{APPLICATION}  destination: {{name: in-cluster, namespace: {namespace}}}\n  syncPolicy: {{syncOptions: [{options}]}}\n---\n{namespaces}"
            ),
        )])
    };
    assert_snapshot!(go("payments", ""), @"");
    assert_snapshot!(go("shop", "CreateNamespace=true"), @"");
    assert_snapshot!(go("shop", ""), @"7: warning nothing creates namespace `shop`");
    assert_snapshot!(go("paymnets", ""), @"7: warning there is no namespace `paymnets` (did you mean `payments`?)");
    assert_snapshot!(go("kube-system", ""), @"");
    let objects = |path: &str, version: &str, kind: &str, namespace: &str| {
        let namespaces = "apiVersion: v1\nkind: Namespace\nmetadata: {name: payments}\n";
        let object = format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: {namespace}}}\nspec: {{}}\n"
        );
        let application = APPLICATION.replace("chart: shop", "path: web")
            + "  destination: {name: in-cluster, namespace: payments}\n";
        let files = [
            ("namespaces.yaml", namespaces),
            ("applications/web.yaml", &application),
            (path, &object),
        ];
        check_files(&files)
    };
    assert_snapshot!(objects("web/all.yaml", "v1", "Pod", "shop"), @"3: info nothing creates namespace `shop`");
    // Who applies these may create it first.
    assert_snapshot!(objects("api/all.yaml", "v1", "Pod", "shop"), @"");
    assert_snapshot!(objects("web/all.yaml", "v1", "Pod", "placeholder"), @"");
    // Nobody knows whether such a kind is in a namespace at all.
    assert_snapshot!(objects("web/all.yaml", "example.org/v1", "Component", "shop"), @"");
    // No cluster reads these.
    assert_snapshot!(objects("web/all.yaml", "backstage.io/v1alpha1", "Component", "shop"), @"");
}

#[test]
fn namespaces_that_must_be_there_are_not_missing() {
    let go = |home: &str, goals: &[(&str, &str)]| {
        let applications = goals.iter().map(|(name, goal)| {
            let application = APPLICATION
                .replace("name: shop", &format!("name: {name}"))
                .replace("namespace: argocd", &format!("namespace: {home}"));
            format!("{application}  destination: {{name: in-cluster, namespace: {goal}}}\n---\n")
        });
        let applications: String = applications.collect();
        let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: payments}\n";
        check_files(&[("all.yaml", &(applications + namespace))])
    };
    assert_snapshot!(go("argo", &[("a", "argo")]), @"");
    assert_snapshot!(go("argocd", &[("a", "argo")]), @"7: warning nothing creates namespace `argo`");
    let three = [("a", "tools"), ("b", "tools"), ("c", "tools")];
    assert_snapshot!(go("argocd", &three), @"7: warning nothing creates namespace `tools`");
    // What so many go to is set up before them.
    let four = [
        ("a", "tools"),
        ("b", "tools"),
        ("c", "tools"),
        ("d", "tools"),
    ];
    assert_snapshot!(go("argocd", &four), @"");
}

#[test]
fn what_others_apply_is_not_known() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec: {serviceAccountName: reporter, containers: [{name: web, image: acme/web:1.4.2}]}\n";
    let chart = format!("{APPLICATION}  destination: {{name: in-cluster, namespace: shop}}\n");
    assert_snapshot!(check_files(&[("all.yaml", pod)]), @"4: info nothing creates ServiceAccount `reporter`");
    assert_snapshot!(check_files(&[("all.yaml", &format!("{pod}---\n{chart}"))]), @"4: info nothing creates ServiceAccount `reporter`");
    let external = "external: {namespaces: [shop]}\nrules: {reference-elsewhere: info}\n";
    assert_snapshot!(check_files(&[("all.yaml", pod), (".gitopslint.yaml", external)]), @"");
}

#[test]
fn what_many_applications_need_is_there_before_them() {
    let deployed = |applications: &[&str]| {
        let files = applications.iter().flat_map(|name| {
            let application = format!("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: default\n  source: {{repoURL: https://git.example.org/platform.git, path: {name}}}\n  destination: {{name: in-cluster, namespace: shop}}\n");
            let pod = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  volumes: [{{name: a, configMap: {{name: {name}}}}}, {{name: b, configMap: {{name: brokers}}}}]\n  containers: [{{name: web, image: acme/web:1.4.2}}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{url: x}}\n");
            [(format!("apps/{name}.yaml"), application), (format!("{name}/all.yaml"), pod)]
        });
        let files: Vec<_> = files.collect();
        let files = files.iter().map(|(path, text)| (&**path, &**text));
        check_files(&files.collect::<Vec<_>>())
    };
    assert_snapshot!(deployed(&["orders", "billing"]), @"5: warning nothing creates ConfigMap `brokers`");
    assert_snapshot!(deployed(&["orders", "billing", "frontend"]), @"5: info nothing creates ConfigMap `brokers`");
}

#[test]
fn what_is_deployed_from_here_is_known() {
    let deployed = |spec: &str, others: &str| {
        let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\nspec:\n  project: default\n  source: {repoURL: https://git.example.org/platform.git, path: shop}\n  destination: {name: in-cluster, namespace: shop}\n";
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  {spec}\n  containers: [{{name: web, image: acme/web:1.4.2}}]\n---\n{others}"
        );
        check_files(&[("apps/shop.yaml", application), ("shop/all.yaml", &pod)])
    };
    let settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {url: x}\n";
    let both =
        "volumes: [{name: a, configMap: {name: settings}}, {name: b, configMap: {name: routes}}]";
    let one = "volumes: [{name: b, configMap: {name: routes}}]";
    assert_snapshot!(deployed(both, settings), @"5: warning nothing creates ConfigMap `routes`");
    assert_snapshot!(deployed(one, settings), @"5: info nothing creates ConfigMap `routes`");
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: website}\n";
    assert_snapshot!(deployed("serviceAccountName: reporter", account), @"5: warning nothing creates ServiceAccount `reporter`");
    assert_snapshot!(deployed("serviceAccountName: reporter", settings), @"5: info nothing creates ServiceAccount `reporter`");
    assert_snapshot!(deployed("volumes: [{name: a, secret: {secretName: db}}]", settings), @"5: info nothing creates Secret `db`");
}

/// An application of which each environment adds files to its base.
fn check_environments(environments: &[(&str, &str, &str)]) -> String {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: acme/web:1.4.2\n        env: [{name: A, valueFrom: {configMapKeyRef: {name: routes, key: url}}}]\n";
    let mut files = vec![
        ("web/base/web.yaml".to_owned(), deployment.to_owned()),
        (
            "web/base/kustomization.yaml".to_owned(),
            "resources: [web.yaml]".to_owned(),
        ),
    ];
    for (environment, options, object) in environments {
        let folder = format!("web/overlays/{environment}");
        files.push((format!("{folder}/own.yaml"), (*object).to_owned()));
        let kustomization = format!("{options}\nresources: [../../base, own.yaml]");
        files.push((format!("{folder}/kustomization.yaml"), kustomization));
    }
    let files = files.iter().map(|(path, text)| (&**path, &**text));
    check_files(&files.collect::<Vec<_>>())
}

#[test]
fn what_another_environment_has_is_missing_here() {
    let map = |name: &str, key: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{{key}: x}}\n")
    };
    let (routes, other) = (map("routes", "url"), map("other", "url"));
    let in_one = "namespace: shop";
    assert_snapshot!(check_environments(&[("dev", in_one, &routes), ("prod", in_one, &routes)]), @"");
    assert_snapshot!(check_environments(&[("dev", in_one, &routes), ("prod", in_one, &other)]), @"12: warning nothing creates ConfigMap `routes`, although dev has it in `web/overlays/dev/own.yaml`");
    assert_snapshot!(check_environments(&[("dev", "namespace: a", &routes), ("prod", "namespace: b", &other)]), @"12: warning nothing creates ConfigMap `routes`, although dev has it in `web/overlays/dev/own.yaml`");
    // Whatever the environment makes of the name.
    assert_snapshot!(check_environments(&[("dev", "namePrefix: dev-", &routes), ("prod", "namePrefix: prod-", &other)]), @"12: warning nothing creates ConfigMap `routes`, although dev has it in `web/overlays/dev/kustomization.yaml`");
    let generator = "configMapGenerator: [{name: routes, literals: [url=x]}]";
    assert_snapshot!(check_environments(&[("dev", generator, &other), ("prod", "", &other)]), @"12: warning nothing creates ConfigMap `routes`, although dev has it in `web/overlays/dev/kustomization.yaml`");
    let without = "configMapGenerator: [{name: routes, literals: [uri=x]}]";
    assert_snapshot!(check_environments(&[("dev", generator, &other), ("prod", without, &other)]), @"12: error ConfigMap `routes` has no key `url`, although dev has it in `web/overlays/dev/kustomization.yaml`");
    // Where neither has it, it comes from elsewhere.
    assert_snapshot!(check_environments(&[("dev", in_one, &other), ("prod", in_one, &other)]), @"12: info nothing creates ConfigMap `routes`");
    // What one application puts into one namespace twice is in two clusters.
    assert_snapshot!(check_environments(&[("prod", in_one, &other), ("prod-eu", in_one, &routes)]), @"12: warning nothing creates ConfigMap `routes`, although prod-eu has it in `web/overlays/prod-eu/own.yaml`");
    let wrong = map("routes", "uri");
    assert_snapshot!(check_environments(&[("dev", in_one, &routes), ("prod", in_one, &wrong)]), @"12: error ConfigMap `routes` has no key `url`, although dev has it in `web/overlays/dev/own.yaml`");
}

#[test]
fn what_another_environment_has_may_differ_on_purpose() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers: [{name: web, image: acme/web:1.4.2}]\n      volumes: [{name: tls, secret: {secretName: web-tls}}]\n";
    let binding = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: readers}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: reader, namespace: shop}]\n";
    let check = |in_dev: &str| {
        let overlay = "namespace: shop\nresources: [../../base, own.yaml]";
        let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\ndata: {a: x}\n";
        check_files(&[
            ("web/base/web.yaml", &format!("{deployment}{binding}")),
            ("web/base/kustomization.yaml", "resources: [web.yaml]"),
            ("web/overlays/dev/own.yaml", in_dev),
            ("web/overlays/dev/kustomization.yaml", overlay),
            ("web/overlays/prod/own.yaml", other),
            ("web/overlays/prod/kustomization.yaml", overlay),
        ])
    };
    let secret =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: web-tls}\nstringData: {tls.crt: x}\n";
    assert_snapshot!(check(secret), @r"
    10: warning nothing creates Secret `web-tls`, although dev has it in `web/overlays/dev/own.yaml`
    16: info nothing creates ServiceAccount `reader`
    ");
    let certificate = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: web}\nspec: {secretName: web-tls}\n";
    assert_snapshot!(check(certificate), @"16: info nothing creates ServiceAccount `reader`");
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: reader}\n";
    assert_snapshot!(check(account), @"10: info nothing creates Secret `web-tls`");
}

#[test]
fn hostile_shapes_are_no_trouble() {
    let deep = "{a: ".repeat(90) + "x" + &"}".repeat(90);
    let name = "a-".repeat(5_000) + "b";
    assert!(volume(&format!("secret: {{secretName: {name}}}"), &format!("apiVersion: example.org/v1\nkind: Deep\nmetadata: {{name: x, namespace: shop}}\nspec: {deep}\n"))
.contains("nothing creates Secret"));
}

#[test]
fn what_does_not_render_hides_what_is_missing_but_no_slip() {
    let unrendered = ("broken/kustomization.yaml", "resources: [gone.yaml]\n");
    let config = |name: &str| {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web, namespace: shop}}\nspec:\n  volumes: [{{name: a, configMap: {{name: {name}}}}}]\n  containers: [{{name: web, image: acme/web:1.4.2}}]\n"
        );
        check_files(&[("all.yaml", &format!("{pod}---\n{SETTINGS}")), unrendered])
    };
    assert_snapshot!(config("routes"), @"");
    assert_snapshot!(config("web-setings"), @"5: warning there is no ConfigMap `web-setings` (did you mean `web-settings`?)");
}

/// A key that a generated ConfigMap lacks in two overlays, which give it a hash each.
#[test]
fn a_generated_object_is_named_as_it_is_written() {
    let overlay = |value: &str| {
        format!(
            "resources: [../../base]\nconfigMapGenerator: [{{name: settings, behavior: merge, literals: [a={value}]}}]\n"
        )
    };
    let (one, two) = (overlay("1"), overlay("2"));
    let told = check_files(&[
        (
            "web/base/a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'acme/web:1.4.2', env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: b}}}]}]}\n",
        ),
        (
            "web/base/kustomization.yaml",
            "resources: [a.yaml]\nconfigMapGenerator: [{name: settings, literals: [a=0]}]\n",
        ),
        ("web/overlays/one/kustomization.yaml", &one),
        ("web/overlays/two/kustomization.yaml", &two),
    ]);
    assert_snapshot!(told, @"4: error ConfigMap `settings` has no key `b`");
}

#[test]
fn keys_that_a_generator_adds_are_there() {
    let secret = |annotation: &str| {
        let others = format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: login\n  namespace: shop\n  annotations: {{{annotation}}}\nstringData: {{user: web}}\n"
        );
        volume(
            "secret: {secretName: login, items: [{key: password, path: p}]}",
            &others,
        )
    };
    assert_snapshot!(secret("note: a"), @"5: error Secret `login` has no key `password`");
    assert_snapshot!(secret("secret-generator.v1.mittwald.de/autogenerate: 'token, password'"), @"");
    assert_snapshot!(secret("secret-generator.v1.mittwald.de/autogenerate: token"), @"5: error Secret `login` has no key `password`");
    assert_snapshot!(secret("secret-generator.v1.mittwald.de/type: basic-auth"), @"");
    assert_snapshot!(secret("replicator.v1.mittwald.de/replicate-from: a/b"), @"");
}

/// A file of variables is one key, unless the generator takes it apart.
#[test]
fn a_file_of_variables_is_one_key() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    image: acme/web:1.4.2\n    env:\n    - {name: A, valueFrom: {configMapKeyRef: {name: settings, key: MODE}}}\n    - {name: B, valueFrom: {configMapKeyRef: {name: settings, key: LEVEL}}}\n    - {name: C, valueFrom: {configMapKeyRef: {name: settings, key: REGION}}}\n";
    let with = |field: &str| {
        let kustomization = format!(
            "resources: [pod.yaml]\nconfigMapGenerator:\n- name: settings\n  {field}: [web.env]\n"
        );
        check_files(&[
            ("kustomization.yaml", &kustomization),
            ("pod.yaml", pod),
            ("web.env", "# how\nMODE=a\nLEVEL=info\n"),
        ])
    };
    assert_snapshot!(with("files"), @"
    4: error `web.env` becomes one key of ConfigMap `settings`, not the keys that are set in it
    11: error ConfigMap `settings` has no key `REGION`
    ");
    assert_snapshot!(with("envs"), @"11: error ConfigMap `settings` has no key `REGION`");
}
