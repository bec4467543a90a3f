//! What is wrong with charts and their values, whatever the objects are that they give.

mod dependencies;
mod keys;
mod mentions;
mod overrides;
mod rules;
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
use rules::UNUSED_VALUES_FILE;
use values::Layer;

pub(crate) use rules::RULES;

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
    let mut uses: BTreeMap<&Utf8Path, Uses<'_>> = charts
        .iter()
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
    for (path, of_chart) in &uses {
        dependencies::look(of_chart, &mut problems);
        keys::look(of_chart, &mut problems);
        overrides::look(of_chart, &mut problems);
        let files = layout.values_files(path);
        unused_files(snapshot, of_chart, files, &mut problems);
    }
    problems
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
        let message = format!("nothing gives {file} to the chart");
        problems.push(Problem::new(&UNUSED_VALUES_FILE, message).at(at));
    }
}

impl Uses<'_> {
    fn targets(&self) -> BTreeSet<usize> {
        self.renderings.iter().map(|own| own.target).collect()
    }
}
