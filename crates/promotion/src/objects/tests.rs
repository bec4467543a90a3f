use std::fmt::Write;

use manifest::Source;
use spanned_yaml::Tree;

use super::*;

/// The objects of a file. A name is what its environment calls it: `staging-api` is `api`, and
/// a hash of five characters behind it does not count.
fn objects(env: &str, text: &str) -> Vec<Object> {
    let source = Source::file(format!("{env}.yaml"), Tree::parse(text));
    let object = |node: Node| {
        let mut identity = ObjectId::of(node.view());
        let own = identity.name.clone();
        let name = own.strip_prefix(&format!("{env}-")).unwrap_or(&own);
        identity.name = name.split("-#").next().unwrap_or(name).into();
        identity.namespace = "".into();
        Object::renamed(node, identity)
    };
    source
        .documents()
        .documents
        .into_iter()
        .map(object)
        .collect()
}

fn check(left: &str, right: &str) -> String {
    let (left, right) = (objects("staging", left), objects("prod", right));
    let scope = Scope {
        environments: Environments::new("staging", "prod"),
        guard: None,
    };
    let found = differences(&left, &right, &scope);
    let mut out = String::new();
    for difference in &found {
        let side = match (difference.left, difference.right) {
            (Some(_), None) => " left only",
            (None, Some(_)) => " right only",
            _ => "",
        };
        let _ = writeln!(out, "{}{side}", difference.identity);
        for field in &difference.fields {
            let said = |node: &Option<Node>| match node.as_ref().map(Node::view) {
                Some(_) if field.is_sensitive => "hidden".to_owned(),
                Some(view) => format!("{:?}", text_of(view)),
                None => "-".to_owned(),
            };
            let _ = write!(
                out,
                "  {} {} {}",
                field.path,
                said(&field.left),
                said(&field.right)
            );
            if let Some(noise) = field.noise {
                let _ = write!(out, " {noise:?}");
            }
            out.push('\n');
        }
    }
    for shared in shared(&found) {
        let (object, field) = shared.places[0];
        let path = &found[object].fields[field].path;
        let _ = writeln!(out, "{} share {path}", shared.places.len());
    }
    out
}

#[test]
fn the_same_object_under_two_names() {
    let side = |env: &str, hash: &str, image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {env}-api, namespace: {env}}}\nspec:\n  template:\n    spec:\n      containers:\n      - name: api\n        image: {image}\n        envFrom: [{{configMapRef: {{name: {env}-settings-#{hash}}}}}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {env}-settings-#{hash}, namespace: {env}}}\ndata: {{a: b}}\n"
        )
    };
    insta::assert_snapshot!(check(&side("staging", "1f", "a:2"), &side("prod", "2g", "a:1")), @r#"
    Deployment/api
      metadata.name "staging-api" "prod-api" Name
      metadata.namespace "staging" "prod" Name
      spec.template.spec.containers[api].image "a:2" "a:1"
      spec.template.spec.containers[api].envFrom[prod-settings-#2g].configMapRef.name "staging-settings-#1f" "prod-settings-#2g" Name
    ConfigMap/settings
      metadata.name "staging-settings-#1f" "prod-settings-#2g" Name
      metadata.namespace "staging" "prod" Name
    2 share metadata.namespace
    "#);
}

#[test]
fn one_side_alone() {
    insta::assert_snapshot!(check("kind: A\nmetadata: {name: x}\n", "kind: B\nmetadata: {name: x}\n"), @r"
    A/x left only
    B/x right only
    ");
    // Not before a newer version.
    insta::assert_snapshot!(check("apiVersion: a/v2\nkind: A\nmetadata: {name: x}\n", "apiVersion: a/v1\nkind: A\nmetadata: {name: x}\n"), @r#"
    A/x
      apiVersion "a/v2" "a/v1"
    "#);
}

#[test]
fn noise_is_known() {
    let side = |n: u32| {
        format!(
            "kind: A\nmetadata:\n  name: x\n  labels: {{helm.sh/chart: a-{n}, app.kubernetes.io/version: \"{n}\", tier: t{n}}}\n  annotations: {{checksum/config: c{n}}}\nwebhooks: [{{name: w, clientConfig: {{caBundle: b{n}}}}}]\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: y}}\nspec: {{group: g{n}}}\n---\napiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata: {{k: v{n}}}\n"
        )
    };
    insta::assert_snapshot!(check(&side(1), &side(2)), @r#"
    A/x
      metadata.labels["helm.sh/chart"] "a-1" "a-2" VersionLabel
      metadata.labels["app.kubernetes.io/version"] "1" "2" VersionLabel
      metadata.labels.tier "t1" "t2"
      metadata.annotations.checksum/config "c1" "c2" Checksum
      webhooks[w].clientConfig.caBundle "b1" "b2" CaBundle
    CustomResourceDefinition/y
      spec.group "g1" "g2" Definition
    Secret/s
      data.k hidden hidden
    "#);
}

#[test]
fn a_change_that_many_share() {
    let side = |tag: &str| {
        ["a", "b", "c"]
            .map(|name| format!("kind: A\nmetadata: {{name: {name}}}\nspec: {{tag: {tag}}}\n"))
            .join("---\n")
    };
    insta::assert_snapshot!(check(&side("v2"), &side("v1")), @r#"
    A/a
      spec.tag "v2" "v1"
    A/b
      spec.tag "v2" "v1"
    A/c
      spec.tag "v2" "v1"
    3 share spec.tag
    "#);
}
