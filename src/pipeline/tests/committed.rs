//! Renderings that are committed beside their source.

use insta::assert_snapshot;

use super::check;

const BASE: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostPID: true\n  containers: [{name: web, image: 'web:1', args: ['1', \"2\"]}]\n";
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {ports: [{port: 80}]}\n";
/// What kustomize prints of both.
const PRINTED: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  ports:\n  - port: 80\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  containers:\n  - args:\n    - \"1\"\n    - \"2\"\n    image: web:1\n    name: web\n  hostPID: true\n";

/// A base, an overlay and what somebody made of it.
fn told(printed: &str, overlay: &str) -> String {
    check(
        "host-namespace",
        &[
            (
                "web/base/kustomization.yaml",
                "resources: [pod.yaml, service.yaml]\n",
            ),
            ("web/base/pod.yaml", BASE),
            ("web/base/service.yaml", SERVICE),
            ("web/overlays/prod/kustomization.yaml", overlay),
            ("web/manifests/prod/install.yaml", printed),
        ],
    )
}

#[test]
fn a_committed_rendering_is_told_of_at_its_source() {
    let overlay = "namespace: shop\nresources: [../../base]\n";
    assert_snapshot!(told(PRINTED, overlay), @"web/base/pod.yaml:5: error {prod,prod} the pod shares its node's process namespace");
}

#[test]
fn what_drifted_is_told_of_where_it_is() {
    let overlay = "namespace: shop\nresources: [../../base]\n";
    let drifted = PRINTED.replace("web:1", "web:2");
    assert_snapshot!(told(&drifted, overlay), @"
    web/base/pod.yaml:5: error {prod} the pod shares its node's process namespace
    web/manifests/prod/install.yaml:22: error {prod} the pod shares its node's process namespace
    ");
}

#[test]
fn another_application_of_the_same_names_is_none() {
    let others = "namespace: shop\nresources: [../../base, a.yaml]\n";
    let other = PRINTED.replace("name: web", "name: api");
    assert_snapshot!(told(&other, others).lines().count(), @"2");
}

#[test]
fn what_no_program_printed_is_none() {
    let overlay = "namespace: shop\nresources: [../../base]\n";
    let written = PRINTED.replace(
        "  name: web\n  namespace: shop\nspec:\n  containers",
        "  namespace: shop\n  name: web\nspec:\n  containers",
    );
    assert_ne!(written, PRINTED);
    assert_eq!(told(&written, overlay).lines().count(), 2);
    let by_helm = format!("---\n# Source: web/templates/web.yaml\n{written}");
    assert_eq!(told(&by_helm, overlay).lines().count(), 1);
}

#[test]
fn folders_of_the_same_files_are_none() {
    let printed = PRINTED.split_once("---\n").unwrap().1;
    let files = [
        ("a/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("a/pod.yaml", printed),
        ("b/pod.yaml", printed),
    ];
    assert_eq!(check("host-namespace", &files).lines().count(), 2);
}
