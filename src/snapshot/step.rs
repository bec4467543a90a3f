//! The steps of writing. A test ends a run at one of them as if the machine had stopped there.

#[cfg(not(test))]
pub(super) fn step() {}

#[cfg(test)]
pub(super) use of_tests::{step, stopped_after};

#[cfg(test)]
mod of_tests {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    thread_local! {
        static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    }

    /// Ends the run if this was its last step: by a panic, after which nothing tidies up.
    pub(in crate::snapshot) fn step() {
        LEFT.with(|left| match left.get() {
            Some(0) => std::panic::resume_unwind(Box::new("stopped")),
            Some(more) => left.set(Some(more - 1)),
            None => {}
        });
    }

    /// Runs something that stops after some steps; `None` if it did.
    pub(in crate::snapshot) fn stopped_after<T>(
        steps: usize,
        run: impl FnOnce() -> T,
    ) -> Option<T> {
        LEFT.with(|left| left.set(Some(steps)));
        let done = catch_unwind(AssertUnwindSafe(run)).ok();
        LEFT.with(|left| left.set(None));
        done
    }
}
