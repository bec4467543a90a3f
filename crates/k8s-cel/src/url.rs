//! URLs as Go reads them.

/// A URL that has a scheme or begins with a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// As it is written.
    pub(crate) text: String,
    pub(crate) scheme: String,
    /// With the port.
    pub(crate) host: String,
    /// As it is written.
    pub(crate) path: String,
    pub(crate) query: String,
}

impl Url {
    /// Whether a text is a URL as it stands in requests; a fragment counts as part of its path.
    pub fn is_request(text: &str) -> bool {
        parts(text, true).is_some()
    }

    /// Reads a URL as it stands in requests: `https://example.com/a?b=c`, `/a/b`.
    pub fn parse(text: &str) -> Option<Self> {
        // A request has no fragment, so that there what looks like one must be in order, too.
        parts(text, true)?;
        let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
        let url = parts(rest, false).filter(|_| is_escaped_well(fragment))?;
        Some(Self {
            text: text.to_owned(),
            ..url
        })
    }

    /// The host without port and brackets.
    pub(crate) fn hostname(&self) -> &str {
        let (host, _) = host_and_port(&self.host);
        let inner = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        inner.unwrap_or(host)
    }

    pub(crate) fn port(&self) -> &str {
        host_and_port(&self.host).1
    }
}

fn parts(text: &str, is_request: bool) -> Option<Url> {
    if text.bytes().any(|b| b < 0x20 || b == 0x7f) {
        return None;
    }
    let (scheme, rest) = scheme(text)?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut url = Url {
        text: String::new(),
        scheme: scheme.to_ascii_lowercase(),
        host: String::new(),
        path: rest.to_owned(),
        query: query.to_owned(),
    };
    if text == "*" {
        return Some(url);
    }
    if !rest.starts_with('/') && (is_request || !scheme.is_empty()) {
        // `mailto:someone`: nothing of that is looked into.
        url.path.clear();
        return (!scheme.is_empty()).then_some(url);
    }
    let has_authority = !scheme.is_empty() || !is_request && !rest.starts_with("///");
    if let Some(authority) = rest.strip_prefix("//").filter(|_| has_authority) {
        let end = authority.find('/').unwrap_or(authority.len());
        let (authority, path) = authority.split_at_checked(end)?;
        let host = match authority.rsplit_once('@') {
            Some((user, host)) if is_user(user) => host,
            Some(_) => return None,
            None => authority,
        };
        if !is_host(host) {
            return None;
        }
        url.host = host.replace("%25", "%");
        url.path = path.to_owned();
    }
    is_escaped_well(&url.path).then_some(url)
}

fn scheme(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    match text.find(|c: char| !is_part(c)) {
        Some(0) if text.starts_with(':') => None,
        Some(end) if text[end..].starts_with(':') => {
            if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
                Some((&text[..end], &text[end + 1..]))
            } else {
                Some(("", text))
            }
        }
        _ => Some(("", text)),
    }
}

fn is_user(text: &str) -> bool {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    text.chars().all(is_allowed) && is_escaped_well(text)
}

fn is_host(host: &str) -> bool {
    let (name, port) = host_and_port(host);
    let is_port = port.bytes().all(|b| b.is_ascii_digit());
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.rsplit_once(']') else {
            return false;
        };
        let port = port.strip_prefix(':').or((port.is_empty()).then_some(""));
        let is_port = port.is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()));
        let address = address
            .split_once("%25")
            .map_or(address, |(address, _)| address);
        return is_port && address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_allowed = |c: char| {
        !c.is_ascii() || c.is_ascii_alphanumeric() || "-_.~!$&'()*+,;=:<>\"[]%".contains(c)
    };
    // In a host only characters beyond ASCII may be escaped.
    let escapes = name.match_indices('%');
    let is_beyond = |at: usize| {
        let digits = name.get(at + 1..at + 3).unwrap_or_default();
        u8::from_str_radix(digits, 16).is_ok_and(|byte| byte >= 0x80)
    };
    let colons = host.matches(':').count();
    is_port
        && colons <= 1
        && name.chars().all(is_allowed)
        && escapes.into_iter().all(|(at, _)| is_beyond(at))
}

/// At the last colon behind brackets.
fn host_and_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, ""),
    }
}

/// Whether each percent sign stands in front of two digits.
fn is_escaped_well(text: &str) -> bool {
    text.match_indices('%').all(|(at, _)| {
        let digits = text.as_bytes().get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

/// A text without percent signs, if they are in order. Plus signs stand for blanks.
pub(crate) fn unescape_query(text: &str) -> Option<String> {
    if !is_escaped_well(text) {
        return None;
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = text.get(at + 1..at + 3)?;
                out.push(u8::from_str_radix(digits, 16).ok()?);
                at += 2;
            }
            other => out.push(*other),
        }
        at += 1;
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_their_parts() {
        let parts = |text: &str| {
            let url = Url::parse(text)?;
            let (name, port) = (url.hostname().to_owned(), url.port().to_owned());
            Some([url.scheme, url.host, name, port, url.path, url.query].join(" "))
        };
        for (text, expected) in [
            (
                "https://example.com:80/a%20b?c=d#e",
                "https example.com:80 example.com 80 /a%20b c=d",
            ),
            ("HTTP://u:p@[::1]:8080", "http [::1]:8080 ::1 8080  "),
            ("/a/b", "    /a/b "),
            ("//host/a", " host host  /a "),
            ("mailto:a@b", "mailto     "),
        ] {
            assert_eq!(parts(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "example",
            "a/b",
            "not a uri",
            ":80",
            "http://a b/",
            "http://[::1",
            "http://a:b/",
            "http://a/%zz",
            "http://a\n",
            "http://[x]/",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
