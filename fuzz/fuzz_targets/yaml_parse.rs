//! Both YAML parsers read any text without panic; what the fast one takes, they read to the same
//! tree; every part of a scalar is found; what is printed reads back as the same text.
//!
//! `fuzz/run yaml_parse`
#![no_main]

use libfuzzer_sys::fuzz_target;
use spanned_yaml::{Emitter, Kind, NodeId, Span, Tree};

fuzz_target!(|text: &str| {
    let full = Tree::parse_full(text);
    if let Some(fast) = Tree::parse_fast(text) {
        assert_eq!(fast, full);
    }
    for fault in full.errors() {
        assert!(text.get(fault.span.range()).is_some());
        full.position(fault.span.start);
    }
    let mut contents = Vec::new();
    for root in full.documents() {
        visit(&full, root, &mut contents);
    }
    prints(&contents);
});

fn visit<'t>(tree: &'t Tree, node: NodeId, contents: &mut Vec<&'t str>) {
    let span = tree.span(node);
    assert!(tree.text().get(span.range()).is_some());
    for child in tree.children(node) {
        assert!(tree.span(child).start >= span.start && tree.span(child).end <= span.end);
        assert_eq!(tree.parent(child), Some(node));
        visit(tree, child, contents);
    }
    if tree.kind(node) != Kind::Scalar {
        return;
    }
    let content = tree.scalar(node);
    let len = content.len() as u32;
    let ends = content.char_indices().map(|(at, _)| at as u32).chain([len]);
    for at in ends.take(200) {
        let outer = tree.outer_span(node, Span::new(0, at));
        assert!(tree.text().get(outer.range()).is_some());
        assert!(outer.start >= span.start);
    }
    // Line breaks in YAML 1.1, for which the emitter writes, and none in YAML 1.2.
    if !content.contains(['\u{2028}', '\u{2029}']) {
        contents.push(content);
    }
}

/// Prints all texts in one document, each as a key and as its value, and reads them back.
fn prints(contents: &[&str]) {
    let mut out = Emitter::new();
    out.begin_seq(contents.len());
    for content in contents {
        out.begin_map(1);
        out.key(content);
        out.str(content);
        out.end();
    }
    out.end();
    let printed = Tree::parse(out.finish());
    assert_eq!(printed.errors(), []);
    let root = printed.documents().next().expect("one document");
    assert_eq!(printed.children(root).count(), contents.len());
    for (map, content) in printed.children(root).zip(contents) {
        let (key, value) = printed.entries(map).next().expect("one entry");
        assert_eq!(printed.scalar(key), *content);
        assert_eq!(printed.scalar(value), *content);
    }
}
