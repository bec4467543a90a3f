//! Files that are called patches.

use camino::Utf8Path;
use manifest::{Node, View};

use super::LooseFile;

/// Whether a file is a patch: it is called so, and none of its objects is certain to be whole. By
/// itself a part of an object makes no sense.
pub(super) fn is_patch(file: &LooseFile) -> bool {
    is_called_patch(file.source.path()) && !file.objects.iter().any(is_whole)
}

fn is_called_patch(file: &Utf8Path) -> bool {
    file.components().any(|part| {
        let part = part.as_str().to_ascii_lowercase();
        part.split(['-', '_', '.'])
            .any(|word| word == "patch" || word == "patches")
    })
}

/// Whether an object has what nobody writes into a patch: all that its kind cannot do without.
/// Most kinds can do without anything.
fn is_whole(object: &Node) -> bool {
    let object = object.view();
    let has = |path: &[&str]| object.get_path(path).is_some();
    let of_template = &["spec", "template", "spec"];
    match object.get("kind").map_or("", View::text) {
        "Deployment" | "StatefulSet" | "DaemonSet" => {
            has(&["spec", "selector"]) && has_images(object, of_template)
        }
        "Job" => {
            has(&["spec", "template", "spec", "restartPolicy"]) && has_images(object, of_template)
        }
        "CronJob" => {
            let pod = &["spec", "jobTemplate", "spec", "template", "spec"];
            has(&["spec", "schedule"]) && has_images(object, pod)
        }
        "RoleBinding" | "ClusterRoleBinding" => has(&["roleRef"]) && has(&["subjects"]),
        _ => false,
    }
}

/// Whether all containers of a pod have an image, and there is one.
fn has_images(object: View<'_>, pod: &[&str]) -> bool {
    let containers = object.get_path(pod).and_then(|pod| pod.get("containers"));
    let mut containers = containers.into_iter().flat_map(View::items).peekable();
    containers.peek().is_some() && containers.all(|own| own.get("image").is_some())
}
