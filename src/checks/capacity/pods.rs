//! What a pod asks for, as the API server completes it and the scheduler counts it.

use std::collections::BTreeMap;

use k8s_schema::Quantity;
use manifest::{FieldPath, View};

use super::amounts::{self, Amounts};
use super::bounds::Defaults;
use super::with;

/// Who says how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The container.
    Written,
    /// Its limit, which counts as a request where there is none.
    Limit,
    /// A limit range.
    Default,
}

/// What containers ask for, or what they may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Requests,
    Limits,
}

impl Side {
    /// The field.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Limits => "limits",
        }
    }
}

/// How much of a resource.
#[derive(Clone, Copy)]
pub(super) struct Given {
    /// `None` if that is not known.
    pub(super) worth: Option<Quantity>,
    pub(super) by: By,
}

pub(super) type Resources<'a> = BTreeMap<&'a str, Given>;

/// A container with what it asks for.
pub(super) struct Container<'a> {
    pub(super) name: &'a str,
    pub(super) path: FieldPath,
    pub(super) requests: Resources<'a>,
    pub(super) limits: Resources<'a>,
    role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It runs as long as the pod does.
    Main,
    /// It runs before the others.
    Init,
    /// It starts before the others and keeps running.
    Sidecar,
}

/// A pod with what it asks for.
pub(super) struct Pod<'a> {
    pub(super) spec: View<'a>,
    /// The way to its specification.
    pub(super) path: FieldPath,
    pub(super) containers: Vec<Container<'a>>,
    /// What it requests as a whole.
    pub(super) requests: Amounts<'a>,
    /// What it is limited to as a whole.
    pub(super) limits: Amounts<'a>,
}

impl<'a> Pod<'a> {
    pub(super) fn of(spec: View<'a>, path: FieldPath, defaults: &Defaults<'a>) -> Self {
        let mut containers = Vec::new();
        for list in ["initContainers", "containers"] {
            let items = spec.get(list).into_iter().flat_map(View::items);
            for (index, view) in items.enumerate() {
                let mut path = with(&path, &[list]);
                path.push_index(index);
                let keeps_running = || {
                    let policy = view.get("restartPolicy");
                    policy.is_some_and(|policy| policy.text() == "Always")
                };
                let role = match list {
                    "containers" => Role::Main,
                    _ if keeps_running() => Role::Sidecar,
                    _ => Role::Init,
                };
                containers.push(Container::of(view, path, role, defaults));
            }
        }
        let whole = |side: &str| spec.get_path(&["resources", side]);
        let total = |side| {
            let mut total = total(&containers, side);
            // Since Kubernetes 1.34 a pod may say what it needs as a whole.
            total.extend(amounts::read(whole(side.name())));
            total
        };
        let (mut requests, mut limits) = (total(Side::Requests), total(Side::Limits));
        for (name, worth) in amounts::read(spec.get("overhead")) {
            amounts::add(&mut requests, name, worth);
            if limits.contains_key(name) {
                amounts::add(&mut limits, name, worth);
            }
        }
        Self {
            spec,
            path,
            containers,
            requests,
            limits,
        }
    }

    /// Whether it asks for nothing at all.
    pub(super) fn is_best_effort(&self) -> bool {
        let mut names = self.requests.keys().chain(self.limits.keys());
        !names.any(|name| matches!(*name, "cpu" | "memory"))
    }

    /// Whether it says as a whole how much it needs of a resource.
    pub(super) fn says(&self, side: Side, resource: &str) -> bool {
        let path = ["resources", side.name(), resource];
        self.spec.get_path(&path).is_some()
    }

    /// What it asks for as a whole, or may use.
    pub(super) fn amounts(&self, side: Side) -> &Amounts<'a> {
        match side {
            Side::Requests => &self.requests,
            Side::Limits => &self.limits,
        }
    }
}

impl<'a> Container<'a> {
    fn of(view: View<'a>, path: FieldPath, role: Role, defaults: &Defaults<'a>) -> Self {
        let written = |side| {
            let amounts = amounts::read(view.get_path(&["resources", side]));
            let given = |worth| Given {
                worth,
                by: By::Written,
            };
            let all = amounts
                .into_iter()
                .map(|(name, worth)| (name, given(worth)));
            all.collect::<Resources<'a>>()
        };
        let (mut requests, mut limits) = (written("requests"), written("limits"));
        for (name, limit) in &limits {
            requests.entry(name).or_insert(Given {
                worth: limit.worth,
                by: By::Limit,
            });
        }
        let by_default = |own: &mut Resources<'a>, defaults: &Amounts<'a>| {
            for (name, worth) in defaults {
                own.entry(name).or_insert(Given {
                    worth: *worth,
                    by: By::Default,
                });
            }
        };
        by_default(&mut limits, &defaults.limits);
        by_default(&mut requests, &defaults.requests);
        Self {
            name: view.get("name").map_or("", View::text),
            path,
            requests,
            limits,
            role,
        }
    }

    /// Whether it runs beside the other containers, rather than before them.
    pub(super) fn is_main(&self) -> bool {
        self.role == Role::Main
    }

    /// What it asks for, or may use.
    pub(super) fn amounts(&self, side: Side) -> &Resources<'a> {
        match side {
            Side::Requests => &self.requests,
            Side::Limits => &self.limits,
        }
    }

    /// The way to one of its amounts.
    pub(super) fn at(&self, side: Side, resource: &str) -> FieldPath {
        with(&self.path, &["resources", side.name(), resource])
    }
}

/// What the containers need together: those that run at the same time, or what one needs that
/// runs before them, if that is more.
fn total<'a>(containers: &[Container<'a>], side: Side) -> Amounts<'a> {
    let mut running = Amounts::new();
    let mut before = Amounts::new();
    for container in containers {
        for (name, given) in container.amounts(side) {
            match container.role {
                Role::Main | Role::Sidecar => amounts::add(&mut running, name, given.worth),
                Role::Init => {
                    // Only sidecars are running yet.
                    let beside = running.get(name).copied();
                    let beside = beside.unwrap_or(Some(Quantity::ZERO));
                    let both = beside.zip(given.worth).map(|(a, b)| a.plus(b));
                    amounts::raise(&mut before, name, both);
                }
            }
        }
    }
    for (name, worth) in before {
        amounts::raise(&mut running, name, worth);
    }
    running
}
