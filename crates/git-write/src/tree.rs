//! The folders of a commit with some of their files changed.

use std::collections::BTreeMap;

use camino::Utf8Path;
use git_read::{Id, Repository, TreeEntry};

use crate::objects::{Kind, put};
use crate::{Content, Refused};

/// The mode of a folder.
const FOLDER: u32 = 0o04_0000;
/// The mode of a regular file.
const FILE: u32 = 0o10_0644;
/// The mode of a file that can be executed.
const PROGRAM: u32 = 0o10_0755;

/// What happens in a folder: to its files, and in the folders below it.
#[derive(Default)]
struct Changes<'a> {
    files: BTreeMap<&'a str, &'a Content>,
    folders: BTreeMap<&'a str, Changes<'a>>,
}

/// Writes the folder `top` with some files changed, whose paths count from it.
pub(crate) fn edited<'a>(
    repository: &Repository,
    top: &Id,
    files: impl Iterator<Item = (&'a Utf8Path, &'a Content)>,
) -> Result<Id, Refused> {
    let mut changes = Changes::default();
    for (path, content) in files {
        let mut at = &mut changes;
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Refused::because(format!("{path} is not a file's path")));
        };
        for part in path.components() {
            let is_plain = matches!(part, camino::Utf8Component::Normal(_));
            if !is_plain || part.as_str().eq_ignore_ascii_case(".git") {
                return Err(Refused::because(format!("{path} is not a file's path")));
            }
        }
        for part in folder.components() {
            at = at.folders.entry(part.as_str()).or_default();
        }
        at.files.insert(name, content);
    }
    match write(repository, Some(top), &changes, "")? {
        Some(id) => Ok(id),
        None => put(repository, Kind::Tree, &[]),
    }
}

/// Writes a folder; none if nothing is left in it.
fn write(
    repository: &Repository,
    before: Option<&Id>,
    changes: &Changes<'_>,
    path: &str,
) -> Result<Option<Id>, Refused> {
    let mut entries = match before {
        Some(id) => repository.tree(id, path)?,
        None => Vec::new(),
    };
    for (name, content) in &changes.files {
        let known = entries.iter().position(|own| own.name == name.as_bytes());
        let mode = known.map(|at| entries[at].mode);
        if !matches!(mode, None | Some(FILE | PROGRAM)) {
            return Err(Refused::because(format!(
                "{path}{name} is not a regular file in the commit"
            )));
        }
        let Content::Text(text) = content else {
            match known {
                Some(at) => entries.remove(at),
                None => {
                    return Err(Refused::because(format!(
                        "{path}{name} is not in the commit"
                    )));
                }
            };
            continue;
        };
        let id = put(repository, Kind::Blob, text.as_bytes())?;
        set(&mut entries, name, mode.unwrap_or(FILE), id);
    }
    for (name, below) in &changes.folders {
        let known = entries.iter().position(|own| own.name == name.as_bytes());
        if known.is_some_and(|at| entries[at].mode != FOLDER) {
            return Err(Refused::because(format!(
                "{path}{name} is not a folder in the commit"
            )));
        }
        let own = known.map(|at| entries[at].id);
        match write(repository, own.as_ref(), below, &format!("{path}{name}/"))? {
            Some(id) => set(&mut entries, name, FOLDER, id),
            None => entries.retain(|own| own.name != name.as_bytes()),
        }
    }
    if entries.is_empty() {
        return Ok(None);
    }
    // Git sorts a folder as if its name ended with a slash.
    let key = |own: &TreeEntry| {
        let mut key = own.name.clone();
        if own.mode == FOLDER {
            key.push(b'/');
        }
        key
    };
    entries.sort_by_cached_key(key);
    let mut bytes = Vec::new();
    for entry in &entries {
        bytes.extend(format!("{:o} ", entry.mode).into_bytes());
        bytes.extend(&entry.name);
        bytes.push(0);
        bytes.extend(entry.id.as_bytes());
    }
    put(repository, Kind::Tree, &bytes).map(Some)
}

fn set(entries: &mut Vec<TreeEntry>, name: &str, mode: u32, id: Id) {
    let name = name.as_bytes().to_vec();
    entries.retain(|own| own.name != name);
    entries.push(TreeEntry { mode, name, id });
}
