//! What an ApplicationSet asks for: that of the Applications which it generates.

use ::argocd::{Cluster, Unknown, UnknownKind, World};
use manifest::{Node, Object, Snapshot, View};

use super::argocd as application;
use super::asked::{Asked, place_of};
use super::rules::{INVALID_APPLICATION_SET, UNKNOWN_APPLICATIONS};
use super::{Known, Whose};
use crate::problem::Problem;

pub(super) fn asked_by(known: Known<'_>, object: &Object) -> Asked {
    if let Some(problem) = not_filled_in(object) {
        return Asked {
            problems: vec![problem],
            ..Asked::default()
        };
    }
    let here = Here(known);
    let options = ::argocd::Options::default();
    let mut asked = Asked::default();
    let generated = match ::argocd::generate(&object.node, &here, options) {
        Ok(generated) => generated,
        Err(faults) => {
            let problems = faults.into_iter();
            let under = |fault| Problem::under(&INVALID_APPLICATION_SET, fault);
            asked.problems.extend(problems.map(under));
            return asked;
        }
    };
    for generated in generated.applications {
        let own = application::asked_by(known, &of_node(generated.node));
        asked.targets.extend(own.targets);
        asked.values.extend(own.values);
        asked.may_read.extend(own.may_read);
        asked.problems.extend(own.problems);
        asked.applications.extend(own.applications);
        asked.charts.extend(own.charts);
    }
    asked
        .problems
        .extend(generated.unknown.iter().map(not_known));
    asked
}

/// A template in Go's language where the set does not say that it is: nothing fills it in.
fn not_filled_in(object: &Object) -> Option<Problem> {
    let spec = object.node.view().get("spec")?;
    let is_go = spec
        .get("goTemplate")
        .is_some_and(|flag| flag.text() == "true");
    if is_go {
        return None;
    }
    let (place, action) = identifying(spec.get("template")?).find_map(go_action)?;
    let message =
        format!("`{action}` is not filled in: without `goTemplate: true`, only `{{{{name}}}}` is");
    let problem = Problem::new(&INVALID_APPLICATION_SET, message)
        .help("add `goTemplate: true` to the `spec` of the ApplicationSet");
    Some(match place_of(place) {
        Some(place) => problem.at(place),
        None => problem,
    })
}

/// The texts of a template without which no Application can be right. What others hold may be meant
/// for another program: a chart's values are templates, too.
fn identifying(template: View<'_>) -> impl Iterator<Item = View<'_>> {
    let paths: [&[&str]; 5] = [
        &["metadata", "name"],
        &["spec", "project"],
        &["spec", "destination", "name"],
        &["spec", "destination", "namespace"],
        &["spec", "destination", "server"],
    ];
    let single = paths
        .into_iter()
        .filter_map(move |path| template.get_path(path));
    let sources = template.get_path(&["spec", "sources"]);
    let sources = sources.into_iter().flat_map(View::items);
    let sources = sources.chain(template.get_path(&["spec", "source"]));
    let of_sources = sources.flat_map(|source| {
        let keys = ["repoURL", "path", "targetRevision", "chart"];
        keys.into_iter().filter_map(move |key| source.get(key))
    });
    single.chain(of_sources)
}

/// A text with an action that only Go's language has.
fn go_action(view: View<'_>) -> Option<(View<'_>, String)> {
    let mut inner = view.text().split("{{").skip(1);
    let inner = inner.find_map(|rest| {
        let (inner, _) = rest.split_once("}}")?;
        let word = inner.trim_start_matches('-').trim_start();
        let of_helm = [".Values", ".Release", ".Chart"];
        let is_field = word.starts_with('.') && !of_helm.iter().any(|own| word.starts_with(own));
        let decides = ["if ", "range ", "with "];
        let is_go = is_field || decides.iter().any(|own| word.starts_with(own));
        is_go.then_some(inner)
    })?;
    Some((view, format!("{{{{{inner}}}}}")))
}

fn of_node(node: Node) -> Object {
    Object::of(node)
}

fn not_known(unknown: &Unknown) -> Problem {
    let message = format!(
        "{} is not known here, so the Applications that depend on it are not checked",
        unknown.what
    );
    let problem = Problem::new(&UNKNOWN_APPLICATIONS, message);
    let problem = match unknown.what {
        UnknownKind::Clusters => {
            problem.help("a Secret of each cluster in the repository makes them known")
        }
        UnknownKind::Generator(_) | UnknownKind::Repository(_) => problem,
    };
    match &unknown.at {
        Some(place) => problem.at(place.locate()),
        None => problem,
    }
}

/// What an ApplicationSet sees of this repository.
struct Here<'a>(Known<'a>);

impl World for Here<'_> {
    fn repository(&self, url: &str, revision: &str) -> Option<&dyn Snapshot> {
        let is_head = matches!(revision, "" | "HEAD" | "main" | "master");
        let is_own = self.0.addresses.whose(url) == Whose::Own;
        (is_own && is_head).then_some(self.0.snapshot)
    }

    fn clusters(&self) -> Option<&[Cluster]> {
        let clusters = self.0.clusters;
        (!clusters.is_empty()).then_some(clusters)
    }

    fn may_have_more_clusters(&self) -> bool {
        // The configuration lists all of them. Secrets in the repository may be but examples.
        self.0.config.clusters().is_empty()
    }

    fn has_project(&self, _: &str) -> bool {
        // What projects there are is looked at where Applications are.
        true
    }
}
