//! Many findings for a terminal: one line for each rule, then the errors, which stand last and so
//! beside the prompt.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use camino::Utf8Path;

use super::block::Block;
use super::paint::Paint;
use super::wrap::wrap;
use super::{Context, escape, human, words};
use crate::judge::finding::Finding;
use crate::rule::Severity;

/// More findings than this are shown by rule.
pub(super) const MANY: usize = 50;
/// So many errors are shown with their source lines.
const WHOLE: usize = 4;
/// So many rules have a line of their own.
const ROWS: usize = 25;

/// The findings of a rule that share a severity.
struct Row<'a> {
    severity: Severity,
    rule: &'a str,
    count: usize,
    targets: BTreeSet<&'a Utf8Path>,
    /// How many targets would gain from a change of a file.
    files: BTreeMap<String, usize>,
}

pub(super) fn write(
    listed: &[&Finding],
    context: &Context<'_>,
    paint: Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let whole = shown_whole(listed);
    let is_whole = |finding: &Finding| whole.iter().any(|shown| std::ptr::eq(*shown, finding));
    let rest = listed.iter().copied().filter(|finding| !is_whole(finding));
    write_rows(&rows(rest, context), context, paint, out)?;
    for block in Block::all(&whole) {
        human::write_block(block, context, paint, out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// The errors that are shown with their lines: all if they are few, else one of each rule, those
/// that affect most first chosen.
fn shown_whole<'a>(listed: &[&'a Finding]) -> Vec<&'a Finding> {
    let errors = listed.iter().copied();
    let errors: Vec<&Finding> = errors.filter(|f| f.severity == Severity::Error).collect();
    if errors.len() <= WHOLE {
        return errors;
    }
    let mut by_weight: Vec<(usize, &Finding)> = errors.into_iter().enumerate().collect();
    by_weight.sort_by_key(|(at, finding)| (Reverse(finding.affected.len()), *at));
    let mut rules = BTreeSet::new();
    by_weight.retain(|(_, finding)| rules.insert(&finding.rule));
    by_weight.truncate(WHOLE);
    by_weight.sort_by_key(|(at, _)| *at);
    by_weight.into_iter().map(|(_, finding)| finding).collect()
}

/// The rules, the more severe and the more frequent ones last: beside the errors.
fn rows<'a>(findings: impl Iterator<Item = &'a Finding>, context: &Context<'_>) -> Vec<Row<'a>> {
    let mut rows: BTreeMap<(Severity, &str), Row<'a>> = BTreeMap::new();
    for finding in findings {
        let rule = &*finding.rule.id;
        let row = rows.entry((finding.severity, rule)).or_insert_with(|| Row {
            severity: finding.severity,
            rule,
            count: 0,
            targets: BTreeSet::new(),
            files: BTreeMap::new(),
        });
        row.count += 1;
        let targets = finding.affected.iter().map(|a| &*a.target);
        row.targets.extend(targets);
        if let Some(file) = finding.place.as_ref().and_then(|p| context.file(p)) {
            *row.files.entry(file).or_default() += finding.affected.len().max(1);
        }
    }
    let mut rows: Vec<Row<'a>> = rows.into_values().collect();
    rows.sort_by_key(|row| (row.severity, row.count));
    rows
}

fn write_rows(
    rows: &[Row<'_>],
    context: &Context<'_>,
    paint: Paint,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let Some(example) = rows.last() else {
        return Ok(());
    };
    let hidden = rows.len().saturating_sub(ROWS);
    if hidden > 0 {
        let findings: usize = rows.iter().take(hidden).map(|row| row.count).sum();
        let (findings, rules) = (
            words::plural(findings, "finding"),
            words::plural(hidden, "more rule"),
        );
        writeln!(out, "{findings} of {rules}")?;
    }
    let shown = rows.iter().skip(hidden);
    let ids = shown.clone().map(|row| row.rule.chars().count());
    let wide = ids.max().unwrap_or(0);
    for row in shown {
        let rule = escape::printable(row.rule);
        let name = format!("{}[{rule}]", row.severity);
        let pad = " ".repeat((wide + "warning[]".len()).saturating_sub(name.chars().count()));
        let count = words::number(row.count);
        let targets = words::plural(row.targets.len(), "target");
        let line = format!("{pad} {count:>6} in {targets}");
        write!(out, "{}{line}", paint.of(row.severity, &name))?;
        match row.change_first() {
            Some(file) => {
                let file = format!("first: {}", escape::path(file));
                let used = name.chars().count() + line.chars().count();
                let fits = used + 2 + file.chars().count() <= context.width;
                writeln!(out, "{}{file}", if fits { "  " } else { "\n    " })?;
            }
            None => writeln!(out)?,
        }
    }
    let hint = format!(
        "all of them: --show all; those of one rule: --show all --select {}",
        escape::printable(example.rule)
    );
    writeln!(out, "{}\n", wrap(&hint, 0, 2, context.width))
}

impl Row<'_> {
    /// The file whose change affects most, if it stands out among them.
    fn change_first(&self) -> Option<&str> {
        let most = *self.files.values().max()?;
        let mut first = self.files.iter().filter(|(_, gain)| **gain == most);
        match (first.next(), first.next()) {
            (Some((file, _)), None) if self.count > 1 || most > 1 => Some(file),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Span;

    use super::super::Format;
    use super::super::samples::{Sample, api_in, at, clean, finding, sample, source};
    use super::*;
    use crate::rule::Tier;

    /// Sixty warnings and ten errors in two files.
    fn many() -> Sample {
        let text = "a: 1\n".repeat(80);
        let file = source("base/deployment.yaml", &text);
        let other = source(
            "apps/web/a-name-that-is-rather-long/and-longer/kustomization.yaml",
            &text,
        );
        let one = |severity, rule: &str, n: u32| {
            let file = if n.is_multiple_of(3) { &other } else { &file };
            let mut place = at(file, "1");
            place.span = Span::new(5 * n + 3, 5 * n + 4);
            Finding {
                affected: api_in([("dev", Tier::Dev, severity)]),
                ..finding(severity, rule, "this is bad", Some(place))
            }
        };
        let mut sample = clean();
        sample
            .report
            .findings
            .extend((0..60).map(|n| one(Severity::Warning, "deprecated-thing", n)));
        sample
            .report
            .findings
            .extend((0..9).map(|n| one(Severity::Error, "plain-secret", n)));
        sample
            .report
            .findings
            .push(one(Severity::Error, "privileged-container", 70));
        sample
    }

    #[test]
    fn rules_first_and_errors_last() {
        assert_snapshot!(many().write(Format::Human), @r#"
        warning[deprecated-thing]     60 in 1 target  first: base/deployment.yaml
        error[plain-secret]            8 in 1 target  first: base/deployment.yaml
        all of them: --show all; those of one rule: --show all --select plain-secret

        error[plain-secret]: this is bad
          apps/web/a-name-that-is-rather-long/and-longer/kustomization.yaml:1:4     dev only
           1 │ a: 1
             │    ^

        error[privileged-container]: this is bad
          base/deployment.yaml:71:4     dev only
           71 │ a: 1
              │    ^

        10 errors, 60 warnings
        3 targets, 12 objects, 5 files: 5 used
        why, and how to fix it: gitopslint explain plain-secret
        "#);
    }

    #[test]
    fn lines_fit_the_terminal() {
        for width in [80, 120, 160] {
            let shown = many().write_with(Format::Human, |context| context.width = width);
            let long = shown.lines().find(|line| line.chars().count() > width);
            assert_eq!(long, None, "{width}");
        }
    }

    #[test]
    fn all_of_them_if_asked_for() {
        let shown = many().write_with(Format::Human, |context| context.detail.all = true);
        assert_eq!(shown.matches("warning[deprecated-thing]").count(), 60);
        let few = sample().write(Format::Human);
        assert!(!few.contains("--show all"));
    }
}
