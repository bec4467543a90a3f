//! yaml-test-suite, where the variable `GITOPSLINT_CONFORMANCE` names a folder that holds it:
//! every case against the events that the suite expects.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use camino::Utf8PathBuf;

use crate::content::{self, Collect};
use crate::{ErrorKind, Kind, NodeId, Style, Tree};

/// Invalid cases that are read all the same, as Kubernetes' readers do: flow collections and quoted
/// text that are indented too little, and comments right behind something.
const TOLERATED: &[&str] = &["9C9N", "9JBA", "CVW2", "MUS6/00", "QB6E", "SU5Z", "X4QW"];

/// Valid cases that are read in another way: block scalars whose last line has no line break,
/// where Kubernetes' readers add none, either, and an anchor whose name ends with a colon, which
/// they refuse.
const DIFFERENT: &[&str] = &["2SXE", "JEF9/02", "L24T/01"];

pub(super) struct Case {
    pub(super) name: String,
    pub(super) yaml: String,
    events: String,
    is_valid: bool,
}

/// All cases, sorted; none where the suite is not at hand.
pub(super) fn cases() -> Vec<Case> {
    let Ok(kit) = std::env::var("GITOPSLINT_CONFORMANCE") else {
        return Vec::new();
    };
    let suite = Utf8PathBuf::from(kit).join("yaml-test-suite");
    let mut found = BTreeSet::new();
    let mut folders = vec![suite.clone()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir_utf8().unwrap() {
            let path = entry.unwrap().into_path();
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if path.file_name() == Some("in.yaml") {
                found.insert(folder.clone());
            }
        }
    }
    let read = |path: Utf8PathBuf| std::fs::read_to_string(path);
    found
        .iter()
        .map(|folder| Case {
            name: folder.strip_prefix(&suite).unwrap().to_string(),
            yaml: read(folder.join("in.yaml")).unwrap(),
            events: read(folder.join("test.event")).unwrap_or_default(),
            is_valid: !folder.join("error").exists(),
        })
        .collect()
}

/// The tree in the suite's notation, without the marks of documents.
fn events(tree: &Tree) -> String {
    let mut out = String::new();
    for root in tree.documents() {
        out.push_str("+DOC\n");
        write_events(tree, root, &mut out);
        out.push_str("-DOC\n");
    }
    out
}

fn write_events(tree: &Tree, node: NodeId, out: &mut String) {
    let mut properties = String::new();
    if let Some(anchor) = tree.anchor(node) {
        let _ = write!(properties, " &{anchor}");
    }
    if let Some(tag) = tree.tag(node) {
        let _ = write!(properties, " <{tag}>");
    }
    let flow = |brackets| {
        if tree.style(node) == Style::Flow {
            brackets
        } else {
            ""
        }
    };
    match tree.kind(node) {
        Kind::Alias => {
            let _ = writeln!(out, "=ALI {}", &tree.text()[tree.span(node).range()]);
        }
        Kind::Scalar => {
            let style = match tree.style(node) {
                Style::SingleQuoted => '\'',
                Style::DoubleQuoted => '"',
                Style::Literal => '|',
                Style::Folded => '>',
                _ => ':',
            };
            let content = tree
                .scalar(node)
                .replace('\\', "\\\\")
                .replace('\n', "\\n")
                .replace('\t', "\\t")
                .replace('\r', "\\r")
                .replace('\x08', "\\b");
            let _ = writeln!(out, "=VAL{properties} {style}{content}");
        }
        Kind::Map | Kind::Seq => {
            let (name, brackets) = match tree.kind(node) {
                Kind::Map => ("MAP", " {}"),
                _ => ("SEQ", " []"),
            };
            let _ = writeln!(out, "+{name}{}{properties}", flow(brackets));
            for child in tree.children(node) {
                write_events(tree, child, out);
            }
            let _ = writeln!(out, "-{name}");
        }
    }
}

/// What the suite expects, in the form of [`events`]: without documents that hold nothing.
fn expected(case: &Case) -> String {
    let lines = case.events.lines().filter_map(|line| match line {
        "+STR" | "-STR" => None,
        _ if line.starts_with("+DOC") => Some("+DOC"),
        _ if line.starts_with("-DOC") => Some("-DOC"),
        _ => Some(line),
    });
    let mut text: String = lines.flat_map(|line| [line, "\n"]).collect();
    text = text.replace("+DOC\n=VAL :\n-DOC\n", "");
    text
}

#[test]
fn the_suite_is_read() {
    let mut wrong = Vec::new();
    for case in cases() {
        let tree = Tree::parse_full(case.yaml.as_str());
        let refused = tree
            .errors()
            .iter()
            .any(|e| !matches!(e.kind, ErrorKind::DuplicateKey { .. }));
        let right = match case.is_valid {
            true => !refused && events(&tree) == expected(&case),
            false => refused,
        };
        let known = if case.is_valid { DIFFERENT } else { TOLERATED };
        if right == known.contains(&case.name.as_str()) {
            wrong.push(format!(
                "{} valid: {}\n{}\n{:?}\n{}--- expected\n{}",
                case.name,
                case.is_valid,
                case.yaml,
                tree.errors(),
                events(&tree),
                expected(&case)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n=======\n"));
}

/// The readers of contents agree with the parser's own.
#[test]
fn contents_are_read_from_their_bytes() {
    for case in cases() {
        let tree = Tree::parse_full(case.yaml.as_str());
        for id in (0..tree.nodes.len() as u32).map(NodeId) {
            let mut out = Collect {
                text: tree.text(),
                content: String::new(),
            };
            let span = tree.written(id).range();
            match tree.style(id) {
                _ if tree.kind(id) != Kind::Scalar => continue,
                Style::Plain => content::plain(tree.text(), span, &mut out),
                Style::SingleQuoted => content::single_quoted(tree.text(), span, &mut out),
                Style::DoubleQuoted => {
                    content::double_quoted(tree.text(), span, &mut out).unwrap();
                }
                _ => continue,
            }
            assert_eq!(out.content, tree.scalar(id), "in {}", case.name);
        }
    }
}
