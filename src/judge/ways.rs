//! Ways from a file's root to places in it. A collection may hold as many places as it has
//! entries, so that its entries are listed once, and searched for each.

use std::sync::Arc;

use manifest::{Kind, Source};
use rustc_hash::FxHashMap;
use spanned_yaml::{NodeId, Tree};

/// A step down from a collection.
pub(super) enum Step {
    /// Into a document of the file, by its number.
    Document(usize),
    /// Into an entry of a mapping with this key.
    Entry(NodeId),
    /// Into an item of a list, by its number.
    Item(usize, NodeId),
}

/// What was searched before.
#[derive(Default)]
pub(super) struct Ways {
    /// By where a file stands in memory, which it does not leave as long as it is known here.
    files: FxHashMap<usize, (Arc<Source>, Children)>,
}

/// The nodes right below the root of a file, or below a node of it.
type Children = FxHashMap<Option<NodeId>, Box<[NodeId]>>;

impl Ways {
    /// The way from the root of a file to the innermost node at an offset.
    pub(super) fn to(&mut self, file: &Arc<Source>, offset: u32) -> Vec<Step> {
        let at = Arc::as_ptr(file) as usize;
        let (_, known) = self
            .files
            .entry(at)
            .or_insert_with(|| (file.clone(), Children::default()));
        let tree = &file.tree;
        let mut way = Vec::new();
        let mut here = None;
        loop {
            let children = known
                .entry(here)
                .or_insert_with(|| children(tree, here).into());
            let Some(index) = find(tree, children, offset) else {
                return way;
            };
            let (step, next) = match here.map(|node| tree.kind(node)) {
                None => (Step::Document(index), children[index]),
                Some(Kind::Map) => {
                    let (key, value) = (children[index & !1], children.get(index | 1));
                    (Step::Entry(key), value.copied().unwrap_or(key))
                }
                Some(_) => (Step::Item(index, children[index]), children[index]),
            };
            way.push(step);
            if !holds(tree, next, offset) {
                return way;
            }
            here = Some(next);
        }
    }
}

fn children(tree: &Tree, of: Option<NodeId>) -> Vec<NodeId> {
    match of {
        None => tree.documents().collect(),
        Some(node) => tree.children(node).collect(),
    }
}

/// The first of some nodes in the order of a file that holds an offset.
fn find(tree: &Tree, nodes: &[NodeId], offset: u32) -> Option<usize> {
    let start = |index: usize| tree.span(nodes[index]).start;
    let behind = nodes.partition_point(|node| tree.span(*node).start <= offset);
    let mut index = behind.checked_sub(1)?;
    while index > 0 && start(index - 1) == offset {
        index -= 1;
    }
    holds(tree, nodes[index], offset).then_some(index)
}

fn holds(tree: &Tree, node: NodeId, offset: u32) -> bool {
    let span = tree.span(node);
    span.start <= offset && (offset < span.end || span.start == offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way to where a text begins.
    fn check(text: &str, part: &str) -> String {
        let source = Source::file("a.yaml", Tree::parse(text));
        let offset = u32::try_from(text.find(part).unwrap()).unwrap();
        let mut ways = Ways::default();
        let told = |way: Vec<Step>| -> Vec<String> {
            let tell = |step: &Step| match step {
                Step::Document(number) => format!("document {number}"),
                Step::Entry(key) => source.tree.scalar(*key).to_owned(),
                Step::Item(number, _) => number.to_string(),
            };
            way.iter().map(tell).collect()
        };
        let first = told(ways.to(&source, offset));
        assert_eq!(told(ways.to(&source, offset)), first);
        first.join(" ")
    }

    #[test]
    fn lead_through_documents_entries_and_items() {
        let text = "a: {b: [x, {c: here}], d: }\ne:\n---\nf: [there]\n";
        assert_eq!(check(text, "here"), "document 0 a b 1 c");
        assert_eq!(check(text, "c:"), "document 0 a b 1 c");
        assert_eq!(check(text, "d:"), "document 0 a d");
        assert_eq!(check(text, "e:"), "document 0 e");
        assert_eq!(check(text, "there"), "document 1 f 0");
        assert_eq!(check(text, "---"), "");
    }
}
