//! Everything, for programs.

use std::io::{self, Write};

use manifest::Location;
use promotion::{Basis, REDACTED, Side};
use serde_json::{Value, json};

use super::{DiffContext, note};
use crate::compare::{Application, Comparison, ObjectRow, Row};
use crate::judge::finding::Finding;
use crate::report::json::write_value;

/// Raised when a reader of an earlier version would misunderstand the output.
const VERSION: u32 = 1;

pub(super) fn write(
    comparisons: &[Comparison],
    context: &DiffContext<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let all: Vec<Value> = comparisons
        .iter()
        .map(|own| of_environments(own, context))
        .collect();
    let findings = context.revisions.map(|revisions| json!({
        "introduced": revisions.findings.introduced.iter().map(|own| of_finding(own, context)).collect::<Vec<_>>(),
        "fixed": revisions.findings.fixed.iter().map(|own| of_finding(own, context)).collect::<Vec<_>>(),
    }));
    let value = json!({
        "version": VERSION,
        "revisions": context.revisions.map(|revisions| revisions.names.clone()),
        "findings": findings,
        "comparisons": all,
        "historyKnown": context.has_past,
        "historyComplete": context.has_past && !context.is_cut_off,
    });
    write_value(&value, out)
}

fn of_finding(finding: &Finding, context: &DiffContext<'_>) -> Value {
    json!({
        "rule": &*finding.rule.id,
        "severity": finding.severity.to_string(),
        "message": finding.message,
        "place": finding.place.as_ref().map(|place| at(place, context)),
    })
}

fn of_environments(comparison: &Comparison, context: &DiffContext<'_>) -> Value {
    let applications = comparison.applications.iter();
    json!({
        "from": &*comparison.from.name,
        "to": &*comparison.to.name,
        "applications": applications.map(|own| of_application(own, context)).collect::<Vec<_>>(),
    })
}

fn of_application(application: &Application, context: &DiffContext<'_>) -> Value {
    let objects = application.told().map(|own| of_object(own, context));
    let faults = application.faults().map(|fault| fault.message.clone());
    json!({
        "name": application.pair.name,
        "from": application.pair.from.as_ref().map(|unit| unit.name.clone()),
        "to": application.pair.to.as_ref().map(|unit| unit.name.clone()),
        "objects": objects.collect::<Vec<_>>(),
        "equal": application.equal,
        "folded": application.folded(),
        "faults": faults.collect::<Vec<_>>(),
    })
}

fn of_object(object: &ObjectRow, context: &DiffContext<'_>) -> Value {
    json!({
        "kind": &*object.identity.gvk.kind,
        "group": &*object.identity.gvk.group,
        "name": &*object.identity.name,
        "inFrom": object.left.is_some(),
        "inTo": object.right.is_some(),
        "fields": object.rows.iter().map(|row| of_row(row, context)).collect::<Vec<_>>(),
    })
}

fn of_row(row: &Row, context: &DiffContext<'_>) -> Value {
    let side = |side| {
        let said = match row.field.is_sensitive {
            true => row.field.said(side).map(|_| REDACTED.to_owned()),
            false => row.field.said(side),
        };
        said.map(|value| {
            json!({
                "value": value,
                "place": row.place(side).map(|place| at(place, context)),
            })
        })
    };
    let basis = match &row.basis {
        Basis::Configuration => "configuration",
        Basis::History(_) => "history",
        Basis::NeverCommon => "never-common",
        Basis::Field => "field",
        Basis::With(_) => "with",
    };
    json!({
        "path": row.field.path.to_string(),
        "field": row.field.field.name(),
        "from": side(Side::Source),
        "to": side(Side::Target),
        "sensitive": row.field.is_sensitive,
        "renamedFrom": row.field.renamed_from,
        "verdict": row.verdict.name(),
        "basis": basis,
        "hold": row.hold.as_ref().map(ToString::to_string),
        "note": note(row.verdict, &row.basis, row.hold.as_ref(), context.now),
    })
}

fn at(place: &Location, context: &DiffContext<'_>) -> Value {
    let start = place.start();
    json!({
        "file": context.prefix.join(place.path()).as_str(),
        "line": start.line,
        "column": start.column,
    })
}
