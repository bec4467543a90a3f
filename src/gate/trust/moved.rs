//! What a change moves to where less is asked of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, ObjectId, Snapshot, Source, Span};

use super::Gate;
use crate::Checked;
use crate::pipeline::MadeFrom;
use crate::problem::Problem;
use crate::rule::Tier;
use crate::settings::trust::GATE_WEAKENED;

/// Targets that were deployed to a stricter tier and are deployed to a laxer one only.
pub(super) fn problems(gate: &Gate<'_>, before: &Checked, after: &Checked) -> Vec<Problem> {
    let highest = |checked: &Checked| {
        let mut tiers: BTreeMap<String, (Tier, usize)> = BTreeMap::new();
        for (at, target) in checked.made_from.iter().enumerate() {
            for name in names(target) {
                let known = tiers.entry(name).or_insert((target.tier, at));
                if target.tier > known.0 {
                    *known = (target.tier, at);
                }
            }
        }
        tiers
    };
    let (old, new) = (highest(before), highest(after));
    let mut told = Vec::new();
    let mut problems = Vec::new();
    for (name, (now, at)) in &new {
        let Some((was, _)) = old.get(name).filter(|(was, _)| was > now) else {
            continue;
        };
        let target = &after.made_from[*at];
        if told.contains(at) {
            continue;
        }
        told.push(*at);
        let message = format!(
            "{} is treated as {now} here, but as {was} in {}",
            target.target, gate.name
        );
        let problem = Problem::new(&GATE_WEAKENED, message);
        let place = target.by.clone().or_else(|| file_of(gate, target));
        problems.push(match place {
            Some(place) => problem.at(place),
            None => problem,
        });
    }
    problems
}

/// By what a target is known before and after: where it stands, and who asks for it.
fn names(target: &MadeFrom) -> Vec<String> {
    let by = target.by.as_ref();
    let asked = by.map(|by| format!("asked {} {}", by.path(), target.application));
    let stands = format!("at {}", target.target);
    [Some(stands), asked].into_iter().flatten().collect()
}

/// The beginning of the file that makes it a target.
fn file_of(gate: &Gate<'_>, target: &MadeFrom) -> Option<Location> {
    let own = Utf8Path::new(target.target.as_str());
    let names = [
        "kustomization.yaml",
        "kustomization.yml",
        "Kustomization",
        "Chart.yaml",
    ];
    let files = names
        .iter()
        .map(|name| own.join(name))
        .chain([own.to_owned()]);
    let mut sources = files.filter_map(|path| gate.changed.source(&path).ok());
    sources.next().map(first_line)
}

fn first_line(file: Arc<Source>) -> Location {
    let length = file.tree.text().lines().next().map_or(0, str::len);
    Location {
        span: Span::new(0, length as u32),
        file,
    }
}

/// Files that stand where less is asked of them than where they stood.
pub(super) fn renamed(gate: &Gate<'_>) -> Vec<Problem> {
    let (old, new) = (gate.trusted.walk().files, gate.changed.walk().files);
    let only = |these: &[Utf8PathBuf], others: &[Utf8PathBuf]| -> Vec<Utf8PathBuf> {
        let others: BTreeSet<&str> = others.iter().map(|path| path.as_str()).collect();
        let these = these.iter();
        these
            .filter(|path| !others.contains(path.as_str()))
            .cloned()
            .collect()
    };
    let (gone, added) = (only(&old, &new), only(&new, &old));
    let mut known: BTreeMap<Vec<u8>, &Utf8Path> = BTreeMap::new();
    for path in &gone {
        for content in contents(gate.trusted, path) {
            known.insert(content, path);
        }
    }
    let mut problems = Vec::new();
    for path in &added {
        let mut contents = contents(gate.changed, path).into_iter();
        let Some(from) = contents.find_map(|content| known.get(&content)) else {
            continue;
        };
        let Some(what) = laxer(gate, from, path) else {
            continue;
        };
        let message = format!("{from} was moved here, where {what}");
        let problem = Problem::new(&GATE_WEAKENED, message);
        problems.push(match gate.changed.source(path) {
            Ok(file) => problem.at(first_line(file)),
            Err(_) => problem,
        });
    }
    problems
}

/// By what a file is recognised: its bytes, and the objects in it.
fn contents(snapshot: &dyn Snapshot, path: &Utf8Path) -> Vec<Vec<u8>> {
    let mut contents: Vec<Vec<u8>> = snapshot
        .bytes(path)
        .map(|bytes| bytes.to_vec())
        .into_iter()
        .collect();
    contents.retain(|bytes| !bytes.is_empty());
    let is_yaml = matches!(path.extension(), Some("yaml" | "yml"));
    if let Some(source) = snapshot.source(path).ok().filter(|_| is_yaml) {
        let documents = source.documents().documents;
        let ids = documents.iter().map(|node| ObjectId::of(node.view()));
        let named: Vec<String> = ids
            .filter(|id| !id.gvk.kind.is_empty() && !id.name.is_empty())
            .map(|id| format!("{} {} {}", id.gvk.group, id.gvk.kind, id.name))
            .collect();
        if !named.is_empty() {
            contents.push(named.join("\n").into_bytes());
        }
    }
    contents
}

/// What the configuration asks for less of one path than of another.
fn laxer(gate: &Gate<'_>, old: &Utf8Path, new: &Utf8Path) -> Option<String> {
    let config = gate.setup.config();
    let tier = |path| config.environment_of(path).map(|(_, tier)| tier);
    if let (Some(was), now) = (tier(old), tier(new))
        && now.is_none_or(|now| now < was)
    {
        return Some(format!("it no longer counts as {was}"));
    }
    let with_paths = gate
        .setup
        .rules()
        .iter()
        .filter(|rule| config.has_paths(&rule.id));
    for rule in with_paths {
        let (was, now) = (config.severities(rule, old), config.severities(rule, new));
        if Tier::ALL.iter().any(|tier| now.of(*tier) < was.of(*tier)) {
            return Some(format!("`{}` is less severe", rule.id));
        }
    }
    let ignored = config.ignores().of_path(new);
    let ignored_before = config.ignores().of_path(old);
    let newly = ignored.iter().find(|rule| !ignored_before.contains(*rule));
    newly.map(|rule| format!("`{rule}` is ignored"))
}
