//! Credentials that are known by their form.

use std::sync::LazyLock;

use manifest::Span;
use regex::Regex;

/// What some service gives out.
struct Form {
    what: &'static str,
    pattern: &'static str,
    /// The bits for each of its characters that it must hold at least, so that what somebody
    /// typed in its form is none.
    entropy: f64,
}

const fn form(what: &'static str, pattern: &'static str, entropy: f64) -> Form {
    Form {
        what,
        pattern,
        entropy,
    }
}

/// What is told of the id of a key of AWS.
const ACCESS_KEY: &str = "an AWS access key";

const PRIVATE_KEY: &str = "a private key";
const AGE_KEY: &str = "an age key";
const WEB_TOKEN: &str = "a JSON web token";

/// The prefixes are those that the services document, which secret scanners look for as well; the
/// entropies are those that gitleaks asks for.
const FORMS: &[Form] = &[
    form(
        PRIVATE_KEY,
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
        0.0,
    ),
    form(
        ACCESS_KEY,
        r"(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)",
        3.0,
    ),
    form(
        AGE_KEY,
        r"(?-u:\b)AGE-SECRET-KEY-1[0-9A-Z]{58}(?-u:\b)",
        0.0,
    ),
    form(
        "an Anthropic key",
        r"(?-u:\b)sk-ant-[a-z0-9]+-[0-9A-Za-z_-]{40}",
        0.0,
    ),
    form(
        "an Atlassian token",
        r"(?-u:\b)ATATT3[0-9A-Za-z_=-]{40}",
        3.5,
    ),
    form(
        "a Databricks token",
        r"(?-u:\b)dapi[0-9a-f]{32}(?-u:\b)",
        3.0,
    ),
    form(
        "a DigitalOcean token",
        r"(?-u:\b)do[opr]_v1_[0-9a-f]{64}(?-u:\b)",
        3.0,
    ),
    form(
        "a Docker Hub token",
        r"(?-u:\b)dckr_pat_[0-9A-Za-z_-]{20}",
        0.0,
    ),
    form(
        "a Doppler token",
        r"(?-u:\b)dp\.(?:pt|st|sa)\.[0-9A-Za-z._-]{40}",
        2.0,
    ),
    form(
        "a GitHub token",
        r"(?-u:\b)(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})",
        3.0,
    ),
    form(
        "a GitLab token",
        r"(?-u:\b)gl(?:pat|rt|dt|ptt|cbt)-[0-9A-Za-z_-]{20}",
        3.0,
    ),
    form("a Google API key", r"(?-u:\b)AIza[0-9A-Za-z_-]{35}", 4.0),
    form(
        "a Grafana token",
        r"(?-u:\b)glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}",
        3.0,
    ),
    form(
        "a Hugging Face token",
        r"(?-u:\b)hf_[A-Za-z]{34}(?-u:\b)",
        2.0,
    ),
    form(
        WEB_TOKEN,
        r"(?-u:\b)eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10}",
        3.0,
    ),
    form("a New Relic key", r"(?-u:\b)NRAK-[0-9A-Z]{27}(?-u:\b)", 0.0),
    form("an npm token", r"(?-u:\b)npm_[0-9A-Za-z]{36}(?-u:\b)", 2.0),
    form(
        "an OpenAI key",
        r"(?-u:\b)sk-[0-9A-Za-z_-]{20,}T3BlbkFJ[0-9A-Za-z_-]{20}",
        3.0,
    ),
    form(
        "a PyPI token",
        r"(?-u:\b)pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50}",
        3.0,
    ),
    form(
        "a SendGrid key",
        r"(?-u:\b)SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}",
        2.0,
    ),
    form(
        "a Shopify token",
        r"(?-u:\b)shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}(?-u:\b)",
        2.0,
    ),
    form(
        "a Slack token",
        r"(?-u:\b)xox[abeprs]-[0-9A-Za-z]{6,}-[0-9A-Za-z-]{10}",
        2.0,
    ),
    form(
        "a Slack webhook",
        r"hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/[0-9A-Za-z]{20}",
        0.0,
    ),
    form(
        "a Stripe key",
        r"(?-u:\b)[rs]k_(?:live|test)_[0-9A-Za-z]{20}",
        2.0,
    ),
    form(
        "a Telegram token",
        r"(?-u:\b)[0-9]{8,10}:AA[0-9A-Za-z_-]{33}(?-u:\b)",
        0.0,
    ),
    form("a Vault token", r"(?-u:\b)hv[bs]\.[0-9A-Za-z_-]{24}", 3.5),
];

/// A URL with a user and a password.
const URL: &str = r"[a-z]://([^\s:/?#@'\x22<>${}]*):([^\s:/?#@'\x22<>]{1,256})@[0-9A-Za-z\[]";

/// What stands in nearly every text that has one of the forms.
const SIGNS: &str = r"PRIVATE KEY|AKIA|ASIA|AGE-SECRET|sk-|ATATT|dapi|do[opr]_v1|dckr_pat|dp\.|gh[pousr]_|github_pat|gl(?:pat|rt|dt|ptt|cbt|sa)[-_]|AIza|hf_|\.eyJ|NRAK-|npm_|pypi-|SG\.|shp(?:at|ca|pa|ss)_|xox|hooks\.slack|k_(?:live|test)_|:AA|hv[bs]\.|://[^/\s]*@";

struct Forms {
    signs: Regex,
    forms: Vec<(&'static Form, Regex)>,
    url: Regex,
}

#[expect(
    clippy::unwrap_used,
    reason = "the patterns are constants that tests compile"
)]
static COMPILED: LazyLock<Forms> = LazyLock::new(|| Forms {
    signs: Regex::new(SIGNS).unwrap(),
    forms: FORMS
        .iter()
        .map(|form| (form, Regex::new(form.pattern).unwrap()))
        .collect(),
    url: Regex::new(URL).unwrap(),
});

/// A credential in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// `a GitHub token`
    pub(super) what: &'static str,
    /// Where it stands.
    pub(super) span: Span,
    /// Whether it is the name of a key, and not the key.
    pub(super) is_id: bool,
    /// The user and the password of a URL.
    pub(super) login: Option<(String, String)>,
}

impl Found {
    /// Whether it can be made without any service.
    pub(super) fn is_self_made(&self) -> bool {
        [PRIVATE_KEY, AGE_KEY, WEB_TOKEN].contains(&self.what)
    }
}

/// How many credentials of one form are told in a text.
const FORM_LIMIT: usize = 20;

/// The credentials in a text, in the order of their places.
pub(super) fn find(text: &str) -> Vec<Found> {
    let compiled = &*COMPILED;
    if text.len() < 8 || !compiled.signs.is_match(text) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (form, pattern) in &compiled.forms {
        let hits = pattern.find_iter(text).take(FORM_LIMIT);
        let hits = hits.filter(|hit| match hit.as_str().starts_with("-----") {
            true => holds_key(&text[hit.end()..]),
            false => !is_example(hit.as_str()) && entropy(hit.as_str()) >= form.entropy,
        });
        found.extend(hits.map(|hit| Found {
            what: form.what,
            is_id: form.what == ACCESS_KEY,
            span: Span::new(hit.start() as u32, hit.end() as u32),
            login: None,
        }));
    }
    for hit in compiled.url.captures_iter(text).take(FORM_LIMIT) {
        let (Some(user), Some(password)) = (hit.get(1), hit.get(2)) else {
            continue;
        };
        found.push(Found {
            what: "a URL with a password",
            is_id: false,
            span: Span::new(password.start() as u32, password.end() as u32),
            login: Some((user.as_str().to_owned(), password.as_str().to_owned())),
        });
    }
    found.sort_by_key(|found| (found.span.start, found.span.end));
    found
}

/// Whether a URL with a password leads to the machine itself.
pub(super) fn is_local(text: &str, found: &Found) -> bool {
    let rest = text.get(found.span.end as usize..).unwrap_or_default();
    let host = rest.strip_prefix('@').unwrap_or_default();
    let end = host.find(['/', '?', ',', '"', '\'', ' ', '\n']);
    let host = &host[..end.unwrap_or(host.len())];
    let name = host.split(':').next().unwrap_or_default();
    name == "localhost" || name.starts_with("127.") || host.starts_with("[::1]")
}

/// What documents write in place of a credential: words, or one character again and again.
fn is_example(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let words = [
        "EXAMPLE",
        "XXXXX",
        "REPLACE",
        "YOUR",
        "PLACEHOLDER",
        "00000000",
        SAMPLE,
    ];
    words.iter().any(|word| upper.contains(word))
}

/// What the token holds with which the site on JSON web tokens shows what one is, in capitals.
const SAMPLE: &str = "EYJZDWIIOIIXMJM0NTY3ODKWIIWI";

/// How far a key is looked for after its first line.
const KEY_LIMIT: usize = 4096;

/// A shorter text than the shortest private key, 32 bytes in a frame of ASN.1, is at most a part of
/// one.
const SHORTEST_KEY: usize = 52;

/// The bits for each of its characters that a key in base64 holds at least.
const KEY_ENTROPY: f64 = 4.0;

/// A shorter line than this, with others behind it, is none of a key.
const SHORTEST_LINE: usize = 16;

/// Whether a key follows its first line, and not dots or words in its place.
fn holds_key(rest: &str) -> bool {
    // What a script prints or looks for goes on with a quote or the like.
    if rest.starts_with(|c: char| !c.is_whitespace() && c != '\\' && !c.is_ascii_alphanumeric()) {
        return false;
    }
    let end = rest.find("-----").unwrap_or(rest.len()).min(KEY_LIMIT);
    let body = rest.get(..end).unwrap_or(rest).trim();
    // In JSON the line ends are escaped.
    let body = body.trim_start_matches("\\n").trim();
    let is_of_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let length = body.bytes().filter(is_of_key).count();
    let is_whole = length >= SHORTEST_KEY && !is_prose(body) && entropy(body) >= KEY_ENTROPY;
    is_whole || length == body.len() && begins_key(body)
}

/// Whether what is cut off begins as a key does, in ASN.1 or in OpenSSH's own form.
fn begins_key(body: &str) -> bool {
    ["MI", "MC4C", "MHcC", "b3BlbnNza"]
        .iter()
        .any(|start| body.starts_with(start))
}

/// Whether a text is the frame of a private key with none in it.
pub(super) fn is_bare_frame(text: &str) -> bool {
    let framed = text.strip_prefix("-----BEGIN ");
    let label = framed.and_then(|rest| rest.split("-----").next());
    let is_one = |label: &str| label.ends_with("PRIVATE KEY") || label.ends_with("KEY BLOCK");
    label.is_some_and(is_one) && text.ends_with("-----") && !is_issued(text)
}

/// Whether a text holds what a service gives out, and not only a login that somebody thought of.
pub(super) fn is_issued(text: &str) -> bool {
    find(text).iter().any(|found| found.login.is_none())
}

/// Whether all of that in a text can be made without any service.
pub(super) fn is_self_made(text: &str) -> bool {
    let found = find(text);
    let mut issued = found.iter().filter(|found| found.login.is_none());
    issued.all(Found::is_self_made)
}

/// Whether a text begins with words, such as the comments around a key's first line in the values
/// of charts. A key begins with a long line, or with a header.
fn is_prose(body: &str) -> bool {
    let body = body.trim_start_matches(|c: char| c == '#' || c.is_whitespace());
    let first = body.split_whitespace().next().unwrap_or_default();
    first.len() < SHORTEST_LINE && first.len() < body.len() && !first.ends_with(':')
}

/// Shannon's entropy, in bits for each byte.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = text.len() as f64;
    let shares = counts.iter().filter(|count| **count > 0);
    let shares = shares.map(|count| f64::from(*count) / length);
    -shares.map(|share| share * share.log2()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let found = find(text);
        let told: Vec<&str> = found.iter().map(|found| found.what).collect();
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn what_somebody_typed_is_no_token() {
        let random = "Kq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0yUaQe";
        check(&format!("ghp_{random}"), &["a GitHub token"]);
        check("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", &[]);
        check("ghp_aaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbb", &[]);
        check("AIzaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[]);
        check("hvs.0123012301230123012301230123", &[]);
    }

    #[test]
    fn a_private_key_is_more_than_its_frame() {
        let key = "MC4CAQAwBQYDK2VwBCIEIKq7Zr2Lw9xTz4vG8bN1mC5sD3fH6jP0yUaQe8Wk1Rt";
        let framed = |body: &str| {
            format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
        };
        check(&framed(key), &["a private key"]);
        check(&framed(&key.replace('L', "\\n")), &["a private key"]);
        // A part of one is as good as told.
        check(&framed("MIIabc"), &["a private key"]);
        for body in [
            "[...]",
            "...",
            "<your key>",
            "REPLACE_ME",
            "",
            "\\n[...]\\n",
            "##\n## the name should be that of a secret which is set up further above\n## by hand\n##",
        ] {
            check(&framed(body), &[]);
        }
        check(
            "echo \"-----BEGIN OPENSSH PRIVATE KEY-----\"\ncat /ssh/id_ed25519 | sed 's/-----BEGIN OPENSSH PRIVATE KEY-----//;s/-----END OPENSSH PRIVATE KEY-----//' | fold -w 70\necho \"-----END OPENSSH PRIVATE KEY-----\"",
            &[],
        );
        check(
            &format!("-----BEGIN PRIVATE KEY-----{key}"),
            &["a private key"],
        );
    }
}
