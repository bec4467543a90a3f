//! Which pods a quota counts.

use manifest::View;

use super::pods::Pod;

/// What a quota asks of the pods that it counts.
pub(super) struct Scopes<'a>(Vec<Scope<'a>>);

struct Scope<'a> {
    name: &'a str,
    operator: &'a str,
    values: Vec<&'a str>,
}

impl<'a> Scopes<'a> {
    pub(super) fn of(quota: View<'a>) -> Self {
        let spec = quota.get("spec");
        let plain = spec.and_then(|spec| spec.get("scopes"));
        let plain = plain.into_iter().flat_map(View::items).map(|name| Scope {
            name: name.text(),
            operator: "Exists",
            values: Vec::new(),
        });
        let selector = spec.and_then(|spec| spec.get_path(&["scopeSelector", "matchExpressions"]));
        let selected = selector.into_iter().flat_map(View::items).map(|own| Scope {
            name: own.get("scopeName").map_or("", View::text),
            operator: own.get("operator").map_or("", View::text),
            values: {
                let values = own.get("values").into_iter().flat_map(View::items);
                values.map(View::text).collect()
            },
        });
        Self(plain.chain(selected).collect())
    }

    /// Whether it counts everything, and not only some pods.
    pub(super) fn is_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it counts a pod. What cannot be known is not counted.
    pub(super) fn covers(&self, pod: &Pod<'_>) -> bool {
        self.0.iter().all(|scope| scope.covers(pod))
    }
}

impl Scope<'_> {
    fn covers(&self, pod: &Pod<'_>) -> bool {
        let ends = || pod.spec.get("activeDeadlineSeconds").is_some();
        match self.name {
            "BestEffort" => pod.is_best_effort(),
            "NotBestEffort" => !pod.is_best_effort(),
            "Terminating" => ends(),
            "NotTerminating" => !ends(),
            "PriorityClass" => {
                let class = pod.spec.get("priorityClassName").map(View::text);
                let is_named = class.is_some_and(|class| self.values.contains(&class));
                match self.operator {
                    "Exists" => class.is_some(),
                    "DoesNotExist" => class.is_none(),
                    "In" => is_named,
                    "NotIn" => !is_named,
                    _ => false,
                }
            }
            _ => false,
        }
    }
}
