//! `did you mean …?`

/// Longer words are not compared: nobody mistypes them by accident.
const LONGEST: usize = 64;

/// The candidate that `word` was probably meant to be; the first one where several are as near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(LONGEST + 1).collect();
    if word.is_empty() || word.len() > LONGEST {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let letters: Vec<char> = candidate.chars().take(LONGEST + 1).collect();
        let allowed = (word.len().max(letters.len()) / 3).max(1);
        if letters.len() > LONGEST || word.len().abs_diff(letters.len()) > allowed {
            continue;
        }
        let distance = distance(&word, &letters);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The candidate of which `word` is a slip of the pen: almost the same, with the same digits in the
/// same order, as names of a series differ by them.
pub fn slip<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let own = digits(word);
    let near = candidates.into_iter().filter(|other| {
        let letters = word.chars().count().min(other.chars().count());
        let allowed = match letters {
            0..4 => return false,
            4..10 => 1,
            _ => 2,
        };
        letters <= LONGEST
            && digits(other) == own
            && distance(&letters_of(word), &letters_of(other)) <= allowed
    });
    nearest(word, near)
}

fn letters_of(word: &str) -> Vec<char> {
    word.chars().take(LONGEST + 1).collect()
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

/// How many letters have to be inserted, removed, replaced or swapped with their neighbour;
/// capitals count as small letters.
fn distance(a: &[char], b: &[char]) -> usize {
    let same = |x: char, y: char| x == y || x.to_lowercase().eq(y.to_lowercase());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let replaced = above[j] + usize::from(!same(x, y));
            let mut least = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && same(x, b[j - 1]) && same(a[i - 1], y) {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
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
