//! The order of keys.

use std::cmp::Ordering;

/// Compares keys as go-yaml v2 does: letters behind everything else, numbers inside keys by
/// their value.
///
/// This is not a total order (`2` < `19` < `1a` < `2`), and the standard library's sorts may
/// panic on such: sort with [`sort_by_key`]. Outside ASCII, what counts as a letter or digit
/// follows Rust, which differs from Go for combining vowel signs and fractions.
pub fn key_order(a: &str, b: &str) -> Ordering {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y);
    let common: usize = same.map(|(x, _)| x.len_utf8()).sum();
    let (rest_a, rest_b) = (&a[common..], &b[common..]);
    let (Some(x), Some(y)) = (rest_a.chars().next(), rest_b.chars().next()) else {
        return rest_a.len().cmp(&rest_b.len());
    };
    match (x.is_alphabetic(), y.is_alphabetic()) {
        (true, true) => return x.cmp(&y),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero counts only inside a number that began before.
    let inside = (x == '0' || y == '0')
        && a[..common]
            .chars()
            .rev()
            .take_while(|c| is_digit(*c))
            .any(|c| c != '0');
    let (number_a, len_a) = number(rest_a, i64::from(inside));
    let (number_b, len_b) = number(rest_b, i64::from(inside));
    number_a
        .cmp(&number_b)
        .then(len_a.cmp(&len_b))
        .then(x.cmp(&y))
}

/// Sorts by [`key_order`], and stays calm where that contradicts itself. What is equal keeps
/// its order.
pub fn sort_by_key<T>(items: &mut Vec<T>, key: impl Fn(&T) -> &str) {
    let sorted = items
        .windows(2)
        .all(|w| matches!(w, [a, b] if key_order(key(a), key(b)).is_le()));
    if !sorted {
        let all = std::mem::take(items);
        *items = merge_sort(all, &key);
    }
}

fn merge_sort<T>(mut left: Vec<T>, key: &impl Fn(&T) -> &str) -> Vec<T> {
    if left.len() < 2 {
        return left;
    }
    let right = left.split_off(left.len() / 2);
    let mut sorted = Vec::with_capacity(left.len() + right.len());
    let mut left = merge_sort(left, key).into_iter().peekable();
    let mut right = merge_sort(right, key).into_iter().peekable();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from = if key_order(key(b), key(a)).is_lt() {
            &mut right
        } else {
            &mut left
        };
        sorted.extend(from.next());
    }
    sorted.extend(left);
    sorted.extend(right);
    sorted
}

/// The value of the digits at the start, going on from `seed`, and how many there are.
fn number(text: &str, seed: i64) -> (i64, usize) {
    text.chars()
        .take_while(|c| is_digit(*c))
        .fold((seed, 0), |(value, len), c| {
            let digit = i64::from(u32::from(c)) - i64::from(u32::from('0'));
            (value.wrapping_mul(10).wrapping_add(digit), len + 1)
        })
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric())
}
