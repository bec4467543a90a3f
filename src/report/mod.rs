//! How a report is shown: one file for each format.
//!
//! Nothing is decided here. Severities, suppressions, order and sameness are the report's; a
//! format only presents them.

mod annotate;
mod block;
#[cfg(test)]
pub(crate) mod described;
mod escape;
mod excerpt;
mod github;
mod human;
mod json;
mod markdown;
pub mod matrix;
mod paint;
#[cfg(test)]
mod samples;
mod sarif;
mod trace;
mod words;

use std::io;

use camino::Utf8Path;
use manifest::{Location, Place};

use crate::judge::finding::Report;
use crate::judge::redact::Sensitive;
use crate::rule::{RuleId, Severity};

pub use annotate::annotated;
pub use escape::printable;
pub use trace::{write_trace, write_trace_json};
pub use words::plural;

/// The forms in which a report can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal, with the source lines.
    Human,
    /// Everything, as described by `schemas/report.schema.json`.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands that GitHub shows as annotations on the changed lines.
    Github,
    /// A page for a pull request's comment or a step summary.
    Markdown,
}

/// What a report is written with, besides the report itself.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Every rule that was looked for.
    pub rules: &'a [RuleId],
    /// What no output may show.
    pub sensitive: &'a Sensitive,
    /// Whether the reader's terminal shows colours.
    pub color: bool,
    /// Columns of the reader's terminal, to which source lines are cut.
    pub width: usize,
    /// Whether findings of severity `info` are listed rather than only counted.
    pub show_info: bool,
    /// Whether the whole repository was checked, so that what is not affected is known not to be.
    pub complete: bool,
    /// Stands before every path: the way from where the reader stands to the root of what was
    /// checked. Empty if they are the same.
    pub prefix: &'a Utf8Path,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [
        Self::Human,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Markdown,
    ];

    /// The name that the command line uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Markdown => "markdown",
        }
    }

    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// Writes a report. Fails only if `out` does.
pub fn write(
    format: Format,
    report: &Report,
    context: &Context<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, context, out),
        Format::Json => json::write(report, context, out),
        Format::Sarif => sarif::write(report, context, out),
        Format::Github => github::write(report, context, out),
        Format::Markdown => markdown::write(report, context, out),
    }
}

impl Context<'_> {
    /// A path as the reader would write it.
    fn path(&self, path: &Utf8Path) -> String {
        let prefix = self.prefix.as_str().trim_end_matches('/');
        match (prefix, path.as_str()) {
            ("" | ".", "" | ".") => ".".to_owned(),
            ("" | ".", path) => path.to_owned(),
            (prefix, "" | ".") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}/{path}"),
        }
    }

    /// The file in which a place stands, unless the program itself brought the text.
    fn file(&self, place: &Location) -> Option<String> {
        match place.file.place {
            Place::BuiltIn(_) => None,
            _ => Some(self.path(place.path())),
        }
    }

    /// Whether findings of a severity are listed rather than only counted.
    fn lists(&self, severity: Severity) -> bool {
        severity >= Severity::Warning || (self.show_info && severity == Severity::Info)
    }
}
