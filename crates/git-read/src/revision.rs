//! Names of commits, as people write them: `main`, `v1.2^{}`, `HEAD~3`, `1a2b3c4`, `@{u}`.

use crate::objects::ObjectKind;
use crate::{Fault, Id, Repository};

/// How many tags may stand for each other.
const MOST_TAGS: usize = 16;
/// How far one step may go back.
const MOST_STEPS: usize = 100_000;

/// One step from a commit to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// To a parent, counted from one; to itself if it is zero.
    Parent(usize),
    /// That often to the first parent.
    Back(usize),
}

impl Repository {
    /// The commit that a revision names.
    ///
    /// Understood are branches, tags and other names, ids and their first digits, `@`, `@{u}`,
    /// `BRANCH@{u}`, and behind any of them `~N`, `^N`, `^{}` and `^{commit}`.
    ///
    /// # Errors
    /// There is none, or it is not in this clone, or it is written in a way not understood.
    pub fn resolve(&self, revision: &str) -> Result<Id, Fault> {
        let (name, steps) = split(revision).ok_or_else(|| {
            Fault::unsupported(format!(
                "the revision `{revision}` is not understood: give what `git rev-parse` says of it"
            ))
        })?;
        let named = self.named(name)?;
        let named = named.ok_or_else(|| self.no_revision(revision, name))?;
        let mut id = self.peel(named, revision)?;
        for step in steps {
            id = self.step(id, step, revision)?;
        }
        Ok(id)
    }

    /// The short names of branches and tags, those of other repositories included: what to
    /// suggest where a revision is not known.
    pub fn names(&self) -> Vec<String> {
        let mut names = vec!["HEAD".to_owned()];
        for prefix in ["refs/heads/", "refs/tags/", "refs/remotes/"] {
            names.extend(self.refs().below(prefix));
        }
        names
    }

    /// What a name stands for, whatever kind of object that is.
    fn named(&self, name: &str) -> Result<Option<Id>, Fault> {
        let name = if name == "@" { "HEAD" } else { name };
        for ending in ["@{u}", "@{upstream}"] {
            if let Some(branch) = name.strip_suffix(ending) {
                return self.upstream(branch);
            }
        }
        let length = self.objects()?.format().length();
        if let Some(id) = Id::from_hex(name).filter(|id| id.as_bytes().len() == length) {
            return Ok(Some(id));
        }
        let has_names = self.config()?.value("extensions", None, "refstorage");
        if let Some(storage) = has_names.filter(|storage| *storage != "files") {
            let what = format!("git keeps names as {storage} here: give the commit's whole id");
            return Err(Fault::unsupported(what));
        }
        if let Some(id) = self.refs().find(name)? {
            return Ok(Some(id));
        }
        // As `git describe` prints it: a tag, how many commits ago, and the commit's digits.
        let digits = name.rsplit_once("-g").map_or(name, |(_, digits)| digits);
        if digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        self.abbreviated(digits, name)
    }

    /// The object whose id begins with some digits; commits come before others.
    fn abbreviated(&self, digits: &str, name: &str) -> Result<Option<Id>, Fault> {
        let found = self.objects()?.begin_with(&digits.to_ascii_lowercase())?;
        if found.len() < 2 {
            return Ok(found.first().copied());
        }
        let mut commits = Vec::new();
        for id in found {
            let kind = self.objects()?.read(&id)?.map(|(kind, _)| kind);
            if matches!(kind, Some(ObjectKind::Commit | ObjectKind::Tag)) {
                commits.push(id);
            }
        }
        match commits.as_slice() {
            [id] => Ok(Some(*id)),
            _ => Err(Fault::Ambiguous {
                name: name.to_owned(),
            }),
        }
    }

    /// What the branch of another repository that a branch follows stands for.
    fn upstream(&self, branch: &str) -> Result<Option<Id>, Fault> {
        let current = self.refs().branch()?;
        let branch = match branch {
            "" | "HEAD" | "@" => match &current {
                Some(name) => name.strip_prefix("refs/heads/").unwrap_or(name),
                None => return Ok(None),
            },
            branch => branch,
        };
        let config = self.config()?;
        let remote = config.value("branch", Some(branch), "remote");
        let merge = config.value("branch", Some(branch), "merge");
        let (Some(remote), Some(merge)) = (remote, merge) else {
            return Ok(None);
        };
        if remote == "." {
            return self.refs().get(merge);
        }
        let fetches = config.values("remote", "fetch");
        for (_, spec) in fetches.filter(|(name, _)| *name == remote) {
            if let Some(local) = map(spec.trim_start_matches('+'), merge) {
                return self.refs().get(&local);
            }
        }
        Ok(None)
    }

    /// Follows tags to the commit they stand for.
    fn peel(&self, id: Id, revision: &str) -> Result<Id, Fault> {
        let mut id = id;
        for _ in 0..MOST_TAGS {
            let Some((kind, bytes)) = self.objects()?.read(&id)? else {
                return Err(self.missing(format!("commit {}", id.short())));
            };
            match kind {
                ObjectKind::Commit => return Ok(id),
                ObjectKind::Tag => {
                    let text = String::from_utf8_lossy(&bytes);
                    let line = text.lines().next().unwrap_or_default();
                    let target = line.strip_prefix("object ").and_then(Id::from_hex);
                    let what = || format!("tag {}", id.short());
                    id = target.ok_or_else(|| Fault::corrupt(what(), "it names no object"))?;
                }
                ObjectKind::Blob | ObjectKind::Tree => {
                    let what = format!("`{revision}` is a {}, not a commit", kind.name());
                    return Err(Fault::unsupported(what));
                }
            }
        }
        Err(Fault::corrupt(
            format!("`{revision}`"),
            "it is a tag of a tag of a tag, and so on",
        ))
    }

    fn step(&self, id: Id, step: Step, revision: &str) -> Result<Id, Fault> {
        let (parent, times) = match step {
            Step::Parent(0) => return Ok(id),
            Step::Parent(parent) => (parent, 1),
            Step::Back(times) => (1, times),
        };
        let mut id = id;
        for _ in 0..times {
            let commit = self.commit(&id)?;
            let Some(parents) = self.parents(&commit)? else {
                let what = format!("the parent of commit {}", id.short());
                return Err(self.missing(what));
            };
            let next = parents.get(parent - 1).copied();
            id = next.ok_or_else(|| Fault::NoRevision {
                name: revision.to_owned(),
                hint: Some(format!(
                    "commit {} has {}",
                    id.short(),
                    count(parents.len())
                )),
            })?;
        }
        Ok(id)
    }

    /// The fault of a name that nothing has, with what may bring it here.
    fn no_revision(&self, revision: &str, name: &str) -> Fault {
        let remotes = self.remotes().unwrap_or_default();
        let of_remote = remotes.iter().find_map(|remote| {
            let branch = name.strip_prefix(remote.name.as_str())?.strip_prefix('/')?;
            Some(format!("run `git fetch {} {branch}`", remote.name))
        });
        let is_head = matches!(name, "HEAD" | "@");
        let hint = of_remote.or_else(|| is_head.then(|| "there is no commit yet".to_owned()));
        Fault::NoRevision {
            name: revision.to_owned(),
            hint,
        }
    }
}

fn count(parents: usize) -> String {
    match parents {
        0 => "no parent".to_owned(),
        1 => "one parent".to_owned(),
        more => format!("{more} parents"),
    }
}

/// Where a branch of another repository is kept, by a pattern such as
/// `refs/heads/*:refs/remotes/origin/*`.
fn map(spec: &str, name: &str) -> Option<String> {
    let (theirs, ours) = spec.split_once(':')?;
    match theirs.split_once('*') {
        None => (theirs == name).then(|| ours.to_owned()),
        Some((before, after)) => {
            let middle = name.strip_prefix(before)?.strip_suffix(after)?;
            Some(ours.replacen('*', middle, 1))
        }
    }
}

/// A revision as its name and the steps from there; `None` if it is not understood.
fn split(revision: &str) -> Option<(&str, Vec<Step>)> {
    let end = revision.find(['~', '^']).unwrap_or(revision.len());
    let (name, mut rest) = revision.split_at(end);
    let is_odd = |letter: char| letter.is_control() || " :?*[\\".contains(letter);
    let at = name.find("@{").map(|at| &name[at..]);
    if name.is_empty()
        || name.starts_with('-')
        || name.contains(is_odd)
        || name.contains("..")
        || !matches!(at, None | Some("@{u}" | "@{upstream}"))
    {
        return None;
    }
    let mut steps = Vec::new();
    while let Some(sign) = rest.chars().next() {
        if !matches!(sign, '~' | '^') {
            return None;
        }
        rest = &rest[1..];
        if let Some(after) = ["{}", "{commit}"]
            .iter()
            .find_map(|kind| rest.strip_prefix(kind))
        {
            (sign == '^').then_some(())?;
            rest = after;
            continue;
        }
        let is_digit = |letter: char| letter.is_ascii_digit();
        let end = rest.find(|letter| !is_digit(letter)).unwrap_or(rest.len());
        let number = match &rest[..end] {
            "" => 1,
            digits => digits.parse().ok().filter(|number| *number <= MOST_STEPS)?,
        };
        rest = &rest[end..];
        steps.push(match sign {
            '^' => Step::Parent(number),
            _ => Step::Back(number),
        });
    }
    Some((name, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names_from_steps() {
        let check = |text: &str, expect| assert_eq!(split(text), expect, "{text}");
        check("main", Some(("main", vec![])));
        check(
            "@~3^2^{}",
            Some(("@", vec![Step::Back(3), Step::Parent(2)])),
        );
        check("v1^{commit}~", Some(("v1", vec![Step::Back(1)])));
        check("main@{u}^0", Some(("main@{u}", vec![Step::Parent(0)])));
        for odd in [
            "",
            "^a",
            "~1",
            "a..b",
            "a:b",
            "main@{1}",
            "-x",
            "a b",
            "a~{}",
            "a^{tree}",
            "a~1x",
            "a~99999999999999999999",
            "a^é",
            "@{-1}",
            "a\nb",
            ":/fix",
        ] {
            check(odd, None);
        }
    }

    #[test]
    fn maps_names_of_other_repositories() {
        let check = |spec, name, expect: Option<&str>| {
            assert_eq!(map(spec, name).as_deref(), expect, "{spec}");
        };
        check(
            "refs/heads/*:refs/remotes/o/*",
            "refs/heads/a/b",
            Some("refs/remotes/o/a/b"),
        );
        check("refs/heads/main:refs/x", "refs/heads/main", Some("refs/x"));
        check("refs/heads/main:refs/x", "refs/heads/other", None);
        check("refs/tags/*:refs/y/*", "refs/heads/other", None);
    }
}
