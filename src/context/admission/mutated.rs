//! What the repository's own policies set in pods as they are admitted.

use manifest::{Kind, Location, Object, View};
use rustc_hash::FxHashMap;

/// The group of the policies that are known.
pub(super) const GROUP: &str = "kyverno.io";

/// How deep patches are looked into.
const DEPTH: usize = 40;

/// The fields that policies set, each with the first policy that does.
#[derive(Default)]
pub(super) struct Mutated(FxHashMap<String, Location>);

impl Mutated {
    pub(super) fn by(objects: &[&Object]) -> Self {
        let mut mutated = Self::default();
        let policies = objects.iter().filter(|object| {
            let gvk = &object.id.gvk;
            &*gvk.group == GROUP && matches!(&*gvk.kind, "ClusterPolicy" | "Policy")
        });
        for policy in policies {
            let rules = policy.node.view().get_path(&["spec", "rules"]);
            for rule in rules.into_iter().flat_map(View::items) {
                let place = rule.get("name").and_then(View::origin);
                let (Some(patch), Some(place)) = (rule.get("mutate"), place) else {
                    continue;
                };
                mutated.add(patch, &place.locate(), 0);
            }
        }
        mutated
    }

    fn add(&mut self, patch: View<'_>, place: &Location, depth: usize) {
        if depth > DEPTH {
            return;
        }
        for entry in patch.entries() {
            // `+(field)` sets what is not there; `(field)` only asks for it.
            let key = entry.key.text();
            let key = key.strip_prefix('+').unwrap_or(key);
            let name = key.trim_start_matches('(').trim_end_matches(')');
            if name == key || entry.key.text().starts_with('+') {
                self.note(name, place);
            }
            self.add(entry.value, place, depth + 1);
        }
        for item in patch.items() {
            self.add(item, place, depth + 1);
        }
        if patch.kind() == Kind::Scalar && patch.text().contains("path: ") {
            // A JSON patch is text.
            let lines = patch.text().lines();
            let paths =
                lines.filter_map(|line| line.trim_start_matches(['-', ' ']).strip_prefix("path: "));
            for path in paths {
                let parts = path.trim_matches(['"', '\'', ' ']).split('/');
                parts.for_each(|part| self.note(part, place));
            }
        }
    }

    fn note(&mut self, field: &str, place: &Location) {
        if !self.0.contains_key(field) {
            self.0.insert(field.to_owned(), place.clone());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The policy that sets any of some fields.
    pub(super) fn sets(&self, fields: &[&str]) -> Option<&Location> {
        fields.iter().find_map(|field| self.0.get(*field))
    }
}
