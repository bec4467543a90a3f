//! Applications and environments as a table.

use std::fmt::Write as _;

use serde_json::json;

use super::escape::printable;
use crate::pipeline::{Cell, Matrix, Row};
use crate::rule::Tier;

/// How many images of a cell are named.
const NAMED: usize = 2;

/// So many characters of a version are shown.
const VERSION: usize = 24;

/// What belongs to no environment stands under this.
const UNASSIGNED: &str = "unassigned";

/// The table for a screen; with `why`, a line for each cell that says what told it.
pub fn human(matrix: &Matrix, why: bool) -> String {
    if why {
        return reasons(matrix);
    }
    let heads = matrix
        .environments
        .iter()
        .map(|(name, tier)| head(name.as_deref(), *tier));
    let mut lines: Vec<Vec<String>> = vec![std::iter::once(String::new()).chain(heads).collect()];
    lines.extend(matrix.rows.iter().map(|row| line(matrix, row)));
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let cells = line.iter().zip(&widths);
        let cells: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        let _ = writeln!(text, "{}", cells.join("  ").trim_end());
    }
    text
}

/// The table in Markdown.
pub fn markdown(matrix: &Matrix, why: bool) -> String {
    let escaped = |cell: &String| cell.replace('|', "\\|").replace('`', "'");
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(escaped).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let heads = matrix
        .environments
        .iter()
        .map(|(name, tier)| head(name.as_deref(), *tier));
    let heads: Vec<String> = std::iter::once("application".to_owned())
        .chain(heads)
        .collect();
    let mut text = row(&heads);
    let _ = writeln!(text, "|{}", " --- |".repeat(heads.len()));
    for own in &matrix.rows {
        text.push_str(&row(&line(matrix, own)));
    }
    if why {
        let _ = writeln!(text, "\n```\n{}```", reasons(matrix));
    }
    text
}

/// All that is known of each cell.
pub fn json(matrix: &Matrix) -> String {
    let environments = matrix
        .environments
        .iter()
        .map(|(name, tier)| json!({"name": name, "tier": tier.name()}));
    let applications = matrix.rows.iter().map(|row| {
        let deployments = row.cells.iter().map(|cell| of_cell(matrix, cell));
        json!({
            "application": row.application,
            "deployments": deployments.collect::<Vec<_>>(),
        })
    });
    let all = json!({
        "environments": environments.collect::<Vec<_>>(),
        "applications": applications.collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

fn of_cell(matrix: &Matrix, cell: &Cell) -> serde_json::Value {
    let mut all = matrix.environments.iter();
    let tier = all.find(|(name, _)| *name == cell.environment);
    let chart = cell.chart.as_ref().or(cell.chart_beside.as_ref());
    json!({
        "environment": cell.environment,
        "tier": tier.map(|(_, tier)| tier.name()),
        "deployedAs": cell.deployed_as,
        "path": cell.path,
        "cluster": cell.cluster,
        "namespace": cell.namespace,
        "images": cell.images,
        "chart": chart.map(|(name, version)| json!({"name": name, "version": version})),
        "revision": cell.revision,
        "toldBy": cell.told_by,
        "deployed": cell.is_deployed,
    })
}

fn head(name: Option<&str>, tier: Tier) -> String {
    match name {
        None => UNASSIGNED.to_owned(),
        Some(name) if name == tier.name() => name.to_owned(),
        Some(name) => format!("{} ({})", printable(name), tier.name()),
    }
}

/// The cells of an application, one for each environment.
fn line(matrix: &Matrix, row: &Row) -> Vec<String> {
    let name = printable(&row.application).into_owned();
    let cells = matrix.environments.iter().map(|(environment, _)| {
        let own = row
            .cells
            .iter()
            .filter(|cell| cell.environment == *environment);
        let mut texts: Vec<String> = own.map(version).collect();
        texts.dedup();
        texts.join(" + ")
    });
    std::iter::once(name).chain(cells).collect()
}

/// What is deployed, in a few words.
fn version(cell: &Cell) -> String {
    if !cell.is_deployed {
        return "not deployed".to_owned();
    }
    let short = |text: &str| -> String {
        let shown = printable(text);
        match shown.chars().count() > VERSION {
            true => shown.chars().take(VERSION).chain(['…']).collect(),
            false => shown.into_owned(),
        }
    };
    let tags = |versions: &std::collections::BTreeSet<String>| {
        let versions: Vec<String> = versions.iter().map(|version| short(version)).collect();
        match versions.join("/") {
            none if none.is_empty() => "no tag".to_owned(),
            all => all,
        }
    };
    // The images of a chart that is here say more.
    let own = cell.chart.as_ref();
    let own = own.filter(|_| cell.images.is_empty() || cell.path.is_empty());
    let charts = own.into_iter().chain(&cell.chart_beside);
    let mut parts: Vec<String> = charts
        .map(|(name, version)| format!("{} {}", short(name), short(version)))
        .map(|chart| chart.trim_end().to_owned())
        .collect();
    let mut images = cell.images.iter();
    match (images.next(), cell.images.len()) {
        (Some((_, versions)), 1) => parts.push(tags(versions)),
        (Some(_), _) => {
            let named = cell.images.iter().take(NAMED);
            parts.extend(named.map(|(name, versions)| {
                let last = name.rsplit('/').next().unwrap_or(name);
                format!("{}:{}", short(last), tags(versions))
            }));
            if cell.images.len() > NAMED {
                parts.push(format!("{} more", cell.images.len() - NAMED));
            }
        }
        (None, _) => {}
    }
    if let Some(revision) = &cell.revision {
        parts.push(format!("@{}", short(revision)));
    }
    match parts.is_empty() {
        true => "deployed".to_owned(),
        false => parts.join(", "),
    }
}

/// Where each application goes, and what told that.
fn reasons(matrix: &Matrix) -> String {
    let mut text = String::new();
    for row in &matrix.rows {
        let _ = writeln!(text, "{}", printable(&row.application));
        for cell in &row.cells {
            let environment = cell.environment.as_deref().unwrap_or(UNASSIGNED);
            let place = match &*cell.path {
                "" => &cell.deployed_as,
                path => path,
            };
            let goes = [cell.cluster.as_deref(), cell.namespace.as_deref()];
            let goes: Vec<_> = goes.into_iter().flatten().map(printable).collect();
            let goes = match goes.is_empty() {
                true => String::new(),
                false => format!("  → {}", goes.join("/")),
            };
            let _ = writeln!(
                text,
                "  {}  {}{goes}  from {}{}",
                printable(environment),
                printable(place),
                cell.told_by,
                match cell.is_deployed {
                    true => "",
                    false => "; nothing deploys it, although others beside it are deployed",
                }
            );
        }
    }
    text
}
