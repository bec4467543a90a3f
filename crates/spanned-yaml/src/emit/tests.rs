//! The expectations are Go's own: `yaml.JSONToYAML` of sigs.k8s.io/yaml v1.4.0, printed for
//! each JSON text by
//! `func main() { y, _ := yaml.JSONToYAML([]byte(os.Args[1])); os.Stdout.Write(y) }`.

use super::{Emitter, key_order, sort_by_key};
use crate::{Kind, NodeId, Scalar, Tree};
use std::cmp::Ordering;

/// Writes a tree, in the order in which it stands there.
fn write(out: &mut Emitter, tree: &Tree, node: NodeId) {
    match tree.kind(node) {
        Kind::Map => {
            out.begin_map(tree.entries(node).count());
            for (key, value) in tree.entries(node) {
                out.key(tree.scalar(key));
                write(out, tree, value);
            }
            out.end();
        }
        Kind::Seq => {
            out.begin_seq(tree.items(node).count());
            for item in tree.items(node) {
                write(out, tree, item);
            }
            out.end();
        }
        Kind::Alias => panic!("the test documents have no aliases"),
        Kind::Scalar => {
            let tag = tree.tag(node);
            match crate::resolve(
                tree.scalar(node),
                tree.style(node),
                tag,
                crate::Dialect::Kustomize,
            ) {
                Scalar::Null => out.null(),
                Scalar::Bool(value) => out.bool(value),
                Scalar::Int(value) => out.int(value),
                Scalar::Uint(value) => out.uint(value),
                Scalar::Float(value) => out.float(value),
                Scalar::Str(text) => out.str(&text),
            }
        }
    }
}

#[test]
fn documents() {
    let cases = [
        ("null", "null\n"),
        ("\"a\\n\"", "|\n  a\n"),
        ("\"a b\"", "a b\n"),
        ("[]", "[]\n"),
        ("{}", "{}\n"),
        ("[[]]", "- []\n"),
        ("[{}]", "- {}\n"),
        ("{\"a\":{}}", "a: {}\n"),
        ("{\"a\":[]}", "a: []\n"),
        ("[[1,[2]],[]]", "- - 1\n  - - 2\n- []\n"),
        (
            "{\"a\":[[1],{\"b\":[2]}],\"c\":{\"d\":[{\"e\":null,\"f\":true}]}}",
            "a:\n- - 1\n- b:\n  - 2\nc:\n  d:\n  - e: null\n    f: true\n",
        ),
        ("[{\"a\":\"x\\ny\"}]", "- a: |-\n    x\n    y\n"),
        ("[\"x\\ny\\n\",\"z\"]", "- |\n  x\n  y\n- z\n"),
        ("{\"a\":\"\\n\\n x\",\"b\":1}", "a: |2-\n\n\n   x\nb: 1\n"),
    ];
    for (json, yaml) in cases {
        let tree = Tree::parse(json);
        let mut out = Emitter::new();
        write(&mut out, &tree, tree.documents().next().unwrap());
        assert_eq!(out.finish(), yaml, "for {json}");
    }
}

/// What stands behind `k: ` in a mapping.
#[test]
fn strings() {
    let cases = [
        ("", "\"\"\n"),
        ("a", "a\n"),
        ("a b", "a b\n"),
        (" a", "' a'\n"),
        ("a ", "'a '\n"),
        ("y", "\"y\"\n"),
        ("N", "\"N\"\n"),
        ("yes", "\"yes\"\n"),
        ("on", "\"on\"\n"),
        ("Off", "\"Off\"\n"),
        ("true", "\"true\"\n"),
        ("FALSE", "\"FALSE\"\n"),
        ("null", "\"null\"\n"),
        ("~", "\"~\"\n"),
        ("=", "=\n"),
        ("<<", "<<\n"),
        ("-", "'-'\n"),
        ("--", "--\n"),
        ("- a", "'- a'\n"),
        ("-a", "-a\n"),
        ("---", "'---'\n"),
        ("--- a", "'--- a'\n"),
        ("...", "'...'\n"),
        ("? a", "'? a'\n"),
        ("?a", "?a\n"),
        ("?", "'?'\n"),
        (":", "':'\n"),
        (":a", ":a\n"),
        ("a: b", "'a: b'\n"),
        ("a:b", "a:b\n"),
        ("a:", "'a:'\n"),
        ("a #b", "'a #b'\n"),
        ("a#b", "a#b\n"),
        ("#a", "'#a'\n"),
        ("&a", "'&a'\n"),
        ("*a", "'*a'\n"),
        ("!a", "'!a'\n"),
        ("|", "'|'\n"),
        (">", "'>'\n"),
        ("%a", "'%a'\n"),
        ("@a", "'@a'\n"),
        ("`a", "'`a'\n"),
        ("{a}", "'{a}'\n"),
        ("[a]", "'[a]'\n"),
        ("a,b", "a,b\n"),
        (",a", "',a'\n"),
        ("it's", "it's\n"),
        ("'a'", "'''a'''\n"),
        ("\"a\"", "'\"a\"'\n"),
        ("a\\b", "a\\b\n"),
        ("0", "\"0\"\n"),
        ("-1", "\"-1\"\n"),
        ("+1", "\"+1\"\n"),
        ("007", "\"007\"\n"),
        ("08", "\"08\"\n"),
        ("0o17", "\"0o17\"\n"),
        ("0x1F", "\"0x1F\"\n"),
        ("0b1", "\"0b1\"\n"),
        ("1_000", "\"1_000\"\n"),
        ("_1", "_1\n"),
        ("1.", "\"1.\"\n"),
        (".5", "\".5\"\n"),
        ("1e3", "\"1e3\"\n"),
        ("1e999", "1e999\n"),
        (".inf", "\".inf\"\n"),
        ("-.Inf", "\"-.Inf\"\n"),
        (".nan", "\".nan\"\n"),
        ("nan", "nan\n"),
        ("12:30", "\"12:30\"\n"),
        ("1:60", "1:60\n"),
        ("190:20:30.15", "\"190:20:30.15\"\n"),
        ("2001-01-01", "\"2001-01-01\"\n"),
        ("2001-1-1", "\"2001-1-1\"\n"),
        ("2001-13-01", "2001-13-01\n"),
        ("2001-12-14T21:59:43Z", "\"2001-12-14T21:59:43Z\"\n"),
        ("9223372036854775808", "\"9223372036854775808\"\n"),
        (
            "123456789012345678901234567890",
            "\"123456789012345678901234567890\"\n",
        ),
        ("1.2.3", "1.2.3\n"),
        ("100m", "100m\n"),
        ("1Gi", "1Gi\n"),
        ("10.0.0.0/8", "10.0.0.0/8\n"),
        ("a\nb", "|-\n  a\n  b\n"),
        ("a\nb\n", "|\n  a\n  b\n"),
        ("a\n\n", "|+\n  a\n\n"),
        ("\n", "|2+\n\n"),
        ("\na", "|2-\n\n  a\n"),
        (" a\nb", "|2-\n   a\n  b\n"),
        ("a \nb", "\"a \\nb\"\n"),
        ("a\n b\n", "|\n  a\n   b\n"),
        ("a\nb ", "\"a\\nb \"\n"),
        ("a\tb", "\"a\\tb\"\n"),
        ("a\tb\nc", "\"a\\tb\\nc\"\n"),
        ("a\r\nb\n", "\"a\\r\\nb\\n\"\n"),
        ("\u{e9}", "\u{e9}\n"),
        ("\u{4e2d}\u{6587}", "\u{4e2d}\u{6587}\n"),
        ("\u{1f600}", "\"\\U0001F600\"\n"),
        ("a\u{a0}b", "a\u{a0}b\n"),
        ("a\u{85}b", "\"a\\Nb\"\n"),
        ("a\u{2028}b", "'a\u{2028}  b'\n"),
        ("\u{feff}ab", "\"\\uFEFF\\x61\\x62\"\n"),
        ("a\u{feff}b", "\"a\\uFEFFb\"\n"),
        ("\x00\x07\x1b\x7f", "\"\\0\\a\\e\\x7F\"\n"),
        ("\u{e000}\u{fffd}", "\u{e000}\u{fffd}\n"),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n",
        ),
        (
            "word word word word word word word word word word word word word word word word word word word word",
            "word word word word word word word word word word word word word word word word\n  word word word word\n",
        ),
        (
            "word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word",
            "word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word  word\n",
        ),
        (
            "it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's: it's:",
            "'it''s: it''s: it''s: it''s: it''s: it''s: it''s: it''s: it''s: it''s: it''s: it''s:\n  it''s: it''s: it''s: it''s: it''s: it''s: it''s: it''s:'\n",
        ),
        (
            "tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t tab\t",
            "\"tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t\n  tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t tab\\t\"\n",
        ),
        (
            "tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t  tab\t",
            "\"tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t\n  \\ tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t  tab\\t\"\n",
        ),
        (
            ": word word word word word word word word word word word word word word word word word word word word",
            "': word word word word word word word word word word word word word word word word\n  word word word word'\n",
        ),
    ];
    for (text, yaml) in cases {
        let mut out = Emitter::new();
        out.begin_map(1);
        out.key("k");
        out.str(text);
        out.end();
        assert_eq!(out.finish(), format!("k: {yaml}"), "for {text:?}");
    }
}

/// Each key with the value `[1]`.
#[test]
fn keys() {
    let cases = [
        ("", "\"\":\n- 1\n"),
        ("a", "a:\n- 1\n"),
        ("y", "\"y\":\n- 1\n"),
        ("1", "\"1\":\n- 1\n"),
        ("a b", "a b:\n- 1\n"),
        ("a: b", "'a: b':\n- 1\n"),
        ("a\nb", "? |-\n  a\n  b\n: - 1\n"),
        ("a\n", "? |\n  a\n: - 1\n"),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx:\n- 1\n",
        ),
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "? xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n: - 1\n",
        ),
        (
            "word word word word word word word word word word word word word word word word word word word word",
            "word word word word word word word word word word word word word word word word word word word word:\n- 1\n",
        ),
        (
            "word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word",
            "? word word word word word word word word word word word word word word word word\n  word word word word word word word word word word word word word word\n: - 1\n",
        ),
        (
            "it's: word word word word word word word word word word word word word word word word word word word word word word word word word word word word word word",
            "? 'it''s: word word word word word word word word word word word word word word word\n  word word word word word word word word word word word word word word word'\n: - 1\n",
        ),
        ("app.kubernetes.io/name", "app.kubernetes.io/name:\n- 1\n"),
        ("*.example.com", "'*.example.com':\n- 1\n"),
        ("a\u{2028}b", "? 'a\u{2028}  b'\n: - 1\n"),
        ("\u{1f600}", "\"\\U0001F600\":\n- 1\n"),
    ];
    for (text, yaml) in cases {
        let mut out = Emitter::new();
        out.begin_map(1);
        out.key(text);
        out.begin_seq(1);
        out.int(1);
        out.end();
        out.end();
        assert_eq!(out.finish(), yaml, "for {text:?}");
    }
}

#[test]
fn numbers() {
    let mut out = Emitter::new();
    out.begin_seq(5);
    out.int(i64::MIN);
    out.uint(u64::MAX);
    out.float(1e6);
    out.float(0.5);
    out.bool(false);
    out.end();
    assert_eq!(
        out.finish(),
        "- -9223372036854775808\n- 18446744073709551615\n- 1e+06\n- 0.5\n- false\n"
    );
}

/// What is written reads back as the same string, but for the two line ends that go-yaml breaks
/// lines at, as the tests above have it, and YAML 1.2 does not.
#[test]
fn strings_survive() {
    let strategy = proptest::collection::vec(
        proptest::prop_oneof![
            "[ -~]{0,12}",
            "[ a:#'\"\n\t-]{0,8}",
            "(word ?){0,30}",
            "\\PC{0,6}",
        ],
        0..4,
    );
    proptest::proptest!(|(parts in strategy)| {
        let text = parts.concat().replace(['\u{2028}', '\u{2029}'], "");
        let mut out = Emitter::new();
        out.begin_map(1);
        out.key(&text);
        out.str(&text);
        out.end();
        let tree = Tree::parse(out.finish());
        assert_eq!(tree.errors(), []);
        let root = tree.documents().next().unwrap();
        let (key, value) = tree.entries(root).next().unwrap();
        assert_eq!(tree.scalar(key), text);
        assert_eq!(tree.scalar(value), text);
    });
}

fn sorted(keys: &[&str]) -> String {
    let mut keys = keys.to_vec();
    sort_by_key(&mut keys, |key| key);
    keys.join(" ")
}

#[test]
fn key_order_knows_numbers_and_letters() {
    assert_eq!(
        sorted(&["b", "a10", "a2", "a1", "B", "a"]),
        "B a a1 a2 a10 b"
    );
    assert_eq!(sorted(&["a", "1", "-", "_", "."]), "- . _ 1 a");
    assert_eq!(sorted(&["10", "9", "01", "1", "0"]), "0 1 01 9 10");
    assert_eq!(sorted(&["a-b", "ab", "a.b", "a/b"]), "a-b a.b a/b ab");
    assert_eq!(sorted(&["a100", "a1000", "a100b"]), "a100 a1000 a100b");
    assert_eq!(key_order("a", "a"), Ordering::Equal);
    assert_eq!(key_order("é", "e"), Ordering::Greater);
}

#[test]
fn sorting_survives_an_order_that_contradicts_itself() {
    assert_eq!(key_order("2", "19"), Ordering::Less);
    assert_eq!(key_order("19", "1a"), Ordering::Less);
    assert_eq!(key_order("1a", "2"), Ordering::Less);
    let mut keys: Vec<&str> = ["2", "19", "1a", "01", "1b"].repeat(50);
    sort_by_key(&mut keys, |key| key);
    assert_eq!(keys.len(), 250);
}
