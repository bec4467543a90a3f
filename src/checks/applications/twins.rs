//! Applications of one name.

use std::collections::BTreeMap;

use manifest::Location;

use super::known::{Deployer, Known, is_open};
use super::rules::TWO_APPLICATIONS_OF_ONE_NAME;
use crate::problem::Problem;
use crate::render::Rendered;
use crate::rule::Severity;

/// Pairs of Applications that one Argo CD has under one name, told at the later one.
pub(super) fn problems(rendered: &[Rendered], known: &Known<'_>) -> Vec<Problem> {
    let has_tokens = known.applications.iter().any(names_a_token);
    let mut named: BTreeMap<(&str, &str), Vec<&Deployer<'_>>> = BTreeMap::new();
    for deployer in &known.applications {
        let id = &deployer.object.id;
        if !is_open(&id.name) && !id.name.is_empty() {
            named
                .entry((&id.namespace, &id.name))
                .or_default()
                .push(deployer);
        }
    }
    let mut problems = Vec::new();
    for twins in named.values() {
        for (at, later) in twins.iter().enumerate() {
            let Some(first) = twins[..at]
                .iter()
                .find(|first| is_same_instance(first, later))
            else {
                continue;
            };
            let message = format!("another Application is also called `{}`", later.name());
            let problem = Problem::new(&TWO_APPLICATIONS_OF_ONE_NAME, message);
            let problem = match named_at(first) {
                Some(place) => problem.related("the other one", place),
                None => problem,
            };
            // Who fills the tokens in may choose between the two.
            let is_deployed = rendered[later.at].spec.by.is_some();
            let problem = Problem {
                at_most: (has_tokens && !is_deployed).then_some(Severity::Warning),
                ..problem
            };
            problems.push(later.tell(problem, named_at(later)));
        }
    }
    problems
}

/// Whether an Application deploys a path that another program fills in: `clusters/<NAME>`.
fn names_a_token(deployer: &Deployer<'_>) -> bool {
    let mut sources = deployer.application.sources.iter();
    sources.any(|own| {
        let texts = [&own.path, &own.repo_url].into_iter().flatten();
        let mut texts = texts.map(|text| text.as_str());
        texts.any(|text| {
            text.split_once('<')
                .is_some_and(|(_, rest)| rest.contains('>'))
        })
    })
}

/// Where an Application gets its name. What a generator gives tells it apart from those of its
/// template, not of others.
fn named_at(deployer: &Deployer<'_>) -> Option<Location> {
    let metadata = deployer.object.node.view().get("metadata")?;
    let entry = metadata
        .entries()
        .find(|entry| entry.key.text() == "name")?;
    let [key, name] = [entry.key, entry.value].map(|own| Some(own.origin()?.locate()));
    match (&key, &name) {
        (Some(key), Some(name)) if key.path() == name.path() => Some(name.clone()),
        _ => key.or(name),
    }
}

/// Whether one Argo CD has both: they are brought together, or each goes to a cluster that it
/// names, as only an Argo CD for several clusters has them.
fn is_same_instance(a: &Deployer<'_>, b: &Deployer<'_>) -> bool {
    a.at == b.at || is_central(a) && is_central(b)
}

fn is_central(deployer: &Deployer<'_>) -> bool {
    let destination = &deployer.application.destination;
    let text = destination.server.as_ref().or(destination.name.as_ref());
    let text = text.map_or("", |text| text.as_str());
    let is_own = matches!(text, "" | argocd::IN_CLUSTER_NAME)
        || text.trim_end_matches('/') == argocd::IN_CLUSTER_SERVER;
    !is_own && !is_open(text)
}
