//! What quotas count that is no pod: objects, and the storage that volumes claim.

use k8s_schema::Quantity;
use manifest::View;
use rustc_hash::{FxHashMap, FxHashSet};

use super::sums::Share;
use super::workloads::{Count, Workload};
use super::{Namespace, Placed, amounts, is};

/// The shares of a namespace's objects, by the names that quotas have for what they count.
pub(super) struct Counts<'a>(FxHashMap<String, Vec<Share<'a>>>);

/// What stands in the middle of the names of what is counted for each storage class.
const OF_CLASS: &str = ".storageclass.storage.k8s.io/";

impl<'a> Counts<'a> {
    pub(super) fn of(namespace: &Namespace<'a>, workloads: &[Workload<'a>]) -> Self {
        let mut counts = Self(FxHashMap::default());
        let secrets: FxHashSet<&str> = namespace
            .of_kind("", "Secret")
            .map(|placed| placed.name())
            .collect();
        for placed in &namespace.objects {
            counts.add_object(*placed);
            counts.add_secret(*placed, &secrets);
            if is(placed.object, "", "Service") {
                counts.add_service(*placed);
            }
            if is(placed.object, "", "PersistentVolumeClaim") {
                counts.add_claim(*placed, placed.view(), (1, 1));
            }
        }
        for workload in workloads {
            if let Count::Known { steady, peak } = workload.count {
                let templates = workload.placed.view();
                let templates = templates.get_path(&["spec", "volumeClaimTemplates"]);
                for claim in templates.into_iter().flat_map(View::items) {
                    counts.add_claim(workload.placed, claim, (steady, peak));
                }
            }
        }
        counts
    }

    /// The shares in what a quota calls by a name.
    pub(super) fn get(&self, name: &str) -> &[Share<'a>] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    fn add(&mut self, name: &str, placed: Placed<'a>, each: Quantity, (steady, peak): (u64, u64)) {
        let share = Share {
            placed,
            each,
            steady,
            peak,
        };
        match self.0.get_mut(name) {
            Some(known) => known.push(share),
            None => {
                self.0.insert(name.to_owned(), vec![share]);
            }
        }
    }

    fn add_one(&mut self, name: &str, placed: Placed<'a>) {
        self.add(name, placed, Quantity::whole(1), (1, 1));
    }

    fn add_object(&mut self, placed: Placed<'a>) {
        let gvk = &placed.object.id.gvk;
        let plural = plural(&gvk.kind);
        if gvk.group.is_empty() {
            self.add_one(&format!("count/{plural}"), placed);
            // Claims are counted with those of templates.
            if plural != "persistentvolumeclaims" && plural != "pods" {
                self.add_one(&plural, placed);
            }
        } else {
            self.add_one(&format!("count/{plural}.{}", gvk.group), placed);
        }
    }

    /// The Secret that something makes.
    fn add_secret(&mut self, placed: Placed<'a>, known: &FxHashSet<&str>) {
        let view = placed.view();
        let name = if is(placed.object, "bitnami.com", "SealedSecret") {
            view.get_path(&["spec", "template", "metadata", "name"])
        } else if is(placed.object, "external-secrets.io", "ExternalSecret") {
            view.get_path(&["spec", "target", "name"])
        } else {
            return;
        };
        if !known.contains(name.map_or(placed.name(), View::text)) {
            self.add_one("secrets", placed);
            self.add_one("count/secrets", placed);
        }
    }

    fn add_service(&mut self, placed: Placed<'a>) {
        let field = |name| placed.view().get_path(&["spec", name]);
        let kind = field("type").map_or("", View::text);
        let ports = field("ports").into_iter().flat_map(View::items).count();
        let has_ports = match kind {
            "NodePort" => true,
            "LoadBalancer" => {
                self.add_one("services.loadbalancers", placed);
                field("allocateLoadBalancerNodePorts").is_none_or(|own| own.text() != "false")
            }
            _ => false,
        };
        if has_ports {
            let each = Quantity::whole(ports as u64);
            self.add("services.nodeports", placed, each, (1, 1));
        }
    }

    fn add_claim(&mut self, placed: Placed<'a>, claim: View<'a>, count: (u64, u64)) {
        let one = Quantity::whole(1);
        self.add("persistentvolumeclaims", placed, one, count);
        let class = claim.get_path(&["spec", "storageClassName"]);
        let class = class.map(View::text).filter(|class| !class.is_empty());
        if let Some(class) = class {
            let name = format!("{class}{OF_CLASS}persistentvolumeclaims");
            self.add(&name, placed, one, count);
        }
        let storage = claim.get_path(&["spec", "resources", "requests", "storage"]);
        let Some(each) = storage.and_then(amounts::quantity) else {
            return;
        };
        self.add("requests.storage", placed, each, count);
        if let Some(class) = class {
            let name = format!("{class}{OF_CLASS}requests.storage");
            self.add(&name, placed, each, count);
        }
    }
}

/// What the API server calls the objects of a kind.
fn plural(kind: &str) -> String {
    let kind = kind.to_lowercase();
    match kind.strip_suffix('y') {
        Some(start) if !start.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{start}ies"),
        _ if kind.ends_with(['s', 'x']) => format!("{kind}es"),
        _ => format!("{kind}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::plural;

    #[test]
    fn kinds_in_the_plural() {
        let names = ["Ingress", "NetworkPolicy", "Gateway", "ConfigMap"].map(plural);
        assert_eq!(
            names,
            ["ingresses", "networkpolicies", "gateways", "configmaps"]
        );
    }
}
