//! What a HelmRelease asks for.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Object, View, normalize};

use super::super::argocd::embedded;
use super::super::asked::{
    MissingChart, floating, items, not_available, not_available_as, place_of,
};
use super::super::charts::is_chart;
use super::super::rules::VALUES_NOT_FOLLOWED;
use super::super::{Asked, ChartUse, Content, Known, Pulled, TargetSpec, ValuesFrom, Word};
use super::{environment_of, in_place_of, sourced};
use crate::problem::Problem;

/// What a HelmRelease asks for: a chart of the repository.
pub(in crate::deploy) fn asked_by(known: Known<'_>, object: &Object) -> Asked {
    let mut asked = Asked::default();
    let view = object.node.view();
    let values = values_from(known, object, &mut asked.problems);
    let reference = view.get_path(&["spec", "chartRef"]);
    let named = reference.and_then(|reference| known.sources.named(object, reference));
    let is_published = |kind: &str| {
        let own = reference.and_then(|reference| reference.get("kind"));
        own.is_some_and(|own| own.text() == kind)
    };
    let chart_spec = match view.get_path(&["spec", "chart", "spec"]) {
        Some(spec) => Some(spec),
        None => named.filter(|_| is_published("HelmChart")),
    };
    let Some(chart_spec) = chart_spec else {
        if let Some(name) = reference.and_then(|reference| reference.get("name")) {
            let missing = MissingChart::published(object, name, named);
            if let Some(pulled) = Pulled::of(known.shelf, &missing.name, &missing.version, name) {
                let used = chart_use(view, None, name, pulled.path(), values);
                asked
                    .targets
                    .push(target(known, object, with(used, pulled)));
                return asked;
            }
            asked.values = values;
            asked.problems.extend(published(name, named));
            asked.charts.push(missing);
        } else {
            asked.values = values;
        }
        return asked;
    };
    let Some(chart) = chart_spec.get("chart") else {
        return asked;
    };
    let folder = normalize(Utf8Path::new(""), chart.text().trim_start_matches('/'));
    let Some(folder) = folder.filter(|folder| is_chart(known.snapshot, folder)) else {
        let missing = MissingChart::of_repository(known, object, chart_spec, chart);
        let pulled = missing.as_ref().and_then(|own| {
            let pulled = Pulled::of(known.shelf, &own.name, &own.version, chart);
            // Such files stand in the chart, which decides over them.
            pulled.filter(|_| items(chart_spec, "valuesFiles").is_empty())
        });
        if let Some(pulled) = pulled {
            asked
                .problems
                .extend(floating(chart, chart_spec.get("version")));
            let used = chart_use(view, Some(chart_spec), chart, pulled.path(), values);
            asked
                .targets
                .push(target(known, object, with(used, pulled)));
            return asked;
        }
        asked
            .problems
            .extend(elsewhere(known, object, chart_spec, chart));
        match missing {
            Some(missing) => asked.charts.push(missing),
            None => {
                let reference = chart_spec.get("sourceRef").unwrap_or(chart);
                asked.sourced.push(sourced(known, object, reference));
            }
        }
        // The chart is elsewhere, but what it is given stands here.
        asked.values = values;
        return asked;
    };
    let used = chart_use(view, Some(chart_spec), chart, folder, values);
    asked.targets.push(target(known, object, used));
    asked
}

fn target(known: Known<'_>, object: &Object, used: ChartUse) -> TargetSpec {
    let environment = environment_of(known, object, used.files());
    let folder = used.chart.clone();
    let mut spec = TargetSpec::new(folder, Content::Chart(used.into()), known.config);
    spec.application = object.id.name.to_string();
    spec.told(environment);
    in_place_of(known, spec)
}

fn with(used: ChartUse, pulled: Pulled) -> ChartUse {
    ChartUse {
        pulled: Some(pulled),
        ..used
    }
}

impl MissingChart {
    fn published(object: &Object, name: View<'_>, repository: Option<View<'_>>) -> Self {
        let text = |keys: &[&str]| {
            let value = repository.and_then(|own| own.get_path(keys));
            value.map_or("", View::text).to_owned()
        };
        let url = text(&["url"]);
        let address = url.trim_end_matches('/');
        let (registry, own) = address.rsplit_once('/').unwrap_or(("", address));
        let version = match text(&["ref", "tag"]) {
            tag if tag.is_empty() => text(&["ref", "semver"]),
            tag => tag,
        };
        Self {
            name: match own {
                "" => name.text().to_owned(),
                own => own.to_owned(),
            },
            release: object.id.name.to_string(),
            version,
            repository: registry.to_owned(),
            by: place_of(name),
        }
    }

    /// None of a chart that a git repository holds.
    fn of_repository(
        known: Known<'_>,
        object: &Object,
        chart_spec: View<'_>,
        chart: View<'_>,
    ) -> Option<Self> {
        let reference = chart_spec.get("sourceRef")?;
        if reference.get("kind")?.text() != "HelmRepository" {
            return None;
        }
        let address = known.sources.address(object, reference).unwrap_or_default();
        Some(Self {
            name: chart.text().to_owned(),
            release: object.id.name.to_string(),
            version: chart_spec.get("version").map_or("", View::text).to_owned(),
            repository: address.to_owned(),
            by: place_of(chart),
        })
    }
}

/// What to say of a chart that an OCIRepository holds.
fn published(name: View<'_>, repository: Option<View<'_>>) -> Vec<Problem> {
    let Some(repository) = repository else {
        return vec![not_available(name, "", "")];
    };
    let Some(url) = repository.get("url") else {
        return vec![not_available(name, "", "")];
    };
    let text = |key: &str| repository.get_path(&["ref", key]).map(View::text);
    let version = text("tag").or_else(|| text("semver")).unwrap_or_default();
    let address = url.text().trim_end_matches('/');
    let (registry, own) = address.rsplit_once('/').unwrap_or(("", address));
    let problem = not_available_as(name, own, version, registry);
    let range = repository.get_path(&["ref", "semver"]);
    let range = range.filter(|_| text("tag").is_none() && text("digest").is_none());
    let floating = range.and_then(|range| floating(name, Some(range)));
    [Some(problem), floating].into_iter().flatten().collect()
}

/// What to say of a chart that is not in this repository.
fn elsewhere(
    known: Known<'_>,
    object: &Object,
    chart_spec: View<'_>,
    chart: View<'_>,
) -> Vec<Problem> {
    let reference = chart_spec.get("sourceRef");
    let kind = reference.and_then(|reference| reference.get("kind"));
    if kind.map_or("", View::text) != "HelmRepository" {
        return vec![not_available(chart, "", "")];
    }
    let version = chart_spec.get("version");
    let address = reference.and_then(|reference| {
        let known = known.sources.address(object, reference);
        known.or_else(|| Some(reference.get("name")?.text()))
    });
    let written = version.map_or("", View::text);
    let missing = not_available(chart, written, address.unwrap_or_default());
    let floating = floating(chart, version);
    [Some(missing), floating].into_iter().flatten().collect()
}

/// The values of ConfigMaps and Secrets, in the order in which they outrank one another. What is
/// not known here is told.
fn values_from(known: Known<'_>, object: &Object, problems: &mut Vec<Problem>) -> Vec<ValuesFrom> {
    let spec = object.node.view().get("spec");
    let mut values = Vec::new();
    for from in spec.map_or_else(Vec::new, |spec| items(spec, "valuesFrom")) {
        let text = |key| from.get(key).map_or("", View::text);
        match value_of(known, object, from) {
            Found::Value(value) => values.push(value),
            Found::Nothing => {}
            Found::Unknown => {
                let message = format!(
                    "what {} `{}` of `valuesFrom` holds is not known here, so what it sets is not checked",
                    text("kind"),
                    text("name")
                );
                let problem = Problem::new(&VALUES_NOT_FOLLOWED, message);
                problems.push(match place_of(from.get("name").unwrap_or(from)) {
                    Some(place) => problem.at(place),
                    None => problem,
                });
            }
        }
    }
    values
}

/// What an entry of `valuesFrom` sets.
enum Found {
    Value(ValuesFrom),
    /// It may set nothing, and does not: what it names is here, without the key.
    Nothing,
    Unknown,
}

fn value_of(known: Known<'_>, object: &Object, from: View<'_>) -> Found {
    let text = |key| {
        let text = from.get(key).map(View::text);
        text.filter(|text| !text.is_empty())
    };
    let (Some(kind), Some(name), Some(beside)) = (text("kind"), text("name"), known.asker) else {
        return Found::Unknown;
    };
    let namespace = &*object.id.namespace;
    let holder = known.sources.holder(kind, name, namespace, beside);
    let Some(holder) = holder.filter(|holder| !manifest::is_encrypted(*holder)) else {
        return Found::Unknown;
    };
    let key = text("valuesKey").unwrap_or("values.yaml");
    let field = match kind {
        "Secret" => "stringData",
        _ => "data",
    };
    let Some(value) = holder.get_path(&[field, key]) else {
        let is_absent = ["data", "stringData"].map(|field| [field, key]);
        let is_absent = is_absent.iter().all(|path| holder.get_path(path).is_none());
        return match is_absent && text("optional") == Some("true") {
            true => Found::Nothing,
            false => Found::Unknown,
        };
    };
    let path = from.get("targetPath");
    let value = match path.filter(|path| !path.text().is_empty()) {
        Some(path) => Some(ValuesFrom::Parameter {
            name: path.to_node(),
            value: value.to_node(),
            is_text: false,
            has_commas: false,
        }),
        None => embedded(value).map(ValuesFrom::Inline),
    };
    value.map_or(Found::Unknown, Found::Value)
}

fn chart_use(
    release: View<'_>,
    chart_spec: Option<View<'_>>,
    chart: View<'_>,
    folder: Utf8PathBuf,
    from: Vec<ValuesFrom>,
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
        .and_then(|spec| spec.get("ignoreMissingValuesFiles"))
        .is_some_and(|flag| flag.text() == "true");
    let files = chart_spec.map_or_else(Vec::new, |spec| items(spec, "valuesFiles"));
    let files = files.into_iter();
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
    values.extend(from);
    if let Some(inline) = release.get_path(&["spec", "values"]) {
        values.push(ValuesFrom::Inline(inline.to_node()));
    }
    let renderers = release.get_path(&["spec", "postRenderers"]).into_iter();
    let renderers = renderers.flat_map(View::items);
    let renderers = renderers.filter_map(|renderer| renderer.get("kustomize"));
    ChartUse {
        chart: folder,
        values,
        release: word(&["spec", "releaseName"]).unwrap_or(default),
        namespace: target.or_else(|| word(&["metadata", "namespace"])),
        by: place_of(chart),
        pulled: None,
        post_renderers: renderers.map(View::to_node).collect(),
    }
}
