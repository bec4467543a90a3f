//! Names that a program or a controller is told, and may make.

use std::ops::RangeInclusive;

use manifest::{Object, View};
use rustc_hash::FxHashMap;

use super::references::is_built_in;

/// How deep objects are searched.
const DEPTH: usize = 64;

/// How many dashes and dots are taken off a word, at most.
const AROUND: usize = 8;

/// How many parts of a name are looked at.
const PARTS: usize = 12;

/// Which targets mention something, by their indices, each once.
type Targets = Vec<usize>;

/// The names that a controller or a program may make, of those that are missing.
pub(super) struct Mentions<'a> {
    /// Names that nothing makes as far as is known, and what mentions them.
    names: FxHashMap<&'a str, Targets>,
    /// From the shortest of them to the longest with what may be around it.
    lengths: RangeInclusive<usize>,
    /// Names of custom objects, each with its namespace.
    makers: FxHashMap<(&'a str, &'a str), Targets>,
    /// The target that is read.
    target: usize,
}

impl<'a> Mentions<'a> {
    pub(super) fn of(missing: impl Iterator<Item = &'a str>) -> Self {
        let names: FxHashMap<&str, Targets> = missing.map(|name| (name, Targets::new())).collect();
        let lengths = || names.keys().map(|name| name.len());
        let least = lengths().min().unwrap_or(usize::MAX);
        let most = lengths().max().unwrap_or_default();
        Self {
            lengths: least..=most.saturating_add(AROUND),
            names,
            makers: FxHashMap::default(),
            target: 0,
        }
    }

    /// Looks at the objects of a target, each with its namespace.
    pub(super) fn read(
        &mut self,
        target: usize,
        objects: impl Iterator<Item = (&'a str, &'a Object)>,
    ) {
        self.target = target;
        objects.for_each(|(namespace, object)| self.look(namespace, object));
    }

    /// Looks at an object of the namespace.
    fn look(&mut self, namespace: &'a str, object: &'a Object) {
        let root = object.node.view();
        let gvk = &object.id.gvk;
        match (&*gvk.group, &*gvk.kind) {
            ("apiextensions.k8s.io", _) | ("", "Secret") => {}
            ("", "ConfigMap") => {
                let data = root.get("data").into_iter().flat_map(View::entries);
                data.for_each(|entry| self.text(entry.value.text()));
            }
            ("rbac.authorization.k8s.io", "Role" | "ClusterRole") => {
                let rules = root.get("rules").into_iter().flat_map(View::items);
                let names = rules.filter_map(|rule| rule.get("resourceNames"));
                names
                    .flat_map(View::items)
                    .for_each(|name| self.text(name.text()));
            }
            (group, _) if is_built_in(group) => self.programs(root, 0),
            (group, kind) => {
                if is_maker(group, kind) {
                    let makers = self.makers.entry((namespace, &object.id.name));
                    add(makers.or_default(), self.target);
                }
                for entry in root.entries() {
                    if !matches!(entry.key.text(), "metadata" | "apiVersion" | "kind") {
                        self.texts(entry.key.text(), entry.value, 0);
                    }
                }
            }
        }
    }

    /// Whether something in one of some targets may make what has a name.
    pub(super) fn may_make(&self, targets: &[bool], namespace: &str, name: &str) -> bool {
        let is_among = |all: Option<&Targets>| {
            all.is_some_and(|all| all.iter().any(|target| targets[*target]))
        };
        is_among(self.names.get(name))
            || parts(name).any(|part| is_among(self.makers.get(&(namespace, part))))
    }

    /// What the containers of an object are told.
    fn programs(&mut self, view: View<'_>, depth: usize) {
        if depth > DEPTH {
            return;
        }
        for entry in view.entries() {
            match entry.key.text() {
                "metadata" => {}
                "args" | "command" => {
                    let items = entry.value.items();
                    items.for_each(|item| self.text(item.text()));
                }
                "env" => {
                    let items = entry.value.items();
                    let values = items.filter_map(|item| item.get("value"));
                    values.for_each(|value| self.text(value.text()));
                }
                _ => self.programs(entry.value, depth + 1),
            }
        }
        let items = view.items();
        items.for_each(|item| self.programs(item, depth + 1));
    }

    /// All texts below a field of a custom object, but for what it refers to.
    fn texts(&mut self, key: &str, view: View<'_>, depth: usize) {
        let is_read = key.ends_with("Ref") && !key.starts_with("write");
        if depth > DEPTH || (is_read && key != "privateKeySecretRef") {
            return;
        }
        if !view.is_map() && !view.is_seq() {
            self.text(view.text());
        }
        let entries = view.entries();
        entries.for_each(|entry| self.texts(entry.key.text(), entry.value, depth + 1));
        let items = view.items();
        items.for_each(|item| self.texts("", item, depth + 1));
    }

    /// Looks for the names among the words of a text. It may be megabytes long, and hardly a word
    /// is as long as a name.
    fn text(&mut self, text: &str) {
        if text.len() < *self.lengths.start() {
            return;
        }
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() {
            let rest = &bytes[start..];
            let length = rest.iter().position(|byte| !IN_NAMES[usize::from(*byte)]);
            let end = start + length.unwrap_or(rest.len());
            if self.lengths.contains(&(end - start)) {
                let word = text[start..end].trim_matches(['-', '.']);
                if let Some(targets) = self.names.get_mut(word) {
                    add(targets, self.target);
                }
            }
            start = end + 1;
        }
    }
}

/// Adds a target to those of which it can only be the last.
fn add(targets: &mut Targets, target: usize) {
    if targets.last() != Some(&target) {
        targets.push(target);
    }
}

/// The bytes that names are made of.
const IN_NAMES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let own = byte as u8;
        table[byte] = own.is_ascii_alphanumeric() || own == b'-' || own == b'.';
        byte += 1;
    }
    table
};

/// Whether an object may have others made that are called after it.
pub(in crate::checks::graph) fn makes_others(object: &Object) -> bool {
    let gvk = &object.id.gvk;
    !is_built_in(&gvk.group) && is_maker(&gvk.group, &gvk.kind)
}

/// The runs of a name's parts, the whole name included.
pub(in crate::checks::graph) fn parts(name: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| matches!(c, '-' | '.');
    let starts = name.match_indices(is_between).map(|(at, _)| at + 1);
    let starts: Vec<usize> = [0].into_iter().chain(starts).take(PARTS).collect();
    let ends = name.match_indices(is_between).map(|(at, _)| at);
    let ends: Vec<usize> = ends.take(PARTS).chain([name.len()]).collect();
    let pairs = starts
        .into_iter()
        .flat_map(move |start| ends.clone().into_iter().map(move |end| (start, end)));
    pairs.filter_map(|(start, end)| name.get(start..end))
}

/// Whether the objects of a kind may make others that are called after them.
fn is_maker(group: &str, kind: &str) -> bool {
    match group {
        "monitoring.coreos.com" => matches!(kind, "Prometheus" | "Alertmanager" | "ThanosRuler"),
        "argoproj.io" => matches!(kind, "ArgoCD"),
        "cert-manager.io" | "external-secrets.io" | "bitnami.com" | "keda.sh" => false,
        "gateway.networking.k8s.io" | "autoscaling.k8s.io" | "snapshot.storage.k8s.io" => false,
        "source.toolkit.fluxcd.io" | "kustomize.toolkit.fluxcd.io" | "cilium.io" => false,
        group => {
            !group.ends_with("istio.io")
                && !group.ends_with("traefik.io")
                && !group.ends_with("traefik.containo.us")
                && !group.ends_with("kyverno.io")
        }
    }
}
