//! What Flux's objects ask to be deployed from the repository.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, Object, View, normalize};
use rustc_hash::FxHashMap;

use super::asked::{
    Directory, environment_of, floating, folder_targets, items, missing_folder, namespace_of,
    not_available, place_of,
};
use super::charts::is_chart;
use super::rules::VALUES_NOT_FOLLOWED;
use super::{Asked, ChartUse, Content, Known, TargetSpec, ValuesFrom, Whose, Word};
use crate::problem::Problem;

/// The addresses of the sources that objects name, by kind, namespace and name.
#[derive(Debug, Default)]
pub struct Sources(FxHashMap<SourceKey, String>);

/// Kind, namespace and name.
type SourceKey = (Box<str>, Box<str>, Box<str>);

impl Sources {
    /// Those among some objects.
    pub fn of<'a>(objects: impl Iterator<Item = &'a Object>) -> Self {
        let sources = objects.filter(|object| &*object.id.gvk.group == SOURCES);
        let sources = sources.filter_map(|object| {
            let url = object.node.view().get_path(&["spec", "url"])?;
            let id = &object.id;
            let key = (id.gvk.kind.clone(), id.namespace.clone(), id.name.clone());
            Some((key, url.text().to_owned()))
        });
        Self(sources.collect())
    }

    /// The address of the source that an object's `sourceRef` names.
    fn address(&self, object: &Object, reference: View<'_>) -> Option<&str> {
        let text = |key| reference.get(key).map(View::text);
        let namespace = text("namespace").unwrap_or(&object.id.namespace);
        let key = (
            text("kind").unwrap_or_default().into(),
            namespace.into(),
            text("name").unwrap_or_default().into(),
        );
        self.0.get(&key).map(String::as_str)
    }
}

const SOURCES: &str = "source.toolkit.fluxcd.io";

/// What a Kustomization asks for: a folder of its source. Without a kustomization in it, Flux
/// takes all manifests below it.
pub(super) fn asked_by_kustomization(known: Known<'_>, object: &Object) -> Asked {
    let mut asked = Asked::default();
    let view = object.node.view();
    let (Some(path), Some(reference)) = (
        view.get_path(&["spec", "path"]),
        view.get_path(&["spec", "sourceRef"]),
    ) else {
        return asked;
    };
    let address = known.sources.address(object, reference).unwrap_or_default();
    let whose = match reference.get("kind").map_or("", View::text) {
        "GitRepository" => known.addresses.whose(address),
        _ => Whose::Other,
    };
    let folder = normalize(Utf8Path::new(""), path.text().trim_start_matches('/'));
    let (Some(folder), true) = (folder, whose != Whose::Other) else {
        return asked;
    };
    match known.snapshot.kept(&folder) {
        Kept::Folder => {
            let targets = folder_targets(known, object, &folder, Directory::Flux, path);
            asked
                .targets
                .extend(targets.into_iter().map(|spec| TargetSpec {
                    namespace: namespace_of(object, &["spec", "targetNamespace"]),
                    ..spec
                }));
        }
        Kept::Nothing if whose == Whose::Own && !path.text().contains("${") => {
            asked.problems.push(missing_folder(known, path, &folder));
        }
        Kept::Nothing | Kept::File | Kept::Outside => {}
    }
    asked
}

/// What a HelmRelease asks for: a chart of the repository.
pub(super) fn asked_by_release(known: Known<'_>, object: &Object) -> Asked {
    let Known {
        snapshot, config, ..
    } = known;
    let mut asked = Asked::default();
    let view = object.node.view();
    for from in view
        .get("spec")
        .map_or_else(Vec::new, |spec| items(spec, "valuesFrom"))
    {
        let text = |key| from.get(key).map_or("", View::text);
        let message = format!(
            "`valuesFrom` {} `{}` is not followed, so what it sets is not checked",
            text("kind"),
            text("name")
        );
        let problem = Problem::new(&VALUES_NOT_FOLLOWED, message);
        asked
            .problems
            .push(match place_of(from.get("name").unwrap_or(from)) {
                Some(place) => problem.at(place),
                None => problem,
            });
    }
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
    let environment = environment_of(object, use_of_chart.files(), config);
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
