//! Queries of Argo Rollouts, which have the arguments of an analysis filled in: `{{args.service}}`.

use std::ops::Range;

use super::expressions::{self, Verdict};

/// What an argument outside of a text may stand for.
#[derive(Clone, Copy)]
enum Meaning {
    Number,
    Name,
}

/// Judges a query, whatever its arguments are.
pub(super) fn judge(query: &str, is_metricsql: bool) -> Verdict {
    let arguments = arguments(query);
    let judge = |meaning| {
        let filled = filled(query, &arguments, meaning);
        expressions::judge(&filled, is_metricsql, "a metric")
    };
    let first = judge(Meaning::Number);
    let has_open = arguments.iter().any(|own| own.place == Place::Open);
    if !has_open || !matches!(first, Verdict::Wrong(..)) {
        return first;
    }
    match judge(Meaning::Name) {
        Verdict::Wrong(message, span) if touches_none(&arguments, &span) => {
            Verdict::Wrong(message, span)
        }
        // What comes of an argument at that place is not known.
        Verdict::Wrong(..) => Verdict::NotChecked("objects with PromQL that arguments decide over"),
        other => other,
    }
}

/// Whether what is wrong has nothing to do with an argument.
fn touches_none(arguments: &[Argument], span: &Range<usize>) -> bool {
    let mut open = arguments.iter().filter(|own| own.place == Place::Open);
    open.all(|own| own.span.end < span.start || span.end < own.span.start)
}

/// Where an argument stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In quotes.
    Text,
    /// Where a length of time is.
    Time,
    /// Anywhere else.
    Open,
}

struct Argument {
    span: Range<usize>,
    place: Place,
}

/// The arguments of a query, from the first to the last.
fn arguments(query: &str) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let mut quote = None;
    let mut at = 0;
    while let Some(rest) = query.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        let length = rest.strip_prefix("{{").and_then(length_of);
        if let Some(length) = length {
            let span = at..at + "{{".len() + length;
            at = span.end;
            let place = match quote {
                Some(_) => Place::Text,
                None if is_time(&query[..span.start]) => Place::Time,
                None => Place::Open,
            };
            arguments.push(Argument { span, place });
            continue;
        }
        match quote {
            Some(open) if c == open => quote = None,
            Some(open) if c == '\\' && open != '`' => {
                at += rest.chars().nth(1).map_or(0, char::len_utf8);
            }
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None => {}
        }
        at += c.len_utf8();
    }
    arguments
}

/// How long an argument is behind its opening braces.
fn length_of(rest: &str) -> Option<usize> {
    let end = rest.find("}}")?;
    let is_argument = rest[..end].trim_start().starts_with("args.");
    is_argument.then_some(end + "}}".len())
}

/// Whether a length of time follows what is before an argument.
fn is_time(before: &str) -> bool {
    let before = before.trim_end();
    before.ends_with('[') || before.ends_with("offset") || {
        let range = before.strip_suffix(':');
        range.is_some_and(|range| range.rfind('[') > range.rfind(']'))
    }
}

/// The query with something in place of each argument that is as long, so that places stay.
fn filled(query: &str, arguments: &[Argument], meaning: Meaning) -> String {
    let mut filled = String::with_capacity(query.len());
    let mut end = 0;
    for Argument { span, place } in arguments {
        filled.push_str(&query[end..span.start]);
        end = span.end;
        let next = query[end..].chars().next();
        let has_unit = next.is_some_and(|c| c.is_ascii_alphanumeric());
        let tail = match (place, meaning) {
            (Place::Time, _) if !has_unit => "1m",
            (Place::Text, _) | (Place::Open, Meaning::Name) => "a",
            (Place::Time | Place::Open, _) => "1",
        };
        let head = if tail == "a" { "a" } else { "0" };
        filled.push_str(&head.repeat(span.len() - tail.len()));
        filled.push_str(tail);
    }
    filled.push_str(&query[end..]);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_values() {
        for query in [
            "up{job=\"{{args.job}}\"} == {{ args.up }}",
            "sum(rate({{args.metric}}_total[5m]))",
            "rate(a[{{args.window}}]) / rate(a[{{args.minutes}}m] offset {{args.before}})",
            "max_over_time(up[{{args.range}}:{{args.step}}])",
        ] {
            assert_eq!(judge(query, false), Verdict::Fine, "{query}");
        }
    }

    #[test]
    fn what_is_wrong_beside_arguments_is_told() {
        for query in [
            "sum(rate(a{job=\"{{args.job}}\"}[5m])",
            "up{job=\"{{args.job}}\"}[5m]",
            "rate(a{job=\"{{args.job}}\"}) > {{args.limit}}",
        ] {
            assert!(matches!(judge(query, false), Verdict::Wrong(..)), "{query}");
        }
        let open = "up {{args.operator}} 1";
        assert!(matches!(judge(open, false), Verdict::NotChecked(_)));
        let other = "up{job=\"{{inputs.parameters.job}}\"}";
        assert!(matches!(judge(other, false), Verdict::NotChecked(_)));
    }
}
