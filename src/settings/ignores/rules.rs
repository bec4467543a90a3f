//! The rules about ignores themselves.

use crate::rule::{IGNORES, rules};

rules! {
    [group IGNORES]

    UNUSED_IGNORE {
        id: "unused-ignore",
        severity: Warning,
        title: "an ignore hides nothing",
        description: "Nothing breaks the rule where the ignore holds. It would silently hide the next fault there.",
        remediation: "Remove the ignore, or the rule from its list.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:1.4.2 # gitopslint: ignore[mutable-image-tag] tags are never moved\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:1.4.2\n",
    }

    EXPIRED_IGNORE {
        id: "expired-ignore",
        severity: Warning,
        title: "an ignore has expired",
        description: "The day that the ignore names has passed. It has no effect any more, and what it hid is reported again.",
        remediation: "Mend what was ignored and remove the ignore, or set a later day.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] until=2020-06-30 a trial\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] until=2999-06-30 a trial\n",
    }

    IGNORE_WITHOUT_REASON {
        id: "ignore-without-reason",
        severity: Error,
        title: "an ignore gives no reason",
        description: "Who reads it later cannot tell whether it still holds. Without a reason an ignore has no effect.",
        remediation: "Say behind the rule why it need not be reported here.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag]\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week\n",
    }

    UNKNOWN_RULE_IN_IGNORE {
        id: "unknown-rule-in-ignore",
        severity: Error,
        title: "an ignore names a rule that does not exist",
        description: "The name is mistyped, or the rule has another name by now. The ignore does not hide what it was meant for.",
        remediation: "Correct the name; `gitopslint rules` lists all of them.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tags] a trial of one week\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week\n",
    }

    LOCKED_RULE_IN_IGNORE {
        id: "locked-rule-in-ignore",
        severity: Error,
        title: "an ignore names a rule that is locked",
        description: "The configuration lists the rule under `locked`, so that nobody can ignore it. The ignore has no effect.",
        remediation: "Mend what the rule reports and remove the ignore.",
    }

    MALFORMED_IGNORE {
        id: "malformed-ignore",
        severity: Error,
        title: "an ignore cannot be read",
        description: "The comment or annotation speaks to gitopslint, but not in a form that it understands, so it has no effect.",
        remediation: "Write `# gitopslint: ignore[rule-id] reason`, with `env=production` or `until=2027-01-31` where it should not hold everywhere and for ever.",
        bad: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore mutable-image-tag, a trial of one week\n",
        good: "apiVersion: v1\nkind: Pod\nmetadata:\n  name: api\nspec:\n  containers:\n    - name: api\n      image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week\n",
    }
}
