//! What a Flux HelmRelease asks to be deployed from a chart of the repository.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Object, Snapshot, View, normalize};

use super::asked::{environment_of, floating, items, not_available, place_of};
use super::charts::is_chart;
use super::{Asked, ChartUse, Content, TargetSpec, ValuesFrom, Word};
use crate::settings::Config;

pub(super) fn asked_by(snapshot: &dyn Snapshot, object: &Object, config: &Config) -> Asked {
    let mut asked = Asked::default();
    let view = object.node.view();
    let Some(chart_spec) = view.get_path(&["spec", "chart", "spec"]) else {
        // An object of its own fetches it.
        if let Some(name) = view.get_path(&["spec", "chartRef", "name"]) {
            let missing = not_available(name, "", "");
            asked.problems.push(missing);
        }
        return asked;
    };
    let Some(chart) = chart_spec.get("chart") else {
        return asked;
    };
    let folder = normalize(Utf8Path::new(""), chart.text().trim_start_matches('/'));
    let Some(folder) = folder.filter(|folder| is_chart(snapshot, folder)) else {
        let text = |path: &[&str]| chart_spec.get_path(path).map_or("", View::text);
        let is_published = text(&["sourceRef", "kind"]) == "HelmRepository";
        let (version, repository) = match is_published {
            true => (text(&["version"]), text(&["sourceRef", "name"])),
            false => ("", ""),
        };
        let missing = not_available(chart, version, repository);
        asked.problems.push(missing);
        if is_published {
            let version = chart_spec.get("version");
            asked.problems.extend(floating(chart, version));
        }
        return asked;
    };
    let use_of_chart = chart_use(view, chart_spec, chart, folder.clone());
    let environment = environment_of(object, &use_of_chart, config);
    let mut spec = TargetSpec::new(folder, Content::Chart(use_of_chart.into()), config);
    spec.application = object.id.name.to_string();
    spec.environment = environment.or(spec.environment);
    asked.targets.push(spec);
    asked
}

fn chart_use(
    release: View<'_>,
    chart_spec: View<'_>,
    chart: View<'_>,
    folder: Utf8PathBuf,
) -> ChartUse {
    let word = |path: &[&str]| release.get_path(path).map(Word::from);
    let name = word(&["metadata", "name"]);
    let target = word(&["spec", "targetNamespace"]);
    let default = match (&target, name) {
        (None, Some(name)) => name,
        (target, name) => {
            let parts = [target.as_ref(), name.as_ref()].into_iter().flatten();
            let parts: Vec<&str> = parts.map(|word| word.text.as_str()).collect();
            parts.join("-").into()
        }
    };
    let is_optional = chart_spec
        .get("ignoreMissingValuesFiles")
        .is_some_and(|flag| flag.text() == "true");
    let files = items(chart_spec, "valuesFiles").into_iter();
    // They start at the root of what the source holds.
    let mut values: Vec<ValuesFrom> = files
        .filter_map(|entry| {
            Some(ValuesFrom::File {
                path: normalize(Utf8Path::new(""), entry.text())?,
                by: place_of(entry),
                is_optional,
            })
        })
        .collect();
    if let Some(inline) = release.get_path(&["spec", "values"]) {
        values.push(ValuesFrom::Inline(inline.to_node()));
    }
    ChartUse {
        chart: folder,
        values,
        release: word(&["spec", "releaseName"]).unwrap_or(default),
        namespace: target.or_else(|| word(&["metadata", "namespace"])),
        by: place_of(chart),
    }
}
