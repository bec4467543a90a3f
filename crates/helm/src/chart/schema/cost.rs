//! How long it takes to compare values with a schema, told before it is done: references can make
//! a schema of some lines stand for more comparisons than anybody could wait for.

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::inner::{self, Applies};
use super::refs::Refs;

/// How many comparisons may be made.
const MOST: u64 = 5_000_000;

/// How many pairs of a schema and a value are looked at to find that out.
const MOST_PAIRS: usize = 1_000_000;

/// How deeply schemas and values may lead into one another.
const MOST_LEVELS: usize = 1_000;

/// Why values are not compared with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooMuch {
    /// It would take too long.
    Steps,
    /// It would go too deep.
    Levels,
    /// A schema refers to itself for the same value, so that it would never end.
    Circle,
}

/// Makes sure that comparing values with a schema comes to an end soon.
pub(super) fn check(schema: &Json, refs: &Refs<'_>, values: &Json) -> Result<(), TooMuch> {
    let mut count = Count {
        refs,
        known: FxHashMap::default(),
        sizes: FxHashMap::default(),
    };
    match count.pair(schema, values, 0)? {
        steps if steps <= MOST => Ok(()),
        _ => Err(TooMuch::Steps),
    }
}

struct Count<'a, 'r> {
    refs: &'r Refs<'a>,
    /// The steps for a schema and a value; none while they are under way.
    known: FxHashMap<(*const Json, *const Json), Option<u64>>,
    /// How many values a collection holds, with all that stand inside of them.
    sizes: FxHashMap<*const Json, u64>,
}

impl Count<'_, '_> {
    fn pair(&mut self, schema: &Json, value: &Json, level: usize) -> Result<u64, TooMuch> {
        let Json::Object(keywords) = schema else {
            return Ok(1);
        };
        let key = (std::ptr::from_ref(schema), std::ptr::from_ref(value));
        match self.known.get(&key) {
            Some(Some(steps)) => return Ok(*steps),
            Some(None) => return Err(TooMuch::Circle),
            None => {}
        }
        if level > MOST_LEVELS {
            return Err(TooMuch::Levels);
        }
        if self.known.len() >= MOST_PAIRS {
            return Err(TooMuch::Steps);
        }
        self.known.insert(key, None);
        let mut here: u64 = 0;
        for target in self.refs.targets(schema) {
            here = here.saturating_add(self.pair(target, value, level + 1)?);
        }
        let mut below: u64 = 0;
        let mut failed = Ok(());
        inner::each(schema, |applies, _, _, inner| {
            let steps = match &failed {
                Ok(()) => self.inner(applies, inner, value, level + 1),
                Err(_) => return,
            };
            match (steps, applies) {
                (Err(too_much), _) => failed = Err(too_much),
                (Ok(steps), Applies::Here) => here = here.saturating_add(steps),
                (Ok(steps), _) => below = below.saturating_add(steps),
            }
        });
        failed?;
        // A value that fits none of several schemas is compared with each again, to tell why, and
        // copied for each answer.
        let chooses = ["anyOf", "oneOf"]
            .iter()
            .any(|key| keywords.contains_key(*key));
        // What is not evaluated shows only once everything is compared for every entry.
        let sorts_out = ["unevaluatedProperties", "unevaluatedItems"]
            .iter()
            .any(|key| keywords.contains_key(*key));
        let times = match (chooses, sorts_out) {
            (_, true) => 2 + size(value),
            (true, false) => 2 + self.values(value),
            (false, false) => 1,
        };
        let steps = here
            .saturating_mul(times)
            .saturating_add(below)
            .saturating_add(own(keywords, value));
        self.known.insert(key, Some(steps));
        Ok(steps)
    }

    fn values(&mut self, value: &Json) -> u64 {
        let inner: Vec<&Json> = match value {
            Json::Object(entries) => entries.values().collect(),
            Json::Array(items) => items.iter().collect(),
            _ => return 0,
        };
        if let Some(known) = self.sizes.get(&std::ptr::from_ref(value)) {
            return *known;
        }
        let below = inner.iter().map(|value| 1 + self.values(value)).sum();
        self.sizes.insert(value, below);
        below
    }

    fn inner(
        &mut self,
        applies: Applies<'_>,
        schema: &Json,
        value: &Json,
        level: usize,
    ) -> Result<u64, TooMuch> {
        match (applies, value) {
            (Applies::Here, _) => self.pair(schema, value, level),
            (Applies::Key(key), Json::Object(entries)) => match entries.get(key) {
                Some(value) => self.pair(schema, value, level),
                None => Ok(1),
            },
            (Applies::Item(index), Json::Array(items)) => match items.get(index) {
                Some(value) => self.pair(schema, value, level),
                None => Ok(1),
            },
            (Applies::Every, Json::Object(entries)) => {
                let mut steps = entries.len() as u64;
                for value in entries.values() {
                    steps = steps.saturating_add(self.pair(schema, value, level)?);
                }
                Ok(steps)
            }
            (Applies::Every, Json::Array(items)) => {
                let mut steps = 0u64;
                for value in items {
                    steps = steps.saturating_add(self.pair(schema, value, level)?);
                }
                Ok(steps)
            }
            (Applies::Names, Json::Object(entries)) => {
                // Names are texts; one stands for all of them.
                let one = self.pair(schema, &Json::Null, level)?;
                Ok(one.saturating_mul(entries.len() as u64))
            }
            _ => Ok(0),
        }
    }
}

/// How many entries or items there are.
fn size(value: &Json) -> u64 {
    match value {
        Json::Object(entries) => entries.len() as u64,
        Json::Array(items) => items.len() as u64,
        _ => 0,
    }
}

/// What a schema's own keywords take.
fn own(keywords: &serde_json::Map<String, Json>, value: &Json) -> u64 {
    let listed = |key: &str| {
        keywords
            .get(key)
            .and_then(Json::as_array)
            .map_or(0, Vec::len) as u64
    };
    let text = match (keywords.get("pattern").and_then(Json::as_str), value) {
        (Some(pattern), Json::String(text)) => {
            (text.len() as u64 / 64).saturating_mul(1 + pattern.len() as u64 / 16)
        }
        _ => 0,
    };
    1 + listed("enum") / 4 + listed("required") / 4 + text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(schema: &str, values: &str) -> Result<(), TooMuch> {
        let schema: Json = serde_json::from_str(schema).expect("JSON");
        let values: Json = serde_json::from_str(values).expect("JSON");
        super::check(&schema, &Refs::of(&schema), &values)
    }

    /// A schema whose levels each hold the next one twice under a keyword.
    fn doubled(levels: usize, keyword: &str) -> String {
        let level = |n| {
            format!(
                r##""l{n}": {{"{keyword}": [{{"$ref": "#/$defs/l{0}"}}, {{"$ref": "#/$defs/l{0}"}}]}}, "##,
                n + 1
            )
        };
        let all: String = (0..levels).map(level).collect();
        format!(r##"{{"$ref": "#/$defs/l0", "$defs": {{{all}"l{levels}": {{}}}}}}"##)
    }

    #[test]
    fn what_doubles_at_every_level() {
        assert_eq!(check(&doubled(10, "allOf"), "{}"), Ok(()));
        assert_eq!(check(&doubled(40, "allOf"), "{}"), Err(TooMuch::Steps));
        assert_eq!(check(&doubled(40, "anyOf"), "{}"), Err(TooMuch::Steps));
    }

    #[test]
    fn what_copies_the_values_for_every_answer() {
        let branches = |n: usize| {
            let branches: Vec<String> = (0..n)
                .map(|at| format!(r#"{{"required": ["k{at}"]}}"#))
                .collect();
            format!(r#"{{"anyOf": [{}]}}"#, branches.join(", "))
        };
        let values = |n: usize| {
            let items: Vec<String> = (0..n).map(|at| at.to_string()).collect();
            format!(r#"{{"a": [{}]}}"#, items.join(", "))
        };
        assert_eq!(check(&branches(100), &values(5_000)), Ok(()));
        assert_eq!(check(&branches(5_000), &values(5_000)), Err(TooMuch::Steps));
    }

    #[test]
    fn what_follows_the_values_down() {
        let schema = r##"{
            "allOf": [{"properties": {"a": {"$ref": "#"}}}],
            "unevaluatedProperties": false
        }"##;
        let deep = |levels| r#"{"a": "#.repeat(levels) + "1" + &"}".repeat(levels);
        assert_eq!(check(schema, &deep(5)), Ok(()));
        assert_eq!(check(schema, &deep(60)), Err(TooMuch::Steps));
        let plain = r##"{"properties": {"a": {"$ref": "#"}}}"##;
        assert_eq!(check(plain, &deep(100)), Ok(()));
    }

    #[test]
    fn what_never_ends() {
        let circle =
            r##"{"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}}"##;
        assert_eq!(check(circle, "1"), Err(TooMuch::Circle));
        assert_eq!(check(r##"{"$ref": "#"}"##, "1"), Err(TooMuch::Circle));
    }
}
