//! Secrets so many, so short or so like everything else that hiding them takes long.

use super::{Class, each};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("secrets: many", many),
    ("secrets: values that overlap", overlapping),
    ("secrets: words of messages", words),
    ("secrets: in every field", everywhere),
];

fn many(random: &mut Random, tree: &mut Tree) {
    let (count, keys) = (random.between(100, 8_000), random.between(1, 8));
    let text = each(count, |n| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: s{n}}}\nstringData: {{{}}}\n",
            each(keys, |key| format!("password{key}: Zq{n}x{key}vw, "))
        )
    });
    tree.file("a.yaml", text);
}

fn overlapping(random: &mut Random, tree: &mut Tree) {
    let count = random.between(10, 3_000);
    let unit = *random.pick(&["a", "ab", "Zq9-", "é", "==", "A"]);
    let text = each(count, |n| {
        format!("  k{n}: '{}'\n", unit.repeat(n % 500 + 1))
    });
    tree.file(
        "a.yaml",
        format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n{text}"),
    );
    tree.file("b.yaml", format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: '{0}', labels: {{a: '{0}'}}}}\nspec: {{hostNetwork: '{0}', containers: [{{name: '{0}', image: '{0}'}}]}}\n", unit.repeat(random.between(1, 20_000))));
}

fn words(random: &mut Random, tree: &mut Tree) {
    let words = [
        "e",
        " ",
        "is",
        "the",
        "container",
        "innocent",
        "web",
        "[",
        "\"",
        "{",
        "severity",
        "error",
        "1",
        "true",
        ":",
        "\\n",
        "hostNetwork",
        "rule",
    ];
    let text = each(random.between(1, 400), |n| {
        format!(
            "  k{n}: '{}'\n",
            words[n % words.len()].repeat(n / words.len() + 1)
        )
    });
    // What they hide of a message is hidden in those of the tree alone, whose objects hold them.
    tree.file(
        "a.yaml",
        format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n{text}"),
    );
}

fn everywhere(random: &mut Random, tree: &mut Tree) {
    let count = random.between(10, 3_000);
    let fields = [
        "data",
        "stringData",
        "stringdata",
        "metadata",
        "type",
        "immutable",
        "spec",
    ];
    let text = each(count, |n| {
        let field = fields[n % fields.len()];
        let value = match n % 5 {
            0 => "[Zq9secretvalue]".to_owned(),
            1 => "{a: {b: Zq9secretvalue}}".to_owned(),
            2 => "Zq9secretvalue".to_owned(),
            3 => "{a: '////'}".to_owned(),
            _ => "{a: !!binary Zq9secretvalue}".to_owned(),
        };
        format!(
            "---\napiVersion: v1\nkind: {}\nmetadata: {{name: s{n}}}\n{field}: {value}\n",
            ["Secret", "SealedSecret", "secret", "SecretList", "List"][n % 5]
        )
    });
    tree.file("a.yaml", text);
    tree.file("kustomization.yaml", "resources: [a.yaml]\nsecretGenerator: [{name: g, envs: [a.env], files: [a.yaml]}]\nreplacements: [{source: {kind: Secret, fieldPath: stringData}, targets: [{select: {kind: Secret}, fieldPaths: [metadata.name, data], options: {create: true}}]}]\n");
    tree.file(
        "a.env",
        each(count, |n| format!("K{n}=Zq9secretvalue{n}\n")),
    );
}
