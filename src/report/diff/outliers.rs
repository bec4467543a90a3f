//! The environments of a tier side by side: what most of them have, and who has something else.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::label;
use crate::compare::{Outlier, Outliers};
use crate::report::paint::Paint;
use crate::report::{plural, printable};

/// What stands for a field that is not there.
const NOTHING: &str = "-";

/// The widest column, in letters.
const WIDEST: usize = 40;

/// Writes outliers for people.
///
/// # Errors
/// What the writer says.
pub fn write_outliers(found: &Outliers, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(color);
    let names = found.members.join(", ");
    writeln!(out, "{}", printable(&names))?;
    for (name, who) in &found.missing {
        let name = paint.bold(&printable(name));
        writeln!(out, "{name}  not in {}", printable(&who.join(", ")))?;
    }
    for (name, why) in &found.unknown {
        let name = paint.bold(&printable(name));
        writeln!(out, "{name}  not fully known: {}", printable(why))?;
    }
    let width = |text: &str| text.chars().count();
    let columns = |of: &dyn Fn(&Outlier) -> String, least: usize| {
        let all = found.outliers.iter().map(|own| width(&of(own)));
        all.max().unwrap_or(least).clamp(least, WIDEST)
    };
    let first = columns(&called, 12);
    let most = columns(&|own| own.most.clone().unwrap_or_default(), 4);
    let (mut application, mut object) = (None, None);
    for own in &found.outliers {
        if application != Some(&own.application) {
            let name = printable(&own.application);
            let rest = " ".repeat((first + 4).saturating_sub(width(&name)));
            writeln!(out, "{}{rest}  {:most$}  others", paint.bold(&name), "most")?;
            (application, object) = (Some(&own.application), None);
        }
        if object != Some(&own.object) {
            writeln!(out, "  {}", printable(&own.object))?;
            object = Some(&own.object);
        }
        let said = |value: &Option<String>| {
            let text = value.as_deref().unwrap_or(NOTHING);
            printable(text).into_owned()
        };
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for (name, value) in &own.others {
            let value = said(value);
            match groups.iter_mut().find(|(known, _)| *known == value) {
                Some((_, names)) => names.push(name),
                None => groups.push((value, vec![name])),
            }
        }
        let groups = groups.iter().map(|(value, names)| {
            let names = printable(&names.join(", ")).into_owned();
            format!("{} in {names}", paint.with("33", value))
        });
        let groups: Vec<String> = groups.collect();
        let (label, common) = (called(own), said(&own.most));
        writeln!(
            out,
            "    {label:first$}  {common:most$}  {}",
            groups.join("; ")
        )?;
    }
    let mut summary = vec![match found.outliers.len() {
        0 => "no outliers".to_owned(),
        count => plural(count, "outlier"),
    }];
    if found.varied > 0 {
        let varied = plural(found.varied, "field");
        summary.push(format!("{varied} without a value that most have"));
    }
    writeln!(out, "{}", summary.join(" · "))
}

/// Writes outliers for programs.
///
/// # Errors
/// What the writer says.
pub fn write_outliers_json(found: &Outliers, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Json<'a> {
        environments: &'a [String],
        outliers: Vec<JsonOutlier<'a>>,
        missing: Vec<JsonMissing<'a>>,
        varied: usize,
        unknown: &'a BTreeMap<String, String>,
    }
    #[derive(Serialize)]
    struct JsonMissing<'a> {
        application: &'a str,
        environments: &'a [String],
    }
    #[derive(Serialize)]
    struct JsonOutlier<'a> {
        application: &'a str,
        object: &'a str,
        field: Option<String>,
        most: Option<&'a str>,
        others: Vec<JsonOther<'a>>,
    }
    #[derive(Serialize)]
    struct JsonOther<'a> {
        environment: &'a str,
        value: Option<&'a str>,
    }
    let json = Json {
        environments: &found.members,
        outliers: found
            .outliers
            .iter()
            .map(|own| JsonOutlier {
                application: &own.application,
                object: &own.object,
                field: own.field.as_ref().map(ToString::to_string),
                most: own.most.as_deref(),
                others: own
                    .others
                    .iter()
                    .map(|(environment, value)| JsonOther {
                        environment,
                        value: value.as_deref(),
                    })
                    .collect(),
            })
            .collect(),
        missing: found
            .missing
            .iter()
            .map(|(application, environments)| JsonMissing {
                application,
                environments,
            })
            .collect(),
        unknown: &found.unknown,
        varied: found.varied,
    };
    serde_json::to_writer_pretty(&mut *out, &json)?;
    writeln!(out)
}

fn called(own: &Outlier) -> String {
    match &own.field {
        Some(path) => label(path),
        None => "the object".to_owned(),
    }
}
