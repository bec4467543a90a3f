//! A target as text.

use camino::Utf8Path;
use kustomize::Options;
use manifest::{Fault, FaultKind, Object, Snapshot};

use super::{Graph, Outcome, Rendered, is_kustomization};
use crate::config::Config;
use crate::repo::{self, Content, TargetSpec};

/// What would be applied from the kustomization of a folder, as `kustomize build` prints it. Only
/// what it needs is read.
///
/// # Errors
/// Every fault that keeps it from being rendered.
pub fn print(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
) -> Result<String, Vec<Fault>> {
    kustomize::print(&objects(snapshot, folder, options)?)
}

/// As [`print`]; the manifests of a folder without a kustomization are printed as they stand,
/// which is how Argo CD applies them.
///
/// # Errors
/// Every fault that keeps it from being rendered.
pub fn print_applied(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
) -> Result<String, Vec<Fault>> {
    kustomize::print(&objects_applied(snapshot, folder, options)?)
}

/// The objects that [`print_applied`] prints.
///
/// # Errors
/// Every fault that keeps it from being rendered.
pub fn objects_applied(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
) -> Result<Vec<Object>, Vec<Fault>> {
    match is_kustomization(snapshot, folder) {
        true => objects(snapshot, folder, options),
        false => manifests(snapshot, folder),
    }
}

/// The objects that [`print`] prints.
///
/// # Errors
/// Every fault that keeps it from being rendered.
pub fn objects(
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
    options: Options,
) -> Result<Vec<Object>, Vec<Fault>> {
    let graph = Graph::load(snapshot, [folder.to_owned()], options);
    let rendering = graph.render(snapshot, &[folder.to_owned()], options);
    match rendering.outcomes.into_iter().next() {
        Some(Outcome::Objects(objects)) => Ok(objects),
        Some(Outcome::Failed(faults) | Outcome::Partial(_, faults)) => Err(faults),
        Some(Outcome::Blocked(base)) => Err(graph.faults_of(&base, snapshot, options)),
        None => Err(Vec::new()),
    }
}

/// The manifests of a folder without a kustomization, subfolders aside.
fn manifests(snapshot: &dyn Snapshot, folder: &Utf8Path) -> Result<Vec<Object>, Vec<Fault>> {
    let files = snapshot.list(folder);
    let yaml: Vec<&Utf8Path> = files
        .iter()
        .map(|file| file.as_path())
        .filter(|file| matches!(file.extension(), Some("yaml" | "yml" | "json")))
        .filter(|file| snapshot.kept(file) == manifest::Kept::File)
        .collect();
    let found = repo::find(snapshot, &yaml, &Default::default(), &Config::default());
    let mut faults: Vec<Fault> = found
        .faulty
        .iter()
        .flat_map(|source| {
            source.tree.errors().iter().map(|error| {
                Fault::new(FaultKind::Syntax, error.message.clone())
                    .at_location(source.locate(error.span))
            })
        })
        .collect();
    for (path, reason) in found.unreadable {
        faults.push(Fault::new(
            FaultKind::Missing,
            format!("cannot read {path}: {reason}"),
        ));
    }
    let objects: Vec<Object> = found
        .targets
        .into_iter()
        .filter(|spec: &TargetSpec| matches!(spec.content, Content::Manifests(_)))
        .flat_map(|spec| Rendered::of_manifests(spec).objects)
        .collect();
    if objects.is_empty() && faults.is_empty() {
        faults.push(
            Fault::new(
                FaultKind::Missing,
                format!(
                    "{} holds neither a kustomization nor a manifest",
                    if folder.as_str().is_empty() {
                        "the root"
                    } else {
                        folder.as_str()
                    }
                ),
            )
            .help("name the folder of a kustomization.yaml, or one with manifests in it"),
        );
    }
    if faults.is_empty() {
        Ok(objects)
    } else {
        Err(faults)
    }
}
