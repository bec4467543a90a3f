//! Several environments of one tier side by side: where most agree, and who does not.

use std::collections::BTreeMap;

use promotion::Side;

use super::{Comparison, is_version};

/// A field in which most environments agree and some do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlier {
    /// The application.
    pub application: String,
    /// The object, as `Deployment/api`.
    pub object: String,
    /// The field; none if the object as a whole is there or not.
    pub field: Option<promotion::Path>,
    /// What most say; none where most lack the field, or each has a version of its own.
    pub most: Option<String>,
    /// Who says something else, and what.
    pub others: Vec<(String, Option<String>)>,
}

/// What several environments have in common, and do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outliers {
    /// The environments.
    pub members: Vec<String>,
    /// The fields in which some go their own way.
    pub outliers: Vec<Outlier>,
    /// Applications that some do not have, each with those that do not.
    pub missing: Vec<(String, Vec<String>)>,
    /// How many fields have no value that most share, such as hosts.
    pub varied: usize,
    /// Applications that are not fully known, each with why.
    pub unknown: BTreeMap<String, String>,
}

/// An application, an object, and a field of it as people read it; that comes last and is only
/// what it is sorted by.
type Key = (String, String, String);

/// What is known of a field.
struct Known {
    path: Option<promotion::Path>,
    is_version: bool,
    /// The first environment's value.
    first: Option<String>,
    /// Those of others that differ.
    others: BTreeMap<usize, Option<String>>,
}

/// Finds outliers in comparisons of one environment with each of the others.
pub fn outliers(comparisons: &[Comparison]) -> Outliers {
    let Some(first) = comparisons.first() else {
        return Outliers::default();
    };
    let names = comparisons.iter().map(|own| own.to.name.to_string());
    let members: Vec<String> = [first.from.name.to_string()]
        .into_iter()
        .chain(names)
        .collect();
    let mut fields: BTreeMap<Key, Known> = BTreeMap::new();
    let mut absent: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut unknown = BTreeMap::new();
    for (at, comparison) in comparisons.iter().enumerate() {
        let member = at + 1;
        for application in &comparison.applications {
            let name = &application.pair.name;
            if let Some(fault) = application.faults().next() {
                let why = || fault.message.clone();
                unknown.entry(name.clone()).or_insert_with(why);
            }
            if application.is_alone() {
                let who = if application.pair.to.is_none() {
                    member
                } else {
                    0
                };
                absent.entry(name.clone()).or_default().push(who);
                continue;
            }
            for object in application.told() {
                let own = format!("{}/{}", object.identity.gvk.kind, object.identity.name);
                let mut note = |path: Option<promotion::Path>, is_version, first, right| {
                    let field = path.as_ref().map(ToString::to_string).unwrap_or_default();
                    let key = (name.clone(), own.clone(), field);
                    let known = fields.entry(key).or_insert_with(|| Known {
                        path,
                        is_version,
                        first,
                        others: BTreeMap::new(),
                    });
                    known.others.insert(member, right);
                };
                match (object.left, object.right) {
                    (Some(_), None) => note(None, false, Some("there".to_owned()), None),
                    (None, Some(_)) => note(None, false, None, Some("there".to_owned())),
                    _ => {
                        for row in &object.rows {
                            let left = row.field.said(Side::Source);
                            let mut right = row.field.said(Side::Target);
                            if row.field.is_sensitive && left == right {
                                // Neither may be seen, and nobody knows who has which.
                                right = right.map(|said| format!("{said} {member}"));
                            }
                            let is_version = is_version(row.field.field);
                            note(Some(row.field.path.clone()), is_version, left, right);
                        }
                    }
                }
            }
        }
    }
    let mut found = Outliers {
        missing: missing(absent, &members),
        members,
        unknown,
        ..Outliers::default()
    };
    for ((application, object, _), known) in fields {
        let value = |at: usize| known.others.get(&at).unwrap_or(&known.first).clone();
        let mut counts: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for at in 0..found.members.len() {
            *counts.entry(value(at)).or_default() += 1;
        }
        let most = counts.iter().max_by_key(|(_, count)| **count);
        let most = most.filter(|(_, count)| **count * 2 > found.members.len());
        let most = most.map(|(most, _)| most);
        if most.is_none() && !known.is_version {
            found.varied += 1;
            continue;
        }
        let others = found.members.iter().enumerate();
        let others = others.map(|(at, name)| (name.clone(), value(at)));
        found.outliers.push(Outlier {
            others: others.filter(|(_, own)| Some(own) != most).collect(),
            most: most.cloned().flatten(),
            application,
            object,
            field: known.path,
        });
    }
    found
}

/// Who lacks an application. Where the first environment lacks it, so do those that are not told
/// of, for it is compared with each of the others.
fn missing(absent: BTreeMap<String, Vec<usize>>, members: &[String]) -> Vec<(String, Vec<String>)> {
    let named = |(name, who): (String, Vec<usize>)| {
        let lacking: Vec<String> = match who.contains(&0) {
            // Each that has it is told as one that the first has not.
            true => {
                let having = who.iter().filter(|at| **at == 0).count();
                match having + 1 == members.len() {
                    true => vec![members[0].clone()],
                    false => vec![format!("{} of {}", members.len() - having, members.len())],
                }
            }
            false => who.iter().map(|at| members[*at].clone()).collect(),
        };
        (name, lacking)
    };
    absent.into_iter().map(named).collect()
}
