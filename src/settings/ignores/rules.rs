//! The rules about ignores themselves.

use crate::rule::{IGNORES, rules};

rules! {
    [group IGNORES]

    UNUSED_IGNORE {
        id: "unused-ignore",
        severity: Warning,
        title: "Unused ignore",
        description: "The rule reports nothing where the ignore applies. It would silently hide the next \
                      finding there.",
        remediation: "Remove the ignore, or the rule from its list.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:1.4.2 # gitopslint: ignore[mutable-image-tag] tags are never moved\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:1.4.2\n",
    }

    EXPIRED_IGNORE {
        id: "expired-ignore",
        severity: Warning,
        title: "Expired ignore",
        description: "The ignore's date has passed. It no longer has any effect, and what it hid is \
                      reported again.",
        remediation: "Fix the finding and remove the ignore, or set a later date.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] until=2020-06-30 a trial\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] until=2999-06-30 a trial\n",
    }

    IGNORE_WITHOUT_REASON {
        id: "ignore-without-reason",
        severity: Error,
        title: "Ignore without a reason",
        description: "Nobody can tell later whether it still applies. Without a reason, an \
                      ignore has no effect.",
        remediation: "Write the reason after the rule.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag]\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week\n",
    }

    UNKNOWN_RULE_IN_IGNORE {
        id: "unknown-rule-in-ignore",
        severity: Error,
        title: "Ignore for an unknown rule",
        description: "The name is misspelled, or the rule was renamed. The ignore does not hide what it \
                      was meant to.",
        remediation: "Fix the name; `gitopslint rules` lists all of them.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tags] a trial of one week\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week\n",
    }

    LOCKED_RULE_IN_IGNORE {
        id: "locked-rule-in-ignore",
        severity: Error,
        title: "Ignore for a locked rule",
        description: "The configuration lists the rule under `locked`, so that nobody can ignore it. The ignore has no effect.",
        remediation: "Fix the finding and remove the ignore.",
    }

    MALFORMED_IGNORE {
        id: "malformed-ignore",
        severity: Error,
        title: "Malformed ignore",
        description: "The comment or annotation is addressed to gitopslint but cannot be parsed, so it has \
                      no effect.",
        remediation: "Write `# gitopslint: ignore[rule-id] reason`, with `env=production` or \
                      `until=2027-01-31` where it should not apply everywhere or forever.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore mutable-image-tag, a trial of one week\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week\n",
    }
}
