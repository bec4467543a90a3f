//! How faults of files and of rendering are told.

use insta::assert_snapshot;

use super::{Memory, Request, Setup};
use crate::date::Date;

/// The findings of a rule with their help and related places.
fn check(rule: &str, files: &[(&str, &str)]) -> String {
    let memory: Memory = files.iter().copied().collect();
    let setup = Setup::read(&memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let findings = setup.check(&memory, &request).report.findings;
    let mut told = String::new();
    for finding in findings.iter().filter(|own| own.rule.id == rule) {
        let place = finding.place.as_ref().unwrap();
        told += &format!(
            "{}:{}: {}\n",
            place.path(),
            place.start().line,
            finding.message
        );
        let help = finding.help.iter();
        told.extend(help.map(|help| format!("  {help}\n")));
        for related in &finding.related {
            let (path, line) = (related.place.path(), related.place.start().line);
            told += &format!("  {path}:{line} {}\n", related.what);
        }
    }
    told
}

#[test]
fn a_namespace_that_is_renamed_to_another_one() {
    let namespaces = "apiVersion: v1\nkind: Namespace\nmetadata: {name: web}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: tools}\n";
    let kustomization = |name: &str| format!("namespace: {name}\nresources: [a.yaml]\n");
    let one = |name: &str| {
        let kustomization = kustomization(name);
        check(
            "conflicting-resource",
            &[
                ("a.yaml", namespaces),
                ("kustomization.yaml", kustomization.as_str()),
            ],
        )
    };
    assert_snapshot!(one("web"), @r"
    kustomization.yaml:1: `namespace:` renames Namespace `tools` to `web`, which exists already
      keep the objects of other namespaces in a kustomization of their own, or leave out `namespace:`
      a.yaml:3 Namespace `web`
      a.yaml:7 Namespace `tools`
    ");
    assert_snapshot!(one("shop"), @r"
    kustomization.yaml:1: `namespace:` renames Namespaces `web` and `tools` both to `shop`
      keep the objects of other namespaces in a kustomization of their own, or leave out `namespace:`
      a.yaml:3 Namespace `web`
      a.yaml:7 Namespace `tools`
    ");
}

#[test]
fn keys_that_a_schema_has_no_place_for() {
    let files = |schema: &str| {
        check(
            "invalid-values",
            &[
                (
                    "web/Chart.yaml",
                    "apiVersion: v2\nname: web\nversion: 1.0.0\n",
                ),
                ("web/values.schema.json", schema),
                ("web/values.yaml", "b: 1\na: {c: 1}\n"),
                ("web/values-prod.yaml", "d: 1\n"),
                ("web/templates/a.yaml", ""),
            ],
        )
    };
    assert_snapshot!(files("{\"additionalProperties\": false}"), @r"
    web/values-prod.yaml:1: the chart's schema does not allow the key `d`
      Set the value as the chart expects it, in the values file of that environment or in values.yaml for all.
    web/values.yaml:1: the chart's schema does not allow the keys `a`, `b`
      Set the value as the chart expects it, in the values file of that environment or in values.yaml for all.
    ");
    assert_snapshot!(files("{\"properties\": {\"a\": {\"additionalProperties\": false}, \"b\": {}}, \"additionalProperties\": false}"), @r"
    web/values-prod.yaml:1: the chart's schema does not allow the key `d`
      Set the value as the chart expects it, in the values file of that environment or in values.yaml for all.
    web/values.yaml:2: the chart's schema does not allow the key `c` in `a`
      Set the value as the chart expects it, in the values file of that environment or in values.yaml for all.
    ");
}

#[test]
fn a_block_of_text_that_starts_too_late() {
    let of = |text: &str| check("invalid-yaml", &[("a.yaml", text)]);
    assert_snapshot!(of("kind: A\ndata:\n  x: hello |\n    a: b\n    c: d\n"), @r"
    a.yaml:4: this line is indented further than the one above, which already has a value: align them
      `|` starts a block of text only right after `- ` or `key: `; on line 3 it is the end of a value
      a.yaml:3 this is part of the value
    ");
    assert_snapshot!(of("steps:\n- run: echo >-\n    some words\n\n    key: text\n"), @r"
    a.yaml:3: expected `key: value`: there is no colon in this line
      `>-` starts a block of text only right after `- ` or `key: `; on line 2 it is the end of a value
      a.yaml:2 this is part of the value
    ");
    assert_snapshot!(of("literals:\n- a.config=|\n    name: b\n"), @r"
    a.yaml:3: this line is indented further than the one above, which already has a value: align them
      `|` starts a block of text only right after `- ` or `key: `; on line 2 it is the end of a value
      a.yaml:2 this is part of the value
    ");
    assert_snapshot!(of("data:\n  x: |\n    a\n b\n"), @r"
    a.yaml:4: this line is indented by 1 space, which matches no level above it: align it with the lines that it belongs to
      Fix the syntax at the place shown. An editor with YAML support shows it while you type.
    ");
    // What is above a line that is whole by itself has nothing to do with it.
    let above = "a: hello |\n# remark\nb: c\nd e\nf: g\n";
    assert!(!of(above).contains("starts a block"), "{}", of(above));
    let comment = "data:\n  x: hello |\n    # remark\n    a: b\n";
    assert!(
        of(comment).contains("on line 2 it is the end"),
        "{}",
        of(comment)
    );
    assert_snapshot!(of("data:\n  x: a | b\n    c: d\n"), @r"
    a.yaml:3: this line is indented further than the one above, which already has a value: align them
      Fix the syntax at the place shown. An editor with YAML support shows it while you type.
    ");
}

#[test]
fn files_outside_of_a_folder_are_told_as_one() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let files = [
        ("one/a.yaml", object),
        ("one/b.yaml", object),
        ("one/c.yaml", object),
        (
            "two/kustomization.yaml",
            "resources:\n- ../one/a.yaml\n- ../one/b.yaml\n- ../one/c.yaml\n",
        ),
    ];
    assert_snapshot!(check("outside-root", &files), @r"
    two/kustomization.yaml:2: 3 paths outside the kustomization's folder may not be read, such as `../one/a.yaml`
      Move the file into the folder, or move what is shared into a base and refer to its folder.
      two/kustomization.yaml:3 also outside
      two/kustomization.yaml:4 also outside
    ");
}

#[test]
fn a_label_that_makes_selectors_one() {
    let deployment = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  selector: {{matchLabels: {{app: {name}}}}}\n  template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: a, image: 'a:1'}}]}}}}\n"
        )
    };
    let (web, api) = (deployment("web"), deployment("api"));
    let files = |labels: &'static str| {
        check(
            "overlapping-selectors",
            &[
                ("kustomization.yaml", labels),
                ("web.yaml", &web),
                ("api.yaml", &api),
            ],
        )
    };
    assert_snapshot!(files("resources: [web.yaml, api.yaml]\ncommonLabels: {app: shop}\n"), @r"
    kustomization.yaml:2: Deployment/api selects the same pods: `commonLabels` replaces `web`, so that the selector is `app=shop`
      write the labels under `labels` without `includeSelectors: true`, or under a key that selectors do not use
    ");
    assert_snapshot!(files("resources: [web.yaml, api.yaml]\ncommonLabels: {team: shop}\n"), @"");
}

#[test]
fn an_ingress_that_names_the_port_of_pods() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 3000}]}\n---\n";
    let of = |class: &str, port: u16| {
        let ingress = format!(
            "{service}apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: web}}\nspec:\n  ingressClassName: {class}\n  rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: {port}}}}}}}}}]}}}}]\n"
        );
        let files = [("a.yaml", ingress.as_str())];
        super::check("unknown-backend-port", &files)
    };
    assert_snapshot!(of("nginx", 3000), @"a.yaml:11: warning {-} `3000` is a target port of Service `web`, not a port: that works only with ingress-nginx");
    assert_snapshot!(of("nginx", 3001), @"a.yaml:11: error {-} Service `web` has no port `3001`");
    assert_snapshot!(of("traefik", 3000), @"a.yaml:11: error {-} Service `web` has no port `3000`");
}

#[test]
fn a_namespace_whose_pods_have_policies_each() {
    let objects = |types: &str, app: &str| {
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: web}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: web, labels: {{app: web}}}}\nspec: {{containers: [{{name: a, image: 'a:1'}}]}}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: a, namespace: web}}\nspec: {{podSelector: {{matchLabels: {{app: {app}}}}}, policyTypes: [{types}]}}\n"
        )
    };
    let of = |types: &str, app: &str| {
        let text = objects(types, app);
        super::check("missing-default-deny", &[("prod/a.yaml", text.as_str())])
    };
    assert_snapshot!(of("Ingress, Egress", "web"), @"");
    assert_snapshot!(of("Ingress", "web"), @"prod/a.yaml:3: warning {prod} namespace `web` does not deny outgoing traffic by default");
    assert_snapshot!(of("Ingress, Egress", "api"), @"prod/a.yaml:3: warning {prod} namespace `web` does not deny incoming or outgoing traffic by default");
}
