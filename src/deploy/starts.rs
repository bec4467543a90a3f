//! Objects that deploy others. Somebody applies the first of them by hand.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Node, Snapshot, Source, View};
use memchr::memmem;
use rustc_hash::FxHashSet;

use super::{LooseFile, items_of_list};

/// The groups that deployers belong to, as they stand in texts.
const GROUPS: [&str; 2] = ["argoproj.io/", ".toolkit.fluxcd.io/"];

/// Whether an object is one that people begin with: everything else can come of it.
pub(super) fn is_start(object: &Node) -> bool {
    let (api_version, kind) = type_of(object);
    let group = api_version.split('/').next().unwrap_or_default();
    match kind {
        "Application" | "ApplicationSet" => group == "argoproj.io",
        "Kustomization" => group == "kustomize.toolkit.fluxcd.io",
        _ => false,
    }
}

/// Whether an object is one of those by which Argo CD or Flux deploys.
pub(super) fn is_deployer(object: &Node) -> bool {
    let (api_version, kind) = type_of(object);
    let is_of_flux = api_version.contains(GROUPS[1]);
    is_start(object) || is_of_flux || kind == "AppProject" && api_version.starts_with(GROUPS[0])
}

/// What kustomizations list of what people may begin with.
#[derive(Debug, Default)]
pub struct Starts<'a> {
    /// The folders in which they do: what they do not list there is left out.
    pub(super) folders: FxHashSet<&'a Utf8Path>,
    /// Whether they list Kustomizations of Flux. Whoever does has Flux apply all of them so.
    is_flux_listed: bool,
}

impl<'a> Starts<'a> {
    /// Those in the files that kustomizations read.
    pub fn of(files: &'a [Arc<Source>]) -> Self {
        let mut all = Self::default();
        for source in files {
            let text = source.tree.text().as_bytes();
            let has = |group: &&str| memmem::find(text, group.as_bytes()).is_some();
            if !GROUPS.iter().any(has) {
                continue;
            }
            let documents = source.documents().documents.into_iter();
            for start in documents.flat_map(items_of_list).filter(is_start) {
                all.folders.extend(source.path().parent());
                all.is_flux_listed |= type_of(&start).1 == "Kustomization";
            }
        }
        all
    }

    /// Whether something deploys from the repository.
    pub(super) fn are_there(&self) -> bool {
        !self.folders.is_empty()
    }

    /// Whether people may begin with what a file holds: with a Kustomization of Flux if its source
    /// comes with it, or if it is not for kustomizations to list it.
    fn may_be_in(&self, file: &LooseFile) -> bool {
        let is_source = |object: &Node| {
            let (api_version, kind) = type_of(object);
            api_version.starts_with("source.toolkit") && kind.ends_with("Repository")
        };
        let may_be = |object: &Node| {
            let is_of_flux = type_of(object).1 == "Kustomization";
            let is_whole = || file.objects.iter().any(is_source);
            is_start(object) && (!is_of_flux || !self.is_flux_listed || is_whole())
        };
        file.objects.iter().any(may_be)
    }
}

/// Whether people begin with a file, although a kustomization in its folder does not list it: one
/// that leaves it out on purpose has it in a comment.
pub(super) fn begins(snapshot: &dyn Snapshot, starts: &Starts<'_>, file: &LooseFile) -> bool {
    let path = file.source.path();
    let (folder, name) = (path.parent(), path.file_name());
    let (Some(folder), Some(name)) = (folder, name) else {
        return false;
    };
    let mentions = |own: &str| {
        let source = snapshot.source(&folder.join(own));
        source.is_ok_and(|source| source.tree.text().contains(name))
    };
    starts.may_be_in(file) && !kustomize::FILE_NAMES.iter().any(|own| mentions(own))
}

fn type_of(object: &Node) -> (&str, &str) {
    let text = |key| object.view().get(key).map_or("", View::text);
    (text("apiVersion"), text("kind"))
}
