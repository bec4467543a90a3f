//! Files that come and go with what names them: a resource, a patch or a generator's file that
//! only the source has is copied to where the target would have it; one that nothing names any
//! more is deleted.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, Kind, Snapshot, View, normalize};
use promotion::{Difference, Environments, File, Hold, Verdict};

use crate::compare::{Application, FilePair, Unit};
use crate::judge::redact::masked;

/// How deep values are searched for names of files.
const DEPTH: usize = 16;

/// The longest text that is taken for the name of a file, in bytes.
const LONGEST_NAME: usize = 1_024;

/// A larger file is not copied, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

/// What a difference needs beside the edit of its file.
#[derive(Debug)]
pub(super) struct Adopted {
    /// The difference's place.
    pub(super) index: usize,
    /// The files that are made, with their texts.
    pub(super) files: Vec<(Utf8PathBuf, String)>,
    /// Why one of them is not copied.
    pub(super) obstacle: Option<String>,
}

/// The files that go along with what a pair's source names and its target lacks. `from` is where
/// the source's stand, and `to` the target's.
pub(super) fn adopted(
    application: &Application,
    pair: &FilePair,
    (from, to): (&dyn Snapshot, &dyn Snapshot),
    names: &Environments,
) -> Vec<Adopted> {
    let Some(unit) = &application.pair.from else {
        return Vec::new();
    };
    let folder = |file: &File| file.path().parent().unwrap_or(Utf8Path::new("")).to_owned();
    let (source, target) = (folder(&pair.from), folder(&pair.to));
    if source == target {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (index, difference) in pair.differences.iter().enumerate() {
        let (Some(node), None) = (&difference.source, &difference.target) else {
            continue;
        };
        let mut own = Adopted {
            index,
            files: Vec::new(),
            obstacle: None,
        };
        for name in file_names(node.view()) {
            let (Some(there), Some(here)) = (normalize(&source, name), normalize(&target, name))
            else {
                continue;
            };
            let is_lacking = unit.files.contains(&there)
                && from.kept(&there) == Kept::File
                && to.kept(&here) == Kept::Nothing;
            if !is_lacking {
                continue;
            }
            match copied(from, &there, names) {
                Ok(text) => own.files.push((here, text)),
                Err(why) => own.obstacle = Some(why),
            }
        }
        if !own.files.is_empty() || own.obstacle.is_some() {
            all.push(own);
        }
    }
    all
}

/// Whether a difference moves once its file is there.
pub(super) fn moves_with(difference: &Difference, adopted: &[Adopted], pair: &FilePair) -> bool {
    let waits_for = match &difference.hold {
        None => return difference.verdict == Verdict::Ahead,
        Some(Hold::Missing(name)) => name,
        Some(_) => return false,
    };
    let is_named = |own: &Adopted| {
        let node = pair.differences[own.index].source.as_ref();
        own.obstacle.is_none()
            && node.is_some_and(|node| file_names(node.view()).contains(&waits_for.as_ref()))
    };
    difference.verdict == Verdict::Ahead && adopted.iter().any(is_named)
}

/// The files of the target that nothing names once some differences have gone.
pub(super) fn dropped(
    application: &Application,
    pair: &FilePair,
    moved: &[usize],
    after: &str,
    (to, units): (&dyn Snapshot, &[Unit]),
) -> Vec<(Utf8PathBuf, String)> {
    let Some(unit) = &application.pair.to else {
        return Vec::new();
    };
    let folder = pair.to.path().parent().unwrap_or(Utf8Path::new(""));
    let gone = moved.iter().filter_map(|at| {
        let difference = &pair.differences[*at];
        let node = difference.target.as_ref()?;
        difference.source.is_none().then_some(node)
    });
    let mut found = Vec::new();
    for name in gone.flat_map(|node| file_names(node.view())) {
        let Some(path) = normalize(folder, name) else {
            continue;
        };
        let key = unit.key();
        let others = units.iter().filter(|own| own.key() != key);
        let is_own = path.starts_with(folder)
            && unit.files.contains(&path)
            && to.kept(&path) == Kept::File
            && !after.contains(name)
            && !{ others }.any(|own| own.files.contains(&path));
        if let Some(text) = text_of(to, &path).filter(|_| is_own) {
            found.push((path, text));
        }
    }
    found
}

/// The text of a file to be copied.
fn copied(from: &dyn Snapshot, path: &Utf8Path, names: &Environments) -> Result<String, String> {
    let text = text_of(from, path).ok_or_else(|| format!("{path} cannot be copied"))?;
    if masked(path, &text) != text {
        return Err(format!(
            "{path} holds sensitive values, which are not copied"
        ));
    }
    let word = match File::read(path, &text) {
        Ok(file) => file
            .documents()
            .iter()
            .find_map(|node| named_in(node.view(), names, 0)),
        Err(_) => names.source_named_in(&text).map(str::to_owned),
    };
    match word {
        Some(word) => Err(format!("{path} names the source environment, `{word}`")),
        None => Ok(text),
    }
}

fn text_of(snapshot: &dyn Snapshot, path: &Utf8Path) -> Option<String> {
    let bytes = snapshot.bytes(path).ok()?;
    (bytes.len() <= SIZE_LIMIT).then_some(())?;
    String::from_utf8(bytes.to_vec()).ok()
}

/// The word of a value that names the source environment.
fn named_in(view: View<'_>, names: &Environments, depth: usize) -> Option<String> {
    if view.kind() == Kind::Scalar || depth == DEPTH {
        return names.source_named_in(view.text()).map(str::to_owned);
    }
    let mut below = view.entries().map(|entry| entry.value).chain(view.items());
    below.find_map(|value| named_in(value, names, depth + 1))
}

/// The texts in a value that may be names of files, with what stands before `=` taken off.
fn file_names(view: View<'_>) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut open = vec![(view, 0)];
    while let Some((view, depth)) = open.pop() {
        if view.kind() == Kind::Scalar {
            let text = view.text();
            let name = text.split_once('=').map_or(text, |(_, name)| name);
            let is_name = !name.is_empty()
                && name.len() <= LONGEST_NAME
                && !name.contains(['\n', ' '])
                && !name.contains("://");
            if is_name {
                names.insert(name);
            }
        } else if depth < DEPTH {
            let below = view.entries().map(|entry| entry.value).chain(view.items());
            open.extend(below.map(|value| (value, depth + 1)));
        }
    }
    names
}
