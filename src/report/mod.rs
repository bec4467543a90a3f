//! How a report is shown: one file for each format.
//!
//! Nothing is decided here. Severities, suppressions, order and sameness are the report's; a
//! format only presents them.

mod annotate;
mod block;
mod checkstyle;
mod commit;
mod concise;
#[cfg(test)]
pub(crate) mod described;
mod diff;
mod escape;
mod excerpt;
mod github;
mod gitlab;
mod grouped;
mod human;
mod json;
mod json_lines;
mod junit;
mod markdown;
pub mod matrix;
mod paint;
mod plan;
mod rdjson;
mod rules;
#[cfg(test)]
mod samples;
mod sarif;
mod statistics;
mod trace;
mod words;
mod wrap;
mod xml;

use std::io;

use camino::Utf8Path;
use manifest::{Location, Place};

use crate::checks::policy;
use crate::judge::finding::{Finding, Report};
use crate::judge::lines::ChangedLines;
use crate::judge::redact::Sensitive;
use crate::rule::{RuleId, Severity};

pub use annotate::annotated;
pub use commit::commit_message;
pub use diff::{
    DiffContext, DiffFormat, Revisions, write_diff, write_outliers, write_outliers_json,
};
pub use escape::{printable, prose};
pub use github::error_annotation;
pub use plan::{PlanContext, unified_plan, write_plan};
pub use rules::{
    rule_document, rules_index, severities_in_words, write_rule_json, write_rules_json,
};
pub use statistics::write_statistics;
pub use trace::{write_trace, write_trace_json};
pub use words::plural;
pub use wrap::{paragraphs, wrap};

/// The formats: each is one file, and one line here.
macro_rules! formats {
    ($($(#[doc = $about:literal])+ $format:ident = $name:literal in $module:ident,)+) => {
        /// The forms in which a report can be written.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Format {
            $($(#[doc = $about])+ $format,)+
        }

        impl Format {
            /// All formats.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$format),+];

            /// The name that the command line uses.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$format => $name,)+
                }
            }

            /// Who reads it, in one line without a full stop.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$format => concat!($($about),+).trim_ascii_start(),)+
                }
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
                $(Format::$format => $module::write(report, context, out),)+
            }
        }
    };
}

formats! {
    /// For people: findings with their source lines
    Human = "human" in human,
    /// One line for each finding, as editors and grep read it
    Concise = "concise" in concise,
    /// Everything, for programs
    Json = "json" in json,
    /// One JSON object per line: findings, then the summary
    JsonLines = "json-lines" in json_lines,
    /// SARIF 2.1.0, for code scanning
    Sarif = "sarif" in sarif,
    /// Annotations of a GitHub workflow run
    Github = "github" in github,
    /// GitLab's Code Quality report
    Gitlab = "gitlab" in gitlab,
    /// JUnit XML, for test reports
    Junit = "junit" in junit,
    /// Reviewdog's diagnostic format
    Rdjson = "rdjson" in rdjson,
    /// Checkstyle XML, for Jenkins and others
    Checkstyle = "checkstyle" in checkstyle,
    /// For a step summary or a comment on a pull request
    Markdown = "markdown" in markdown,
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
    /// How much people are shown.
    pub detail: Detail,
    /// Whether the whole repository was checked, so that what is not affected is known not to be.
    pub complete: bool,
    /// Stands before every path: the way from where the reader stands to the root of what was
    /// checked. Empty if they are the same.
    pub prefix: &'a Utf8Path,
    /// What annotations take from the workflow run that they are for.
    pub workflow: Workflow<'a>,
}

/// The workflow run that annotations are for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Workflow<'a> {
    /// The lines of the change: what is reported there is annotated first.
    pub changed: Option<&'a ChangedLines>,
    /// The page of the run, which has the summary of everything.
    pub page: Option<&'a str>,
}

impl Format {
    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }
}

/// How much of a report people are shown. Formats for programs show everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Detail {
    /// Each of many findings, rather than one line for each rule.
    pub all: bool,
    /// Errors and what was not checked, and nothing else.
    pub quiet: bool,
    /// Lists in full, rather than their first names.
    pub verbose: bool,
    /// Rules that link to their pages, where the reader's terminal knows links.
    pub links: bool,
}

/// Where a rule that comes with the program is explained on the web. A user's policy is not.
pub fn rule_page(rule: &RuleId) -> Option<String> {
    let is_known = rule.is_own() || policy::is_built_in(&rule.id);
    let pages = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules");
    is_known.then(|| format!("{pages}/{}.md", rule.id))
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

    /// The findings that a format shows: neither accepted nor only counted.
    fn listed<'a>(&self, report: &'a Report) -> Vec<&'a Finding> {
        let listed = report.findings.iter();
        listed
            .filter(|f| f.suppressed.is_none() && self.lists(f.severity))
            .collect()
    }

    /// Where a finding is shown by formats that need a file and a line: its place, else the start
    /// of what it affects.
    fn line(&self, finding: &Finding) -> (String, u32) {
        match (&finding.place, finding.affected.first()) {
            (Some(place), _) => match self.file(place) {
                Some(file) => (file, place.start().line),
                None => (place.path().to_string(), 1),
            },
            (None, Some(affected)) => (self.path(&affected.target), 1),
            (None, None) => (self.path(Utf8Path::new("")), 1),
        }
    }

    /// Whether findings of a severity are listed rather than only counted.
    fn lists(&self, severity: Severity) -> bool {
        severity >= Severity::Warning || (self.show_info && severity == Severity::Info)
    }
}
