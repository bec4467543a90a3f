//! Every file, target and object is accounted for: nothing passes silently.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Reads, Snapshot, Source};
use rustc_hash::FxHashSet;

use crate::Request;
use crate::deploy::rules::CHART_NOT_AVAILABLE;
use crate::deploy::{Content, FileKind, Kinds, Loose};
use crate::evaluate::Evaluation;
use crate::judge::finding::{Summary, Unchecked};
use crate::problem::rule_of;
use crate::render::Rendered;
use crate::rule::RuleId;
use crate::snapshot::Walk;

/// The folders of which rendering read files.
pub fn folders_read(reads: &Reads) -> FxHashSet<&str> {
    let folders = reads.files().filter_map(Utf8Path::parent);
    folders.map(Utf8Path::as_str).collect()
}

/// The texts that rendering read as YAML.
pub fn sources_read(snapshot: &dyn Snapshot, reads: &Reads) -> Vec<Arc<Source>> {
    let paths = reads.sources().into_iter();
    paths
        .filter_map(|path| snapshot.source(path).ok())
        .collect()
}

/// Tells where every file, target and object went.
pub fn summarize(
    request: &Request,
    walk: &Walk,
    kinds: &Kinds,
    reads: &Reads,
    loose: &Loose,
    rendered: &[Rendered],
    evaluation: &Evaluation,
) -> Summary {
    let mut applied: FxHashSet<&str> = FxHashSet::default();
    let mut charts: FxHashSet<&str> = FxHashSet::default();
    for target in rendered {
        match &target.spec.content {
            Content::Manifests(files) => {
                applied.extend(files.iter().map(|file| file.source.path().as_str()));
            }
            Content::Chart(used) => {
                charts.insert(used.chart.as_str());
            }
            Content::Kustomization | Content::Unreferenced(_) => {}
        }
    }
    let is_of_chart = |file: &Utf8Path| file.ancestors().any(|f| charts.contains(f.as_str()));
    let templates: FxHashSet<&str> = loose.templates.iter().map(|f| f.as_str()).collect();
    let unreferenced: FxHashSet<&str> = loose.unreferenced.iter().map(|f| f.as_str()).collect();
    let mut summary = Summary::default();
    for file in walk.files.iter().filter(|file| request.is_under(file)) {
        let kind = kinds.kind(file);
        if reads.has_given(file)
            || applied.contains(file.as_str())
            || kind == FileKind::Kustomization
            || kind == FileKind::Chart && is_of_chart(file)
        {
            summary.files_used += 1;
        } else if kind == FileKind::Chart || templates.contains(file.as_str()) {
            summary.files_not_rendered += 1;
        } else if !unreferenced.contains(file.as_str()) {
            summary.files_not_kubernetes += 1;
        }
    }
    let unreferenced = loose.unreferenced.iter();
    summary.unreferenced = unreferenced
        .filter(|file| request.is_under(file))
        .cloned()
        .collect();
    let asked = || rendered.iter().filter(|target| target.spec.is_asked);
    let applied = asked().filter(|t| !matches!(t.spec.content, Content::Unreferenced(_)));
    for target in applied {
        summary.objects += target.objects.len();
        match target.is_rendered() {
            true => summary.targets += 1,
            false => summary.targets_failed += 1,
        }
    }
    summary.unchecked = unchecked(request, kinds, loose, asked(), evaluation);
    summary
}

fn unchecked<'a>(
    request: &Request,
    kinds: &Kinds,
    loose: &Loose,
    targets: impl Iterator<Item = &'a Rendered> + Clone,
    evaluation: &Evaluation,
) -> Vec<Unchecked> {
    let mut all = Vec::new();
    let mut add = |what: &str, which: BTreeMap<String, usize>| {
        if !which.is_empty() {
            let mut which: Vec<(String, usize)> = which.into_iter().collect();
            which.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            all.push(Unchecked {
                what: what.to_owned(),
                which,
            });
        }
    };
    for (what, which) in &evaluation.unchecked {
        add(what, which.clone());
    }
    add("targets that do not render", failures(targets.clone()));
    add("charts that are elsewhere", elsewhere(targets.clone()));
    let once = |paths: &mut dyn Iterator<Item = String>| paths.map(|path| (path, 1)).collect();
    add(
        "charts kept as test data",
        once(
            &mut kinds
                .test_charts()
                .filter(|chart| request.is_under(chart))
                .map(|chart| chart.to_string()),
        ),
    );
    add(
        "templates",
        once(
            &mut loose
                .templates
                .iter()
                .filter(|path| request.is_under(path))
                .map(|path| path.to_string()),
        ),
    );
    add("policies that failed", evaluation.failed_policies.clone());
    all
}

/// The targets that do not render, by the rule that says why.
fn failures<'a>(targets: impl Iterator<Item = &'a Rendered>) -> BTreeMap<String, usize> {
    let mut failures = BTreeMap::new();
    for target in targets.filter(|target| !target.is_rendered()) {
        let why = match target.faults.first() {
            Some(fault) => &*rule_of(fault.kind).id,
            None => "base that does not render",
        };
        *failures.entry(why.to_owned()).or_default() += 1;
    }
    failures
}

/// The charts that something asks for and that the repository does not hold, by name.
fn elsewhere<'a>(targets: impl Iterator<Item = &'a Rendered>) -> BTreeMap<String, usize> {
    let mut charts = BTreeMap::new();
    let unmet = targets.flat_map(|target| &target.unmet);
    let rule = RuleId::from(&CHART_NOT_AVAILABLE);
    for problem in unmet.filter(|problem| problem.rule == rule) {
        if let Some(place) = problem.place() {
            let text = place.file.tree.text();
            let name = text.get(place.span.range()).unwrap_or_default();
            let name = name.trim_matches(['"', '\'']).to_owned();
            *charts.entry(name).or_default() += 1;
        }
    }
    charts
}
