//! What Prometheus takes, and what it rejects.

use insta::assert_snapshot;

use super::*;

fn wrong(expression: &str) -> String {
    match check(expression) {
        Ok(kind) => format!("ok: {}", kind.name()),
        Err(error) => {
            let reason = match error.reason {
                Reason::Wrong => "",
                Reason::Limit => "limit: ",
            };
            let at = expression.get(error.span.clone());
            format!("{reason}{} | {}", error.message, at.unwrap_or("?"))
        }
    }
}

#[test]
fn expressions_have_kinds() {
    for (kind, expressions) in [
        (
            Kind::Scalar,
            &[
                "1",
                "1 + 2 * 3 ^ -1",
                "Inf",
                "-NaN",
                "0x1F",
                ".5e-3",
                "1_000",
                "5m",
                "time()",
                "scalar(up)",
                "1 > bool 2",
                "(1)",
                "pi() * 2",
            ][..],
        ),
        (
            Kind::Vector,
            &[
                "up",
                ":rule:sum",
                "job:up:sum{job=\"api\"}",
                "{__name__=~\"a.+\", job!=\"\",}",
                "{\"metric.name\", 'label.name'=`x`}",
                "up{} == 0",
                "sum(up)",
                "SUM BY (job) (up)",
                "sum without (instance,) (rate(x[5m])) # comment",
                "topk(5, up)",
                "count_values(\"version\", build_info)",
                "quantile by (a) (0.9, up)",
                "a and on (job) b or c unless ignoring (x) d",
                "a / on (job) group_left (node, zone) b",
                "a * ignoring () group_right b",
                "a > bool b",
                "rate(x{a=\"b\"}[5m] offset 1h)",
                "rate(x[5m] @ start())",
                "x offset -5m @ 1609746000",
                "max_over_time(rate(x[5m])[1h:30s])",
                "max_over_time(rate(x[5m])[1h:] offset 1d)",
                "x[5m:1m] offset 5m > 1 or y",
                "label_replace(up, \"a\", \"$1\", \"b\", \"(.*)\")",
                "histogram_quantile(0.99, sum by (le) (rate(x_bucket[5m])))",
                "sum",
                "count{job=\"by\"}",
                "hour() > 9 and hour() < 17",
                "round(up)",
                "vector(1)",
                "absent(up{job=\"x\"})",
                "-up ^ 2",
                "1 - avg(rate(node_cpu_seconds_total{mode=\"idle\"}[5m])) by (instance)",
                "a atan2 b",
                "rate(x[300])",
                "rate(x[5m * 2])",
                "rate(x[-(10s - 5s) + 20s])",
                "rate(x[max_of(step(), 5s)])",
                "{__name__=\"a\", __name__!=\"b\"}",
                "sum(a) / sum(b)\n  > 0.5",
                "up{job=~\"a|b\", x!~\"c.*\"}",
                "label_join(up, \"a\", \",\")",
                "sort_by_label(up, \"job\", \"instance\")",
                "1h30m5s * up",
                "sum(sum_over_time((up == bool 1)[1h:]))",
            ],
        ),
        (
            Kind::Matrix,
            &["up[5m]", "up[1h:5m]", "sum(up)[1h:]", "up[5m] offset 1w"],
        ),
        (
            Kind::String,
            &["\"a\\n\\x41\\u00e4\\101\"", "`a\\`", "'it\\'s'"],
        ),
    ] {
        for expression in expressions {
            // Of operators between a range and something else there is none.
            let expected = match expression.starts_with("x[5m:1m]") {
                true => Err(()),
                false => Ok(kind),
            };
            assert_eq!(
                check(expression).map_err(|_| ()),
                expected,
                "{expression}: {}",
                wrong(expression)
            );
        }
    }
}

#[test]
fn what_prometheus_rejects() {
    let all = [
        "",
        "# comment",
        "sum(",
        "sum(up",
        "sum(up))",
        "up{job=\"a\"",
        "up{job=a}",
        "up{job}",
        "up{job==\"a\"}",
        "{}",
        "{a=\"\"}",
        "{a=~\".*\"}",
        "up{__name__=\"x\"}",
        "up{a=~\"(\"}",
        "rate(up)",
        "rate(up[5])[5m]",
        "rate(sum(up)[5m])",
        "up[5m",
        "up[0s]",
        "up[-5m]",
        "up{\"name\"}",
        "up[5x]",
        "up[1.5h]",
        "up[1m1h]",
        "(up)[5m]",
        "up offset 5m [5m]",
        "up offset 5m offset 5m",
        "sum(up) offset 5m",
        "up offset",
        "unknown(up)",
        "abs()",
        "round(up, 1, 2)",
        "clamp(up, 1)",
        "topk(up)",
        "sum(up, up)",
        "topk(\"a\", up)",
        "sum(1)",
        "1 > 2",
        "1 and up",
        "up + \"a\"",
        "up[5m] > 1",
        "-\"a\"",
        "up + bool 1",
        "up * on (a) 1",
        "a and on (x) group_left () b",
        "sum by (up)",
        "sum by job (up)",
        "sum(up) by",
        "up up",
        "up =< 1",
        "up = 1",
        "up && up",
        "\"a",
        "'a\n'",
        "\"\\q\"",
        "1e",
        "5mm",
        "on",
        "up{a=\"b\",,}",
        "sum(up,)",
        "up @ 5m5",
        "ä",
        "rate(http_requests_total{job=“api”}[5m])",
        "{{ .Values.x }}",
    ];
    let told: Vec<String> = all
        .iter()
        .map(|text| format!("{text:?}: {}", wrong(text)))
        .collect();
    assert_snapshot!(told.join("\n"), @r##"
    "": the expression is empty | 
    "# comment": the expression is empty | 
    "sum(": the expression ends where an operand is expected | 
    "sum(up": the expression ends where `)` is expected | 
    "sum(up))": unexpected `)` after the expression | )
    "up{job=\"a\"": the expression ends where `}` is expected | 
    "up{job=a}": unexpected `a` where a quoted value is expected | a
    "up{job}": unexpected `}` where `=`, `!=`, `=~` or `!~` is expected | }
    "up{job==\"a\"}": unexpected `==` where `=`, `!=`, `=~` or `!~` is expected | ==
    "{}": the selector needs a label that may not be empty, or it selects every series | {}
    "{a=\"\"}": the selector needs a label that may not be empty, or it selects every series | {a=""}
    "{a=~\".*\"}": the selector needs a label that may not be empty, or it selects every series | {a=~".*"}
    "up{__name__=\"x\"}": the name of the metric is set twice | __name__
    "up{a=~\"(\"}": the regular expression is invalid: unclosed group | "("
    "rate(up)": `rate` needs a range vector, such as `metric[5m]`, not an instant vector | up
    "rate(up[5])[5m]": a range follows a selector; for an expression, write a subquery, such as `[5m:]` | [5m]
    "rate(sum(up)[5m])": a range follows a selector; for an expression, write a subquery, such as `[5m:]` | [5m]
    "up[5m": the expression ends where `]` is expected | 
    "up[0s]": a range has to be longer than zero | 0s
    "up[-5m]": a range has to be longer than zero | -
    "up{\"name\"}": the name of the metric is set twice | "name"
    "up[5x]": `5x` is neither a number nor a duration | 5x
    "up[1.5h]": `1.5h` is neither a number nor a duration | 1.5h
    "up[1m1h]": `1m1h` is neither a number nor a duration | 1m1h
    "(up)[5m]": a range follows a selector; for an expression, write a subquery, such as `[5m:]` | [5m]
    "up offset 5m [5m]": a range comes before `offset` and `@` | [5m]
    "up offset 5m offset 5m": `offset` is set twice | offset
    "sum(up) offset 5m": `offset` follows a selector or a subquery | offset
    "up offset": the expression ends where a duration such as `5m` is expected | 
    "unknown(up)": unknown function `unknown` | unknown
    "abs()": `abs` takes 1 argument, not 0 | abs()
    "round(up, 1, 2)": `round` takes 1 to 2 arguments, not 3 | round(up, 1, 2)
    "clamp(up, 1)": `clamp` takes 3 arguments, not 2 | clamp(up, 1)
    "topk(up)": `topk` takes 2 arguments, not 1 | topk(up)
    "sum(up, up)": `sum` takes 1 argument, not 2 | sum(up, up)
    "topk(\"a\", up)": `topk` needs a scalar, not a string | "a"
    "sum(1)": `sum` needs an instant vector, not a scalar | 1
    "1 > 2": a comparison of two scalars needs `> bool` | >
    "1 and up": `and` combines instant vectors, not scalars | and
    "up + \"a\"": `+` takes scalars and instant vectors, not a string | "a"
    "up[5m] > 1": `>` takes scalars and instant vectors, not a range vector | up[5m]
    "-\"a\"": a sign goes before a scalar or an instant vector, not a string | -"a"
    "up + bool 1": `bool` is for comparisons alone | +
    "up * on (a) 1": labels are matched between two instant vectors, and one side is a scalar | on (a) 
    "a and on (x) group_left () b": `and` matches many series with many, so it takes no grouping | group_left () 
    "sum by (up)": the expression ends where `(` is expected | 
    "sum by job (up)": unexpected `job` where `(` is expected | job
    "sum(up) by": the expression ends where `(` is expected | 
    "up up": unexpected `up` after the expression | up
    "up =< 1": unexpected `=` after the expression | =
    "up = 1": unexpected `=` after the expression | =
    "up && up": unexpected character `&` | &
    "\"a": the string is not closed | "
    "'a\n'": the string is not closed | '
    "\"\\q\"": unknown escape in the string | \
    "1e": `1e` is neither a number nor a duration | 1e
    "5mm": `5mm` is neither a number nor a duration | 5mm
    "on": unexpected keyword `on` | on
    "up{a=\"b\",,}": unexpected `,` where the name of a label is expected | ,
    "sum(up,)": unexpected `)` where an operand is expected | )
    "up @ 5m5": `5m5` is neither a number nor a duration | 5m5
    "ä": unexpected character `ä` | ä
    "rate(http_requests_total{job=“api”}[5m])": unexpected character `“` | “
    "{{ .Values.x }}": unexpected `{` where the name of a label is expected | {
    "##);
}

#[test]
fn what_is_hostile_is_bounded() {
    for text in [
        "(".repeat(60_000),
        "-".repeat(60_000),
        "a^".repeat(30_000),
        "sum(".repeat(10_000),
        "a[".repeat(10_000),
        "a+".repeat(30_000) + "a",
        "a[1m:]".to_owned() + &"[1m:]".repeat(10_000),
        format!("a[{}", "(".repeat(60_000)),
        "{a=~\"(\"".repeat(5_000),
        "\"".repeat(60_001),
        "#".repeat(60_000),
        "{".repeat(60_000),
        "\u{0}".repeat(1_000),
        "é".repeat(1_000),
    ] {
        let _ = check(&text);
    }
    assert_snapshot!(wrong(&"a".repeat(1 << 20)).split(" | ").next().unwrap(), @"limit: the expression is longer than 64 KiB");
    assert_snapshot!(wrong(&"(".repeat(1_000)), @"limit: the expression is nested deeper than 100 | (");
    assert_snapshot!(wrong(&("a+".repeat(30_000) + "a")), @"ok: instant vector");
}
