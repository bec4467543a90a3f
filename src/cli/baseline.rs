use std::collections::BTreeMap;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use manifest::Source;
use spanned_yaml::Tree;

use super::shelf::ShelfArgs;
use super::terminal::Terminal;
use super::{Failure, Place};
use crate::date::Date;
use crate::judge::baselined::counts;
use crate::judge::finding::Finding;
use crate::report::plural;
use crate::rule::Severity;
use crate::settings::baseline::{self, BASELINE_NAME};
use crate::snapshot::Disk;
use crate::{Checked, Request, Setup};

/// Accept what is found now, so that only new findings fail a check
///
/// Errors and warnings are written, except those of locked rules.
#[derive(Args)]
pub(super) struct WriteBaseline {
    #[command(flatten)]
    place: Place,
    /// The file [default: the configured one, else .gitopslint-baseline.yaml in the root]
    #[arg(long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Add nothing, and remove what was fixed
    #[arg(long)]
    prune: bool,
    /// The configuration file [default: .gitopslint.yaml in the root]
    #[arg(long, value_name = "FILE")]
    config: Option<Utf8PathBuf>,
    #[command(flatten)]
    shelf: ShelfArgs,
}

impl WriteBaseline {
    pub(super) fn run(self, terminal: &mut Terminal) -> Result<u8, Failure> {
        super::use_threads(None)?;
        let disk = self.place.open()?;
        let given = super::given_configuration(self.config.as_deref())?;
        let setup = Setup::read_without_baseline(crate::cli::isolation(), &disk, given);
        let setup = setup.map_err(|faults| super::configuration(&faults))?;
        let setup = setup.with_shelf(self.shelf.open()?);
        let path = self.path(&disk, &setup);
        let told = match self.prune {
            true => prune(setup, &disk, &path)?,
            false => adopt(&setup, &disk, &path)?,
        };
        terminal.note(&told);
        Ok(0)
    }

    fn path(&self, disk: &Disk, setup: &Setup) -> Utf8PathBuf {
        let configured = setup.config().baseline();
        let inside = configured.unwrap_or(Utf8Path::new(BASELINE_NAME));
        match &self.output {
            Some(path) => path.clone(),
            None => disk.root().join(inside),
        }
    }
}

fn check(setup: &Setup, disk: &Disk) -> Checked {
    setup.check(disk, &Request::all(Date::at(SystemTime::now())))
}

/// Writes everything that is found. Returns what is to be told about it.
fn adopt(setup: &Setup, disk: &Disk, path: &Utf8Path) -> Result<String, Failure> {
    let checked = check(setup, disk);
    let is_counted =
        |finding: &&Finding| finding.suppressed.is_none() && finding.severity >= Severity::Warning;
    let found = checked.report.findings.iter().filter(is_counted);
    let (locked, others): (Vec<&Finding>, Vec<&Finding>) =
        found.partition(|finding| setup.config().is_locked(&finding.rule.id));
    write(path, &baseline::write(&counts(others.iter().copied())))?;
    let mut told = format!("{} in {path}", plural(others.len(), "finding"));
    if !locked.is_empty() {
        let count = plural(locked.len(), "finding");
        told += &format!("\n{count} of locked rules left out: they must be fixed");
    }
    if setup.config().baseline().is_none() {
        let name = path.strip_prefix(disk.root()).unwrap_or(path);
        told += &format!(
            "\nto apply it, write `baseline: {name}` into .gitopslint.yaml, or check with \
             --baseline {name}"
        );
    }
    Ok(told)
}

/// Takes out what was fixed. Returns what is to be told about it.
fn prune(setup: Setup, disk: &Disk, path: &Utf8Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|fault| {
        Failure::new(format!("cannot read {path}: {fault}"))
            .hint("without --prune, a baseline is written")
    })?;
    let source = Source::file(path, Tree::parse_bytes(bytes));
    let setup = setup.with_baseline(&source);
    let setup = setup.map_err(|faults| super::baseline_fault(&faults))?;
    let checked = check(&setup, disk);
    let before = setup
        .baseline()
        .map_or(0, |baseline| baseline.entries().count());
    let kept: BTreeMap<_, _> = checked.pruned();
    let removed = before.saturating_sub(kept.len());
    write(path, &baseline::write(&kept))?;
    let entries = |count| match count {
        1 => "1 entry".to_owned(),
        _ => format!("{count} entries"),
    };
    Ok(format!(
        "{} removed, {} kept in {path}",
        entries(removed),
        entries(kept.len())
    ))
}

fn write(path: &Utf8Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text)
        .map_err(|fault| Failure::new(format!("cannot write {path}: {fault}")))
}
