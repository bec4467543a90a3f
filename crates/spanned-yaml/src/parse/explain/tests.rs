use std::fmt::Write;

use crate::Tree;

/// Each text, with its errors: their places and the bytes they cover.
fn check(texts: &[&str]) -> String {
    let mut out = String::new();
    for yaml in texts {
        let tree = Tree::parse(*yaml);
        let _ = writeln!(out, "{yaml:?}");
        for fault in tree.errors() {
            let at = tree.position(fault.span.start);
            let covered = yaml[fault.span.range()].escape_debug();
            let _ = writeln!(
                out,
                "  {}:{} `{covered}` {}",
                at.line, at.column, fault.message
            );
        }
    }
    out
}

#[test]
fn tabs() {
    let texts = [
        "a:\n\tb: c\n",
        "a:\n  b: c\n\td: e\n",
        "a: \"x\n\ty\"\n",
        "a: >\n\tb\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a:\n\tb: c\n"
      2:1 `\t` a tab indents this line; YAML takes only spaces
    "a:\n  b: c\n\td: e\n"
      3:1 `\t` a tab indents this line; YAML takes only spaces
    "a: \"x\n\ty\"\n"
      2:1 `\t` a tab indents this line; YAML takes only spaces
    "a: >\n\tb\n"
      2:1 `\t` a tab indents this line; YAML takes only spaces
    "#);
}

#[test]
fn quotes() {
    let texts = [
        "a: \"b\nc: d\n",
        "a: 'b\nc: d\n",
        "a: \"b\n",
        "a: 'it's'\n",
        "a: \"x\" y\n",
        "a: \"\\d\"\n",
        "a: \"\\xZZ\"\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a: \"b\nc: d\n"
      1:4 `\"` this quote is not closed; a text of several lines must be indented deeper than its key
    "a: 'b\nc: d\n"
      1:4 `\'` this quote is not closed; a text of several lines must be indented deeper than its key
    "a: \"b\n"
      1:4 `\"` this quote is not closed; a text of several lines must be indented deeper than its key
    "a: 'it's'\n"
      1:8 `s\'` this stands behind the closing quote: put the quotes around the whole value, and write a single quote inside it twice
    "a: \"x\" y\n"
      1:8 `y` this stands behind the closing quote: put the quotes around the whole value, and write a double quote inside it as `\"`
    "a: \"\\d\"\n"
      1:5 `\\d` `\d` does not start an escape that means something: write `\\d`, or use single quotes
    "a: \"\\xZZ\"\n"
      1:4 `\"\\xZZ\"` this is not YAML: while parsing a quoted scalar, did not find expected hexadecimal number
    "#);
}

#[test]
fn brackets() {
    let texts = [
        "a: [1, 2\nb: c\n",
        "a: {x: 1\nb: c\n",
        "a: [1, 2}\n",
        "a: [1]]\n",
        "a: [\n",
        "a: {b\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a: [1, 2\nb: c\n"
      1:4 `[` this `[` is not closed, or a comma is missing between its items
    "a: {x: 1\nb: c\n"
      1:4 `{` this `{` is not closed, or a comma is missing between its items
    "a: [1, 2}\n"
      1:4 `[` this `[` is closed by `}`
    "a: [1]]\n"
      1:7 `]` nothing is open that this bracket could close
    "a: [\n"
      1:4 `[` this `[` is never closed
    "a: {b\n"
      1:4 `{` this `{` is never closed
    "#);
}

#[test]
fn colons() {
    let texts = [
        "a:b\nc: d\n",
        "c: d\na:b\ne: f\n",
        "key: value: x\n",
        "url: http://x: y\n",
        "a: b:\n",
        "- a:b\n  c: d\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a:b\nc: d\n"
      1:2 `:` a space is missing behind this colon
    "c: d\na:b\ne: f\n"
      2:2 `:` a space is missing behind this colon
    "key: value: x\n"
      1:6 `value: x` this value holds a colon with a space behind it: put quotes around it
    "url: http://x: y\n"
      1:6 `http://x: y` this value holds a colon with a space behind it: put quotes around it
    "a: b:\n"
      1:4 `b:` this value holds a colon with a space behind it: put quotes around it
    "- a:b\n  c: d\n"
      1:4 `:` a space is missing behind this colon
    "#);
}

#[test]
fn dashes() {
    let texts = [
        "a:\n- b\n-c\n",
        "items:\n  -name: x\n   foo: y\n",
        "a: - b\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a:\n- b\n-c\n"
      3:1 `-` a space is missing behind this dash
    "items:\n  -name: x\n   foo: y\n"
      2:3 `-` a space is missing behind this dash
    "a: - b\n"
      1:4 `- b` a list cannot start here: put its first `- ` on a line of its own
    "#);
}

#[test]
fn indentation() {
    let texts = [
        "a:\n  b: c\n d: e\n",
        "a:\n  b: c\n   d: e\n",
        "- a\nb: c\n",
        "a: b\n- c\n",
        "a:\n  - b\n  c: d\n",
        "a: b\nfoo\n",
        "  a: b\nc: d\n",
        "a: |\n    x\n  y\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a:\n  b: c\n d: e\n"
      3:2 `d: e` this line's indentation (1) is that of no line above it that is still open
    "a:\n  b: c\n   d: e\n"
      3:4 `d: e` this line is indented deeper than the one above, which has its value already
    "- a\nb: c\n"
      2:1 `b: c` a key stands among the items of a list; `- ` may be missing before it
    "a: b\n- c\n"
      2:1 `- c` a list item stands among the keys of a mapping
    "a:\n  - b\n  c: d\n"
      3:3 `c: d` a key stands among the items of a list; `- ` may be missing before it
    "a: b\nfoo\n"
      2:1 `foo` this is neither a key with a colon nor part of the value above; text that goes on must be indented deeper than its key
    "  a: b\nc: d\n"
      2:1 `c: d` this line is not indented, which fits no line above it
    "a: |\n    x\n  y\n"
      3:3 `y` this line's indentation (2) is that of no line above it that is still open
    "#);
}

#[test]
fn strange() {
    let texts = [
        "a: @b\n",
        "a: `b`\n",
        "a: ,b\n",
        "a: &\n",
        "a: !x!y z\n",
        "a: *b c\n",
        "a: |x\n  y\n",
        "a: \u{1}\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a: @b\n"
      1:4 `@b` text cannot start with `@`: put quotes around it
    "a: `b`\n"
      1:4 ``b`` text cannot start with ```: put quotes around it
    "a: ,b\n"
      1:4 `,b` text cannot start with `,`: put quotes around it
    "a: &\n"
      1:4 `&` a name is missing behind this; put quotes around it, if it is text
    "a: !x!y z\n"
      1:4 `!x!y z` `!` starts a tag, and this is none: put quotes around it, if it is text
    "a: *b c\n"
      1:4 `*b` no anchor `&b` stands before this alias
      1:7 `c` this does not belong to the value before it
    "a: |x\n  y\n"
      1:4 `|x` only an indentation, `+` or `-` may stand behind `|` and `>`: the text starts on the next line
    "a: \u{1}\n"
      1:4 `\u{1}` the control character U+0001 cannot stand in YAML: write it as an escape in double quotes
    "#);
}

#[test]
fn not_yaml() {
    let texts = [
        "a: b\n<<<<<<< HEAD\nc: d\n=======\n",
        "{{ if .x }}\na: b\n",
        "a: {{ .x }}-b\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a: b\n<<<<<<< HEAD\nc: d\n=======\n"
      2:1 `<<<<<<< HEAD` a merge conflict was left here: keep one side and remove the markers
    "{{ if .x }}\na: b\n"
      1:1 `{{ if .x }}` this is a template (`{{`), which is YAML only after it was rendered
    "a: {{ .x }}-b\n"
      1:1 `a: {{ .x }}-b` this is a template (`{{`), which is YAML only after it was rendered
    "#);
}
