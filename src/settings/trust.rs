//! The rule on changes to what changes are judged by.

use crate::rule::{GATE, rules};

rules! {
    [group GATE]

    GATE_WEAKENED {
        id: "gate-weakened",
        severity: Error,
        title: "Change that weakens the gate",
        description: "With --gate-from, configuration, policies and baseline are read from a revision that is trusted. What the change would have made of them is reported, so that nobody merges a weaker gate unseen.",
        remediation: "Fix what the change was meant to excuse, or have the owner of the gate change it first, in a change of its own.",
    }
}
