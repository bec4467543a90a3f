//! Which part of the evaluation falls to a run, where several share it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use manifest::View;

use crate::request::Share;

/// The units of work that a run does.
#[derive(Debug)]
pub(super) struct Portion {
    /// By the unit's index; all, if the run shares nothing.
    own: Option<Vec<bool>>,
}

impl Portion {
    /// Everything.
    pub(super) const ALL: Self = Self { own: None };

    /// What falls to a share: each unit goes to the share that has least to do so far, the costly
    /// ones first. The first share has `ahead` to do besides.
    pub(super) fn of(share: Share, costs: &[u64], ahead: u64) -> Self {
        let mut order: Vec<usize> = (0..costs.len()).collect();
        order.sort_by_key(|unit| Reverse(costs[*unit]));
        let mut loads: BinaryHeap<Reverse<(u64, usize)>> = (1..=share.of().get())
            .map(|number| Reverse((if number == 1 { ahead } else { 0 }, number)))
            .collect();
        let mut own = vec![false; costs.len()];
        for unit in order {
            if let Some(mut least) = loads.peek_mut() {
                let Reverse((load, number)) = &mut *least;
                *load = load.saturating_add(costs[unit]);
                own[unit] = *number == share.number();
            }
        }
        Self { own: Some(own) }
    }

    /// Whether a unit is done here.
    pub(super) fn has(&self, unit: usize) -> bool {
        let own = self.own.as_ref();
        own.is_none_or(|own| own.get(unit).copied().unwrap_or_default())
    }
}

/// How deep an object is looked into for what it costs.
const DEPTH_LIMIT: usize = 32;

/// About what it costs to judge an object: how many values it has.
pub(super) fn cost(object: View<'_>) -> u64 {
    fn count(view: View<'_>, depth: usize) -> u64 {
        if depth == DEPTH_LIMIT {
            return 1;
        }
        let inner = view.entries().map(|entry| entry.value).chain(view.items());
        1 + inner.map(|value| count(value, depth + 1)).sum::<u64>()
    }
    count(object, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(of: usize, costs: &[u64], ahead: u64) -> Vec<Vec<usize>> {
        let numbers = 1..=of;
        let share = |number| format!("{number}/{of}").parse().unwrap();
        numbers
            .map(|number| {
                let portion = Portion::of(share(number), costs, ahead);
                (0..costs.len()).filter(|unit| portion.has(*unit)).collect()
            })
            .collect()
    }

    #[test]
    fn each_unit_falls_to_one_share_and_none_has_much_more_than_others() {
        assert_eq!(shares(2, &[1, 5, 1, 4, 2], 0), [vec![0, 1, 2], vec![3, 4]]);
        assert_eq!(shares(2, &[1, 5, 1, 4, 2], 9), [vec![4], vec![0, 1, 2, 3]]);
        assert_eq!(shares(3, &[7], 0), [vec![0], vec![], vec![]]);
        assert!(Portion::ALL.has(7));
    }
}
