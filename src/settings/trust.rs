//! The rules on changes themselves: what they do to the gate, and to an environment's own values.

use crate::rule::{GATE, rules};

rules! {
    [group GATE]

    GATE_WEAKENED {
        id: "gate-weakened",
        severity: Error,
        title: "Change that weakens the gate",
        description: "With `--gate-from`, configuration, policies and baseline are read from a trusted revision. What the change would have made of them is reported, so that nobody merges a weaker gate unnoticed.",
        remediation: "Fix what the change was meant to excuse, or let the owner of the gate change it first, in a separate change.",
    }

    HOTFIX_LOST {
        id: "hotfix-lost",
        severity: Warning,
        title: "Promotion by hand that loses a hotfix or copies another environment's value",
        description: "A change that makes files of one environment match another's is a promotion, whether it is made with `cp`, by a bot or in an editor. What only the target had, such as a hotfix, is lost, and a host, a size or a name of the source comes along. `--changed` and `diff --rev` compare such files as `promote` does.",
        remediation: "Restore the field's value, or promote with `gitopslint promote`, which leaves such fields as they are.",
    }
}
