use std::collections::BTreeSet;

use insta::assert_snapshot;
use manifest::{Dialect, Object, Source};
use spanned_yaml::Tree;

use super::{RULES, Schemas, Told, Version};
use crate::problem::At;

fn objects(yaml: &str) -> Vec<Object> {
    let source = Source::file("objects.yaml", Tree::parse(yaml));
    assert_eq!(source.tree.errors(), []);
    let documents = source.documents().documents.into_iter();
    documents.map(Object::of).collect()
}

/// Judges the last object; the others are in the repository too.
fn judge(yaml: &str) -> Told {
    let objects = objects(yaml);
    let schemas = Schemas::of(objects.iter());
    let last = objects.last().unwrap();
    schemas.check(
        last.node.view(),
        Version::NEWEST,
        Dialect::Kustomize,
        u32::MAX,
    )
}

fn ids(told: &Told) -> BTreeSet<&str> {
    told.problems.iter().map(|p| &*p.rule.id).collect()
}

#[test]
fn examples_of_rules_are_what_they_say() {
    for rule in RULES {
        let bad = judge(rule.bad.as_deref().unwrap());
        assert_eq!(ids(&bad), BTreeSet::from([&*rule.id]), "{}", rule.id);
        let good = judge(rule.good.as_deref().unwrap());
        assert_eq!(ids(&good), BTreeSet::new(), "{}", rule.id);
    }
}

#[test]
fn custom_kinds_are_judged_by_their_definition() {
    let definition = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              x-kubernetes-validations: [{rule: self.size > 0}]
              properties: {size: {type: integer}}
";
    let widget = "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {sise: 1}}";
    let told = judge(&format!("{definition}---\n{widget}\n"));
    let problem = &told.problems[0];
    let At::Field(field) = &problem.at else {
        panic!("a schema speaks of fields");
    };
    assert_eq!(problem.rule.id, "unknown-field");
    assert_eq!(field.path.to_string(), "spec.sise");
    assert!(field.at_key);
    assert_snapshot!(problem.message, @"unknown field `sise` in `spec`");
    assert_snapshot!(problem.help.as_deref().unwrap(), @"did you mean `size`?");
    assert!(told.unchecked.is_empty());
    assert_eq!(judge(widget).unchecked, ["objects without a schema"]);
}

#[test]
fn what_sops_has_encrypted_is_judged_without_it() {
    let told = judge(
        "
apiVersion: v1
kind: Secret
metadata: {name: a}
data: {password: 'ENC[AES256_GCM,data:p673w==,iv:Yw==,tag:aQ==,type:str]'}
sops: {mac: 'ENC[AES256_GCM,data:p673w==,iv:Yw==,tag:aQ==,type:str]', version: 3.7.1}
",
    );
    assert!(told.problems.is_empty());
    let told =
        judge("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {password: 'ENC[x]'}\n");
    assert_eq!(ids(&told), BTreeSet::from(["invalid-value"]));
}

#[test]
fn kinds_that_only_other_servers_know_are_counted() {
    for yaml in [
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a, title: A}\n",
        "apiVersion: v1\nkind: DeploymentConfig\nmetadata: {name: a}\nspec: {}\n",
    ] {
        let told = judge(yaml);
        assert!(told.problems.is_empty(), "{yaml}");
        assert_eq!(told.unchecked, ["objects without a schema"], "{yaml}");
    }
}

#[test]
fn the_definition_says_what_else_could_stand_there() {
    let definition = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              parts:
                type: array
                items: {type: object, required: [size], properties: {size: {type: integer}}}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: w}
";
    let told = |spec: &str| {
        let told = judge(&format!("{definition}spec: {spec}\n"));
        let lines = told.problems.iter().map(|problem| {
            let related = problem.related.iter();
            let places = related.map(|own| format!("{} {}", own.what, own.place.start().line));
            format!("{}: {}", problem.message, places.collect::<String>())
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(told("{a: b}"), @"unknown field `a` in `spec`: the definition is here 17");
    assert_snapshot!(told("{parts: [{a: b}]}"), @r"
    unknown field `a` in `parts[0]`: the definition is here 20
    `size` is missing in `parts[0]`: the definition is here 20
    ");
}

#[test]
fn what_is_null_has_no_value() {
    let pod = |secret: &str| {
        let told = judge(&format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers: [{{name: a, image: 'a:1'}}]\n  volumes: [{{name: a, configMap: {{{secret}}}}}]\n"
        ));
        let messages: Vec<&str> = told.problems.iter().map(|own| &*own.message).collect();
        messages.join("\n")
    };
    assert_snapshot!(pod("name: null"), @"`name` has no value");
    assert_snapshot!(pod("optional: true"), @"`name` is missing in `configMap`");
}
