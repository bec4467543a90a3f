use super::*;
use crate::ast::Head;

/// What is not supported in a text, or how many rules it has.
fn parsed(text: &str) -> String {
    let module = Module::parse(text);
    match module.unread() {
        Some(why) => format!("line {}: {why}", why.line),
        None => format!("{} rules", module.rules.len()),
    }
}

#[test]
fn both_versions_are_read() {
    let new = "package a.b[\"c-d\"]\nimport rego.v1\nimport data.x.y as z\n\n\
               deny contains msg if {\n  msg := \"a\"\n}\nf(x) := x if x > 1 else := 2\n\
               default q := {}\nr[k] := v if some k, v in input\n";
    assert_eq!(parsed(new), "4 rules");
    let old = "package a\ndeny[msg] { msg = \"a\"; not input.x }\n\
               q = 1 { input.x } else = 2 { input.y }\nr[k] = v { v := input[k] }\nf(x) = y { y := x }\n";
    assert_eq!(parsed(old), "4 rules");
    let heads = |text: &str| {
        let module = Module::parse(text);
        assert_eq!(module.unread(), None, "{text}");
        matches!(module.rules[0].head, Head::Member(_))
    };
    assert!(heads("package a\ndeny[msg] { msg = 1 }"));
    assert!(heads("package a\ndeny contains 1"));
    assert!(!heads("package a\ndeny[1] = 2"));
    assert!(!heads("package a\ncontains(x) { x }"));
}

#[test]
fn what_is_not_supported_is_told_with_its_line() {
    insta::assert_snapshot!(parsed("package a\n\np if {\n  input.x with input as 1\n}"), @"line 4: `with` is not supported");
    insta::assert_snapshot!(parsed("package a\np { true } { false }"), @"line 2: several bodies after one head is not supported");
    insta::assert_snapshot!(parsed("package a\np[1] if true"), @"line 2: `if` after this head is not supported");
    insta::assert_snapshot!(parsed("package a\np.q := 1"), @"line 2: a rule whose name has several parts is not supported");
    insta::assert_snapshot!(parsed("package a\np := 18446744073709551616"), @"line 2: a number as large as this is not supported");
    insta::assert_snapshot!(parsed("package a\np := \"\\ud800\""), @r#"line 2: `\ud800` here is not supported"#);
    insta::assert_snapshot!(parsed("package a\np := $\"x\""), @"line 2: `$` here is not supported");
    insta::assert_snapshot!(parsed("package a\np := (1"), @"line 2: the end of the file here is not supported");
    insta::assert_snapshot!(parsed("package a\np if { x := 1 y := 2 }"), @"line 2: `y` here is not supported");
    insta::assert_snapshot!(parsed("package a\nimport foo.bar"), @"line 2: this import is not supported");
    insta::assert_snapshot!(parsed("p := 1"), @"line 1: `p` here is not supported");
}

#[test]
fn a_bracket_on_its_own_line_is_no_index() {
    let text = "package a\np if {\n  x := input.y\n  [a, b] := x\n  (a == b)\n}";
    let module = Module::parse(text);
    assert_eq!(module.unread(), None);
    assert_eq!(module.rules[0].branches[0].body.len(), 3);
}

#[test]
fn nesting_has_a_limit() {
    let deep = |open: &str, close: &str| {
        parsed(&format!(
            "package a\np := {}1{}",
            open.repeat(5000),
            close.repeat(5000)
        ))
    };
    for (open, close) in [
        ("[", "]"),
        ("{", "}"),
        ("(", ")"),
        ("f(", ")"),
        ("[x | y := ", "]"),
    ] {
        assert!(
            deep(open, close).contains("nesting as deep as this"),
            "{open}"
        );
    }
    assert!(
        parsed(&format!("package a\np := 1{}", " + 1".repeat(5000))).contains("as long as this")
    );
    assert!(
        parsed(&format!("package a\np := x{}", "[0]".repeat(5000))).contains("as long as this")
    );
}

#[test]
fn escapes_are_resolved() {
    assert_eq!(
        unescape(r#"a\"\\\/\b\f\n\r\t\u00e9"#).as_deref(),
        Some("a\"\\/\u{8}\u{c}\n\r\té")
    );
    assert_eq!(unescape(r"\x"), None);
    assert_eq!(unescape(r"\u12"), None);
}
