//! What messages say although something else is secret.

use insta::assert_snapshot;

use manifest::Memory;

use super::check;
use crate::date::Date;
use crate::{Request, Setup};

const CHART: (&str, &str) = (
    "web/Chart.yaml",
    "apiVersion: v2\nname: web\nversion: 1.0.0\n",
);

#[test]
fn a_template_that_speaks_of_secrets_hides_nothing() {
    let binding = "# reads Secrets\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: {{ .Release.Name }}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects:\n  - kind: ServiceAccount\n    name: {{ .Release.Name }}\n    namespace: default\n";
    assert_snapshot!(
        check("cluster-admin-binding", &[CHART, ("web/templates/rb.yaml", binding)]),
        @"web/templates/rb.yaml:6: warning {-} ServiceAccount `web` is bound to `cluster-admin`"
    );
}

#[test]
fn a_container_is_called_what_its_password_is() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: cloud}\nspec:\n  containers:\n  - name: owncloud\n    image: a:1\n    securityContext: {privileged: true}\n    env:\n    - {name: ADMIN_PASSWORD, value: owncloud}\n";
    assert_snapshot!(check("privileged-container", &[("pod.yaml", pod)]), @"pod.yaml:8: error {-} container `owncloud` runs privileged");
}

#[test]
fn a_secret_is_called_what_it_holds() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: owncloud}\ndata: {password: owncloud!}\nstringData: {password: owncloud}\n";
    assert_snapshot!(check("plain-secret", &[("secret.yaml", secret)]), @"secret.yaml:4: error {-} Secret `owncloud` is not encrypted: password");
}

#[test]
fn what_a_secret_holds_is_hidden_though_a_container_is_called_so() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: owncloud}\nimmutable: owncloud\n";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: owncloud, image: a}]}\n";
    assert_snapshot!(
        check("wrong-type", &[("secret.yaml", secret), ("pod.yaml", pod)]),
        @"secret.yaml:4: error {-} `immutable` must be a boolean, not the text `‹redacted›`"
    );
}

#[test]
fn what_a_vendored_chart_holds_hides_that_chart_alone() {
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: db, version: 1.0.0, repository: https://example.com}\n";
    let template = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: {{ .Values.password }}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: db}\nspec: {hostNetwork: true, containers: [{name: db, image: 'a:1'}]}\n";
    let files = [
        ("web/Chart.yaml", chart),
        (
            "web/charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        ),
        ("web/charts/db/values.yaml", "password: x9-Kf2mQ7w\n"),
        ("web/charts/db/templates/all.yaml", template),
    ];
    let memory: Memory = files.into_iter().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let checked = setup.check(&memory, &request);
    let told = |rule: &str| -> String {
        let findings = checked.report.findings.iter();
        let places = findings
            .filter(|finding| finding.rule.id == rule)
            .flat_map(|finding| finding.places());
        let told = places.map(|place| {
            let hidden = if checked.sensitive.hides(place) {
                " hidden"
            } else {
                ""
            };
            format!("{}:{}{hidden}\n", place.path(), place.start().line)
        });
        told.collect()
    };
    assert_snapshot!(told("host-namespace"), @r"
    web/Chart.yaml:5
    web/charts/db/templates/all.yaml:9
    ");
    assert_snapshot!(told("plain-secret"), @r"
    web/Chart.yaml:5
    web/charts/db/values.yaml:1 hidden
    ");
}
