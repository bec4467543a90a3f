//! What people are told when something is wrong.

use go_template::{
    Args, Evaluator, Failure, Fixed, Function, Functions, Limits, MissingKey, Options, Param,
    SourceId, Tag, TemplateSet, Value, parse, parse_made,
};

fn include(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let name = args.str(0)?;
    Ok(evaluator.render(&name, args.value(1)?)?.into())
}

fn tpl(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let parsed = parse_made("tpl", args.view(0)?.to_text());
    Ok(evaluator.render_parsed(&parsed, args.value(1)?)?.into())
}

fn data() -> Value {
    let ingress = Value::from_iter([("hosts", Value::from(vec![Value::from("a")]))]);
    let values = Value::from_iter([
        ("ingress", ingress.tagged(Tag(1))),
        ("name", Value::from("web").tagged(Tag(2))),
        ("port", Value::from(80.0).tagged(Tag(3))),
        ("bad", Value::from("{{ .x").tagged(Tag(4))),
    ]);
    Value::from_iter([("Values", values)])
}

fn render(template: &str, options: Options) -> Result<String, String> {
    let mut functions = Functions::sprig();
    functions.extend(&[
        Function::new("include", &[Param::Str, Param::Any], include),
        Function::new("tpl", &[Param::Str, Param::Any], tpl),
    ]);
    let parsed = parse(SourceId(0), "t.yaml", template);
    let mut lines: Vec<String> = Vec::new();
    for error in &parsed.errors {
        let at = &template[error.span.range()];
        lines.push(format!("{error} «{at}»"));
        lines.extend(error.help.iter().map(|help| format!("  help: {help}")));
    }
    if !lines.is_empty() {
        return Err(lines.join("\n"));
    }
    let mut set = TemplateSet::new();
    set.add(&parsed);
    let mut host = Fixed::default();
    let mut evaluator = Evaluator::new(&set, &functions, &mut host, options);
    match evaluator.render("t.yaml", &data()) {
        Ok(text) => Ok(text.to_str().into_owned()),
        Err(Failure::Elsewhere(error)) => {
            lines.push(error.to_string());
            lines.extend(error.help.iter().map(|help| format!("  help: {help}")));
            lines.extend(error.tag.iter().map(|tag| format!("  value: #{}", tag.0)));
            let call = |call: &go_template::Call| {
                format!(
                    "  called by {} in {}:{}",
                    call.template, call.file, call.line
                )
            };
            lines.extend(error.calls.iter().map(call));
            Err(lines.join("\n"))
        }
        Err(failure) => Err(format!("{failure:?}")),
    }
}

#[track_caller]
fn check(template: &str, expected: &[&str]) {
    check_with(template, Options::default(), expected);
}

#[track_caller]
fn check_with(template: &str, options: Options, expected: &[&str]) {
    let error = render(template, options).expect_err("it fails");
    assert_eq!(error.lines().collect::<Vec<_>>(), expected, "\n{error}");
}

#[test]
fn fields() {
    check(
        "a\n  b: {{ .Values.ingres.host }}",
        &[
            "t.yaml:2:9: `.Values.ingres.host`: `.Values.ingres` is not set, so it has no `host`",
            "  help: did you mean `ingress`?",
        ],
    );
    check(
        "{{ .Values.web.image.tag }}",
        &[
            "t.yaml:1:4: `.Values.web.image`: `.Values.web` is not set, so it has no `image`",
            "  help: set `.Values.web`, or test it first: `{{ with .Values.web }}…{{ end }}`, or write `(.Values.web).image`",
        ],
    );
    check(
        "{{ .Values.name.first }}",
        &[
            "t.yaml:1:4: `.Values.name.first`: `.Values.name` is a string, so it has no `first`",
            "  value: #2",
        ],
    );
    check(
        "{{ range list nil }}{{ .x }}{{ end }}",
        &[
            "t.yaml:1:24: `.x`: `.` is not set, so it has no `x`",
            "  help: test it first: `{{ with . }}…{{ end }}`",
        ],
    );
    check(
        "{{ (now).Yea }}",
        &[
            "t.yaml:1:4: `(now).Yea`: `(now)` (time.Time) has no `Yea`",
            "  help: did you mean `Year`?",
        ],
    );
    check(
        "{{ .Values.name 1 }}",
        &["t.yaml:1:4: `.Values.name`: `name` is not a method, so it takes no arguments"],
    );
}

#[test]
fn arguments() {
    check(
        "{{ trunc .Values.port .Values.name }}",
        &[
            "t.yaml:1:10: `.Values.port`: `trunc` expects an integer (int) as argument 1, but this is a number (float64)",
            "  help: convert it with `int`",
            "  value: #3",
        ],
    );
    check(
        r#"{{ .Values.missing | trimSuffix "-" }}"#,
        &[
            "t.yaml:1:4: `.Values.missing`: this is not set, but `trimSuffix` expects a string as argument 2",
            "  help: set it, or give it a value with `default`",
        ],
    );
    check(
        r#"{{ hasKey .Values.missing "x" }}"#,
        &[
            "t.yaml:1:11: `.Values.missing`: this is not set, but `hasKey` expects a map as argument 1",
            "  help: set it, or give it a value with `default`",
        ],
    );
    check(
        "{{ trunc 5 }}",
        &["t.yaml:1:4: `trunc 5`: `trunc` takes 2 arguments, but 1 is given"],
    );
    check(
        "{{ .Values.port | upper }}",
        &[
            "t.yaml:1:4: `.Values.port`: `upper` expects a string as argument 1, but this is a number (float64)",
            "  help: convert it with `toString`",
            "  value: #3",
        ],
    );
    check(
        r#"{{ eq .Values.port "80" }}"#,
        &[
            r#"t.yaml:1:4: `eq .Values.port "80"`: a value of type float64 and one of type string cannot be compared"#,
            "  help: convert both with `toString`",
        ],
    );
    check(
        "{{ gt .Values.port 8 }}",
        &[
            "t.yaml:1:4: `gt .Values.port 8`: a value of type float64 and one of type int cannot be compared",
            "  help: convert both with `int` or `float64`",
        ],
    );
    check(
        "{{ index .Values.ingress.hosts 3 }}",
        &[
            "t.yaml:1:4: `index .Values.ingress.hosts 3`: the index 3 is out of range: the length is 1",
        ],
    );
}

#[test]
fn names() {
    check(
        r#"{{ triim "a" }}"#,
        &[
            r#"t.yaml:1:4: `triim "a"`: there is no function `triim`"#,
            "  help: did you mean `trim`?",
        ],
    );
    check(
        r#"{{ define "web.labels" }}{{ end }}{{ include "web.label" . }}"#,
        &[
            r#"t.yaml:1:38: `include "web.label" .`: there is no template named `web.label`"#,
            "  help: did you mean `web.labels`?",
        ],
    );
    check(
        "{{ if false }}{{ $x := 1 }}{{ else }}{{ $x }}{{ end }}",
        &[
            "t.yaml:1:41: `$x`: the variable `$x` has no value here",
            "  help: declare it before the branch, with `:=`",
        ],
    );
}

#[test]
fn calls() {
    check(
        "{{ define \"a\" }}\n{{ .Values.x.y }}{{ end }}{{ define \"b\" }}{{ include \"a\" . }}{{ end }}\n\n{{ template \"b\" . }}",
        &[
            "t.yaml:2:4: `.Values.x.y`: `.Values.x` is not set, so it has no `y`",
            "  help: set `.Values.x`, or test it first: `{{ with .Values.x }}…{{ end }}`, or write `(.Values.x).y`",
            "  called by b in t.yaml:2",
            "  called by t.yaml in t.yaml:4",
        ],
    );
    check(
        r#"{{ tpl "x\n {{ .Values.q.r }}" . }}"#,
        &[
            "tpl:2:5: `.Values.q.r`: `.Values.q` is not set, so it has no `r`",
            "  help: set `.Values.q`, or test it first: `{{ with .Values.q }}…{{ end }}`, or write `(.Values.q).r`",
            "  called by t.yaml in t.yaml:1",
        ],
    );
    check(
        "{{ tpl .Values.bad . }}",
        &[
            "tpl:1:6: the action is not closed with `}}`",
            "  called by t.yaml in t.yaml:1",
        ],
    );
    check(
        r#"{{ fail "set the name" }}"#,
        &["t.yaml:1:4: set the name"],
    );
}

#[test]
fn every_fault_of_a_text() {
    check(
        "{{ if .a }\n{{ .b | }}{{ $x }}\n{{ \"abc }}\n{{ range }}x{{ end }}{{ 'ab' }}{{ 0x }}",
        &[
            "t.yaml:1:1: the `if` on line 1 is not closed «{{»",
            "  help: add the missing `{{ end }}`",
            "t.yaml:1:10: an action is closed with two braces: `}}` «}»",
            "t.yaml:2:14: the variable `$x` is not declared here «$x»",
            r#"t.yaml:3:4: this string is not closed on its line «"abc }}"#,
            "»",
            "t.yaml:4:10: what `range` iterates over is missing here «}}»",
            "t.yaml:4:25: this is not one character «'ab'»",
            "t.yaml:4:35: this is not a number «0x»",
        ],
    );
    check(
        "{{ if .a }}{{ with .b }}x{{ end }}",
        &[
            "t.yaml:1:1: the `if` on line 1 is not closed «{{»",
            "  help: add the missing `{{ end }}`",
        ],
    );
    check(
        "a{{ end }}b{{ else }}c",
        &[
            "t.yaml:1:2: there is no open action that this `end` belongs to «{{ end }}»",
            "  help: remove it, or look for an `end` too many before it",
            "t.yaml:1:12: there is no open action that this `else` belongs to «{{ else»",
            "  help: remove it, or look for an `end` too many before it",
        ],
    );
    check(
        "{{ define \"x\" }}1{{ end }}\n{{ define \"x\" }}2{{ end }}",
        &["t.yaml:2:1: `x` is already defined on line 1 «{{»"],
    );
    check(
        "{{ template .name . }}{{ break }}{{ else if }}",
        &[
            "t.yaml:1:13: `template` needs the name of a template as a quoted string «.name»",
            "  help: a computed name works with `include`",
            "t.yaml:1:26: `break` is outside any `range` «break»",
            "t.yaml:1:34: there is no open action that this `else` belongs to «{{ else»",
            "  help: remove it, or look for an `end` too many before it",
        ],
    );
    check(
        "{{ (.a }}{{ .b) }}{{ .a.b.(c) }}{{ $vale := 1 }}{{ $valu }}",
        &[
            "t.yaml:1:8: a `(` is not closed «»",
            "t.yaml:1:15: there is no `(` that this closes «)»",
            "t.yaml:1:26: a space is missing before `.` «.»",
            "t.yaml:1:52: the variable `$valu` is not declared here «$valu»",
            "  help: did you mean `$vale`?",
        ],
    );
    check(
        "{{ if .a }}{{ else with .b }}{{ end }}{{ if .a }}{{ else }}{{ else }}{{ end }}",
        &[
            "t.yaml:1:20: `else with` may not follow `if` «with»",
            "  help: write `{{ else }}{{ with … }}` and close it with its own `end`",
            "t.yaml:1:60: this `if` has an `else` already «{{ else»",
        ],
    );
    check(
        "{{/* open",
        &["t.yaml:1:1: this comment is never closed with `*/` «{{/* open»"],
    );
    check(
        "{{/* a */ b }}",
        &["t.yaml:1:1: only `}}` or ` -}}` may follow the `*/` of a comment «{{/* a */»"],
    );
    check(
        r#"{{ . := 1 }}{{ $a, $b := .c }}{{ nil.x }}{{ .a "\q" }}{{ 1 | 2 }}"#,
        &[
            "t.yaml:1:6: `:=` needs a variable such as `$name` before it «:=»",
            "t.yaml:1:18: only `range` takes two variables, not a value «,»",
            "t.yaml:1:34: `nil` is a literal and has no fields «nil.x»",
            r#"t.yaml:1:48: this string has an escape that Go does not know «"\q"»"#,
            "  help: a backslash is written `\\\\`; a raw string is in backticks",
            "t.yaml:1:62: `2` is not a function that a value can be piped into «2»",
        ],
    );
    check(
        "{{ print .a(.b) }}{{ a,b }}{{ if end }}{{ end }}",
        &[
            "t.yaml:1:12: a space is missing before `(` «(»",
            "t.yaml:1:23: `,` is not allowed in a list of arguments «,»",
            "t.yaml:1:34: the keyword `end` is not allowed inside what `if` tests «end»",
        ],
    );
}

#[test]
fn missing_keys_as_the_caller_wants() {
    let template = "{{ .Values.nam }}|{{ .Values.a.b }}";
    let with = |missing_key| Options {
        missing_key,
        limits: Limits::default(),
    };
    let default = render(template, with(MissingKey::Default));
    assert_eq!(default.as_deref(), Ok("<no value>|<no value>"));
    check_with(
        template,
        with(MissingKey::Zero),
        &[
            "t.yaml:1:22: `.Values.a.b`: `.Values.a` is not set, so it has no `b`",
            "  help: set `.Values.a`, or test it first: `{{ with .Values.a }}…{{ end }}`, or write `(.Values.a).b`",
        ],
    );
    check_with(
        template,
        with(MissingKey::Error),
        &[
            "t.yaml:1:4: `.Values.nam`: there is no key `nam`",
            "  help: did you mean `name`?",
        ],
    );
}

#[test]
fn limits() {
    let limits = Limits {
        steps: 1_000,
        bytes: 10_000,
        text: 1_000,
        depth: 4,
        ..Limits::default()
    };
    let small = Options {
        limits,
        ..Options::default()
    };
    check_with(
        r#"{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}"#,
        small,
        &[
            "t.yaml:1:1: templates call each other too deeply; is there an endless recursion?",
            "  called by r in t.yaml:1",
            "  called by r in t.yaml:1",
            "  called by r in t.yaml:1",
            "  called by t.yaml in t.yaml:1",
        ],
    );
    check_with(
        "{{ range until 100 }}{{ range until 100 }}{{ end }}{{ end }}",
        small,
        &["t.yaml:1:31: `until 100`: rendering takes too many steps"],
    );
    check_with(
        r#"{{ repeat 2000 "x" }}"#,
        small,
        &[r#"t.yaml:1:4: `repeat 2000 "x"`: a text grows beyond 1000 bytes"#],
    );
    check_with(
        r#"{{ $x := "a" }}{{ range until 50 }}{{ $x = print $x $x }}{{ end }}"#,
        small,
        &["t.yaml:1:44: `print $x $x`: a text grows beyond 1000 bytes"],
    );
    check_with(
        r#"{{ range until 100 }}{{ $_ := repeat 900 "x" }}{{ end }}"#,
        small,
        &[r#"t.yaml:1:31: `repeat 900 "x"`: rendering produces too much text"#],
    );
    check_with(
        r#"{{ $d := dict }}{{ $_ := set $d "d" $d }}{{ $d }}"#,
        small,
        &["t.yaml:1:45: `$d`: a text grows beyond 1000 bytes"],
    );
    check_with(
        r#"{{ printf "%99999d" 1 }}"#,
        small,
        &[r#"t.yaml:1:4: `printf "%99999d" 1`: a text grows beyond 1000 bytes"#],
    );
    check_with(
        "{{ range until 999 }}0123456789{{ end }}",
        small,
        &["t.yaml:1:10: `until 999`: rendering takes too many steps"],
    );
}
