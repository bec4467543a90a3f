//! What templates looked at.

use std::sync::Arc;

use manifest::{FieldPath, Source, Src};
use spanned_yaml::Span;

/// What the templates of a release looked at, to tell what nobody uses and what nobody set.
#[derive(Debug, Default)]
pub struct Usage {
    /// The keys of values that were asked for, mapping by mapping.
    pub reads: Vec<KeyRead>,
    /// The branches that ran, each once.
    pub branches: Vec<BranchRun>,
}

/// A key of values that a template asked for.
#[derive(Clone, Debug)]
pub struct KeyRead {
    /// The chart whose values they are, by its path as Helm names it: `app/charts/db`.
    pub chart: Arc<str>,
    /// The way to it from that chart's `.Values`.
    pub path: FieldPath,
    /// Whether it is set.
    pub found: bool,
    /// Whether it is a mapping or list that was used as a whole: printed, merged, gone through.
    /// All that it holds is used.
    pub whole: bool,
    /// Where the value stands that was found.
    pub value: Option<Src>,
    /// The template that was rendered meanwhile.
    pub template: Arc<str>,
}

/// A branch of an `if`, `with` or `range` that ran.
#[derive(Clone, Debug)]
pub struct BranchRun {
    /// The template's file.
    pub file: Arc<Source>,
    /// The whole action, from its first branch to its `end`.
    pub span: Span,
    /// Which branch: the first is 0, `else` the last.
    pub branch: usize,
}
