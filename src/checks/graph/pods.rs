//! The pods that objects make.

use manifest::{FieldPath, Object, View};

use super::selector::{Labels, labels};
use super::{Placed, further};

/// Where an object tells of its pods.
const TEMPLATES: [&[&str]; 3] = [
    &["spec", "template"],
    &["spec", "jobTemplate", "spec", "template"],
    &["template"],
];

/// The labels that the pods of a Job have its name in.
const JOB_NAMES: [&str; 2] = ["batch.kubernetes.io/job-name", "job-name"];

/// Kinds whose pods stay, with their groups.
const LASTING: [(&str, &str); 6] = [
    ("", "ReplicationController"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("argoproj.io", "Rollout"),
];

/// A pod, or a template of one.
pub(super) struct Pod<'a> {
    pub(super) placed: Placed<'a>,
    pub(super) spec: View<'a>,
    /// The way to `spec`.
    pub(super) path: FieldPath,
}

/// A container of a pod, with the way to it.
pub(super) struct Container<'a> {
    pub(super) view: View<'a>,
    pub(super) path: FieldPath,
}

/// What an object tells of its pods, with their metadata and `spec`, and the way to it.
pub(crate) fn template(object: &Object) -> Option<(View<'_>, &'static [&'static str])> {
    let view = object.node.view();
    let keys: &[&str] = match &*object.id.gvk.kind {
        "Pod" => &[],
        _ => TEMPLATES.into_iter().find(|keys| is_template(view, keys))?,
    };
    Some((view.get_path(keys)?, keys))
}

/// The pod that an object makes, if it makes one, and its labels.
pub(super) fn of<'a>(placed: Placed<'a>) -> Option<(Pod<'a>, Labels<'a>)> {
    let (root, keys) = template(placed.object)?;
    let spec = root.get("spec").filter(|spec| spec.is_map())?;
    let mut path = FieldPath::default();
    for key in keys.iter().chain(&["spec"]) {
        path.push_key(key);
    }
    let mut labels = labels(root.get_path(&["metadata", "labels"]));
    if placed.is("batch", "Job") {
        let name = &*placed.object.id.name;
        labels.extend(JOB_NAMES.map(|key| (key, name)));
    }
    let pod = Pod { placed, spec, path };
    Some((pod, labels))
}

fn is_template(object: View<'_>, keys: &[&str]) -> bool {
    let template = object.get_path(keys);
    let containers = template.and_then(|template| template.get_path(&["spec", "containers"]));
    containers.is_some_and(View::is_seq)
}

impl<'a> Pod<'a> {
    /// Its containers, those that only start it included.
    pub(super) fn containers(&self) -> Vec<Container<'a>> {
        let mut found = Vec::new();
        for list in ["initContainers", "containers"] {
            for (index, view) in self
                .spec
                .get(list)
                .into_iter()
                .flat_map(View::items)
                .enumerate()
            {
                let path = further(&self.path, [list.into(), index.into()]);
                found.push(Container { view, path });
            }
        }
        found
    }

    /// The entries of a list of its specification.
    pub(super) fn list(&self, name: &str) -> impl Iterator<Item = View<'a>> + use<'a> {
        self.spec.get(name).into_iter().flat_map(View::items)
    }

    /// The ports that its containers list.
    pub(super) fn ports(&self) -> impl Iterator<Item = View<'a>> + use<'a> {
        let containers = self.list("initContainers").chain(self.list("containers"));
        containers.flat_map(|container| container.get("ports").into_iter().flat_map(View::items))
    }

    /// Whether a container has a port of this name.
    pub(super) fn has_port(&self, name: &str) -> bool {
        let mut ports = self.ports();
        ports.any(|port| port.get("name").is_some_and(|own| own.text() == name))
    }

    /// Whether a container lists a port of this name and number.
    pub(super) fn listens(&self, name: &str, number: &str) -> bool {
        let mut ports = self.ports();
        ports.any(|port| {
            let is = |key: &str, own: &str| port.get(key).is_some_and(|view| view.text() == own);
            is("name", name) && is("containerPort", number)
        })
    }

    /// Whether a container lists a port of this number.
    pub(super) fn has_number(&self, number: &str) -> bool {
        let mut ports = self.ports();
        ports.any(|port| {
            let own = port.get("containerPort");
            own.is_some_and(|own| own.text() == number)
        })
    }

    /// Whether each of its containers lists ports, so that it probably has no others.
    pub(super) fn lists_all_ports(&self) -> bool {
        let mut containers = self.list("containers");
        containers.all(|container| {
            let ports = container.get("ports");
            ports.is_some_and(|ports| ports.items().next().is_some())
        })
    }

    /// Whether it shares the network of its node.
    pub(super) fn is_on_host(&self) -> bool {
        let flag = self.spec.get("hostNetwork");
        flag.is_some_and(|flag| flag.text() == "true")
    }

    /// Whether it ends when its work is done.
    pub(super) fn ends(&self) -> bool {
        ["CronJob", "Job"]
            .iter()
            .any(|kind| self.placed.is("batch", kind))
    }

    /// Whether it is started as it is written: no operator adds what is missing.
    pub(super) fn is_whole(&self) -> bool {
        self.lasts() || self.ends() || self.placed.is("", "Pod")
    }

    /// Whether a workload keeps such pods running.
    pub(super) fn lasts(&self) -> bool {
        LASTING
            .iter()
            .any(|(group, kind)| self.placed.is(group, kind))
    }

    /// `Deployment/web`
    pub(super) fn name(&self) -> String {
        self.placed.object.id.to_string()
    }
}

/// Whether a container has a port of this name.
pub(super) fn has_port(container: View<'_>, name: &str) -> bool {
    let mut ports = container.get("ports").into_iter().flat_map(View::items);
    ports.any(|port| port.get("name").is_some_and(|own| own.text() == name))
}
