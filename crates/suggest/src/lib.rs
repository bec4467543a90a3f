//! `did you mean …?`: the candidate that a misspelt word was probably meant to be.

/// Longer words are not compared: nobody mistypes them by accident.
const LONGEST: usize = 64;

/// The candidate that `word` was probably meant to be, regardless of case; the first one where
/// several are as near.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let own = letters_of(word)?;
    let near = candidates.into_iter().filter_map(|candidate| {
        let other = letters_of(candidate)?;
        let letters = own.chars().count();
        let allowed = match letters {
            // One of two letters is as good as any other.
            0..=2 => 0,
            _ => (letters.max(other.chars().count()) / 3).min(3),
        };
        let distance = within(&own, &other, allowed)?;
        // A word that is far off begins as what was meant.
        let is_meant = distance < 3 || own.chars().next() == other.chars().next();
        (is_meant && have_like_parts(&own, &other)).then_some((distance, candidate))
    });
    let nearest = near.min_by_key(|(distance, _)| *distance);
    nearest.map(|(_, candidate)| candidate)
}

/// The candidate of which `word` is a slip of the pen: almost the same, with the same digits in the
/// same order, as names of a series differ by them.
pub fn slip<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let own = letters_of(word)?;
    let near = candidates.into_iter().filter(|candidate| {
        let Some(other) = letters_of(candidate).filter(|_| has_digits_of(word, candidate)) else {
            return false;
        };
        let allowed = match own.chars().count().min(other.chars().count()) {
            0..4 => return false,
            4..10 => 1,
            _ => 2,
        };
        within(&own, &other, allowed).is_some()
    });
    nearest(word, near)
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

/// How many letters have to be inserted, removed, replaced or swapped with their neighbour to make
/// one word of the other, regardless of case. None if a word is too long to be compared.
pub fn distance(one: &str, other: &str) -> Option<usize> {
    within(&letters_of(one)?, &letters_of(other)?, LONGEST)
}

/// The distance, if it is no more than allowed.
fn within(one: &str, other: &str, allowed: usize) -> Option<usize> {
    let lengths = one.chars().count().abs_diff(other.chars().count());
    if lengths > allowed {
        return None;
    }
    let distance = strsim::osa_distance(one, other);
    (distance <= allowed).then_some(distance)
}

/// Whether the parts of two names are slips of each other, each by itself: `argocd-dex-server` is
/// no slip of `argocd-repo-server`, however much they have in common.
fn have_like_parts(one: &str, other: &str) -> bool {
    let parts = |name: &str| name.matches('-').count();
    if parts(one) != parts(other) {
        return true;
    }
    one.split('-').zip(other.split('-')).all(|(one, other)| {
        let letters = one.chars().count().max(other.chars().count());
        within(one, other, (letters / 2).max(1)).is_some()
    })
}

/// The letters as they are compared; none of a word that is too long.
fn letters_of(word: &str) -> Option<String> {
    (word.len() <= LONGEST).then(|| word.to_lowercase())
}

fn has_digits_of(one: &str, other: &str) -> bool {
    let digits = |text: &str| -> Vec<u8> {
        let digits = text.bytes().filter(u8::is_ascii_digit);
        digits.collect()
    };
    digits(one) == digits(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 6] = [
        "mutable-image-tag",
        "plain-secret",
        "host-path-volume",
        "replicas",
        "selector",
        "revisionHistoryLimit",
    ];

    #[test]
    fn finds_what_was_meant() {
        for (word, meant) in [
            ("mutable-image-tags", Some("mutable-image-tag")),
            ("plain-secert", Some("plain-secret")),
            ("Plain-Secret", Some("plain-secret")),
            ("hostpath-volume", Some("host-path-volume")),
            ("replcias", Some("replicas")),
            ("revisionHistorylimits", Some("revisionHistoryLimit")),
            ("wholly-different", None),
            ("strategy", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, NAMES), meant, "{word}");
        }
        assert_eq!(nearest("locks", ["locked"]), Some("locked"));
        assert_eq!(nearest("registry", ["registries"]), Some("registries"));
        assert_eq!(nearest("Template", ["PodTemplate"]), None);
        assert_eq!(nearest("Is", ["In", "is"]), Some("is"));
        assert_eq!(nearest("Is", ["In"]), None);
        let servers = ["argocd-repo-server"];
        assert_eq!(nearest("argocd-dex-server", servers), None);
        assert_eq!(nearest("argocd-rpeo-server", servers), Some(servers[0]));
        assert_eq!(nearest("argo-cd-repo-server", servers), Some(servers[0]));
    }

    #[test]
    fn a_swap_of_neighbours_is_one_slip() {
        assert_eq!(distance("imgae", "image"), Some(1));
        assert_eq!(distance("", "abc"), Some(3));
        assert_eq!(distance("same", "SAME"), Some(0));
        assert_eq!(nearest("rulse", ["rules"]), Some("rules"));
    }

    #[test]
    fn names_of_a_series_are_no_slips_of_each_other() {
        assert_eq!(
            slip("postgress-1", ["postgres-2", "postgres-1"]),
            Some("postgres-1")
        );
        assert_eq!(slip("postgres-1", ["postgres-2"]), None);
        assert_eq!(slip("api", ["app"]), None);
    }

    #[test]
    fn gives_up_on_huge_words() {
        let huge = "a".repeat(1_000_000);
        assert_eq!(nearest(&huge, NAMES), None);
        assert_eq!(nearest("a", [huge.as_str()]), None);
        assert_eq!(distance(&huge, "a"), None);
    }

    #[test]
    fn names_all_where_they_are_few() {
        let advice = |candidates: &[&'static str]| advice("x", candidates.iter().copied());
        assert_eq!(
            advice(&["dev", "stage"]).as_deref(),
            Some("known are dev, stage")
        );
        assert_eq!(advice(&[]), None);
    }
}
