//! "Did you mean …": the nearest of several names.

/// Longer names are not compared.
const MAX_LENGTH: usize = 64;

/// The candidate that `name` is most likely a misspelling of. A difference in case only comes
/// before everything else; the earliest candidate wins among equals.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let same = |candidate: &&str| candidate.eq_ignore_ascii_case(name);
    if let Some(candidate) = candidates.clone().find(same) {
        return Some(candidate);
    }
    if name.len() > MAX_LENGTH {
        return None;
    }
    // One slip in short names, two from six letters on, three from eleven on.
    let allowed = match name.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        6..=10 => 2,
        _ => 3,
    };
    candidates
        .filter(|candidate| candidate.len() <= MAX_LENGTH)
        .filter_map(|candidate| Some((distance_within(name, candidate, allowed)?, candidate)))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, removed, changed or swapped with their neighbour (optimal
/// string alignment), regardless of case.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    distance_within(a, b, usize::MAX).unwrap_or(usize::MAX)
}

/// As [`distance`], if it is no more than allowed. Most words differ within their first letters,
/// so that the rest of them need not be compared.
fn distance_within(a: &str, b: &str, allowed: usize) -> Option<usize> {
    let lower = |text: &str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).collect() };
    let (a, b) = (lower(a), lower(b));
    if a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let changed = last[j] + usize::from(x != y);
            let mut best = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        // A swap leads from the row before the last one.
        if row.iter().chain(&last).all(|distance| *distance > allowed) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised() {
        let fields = ["replicas", "revisionHistoryLimit", "selector", "template"];
        let nearest = |name| nearest(name, fields.iter().copied());
        assert_eq!(nearest("replcias"), Some("replicas"));
        assert_eq!(nearest("Replicas"), Some("replicas"));
        assert_eq!(nearest("selectors"), Some("selector"));
        assert_eq!(
            nearest("revisionHistorylimits"),
            Some("revisionHistoryLimit")
        );
        assert_eq!(nearest("strategy"), None);
        assert_eq!(nearest("x"), None);
        assert_eq!(nearest(&"replicas".repeat(50)), None);
    }

    #[test]
    fn neighbours_that_are_swapped_are_one_slip() {
        assert_eq!(distance("imgae", "image"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("ports", "port"), 1);
        assert_eq!(distance("same", "SAME"), 0);
    }
}
