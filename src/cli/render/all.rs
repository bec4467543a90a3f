//! Every target of a repository as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::time::SystemTime;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, FaultKind, Press, Sheets, Source};
use rayon::prelude::*;

use super::output_folder::OutputFolder;
use super::{FAILED, Failure, Render, faults};
use crate::cli::terminal::Terminal;
use crate::date::Date;
use crate::deploy::{Content, Loose};
use crate::render::Rendered;
use crate::report::printable;
use crate::request::ApiVersions;
use crate::snapshot::Repository;
use crate::{Request, Setup};

/// The file of a target that shares its folder with no other.
const FILE: &str = "manifests.yaml";

/// A target and its text.
struct Printed<'a> {
    target: &'a Rendered,
    /// None if it could not be rendered.
    text: Option<Result<Sheets, Vec<Fault>>>,
}

impl Printed<'_> {
    fn text(&self) -> Option<&Sheets> {
        self.text.as_ref()?.as_ref().ok()
    }
}

impl Render {
    /// Renders the targets below a folder, or all.
    pub(super) fn every(
        &self,
        repository: &dyn Repository,
        below: Option<Utf8PathBuf>,
        terminal: &mut Terminal,
    ) -> Result<u8, Failure> {
        let setup = Setup::read_in(crate::cli::isolation(), repository, None)
            .map_err(|faults| crate::cli::configuration(&faults))?;
        let setup = setup.with_shelf(self.shelf.open()?);
        let request = Request {
            paths: below.into_iter().collect(),
            api_versions: ApiVersions::Template(Vec::new()),
            ..Request::all(Date::at(SystemTime::now()))
        };
        // The program ends after this: taking trees apart piece by piece would be time lost.
        let deployed = ManuallyDrop::new(setup.render(repository, &request, self.options()));
        let mut targets: Vec<&Rendered> = deployed.targets().filter(|t| t.spec.is_asked).collect();
        if targets.is_empty() {
            return Err(Failure::new("there is nothing to render here")
                .hint("a target is a kustomization, a chart, or a folder of manifests"));
        }
        targets.sort_by(|a, b| a.spec.path.cmp(&b.spec.path));
        let press = Press::default();
        let print = |target: &Rendered| match unreadable(target, &deployed.loose) {
            faults if !faults.is_empty() => Err(faults),
            _ if self.annotate || target.chart.is_some() => {
                self.print_target(target).map(Sheets::from)
            }
            _ => kustomize::print_with(&press, &target.objects),
        };
        let printed: Vec<Printed<'_>> = targets
            .into_par_iter()
            .map(|target| Printed {
                target,
                text: target.is_rendered().then(|| print(target)),
            })
            .collect();
        match self.output_dir.as_deref() {
            Some(folder) => write_files(folder, &printed)?,
            None => write_stream(&printed, terminal),
        }
        let told = tell(&printed, terminal.has_colour_for_notes());
        if !told.is_empty() {
            terminal.note(&told);
        }
        Ok(if told.is_empty() { 0 } else { FAILED })
    }
}

/// What is wrong with the files of a target that is applied as it stands.
fn unreadable(target: &Rendered, loose: &Loose) -> Vec<Fault> {
    if !matches!(target.spec.content, Content::Manifests(_)) {
        return Vec::new();
    }
    let is_own = |source: &&Arc<Source>| source.path().parent() == Some(&*target.spec.path);
    let faulty = loose.faulty.iter().filter(is_own);
    let faults = faulty.flat_map(|source| {
        source.tree.errors().iter().map(|error| {
            Fault::new(FaultKind::Syntax, error.message.clone())
                .at_location(source.locate(error.span))
        })
    });
    faults.collect()
}

/// All targets as one stream of documents, each after a comment that names it.
fn write_stream(printed: &[Printed<'_>], terminal: &mut Terminal) {
    let mut gap = "";
    for target in printed {
        let Some(text) = target.text() else {
            continue;
        };
        let heading = format!("{gap}# target: {}\n", name(target.target));
        let out = terminal.out();
        let written = out.write_all(heading.as_bytes()).and_then(|()| {
            text.pieces()
                .try_for_each(|piece| out.write_all(piece.as_bytes()))
        });
        if written.is_err() {
            // A closed pipe is the reader's wish.
            break;
        }
        gap = "---\n";
    }
}

fn write_files(folder: &Utf8Path, printed: &[Printed<'_>]) -> Result<(), Failure> {
    let files = files(printed);
    // The file of a target that fails now stays as it is: to remove it could undeploy it.
    let folder = OutputFolder::open(folder, files.iter().cloned())?;
    for (target, file) in printed.iter().zip(&files) {
        if let Some(text) = target.text() {
            folder.write(file, &text.to_string())?;
        }
    }
    folder.finish()
}

/// The file of each target. Targets of one folder are told apart by their environments, or else
/// by numbers.
fn files(printed: &[Printed<'_>]) -> Vec<Utf8PathBuf> {
    let mut files = Vec::with_capacity(printed.len());
    for group in printed.chunk_by(|a, b| a.target.spec.path == b.target.spec.path) {
        let mut taken = BTreeSet::new();
        for target in group {
            let spec = &target.target.spec;
            let mut file = match &spec.environment {
                Some(environment) if group.len() > 1 => {
                    format!("manifests-{}.yaml", file_name(&environment.name))
                }
                _ => FILE.to_owned(),
            };
            for number in 2.. {
                if taken.insert(file.clone()) {
                    break;
                }
                file = format!("manifests-{number}.yaml");
            }
            files.push(spec.path.join(file));
        }
    }
    files
}

/// A name as a part of a file's name.
fn file_name(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.chars()
        .map(|c| if is_plain(c) { c } else { '-' })
        .collect()
}

/// What keeps targets from being printed: each fault once, then the targets.
fn tell(printed: &[Printed<'_>], colour: bool) -> String {
    let mut found: Vec<Fault> = Vec::new();
    let is_same = |a: &Fault, b: &Fault| {
        let place = |fault: &Fault| {
            let at = fault.at.as_ref()?;
            Some((at.path().to_owned(), at.span))
        };
        a.message == b.message && place(a) == place(b)
    };
    let mut failed = String::new();
    for Printed { target, text } in printed {
        let path = name(target);
        let more = match text {
            Some(Ok(_)) => continue,
            Some(Err(faults)) => faults,
            None => &target.faults,
        };
        for fault in more {
            if !found.iter().any(|known| is_same(known, fault)) {
                found.push(fault.clone());
            }
        }
        let _ = write!(failed, "\n  {path}");
        if let Some(base) = &target.blocked_by {
            let base = printable(base.as_str());
            let _ = write!(failed, ": its base `{base}` does not render");
        }
    }
    if failed.is_empty() {
        return failed;
    }
    let count = printed.iter().filter(|p| p.text().is_none()).count();
    format!(
        "{}\nnot rendered: {count} of {} targets{failed}",
        faults::told(&found, colour),
        printed.len()
    )
}

/// A target's folder, on one line.
fn name(target: &Rendered) -> String {
    let path = match target.spec.path.as_str() {
        "" => ".",
        path => path,
    };
    let path = printable(path);
    // Of a chart there is one target for each environment.
    match (&target.chart, &target.spec.environment) {
        (Some(_), Some(environment)) => format!("{path} ({})", printable(&environment.name)),
        _ => path.into_owned(),
    }
}
