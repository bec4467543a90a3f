//! The expectations are Go's own, for a document `a: …` with each text: for kustomize
//! `yaml.Parse(text)` and `MarshalJSON` of sigs.k8s.io/kustomize/kyaml/yaml v0.18.1, for kubectl
//! `yaml.YAMLToJSON` of sigs.k8s.io/yaml v1.4.0.

use super::{Dialect, Scalar, dialects_differ, resolve, try_resolve};
use crate::{Style, Tree};

/// The JSON of the scalar, or "error".
fn read(yaml: &str, dialect: Dialect) -> String {
    let tree = Tree::parse(format!("a: {yaml}\n"));
    assert_eq!(tree.errors(), []);
    let root = tree.documents().next().unwrap();
    let node = tree.get(root, "a").unwrap();
    match try_resolve(tree.scalar(node), tree.style(node), tree.tag(node), dialect) {
        Err(_) => "error".to_owned(),
        Ok(Scalar::Null) => "null".to_owned(),
        Ok(Scalar::Bool(value)) => value.to_string(),
        Ok(Scalar::Int(value)) => value.to_string(),
        Ok(Scalar::Uint(value)) => value.to_string(),
        Ok(Scalar::Float(value)) if value.abs() >= 1e21 => format!("{value:e}").replace('e', "e+"),
        Ok(Scalar::Float(value)) => crate::float::positional(value),
        Ok(Scalar::Str(text)) => format!("{text:?}"),
    }
}

#[test]
fn reads_as_go_does() {
    let cases = [
        ("", "null", "null"),
        ("~", "null", "null"),
        ("null", "null", "null"),
        ("NULL", "null", "null"),
        ("nULL", "\"nULL\"", "\"nULL\""),
        ("true", "true", "true"),
        ("True", "true", "true"),
        ("tRUE", "\"tRUE\"", "\"tRUE\""),
        ("false", "false", "false"),
        ("y", "\"y\"", "true"),
        ("Y", "\"Y\"", "true"),
        ("yes", "\"yes\"", "true"),
        ("Yes", "\"Yes\"", "true"),
        ("yEs", "\"yEs\"", "\"yEs\""),
        ("on", "\"on\"", "true"),
        ("ON", "\"ON\"", "true"),
        ("n", "\"n\"", "false"),
        ("No", "\"No\"", "false"),
        ("off", "\"off\"", "false"),
        ("Off", "\"Off\"", "false"),
        ("<<", "\"<<\"", "\"<<\""),
        ("=", "\"=\"", "\"=\""),
        ("0", "0", "0"),
        ("-0", "0", "0"),
        ("+1", "1", "1"),
        ("-1", "-1", "-1"),
        ("12", "12", "12"),
        ("007", "7", "7"),
        ("-07", "-7", "-7"),
        ("08", "8", "8"),
        ("0755", "493", "493"),
        ("0o17", "15", "15"),
        ("-0o17", "-15", "-15"),
        ("0O17", "15", "15"),
        ("0o8", "\"0o8\"", "\"0o8\""),
        ("0x1f", "31", "31"),
        ("0X1F", "31", "31"),
        ("-0x1f", "-31", "-31"),
        ("0x", "\"0x\"", "\"0x\""),
        ("0b101", "5", "5"),
        ("-0b1", "-1", "-1"),
        ("0b2", "\"0b2\"", "\"0b2\""),
        ("0b-1", "-1", "-1"),
        ("0o-7", "-7", "\"0o-7\""),
        ("1_000", "1000", "1000"),
        ("1__0", "10", "10"),
        ("_1", "\"_1\"", "\"_1\""),
        ("1_", "1", "1"),
        ("0_7", "7", "7"),
        ("-_", "\"-_\"", "\"-_\""),
        ("12:30", "\"12:30\"", "\"12:30\""),
        ("12:30:45", "\"12:30:45\"", "\"12:30:45\""),
        (
            "9223372036854775807",
            "9223372036854775807",
            "9223372036854775807",
        ),
        (
            "-9223372036854775808",
            "-9223372036854775808",
            "-9223372036854775808",
        ),
        (
            "9223372036854775808",
            "9223372036854775808",
            "9223372036854775808",
        ),
        (
            "18446744073709551615",
            "18446744073709551615",
            "18446744073709551615",
        ),
        (
            "18446744073709551616",
            "18446744073709552000",
            "18446744073709552000",
        ),
        (
            "-9223372036854775809",
            "-9223372036854776000",
            "-9223372036854776000",
        ),
        (
            "123456789012345678901234567890",
            "1.2345678901234568e+29",
            "1.2345678901234568e+29",
        ),
        ("1.5", "1.5", "1.5"),
        ("-1.5", "-1.5", "-1.5"),
        ("1.", "1", "1"),
        (".5", "0.5", "0.5"),
        ("-.5", "-0.5", "-0.5"),
        ("1.0", "1", "1"),
        ("1e3", "1000", "1000"),
        ("1E3", "1000", "1000"),
        ("1e+3", "1000", "1000"),
        ("1e-3", "0.001", "0.001"),
        ("1e", "\"1e\"", "\"1e\""),
        ("1e999", "\"1e999\"", "\"1e999\""),
        ("1e21", "1e+21", "1e+21"),
        ("1_0.5", "10.5", "10.5"),
        (".5_0", "0.5", "0.5"),
        ("._5", "\"._5\"", "\"._5\""),
        (".5_", "\".5_\"", "\".5_\""),
        ("1.2.3", "\"1.2.3\"", "\"1.2.3\""),
        ("0x1p4", "\"0x1p4\"", "\"0x1p4\""),
        ("inf", "\"inf\"", "\"inf\""),
        ("nan", "\"nan\"", "\"nan\""),
        ("2001-01-01", "\"2001-01-01T00:00:00Z\"", "\"2001-01-01\""),
        ("2001-1-1", "\"2001-01-01T00:00:00Z\"", "\"2001-1-1\""),
        ("2001-02-30", "\"2001-02-30\"", "\"2001-02-30\""),
        ("2000-02-29", "\"2000-02-29T00:00:00Z\"", "\"2000-02-29\""),
        (
            "2001-12-14T21:59:43Z",
            "\"2001-12-14T21:59:43Z\"",
            "\"2001-12-14T21:59:43Z\"",
        ),
        (
            "2001-12-14t21:59:43.10-05:00",
            "\"2001-12-14T21:59:43.1-05:00\"",
            "\"2001-12-14t21:59:43.10-05:00\"",
        ),
        (
            "2001-12-14 21:59:43.10",
            "\"2001-12-14T21:59:43.1Z\"",
            "\"2001-12-14 21:59:43.10\"",
        ),
        (
            "2001-12-14 21:59:43.10 -5",
            "\"2001-12-14 21:59:43.10 -5\"",
            "\"2001-12-14 21:59:43.10 -5\"",
        ),
        (
            "2001-12-14   1:2:3",
            "\"2001-12-14T01:02:03Z\"",
            "\"2001-12-14   1:2:3\"",
        ),
        (
            "2001-12-14T21:59:43",
            "\"2001-12-14T21:59:43\"",
            "\"2001-12-14T21:59:43\"",
        ),
        (
            "2001-12-14T21:59:43,5Z",
            "\"2001-12-14T21:59:43.5Z\"",
            "\"2001-12-14T21:59:43,5Z\"",
        ),
        (
            "2001-12-14T21:59:43+23:60",
            "error",
            "\"2001-12-14T21:59:43+23:60\"",
        ),
        (
            "2001-12-14T24:00:00Z",
            "\"2001-12-14T24:00:00Z\"",
            "\"2001-12-14T24:00:00Z\"",
        ),
        ("100m", "\"100m\"", "\"100m\""),
        ("1Gi", "\"1Gi\"", "\"1Gi\""),
        ("10.0.0.1", "\"10.0.0.1\"", "\"10.0.0.1\""),
        ("a b", "\"a b\"", "\"a b\""),
        ("!!str 1", "\"1\"", "\"1\""),
        ("!!str ~", "\"~\"", "\"~\""),
        ("!!int 1", "1", "1"),
        ("!!int '1'", "1", "1"),
        ("!!int 1.5", "error", "error"),
        ("!!int a", "error", "error"),
        ("!!int 0x1f", "31", "31"),
        ("!!float 1", "1", "1"),
        ("!!float 1.5", "1.5", "1.5"),
        ("!!float '2'", "2", "2"),
        ("!!float 18446744073709551615", "error", "error"),
        (
            "!!float -9223372036854775808",
            "-9223372036854776000",
            "-9223372036854776000",
        ),
        ("!!float a", "error", "error"),
        ("!!bool true", "true", "true"),
        ("!!bool 'true'", "true", "true"),
        ("!!bool yes", "error", "true"),
        ("!!bool 1", "error", "error"),
        ("!!null ~", "null", "null"),
        ("!!null ''", "null", "null"),
        ("!!null a", "error", "error"),
        (
            "!!timestamp 2001-1-1",
            "\"2001-01-01T00:00:00Z\"",
            "\"2001-1-1\"",
        ),
        (
            "!!timestamp '2001-1-1'",
            "\"2001-01-01T00:00:00Z\"",
            "\"2001-1-1\"",
        ),
        ("!!timestamp a", "error", "error"),
        (
            "!!timestamp 2001-12-14T21:59:43+24:00",
            "error",
            "\"2001-12-14T21:59:43+24:00\"",
        ),
        ("!!binary aGk=", "\"hi\"", "\"hi\""),
        ("!!binary 'aGk='", "\"hi\"", "\"hi\""),
        (
            "!!binary //79",
            "\"\u{fffd}\u{fffd}\u{fffd}\"",
            "\"\u{fffd}\u{fffd}\u{fffd}\"",
        ),
        ("!!binary aGk", "error", "error"),
        ("!!binary a===", "error", "error"),
        ("!!binary ''", "\"\"", "\"\""),
        ("! 1", "1", "\"1\""),
        ("! '1'", "\"1\"", "\"1\""),
        ("!local 1", "\"1\"", "\"1\""),
        ("!!merge <<", "\"<<\"", "\"<<\""),
        ("!!other 1", "\"1\"", "\"1\""),
        ("'1'", "\"1\"", "\"1\""),
        ("\"true\"", "\"true\"", "\"true\""),
        ("'2001-01-01'", "\"2001-01-01\"", "\"2001-01-01\""),
        ("|-\n 1", "\"1\"", "\"1\""),
        (">-\n ~", "\"~\"", "\"~\""),
    ];
    for (yaml, kustomize, kubectl) in cases {
        assert_eq!(
            read(yaml, Dialect::Kustomize),
            kustomize,
            "kustomize: {yaml}"
        );
        assert_eq!(read(yaml, Dialect::Kubectl), kubectl, "kubectl: {yaml}");
    }
}

#[test]
fn knows_where_the_dialects_differ() {
    let differ = |text| dialects_differ(text, Style::Plain, None);
    assert!(
        ["yes", "On", "n", "2001-01-01", "0o-7"]
            .into_iter()
            .all(differ)
    );
    assert!(
        !["true", "0755", "1_000", "12:30", ".nan", "", "a"]
            .into_iter()
            .any(differ)
    );
    assert!(!dialects_differ("yes", Style::SingleQuoted, None));
    assert!(dialects_differ(
        "yes",
        Style::Plain,
        Some("tag:yaml.org,2002:bool")
    ));
}

#[test]
fn what_json_cannot_hold_stays_a_float() {
    let read = |text| resolve(text, Style::Plain, None, Dialect::Kustomize);
    assert_eq!(read("-.inf"), Scalar::Float(f64::NEG_INFINITY));
    assert!(matches!(read(".NaN"), Scalar::Float(value) if value.is_nan()));
}

#[test]
fn tells_why_a_tag_does_not_fit() {
    let tag = Some("tag:yaml.org,2002:int");
    let misfit = try_resolve("a", Style::Plain, tag, Dialect::Kubectl).unwrap_err();
    assert_eq!(
        misfit.to_string(),
        "this is not an integer, although its tag says so"
    );
    assert_eq!(
        resolve("a", Style::Plain, tag, Dialect::Kubectl),
        Scalar::Str("a".into())
    );
}
