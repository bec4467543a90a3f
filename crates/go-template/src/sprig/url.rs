//! URLs taken apart and put together.

use super::{MAP, Out, STR};
use crate::function::{Args, Function};
use crate::{Evaluator, Failure, Map, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("urlParse", &[STR], |_, args| {
        Ok(parse(&args.str(0)?)?.to_value())
    }),
    Function::new("urlJoin", &[MAP], join),
];

#[derive(Default)]
struct Url {
    scheme: String,
    opaque: String,
    /// User and password as they are written.
    userinfo: Option<String>,
    host: String,
    path: String,
    query: String,
    fragment: String,
}

fn invalid(why: &str) -> Failure {
    Failure::function(format!("this is not a URL: {why}"))
}

fn parse(text: &str) -> Result<Url, Failure> {
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7F) {
        return Err(invalid("it has a control character"));
    }
    let mut url = Url::default();
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    url.fragment = unescape(fragment)?;
    if text == "*" {
        url.path = "*".to_owned();
        return Ok(url);
    }
    let (scheme, rest) = scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    let (mut rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    url.query = query.to_owned();
    if !rest.starts_with('/') {
        if !url.scheme.is_empty() {
            url.opaque = rest.to_owned();
            return Ok(url);
        }
        if rest
            .split('/')
            .next()
            .is_some_and(|first| first.contains(':'))
        {
            return Err(invalid("its first part has a colon"));
        }
    }
    if let Some(authority) = rest
        .strip_prefix("//")
        .filter(|_| !url.scheme.is_empty() || !rest.starts_with("///"))
    {
        let end = authority.find('/').unwrap_or(authority.len());
        let (authority, path) = authority.split_at(end);
        url.set_authority(authority)?;
        rest = path;
    }
    url.path = unescape(rest)?;
    Ok(url)
}

/// What stands before the first colon, if it can be a scheme.
fn scheme(text: &str) -> Result<(&str, &str), Failure> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return Err(invalid("its scheme is missing")),
            ':' => {
                return Ok((
                    text.get(..at).unwrap_or(""),
                    text.get(at + 1..).unwrap_or(""),
                ));
            }
            _ => break,
        }
    }
    Ok(("", text))
}

fn unescape(text: &str) -> Result<String, Failure> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(byte.ok_or_else(|| invalid("two hexadecimal digits follow a `%`"))?);
        rest = tail.get(2..).unwrap_or_default();
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The text with `%` for what may not stand there; `keeps` may.
fn escape(text: &str, keeps: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if plain || keeps.contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

impl Url {
    fn set_authority(&mut self, authority: &str) -> Result<(), Failure> {
        let host = match authority.rsplit_once('@') {
            Some((userinfo, host)) => {
                let allowed =
                    |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
                if !userinfo.chars().all(allowed) {
                    return Err(invalid(
                        "its user has a character that is not allowed there",
                    ));
                }
                let (user, password) = match userinfo.split_once(':') {
                    Some((user, password)) => (user, Some(password)),
                    None => (userinfo, None),
                };
                const USER: &[u8] = b"$&+,;=";
                let mut text = escape(&unescape(user)?, USER);
                if let Some(password) = password {
                    text.push(':');
                    text.push_str(&escape(&unescape(password)?, USER));
                }
                self.userinfo = Some(text);
                host
            }
            None => authority,
        };
        let port = match host.strip_prefix('[') {
            Some(inner) => {
                let (address, port) = inner
                    .rsplit_once(']')
                    .ok_or_else(|| invalid("its address is not closed with `]`"))?;
                let address = unescape(address)?;
                let address = address.split('%').next().unwrap_or_default();
                if address.parse::<std::net::Ipv6Addr>().is_err() {
                    return Err(invalid("its address is not one of IPv6"));
                }
                port
            }
            None if host.contains('[') => {
                return Err(invalid("its host contains a `[`"));
            }
            None => {
                let strict = matches!(self.scheme.as_str(), "http" | "https");
                let colon = if strict {
                    host.find(':')
                } else {
                    host.rfind(':')
                };
                colon.and_then(|at| host.get(at..)).unwrap_or_default()
            }
        };
        let digits = port.strip_prefix(':').unwrap_or(port);
        let misplaced = digits.len() == port.len() && !port.is_empty();
        if misplaced || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(invalid("its port is not a number"));
        }
        let allowed = |c: char| {
            !c.is_ascii() || c.is_ascii_alphanumeric() || "-_.~!$&'()*+,;=:[]<>\"%".contains(c)
        };
        if !host.chars().all(allowed) {
            return Err(invalid(
                "its host has a character that is not allowed there",
            ));
        }
        self.host = if host.starts_with('[') {
            host.to_owned()
        } else {
            unescape(host)?
        };
        Ok(())
    }

    /// The host without port and brackets.
    fn hostname(&self) -> &str {
        let host = &self.host;
        if let Some(inner) = host.strip_prefix('[') {
            return inner.split(']').next().unwrap_or(inner);
        }
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    }

    fn to_value(&self) -> Value {
        Value::from_iter([
            ("scheme", Value::from(self.scheme.as_str())),
            ("host", Value::from(self.host.as_str())),
            ("hostname", Value::from(self.hostname())),
            ("path", Value::from(self.path.as_str())),
            ("query", Value::from(self.query.as_str())),
            ("opaque", Value::from(self.opaque.as_str())),
            ("fragment", Value::from(self.fragment.as_str())),
            (
                "userinfo",
                Value::from(self.userinfo.as_deref().unwrap_or("")),
            ),
        ])
    }

    fn write(&self) -> String {
        let mut out = String::new();
        if !self.scheme.is_empty() {
            out.push_str(&self.scheme);
            out.push(':');
        }
        if self.opaque.is_empty() {
            let path = if self.path == "*" {
                "*".to_owned()
            } else {
                escape(&self.path, b"$&+,/:;=@")
            };
            let authority = !self.host.is_empty() || self.userinfo.is_some();
            if authority || (!self.scheme.is_empty() && !self.path.is_empty()) {
                out.push_str("//");
            }
            if let Some(userinfo) = &self.userinfo {
                out.push_str(userinfo);
                out.push('@');
            }
            out.push_str(&escape(&self.host, b"!$&'()*+,;=:[]<>\""));
            if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
                out.push('/');
            }
            let first = path.split('/').next().unwrap_or("");
            if out.is_empty() && first.contains(':') {
                // Else it would be taken for a scheme.
                out.push_str("./");
            }
            out.push_str(&path);
        } else {
            out.push_str(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push('?');
            out.push_str(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push('#');
            out.push_str(&escape(&self.fragment, b"!$&'()*+,/:;=?@"));
        }
        out
    }
}

fn join(_: &mut Evaluator<'_>, args: Args<'_>) -> Out {
    let map = args.map(0)?;
    let userinfo = part(map, "userinfo")?;
    let mut url = Url {
        scheme: part(map, "scheme")?,
        host: part(map, "host")?,
        path: part(map, "path")?,
        query: part(map, "query")?,
        opaque: part(map, "opaque")?,
        fragment: part(map, "fragment")?,
        userinfo: None,
    };
    if !userinfo.is_empty() {
        url.userinfo = parse(&format!("proto://{userinfo}@host"))?.userinfo;
    }
    Ok(url.write().into())
}

fn part(map: &Map, key: &str) -> Result<String, Failure> {
    match map.get(key) {
        None => Ok(String::new()),
        Some(value) => match value.as_text() {
            Some(text) => Ok(text.to_str().into_owned()),
            None => Err(Failure::wrong_type(format!(
                "`{key}` has to be a string, but is {}",
                value.describe()
            ))),
        },
    }
}
