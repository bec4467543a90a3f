//! Ignore files, owners and comments that match everything slowly.

use super::{Class, each, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("ignores: comments", comments),
    ("ignores: many on many findings", many),
    ("ignores: files of git and Helm", files),
    ("ignores: owners", owners),
    ("ignores: names of files", names),
];

fn comments(random: &mut Random, tree: &mut Tree) {
    let count = random.between(10, 8_000);
    let comment = *random.pick(&[
        "# gitopslint: ignore[mutable-image-tag] x\n",
        "# gitopslint: ignore[]\n",
        "# gitopslint: ignore[*] x until 9999-99-99\n",
        "# gitopslint: ignore[x, y, z\n",
        "# gitopslint: ignore[no-such-rule] \u{1b}[31m\n",
        "# gitopslint: ignore-file[privileged-container] all of it\n",
    ]);
    let rules = "x,".repeat(random.between(1, 20_000));
    let text = format!(
        "{}# gitopslint: ignore[{rules}] y\n{}",
        comment.repeat(count),
        settings("a", "b")
    );
    tree.file("a.yaml", text);
    tree.file("b.yaml", format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n  annotations:\n{}", each(count, |n| format!("    gitopslint/ignore-{n}: 'mutable-image-tag: x'\n    ignore-check.kube-linter.io/c{n}: x\n    checkov.io/skip{n}: CKV_K8S_{n}=x\n"))));
}

fn many(random: &mut Random, tree: &mut Tree) {
    let (ignores, objects) = (random.between(1, 20_000), random.between(1, 10_000));
    let rule = *random.pick(&["host-namespace", "mutable-image-tag", "no-such-rule"]);
    let comments = each(ignores, |n| {
        format!("# gitopslint: ignore[{rule}] because {n}\n---\n")
    });
    let pods = each(objects, |n| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec: {{hostNetwork: true, containers: [{{name: a, image: a}}]}}\n"
        )
    });
    tree.file("a.yaml", comments + &pods);
}

fn pattern(random: &mut Random) -> String {
    let n = random.between(1, 400);
    random
        .pick(&[
            "**/".repeat(n) + "zz",
            "*a".repeat(n) + "zz",
            "[a-z]".repeat(n) + "zz",
            "!".repeat(n),
            "\\".repeat(n),
            "zz[".repeat(n),
            "/".repeat(n) + "zz",
            format!("zz{}", "?".repeat(n)),
            "{zz,".repeat(n),
            "\u{0}zz".to_owned(),
        ])
        .clone()
}

fn files(random: &mut Random, tree: &mut Tree) {
    for name in [
        ".gitignore",
        ".helmignore",
        "a/.gitignore",
        "a/b/.gitignore",
    ] {
        let lines = each(random.between(1, 2_000), |_| String::from("\n"));
        let lines: String = lines.lines().map(|_| pattern(random) + "\n").collect();
        tree.file(name, lines.chars().take(300_000).collect::<String>());
    }
    for at in 0..random.between(1, 300) {
        tree.file(format!("a/b/c/{at}.yaml"), settings(&format!("a{at}"), "b"));
    }
    tree.file(
        "Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    );
    tree.file(
        "templates/a.yaml",
        settings("a", "{{ len (.Files.Glob \"**\") }}"),
    );
}

fn owners(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 3_000);
    let line = format!(
        "{} @a{} a@b.c\n",
        pattern(random),
        "@a ".repeat(random.between(1, 200))
    );
    let place = *random.pick(&["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"]);
    tree.root_file(
        place,
        line.repeat(count)
            .chars()
            .take(1_000_000)
            .collect::<String>(),
    );
    tree.file("a.yaml", settings("a", "b"));
}

fn names(random: &mut Random, tree: &mut Tree) {
    let names = [
        "a\nb.yaml",
        "\u{1b}[31m.yaml",
        "\u{202e}lmay.yaml",
        "'\"`$(touch x).yaml",
        "::error file=x::y.yaml",
        "a%0Ab.yaml",
        "-.yaml",
        "--root.yaml",
        " .yaml",
        "a\tb.yaml",
        "é\u{301}.yaml",
        "<script>.yaml",
        "]]>.yaml",
        "$r.yaml",
        "*.yaml",
        "[a].yaml",
        "{a,b}.yaml",
        "a\\b.yaml",
    ];
    for _ in 0..random.between(1, 30) {
        let name = *random.pick(&names);
        let text = *random.pick(&["a: [\n", "apiVersion: v1\nkind: Pod\nmetadata: {name: \"\\e[31m\\n\\u202e\"}\nspec: {hostNetwork: true, containers: [{name: \"::error::\\n\", image: \"a\\u0007:latest\"}]}\n"]);
        tree.file(name, text);
    }
    let all: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    tree.file(
        "kustomization.yaml",
        format!("resources: [{}]\n", all.join(", ").replace("\\u{", "\\x{")),
    );
    tree.file(
        "long/".repeat(random.between(1, 300)) + "a.yaml",
        settings("a", "b"),
    );
}
