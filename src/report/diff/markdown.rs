//! For a comment on a pull request.

use std::io::{self, Write};

use super::{DiffContext, both_of, label, note};
use crate::compare::Comparison;
use crate::report::{plural, printable};

/// A comment may have so many bytes; what is beyond is told.
const LIMIT: usize = 60_000;

pub(super) fn write(
    comparisons: &[Comparison],
    context: &DiffContext<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = String::new();
    let mut left_out = 0;
    for comparison in comparisons {
        let [from, to] = &context.sides(comparison).map(|name| code(&name));
        if context.revisions.is_some() {
            if !comparison.differs() {
                continue;
            }
            page += &format!("### {}\n\n", code(&comparison.to.name));
        } else {
            page += &format!("### {from} → {to}\n\n");
        }
        if !comparison.differs() {
            page += "Both apply the same objects.\n\n";
        }
        for application in &comparison.applications {
            let name = code(&application.pair.name);
            if application.is_alone() {
                let only = if application.pair.to.is_none() {
                    from
                } else {
                    to
                };
                page += &format!("**{name}** is only in {only}.\n\n");
                continue;
            }
            if application.told().next().is_none() {
                continue;
            }
            let mut table = format!("**{name}**\n\n| | {from} | {to} | |\n|---|---|---|---|\n");
            for object in application.told() {
                let own = code(&format!(
                    "{}/{}",
                    object.identity.gvk.kind, object.identity.name
                ));
                if object.left.is_none() || object.right.is_none() {
                    let only = if object.right.is_none() { from } else { to };
                    table += &format!("| {own} | | | only in {only} |\n");
                }
                for row in &object.rows {
                    let why = note(row.verdict, &row.basis, row.hold.as_ref(), context.now);
                    let why = if why.is_empty() {
                        why
                    } else {
                        format!(": {}", text(&why))
                    };
                    let verdict = match context.revisions {
                        Some(_) => String::new(),
                        None => format!("{}{why}", row.verdict),
                    };
                    let [from, to] = both_of(&row.field).map(|said| code(&said));
                    let field = code(&label(&row.field.path));
                    table += &format!("| {own} {field} | {from} | {to} | {verdict} |\n");
                }
            }
            table.push('\n');
            match page.len() + table.len() > LIMIT {
                true => left_out += 1,
                false => page += &table,
            }
        }
    }
    if let Some(revisions) = context.revisions {
        if page.is_empty() {
            page += "Nothing changes in what is applied.\n\n";
        }
        let findings = &revisions.findings;
        for (what, list) in [
            ("introduced", &findings.introduced),
            ("fixed", &findings.fixed),
        ] {
            if !list.is_empty() {
                page += &format!("**{} {what}**\n\n", plural(list.len(), "finding"));
            }
            for finding in list {
                let line = format!(
                    "- {} {}: {}\n",
                    finding.severity,
                    code(&finding.rule.id),
                    text(&finding.message)
                );
                match page.len() + line.len() > LIMIT {
                    true => break,
                    false => page += &line,
                }
            }
        }
    }
    if left_out > 0 {
        page += &format!("{left_out} more applications differ; this page has no room for them.\n");
    }
    out.write_all(page.as_bytes())
}

/// A text as code in a table's cell.
fn code(text: &str) -> String {
    let shown = printable(text).replace('|', "\\|");
    let fence = if shown.contains('`') { "``" } else { "`" };
    let space = if shown.contains('`') { " " } else { "" };
    format!("{fence}{space}{shown}{space}{fence}")
}

/// A text as prose in a table's cell.
fn text(text: &str) -> String {
    let mut shown = String::new();
    for c in printable(text).chars() {
        if matches!(
            c,
            '|' | '<' | '>' | '*' | '_' | '[' | ']' | '`' | '\\' | '@' | '#'
        ) {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}
