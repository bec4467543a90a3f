//! Two files compared: every difference with its verdict.

use std::cmp::Ordering;
use std::fmt;

use manifest::{Kind, Node, Src, View};
use spanned_yaml::Value;

use crate::environment::Environments;
use crate::field::{self, Field, Role, Tendency};
use crate::file::{File, text_of};
use crate::history::{Absence, Changed, History, who_changed};
use crate::path::{Path, Pattern};
use crate::sensitive::{Guard, is_sensitive};
use crate::value::{new_text, value_of};
use crate::version::{bare, compare_versions, is_floating};
use crate::walk::{DIFFERENCE_LIMIT, Found, walk};
use crate::{Basis, Deed, Difference, Hold, Make, Verdict, couple, rename, split};

/// On what terms two files are compared.
#[derive(Clone, Default)]
pub struct Terms<'a> {
    /// The two environments' names.
    pub environments: Environments,
    /// What the configuration says; the first rule that names a field decides.
    pub rules: Vec<Rule>,
    /// Names of the target that the source has changed: what stands there keeps its value.
    pub renames: Vec<Rename>,
    /// The past of the two files.
    pub history: Option<&'a dyn History>,
    /// What nobody may see, besides what Secrets and encrypted files hold.
    pub guard: Option<Guard<'a>>,
    /// Whether the target has a file, told by the path that the target file would name it with.
    pub has_file: Option<&'a dyn Fn(&str) -> bool>,
}

/// A field that has got another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The name that the target has.
    pub old: Pattern,
    /// The name that the source has.
    pub new: Pattern,
}

/// A rule of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The fields it is about.
    pub pattern: Pattern,
    /// What becomes of them.
    pub decision: Decision,
}

/// What a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// They move.
    Move,
    /// They belong to their environment.
    Stay,
}

/// Two files differ in so many places that they hardly correspond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany;

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the files differ in more than {DIFFERENCE_LIMIT} places")
    }
}

impl std::error::Error for TooMany {}

/// Compares a source's file with a target's: every difference, in the source's order.
///
/// # Errors
/// If there are more than can be handled: a few lines with aliases can stand for millions.
pub fn compare(
    source: &File,
    target: &File,
    terms: &Terms<'_>,
) -> Result<Vec<Difference>, TooMany> {
    let file_name = target.path().file_name().unwrap_or_default();
    let mut found = walk(
        &terms.environments,
        file_name,
        source.documents(),
        target.documents(),
    )
    .ok_or(TooMany)?;
    for asked in &terms.renames {
        rename::rename(&mut found, asked);
    }
    let mut differences: Vec<Difference> = found
        .into_iter()
        .flat_map(split::split)
        .filter_map(|found| judge(found, terms))
        .collect();
    if let Some(history) = terms.history {
        rename::suspect(&mut differences, history);
    }
    couple::couple(&mut differences);
    Ok(differences)
}

/// The difference at a place, unless the sides mean the same there.
fn judge(found: split::Piece, terms: &Terms<'_>) -> Option<Difference> {
    let split::Piece { found, missing } = found;
    let local = found.local();
    let role = &*found.role;
    let views = [&found.source, &found.target].map(|node| node.as_ref().map(Node::view));
    let values: Vec<View<'_>> = views.iter().flatten().copied().collect();
    let parts: Vec<_> = found.path.parts().collect();
    let field = match parts.is_empty() {
        true => field::of(role, &local, &values),
        // A part of a text is no view: what it is for, its place tells.
        false => field::of(role, &local, &[]),
    };
    let is_secret = |value: &View<'_>| is_sensitive(role, &local, *value, terms.guard);
    let deed = deed(&found, missing, field);
    let mut difference = Difference {
        field,
        is_sensitive: values.iter().any(is_secret),
        verdict: Verdict::Undecided,
        basis: Basis::Field,
        hold: None,
        renamed_from: found.renamed_from.clone(),
        source: found.source.clone(),
        target: found.target.clone(),
        path: found.path.clone(),
        deed,
    };
    if let Some((source, target)) = difference.both_parts()
        && source == target
        && field.tendency() == Tendency::Moves
    {
        return None;
    }
    difference.hold = hold(&difference, &found, &local, terms);
    (difference.verdict, difference.basis) = match found.is_asked {
        true => (Verdict::Ahead, Basis::Configuration),
        false => verdict(&difference, role, &local, terms),
    };
    let is_kept = matches!(
        difference.verdict,
        Verdict::TargetOnly | Verdict::EnvironmentSpecific
    );
    if is_kept && !matches!(difference.hold, Some(Hold::Sensitive | Hold::Downgrade)) {
        difference.hold = None;
    }
    Some(difference)
}

/// Configuration, then history, then what such a field does by itself.
fn verdict(
    difference: &Difference,
    role: &Role,
    local: &Path,
    terms: &Terms<'_>,
) -> (Verdict, Basis) {
    let rule = terms
        .rules
        .iter()
        .find(|r| r.pattern.matches(&difference.path));
    match rule.map(|rule| rule.decision) {
        Some(Decision::Move) => return (Verdict::Ahead, Basis::Configuration),
        Some(Decision::Stay) => return (Verdict::EnvironmentSpecific, Basis::Configuration),
        None => {}
    }
    let tendency = difference.field.tendency();
    let absence = match tendency {
        Tendency::Stays => Absence::IsNothing,
        _ => Absence::Counts,
    };
    let mut was_never_common = false;
    // What stands at a place of a list was another thing before.
    let has_past = difference.renamed_from.is_none() && !difference.path.has_position();
    if let Some(history) = terms.history.filter(|_| has_past) {
        match who_changed(history, &difference.path, absence) {
            Changed::Source(told) => return (Verdict::Ahead, Basis::History(Box::new(told))),
            Changed::Target(told) => return (Verdict::TargetOnly, Basis::History(Box::new(told))),
            // Both sides went their own ways, as such a field may.
            Changed::Both(told) if tendency == Tendency::Stays => {
                return (Verdict::EnvironmentSpecific, Basis::History(Box::new(told)));
            }
            Changed::Both(told) => return (Verdict::Conflict, Basis::History(Box::new(told))),
            Changed::Never => was_never_common = true,
            Changed::CutOff => {}
        }
    }
    let is_new = difference.target.is_none() && field::is_configuration(role, local);
    let is_plain = difference
        .source
        .as_ref()
        .is_some_and(|s| field::is_plain_setting(s.view()));
    let verdict = match tendency {
        _ if difference.source.is_none() => Verdict::TargetOnly,
        _ if difference.renamed_from.is_some() => Verdict::Undecided,
        Tendency::Moves => Verdict::Ahead,
        // The new version may need it; what it is to be there is another question.
        Tendency::Stays if is_new => Verdict::Ahead,
        Tendency::Stays => Verdict::EnvironmentSpecific,
        Tendency::Open if is_new && difference.field == Field::Setting && is_plain => {
            Verdict::Ahead
        }
        Tendency::Open if was_never_common && difference.target.is_some() => {
            return (Verdict::EnvironmentSpecific, Basis::NeverCommon);
        }
        Tendency::Open => Verdict::Undecided,
    };
    (verdict, Basis::Field)
}

/// What stands in the way of a difference that would move.
fn hold(difference: &Difference, found: &Found, local: &Path, terms: &Terms<'_>) -> Option<Hold> {
    let source = difference.source.as_ref()?.view();
    if difference.renamed_from.is_some() {
        // The value that stands there stays.
        return None;
    }
    if difference.is_sensitive {
        return Some(Hold::Sensitive);
    }
    if difference.field.tendency() == Tendency::Moves {
        let part = difference.part(source);
        if is_floating(bare(part)) {
            return Some(Hold::Floating);
        }
        if let Some((new, old)) = difference.both_parts()
            && compare_versions(bare(old), bare(new)) == Some(Ordering::Greater)
        {
            return Some(Hold::Downgrade);
        }
    }
    if let Some(word) = source_named_in(difference, source, &terms.environments) {
        return Some(Hold::NamesSource(word));
    }
    let needs_own = || {
        needs_own_value(difference.field, local)
            || field::fields_below(&found.role, local, source)
                .into_iter()
                .any(|field| needs_own_value(field, local))
    };
    if difference.target.is_none() && needs_own() {
        return Some(Hold::OwnValue);
    }
    if difference.field == Field::Structure && source.kind() == Kind::Scalar {
        let name = text_of(source);
        let is_here = terms.has_file.is_some_and(|has| has(name));
        let is_remote = name.contains("://");
        if !is_here && !is_remote && found.path.parts().next().is_none() {
            return Some(Hold::Missing(name.into()));
        }
    }
    None
}

/// Whether a new setting belongs so much to its environment that the source's value would be
/// wrong. What is counted and measured may start with the source's, if it is a variable.
fn needs_own_value(field: Field, local: &Path) -> bool {
    match field {
        Field::Count | Field::Resources => {
            let name = field::telling_name(local);
            name.chars().any(char::is_lowercase)
        }
        // Secrets bear the same name everywhere more often than not.
        Field::SecretName => false,
        field => field.tendency() == Tendency::Stays,
    }
}

fn source_named_in(
    difference: &Difference,
    value: View<'_>,
    environments: &Environments,
) -> Option<Box<str>> {
    match value.kind() {
        Kind::Scalar => {
            let text = difference.part(value);
            environments.source_named_in(text).map(Into::into)
        }
        _ => {
            let below = value
                .entries()
                .map(|entry| entry.value)
                .chain(value.items());
            let mut below = below.map(|value| source_named_in(difference, value, environments));
            below.find_map(|found| found)
        }
    }
}

/// How the target comes to say what the source says.
fn deed(found: &Found, missing: Vec<Make>, field: Field) -> Deed {
    if let Some(why) = found.unclear {
        return Deed::Impossible(why);
    }
    let place = |node: &Option<Node>| -> Option<Src> { node.as_ref()?.view().origin() };
    let target = place(&found.target);
    let parent = place(&found.parent);
    match (&found.source, &found.target) {
        _ if found.renamed_from.is_some() => {
            let set =
                |(old, new): &(Node, Box<str>)| Some((old.view().origin()?, Value::from(&**new)));
            match found.names.iter().map(set).collect() {
                Some(names) => Deed::Rename(names),
                None => Deed::Impossible("its place in the file is not known"),
            }
        }
        (Some(source), Some(before)) => match target {
            None => Deed::Impossible("its place in the file is not known"),
            Some(at) => match new_text(&found.path, source.view(), before.view()) {
                Some(text) => Deed::Set {
                    at,
                    value: Value::Str(text),
                },
                None => Deed::Set {
                    at,
                    value: value_of(source.view(), field.tendency() == Tendency::Moves),
                },
            },
        },
        (Some(source), None) => match parent {
            None => Deed::Impossible("a whole document is not added to a file"),
            Some(parent) => Deed::Insert {
                parent,
                missing,
                value: value_of(source.view(), false),
            },
        },
        (None, Some(_)) if found.path.steps().len() == found.base => {
            Deed::Impossible("a whole document is not taken out of a file")
        }
        (None, _) => match target {
            Some(at) => Deed::Remove { at },
            None => Deed::Impossible("its place in the file is not known"),
        },
    }
}
