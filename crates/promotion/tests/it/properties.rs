//! Generated pairs of files: what a plan changes, and what it leaves alone.

use std::collections::BTreeMap;

use crate::generate::{Pair, SECRET, SOURCE_ONLY};
use promotion::{
    Basis, Choice, Commit, Difference, Environments, File, FileEdit, FileHistory, Past, Path,
    Pattern, Plan, Side, Step, Terms, Version, apply, compare, inverse, plan,
};
use proptest::prelude::*;
use spanned_yaml::{Kind, NodeId, Tree};

fn read(path: &str, text: &str) -> File {
    File::read(path, text).unwrap_or_else(|fault| panic!("{fault}\n{text}"))
}

fn terms<'a>() -> Terms<'a> {
    Terms {
        environments: Environments::new("staging", "prod"),
        guard: Some(&|name, _| name.to_lowercase().contains("password")),
        ..Terms::default()
    }
}

/// What each scalar of a text says, by the way to it: independent of how files are compared.
fn flat(text: &str) -> BTreeMap<String, String> {
    let tree = Tree::parse(text);
    assert_eq!(tree.errors(), [], "{text}");
    let mut out = BTreeMap::new();
    for (at, root) in tree.documents().enumerate() {
        flatten(&tree, root, at.to_string(), &mut out);
    }
    out
}

fn flatten(tree: &Tree, id: NodeId, path: String, out: &mut BTreeMap<String, String>) {
    match tree.kind(id) {
        Kind::Map => {
            for (key, value) in tree.entries(id) {
                flatten(tree, value, format!("{path}/{}", tree.scalar(key)), out);
            }
        }
        Kind::Seq => {
            for (at, item) in tree.items(id).enumerate() {
                let name = tree
                    .get(item, "name")
                    .map(|name| tree.scalar(name).to_owned());
                flatten(
                    tree,
                    item,
                    format!("{path}/{}", name.unwrap_or(at.to_string())),
                    out,
                );
            }
        }
        _ => {
            out.insert(path, tree.scalar(id).to_owned());
        }
    }
}

/// The way of [`flat`] to a difference.
fn way(path: &Path) -> String {
    let mut way = "0".to_owned();
    for step in path.steps() {
        match step {
            Step::Key(key) => way += &format!("/{key}"),
            Step::Item(item) => way += &format!("/{}", item.name()),
            Step::Document(_) | Step::Inside | Step::Part(_) => {}
        }
    }
    way
}

fn comments(text: &str) -> Vec<String> {
    let tree = Tree::parse(text);
    let comments = tree.comments().iter();
    comments.map(|span| text[span.range()].to_owned()).collect()
}

/// All that holds of a plan whatever was chosen.
fn hold(pair: &Pair, target: &File, differences: &[Difference], planned: &Plan) -> String {
    let edits: Vec<FileEdit> = planned.edits.values().flatten().cloned().collect();
    let before = target.text();
    let after = apply(Some(before), &edits).unwrap().unwrap();
    // Undone, it is what it was.
    assert_eq!(
        apply(Some(&after), &inverse(&edits)).unwrap().as_deref(),
        Some(before)
    );
    // Every comment is still there, at its place among the others.
    assert_eq!(comments(&after), comments(before), "{after}");
    // Nothing but what moves says something else.
    let (old, new) = (flat(before), flat(&after));
    let moved: Vec<String> = planned
        .moved
        .iter()
        .map(|at| way(&differences[*at].path))
        .collect();
    let is_moved = |path: &str| {
        let below = |way: &String| path == way || path.starts_with(&format!("{way}/"));
        let made_for = |way: &String| way.starts_with(&format!("{path}/"));
        moved.iter().any(|way| below(way) || made_for(way))
            // The name of an image that is added comes with its tag.
            || path.strip_suffix("/name").is_some_and(|item| moved.iter().any(|m| m.starts_with(item)))
    };
    for path in old.keys().chain(new.keys()) {
        if old.get(path) != new.get(path) {
            assert!(
                is_moved(path),
                "{path} changed with\n{moved:#?}\n{before}\n→\n{after}"
            );
        }
    }
    // What is sensitive, or the source's alone, is in no byte of the target.
    assert!(!after.contains(SECRET), "{after}");
    assert!(!after.contains(SOURCE_ONLY), "{after}\n{}", pair.source);
    after
}

fn gone(source: &File, after: &str, differences: &[Difference], planned: &Plan, choice: &Choice) {
    let target = read("prod/values.yaml", after);
    let left = compare(source, &target, &terms()).unwrap();
    for at in &planned.moved {
        let difference = &differences[*at];
        if matches!(difference.basis, Basis::With(_)) {
            // It says what its leader says; the source may say nothing there.
            continue;
        }
        assert!(
            left.iter().all(|other| other.path != difference.path),
            "{} is still there\n{after}",
            difference.path
        );
    }
    let second = plan(&target, &left, choice);
    assert!(second.is_empty(), "{second:#?}\n{after}");
}

fn check(pair: &Pair, choice: &Choice) {
    let source = read("staging/values.yaml", &pair.source);
    let target = read("prod/values.yaml", &pair.target);
    let differences = compare(&source, &target, &terms()).unwrap();
    let planned = plan(&target, &differences, choice);
    assert_eq!(planned.refused, [], "{}\n→\n{}", pair.source, pair.target);
    let after = hold(pair, &target, &differences, &planned);
    gone(&source, &after, &differences, &planned, choice);
}

proptest! {
    #[test]
    fn what_moves_by_itself(seed in any::<u64>()) {
        check(&Pair::new(seed), &Choice::default());
    }

    #[test]
    fn what_is_chosen(seed in any::<u64>(), name in 0usize..8) {
        let names = ["tag", "level", "env", "images", "api", "mode", "ttl", "new"];
        let pattern = Pattern::parse(names[name]).unwrap();
        let choices = [
            Choice { only: vec![pattern.clone()], ..Choice::default() },
            Choice { exclude: vec![pattern.clone()], allow_downgrade: true, ..Choice::default() },
            Choice { take: vec![(pattern.clone(), Side::Target)], ..Choice::default() },
        ];
        for choice in choices {
            check(&Pair::new(seed), &choice);
        }
    }

    /// With a past, entries go, too: with the comments that stand above them.
    #[test]
    fn what_history_says(seed in any::<u64>(), older in any::<u64>(), bump in 1u64..4) {
        let now = Pair::new(seed);
        let past = Pair::new(seed.wrapping_add(bump) ^ (older & 1));
        let source = read("staging/values.yaml", &now.source);
        let target = read("prod/values.yaml", &now.target);
        let version = |text: &str, time| Past::Was(Version {
            commit: Commit { id: "c".into(), author: "a".into(), time, subject: "s".into() },
            text: Some(text.to_owned()),
        });
        let texts = |now: &str, was: &str, and: &str| {
            vec![version(now, 3), version(was, 2), version(and, 1)].into_iter()
        };
        let history = FileHistory::new(
            (source.path().to_owned(), Box::new(texts(&now.source, &now.target, &past.source))),
            (target.path().to_owned(), Box::new(texts(&now.target, &past.target, &past.source))),
        );
        let terms = Terms { history: Some(&history), ..terms() };
        let differences = compare(&source, &target, &terms).unwrap();
        let planned = plan(&target, &differences, &Choice::default());
        let edits: Vec<FileEdit> = planned.edits.values().flatten().cloned().collect();
        let after = apply(Some(target.text()), &edits).unwrap().unwrap();
        let undone = apply(Some(&after), &inverse(&edits)).unwrap();
        prop_assert_eq!(undone.as_deref(), Some(target.text()));
        prop_assert!(!after.contains(SECRET));
        let left = compare(&source, &read("prod/values.yaml", &after), &terms).unwrap();
        for at in &planned.moved {
            let is_led = matches!(differences[*at].basis, Basis::With(_));
            let is_gone = left.iter().all(|d| d.path != differences[*at].path);
            prop_assert!(is_led || is_gone, "{}", after);
        }
    }
}

/// Pieces of texts that people write, and of those that nobody should.
const PIECES: [&str; 34] = [
    "a:",
    " b: c\n",
    "- ",
    "-",
    "\n",
    "  ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "tag: v1\n",
    "tag: v2\n",
    "image: a/b:1\n",
    "&x ",
    "*x",
    "|\n",
    ">-\n",
    "\"",
    "'",
    "# c\n",
    "KEY=1\n",
    "---\n",
    "? ",
    ": ",
    "é",
    "\r\n",
    "!!str ",
    "<<: ",
    "images:\n- name: a\n  newTag: '1'\n",
    "kind: Secret\n",
    "\t",
    "x?ref=1",
    "https://a.b/c?ref=1234567\n",
];

proptest! {
    /// Whatever two files hold: nothing panics, and what was edited can be taken back.
    #[test]
    fn anything_at_all(
        left in prop::collection::vec(0..PIECES.len(), 0..24),
        right in prop::collection::vec(0..PIECES.len(), 0..24),
        extension in prop::sample::select(vec!["yaml", "json", "env", "txt"]),
    ) {
        let text = |pieces: &[usize]| pieces.iter().map(|at| PIECES[*at]).collect::<String>();
        let (left, right) = (text(&left), text(&right));
        let source = File::read(format!("staging/x.{extension}"), &left);
        let target = File::read(format!("prod/x.{extension}"), &right);
        if let (Ok(source), Ok(target)) = (source, target) {
            let everything = Choice {
                take: vec![(Pattern::parse("*").unwrap(), Side::Source)],
                ..Choice::default()
            };
            let differences = compare(&source, &target, &terms()).unwrap();
            let planned = plan(&target, &differences, &everything);
            let edits: Vec<FileEdit> = planned.edits.values().flatten().cloned().collect();
            let after = apply(Some(&right), &edits).unwrap().unwrap();
            let undone = apply(Some(&after), &inverse(&edits)).unwrap();
            prop_assert_eq!(undone.as_deref(), Some(&*right));
            prop_assert!(File::read("prod/x", &after).is_ok() || edits.is_empty());
        }
    }
}
