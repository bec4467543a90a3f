//! The rules about ignores themselves.

use crate::rule::{Rule, Severities, Severity};

pub(super) const UNUSED: &str = "unused-ignore";
pub(super) const EXPIRED: &str = "expired-ignore";
pub(super) const WITHOUT_REASON: &str = "ignore-without-reason";
pub(super) const UNKNOWN_RULE: &str = "unknown-rule-in-ignore";
pub(super) const LOCKED: &str = "locked-rule-in-ignore";
pub(super) const MALFORMED: &str = "malformed-ignore";

/// What can be reported about ignores.
pub fn rules() -> Vec<Rule> {
    vec![
        rule(
            UNUSED,
            Severity::Warning,
            "an ignore hides nothing",
            "Nothing breaks the rule where the ignore holds. It would silently hide the next fault \
             there.",
            "Remove the ignore, or the rule from its list.",
            Some([
                "image: api:1.4.2 # gitopslint: ignore[mutable-image-tag] tags are never moved",
                "image: api:1.4.2",
            ]),
        ),
        rule(
            EXPIRED,
            Severity::Warning,
            "an ignore has expired",
            "The day that the ignore names has passed. It has no effect any more, and what it hid \
             is reported again.",
            "Mend what was ignored and remove the ignore, or set a later day.",
            Some([
                "image: api:latest # gitopslint: ignore[mutable-image-tag] until=2020-06-30 a trial",
                "image: api:latest # gitopslint: ignore[mutable-image-tag] until=2999-06-30 a trial",
            ]),
        ),
        rule(
            WITHOUT_REASON,
            Severity::Error,
            "an ignore gives no reason",
            "Who reads it later cannot tell whether it still holds. Without a reason an ignore has \
             no effect.",
            "Say behind the rule why it need not be reported here.",
            Some([
                "image: api:latest # gitopslint: ignore[mutable-image-tag]",
                "image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week",
            ]),
        ),
        rule(
            UNKNOWN_RULE,
            Severity::Error,
            "an ignore names a rule that does not exist",
            "The name is mistyped, or the rule has another name by now. The ignore does not hide \
             what it was meant for.",
            "Correct the name; `gitopslint rules` lists all of them.",
            Some([
                "image: api:latest # gitopslint: ignore[mutable-image-tags] a trial of one week",
                "image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week",
            ]),
        ),
        rule(
            LOCKED,
            Severity::Error,
            "an ignore names a rule that is locked",
            "The configuration lists the rule under `locked`, so that nobody can ignore it. The \
             ignore has no effect.",
            "Mend what the rule reports and remove the ignore.",
            None,
        ),
        rule(
            MALFORMED,
            Severity::Error,
            "an ignore cannot be read",
            "The comment or annotation speaks to gitopslint, but not in a form that it \
             understands, so it has no effect.",
            "Write `# gitopslint: ignore[rule-id] reason`, with `env=production` or \
             `until=2027-01-31` where it should not hold everywhere and for ever.",
            Some([
                "image: api:latest # gitopslint: ignore mutable-image-tag, a trial of one week",
                "image: api:latest # gitopslint: ignore[mutable-image-tag] a trial of one week",
            ]),
        ),
    ]
}

/// A rule, with a bad and a good line of a container where one tells it.
fn rule(
    id: &str,
    severity: Severity,
    title: &str,
    description: &str,
    remediation: &str,
    lines: Option<[&str; 2]>,
) -> Rule {
    let pod = |line: &str| {
        format!(
            "apiVersion: v1\n\
             kind: Pod\n\
             metadata:\n  \
               name: api\n\
             spec:\n  \
               containers:\n    \
                 - name: api\n      \
                   {line}\n"
        )
    };
    Rule {
        id: id.to_owned(),
        group: "ignores".to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        remediation: remediation.to_owned(),
        severities: Severities::all(severity),
        references: Vec::new(),
        bad: lines.map(|[bad, _]| pod(bad)),
        good: lines.map(|[_, good]| pod(good)),
    }
}
