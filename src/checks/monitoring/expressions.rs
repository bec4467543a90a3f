//! Which expressions are wrong, and which are in another language.

use std::ops::Range;

use promql::{Kind, Reason};

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// Prometheus rejects it: why, and where in it.
    Wrong(String, Range<usize>),
    /// What it is that is not checked.
    NotChecked(&'static str),
}

/// Judges an expression of something that needs a value at each time.
pub(super) fn judge(expression: &str, is_metricsql: bool, of: &str) -> Verdict {
    if is_template(expression) {
        return Verdict::NotChecked("objects with PromQL that a template fills in");
    }
    let error = match promql::check(expression) {
        Ok(Kind::Scalar | Kind::Vector) => return Verdict::Fine,
        Ok(kind) => {
            let message = format!(
                "{of} needs an instant vector or a scalar, not a {}",
                kind.name()
            );
            return Verdict::Wrong(message, 0..expression.len());
        }
        Err(error) => error,
    };
    match error.reason {
        Reason::Limit => Verdict::NotChecked("objects with PromQL beyond the limits"),
        Reason::Wrong if is_metricsql => {
            Verdict::NotChecked("objects with PromQL that may be MetricsQL")
        }
        Reason::Wrong if is_logql(expression) => Verdict::NotChecked("objects with LogQL"),
        Reason::Wrong => {
            let message = format!("the expression is not valid PromQL: {}", error.message);
            Verdict::Wrong(message, widened(expression, error.span))
        }
    }
}

/// Whether a template, a shell or Flux still fills something in. In PromQL itself `$` is followed
/// by a digit in replacements, and by the end in patterns.
fn is_template(expression: &str) -> bool {
    let starts_name = |c: u8| c.is_ascii_alphabetic() || matches!(c, b'_' | b'(');
    let bytes = expression.as_bytes();
    let dollar = bytes.iter().enumerate().any(|(at, byte)| {
        let next = |offset: usize| bytes.get(at + offset).copied();
        *byte == b'$'
            && match next(1) {
                Some(b'{') => next(2).is_some_and(starts_name),
                Some(b'(') => next(2).is_some_and(starts_name),
                Some(other) => starts_name(other) && other != b'(',
                None => false,
            }
    });
    dollar || expression.contains("{{")
}

/// Whether it has a pipe, which PromQL knows within texts alone.
fn is_logql(expression: &str) -> bool {
    let mut quote = None;
    let mut is_escaped = false;
    for c in expression.chars() {
        match quote {
            Some(open) => match c {
                _ if is_escaped => is_escaped = false,
                '\\' if open != '`' => is_escaped = true,
                c if c == open => quote = None,
                _ => {}
            },
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if c == '|' => return true,
            None => {}
        }
    }
    false
}

/// A place that can be shown: at the end of the expression, its last character.
fn widened(expression: &str, span: Range<usize>) -> Range<usize> {
    if !span.is_empty() {
        return span;
    }
    let text = expression.trim_end();
    let last = text.char_indices().next_back();
    last.map_or(0..0, |(start, c)| start..start + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_template_fills_in_is_not_judged() {
        for expression in [
            "up{job=\"${JOB}\"}",
            "up > {{ .Values.limit }}",
            "rate(x[$__interval])",
            "up{a=\"$(NAME)\"}",
        ] {
            assert!(is_template(expression), "{expression}");
        }
        for expression in [
            "up{a=~\"x$\"}",
            "up{a=~\"x$|y\"}",
            "label_replace(up, \"a\", \"${1}$2\", \"b\", \"(.*)\")",
        ] {
            assert!(!is_template(expression), "{expression}");
        }
    }

    #[test]
    fn other_languages_are_told_apart() {
        let logs = "sum(rate({app=\"a\"} |= \"error\" [5m])) > 1";
        assert_eq!(
            judge(logs, false, "a rule"),
            Verdict::NotChecked("objects with LogQL")
        );
        let median = "median(up)";
        assert!(matches!(judge(median, false, "a rule"), Verdict::Wrong(..)));
        assert!(matches!(
            judge(median, true, "a rule"),
            Verdict::NotChecked(_)
        ));
        assert!(matches!(
            judge("up{a=~\"x|(\"}", false, "a rule"),
            Verdict::Wrong(..)
        ));
        assert!(matches!(
            judge(&"a".repeat(1 << 20), false, "a rule"),
            Verdict::NotChecked(_)
        ));
    }
}
