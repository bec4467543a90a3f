//! The rules on changes themselves: what they do to the gate, and to an environment's own values.

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

    HOTFIX_LOST {
        id: "hotfix-lost",
        severity: Warning,
        title: "promotion by hand takes back a hotfix or carries another environment's value along",
        description: "A change that makes files of one environment say what another's say is a promotion, whether it is made with cp, by a bot or in an editor. What only the target had before, such as a hotfix, is lost with it, and a host, a size or a name of the source's comes along. --changed and `diff --rev` compare such files as `promote` does.",
        remediation: "Give the field back the value that it had, or promote with `gitopslint promote`, which leaves such fields as they are.",
    }
}
