//! Kustomizations that build on themselves many times over, or make much of little.

use super::{Class, each, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    ("kustomizations: variants of variants", variants),
    ("kustomizations: a chain of bases", chain),
    ("kustomizations: long prefixes", prefixes),
    (
        "kustomizations: replacements of data by itself",
        replacements,
    ),
    ("kustomizations: circles", circles),
    ("kustomizations: components of components", components),
    ("kustomizations: generators", generators),
    ("kustomizations: labels and fields", labels),
    ("kustomizations: transformers", transformers),
    ("kustomizations: names that refer to names", references),
    ("kustomizations: variables", variables),
    ("kustomizations: charts inflated", charts),
];

fn variants(random: &mut Random, tree: &mut Tree) {
    let (levels, width) = (random.between(2, 40), random.between(2, 5));
    tree.file("l0/kustomization.yaml", "resources: [a.yaml]\n");
    tree.file("l0/a.yaml", settings("a", "b"));
    let word = *random.pick(&["namePrefix", "nameSuffix", "namespace"]);
    for level in 1..levels {
        for variant in 0..width {
            let text = format!("{word}: v{variant}\nresources: [../l{}]\n", level - 1);
            tree.file(format!("l{level}v{variant}/kustomization.yaml"), text);
        }
        let all = each(width, |variant| format!("../l{level}v{variant}, "));
        tree.file(
            format!("l{level}/kustomization.yaml"),
            format!("resources: [{all}]\n"),
        );
    }
}

fn chain(random: &mut Random, tree: &mut Tree) {
    let length = random.between(10, 3_000);
    let more = *random.pick(&[
        "",
        "namePrefix: a-\n",
        "labels: [{pairs: {a: b}, includeSelectors: true}]\n",
        "namespace: ns\n",
        "commonAnnotations: {a: b}\n",
    ]);
    tree.file("b0/kustomization.yaml", "resources: [a.yaml]\n");
    tree.file("b0/a.yaml", settings("a", "b"));
    for at in 1..length {
        tree.file(
            format!("b{at}/kustomization.yaml"),
            format!("{more}resources: [../b{}]\n", at - 1),
        );
    }
}

fn prefixes(random: &mut Random, tree: &mut Tree) {
    let (levels, size, count) = (
        random.between(2, 130),
        random.between(10, 10_000),
        random.between(1, 1_000),
    );
    tree.file("b0/kustomization.yaml", "resources: [a.yaml]\n");
    tree.file(
        "b0/a.yaml",
        each(count, |n| {
            format!("---\n{}", settings(&format!("a{n}"), "b"))
        }),
    );
    let prefix = "p".repeat(size);
    for at in 1..levels {
        tree.file(
            format!("b{at}/kustomization.yaml"),
            format!("namePrefix: {prefix}\nresources: [../b{}]\n", at - 1),
        );
    }
}

fn replacements(random: &mut Random, tree: &mut Tree) {
    let (times, width) = (random.between(2, 60), random.between(1, 5));
    let from = *random.pick(&["data", "metadata", "", "data.key", "data.*"]);
    let targets = each(width, |n| format!("    - data.c{n}\n"));
    let options = *random.pick(&[
        "{create: true}",
        "{create: true, delimiter: x, index: 1}",
        "{delimiter: '', index: 0}",
        "{create: true, delimiter: ',', index: -1}",
    ]);
    let all = each(times, |_| {
        format!(
            "- source: {{kind: ConfigMap, fieldPath: '{from}'}}\n  targets:\n  - select: {{kind: ConfigMap}}\n    options: {options}\n    fieldPaths:\n{targets}"
        )
    });
    tree.file(
        "kustomization.yaml",
        format!("resources: [a.yaml]\nreplacements:\n{all}"),
    );
    let size = random.between(1, 100_000);
    tree.file("a.yaml", settings("a", &"x".repeat(size)));
}

fn circles(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 200);
    let field = *random.pick(&[
        "resources",
        "components",
        "bases",
        "crds",
        "configurations",
        "generators",
        "transformers",
        "validators",
        "patches",
    ]);
    for at in 0..count {
        let others = each(random.between(1, 5), |n| {
            format!("../f{}, ", (at + n * 7 + 1) % count)
        });
        let kind = if field == "components" {
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"
        } else {
            ""
        };
        tree.file(
            format!("f{at}/kustomization.yaml"),
            format!("{kind}{field}: [{others}]\n"),
        );
    }
}

fn components(random: &mut Random, tree: &mut Tree) {
    let (levels, width) = (random.between(2, 30), random.between(2, 6));
    for level in 0..levels {
        let below = if level + 1 < levels {
            format!("../c{}, ", level + 1).repeat(width)
        } else {
            String::new()
        };
        tree.file(
            format!("c{level}/kustomization.yaml"),
            format!("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: x\ncomponents: [{below}]\nconfigMapGenerator: [{{name: g{level}, behavior: merge, literals: [a=b]}}]\n"),
        );
    }
    tree.file("app/a.yaml", settings("a", "b"));
    tree.file(
        "app/kustomization.yaml",
        format!(
            "resources: [a.yaml]\ncomponents: [{}]\n",
            "../c0, ".repeat(width)
        ),
    );
}

fn generators(random: &mut Random, tree: &mut Tree) {
    let (count, size) = (random.between(10, 3_000), random.between(10, 100_000));
    let text = match random.below(5) {
        0 => each(count, |n| format!("- {{name: g{n}, literals: [a=b]}}\n")),
        1 => format!(
            "- name: g\n  files:\n{}",
            each(count, |n| format!("  - k{n}=big.txt\n"))
        ),
        2 => "- {name: g, envs: [big.txt]}\n".repeat(count),
        3 => format!(
            "- name: g\n  literals:\n{}",
            each(count, |n| format!(
                "  - k{n}={}\n",
                "x".repeat(size / count)
            ))
        ),
        _ => each(count, |n| {
            format!("- {{name: g, behavior: merge, literals: [k{n}=v]}}\n")
        }),
    };
    let word = *random.pick(&["configMapGenerator", "secretGenerator"]);
    tree.file(
        "kustomization.yaml",
        format!("{word}:\n{text}generatorOptions: {{labels: {{a: b}}, immutable: true}}\n"),
    );
    let unit = *random.pick(&["x", "k=v\n", "=\n", "\\", "\u{feff}", "é=é\n"]);
    tree.file("big.txt", unit.repeat(size / unit.len()));
}

fn workload(containers: usize) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a, labels: {{x: y}}}}\nspec:\n  selector: {{matchLabels: {{a: b}}}}\n  template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      containers:\n{}",
        each(containers, |n| format!(
            "      - {{name: c{n}, image: 'i:1', env: [{{name: A, valueFrom: {{configMapKeyRef: {{name: a, key: k}}}}}}]}}\n"
        ))
    )
}

fn labels(random: &mut Random, tree: &mut Tree) {
    let (count, fields) = (random.between(10, 1_000), random.between(1, 300));
    let pairs = each(count, |n| format!("k{n}: v, "));
    let specs = each(fields, |n| {
        format!("{{path: 'spec/a{n}/b[]/c', create: true, kind: Deployment}}, ")
    });
    tree.file(
        "kustomization.yaml",
        format!(
            "resources: [a.yaml]\ncommonLabels: {{{pairs}}}\ncommonAnnotations: {{{pairs}}}\nlabels:\n- {{pairs: {{{pairs}}}, includeSelectors: true, fields: [{specs}]}}\n- {{pairs: {{{pairs}}}, includeTemplates: true}}\nconfigurations: [c.yaml]\nimages:\n{}replicas:\n{}",
            each(count, |n| format!("- {{name: i{n}, newName: i{}, newTag: '2'}}\n", n + 1)),
            each(count, |n| format!("- {{name: a, count: {n}}}\n"))
        ),
    );
    tree.file(
        "c.yaml",
        format!(
            "commonLabels: [{specs}]\nnamePrefix: [{specs}]\nnameReference:\n{}",
            each(fields, |n| format!(
                "- {{kind: K{n}, fieldSpecs: [{specs}]}}\n"
            ))
            .chars()
            .take(400_000)
            .collect::<String>()
        ),
    );
    tree.file("a.yaml", workload(random.between(1, 1_000)));
}

fn transformers(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 300);
    let text = *random.pick(&[
        "apiVersion: builtin\nkind: PrefixSuffixTransformer\nmetadata: {name: NAME}\nprefix: aaaaaaaaaaaaaaaaaaaaaaaaaaaa\nfieldSpecs: [{path: data/key}, {path: metadata/name}]\n",
        "apiVersion: builtin\nkind: ReplacementTransformer\nmetadata: {name: NAME}\nreplacements: [{source: {kind: ConfigMap, fieldPath: data}, targets: [{select: {kind: ConfigMap}, options: {create: true}, fieldPaths: [data.NAME]}]}]\n",
        "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: NAME}\npatch: '[{\"op\": \"copy\", \"from\": \"/data\", \"path\": \"/data/NAME\"}]'\ntarget: {kind: '.*'}\n",
        "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: NAME}\nliterals: [a=b]\n",
        "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: NAME}\nlabels: {a: b}\nfieldSpecs: [{path: data/a/b/c/d/e/f, create: true}]\n",
        "apiVersion: builtin\nkind: ResourceGenerator\nmetadata: {name: NAME}\n",
        "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: NAME}\nname: c\n",
        "apiVersion: acme.example/v1\nkind: Any\nmetadata: {name: NAME, annotations: {config.kubernetes.io/function: 'exec: {path: ./run.sh}'}}\n",
    ]);
    tree.file(
        "t.yaml",
        each(count, |n| {
            format!("---\n{}", text.replace("NAME", &format!("n{n}")))
        }),
    );
    let word = *random.pick(&["transformers", "generators", "validators"]);
    tree.file(
        "kustomization.yaml",
        format!("resources: [a.yaml]\n{word}: [t.yaml]\n"),
    );
    tree.file("a.yaml", settings("a", "b"));
    tree.file("run.sh", "#!/bin/sh\necho > ../../home/written\n");
}

fn references(random: &mut Random, tree: &mut Tree) {
    let count = random.between(10, 3_000);
    let objects = each(count, |n| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec: {{containers: [{{name: a, image: 'a:1', envFrom: [{{configMapRef: {{name: c{n}}}}}, {{secretRef: {{name: c{n}}}}}]}}], serviceAccountName: s{n}}}\n---\n{}",
            settings(&format!("c{}", n % 50), "b")
                .replace("metadata: {", &format!("metadata: {{namespace: n{n}, "))
        )
    });
    tree.file("a.yaml", objects);
    tree.file(
        "kustomization.yaml",
        "namePrefix: a-\nnameSuffix: -b\nresources: [a.yaml]\n",
    );
    tree.file(
        "over/kustomization.yaml",
        "namePrefix: c-\nnamespace: x\nresources: [..]\n",
    );
}

fn variables(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 300);
    let vars = each(count, |n| {
        format!(
            "- {{name: V{n}, objref: {{apiVersion: v1, kind: ConfigMap, name: a}}, fieldref: {{fieldpath: data.key}}}}\n"
        )
    });
    let uses = each(random.between(1, 2_000), |n| format!("$(V{})", n % count));
    tree.file(
        "kustomization.yaml",
        format!("resources: [a.yaml, p.yaml]\nvars:\n{vars}"),
    );
    tree.file("a.yaml", settings("a", &uses));
    tree.file("p.yaml", format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: a, image: 'a:1', args: ['{uses}', '{uses}'], env: [{{name: A, value: '{uses}'}}]}}]}}\n"));
}

fn charts(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 200);
    let text = *random.pick(&["{{ range until 1000 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'a{{ . }}'}\n{{ end }}", "a: {{ .Values | toYaml }}", "{{ fail (toYaml .Values) }}"]);
    tree.file(
        "charts/c/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    );
    tree.file("charts/c/templates/a.yaml", text);
    let values = format!("{}1{}", "{a: ".repeat(100), "}".repeat(100));
    tree.file("kustomization.yaml", format!("helmCharts:\n{}", each(count, |n| format!("- {{name: c, releaseName: r{n}, namespace: n{n}, includeCRDs: true, valuesInline: {values}, additionalValuesFiles: [kustomization.yaml]}}\n"))));
}
