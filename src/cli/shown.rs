//! How the findings of a check are shown, and when they make it fail.

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

use super::outputs::Outputs;
use super::terminal::Terminal;
use super::{FOUND, Failure};
use crate::judge::finding::Report;
use crate::judge::lines::ChangedLines;
use crate::judge::redact::Sensitive;
use crate::report::{self, Format};
use crate::rule::Severity;
use crate::setup::Setup;

/// How the findings of a check are shown, and when they make it fail.
#[derive(Args)]
pub(super) struct Shown {
    #[command(flatten)]
    pub(super) outputs: Outputs,
    /// The lowest severity that makes the command fail
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    fail_on: FailOn,
    /// The lowest severity that is printed; lower ones are only counted
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    show: Show,
    /// Print the number of findings per rule, environment and owner instead of the findings
    #[arg(long)]
    statistics: bool,
    /// Succeed even if the repository has no manifests
    #[arg(long)]
    allow_empty: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(super) enum FailOn {
    /// Only errors
    Error,
    /// Warnings too
    Warning,
    /// Anything
    Info,
    /// Nothing
    Never,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
enum Show {
    /// Warnings and errors
    #[default]
    Warning,
    /// Everything; many findings are grouped by rule
    Info,
    /// Everything, and never grouped
    All,
}

/// What was checked.
pub(super) struct Seen<'a> {
    pub(super) setup: &'a Setup,
    pub(super) report: &'a Report,
    pub(super) sensitive: &'a Sensitive,
    /// Whether it is the whole repository.
    pub(super) is_whole: bool,
    /// The way to the root.
    pub(super) prefix: &'a Utf8Path,
    /// The lines of the change that it is about, for formats that look at them.
    pub(super) changed: Option<&'a ChangedLines>,
}

impl Shown {
    pub(super) fn write(&self, seen: &Seen<'_>, terminal: &mut Terminal) -> Result<(), Failure> {
        let page = workflow_page();
        let context = report::Context {
            prefix: seen.prefix,
            rules: seen.setup.rules(),
            sensitive: seen.sensitive,
            color: false,
            width: terminal.width(),
            show_info: self.show != Show::Warning,
            detail: report::Detail {
                all: self.show == Show::All,
                ..terminal.detail()
            },
            complete: seen.is_whole,
            workflow: report::Workflow {
                changed: seen.changed,
                page: page.as_deref(),
            },
        };
        if self.statistics {
            return self
                .outputs
                .write_statistics(seen.report, &context, terminal);
        }
        self.outputs.write(seen.report, &context, terminal)
    }

    /// Whether it is annotated which lines are wrong.
    pub(super) fn annotates(&self) -> bool {
        self.outputs.format() == Format::Github
    }

    /// The exit code. A run that checked nothing of what was named has not passed; one of an
    /// environment that has nothing has.
    pub(super) fn code(
        &self,
        report: &Report,
        unused_paths: &[Utf8PathBuf],
        is_part: bool,
    ) -> Result<u8, Failure> {
        if self.fail_on.is_reached(report) {
            return Ok(FOUND);
        }
        if let Some(path) = unused_paths.first() {
            return Err(Failure::new(format!("nothing was checked at {path}")).hint(
                "no target uses it; name a kustomization, a chart, a manifest, or a file \
                     that one of them uses",
            ));
        }
        let is_empty = report.summary.all_targets() == 0;
        match is_empty && !is_part && !self.allow_empty {
            true => Err(Failure::new("nothing was checked: no manifests were found")
                .hint("--allow-empty accepts a repository without manifests")),
            false => Ok(0),
        }
    }
}

/// The page of the GitHub workflow run that this is part of, if it is.
fn workflow_page() -> Option<String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let server = variable("GITHUB_SERVER_URL")?;
    let repository = variable("GITHUB_REPOSITORY")?;
    let run = variable("GITHUB_RUN_ID")?;
    Some(format!("{server}/{repository}/actions/runs/{run}"))
}

impl FailOn {
    pub(super) fn is_reached(self, report: &Report) -> bool {
        let mut all = [Severity::Info, Severity::Warning, Severity::Error].into_iter();
        all.any(|severity| self.is_failed_by(severity) && report.count(severity) > 0)
    }

    /// Whether findings of a severity fail a run.
    pub(super) fn is_failed_by(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}
