use proptest::prelude::*;

use crate::Tree;
use crate::parse::suite;
use crate::testing::{block, dump};

/// Both parsers read the text to the same tree, if the fast one takes it at all. Tells whether
/// it does.
fn check(yaml: &str) -> bool {
    let Some(tree) = Tree::parse_fast(yaml) else {
        return false;
    };
    let full = Tree::parse_full(yaml);
    assert_eq!(dump(&tree), dump(&full), "{yaml}");
    assert_eq!(tree, full, "{yaml}");
    true
}

#[test]
fn the_suite_is_read_alike() {
    for case in suite::cases() {
        check(&case.yaml);
    }
}

#[test]
fn what_is_usual_is_taken() {
    let texts = [
        "",
        "# a\n",
        "a\n",
        "a: b\n",
        "a:\n- b: c\n  d:\n    e: f g\n- h # i\n---\nj: [k, {l: m}]\n",
        "a: &b !!str c\nd: *b\n<<: *b\n",
        "a: |\n  b\n\n   c\nd: >-\n  e\n  f\n",
        "a: b\n  c\n\n  \"d\"\ne: \"f\\t\n  g\"\n'h': ''\n",
        "a:\nb: &c\n  d: e\nf: !g\n  - h\n",
        "{\"a\": [1, -2.5, true, null, \"b\\u00e9\"],\n\t\"c\": {}}\n",
        "\u{feff}a: b\r\nc:\r\n  d: é\r\n",
    ];
    for text in texts {
        assert!(check(text), "{text}");
    }
}

#[test]
fn what_is_unusual_is_left() {
    let texts = [
        "a:\tb\n",
        "a: b\n\tc: d\n",
        "a: b\n c: d\n",
        "a: b: c\n",
        "a: \"b\n---\nc\"\n",
        "a: \"\\q\"\n",
        "a: 'b\n",
        "a: [b, c\n",
        "a: [b,, c]\n",
        "a: [b: c]\n",
        "a: [b # c\n  ]\n",
        "a: |\n   \n  b\n",
        "a: |\n  b\n c\n",
        "a: |x\n  b\n",
        "a: |2\n # b\nc: d\n",
        "a: b\n...\n%YAML 1.2\n---\n",
        "--- a\n",
        "? a\n: b\n",
        "&a b: c\n",
        "a: @b\n",
        "a: - b\n",
        "a: b\x01\n",
        "a: b\rc: d\n",
        "a: \u{85}\n",
        "a\nb\n",
    ];
    for text in texts {
        assert!(!check(text), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn blocks_are_read_alike(text in block()) {
        check(&text.replace("\n  ", "\n"));
        check(&text);
    }

    #[test]
    fn any_text_is_read_alike(text in "([ab:\\-#'\"|>\\[\\]{},&*! \n]|: |\n  |- ){0,24}") {
        check(&text);
    }
}
