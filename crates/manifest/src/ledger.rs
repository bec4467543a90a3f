use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Amounts, Budget, Exceeded};

/// What several asks take together, charged in their order whatever order they run in.
///
/// An ask is refused if it and all asks before it go beyond the limits together. Some of it can
/// be told before an ask runs, from those before it that are done; the rest is told at the end.
/// Both say the same, so that nothing depends on the number of threads.
#[derive(Debug)]
pub struct Ledger {
    limits: Amounts,
    /// What was taken before these asks.
    before: Amounts,
    entries: Mutex<Entries>,
}

#[derive(Debug)]
struct Entries {
    /// What each ask took; none as long as it is not done.
    taken: Vec<Option<Amounts>>,
    /// All of it, and what was taken before.
    sum: Amounts,
}

impl Ledger {
    /// For a number of asks, after others that took `before`.
    pub fn new(limits: Amounts, before: Amounts, asks: usize) -> Self {
        Self {
            limits,
            before,
            entries: Mutex::new(Entries {
                taken: vec![None; asks],
                sum: before,
            }),
        }
    }

    /// Whether an ask, counted from 0, may still run: not if those before it that are done have
    /// taken too much already.
    ///
    /// # Errors
    /// It is certain to be refused.
    pub fn admit(&self, ask: usize) -> Result<(), Exceeded> {
        let entries = self.entries();
        if entries.sum.beyond(&self.limits).is_none() {
            return Ok(());
        }
        let before = entries.taken.iter().take(ask).flatten();
        let sum = before.fold(self.before, |sum, taken| sum.plus(taken));
        match sum.beyond(&self.limits) {
            Some(exceeded) => Err(exceeded),
            None => Ok(()),
        }
    }

    /// Notes what an ask took by itself.
    pub fn note(&self, ask: usize, budget: &Budget) {
        let mut entries = self.entries();
        let own = budget.own();
        if let Some(taken) = entries.taken.get_mut(ask) {
            *taken = Some(own);
            entries.sum = entries.sum.plus(&own);
        }
    }

    /// What each ask is told once all are done, and what they took together. One that did not run
    /// took nothing.
    pub fn close(self) -> (Vec<Result<(), Exceeded>>, Amounts) {
        let entries = self.entries.into_inner();
        let entries = entries.unwrap_or_else(PoisonError::into_inner);
        let mut sum = self.before;
        let verdicts = entries.taken.into_iter().map(|taken| {
            sum = sum.plus(&taken.unwrap_or_default());
            sum.beyond(&self.limits).map_or(Ok(()), Err)
        });
        (verdicts.collect(), sum)
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unit;

    const LIMITS: Amounts = Amounts {
        objects: 10,
        ..Amounts::ASK
    };

    /// Runs asks that take so many objects each, in an order, as far as they are admitted.
    fn check(objects: &[usize], order: &[usize]) -> Vec<bool> {
        let ledger = Ledger::new(LIMITS, Amounts::default(), objects.len());
        for ask in order {
            if ledger.admit(*ask).is_ok() {
                let budget = Budget::default();
                budget.spend(Unit::Objects, objects[*ask]).unwrap();
                ledger.note(*ask, &budget);
            }
        }
        let (verdicts, _) = ledger.close();
        verdicts.iter().map(Result::is_ok).collect()
    }

    #[test]
    fn who_runs_first_does_not_matter() {
        let expected = [true, true, false, false];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            assert_eq!(check(&[4, 6, 1, 0], &order), expected, "{order:?}");
        }
    }
}
