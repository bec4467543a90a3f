//! KSOPS: a program that decrypts objects which stand in the repository encrypted.
//!
//! It is never run. What it gives is known all the same, but for the values.

use manifest::{Fault, View};

use crate::accumulate::Run;
use crate::fault;
use crate::generate::Generated;
use crate::kustomization::Behavior;
use crate::openapi::Schema;
use crate::paths::Files;
use crate::read;
use crate::resource::Resource;
use crate::text::Text;

/// The objects that a configuration of KSOPS names, encrypted as they are; none if it is another
/// program's, or asks for what only decrypting tells.
pub(crate) fn objects(
    run: &Run<'_>,
    files: &Files<'_>,
    config: &Resource,
    schema: &Schema,
) -> Option<Result<Vec<Generated>, Vec<Fault>>> {
    let (id, view) = (config.id(), config.view());
    // The keys of Secrets that it makes out of encrypted files are not known.
    let makes_secrets = view.get("secretFrom").is_some();
    if id.group != "viaduct.ai" || id.kind != "ksops" || makes_secrets {
        return None;
    }
    let mut all = Vec::new();
    let mut faults = Vec::new();
    for path in view.get("files")?.items() {
        let Some(at) = path.origin() else { continue };
        match read_file(run, files, &Text::of(path, at), schema) {
            Ok(objects) => all.extend(objects),
            Err(more) => faults.extend(more),
        }
    }
    // Its hash would be that of what is decrypted.
    if all.iter().any(|own| own.resource.needs_hash()) {
        return None;
    }
    Some(match faults.is_empty() {
        true => Ok(all),
        false => Err(faults),
    })
}

fn read_file(
    run: &Run<'_>,
    files: &Files<'_>,
    path: &Text,
    schema: &Schema,
) -> Result<Vec<Generated>, Vec<Fault>> {
    let source = files.source(path).map_err(|fault| vec![fault])?;
    if let Some(error) = source.tree.errors().first() {
        return Err(vec![fault::of_yaml(&source, error)]);
    }
    let nodes = read::objects(&source, run.budget)?;
    let generated = nodes.into_iter().map(|node| Generated {
        behavior: behavior(node.view()),
        resource: Resource::new(node, schema),
    });
    Ok(generated.collect())
}

/// What an object says is to be done with one that is there already.
fn behavior(object: View<'_>) -> Behavior {
    let annotation = [
        "metadata",
        "annotations",
        "kustomize.config.k8s.io/behavior",
    ];
    match object.get_path(&annotation).map_or("", View::text) {
        "merge" => Behavior::Merge,
        "replace" => Behavior::Replace,
        _ => Behavior::Create,
    }
}
