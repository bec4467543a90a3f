//! Labels and annotations that all objects get.

use manifest::{Node, Step, View};

/// Adds the labels and annotations of `commonMetadata` to an object; they win over its own.
pub(crate) fn add(object: &mut Node, common: View<'_>) {
    for field in ["labels", "annotations"] {
        let pairs = common.get(field).into_iter().flat_map(View::entries);
        for pair in pairs {
            let step = Step {
                name: "commonMetadata",
                by: pair.key.origin(),
            };
            let Some(into) = inner(object, "metadata", &step) else {
                return;
            };
            if let Some(into) = inner(into, field, &step).and_then(Node::map_mut) {
                into.set(pair.key.to_node(), pair.value.to_node(), step);
            }
        }
    }
}

/// The mapping under a key, made where there is none.
fn inner<'n>(node: &'n mut Node, key: &str, step: &Step) -> Option<&'n mut Node> {
    let map = node.map_mut()?;
    if map.get(key).is_none_or(|value| value.view().is_null()) {
        let empty = Node::Map(std::sync::Arc::default());
        map.set(Node::text(key, step.clone()), empty, step.clone());
    }
    map.get_mut(key)
}
