//! Names that are probably mistyped.

/// How many pairs of names are compared in a cluster.
const COMPARISONS: usize = 200_000;

/// Finds what a mistyped name was meant to be, until it has looked long enough.
pub(super) struct Near {
    left: usize,
}

impl Near {
    pub(super) fn new() -> Self {
        Self { left: COMPARISONS }
    }

    /// The name of which this one is a slip of the pen.
    pub(super) fn meant<'a>(
        &mut self,
        name: &str,
        candidates: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        let mut candidates: Vec<&str> = candidates
            .filter(|other| other.len().abs_diff(name.len()) <= 2)
            .take(self.left)
            .collect();
        self.left -= candidates.len();
        candidates.sort_unstable();
        suggest::slip(name, candidates)
    }
}
