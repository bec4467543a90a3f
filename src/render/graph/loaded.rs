//! One kustomization, as it was read.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use kustomize::{Kustomization, Options};
use manifest::{Fault, Reads, Recorder, Snapshot};

/// One kustomization of a [`super::Graph`].
#[derive(Debug)]
pub(super) struct Loaded {
    /// Its folder.
    pub(super) folder: Utf8PathBuf,
    /// The kustomization, or why it could not be read.
    pub(super) kustomization: Result<Arc<Kustomization>, Vec<Fault>>,
    /// The folders of the kustomizations whose results it needs, until all are known.
    pub(super) named: Vec<Utf8PathBuf>,
    /// The kustomizations whose results it needs.
    pub(super) bases: Vec<usize>,
    /// What reading it asked of the snapshot.
    pub(super) reads: Arc<Reads>,
    /// Whether it may read files outside its folder.
    pub(super) is_free: bool,
}

impl Loaded {
    pub(super) fn read(snapshot: &dyn Snapshot, folder: Utf8PathBuf, options: Options) -> Self {
        let recorder = Recorder::new(snapshot);
        let kustomization = kustomize::load(&recorder, &folder, options);
        let named = match &kustomization {
            Ok(known) => known.bases().into_iter().map(Utf8Path::to_owned).collect(),
            Err(_) => kustomize::named_bases(&recorder, &folder),
        };
        Self {
            folder,
            kustomization,
            named,
            bases: Vec::new(),
            reads: Arc::new(recorder.into_reads()),
            is_free: !options.load_restrictor,
        }
    }

    pub(super) fn options(&self, options: Options) -> Options {
        Options {
            load_restrictor: options.load_restrictor && !self.is_free,
            ..options
        }
    }
}
