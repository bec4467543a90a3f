//! The rule on policies themselves.

use crate::rule::rules;

rules! {
    [group "policies"]

    INVALID_POLICY {
        id: "invalid-policy",
        severity: Error,
        title: "Policy that cannot be evaluated",
        description: "What the policy forbids is not checked, so a clean result would be misleading.",
        remediation: "Fix the policy at the place shown.",
    }
}
