//! A plan kept in a file: what was asked for, and by their digests what was read and what would be
//! written. No content is in it. Who carries it out plans once more, and writes only if all of
//! that is the same, so a file that somebody else has made can ask for no more than a command.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use serde::{Deserialize, Serialize};

use super::{Plan, Text};
use crate::setup::program;
use crate::snapshot::digest;

/// A larger file is not read, in bytes.
pub const PLAN_FILE_LIMIT: u64 = 64 << 20;

/// The format that is written, and the only one that is read.
const VERSION: u32 = 1;

/// What was asked for, as on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    /// The environment or tier to promote from, with a revision or without.
    pub from: String,
    /// The one to promote to.
    pub to: String,
    /// The applications; empty for all.
    pub applications: Vec<String>,
    /// `--only`, each time it was given.
    pub only: Vec<String>,
    /// `--exclude`.
    pub exclude: Vec<String>,
    /// `--set`.
    pub set: Vec<String>,
    /// `--take`.
    pub take: Vec<String>,
    /// `--rename`.
    pub rename: Vec<String>,
    /// `--allow-downgrade`.
    pub allow_downgrade: bool,
    /// `--allow-unverified`.
    pub allow_unverified: bool,
}

/// The digest of a content, as `sha256:` and hexadecimal digits.
type Sum = String;

/// A plan in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    version: u32,
    /// The program that made it.
    made_by: String,
    /// What was asked for.
    pub wanted: Wanted,
    /// The commit that a revision stood for.
    commit: Option<String>,
    /// What was read: of the files as they are, and of the revision if there is one.
    reads: Vec<BTreeMap<Utf8PathBuf, Sum>>,
    /// The files that are edited.
    files: BTreeMap<Utf8PathBuf, Edit>,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    /// None if it is made.
    before: Option<Sum>,
    /// None if it goes.
    after: Option<Sum>,
}

impl Saved {
    /// Plans, with what they were made from.
    pub fn of<'a>(
        wanted: Wanted,
        commit: Option<String>,
        reads: Vec<BTreeMap<Utf8PathBuf, Sum>>,
        plans: impl Iterator<Item = &'a Plan>,
    ) -> Self {
        let files = plans.flat_map(|plan| &plan.files);
        let edit = |text: &Text| Edit {
            before: text.before().map(|text| digest(text.as_bytes())),
            after: text.after().map(|text| digest(text.as_bytes())),
        };
        Self {
            version: VERSION,
            made_by: program(),
            wanted,
            commit,
            reads,
            files: files
                .map(|(path, text)| (path.clone(), edit(text)))
                .collect(),
        }
    }

    /// Reads a plan's file.
    ///
    /// # Errors
    /// It is no plan, or one of another format; with why.
    pub fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Any {
            version: u32,
        }
        let not_one = |fault: serde_json::Error| format!("it is not a plan: {fault}");
        let any: Any = serde_json::from_str(text).map_err(not_one)?;
        if any.version != VERSION {
            return Err(format!(
                "it has format {}, but only {VERSION} is supported: plan again",
                any.version
            ));
        }
        serde_json::from_str(text).map_err(not_one)
    }

    /// The file's text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Why this plan is not the one that is made now, if it is not.
    pub fn differs(&self, now: &Self) -> Option<String> {
        if self.commit != now.commit {
            return Some("the revision is a different commit from when it was planned".into());
        }
        for (then, now) in self.reads.iter().zip(&now.reads) {
            let all = then.keys().chain(now.keys());
            let changed = all
                .into_iter()
                .find(|path| then.get(*path) != now.get(*path));
            if let Some(path) = changed {
                return Some(format!("{path} has changed since it was planned"));
            }
        }
        if let Some(path) = self
            .files
            .keys()
            .find(|path| !now.files.contains_key(*path))
        {
            return Some(format!(
                "the plan edits {path}, which this promotion does not"
            ));
        }
        if let Some(path) = now
            .files
            .keys()
            .find(|path| !self.files.contains_key(*path))
        {
            return Some(format!(
                "this promotion edits {path}, which the plan does not"
            ));
        }
        let changed = self
            .files
            .iter()
            .find(|(path, edit)| now.files.get(*path) != Some(*edit));
        if let Some((path, _)) = changed {
            return Some(match self.made_by == now.made_by {
                true => format!("{path} would become something other than was planned"),
                false => format!(
                    "{path} would become something other than {} planned",
                    self.made_by
                ),
            });
        }
        (self.reads.len() != now.reads.len()).then(|| "it was planned from other revisions".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(after: &str, read: &str) -> Saved {
        let edit = Edit {
            before: Some(digest(b"old")),
            after: Some(digest(after.as_bytes())),
        };
        Saved {
            version: VERSION,
            made_by: program(),
            wanted: Wanted::default(),
            commit: None,
            reads: vec![[("base.yaml".into(), digest(read.as_bytes()))].into()],
            files: [("prod.yaml".into(), edit)].into(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let plan = saved("new", "base");
        let again = Saved::parse(&plan.text()).unwrap();
        assert_eq!(again, plan);
        assert_eq!(again.differs(&plan), None);
    }

    #[test]
    fn whatever_changed_is_told() {
        let plan = saved("new", "base");
        let check = |now: Saved| plan.differs(&now).unwrap_or_default();
        insta::assert_snapshot!(check(saved("new", "other")), @"base.yaml has changed since it was planned");
        insta::assert_snapshot!(check(saved("newer", "base")), @"prod.yaml would become something other than was planned");
        let mut more = saved("new", "base");
        more.files.insert(
            "dev.yaml".into(),
            more.files[camino::Utf8Path::new("prod.yaml")].clone(),
        );
        insta::assert_snapshot!(check(more.clone()), @"this promotion edits dev.yaml, which the plan does not");
        insta::assert_snapshot!(more.differs(&plan).unwrap(), @"the plan edits dev.yaml, which this promotion does not");
        let mut revision = saved("new", "base");
        revision.commit = Some("abc".to_owned());
        insta::assert_snapshot!(check(revision), @"the revision is a different commit from when it was planned");
    }

    #[test]
    fn what_is_no_plan_is_refused() {
        let check = |text: &str| Saved::parse(text).unwrap_err();
        insta::assert_snapshot!(check("{"), @"it is not a plan: EOF while parsing an object at line 1 column 1");
        insta::assert_snapshot!(check(r#"{"version": 2}"#), @"it has format 2, but only 1 is supported: plan again");
        let odd = saved("new", "base").text().replace("\"commit\"", "\"run\"");
        insta::assert_snapshot!(check(&odd), @"it is not a plan: unknown field `run`, expected one of `version`, `made_by`, `wanted`, `commit`, `reads`, `files` at line 16 column 7");
        assert!(Saved::parse(&"[".repeat(100_000)).is_err());
    }
}
