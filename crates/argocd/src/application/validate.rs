//! What Argo CD refuses in an Application, before it looks at any file.

use manifest::{Fault, FaultKind, Src, View};

use super::discover::too_many;
use super::{Application, Source};

pub(super) fn application(application: &Application) -> Vec<Fault> {
    let mut faults = Vec::new();
    let many = application.has_many_sources;
    let root = application.node.view();
    // Of a specification without a value nothing is kept.
    let place = ["spec", "metadata"]
        .into_iter()
        .find_map(|key| root.get(key)?.origin());
    match &application.dry_source {
        Some(dry) => {
            if dry.repo_url.is_none() && is_given(dry.node.view(), "repoURL") {
                let message = "the hydrator's `drySource` needs a `repoURL`".to_owned();
                faults.push(fault(message, dry.node.view().origin().or(place.clone())));
            }
        }
        None if application.sources.is_empty() && is_given(root, "spec") => {
            let message = "there is no `source` to deploy from".to_owned();
            faults.push(fault(message, place.clone()));
        }
        None => {
            for source in &application.sources {
                faults.extend(of_source(source, many, place.as_ref()));
            }
        }
    }
    references(application, &mut faults);
    destination(application, place, &mut faults);
    faults
}

fn of_source(source: &Source, many: bool, around: Option<&Src>) -> Vec<Fault> {
    let place = source.node.view().origin().or_else(|| around.cloned());
    let mut faults = Vec::new();
    if source.repo_url.is_none() && is_given(source.node.view(), "repoURL") {
        let message = "this source needs a `repoURL`".to_owned();
        faults.push(fault(message, place.clone()));
    }
    let is_reference = many && source.reference.is_some();
    if source.path.is_none() && source.chart.is_none() && !is_reference {
        let message = match many {
            true => "this source needs a `path`, a `chart` or a `ref`",
            false => "this source needs a `path` or a `chart`",
        };
        faults.push(fault(message.to_owned(), place.clone()));
    }
    if let Some(chart) = &source.chart
        && source.target_revision.is_none()
    {
        let message = format!("the chart `{chart}` needs a `targetRevision`: its version");
        faults.push(fault(message, chart.place().or(place)));
    }
    let tools = source.explicit_tools();
    if tools.len() > 1 {
        faults.push(too_many(source, &tools));
    }
    faults
}

/// A `ref` has to be a plain word, and one of a kind.
fn references(application: &Application, faults: &mut Vec<Fault>) {
    if !application.has_many_sources {
        return;
    }
    let sources = application.sources.iter();
    let references: Vec<_> = sources
        .filter_map(|source| source.reference.as_ref())
        .collect();
    for (index, reference) in references.iter().enumerate() {
        let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if !reference.as_str().chars().all(is_inside) {
            let message =
                format!("the ref `{reference}` may hold letters, digits, `_` and `-` only");
            faults.push(fault(message, reference.place()));
        }
        let before = references[..index].iter();
        let mut before = before.filter(|other| other.as_str() == reference.as_str());
        if let Some(first) = before.next() {
            let message = format!("the ref `{reference}` is given twice");
            let fault = fault(message, reference.place());
            faults.push(match first.place() {
                Some(place) => fault.related("also given here", place.locate()),
                None => fault,
            });
        }
    }
}

fn destination(application: &Application, around: Option<Src>, faults: &mut Vec<Fault>) {
    let destination = &application.destination;
    let spec = application.node.view().get("spec");
    let is_there = spec.is_some_and(|spec| is_given(spec, "destination"));
    let place = destination.place.clone().or(around);
    match (&destination.server, &destination.name) {
        (Some(server), Some(name)) => {
            let message = "a destination has a `server` or a `name`, not both".to_owned();
            let fault = fault(message, name.place().or(place));
            faults.push(match server.place() {
                Some(place) => fault.related("the server", place.locate()),
                None => fault,
            });
        }
        (None, None) if is_there => {
            let message = "the destination needs a `server` or a `name`".to_owned();
            faults.push(fault(message, place));
        }
        _ => {}
    }
}

/// Whether a field that the definition of Applications requires is there. Of one that is not, the
/// API server tells already.
fn is_given(view: View<'_>, key: &str) -> bool {
    view.get(key).is_some_and(|value| !value.is_null())
}

fn fault(message: String, place: Option<Src>) -> Fault {
    let fault = Fault::new(FaultKind::Field, message);
    match place {
        Some(place) => fault.at(&place),
        None => fault,
    }
}

#[cfg(test)]
mod tests {
    use crate::application::tests::read;

    fn check(spec: &str) -> String {
        let faults = read(&format!("spec: {spec}")).invalid();
        let told = faults.iter().map(|fault| {
            let at = fault
                .at
                .as_ref()
                .map(|at| at.start().column)
                .unwrap_or_default();
            format!("{at}: {}\n", fault.message)
        });
        told.collect()
    }

    #[test]
    fn what_argo_cd_refuses() {
        insta::assert_snapshot!(check("{destination: {server: s, name: c}}"), @r"
        7: there is no `source` to deploy from
        39: a destination has a `server` or a `name`, not both
        ");
        insta::assert_snapshot!(check("{source: {path: p, repoURL: ''}, destination: {}}"), @r"
        16: this source needs a `repoURL`
        53: the destination needs a `server` or a `name`
        ");
        insta::assert_snapshot!(check("{source: {repoURL: r, chart: c}, destination: {name: c}}"), @"36: the chart `c` needs a `targetRevision`: its version");
        insta::assert_snapshot!(check("{sources: [{repoURL: r, ref: a}, {repoURL: r}, {repoURL: r, ref: a}, {repoURL: r, ref: a.b}], destination: {name: c}}"), @r"
        40: this source needs a `path`, a `chart` or a `ref`
        72: the ref `a` is given twice
        94: the ref `a.b` may hold letters, digits, `_` and `-` only
        ");
        assert_eq!(
            check("{source: {repoURL: r, path: p}, destination: {name: c}}"),
            ""
        );
    }

    #[test]
    fn what_the_definition_requires_is_told_by_its_schema() {
        assert_eq!(check("{source: {path: p}}"), "");
        assert_eq!(
            check("{source: {path: p, repoURL: null}, destination: null}"),
            ""
        );
        assert_eq!(check(""), "");
        assert_eq!(
            check("{sourceHydrator: {drySource: {path: p}, syncSource: {path: p}}}"),
            ""
        );
    }
}
