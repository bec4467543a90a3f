//! What is counted of an evaluation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How much of something there is, by name.
type Counts = BTreeMap<String, usize>;

/// What was not checked, or failed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tally {
    /// What schemas could not judge, with how many objects of each kind.
    pub unchecked: BTreeMap<String, Counts>,
    /// How often each policy failed.
    pub failed_policies: Counts,
}

impl Tally {
    /// Adds what was told and is not known after all, with how many objects of each kind.
    pub fn leave_out(&mut self, what: &str, which: BTreeMap<String, usize>) {
        if !which.is_empty() {
            add(self.unchecked.entry(what.to_owned()).or_default(), which);
        }
    }

    /// Adds what another run counted that shares the same evaluation.
    pub fn add(&mut self, other: Self) {
        for (what, which) in other.unchecked {
            add(self.unchecked.entry(what).or_default(), which);
        }
        add(&mut self.failed_policies, other.failed_policies);
    }
}

fn add(to: &mut Counts, counts: Counts) {
    for (name, count) in counts {
        *to.entry(name).or_default() += count;
    }
}
