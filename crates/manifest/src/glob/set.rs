//! Sets of characters: `[a-z]`.

use super::{Dialect, Rest, literal};

/// Reads a set whose `[` is read already; none if it is malformed.
pub(super) fn read(chars: &mut Rest<'_>, regex: &mut String, dialect: Dialect) -> Option<()> {
    let start = regex.len();
    regex.push('[');
    let is_not = |c: &char| match dialect {
        Dialect::GoPath => *c == '^',
        Dialect::Gobwas | Dialect::GobwasFlat => *c == '!',
        _ => matches!(c, '!' | '^'),
    };
    if chars.next_if(is_not).is_some() {
        regex.push('^');
    }
    match dialect {
        Dialect::Gobwas | Dialect::GobwasFlat => of_gobwas(chars, regex)?,
        _ => of_ranges(chars, regex, dialect)?,
    }
    regex.push(']');
    if dialect == Dialect::PathspecGlob {
        regex.insert(start, '[');
        regex.push_str("&&[^/]]");
    }
    Some(())
}

/// Characters and ranges in any order. Git takes a `]` that stands first for a character.
fn of_ranges(chars: &mut Rest<'_>, regex: &mut String, dialect: Dialect) -> Option<()> {
    let is_git = matches!(dialect, Dialect::Pathspec | Dialect::PathspecGlob);
    let mut is_empty = true;
    loop {
        let low = match chars.next()? {
            ']' if !is_empty => return Some(()),
            ']' if !is_git => return None,
            '\\' => chars.next()?,
            '-' if dialect == Dialect::GoPath => return None,
            c => c,
        };
        is_empty = false;
        let mut ahead = chars.clone();
        let high = match (ahead.next(), ahead.next()) {
            (Some('-'), Some(']')) if dialect != Dialect::GoPath => None,
            (Some('-'), Some('\\')) => {
                chars.nth(1);
                Some(chars.next()?)
            }
            (Some('-'), Some(']')) => return None,
            (Some('-'), Some(high)) => {
                chars.nth(1);
                Some(high)
            }
            _ => None,
        };
        match high {
            // The first character is compared before it is seen to begin a range.
            Some(high) if high < low && dialect != Dialect::GoPath => {
                member(regex, low, None);
            }
            high => member(regex, low, high),
        }
    }
}

/// One range, or characters without ranges.
fn of_gobwas(chars: &mut Rest<'_>, regex: &mut String) -> Option<()> {
    let mut ahead = chars.clone();
    let low = ahead.next()?;
    if ahead.next() == Some('-') {
        let high = ahead.next()?;
        if high < low || ahead.next() != Some(']') {
            return None;
        }
        member(regex, low, Some(high));
        *chars = ahead;
        return Some(());
    }
    let mut is_empty = true;
    loop {
        match chars.next()? {
            ']' if is_empty => return None,
            ']' => return Some(()),
            '\\' => member(regex, chars.next()?, None),
            c => member(regex, c, None),
        }
        is_empty = false;
    }
}

fn member(regex: &mut String, low: char, high: Option<char>) {
    match high {
        // What is in no order holds nothing, which an expression would refuse.
        Some(high) if high < low => {}
        Some(high) => {
            literal(regex, low);
            regex.push('-');
            literal(regex, high);
        }
        None => literal(regex, low),
    }
}
