//! What a Flux Kustomization asks for.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use flux::{Reference, Variables};
use manifest::{Kept, Object, Snapshot, View, normalize};

use super::super::asked::{Directory, folder_targets, missing_folder, namespace_of};
use super::super::rules::VALUES_NOT_FOLLOWED;
use super::super::{Asked, Known, Overrides, TargetSpec, Whose};
use super::{in_place_of, sourced};
use crate::problem::Problem;

/// What a Kustomization asks for: a folder of its source. Without a kustomization in it, Flux
/// takes all manifests below it.
pub(in crate::deploy) fn asked_by(known: Known<'_>, object: &Object) -> Asked {
    let mut asked = Asked::default();
    let view = object.node.view();
    let Some(reference) = view.get_path(&["spec", "sourceRef"]) else {
        return asked;
    };
    let written = view.get_path(&["spec", "path"]);
    let path = written.unwrap_or(reference);
    let text = written.map_or("./", View::text);
    let address = known.sources.address(object, reference).unwrap_or_default();
    let is_git = reference.get("kind").map_or("", View::text) == "GitRepository";
    let whose = match is_git {
        true => known.addresses.whose(address),
        // An artifact is mostly made from the repository that deploys it.
        false => Whose::Unknown,
    };
    let Some(folder) = normalize(Utf8Path::new(""), text.trim_start_matches('/')) else {
        return asked;
    };
    let is_root = folder.as_str().is_empty();
    let revision = known.sources.revision(object, reference);
    let is_head = revision.is_none_or(|own| matches!(own, "HEAD" | "main" | "master"));
    let is_elsewhere = match whose {
        Whose::Other => true,
        // Another branch may have the same folders, but all of it is something else.
        Whose::Own => is_root && !is_head,
        Whose::Unknown => is_root && !is_git && !address.is_empty(),
    };
    if is_elsewhere {
        asked.sourced.push(sourced(known, object, reference));
        return asked;
    }
    // The root of a repository that is not known to be this one says nothing.
    if is_root && whose == Whose::Unknown {
        return asked;
    }
    match known.snapshot.kept(&folder) {
        Kept::Folder => {
            let overrides = overrides(known, object, &mut asked.problems);
            let is_edited = overrides.as_ref().is_some_and(|own| own.edits());
            let directory = match is_edited {
                true => Directory::FluxAround,
                false => Directory::Flux,
            };
            let targets = folder_targets(known, object, &folder, directory, path);
            let targets = targets.into_iter().map(|spec| TargetSpec {
                namespace: namespace_of(object, &["spec", "targetNamespace"]),
                overrides: overrides.clone(),
                ..in_place_of(known, spec)
            });
            asked.targets.extend(targets);
        }
        Kept::Nothing if whose == Whose::Own && !is_head => {
            asked.sourced.push(sourced(known, object, reference));
        }
        Kept::Nothing if whose == Whose::Own && !text.contains("${") => {
            asked.problems.push(missing_folder(known, path, &folder));
        }
        Kept::Nothing | Kept::File | Kept::Outside => {}
    }
    asked
}

fn overrides(
    known: Known<'_>,
    object: &Object,
    problems: &mut Vec<Problem>,
) -> Option<Arc<Overrides>> {
    let kustomization = flux::Kustomization::read(object.node.view())?;
    if !kustomization.edits() && !kustomization.finishes() {
        return None;
    }
    let mut variables = Variables::default();
    match known.sources.variables() {
        Some(names) => names.for_each(|name| variables.may_be_set(name)),
        None => variables.leave_open(),
    }
    for reference in &kustomization.substitute_from {
        if !take_up(known, object, reference, &mut variables) {
            problems.push(not_followed(reference));
        }
    }
    for (name, value) in &kustomization.substitute {
        variables.set(name.view().text(), value);
    }
    Some(Arc::new(Overrides::Flux {
        kustomization,
        variables,
    }))
}

/// Takes the variables of a ConfigMap or Secret. Tells whether all of them are known.
fn take_up(
    known: Known<'_>,
    object: &Object,
    reference: &Reference,
    variables: &mut Variables,
) -> bool {
    let (kind, name) = (&*reference.kind, &*reference.name);
    let namespace = &*object.id.namespace;
    let beside = known.asker;
    let holder = beside.and_then(|asker| known.sources.holder(kind, name, namespace, asker));
    let Some(holder) = holder else {
        variables.leave_open();
        return false;
    };
    let is_secret = kind == "Secret";
    let mut is_known = true;
    // The server lets `stringData` outrank what is in base64, which is for the cluster alone.
    let fields: &[&str] = match is_secret {
        true => &["data", "stringData"],
        false => &["data"],
    };
    for field in fields {
        let is_hidden = manifest::is_encrypted(holder) || is_secret && *field == "data";
        for entry in holder.get(field).into_iter().flat_map(View::entries) {
            match is_hidden {
                true => variables.hide(entry.key.text()),
                false => variables.set(entry.key.text(), &entry.value.to_node()),
            }
            is_known &= !is_hidden;
        }
    }
    is_known
}

fn not_followed(reference: &Reference) -> Problem {
    let message = format!(
        "the variables of {} `{}` are not known here, so what uses them is checked as written",
        reference.kind, reference.name
    );
    let problem = Problem::new(&VALUES_NOT_FOLLOWED, message);
    match &reference.place {
        Some(place) => problem.at(place.locate()),
        None => problem,
    }
}

/// The folders that Flux builds, as the Kustomizations in some files tell.
pub(crate) fn folders_built(snapshot: &dyn Snapshot, files: &[Utf8PathBuf]) -> Vec<Utf8PathBuf> {
    const GROUP: &[u8] = b"kustomize.toolkit.fluxcd.io/";
    let is_yaml = |file: &&Utf8PathBuf| matches!(file.extension(), Some("yaml" | "yml"));
    let mut folders = Vec::new();
    for file in files.iter().filter(is_yaml) {
        let bytes = snapshot.bytes(file);
        if !bytes.is_ok_and(|bytes| memchr::memmem::find(&bytes, GROUP).is_some()) {
            continue;
        }
        let Ok(source) = snapshot.source(file) else {
            continue;
        };
        for document in source.documents().documents {
            let view = document.view();
            let kind = view.get("kind").map_or("", View::text);
            let path = view.get_path(&["spec", "path"]).map_or("", View::text);
            let folder = normalize(Utf8Path::new(""), path.trim_start_matches('/'));
            if let ("Kustomization", Some(folder)) = (kind, folder) {
                folders.push(folder);
            }
        }
    }
    folders.sort_unstable();
    folders.dedup();
    folders
}
