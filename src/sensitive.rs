//! Values that no output may show: what a Secret holds, and what looks like a credential.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::Span;
use rustc_hash::FxHashMap;

/// What stands in place of a sensitive value.
pub const REDACTED: &str = "‹redacted›";

/// Where sensitive values stand in the files.
#[derive(Debug, Default)]
pub struct Sensitive {
    spans: FxHashMap<Utf8PathBuf, Vec<Span>>,
}

impl Sensitive {
    /// The sensitive bytes of a file, in order and without overlap.
    pub fn spans(&self, file: &Utf8Path) -> &[Span] {
        self.spans.get(file).map_or(&[], Vec::as_slice)
    }
}
