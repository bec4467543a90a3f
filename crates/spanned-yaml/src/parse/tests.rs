use crate::testing::dump;
use crate::{ErrorKind, Tree};

fn check(yaml: &str) -> String {
    dump(&Tree::parse(yaml))
}

#[test]
fn collections() {
    insta::assert_snapshot!(check("a:\n- b: 1\n  c:\n    d: e # f\n- g\n\n# h\ni: [j, {k: l}, m: n]\n"), @r##"
    document 0
      0..57 Map
        0..1 Plain "a"
        3..31 Seq
          5..23 Map
            5..6 Plain "b"
            8..9 Plain "1"
            12..13 Plain "c"
            19..23 Map
              19..20 Plain "d"
              22..23 Plain "e"
          30..31 Plain "g"
        37..38 Plain "i"
        40..57 FlowSeq
          41..42 Plain "j"
          44..50 FlowMap
            45..46 Plain "k"
            48..49 Plain "l"
          52..56 FlowMap
            52..53 Plain "m"
            55..56 Plain "n"
    comment 24..27 "# f"
    comment 33..36 "# h"
    "##);
    insta::assert_snapshot!(check("- - a\n  - b\n-\n  c: d\n"), @r#"
    document 0
      0..20 Seq
        2..11 Seq
          4..5 Plain "a"
          10..11 Plain "b"
        16..20 Map
          16..17 Plain "c"
          19..20 Plain "d"
    "#);
    insta::assert_snapshot!(check("?\n- a\n:\n- b\n"), @r#"
    document 0
      0..11 Map
        2..5 Seq
          4..5 Plain "a"
        8..11 Seq
          10..11 Plain "b"
    "#);
    insta::assert_snapshot!(check("? a\n: - b\n? [c]\n"), @r#"
    document 0
      0..15 Map
        2..3 Plain "a"
        6..9 Seq
          8..9 Plain "b"
        12..15 FlowSeq
          13..14 Plain "c"
        15..15 Plain ""
    "#);
}

#[test]
fn scalars() {
    insta::assert_snapshot!(check("a: b c\n  d\ne: 'f''g'\nh: \"i\\tj\"\n\"k\": l#m\n"), @r#"
    document 0
      0..39 Map
        0..1 Plain "a"
        3..10 Plain "b c d"
        11..12 Plain "e"
        14..20 SingleQuoted "f'g"
        21..22 Plain "h"
        24..30 DoubleQuoted "i\tj"
        31..34 DoubleQuoted "k"
        36..39 Plain "l#m"
    "#);
    insta::assert_snapshot!(check("a: |  # b\n  c\n\n  d\n\n\ne: >-\n  f\n  g\n# h\ni: |+\n  j\n\n"), @r##"
    document 0
      0..49 Map
        0..1 Plain "a"
        3..18 Literal "c\n\nd\n"
        21..22 Plain "e"
        24..34 Folded "f g"
        39..40 Plain "i"
        42..49 Literal "j\n\n"
    comment 6..9 "# b"
    comment 35..38 "# h"
    "##);
    insta::assert_snapshot!(check("- |\n- >-\n\n- |2\n   a\n"), @r#"
    document 0
      0..19 Seq
        2..3 Literal ""
        6..8 Folded ""
        12..19 Literal " a\n"
    "#);
}

#[test]
fn values_that_are_not_written() {
    insta::assert_snapshot!(check("a:\nb:  # c\nd: &e\nf: !!str # g\n-:\n"), @r##"
    document 0
      0..32 Map
        0..1 Plain "a"
        2..2 Plain ""
        3..4 Plain "b"
        5..5 Plain ""
        11..12 Plain "d"
        16..16 Plain &e ""
        17..18 Plain "f"
        25..25 Plain <tag:yaml.org,2002:str> ""
        30..31 Plain "-"
        32..32 Plain ""
    comment 7..10 "# c"
    comment 26..29 "# g"
    "##);
    insta::assert_snapshot!(check("-\n-  # a\n- &b\n- c\n"), @r##"
    document 0
      0..17 Seq
        1..1 Plain ""
        3..3 Plain ""
        13..13 Plain &b ""
        16..17 Plain "c"
    comment 5..8 "# a"
    "##);
    insta::assert_snapshot!(check("a: !!str\n&b c: &d !e\n"), @r#"
    document 0
      0..20 Map
        0..1 Plain "a"
        8..8 Plain <tag:yaml.org,2002:str> ""
        12..13 Plain &b "c"
        20..20 Plain &d <!e> ""
    "#);
    insta::assert_snapshot!(check("- - # a\n  -\n"), @r##"
    document 0
      0..11 Seq
        2..11 Seq
          3..3 Plain ""
          11..11 Plain ""
    comment 4..7 "# a"
    "##);
    insta::assert_snapshot!(check("{a, b: , c: }"), @r#"
    document 0
      0..13 FlowMap
        1..2 Plain "a"
        2..2 Plain ""
        4..5 Plain "b"
        6..6 Plain ""
        9..10 Plain "c"
        11..11 Plain ""
    "#);
    insta::assert_snapshot!(check("? \n: a\n? b\n"), @r#"
    document 0
      0..10 Map
        1..1 Plain ""
        5..6 Plain "a"
        9..10 Plain "b"
        10..10 Plain ""
    "#);
    insta::assert_snapshot!(check(": a\n"), @r#"
    document 0
      0..3 Map
        0..0 Plain ""
        2..3 Plain "a"
    "#);
    // A colon with text behind it begins the next key, and a comment may follow a bracket.
    insta::assert_snapshot!(check("?\n:a: b\n"), @r#"
    document 0
      0..7 Map
        1..1 Plain ""
        1..1 Plain ""
        2..4 Plain ":a"
        6..7 Plain "b"
    "#);
    insta::assert_snapshot!(check("[#a\n&b ,c]"), @r##"
    document 0
      0..10 FlowSeq
        6..6 Plain &b ""
        8..9 Plain "c"
    comment 1..3 "#a"
    "##);
    // The colon is that of the outer mapping, which does not stand so deep.
    insta::assert_snapshot!(check("a:\n ?\n: b\n"), @r#"
    document 0
      0..9 Map
        0..1 Plain "a"
        4..5 Map
          5..5 Plain ""
          5..5 Plain ""
        6..6 Plain ""
        8..9 Plain "b"
    "#);
    insta::assert_snapshot!(check("? ? a\n: b\n"), @r#"
    document 0
      0..9 Map
        2..5 Map
          4..5 Plain "a"
          5..5 Plain ""
        8..9 Plain "b"
    "#);
}

#[test]
fn properties() {
    insta::assert_snapshot!(check("a: &b\n  c: !!int '1'\nd: *b\n&e f: !local [&g h, *g]\n"), @r#"
    document 0
      0..50 Map
        0..1 Plain "a"
        8..20 Map &b
          8..9 Plain "c"
          17..20 SingleQuoted <tag:yaml.org,2002:int> "1"
        21..22 Plain "d"
        24..26 Alias to 8
        30..31 Plain &e "f"
        40..50 FlowSeq <!local>
          44..45 Plain &g "h"
          47..49 Alias to 44
    has aliases
    "#);
    insta::assert_snapshot!(check("a: &b c\n---\nd: *b\n"), @r#"
    document 0
      0..7 Map
        0..1 Plain "a"
        6..7 Plain &b "c"
    document 1
      12..17 Map
        12..13 Plain "d"
        15..17 Alias
    error 15..17 UnknownAnchor anchor `&b` is not defined before this alias
    has aliases
    "#);
    insta::assert_snapshot!(check("a: {<<: {b: c}}\n'<<': d\n"), @r#"
    document 0
      0..23 Map
        0..1 Plain "a"
        3..15 FlowMap
          4..6 Plain "<<"
          8..14 FlowMap
            9..10 Plain "b"
            12..13 Plain "c"
        16..20 SingleQuoted "<<"
        22..23 Plain "d"
    has aliases
    "#);
    insta::assert_snapshot!(check("%TAG !x! tag:x,2000:\n---\na: !x!y b\nc: !<z> d\ne: ! f\n"), @r#"
    document 0
      25..51 Map
        25..26 Plain "a"
        33..34 Plain <tag:x,2000:y> "b"
        35..36 Plain "c"
        43..44 Plain <z> "d"
        45..46 Plain "e"
        50..51 Plain <!> "f"
    "#);
}

#[test]
fn documents() {
    insta::assert_snapshot!(check(""), @"");
    insta::assert_snapshot!(check("# a\n"), @r##"comment 0..3 "# a""##);
    insta::assert_snapshot!(check("---\n---\n# a\n...\n---\nb\n---\n"), @r##"
    document 0
      20..21 Plain "b"
    comment 8..11 "# a"
    "##);
    insta::assert_snapshot!(check("--- |\n  a\n--- # b\nc: d\n--- \"e\"\n"), @r##"
    document 0
      4..9 Literal "a\n"
    document 1
      18..22 Map
        18..19 Plain "c"
        21..22 Plain "d"
    document 2
      27..30 DoubleQuoted "e"
    comment 14..17 "# b"
    "##);
    insta::assert_snapshot!(check("\u{feff}a: b\r\nc: |\r\n  d\r\n  e\r\nf: \"g\r\n  h\" # i\r\n"), @r##"
    document 0
      3..36 Map
        3..4 Plain "a"
        6..7 Plain "b"
        9..10 Plain "c"
        12..23 Literal "d\ne\n"
        25..26 Plain "f"
        28..36 DoubleQuoted "g h"
    comment 37..40 "# i"
    "##);
}

#[test]
fn a_broken_document_is_left_out() {
    insta::assert_snapshot!(check("a: b\n---\nc: [\n---\nd: e\nd: f\n---\n- g\nh\n"), @r#"
    document 0
      0..4 Map
        0..1 Plain "a"
        3..4 Plain "b"
    document 1
      18..27 Map
        18..19 Plain "d"
        21..22 Plain "e"
        23..24 Plain "d"
        26..27 Plain "f"
    error 12..13 Syntax this `[` is never closed
    error 23..24 DuplicateKey { first: Span { start: 18, end: 19 } } duplicate key `d` in this mapping
    error 36..37 Syntax expected `key: value`; a line that continues the value above must be indented further than that value's key
    "#);
}

#[test]
fn keys_that_stand_twice() {
    insta::assert_snapshot!(check("a: 1\nb: {c: 1, 'c': 2}\na: 2\n\"\\x61\": 3\n"), @r#"
    document 0
      0..37 Map
        0..1 Plain "a"
        3..4 Plain "1"
        5..6 Plain "b"
        8..22 FlowMap
          9..10 Plain "c"
          12..13 Plain "1"
          15..18 SingleQuoted "c"
          20..21 Plain "2"
        23..24 Plain "a"
        26..27 Plain "2"
        28..34 DoubleQuoted "a"
        36..37 Plain "3"
    error 15..18 DuplicateKey { first: Span { start: 9, end: 10 } } duplicate key `c` in this mapping
    error 23..24 DuplicateKey { first: Span { start: 0, end: 1 } } duplicate key `a` in this mapping
    error 28..34 DuplicateKey { first: Span { start: 0, end: 1 } } duplicate key `a` in this mapping
    "#);
    let many: String = (0..40).map(|at| format!("k{at}: v\n")).collect();
    assert_eq!(Tree::parse(many.as_str()).errors(), []);
    let tree = Tree::parse(format!("{many}k7: w\n"));
    let [fault] = tree.errors() else {
        panic!("one error: {:?}", tree.errors());
    };
    let ErrorKind::DuplicateKey { first } = fault.kind else {
        panic!("{fault:?}");
    };
    assert_eq!(tree.position(first.start).line, 8);
    assert_eq!(tree.position(fault.span.start).line, 41);
}

#[test]
fn faults_without_number_are_cut_short() {
    for text in ["a: 1\n", "- *a\n"] {
        let tree = Tree::parse(text.repeat(5_000));
        assert_eq!(tree.errors().len(), 1_001);
        let last = &tree.errors()[1_000];
        assert_eq!(last.kind, ErrorKind::Limit);
        assert_eq!(
            last.message,
            "too many errors: only the first 1000 are listed"
        );
    }
}

#[test]
fn a_text_of_nothing_but_values_is_refused() {
    let dense = "[".to_owned() + &"a,".repeat(10_000_000) + "]";
    let tree = Tree::parse(dense);
    assert_eq!(tree.errors()[0].kind, ErrorKind::Limit);
    let long = format!("a: |\n{}", "  a line of text\n".repeat(1_000_000));
    assert_eq!(Tree::parse(long).errors(), []);
}

#[test]
fn columns_in_lines_of_any_length() {
    let long = format!(
        "a: \"{}\"\nb: [{}, c]\n",
        "é".repeat(3_000),
        "é".repeat(2_000)
    );
    let tree = Tree::parse(long.as_str());
    let c = long.rfind('c').unwrap() as u32;
    let position = tree.position(c);
    assert_eq!((position.line, position.column), (2, 2_007));
    let position = tree.position(4 + 2 * 2_999);
    assert_eq!((position.line, position.column), (1, 3_004));
    let end = tree.position(u32::MAX);
    assert_eq!((end.line, end.column), (3, 1));
}

/// Nesting of each kind is refused beyond the limit, and read up to it.
#[test]
fn nesting_has_a_limit() {
    let texts: [fn(usize) -> String; 5] = [
        |n| "[".repeat(n) + &"]".repeat(n),
        |n| "{a: ".repeat(n) + &"}".repeat(n),
        |n| "- ".repeat(n) + "a",
        |n| (0..n).map(|at| format!("{}a:\n", " ".repeat(at))).collect(),
        |n| {
            let deep = "- ".repeat(n / 2);
            deep + &"[".repeat(n - n / 2) + &"]".repeat(n - n / 2)
        },
    ];
    for text in texts {
        assert_eq!(Tree::parse(text(256)).errors(), [], "{}", text(2));
        let tree = Tree::parse(text(257));
        assert_eq!(tree.errors().len(), 1, "{}", text(2));
        assert_eq!(tree.errors()[0].kind, ErrorKind::Limit, "{}", text(2));
        assert_eq!(tree.documents().len(), 0);
        let tree = Tree::parse(text(3_000));
        assert_eq!(tree.errors().len(), 1, "{}", text(2));
    }
}

#[test]
fn bytes_that_are_not_utf_8() {
    let tree = Tree::parse_bytes(b"a: b\nc: \xFF\n".to_vec());
    assert_eq!(dump(&tree), "error 8..8 NotUtf8 byte 8 is not UTF-8\n");
}
