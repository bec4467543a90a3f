//! Manifests beside a kustomization that nothing refers to.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::Kustomization;
use manifest::{Location, Node, View};
use rustc_hash::FxHashSet;

use super::rules::UNREFERENCED_MANIFEST;
use crate::deploy::{LooseFile, Role};
use crate::problem::Problem;
use crate::render::{Graph, Rendered};

/// What is to be said of manifests that no kustomization reads.
pub(super) fn problems(
    graph: &Graph,
    named: &FxHashSet<Utf8PathBuf>,
    rendered: &[Rendered],
) -> Vec<Problem> {
    let folders: BTreeMap<&Utf8Path, &Kustomization> = graph.kustomizations().collect();
    let mut problems = Vec::new();
    for target in rendered {
        // Of what is put aside nobody expects that it is deployed.
        if target.spec.role != Role::Unreferenced || target.spec.is_put_aside(false) {
            continue;
        }
        let files = target.spec.files();
        let Some(kustomization) = folders.get(target.spec.path.as_path()) else {
            continue;
        };
        let unnamed = files
            .iter()
            .filter(|file| !named.contains(file.source.path()));
        for file in unnamed.filter(|file| !is_left_out(kustomization, file)) {
            let Some(at) = file.objects.first().and_then(place_of) else {
                continue;
            };
            if file.objects.iter().all(is_partial) {
                let message = "nothing refers to this patch, so it changes nothing";
                let help = "add it to `patches` of the kustomization, not to `resources`: by itself the workload lacks its selector and its images";
                let problem = Problem::new(&UNREFERENCED_MANIFEST, message);
                problems.push(problem.at(at).help(help));
                continue;
            }
            let message = "no kustomization lists this manifest";
            problems.push(Problem::new(&UNREFERENCED_MANIFEST, message).at(at));
        }
    }
    problems
}

/// Groups of objects that only tools on the way to the cluster read.
const OF_TOOLS: [&str; 4] = [
    "test.gatekeeper.sh",
    "cli.kyverno.io",
    "kuttl.dev",
    "chainsaw.kyverno.io",
];

/// Whether it looks as if a manifest were left out on purpose: the kustomization names it in a
/// comment, it is an example, it is encrypted for a generator, only a tool reads it, or it is the
/// Application that deploys the folder, which somebody applies by hand.
fn is_left_out(kustomization: &Kustomization, file: &LooseFile) -> bool {
    let name = file.source.path().file_name().unwrap_or_default();
    let is_mentioned = kustomization.source().tree.text().contains(name);
    let words = ["example", "sample", "template"];
    let is_example = words.iter().any(|word| name.contains(word)) && !holds_templates(file);
    let is_for_tools = |object: &Node| {
        let version = object.view().get("apiVersion").map_or("", View::text);
        let group = version.split('/').next().unwrap_or_default();
        manifest::is_encrypted(object.view()) || OF_TOOLS.contains(&group)
    };
    let folder = file.source.path().parent().unwrap_or(Utf8Path::new(""));
    let is_root = |object: &Node| deploys(object.view(), folder);
    is_mentioned
        || is_example
        || file.objects.iter().all(is_for_tools)
        || file.objects.iter().any(is_root)
}

/// Whether a file is called so for the kind of what it holds, such as a WorkflowTemplate.
fn holds_templates(file: &LooseFile) -> bool {
    let kind = |object: &Node| object.view().get("kind").map_or("", View::text).to_owned();
    file.objects
        .iter()
        .any(|object| kind(object).ends_with("Template"))
}

/// Whether it is a part of a workload, which only a patch may be: it selects no pods, and none of
/// its containers has an image.
fn is_partial(object: &Node) -> bool {
    let view = object.view();
    let kind = view.get("kind").map_or("", View::text);
    let spec = view.get("spec");
    let pod = spec.and_then(|spec| spec.get_path(&["template", "spec"]));
    let lists = ["containers", "initContainers"];
    let mut containers = lists
        .iter()
        .filter_map(|list| pod?.get(list))
        .flat_map(View::items);
    matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet")
        && spec.is_some_and(|spec| spec.get("selector").is_none())
        && containers.all(|container| container.get("image").is_none())
}

/// Whether an Application deploys a folder, or one that the folder stands in.
fn deploys(object: View<'_>, folder: &Utf8Path) -> bool {
    if object.get("kind").map_or("", View::text) != "Application" {
        return false;
    }
    let spec = object.get("spec");
    let source = spec.and_then(|spec| spec.get("source"));
    let sources = spec.and_then(|spec| spec.get("sources"));
    let mut all = source
        .into_iter()
        .chain(sources.into_iter().flat_map(View::items));
    all.any(|source| {
        let path = source.get("path").map_or("", View::text);
        let path = manifest::normalize(Utf8Path::new(""), path.trim_matches('/'));
        path.is_some_and(|path| !path.as_str().is_empty() && folder.starts_with(path))
    })
}

/// Where an object says what it is.
fn place_of(object: &Node) -> Option<Location> {
    let view = object.view();
    let kind = view.get("kind").and_then(View::origin);
    Some(kind.or_else(|| view.origin())?.locate())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::judge::finding::Finding;
    use crate::{Request, Setup};

    const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

    /// The files that are told of, beside a kustomization.
    fn told(kustomization: &str, file: &str, text: &str) -> String {
        let files = [
            ("app/a.yaml", OBJECT),
            ("app/kustomization.yaml", kustomization),
        ];
        told_beside(&files, file, text)
    }

    /// The files that are told of, where there is one besides others.
    fn told_beside(files: &[(&str, &str)], file: &str, text: &str) -> String {
        let files = files.iter().copied().chain([(file, text)]);
        let snapshot: Memory = files.collect();
        let setup = Setup::read(&snapshot, None).unwrap();
        let request = Request {
            select: vec!["unreferenced-manifest".to_owned()],
            ..Request::all(Date::parse("2026-01-01").unwrap())
        };
        let findings = setup.check(&snapshot, &request).report.findings;
        let place =
            |finding: &Finding| finding.place.as_ref().map(|place| place.path().to_string());
        findings
            .iter()
            .filter(|finding| finding.rule.id == "unreferenced-manifest")
            .filter_map(place)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn what_nothing_names() {
        let one = "resources: [a.yaml]\n";
        assert_snapshot!(told(one, "app/b.yaml", OBJECT), @"app/b.yaml");
        assert_snapshot!(told(one, "other/b.yaml", OBJECT), @"");
        assert_snapshot!(told(one, "app/b.yaml", "colour: blue\n"), @"");
    }

    #[test]
    fn what_is_left_out_on_purpose() {
        assert_snapshot!(told("resources:\n- a.yaml\n# - b.yaml\n", "app/b.yaml", OBJECT), @"");
        assert_snapshot!(told("resources: [a.yaml]\n", "app/example-b.yaml", OBJECT), @"");
        assert_snapshot!(told("resources: [a.yaml]\n", "app/b-template.yaml", OBJECT), @"");
        let workflow = OBJECT.replace("ConfigMap", "WorkflowTemplate");
        assert_snapshot!(told("resources: [a.yaml]\n", "app/b-template.yaml", &workflow), @"app/b-template.yaml");
        let suite = OBJECT.replace("apiVersion: v1", "apiVersion: test.gatekeeper.sh/v1alpha1");
        assert_snapshot!(told("resources: [a.yaml]\n", "app/b.yaml", &suite), @"");
    }

    #[test]
    fn what_is_put_aside() {
        let files = [
            ("deprecated/app/a.yaml", OBJECT),
            ("deprecated/app/kustomization.yaml", "resources: [a.yaml]\n"),
        ];
        let told = |file| told_beside(&files, file, OBJECT);
        assert_snapshot!(told("deprecated/app/b.yaml"), @"");
    }

    #[test]
    fn what_people_begin_with_is_applied_by_hand() {
        let application = |path: &str| {
            format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: root}}\nspec: {{project: a, destination: {{name: a}}, source: {{repoURL: 'https://example.com/a.git', path: {path}}}}}\n"
            )
        };
        assert_snapshot!(told("resources: [a.yaml]\n", "app/root.yaml", &application("app")), @"");
        assert_snapshot!(told("resources: [a.yaml]\n", "app/root.yaml", &application("other")), @"");
        // Among others that are listed it is left out.
        let files = [
            ("app/b.yaml", &*application("b")),
            ("app/kustomization.yaml", "resources: [b.yaml]\n"),
        ];
        assert_snapshot!(told_beside(&files, "app/root.yaml", &application("other")), @"app/root.yaml");
        let kustomization = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n";
        let source = OBJECT.replace(
            "v1\nkind: ConfigMap",
            "source.toolkit.fluxcd.io/v1\nkind: GitRepository",
        );
        assert_snapshot!(told("resources: [a.yaml]\n", "app/root.yaml", kustomization), @"");
        let files = [
            ("flux/a.yaml", kustomization),
            ("flux/kustomization.yaml", "resources: [a.yaml]\n"),
            ("app/a.yaml", OBJECT),
            ("app/kustomization.yaml", "resources: [a.yaml]\n"),
        ];
        assert_snapshot!(told_beside(&files, "app/root.yaml", kustomization), @"app/root.yaml");
        let whole = format!("{source}---\n{kustomization}");
        assert_snapshot!(told_beside(&files, "app/root.yaml", &whole), @"");
        let release = application("other").replace(
            "argoproj.io/v1alpha1\nkind: Application",
            "helm.toolkit.fluxcd.io/v2\nkind: HelmRelease",
        );
        assert_snapshot!(told("resources: [a.yaml]\n", "app/root.yaml", &release), @"app/root.yaml");
    }

    #[test]
    fn what_a_broken_kustomization_names() {
        assert_snapshot!(told("resources: [a.yaml, missing.yaml, b.yaml]\n", "app/b.yaml", OBJECT), @"");
    }
}
