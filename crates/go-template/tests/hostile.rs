//! Whatever the text: no panic, no hang.

use go_template::{
    Evaluator, Fixed, Functions, Limits, Options, SourceId, TemplateSet, Value, parse,
};
use proptest::prelude::*;

const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    "{{/*",
    "*/}}",
    " ",
    "\n",
    "(",
    ")",
    "|",
    ":=",
    "=",
    ",",
    ".",
    "..",
    ".a",
    ".l",
    "$",
    "$x",
    "\"",
    "`",
    "'",
    "\\",
    "%d",
    "0x",
    "1e",
    "-1",
    "99999999999999999999",
    "é",
    "if",
    "else",
    "end",
    "range",
    "with",
    "define",
    "template",
    "block",
    "break",
    "continue",
    "nil",
    "true",
    "\"t\"",
    "printf",
    "list",
    "dict",
    "set",
    "index",
    "slice",
    "until",
    "repeat",
    "indent",
    "substr",
    "regexFind",
    "b64dec",
    "fromJson",
    "toJson",
    "date",
    "now",
    "semver",
    "urlParse",
    "chunk",
    "abbrev",
    "wrap",
    "round",
    "div",
    "splitn",
    "merge",
    "{{ end }}",
    "{{ if .a }}",
    "{{ range .l }}",
    "{{ define \"t\" }}",
    "{{ $x := ",
];

fn render(text: &[u8]) {
    let parsed = parse(SourceId(0), "t", text.to_vec());
    for error in &parsed.errors {
        assert!(error.span.range().end <= text.len());
    }
    let mut set = TemplateSet::new();
    set.add(&parsed);
    let functions = Functions::sprig();
    let mut host = Fixed::default();
    let limits = Limits {
        steps: 10_000,
        bytes: 1 << 20,
        text: 1 << 16,
        ..Limits::default()
    };
    let options = Options {
        limits,
        ..Options::default()
    };
    let mut evaluator = Evaluator::new(&set, &functions, &mut host, options);
    let data = Value::from_iter([
        ("a", Value::from("text")),
        (
            "l",
            Value::from(vec![Value::from(1), Value::NIL, Value::from(0.5)]),
        ),
    ]);
    if let Ok(text) = evaluator.render("t", &data) {
        let end = text.pieces().last().map_or(0, |piece| piece.end as usize);
        assert!(end == text.len() || text.pieces().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        render(&text);
    }

    #[test]
    fn pieces_of_templates(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..40)) {
        render(pieces.concat().as_bytes());
    }

    #[test]
    fn calls_of_functions(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..6),
        name in proptest::sample::select(Functions::sprig().names().collect::<Vec<_>>()),
    ) {
        render(format!("{{{{ {name} {} }}}}", pieces.join(" ")).as_bytes());
    }
}
