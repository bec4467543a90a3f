//! Symbolic links that lead to themselves, out, or to what has no end.

use super::{Class, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("links: a chart in itself", chart),
    ("links: a resource folder in itself", resources),
    ("links: a policy folder in itself", policies),
    ("links: a chain and a circle", chain),
    ("links: out of the repository", outside),
    ("links: every folder in every folder", mesh),
];

fn chart(random: &mut Random, tree: &mut Tree) {
    tree.file(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    );
    tree.file(
        "chart/templates/settings.yaml",
        settings("settings", "{{ len .Files }}"),
    );
    for _ in 0..random.between(1, 4) {
        let place = *random.pick(&[
            "templates/again",
            "charts/again",
            "files",
            "crds",
            "templates/a/b",
            "charts",
        ]);
        let to = *random.pick(&[".", "..", "../..", "../templates", "../../chart"]);
        tree.link(format!("chart/{place}"), to);
    }
}

fn resources(random: &mut Random, tree: &mut Tree) {
    tree.file("app/kustomization.yaml", "resources: [again, a, b, c]\n");
    tree.file("app/settings.yaml", settings("settings", "x"));
    tree.link("app/again", ".");
    for name in ["a", "b", "c", "d", "e/f"] {
        let to = *random.pick(&[".", "..", "../app", "again/again/again", "./a", "e"]);
        tree.link(format!("app/{name}"), to);
    }
}

fn policies(random: &mut Random, tree: &mut Tree) {
    tree.policies([
        "package hostile.p\ndeny contains \"no\" if input.object.data.key == \"never\"\n"
            .to_owned(),
    ]);
    for name in ["policies/again", "policies/more/again"] {
        let to = *random.pick(&[".", "..", "../..", "../policies"]);
        tree.link(name, to);
    }
}

fn chain(random: &mut Random, tree: &mut Tree) {
    let length = random.between(2, 400);
    for at in 0..length {
        tree.link(format!("l{at}"), format!("l{}", at + 1));
    }
    match random.below(3) {
        0 => tree.link(format!("l{length}"), "l0"),
        1 => tree.link(format!("l{length}"), "."),
        _ => tree.file(format!("l{length}"), settings("settings", "x")),
    }
    tree.file(
        "kustomization.yaml",
        format!("resources: [l0, l{}, l0/l1/l2]\n", length / 2),
    );
}

fn outside(random: &mut Random, tree: &mut Tree) {
    let names = [
        "a.yaml",
        "b.yaml",
        "values.yaml",
        "Chart.yaml",
        "kustomization.yaml",
        "templates/a.yaml",
        "x.env",
    ];
    tree.file("app/pod.yaml", settings("settings", "x"));
    tree.file(
        "app/kustomization.yaml",
        "resources: [../a.yaml, ../b.yaml, pod.yaml]\nconfigMapGenerator: [{name: g, envs: [../x.env], files: [../a.yaml]}]\n",
    );
    for name in names {
        let to = *random.pick(&[
            "/",
            "/proc",
            "/proc/self/environ",
            "/proc/self/fd",
            "/dev/zero",
            "/dev/stdin",
            "/dev/tty",
            "../../secret.txt",
            "../..",
            "../../home",
            "/etc/passwd",
            "/sys",
            "..",
        ]);
        tree.link(name, to);
    }
}

fn mesh(random: &mut Random, tree: &mut Tree) {
    let count = random.between(2, 9);
    for from in 0..count {
        tree.file(
            format!("f{from}/settings.yaml"),
            settings(&format!("s{from}"), "x"),
        );
        for to in 0..count {
            tree.link(format!("f{from}/to{to}"), format!("../f{to}"));
        }
    }
    let all = super::each(count, |at| format!("to{at}, "));
    tree.file("f0/kustomization.yaml", format!("resources: [{all}]\n"));
    tree.file(
        "f1/Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    );
}
