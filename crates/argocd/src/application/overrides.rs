//! Options that stand in the folder of a source.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Dialect, Entry, Fault, FaultKind, Kept, Node, Snapshot, Step, View};

use super::Source;
use crate::document::first_document;
use crate::shape::{OVERRIDES, Reader, Shape};

/// The file whose options win over those of every Application that deploys its folder.
pub const SOURCE_OVERRIDES: &str = ".argocd-source.yaml";

/// A source with the options of `.argocd-source.yaml` and `.argocd-source-APPLICATION.yaml` in
/// its folder, and the files that brought them. Where from it is, no file changes.
///
/// # Errors
/// A file is not well-formed, or a field of it is of a wrong type; Argo CD renders nothing then.
pub fn merge_source_overrides(
    source: &Source,
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    application: Option<&str>,
) -> Result<(Source, Vec<Utf8PathBuf>), Vec<Fault>> {
    let mut node = source.node.clone();
    let mut read = Vec::new();
    let named = application.map(|name| format!(".argocd-source-{name}.yaml"));
    for name in [Some(SOURCE_OVERRIDES.to_owned()), named]
        .into_iter()
        .flatten()
    {
        // The name is the Application's, and may hold anything.
        if name.contains('/') {
            continue;
        }
        let path = folder.join(name);
        if snapshot.kept(&path) != Kept::File {
            continue;
        }
        merge(&mut node, snapshot, &path)?;
        read.push(path);
    }
    if read.is_empty() {
        return Ok((source.clone(), read));
    }
    let mut reader = Reader::new(Dialect::Kustomize);
    let node = reader
        .read(node.view(), &OVERRIDES, "source")
        .unwrap_or(node);
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    Ok((Source::of(node.view()), read))
}

fn merge(node: &mut Node, snapshot: &dyn Snapshot, path: &Utf8Path) -> Result<(), Vec<Fault>> {
    let source = snapshot.source(path).map_err(|error| {
        let message = format!("{path} cannot be read: {error}");
        vec![Fault::new(FaultKind::Missing, message)]
    })?;
    let document = first_document(&source).map_err(|fault| vec![fault])?;
    let Some(document) = document else {
        // Null in the place of all options.
        return Ok(());
    };
    let mut reader = Reader::new(Dialect::Kubectl);
    let patch = reader.read(document.view(), &Shape::Any, "the file");
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let Some(patch) = patch else {
        return Ok(());
    };
    if !patch.view().is_map() {
        let fault = Fault::new(FaultKind::Field, "this file has to be a mapping of options");
        let place = patch.view().origin();
        return Err(vec![match place {
            Some(place) => fault.at(&place),
            None => fault,
        }]);
    }
    for entry in patch.view().entries() {
        if !matches!(
            entry.key.text(),
            "chart" | "path" | "repoURL" | "targetRevision"
        ) {
            merge_entry(node, entry.key, entry.value);
        }
    }
    Ok(())
}

/// A JSON merge patch: mappings merge, null removes, all else replaces.
fn merge_entry(node: &mut Node, key: View<'_>, value: View<'_>) {
    let step = Step {
        name: ".argocd-source",
        by: key.origin(),
    };
    let Some(map) = node.map_mut() else {
        return;
    };
    if value.is_null() {
        map.remove(key.text(), step);
        return;
    }
    if !value.is_map() {
        map.set(key.to_node(), value.to_node(), step);
        return;
    }
    let merges = map.get(key.text()).is_some_and(|old| old.view().is_map());
    if !merges {
        let empty = Node::Map(std::sync::Arc::new(manifest::Map {
            place: value.origin(),
            entries: Vec::<Entry>::new(),
        }));
        map.set(key.to_node(), empty, step);
    }
    if let Some(inner) = map.get_mut(key.text()) {
        for entry in value.entries() {
            merge_entry(inner, entry.key, entry.value);
        }
    }
}

#[cfg(test)]
mod tests {
    use manifest::{Memory, print};

    use super::*;
    use crate::application::tests::read;

    fn check(source: &str, files: &[(&str, &str)]) -> String {
        let files = Memory::from_iter(files.iter().copied());
        let application = read(&format!("spec: {{source: {source}}}"));
        let source = &application.sources[0];
        match merge_source_overrides(source, &files, Utf8Path::new("app"), Some("api")) {
            Ok((merged, files)) => {
                let text = print(merged.node.view()).unwrap();
                format!("{text}from {files:?}\n")
            }
            Err(faults) => faults.iter().map(|fault| fault.message.clone()).collect(),
        }
    }

    #[test]
    fn files_win_but_do_not_lead_elsewhere() {
        let source =
            "{repoURL: r, path: app, kustomize: {namePrefix: a-, images: [x=y], nameSuffix: -s}}";
        let files = [
            (
                "app/.argocd-source.yaml",
                "path: other\nkustomize: {images: ['x=z:1'], nameSuffix: null}\n",
            ),
            (
                "app/.argocd-source-api.yaml",
                "kustomize: {namespace: api}\nnosuch: 1\n",
            ),
            (
                "app/.argocd-source-web.yaml",
                "kustomize: {namespace: web}\n",
            ),
        ];
        insta::assert_snapshot!(check(source, &files), @r#"
        kustomize:
          images:
          - x=z:1
          namePrefix: a-
          namespace: api
        path: app
        repoURL: r
        from ["app/.argocd-source.yaml", "app/.argocd-source-api.yaml"]
        "#);
    }

    #[test]
    fn what_is_wrong_in_a_file() {
        let with = |text: &'static str| check("{path: app}", &[("app/.argocd-source.yaml", text)]);
        assert_eq!(with("- a\n"), "this file has to be a mapping of options");
        assert_eq!(
            with("kustomize: {images: a}"),
            "`images` takes a list, not text"
        );
        assert_eq!(with("a: [b"), "this `[` is never closed");
        assert!(with("# nothing\n").starts_with("path: app"));
    }

    #[test]
    fn changes_know_the_file() {
        let files = Memory::from_iter([("app/.argocd-source.yaml", "helm: {releaseName: b}")]);
        let application = read("spec: {source: {path: app, helm: {releaseName: a}}}");
        let source = &application.sources[0];
        let merged = merge_source_overrides(source, &files, Utf8Path::new("app"), None)
            .unwrap()
            .0;
        let name = merged.helm.unwrap().release_name.unwrap();
        assert_eq!(name.as_str(), "b");
        assert_eq!(
            name.place().unwrap().locate().path(),
            "app/.argocd-source.yaml"
        );
    }
}
