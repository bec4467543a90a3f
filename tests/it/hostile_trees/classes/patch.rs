//! Patches that are many, large, or feed on what they make.

use super::{Class, each, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("patches: operations that copy", copies),
    ("patches: many on many", many),
    ("patches: targets", targets),
    ("patches: directives", directives),
    ("patches: deep and long paths", paths),
];

fn copies(random: &mut Random, tree: &mut Tree) {
    let times = random.between(2, 2_000);
    let operation = *random.pick(&[
        "{op: copy, from: '', path: /data/cN}",
        "{op: copy, from: /data, path: /data/cN}",
        "{op: move, from: /data, path: /data/cN}",
        "{op: add, path: /data/key, value: {a: b}}",
        "{op: add, path: /list/-, value: 1}",
        "{op: add, path: /list/0, value: [1, 2, 3]}",
        "{op: copy, from: /list, path: /list/0}",
        "{op: add, path: '', value: {}}",
        "{op: replace, path: '', value: {a: [N]}}",
        "{op: remove, path: ''}",
        "{op: test, path: /data, value: {key: x}}",
        "{op: copy, from: /metadata, path: /metadata/annotations}",
    ]);
    let all = each(times, |n| {
        format!("    - {}\n", operation.replace('N', &n.to_string()))
    });
    tree.file(
        "kustomization.yaml",
        format!("resources: [a.yaml]\npatches:\n- target: {{kind: ConfigMap}}\n  patch: |\n{all}"),
    );
    tree.file("a.yaml", settings("a", "x") + "list: []\n");
}

fn many(random: &mut Random, tree: &mut Tree) {
    let (patches, objects) = (random.between(1, 1_500), random.between(1, 1_500));
    let patch = *random.pick(&[
        "- {target: {kind: ConfigMap, name: '.*'}, patch: '[{\"op\": \"add\", \"path\": \"/data/kN\", \"value\": \"v\"}]'}\n",
        "- {target: {kind: ConfigMap}, patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {kN: v}}'}\n",
        "- {target: {labelSelector: 'a in (b, c), !d'}, patch: '[{\"op\": \"add\", \"path\": \"/data/kN\", \"value\": \"v\"}]'}\n",
        "- {patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: aN}, data: {k: v}}'}\n",
        "- {path: patch.yaml, target: {kind: '.+'}}\n",
    ]);
    let all = each(patches, |n| patch.replace('N', &n.to_string()));
    tree.file(
        "kustomization.yaml",
        format!("resources: [a.yaml]\npatches:\n{all}"),
    );
    tree.file(
        "patch.yaml",
        each(20, |n| format!("---\n{}", settings(&format!("a{n}"), "y"))),
    );
    tree.file(
        "a.yaml",
        each(objects, |n| {
            format!("---\n{}", settings(&format!("a{n}"), "x"))
        }),
    );
}

fn targets(random: &mut Random, tree: &mut Tree) {
    let n = random.between(1, 20_000);
    let name = random
        .pick(&[
            "(a+)+$".to_owned(),
            format!("(a{{1,{n}}}){{1,{n}}}"),
            "(".repeat(n),
            "a?".repeat(n) + "b",
            ".*".repeat(n % 2_000),
            "[".to_owned(),
            format!("{}|b", "a|".repeat(n)),
            "\\pL{1000}{1000}".to_owned(),
            "(?i)".to_owned() + &"a".repeat(n),
            format!("x{{{n}}}"),
        ])
        .clone();
    let selector = random
        .pick(&[
            "a=b,".repeat(n),
            format!("a in ({})", "b,".repeat(n)),
            "(((".to_owned(),
            "!".repeat(n),
            "a".repeat(n),
        ])
        .clone();
    tree.file("kustomization.yaml", format!("resources: [a.yaml]\npatches:\n- {{target: {{kind: '{name}', name: '{name}', labelSelector: '{selector}', annotationSelector: '{selector}'}}, patch: '[{{\"op\": \"remove\", \"path\": \"/data\"}}]'}}\n"));
    tree.file(
        "a.yaml",
        each(200, |at| {
            format!(
                "---\n{}",
                settings(&format!("a{at}{}", "a".repeat(200)), "x")
            )
        }),
    );
}

fn directives(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 2_000);
    let directive = *random.pick(&[
        "$patch: replace",
        "$patch: delete",
        "$patch: merge",
        "$patch: what",
        "$retainKeys: [name]",
        "$setElementOrder/containers: [{name: c9}]",
        "$deleteFromPrimitiveList/args: [a]",
        "$patch: [a]",
        "$patch: {$patch: delete}",
    ]);
    let containers = each(count, |n| {
        format!("{{name: c{n}, {directive}, env: [{{name: A, {directive}}}]}}, ")
    });
    tree.file(
        "kustomization.yaml",
        "resources: [a.yaml]\npatches: [{path: p.yaml}]\npatchesStrategicMerge: [p.yaml]\n",
    );
    tree.file("p.yaml", format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{{directive}, containers: [{containers}]}}\n"));
    tree.file(
        "a.yaml",
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{}]}}\n",
            each(count, |n| format!(
                "{{name: c{}, image: 'a:1'}}, ",
                count - n
            ))
        ),
    );
}

fn paths(random: &mut Random, tree: &mut Tree) {
    let n = random.between(1, 50_000);
    let path = random
        .pick(&[
            "/a".repeat(n),
            "/".repeat(n),
            "/list/99999999999999999999".to_owned(),
            "/list/-1".to_owned(),
            "/~2~".repeat(n % 1_000),
            "/data/~1~0".to_owned(),
            "data".to_owned(),
            "/list/4294967296".to_owned(),
            "/data/".to_owned() + &"k".repeat(n),
        ])
        .clone();
    let value = format!("{}1{}", "[".repeat(n % 254), "]".repeat(n % 254));
    tree.file("kustomization.yaml", format!("resources: [a.yaml]\npatches:\n- target: {{kind: ConfigMap}}\n  patch: |\n    - {{op: add, path: '{path}', value: {value}}}\n- target: {{kind: ConfigMap}}\n  patch: |\n    - {{op: copy, from: '{path}', path: /data}}\nreplacements:\n- {{source: {{kind: ConfigMap, fieldPath: '{}'}}, targets: [{{select: {{kind: ConfigMap}}, fieldPaths: ['{}'], options: {{create: true}}}}]}}\n", "a.".repeat(n), "a.[b=c].*.".repeat(n % 500)));
    tree.file("a.yaml", settings("a", "x") + "list: [1]\n");
}
