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
      2:1 `\t` this line is indented with a tab: YAML allows only spaces
    "a:\n  b: c\n\td: e\n"
      3:1 `\t` this line is indented with a tab: YAML allows only spaces
    "a: \"x\n\ty\"\n"
      2:1 `\t` this line is indented with a tab: YAML allows only spaces
    "a: >\n\tb\n"
      2:1 `\t` this line is indented with a tab: YAML allows only spaces
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
      1:4 `\"` this quote is not closed; quoted text that spans lines must be indented further than its key
    "a: 'b\nc: d\n"
      1:4 `\'` this quote is not closed; quoted text that spans lines must be indented further than its key
    "a: \"b\n"
      1:4 `\"` this quote is not closed; quoted text that spans lines must be indented further than its key
    "a: 'it's'\n"
      1:8 `s\'` unexpected text after the closing quote: put the quotes around the whole value, and write a single quote inside it as `''`
    "a: \"x\" y\n"
      1:8 `y` unexpected text after the closing quote: put the quotes around the whole value, and write a double quote inside it as `\"`
    "a: \"\\d\"\n"
      1:5 `\\d` `\d` is not a valid escape: write `\\d`, or use single quotes
    "a: \"\\xZZ\"\n"
      1:4 `\"\\xZZ\"` invalid YAML: while parsing a quoted scalar, did not find expected hexadecimal number
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
      1:7 `]` this bracket closes nothing: remove it, or add the one that opens it
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
      1:2 `:` a space is missing after this colon
    "c: d\na:b\ne: f\n"
      2:2 `:` a space is missing after this colon
    "key: value: x\n"
      1:6 `value: x` this value contains a colon that YAML takes for the end of a key: put quotes around it
    "url: http://x: y\n"
      1:6 `http://x: y` this value contains a colon that YAML takes for the end of a key: put quotes around it
    "a: b:\n"
      1:4 `b:` this value contains a colon that YAML takes for the end of a key: put quotes around it
    "- a:b\n  c: d\n"
      1:4 `:` a space is missing after this colon
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
      3:1 `-` a space is missing after this dash
    "items:\n  -name: x\n   foo: y\n"
      2:3 `-` a space is missing after this dash
    "a: - b\n"
      1:4 `- b` a list cannot start here: put its first `- ` on the next line
    "#);
}

#[test]
fn indentation() {
    let texts = [
        "a:\n  b: c\n d: e\n",
        "a:\n  b: c\n   d: e\n",
        "a:\n  b\n  c\n  d: e\n",
        "- a\nb: c\n",
        "a: b\n- c\n",
        "a:\n  - b\n  c: d\n",
        "a: b\nfoo\n",
        "  a: b\nc: d\n",
        "a: |\n    x\n  y\n",
    ];
    insta::assert_snapshot!(check(&texts), @r#"
    "a:\n  b: c\n d: e\n"
      3:2 `d: e` this line is indented by 1 space, which matches no level above it: align it with the lines that it belongs to
    "a:\n  b: c\n   d: e\n"
      3:4 `d: e` this line is indented further than the one above, which already has a value: align them
    "a:\n  b\n  c\n  d: e\n"
      2:3 `b` expected `key: value`: there is no colon in this line
    "- a\nb: c\n"
      2:1 `b: c` a key among the items of a list: add `- ` before it, or change its indentation
    "a: b\n- c\n"
      2:1 `- c` a list item among the keys of a mapping: indent it below its key, or remove the `- `
    "a:\n  - b\n  c: d\n"
      3:3 `c: d` a key among the items of a list: add `- ` before it, or change its indentation
    "a: b\nfoo\n"
      2:1 `foo` expected `key: value`; a line that continues the value above must be indented further than that value's key
    "  a: b\nc: d\n"
      2:1 `c: d` this line is not indented, which matches no level above it: align it with the lines that it belongs to
    "a: |\n    x\n  y\n"
      3:3 `y` this line is indented by 2 spaces, which matches no level above it: align it with the lines that it belongs to
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
      1:4 `&` expected an anchor's name after this; if it is text, put quotes around it
    "a: !x!y z\n"
      1:4 `!x!y z` `!` starts a tag, but this is not a valid one; if it is text, put quotes around it
    "a: *b c\n"
      1:4 `*b` anchor `&b` is not defined before this alias
      1:7 `c` unexpected text after the value
    "a: |x\n  y\n"
      1:4 `|x` only a number, `+` or `-` can follow `|` or `>`: start the text on the next line
    "a: \u{1}\n"
      1:4 `\u{1}` the control character U+0001 is not allowed in YAML: write it as an escape in double quotes
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
      2:1 `<<<<<<< HEAD` unresolved merge conflict: keep one side and remove the markers
    "{{ if .x }}\na: b\n"
      1:1 `{{ if .x }}` this is a template (`{{`): it is YAML only once it is rendered
    "a: {{ .x }}-b\n"
      1:1 `a: {{ .x }}-b` this is a template (`{{`): it is YAML only once it is rendered
    "#);
}
