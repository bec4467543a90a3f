//! From differences to edits.

use std::borrow::Cow;
use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use manifest::Src;
use spanned_yaml::Value;

use crate::difference::{Basis, Deed, Difference, Hold, Make, Verdict};
use crate::edit::FileEdit;
use crate::file::File;
use crate::lower::lower;
use crate::path::{Path, Pattern, Side, Step};
use crate::value::with_part;
use crate::verify::verify;

/// What people choose beside what the verdicts say.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// If any are given, nothing but these fields moves.
    pub only: Vec<Pattern>,
    /// These do not move.
    pub exclude: Vec<Pattern>,
    /// Of these the side's value is taken, whatever the verdict.
    pub take: Vec<(Pattern, Side)>,
    /// These get this text instead of the source's.
    pub set: Vec<(Pattern, String)>,
    /// Lower versions move, too.
    pub allow_downgrade: bool,
}

/// A change of a file's value.
#[derive(Clone, Debug)]
pub struct Change {
    /// The value that is replaced or removed, or the collection that is added to.
    pub at: Src,
    /// What happens to it.
    pub op: Op,
}

/// What happens to a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// It is replaced.
    Set(Value),
    /// It gets an entry.
    InsertEntry {
        /// The key.
        key: String,
        /// The value.
        value: Value,
    },
    /// It gets an item.
    InsertItem(Value),
    /// It goes, with its key if it has one.
    Remove,
}

/// What a promotion does to files.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The differences that go, by their places in the list that was planned from.
    pub moved: Vec<usize>,
    /// Those that were meant to go and cannot, and why.
    pub refused: Vec<(usize, String)>,
    /// What happens to values.
    pub changes: Vec<Change>,
    /// The same as edits of files.
    pub edits: BTreeMap<Utf8PathBuf, Vec<FileEdit>>,
}

impl Plan {
    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }
}

/// Plans the edits that bring a target's file to where the differences say. The differences are
/// those of this very file.
pub fn plan(target: &File, differences: &[Difference], choice: &Choice) -> Plan {
    let mut wanted: Vec<Wanted<'_>> = differences
        .iter()
        .enumerate()
        .filter_map(|(at, difference)| wanted(at, difference, choice))
        .collect();
    without_leaders(&mut wanted, differences);
    let mut plan = Plan::default();
    wanted.retain(|wanted| match &*wanted.deed {
        Deed::Impossible(why) => {
            plan.refused.push((wanted.at, (*why).to_owned()));
            false
        }
        _ => true,
    });
    let edits = loop {
        let changes = changes(&wanted);
        match edits(target, &changes, &wanted) {
            Ok(edits) => {
                plan.changes = changes;
                break edits;
            }
            Err(why) => refuse(target, &mut wanted, &mut plan, &why),
        }
        without_leaders(&mut wanted, differences);
    };
    plan.moved = wanted.iter().map(|wanted| wanted.at).collect();
    if !edits.is_empty() {
        plan.edits.insert(target.path().to_owned(), edits);
    }
    plan.refused.sort();
    plan
}

/// A difference that is meant to go.
struct Wanted<'a> {
    at: usize,
    difference: &'a Difference,
    deed: Cow<'a, Deed>,
}

fn wanted<'a>(at: usize, difference: &'a Difference, choice: &Choice) -> Option<Wanted<'a>> {
    let has = |patterns: &[Pattern]| patterns.iter().any(|p| p.matches(&difference.path));
    if has(&choice.exclude) || !(choice.only.is_empty() || has(&choice.only)) {
        return None;
    }
    if let Some(deed) = choice
        .set
        .iter()
        .find_map(|(p, text)| given(difference, p, text))
    {
        return Some(Wanted {
            at,
            difference,
            deed: Cow::Owned(deed),
        });
    }
    let take = choice
        .take
        .iter()
        .find(|(p, _)| p.matches(&difference.path));
    let is_chosen = match take {
        Some((_, Side::Target)) => false,
        Some((_, Side::Source)) => match &difference.hold {
            Some(Hold::Sensitive) => false,
            Some(Hold::Downgrade) => choice.allow_downgrade,
            _ => true,
        },
        None => match &difference.hold {
            None => difference.moves(),
            Some(Hold::Downgrade) => choice.allow_downgrade && difference.verdict == Verdict::Ahead,
            Some(_) => false,
        },
    };
    is_chosen.then_some(Wanted {
        at,
        difference,
        deed: Cow::Borrowed(&difference.deed),
    })
}

/// The deed with another text than the source's, if the pattern names the field or one in it.
fn given(difference: &Difference, pattern: &Pattern, text: &str) -> Option<Deed> {
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
                give_whole(&mut value, is_item, text);
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
fn give_whole(value: &mut Value, is_item: bool, text: &str) {
    match value {
        Value::Map(entries) => {
            if let Some(entry) = entries.iter_mut().find(|(key, _)| key == "value") {
                entry.1 = Value::Str(text.to_owned());
            }
        }
        Value::Str(whole) if is_item && whole.contains('=') => {
            let key = whole.split('=').next().unwrap_or_default();
            *whole = format!("{key}={text}");
        }
        value => *value = Value::Str(text.to_owned()),
    }
}

/// What goes with another field does not go without it.
fn without_leaders(wanted: &mut Vec<Wanted<'_>>, differences: &[Difference]) {
    let going: Vec<&Path> = wanted
        .iter()
        .map(|wanted| &wanted.difference.path)
        .collect();
    let is_there = |path: &Path| {
        going.contains(&path)
            || !differences
                .iter()
                .any(|difference| difference.path == *path)
    };
    let stays: Vec<usize> = wanted
        .iter()
        .filter(|wanted| match &wanted.difference.basis {
            Basis::With(leader) => !is_there(leader),
            _ => false,
        })
        .map(|wanted| wanted.at)
        .collect();
    wanted.retain(|wanted| !stays.contains(&wanted.at));
}

/// The changes of values; what is added below the same new entry is added together.
fn changes(wanted: &[Wanted<'_>]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for wanted in wanted {
        match &*wanted.deed {
            Deed::Set { at, value } => changes.push(Change {
                at: at.clone(),
                op: Op::Set(value.clone()),
            }),
            Deed::Remove { at } => changes.push(Change {
                at: at.clone(),
                op: Op::Remove,
            }),
            Deed::Rename(names) => changes.extend(names.iter().map(|(at, value)| Change {
                at: at.clone(),
                op: Op::Set(value.clone()),
            })),
            Deed::Insert {
                parent,
                missing,
                value,
            } => insert(&mut changes, parent, missing, value),
            Deed::Impossible(_) => {}
        }
    }
    changes
}

fn insert(changes: &mut Vec<Change>, parent: &Src, missing: &[Make], value: &Value) {
    let Some((first, rest)) = missing.split_first() else {
        return;
    };
    match first {
        Make::Key(key) => {
            let value = nest(rest, value.clone());
            let same = changes.iter_mut().find_map(|change| match &mut change.op {
                Op::InsertEntry { key: k, value } if change.at == *parent && **k == **key => {
                    Some(value)
                }
                _ => None,
            });
            match same {
                Some(known) => merge(known, value),
                None => changes.push(Change {
                    at: parent.clone(),
                    op: Op::InsertEntry {
                        key: key.to_string(),
                        value,
                    },
                }),
            }
        }
        Make::Item(fields) => {
            let value = item(fields, nest(rest, value.clone()));
            let same = changes.iter_mut().find_map(|change| match &mut change.op {
                Op::InsertItem(known) if change.at == *parent && is_same_item(known, &value) => {
                    Some(known)
                }
                _ => None,
            });
            match same {
                Some(known) if !fields.is_empty() => merge(known, value),
                _ => changes.push(Change {
                    at: parent.clone(),
                    op: Op::InsertItem(value),
                }),
            }
        }
    }
}

/// A value with what has to be made around it.
fn nest(missing: &[Make], value: Value) -> Value {
    missing.iter().rev().fold(value, |value, make| match make {
        Make::Key(key) => Value::Map(vec![(key.to_string(), value)]),
        Make::Item(fields) => Value::Seq(vec![item(fields, value)]),
    })
}

/// An item with the fields that tell it from others first.
fn item(fields: &[(&'static str, Value)], value: Value) -> Value {
    if fields.is_empty() {
        return value;
    }
    let mut entries: Vec<(String, Value)> = fields
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    if let Value::Map(more) = value {
        entries.extend(more);
    }
    Value::Map(entries)
}

/// Whether two items are told from others by the same first field.
fn is_same_item(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Map(a), Value::Map(b)) => !a.is_empty() && a.first() == b.first(),
        _ => false,
    }
}

fn merge(known: &mut Value, more: Value) {
    match (known, more) {
        (Value::Map(known), Value::Map(more)) => {
            for (key, value) in more {
                match known.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, known)) => merge(known, value),
                    None => known.push((key, value)),
                }
            }
        }
        (Value::Seq(known), Value::Seq(more)) => {
            for value in more {
                match known.iter_mut().find(|known| is_same_item(known, &value)) {
                    Some(known) => merge(known, value),
                    None => known.push(value),
                }
            }
        }
        _ => {}
    }
}

fn edits(
    target: &File,
    changes: &[Change],
    wanted: &[Wanted<'_>],
) -> Result<Vec<FileEdit>, String> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let (edits, text) = lower(target.source(), changes)?;
    let paths: Vec<&Path> = wanted
        .iter()
        .map(|wanted| &wanted.difference.path)
        .collect();
    verify(target, &text, &paths)?;
    Ok(edits)
}

/// Takes out the changes that cannot be made by themselves; if each can be, all of them.
fn refuse(target: &File, wanted: &mut Vec<Wanted<'_>>, plan: &mut Plan, why: &str) {
    let count = wanted.len();
    wanted.retain(|one| {
        let alone = std::slice::from_ref(one);
        match edits(target, &changes(alone), alone) {
            Ok(_) => true,
            Err(why) => {
                plan.refused.push((one.at, why));
                false
            }
        }
    });
    if wanted.len() == count {
        let refused = wanted.drain(..).map(|one| (one.at, why.to_owned()));
        plan.refused.extend(refused);
    }
}
