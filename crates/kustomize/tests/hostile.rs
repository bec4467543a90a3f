//! Whatever a repository holds: no hang, no memory without bound, and a fault where it was asked
//! for too much. What takes long is counted, not timed.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

use camino::Utf8Path;
use kustomize::{NoCharts, Options, accumulate_within, finish_within, load, print};
use manifest::{Amounts, Budget, Fault, FaultKind, Memory};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels: {a: b}\nspec:\n  containers:\n  - {name: c, image: i}\n";

/// A tenth of what there is otherwise, so that reaching it takes no longer than a test may.
const LIMITS: Amounts = Amounts {
    objects: 20_000,
    nodes: 400_000,
    bytes: 25 << 20,
    steps: 2_000_000,
    charts: 200,
};

/// What building a folder takes, or why it does not build.
fn build(files: &Memory, folder: &str) -> Result<(Amounts, String), Vec<Fault>> {
    let budget = Budget::new(LIMITS);
    let options = Options::default();
    let kustomization = load(files, Utf8Path::new(folder), options)?;
    let none = |_: &Utf8Path| None;
    let accumulated = accumulate_within(files, &kustomization, &none, &NoCharts, options, &budget)?;
    let taken = budget.spent();
    let objects = finish_within(&accumulated, options, &Budget::new(LIMITS))?;
    Ok((taken, print(&objects)?))
}

fn steps(files: &Memory, folder: &str) -> u64 {
    build(files, folder).unwrap().0.steps
}

/// Where the first fault stands and what it says.
fn told(files: &Memory, folder: &str) -> String {
    let faults = build(files, folder).unwrap_err();
    let fault = &faults[0];
    let place = fault.at.as_ref().map_or_else(String::new, |at| {
        format!("{}:{}", at.path(), at.start().line)
    });
    format!("{:?} {place} {}", fault.kind, fault.message)
}

/// Two variants of the level below at each level.
fn doubled(levels: usize) -> Memory {
    let mut files = Memory::from_iter([
        ("l0/kustomization.yaml", "resources: [p.yaml]\n"),
        ("l0/p.yaml", POD),
    ]);
    for level in 1..=levels {
        for side in ["a", "b"] {
            let text = format!("namePrefix: {side}-\nresources: [../l{}]\n", level - 1);
            files.insert(format!("l{level}{side}/kustomization.yaml"), text);
        }
        let text = format!("resources: [../l{level}a, ../l{level}b]\n");
        files.insert(format!("l{level}/kustomization.yaml"), text);
    }
    files
}

#[test]
fn variants_of_variants() {
    let files = doubled(8);
    assert_eq!(
        build(&files, "l8").unwrap().1.matches("kind: Pod").count(),
        256
    );
    insta::assert_snapshot!(told(&doubled(40), "l40"), @"Limit l9b/kustomization.yaml:2 more than 20,000 objects are made");
}

#[test]
fn bases_without_end() {
    let mut files = Memory::from_iter([
        ("l0/kustomization.yaml", "resources: [p.yaml]\n"),
        ("l0/p.yaml", POD),
    ]);
    for level in 1..=300 {
        let text = format!("resources: [../l{}]\n", level - 1);
        files.insert(format!("l{level}/kustomization.yaml"), text);
    }
    let at = |level: usize| steps(&files, &format!("l{level}"));
    let (once, twice, four) = (at(50), at(100), at(200));
    assert_eq!((twice - once) * 2, four - twice);
    insta::assert_snapshot!(told(&files, "l300"), @"Limit l44/kustomization.yaml:1 more than 256 kustomizations build on one another");
}

#[test]
fn prefixes_of_prefixes() {
    let mut files = Memory::from_iter([("l0/kustomization.yaml", "resources: [p.yaml]\n")]);
    let pods: Vec<String> = (0..20)
        .map(|n| POD.replace("name: p", &format!("name: p{n}")))
        .collect();
    files.insert("l0/p.yaml", pods.join("---\n"));
    let prefix = "x".repeat(5_000);
    for level in 1..=129 {
        let text = format!("namePrefix: {prefix}\nresources: [../l{}]\n", level - 1);
        files.insert(format!("l{level}/kustomization.yaml"), text);
    }
    assert!(build(&files, "l10").is_ok());
    insta::assert_snapshot!(told(&files, "l129"), @"Limit l16/kustomization.yaml:1 more than 25 MiB of text are made");
}

/// A folder that links to itself, as two resources: without the paths behind links it would be
/// two to the power of as many levels as there may be.
#[test]
fn links_in_circles() {
    let mut files = Memory::from_iter([("a/kustomization.yaml", "resources: [b, c]\n")]);
    files.link("a/b", "a");
    files.link("a/c", "a");
    insta::assert_snapshot!(told(&files, "a"), @"Cycle a/kustomization.yaml:1 the kustomization refers to itself");
    let mut files = Memory::from_iter([
        ("a/kustomization.yaml", "components: [b]\n"),
        (
            "k/kustomization.yaml",
            "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\ncomponents: [again]\n",
        ),
    ]);
    files.link("a/b", "k");
    files.link("k/again", "k");
    insta::assert_snapshot!(told(&files, "a"), @"Cycle k/kustomization.yaml:3 the kustomization refers to itself");
}

#[test]
fn components_of_components() {
    let mut files = Memory::from_iter([
        ("a/kustomization.yaml", "components: [../k0, ../k0]\n"),
        ("a/p.yaml", POD),
    ]);
    let head = "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\n";
    for level in 0..40 {
        let next = level + 1;
        let text = format!("{head}components: [../k{next}, ../k{next}]\n");
        files.insert(format!("k{level}/kustomization.yaml"), text);
    }
    files.insert("k40/kustomization.yaml", format!("{head}namePrefix: x-\n"));
    insta::assert_snapshot!(told(&files, "a"), @"Limit k37/kustomization.yaml:3 more than 2000 components are included");
}

/// Folders that configure each other's generators: the ways through them are without number.
#[test]
fn generators_of_generators() {
    let mut files = Memory::default();
    for folder in 0..60 {
        let [a, b, c] = [1, 7, 16].map(|step| (folder + step) % 60);
        let text = format!("generators: [../f{a}, ../f{b}, ../f{c}]\n");
        files.insert(format!("f{folder}/kustomization.yaml"), text);
    }
    let faults = build(&files, "f0").unwrap_err();
    assert!(faults.iter().any(|fault| fault.kind == FaultKind::Limit));
}

/// A replacement that puts a mapping into itself, again and again.
fn into_itself(times: usize) -> Memory {
    let mut text = "resources: [m.yaml]\nreplacements:\n".to_owned();
    for n in 0..times {
        text += &format!(
            "- source: {{kind: ConfigMap, name: m, fieldPath: data}}\n  targets:\n  - select: {{kind: ConfigMap}}\n    fieldPaths: [data.n{n}]\n    options: {{create: true}}\n"
        );
    }
    Memory::from_iter([
        ("a/kustomization.yaml", text.as_str()),
        (
            "a/m.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}\n",
        ),
    ])
}

#[test]
fn values_put_into_themselves() {
    assert!(build(&into_itself(10), "a").is_ok());
    insta::assert_snapshot!(told(&into_itself(40), "a"), @"Limit a/kustomization.yaml:88 more than 400,000 values are made");
    insta::assert_snapshot!(told(&into_itself(1_000), "a"), @"Limit a/kustomization.yaml:88 more than 400,000 values are made");
}

/// A pod in a file, and a kustomization with this text.
fn pod(text: &str) -> Memory {
    let all = format!("resources: [p.yaml]\n{text}");
    Memory::from_iter([("a/kustomization.yaml", all.as_str()), ("a/p.yaml", POD)])
}

/// That something takes as many steps for each of `n`, `2n` and `4n`.
#[track_caller]
fn grows_evenly(taken: impl Fn(usize) -> Amounts) {
    let n = 1_000;
    let [once, twice, four] = [1, 2, 4].map(|times| taken(n * times));
    for unit in manifest::Unit::ALL {
        let [once, twice, four] = [once, twice, four].map(|taken| taken.get(unit));
        let (first, second) = (twice - once, four - twice);
        assert!(second <= first * 2 + 100, "{unit:?}: {once} {twice} {four}");
    }
}

#[test]
fn many_labels_annotations_and_patched_keys() {
    let keys = |count: usize, line: &str| -> String {
        (0..count)
            .map(|n| line.replace('#', &n.to_string()))
            .collect()
    };
    let taken = |text: String| build(&pod(&text), "a").unwrap().0;
    grows_evenly(|n| taken(format!("commonAnnotations:\n{}", keys(n, "  k#: v\n"))));
    grows_evenly(|n| taken(format!("commonLabels:\n{}", keys(n, "  k#: v\n"))));
    let patch = |n| {
        let keys = keys(n, "          k#: v\n");
        format!(
            "patches:\n- patch: |\n    apiVersion: v1\n    kind: Pod\n    metadata:\n      name: p\n      annotations:\n{keys}"
        )
    };
    grows_evenly(|n| taken(patch(n)));
    let numbers = |n| {
        let keys = keys(n, "          k#: 1\n");
        format!(
            "patches:\n- target: {{kind: Pod}}\n  patch: |\n    apiVersion: v1\n    kind: Pod\n    metadata:\n      name: p\n      annotations:\n{keys}"
        )
    };
    grows_evenly(|n| taken(numbers(n)));
}

#[test]
fn many_generated_entries() {
    let literals = |n: usize| -> String { (0..n).map(|n| format!("  - k{n}=v\n")).collect() };
    let taken = |n| {
        let once = format!("- name: m\n  literals:\n{}", literals(n));
        let base = format!("configMapGenerator:\n{once}");
        let again = once.replace("- name: m\n", "- name: m\n  behavior: merge\n");
        let over = format!("resources: [../b]\nconfigMapGenerator:\n{again}");
        let files = Memory::from_iter([
            ("b/kustomization.yaml", base),
            ("a/kustomization.yaml", over),
        ]);
        build(&files, "a").unwrap().0
    };
    grows_evenly(taken);
}

#[test]
fn faults_of_a_large_configuration() {
    let unknown: String = (0..20_000).map(|n| format!("unknown{n}: x\n")).collect();
    let faults = build(&pod(&unknown), "a").unwrap_err();
    assert_eq!(faults.len(), 20_000);
    let twice = "a: 1\n".repeat(20_000);
    let text = format!("apiVersion: v1\nkind: A\nmetadata: {{name: a}}\n{twice}");
    let files = Memory::from_iter([
        ("a/kustomization.yaml", "resources: [p.yaml]\n"),
        ("a/p.yaml", text.as_str()),
    ]);
    assert_eq!(build(&files, "a").unwrap_err().len(), 1_001);
}

#[test]
fn products_of_patches_and_objects() {
    let many: Vec<String> = (0..1_000)
        .map(|n| POD.replace("name: p", &format!("name: p{n}")))
        .collect();
    let patch = "- target: {kind: Pod}\n  patch: |\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: x, labels: {a: c}}\n";
    let text = format!("resources: [p.yaml]\npatches:\n{}", patch.repeat(1_000));
    let files = Memory::from_iter([
        ("a/kustomization.yaml", text),
        ("a/p.yaml", many.join("---\n")),
    ]);
    insta::assert_snapshot!(told(&files, "a"), @"Limit a/kustomization.yaml:288 more than 400,000 values are made");
}

#[test]
fn text_put_in_again_and_again() {
    let large = "x".repeat(100_000);
    let uses = "$(V)".repeat(10_000);
    let text = "resources: [p.yaml]\nvars:\n- name: V\n  objref: {apiVersion: v1, kind: ConfigMap, name: m}\n  fieldref: {fieldpath: data.a}\n";
    let objects = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata:\n  a: {large}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - {{name: c, image: i, args: ['{uses}']}}\n"
    );
    let files = Memory::from_iter([
        ("a/kustomization.yaml", text),
        ("a/p.yaml", objects.as_str()),
    ]);
    insta::assert_snapshot!(told(&files, "a"), @"Limit a/kustomization.yaml:1 more than 25 MiB of text are made");
}

/// Each generator finds what is wrong with a file that all of them read.
#[test]
fn a_faulty_file_read_again_and_again() {
    let generators = "- {name: g, envs: [all.env]}\n".repeat(300);
    let text = format!("configMapGenerator:\n{generators}");
    let lines = "k=v\n".repeat(600);
    let files = Memory::from_iter([
        ("a/kustomization.yaml", text.as_str()),
        ("a/all.env", lines.as_str()),
    ]);
    let faults = build(&files, "a").unwrap_err();
    assert_eq!(faults.len(), 2 * 599);
}

/// A limit ends one build; what is asked for besides is not touched.
#[test]
fn other_builds_go_on() {
    let mut files = doubled(40);
    files.insert("ok/kustomization.yaml", "resources: [p.yaml]\n");
    files.insert("ok/p.yaml", POD);
    let alone = build(&pod(""), "a").unwrap();
    let faults = build(&files, "l40").unwrap_err();
    assert!(faults.iter().all(|fault| fault.kind == FaultKind::Limit));
    assert_eq!(build(&files, "ok").unwrap(), alone);
}
