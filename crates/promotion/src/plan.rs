//! From differences to edits.

mod changes;
mod given;

use std::borrow::Cow;
use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use manifest::{Src, View};
use spanned_yaml::Value;

use crate::difference::{Basis, Deed, Difference, Hold, Verdict};
use crate::edit::FileEdit;
use crate::field::{Field, Tendency};
use crate::file::File;
use crate::lower::lower;
use crate::path::{Path, Pattern, Side};
use crate::value::value_of;
use crate::verify::verify;
use changes::changes;
use given::given;

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

impl Change {
    /// The change by which a scalar says what another one does. Versions stay texts.
    pub fn set(at: Src, value: View<'_>, field: Field) -> Self {
        let as_text = field.tendency() == Tendency::Moves;
        let op = Op::Set(value_of(value, as_text));
        Self { at, op }
    }
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

fn edits(
    target: &File,
    changes: &[Change],
    wanted: &[Wanted<'_>],
) -> Result<Vec<FileEdit>, String> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let (edits, text) = lower(target.source(), changes)?;
    let mut meant: Vec<Vec<&str>> = Vec::new();
    for Wanted { difference, .. } in wanted {
        let names: Vec<&str> = difference.path.names().collect();
        // What gets another name goes under the old one.
        if let (Some(old), Some((_, above))) = (&difference.renamed_from, names.split_last()) {
            meant.push(above.iter().copied().chain([&**old]).collect());
        }
        meant.push(names);
    }
    verify(target, &text, meant)?;
    Ok(edits)
}

/// How many bytes are read again, at most, to find out which changes cannot be made.
const TRIED: usize = 1 << 25;

/// Takes out the changes that cannot be made by themselves; if each can be, or there are too many
/// to try, all of them.
fn refuse(target: &File, wanted: &mut Vec<Wanted<'_>>, plan: &mut Plan, why: &str) {
    let count = wanted.len();
    let length = target.source().tree.text().len();
    if count.saturating_mul(length) <= TRIED {
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
    }
    if wanted.len() == count {
        let refused = wanted.drain(..).map(|one| (one.at, why.to_owned()));
        plan.refused.extend(refused);
    }
}
