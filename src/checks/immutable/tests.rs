//! From two states of files to what a sync from one to the other would reject.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::{Request, Setup};

fn check_files(before: &[(&str, &str)], after: &[(&str, &str)]) -> String {
    let [before, after] = [before, after].map(|files| files.iter().copied().collect::<Memory>());
    let setup = Setup::read(&after, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let [was, is] =
        [&before, &after].map(|files| setup.render_after(None, files, &request, Setup::lenient()));
    let findings = setup.rejected(&after, &request, &was, &is);
    let told = findings.iter().map(|finding| {
        let start = finding.place.as_ref().unwrap().start();
        format!("{}: {} {}\n", start.line, finding.severity, finding.message)
    });
    told.collect()
}

/// An object of a kind that changes from one text to another; `_` stands for its metadata.
fn check(head: &str, before: &str, after: &str) -> String {
    let object = |body: &str| {
        let head = head.replace('_', "metadata: {name: web, namespace: shop}");
        format!("{head}\n{body}\n")
    };
    let (before, after) = (object(before), object(after));
    check_files(&[("all.yaml", &before)], &[("all.yaml", &after)])
}

#[test]
fn selectors_stay() {
    let deployment = |label: &str, image: &str| {
        format!(
            "spec:\n  selector: {{matchLabels: {{app: {label}}}}}\n  template:\n    metadata: {{labels: {{app: {label}}}}}\n    spec: {{containers: [{{name: web, image: 'acme/web:{image}'}}]}}"
        )
    };
    let head = "apiVersion: apps/v1\nkind: Deployment\n_";
    assert_snapshot!(check(head, &deployment("a", "1.0.0"), &deployment("b", "1.0.0")), @"5: error `spec.selector` cannot change once the Deployment exists");
    assert_snapshot!(check(head, &deployment("a", "1.0.0"), &deployment("'a'", "2.0.0")), @"");
    // Another name is another object.
    let before =
        format!("{head}\n{}\n", deployment("a", "1.0.0")).replace('_', "metadata: {name: web}");
    let after = before
        .replace("name: web}\nspec", "name: shop}\nspec")
        .replace("app: a", "app: b");
    assert_snapshot!(check_files(&[("a.yaml", &before)], &[("a.yaml", &after)]), @"");
}

#[test]
fn claims_of_stateful_sets_stay() {
    let set = |size: &str, more: &str| {
        format!(
            "spec:\n  serviceName: web\n  selector: {{matchLabels: {{app: a}}}}{more}\n  template:\n    metadata: {{labels: {{app: a}}}}\n    spec: {{containers: [{{name: web, image: 'acme/web:1.0.0'}}]}}\n  volumeClaimTemplates:\n  - metadata: {{name: data}}\n    spec:\n      accessModes: [ReadWriteOnce]\n      resources:\n        requests: {{storage: {size}}}"
        )
    };
    let head = "apiVersion: apps/v1\nkind: StatefulSet\n_";
    assert_snapshot!(check(head, &set("1Gi", ""), &set("2Gi", "")), @"15: error `spec.volumeClaimTemplates` cannot change once the StatefulSet exists");
    assert_snapshot!(check(head, &set("1Gi", ""), &set("1Gi", "\n  replicas: 3\n  podManagementPolicy: OrderedReady")), @"");
    assert_snapshot!(check(head, &set("1Gi", ""), &set("1Gi", "\n  podManagementPolicy: Parallel")), @"7: error `spec.podManagementPolicy` cannot change once the StatefulSet exists");
    assert_snapshot!(check(head, &set("1Gi", ""), &set("1Gi", "").replace("serviceName: web", "serviceName: db")), @"5: error `spec.serviceName` cannot change once the StatefulSet exists, where it is `web`");
}

#[test]
fn jobs_stay_unless_they_are_made_anew() {
    let job = |tag: &str, more: &str| {
        format!(
            "spec:{more}\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{{name: load, image: 'acme/load:{tag}'}}]"
        )
    };
    let head = "apiVersion: batch/v1\nkind: Job\n_";
    assert_snapshot!(check(head, &job("1.0.0", ""), &job("2.0.0", "")), @"8: error `spec.template` cannot change once the Job exists");
    assert_snapshot!(check(head, &job("1.0.0", ""), &job("1.0.0", "\n  backoffLimit: 3")), @"");
    assert_snapshot!(check(head, &job("1.0.0", ""), &job("2.0.0", "\n  ttlSecondsAfterFinished: 60")), @"9: info `spec.template` cannot change once the Job exists");
    assert_snapshot!(check(head, &job("1.0.0", "\n  suspend: true"), &job("2.0.0", "")), @"");
    for annotation in [
        "argocd.argoproj.io/hook: PreSync",
        "helm.sh/hook: pre-install",
        "argocd.argoproj.io/sync-options: 'Prune=false,Force=true'",
        "kustomize.toolkit.fluxcd.io/force: enabled",
    ] {
        let head = format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: web, namespace: shop, annotations: {{{annotation}}}}}"
        );
        assert_eq!(
            check(&head, &job("1.0.0", ""), &job("2.0.0", "")),
            "",
            "{annotation}"
        );
    }
}

#[test]
fn services_keep_their_address() {
    let head = "apiVersion: v1\nkind: Service\n_";
    let service =
        |spec: &str| format!("spec: {{selector: {{app: a}}, ports: [{{port: 80}}]{spec}}}");
    let change = |before: &str, after: &str| check(head, &service(before), &service(after));
    assert_snapshot!(change("", ", clusterIP: None"), @"4: error `spec.clusterIP` cannot change once the Service has one");
    assert_snapshot!(change(", clusterIP: None", ""), @"");
    assert_snapshot!(change(", clusterIP: None", ", clusterIP: 10.0.0.1"), @"4: error `spec.clusterIP` cannot change once the Service exists, where it is `None`");
    assert_snapshot!(change("", ", type: NodePort"), @"");
    assert_snapshot!(change(", type: LoadBalancer", ", type: LoadBalancer, loadBalancerClass: a"), @"4: error `spec.loadBalancerClass` cannot change while the Service is a load balancer");
}

#[test]
fn claims_grow() {
    let head = "apiVersion: v1\nkind: PersistentVolumeClaim\n_";
    let claim = |class: &str, size: &str| {
        format!(
            "spec: {{accessModes: [ReadWriteOnce], {class}resources: {{requests: {{storage: {size}}}}}}}"
        )
    };
    let change = |a: (&str, &str), b: (&str, &str)| check(head, &claim(a.0, a.1), &claim(b.0, b.1));
    assert_snapshot!(change(("", "1Gi"), ("", "2Gi")), @"");
    assert_snapshot!(change(("", "2Gi"), ("", "2048Mi")), @"");
    assert_snapshot!(change(("", "2Gi"), ("", "1Gi")), @"4: error a claim cannot shrink, and this one has 2Gi");
    assert_snapshot!(change(("storageClassName: a, ", "1Gi"), ("storageClassName: b, ", "1Gi")), @"4: error `spec.storageClassName` cannot change once the PersistentVolumeClaim exists, where it is `a`");
    // The cluster's default class may be the same.
    assert_snapshot!(change(("", "1Gi"), ("storageClassName: b, ", "1Gi")), @"4: info `spec.storageClassName` cannot change once the PersistentVolumeClaim exists");
    assert_snapshot!(change(("storageClassName: a, ", "1Gi"), ("", "1Gi")), @"");
}

#[test]
fn others_keep_what_they_are() {
    let role = |name: &str| {
        format!("roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {name}}}")
    };
    assert_snapshot!(check("apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n_", &role("a"), &role("b")), @"4: error `roleRef.name` cannot change once the RoleBinding exists, where it is `a`");
    let map = |more: &str| format!("immutable: true\ndata: {{a: x{more}}}");
    assert_snapshot!(check("apiVersion: v1\nkind: ConfigMap\n_", &map(""), &map(", b: y")), @"5: error the ConfigMap is immutable, so its data cannot change");
    assert_snapshot!(check("apiVersion: v1\nkind: ConfigMap\n_", &map(""), "data: {a: x}"), @"2: error an immutable ConfigMap stays immutable");
    assert_snapshot!(check("apiVersion: v1\nkind: ConfigMap\n_", "data: {a: x}", &map("")), @"");
    assert_snapshot!(check("apiVersion: v1\nkind: Secret\n_", "type: Opaque", "type: kubernetes.io/tls"), @"4: error `type` cannot change once the Secret exists, where it is `Opaque`");
    assert_snapshot!(check("apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\n_", "value: 1000", "value: 2000"), @"4: error `value` cannot change once the PriorityClass exists");
    assert_snapshot!(check("apiVersion: networking.k8s.io/v1\nkind: IngressClass\n_", "spec: {controller: a.io/b}", "spec: {controller: a.io/c}"), @"4: error `spec.controller` cannot change once the IngressClass exists, where it is `a.io/b`");
    assert_snapshot!(check("apiVersion: storage.k8s.io/v1\nkind: StorageClass\n_", "provisioner: a.io/b", "provisioner: a.io/b\nreclaimPolicy: Retain"), @"5: error `reclaimPolicy` cannot change once the StorageClass exists");
    assert_snapshot!(check("apiVersion: v1\nkind: PersistentVolume\n_", "spec: {capacity: {storage: 1Gi}, nfs: {server: a, path: /}}", "spec: {capacity: {storage: 2Gi}, nfs: {server: b, path: /}}"), @"4: error the source of a PersistentVolume cannot change");
    let pod = |tag: &str, port: &str| {
        format!(
            "spec: {{containers: [{{name: web, image: 'acme/web:{tag}', ports: [{{containerPort: {port}}}]}}]}}"
        )
    };
    assert_snapshot!(check("apiVersion: v1\nkind: Pod\n_", &pod("1.0.0", "1"), &pod("2.0.0", "1")), @"");
    assert_snapshot!(check("apiVersion: v1\nkind: Pod\n_", &pod("1.0.0", "1"), &pod("1.0.0", "2")), @"4: error only the images, deadlines and tolerations of a Pod can change");
}

#[test]
fn argo_cd_reconciles_bindings() {
    let binding = |name: &str| {
        format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: web, namespace: shop}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: {name}}}\n"
        )
    };
    let application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec:\n  source: {repoURL: 'https://git.example.org/platform.git', path: web}\n  destination: {namespace: shop, name: production}\n";
    let (a, b) = (binding("a"), binding("b"));
    let of = |text| [("web/binding.yaml", text), ("apps/web.yaml", application)];
    assert_snapshot!(check_files(&of(&a), &of(&b)), @"");
}
