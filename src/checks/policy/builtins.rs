//! The functions that policies may call.

use super::scan::{Token, TokenKind};

/// Every function of the language that is there, apart from those below.
const AVAILABLE: &[&str] = &[
    "abs",
    "array.concat",
    "array.reverse",
    "array.slice",
    "base64.decode",
    "base64.encode",
    "base64.is_valid",
    "base64url.decode",
    "base64url.encode",
    "base64url.encode_no_pad",
    "bits.and",
    "bits.negate",
    "bits.or",
    "bits.rsh",
    "bits.xor",
    "ceil",
    "concat",
    "contains",
    "count",
    "endswith",
    "floor",
    "format_int",
    "glob.match",
    "glob.quote_meta",
    "graph.reachable",
    "graph.reachable_paths",
    "hex.decode",
    "hex.encode",
    "indexof",
    "indexof_n",
    "intersection",
    "is_array",
    "is_boolean",
    "is_null",
    "is_number",
    "is_object",
    "is_set",
    "is_string",
    "json.filter",
    "json.is_valid",
    "json.marshal",
    "json.marshal_with_options",
    "json.patch",
    "json.remove",
    "json.unmarshal",
    "lower",
    "max",
    "min",
    "net.cidr_contains",
    "net.cidr_is_valid",
    "object.filter",
    "object.get",
    "object.keys",
    "object.remove",
    "object.subset",
    "object.union",
    "object.union_n",
    "print",
    "product",
    "regex.find_all_string_submatch_n",
    "regex.find_n",
    "regex.is_valid",
    "regex.match",
    "regex.replace",
    "regex.split",
    "regex.template_match",
    "replace",
    "round",
    "semver.compare",
    "semver.is_valid",
    "set",
    "sort",
    "split",
    "sprintf",
    "startswith",
    "strings.any_prefix_match",
    "strings.any_suffix_match",
    "strings.count",
    "strings.replace_n",
    "strings.reverse",
    "substring",
    "sum",
    "time.add_date",
    "time.clock",
    "time.date",
    "time.diff",
    "time.format",
    "time.parse_duration_ns",
    "time.parse_ns",
    "time.parse_rfc3339_ns",
    "time.weekday",
    "to_number",
    "trace",
    "trim",
    "trim_left",
    "trim_prefix",
    "trim_right",
    "trim_space",
    "trim_suffix",
    "type_name",
    "union",
    "units.parse",
    "units.parse_bytes",
    "upper",
    "walk",
    "yaml.is_valid",
    "yaml.marshal",
    "yaml.unmarshal",
];

/// Functions whose result grows with the value of an argument: that has to be bounded.
const BOUNDED: &[&str] = &["bits.lsh", "numbers.range", "numbers.range_step"];

/// Functions whose result does not depend on their arguments alone.
const IMPURE: &[&str] = &[
    "http.send",
    "opa.runtime",
    "rand.intn",
    "time.now_ns",
    "uuid.rfc4122",
];

/// A larger number than this in a bounded argument is refused.
const BOUND: u64 = 10_000;

/// What is wrong with calling a function with these arguments, if anything is.
pub(crate) fn check_call(name: &str, arguments: &[Token<'_>]) -> Result<(), String> {
    if AVAILABLE.contains(&name) {
        return Ok(());
    }
    if IMPURE.contains(&name) {
        return Err(format!(
            "`{name}` is not available: the same input must always give the same result, \
             without the network"
        ));
    }
    if !BOUNDED.contains(&name) {
        return Err(format!("there is no function `{name}`"));
    }
    if is_bounded(arguments) {
        return Ok(());
    }
    Err(format!(
        "the arguments of `{name}` are not bounded: they may consist only of numbers up to {BOUND}, \
         `count(…)`, `+` and `-`"
    ))
}

/// Whether the value of the arguments can be no larger than some thousands, or the input.
fn is_bounded(arguments: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    let mut counting: Option<usize> = None;
    for token in arguments {
        match token.text {
            "(" => depth += 1,
            ")" => {
                depth = depth.saturating_sub(1);
                if counting == Some(depth) {
                    counting = None;
                    continue;
                }
            }
            _ => {}
        }
        if counting.is_some() {
            continue;
        }
        let fine = match token.kind {
            TokenKind::Number => token.text.parse::<u64>().is_ok_and(|n| n <= BOUND),
            TokenKind::Mark => matches!(token.text, "+" | "-" | "," | "(" | ")"),
            TokenKind::Name if token.text == "count" => {
                counting = Some(depth);
                true
            }
            TokenKind::Name | TokenKind::String => false,
        };
        if !fine {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::policy::scan::tokens;

    fn check(name: &str, arguments: &str) -> bool {
        check_call(name, &tokens(arguments)).is_ok()
    }

    #[test]
    fn arguments_have_to_be_bounded() {
        assert!(check("numbers.range", "0, count(input.items) - 1"));
        assert!(check("numbers.range", "1, (count(f(x)) + 3)"));
        assert!(check("numbers.range_step", "1, 10, 2"));
        assert!(!check("numbers.range", "1, 20000000"));
        assert!(!check("numbers.range", "1, input.spec.replicas"));
        assert!(!check("numbers.range", "1, count(x) * 9999"));
        assert!(!check("numbers.range", "count(x), y"));
        assert!(!check("bits.lsh", "1, n"));
    }

    #[test]
    fn only_known_functions_are_called() {
        assert!(check("count", "x"));
        assert!(!check("counts", "x"));
        assert!(!check("http.send", "x"));
    }

    #[test]
    fn every_available_function_is_there() {
        for name in AVAILABLE {
            let mut engine = super::super::run::engine();
            let calls: String = (0..6)
                .map(|n| format!("r{n} := {name}({})\n", vec!["\"1\""; n].join(", ")))
                .collect();
            engine
                .add_policy("p".to_owned(), format!("package p\n{calls}"))
                .unwrap();
            engine.set_input(regorus::Value::Null);
            let known = (0..6).any(|n| match engine.eval_rule(format!("data.p.r{n}")) {
                Ok(_) => true,
                Err(error) => !error.to_string().contains("could not find function"),
            });
            assert!(known || *name == "set", "{name}");
        }
    }
}
