//! Two environments side by side, for people and programs.

mod human;
mod json;
mod markdown;
mod note;
mod outliers;
mod unified;

use std::io::{self, Write};

use camino::Utf8Path;

use crate::compare::{Comparison, FindingChanges, Row};

pub use outliers::{write_outliers, write_outliers_json};

use note::apart;
pub(crate) use note::{age, both_of, head, label, note, short_of, who};

/// The forms in which a comparison can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffFormat {
    /// For a terminal.
    Human,
    /// Everything, for programs.
    Json,
    /// For a comment on a pull request.
    Markdown,
    /// The objects as text, line by line.
    Unified,
}

/// How a comparison is written.
#[derive(Clone, Copy, Debug)]
pub struct DiffContext<'a> {
    /// Whether the reader's terminal shows colours.
    pub color: bool,
    /// Columns of the reader's terminal.
    pub width: usize,
    /// Stands before every path.
    pub prefix: &'a Utf8Path,
    /// The moment, in seconds since 1970, from which ages count.
    pub now: i64,
    /// Whether the past of the files is known.
    pub has_past: bool,
    /// Whether it is known in part only.
    pub is_cut_off: bool,
    /// Whether what comes with every release is told, too.
    pub with_noise: bool,
    /// What is compared, if that is each environment with itself in two revisions.
    pub revisions: Option<&'a Revisions>,
}

/// Two revisions that are compared.
#[derive(Clone, Debug)]
pub struct Revisions {
    /// What they are called.
    pub names: [String; 2],
    /// The findings that come and go.
    pub findings: FindingChanges,
}

impl DiffContext<'_> {
    /// What the two sides of a comparison are called.
    fn sides(&self, comparison: &Comparison) -> [String; 2] {
        let names = match self.revisions {
            Some(revisions) => revisions.names.clone(),
            None => [
                comparison.from.name.to_string(),
                comparison.to.name.to_string(),
            ],
        };
        names.map(|name| super::printable(&name).into_owned())
    }
}

/// Writes comparisons, one after the other.
///
/// # Errors
/// What the writer says.
pub fn write_diff(
    format: DiffFormat,
    comparisons: &[Comparison],
    context: &DiffContext<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        DiffFormat::Human => human::write(comparisons, context, out),
        DiffFormat::Json => json::write(comparisons, context, out),
        DiffFormat::Markdown => markdown::write(comparisons, context, out),
        DiffFormat::Unified => unified::write(comparisons, context, out),
    }
}

/// The places of both sides of a row, in one word where they are alike:
/// `overlays/{dev,production}/kustomization.yaml:9,11`.
fn places(row: &Row, context: &DiffContext<'_>) -> String {
    let told = |side| {
        let place = row.place(side)?;
        let start = place.start();
        Some((context.prefix.join(place.path()).to_string(), start.line))
    };
    let (from, to) = (told(promotion::Side::Source), told(promotion::Side::Target));
    let text = match (from, to) {
        (Some((a, line)), None) | (None, Some((a, line))) => format!("{a}:{line}"),
        (Some((a, x)), Some((b, y))) if a == b && x == y => format!("{a}:{x}"),
        (Some((a, x)), Some((b, y))) if a == b => format!("{a}:{x},{y}"),
        (Some((a, x)), Some((b, y))) => braces(&a, x, &b, y),
        (None, None) => String::new(),
    };
    super::printable(&text).into_owned()
}

fn braces(a: &str, x: u32, b: &str, y: u32) -> String {
    let parts = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (parts(a), parts(b));
    let before = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let most = one.len().min(other.len()) - before;
    let behind = one.iter().rev().zip(other.iter().rev());
    let behind = behind.take_while(|(a, b)| a == b).count().min(most);
    if before == 0 && behind == 0 {
        return format!("{a}:{x} {b}:{y}");
    }
    let middle = |parts: &[String]| parts[before..parts.len() - behind].join("/");
    let lead: String = one[..before]
        .iter()
        .map(|part| format!("{part}/"))
        .collect();
    let tail: String = one[one.len() - behind..]
        .iter()
        .map(|part| format!("/{part}"))
        .collect();
    let lines = if x == y {
        x.to_string()
    } else {
        format!("{x},{y}")
    };
    format!(
        "{lead}{{{},{}}}{tail}:{lines}",
        middle(&one),
        middle(&other)
    )
}

#[cfg(test)]
mod tests;
