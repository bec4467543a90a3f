//! Aliases and merge keys: from what is written to what is meant.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use spanned_yaml::{Error, ErrorKind, Kind, NodeId, Style};

use crate::{Entry, Item, Map, Node, Place, Seq, Source, Src};

/// How many nodes a value may have that is printed or taken over as a whole.
pub const NODE_BUDGET: u64 = 4_000_000;

/// How deeply a document's values may nest once its aliases are followed: as deeply as they may
/// be written.
const MAX_DEPTH: usize = 256;

/// So many nodes any document may have.
const FEW_NODES: u64 = 10_000;

/// How many nodes a document of so many written ones may have once its aliases are followed. A
/// file of some hundred bytes can otherwise stand for billions. go-yaml draws the line where 99 of
/// 100 nodes come from aliases, and from 400,000 nodes on earlier and earlier.
fn most_nodes(written: u64) -> u64 {
    let written = written.max(FEW_NODES / 100);
    let (few, many) = (400_000, NODE_BUDGET);
    if written * 100 <= few {
        return written * 100;
    }
    // Between them, the share that has to be written grows evenly from 1 to 90 in 100.
    let is_allowed = |total: u64| {
        let grown = total.saturating_sub(few) * 89 / (many - few);
        written >= total.saturating_mul(1 + grown.min(89)) / 100
    };
    // Of ordinary documents most is written.
    let mut least = written.max(few);
    let mut most = many.max(written * 10 / 9);
    while least < most {
        let middle = least + (most - least).div_ceil(2);
        match is_allowed(middle) {
            true => least = middle,
            false => most = middle - 1,
        }
    }
    least
}

/// A source's documents with their aliases followed.
pub struct Expanded {
    /// One value for each document.
    pub documents: Vec<Node>,
    /// Documents that would be too large, and aliases of nothing.
    pub errors: Vec<Error>,
    /// How many entries and items were made for it; none where nothing is aliased.
    pub made: usize,
}

impl Source {
    /// The documents as values. Of equal keys that a template prints, the last one counts, as for
    /// Helm. Where nothing is aliased or printed twice, they are the source's own nodes.
    pub fn documents(self: &Arc<Self>) -> Expanded {
        let mut documents = Vec::new();
        let mut errors = Vec::new();
        let mut made = 0;
        let mut of_text = self.tree.errors().iter();
        let has_equal_keys = matches!(self.place, Place::Printed(_))
            && of_text.any(|error| matches!(error.kind, ErrorKind::DuplicateKey { .. }));
        for root in self.tree.documents() {
            if !self.tree.has_aliases() && !has_equal_keys {
                documents.push(Node::Src(Src::new(self, root)));
                continue;
            }
            let mut expansion = Expansion {
                source: self,
                has_equal_keys,
                most: most_nodes(self.tree.count(root) as u64),
                done: FxHashMap::default(),
                open: Vec::new(),
                made: 0,
                fault: None,
            };
            let expanded = expansion.expand(root);
            made += expansion.made;
            match expansion.fault {
                Some(fault) => errors.push(fault),
                None => documents.push(expanded.node),
            }
        }
        Expanded {
            documents,
            errors,
            made,
        }
    }
}

struct Expansion<'a> {
    source: &'a Arc<Source>,
    has_equal_keys: bool,
    /// How many nodes the document may have.
    most: u64,
    /// Anchored nodes that are done: an alias shares them.
    done: FxHashMap<NodeId, Value>,
    /// Alias targets under way, to find those that hold themselves.
    open: Vec<NodeId>,
    /// How many entries and items were made.
    made: usize,
    fault: Option<Error>,
}

/// A value that is done.
#[derive(Clone)]
struct Value {
    node: Node,
    /// How many nodes it stands for.
    size: u64,
    /// How many levels it has below itself.
    depth: usize,
}

impl Value {
    fn of(node: Node) -> Self {
        Self {
            node,
            size: 1,
            depth: 0,
        }
    }

    /// Takes in a value that stands inside this one.
    fn hold(&mut self, inner: &Self) {
        self.size += inner.size;
        self.depth = self.depth.max(inner.depth + 1);
    }
}

impl<'a> Expansion<'a> {
    fn expand(&mut self, id: NodeId) -> Value {
        let tree = &self.source.tree;
        if self.fault.is_some() {
            return Value::of(Node::Gone);
        }
        if let Some(value) = self.done.get(&id) {
            return value.clone();
        }
        let expanded = match tree.kind(id) {
            Kind::Scalar => Value::of(self.own(id)),
            Kind::Alias => self.follow(id),
            Kind::Seq => self.expand_seq(id),
            Kind::Map => self.expand_map(id),
        };
        if expanded.size > self.most {
            let message = "its aliases make this document too large";
            self.fail(id, ErrorKind::Limit, message);
        }
        if expanded.depth > MAX_DEPTH {
            let message = "its aliases nest this document too deeply";
            self.fail(id, ErrorKind::Limit, message);
        }
        if tree.anchor(id).is_some() {
            self.done.insert(id, expanded.clone());
        }
        expanded
    }

    fn own(&self, id: NodeId) -> Node {
        Node::Src(Src::new(self.source, id))
    }

    fn follow(&mut self, id: NodeId) -> Value {
        match self.source.tree.alias_target(id) {
            Some(target) if !self.open.contains(&target) => self.expand(target),
            Some(_) => self.fail(id, ErrorKind::Limit, "this alias is inside its own anchor"),
            None => self.fail(
                id,
                ErrorKind::UnknownAnchor,
                "no anchor of this name precedes this alias",
            ),
        }
    }

    fn expand_seq(&mut self, id: NodeId) -> Value {
        let mut expanded = Value::of(self.own(id));
        let mut changed = false;
        let mut items = Vec::new();
        self.open.push(id);
        for item in self.source.tree.items(id) {
            let value = self.expand(item);
            expanded.hold(&value);
            changed |= !is_own(&value.node, item);
            items.push(Item::new(value.node));
        }
        self.open.pop();
        if changed {
            self.made += items.len();
            let place = Some(Src::new(self.source, id));
            expanded.node = Node::Seq(Arc::new(Seq { place, items }));
        }
        expanded
    }

    fn expand_map(&mut self, id: NodeId) -> Value {
        let tree = &self.source.tree;
        let mut expanded = Value::of(self.own(id));
        let mut changed = false;
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged = Vec::new();
        self.open.push(id);
        for (key, value) in tree.entries(id) {
            let inner = self.expand(value);
            expanded.hold(&inner);
            expanded.size += 1;
            if tree.style(key) == Style::Plain
                && tree.scalar(key) == "<<"
                && tree.kind(key) == Kind::Scalar
            {
                merged.push((value, inner.node));
                changed = true;
                continue;
            }
            let key_node = self.expand(key).node;
            changed |= !is_own(&inner.node, value) || !is_own(&key_node, key);
            entries.push(Entry::new(key_node, inner.node));
        }
        self.open.pop();
        if self.has_equal_keys {
            let count = entries.len();
            self.keep_last(&mut entries);
            changed |= entries.len() < count;
        }
        if !merged.is_empty() {
            let mut seen = entries.iter().map(|e| self.key(&e.key)).collect();
            for (place, value) in merged {
                self.merge(&mut entries, &mut seen, place, &value);
            }
        }
        if changed {
            self.made += entries.len();
            let place = Some(Src::new(self.source, id));
            expanded.node = Node::Map(Arc::new(Map { place, entries }));
        }
        expanded
    }

    /// Leaves the last one of entries with equal keys.
    fn keep_last(&self, entries: &mut Vec<Entry>) {
        let mut seen = FxHashSet::default();
        entries.reverse();
        entries.retain(|entry| seen.insert(self.key(&entry.key)));
        entries.reverse();
    }

    /// The text of a key, which stands in the source whatever alias led to it.
    fn key(&self, key: &Node) -> &'a str {
        match key {
            Node::Src(src) => self.source.tree.scalar(src.node),
            _ => "",
        }
    }

    /// Adds the entries that a merge key brings; keys that are there already win.
    fn merge(
        &mut self,
        entries: &mut Vec<Entry>,
        seen: &mut FxHashSet<&'a str>,
        place: NodeId,
        value: &Node,
    ) {
        let view = value.view();
        match view.kind() {
            Kind::Map => {
                for entry in view.entries() {
                    let key = entry.key.to_node();
                    if seen.insert(self.key(&key)) {
                        entries.push(Entry::new(key, entry.value.to_node()));
                    }
                }
            }
            Kind::Seq if view.items().all(|i| i.is_map()) => {
                for item in view.items() {
                    self.merge(entries, seen, place, &item.to_node());
                }
            }
            _ => {
                self.fail(
                    place,
                    ErrorKind::Syntax,
                    "a merge key takes a mapping or a list of mappings",
                );
            }
        }
    }

    fn fail(&mut self, id: NodeId, kind: ErrorKind, message: &str) -> Value {
        self.fault.get_or_insert_with(|| Error {
            kind,
            span: self.source.tree.span(id),
            message: message.to_owned(),
        });
        Value::of(Node::Gone)
    }
}

fn is_own(node: &Node, id: NodeId) -> bool {
    matches!(node, Node::Src(src) if src.node == id)
}

#[cfg(test)]
mod tests {
    use spanned_yaml::Tree;

    use super::*;
    use crate::print;

    /// The documents as they are printed, or what is wrong with them.
    fn check(text: &str) -> String {
        let source = Source::file("a.yaml", Tree::parse(text));
        let expanded = source.documents();
        let documents = expanded.documents.iter().map(|node| {
            let printed = print(node.view());
            printed.unwrap_or_else(|faults| faults[0].message.clone())
        });
        let errors = expanded.errors.iter().map(|error| error.message.clone());
        documents.chain(errors).collect::<Vec<_>>().join("---\n")
    }

    /// How many entries and items it takes to follow a text's aliases; none if that is refused.
    fn made(text: String) -> Option<usize> {
        let source = Source::file("a.yaml", Tree::parse(text));
        assert_eq!(source.tree.errors(), []);
        let expanded = source.documents();
        expanded.errors.is_empty().then_some(expanded.made)
    }

    #[test]
    fn merge_keys() {
        insta::assert_snapshot!(check("\
a: &a {x: 1, u: 2}
b: &b {u: 3, z: 4}
c: {<<: *a, x: 5}
d: {w: 6, <<: [*a, *b]}
e: {<<: {v: 7}, <<: *b}
"), @r"
        a:
          u: 2
          x: 1
        b:
          u: 3
          z: 4
        c:
          u: 2
          x: 5
        d:
          u: 2
          w: 6
          x: 1
          z: 4
        e:
          u: 3
          v: 7
          z: 4
        ");
        assert_eq!(
            check("a: {<<: 1}"),
            "a merge key takes a mapping or a list of mappings"
        );
    }

    #[test]
    fn merging_takes_as_long_as_what_is_merged() {
        let keys = |name: &str, count: usize| -> String {
            (0..count).map(|n| format!("  {name}{n}: {n}\n")).collect()
        };
        let steps = |count| {
            let text = format!("a: &a\n{}b:\n  <<: *a\n", keys("a", count));
            made(text + &keys("b", count)).unwrap()
        };
        let (once, twice, four) = (steps(10_000), steps(20_000), steps(40_000));
        assert_eq!((twice - once) * 2, four - twice);
    }

    /// As many mappings as keys that each of them gets, and a chain that gains a key a link.
    #[test]
    fn what_merges_make_is_limited_by_what_is_written() {
        let product = |count: usize| {
            let keys: String = (0..count).map(|n| format!("k{n}: 1, ")).collect();
            let uses: String = (0..count).map(|_| "- {<<: *b}\n").collect();
            made(format!("b: &b {{{keys}}}\nc:\n{uses}"))
        };
        assert!(product(100).is_some());
        assert_eq!(product(2_000), None);
        let chain = |count: usize| {
            let links = (1..count).map(|n| format!("c{n}: &c{n} {{<<: *c{}, k{n}: 1}}\n", n - 1));
            made(format!("c0: &c0 {{}}\n{}", links.collect::<String>()))
        };
        assert!(chain(100).is_some());
        assert_eq!(chain(2_000), None);
    }

    #[test]
    fn what_aliases_stand_for_is_limited() {
        let levels = |count: usize| -> String {
            let level = |n| format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1);
            "a0: &a0 x\n".to_owned() + &(1..count).map(level).collect::<String>()
        };
        assert!(made(levels(10)).is_some());
        assert_eq!(
            check(&levels(40)),
            "its aliases make this document too large"
        );
        let chain = |count: usize| -> String {
            let level = |n| format!("a{n}: &a{n} [*a{}]\n", n - 1);
            "a0: &a0 [x]\n".to_owned() + &(1..count).map(level).collect::<String>()
        };
        assert!(made(chain(200)).is_some());
        assert_eq!(
            check(&chain(300)),
            "its aliases nest this document too deeply"
        );
        assert_eq!(check("a: &a [*a]\n"), "this alias is inside its own anchor");
    }

    #[test]
    fn most_of_a_large_document_has_to_be_written() {
        for (written, most) in [
            (1, 10_000),
            (4_000, 400_000),
            (100_000, 844_943),
            (3_600_000, 4_000_000),
            (9_000_000, 10_000_000),
        ] {
            assert_eq!(most_nodes(written), most, "{written}");
        }
    }
}
