//! What is wrong with charts and their values, whatever the objects are that they give.

mod dependencies;
mod elsewhere;
mod handed;
mod keys;
mod mentions;
mod overrides;
mod rules;
mod siblings;
mod values;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use helm::Chart;
use manifest::{Snapshot, Span};
use rustc_hash::FxHashMap;

use crate::deploy::{self, ChartUse, Content};
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::RuleId;
use elsewhere::Given;
use handed::Handed;
use rules::UNUSED_VALUE;
use siblings::Siblings;
use values::Layer;

pub(crate) use rules::{RULES, UNUSED_VALUES_FILE};

/// One chart with everything that was rendered from it.
struct Uses<'a> {
    chart: &'a Arc<Chart>,
    renderings: Vec<Rendering<'a>>,
}

/// A chart with the values of one target.
struct Rendering<'a> {
    /// The target's index.
    target: usize,
    rendered: &'a Rendered,
    used: &'a ChartUse,
    output: &'a helm::Rendered,
    /// The chart's own values and those given to it; later ones outrank earlier ones.
    layers: Vec<Layer>,
}

/// Looks at all charts that were read, and at the values files that belong to them by name.
pub fn problems(
    snapshot: &dyn Snapshot,
    charts: &FxHashMap<Utf8PathBuf, Arc<Chart>>,
    layout: &deploy::ChartLayout,
    rendered: &[Rendered],
) -> Vec<Problem> {
    // What is wrong with a chart of others is theirs to know.
    let used = rendered
        .iter()
        .filter_map(|target| match &target.spec.content {
            Content::Chart(used) => Some(used),
            _ => None,
        });
    let pulled: BTreeSet<&Utf8PathBuf> = used
        .filter(|used| used.pulled.is_some())
        .map(|used| &used.chart)
        .collect();
    let mut uses: BTreeMap<&Utf8Path, Uses<'_>> = charts
        .iter()
        .filter(|(path, _)| !pulled.contains(path))
        .map(|(path, chart)| {
            let renderings = Vec::new();
            (path.as_path(), Uses { chart, renderings })
        })
        .collect();
    for (target, rendered) in rendered.iter().enumerate() {
        if let Content::Chart(used) = &rendered.spec.content
            && let Some(output) = &rendered.chart
            && let Some(of_chart) = uses.get_mut(used.chart.as_path())
        {
            of_chart.renderings.push(Rendering {
                target,
                rendered,
                used,
                output,
                layers: values::layers(snapshot, of_chart.chart, used),
            });
        }
    }
    let mut problems = Vec::new();
    let elsewhere = Given::of(rendered);
    elsewhere::in_given(snapshot, rendered, &elsewhere, &mut problems);
    let shared = Shared {
        files: files_of_several(&uses),
        handed: Handed::of(uses.values()),
        elsewhere,
    };
    let mut siblings = Siblings::default();
    let mut unread: BTreeMap<Place, Vec<Problem>> = BTreeMap::new();
    for (path, of_chart) in &uses {
        dependencies::look(of_chart, &mut problems);
        elsewhere::in_dependencies(of_chart, &mut problems);
        let mut of_keys = Vec::new();
        keys::look(of_chart, &shared.handed, &mut siblings, &mut of_keys);
        for problem in of_keys.into_iter().filter(|own| !shared.may_be_read(own)) {
            match shared.place(&problem) {
                Some(place) => unread.entry(place).or_default().push(problem),
                None => problems.push(problem),
            }
        }
        overrides::look(of_chart, &shared.handed, &mut problems);
        let files = layout.values_files(path);
        let files = files.filter(|file| !shared.elsewhere.has(file));
        unused_files(snapshot, of_chart, files, &mut problems);
    }
    for (place, told) in unread {
        if told.len() == shared.count(&place) {
            problems.extend(told);
        }
    }
    siblings.gather(problems)
}

/// A place in a file.
type Place = (Utf8PathBuf, u32);

/// Values that more than one chart is given. A key among them is of no use only if none of these
/// reads it.
struct Shared {
    /// The files, with how many charts are given each.
    files: BTreeMap<Utf8PathBuf, usize>,
    /// What charts hand on.
    handed: Handed,
    /// What charts are given that are not here.
    elsewhere: Given,
}

fn files_of_several(uses: &BTreeMap<&Utf8Path, Uses<'_>>) -> BTreeMap<Utf8PathBuf, usize> {
    let mut counts: BTreeMap<Utf8PathBuf, usize> = BTreeMap::new();
    for of_chart in uses.values() {
        let renderings = of_chart.renderings.iter();
        let files: BTreeSet<_> = renderings.flat_map(|own| own.used.files()).collect();
        for file in files {
            *counts.entry(file.clone()).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count > 1);
    counts
}

impl Shared {
    /// Whether a problem is that no template reads a key that a chart elsewhere may read.
    fn may_be_read(&self, problem: &Problem) -> bool {
        let file = problem.place().map(|place| place.path());
        problem.rule == RuleId::from(&UNUSED_VALUE) && file.is_some_and(|f| self.elsewhere.has(f))
    }

    /// Where a problem is told of a key that several charts may read.
    fn place(&self, problem: &Problem) -> Option<Place> {
        let place = problem.place()?;
        let place = (place.path().to_owned(), place.span.start);
        let is_shared = self.count(&place) > 1;
        (is_shared && problem.rule == RuleId::from(&UNUSED_VALUE)).then_some(place)
    }

    /// How many charts are given a key.
    fn count(&self, place: &Place) -> usize {
        let files = self.files.get(&place.0).copied().unwrap_or_default();
        files.max(self.handed.count(place))
    }
}

/// Values files of a chart that no target gives it.
fn unused_files<'a>(
    snapshot: &dyn Snapshot,
    uses: &Uses<'_>,
    files: impl Iterator<Item = &'a Utf8PathBuf>,
    problems: &mut Vec<Problem>,
) {
    let used: BTreeSet<&Utf8PathBuf> = uses
        .renderings
        .iter()
        .flat_map(|r| r.used.files())
        .collect();
    for file in files.filter(|file| !used.contains(file)) {
        let Ok(source) = snapshot.source(file) else {
            continue;
        };
        let first = source.tree.text().lines().next().map_or(0, str::len);
        let at = source.locate(Span::new(0, first as u32));
        let message = format!("{file} is never used: nothing passes it to the chart");
        problems.push(Problem::new(&UNUSED_VALUES_FILE, message).at(at));
    }
}

impl Uses<'_> {
    fn targets(&self) -> BTreeSet<usize> {
        self.renderings.iter().map(|own| own.target).collect()
    }
}
