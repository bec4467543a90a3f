//! `did you mean …?`

/// Longer words are not compared: nobody mistypes them by accident.
const LONGEST: usize = 64;

/// The candidate that `word` was probably meant to be; the first one where several are as near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = letters_of(word);
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters = letters_of(candidate);
        let allowed = (word.len().max(letters.len()) / 3).max(1);
        if letters.len() > LONGEST {
            continue;
        }
        if let Some(distance) = distance(&word, &letters, allowed)
            && best.is_none_or(|(least, _)| distance < least)
        {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The candidate of which `word` is a slip of the pen: almost the same, with the same digits in the
/// same order, as names of a series differ by them.
pub fn slip<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let own = letters_of(word);
    let near = candidates.into_iter().filter(|other| {
        if !has_digits_of(word, other) {
            return false;
        }
        let other = letters_of(other);
        let letters = own.len().min(other.len());
        let allowed = match letters {
            0..4 => return false,
            4..10 => 1,
            _ => 2,
        };
        letters <= LONGEST && distance(&own, &other, allowed).is_some()
    });
    nearest(word, near)
}

fn has_digits_of(one: &str, other: &str) -> bool {
    let digits = |text: &str| -> Vec<u8> {
        let digits = text.bytes().filter(u8::is_ascii_digit);
        digits.collect()
    };
    digits(one) == digits(other)
}

/// The letters as they are compared: capitals count as small letters.
fn letters_of(word: &str) -> Vec<char> {
    let letters = word.chars().flat_map(char::to_lowercase);
    letters.take(LONGEST + 1).collect()
}

/// The advice for an unknown name: the nearest candidate, else all of them if they are few.
pub fn advice<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(nearest) = nearest(word, candidates.iter().copied()) {
        return Some(format!("did you mean `{nearest}`?"));
    }
    let few = 1..=12;
    few.contains(&candidates.len())
        .then(|| format!("known are {}", candidates.join(", ")))
}

/// How many letters have to be inserted, removed, replaced or swapped with their neighbour, if
/// they are no more than allowed. Most words differ in their first letters, so that the rest need
/// not be compared.
fn distance(a: &[char], b: &[char], allowed: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(x != y);
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        // A swap leads from the row before the last one.
        if row.iter().chain(&above).all(|least| *least > allowed) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    above
        .last()
        .copied()
        .filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [&str; 4] = [
        "mutable-image-tag",
        "image-without-digest",
        "plain-secret",
        "host-path-volume",
    ];

    #[test]
    fn finds_what_was_meant() {
        for (word, meant) in [
            ("mutable-image-tags", Some("mutable-image-tag")),
            ("plain-secert", Some("plain-secret")),
            ("Plain-Secret", Some("plain-secret")),
            ("hostpath-volume", Some("host-path-volume")),
            ("wholly-different", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, RULES), meant, "{word}");
        }
    }

    #[test]
    fn counts_a_swap_of_neighbours_as_one() {
        assert_eq!(nearest("rulse", ["rules"]), Some("rules"));
        assert_eq!(nearest("of", ["on", "off"]), Some("on"));
    }

    #[test]
    fn gives_up_on_huge_words() {
        let huge = "a".repeat(1_000_000);
        assert_eq!(nearest(&huge, RULES), None);
        assert_eq!(nearest("a", [huge.as_str()]), None);
    }

    #[test]
    fn names_all_where_they_are_few() {
        assert_eq!(
            advice("x", ["dev", "stage"]).as_deref(),
            Some("known are dev, stage")
        );
        assert_eq!(advice("x", []), None);
    }
}
