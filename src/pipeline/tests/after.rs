//! What is rendered again where a snapshot follows another one.

use insta::assert_snapshot;
use manifest::Memory;

use crate::date::Date;
use crate::evaluate::Verdicts;
use crate::pipeline::Deployed;
use crate::{Request, Setup};

const FILES: [(&str, &str); 9] = [
    ("base/kustomization.yaml", "resources: [a.yaml]\n"),
    (
        "base/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n",
    ),
    (
        "dev/kustomization.yaml",
        "resources: [../base]\nnamePrefix: dev-\nconfigMapGenerator: [{name: g, envs: [g.env]}]\n",
    ),
    ("dev/g.env", "A=1\n"),
    (
        "prod/kustomization.yaml",
        "resources: [../base]\nnamePrefix: prod-\npatches: [{path: patch.yaml, target: {kind: ConfigMap}}]\n",
    ),
    (
        "prod/patch.yaml",
        "- {op: replace, path: /data/k, value: w}\n",
    ),
    ("other/kustomization.yaml", "resources: [a.yaml, b.yaml]\n"),
    (
        "other/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: o}\n",
    ),
    ("readme.md", "text\n"),
];

fn render(earlier: Option<&Deployed>, memory: &Memory) -> Deployed {
    let setup = Setup::read(memory, None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    setup.render_after(earlier, memory, &request, Setup::lenient())
}

/// Everything that came of the targets.
fn text(deployed: &Deployed) -> String {
    let targets = deployed.rendered.iter().map(|target| {
        let objects = target.objects.iter();
        let objects: Vec<String> = objects
            .map(|object| manifest::print(object.node.view()).unwrap())
            .collect();
        let faults: Vec<&str> = target.faults.iter().map(|f| f.message.as_str()).collect();
        format!(
            "{} {:?}\n{}\n{}\n",
            target.spec.path,
            target.spec.environment,
            faults.join("\n"),
            objects.join("---\n")
        )
    });
    let deeds = deployed.deeds.done().into_iter();
    let deeds = deeds.map(|(folder, effects)| format!("{folder} {}\n", effects.notes.len()));
    targets.chain(deeds).collect()
}

/// How many kustomizations are taken over when a file changes, or is removed or added.
fn taken_over(path: &str, change: Option<&str>) -> usize {
    let before: Memory = FILES.into_iter().collect();
    let mut files: Vec<(&str, &str)> = FILES.into_iter().filter(|file| file.0 != path).collect();
    files.extend(change.map(|text| (path, text)));
    let after: Memory = files.into_iter().collect();
    let earlier = render(None, &before);
    let deployed = render(Some(&earlier), &after);
    assert_eq!(text(&deployed), text(&render(None, &after)), "{path}");
    deployed.graph.count_taken_over()
}

#[test]
fn only_what_reads_a_change_is_rendered_again() {
    let changed = [
        ("readme.md", "other\n"),
        (
            "base/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {k: x}\n",
        ),
        (
            "base/kustomization.yaml",
            "resources: [a.yaml]\nnamePrefix: x-\n",
        ),
        ("dev/g.env", "A=2\n"),
        (
            "prod/patch.yaml",
            "- {op: replace, path: /data/none, value: w}\n",
        ),
        (
            "other/b.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: b}\n",
        ),
        ("other/kustomization.yml", "resources: []\n"),
        ("new/kustomization.yaml", "resources: [../base]\n"),
    ];
    let told = changed.map(|(path, text)| format!("{path} {}\n", taken_over(path, Some(text))));
    assert_snapshot!(told.concat(), @r#"
    readme.md 4
    base/a.yaml 1
    base/kustomization.yaml 1
    dev/g.env 3
    prod/patch.yaml 3
    other/b.yaml 3
    other/kustomization.yml 3
    new/kustomization.yaml 4
    "#);
    let removed = FILES.map(|(path, _)| format!("{path} {}\n", taken_over(path, None)));
    assert_snapshot!(removed.concat(), @r#"
    base/kustomization.yaml 1
    base/a.yaml 1
    dev/kustomization.yaml 3
    dev/g.env 3
    prod/kustomization.yaml 3
    prod/patch.yaml 3
    other/kustomization.yaml 3
    other/a.yaml 3
    readme.md 4
    "#);
}

/// How many contents are judged anew when files change, and what was found before and after,
/// which is what two checks by themselves find.
fn judged_anew(before: &[(&str, &str)], after: &[(&str, &str)]) -> (usize, usize) {
    let setup = Setup::read(&Memory::default(), None).unwrap();
    let request = Request::all(Date::parse("2026-06-30").unwrap());
    let mut verdicts = Verdicts::kept();
    let counts = [before, after].map(|files| {
        let memory: Memory = files.iter().copied().collect();
        let deployed = setup.render_after(None, &memory, &request, Setup::lenient());
        let found = setup.check_deployed(&memory, &request, &deployed, &mut verdicts);
        let alone = setup.check(&memory, &request);
        let told = |found: &crate::Checked| format!("{:#?}", found.report.findings);
        assert_eq!(told(&found), told(&alone));
        verdicts.count()
    });
    (counts[0], counts[1])
}

#[test]
fn only_what_is_new_is_judged_again() {
    let deployment = |image: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: web, image: {image}}}]}}\n"
        )
    };
    let (one, two) = (deployment("web:1"), deployment("web:2"));
    let moved = format!("# a line more\n{one}");
    let service =
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}}\n";
    let files = |text| [("apps/web.yaml", text), ("apps/service.yaml", service)];
    assert_eq!(judged_anew(&files(&one), &files(&two)), (2, 3));
    assert_eq!(judged_anew(&files(&one), &files(&moved)), (2, 2));
}

#[test]
fn all_is_judged_again_where_a_definition_changes() {
    let definition = |kind: &str| {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: wells.acme.example}}\nspec:\n  group: acme.example\n  scope: Namespaced\n  names: {{kind: Well, plural: wells}}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema: {{openAPIV3Schema: {{type: object, properties: {{depth: {{type: {kind}}}}}}}}}\n"
        )
    };
    let well = "apiVersion: acme.example/v1\nkind: Well\nmetadata: {name: deep}\ndepth: 3\n";
    let (number, text) = (definition("integer"), definition("string"));
    let files = |text| [("a/definition.yaml", text), ("a/well.yaml", well)];
    assert_eq!(judged_anew(&files(&number), &files(&text)), (2, 2));
}
