//! What the formats for people say in the same words.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use manifest::Location;
use rustc_hash::FxHashSet;

use super::excerpt::Excerpt;
use super::{Context, escape};
use crate::judge::finding::{Affected, Finding, Report, Summary, Unchecked};
use crate::problem::Related;
use crate::rule::Severity;

/// How many names of a list are said before the rest is only counted.
const MAX_NAMES: usize = 6;
/// How many columns of source are quoted within a sentence.
const MAX_QUOTE: usize = 60;

/// A place as people and editors write it: `base/deployment.yaml:31:23`.
pub(super) fn place(place: &Location, context: &Context<'_>) -> String {
    let path = context
        .file(place)
        .unwrap_or_else(|| place.path().to_string());
    let start = place.start();
    format!("{}:{}:{}", escape::path(&path), start.line, start.column)
}

/// Which environments a finding affects, and targets of none: `affects dev, stage`,
/// `production only`, `error in production; warning in stage`.
pub(super) fn affects(finding: &Finding, context: &Context<'_>) -> Option<String> {
    let mut severities: Vec<Severity> = finding.affected.iter().map(|a| a.severity).collect();
    severities.sort_unstable();
    severities.dedup();
    let names = |severity| {
        let mut seen = FxHashSet::default();
        let those = finding.affected.iter().filter(|a| a.severity == severity);
        let mut names: Vec<String> = those.map(|a| scope(a, context)).collect();
        names.retain(|name| seen.insert(name.clone()));
        names
    };
    match severities.as_slice() {
        [] => None,
        [severity] => {
            let names = names(*severity);
            let known = finding.affected.iter().all(|a| a.environment.is_some());
            Some(match names.as_slice() {
                [name] if known && context.complete => format!("{name} only"),
                names => format!("affects {}", list(names, context)),
            })
        }
        severities => {
            let parts = severities.iter().rev();
            let parts = parts.map(|s| format!("{s} in {}", list(&names(*s), context)));
            Some(parts.collect::<Vec<_>>().join("; "))
        }
    }
}

/// Another place that matters, with what is written there:
/// `overrides this: api:1.4.2 at base/deployment.yaml:24:16`.
pub(super) fn related(related: &Related, context: &Context<'_>) -> String {
    let what = escape::prose(&related.what);
    let sensitive = context.sensitive.spans(related.place.path());
    let quote = Excerpt::new(&related.place, sensitive, MAX_QUOTE).covered_line();
    let place = place(&related.place, context);
    if quote.is_empty() {
        format!("{what}: {place}")
    } else {
        format!("{what}: {quote} at {place}")
    }
}

/// The environment, or where there is none the target.
fn scope(affected: &Affected, context: &Context<'_>) -> String {
    match &affected.environment {
        Some(environment) => escape::printable(environment).into_owned(),
        None => escape::path(&context.path(&affected.target)),
    }
}

/// The counts of what was found: `2 errors, 1 warning (41 info; 4 suppressed)`. `hint` stands
/// behind the count of what is not listed.
pub(super) fn counts(report: &Report, hint: &str) -> String {
    let errors = report.count(Severity::Error);
    let warnings = report.count(Severity::Warning);
    let found = match (errors, warnings) {
        (0, 0) => "no errors, no warnings".to_owned(),
        (0, _) => format!("no errors, {}", plural(warnings, "warning")),
        (_, 0) => format!("{}, no warnings", plural(errors, "error")),
        _ => format!(
            "{}, {}",
            plural(errors, "error"),
            plural(warnings, "warning")
        ),
    };
    let suppressed = report.findings.iter().filter_map(|f| f.suppressed.as_ref());
    let suppressed = suppressed.filter(|why| !why.in_baseline);
    let baseline = report.summary.baseline.unwrap_or_default();
    let fixed = match report.summary.change {
        Some(change) => change.fixed,
        None => baseline.fixed,
    };
    let besides = [
        (report.count(Severity::Info), "info", hint),
        (suppressed.count(), "suppressed", ""),
        (baseline.held, "in baseline", ""),
        (fixed, "fixed", ""),
    ];
    let besides: Vec<_> = besides
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, what, hint)| format!("{} {what}{hint}", number(count)))
        .collect();
    if besides.is_empty() {
        found
    } else {
        format!("{found} ({})", besides.join("; "))
    }
}

/// The rules whose findings are the most, where there are more than can be taken in at once:
/// `fix these first: a (808), b (202), c (147), 1,157 of 2,925 findings`.
pub(super) fn most(listed: &[&Finding]) -> Option<String> {
    const RULES: usize = 3;
    const FEW: usize = 10;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in listed {
        *counts.entry(&*finding.rule.id).or_default() += 1;
    }
    if listed.len() < FEW || counts.len() <= RULES {
        return None;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts.truncate(RULES);
    let fixed: usize = counts.iter().map(|(_, count)| count).sum();
    let rules = counts
        .iter()
        .map(|(rule, count)| format!("{} ({})", escape::printable(rule), number(*count)));
    let rules: Vec<String> = rules.collect();
    let (fixed, all) = (number(fixed), number(listed.len()));
    Some(format!(
        "fix these first: {}, {fixed} of {all} findings",
        rules.join(", ")
    ))
}

/// How every target, object and file was accounted for.
pub(super) fn accounts(summary: &Summary, context: &Context<'_>) -> String {
    let unreferenced = summary.unreferenced.len();
    let files = summary.files_used
        + summary.files_not_kubernetes
        + summary.files_not_rendered
        + unreferenced;
    let failed = [
        (summary.targets_failed, "did not render"),
        (summary.targets_partial, "rendered in part"),
    ];
    let failed: Vec<String> = failed
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", number(count)))
        .collect();
    let failed = match failed.is_empty() {
        true => String::new(),
        false => format!(" ({})", failed.join(", ")),
    };
    let mut line = format!(
        "{}{failed}, {}, {}",
        plural(summary.all_targets(), "target"),
        plural(summary.objects, "object"),
        plural(files, "file")
    );
    let parts = [
        (summary.files_used, "used"),
        (summary.files_not_kubernetes, "not Kubernetes"),
        (summary.files_not_rendered, "not rendered"),
        (unreferenced, "unreferenced"),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", number(count)))
        .collect();
    if !parts.is_empty() {
        line.push_str(": ");
        line.push_str(&parts.join(", "));
    }
    if unreferenced > 0 {
        let paths = summary.unreferenced.iter();
        let paths: Vec<_> = paths.map(|p| escape::path(&context.path(p))).collect();
        line.push_str(&format!(" ({})", list(&paths, context)));
    }
    line
}

/// What the change is about, if only what it brings is told:
/// `3 files changed, no target reads them`.
pub(super) fn change(summary: &Summary) -> Option<String> {
    let change = summary.change?;
    if change.files == 0 {
        return Some("no file changed".to_owned());
    }
    let files = plural(change.files, "file");
    let them = if change.files == 1 { "it" } else { "them" };
    let targets = match change.targets {
        0 => format!("no target reads {them}"),
        1 => format!("1 target reads {them}"),
        count => format!("{} targets read {them}", number(count)),
    };
    Some(format!("{files} changed, {targets}"))
}

/// By what was judged, if that is not what stands beside what was:
/// `judged by main; its changes here would add 14 findings and drop 2`.
pub(super) fn gate(summary: &Summary) -> Option<String> {
    let gate = summary.gate.as_ref()?;
    let from = escape::printable(&gate.from);
    Some(match gate.effect {
        None => format!("judged by {from}"),
        Some((added, dropped)) => format!(
            "judged by {from}; its changes here would add {} and drop {}",
            plural(added, "finding"),
            number(dropped)
        ),
    })
}

/// What was not checked, if anything: `14 objects without a schema (Rollout 9, Certificate 5)`.
pub(super) fn not_checked(summary: &Summary, context: &Context<'_>) -> Option<String> {
    let parts = summary.unchecked.iter();
    let mut parts: Vec<_> = parts.map(|it| unchecked(it, context)).collect();
    if summary.all_targets() == 0 {
        parts.insert(0, "everything, because no target was found".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn unchecked(unchecked: &Unchecked, context: &Context<'_>) -> String {
    let what = escape::prose(&unchecked.what);
    let names = unchecked.which.iter().map(|(name, count)| {
        let name = escape::printable(name);
        match count {
            1 => name.into_owned(),
            _ => format!("{name} {}", number(*count)),
        }
    });
    let names: Vec<_> = names.collect();
    let total: usize = unchecked.which.iter().map(|(_, count)| count).sum();
    match total {
        0 => what,
        1 => format!("{what}: {}", list(&names, context)),
        _ => format!("{} {what} ({})", number(total), list(&names, context)),
    }
}

/// The names, of which a long list is cut unless all is asked for: `a, b and 12 more`.
pub(super) fn list(names: &[String], context: &Context<'_>) -> String {
    match names.split_at_checked(MAX_NAMES) {
        Some((first, rest)) if rest.len() > 1 && !context.detail.verbose => {
            format!("{} and {} more", first.join(", "), number(rest.len()))
        }
        _ => names.join(", "),
    }
}

/// `1 error`, `2 errors`.
pub fn plural(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {noun}{s}", number(count))
}

/// A count with its thousands set apart: `1,958`.
pub(super) fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// The text as a sentence, with its full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = escape::prose(text);
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{text}{stop}")
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::super::samples::{api_in, clean, finding};
    use super::*;
    use crate::rule::Tier;

    fn check_affects(affected: Vec<Affected>, expect: Option<&str>) {
        check_affects_if(true, affected, expect);
    }

    fn check_affects_if(complete: bool, affected: Vec<Affected>, expect: Option<&str>) {
        let finding = Finding {
            affected,
            ..finding(Severity::Error, "bad", "bad", None)
        };
        let sample = clean();
        let context = Context {
            complete,
            ..sample.context()
        };
        assert_eq!(affects(&finding, &context).as_deref(), expect);
    }

    fn folder(path: &str) -> Affected {
        Affected {
            target: Utf8Path::new(path).into(),
            environment: None,
            tier: Tier::Stage,
            project: None,
            object: None,
            severity: Severity::Error,
        }
    }

    #[test]
    fn environments_are_said_once() {
        use Severity::{Error, Warning};
        let dev = ("dev", Tier::Dev, Error);
        let production = ("production", Tier::Production, Error);
        check_affects(api_in([]), None);
        check_affects(api_in([dev, dev]), Some("dev only"));
        check_affects_if(false, api_in([dev]), Some("affects dev"));
        check_affects(
            api_in([dev, production, production]),
            Some("affects dev, production"),
        );
        check_affects(
            api_in([
                ("dev", Tier::Dev, Warning),
                ("qa", Tier::Dev, Warning),
                production,
            ]),
            Some("error in production; warning in dev, qa"),
        );
    }

    #[test]
    fn targets_of_no_environment_are_said_by_their_folder() {
        check_affects(vec![folder("apps/a")], Some("affects apps/a"));
        check_affects(vec![folder("")], Some("affects ."));
        let mut both = api_in([("dev", Tier::Dev, Severity::Error)]);
        both.push(folder("apps/a"));
        check_affects(both, Some("affects dev, apps/a"));
    }

    #[test]
    fn long_lists_are_cut() {
        let names = |count| (1..=count).map(|n| n.to_string()).collect::<Vec<_>>();
        let sample = clean();
        let mut context = sample.context();
        assert_eq!(list(&names(7), &context), "1, 2, 3, 4, 5, 6, 7");
        assert_eq!(
            list(&names(1240), &context),
            "1, 2, 3, 4, 5, 6 and 1,234 more"
        );
        context.detail.verbose = true;
        assert_eq!(list(&names(8), &context), "1, 2, 3, 4, 5, 6, 7, 8");
    }

    #[test]
    fn numbers_and_nouns_agree() {
        assert_eq!(plural(0, "error"), "0 errors");
        assert_eq!(plural(1, "error"), "1 error");
        assert_eq!(plural(1_234_567, "error"), "1,234,567 errors");
        let charts = |which: &[(&str, usize)]| {
            let which = which
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count));
            let charts = Unchecked {
                what: "charts".to_owned(),
                which: which.collect(),
            };
            unchecked(&charts, &clean().context())
        };
        assert_eq!(charts(&[("x", 1)]), "charts: x");
        assert_eq!(charts(&[("x", 1), ("y", 2)]), "3 charts (x, y 2)");
    }

    #[test]
    fn sentences_end() {
        assert_eq!(sentence("set it"), "set it.");
        assert_eq!(sentence("Set it.\nOr not?"), "Set it. Or not?");
    }
}
