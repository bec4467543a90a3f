//! Semantic versions.

use std::sync::Arc;

use super::{Declared, mismatch};
use crate::eval::Evaluated;
use crate::{Failure, Semver, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("semver(string): semver", 33, |_, args| {
        let parsed = parse(args)?.map(|version| Value::Semver(Arc::new(version)));
        parsed.ok_or_else(|| Failure::error("the text is not a semantic version"))
    }),
    ("semver(string, bool): semver", 33, |_, args| {
        let parsed = parse(args)?.map(|version| Value::Semver(Arc::new(version)));
        parsed.ok_or_else(|| Failure::error("the text is not a semantic version"))
    }),
    ("isSemver(string): bool", 33, |_, args| {
        Ok(Value::Bool(parse(args)?.is_some()))
    }),
    ("isSemver(string, bool): bool", 33, |_, args| {
        Ok(Value::Bool(parse(args)?.is_some()))
    }),
    ("semver isGreaterThan(semver): bool", 33, |_, args| {
        two(args, |a, b| Value::Bool(a > b))
    }),
    ("semver isLessThan(semver): bool", 33, |_, args| {
        two(args, |a, b| Value::Bool(a < b))
    }),
    ("semver compareTo(semver): int", 33, |_, args| {
        two(args, |a, b| Value::Int(a.cmp(b) as i64))
    }),
    ("semver major(): int", 33, |_, args| number(args, 0)),
    ("semver minor(): int", 33, |_, args| number(args, 1)),
    ("semver patch(): int", 33, |_, args| number(args, 2)),
];

fn parse(args: &[Value]) -> Result<Option<Semver>, Failure> {
    match args {
        [Value::String(text)] | [Value::String(text), Value::Bool(false)] => {
            Ok(Semver::parse(text))
        }
        [Value::String(text), Value::Bool(true)] => Ok(Semver::parse_loosely(text)),
        _ => Err(mismatch(args)),
    }
}

fn two(args: &[Value], function: fn(&Semver, &Semver) -> Value) -> Evaluated {
    match args {
        [Value::Semver(a), Value::Semver(b)] => Ok(function(a, b)),
        _ => Err(mismatch(args)),
    }
}

fn number(args: &[Value], at: usize) -> Evaluated {
    match args {
        [Value::Semver(version)] => {
            let number = version.numbers.get(at).copied().unwrap_or(0);
            Ok(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)))
        }
        _ => Err(mismatch(args)),
    }
}
