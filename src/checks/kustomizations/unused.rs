//! Bases and components that nothing builds on.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::Kustomization;
use manifest::{Kind, Node, View};

use super::Users;
use super::rules::UNUSED_BASE;
use crate::problem::Problem;
use crate::render::{Graph, Rendered};

/// Names of folders that are there for others to build on.
const BASES: [&str; 2] = ["base", "bases"];

/// The groups of what tells a cluster which folders to deploy.
const DEPLOYERS: [&str; 2] = ["argoproj.io", "kustomize.toolkit.fluxcd.io"];

/// What is to be said of bases beside overlays that use others, and of components.
pub(super) fn problems(graph: &Graph, rendered: &[Rendered], users: &Users<'_>) -> Vec<Problem> {
    let mut taken: BTreeSet<&Utf8Path> = BTreeSet::new();
    for (_, kustomization) in graph.kustomizations() {
        taken.extend(
            kustomization
                .components()
                .map(|component| component.folder()),
        );
    }
    let roots: BTreeSet<Utf8PathBuf> = graph.roots().into_iter().collect();
    let folders: Vec<&Utf8Path> = graph.kustomizations().map(|(folder, _)| folder).collect();
    let has_overlays = |base: &Utf8Path| {
        let parent = base.parent().filter(|parent| !parent.as_str().is_empty());
        parent.is_some_and(|p| {
            folders
                .iter()
                .any(|f| f.starts_with(p) && !f.starts_with(base))
        })
    };
    let is_candidate = |folder: &Utf8Path, kustomization: &Kustomization| {
        if kustomization.is_component() {
            return !taken.contains(folder);
        }
        let is_base = folder.file_name().is_some_and(|name| BASES.contains(&name));
        is_base && roots.contains(folder) && has_overlays(folder)
    };
    let candidates = graph.kustomizations();
    let mut candidates: Vec<_> = candidates.filter(|(f, k)| is_candidate(f, k)).collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let deployed = deployed(rendered);
    candidates.retain(|(folder, _)| !deployed.iter().any(|path| path.fits(folder)));
    let problems = candidates
        .into_iter()
        .filter_map(|(folder, kustomization)| {
            let what = match kustomization.is_component() {
                true => "no kustomization uses this component",
                false => "no kustomization builds on this base",
            };
            let document = kustomization
                .source()
                .documents()
                .documents
                .into_iter()
                .next()?;
            let first = document.view().entries().next()?.key.origin()?.locate();
            let problem = Problem::new(&UNUSED_BASE, what).at(first);
            Some(problem.affecting(users.targets([&folder])))
        });
    problems.collect()
}

/// A path that an Application or a Flux Kustomization names.
struct Path {
    /// Its end, without the steps up that it begins with.
    end: Utf8PathBuf,
    /// Whether more follows that only a generator knows.
    is_open: bool,
}

impl Path {
    fn new(text: &str) -> Option<Self> {
        let (known, is_open) = match text.find(['{', '$', '*']) {
            Some(at) => (&text[..at], true),
            None => (text, false),
        };
        let parts = known
            .split('/')
            .filter(|part| !matches!(*part, "" | "." | ".."));
        let end: Utf8PathBuf = parts.collect();
        (is_open || !end.as_str().is_empty()).then_some(Self { end, is_open })
    }

    fn fits(&self, folder: &Utf8Path) -> bool {
        match self.is_open {
            true => folder.as_str().starts_with(self.end.as_str()),
            false => folder.ends_with(&self.end),
        }
    }
}

/// Every path that something deploys.
fn deployed(rendered: &[Rendered]) -> Vec<Path> {
    let objects = rendered.iter().flat_map(|target| &target.objects);
    let deployers = objects.filter(|object| DEPLOYERS.contains(&&*object.id.gvk.group));
    let mut paths = Vec::new();
    for object in deployers {
        paths_in(&object.node, &mut paths);
    }
    paths
}

fn paths_in(node: &Node, paths: &mut Vec<Path>) {
    let mut open: Vec<(bool, View<'_>)> = vec![(false, node.view())];
    while let Some((is_path, view)) = open.pop() {
        match view.kind() {
            Kind::Map => open.extend(view.entries().map(|entry| {
                let is_path = matches!(entry.key.text(), "path" | "components");
                (is_path, entry.value)
            })),
            Kind::Seq => open.extend(view.items().map(|item| (is_path, item))),
            Kind::Scalar | Kind::Alias if is_path => paths.extend(Path::new(view.text())),
            Kind::Scalar | Kind::Alias => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::kustomizations::tests::check;

    /// What is told of a base beside an overlay that does not use it, and of a component, where
    /// something deploys `path`.
    fn told(path: &str) -> String {
        let object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
        let application = format!(
            "{{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {{name: a}}, spec: {{source: {{path: {path}}}}}}}"
        );
        check(&[
            ("app/base/a.yaml", object),
            ("app/base/kustomization.yaml", "resources: [a.yaml]"),
            ("app/overlays/one/a.yaml", object),
            ("app/overlays/one/kustomization.yaml", "resources: [a.yaml]"),
            ("part/kustomization.yaml", "kind: Component\nnamePrefix: a-"),
            ("argocd/a.yaml", &application),
            ("argocd/kustomization.yaml", "resources: [a.yaml]"),
        ])
    }

    #[test]
    fn what_nothing_builds_on() {
        assert_snapshot!(told("app/overlays/one"), @r"
        app/base/kustomization.yaml:1:1 unused-base: no kustomization builds on this base
        part/kustomization.yaml:1:1 unused-base: no kustomization uses this component
        ");
        assert_snapshot!(told("./app/base"), @"part/kustomization.yaml:1:1 unused-base: no kustomization uses this component");
        assert_snapshot!(told("'app/{{env}}'"), @"part/kustomization.yaml:1:1 unused-base: no kustomization uses this component");
    }
}
