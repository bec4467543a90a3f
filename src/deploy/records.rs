//! Objects as a cluster gave them: a backup, or the evidence of a test.

use manifest::Node;
use rustc_hash::FxHashSet;

use super::LooseFile;
use super::starts::is_start;

/// Whether an object has what only a cluster writes.
pub(super) fn is_from_cluster(object: &Node) -> bool {
    let view = object.view();
    let has = |mark: &[&str]| view.get_path(mark).is_some();
    let is_old = has(&["status"]) || has(&["metadata", "creationTimestamp"]);
    is_old && has(&["metadata", "uid"]) && has(&["metadata", "resourceVersion"])
}

/// What is known of the files that hold what a cluster gave.
pub(super) struct Records {
    /// Whether something deploys from the repository. Where nothing does, what an object was
    /// exported to may well be applied by hand.
    is_deployed_from: bool,
    /// The objects that were met, as the cluster knows them.
    met: FxHashSet<String>,
}

impl Records {
    /// Learns from all files whether something deploys from the repository, unless that is known.
    pub(super) fn among<'f>(
        mut files: impl Iterator<Item = &'f LooseFile>,
        is_deployed_from: bool,
    ) -> Self {
        let deploys = |object: &Node| is_start(object) && !is_from_cluster(object);
        Self {
            is_deployed_from: is_deployed_from
                || files.any(|file| file.objects.iter().any(deploys)),
            met: FxHashSet::default(),
        }
    }

    /// Whether something deploys from the repository.
    pub(super) fn are_deployed_from(&self) -> bool {
        self.is_deployed_from
    }

    /// Whether a file is one: all that a cluster has, with what controllers made there, which nobody
    /// applies; an export of what something deploys; or the same objects once more.
    pub(super) fn have(&mut self, file: &LooseFile) -> bool {
        let objects = || file.objects.iter();
        if file.objects.is_empty() || !objects().all(is_from_cluster) {
            return false;
        }
        let of_object = |object: &Node, key: &str| {
            let value = object.view().get_path(&["metadata", key]);
            value.map(|value| value.text().to_owned())
        };
        let is_made = objects().any(|object| of_object(object, "ownerReferences").is_some());
        let ids = objects().filter_map(|object| of_object(object, "uid"));
        let mut are_met = true;
        for id in ids {
            are_met &= !self.met.insert(id);
        }
        is_made || self.is_deployed_from || are_met
    }
}
