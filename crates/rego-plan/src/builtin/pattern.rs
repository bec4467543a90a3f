//! Regular expressions.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Answer, Builtin, Context};
use crate::run::{Doubt, Halt};
use crate::value::{Number, Value};

/// Larger expressions are not used: to make them takes long.
const SIZE_LIMIT: usize = 100 * 1024;

/// How much text is searched in the time in which one character is dealt with, in bytes.
const FURTHER: usize = 1024;

/// How many of those that were put together are remembered.
const REMEMBERED: usize = 32;

/// The expressions that policies write down, each made when it is needed first.
#[derive(Debug, Default)]
pub(crate) struct Patterns(Vec<(Box<str>, OnceLock<Compiled>)>);

#[derive(Clone, Debug)]
pub(crate) enum Compiled {
    Regex(Regex),
    /// It is none.
    Invalid,
    TooLarge,
}

impl Patterns {
    /// The place of an expression.
    pub(crate) fn add(&mut self, pattern: &str) -> Option<u32> {
        let known = self.0.iter().position(|(known, _)| **known == *pattern);
        let at = known.unwrap_or_else(|| {
            self.0.push((pattern.into(), OnceLock::new()));
            self.0.len() - 1
        });
        u32::try_from(at).ok()
    }

    /// Uses the expression at a place.
    pub(crate) fn call<'a>(
        &self,
        at: u32,
        builtin: Builtin,
        given: &[Value<'a>],
        context: &mut Context<'a, '_>,
    ) -> Answer<'a> {
        let Some((pattern, compiled)) = self.0.get(at as usize) else {
            return Ok(None);
        };
        let compiled = compiled.get_or_init(|| compile(pattern));
        used(compiled, builtin, given, context)
    }
}

/// The expressions that were put together last.
#[derive(Default)]
pub(crate) struct Recent<'a>(Vec<(&'a str, Compiled)>);

/// Uses an expression that is put together while policies are evaluated.
pub(super) fn dynamic<'a>(
    builtin: Builtin,
    given: &[Value<'a>],
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let pattern = builtin.pattern().and_then(|at| given.get(at));
    let Some(Value::Text(pattern)) = pattern else {
        return Ok(None);
    };
    let known = context.made.0.iter().find(|(known, _)| known == pattern);
    let compiled = match known {
        Some((_, compiled)) => compiled.clone(),
        None => {
            // It takes about as long as a hundred steps, and more the longer it is.
            context.pay(pattern.len().saturating_mul(64).saturating_add(1600))?;
            let compiled = compile(pattern);
            let recent = &mut context.made.0;
            if recent.len() >= REMEMBERED {
                recent.remove(0);
            }
            recent.push((pattern, compiled.clone()));
            compiled
        }
    };
    used(&compiled, builtin, given, context)
}

fn compile(pattern: &str) -> Compiled {
    match RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build() {
        Ok(regex) => Compiled::Regex(regex),
        Err(regex::Error::CompiledTooBig(_)) => Compiled::TooLarge,
        Err(_) => Compiled::Invalid,
    }
}

fn used<'a>(
    compiled: &Compiled,
    builtin: Builtin,
    given: &[Value<'a>],
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    let regex = match compiled {
        Compiled::Regex(regex) => regex,
        Compiled::Invalid => return Ok(None),
        Compiled::TooLarge => return Err(Halt::Unsure(Doubt::Regex)),
    };
    let place = if builtin == Builtin::RegexReplace {
        0
    } else {
        1
    };
    let Some(Value::Text(text)) = given.get(place).copied() else {
        return Ok(None);
    };
    context.pay(text.len())?;
    if builtin != Builtin::RegexMatch {
        // Each search may go to the end of the text and find little.
        context.pay(text.len().saturating_mul(text.len() / FURTHER))?;
    }
    match builtin {
        Builtin::RegexMatch => Ok(Some(Value::Bool(regex.is_match(text)))),
        Builtin::RegexSplit => context.array(regex.split(text).map(Value::Text)),
        Builtin::RegexReplace => {
            let Some(Value::Text(with)) = given.get(2) else {
                return Ok(None);
            };
            context.pay((text.len() + 1).saturating_mul(with.len() + 1))?;
            context.write(|out| out.push_str(&regex.replace_all(text, *with)))
        }
        _ => {
            let Some(limit) = given.get(2).and_then(limit) else {
                return Ok(None);
            };
            find(regex, builtin, text, limit, context)
        }
    }
}

/// How many are looked for: all, if it is less than none.
fn limit(value: &Value<'_>) -> Option<usize> {
    match value {
        Value::Number(Number::Int(limit)) => Some(usize::try_from(*limit).unwrap_or(usize::MAX)),
        _ => None,
    }
}

fn find<'a>(
    regex: &Regex,
    builtin: Builtin,
    text: &'a str,
    limit: usize,
    context: &mut Context<'a, '_>,
) -> Answer<'a> {
    if builtin == Builtin::RegexFind {
        let found = regex.find_iter(text).take(limit);
        return context.array(found.map(|found| Value::Text(found.as_str())));
    }
    let mut found = Vec::new();
    for captures in regex.captures_iter(text).take(limit) {
        let groups = captures.iter();
        let text = groups.map(|group| Value::Text(group.map_or("", |group| group.as_str())));
        found.extend(context.array(text)?);
    }
    context.array(found.into_iter())
}

impl Serialize for Patterns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let patterns: Vec<&str> = self.0.iter().map(|(pattern, _)| &**pattern).collect();
        patterns.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let patterns = Vec::<Box<str>>::deserialize(deserializer)?;
        let patterns = patterns
            .into_iter()
            .map(|pattern| (pattern, OnceLock::new()));
        Ok(Self(patterns.collect()))
    }
}
