//! Several things in a message, of which the first are named.

/// The first of some names, and how many more there are: a, b and 3 more.
pub fn first_of(names: impl ExactSizeIterator<Item = impl Into<String>>, most: usize) -> String {
    let more = names.len().saturating_sub(most);
    let first: Vec<String> = names.take(most).map(Into::into).collect();
    format!("{}{}", first.join(", "), and_more(more))
}

/// What follows the first of several things: how many more there are, if any.
pub fn and_more(more: usize) -> String {
    match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_some_are_counted() {
        let check = |most| first_of(["a", "b", "c"].into_iter(), most);
        assert_eq!(check(3), "a, b, c");
        assert_eq!(check(2), "a, b and 1 more");
    }
}
