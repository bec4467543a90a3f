//! Documents that are small as text and large as values, or that no parser likes.

use super::{Class, each, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("yaml: aliases that multiply", aliases),
    ("yaml: merge keys in a square", square),
    ("yaml: a chain of merge keys", chain),
    ("yaml: lists of merge keys", lists),
    ("yaml: deep nesting", nesting),
    ("yaml: huge scalars", scalars),
    ("yaml: equal lines", equal_lines),
    ("yaml: duplicate keys", duplicates),
    ("yaml: faults in one collection", wide),
    ("yaml: many documents", documents),
    ("yaml: faults on every line", faults),
    ("yaml: numbers and names from hell", words),
];

/// Where a document may stand.
fn place(random: &mut Random) -> &'static str {
    random.pick::<&str>(&[
        "a.yaml",
        "app/a.yaml",
        "chart/values.yaml",
        "app/kustomization.yaml",
    ])
}

fn put(random: &mut Random, tree: &mut Tree, text: String) {
    let at = place(random);
    if at == "app/a.yaml" {
        tree.file(
            "app/kustomization.yaml",
            "namePrefix: a-\nresources: [a.yaml, ./a.yaml]\n",
        );
    }
    if at == "chart/values.yaml" {
        tree.file(
            "chart/Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        );
        tree.file(
            "chart/templates/a.yaml",
            settings("a", "{{ toYaml .Values | quote }}"),
        );
    }
    tree.file(at, text);
}

const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

fn aliases(random: &mut Random, tree: &mut Tree) {
    let (levels, width) = (random.between(2, 30), random.between(2, 20));
    let mut text = format!("{HEAD}a0: &a0 {{x: y}}\n");
    for level in 1..levels {
        let below = vec![format!("*a{}", level - 1); width].join(", ");
        text += &format!("a{level}: &a{level} [{below}]\n");
    }
    put(random, tree, text);
}

fn square(random: &mut Random, tree: &mut Tree) {
    let size = random.between(100, 4_000);
    let base = each(size, |at| format!("k{at}: 1, "));
    let text = format!(
        "{HEAD}b: &b {{{base}}}\nall:\n{}",
        each(size, |_| "- {<<: *b}\n".to_owned())
    );
    put(random, tree, text);
}

fn chain(random: &mut Random, tree: &mut Tree) {
    let size = random.between(100, 4_000);
    let mut text = format!("{HEAD}m0: &m0 {{k: 1}}\n");
    for at in 1..size {
        text += &format!("m{at}: &m{at} {{<<: *m{}, k{at}: 1}}\n", at - 1);
    }
    put(random, tree, text);
}

fn lists(random: &mut Random, tree: &mut Tree) {
    let (size, width) = (random.between(10, 300), random.between(2, 300));
    let mut text = format!("{HEAD}m0: &m0 {{k: 1}}\n");
    for at in 1..size {
        let all = each(width.min(at), |back| format!("*m{}, ", at - 1 - back));
        text += &format!("m{at}: &m{at} {{<<: [{all}], k{at}: 1}}\n");
    }
    put(random, tree, text);
}

fn nesting(random: &mut Random, tree: &mut Tree) {
    let depth = random.between(100, 60_000);
    let text = match random.below(6) {
        0 => "[".repeat(depth),
        1 => "{a: ".repeat(depth),
        2 => "- ".repeat(depth),
        3 => each(depth.min(3_000), |at| format!("{}a:\n", " ".repeat(at))),
        4 => format!("{}x{}", "[".repeat(250), "]".repeat(250)),
        _ => "? ".repeat(depth),
    };
    put(random, tree, format!("{HEAD}data: {text}\n"));
}

fn scalars(random: &mut Random, tree: &mut Tree) {
    let size = random.between(1 << 10, 4 << 20);
    let unit = *random.pick(&[
        "a", "\\n", "\\u0000", "é", "\\e[31m", "'", " ", "\\\\", "0", "%", "{{",
    ]);
    let body = unit.repeat(size / unit.len());
    let text = match random.below(5) {
        0 => format!("data: {{a: \"{body}\"}}"),
        1 => format!("data:\n  a: |\n    {body}"),
        2 => format!("data:\n  ? \"{body}\"\n  : x"),
        3 => format!("{body}: x"),
        _ => format!("data: {{a: \"{body}"),
    };
    put(random, tree, format!("{HEAD}{text}\n"));
}

fn equal_lines(random: &mut Random, tree: &mut Tree) {
    let line = *random.pick(&[
        "key: value\n",
        "- x\n",
        "---\n",
        "key: &a *a\n",
        "metadata: {name: a}\n",
        ": \n",
        "\t\n",
        "<<: *a\n",
        "!a !b\n",
        "# comment\n",
        "%TAG ! tag:\n",
        "apiVersion: v1\n",
        "...\n",
    ]);
    let size = random.between(1 << 10, 800 << 10);
    put(random, tree, line.repeat(size / line.len()));
}

fn duplicates(random: &mut Random, tree: &mut Tree) {
    let size = random.between(100, 40_000);
    let distinct = random.between(1, size);
    let text = each(size, |at| format!("  k{}: {at}\n", at % distinct));
    put(random, tree, format!("{HEAD}data:\n{text}"));
}

fn wide(random: &mut Random, tree: &mut Tree) {
    let count = random.between(100, 60_000);
    let text = match random.below(4) {
        0 => format!("{HEAD}data:\n{}", each(count, |n| format!("  k{n}: {n}\n"))),
        1 => format!(
            "{HEAD}datas: {{{}}}\n{}",
            each(count, |n| format!("k{n}: {n}, ")),
            each(count, |n| format!("x{n}: y\n"))
        ),
        2 => format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n{}",
            each(count / 10, |n| format!(
                "  - {{name: c{n}, image: a, securityContext: {{privileged: true}}}}\n"
            ))
        ),
        _ => format!(
            "apiVersion: v1\nkind: List\nitems:\n{}",
            each(count / 10, |n| format!(
                "- {{apiVersion: v1, kind: Pod, metadata: {{name: c{n}}}, spec: {{hostNetwork: true, containers: [{{name: a, image: a}}]}}}}\n"
            ))
        ),
    };
    put(random, tree, text);
}

fn documents(random: &mut Random, tree: &mut Tree) {
    let size = random.between(100, 20_000);
    let distinct = random.between(1, size);
    let kind = *random.pick(&[
        "ConfigMap",
        "Pod",
        "Namespace",
        "Service",
        "Deployment",
        "Widget",
    ]);
    let text = each(size, |at| {
        format!(
            "---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: n{}}}\n",
            at % distinct
        )
    });
    put(random, tree, text);
}

fn faults(random: &mut Random, tree: &mut Tree) {
    let size = random.between(100, 20_000);
    let bad = *random.pick(&[
        "  - a: [\n",
        " b: 'c\n",
        "@x: `y`\n",
        "a: b: c\n",
        "\u{1}: \u{7f}\n",
        "*x : *y\n",
    ]);
    put(random, tree, each(size, |at| format!("k{at}: v\n{bad}")));
}

fn words(random: &mut Random, tree: &mut Tree) {
    let values = [
        "9".repeat(random.between(1, 100_000)),
        format!("1e{}", "9".repeat(random.between(1, 20))),
        format!("0.{}1", "0".repeat(random.between(1, 100_000))),
        "0x".to_owned() + &"f".repeat(random.between(1, 100_000)),
        "-.inf".to_owned(),
        "\"\\ud800\"".to_owned(),
        "!!binary \"////\"".to_owned(),
        "999999999999999999999999Gi".to_owned(),
        "1e999Mi".to_owned(),
        "2026-13-45T99:99:99Z".to_owned(),
    ];
    let mut value = || random.pick(&values).clone();
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {}}}\nspec:\n  replicas: {}\n  selector: {{matchLabels: {{a: {}}}}}\n  template:\n    metadata: {{labels: {{a: {}}}}}\n    spec:\n      containers:\n      - name: c\n        image: 'a:{}'\n        resources: {{limits: {{cpu: {}, memory: {}}}, requests: {{memory: {}}}}}\n        ports: [{{containerPort: {}}}]\n",
        value(),
        value(),
        value(),
        value(),
        value(),
        value(),
        value(),
        value(),
        value()
    );
    tree.file("app/a.yaml", text);
    tree.file(
        "app/kustomization.yaml",
        format!(
            "resources: [a.yaml]\nreplicas: [{{name: a, count: {}}}]\n",
            value()
        ),
    );
}
