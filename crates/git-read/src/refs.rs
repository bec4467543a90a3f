//! Branches, tags and the other names of commits.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use rustc_hash::FxHashMap;

use crate::{Fault, Id, Place, small};

/// The largest file of packed names, in bytes.
const MOST_PACKED: u64 = 64 << 20;
/// How many names are listed.
const MOST_NAMES: usize = 10_000;
/// How often a name may stand for another one.
const MOST_LINKS: usize = 8;
/// How deep the folders of names are looked into.
const DEEPEST: usize = 16;

/// Where a short name is looked for, in this order.
const RULES: [(&str, &str); 6] = [
    ("", ""),
    ("refs/", ""),
    ("refs/tags/", ""),
    ("refs/heads/", ""),
    ("refs/remotes/", ""),
    ("refs/remotes/", "/HEAD"),
];

pub(crate) struct Refs {
    git: Utf8PathBuf,
    common: Utf8PathBuf,
    packed: OnceLock<Result<FxHashMap<String, Id>, Fault>>,
}

/// What the file of a name says.
enum Said {
    Id(Id),
    Name(String),
}

impl Refs {
    pub(crate) fn new(place: &Place) -> Self {
        Self {
            git: place.git.clone(),
            common: place.common.clone(),
            packed: OnceLock::new(),
        }
    }

    /// What a name written in short stands for.
    pub(crate) fn find(&self, name: &str) -> Result<Option<Id>, Fault> {
        for (before, after) in RULES {
            let full = format!("{before}{name}{after}");
            // Beside its names, a git folder holds other files, such as `config`.
            let is_name = full.starts_with("refs/") || is_top_level(&full);
            if is_name && let Some(id) = self.get(&full)? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// What a full name stands for.
    pub(crate) fn get(&self, full: &str) -> Result<Option<Id>, Fault> {
        let mut name = full.to_owned();
        for _ in 0..MOST_LINKS {
            if !is_well_formed(&name) {
                return Ok(None);
            }
            match self.said(&name)? {
                Some(Said::Id(id)) => return Ok(Some(id)),
                Some(Said::Name(other)) => name = other,
                None => return Ok(self.packed()?.get(&name).copied()),
            }
        }
        let why = "it points to another name that points to another, and so on";
        Err(Fault::corrupt(format!("`{full}`"), why))
    }

    /// The full name of the branch that `HEAD` stands for, if it does.
    pub(crate) fn branch(&self) -> Result<Option<String>, Fault> {
        Ok(match self.said("HEAD")? {
            Some(Said::Name(name)) => Some(name),
            _ => None,
        })
    }

    /// The names below `prefix`, which begins with `refs/`, without it; sorted, and not more
    /// than some thousands.
    pub(crate) fn below(&self, prefix: &str) -> Vec<String> {
        let mut names = BTreeSet::new();
        if let Ok(packed) = self.packed() {
            let packed = packed.keys().filter_map(|name| name.strip_prefix(prefix));
            names.extend(packed.map(str::to_owned));
        }
        let folder = self.common.join(prefix.trim_end_matches('/'));
        list(&folder, "", 0, &mut names);
        names.into_iter().take(MOST_NAMES).collect()
    }

    fn said(&self, name: &str) -> Result<Option<Said>, Fault> {
        let of_work_tree = ["refs/bisect/", "refs/worktree/", "refs/rewritten/"];
        let is_own = is_top_level(name) || of_work_tree.iter().any(|own| name.starts_with(own));
        let folder = if is_own { &self.git } else { &self.common };
        let path = folder.join(name);
        // A branch `a/b` makes a folder of `a`, which is then no name.
        if path.is_dir() {
            return Ok(None);
        }
        let Some(line) = small::line(&path)? else {
            return Ok(None);
        };
        if let Some(other) = line.strip_prefix("ref:") {
            return Ok(Some(Said::Name(other.trim().to_owned())));
        }
        // `FETCH_HEAD` has more behind the id.
        let digits = line.split_whitespace().next().unwrap_or_default();
        match Id::from_hex(digits) {
            Some(id) => Ok(Some(Said::Id(id))),
            None => Err(Fault::corrupt(small::shown(&path), "it holds no id")),
        }
    }

    fn packed(&self) -> Result<&FxHashMap<String, Id>, Fault> {
        let read = || {
            let path = self.common.join("packed-refs");
            let bytes = small::read(&path, MOST_PACKED)?.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            let lines = text.lines().filter(|line| !line.starts_with(['#', '^']));
            let pairs = lines.map(|line| {
                let (digits, name) = line.split_once(' ')?;
                Some((name.to_owned(), Id::from_hex(digits)?))
            });
            let pairs: Option<FxHashMap<String, Id>> = pairs.collect();
            pairs.ok_or_else(|| Fault::corrupt(small::shown(&path), "a line is not understood"))
        };
        self.packed.get_or_init(read).as_ref().map_err(Clone::clone)
    }
}

fn list(folder: &Utf8Path, above: &str, depth: usize, names: &mut BTreeSet<String>) {
    let Ok(entries) = folder.read_dir_utf8() else {
        return;
    };
    for entry in entries.flatten() {
        if names.len() >= MOST_NAMES {
            return;
        }
        let name = format!("{above}{}", entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && depth < DEEPEST => {
                list(entry.path(), &format!("{name}/"), depth + 1, names);
            }
            Ok(kind) if kind.is_file() && !name.ends_with(".lock") => {
                names.insert(name);
            }
            _ => {}
        }
    }
}

/// Whether a name is one of those that stand beside `refs`, such as `HEAD`.
fn is_top_level(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Whether git would accept the name of a reference; others could lead out of its folder.
pub fn is_well_formed(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.ends_with(".lock")
    };
    let is_odd = |letter: char| letter.is_control() || " ~^:?*[\\".contains(letter);
    name.len() <= 1024
        && name.split('/').all(is_part)
        && !name.contains(is_odd)
        && !name.contains("..")
        && !name.contains("@{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in [
            "../x",
            "refs/../../x",
            "/etc/passwd",
            "refs//a",
            "refs/.a",
            "C:/x",
            "a\\b",
        ] {
            assert!(!is_well_formed(name), "{name}");
        }
        for name in ["HEAD", "refs/heads/a.b/c-d", "refs/tags/v1.0"] {
            assert!(is_well_formed(name), "{name}");
        }
    }
}
