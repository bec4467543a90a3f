//! Semantic versions.

use std::cmp::Ordering;

/// A semantic version, without what says how it was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Semver {
    pub(crate) numbers: [u64; 3],
    pre_release: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u64),
    Text(String),
}

impl Semver {
    /// Reads `1.2.3-rc.1+build`.
    pub fn parse(text: &str) -> Option<Self> {
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        if !build.is_none_or(|build| build.split('.').all(is_identifier)) {
            return None;
        }
        let (numbers, pre_release) = match text.split_once('-') {
            Some((numbers, pre_release)) => (numbers, Some(pre_release)),
            None => (text, None),
        };
        let mut parts = numbers.split('.');
        let mut next = || number(parts.next()?);
        let numbers = [next()?, next()?, next()?];
        if parts.next().is_some() {
            return None;
        }
        let pre_release = match pre_release {
            Some(text) => text.split('.').map(part).collect::<Option<_>>()?,
            None => Vec::new(),
        };
        Some(Self {
            numbers,
            pre_release,
        })
    }

    /// Also reads what is a version to most people: `v1.2`, `01.2.3`.
    pub fn parse_loosely(text: &str) -> Option<Self> {
        let text = text.trim().strip_prefix('v').unwrap_or(text.trim());
        let end = text.find(['-', '+']).unwrap_or(text.len());
        let (numbers, rest) = text.split_at_checked(end)?;
        let mut parts: Vec<&str> = numbers.splitn(3, '.').collect();
        if parts.len() < 3 && !rest.is_empty() {
            return None;
        }
        parts.resize(3, "0");
        let stripped = parts.iter().map(|part| match part.trim_start_matches('0') {
            "" if !part.is_empty() => "0",
            stripped => stripped,
        });
        let numbers: Vec<&str> = stripped.collect();
        Self::parse(&format!("{}{rest}", numbers.join(".")))
    }
}

impl PartialOrd for Semver {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Semver {
    /// A version comes after its pre-releases.
    fn cmp(&self, other: &Self) -> Ordering {
        let is_release = |version: &Self| version.pre_release.is_empty();
        self.numbers
            .cmp(&other.numbers)
            .then(is_release(self).cmp(&is_release(other)))
            .then_with(|| self.pre_release.cmp(&other.pre_release))
    }
}

fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let leads_with_zero = text.len() > 1 && text.starts_with('0');
    (is_number && !leads_with_zero).then(|| text.parse().ok())?
}

fn part(text: &str) -> Option<Part> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return number(text).map(Part::Number);
    }
    is_identifier(text).then(|| Part::Text(text.to_owned()))
}

fn is_identifier(text: &str) -> bool {
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    !text.is_empty() && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_in_order() {
        let order = [
            "0.9.10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-rc.2",
            "1.0.0-rc.11",
            "1.0.0",
            "1.0.1+build.5",
        ];
        let read: Vec<Semver> = order.iter().map(|t| Semver::parse(t).unwrap()).collect();
        assert!(read.is_sorted());
        for text in [
            "1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "a.b.c", "",
        ] {
            assert_eq!(Semver::parse(text), None, "{text}");
        }
        for (text, strict) in [("v1.2", "1.2.0"), ("01.002.3", "1.2.3"), ("1", "1.0.0")] {
            assert_eq!(Semver::parse_loosely(text), Semver::parse(strict), "{text}");
        }
    }
}
