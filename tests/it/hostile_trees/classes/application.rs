//! Applications and ApplicationSets that ask for themselves, or for more than anybody deploys.

use super::{Class, each, settings};
use crate::hostile_trees::tree::Tree;
use crate::random::Random;

pub(super) const CLASSES: &[(&str, Class)] = &[
    (
        "applications: a chart that prints Applications of itself",
        itself,
    ),
    ("applications: folders in a circle", circle),
    ("applications: of the whole repository", whole),
    ("applications: many sources", sources),
    ("application sets: matrices", matrices),
    ("application sets: templates", templates),
    ("application sets: files", files),
    ("flux: circles and substitutions", flux),
];

const REPOSITORY: &str = "https://git.example.org/platform.git";

fn application(name: &str, source: &str) -> String {
    format!(
        "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}, namespace: argocd}}\nspec:\n  project: default\n  destination: {{namespace: ns, server: 'https://kubernetes.default.svc'}}\n  source: {{repoURL: '{REPOSITORY}', {source}}}\n"
    )
}

fn itself(random: &mut Random, tree: &mut Tree) {
    let width = random.between(1, 12);
    let path = format!("{}/chart", tree.home());
    let more = *random.pick(&[
        "helm: {values: 'depth: \"{{ $.Values.depth }}x{{ $n }}\"'}",
        "helm: {parameters: [{name: depth, value: '{{ $.Values.depth }}{{ $n }}'}]}",
        "helm: {releaseName: 'r{{ $n }}'}",
        "helm: {valuesObject: {depth: '{{ repeat 2 $.Values.depth }}{{ $n }}'}}",
        "targetRevision: 'main'",
    ]);
    let name = *random.pick(&["a{{ $n }}", "a-{{ $.Values.depth }}-{{ $n }}"]);
    let text = application(name, &format!("path: '{path}', {more}"));
    tree.file(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    );
    tree.file("chart/values.yaml", "depth: d\n");
    tree.file(
        "chart/templates/a.yaml",
        format!("{{{{ range $n := until {width} }}}}\n{text}{{{{ end }}}}\n"),
    );
    tree.file("root.yaml", application("root", &format!("path: '{path}'")));
}

fn circle(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 300);
    let home = tree.home();
    for at in 0..count {
        let texts = each(random.between(1, 4), |n| {
            application(
                &format!("a{at}-{n}"),
                &format!(
                    "path: {home}/f{}, directory: {{recurse: true}}",
                    (at * 3 + n + 1) % count
                ),
            )
        });
        tree.file(format!("f{at}/a.yaml"), texts);
    }
}

fn whole(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 100);
    let directory = *random.pick(&[
        "path: '.', directory: {recurse: true}",
        "path: '', directory: {recurse: true, include: '**/*'}",
        "path: '../..'",
        "path: '.', directory: {recurse: true, exclude: '{a,b{c,d{e,f}}}*', include: '{*,**}{*,**}{*,**}{*,**}{*,**}{*,**}{*,**}{*,**}'}",
        "path: '.', directory: {jsonnet: {libs: [.]}}",
        "path: '/etc'",
        "path: '.', plugin: {name: p}",
    ]);
    tree.file(
        "a.yaml",
        each(count, |n| application(&format!("a{n}"), directory)),
    );
    tree.file("b/settings.yaml", settings("b", "c"));
}

fn sources(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 300);
    let all = each(count, |n| {
        format!(
            "  - {{repoURL: '{REPOSITORY}', path: {}/chart, ref: r{n}, helm: {{valueFiles: ['$r{}/{}/chart/values.yaml', '../values.yaml', '/../../secret.txt', '$r{n}/../../../secret.txt', 'http://127.0.0.1:9/v'], fileParameters: [{{name: a, path: ../../../secret.txt}}], ignoreMissingValueFiles: true}}}}\n",
            tree.home(),
            (n + 1) % count,
            tree.home()
        )
    });
    let head = application("a", "path: x")
        .lines()
        .take(6)
        .map(|line| line.to_owned() + "\n")
        .collect::<String>();
    tree.file("a.yaml", format!("{head}  sources:\n{all}"));
    tree.file(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    );
    tree.file("chart/values.yaml", "a: b\n");
    tree.file("chart/templates/a.yaml", settings("a", "'{{ .Values.a }}'"));
}

fn set(generators: &str, name: &str, template: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: set}}\nspec:\n  goTemplate: true\n  generators:\n{generators}  template:\n    metadata: {{name: '{name}'}}\n    spec: {{project: default, destination: {{namespace: ns, name: c}}, source: {{repoURL: '{REPOSITORY}', path: '{template}'}}}}\n"
    )
}

fn matrices(random: &mut Random, tree: &mut Tree) {
    let (depth, size) = (random.between(1, 5), random.between(2, 3_000));
    let list = |key: usize| {
        format!(
            "{{list: {{elements: [{}]}}}}",
            each(size, |n| format!("{{k{key}: '{n}'}}, "))
        )
    };
    let word = *random.pick(&["matrix", "merge"]);
    let keys = if word == "merge" {
        "mergeKeys: [k0], "
    } else {
        ""
    };
    let mut generator = list(0);
    for level in 1..depth {
        generator = format!(
            "{{{word}: {{{keys}generators: [{generator}, {}]}}}}",
            list(if word == "merge" { 0 } else { level })
        );
    }
    tree.file(
        "set.yaml",
        set(&format!("  - {generator}\n"), "a-{{ .k0 }}", "f/{{ .k0 }}"),
    );
    tree.file("f/0/a.yaml", settings("a", "b"));
}

fn templates(random: &mut Random, tree: &mut Tree) {
    let n = random.between(10, 10_000_000);
    let name = random
        .pick(&[
            format!("{{{{ repeat {n} \"a\" }}}}"),
            format!("{{{{ range until {n} }}}}{{{{ range until {n} }}}}{{{{ end }}}}{{{{ end }}}}"),
            "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}".to_owned(),
            format!("{{{{ sha256sum (repeat {n} \"a\") }}}}"),
            format!("{{{{ printf \"%{n}d\" 1 }}}}"),
            "{{ . | toJson }}{{ toYaml . }}".to_owned(),
            "{{ slugify 99999 true (repeat 100000 \"a-\") }}".to_owned(),
            "{{".to_owned(),
            "{{ (index . 99) }}{{ .a.b.c }}".to_owned(),
        ])
        .clone();
    let elements = each(random.between(1, 300), |at| format!("{{a: '{at}'}}, "));
    tree.file(
        "set.yaml",
        set(
            &format!("  - {{list: {{elements: [{elements}]}}}}\n"),
            &name.replace('\'', "''"),
            &name.replace('\'', "''"),
        ),
    );
}

fn files(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 500);
    let pattern = *random.pick(&[
        "**",
        "**/*.yaml",
        "{a,b,*}{*,**}/**/**/**/*",
        "../../**",
        "/**",
        "*/*/*",
        "[a-z",
        "c/**/config.json",
    ]);
    let generators = format!(
        "  - {{git: {{repoURL: '{REPOSITORY}', revision: HEAD, files: [{{path: '{pattern}'}}, {{path: '{pattern}', exclude: true}}, {{path: '{pattern}'}}], values: {{a: '{{{{ .path }}}}', b: '{{{{ toJson . }}}}'}}}}}}\n  - {{git: {{repoURL: '{REPOSITORY}', revision: HEAD, directories: [{{path: '{pattern}'}}]}}}}\n  - {{matrix: {{generators: [{{git: {{repoURL: '{REPOSITORY}', revision: HEAD, files: [{{path: '{pattern}'}}]}}}}, {{git: {{repoURL: '{REPOSITORY}', revision: HEAD, directories: [{{path: '{pattern}'}}]}}}}]}}}}\n  - {{clusters: {{}}}}\n  - {{pullRequest: {{github: {{owner: a, repo: b}}}}}}\n"
    );
    tree.file(
        "set.yaml",
        set(&generators, "{{ .path.basename }}", "{{ .path.path }}"),
    );
    for at in 0..count {
        tree.file(
            format!("c/{at}/config.json"),
            format!(
                "[{{\"a\": {at}}}, {{\"a\": [{}1]}}]",
                "1, ".repeat(random.below(50))
            ),
        );
    }
}

fn flux(random: &mut Random, tree: &mut Tree) {
    let count = random.between(1, 60);
    let (most, some) = (random.between(1, 20_000), random.between(1, 100));
    let variable = random
        .pick(&[
            "${a:=${b:=${c}}}".to_owned(),
            "${a}".repeat(most),
            "${".repeat(most),
            "${a//a/aaaaaaaaaa}".repeat(some),
            "${a:0:99999999999999999999}${a: -1}${#a}${a^^}".to_owned(),
            "${a/${a}/${a}}".to_owned(),
        ])
        .clone();
    let home = tree.home();
    let value = "a".repeat(random.between(1, 200_000));
    for at in 0..count {
        tree.file(
            format!("k{at}/flux.yaml"),
            format!("apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: k{at}, namespace: flux-system}}\nspec:\n  interval: 1h\n  prune: true\n  path: ./{home}/k{}\n  dependsOn: [{{name: k{}}}]\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n  postBuild: {{substitute: {{a: '{value}', b: '${{a}}${{a}}'}}, substituteFrom: [{{kind: ConfigMap, name: s}}]}}\n  patches: [{{patch: '[{{\"op\": \"copy\", \"from\": \"/data\", \"path\": \"/data/x\"}}]', target: {{kind: ConfigMap}}}}]\n---\n{}", (at + 1) % count, (at + 1) % count, settings("s", &format!("'{variable}'"))),
        );
    }
}
