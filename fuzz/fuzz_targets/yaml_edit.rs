//! An edit of any node leaves a text that can be read and holds what was wanted.
//!
//! The first line is the new value, the second byte's value tells the node.
//! `fuzz/run yaml_edit`
#![no_main]

use libfuzzer_sys::fuzz_target;
use spanned_yaml::{Edit, Kind, NodeId, NotEditable, Tree, Value, apply};

fuzz_target!(|input: &str| {
    let Some((value, text)) = input.split_once('\n') else {
        return;
    };
    let tree = Tree::parse(text);
    let mut documents = tree.documents();
    let (Some(root), None) = (documents.next(), documents.next()) else {
        return;
    };
    if !tree.errors().is_empty() {
        return;
    }
    let mut nodes = Vec::new();
    collect(&tree, root, &mut nodes);
    let at = value.bytes().map(usize::from).sum::<usize>() % nodes.len();
    let node = nodes[at];
    let new = Value::from(value);
    let count = nodes.len();

    if tree.kind(node) == Kind::Scalar && !is_key(&tree, node) {
        let read = |after: &Tree, nodes: &[NodeId]| {
            assert_eq!(nodes.len(), count);
            assert_eq!(after.scalar(nodes[at]), value);
        };
        check(text, tree.set(node, &new), read);
    }
    check(text, tree.insert_item(node, &new), |_, nodes| {
        assert_eq!(nodes.len(), count + 1);
    });
    check(
        text,
        tree.insert_entry(node, value, &new),
        |after, nodes| {
            assert_eq!(nodes.len(), count + 2);
            assert!(after.get(nodes[at], value).is_some());
        },
    );
    check(text, tree.remove(node), |_, nodes| {
        assert!(nodes.len() < count);
    });
});

fn is_key(tree: &Tree, node: NodeId) -> bool {
    let parent = tree.parent(node);
    parent.is_some_and(|parent| tree.entries(parent).any(|(key, _)| key == node))
}

fn collect(tree: &Tree, node: NodeId, nodes: &mut Vec<NodeId>) {
    nodes.push(node);
    for child in tree.children(node) {
        collect(tree, child, nodes);
    }
}

/// Carries out an edit, if there is one, and looks at the nodes that are then there.
fn check(text: &str, edit: Result<Edit, NotEditable>, look: impl Fn(&Tree, &[NodeId])) {
    let Ok(edit) = edit else {
        return;
    };
    let after = Tree::parse(apply(text, &[edit]).expect("one edit applies"));
    assert_eq!(after.errors(), [], "{}", after.text());
    let mut nodes = Vec::new();
    if let Some(root) = after.documents().next() {
        collect(&after, root, &mut nodes);
    }
    look(&after, &nodes);
}
