//! The charts of a repository, and what the layout says they are rendered with.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, Snapshot};
use rustc_hash::FxHashSet;

use super::environment::environment_named;
use super::layout::ValuesFiles;
use super::{ChartUse, Content, Environment, Kinds, TargetSpec, ValuesFrom};
use crate::config::Config;
use crate::rule::Tier;

/// The environment that values for a chart's own tests count as.
const TESTS: &str = "ci";

/// The charts that stand in no other chart, each with its values files.
#[derive(Debug, Default)]
pub struct Charts {
    charts: BTreeMap<Utf8PathBuf, ValuesFiles>,
}

impl Charts {
    /// Sorts out the values files of all charts.
    pub fn find(files: &[Utf8PathBuf], kinds: &Kinds, config: &Config) -> Self {
        let is_known = |name: &str| config.tier_of(name).is_some();
        let charts = kinds.charts().map(|chart| {
            let own = files.iter().filter(|file| file.starts_with(chart));
            (chart.to_owned(), ValuesFiles::of(chart, own, &is_known))
        });
        Self {
            charts: charts.collect(),
        }
    }

    /// The folders of the charts, sorted.
    pub fn folders(&self) -> impl Iterator<Item = &Utf8Path> {
        self.charts.keys().map(Utf8PathBuf::as_path)
    }

    /// What the layout tells to render, except what somebody asks for already: a chart is
    /// rendered for each environment that has values, or else by its own values alone.
    /// Libraries render nothing.
    pub fn by_layout(
        &self,
        snapshot: &dyn Snapshot,
        asked: &[&ChartUse],
        config: &Config,
    ) -> Vec<TargetSpec> {
        let mut specs = Vec::new();
        for (chart, files) in &self.charts {
            if is_library(snapshot, chart) {
                continue;
            }
            let uses = asked.iter().filter(|own| own.chart == *chart);
            let used: FxHashSet<&Utf8PathBuf> = uses.clone().flat_map(|own| own.files()).collect();
            let is_asked_for = uses.count() > 0;
            let sets = value_sets(files, config);
            let is_bare = files.environments.is_empty();
            for set in sets {
                let is_used = set.own.iter().any(|file| used.contains(file));
                let is_wanted = match &set.own[..] {
                    [] => !is_asked_for && is_bare,
                    _ => !(is_used || is_asked_for && set.environment.is_none()),
                };
                if is_wanted {
                    specs.push(spec(chart, set, config));
                }
            }
        }
        specs
    }
}

/// Files that are given to a chart together.
struct ValueSet {
    /// Those that are for this one alone.
    own: Vec<Utf8PathBuf>,
    /// All of them, in the order in which they are given.
    all: Vec<Utf8PathBuf>,
    environment: Option<Environment>,
}

fn value_sets(files: &ValuesFiles, config: &Config) -> Vec<ValueSet> {
    let with_shared = |own: &[Utf8PathBuf]| [&files.shared[..], own].concat();
    let mut sets = vec![ValueSet {
        own: Vec::new(),
        all: files.shared.clone(),
        environment: None,
    }];
    sets.extend(files.environments.iter().map(|(name, own)| ValueSet {
        own: own.clone(),
        all: with_shared(own),
        environment: environment_named(name, config),
    }));
    sets.extend(files.variants.values().map(|file| ValueSet {
        own: vec![file.clone()],
        all: with_shared(std::slice::from_ref(file)),
        environment: None,
    }));
    sets.extend(files.tests.iter().map(|file| ValueSet {
        own: vec![file.clone()],
        all: vec![file.clone()],
        environment: Some(Environment {
            name: TESTS.into(),
            tier: Tier::Dev,
        }),
    }));
    sets
}

fn spec(chart: &Utf8Path, set: ValueSet, config: &Config) -> TargetSpec {
    let file = |path| ValuesFrom::File {
        path,
        by: None,
        is_optional: false,
    };
    let mut spec = TargetSpec::new(chart.to_owned(), Content::Kustomization, config);
    let release = match chart.file_name() {
        Some(_) => spec.application.clone(),
        None => "release-name".to_owned(),
    };
    spec.content = Content::Chart(
        ChartUse {
            chart: chart.to_owned(),
            values: set.all.into_iter().map(file).collect(),
            release,
            namespace: None,
            by: None,
        }
        .into(),
    );
    spec.environment = set.environment.or(spec.environment);
    spec
}

/// Whether a path is that of a chart's folder or of an archive that may hold one.
pub(super) fn is_chart(snapshot: &dyn Snapshot, path: &Utf8Path) -> bool {
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
