//! Configuration files that are wrong in many places, or that ask for much.

use super::{Class, each};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("configuration: unknown keys", unknown),
    ("configuration: patterns", patterns),
    ("configuration: environments", environments),
    ("configuration: baselines", baselines),
    ("configuration: documents", documents),
];

fn put(tree: &mut Tree, text: String) {
    tree.may_fail = true;
    tree.root_file(".gitopslint.yaml", text);
}

fn unknown(random: &mut Random, tree: &mut Tree) {
    let count = random.between(10, 30_000);
    let line = *random.pick(&[
        "rulezN: {}\n",
        "rulesN: x\n",
        "? [N]\n: x\n",
        "baselinf-N: x\n",
    ]);
    let inner = *random.pick(&[
        "  missing-readiness-probN: error\n",
        "  xN: {severity: what}\n",
        "  N: off\n",
        "  mutable-image-tag: {parametersN: 1}\n",
    ]);
    let all = |line: &str| each(count, |n| line.replace('N', &n.to_string()));
    let text = match random.below(3) {
        0 => all(line),
        1 => format!("rules:\n{}", all(inner)),
        _ => format!("locked: [{}]\n", all("xN, ").trim_end()),
    };
    put(tree, text);
}

fn patterns(random: &mut Random, tree: &mut Tree) {
    let n = random.between(10, 3_000);
    let glob = random
        .pick(&[
            "**/".repeat(n % 300) + "*.yaml",
            "*a".repeat(n % 500),
            format!("{}a{}", "{a,".repeat(n % 300), "}".repeat(n % 300)),
            "[".repeat(n),
            "[!a-z]".repeat(n),
            "?".repeat(n),
            "\\".repeat(n),
            "{a,b,c}".repeat(n % 12),
            "../..".to_owned(),
            "/etc/**".to_owned(),
            "**".to_owned(),
            String::new(),
        ])
        .clone();
    let list = each(n, |at| format!("'{glob}{at}', "));
    let text = match random.below(4) {
        0 => format!("policies: [{list}]\n"),
        1 => format!(
            "ignores:\n{}",
            each(n, |at| format!(
                "- {{rule: mutable-image-tag, paths: ['zzz{glob}{at}'], reason: x, until: 2027-01-31}}\n"
            ))
        ),
        2 => format!(
            "rules: {{privileged-container: {{paths: {{{}}}}}}}\n",
            each(n, |at| format!("'zzz{glob}{at}': off, "))
        ),
        _ => format!(
            "charts:\n- {{paths: [{list}], values: [{list}], release: '{glob}', namespace: '{glob}'}}\nchart-path: [{list}]\n"
        ),
    };
    put(tree, text);
}

fn environments(random: &mut Random, tree: &mut Tree) {
    let (members, paths) = (random.between(1, 500), random.between(1, 500));
    let names = each(members, |n| format!("m{n}, "));
    let globs = each(paths, |n| format!("'**/m{n}/**', "));
    put(
        tree,
        format!(
            "environments:\n  dev: {{members: [{names}], paths: {{m0: [{globs}]}}}}\n  production: {{members: [{names}]}}\nclusters: [{}]\nowns: [{names}]\nexternal: {{namespaces: [{names}], projects: [{names}]}}\nkubernetes: {{default: '{}', environments: {{m0: '1.999999999999'}}}}\n",
            each(members, |n| format!(
                "{{name: c{n}, server: 'https://{n}', labels: {{a: b}}}}, "
            )),
            "1.".repeat(random.between(1, 1_000)),
        ),
    );
}

fn baselines(random: &mut Random, tree: &mut Tree) {
    let count = random.between(10, 20_000);
    let text = match random.below(4) {
        0 => format!(
            "version: 1\nfindings:\n{}",
            each(count, |n| format!(
                "- {{rule: mutable-image-tag, file: f{n}.yaml, object: Pod/p{n}, path: 'spec.containers[name=a].image', environments: [production]}}\n"
            ))
        ),
        1 => format!(
            "version: 1\nfindings:\n{}",
            each(count, |n| format!("- {{ruleN: x{n}}}\n"))
        ),
        2 => format!("version: {}\n", "9".repeat(count)),
        _ => format!("version: 1\nfindings: {}\n", "[".repeat(count)),
    };
    tree.root_file("baseline.yaml", text);
    put(tree, "baseline: baseline.yaml\n".to_owned());
}

fn documents(random: &mut Random, tree: &mut Tree) {
    let n = random.between(10, 20_000);
    let text = random
        .pick(&[
            "[".repeat(n),
            "rules: &a\n  <<: *a\n".to_owned(),
            format!("rules: &a {{}}\n{}", "---\n".repeat(n)),
            "\u{feff}".repeat(n),
            "rules: {".to_owned() + &"x: {".repeat(n),
            "rules: !!binary x\n".to_owned(),
            format!(
                "policies: &p [{}]\nlocked: *p\nchart-path: *p\n",
                "a, ".repeat(n)
            ),
            "a: b\n".repeat(n),
            format!("profile: {}\n", "x".repeat(n)),
        ])
        .clone();
    put(tree, text);
}
