//! Names with values beside them, in one line.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::super::looks::{Hidden, hidden_as};

macro_rules! pattern {
    ($name:ident, $($part:literal),+) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new(concat!($($part),+)).unwrap());
    };
}

// `password: x` and `--password=x`; of a list all of it.
pattern!(
    PAIR,
    r#"([A-Za-z_][A-Za-z0-9_.-]*)["']?\s*[:=]\s*"#,
    r#"("[^"]*"?|'[^']*'?|\[[^\]]*\]?|[^\s,{}\[\]"']+)"#
);
// `name: PASSWORD, value: x`
pattern!(
    NAMED,
    r#"name["']?\s*:\s*["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?\s*,\s*["']?value["']?\s*:\s*"#,
    r#"("[^"]*"?|'[^']*'?|\[[^\]]*\]?|[^\s,{}\[\]"']+)"#
);
// `$password := "x"`, `"password" "x"`
pattern!(
    ASSIGNED,
    r#"(?:\$([A-Za-z_][A-Za-z0-9_]*)\s*:?=|"([^"]*)")\s*("[^"]*"?|`[^`]*`?)"#
);

/// The values in a literal text that are called after secrets.
pub(super) fn in_literal(text: &str) -> Vec<(Range<usize>, Hidden)> {
    if !text.contains([':', '=']) {
        return Vec::new();
    }
    let found = [&PAIR, &NAMED].into_iter();
    let found = found.flat_map(|pattern| pattern.captures_iter(text));
    let found = found.filter_map(|found| {
        let hidden = hidden_as(&found[1])?;
        Some((found.get(2)?.range(), hidden))
    });
    found.collect()
}

/// The values in an action of a template that are called after secrets.
pub(super) fn in_action(text: &str) -> Vec<(Range<usize>, Hidden)> {
    let mut values = Vec::new();
    let mut at = 0;
    while let Some(found) = ASSIGNED.captures_at(text, at) {
        let (name, Some(value)) = (found.get(1).or(found.get(2)), found.get(3)) else {
            break;
        };
        // What is the value of one may be the name of the next.
        at = value.start();
        let hidden = name.and_then(|name| hidden_as(name.as_str()));
        values.extend(hidden.map(|hidden| (value.range(), hidden)));
    }
    values
}
