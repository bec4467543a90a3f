//! Many answers in one digest.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, ReadError};
use sha2::{Digest, Sha256};

use crate::snapshot::Walk;

/// The digest of a sequence of answers. No two different sequences are written alike.
#[derive(Default)]
pub(super) struct Fold(Sha256);

impl Fold {
    /// The answers to all that can be asked about a path, but for its content.
    pub(super) fn answers(
        &mut self,
        kept: Option<Kept>,
        real: Option<&Utf8Path>,
        listed: Option<&[Utf8PathBuf]>,
        refused: Option<&ReadError>,
    ) {
        self.number(u64::from(kept.is_some()));
        if let Some(kept) = kept {
            self.text(&format!("{kept:?}"));
        }
        self.all(real.map(Utf8Path::as_str));
        self.number(u64::from(listed.is_some()));
        self.paths(listed.unwrap_or_default());
        self.all(refused.map(|refused| format!("{refused:?}")).as_deref());
    }

    pub(super) fn finish(self) -> String {
        let sum = self.0.finalize();
        sum.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn paths(&mut self, paths: &[Utf8PathBuf]) {
        self.number(paths.len() as u64);
        for path in paths {
            self.text(path.as_str());
        }
    }

    fn all<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        let texts: Vec<&str> = texts.into_iter().collect();
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, number: u64) {
        self.0.update(number.to_le_bytes());
    }
}

/// The digest of what a repository consists of.
pub(super) fn walk(walk: &Walk) -> String {
    let Walk {
        files,
        stray_links,
        unreadable,
        submodules,
    } = walk;
    let mut fold = Fold::default();
    fold.paths(files);
    fold.paths(stray_links);
    fold.paths(submodules);
    let unreadable = unreadable.iter();
    fold.all(unreadable.flat_map(|(path, why)| [path.as_str(), why]));
    fold.finish()
}

/// The digest of the addresses of a repository.
pub(super) fn remotes(remotes: &[String]) -> String {
    let mut fold = Fold::default();
    fold.all(remotes.iter().map(String::as_str));
    fold.finish()
}
