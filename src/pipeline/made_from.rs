//! What each target is made from.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, Reads};

use crate::render::Rendered;
use crate::rule::Tier;

/// A target that was asked for, and what it is made from.
#[derive(Clone, Debug)]
pub struct MadeFrom {
    /// Its folder or file.
    pub target: Utf8PathBuf,
    /// Its environment, if one could be told.
    pub environment: Option<Arc<str>>,
    /// The environment's tier.
    pub tier: Tier,
    /// The application's name.
    pub application: String,
    /// The object that asks for it; none if the layout alone tells of it.
    pub by: Option<Location>,
    /// Whether all of it rendered.
    pub is_rendered: bool,
    /// The files that it consists of, and the one in which it is asked for.
    files: Vec<Utf8PathBuf>,
    reads: Vec<Arc<Reads>>,
}

/// What the targets are made from that were asked for.
pub(super) fn all(rendered: &[Rendered]) -> Vec<MadeFrom> {
    let asked = rendered.iter().filter(|target| target.spec.is_asked);
    asked.map(MadeFrom::of).collect()
}

impl MadeFrom {
    fn of(target: &Rendered) -> Self {
        let spec = &target.spec;
        let own = spec.files().iter().map(|file| file.source.path());
        let by = spec.by.as_ref().map(|place| place.path());
        Self {
            target: spec.path.clone(),
            environment: spec.environment.as_ref().map(|own| own.name.clone()),
            tier: spec.tier(),
            application: spec.application.clone(),
            by: spec.by.clone(),
            is_rendered: target.is_rendered(),
            files: own.chain(by).map(Utf8Path::to_owned).collect(),
            reads: target.reads.iter().chain(&target.asked).cloned().collect(),
        }
    }

    /// Whether it is made from what is at a path, or below it.
    pub fn is_made_from(&self, path: &Utf8Path) -> bool {
        let own = self.files.iter().map(Utf8PathBuf::as_path);
        let mut files = own.chain(self.reads.iter().flat_map(|reads| reads.files()));
        files.any(|file| file.starts_with(path))
    }

    /// Whether it could be another one if something else stood at the path: it was made from
    /// what stands there, or looked for something there. `comes_or_goes` tells whether a listing
    /// of the folder would be another one.
    pub fn depends_on(&self, path: &Utf8Path, comes_or_goes: bool) -> bool {
        let mut reads = self.reads.iter();
        let parent = path.parent().filter(|_| comes_or_goes);
        let has_read = |reads: &Arc<Reads>| {
            reads.has_asked(path) || parent.is_some_and(|folder| reads.has_listed(folder))
        };
        self.files.iter().any(|own| own == path) || reads.any(has_read)
    }
}
