//! For a terminal.

use std::collections::BTreeSet;
use std::io::{self, Write};

use promotion::Verdict;

use super::{DiffContext, apart, both_of, head, label, note, places};
use crate::compare::{Application, Comparison, FindingChanges, ObjectRow, Row, shared};
use crate::report::paint::Paint;
use crate::report::{plural, printable};

/// A line of the table, before its columns are known.
struct Line<'a> {
    label: String,
    from: String,
    to: String,
    row: &'a Row,
}

pub(super) fn write(
    comparisons: &[Comparison],
    context: &DiffContext<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Paint(context.color);
    let shared = match context.revisions {
        Some(_) => shared(comparisons),
        None => BTreeSet::new(),
    };
    let told = comparisons
        .iter()
        .filter(|own| context.revisions.is_none() || own.differs());
    for (at, comparison) in told.enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        of_environments(comparison, context, &shared, paint, out)?;
    }
    if let Some(revisions) = context.revisions {
        if !comparisons.iter().any(Comparison::differs) {
            writeln!(out, "nothing changes in what is applied")?;
        }
        return of_findings(&revisions.findings, paint, out);
    }
    if !context.has_past {
        writeln!(
            out,
            "without git history: verdicts say what such fields usually do"
        )?;
    } else if context.is_cut_off {
        writeln!(out, "git history is incomplete: some verdicts may be wrong")?;
    }
    Ok(())
}

fn of_environments(
    comparison: &Comparison,
    context: &DiffContext<'_>,
    shared: &BTreeSet<&str>,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let [from, to] = &context.sides(comparison);
    if context.revisions.is_some() {
        writeln!(out, "{}", paint.bold(&printable(&comparison.to.name)))?;
    }
    let mut equal = 0;
    let mut folded = 0;
    let mut quiet = 0;
    for application in &comparison.applications {
        equal += application.equal;
        folded += application.folded();
        let name = paint.bold(&printable(&application.pair.name));
        if application.is_alone() {
            let only = if application.pair.to.is_none() {
                from
            } else {
                to
            };
            writeln!(out, "{name}  {}", paint.help(&format!("only in {only}")))?;
            continue;
        }
        for fault in application.faults().take(1) {
            writeln!(
                out,
                "{name}  not fully known: {}",
                printable(&fault.message)
            )?;
        }
        match application.told().next() {
            None => quiet += 1,
            Some(_) => {
                if shared.contains(&*application.pair.name) {
                    writeln!(out, "{name}  changes in several environments at once")?;
                }
                table(application, [from, to], context, paint, out)?;
            }
        }
    }
    if !comparison.differs() {
        writeln!(out, "{from} and {to} apply the same objects")?;
    }
    let mut summary = vec![format!("{} equal", plural(equal, "object"))];
    if quiet > 0 && comparison.differs() {
        summary.push(format!(
            "{} without a difference",
            plural(quiet, "application")
        ));
    }
    if folded > 0 {
        let changes = plural(folded, "label, name or checksum change");
        summary.push(format!("{changes} folded (--all)"));
    }
    writeln!(out, "{}", summary.join(" · "))
}

/// The findings that a change brings and fixes.
fn of_findings(findings: &FindingChanges, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for (what, list) in [
        ("introduced", &findings.introduced),
        ("fixed", &findings.fixed),
    ] {
        if list.is_empty() {
            continue;
        }
        writeln!(out, "\n{} {what}", plural(list.len(), "finding"))?;
        for finding in list {
            let severity = paint.of(
                finding.severity,
                &format!("{}[{}]", finding.severity, finding.rule.id),
            );
            writeln!(out, "  {severity}: {}", printable(&finding.message))?;
            if let Some(place) = &finding.place {
                let text = format!("{}:{}", place.path(), place.start().line);
                writeln!(out, "    {}", printable(&text))?;
            }
        }
    }
    Ok(())
}

fn table<'a>(
    application: &'a Application,
    names: [&str; 2],
    context: &DiffContext<'_>,
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line = |row: &'a Row| {
        let [from, to] = both_of(&row.field);
        Line {
            label: label(&row.field.path),
            from,
            to,
            row,
        }
    };
    let objects: Vec<(&ObjectRow, Vec<Line<'_>>)> = application
        .told()
        .map(|object| (object, object.rows.iter().map(line).collect()))
        .collect();
    let lines = || objects.iter().flat_map(|(_, lines)| lines);
    let width = |text: &str| text.chars().count();
    let widest = |of: for<'b> fn(&'b Line<'_>) -> &'b str, least: usize, most: usize| {
        lines()
            .map(|line| width(of(line)))
            .chain([least])
            .max()
            .unwrap_or(least)
            .min(most)
    };
    // What is left of a narrow screen is shared by the three columns that vary.
    let room = context.width.clamp(60, 140) - 4 - 2 - 2 - 2 - 20;
    let from = widest(|line| line.from.as_str(), width(names[0]), room * 3 / 10);
    let to = widest(|line| line.to.as_str(), width(names[1]), room * 3 / 10);
    let first = widest(|line| line.label.as_str(), 12, room - from - to);
    let name = printable(&application.pair.name);
    let lead = first + 4;
    writeln!(
        out,
        "{}{}  {:from$}  {}",
        paint.bold(&name),
        " ".repeat(lead.saturating_sub(width(&name))),
        names[0],
        names[1]
    )?;
    for (object, lines) in &objects {
        let own = printable(&format!(
            "{}/{}",
            object.identity.gvk.kind, object.identity.name
        ))
        .into_owned();
        match (object.left, object.right) {
            (Some(_), None) => writeln!(
                out,
                "  {own}  {}",
                paint.help(&format!("only in {}", names[0]))
            )?,
            (None, Some(_)) => writeln!(
                out,
                "  {own}  {}",
                paint.help(&format!("only in {}", names[1]))
            )?,
            _ => writeln!(out, "  {own}")?,
        }
        for line in lines {
            let verdict = line.row.verdict;
            // A name that has no room gets a line of its own.
            let label = match width(&line.label) > first {
                true => {
                    writeln!(out, "    {}", line.label)?;
                    ""
                }
                false => &line.label,
            };
            let [own, other] = apart([&line.from, &line.to], [from, to]);
            let mut text = format!("    {label:first$}  {own:from$}  {other:to$}  ");
            let is_judged = context.revisions.is_none();
            let used = width(&text) + if is_judged { verdict.name().len() } else { 0 };
            if is_judged {
                text += &coloured(verdict, paint);
            }
            let place = places(line.row, context);
            let note = match is_judged {
                true => note(
                    verdict,
                    &line.row.basis,
                    line.row.hold.as_ref(),
                    context.now,
                ),
                false => String::new(),
            };
            let fits = used + 2 + width(&place) <= context.width;
            writeln!(
                out,
                "{}",
                match fits && !place.is_empty() {
                    true if is_judged => format!("{text}  {place}"),
                    true => format!("{text}{place}"),
                    false => text.trim_end().to_owned(),
                }
            )?;
            if !fits {
                writeln!(out, "      {}", paint.with("2", &place))?;
            }
            if !note.is_empty() {
                for part in note.split("; ") {
                    let part = head(part, context.width.saturating_sub(6));
                    writeln!(out, "      {part}")?;
                }
            }
        }
    }
    Ok(())
}

fn coloured(verdict: Verdict, paint: Paint) -> String {
    let code = match verdict {
        Verdict::Ahead => "32",
        Verdict::Conflict => "1;31",
        Verdict::TargetOnly => "33",
        Verdict::EnvironmentSpecific => "2",
        Verdict::Undecided => "36",
    };
    paint.with(code, verdict.name())
}
