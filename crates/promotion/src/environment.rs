//! The names of two environments, and what carries them.

use camino::Utf8Path;
use rustc_hash::FxHashMap;

use crate::Side;
use crate::words::runs;

/// Words that mean the same environment.
const SAME: [&[&str]; 10] = [
    &["dev", "devel", "develop", "development"],
    &["test", "tst", "testing"],
    &["int", "integration"],
    &["qa"],
    &["uat", "acceptance", "acc"],
    &["stage", "staging", "stg", "stag"],
    &["preprod", "preproduction"],
    &["prod", "production", "prd"],
    &["sandbox", "sbx"],
    &["live"],
];

/// Words that say nothing of an environment, though paths differ in them.
const EMPTY: [&str; 10] = [
    "yaml", "yml", "json", "env", "values", "envs", "overlays", "the", "source", "target",
];

/// The source's and the target's environment, as far as their names are concerned.
///
/// `staging-us` and `prod-us` differ in `staging` and `prod`; so a value that says `staging`, or
/// `stg`, names the source environment.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    names: [String; 2],
    words: [Vec<String>; 2],
    /// What is known to be called differently in the two: each name with one that is the same
    /// for both.
    same: FxHashMap<Box<str>, Box<str>>,
}

impl Environments {
    /// Two environments by their names.
    pub fn new(source: &str, target: &str) -> Self {
        let names = [source.to_owned(), target.to_owned()];
        let words = [own_words(source, target), own_words(target, source)];
        let same = FxHashMap::default();
        Self { names, words, same }
    }

    /// Two environments by the paths of files that correspond: by the parts in which they differ.
    pub fn of_paths(source: &Utf8Path, target: &Utf8Path) -> Self {
        let [source, target] = [source, target].map(|path| {
            let parts = path.components().map(|part| part.as_str());
            parts.collect::<Vec<_>>()
        });
        let (source, target) = without_common_ends(&source, &target);
        let [from, to] = [source, target].map(|parts| parts.join("-"));
        let [from, to] =
            [own_words(&from, &to), own_words(&to, &from)].map(|words| words.join("-"));
        Self::new(&from, &to)
    }

    /// The same, where these are names for the same thing in the source and in the target.
    pub(crate) fn with_same<'a>(&self, names: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut environments = self.clone();
        for (source, target) in names {
            let both = format!("{source}\u{1}{target}");
            for name in [source, target] {
                let known = environments.same.entry(name.into());
                known.or_insert_with(|| both.clone().into());
            }
        }
        environments
    }

    /// An environment's name; empty if it is not known.
    pub fn name(&self, side: Side) -> &str {
        &self.names[side as usize]
    }

    /// The word of a text that names the source environment.
    pub fn source_named_in<'a>(&self, text: &'a str) -> Option<&'a str> {
        let is_source = |run: &str| is_one_of(run, &self.words[Side::Source as usize]);
        runs(text).map(|(_, run)| run).find(|run| is_source(run))
    }

    /// A name or path of one side as the other side would say it, as far as only the environments'
    /// names differ: the same for what corresponds.
    pub fn sign(&self, side: Side, text: &str) -> String {
        let name = self.name(side);
        if name.is_empty() {
            return self.neutral(text);
        }
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(name) {
            let (before, behind) = (&rest[..at], &rest[at + name.len()..]);
            let touches = before.ends_with(char::is_alphanumeric)
                || behind.starts_with(char::is_alphanumeric);
            shown.push_str(before);
            shown.push_str(if touches { name } else { "\u{1}" });
            rest = behind;
        }
        shown.push_str(rest);
        self.neutral(&shown)
    }

    /// A text with the names of both environments replaced by the same mark, so that what
    /// differs only in them is equal.
    pub fn neutral(&self, text: &str) -> String {
        if let Some(both) = self.same.get(text) {
            return both.to_string();
        }
        let mut neutral = String::with_capacity(text.len());
        let mut done = 0;
        for (start, run) in runs(text) {
            if self.words.iter().any(|words| is_one_of(run, words)) {
                neutral.push_str(&text[done..start]);
                neutral.push('\u{1}');
                done = start + run.len();
            }
        }
        neutral.push_str(&text[done..]);
        neutral
    }
}

/// Whether a word is one of these, or means the same environment as one of them.
fn is_one_of(word: &str, words: &[String]) -> bool {
    let word = word.to_lowercase();
    let means = |other: &String| {
        let both = |set: &&&[&str]| set.contains(&word.as_str()) && set.contains(&other.as_str());
        *other == word || SAME.iter().any(|set| both(&set))
    };
    words.iter().any(means)
}

/// The words of a name that the other name lacks.
fn own_words(name: &str, other: &str) -> Vec<String> {
    let all = |text: &str| -> Vec<String> { runs(text).map(|(_, r)| r.to_lowercase()).collect() };
    let other = all(other);
    let mut own = all(name);
    let says_something = |word: &String| {
        word.len() > 1
            && !word.bytes().all(|b| b.is_ascii_digit())
            && !EMPTY.contains(&word.as_str())
            && !is_one_of(word, &other)
    };
    own.retain(says_something);
    own
}

fn without_common_ends<'a, 'b>(
    mut a: &'a [&'b str],
    mut b: &'a [&'b str],
) -> (&'a [&'b str], &'a [&'b str]) {
    while let ([x, rest_a @ ..], [y, rest_b @ ..]) = (a, b)
        && x == y
    {
        (a, b) = (rest_a, rest_b);
    }
    while let ([rest_a @ .., x], [rest_b @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (rest_a, rest_b);
    }
    (a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_paths() {
        let check = |source: &str, target: &str| {
            let found = Environments::of_paths(source.into(), target.into());
            format!(
                "{} → {}",
                found.name(Side::Source),
                found.name(Side::Target)
            )
        };
        assert_eq!(
            check("c/a/staging/base/k.yaml", "c/a/production/base/k.yaml"),
            "staging → production"
        );
        assert_eq!(
            check("x/values-idfint.yaml", "x/values-idfprod.yaml"),
            "idfint → idfprod"
        );
        assert_eq!(
            check("envs/staging-us/v.yml", "envs/prod-us/v.yml"),
            "staging → prod"
        );
        assert_eq!(check("a.yaml", "a.yaml"), " → ");
    }

    #[test]
    fn values_that_name_the_source() {
        let names = Environments::new("staging-us", "prod-us");
        let check = |text| names.source_named_in(text);
        assert_eq!(check("https://api.stg.example"), Some("stg"));
        assert_eq!(check("staging_db"), Some("staging"));
        assert_eq!(check("us-east"), None);
        assert_eq!(check("stagings"), None);
        assert_eq!(
            names.neutral("../x/staging?a"),
            names.neutral("../x/production?a")
        );
        let names = Environments::new("qa", "prod-us");
        assert_eq!(
            names.sign(Side::Source, "api/envs/qa/version.yml"),
            names.sign(Side::Target, "api/envs/prod-us/version.yml")
        );
        assert_ne!(
            names.neutral("../x/staging"),
            names.neutral("../y/production")
        );
    }
}
