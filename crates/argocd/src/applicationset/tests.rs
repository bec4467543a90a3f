use std::collections::{BTreeMap, BTreeSet};

use manifest::{Kind, Location, Memory, Snapshot, Source, print};
use spanned_yaml::{NodeId, Span, Tree};

use super::*;

/// A repository in which everything stands: `set.yaml`, `clusters.yaml`, and what generators read.
struct Here {
    files: Memory,
    clusters: Vec<Cluster>,
}

impl World for Here {
    fn repository(&self, url: &str, _revision: &str) -> Option<&dyn Snapshot> {
        (url != "elsewhere").then_some(&self.files as &dyn Snapshot)
    }

    fn clusters(&self) -> Option<&[Cluster]> {
        Some(&self.clusters)
    }

    fn has_project(&self, name: &str) -> bool {
        name != "nowhere"
    }
}

impl Here {
    fn new(files: &[(&str, &str)]) -> Self {
        let files = Memory::from_iter(files.iter().copied());
        let clusters = match files.source("clusters.yaml".into()) {
            Ok(source) => source.documents().documents,
            Err(_) => Vec::new(),
        };
        let clusters = clusters.iter();
        let of = |secret: &Node| Cluster::from_secret(secret.view(), Dialect::Kubectl);
        let clusters = clusters.filter_map(of).collect();
        Self { files, clusters }
    }

    fn generate(&self) -> Result<Generated, Vec<Fault>> {
        let source = self.files.source("set.yaml".into()).unwrap();
        let document = source.documents().documents.remove(0);
        generate(&document, self, Options::default())
    }
}

fn place(at: &Location) -> String {
    let start = at.start();
    format!("{}:{}:{}", at.path(), start.line, start.column)
}

fn told(fault: &Fault) -> String {
    let at = fault.at.as_ref().map(place).unwrap_or_default();
    let mut text = format!("{at}: {}\n", fault.message);
    for (what, at) in &fault.related {
        text += &format!("  {what}: {}\n", place(at));
    }
    text
}

/// What is generated, or why nothing is.
fn check(files: &[(&str, &str)]) -> String {
    match Here::new(files).generate() {
        Ok(generated) => {
            let mut text = String::new();
            for application in &generated.applications {
                text += &print(application.node.view()).unwrap();
                text += "---\n";
            }
            for refused in &generated.refused {
                text += &format!("refused: {:?}\n", refused.why);
            }
            for unknown in &generated.unknown {
                let at = unknown.at.as_ref().map(|src| place(&src.locate()));
                text += &format!("unknown: {} {}\n", unknown.what, at.unwrap_or_default());
            }
            text
        }
        Err(faults) => faults.iter().map(told).collect(),
    }
}

/// Every text of an Application by its path, with the places of its pieces and of the keys that
/// lead to it.
fn fields(
    view: View<'_>,
    path: &str,
    keys: &[Location],
    all: &mut BTreeMap<String, (String, Vec<Location>)>,
) {
    match view.kind() {
        Kind::Map => {
            for entry in view.entries() {
                let mut keys = keys.to_vec();
                if matches!(entry.key, View::Made(made) if !made.parts.is_empty()) {
                    keys.extend(places(entry.key));
                }
                let path = format!("{path}.{}", entry.key.text());
                fields(entry.value, &path, &keys, all);
            }
        }
        Kind::Seq => {
            for (index, item) in view.items().enumerate() {
                fields(item, &format!("{path}[{index}]"), keys, all);
            }
        }
        _ => {
            let mut places = places(view);
            places.extend_from_slice(keys);
            all.insert(path.to_owned(), (view.text().to_owned(), places));
        }
    }
}

fn places(scalar: View<'_>) -> Vec<Location> {
    match scalar {
        View::Made(made) if made.parts.is_empty() => {
            made.step.by.iter().map(|by| by.locate()).collect()
        }
        View::Made(made) => {
            let parts = made.parts.iter();
            parts.map(|part| part.from.locate_part(part.of)).collect()
        }
        _ => scalar.origin().map_or(Vec::new(), |src| src.locate_all()),
    }
}

fn all_fields(generated: &Generated) -> BTreeMap<String, (String, Vec<Location>)> {
    let mut all = BTreeMap::new();
    for (index, application) in generated.applications.iter().enumerate() {
        fields(application.node.view(), &index.to_string(), &[], &mut all);
    }
    all
}

/// Each text, and which bytes brought it.
fn origins(files: &[(&str, &str)]) -> String {
    let generated = Here::new(files).generate().unwrap();
    let mut text = String::new();
    for (path, (value, places)) in all_fields(&generated) {
        let places: Vec<String> = places.iter().map(place).collect();
        text += &format!("{path}: {value} <- {}\n", places.join(" "));
    }
    text
}

/// The texts below a node of a file.
fn leaves(source: &std::sync::Arc<Source>, node: NodeId, all: &mut Vec<Span>) {
    let tree = &source.tree;
    match tree.kind(node) {
        Kind::Map => {
            for (_, value) in tree.entries(node) {
                leaves(source, value, all);
            }
        }
        Kind::Seq => {
            for item in tree.items(node) {
                leaves(source, item, all);
            }
        }
        _ => all.push(tree.span(node)),
    }
}

/// Changes one text after the other, below a key of a file or all of it: exactly those fields
/// change that say that they came from there.
fn perturb(files: &[(&str, &str)], path: &str, below: Option<&str>) -> usize {
    let here = Here::new(files);
    let before = all_fields(&here.generate().unwrap());
    let source = here.files.source(path.into()).unwrap();
    let mut spans = Vec::new();
    for root in source.tree.documents() {
        let start = below.map_or(Some(root), |key| find(&source.tree, root, key));
        if let Some(start) = start {
            leaves(&source, start, &mut spans);
        }
    }
    let mut compared = 0;
    for span in spans {
        let text = source.tree.text();
        let start = span.start as usize + usize::from(text[span.range()].starts_with(['"', '\'']));
        let changed = format!("{}x{}", &text[..start], &text[start..]);
        let mut files: Vec<(&str, &str)> = files.to_vec();
        files.retain(|(name, _)| *name != path);
        files.push((path, &changed));
        let after = all_fields(&Here::new(&files).generate().unwrap());
        let claims = |(field, (_, places)): (&String, &(String, Vec<Location>))| {
            let is_there = |at: &Location| {
                at.path() == path && at.span.start < span.end && span.start < at.span.end
            };
            places.iter().any(is_there).then(|| field.clone())
        };
        let claimed: BTreeSet<String> = before.iter().filter_map(claims).collect();
        let differs = before
            .iter()
            .filter(|(field, (value, _))| after.get(*field).is_none_or(|(now, _)| now != value));
        let differs: BTreeSet<String> = differs.map(|(field, _)| field.clone()).collect();
        assert_eq!(claimed, differs, "{path} {:?}", &text[span.range()]);
        compared += claimed.len();
    }
    compared
}

/// The value under a key, wherever it stands first.
fn find(tree: &Tree, node: NodeId, key: &str) -> Option<NodeId> {
    if let Some(found) = tree.get(node, key) {
        return Some(found);
    }
    let mut children = tree.children(node);
    children.find_map(|child| find(tree, child, key))
}

const SET: &str = "\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set, namespace: argocd}
spec:
";

fn set(rest: &str) -> String {
    format!("{SET}{rest}")
}

#[test]
fn each_piece_knows_the_element_or_the_template() {
    let text = set("  goTemplate: true
  generators:
  - list:
      elements:
      - {name: api, tier: web}
  template:
    metadata:
      name: '{{.name}}-app'
      labels: {tier: '{{.tier | upper}}', team: ops}
    spec:
      project: default
      source: {repoURL: r, path: 'apps/{{.name}}/{{.tier}}'}
");
    insta::assert_snapshot!(origins(&[("set.yaml", &text)]), @r"
    0.apiVersion: argoproj.io/v1alpha1 <- set.yaml:10:3
    0.kind: Application <- set.yaml:10:3
    0.metadata.finalizers[0]: resources-finalizer.argocd.argoproj.io <- set.yaml:10:3
    0.metadata.labels.team: ops <- set.yaml:13:49
    0.metadata.labels.tier: WEB <- set.yaml:9:27
    0.metadata.name: api-app <- set.yaml:9:16
    0.metadata.namespace: argocd <- set.yaml:3:34
    0.spec.project: default <- set.yaml:15:16
    0.spec.source.path: apps/api/web <- set.yaml:9:16 set.yaml:9:27
    0.spec.source.repoURL: r <- set.yaml:16:25
    ");
}

#[test]
fn the_template_is_what_a_text_was() {
    let text = set("  generators:
  - list: {elements: [{name: api}]}
  template:
    metadata: {name: '{{name}}-app'}
    spec: {project: p}
");
    let generated = Here::new(&[("set.yaml", &text)]).generate().unwrap();
    let application = generated.applications[0].node.view();
    let name = application.get("metadata").unwrap().entry("name").unwrap();
    let was = &name.was.unwrap().node;
    assert_eq!(was.view().text(), "{{name}}-app");
    assert_eq!(
        place(&was.view().origin().unwrap().locate()),
        "set.yaml:8:22"
    );
    let from = &generated.applications[0].from[0];
    assert_eq!(place(&from.locate()), "set.yaml:6:23");
}

const CLUSTERS: &str = "\
kind: Secret
metadata: {name: a, labels: {argocd.argoproj.io/secret-type: cluster, env: prod}}
stringData: {name: prod-eu, server: 'https://eu'}
---
kind: Secret
metadata: {name: b, labels: {argocd.argoproj.io/secret-type: cluster, env: dev}}
data: {name: ZGV2, server: aHR0cHM6Ly9kZXY=}
";

const MATRIX: &str = "  goTemplate: true
  generators:
  - matrix:
      generators:
      - clusters:
          selector: {matchExpressions: [{key: env, operator: Exists}]}
          values: {full: 'c-{{.name}}'}
      - git:
          repoURL: r
          revision: HEAD
          files: [{path: 'config/{{.metadata.labels.env}}/*.yaml'}]
  template:
    metadata:
      name: '{{.name}}-{{.app}}'
      annotations: {'x/{{.app}}': '{{.values.full}} {{.path.filename}}'}
    spec:
      project: default
      source:
        repoURL: r
        targetRevision: '{{.image.tag}}'
        path: apps
        helm: {valuesObject: {image: {tag: '{{.image.tag}}'}, replicas: 3}}
      destination: {server: '{{.server}}', namespace: '{{.app | trunc 3}}'}
  templatePatch: |
    spec:
      info:
      - {name: owner, value: '{{.owner}} of {{.app}}'}
";

const CONFIG: &[(&str, &str)] = &[
    (
        "config/prod/a.yaml",
        "app: shop\nowner: ann\nimage: {tag: v1}\n",
    ),
    (
        "config/dev/b.yaml",
        "- {app: cart, owner: bob, image: {tag: v2}}\n- {app: mail, owner: eve, image: {tag: 'v3'}}\n",
    ),
];

#[test]
fn a_matrix_of_clusters_and_files() {
    let text = set(MATRIX);
    let mut files = vec![("set.yaml", &*text), ("clusters.yaml", CLUSTERS)];
    files.extend(CONFIG);
    insta::assert_snapshot!(origins(&files), @r"
    0.apiVersion: argoproj.io/v1alpha1 <- set.yaml:16:3
    0.kind: Application <- set.yaml:16:3
    0.metadata.annotations.x/shop: c-prod-eu a.yaml <- set.yaml:11:27 clusters.yaml:3:20 config/prod/a.yaml:1:1 config/prod/a.yaml:1:6
    0.metadata.finalizers[0]: resources-finalizer.argocd.argoproj.io <- set.yaml:16:3
    0.metadata.name: prod-eu-shop <- clusters.yaml:3:20 config/prod/a.yaml:1:6
    0.metadata.namespace: argocd <- set.yaml:3:34
    0.spec.destination.namespace: sho <- config/prod/a.yaml:1:6
    0.spec.destination.server: https://eu <- clusters.yaml:3:38
    0.spec.info[0].name: owner <- set.yaml:31:16
    0.spec.info[0].value: ann of shop <- set.yaml:31:30 config/prod/a.yaml:2:8 set.yaml:31:41 config/prod/a.yaml:1:6 set.yaml:31:53
    0.spec.project: default <- set.yaml:21:16
    0.spec.source.helm.valuesObject.image.tag: v1 <- config/prod/a.yaml:3:14
    0.spec.source.helm.valuesObject.replicas: 3 <- set.yaml:26:73
    0.spec.source.path: apps <- set.yaml:25:15
    0.spec.source.repoURL: r <- set.yaml:23:18
    0.spec.source.targetRevision: v1 <- config/prod/a.yaml:3:14
    1.apiVersion: argoproj.io/v1alpha1 <- set.yaml:16:3
    1.kind: Application <- set.yaml:16:3
    1.metadata.annotations.x/cart: c-dev b.yaml <- set.yaml:11:27 clusters.yaml:7:14 config/dev/b.yaml:1:1 config/dev/b.yaml:1:9
    1.metadata.finalizers[0]: resources-finalizer.argocd.argoproj.io <- set.yaml:16:3
    1.metadata.name: dev-cart <- clusters.yaml:7:14 config/dev/b.yaml:1:9
    1.metadata.namespace: argocd <- set.yaml:3:34
    1.spec.destination.namespace: car <- config/dev/b.yaml:1:9
    1.spec.destination.server: https://dev <- clusters.yaml:7:28
    1.spec.info[0].name: owner <- set.yaml:31:16
    1.spec.info[0].value: bob of cart <- set.yaml:31:30 config/dev/b.yaml:1:22 set.yaml:31:41 config/dev/b.yaml:1:9 set.yaml:31:53
    1.spec.project: default <- set.yaml:21:16
    1.spec.source.helm.valuesObject.image.tag: v2 <- config/dev/b.yaml:1:40
    1.spec.source.helm.valuesObject.replicas: 3 <- set.yaml:26:73
    1.spec.source.path: apps <- set.yaml:25:15
    1.spec.source.repoURL: r <- set.yaml:23:18
    1.spec.source.targetRevision: v2 <- config/dev/b.yaml:1:40
    2.apiVersion: argoproj.io/v1alpha1 <- set.yaml:16:3
    2.kind: Application <- set.yaml:16:3
    2.metadata.annotations.x/mail: c-dev b.yaml <- set.yaml:11:27 clusters.yaml:7:14 config/dev/b.yaml:1:1 config/dev/b.yaml:2:9
    2.metadata.finalizers[0]: resources-finalizer.argocd.argoproj.io <- set.yaml:16:3
    2.metadata.name: dev-mail <- clusters.yaml:7:14 config/dev/b.yaml:2:9
    2.metadata.namespace: argocd <- set.yaml:3:34
    2.spec.destination.namespace: mai <- config/dev/b.yaml:2:9
    2.spec.destination.server: https://dev <- clusters.yaml:7:28
    2.spec.info[0].name: owner <- set.yaml:31:16
    2.spec.info[0].value: eve of mail <- set.yaml:31:30 config/dev/b.yaml:2:22 set.yaml:31:41 config/dev/b.yaml:2:9 set.yaml:31:53
    2.spec.project: default <- set.yaml:21:16
    2.spec.source.helm.valuesObject.image.tag: v3 <- config/dev/b.yaml:2:41
    2.spec.source.helm.valuesObject.replicas: 3 <- set.yaml:26:73
    2.spec.source.path: apps <- set.yaml:25:15
    2.spec.source.repoURL: r <- set.yaml:23:18
    2.spec.source.targetRevision: v3 <- config/dev/b.yaml:2:41
    ");
    assert_eq!(perturb(&files, "config/prod/a.yaml", None), 7);
    assert_eq!(perturb(&files, "config/dev/b.yaml", None), 14);
    assert_eq!(perturb(&files, "clusters.yaml", Some("stringData")), 3);
}

#[test]
fn only_what_claims_an_element_changes_with_it() {
    let elements = "      elements:
      - {name: api, tier: web, repo: r1}
      - {name: db, tier: \"core\", repo: r2}
";
    let template = "  template:
    metadata: {name: '{{name}}-{{tier}}', labels: {tier: '{{tier}}', all: x}}
    spec:
      project: default
      source: {repoURL: '{{repo}}', path: 'apps/{{name}}', helm: {valueFiles: [values.yaml, 'values-{{tier}}.yaml']}}
";
    let text = set(&format!("  generators:\n  - list:\n{elements}{template}"));
    assert_eq!(
        perturb(&[("set.yaml", &text)], "set.yaml", Some("elements")),
        12
    );
    let yaml = elements
        .replace("elements:", "elementsYaml: |")
        .replace("      - ", "        - ");
    let text = set(&format!("  generators:\n  - list:\n{yaml}{template}"));
    let origins = origins(&[("set.yaml", &text)]);
    insta::assert_snapshot!(origins.lines().filter(|l| l.contains("name:")).collect::<Vec<_>>().join("\n"), @r"
    0.metadata.name: api-web <- set.yaml:8:18 set.yaml:8:29
    1.metadata.name: db-core <- set.yaml:9:18 set.yaml:9:29
    ");
}

#[test]
fn what_a_first_generator_brings_is_traced_through_the_second() {
    let text = set("  goTemplate: true
  generators:
  - matrix:
      generators:
      - list: {elements: [{env: dev}, {env: prod}]}
      - list:
          elements: [{name: 'api-{{.env}}', '{{.env}}-key': 'on'}]
  template:
    metadata: {name: 'app-{{.name}}', labels: {env: '{{.env}}'}}
    spec: {project: p}
");
    insta::assert_snapshot!(origins(&[("set.yaml", &text)]), @r"
    0.apiVersion: argoproj.io/v1alpha1 <- set.yaml:12:3
    0.kind: Application <- set.yaml:12:3
    0.metadata.finalizers[0]: resources-finalizer.argocd.argoproj.io <- set.yaml:12:3
    0.metadata.labels.env: dev <- set.yaml:9:33
    0.metadata.name: app-api-dev <- set.yaml:11:30 set.yaml:9:33
    0.metadata.namespace: argocd <- set.yaml:3:34
    0.spec.project: p <- set.yaml:14:21
    1.apiVersion: argoproj.io/v1alpha1 <- set.yaml:12:3
    1.kind: Application <- set.yaml:12:3
    1.metadata.finalizers[0]: resources-finalizer.argocd.argoproj.io <- set.yaml:12:3
    1.metadata.labels.env: prod <- set.yaml:9:45
    1.metadata.name: app-api-prod <- set.yaml:11:30 set.yaml:9:45
    1.metadata.namespace: argocd <- set.yaml:3:34
    1.spec.project: p <- set.yaml:14:21
    ");
}

#[test]
fn templates_that_fail_are_told_once_with_the_elements() {
    let text = set("  goTemplate: true
  goTemplateOptions: [missingkey=error]
  generators:
  - list:
      elements:
      - {name: a}
      - {name: b, rev: '1'}
      - {name: c}
  template:
    metadata: {name: '{{.name}}', labels: {bad: '{{.name'}}
    spec: {project: p, source: {repoURL: r, targetRevision: 'v{{.rev}}'}}
");
    insta::assert_snapshot!(check(&[("set.yaml", &text)]), @"set.yaml:14:57: the action is not closed with `}}`");
    let text = text.replace("'{{.name'", "x");
    insta::assert_snapshot!(check(&[("set.yaml", &text)]), @r"
    set.yaml:15:65: `.rev`: there is no key `rev`
      with these parameters: set.yaml:10:9
      with these parameters: set.yaml:12:9
    ");
}

#[test]
fn what_is_not_known_offline_is_named() {
    let text = set("  generators:
  - list: {elements: [{name: a}]}
  - matrix:
      generators:
      - list: {elements: [{name: a}]}
      - pullRequest: {github: {owner: o, repo: r}}
  - git: {repoURL: elsewhere, revision: HEAD, directories: [{path: '*'}]}
  template:
    metadata: {name: '{{name}}'}
    spec: {project: p}
");
    insta::assert_snapshot!(check(&[("set.yaml", &text)]), @r#"
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata:
      finalizers:
      - resources-finalizer.argocd.argoproj.io
      name: a
      namespace: argocd
    spec:
      project: p
    ---
    unknown: what the generator `pullRequest` finds set.yaml:10:9
    unknown: what elsewhere holds set.yaml:11:20
    "#);
}

#[test]
fn what_multiplies_without_bound_is_an_error() {
    let elements = |count: usize| {
        let all = (0..count).map(|n| format!("{{n{count}: 'x{n}'}}"));
        all.collect::<Vec<_>>().join(", ")
    };
    let text = set(&format!(
        "  generators:
  - matrix:
      generators:
      - list: {{elements: [{}]}}
      - list: {{elements: [{}]}}
  template: {{metadata: {{name: 'a-{{{{n300}}}}-{{{{n301}}}}'}}}}
",
        elements(300),
        elements(301)
    ));
    insta::assert_snapshot!(check(&[("set.yaml", &text)]), @"set.yaml:6:5: this generates more than 20000 sets of parameters");
    let text = set("  goTemplate: true
  generators:
  - list: {elements: [{name: a}]}
  template: {metadata: {name: '{{range until 100000}}{{range until 100000}}x{{end}}{{end}}'}}
");
    insta::assert_snapshot!(check(&[("set.yaml", &text)]), @r"
    set.yaml:8:76: `x`: a text grows beyond 4194304 bytes
      with these parameters: set.yaml:7:23
    ");
}

#[test]
fn malformed_files_are_told_where_they_are_wrong() {
    let text = set("  goTemplate: true
  generators:
  - git: {repoURL: r, revision: HEAD, files: [{path: 'c/*'}]}
  template: {metadata: {name: '{{.name}}'}, spec: {project: p}}
");
    let with = |content: &str| check(&[("set.yaml", &text), ("c/a.yaml", content)]);
    insta::assert_snapshot!(with("name: [a"), @"c/a.yaml:1:7: this `[` is never closed");
    insta::assert_snapshot!(with("- {name: a}\n- b\n"), @"c/a.yaml:2:3: each item of this file has to be a mapping of parameters");
    insta::assert_snapshot!(with("text"), @"c/a.yaml:1:1: this file has to be a mapping of parameters, or a list of mappings");
    insta::assert_snapshot!(with("name: .inf"), @"c/a.yaml:1:7: `.inf` cannot be written as JSON");
    // Only the first document counts.
    insta::assert_snapshot!(with("name: a\n---\n[").lines().filter(|l| l.contains("name")).collect::<String>(), @"  name: a  namespace: argocd");
}

#[test]
fn a_generator_puts_its_template_over_that_of_the_set() {
    let text = set("  generators:
  - list:
      elements: [{name: a}]
      template:
        metadata: {}
        spec: {source: {path: 'own/{{name}}'}}
  template:
    metadata: {name: '{{name}}'}
    spec: {project: p, source: {repoURL: r, path: 'base/{{name}}'}}
");
    insta::assert_snapshot!(origins(&[("set.yaml", &text)]), @r"
    0.apiVersion: argoproj.io/v1alpha1 <- set.yaml:11:3
    0.kind: Application <- set.yaml:11:3
    0.metadata.finalizers[0]: resources-finalizer.argocd.argoproj.io <- set.yaml:11:3
    0.metadata.name: a <- set.yaml:7:25
    0.metadata.namespace: argocd <- set.yaml:3:34
    0.spec.project: p <- set.yaml:13:21
    0.spec.source.path: own/a <- set.yaml:7:25
    0.spec.source.repoURL: r <- set.yaml:13:42
    ");
}

#[test]
fn patches_remove_and_replace() {
    let text = set("  generators:
  - list: {elements: [{name: a}]}
  template:
    metadata: {name: '{{name}}', finalizers: [x, k], labels: {a: '1', b: '2'}}
    spec: {project: p, source: {repoURL: r, path: q, helm: {valueFiles: [v, w]}}}
  templatePatch: |
    metadata: {labels: {a: null, c: '{{name}}'}, finalizers: [z, k]}
    spec: {project: other, nosuch: 1, source: {$retainKeys: [repoURL, helm], helm: {valueFiles: [n.yaml]}}}
");
    insta::assert_snapshot!(check(&[("set.yaml", &text)]), @r#"
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata:
      finalizers:
      - x
      - z
      - k
      labels:
        b: "2"
        c: a
      name: a
      namespace: argocd
    spec:
      project: p
      source:
        helm:
          valueFiles:
          - n.yaml
        repoURL: r
    ---
    "#);
    let removed = Here::new(&[("set.yaml", &text)]).generate().unwrap();
    let labels = removed.applications[0]
        .node
        .view()
        .get_path(&["metadata", "labels"]);
    let View::Map(labels) = labels.unwrap() else {
        panic!("labels were patched");
    };
    let gone = labels
        .entries
        .iter()
        .find(|entry| entry.value.is_gone())
        .unwrap();
    assert_eq!(gone.was.as_ref().unwrap().step.name, "templatePatch");
}

#[test]
fn applications_that_are_left_out() {
    let text = set("  generators:
  - list: {elements: [{name: a, p: x}, {name: a, p: x}, {name: '', p: x}, {name: b, p: nowhere}, {name: c, p: x}]}
  template:
    metadata: {name: '{{name}}'}
    spec: {project: '{{p}}'}
");
    let generated = Here::new(&[("set.yaml", &text)]).generate().unwrap();
    let why: Vec<Refusal> = generated
        .refused
        .iter()
        .map(|refused| refused.why)
        .collect();
    use Refusal::{Nameless, NoProject, SameName};
    assert_eq!(why, [SameName, SameName, Nameless, NoProject]);
    assert_eq!(generated.applications.len(), 1);
}

#[test]
fn new_globbing_fails_on_folders() {
    let text = set("  generators:
  - git: {repoURL: r, revision: HEAD, files: [{path: '/c/**'}]}
  template: {metadata: {name: '{{name}}'}, spec: {project: p}}
");
    let here = Here::new(&[
        ("set.yaml", &text),
        ("c/d/a.yaml", "name: a"),
        ("c/b.yaml", "name: b"),
    ]);
    let source = here.files.source("set.yaml".into()).unwrap();
    let document = source.documents().documents.remove(0);
    let options = Options {
        globbing: Globbing::Doublestar,
        ..Options::default()
    };
    let faults = generate(&document, &here, options).unwrap_err();
    insta::assert_snapshot!(faults.iter().map(told).collect::<String>(), @"set.yaml:6:54: `c/**` matches the folder `c`, which Argo CD fails to read as a file");
}
