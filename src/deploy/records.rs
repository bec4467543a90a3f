//! Objects as a cluster gave them: a backup, or the evidence of a test.

use manifest::Node;

use super::LooseFile;

/// Whether an object has what only a cluster writes.
pub(super) fn is_from_cluster(object: &Node) -> bool {
    let marks: [&[&str]; 3] = [
        &["metadata", "uid"],
        &["metadata", "resourceVersion"],
        &["status"],
    ];
    let view = object.view();
    marks.iter().all(|mark| view.get_path(mark).is_some())
}

/// Whether a file is all that a cluster has, with what controllers made there: nobody applies their
/// pods, while what one object was exported to may well be applied.
pub(super) fn is_dump(file: &LooseFile) -> bool {
    let is_made = |object: &Node| {
        let owners = object.view().get_path(&["metadata", "ownerReferences"]);
        owners.is_some()
    };
    let objects = || file.objects.iter();
    objects().any(is_made) && objects().all(is_from_cluster)
}
