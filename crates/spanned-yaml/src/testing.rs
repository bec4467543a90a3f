//! What several tests need: trees as text, and random documents.

use std::fmt::Write;

use proptest::prelude::*;

use crate::{Kind, NodeId, Style, Tree};

/// Everything that a tree knows.
pub(crate) fn dump(tree: &Tree) -> String {
    let mut out = String::new();
    for (at, root) in tree.documents().enumerate() {
        let _ = writeln!(out, "document {at}");
        write_node(tree, root, 1, &mut out);
    }
    for comment in tree.comments() {
        let text = &tree.text()[comment.range()];
        let _ = writeln!(out, "comment {}..{} {text:?}", comment.start, comment.end);
    }
    for fault in tree.errors() {
        let (start, end) = (fault.span.start, fault.span.end);
        let _ = writeln!(
            out,
            "error {start}..{end} {:?} {}",
            fault.kind, fault.message
        );
    }
    if tree.has_aliases() {
        out.push_str("has aliases\n");
    }
    out
}

fn write_node(tree: &Tree, node: NodeId, depth: usize, out: &mut String) {
    let span = tree.span(node);
    let (kind, style) = (tree.kind(node), tree.style(node));
    let indent = depth * 2;
    let _ = write!(out, "{:indent$}{}..{} ", "", span.start, span.end);
    match kind {
        Kind::Scalar if style == Style::Plain => out.push_str("Plain"),
        Kind::Scalar => {
            let _ = write!(out, "{style:?}");
        }
        _ => {
            let flow = if style == Style::Flow { "Flow" } else { "" };
            let _ = write!(out, "{flow}{kind:?}");
        }
    }
    if let Some(anchor) = tree.anchor(node) {
        let _ = write!(out, " &{anchor}");
    }
    if let Some(tag) = tree.tag(node) {
        let _ = write!(out, " <{tag}>");
    }
    if let Some(target) = tree.alias_target(node) {
        let _ = write!(out, " to {}", tree.span(target).start);
    }
    if kind == Kind::Scalar {
        let _ = write!(out, " {:?}", tree.scalar(node));
    }
    out.push('\n');
    for child in tree.children(node) {
        write_node(tree, child, depth + 1, out);
    }
}

/// Values, usual ones and others.
fn value() -> impl Strategy<Value = String> {
    let usual = prop::sample::select(vec![
        "x",
        "y z",
        "",
        "'a''b'",
        "\"c\\td\"",
        "[a, b]",
        "{a: b}",
        "{}",
        "http://x:80/y",
        "1",
        "*x",
        "text\n       more",
        "|\n       t\n        u",
        ">-\n       t\n       u\n\n       v",
        "\"q\n       r\"",
        "a #b",
        "-x",
    ]);
    let unusual = prop::sample::select(vec![
        "a: b",
        "a:",
        "- b",
        "@x",
        "?x",
        "x\t",
        "\"x\"y",
        "# c",
        "[a]: c",
        "[a,]",
        "[,]",
        "{a: b, }",
        "{a:b}",
        "{\"a\":b}",
        "[a: b]",
        "[-a]",
        "[a b\n  ]",
        "'x' # c",
        "'x'# c",
        "|\n\n   t",
        "|\n     \n   t",
        "|\n  \t",
        "|1\n  t",
        "|+\n   t\n\n\n",
        "text\n  more",
        "'q\n   r'",
        "&x",
        "'''",
        "\"\\ud83d\\ude00\"",
        "|",
        ">\n",
        "\u{2028}",
        "é",
    ]);
    prop_oneof![6 => usual, 1 => unusual].prop_map(str::to_owned)
}

/// A block collection, indented by two spaces.
pub(crate) fn block() -> impl Strategy<Value = String> {
    let leaf = value();
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop::sample::select(vec!["a", "b", "c d", "'e'", "<<", "f/g.h-i", "\"j\\n\""]);
        let own = prop::sample::select(vec!["", "", "", "", "&x ", "!!str ", "!t &y "]);
        let end = prop::sample::select(vec![
            "\n",
            "\n",
            "\n",
            " # c\n",
            "\n\n",
            "\r\n",
            "\n  # d\n",
        ]);
        let node = (own, inner).prop_map(|(own, inner)| format!("{own}{inner}"));
        let entry = (key, node.clone(), end.clone()).prop_map(|(key, node, end)| {
            let gap = if node.starts_with('\n') { "" } else { " " };
            format!("{key}:{gap}{node}{end}")
        });
        let item = (node, end).prop_map(|(node, end)| format!("- {node}{end}"));
        let nest = |text: String| format!("\n{text}").replace('\n', "\n  ");
        prop_oneof![
            prop::collection::vec(entry, 1..4).prop_map(move |v| nest(v.concat())),
            prop::collection::vec(item, 1..4).prop_map(move |v| nest(v.concat())),
        ]
    })
}
