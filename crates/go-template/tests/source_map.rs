//! Where the rendered bytes came from.

use go_template::{
    Args, Entry, Evaluator, Failure, Fixed, Function, Functions, Map, Options, Param, Relation,
    SourceId, Tag, TemplateSet, Text, Value, parse, parse_made,
};

fn include(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let name = args.str(0)?;
    Ok(evaluator.render(&name, args.value(1)?)?.into())
}

/// As Helm's: renders a text that knows where it came from.
fn tpl(evaluator: &mut Evaluator<'_>, args: Args<'_>) -> Result<Value, Failure> {
    let parsed = parse_made("tpl", args.view(0)?.to_text());
    Ok(evaluator.render_parsed(&parsed, args.value(1)?)?.into())
}

/// Values with these tags: image 1, tag 2, port 3, labels 4 with its key 5 and value 6,
/// script 7.
fn data() -> Value {
    let labels = Map::default();
    labels.insert(
        "app",
        Entry {
            value: Value::from("web").tagged(Tag(6)),
            key: Some(Tag(5)),
        },
    );
    Value::from_iter([
        ("image", Value::from("nginx").tagged(Tag(1))),
        ("tag", Value::from(" 1.25 \n").tagged(Tag(2))),
        ("port", Value::from(8080.0).tagged(Tag(3))),
        ("labels", Value::from(labels).tagged(Tag(4))),
        (
            "script",
            Value::from("run {{ .image }} \"now\"").tagged(Tag(7)),
        ),
    ])
}

/// Each piece with the template's text at its place, and the value.
fn map(template: &str) -> String {
    let mut functions = Functions::sprig();
    functions.extend(&[
        Function::new("include", &[Param::Str, Param::Any], include),
        Function::new("tpl", &[Param::Str, Param::Any], tpl),
    ]);
    let parsed = parse(SourceId(0), "main", template);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    let mut set = TemplateSet::new();
    set.add(&parsed);
    let mut host = Fixed::default();
    let mut evaluator = Evaluator::new(&set, &functions, &mut host, Options::default());
    let text: Text = evaluator.render("main", &data()).expect("it renders");
    let mut out = String::new();
    let mut start = 0;
    for piece in text.pieces() {
        let bytes = &text.bytes()[start..piece.end as usize];
        start = piece.end as usize;
        out.push_str(&format!("{:?} ", String::from_utf8_lossy(bytes)));
        let place = piece.place.map(|place| &template[place.span.range()]);
        match piece.relation {
            Relation::Template => {
                assert_eq!(place.map(str::as_bytes), Some(bytes));
                out.push_str("text");
            }
            Relation::Value { offset } => {
                out.push_str(&format!(
                    "#{}+{offset}",
                    piece.trace.tag.expect("it has one").0
                ));
            }
            Relation::Made => out.push_str("made"),
        }
        if piece.relation == Relation::Made
            && let Some(tag) = piece.trace.tag
        {
            out.push_str(&format!(" of #{}", tag.0));
        }
        if piece.trace.placeholder {
            out.push_str(" placeholder");
        }
        if piece.relation != Relation::Template {
            out.push_str(&format!(" by {}", place.unwrap_or("?")));
        }
        out.push('\n');
    }
    assert_eq!(start, text.len(), "the pieces cover the text");
    out
}

#[track_caller]
fn check(template: &str, expected: &[&str]) {
    let map = map(template);
    assert_eq!(map.lines().collect::<Vec<_>>(), expected, "\n{map}");
}

#[test]
fn text_and_values() {
    check(
        "image: {{ .image }}\nx: {{- 1 }}",
        &[
            r#""image: " text"#,
            r#""nginx" #1+0 by .image"#,
            r#""\nx:" text"#,
            r#""1" made by 1"#,
        ],
    );
}

#[test]
fn numbers_are_made_of_their_value() {
    check("{{ .port }}", &[r#""8080" made of #3 by .port"#]);
}

#[test]
fn functions_keep_the_bytes_they_keep() {
    check(
        "{{ .tag | trim | quote }}",
        &[
            r#""\"" made by .tag | trim | quote"#,
            r#""1.25" #2+1 by .tag | trim | quote"#,
            r#""\"" made by .tag | trim | quote"#,
        ],
    );
    check(
        r#"{{ printf "%s:%s" .image (trim .tag) | trunc 8 }}"#,
        &[
            r#""nginx" #1+0 by printf "%s:%s" .image (trim .tag) | trunc 8"#,
            r#"":" made by printf "%s:%s" .image (trim .tag) | trunc 8"#,
            r#""1." #2+1 by printf "%s:%s" .image (trim .tag) | trunc 8"#,
        ],
    );
    check(
        r#"{{ .script | replace "run" .image | upper | trunc 12 }}"#,
        &[
            r#""NGINX" made of #1 by .script | replace "run" .image | upper | trunc 12"#,
            r#"" {{ ." #7+3 by .script | replace "run" .image | upper | trunc 12"#,
            r#""IM" made of #7 by .script | replace "run" .image | upper | trunc 12"#,
        ],
    );
    check(
        "{{ .image | indent 2 | nindent 1 }}",
        &[
            r#""\n   " made by .image | indent 2 | nindent 1"#,
            r#""nginx" #1+0 by .image | indent 2 | nindent 1"#,
        ],
    );
    check(
        r#"{{ join "-" (list .image .port) }}"#,
        &[
            r#""nginx" #1+0 by join "-" (list .image .port)"#,
            r#""-" made by join "-" (list .image .port)"#,
            r#""8080" made of #3 by join "-" (list .image .port)"#,
        ],
    );
    check(
        r#"{{ index (splitList "n" .image) 2 }}"#,
        &[r#""x" #1+4 by index (splitList "n" .image) 2"#],
    );
    check(
        r#"{{ regexReplaceAll "(g)i" .image "<$1>" }}"#,
        &[
            r#""n" #1+0 by regexReplaceAll "(g)i" .image "<$1>""#,
            r#""<" made by regexReplaceAll "(g)i" .image "<$1>""#,
            r#""g" #1+1 by regexReplaceAll "(g)i" .image "<$1>""#,
            r#"">" made by regexReplaceAll "(g)i" .image "<$1>""#,
            r#""nx" #1+3 by regexReplaceAll "(g)i" .image "<$1>""#,
        ],
    );
}

#[test]
fn what_is_computed_names_its_value() {
    check(
        "{{ .image | sha256sum | trunc 4 }}",
        &[r#""5be1" made of #1 by .image | sha256sum | trunc 4"#],
    );
    check(
        "{{ add .port 1 }}",
        &[r#""8081" made of #3 by add .port 1"#],
    );
    check("{{ .image | len }}", &[r#""5" made of #1 by .image | len"#]);
}

#[test]
fn chosen_values_keep_their_own_tag() {
    check(
        r#"{{ .none | default .image }}{{ default "x" .image }}"#,
        &[
            r#""nginx" #1+0 by .none | default .image"#,
            r#""nginx" #1+0 by default "x" .image"#,
        ],
    );
    check(
        r#"{{ default "x" .none }}"#,
        &[r#""x" made by default "x" .none"#],
    );
    check(
        "{{ ternary .image .tag true }}",
        &[r#""nginx" #1+0 by ternary .image .tag true"#],
    );
}

#[test]
fn variables_and_ranges() {
    check(
        "{{ $i := .image }}{{ with .labels }}{{ $i }}{{ .app }}{{ end }}",
        &[r#""nginx" #1+0 by $i"#, r#""web" #6+0 by .app"#],
    );
    check(
        "{{ range $k, $v := .labels }}{{ $k }}={{ $v }}{{ end }}",
        &[r#""app" #5+0 by $k"#, r#""=" text"#, r#""web" #6+0 by $v"#],
    );
    check(
        "{{ .labels | toJson }}",
        &[
            r#""{\"" made by .labels | toJson"#,
            r#""app" #5+0 by .labels | toJson"#,
            r#""\":\"" made by .labels | toJson"#,
            r#""web" #6+0 by .labels | toJson"#,
            r#""\"}" made by .labels | toJson"#,
        ],
    );
    check(
        "{{ (fromJson (toJson .labels)).app }}",
        &[r#""web" #6+0 by (fromJson (toJson .labels)).app"#],
    );
}

#[test]
fn templates_keep_their_own_places() {
    check(
        r#"{{ define "x" }}a{{ .image }}{{ end }}{{ include "x" . | indent 1 }}{{ template "x" . }}"#,
        &[
            r#"" " made by include "x" . | indent 1"#,
            r#""a" text"#,
            r#""nginx" #1+0 by .image"#,
            r#""a" text"#,
            r#""nginx" #1+0 by .image"#,
        ],
    );
}

#[test]
fn a_rendered_value_leads_back_to_the_value() {
    check(
        "{{ tpl .script . }}",
        &[
            r#""run " #7+0 by tpl .script ."#,
            r#""nginx" #1+0 by tpl .script ."#,
            r#"" \"now\"" #7+16 by tpl .script ."#,
        ],
    );
    check(
        r#"{{ tpl "lit {{ .image }}" . }}"#,
        &[
            r#""lit " made by tpl "lit {{ .image }}" ."#,
            r#""nginx" #1+0 by tpl "lit {{ .image }}" ."#,
        ],
    );
}

#[test]
fn placeholders_stay_marked() {
    check(
        r#"a{{ randAlphaNum 3 | b64enc }}{{ randInt 1 5 }}{{ now | date "2006" }}"#,
        &[
            r#""a" text"#,
            r#""cGxh" made placeholder by randAlphaNum 3 | b64enc"#,
            r#""1" made placeholder by randInt 1 5"#,
            r#""1970" made placeholder by now | date "2006""#,
        ],
    );
    check(
        r#"{{ $c := genCA "ca" 1 }}{{ $c.Cert | trunc 5 }}{{ print .image (randAlpha 2) }}"#,
        &[
            r#""-----" made placeholder by $c.Cert | trunc 5"#,
            r#""nginx" #1+0 by print .image (randAlpha 2)"#,
            r#""pl" made placeholder by print .image (randAlpha 2)"#,
        ],
    );
}
