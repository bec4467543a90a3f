//! Who may run pods under other security context constraints than OpenShift's default, which sets a
//! user, drops capabilities and adds a seccomp filter.

use manifest::{Object, View};
use rustc_hash::FxHashSet;

use crate::checks::graph::template;

/// How the roles are called that OpenShift has for its constraints.
const ROLE: &str = "system:openshift:scc:";

/// The role that may do everything.
const EVERYTHING: &str = "cluster-admin";

/// Those that grant no more than the default.
const DEFAULTS: [&str; 3] = ["restricted", "restricted-v2", "restricted-v3"];

/// Whether a group of kinds is one of OpenShift's.
pub(super) fn is_openshift(group: &str) -> bool {
    group.ends_with(".openshift.io")
}

/// The service accounts that are granted other constraints.
#[derive(Default)]
pub(super) struct Granted<'a> {
    /// By namespace and name.
    accounts: FxHashSet<(&'a str, &'a str)>,
    /// All of a namespace.
    namespaces: FxHashSet<&'a str>,
    /// Whether all of the cluster are.
    all: bool,
}

impl<'a> Granted<'a> {
    pub(super) fn of(objects: &[&'a Object]) -> Self {
        let roles = objects.iter().filter(|object| grants(object));
        let roles: FxHashSet<&str> = roles.map(|role| &*role.id.name).collect();
        let mut granted = Self::default();
        for object in objects {
            let view = object.node.view();
            match &*object.id.gvk.kind {
                "RoleBinding" | "ClusterRoleBinding" => {
                    let role = view.get_path(&["roleRef", "name"]).map_or("", View::text);
                    let own = role.strip_prefix(ROLE);
                    let is_other = own.is_some_and(|own| !DEFAULTS.contains(&own));
                    if is_other || role == EVERYTHING || roles.contains(role) {
                        granted.add_subjects(view, &object.id.namespace);
                    }
                }
                "SecurityContextConstraints" if !DEFAULTS.contains(&&*object.id.name) => {
                    granted.add_names(view);
                }
                _ => {}
            }
        }
        granted
    }

    fn add_subjects(&mut self, binding: View<'a>, namespace: &'a str) {
        let subjects = binding.get("subjects").into_iter().flat_map(View::items);
        for subject in subjects {
            let name = subject.get("name").map_or("", View::text);
            match subject.get("kind").map_or("", View::text) {
                "ServiceAccount" => {
                    let own = subject.get("namespace").map_or(namespace, View::text);
                    self.accounts.insert((own, name));
                }
                _ => self.add_name(name),
            }
        }
    }

    /// The users and groups that a constraint lists.
    fn add_names(&mut self, constraint: View<'a>) {
        for list in ["users", "groups"] {
            let names = constraint.get(list).into_iter().flat_map(View::items);
            names.for_each(|name| self.add_name(name.text()));
        }
    }

    fn add_name(&mut self, name: &'a str) {
        match name.strip_prefix("system:serviceaccount") {
            Some("s") => self.all = true,
            Some(rest) => match rest.strip_prefix("s:") {
                Some(namespace) => {
                    self.namespaces.insert(namespace);
                }
                None => {
                    let account = rest.trim_start_matches(':').split_once(':');
                    self.accounts.extend(account);
                }
            },
            None => self.all |= name == "system:authenticated",
        }
    }

    /// Whether the pods of an object in a namespace may run under other constraints.
    pub(super) fn has(&self, object: &Object, namespace: &str) -> bool {
        let account = template(object).and_then(|(pod, _)| {
            let spec = pod.get("spec")?;
            let name = spec.get("serviceAccountName");
            name.or_else(|| spec.get("serviceAccount"))
        });
        let account = account.map_or("default", View::text);
        // A binding may leave out the namespace of an account that is next to it.
        let is_named = |namespace: &str| self.accounts.contains(&(namespace, account));
        self.all || self.namespaces.contains(namespace) || is_named(namespace) || is_named("")
    }
}

/// Whether a role lets its holders use constraints.
fn grants(object: &Object) -> bool {
    if !matches!(&*object.id.gvk.kind, "Role" | "ClusterRole") {
        return false;
    }
    let rules = object
        .node
        .view()
        .get("rules")
        .into_iter()
        .flat_map(View::items);
    rules.into_iter().any(|rule| {
        let has = |list: &str, names: [&str; 2]| {
            let mut listed = rule.get(list).into_iter().flat_map(View::items);
            listed.any(|own| names.contains(&own.text()))
        };
        has("apiGroups", ["security.openshift.io", "*"])
            && has("resources", ["securitycontextconstraints", "*"])
            && has("verbs", ["use", "*"])
    })
}
