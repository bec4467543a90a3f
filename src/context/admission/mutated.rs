//! What the repository's own policies set in pods as they are admitted.

use manifest::{Kind, Location, Object, View};
use rustc_hash::FxHashMap;

/// The group of the policies that are known.
pub(super) const GROUP: &str = "kyverno.io";

/// How deep patches are looked into.
const DEPTH: usize = 40;

/// Kinds of pods, and of what makes them: Kyverno has rules on pods hold for the others, too.
const PODS: [&str; 8] = [
    "*",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "ReplicaSet",
    "StatefulSet",
];

/// The fields that policies set, each with the rules that do.
#[derive(Default)]
pub(super) struct Mutated<'a> {
    rules: Vec<Rule<'a>>,
    /// By the rule's index.
    fields: FxHashMap<String, Vec<usize>>,
}

/// A rule that changes pods.
struct Rule<'a> {
    place: Location,
    /// The namespaces in which it does, as patterns; none, if in all.
    namespaces: Vec<&'a str>,
    /// Those in which it does not.
    except: Vec<&'a str>,
}

impl<'a> Mutated<'a> {
    pub(super) fn by(objects: &[&'a Object]) -> Self {
        let mut mutated = Self::default();
        let policies = objects.iter().filter(|object| {
            let gvk = &object.id.gvk;
            &*gvk.group == GROUP && matches!(&*gvk.kind, "ClusterPolicy" | "Policy")
        });
        for policy in policies {
            let own = match &*policy.id.gvk.kind {
                "Policy" => Some(&*policy.id.namespace),
                _ => None,
            };
            let rules = policy.node.view().get_path(&["spec", "rules"]);
            for rule in rules.into_iter().flat_map(View::items) {
                let known = rule.get("mutate").zip(Rule::of(rule, own));
                if let Some((patch, rule)) = known {
                    mutated.rules.push(rule);
                    mutated.add(patch, 0);
                }
            }
        }
        mutated
    }

    /// Adds what a patch of the last rule sets.
    fn add(&mut self, patch: View<'_>, depth: usize) {
        if depth > DEPTH {
            return;
        }
        for entry in patch.entries() {
            // `+(field)` sets what is not there; `(field)` only asks for it.
            let key = entry.key.text();
            let key = key.strip_prefix('+').unwrap_or(key);
            let name = key.trim_start_matches('(').trim_end_matches(')');
            if name == key || entry.key.text().starts_with('+') {
                self.note(name);
            }
            self.add(entry.value, depth + 1);
        }
        for item in patch.items() {
            self.add(item, depth + 1);
        }
        if patch.kind() == Kind::Scalar && patch.text().contains("path: ") {
            // A JSON patch is text.
            let lines = patch.text().lines();
            let paths =
                lines.filter_map(|line| line.trim_start_matches(['-', ' ']).strip_prefix("path: "));
            for path in paths {
                let parts = path.trim_matches(['"', '\'', ' ']).split('/');
                parts.for_each(|part| self.note(part));
            }
        }
    }

    fn note(&mut self, field: &str) {
        let rule = self.rules.len() - 1;
        let rules = self.fields.entry(field.to_owned()).or_default();
        if rules.last() != Some(&rule) {
            rules.push(rule);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The rule that sets any of some fields in the pods of a namespace.
    pub(super) fn sets(&self, fields: &[&str], namespace: &str) -> Option<&Location> {
        let rules = fields.iter().filter_map(|field| self.fields.get(*field));
        let mut rules = rules.flatten().filter_map(|rule| self.rules.get(*rule));
        let rule = rules.find(|rule| rule.holds_in(namespace))?;
        Some(&rule.place)
    }
}

impl<'a> Rule<'a> {
    /// A rule that is for pods, of a policy in a namespace or in none. What it is for by labels or
    /// names is not known here.
    fn of(rule: View<'a>, policy: Option<&'a str>) -> Option<Self> {
        let place = rule.get("name").and_then(View::origin)?.locate();
        let mut namespaces: Vec<&str> = policy.into_iter().collect();
        let mut is_of_pods = false;
        for resources in filters(rule.get("match")?) {
            let narrows = [
                "selector",
                "namespaceSelector",
                "name",
                "names",
                "annotations",
            ];
            if narrows.iter().any(|key| resources.get(key).is_some()) {
                return None;
            }
            is_of_pods |= listed(resources, "kinds").any(|kind| {
                let kind = kind.rsplit('/').next().unwrap_or(kind);
                PODS.contains(&kind)
            });
            namespaces.extend(listed(resources, "namespaces"));
        }
        let except = rule.get("exclude").into_iter().flat_map(filters);
        is_of_pods.then(|| Self {
            place,
            namespaces,
            except: except.flat_map(|own| listed(own, "namespaces")).collect(),
        })
    }

    fn holds_in(&self, namespace: &str) -> bool {
        let is_among = |patterns: &[&str]| {
            patterns.iter().any(|own| match own.strip_suffix('*') {
                Some(start) => namespace.starts_with(start),
                None => *own == namespace,
            })
        };
        (self.namespaces.is_empty() || is_among(&self.namespaces)) && !is_among(&self.except)
    }
}

/// The resources that a rule is for, or not for.
fn filters(of: View<'_>) -> impl Iterator<Item = View<'_>> {
    let lists = ["any", "all"]
        .into_iter()
        .filter_map(move |list| of.get(list));
    let all = lists.flat_map(View::items).chain([of]);
    all.filter_map(|filter| filter.get("resources"))
}

fn listed<'a>(resources: View<'a>, list: &str) -> impl Iterator<Item = &'a str> {
    let items = resources.get(list).into_iter().flat_map(View::items);
    items.map(View::text)
}
