//! Which values are credentials, and which only stand for one.

use std::sync::LazyLock;

use regex::Regex;

use super::names::Sort;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Most likely a credential.
    Credential,
    /// A password that everyone knows.
    Default,
    /// A word that says that something else has to stand there.
    Placeholder,
    /// A reference to a credential that is kept elsewhere, or one that is encrypted or hashed.
    Kept,
    /// Something else.
    Harmless,
}

/// Passwords that products come with, and the first ones that anyone would try.
const DEFAULTS: &[&str] = &[
    "123456",
    "12345678",
    "123456789",
    "admin",
    "admin123",
    "adminadmin",
    "adminpassword",
    "elastic",
    "grafana",
    "guest",
    "keycloak",
    "letmein",
    "mariadb",
    "minio",
    "minio123",
    "minioadmin",
    "mongo",
    "mongodb",
    "mysql",
    "neo4j",
    "nexus",
    "oracle",
    "p@ssw0rd",
    "pass",
    "passw0rd",
    "password",
    "password1",
    "password123",
    "postgres",
    "prom-operator",
    "qwerty",
    "rabbitmq",
    "redis",
    "root",
    "rootpassword",
    "sa",
    "secret",
    "sonar",
    "test",
    "test123",
    "toor",
    "user",
    "wordpress",
];

macro_rules! pattern {
    ($name:ident, $pattern:expr) => {
        // The pattern is a constant that tests compile.
        #[allow(clippy::unwrap_used, reason = "the pattern is a constant")]
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).unwrap());
    };
}
pub(super) use pattern;

pattern!(
    KEPT,
    concat!(
        // Filled in by a shell, a template, a plugin, or the program itself.
        r"\$\{|\$\(|\{\{|^\{[A-Za-z_][A-Za-z0-9_.]*\}$|<path:|%\{|__[A-Z][A-Z0-9_]*__|^\s*<[^<>]*>\s*$|^\$[A-Za-z_]|^%[A-Z_]+%$|^@[A-Za-z_.]+@$",
        // Kept elsewhere.
        r"|^(?:op|ref\+\w+|vault|secretref\+?\w*|awssm|gcpsm|azkv|akv|keyvault|ssm|env|file|doppler|bws|infisical)://?\S",
        r"|^(?:vault|env|file|secret|ssm|secretsmanager|conjur|valueFrom|existingSecret):\S|^arn:aws|^projects/[^/]+/secrets/|@Microsoft\.KeyVault|^!vault|^resolve:|\{\{resolve:",
        // Encrypted.
        r"|^ENC[\[(]|^\{cipher\}|^\$ANSIBLE_VAULT|^-----BEGIN PGP MESSAGE|^AQICAH|^AgA[0-9A-Za-z+/]{60}|^age1",
        // Hashed.
        r"|^(?:[A-Za-z0-9_.@-]+:)?\$(?:2[abxy]?|1|5|6|apr1|argon2\w*|scrypt|pbkdf2[\w-]*|y)\$|^\{(?:SSHA|SHA|CRYPT|BCRYPT|MD5|noop)[0-9]*\}|^(?:sha(?:1|256|384|512)|md5|scram-sha-256)[:$-]|^pbkdf2",
    )
);

pattern!(
    PLACEHOLDER,
    concat!(
        r"(?i)^(?:x+|\*+|\.+|-+|_+|\?+|n/?a|none|null|nil|tbd|unset|undefined|empty|foo|bar|baz|foobar|string|value|here|text|abc|blah|null_?value)$",
        r"|(?:change|set)[-_ ]?(?:me|it|this)|replace|placeholder|(?:^|[-_ ])your[-_ ]?|^my[-_ ]?(?:secret|pass|token|key)|example|insert|fill[-_ ]?in|todo|overrid|redacted|masked|fixme|dummy|sample|must[-_ ]be[-_ ]at[-_ ]least|not[-_ ]?(?:used|set|needed|secret|real|a[-_ ]secure)|unused|super[-_]?secret|^xxx|xxx$|[-_]here$|^(?-i:[A-Z]+(?:_[A-Z]+)+)$|^to[-_]be|for[-_ ]?testing|insecure",
        // Cut short, or somebody's words for what goes there.
        r"|^\.{3}|\.{3}$|base64[- ]encoded|(?:^|[-_])mock$|^(?:(?:a|any|long|some|the|very)[-_ ]?)+(?:passphrase|password|secret|token)$",
        // The token with which the site on JSON web tokens shows what one is.
        r"|(?-i:eyJzdWIiOiIxMjM0NTY3ODkwIiwi)",
    )
);

// Keys that services give out for pages that everyone can read: those of PostHog and Stripe.
pattern!(
    PUBLISHABLE,
    r"^phc_[A-Za-z0-9]{32,}$|^pk_(?:live|test)_[A-Za-z0-9]{16,}$"
);

pattern!(TOKEN, r"^<[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)*>$");

pattern!(
    HARMLESS,
    concat!(
        r"(?i)^(?:true|false|yes|no|on|off|enabled?|disabled?|required?|optional|prefer|auto|default|always|never|plain|basic|bearer|oauth2?|jwt|internal|external|file|env)$",
        // Numbers, times and sizes.
        r"|^[0-9.]{1,6}$|^[0-9]+(?:ms|s|m|h|d|w|y|Mi|Gi|Ki|MB|GB)$",
        // Paths, files, addresses, hosts and mail.
        r"|^system:|^[./~]|^[A-Za-z]:\\|\.(?:pem|crt|cer|key|json|ya?ml|txt|jks|p12|pfx|env|properties|conf|asc|gpg|pub|tgz|html)$|://|^[a-z0-9.-]+:[0-9]{2,5}$|^[^@\s]+@[a-z0-9-]+\.[a-z.]+$|^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:svc|local|com|net|org|io|dev|internal|test|cluster)\.?(?:[:/].*)?$|^[0-9a-f.]+\.(?:in-addr|ip6)\.arpa\.?$",
        // Code, and sentences.
        r"|\s|[()\[\]{}]|^[A-Za-z_]+(?:\.[A-Za-z_]+)+$",
        // What is called like a credential is a name.
        r"|^(?:[A-Za-z0-9]+[-_.:/])*[A-Za-z0-9]*(?:pass|passw(?:or)?d|secret|token|credential|cred|key|cert)s?(?:[-_.:/][A-Za-z0-9]+)*$",
    )
);

pattern!(
    ALGORITHM,
    r"(?i)^(?:aes|argon2|bcrypt|chacha|ecdsa|ed25519|hmac|pbkdf2|rsa|scrypt|sha)[a-z]{0,2}[-_]?[0-9]{0,4}(?:[-_](?:cbc|ctr|gcm|xts|plain|plain64|poly1305|sha[0-9]{1,3}|[0-9]{3,4}))*$"
);

pattern!(
    WORDS,
    r"^(?:[a-z]+(?:[-_ ./][a-z]+)*|[A-Z]+(?:[-_ ./][A-Z]+)*|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*)$"
);

pattern!(NAMES, r"^[A-Za-z]+(?:[._/:-]+[0-9]*[A-Za-z]*)+[0-9]*$");

pattern!(
    COMPOUND,
    r"^[a-z]+[0-9]{0,2}(?:[-_.](?:[a-z]{1,12}[0-9]{0,2}|[0-9]{1,3})){1,4}$"
);

/// What a value is that has a name which promises a credential.
pub(super) fn judge(sort: Sort, value: &str) -> Verdict {
    let value = unquoted(value);
    if value.len() < 2 {
        return Verdict::Harmless;
    }
    if is_kept(value) {
        return Verdict::Kept;
    }
    if PUBLISHABLE.is_match(value) {
        return Verdict::Harmless;
    }
    if sort == Sort::Password && DEFAULTS.contains(&&*value.to_ascii_lowercase()) {
        return Verdict::Default;
    }
    if is_placeholder(value) {
        return Verdict::Placeholder;
    }
    let is_made = match sort {
        Sort::Password => value.len() >= 4 && value.len() <= 200 && !WORDS.is_match(value),
        Sort::Token => looks_generated(value),
    };
    match is_made && !HARMLESS.is_match(value) {
        true => Verdict::Credential,
        false => Verdict::Harmless,
    }
}

/// What the password of a URL is, which is one whatever it looks like.
pub(super) fn judge_login(user: &str, password: &str) -> Verdict {
    let is_short_for = |word: &str| matches!(word, "pw" | "pwd" | "passwd" | "secretpassword");
    let lower = password.to_ascii_lowercase();
    if is_kept(password) || password.starts_with('%') {
        Verdict::Kept
    } else if user.contains('.') && is_port(password) {
        Verdict::Harmless
    } else if is_placeholder(password) || is_short_for(&lower) || is_name_of_one(&lower) {
        Verdict::Placeholder
    } else if lower == user.to_ascii_lowercase() || DEFAULTS.contains(&&*lower) {
        Verdict::Default
    } else if password.len() < 3
        || password.chars().all(|c| c.is_ascii_digit()) && password.len() < 6
    {
        Verdict::Harmless
    } else {
        Verdict::Credential
    }
}

/// Whether what stands in the place of a password is what the setting for one is called, as charts
/// write it: `accessKey:secretKey`.
fn is_name_of_one(lower: &str) -> bool {
    let word = lower.replace(['-', '_'], "");
    matches!(
        &*word,
        "accesskey"
            | "accesstoken"
            | "apikey"
            | "apitoken"
            | "authtoken"
            | "clientsecret"
            | "passphrase"
            | "secretaccesskey"
            | "secretkey"
            | "token"
    )
}

/// Whether what stands in the place of a password is a port with something behind it, as in the
/// URLs by which filters of requests are tested: `http://a.example:80+@b.example`.
fn is_port(password: &str) -> bool {
    let rest = password.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=5).contains(&(password.len() - rest.len()))
        && !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// Whether a value, quoted or not, gives nothing away.
pub(super) fn is_open(value: &str) -> bool {
    let value = unquoted(value);
    is_kept(value) || is_placeholder(value) || is_harmless(value)
}

/// Whether a value is a reference, or encrypted, or a hash.
pub(super) fn is_kept(value: &str) -> bool {
    KEPT.is_match(value)
}

pub(super) fn is_placeholder(value: &str) -> bool {
    value.len() <= 200
        && (PLACEHOLDER.is_match(value)
            || is_sentence(value)
            || counts_up(value)
            || says_local(value))
}

/// Whether a value is the name of what another program or somebody fills in: `<DB_PASSWORD>`.
pub(crate) fn is_token(value: &str) -> bool {
    TOKEN.is_match(value.trim())
}

/// Shorter values than this may count up and be a password all the same.
const SHORTEST_COUNT: usize = 10;

/// Whether a value counts up, once or again and again: `1234567890`, `0123456789abcdef`.
fn counts_up(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_next = |pair: &[u8]| match *pair {
        [b'9', next] => matches!(next, b'0' | b'a' | b'A'),
        [own, next] => own.is_ascii_alphanumeric() && next == own + 1,
        _ => false,
    };
    let restarts = bytes.windows(2).filter(|pair| !is_next(pair));
    let are_clean = restarts.clone().all(|pair| pair.last() == bytes.first());
    bytes.len() >= SHORTEST_COUNT
        && bytes[0].is_ascii_alphanumeric()
        && are_clean
        && restarts.count() <= bytes.len() / SHORTEST_COUNT
}

/// Whether a value made of words says that it is for the machine of who works on it:
/// `shop_local`.
fn says_local(value: &str) -> bool {
    let is_word = |part: &str| {
        let is = |kind: fn(&u8) -> bool| part.bytes().all(|byte| kind(&byte));
        is(u8::is_ascii_alphabetic) || is(u8::is_ascii_digit)
    };
    let mut parts = value.split(['-', '_']);
    let is_local = |part: &str| matches!(&*part.to_ascii_lowercase(), "local" | "localdev");
    parts.clone().any(is_local) && parts.all(is_word)
}

/// The rows of a keyboard.
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Whether a value is keys that lie side by side, pressed at random: `asd111`, `sdfgfdsgfdsg`.
pub(super) fn is_mash(value: &str) -> bool {
    let value = value.trim();
    let letters = value.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = value.as_bytes().get(letters.len()..).unwrap_or_default();
    let is_one_digit = digits.windows(2).all(|pair| pair.first() == pair.last());
    let count = letters.len();
    let mut distinct: Vec<char> = letters.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let is_of_row = |row: &str| {
        let on_row = letters.chars().filter(|c| row.contains(*c)).count();
        on_row * 5 >= count * 4
    };
    count >= 3
        && letters.bytes().all(|byte| byte.is_ascii_lowercase())
        && is_one_digit
        && (distinct.len() <= 3 || count >= distinct.len() * 3)
        && ROWS.into_iter().any(is_of_row)
}

/// What makes a sentence of words.
const JOINTS: [&str; 19] = [
    "a", "an", "and", "be", "by", "for", "from", "go", "goes", "in", "is", "it's", "of", "the",
    "this", "to", "via", "with", "your",
];

/// What a sentence speaks of that stands in the place of a credential.
const TOPICS: [&str; 13] = [
    "base64",
    "cert",
    "certificate",
    "credential",
    "credentials",
    "here",
    "key",
    "passphrase",
    "password",
    "secret",
    "secrets",
    "token",
    "value",
];

/// Whether a value is a sentence about a credential. A passphrase is made of words, too, and
/// speaks of something else.
fn is_sentence(value: &str) -> bool {
    if value.contains('\n') {
        return false;
    }
    let is_edge = |c: char| !c.is_ascii_alphanumeric();
    let lower = value.to_ascii_lowercase();
    let words = lower
        .split_whitespace()
        .map(|word| word.trim_matches(is_edge));
    let words: Vec<&str> = words.collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    words.len() >= 3
        && has(&JOINTS)
        && has(&TOPICS)
        && !value.split_whitespace().any(looks_generated)
}

/// Words that are there because something had to be.
const DUMMIES: [&str; 8] = [
    "pass", "passwd", "password", "pw", "pwd", "secret", "user", "username",
];

/// Whether a value is a word for a user or for a credential.
pub(super) fn is_dummy(value: &str) -> bool {
    let lower = unquoted(value).to_ascii_lowercase();
    DUMMIES.contains(&&*lower) || is_name_of_one(&lower)
}

/// Whether a name and a password are no more than the words for them.
pub(super) fn is_dummy_login(user: &str, password: &str) -> bool {
    is_dummy(user) && is_dummy(password)
}

/// Whether a value is of a form that gives nothing away.
pub(super) fn is_harmless(value: &str) -> bool {
    HARMLESS.is_match(value) || WORDS.is_match(value) || is_algorithm(value)
}

/// Whether a value is made of words.
pub(super) fn is_word(value: &str) -> bool {
    WORDS.is_match(value)
}

/// What is called by letters and a number, and gives nothing away.
const TERMS: [&str; 17] = [
    "gp2", "gp3", "h2", "h2c", "http1", "http2", "ipv4", "ipv6", "mysql8", "oauth2", "psycopg2",
    "s3", "s3v2", "s3v4", "sqlite3", "utf8", "x509",
];

/// Whether a value is a word of the trade that has a number in it: `s3`.
pub(super) fn is_term(value: &str) -> bool {
    TERMS.contains(&&*value.to_ascii_lowercase())
}

/// Whether a value names an algorithm: `aes-xts-plain64`, `sha256`.
pub(super) fn is_algorithm(value: &str) -> bool {
    ALGORITHM.is_match(value)
}

/// Whether a value is a few words put together, with numbers at most at their ends: `store-s3`.
pub(super) fn is_compound(value: &str) -> bool {
    let is_long = |part: &str| part.len() >= 4 && part.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    value.len() <= 40 && COMPOUND.is_match(value) && value.split(['-', '_', '.']).any(is_long)
}

/// Whether one of the words of a text looks generated, or is longer than any that is typed.
pub(super) fn holds_generated(text: &str) -> bool {
    let is_between = |c: char| c.is_whitespace() || "\"'=,;:{}[]".contains(c);
    let mut words = text.split(is_between);
    words.any(|word| word.len() > 200 || looks_generated(word))
}

/// Letters and digits mixed, and no words, path or address.
pub(super) fn looks_generated(value: &str) -> bool {
    let has = |is: fn(&char) -> bool| value.chars().any(|c| is(&c));
    let mut seen = [false; 128];
    let mut distinct = 0;
    for c in value.bytes() {
        match seen.get_mut(usize::from(c)) {
            Some(seen) if (b'!'..=b'~').contains(&c) => {
                distinct += usize::from(!*seen);
                *seen = true;
            }
            _ => return false,
        }
    }
    (10..=200).contains(&value.len())
        && distinct >= 8
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && !NAMES.is_match(value)
}

pub(super) fn unquoted(value: &str) -> &str {
    let value = value.trim().trim_end_matches([',', ';']);
    let quoted = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    quoted('"').or_else(|| quoted('\'')).unwrap_or(value).trim()
}
