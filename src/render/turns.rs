//! Many asks within what a run may take.

use manifest::{Amounts, Budget, Total};
use rayon::prelude::*;

/// How many are rendered until it is counted what they took.
const ROUND: usize = 32;

/// Renders each ask within a budget: those that take few at the same time, the others one after
/// the other, and none once nothing is left. What they take is charged in their order, so that
/// the same ones are rendered with any number of threads.
pub(crate) fn in_turn<T: Sync, R: Send>(
    asks: &[T],
    total: &mut Total,
    render: &(dyn Fn(&T, &Budget) -> R + Sync),
    too_much: &dyn Fn(&T) -> R,
) -> Vec<R> {
    let mut all = Vec::with_capacity(asks.len());
    for asks in asks.chunks(ROUND) {
        if total.is_over() {
            all.extend(asks.iter().map(too_much));
            continue;
        }
        let at_once = |ask: &T| {
            let budget = Budget::new(Amounts::FEW);
            let done = render(ask, &budget);
            (done, budget.own(), budget.exceeded().is_some())
        };
        let done: Vec<(R, Amounts, bool)> = asks.par_iter().map(at_once).collect();
        for (ask, (mut done, mut taken, is_large)) in asks.iter().zip(done) {
            if is_large && total.is_over() {
                all.push(too_much(ask));
                continue;
            }
            if is_large {
                let budget = total.budget();
                done = render(ask, &budget);
                taken = budget.own();
            }
            total.charge(&taken);
            all.push(done);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use manifest::Unit;

    use super::*;

    /// What comes of asks that take so many values, with some threads.
    fn check(threads: usize, asks: &[u64]) -> String {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let render = |ask: &u64, budget: &Budget| match budget.spend(Unit::Nodes, *ask as usize) {
            Ok(()) => format!("{ask} "),
            Err(exceeded) => format!("{exceeded}; "),
        };
        let refused = |_: &u64| "- ".to_owned();
        let run = || in_turn(asks, &mut Total::default(), &render, &refused).concat();
        pool.build().unwrap().install(run)
    }

    #[test]
    fn what_is_rendered_does_not_depend_on_threads() {
        let most = Amounts::ASK.nodes;
        let much = most - 100;
        let asks = [1, most + 1, much, 5, much, most, 7, most, 2];
        let told = format!(
            "1 more than 4,000,000 values are made; {much} 5 {much} more than 193 values are made; 7 - 2 "
        );
        for threads in [1, 2, 8] {
            assert_eq!(check(threads, &asks), told, "{threads} threads");
        }
    }

    #[test]
    fn nothing_is_rendered_once_nothing_is_left() {
        let mut asks = vec![Amounts::ASK.nodes; 4];
        asks.extend([1; ROUND]);
        let told = check(2, &asks);
        assert!(told.ends_with("- "), "{told}");
    }
}
