//! Plans kept in files.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use super::ends::{End, Worlds};
use super::plan::Known;
use super::{Failure, outputs};
use crate::promote::{PLAN_FILE_LIMIT, Saved, Wanted};
use crate::snapshot::digest;

/// Plans as they are kept in a file.
pub(super) fn saved(wanted: Wanted, worlds: &Worlds, plans: &[Known]) -> Saved {
    let ends = if worlds.is_one() { 0..1 } else { 0..2 };
    let reads = ends.map(|end| reads(worlds, end)).collect();
    let plans = plans.iter().map(|known| &known.plan);
    // With --commit, the files are those of a revision that nobody named.
    let is_named = End::parse(&wanted.from).revision.is_some();
    let commit = worlds.commit().filter(|_| is_named);
    Saved::of(wanted, commit, reads, plans)
}

/// The files that an end was made from, with the digests of their contents.
fn reads(worlds: &Worlds, end: usize) -> BTreeMap<Utf8PathBuf, String> {
    let (files, deployed) = (worlds.files(end), worlds.deployed(end));
    let read = deployed.files_read();
    let own = worlds.setup.files();
    let own = own.iter().map(|path| path.as_ref());
    let of = |path: &Utf8Path| Some((path.to_owned(), digest(&files.bytes(path).ok()?)));
    read.paths().chain(own).filter_map(of).collect()
}

pub(super) fn read(path: &Utf8Path) -> Result<Saved, Failure> {
    let wrong = |why: String| Failure::new(format!("{path}: {why}"));
    let metadata = std::fs::metadata(path).map_err(|fault| wrong(fault.to_string()))?;
    if !metadata.is_file() {
        return Err(wrong("it is not a regular file".to_owned()));
    }
    if metadata.len() > PLAN_FILE_LIMIT {
        return Err(wrong("it is too large for a plan".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|fault| wrong(fault.to_string()))?;
    Saved::parse(&text).map_err(wrong)
}

pub(super) fn write(path: &Utf8Path, plan: &Saved) -> Result<(), Failure> {
    outputs::replace(path, plan.text().as_bytes())
        .map_err(|fault| Failure::new(format!("cannot write {path}: {fault}")))
}
