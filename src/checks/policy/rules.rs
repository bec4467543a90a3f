//! The rule on policies themselves.

use crate::rule::rules;

rules! {
    [group "policies"]

    INVALID_POLICY {
        id: "invalid-policy",
        severity: Error,
        title: "policy cannot be evaluated",
        description: "What the policy forbids is not looked for, so a clean result would say too much.",
        remediation: "Mend the policy at the place shown.",
    }
}
