//! What a chart depends on.

use helm::{Found, Lock};
use manifest::{Location, Src, View};

use super::{Remark, Uses};
use crate::deploy::{FLOATING_CHART, is_range};

pub(super) fn look(uses: &Uses<'_>, remarks: &mut Vec<Remark>) {
    let chart = uses.chart;
    let mut add = |rule, at, message: String, help: String| {
        let mut remark = Remark::new(rule, at, message);
        remark.fault.help = Some(help);
        remark.targets = uses.targets();
        remarks.push(remark);
    };
    for dependency in chart.dependencies() {
        let (name, version) = (&dependency.name, &dependency.version);
        if dependency.is_remote() && is_range(version) && *chart.lock() == Lock::Missing {
            add(
                FLOATING_CHART,
                field(&dependency.place, "version"),
                format!("`{name}` is taken in whichever version fits `{version}`"),
                "name one version, or commit the Chart.lock that `helm dependency update` writes"
                    .to_owned(),
            );
        }
        if let Found::OtherVersion(found) = &dependency.found {
            add(
                "outdated-chart-lock",
                field(&dependency.place, "version"),
                format!("`{name}` is there in version {found}, which `{version}` does not allow"),
                "run `helm dependency update`, and commit what it writes".to_owned(),
            );
        }
    }
    if let Lock::Differs(differences) = chart.lock()
        && let Some(first) = chart.dependencies().first()
    {
        add(
            "outdated-chart-lock",
            field(&first.place, "name"),
            format!(
                "Chart.lock does not fit Chart.yaml: {}",
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
