//! What a chart depends on.

use helm::{Found, Lock};
use manifest::{Location, Src, View};

use super::Uses;
use super::rules::OUTDATED_CHART_LOCK;
use crate::deploy::is_range;
use crate::deploy::rules::FLOATING_CHART_VERSION;
use crate::problem::Problem;
use crate::rule::Rule;

pub(super) fn look(uses: &Uses<'_>, problems: &mut Vec<Problem>) {
    let chart = uses.chart;
    let mut add = |rule: &'static Rule, at, message: String, help: String| {
        let problem = Problem::new(rule, message).at(at).help(help);
        problems.push(problem.affecting(uses.targets()));
    };
    for dependency in chart.dependencies() {
        let (name, version) = (&dependency.name, &dependency.version);
        if dependency.is_remote() && is_range(version) && *chart.lock() == Lock::Missing {
            add(
                &FLOATING_CHART_VERSION,
                field(&dependency.place, "version"),
                format!("`{name}` is not pinned: the newest version matching `{version}` is used"),
                "pin one version, or commit the Chart.lock that `helm dependency update` writes"
                    .to_owned(),
            );
        }
        if let Found::OtherVersion(found) = &dependency.found {
            add(
                &OUTDATED_CHART_LOCK,
                field(&dependency.place, "version"),
                format!(
                    "`{name}` is vendored in version {found}, which `{version}` does not allow"
                ),
                "run `helm dependency update`, and commit what it writes".to_owned(),
            );
        }
    }
    if let Lock::Differs(differences) = chart.lock()
        && let Some(first) = chart.dependencies().first()
    {
        add(
            &OUTDATED_CHART_LOCK,
            field(&first.place, "name"),
            format!(
                "Chart.lock does not match Chart.yaml: {}",
                differences.join("; ")
            ),
            "run `helm dependency update`, and commit the Chart.lock that it writes".to_owned(),
        );
    }
}

/// The value of an entry's field, or the entry.
fn field(entry: &Src, name: &str) -> Location {
    let view = View::Src(&entry.source, entry.node);
    let value = view.get(name).and_then(View::origin);
    value.unwrap_or_else(|| entry.clone()).locate()
}
