//! How much an ApplicationSet may do.

use go_template::{Budget, Failure, Limits};

/// How many Applications one ApplicationSet may generate. Real ones stay below a thousand for
/// each cluster.
pub(super) const MOST_APPLICATIONS: usize = 20_000;

/// How much rendering templates may take for all Applications of one ApplicationSet.
pub(super) const LIMITS: Limits = Limits {
    steps: 20_000_000,
    bytes: 256 << 20,
    text: 4 << 20,
    depth: 200,
    stack: 1 << 20,
};

/// How many values may be looked at or made.
const VALUES: u64 = 4_000_000;

/// What is left of the limits. What goes beyond is an error, never a hang or a crash.
#[derive(Debug)]
pub(super) struct Work(Budget);

impl Work {
    /// All that is allowed.
    pub(super) fn new() -> Self {
        Self(Budget::new(&Limits {
            steps: VALUES,
            ..LIMITS
        }))
    }

    /// Spends looking at, or making, values.
    ///
    /// # Errors
    /// There is nothing left to spend.
    pub(super) fn spend(&mut self, values: usize) -> Result<(), Failure> {
        let spent = self.0.spend(values);
        spent.map_err(|_| Failure::limit("this ApplicationSet generates too much"))
    }

    /// For texts.
    pub(super) fn budget(&mut self) -> &mut Budget {
        &mut self.0
    }
}
