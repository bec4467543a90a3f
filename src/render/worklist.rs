//! Charts that something asks for, and what these ask for in turn, until nothing new turns up.

use std::collections::HashSet;

use camino::Utf8Path;
use helm::Capabilities;
use manifest::{Fault, FaultKind, Location};

use super::{ChartRenderer, Rendered};
use crate::deploy::{self, Asked, ChartLayout, ChartUse, Content, TargetSpec};
use crate::settings::Config;

/// How deep Applications may bring Applications.
const ROUNDS: usize = 8;

/// Renders the charts that the objects rendered so far ask for, and those that only the layout
/// tells of, unless a kustomization uses them (`is_used`). What an object asks for and cannot
/// have is told with its target.
pub fn render_charts(
    charts: &mut ChartRenderer<'_>,
    layout: &ChartLayout,
    is_used: &dyn Fn(&Utf8Path) -> bool,
    config: &Config,
    capabilities: &(dyn Fn(&TargetSpec) -> Capabilities + Sync),
    rendered: &mut Vec<Rendered>,
) {
    let mut seen = HashSet::new();
    let mut from = 0;
    for round in 0..=ROUNDS {
        let mut specs = ask(charts, config, &mut rendered[from..], &mut seen);
        if round == 0 {
            specs.extend(by_layout(charts, layout, is_used, config, rendered, &specs));
        }
        if specs.is_empty() {
            break;
        }
        from = rendered.len();
        match round < ROUNDS {
            true => rendered.extend(charts.render(specs, capabilities)),
            false => rendered.extend(specs.into_iter().map(too_deep)),
        }
    }
    // A chart may turn out to be asked for only when another one is rendered.
    let wanted = by_layout(charts, layout, is_used, config, rendered, &[]);
    rendered.retain(|target| match chart_of(&target.spec) {
        Some(used) if used.by.is_none() => wanted.iter().any(|spec| is_same(spec, &target.spec)),
        _ => true,
    });
}

/// A chart that is not rendered, because too many others had to be before it was asked for.
fn too_deep(spec: TargetSpec) -> Rendered {
    let mut fault = Fault::new(
        FaultKind::Limit,
        format!("Applications bring one another more than {ROUNDS} deep"),
    )
    .help(
        "let fewer Applications stand between the first and this one; do they ask for themselves?",
    );
    fault.at = chart_of(&spec).and_then(|used| used.by.clone());
    Rendered::failed(spec, fault)
}

/// What the objects of `rendered` ask for, each thing once.
fn ask(
    charts: &mut ChartRenderer<'_>,
    config: &Config,
    rendered: &mut [Rendered],
    seen: &mut HashSet<String>,
) -> Vec<TargetSpec> {
    let mut specs = Vec::new();
    for target in rendered {
        if matches!(target.spec.content, Content::Unreferenced(_)) {
            continue;
        }
        let mut unmet = Vec::new();
        for object in &target.objects {
            let Asked {
                targets,
                values,
                problems,
            } = deploy::asked_by(charts.snapshot(), object, config);
            specs.extend(targets.into_iter().filter(|spec| seen.insert(key(spec))));
            unmet.extend(problems);
            unmet.extend(charts.read_values(&values));
        }
        target.unmet.extend(unmet);
    }
    specs
}

fn by_layout(
    charts: &ChartRenderer<'_>,
    layout: &ChartLayout,
    is_used: &dyn Fn(&Utf8Path) -> bool,
    config: &Config,
    rendered: &[Rendered],
    more: &[TargetSpec],
) -> Vec<TargetSpec> {
    let known = rendered.iter().map(|target| &target.spec).chain(more);
    let asked: Vec<&ChartUse> = known
        .filter_map(chart_of)
        .filter(|used| used.by.is_some())
        .collect();
    layout.by_layout(charts.snapshot(), &asked, is_used, config)
}

fn chart_of(spec: &TargetSpec) -> Option<&ChartUse> {
    match &spec.content {
        Content::Chart(used) => Some(used),
        _ => None,
    }
}

/// Whether two targets that the layout tells of are the same.
fn is_same(a: &TargetSpec, b: &TargetSpec) -> bool {
    let files = |spec: &TargetSpec| -> Vec<_> {
        chart_of(spec).map_or_else(Vec::new, |used| used.files().cloned().collect())
    };
    a.path == b.path && a.environment == b.environment && files(a) == files(b)
}

/// What tells apart two requests: an Application that several targets render asks once.
fn key(spec: &TargetSpec) -> String {
    let by = chart_of(spec).and_then(|used| used.by.as_ref());
    let place = by.map(|Location { file, span }| format!("{}:{}", file.path(), span.start));
    format!(
        "{place:?} {} {} {:?}",
        spec.application, spec.path, spec.environment
    )
}
