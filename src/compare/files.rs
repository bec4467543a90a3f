//! The files of an application that belong to one environment alone, in pairs.

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Kept, Snapshot, normalize};
use promotion::{Difference, Environments, File, FileHistory, Side, Terms};
use rustc_hash::FxHashMap;

use super::{Pair, Pasts, Rules};
use crate::judge::redact;

/// A file of the one environment and what corresponds to it in the other, compared.
#[derive(Debug)]
pub struct FilePair {
    /// The one environment's.
    pub from: File,
    /// The other's.
    pub to: File,
    /// Where they differ, each with its verdict.
    pub differences: Vec<Difference>,
}

/// The paths of files that correspond: those that only one environment is made from, and that are
/// called the same but for the environments' names.
pub fn file_pairs(pair: &Pair, names: &Environments) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
    let (Some(from), Some(to)) = (&pair.from, &pair.to) else {
        return Vec::new();
    };
    if names.name(Side::Source) == names.name(Side::Target) {
        // One environment in two revisions: its files are called the same.
        let both = from.files.iter().filter(|path| to.is_made_from(path));
        return both.map(|path| (path.clone(), path.clone())).collect();
    }
    let mut partners: FxHashMap<String, (Vec<&Utf8PathBuf>, Vec<&Utf8PathBuf>)> =
        FxHashMap::default();
    // A chart reads all files in its folder; those of an environment bear its name.
    let back = Environments::new(names.name(Side::Target), names.name(Side::Source));
    let is_of_from = |path: &&Utf8PathBuf| {
        !to.is_made_from(path) || names.source_named_in(path.as_str()).is_some()
    };
    let is_of_to = |path: &&Utf8PathBuf| {
        !from.is_made_from(path) || back.source_named_in(path.as_str()).is_some()
    };
    for path in from.files.iter().filter(is_of_from) {
        let sign = names.sign(Side::Source, path.as_str());
        partners.entry(sign).or_default().0.push(path);
    }
    for path in to.files.iter().filter(is_of_to) {
        let sign = names.sign(Side::Target, path.as_str());
        partners.entry(sign).or_default().1.push(path);
    }
    let clear = partners.into_values().filter_map(|pair| match pair {
        (from, to) if from.len() == 1 && to.len() == 1 && from != to => {
            Some((from[0].clone(), to[0].clone()))
        }
        _ => None,
    });
    let mut pairs: Vec<(Utf8PathBuf, Utf8PathBuf)> = clear.collect();
    pairs.sort();
    pairs
}

/// Where the files of a pair are read, and what is known of their past.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The files.
    pub snapshot: &'a dyn Snapshot,
    /// What they were before; none without git.
    pub pasts: Option<&'a Pasts<'a>>,
}

/// Compares two files; none if one of them is of no kind that is read, or is not as it is read.
pub fn compare_files(
    from: (&Utf8Path, Place<'_>),
    to: (&Utf8Path, Place<'_>),
    names: &Environments,
    rules: &Rules,
) -> Option<FilePair> {
    let source = read(from.1.snapshot, from.0)?;
    let target = read(to.1.snapshot, to.0)?;
    let history = match (from.1.pasts, to.1.pasts) {
        (Some(a), Some(b)) => Some(FileHistory::new(
            (from.0.to_owned(), a.versions(from.0, source.text())),
            (to.0.to_owned(), b.versions(to.0, target.text())),
        )),
        _ => None,
    };
    let folder = to.0.parent().unwrap_or(Utf8Path::new(""));
    let has_file = |name: &str| {
        let path = normalize(folder, name);
        path.is_some_and(|path| matches!(to.1.snapshot.kept(&path), Kept::File | Kept::Folder))
    };
    let terms = Terms {
        environments: names.clone(),
        rules: rules.rules.clone(),
        renames: rules.renames.clone(),
        history: history.as_ref().map(|own| own as &dyn promotion::History),
        guard: Some(&redact::looks_sensitive),
        has_file: Some(&has_file),
    };
    let differences = promotion::compare(&source, &target, &terms).ok()?;
    Some(FilePair {
        from: source,
        to: target,
        differences,
    })
}

fn read(snapshot: &dyn Snapshot, path: &Utf8Path) -> Option<File> {
    let bytes = snapshot.bytes(path).ok()?;
    File::read(path, std::str::from_utf8(&bytes).ok()?).ok()
}
