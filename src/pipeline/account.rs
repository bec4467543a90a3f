//! Every file, target and object is accounted for: nothing passes silently.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashSet;

use super::Deployed;
use crate::Request;
use crate::checks::rendering::of_fault;
use crate::deploy::rules::{CHART_NOT_AVAILABLE, NOT_RENDERED_HERE, VALUES_NOT_FOLLOWED};
use crate::deploy::{Content, FileKind, Why};
use crate::evaluate::Tally;
use crate::judge::finding::{Summary, Unchecked};
use crate::render::{Deeds, FilesRead, Rendered};
use crate::rule::{Rule, RuleId};

/// Adds what an evaluation did not check.
pub(super) fn add(summary: &mut Summary, tally: &Tally) {
    let by_schemas = tally.unchecked.iter();
    let by_schemas = by_schemas.map(|(what, which)| unchecked(what, which.clone()));
    summary.unchecked.splice(..0, by_schemas);
    if !tally.failed_policies.is_empty() {
        let failed = unchecked("policies that failed", tally.failed_policies.clone());
        summary.unchecked.push(failed);
    }
}

/// Some things that were not checked, the most frequent first.
fn unchecked(what: &str, which: BTreeMap<String, usize>) -> Unchecked {
    let mut which: Vec<(String, usize)> = which.into_iter().collect();
    which.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Unchecked {
        what: what.to_owned(),
        which,
    }
}

/// Tells where every file, target and object went, apart from what an evaluation tells.
pub(super) fn summarize(request: &Request, deployed: &Deployed, read: &FilesRead<'_>) -> Summary {
    let Deployed {
        walk,
        kinds,
        apart,
        loose,
        rendered,
        ..
    } = deployed;
    let mut applied: FxHashSet<&str> = FxHashSet::default();
    let mut charts: FxHashSet<&str> = FxHashSet::default();
    for target in rendered {
        match &target.spec.content {
            Content::Manifests(files) if target.spec.is_applied() => {
                applied.extend(files.iter().map(|file| file.source.path().as_str()));
            }
            Content::Chart(used) => {
                charts.insert(used.chart.as_str());
            }
            Content::Kustomization if target.spec.is_applied() => {
                let files = target.files().filter(|file| apart.is_template(file));
                applied.extend(files.map(Utf8Path::as_str));
            }
            Content::Kustomization | Content::Manifests(_) => {}
        }
    }
    let is_of_chart = |file: &Utf8Path| file.ancestors().any(|f| charts.contains(f.as_str()));
    let not_rendered = [&loose.templates, &loose.locked, &loose.not_reached];
    let not_rendered = not_rendered.into_iter().flatten();
    let not_rendered: FxHashSet<&str> = not_rendered.map(|f| f.as_str()).collect();
    // What something deploys as a folder is applied, whatever it is called.
    let is_unreferenced = |file: &&Utf8PathBuf| !applied.contains(file.as_str());
    let unreferenced = loose.unreferenced.iter().filter(is_unreferenced);
    let unreferenced: FxHashSet<&str> = unreferenced.map(|f| f.as_str()).collect();
    let mut summary = Summary {
        projects: rendered.iter().filter_map(|t| t.spec.project()).collect(),
        ..Summary::default()
    };
    for file in walk.files.iter().filter(|file| request.is_under(file)) {
        let kind = kinds.kind(file);
        let is_in_chart = matches!(kind, FileKind::Chart | FileKind::BesideChart);
        if apart.is_template(file) && !applied.contains(file.as_str()) {
            summary.files_not_rendered += 1;
        } else if read.has(file)
            || applied.contains(file.as_str())
            || kind == FileKind::Kustomization
        {
            summary.files_used += 1;
        } else if unreferenced.contains(file.as_str()) {
            continue;
        } else if is_in_chart && is_of_chart(file) {
            summary.files_used += 1;
        } else if is_in_chart || not_rendered.contains(file.as_str()) {
            summary.files_not_rendered += 1;
        } else {
            summary.files_not_kubernetes += 1;
        }
    }
    let all = loose.unreferenced.iter();
    summary.unreferenced = all
        .filter(|file| unreferenced.contains(file.as_str()) && request.is_under(file))
        .cloned()
        .collect();
    let asked = || rendered.iter().filter(|target| target.spec.is_asked);
    for target in asked().filter(|target| target.spec.is_applied()) {
        summary.objects += target.objects.len();
        match (target.is_rendered(), target.is_rendered_in_part()) {
            (true, _) => summary.targets += 1,
            (false, true) => summary.targets_partial += 1,
            (false, false) => summary.targets_failed += 1,
        }
    }
    summary.unchecked = not_rendered_here(request, deployed, asked());
    summary
}

/// What there was nothing to check of.
fn not_rendered_here<'a>(
    request: &Request,
    deployed: &'a Deployed,
    targets: impl Iterator<Item = &'a Rendered> + Clone,
) -> Vec<Unchecked> {
    let Deployed {
        walk,
        kinds,
        apart,
        loose,
        deeds,
        ..
    } = deployed;
    let mut all = Vec::new();
    let mut add = |what: &str, which: BTreeMap<String, usize>| {
        if !which.is_empty() {
            all.push(unchecked(what, which));
        }
    };
    let applied = targets.clone().filter(|target| target.spec.is_applied());
    let (partial, failed): (Vec<&Rendered>, Vec<&Rendered>) = applied
        .filter(|target| !target.is_rendered())
        .partition(|target| target.is_rendered_in_part());
    add("targets that do not render", by_cause(&failed));
    add("targets that render in part", by_cause(&partial));
    add(
        "values against schemas that are elsewhere",
        schemas_elsewhere(targets.clone(), deeds),
    );
    let elsewhere = |rule| elsewhere(targets.clone(), rule);
    add("charts that are elsewhere", elsewhere(&CHART_NOT_AVAILABLE));
    add(
        "ConfigMaps and Secrets with unknown values",
        elsewhere(&VALUES_NOT_FOLLOWED),
    );
    add(
        "folders that a program renders in the cluster",
        elsewhere(&NOT_RENDERED_HERE),
    );
    let once = |paths: &mut dyn Iterator<Item = String>| paths.map(|path| (path, 1)).collect();
    add(
        "submodules that are not checked out",
        once(
            &mut walk
                .submodules
                .iter()
                .filter(|path| request.is_under(path))
                .map(|path| path.to_string()),
        ),
    );
    add(
        "charts kept as test data",
        once(
            &mut kinds
                .test_charts()
                .filter(|chart| request.is_under(chart))
                .map(|chart| chart.to_string()),
        ),
    );
    let is_asked = |folder: &Utf8Path| {
        let mut asked = request.paths.iter();
        request.is_under(folder) || asked.any(|path| path.starts_with(folder))
    };
    for (why, what) in [
        (
            Why::FilledIn,
            "folders of templates, which another program fills in",
        ),
        (Why::Copied, "folders that are there to be copied"),
        (Why::LeftOut, "folders that an ApplicationSet leaves out"),
    ] {
        let folders = apart.template_folders().filter(|(_, own)| *own == why);
        let folders = folders.filter(|(folder, _)| is_asked(folder));
        add(
            what,
            once(&mut folders.map(|(folder, _)| folder.to_string())),
        );
    }
    let called = apart.template_files().into_iter();
    let called = called.filter(|path| request.is_under(path));
    add(
        "unreferenced files named as templates",
        once(&mut called.map(|path| path.to_string())),
    );
    let files = [
        ("templates", &loose.templates),
        ("files that git-crypt keeps locked", &loose.locked),
    ];
    for (what, files) in files {
        let asked = files.iter().filter(|path| request.is_under(path));
        add(what, once(&mut asked.map(|path| path.to_string())));
    }
    all
}

/// Targets by the rule that says why they do not render whole.
fn by_cause(targets: &[&Rendered]) -> BTreeMap<String, usize> {
    let mut causes = BTreeMap::new();
    for fault in targets.iter().filter_map(|target| target.faults.first()) {
        let rule = of_fault(fault).rule.to_string();
        *causes.entry(rule).or_default() += 1;
    }
    causes
}

/// What something asks for and cannot have here, by the name that is written, under the rule
/// that tells of it.
fn elsewhere<'a>(
    targets: impl Iterator<Item = &'a Rendered>,
    rule: &'static Rule,
) -> BTreeMap<String, usize> {
    let mut charts = BTreeMap::new();
    let unmet = targets.flat_map(|target| &target.unmet);
    let rule = RuleId::from(rule);
    for problem in unmet.filter(|problem| problem.rule == rule) {
        if let Some(place) = problem.place() {
            let text = place.file.tree.text();
            let name = text.get(place.span.range()).unwrap_or_default();
            let name = name.lines().next().unwrap_or_default();
            let name = name.trim_matches(['"', '\'']);
            // Of a name that a template put together, what is written is a part at best.
            let is_part = name.is_empty() || name.starts_with('.');
            let told = problem.message.split('`').nth(1).filter(|_| is_part);
            let name = told.unwrap_or(name).to_owned();
            *charts.entry(name).or_default() += 1;
        }
    }
    charts
}

/// The schemas of charts that refer to what stands in other places, by file, and the number of
/// these references.
fn schemas_elsewhere<'a>(
    targets: impl Iterator<Item = &'a Rendered> + Clone,
    deeds: &'a Deeds,
) -> BTreeMap<String, usize> {
    let files: FxHashSet<&str> = targets
        .clone()
        .flat_map(Rendered::files)
        .map(Utf8Path::as_str)
        .collect();
    let of_charts = targets.filter_map(|target| target.chart.as_ref());
    let of_charts = of_charts.flat_map(|chart| &chart.unchecked);
    let inflated = deeds.done();
    let inflated = inflated.iter().flat_map(|(_, done)| &done.unchecked);
    let inflated = inflated.filter(|fault| {
        let at = fault.at.as_ref();
        at.is_some_and(|at| files.contains(at.path().as_str()))
    });
    let mut places: Vec<(&str, u32)> = of_charts
        .chain(inflated)
        .filter_map(|fault| fault.at.as_ref())
        .map(|at| (at.path().as_str(), at.span.start))
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut schemas = BTreeMap::new();
    for (path, _) in places {
        *schemas.entry(path.to_owned()).or_default() += 1;
    }
    schemas
}
