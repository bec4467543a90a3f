//! The pods that objects make.

use manifest::{FieldPath, View};

use super::Placed;
use super::selector::{Labels, labels};

/// Where an object tells of its pods.
const TEMPLATES: [&[&str]; 3] = [
    &["spec", "template"],
    &["spec", "jobTemplate", "spec", "template"],
    &["template"],
];

/// A pod, or a template of one.
pub(super) struct Pod<'a> {
    pub(super) placed: Placed<'a>,
    pub(super) labels: Labels<'a>,
    pub(super) spec: View<'a>,
    /// The way to `spec`.
    pub(super) path: FieldPath,
}

/// A container of a pod, with the way to it.
pub(super) struct Container<'a> {
    pub(super) view: View<'a>,
    pub(super) path: FieldPath,
}

/// The pod that an object makes, if it makes one.
pub(super) fn of<'a>(placed: Placed<'a>) -> Option<Pod<'a>> {
    let object = placed.object.node.view();
    let keys: &[&str] = match &*placed.object.id.gvk.kind {
        "Pod" => &[],
        _ => TEMPLATES
            .into_iter()
            .find(|keys| is_template(object, keys))?,
    };
    let root = object.get_path(keys)?;
    let spec = root.get("spec").filter(|spec| spec.is_map())?;
    let mut path = FieldPath::default();
    for key in keys.iter().chain(&["spec"]) {
        path.push_key(key);
    }
    Some(Pod {
        placed,
        labels: labels(root.get_path(&["metadata", "labels"])),
        spec,
        path,
    })
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
                let mut path = self.path.clone();
                path.push_key(list);
                path.push_index(index);
                found.push(Container { view, path });
            }
        }
        found
    }

    /// Whether a container has a port of this name.
    pub(super) fn has_port(&self, name: &str) -> bool {
        let mut containers = self.containers().into_iter();
        containers.any(|container| has_port(container.view, name))
    }
}

/// Whether a container has a port of this name.
pub(super) fn has_port(container: View<'_>, name: &str) -> bool {
    let mut ports = container.get("ports").into_iter().flat_map(View::items);
    ports.any(|port| port.get("name").is_some_and(|own| own.text() == name))
}
