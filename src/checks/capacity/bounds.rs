//! Limit ranges: what they give to containers that say nothing, and what they reject.

use manifest::{FieldPath, View};

use super::amounts::{self, Amounts};
use super::pods::{By, Container, Given, Resources, Side};
use super::rules::OUTSIDE_LIMIT_RANGE;
use super::workloads::Workload;
use super::{Namespace, Placed, is, keys, with};
use crate::problem::Problem;

/// A limit range.
pub(super) struct Bounds<'a> {
    placed: Placed<'a>,
    items: Vec<Item<'a>>,
}

/// What it says of containers, of pods or of claims.
struct Item<'a> {
    kind: &'a str,
    least: Amounts<'a>,
    most: Amounts<'a>,
    ratio: Amounts<'a>,
    limits: Amounts<'a>,
    requests: Amounts<'a>,
}

/// What containers get that say nothing; not known where limit ranges disagree.
#[derive(Default)]
pub(super) struct Defaults<'a> {
    pub(super) limits: Amounts<'a>,
    pub(super) requests: Amounts<'a>,
}

/// What something asks for, and how people call that.
struct Asked<'r, 'a> {
    name: String,
    requests: &'r Resources<'a>,
    limits: &'r Resources<'a>,
    /// The way to an amount.
    path: &'r dyn Fn(Side, &str) -> FieldPath,
}

impl<'a> Bounds<'a> {
    pub(super) fn of(placed: Placed<'a>) -> Self {
        let limits = placed.view().get_path(&["spec", "limits"]);
        let items = limits.into_iter().flat_map(View::items).map(Item::of);
        Self {
            placed,
            items: items.collect(),
        }
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Item<'a>> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// What it rejects.
    pub(super) fn look(
        &self,
        namespace: &Namespace<'a>,
        workloads: &[Workload<'a>],
        problems: &mut Vec<Problem>,
    ) {
        for workload in workloads {
            for container in &workload.pod.containers {
                let path = |side, resource: &str| container.at(side, resource);
                let asked = Asked {
                    name: format!("container `{}`", container.name),
                    requests: &container.requests,
                    limits: &container.limits,
                    path: &path,
                };
                for item in self.of_kind("Container") {
                    self.hold(item, workload.placed, &asked, problems);
                }
                self.hold_to_default(workload.placed, container, problems);
            }
            let mut of_pods = self.of_kind("Pod").peekable();
            if of_pods.peek().is_some() {
                let (requests, limits) =
                    (given(&workload.pod.requests), given(&workload.pod.limits));
                let path = |_: Side, _: &str| with(&workload.pod.path, &["containers"]);
                let asked = Asked {
                    name: "the pod".to_owned(),
                    requests: &requests,
                    limits: &limits,
                    path: &path,
                };
                for item in of_pods {
                    self.hold(item, workload.placed, &asked, problems);
                }
            }
        }
        if self.of_kind("PersistentVolumeClaim").next().is_some() {
            for placed in &namespace.objects {
                self.look_at_claims(*placed, problems);
            }
        }
    }

    /// The volumes that something claims.
    fn look_at_claims(&self, placed: Placed<'a>, problems: &mut Vec<Problem>) {
        let mut claims = Vec::new();
        if is(placed.object, "", "PersistentVolumeClaim") {
            claims.push((placed.view(), FieldPath::default()));
        } else if is(placed.object, "apps", "StatefulSet") {
            let list = placed.view().get_path(&["spec", "volumeClaimTemplates"]);
            let items = list.into_iter().flat_map(View::items).enumerate();
            claims.extend(items.map(|(index, view)| {
                let mut path = keys(&["spec", "volumeClaimTemplates"]);
                path.push_index(index);
                (view, path)
            }));
        }
        let nothing = Resources::new();
        for (view, path) in claims {
            let requests = amounts::read(view.get_path(&["spec", "resources", "requests"]));
            let path =
                |side: Side, name: &str| with(&path, &["spec", "resources", side.name(), name]);
            let requests = given(&requests);
            let asked = Asked {
                name: match view.get_path(&["metadata", "name"]) {
                    Some(name) => format!("claim `{}`", name.text()),
                    None => "the claim".to_owned(),
                },
                requests: &requests,
                limits: &nothing,
                path: &path,
            };
            for item in self.of_kind("PersistentVolumeClaim") {
                self.hold(item, placed, &asked, problems);
            }
        }
    }

    /// Holds what something asks for to an item.
    fn hold(
        &self,
        item: &Item<'a>,
        placed: Placed<'a>,
        asked: &Asked<'_, 'a>,
        problems: &mut Vec<Problem>,
    ) {
        let own = self.placed.name();
        let mut tell = |side, name: &str, message: String| {
            let path = (asked.path)(side, name);
            let problem = placed.problem(&OUTSIDE_LIMIT_RANGE, path, message);
            problems.push(self.beside(problem));
        };
        let sides = [
            (Side::Requests, asked.requests, "requests"),
            (Side::Limits, asked.limits, "may use"),
        ];
        // A limit of its own that is out of bounds makes the request so, too.
        let counts = |given: &&Given| given.by == By::Written;
        for (name, bound) in &item.most {
            let Some(bound) = bound else {
                continue;
            };
            // A limit above it says enough: the request is below the limit, or equal.
            for (side, amounts, does) in sides.into_iter().rev() {
                let above = amounts
                    .get(name)
                    .filter(counts)
                    .and_then(|given| given.worth)
                    .filter(|worth| worth > bound);
                if let Some(worth) = above {
                    let message = format!(
                        "{} {does} {worth} of {name}, but limit range `{own}` allows at most {bound}",
                        asked.name
                    );
                    tell(side, name, message);
                    break;
                }
            }
            if item.kind == "Pod" && !asked.limits.contains_key(name) {
                let message =
                    format!("the pod has no {name} limit, but limit range `{own}` requires one");
                tell(Side::Limits, name, message);
            }
        }
        for (name, bound) in &item.least {
            let Some(bound) = bound else {
                continue;
            };
            for (side, amounts, does) in sides {
                let below = amounts
                    .get(name)
                    .filter(counts)
                    .and_then(|given| given.worth)
                    .filter(|worth| worth < bound);
                if let Some(worth) = below {
                    let message = format!(
                        "{} {does} {worth} of {name}, but limit range `{own}` requires at least {bound}",
                        asked.name
                    );
                    tell(side, name, message);
                }
            }
            if item.kind != "Container" && !asked.requests.contains_key(name) {
                let message = format!(
                    "{} requests no {name}, but limit range `{own}` requires at least {bound}",
                    asked.name
                );
                tell(Side::Requests, name, message);
            }
        }
        for (name, bound) in &item.ratio {
            let Some(bound) = bound else {
                continue;
            };
            let request = asked.requests.get(name).map(|given| given.worth);
            let limit = asked.limits.get(name).map(|given| given.worth);
            let missing = match (request, limit) {
                (Some(request), Some(limit)) => {
                    if let Some((request, limit)) = request.zip(limit)
                        && limit
                            .per(request)
                            .is_none_or(|times| times > bound.as_f64())
                    {
                        let message = format!(
                            "{} may use {limit} of {name} and requests {request}, but limit range `{own}` allows at most {bound} times the request",
                            asked.name
                        );
                        tell(Side::Limits, name, message);
                    }
                    continue;
                }
                (_, None) => "limit",
                (None, _) => "request",
            };
            let message = format!(
                "{} has no {name} {missing}, but limit range `{own}` requires one",
                asked.name
            );
            tell(Side::Limits, name, message);
        }
    }

    /// Refuses requests above the limit that containers without one get.
    fn hold_to_default(
        &self,
        placed: Placed<'a>,
        container: &Container<'a>,
        problems: &mut Vec<Problem>,
    ) {
        for item in self.of_kind("Container") {
            for name in item.limits.keys() {
                let (Some(request), Some(limit)) =
                    (container.requests.get(name), container.limits.get(name))
                else {
                    continue;
                };
                let is_default = request.by == By::Written && limit.by == By::Default;
                let (Some(asked), Some(most)) = (request.worth, limit.worth) else {
                    continue;
                };
                let is_above = item
                    .most
                    .get(name)
                    .copied()
                    .flatten()
                    .is_some_and(|bound| asked > bound);
                if is_default && asked > most && !is_above {
                    let message = format!(
                        "container `{}` requests {asked} of {name} and has no limit, which limit range `{}` sets to {most}",
                        container.name,
                        self.placed.name()
                    );
                    let path = container.at(Side::Requests, name);
                    let problem = placed.problem(&OUTSIDE_LIMIT_RANGE, path, message);
                    problems.push(self.beside(problem).help(format!(
                        "set `resources.limits.{name}`, or request at most {most}"
                    )));
                }
            }
        }
    }

    fn beside(&self, problem: Problem) -> Problem {
        let own = self.placed.view().get("spec").and_then(View::origin);
        match own {
            Some(src) => problem.related("the limit range", src.locate()),
            None => problem,
        }
    }
}

impl<'a> Item<'a> {
    fn of(view: View<'a>) -> Self {
        let amounts = |field| amounts::read(view.get(field));
        let mut item = Self {
            kind: view.get("type").map_or("", View::text),
            least: amounts("min"),
            most: amounts("max"),
            ratio: amounts("maxLimitRequestRatio"),
            limits: amounts("default"),
            requests: amounts("defaultRequest"),
        };
        // As the API server completes it.
        if item.kind == "Container" {
            for (name, worth) in &item.most {
                item.limits.entry(name).or_insert(*worth);
            }
            for (name, worth) in item.limits.iter().chain(&item.least) {
                item.requests.entry(name).or_insert(*worth);
            }
        }
        item
    }
}

impl<'a> Defaults<'a> {
    pub(super) fn of(all: &[Bounds<'a>]) -> Self {
        let mut defaults = Self::default();
        for item in all.iter().flat_map(|bounds| bounds.of_kind("Container")) {
            agree(&mut defaults.limits, &item.limits);
            agree(&mut defaults.requests, &item.requests);
        }
        defaults
    }
}

/// What several say is known where they say the same.
fn agree<'a>(known: &mut Amounts<'a>, more: &Amounts<'a>) {
    for (name, worth) in more {
        let own = known.entry(name).or_insert(*worth);
        if own != worth {
            *own = None;
        }
    }
}

fn given<'a>(amounts: &Amounts<'a>) -> Resources<'a> {
    let all = amounts.iter().map(|(name, worth)| {
        let given = Given {
            worth: *worth,
            by: By::Written,
        };
        (*name, given)
    });
    all.collect()
}
