//! Values that people give instead of the source's.

use spanned_yaml::Value;

use crate::difference::{Deed, Difference, Make};
use crate::path::{Path, Pattern, Step};
use crate::value::with_part;

/// The deed with another text than the source's, if the pattern names the field or one in it.
pub(super) fn given(difference: &Difference, pattern: &Pattern, text: &str) -> Option<Deed> {
    let is_whole = pattern.matches(&difference.path);
    match (&difference.deed, &difference.target) {
        (
            Deed::Insert {
                parent,
                missing,
                value,
            },
            _,
        ) => {
            let mut value = value.clone();
            let mut path = difference.path.clone();
            let is_inside = give(&mut value, &mut path, pattern, text);
            if !is_inside && is_whole {
                let is_item = matches!(missing.last(), Some(Make::Item(_)));
                if !give_whole(&mut value, is_item, text) {
                    return Some(Deed::Impossible("it has several values: name one of them"));
                }
            }
            (is_inside || is_whole).then(|| Deed::Insert {
                parent: parent.clone(),
                missing: missing.clone(),
                value,
            })
        }
        _ if !is_whole => None,
        (Deed::Set { at, .. }, Some(target)) => {
            let text = with_part(&difference.path, target.view(), text);
            Some(Deed::Set {
                at: at.clone(),
                value: Value::Str(text.unwrap_or_default()),
            })
        }
        (Deed::Impossible(why), _) => Some(Deed::Impossible(why)),
        _ => Some(Deed::Impossible(
            "a value can only be given to what the target has or gets",
        )),
    }
}

/// Gives a text to the entries that a pattern names. Tells whether there was one.
fn give(value: &mut Value, path: &mut Path, pattern: &Pattern, text: &str) -> bool {
    let Value::Map(entries) = value else {
        return false;
    };
    let mut is_given = false;
    for (key, value) in entries {
        path.push(Step::Key(key.as_str().into()));
        if pattern.ends_at(path) && !matches!(value, Value::Map(_) | Value::Seq(_)) {
            *value = Value::Str(text.to_owned());
            is_given = true;
        } else {
            is_given |= give(value, path, pattern, text);
        }
        path.pop();
    }
    is_given
}

/// Gives a text to something new: to the value of a variable, behind the `=` of an assignment.
/// Tells whether there was one place for it.
fn give_whole(value: &mut Value, is_item: bool, text: &str) -> bool {
    let given = Value::Str(text.to_owned());
    match value {
        Value::Map(entries) => match entries.iter_mut().find(|(key, _)| key == "value") {
            Some(entry) => entry.1 = given,
            None => return false,
        },
        Value::Str(whole) if is_item && whole.contains('=') => {
            let key = whole.split('=').next().unwrap_or_default();
            *whole = format!("{key}={text}");
        }
        Value::Seq(_) => return false,
        value => *value = given,
    }
    true
}

impl Difference {
    /// Whether a pattern names what can be given another value: the field, or one in what is new.
    pub fn can_be_given(&self, pattern: &Pattern) -> bool {
        given(self, pattern, "").is_some()
    }
}
