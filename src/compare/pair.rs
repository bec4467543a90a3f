//! Which application of one environment is which of the other.

use promotion::{Environments, Side};
use rustc_hash::FxHashMap;

use super::Unit;

/// One application in two environments, or in one of them alone.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What it is called without its environments.
    pub name: String,
    /// What the one environment gets.
    pub from: Option<Unit>,
    /// What the other gets.
    pub to: Option<Unit>,
}

/// Pairs applications: by name and folder, by name, by folder, each without the words that only
/// name the environments. What several have in common tells nothing.
pub fn pairs(from: Vec<Unit>, to: Vec<Unit>, names: &Environments) -> Vec<Pair> {
    let name = |unit: &Unit, side| names.sign(side, &unit.name);
    let folders = |unit: &Unit, side| {
        let folders = unit.folders.iter();
        folders
            .map(|folder| names.sign(side, folder.as_str()))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let both = |unit: &Unit, side| Some(format!("{}\n{}", name(unit, side), folders(unit, side)));
    let by_name = |unit: &Unit, side| Some(name(unit, side));
    let by_folder = |unit: &Unit, side| (!unit.folders.is_empty()).then(|| folders(unit, side));
    type Sign<'a> = &'a dyn Fn(&Unit, Side) -> Option<String>;
    let signs: [Sign<'_>; 3] = [&both, &by_name, &by_folder];
    let mut partners: Vec<Option<usize>> = vec![None; from.len()];
    let mut taken = vec![false; to.len()];
    for sign in signs {
        let mut places: FxHashMap<String, (Vec<usize>, Vec<usize>)> = FxHashMap::default();
        for (at, unit) in from
            .iter()
            .enumerate()
            .filter(|(at, _)| partners[*at].is_none())
        {
            if let Some(sign) = sign(unit, Side::Source) {
                places.entry(sign).or_default().0.push(at);
            }
        }
        for (at, unit) in to.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            if let Some(sign) = sign(unit, Side::Target) {
                places.entry(sign).or_default().1.push(at);
            }
        }
        for (a, b) in places.into_values() {
            if let ([a], [b]) = (&a[..], &b[..]) {
                partners[*a] = Some(*b);
                taken[*b] = true;
            }
        }
    }
    let mut open: Vec<Option<Unit>> = to.into_iter().map(Some).collect();
    let mut pairs: Vec<Pair> = Vec::with_capacity(open.len());
    for (unit, partner) in from.into_iter().zip(partners) {
        let to = partner.and_then(|at| open[at].take());
        pairs.push(Pair {
            name: plain(&unit.name, Side::Source, names),
            from: Some(unit),
            to,
        });
    }
    pairs.extend(open.into_iter().flatten().map(|unit| Pair {
        name: plain(&unit.name, Side::Target, names),
        from: None,
        to: Some(unit),
    }));
    tell_apart(&mut pairs);
    pairs.sort_by(|a, b| a.name.cmp(&b.name));
    pairs
}

/// Gives those that are called the same the names of their folders.
fn tell_apart(pairs: &mut [Pair]) {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for pair in pairs.iter() {
        *counts.entry(pair.name.clone()).or_default() += 1;
    }
    for pair in pairs.iter_mut().filter(|pair| counts[&pair.name] > 1) {
        let unit = pair.from.as_ref().or(pair.to.as_ref());
        let Some((folder, environment)) =
            unit.and_then(|unit| Some((unit.at.as_ref()?, unit.environment.as_ref()?)))
        else {
            continue;
        };
        let parts = folder.components().map(|part| part.as_str());
        let parts: Vec<&str> = parts.filter(|part| *part != &*environment.name).collect();
        pair.name = parts.join("/");
    }
}

/// An application's name without what only names an environment: `api` of `api-dev`.
fn plain(name: &str, side: Side, names: &Environments) -> String {
    let neutral = names.sign(side, name);
    let parts: Vec<&str> = neutral
        .split(['-', '_', '.'])
        .filter(|part| *part != "\u{1}")
        .collect();
    match neutral.contains('\u{1}') && !parts.is_empty() {
        true => parts.join("-").replace('\u{1}', ""),
        false => name.to_owned(),
    }
}
