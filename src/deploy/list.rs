//! Lists, which stand for their items.

use std::sync::Arc;

use manifest::{Entry, Map, Node, Step, View};

/// How many lists may stand in one another.
const DEPTH: usize = 16;

/// The objects of a document: those that it lists, as `kubectl apply` takes them, or itself. In
/// a list of one kind, such as a `PodList`, items need not say their kind.
pub fn items_of_list(document: Node) -> Vec<Node> {
    let mut found = Vec::new();
    unfold(document, 0, &mut found);
    found
}

fn unfold(document: Node, depth: usize, found: &mut Vec<Node>) {
    let view = document.view();
    let kind = view.get("kind").map_or("", View::text);
    let is_list = kind.ends_with("List") && depth < DEPTH;
    let items = view.get("items").filter(|items| is_list && items.is_seq());
    let Some(items) = items else {
        let is_empty_list = kind == "List" && view.get("items").is_none_or(View::is_null);
        if !is_empty_list {
            found.push(document);
        }
        return;
    };
    let items_kind = kind.strip_suffix("List").filter(|kind| !kind.is_empty());
    for item in items.items() {
        let item = item.to_node();
        let item = match items_kind {
            Some(kind) => with_type(item, kind, view),
            None => item,
        };
        unfold(item, depth + 1, found);
    }
}

/// An item with the kind and version that its list says it has, where it says none itself.
fn with_type(item: Node, kind: &str, list: View<'_>) -> Node {
    let view = item.view();
    if !view.is_map() || view.get("kind").is_some() {
        return item;
    }
    let step = Step {
        name: "items",
        by: list.get("kind").and_then(View::origin),
    };
    let text = |text: &str| Node::text(text, step.clone());
    let mut entries = vec![Entry {
        key: text("kind"),
        value: text(kind),
        was: None,
    }];
    if view.get("apiVersion").is_none()
        && let Some(version) = list.get("apiVersion")
    {
        entries.push(Entry {
            key: text("apiVersion"),
            value: version.to_node(),
            was: None,
        });
    }
    entries.extend(view.entries().map(|entry| Entry {
        key: entry.key.to_node(),
        value: entry.value.to_node(),
        was: entry.was.cloned(),
    }));
    Node::Map(Arc::new(Map {
        place: view.origin(),
        entries,
    }))
}

#[cfg(test)]
mod tests {
    use manifest::{ObjectId, Source};
    use spanned_yaml::Tree;

    use super::*;

    fn check(yaml: &str, expect: &str) {
        let source = Source::file("a.yaml", Tree::parse(yaml));
        let documents = source.documents().documents.into_iter();
        let found = documents.flat_map(items_of_list);
        let told: Vec<String> = found
            .map(|node| {
                let id = ObjectId::of(node.view());
                format!("{} {} {}", id.gvk.api_version(), id.gvk.kind, id.name)
            })
            .collect();
        assert_eq!(told.join(", "), expect, "{yaml}");
    }

    #[test]
    fn a_list_stands_for_its_items() {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a}}";
        check(pod, "v1 Pod a");
        check(
            &format!("{{apiVersion: v1, kind: List, items: [{pod}, {pod}]}}"),
            "v1 Pod a, v1 Pod a",
        );
        let inner = format!("{{apiVersion: v1, kind: PodList, items: [{pod}]}}");
        check(
            &format!("{{apiVersion: v1, kind: List, items: [{inner}]}}"),
            "v1 Pod a",
        );
    }

    #[test]
    fn items_of_one_kind_need_not_say_it() {
        check(
            "{apiVersion: apps/v1, kind: DeploymentList, items: [{metadata: {name: a}}]}",
            "apps/v1 Deployment a",
        );
    }

    #[test]
    fn an_empty_list_holds_nothing() {
        check("{apiVersion: v1, kind: List, items: []}", "");
        check("{apiVersion: v1, kind: List, items: }", "");
        check("{apiVersion: v1, kind: List, metadata: {}}", "");
    }

    #[test]
    fn lists_in_lists_have_an_end() {
        let open = "{kind: List, items: [".repeat(100);
        let close = "]}".repeat(100);
        let source = Source::file("a.yaml", Tree::parse(format!("{open}{close}")));
        let documents = source.documents().documents.into_iter();
        assert!(documents.flat_map(items_of_list).count() <= 1);
    }
}
