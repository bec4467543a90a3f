//! How much may be spent on expressions: they come from a stranger.

use crate::Failure;

/// Steps and bytes that are left. Both are counts, so that the same expression ends at the same
/// place on every machine.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    steps: u64,
    bytes: u64,
}

impl Budget {
    /// So many steps, and so many bytes of texts and lists that are made on the way. A step is
    /// one node of an expression, one item that is looked at, or ten bytes of text.
    pub fn new(steps: u64, bytes: u64) -> Self {
        Self { steps, bytes }
    }

    /// Steps that are left.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), Failure> {
        take(&mut self.steps, steps)
    }

    /// For work on every byte of a text.
    pub(crate) fn scan(&mut self, bytes: usize) -> Result<(), Failure> {
        self.spend(bytes / 10 + 1)
    }

    /// For memory, whether it is given back later or not.
    pub(crate) fn hold(&mut self, bytes: usize) -> Result<(), Failure> {
        take(&mut self.bytes, bytes)
    }

    /// For a list of so many items.
    pub(crate) fn list(&mut self, items: usize) -> Result<(), Failure> {
        self.spend(items)?;
        self.hold(items.saturating_mul(size_of::<crate::Value>()))
    }
}

/// What is asked for beyond what is left uses up everything, so that nothing follows.
fn take(left: &mut u64, amount: usize) -> Result<(), Failure> {
    match left.checked_sub(amount as u64) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => {
            *left = 0;
            Err(Failure::BUDGET)
        }
    }
}
