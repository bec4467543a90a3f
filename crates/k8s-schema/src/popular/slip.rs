//! Slips of the pen: names that are so near to a known one that nobody can have meant another.

use crate::suggest;

/// The known name that another is a misspelling of. New versions bring new names, so that a name
/// must be closer than one that is only suggested.
pub(super) fn meant<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let nearest = suggest::nearest(name, known)?;
    let is_slip = nearest.eq_ignore_ascii_case(name)
        || lacks_its_first_letter(name, nearest)
        || suggest::distance(name, nearest) <= 2
            && starts_alike(name, nearest)
            && digits(name) == digits(nearest);
    is_slip.then_some(nearest)
}

/// Whether one name is the other's plural: definitions grow from one thing to several.
pub(super) fn is_plural(a: &str, b: &str) -> bool {
    let is = |many: &str, one: &str| {
        let ends = ["s", "es"].into_iter();
        ends.filter_map(|end| many.strip_suffix(end))
            .any(|stem| stem == one)
    };
    is(a, b) || is(b, a)
}

/// Whether a name is another one but for the first letter, as where a word was not copied whole.
fn lacks_its_first_letter(name: &str, known: &str) -> bool {
    let mut letters = known.chars();
    letters.next().is_some() && letters.as_str() == name
}

/// Families of names differ at their starts: `VLSingle`, `VMSingle`.
fn starts_alike(a: &str, b: &str) -> bool {
    let mut start: Vec<char> = a.chars().take(2).collect();
    let same = b.chars().take(2).eq(start.iter().copied());
    start.reverse();
    same || b.chars().take(2).eq(start)
}

/// Versions and numbers are no slips: `v4`, `v6`.
fn digits(name: &str) -> impl PartialEq {
    let digits = name.chars().filter(char::is_ascii_digit);
    digits.collect::<String>()
}
