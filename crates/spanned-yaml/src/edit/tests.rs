use proptest::prelude::*;

use super::{Edit, NotEditable, Value, apply};
use crate::testing::block;
use crate::{Dialect, Kind, NodeId, Tree, try_resolve};

/// The node behind keys and indices, such as `a/0/b`.
fn find(tree: &Tree, path: &str) -> NodeId {
    let root = tree.documents().next().unwrap();
    path.split('/')
        .filter(|p| !p.is_empty())
        .fold(root, |node, part| match part.parse::<usize>() {
            Ok(index) => tree.items(node).nth(index).unwrap(),
            Err(_) => tree.get(node, part).unwrap(),
        })
}

fn edited(yaml: &str, edit: impl Fn(&Tree) -> Result<Edit, NotEditable>) -> String {
    let tree = Tree::parse(yaml);
    assert_eq!(tree.errors(), []);
    match edit(&tree) {
        Err(why) => format!("not editable: {why}"),
        Ok(edit) => {
            let text = apply(yaml, &[edit]).unwrap();
            assert_eq!(Tree::parse(text.as_str()).errors(), [], "{text}");
            text
        }
    }
}

fn set(yaml: &str, path: &str, value: impl Into<Value>) -> String {
    let value = value.into();
    edited(yaml, |tree| tree.set(find(tree, path), &value))
}

fn insert(yaml: &str, path: &str, key: &str, value: impl Into<Value>) -> String {
    let value = value.into();
    edited(yaml, |tree| {
        let node = find(tree, path);
        match tree.kind(node) {
            Kind::Map => tree.insert_entry(node, key, &value),
            _ => tree.insert_item(node, &value),
        }
    })
}

/// Removes an item, or the entry of a key.
fn remove(yaml: &str, path: &str) -> String {
    edited(yaml, |tree| {
        let node = find(tree, path);
        let parent = tree.parent(node).unwrap();
        let entry = tree.entries(parent).find(|(_, value)| *value == node);
        tree.remove(entry.map_or(node, |(key, _)| key))
    })
}

#[test]
fn scalars_keep_their_style() {
    assert_eq!(set("a: b # c\n", "a", "d e"), "a: d e # c\n");
    assert_eq!(set("a: 'b'\n", "a", "it's"), "a: 'it''s'\n");
    assert_eq!(set("a: \"b\"\n", "a", "d\t"), "a: \"d\\t\"\n");
    assert_eq!(set("a: &x b\n", "a", "c"), "a: &x c\n");
    assert_eq!(set("a: b\n  c\nd: e\n", "a", "f"), "a: f\nd: e\n");
}

#[test]
fn scalars_are_quoted_where_needed() {
    for text in [
        "1.10",
        "yes",
        "null",
        "0o-7",
        "2024-01-01",
        "12:30",
        "",
        "a: b",
        " a",
        "é\n",
    ] {
        let yaml = set("a: b\n", "a", text);
        assert!(yaml.starts_with("a: \""), "{yaml}");
    }
    assert_eq!(set("a: [b, c]\n", "a/0", "d, e"), "a: [\"d, e\", c]\n");
    assert_eq!(set("a: 'b'\n", "a", "c\nd"), "a: \"c\\nd\"\n");
}

#[test]
fn values_that_are_no_text() {
    assert_eq!(set("a: 'b'\n", "a", Value::Int(3)), "a: 3\n");
    assert_eq!(set("a: b\n", "a", Value::Null), "a: null\n");
    assert_eq!(set("a:\nb: c\n", "a", "d"), "a: d\nb: c\n");
    assert_eq!(set("a: {b}\n", "a/b", "d"), "a: {b: d}\n");
    assert_eq!(set("a:\n-\n", "a/0", "d"), "a:\n- d\n");
    assert_eq!(set("a: &b\n", "a", "d"), "a: &b d\n");
    assert!(set("? a\n", "a", "d").starts_with("not editable"));
    assert!(set("{a\n b}\n", "a b", "d").starts_with("not editable"));
    assert_eq!(
        set(
            "a: [b]\n",
            "a",
            Value::Map(vec![("c".into(), Value::Seq(vec!["d".into()]))])
        ),
        "a: {c: [d]}\n"
    );
    assert_eq!(
        set("a: !!str b\n", "a", Value::Int(3)),
        "not editable: the value's tag does not fit the new value"
    );
    assert_eq!(set("a: !!str b\n", "a", "3"), "a: !!str \"3\"\n");
    assert_eq!(
        set("a:\n  b: c\n", "a", "d"),
        "not editable: a block collection is changed by its entries or items"
    );
}

#[test]
fn an_absent_value_takes_no_colon_of_its_key() {
    let edit = |tree: &Tree| {
        let root = tree.documents().next().unwrap();
        tree.set(tree.children(root).last().unwrap(), &"b".into())
    };
    assert!(edited("? a:\n", edit).starts_with("not editable"));
    assert_eq!(edited("? a:\n:\n", edit), "? a:\n: b\n");
}

#[test]
fn roots_that_are_not_written_stand_behind_their_properties() {
    assert_eq!(set("...\n&a\n", "", "b"), "...\n&a b\n");
    assert_eq!(set("\u{FEFF}\n!!str\n", "", "b"), "\u{FEFF}\n!!str b\n");
    assert_eq!(set("\u{FEFF}#>\n|\n", "", "b\n"), "\u{FEFF}#>\n\"b\\n\"\n");
}

#[test]
fn marks_stay_apart_from_what_is_added() {
    assert_eq!(insert("[? ]", "", "", "b"), "[? , b ]");
    assert_eq!(insert("[?]", "", "", "b"), "[?, b]");
    assert_eq!(insert("{'a'#b\n:}", "", "c", "d"), "{'a'#b\n:, 'c': 'd'}");
    assert!(remove("[\na,---\n]", "0").starts_with("not editable"));
    assert!(remove("- >-\n- a\n\t", "1").starts_with("not editable"));
    assert!(remove("? >-\na: b\n\t", "a").starts_with("not editable"));
}

#[test]
fn block_scalars_stay_such() {
    let yaml = "a: |  # b\n    c\n    d\n\ne: f\n";
    assert_eq!(
        set(yaml, "a", "x\n\ny\n"),
        "a: |  # b\n    x\n\n    y\n\ne: f\n"
    );
    assert_eq!(set(yaml, "a", "x"), "a: |-  # b\n    x\n\ne: f\n");
    assert_eq!(set(yaml, "a", " x\n"), "a: \" x\\n\"\n\ne: f\n");
    assert_eq!(set("a: >-\n  b\n  c", "a", "d"), "a: >-\n  d");
    assert_eq!(
        set("a: |\r\n  b\r\nc: d\r\n", "a", "e\nf\n"),
        "a: |\r\n  e\r\n  f\r\nc: d\r\n"
    );
}

#[test]
fn entries_are_added() {
    assert_eq!(insert("a: b\n", "", "c", "d"), "a: b\nc: d\n");
    assert_eq!(insert("a: b", "", "c", "d"), "a: b\nc: d");
    assert_eq!(
        insert("a:\n  b: c # d\n\n# e\nf: g\n", "a", "on", "h"),
        "a:\n  b: c # d\n  \"on\": h\n\n# e\nf: g\n"
    );
    assert_eq!(
        insert("- a: b\n- c\n", "0", "d", "e"),
        "- a: b\n  d: e\n- c\n"
    );
    assert_eq!(insert("a: {}\n", "a", "b", "c"), "a: {b: c}\n");
    assert_eq!(
        insert("a: {b: c}\n", "a", "d", Value::Int(1)),
        "a: {b: c, d: 1}\n"
    );
    assert_eq!(
        insert("{\n  \"a\": \"b\"\n}\n", "", "c", "d"),
        "{\n  \"a\": \"b\",\n  \"c\": \"d\"\n}\n"
    );
    let nested = Value::Map(vec![
        ("x".into(), "y\nz\n".into()),
        ("e".into(), Value::Seq(vec![])),
    ]);
    assert_eq!(
        insert("a:\n  b: c\n", "a", "d", nested),
        "a:\n  b: c\n  d:\n    x: |\n      y\n      z\n    e: []\n"
    );
    assert_eq!(
        insert("a: b\n", "", "a", "c"),
        "not editable: the mapping already has this key"
    );
    assert!(insert("a: |\n  b", "", "c", "d").starts_with("not editable"));
    assert_eq!(insert("a: |-\n  b", "", "c", "d"), "a: |-\n  b\nc: d");
    assert!(insert("[a: b]\n", "0", "c", "d").starts_with("not editable"));
}

#[test]
fn items_are_added() {
    assert_eq!(
        insert("a:\n- b # c\nd: e\n", "a", "", "f"),
        "a:\n- b # c\n- f\nd: e\n"
    );
    assert_eq!(
        insert("a:\n  - b: c\n    d: e\n", "a", "", "f"),
        "a:\n  - b: c\n    d: e\n  - f\n"
    );
    let map = Value::Map(vec![
        ("name".into(), "x".into()),
        ("newTag".into(), "1.0".into()),
    ]);
    assert_eq!(
        insert("images:\n  - name: a\n", "images", "", map),
        "images:\n  - name: a\n  - name: x\n    newTag: \"1.0\"\n"
    );
    assert_eq!(insert("a: [b]\n", "a", "", "c"), "a: [b, c]\n");
    assert_eq!(insert("a: []\n", "a", "", "c"), "a: [c]\n");
    assert_eq!(
        insert("a: [\n  b,\n  c\n]\n", "a", "", "d"),
        "a: [\n  b,\n  c,\n  d\n]\n"
    );
}

#[test]
fn entries_and_items_are_removed() {
    assert_eq!(remove("a: b\n# c\nd: e # f\ng: h\n", "d"), "a: b\ng: h\n");
    assert_eq!(remove("a: b\n\n# c\n\nd: e\n", "d"), "a: b\n\n# c\n\n");
    assert_eq!(remove("a:\n  b: c\n  # d\ne: f\n", "a"), "e: f\n");
    assert_eq!(
        remove("a:\n  b: c\n  # d\ne: f\n", "e"),
        "a:\n  b: c\n  # d\n"
    );
    assert_eq!(remove("- a: b\n  c: d\n", "0/a"), "- c: d\n");
    assert_eq!(
        remove("- a: b # x\n  # y\n  c: d\n", "0/a"),
        "-\n  # y\n  c: d\n"
    );
    assert_eq!(remove("- a: b\n- c\n", "0"), "- c\n");
    assert_eq!(remove("- - a\n  - b\n", "0/0"), "- - b\n");
    assert_eq!(remove("a: [b, c, d]\n", "a/0"), "a: [c, d]\n");
    assert_eq!(remove("a: [b, c, d]\n", "a/1"), "a: [b, d]\n");
    assert_eq!(remove("a: [b]\n", "a/0"), "a: []\n");
    assert_eq!(remove("a: {b: c, d: e}\n", "a/d"), "a: {b: c}\n");
}

#[test]
fn collections_that_get_empty_are_written_so() {
    assert_eq!(remove("a: # b\n  c: d\ne: f\n", "a/c"), "a: {} # b\ne: f\n");
    assert_eq!(remove("a:\n- b\nc: d\n", "a/0"), "a: []\nc: d\n");
    assert_eq!(remove("- a: b\n- c\n", "0/a"), "- {}\n- c\n");
    assert_eq!(remove("a: &x\n  b: c\nd: e\n", "a/b"), "a: &x {}\nd: e\n");
    assert_eq!(remove("a: b\n", "a"), "{}\n");
}

#[test]
fn what_is_aliased_is_not_removed() {
    let yaml = "a: &x b\nc: *x\n";
    assert!(remove(yaml, "a").starts_with("not editable: an alias"));
    assert_eq!(remove(yaml, "c"), "a: &x b\n");
}

#[test]
fn edits_are_applied_together() {
    let yaml = "a: b\nc:\n- d\n";
    let tree = Tree::parse(yaml);
    let edits = [
        tree.insert_item(find(&tree, "c"), &"e".into()).unwrap(),
        tree.set(find(&tree, "a"), &"f".into()).unwrap(),
    ];
    assert_eq!(apply(yaml, &edits).unwrap(), "a: f\nc:\n- d\n- e\n");
    let twice = [edits[1].clone(), edits[1].clone()];
    assert!(apply(yaml, &twice).is_err());
}

/// What a node stands for, apart from how it is written.
#[derive(Clone, Debug, PartialEq)]
enum Meaning {
    Scalar(Result<Value, String>),
    Seq(Vec<Meaning>),
    Map(Vec<(Meaning, Meaning)>),
    Alias(String),
}

impl Meaning {
    fn of(tree: &Tree, node: NodeId) -> Self {
        match tree.kind(node) {
            Kind::Scalar => {
                let (style, tag) = (tree.style(node), tree.tag(node));
                let value = try_resolve(tree.scalar(node), style, tag, Dialect::Kustomize);
                Self::Scalar(value.map(Value::from).map_err(|_| tree.scalar(node).into()))
            }
            Kind::Alias => Self::Alias(tree.text()[tree.span(node).range()].to_owned()),
            Kind::Seq => Self::Seq(tree.items(node).map(|i| Self::of(tree, i)).collect()),
            Kind::Map => Self::Map(
                tree.entries(node)
                    .map(|(k, v)| (Self::of(tree, k), Self::of(tree, v)))
                    .collect(),
            ),
        }
    }

    /// The meaning of the node that was the `at`-th in document order.
    fn nth(&mut self, at: &mut usize) -> Option<&mut Self> {
        if *at == 0 {
            return Some(self);
        }
        *at -= 1;
        match self {
            Self::Scalar(_) | Self::Alias(_) => None,
            Self::Seq(items) => items.iter_mut().find_map(|item| item.nth(at)),
            Self::Map(entries) => entries
                .iter_mut()
                .find_map(|(k, v)| k.nth(at).or_else(|| v.nth(at))),
        }
    }
}

fn comments(tree: &Tree) -> Vec<String> {
    let texts = tree.comments().iter();
    texts.map(|c| tree.text()[c.range()].to_owned()).collect()
}

/// One edit of each sort at a node changes that node and nothing else.
fn check_edits(yaml: &str, at: usize, value: &str) {
    let tree = Tree::parse(yaml);
    if !tree.errors().is_empty() || tree.documents().len() != 1 {
        return;
    }
    let root = tree.documents().next().unwrap();
    let before = Meaning::of(&tree, root);
    let node = NodeId(root.0 + (at % (tree.nodes.len() - root.0 as usize)) as u32);
    let index = (node.0 - root.0) as usize;
    let new = Value::Str(value.to_owned());
    let check = |edit: Edit, change: &dyn Fn(&mut Meaning), keeps_comments: bool| {
        let text = apply(yaml, std::slice::from_ref(&edit)).unwrap();
        let after = Tree::parse(text.as_str());
        let mut expected = before.clone();
        change(&mut expected);
        let errors = after.errors();
        assert_eq!(errors, [], "{yaml:?}\n{edit:?}\n{text:?}");
        let found = after
            .documents()
            .next()
            .map(|root| Meaning::of(&after, root));
        assert_eq!(found, Some(expected), "{yaml:?}\n{edit:?}\n{text:?}");
        if keeps_comments {
            assert_eq!(
                comments(&after),
                comments(&tree),
                "{yaml:?}\n{edit:?}\n{text:?}"
            );
        }
    };
    let parent = tree.parent(node);
    let is_key = parent.is_some_and(|parent| tree.is_key(parent, node));
    if !is_key && let Ok(edit) = tree.set(node, &new) {
        let change = |root: &mut Meaning| {
            *root.nth(&mut index.clone()).unwrap() = Meaning::Scalar(Ok(new.clone()));
        };
        check(edit, &change, true);
    }
    if let Ok(edit) = tree.insert_item(node, &new) {
        let change = |root: &mut Meaning| match root.nth(&mut index.clone()) {
            Some(Meaning::Seq(items)) => items.push(Meaning::Scalar(Ok(new.clone()))),
            other => panic!("{other:?}"),
        };
        check(edit, &change, true);
    }
    if let Ok(edit) = tree.insert_entry(node, "new key", &new) {
        let change = |root: &mut Meaning| match root.nth(&mut index.clone()) {
            Some(Meaning::Map(entries)) => entries.push((
                Meaning::Scalar(Ok("new key".into())),
                Meaning::Scalar(Ok(new.clone())),
            )),
            other => panic!("{other:?}"),
        };
        check(edit, &change, true);
    }
    if let (Some(parent), Ok(edit)) = (parent, tree.remove(node)) {
        let place = tree
            .children(parent)
            .position(|child| child == node)
            .unwrap();
        let parent = (parent.0 - root.0) as usize;
        let change = |root: &mut Meaning| match root.nth(&mut parent.clone()) {
            Some(Meaning::Seq(items)) => {
                items.remove(place);
            }
            Some(Meaning::Map(entries)) => {
                entries.remove(place / 2);
            }
            other => panic!("{other:?}"),
        };
        check(edit, &change, false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn edits_change_what_they_should(
        yaml in block(),
        at in 0usize..40,
        value in prop::sample::select(vec!["x", "y: z", "1", "a\nb\n", "it's", "", " ", "é", "a, b", "t\n\nu", "-", "\n", "# c"]),
    ) {
        check_edits(&yaml, at, value);
        check_edits(yaml.trim_end(), at, value);
    }
}

#[test]
fn scalars_as_they_are_written() {
    let plain = |text: &str| Value::Plain(text.to_owned());
    assert_eq!(set("a: '1.9' # c\n", "a", plain("1.10")), "a: 1.10 # c\n");
    assert_eq!(set("a: [x]\n", "a/0", plain("0x1F")), "a: [0x1F]\n");
    assert_eq!(insert("a: b\n", "", "c", plain("1e3")), "a: b\nc: 1e3\n");
    let list = Value::Seq(vec![plain("007"), "007".into()]);
    assert_eq!(
        insert("a: b\n", "", "c", list),
        "a: b\nc:\n- 007\n- \"007\"\n"
    );
}

#[test]
fn what_ends_lines_with_carriage_returns_alone_is_left_as_it_is() {
    let tree = Tree::parse("a:\n  b: c # d\re: f\n");
    let root = tree.documents().next().unwrap();
    let (key, inner) = tree.entries(root).next().unwrap();
    let refused = NotEditable {
        why: "a line ends with a carriage return alone",
    };
    assert_eq!(tree.insert_entry(inner, "x", &"y".into()), Err(refused));
    assert_eq!(tree.remove(key), Err(refused));
    assert!(Tree::parse("a: b\r\n").remove(NodeId(1)).is_ok());
}

#[test]
fn quoted_text_of_several_lines_does_not_come_behind_a_dash() {
    let refused = NotEditable {
        why: "quoted text behind it goes on in lines of its own",
    };
    let tree = Tree::parse("a:\n    - b: c\n      d: \"e\n  f\"\n");
    let key = tree.items(tree.get(tree.documents().next().unwrap(), "a").unwrap());
    let item = key.last().unwrap();
    let (first, _) = tree.entries(item).next().unwrap();
    assert_eq!(tree.remove(first), Err(refused));
}
