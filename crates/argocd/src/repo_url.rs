//! Addresses of repositories, which are written in many ways.

use std::fmt::Write as _;

/// An address as Argo CD compares it: in small letters, without `.git`, `ssh://` and the colon of
/// `git@host:path`. Empty if it is none, which then equals nothing.
///
/// Schemes stay: to a project, `https` and `ssh` are two repositories. [`is_same_repository`]
/// takes them for one.
pub fn normalize_repo_url(url: &str) -> String {
    let mut url = url.trim().to_lowercase();
    if is_ssh(&url) && !url.starts_with("ssh://") {
        url = format!("ssh://{}", url.replacen(':', "/", 1));
    }
    let url = url.strip_suffix(".git").unwrap_or(&url);
    let Some(parsed) = parse(url) else {
        return String::new();
    };
    match parsed.strip_prefix("ssh://") {
        Some(rest) => rest.to_owned(),
        None => parsed,
    }
}

/// Whether two addresses mean one repository: whatever the scheme, the user, the port and the
/// case, with or without `.git`, and as `git@host:path`.
pub fn is_same_repository(a: &str, b: &str) -> bool {
    match (host_and_path(a), host_and_path(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// The host and the path of an address; none if it is a path, or no address.
fn host_and_path(url: &str) -> Option<(String, String)> {
    let url = url.trim().to_lowercase();
    let (authority, path) = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        // `git@host:path`
        None => {
            let (authority, path) = url.split_once(':')?;
            (!authority.contains('/') && !authority.is_empty()).then_some((authority, path))?
        }
    };
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    (!host.is_empty() && !parts.is_empty()).then(|| (host.to_owned(), parts.join("/")))
}

/// `user@host…`, with `ssh://` or without.
fn is_ssh(url: &str) -> bool {
    let rest = url.strip_prefix("ssh://").unwrap_or(url);
    let Some((user, host)) = rest.rsplit_once('@') else {
        return false;
    };
    !user.contains(['/', ':']) && !host.is_empty()
}

/// An address as Go's `net/url` reads and writes it; none if it refuses it.
fn parse(url: &str) -> Option<String> {
    if url.chars().any(|c| c.is_ascii_control()) {
        return None;
    }
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url, Some(fragment)),
        None => (url, None),
    };
    let (scheme, rest) = scheme(url)?;
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let mut parsed = String::new();
    if !scheme.is_empty() {
        parsed.push_str(scheme);
        parsed.push(':');
    }
    let path = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            let authority = self::authority(authority)?;
            // Nothing is written for nothing.
            if !authority.is_empty() || !path.is_empty() {
                parsed.push_str("//");
                parsed.push_str(&authority);
            }
            path
        }
        // Without a slash behind the scheme nothing is looked into.
        None if !scheme.is_empty() && !rest.starts_with('/') => {
            parsed.push_str(rest);
            ""
        }
        None => {
            let first = rest.split('/').next().unwrap_or_default();
            if scheme.is_empty() && first.contains(':') {
                return None;
            }
            rest
        }
    };
    parsed.push_str(&escaped(path, false)?);
    if let Some(query) = query {
        parsed.push('?');
        parsed.push_str(query);
    }
    if let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) {
        parsed.push('#');
        parsed.push_str(&escaped(fragment, true)?);
    }
    Some(parsed)
}

/// The scheme, empty if there is none, and the rest; none if the address begins with a colon.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    match url.find(|c| !is_inside(c)) {
        Some(0) if url.starts_with(':') => None,
        Some(at)
            if url[at..].starts_with(':') && url.starts_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            Some((&url[..at], &url[at + 1..]))
        }
        _ => Some(("", url)),
    }
}

/// The user and the host.
fn authority(authority: &str) -> Option<String> {
    let mut text = String::new();
    let host = match authority.rsplit_once('@') {
        Some((user, host)) => {
            let is_allowed =
                |b: u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&b);
            user.bytes().all(is_allowed).then_some(())?;
            let (name, password) = match user.split_once(':') {
                Some((name, password)) => (name, Some(password)),
                None => (user, None),
            };
            push_escaped(&mut text, &unescaped(name)?, b"-_.~$&+,;=");
            if let Some(password) = password {
                text.push(':');
                push_escaped(&mut text, &unescaped(password)?, b"-_.~$&+,;=");
            }
            text.push('@');
            host
        }
        None => authority,
    };
    if host.starts_with('[') {
        let end = host.rfind(']')?;
        let behind = &host[end + 1..];
        let is_port = behind.strip_prefix(':').unwrap_or(behind);
        (behind.is_empty()
            || is_port.len() < behind.len() && is_port.bytes().all(|b| b.is_ascii_digit()))
        .then_some(())?;
        text.push_str(host);
        return Some(text);
    }
    if let Some((_, port)) = host.rsplit_once(':')
        && !port.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    const ALLOWED: &[u8] = b"-_.~!$&'()*+,;=:]<>\"";
    let is_allowed = |b: u8| !b.is_ascii() || b.is_ascii_alphanumeric() || ALLOWED.contains(&b);
    host.bytes().all(is_allowed).then_some(())?;
    push_escaped(&mut text, host.as_bytes(), ALLOWED);
    Some(text)
}

/// A path with everything escaped that has to be, if anything has; none if an escape is broken.
fn escaped(path: &str, is_fragment: bool) -> Option<String> {
    let raw = unescaped(path)?;
    let is_allowed = |b: u8| {
        b.is_ascii_alphanumeric()
            || b"-_.~$&+,/:;=@!'()*[]%".contains(&b)
            || is_fragment && b == b'?'
    };
    if path.bytes().all(is_allowed) {
        return Some(path.to_owned());
    }
    let mut text = String::new();
    let allowed: &[u8] = match is_fragment {
        true => b"-_.~$&+,/:;=?@!()*",
        false => b"-_.~$&+,/:;=@",
    };
    push_escaped(&mut text, &raw, allowed);
    Some(text)
}

/// Bytes without escapes; none if one is broken.
fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).ok()?);
    }
    Some(bytes)
}

fn push_escaped(text: &mut String, bytes: &[u8], allowed: &[u8]) {
    for byte in bytes {
        match byte.is_ascii_alphanumeric() || allowed.contains(byte) {
            true => text.push(char::from(*byte)),
            false => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalizes_as_argo_cd_does() {
        for (url, expect) in [
            (
                "https://GitHub.com/Org/App.git",
                "https://github.com/org/app",
            ),
            ("git@github.com:org/app.git", "git@github.com/org/app"),
            ("ssh://git@github.com/org/app.git", "git@github.com/org/app"),
            (
                "ssh://git@github.com:22/org/app",
                "git@github.com:22/org/app",
            ),
            ("ssh://git@github.com:org/app", ""),
            (" https://a/b/ ", "https://a/b/"),
            ("https://user@a/b", "https://user@a/b"),
            ("https://github.com/*", "https://github.com/*"),
            (
                "https://*.example.com/{a,b}",
                "https://*.example.com/%7Ba,b%7D",
            ),
            ("*", "*"),
            ("*://x", ""),
            ("oci://registry/charts", "oci://registry/charts"),
        ] {
            assert_eq!(normalize_repo_url(url), expect, "{url}");
        }
    }

    #[test]
    fn tells_one_repository_by_its_host_and_path() {
        let all = [
            "https://github.com/org/app",
            "https://github.com/Org/App.git",
            "http://token@github.com/org/app/",
            "git@github.com:org/app.git",
            "ssh://git@github.com/org/app",
            "ssh://git@github.com:22/org/app.git",
            "github.com:org/app",
        ];
        for a in all {
            assert!(is_same_repository(all[0], a), "{a}");
            assert!(
                !is_same_repository("https://github.com/org/other", a),
                "{a}"
            );
            assert!(!is_same_repository("https://gitlab.com/org/app", a), "{a}");
        }
        assert!(!is_same_repository("", "https://github.com/org/app"));
        assert!(is_same_repository("charts", "charts"));
    }
}
