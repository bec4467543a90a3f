//! Slips of the pen: names that are so near to a known one that nobody can have meant another.

/// The known name that another is a misspelling of. New versions bring new names, so that a name
/// must be closer than one that is only suggested.
pub(super) fn meant<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let nearest = suggest::nearest(name, known)?;
    let is_slip = nearest.eq_ignore_ascii_case(name)
        || digits(name) == digits(nearest)
            && (lacks_one_letter(name, nearest)
                || suggest::distance(name, nearest).is_some_and(|own| own <= 2)
                    && starts_alike(name, nearest));
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

/// Whether a name is another one less a letter, wherever that was: families of names differ by
/// letters that are replaced.
fn lacks_one_letter(name: &str, known: &str) -> bool {
    let same = name
        .chars()
        .zip(known.chars())
        .take_while(|(own, other)| own == other)
        .map(|(own, _)| own.len_utf8())
        .sum();
    let (rest, other) = (&name[same..], &known[same..]);
    let mut letters = other.chars();
    !is_plural(name, known) && letters.next().is_some() && letters.as_str() == rest
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
