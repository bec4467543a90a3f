//! The charts of a repository, and what the layout says they are rendered with.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, Snapshot, path_order};
use rustc_hash::{FxHashMap, FxHashSet};

use super::apart::is_test_data;
use super::environment::{PARENTS, environment_named, tier_of_environment};
use super::evidence::Evidence;
use super::layout::ValuesFiles;
use super::names::application_of_path;
use super::{ChartUse, Content, Environment, Kinds, TargetSpec, ValuesFrom, Word};
use crate::rule::Tier;
use crate::settings::{ChartSettings, Config};

/// The environment that values for a chart's own tests count as.
pub(super) const TESTS: &str = "ci";

/// The charts that stand in no other chart, each with its values files.
#[derive(Debug, Default)]
pub struct ChartLayout {
    charts: BTreeMap<Utf8PathBuf, Vec<ValueSet>>,
}

impl ChartLayout {
    /// Sorts out the values files of all charts.
    pub fn find(
        snapshot: &dyn Snapshot,
        files: &[Utf8PathBuf],
        kinds: &Kinds,
        config: &Config,
    ) -> Self {
        let is_known = |name: &str| config.tier_of(name).is_some();
        let charts = kinds.charts().map(|chart| {
            let own = below(files, chart);
            let mut sets = match config.chart(chart) {
                Some(settings) => configured(chart, settings, files, config),
                None => Vec::new(),
            };
            if sets.is_empty() {
                let is_called =
                    |file: &Utf8Path, name: &str| calls_itself(snapshot, chart, file, name);
                let files = ValuesFiles::of(chart, own, &is_known, &is_called);
                sets = told_by_names(&files, config);
            }
            (chart.to_owned(), sets)
        });
        Self {
            charts: charts.collect(),
        }
    }

    /// The values files that belong to a chart by their names, those for its tests aside.
    pub fn values_files(&self, chart: &Utf8Path) -> impl Iterator<Item = &Utf8PathBuf> {
        let sets = self.charts.get(chart).into_iter().flatten();
        let is_test = |set: &&ValueSet| {
            set.environment
                .as_ref()
                .is_some_and(|own| *own.name == *TESTS)
        };
        sets.filter(move |set| !is_test(set))
            .flat_map(|set| &set.own)
    }

    /// The values files of a chart that are for one environment each, with its name.
    pub fn environment_files(
        &self,
        chart: &Utf8Path,
    ) -> impl Iterator<Item = (&str, &Utf8PathBuf)> {
        let sets = self.charts.get(chart).into_iter().flatten();
        sets.filter(|set| set.is_of_environment()).flat_map(|set| {
            let name = set.environment.as_ref().map_or("", |own| &*own.name);
            set.own.iter().map(move |file| (name, file))
        })
    }

    /// What the layout tells to render, except what somebody asks for already, in `asked` or
    /// otherwise (`is_used`): a chart is rendered for each environment that has values, or else
    /// by its own values alone. Libraries render nothing, and what is kept for tests is wrong on
    /// purpose.
    pub fn by_layout(
        &self,
        snapshot: &dyn Snapshot,
        asked: &[&ChartUse],
        is_used: &dyn Fn(&Utf8Path) -> bool,
        config: &Config,
    ) -> Vec<TargetSpec> {
        let mut specs = Vec::new();
        let mut by_chart: FxHashMap<&str, Vec<&ChartUse>> = FxHashMap::default();
        for own in asked {
            by_chart.entry(own.chart.as_str()).or_default().push(own);
        }
        for (chart, sets) in &self.charts {
            if is_library(snapshot, chart) || is_test_data(&chart.join("Chart.yaml")) {
                continue;
            }
            let uses = by_chart.get(chart.as_str()).map_or(&[][..], Vec::as_slice);
            let used: FxHashSet<&Utf8PathBuf> = uses.iter().flat_map(|own| own.files()).collect();
            let is_asked_for = !uses.is_empty() || is_used(chart);
            let is_bare = !sets.iter().any(ValueSet::is_of_environment);
            for set in sets {
                let is_used = set.own.iter().any(|file| used.contains(file));
                let is_wanted = match &set.own[..] {
                    [] => !is_asked_for && is_bare,
                    // Of a chart that something deploys, other values are no environment.
                    _ => !(is_used || is_asked_for),
                };
                if is_wanted {
                    specs.push(spec(chart, set, config));
                }
            }
        }
        specs
    }
}

/// Whether a chart's values say that they are for the environment that their file is called after.
/// In a chart of environments, what has a name is one.
fn calls_itself(snapshot: &dyn Snapshot, chart: &Utf8Path, file: &Utf8Path, name: &str) -> bool {
    let is_of_environments = chart.file_name().is_some_and(|own| PARENTS.contains(&own));
    let keys: &[&str] = match is_of_environments {
        true => &["env", "environment", "name"],
        false => &["env", "environment"],
    };
    let documents = snapshot
        .source(file)
        .map(|source| source.documents().documents);
    let root = documents
        .ok()
        .and_then(|documents| documents.into_iter().next());
    root.is_some_and(|root| {
        let mut values = keys.iter().filter_map(|key| root.view().get(key));
        values.any(|value| value.text() == name)
    })
}

/// Those of sorted paths that stand below a folder.
fn below<'a>(files: &'a [Utf8PathBuf], folder: &Utf8Path) -> &'a [Utf8PathBuf] {
    let start = files.partition_point(|file| path_order(file, folder).is_lt());
    let behind = &files[start..];
    &behind[..behind.partition_point(|file| file.starts_with(folder))]
}

/// Files that are given to a chart together.
#[derive(Clone, Debug)]
struct ValueSet {
    /// Those that are for this one alone.
    own: Vec<Utf8PathBuf>,
    /// All of them, in the order in which they are given.
    all: Vec<Utf8PathBuf>,
    environment: Option<Environment>,
    release: Option<String>,
    namespace: Option<String>,
}

impl ValueSet {
    fn of(own: Vec<Utf8PathBuf>, all: Vec<Utf8PathBuf>) -> Self {
        Self {
            own,
            all,
            environment: None,
            release: None,
            namespace: None,
        }
    }

    /// Whether it is for an environment that something is deployed to.
    fn is_of_environment(&self) -> bool {
        let name = self.environment.as_ref().map(|own| &*own.name);
        name.is_some_and(|name| name != TESTS)
    }
}

/// What the configuration tells. Whatever a name sounds like, there it is an environment's.
fn configured(
    chart: &Utf8Path,
    settings: &ChartSettings,
    files: &[Utf8PathBuf],
    config: &Config,
) -> Vec<ValueSet> {
    let environments = settings.values(chart, files).into_iter();
    environments
        .map(|(name, own)| {
            let environment = environment_named(&name, config).unwrap_or_else(|| Environment {
                name: name.as_str().into(),
                tier: Tier::Stage,
            });
            ValueSet {
                release: settings.release(chart, &name),
                namespace: settings.namespace(chart, &name),
                environment: Some(environment),
                ..ValueSet::of(own.clone(), own)
            }
        })
        .collect()
}

/// What the names of values files tell.
fn told_by_names(files: &ValuesFiles, config: &Config) -> Vec<ValueSet> {
    let with_shared = |own: Vec<Utf8PathBuf>| {
        let all = [&files.shared[..], &own].concat();
        ValueSet::of(own, all)
    };
    let environments = files.environments.iter().map(|(name, own)| {
        let named = environment_named(name, config);
        ValueSet {
            environment: Some(named.unwrap_or_else(|| Environment {
                name: name.as_str().into(),
                tier: tier_of_environment(name),
            })),
            ..with_shared(own.clone())
        }
    });
    let variants = files.variants.values();
    let tests = files.tests.iter().map(|file| ValueSet {
        environment: Some(Environment {
            name: TESTS.into(),
            tier: Tier::Dev,
        }),
        ..ValueSet::of(vec![file.clone()], vec![file.clone()])
    });
    std::iter::once(with_shared(Vec::new()))
        .chain(environments)
        .chain(variants.map(|file| with_shared(vec![file.clone()])))
        .chain(tests)
        .collect()
}

/// `0.80.3`, `v1.2`
fn is_version(name: &str) -> bool {
    let mut parts = name.strip_prefix('v').unwrap_or(name).split('.');
    let mut is_number = || {
        let part = parts.next();
        part.is_some_and(|part| part.parse::<u32>().is_ok())
    };
    is_number() && is_number()
}

fn spec(chart: &Utf8Path, set: &ValueSet, config: &Config) -> TargetSpec {
    let file = |path: &Utf8PathBuf| ValuesFrom::File {
        path: path.clone(),
        by: None,
        is_optional: false,
    };
    // One of several versions, each in a folder of its own, is called like all of them.
    let folder = match (chart.file_name(), chart.parent()) {
        (Some(name), Some(parent)) if is_version(name) => parent,
        _ => chart,
    };
    let named_after = match folder.file_name() {
        Some(_) => application_of_path(folder),
        None => "release-name",
    };
    let used = ChartUse {
        chart: chart.to_owned(),
        values: set.all.iter().map(file).collect(),
        release: set.release.clone().unwrap_or(named_after.to_owned()).into(),
        namespace: set.namespace.clone().map(Word::from),
        by: None,
        pulled: None,
        post_renderers: Vec::new(),
    };
    let mut spec = TargetSpec::new(chart.to_owned(), Content::Chart(used.into()), config);
    let own = set.environment.clone();
    spec.told(own.map(|own| Evidence::Values.tells(own)));
    spec
}

/// Whether a path is that of a chart's folder or of an archive that may hold one.
pub fn is_chart(snapshot: &dyn Snapshot, path: &Utf8Path) -> bool {
    let is_archive = path.as_str().ends_with(".tgz") && snapshot.kept(path) == Kept::File;
    is_archive || snapshot.kept(&path.join("Chart.yaml")) == Kept::File
}

fn is_library(snapshot: &dyn Snapshot, chart: &Utf8Path) -> bool {
    let Ok(source) = snapshot.source(&chart.join("Chart.yaml")) else {
        return false;
    };
    let documents = source.documents().documents;
    let kind = documents.first().and_then(|root| {
        let kind = root.view().get("type")?;
        Some(kind.text() == "library")
    });
    kind.unwrap_or(false)
}
