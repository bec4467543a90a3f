//! Credentials that are known by their form.

use std::sync::LazyLock;

use manifest::Span;
use regex::Regex;

/// What some service gives out, and the form it has.
///
/// The prefixes are those that the services document, which secret scanners look for as well.
const FORMS: &[(&str, &str)] = &[
    (
        "a private key",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----",
    ),
    (
        "an AWS access key",
        r"(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)",
    ),
    (
        "an age key",
        r"(?-u:\b)AGE-SECRET-KEY-1[0-9A-Z]{58}(?-u:\b)",
    ),
    (
        "an Anthropic key",
        r"(?-u:\b)sk-ant-[a-z0-9]+-[0-9A-Za-z_-]{40}",
    ),
    ("an Atlassian token", r"(?-u:\b)ATATT3[0-9A-Za-z_=-]{40}"),
    ("a Databricks token", r"(?-u:\b)dapi[0-9a-f]{32}(?-u:\b)"),
    (
        "a DigitalOcean token",
        r"(?-u:\b)do[opr]_v1_[0-9a-f]{64}(?-u:\b)",
    ),
    ("a Docker Hub token", r"(?-u:\b)dckr_pat_[0-9A-Za-z_-]{20}"),
    (
        "a Doppler token",
        r"(?-u:\b)dp\.(?:pt|st|sa)\.[0-9A-Za-z._-]{40}",
    ),
    (
        "a GitHub token",
        r"(?-u:\b)(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{40})",
    ),
    (
        "a GitLab token",
        r"(?-u:\b)gl(?:pat|rt|dt|ptt|cbt)-[0-9A-Za-z_-]{20}",
    ),
    ("a Google API key", r"(?-u:\b)AIza[0-9A-Za-z_-]{35}"),
    (
        "a Grafana token",
        r"(?-u:\b)glsa_[0-9A-Za-z]{32}_[0-9a-f]{8}",
    ),
    ("a Hugging Face token", r"(?-u:\b)hf_[A-Za-z]{34}(?-u:\b)"),
    (
        "a JSON web token",
        r"(?-u:\b)eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10}",
    ),
    ("a New Relic key", r"(?-u:\b)NRAK-[0-9A-Z]{27}(?-u:\b)"),
    ("an npm token", r"(?-u:\b)npm_[0-9A-Za-z]{36}(?-u:\b)"),
    (
        "an OpenAI key",
        r"(?-u:\b)sk-[0-9A-Za-z_-]{20,}T3BlbkFJ[0-9A-Za-z_-]{20}",
    ),
    (
        "a PyPI token",
        r"(?-u:\b)pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50}",
    ),
    (
        "a SendGrid key",
        r"(?-u:\b)SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}",
    ),
    (
        "a Shopify token",
        r"(?-u:\b)shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}(?-u:\b)",
    ),
    (
        "a Slack token",
        r"(?-u:\b)xox[abeprs]-[0-9A-Za-z]{6,}-[0-9A-Za-z-]{10}",
    ),
    (
        "a Slack webhook",
        r"hooks\.slack\.com/services/T[0-9A-Z]+/B[0-9A-Z]+/[0-9A-Za-z]{20}",
    ),
    (
        "a Stripe key",
        r"(?-u:\b)[rs]k_(?:live|test)_[0-9A-Za-z]{20}",
    ),
    (
        "a Telegram token",
        r"(?-u:\b)[0-9]{8,10}:AA[0-9A-Za-z_-]{33}(?-u:\b)",
    ),
    ("a Vault token", r"(?-u:\b)hv[bs]\.[0-9A-Za-z_-]{24}"),
];

/// A URL with a user and a password.
const URL: &str = r"[a-z]://([^\s:/?#@'\x22<>${}]*):([^\s:/?#@'\x22<>]{1,256})@[0-9A-Za-z\[]";

/// What stands in nearly every text that has one of the forms.
const SIGNS: &str = r"PRIVATE KEY|AKIA|ASIA|AGE-SECRET|sk-|ATATT|dapi|do[opr]_v1|dckr_pat|dp\.|gh[pousr]_|github_pat|gl(?:pat|rt|dt|ptt|cbt|sa)[-_]|AIza|hf_|\.eyJ|NRAK-|npm_|pypi-|SG\.|shp(?:at|ca|pa|ss)_|xox|hooks\.slack|k_(?:live|test)_|:AA|hv[bs]\.|://[^/\s]*@";

struct Forms {
    signs: Regex,
    forms: Vec<(&'static str, Regex)>,
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
        .map(|(what, form)| (*what, Regex::new(form).unwrap()))
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
    /// The user and the password of a URL.
    pub(super) login: Option<(String, String)>,
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
    for (what, form) in &compiled.forms {
        let hits = form.find_iter(text).take(FORM_LIMIT);
        let hits = hits.filter(|hit| !is_example(hit.as_str()));
        found.extend(hits.map(|hit| Found {
            what,
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
            span: Span::new(password.start() as u32, password.end() as u32),
            login: Some((user.as_str().to_owned(), password.as_str().to_owned())),
        });
    }
    found.sort_by_key(|found| (found.span.start, found.span.end));
    found
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
    ];
    !text.starts_with("-----") && words.iter().any(|word| upper.contains(word))
}
