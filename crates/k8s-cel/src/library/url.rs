//! URLs.

use std::sync::Arc;

use super::{Declared, mismatch};
use crate::eval::Evaluated;
use crate::machine::Machine;
use crate::url::unescape_query;
use crate::value::Key;
use crate::{Failure, Url, Value};

pub(super) const FUNCTIONS: &[Declared] = &[
    ("url(string): url", 0, |machine, args| {
        let parsed = parse(machine, args)?;
        parsed
            .map(|url| Value::Url(Arc::new(url)))
            .ok_or_else(|| Failure::error("the text is not a URL"))
    }),
    ("isURL(string): bool", 0, |machine, args| {
        let [Value::String(text)] = args else {
            return Err(mismatch(args));
        };
        machine.budget.scan(text.len())?;
        Ok(Value::Bool(Url::is_request(text)))
    }),
    ("url getScheme(): string", 0, |m, args| {
        part(m, args, |url| &url.scheme)
    }),
    ("url getHost(): string", 0, |m, args| {
        part(m, args, |url| &url.host)
    }),
    ("url getHostname(): string", 0, |m, args| {
        part(m, args, Url::hostname)
    }),
    ("url getPort(): string", 0, |m, args| {
        part(m, args, Url::port)
    }),
    ("url getEscapedPath(): string", 0, |m, args| {
        part(m, args, |url| &url.path)
    }),
    ("url getQuery(): map<string, list<string>>", 0, query),
];

fn parse(machine: &mut Machine<'_>, args: &[Value]) -> Result<Option<Url>, Failure> {
    let [Value::String(text)] = args else {
        return Err(mismatch(args));
    };
    machine.budget.scan(2 * text.len())?;
    Ok(Url::parse(text))
}

fn part(machine: &mut Machine<'_>, args: &[Value], part: fn(&Url) -> &str) -> Evaluated {
    match args {
        [Value::Url(url)] => machine.text(part(url).to_owned()),
        _ => Err(mismatch(args)),
    }
}

/// What is not escaped well is left out.
fn query(machine: &mut Machine<'_>, args: &[Value]) -> Evaluated {
    let [Value::Url(url)] = args else {
        return Err(mismatch(args));
    };
    machine.budget.scan(2 * url.query.len())?;
    machine.budget.hold(2 * url.query.len())?;
    let mut found: Vec<(Arc<str>, Vec<Value>)> = Vec::new();
    for pair in url.query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if let (Some(key), Some(value)) = (unescape_query(key), unescape_query(value))
            && !pair.contains(';')
        {
            machine.budget.spend(found.len())?;
            match found.iter_mut().find(|(known, _)| **known == *key) {
                Some((_, values)) => values.push(Value::text(value)),
                None => found.push((key.into(), vec![Value::text(value)])),
            }
        }
    }
    let entries = found.into_iter();
    let entries = entries.map(|(key, values)| (Key::String(key), Value::list(values)));
    Ok(Value::map(entries.collect()))
}
