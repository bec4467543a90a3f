//! Versions: which is higher, where that can be told, and which are none that stay.

use std::cmp::Ordering;

/// How two versions stand to each other.
///
/// `None` where it cannot be told: commits have no order by their names, and neither have
/// versions that are counted in different ways.
///
/// ```
/// use std::cmp::Ordering::*;
/// assert_eq!(promotion::compare_versions("v1.9.0", "1.10.0"), Some(Less));
/// assert_eq!(promotion::compare_versions("2.0.0", "2.0.0-rc.1"), Some(Greater));
/// assert_eq!(promotion::compare_versions("20240131", "20240201"), Some(Less));
/// assert_eq!(promotion::compare_versions("4f2a9c1", "b81e0d3"), None);
/// ```
pub fn compare_versions(old: &str, new: &str) -> Option<Ordering> {
    if old == new {
        return Some(Ordering::Equal);
    }
    let (old_is_commit, new_is_commit) = (is_commit(old), is_commit(new));
    if old_is_commit || new_is_commit {
        // Digits alone may be a number; both have to be.
        let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !(all_digits(old) && all_digits(new)) {
            return None;
        }
    }
    Counted::of(old)?.compare(&Counted::of(new)?)
}

/// A version without the marks that set it apart in an image, and without a digest behind it.
pub(crate) fn bare(text: &str) -> &str {
    let text = text.trim_start_matches(':');
    match text.split_once('@') {
        Some((tag, _)) if !tag.is_empty() => tag,
        _ => text,
    }
}

/// Whether a text is the name of a git commit: hexadecimal digits, 7 to 40 or 64 of them.
pub(crate) fn is_commit(text: &str) -> bool {
    let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    (matches!(text.len(), 7..=40 | 64)) && text.bytes().all(is_hex) && !is_day(text)
}

/// `20240131`, with or without a time behind it, down to the second.
fn is_day(text: &str) -> bool {
    if !matches!(text.len(), 8 | 10 | 12 | 14) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let number = |range| text.get(range).and_then(|t: &str| t.parse::<u16>().ok());
    matches!(number(0..4), Some(1990..=2099))
        && matches!(number(4..6), Some(1..=12))
        && matches!(number(6..8), Some(1..=31))
}

/// Whether a text says a version that stays what it is.
pub(crate) fn is_pinned(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | ':');
    !text.is_empty()
        && text.len() <= 128
        && text.chars().all(is_part)
        && text.bytes().any(|b| b.is_ascii_digit())
        && !is_range(text)
}

/// Whether a text names what moves by itself: a branch, `latest`, a range.
pub(crate) fn is_floating(text: &str) -> bool {
    const NAMES: [&str; 14] = [
        "latest", "main", "master", "head", "trunk", "develop", "dev", "stable", "edge", "nightly",
        "canary", "next", "current", "devel",
    ];
    is_range(text) || NAMES.contains(&text.to_ascii_lowercase().as_str())
}

fn is_range(text: &str) -> bool {
    let is_wild = |part: &str| matches!(part, "*" | "x" | "X");
    let parts = text.trim_start_matches('v').split('.');
    text.starts_with(['^', '~', '>', '<', '='])
        || parts
            .enumerate()
            .any(|(at, part)| is_wild(part) && (at > 0 || part == text))
}

/// How versions are counted, so that those counted in different ways are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Numbers and dots, down from a small one.
    Release,
    /// The first number is a year, or a day in one.
    Calendar,
}

/// A version of which the order can be told.
#[derive(Debug)]
struct Counted<'a> {
    /// What stands before the number, without `v`: `release-`.
    prefix: &'a str,
    way: Way,
    numbers: Vec<u64>,
    /// What stands behind the numbers, with its mark.
    rest: &'a str,
}

impl<'a> Counted<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let digits = text.find(|c: char| c.is_ascii_digit())?;
        let (prefix, mut rest) = text.split_at(digits);
        if !prefix
            .chars()
            .all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '/' | '.'))
        {
            return None;
        }
        let prefix = prefix.strip_suffix(['v', 'V']).unwrap_or(prefix);
        let mut numbers = Vec::new();
        loop {
            let len = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            if len == 0 {
                break;
            }
            let (number, behind) = rest.split_at(len);
            // A run of digits and letters, as in `1a2b`, is a word and no number.
            if behind.starts_with(|c: char| c.is_ascii_alphabetic()) && !numbers.is_empty() {
                break;
            }
            numbers.push(number.parse().ok()?);
            rest = behind;
            let is_date = matches!(numbers.first(), Some(1990..=2099));
            let more = rest
                .strip_prefix('.')
                .or_else(|| rest.strip_prefix('_'))
                .or_else(|| {
                    rest.strip_prefix('-')
                        .filter(|_| is_date && numbers.len() < 3)
                });
            match more {
                Some(more) if more.starts_with(|c: char| c.is_ascii_digit()) => rest = more,
                _ => break,
            }
        }
        let first = *numbers.first()?;
        let is_day = |n: u64| matches!(n, 19_900_101..=20_991_231);
        let way = match first {
            1990..=2099 => Way::Calendar,
            n if is_day(n) || is_day(n / 100) || is_day(n / 10_000) || is_day(n / 1_000_000) => {
                Way::Calendar
            }
            _ => Way::Release,
        };
        Some(Self {
            prefix,
            way,
            numbers,
            rest,
        })
    }

    fn compare(&self, new: &Self) -> Option<Ordering> {
        if self.prefix != new.prefix || self.way != new.way {
            return None;
        }
        let len = self.numbers.len().max(new.numbers.len());
        let number = |counted: &Self, at: usize| counted.numbers.get(at).copied().unwrap_or(0);
        let order = (0..len)
            .map(|at| number(self, at).cmp(&number(new, at)))
            .find(|order| order.is_ne());
        order.or_else(|| compare_rests(self.rest, new.rest))
    }
}

/// Which comes first of what stands behind equal numbers.
fn compare_rests(old: &str, new: &str) -> Option<Ordering> {
    let cut = |text| match str::find(text, '+') {
        Some(at) => &text[..at],
        None => text,
    };
    let (old, new) = (cut(old), cut(new));
    if old == new {
        return Some(Ordering::Equal);
    }
    let pre = |text: &str| is_prerelease(text);
    match (old, new) {
        ("", later) => pre(later).then_some(Ordering::Greater),
        (earlier, "") => pre(earlier).then_some(Ordering::Less),
        _ => compare_words(old, new),
    }
}

fn is_prerelease(rest: &str) -> bool {
    const WORDS: [&str; 14] = [
        "alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "canary", "nightly", "ea", "m",
        "next", "a", "b",
    ];
    let word = rest.trim_start_matches(['-', '.', '_']);
    let len = word
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(word.len());
    WORDS.contains(&word[..len].to_ascii_lowercase().as_str())
}

/// As semantic versions do: number by number, word by word. `rc2` counts its number.
fn compare_words(old: &str, new: &str) -> Option<Ordering> {
    let (mut old, mut new) = (pieces(old), pieces(new));
    loop {
        match (old.next(), new.next()) {
            (None, None) => return Some(Ordering::Equal),
            (None, Some(_)) => return Some(Ordering::Less),
            (Some(_), None) => return Some(Ordering::Greater),
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => {
                return match (a.parse::<u64>(), b.parse::<u64>()) {
                    (Ok(a), Ok(b)) => Some(a.cmp(&b)),
                    _ if is_prerelease(a) && is_prerelease(b) => Some(a.cmp(b)),
                    // Commits, names of variants and the like have no order.
                    _ => None,
                };
            }
        }
    }
}

/// The runs of digits and the runs of letters; what looks like a commit is one piece.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let parts = text
        .split(['-', '.', '_', '+'])
        .filter(|part| !part.is_empty());
    parts.flat_map(|part| {
        let digits = part.find(|c: char| c.is_ascii_digit());
        let splits = match digits {
            Some(at) => part[at..].bytes().all(|b| b.is_ascii_digit()),
            None => false,
        };
        let (word, number) = part.split_at(if splits {
            digits.unwrap_or(0)
        } else {
            part.len()
        });
        [word, number].into_iter().filter(|piece| !piece.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str) -> &'static str {
        let name = |order| match order {
            Some(Ordering::Less) => "<",
            Some(Ordering::Equal) => "=",
            Some(Ordering::Greater) => ">",
            None => "?",
        };
        let told = name(compare_versions(old, new));
        let back = name(compare_versions(new, old).map(Ordering::reverse));
        assert_eq!(told, back, "{old} {new} the other way");
        told
    }

    #[test]
    fn releases() {
        assert_eq!(check("1.4.2", "1.5.0"), "<");
        assert_eq!(check("v1.10", "v1.9.7"), ">");
        assert_eq!(check("1.4", "v1.4.0"), "=");
        assert_eq!(check("v653", "v652"), ">");
        assert_eq!(check("release-41", "release-9"), ">");
        assert_eq!(check("1.2.3+a", "1.2.3+b"), "=");
        assert_eq!(check("r30_0_9", "r30_0_10"), "<");
    }

    #[test]
    fn before_a_release() {
        assert_eq!(check("2.0.0-rc.1", "2.0.0"), "<");
        assert_eq!(check("2.0.0-rc.2", "2.0.0-rc.10"), "<");
        assert_eq!(check("2.0.0-rc9", "2.0.0-rc10"), "<");
        assert_eq!(check("2.0.0-alpha.9", "2.0.0-beta.1"), "<");
        assert_eq!(check("2.0.0-rc.1", "1.9.9"), ">");
    }

    #[test]
    fn variants_are_no_order() {
        assert_eq!(check("1.2.3-alpine", "1.2.4-alpine"), "<");
        assert_eq!(check("1.2.3-alpine", "1.2.3-debian"), "?");
        assert_eq!(check("1.2.3", "1.2.3-gpu"), "?");
    }

    #[test]
    fn the_calendar() {
        assert_eq!(check("2024.1.9", "2024.01.10"), "<");
        assert_eq!(check("2024-01-31", "2024-02-01"), "<");
        assert_eq!(check("20240131", "20240201"), "<");
        assert_eq!(check("20240131123000", "20240131115900"), ">");
        assert_eq!(check("2024-01-31-4f2a9c1", "2024-02-01-b81e0d3"), "<");
        assert_eq!(check("1.9.0", "2024.1.0"), "?");
    }

    #[test]
    fn commits() {
        assert_eq!(check("4f2a9c1", "b81e0d3"), "?");
        assert_eq!(check("1.2.3", "b81e0d3"), "?");
        assert_eq!(check("4567890", "4567891"), "<");
        assert_eq!(check("main-4f2a9c1", "main-b81e0d3"), "?");
        assert_eq!(check("1.2.3-4f2a9c1", "1.2.3-b81e0d3"), "?");
        assert_eq!(check("1.2.3-4f2a9c1", "1.2.4-b81e0d3"), "<");
    }

    #[test]
    fn what_moves_by_itself() {
        for text in [
            "latest", "HEAD", "main", "1.x", "^1.2", "~> 1", "*", "v2.*", ">=1",
        ] {
            assert!(is_floating(text), "{text}");
            assert!(!is_pinned(text), "{text}");
        }
        for text in [
            "1.2",
            "v1",
            "b81e0d3",
            "2024-01-31",
            "1.2.x86",
            "sha256:0ab1",
        ] {
            assert!(!is_floating(text), "{text}");
            assert!(is_pinned(text), "{text}");
        }
        assert!(!is_pinned("DOCKER_TAG"));
        assert!(!is_pinned("a b1"));
    }
}
