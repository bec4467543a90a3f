//! Sensitive values where they may stand in a message: each message is gone through once, however
//! many values there are.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use rustc_hash::FxHashSet;

use super::redact::REDACTED;

/// Shorter values than this, in bytes, are words.
const TELLING: usize = 8;

/// Shorter values than this, in bytes, may be part of a name that has nothing to do with them.
const LONG: usize = 12;

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static ENCODED: LazyLock<Regex> = LazyLock::new(|| Regex::new("[0-9A-Za-z+/]{11,}={0,2}").unwrap());

/// What is written in the open, such as names: a value that is the same is given away by none.
pub(super) type Open = FxHashSet<Box<str>>;

/// Values that are looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    all: BTreeSet<Box<str>>,
    /// What finds them; none if there is nothing to be found.
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Words {
    pub(super) fn add(&mut self, value: &str) {
        if !value.is_empty() && !self.all.contains(value) {
            self.all.insert(value.into());
            self.finder.take();
        }
    }

    pub(super) fn join(&mut self, mut others: Self) {
        self.all.append(&mut others.all);
        self.finder.take();
    }

    fn finder(&self) -> Option<&AhoCorasick> {
        let make = || {
            let words = self.all.iter().map(|word| word.as_bytes());
            let finder = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(words);
            (!self.all.is_empty()).then_some(finder.ok()).flatten()
        };
        self.finder.get_or_init(make).as_ref()
    }

    /// A text without them, as they are or in base64. A short one that is part of a longer name,
    /// such as that of the object, gives nothing away.
    pub(super) fn hide(&self, text: &str, open: &Open) -> String {
        let Some(finder) = self.finder() else {
            return text.to_owned();
        };
        let replace = |found: &regex::Captures<'_>| {
            let token = &found[0];
            let decoded = spanned_yaml::base64(token);
            match decoded.is_some_and(|decoded| finder.is_match(&decoded)) {
                true => REDACTED.to_owned(),
                false => token.to_owned(),
            }
        };
        replaced(finder, &ENCODED.replace_all(text, replace), LONG, open)
    }

    /// A text without them where each stands as a word.
    pub(super) fn hide_words(&self, text: &str, open: &Open) -> String {
        match self.finder() {
            Some(finder) => replaced(finder, text, usize::MAX, open),
            None => text.to_owned(),
        }
    }
}

/// A text without what is found in it as a word, or anywhere if it is as long as that.
fn replaced(finder: &AhoCorasick, text: &str, long: usize, open: &Open) -> String {
    let is_in_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut kept = String::with_capacity(text.len());
    finder.replace_all_with(text, &mut kept, |found, word, kept| {
        let (before, after) = (&text[..found.start()], &text[found.end()..]);
        let touches = before.ends_with(is_in_word) || after.starts_with(is_in_word);
        let is_name = touches && word.len() < long;
        let is_shown = is_name || open.contains(word);
        kept.push_str(if is_shown { word } else { REDACTED });
        true
    });
    kept
}

/// Whether a value is none that stands in messages for another reason: no word, no number, no
/// address.
pub(super) fn is_telling(value: &str) -> bool {
    let is_address = value.starts_with(['/', '.'])
        || value
            .split_once("://")
            .is_some_and(|(_, rest)| !rest.contains('@'));
    let mut rest = value.chars().skip(1);
    let is_mixed = rest.clone().any(|c| c.is_uppercase()) && rest.any(|c| c.is_lowercase());
    let has_digit = value.contains(|c: char| c.is_ascii_digit());
    let has_letter = value.contains(char::is_alphabetic);
    value.len() >= TELLING
        && !is_address
        && !is_name(value)
        && (is_mixed || has_digit && has_letter)
}

/// Whether a value reads like a name of several parts: `app-v2-db`, `db1.example.com:5432`.
fn is_name(value: &str) -> bool {
    /// How many digits may end a word.
    const DIGITS: usize = 3;
    let is_separator = |c: char| matches!(c, '-' | '.' | '_' | ':' | '/');
    let mut parts = value.split(is_separator);
    let is_word = |part: &str| {
        let word = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = part.len() - word.len();
        let is_small = word.bytes().all(|b| b.is_ascii_lowercase());
        is_small && (word.is_empty() || digits <= DIGITS)
    };
    value.contains(is_separator) && parts.all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(words: &[&str], text: &str) -> String {
        let mut all = Words::default();
        words.iter().for_each(|word| all.add(word));
        all.hide(text, &Open::default())
    }

    #[test]
    fn values_are_hidden_as_they_are_and_encoded() {
        let words = ["hunter22x", "hunter22xyz"];
        assert_eq!(hidden(&words, "a hunter22x"), "a ‹redacted›");
        assert_eq!(hidden(&words, "of hunter22x-db"), "of hunter22x-db");
        assert_eq!(
            hidden(&["hunter22abcxyz"], "pre-hunter22abcxyz!"),
            "pre-‹redacted›!"
        );
        assert_eq!(hidden(&words, "is aHVudGVyMjJ4eXo="), "is ‹redacted›");
        assert_eq!(
            hidden(&words, "of a-long-name-of-something"),
            "of a-long-name-of-something"
        );
        assert_eq!(hidden(&[], "a hunter22x"), "a hunter22x");
    }

    #[test]
    fn what_is_written_in_the_open_is_shown() {
        let mut words = Words::default();
        words.add("owncloud");
        let open = Open::from_iter(["owncloud".into()]);
        let text = "container `owncloud` is not owncloud-db";
        assert_eq!(words.hide_words(text, &open), text);
    }

    #[test]
    fn words_and_addresses_tell_nothing() {
        for value in [
            "postgres",
            "production",
            "8080",
            "v1.2.3",
            "https://a1.example.com/Repo",
            "/var/run9/x",
            "app-v2-db",
            "db1.example.com:5432",
        ] {
            assert!(!is_telling(value), "{value}");
        }
        for value in [
            "hunter22",
            "correctHorse",
            "https://u:p1@example.com",
            "s3cr3t-value",
        ] {
            assert!(is_telling(value), "{value}");
        }
    }
}
