//! What one of several runs writes: its part of the check, in a form that belongs to the version of
//! the program. No sensitive value is in it.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::texts::{Reader, Text, Writer};
use super::told::{Target, Targets, Told};
use crate::checks::policy::{self, Spent};
use crate::date::Date;
use crate::evaluate::Tally;
use crate::judge::finding::Summary;
use crate::judge::judged::{Entry, Judged};
use crate::pipeline::Part;
use crate::request::{Request, Share};
use crate::rule::RuleId;
use crate::settings::Version;
use crate::setup::{self, Setup};
use crate::snapshot::digest;

/// A larger file is not read, in bytes.
pub const SHARD_FILE_LIMIT: u64 = 1 << 30;

/// Raised whenever the form changes.
const VERSION: u32 = 1;

/// What one of several runs reports.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardReport {
    pub(super) version: u32,
    pub(super) made_by: String,
    pub(super) shard: Share,
    pub(super) asked: Asked,
    pub(super) settings: String,
    pub(super) seen: String,
    pub(super) summary: Summary,
    pub(super) tally: Tally,
    pub(super) spent: Spent,
    pub(super) unrendered: BTreeSet<String>,
    pub(super) unused_paths: Vec<Utf8PathBuf>,
    pub(super) used_ignores: Vec<(String, u32, u32)>,
    pub(super) texts: Vec<Text>,
    targets: Vec<Target>,
    findings: Vec<Told>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    paths: Vec<Utf8PathBuf>,
    environments: Vec<String>,
    select: Vec<String>,
    skip: Vec<String>,
    kubernetes: Option<String>,
    today: String,
    inline_ignores: bool,
}

impl ShardReport {
    /// What a run with a share came to.
    pub fn of(setup: &Setup, request: &Request, share: Share, part: Part) -> Self {
        let Part {
            judged,
            summary,
            tally,
            spent,
            seen,
            mut sensitive,
            unrendered,
            unused_paths,
        } = part;
        let used_ignores = judged.used_ignores();
        let used_ignores = used_ignores
            .map(|(path, span)| (path.to_owned(), span.start, span.end))
            .collect();
        let mut entries: Vec<Entry> = judged.into_entries().collect();
        sensitive.learn(entries.iter().map(|entry| &entry.finding));
        for entry in &mut entries {
            let file = entry.finding.place.as_ref().map(|place| &*place.file);
            entry.message = sensitive.scrub(&entry.message, file).into();
            sensitive.clean(&mut entry.finding);
        }
        let mut texts = Writer::new(&sensitive);
        let mut targets = Targets::default();
        let findings = entries.into_iter();
        let findings = findings.map(|entry| Told::new(entry, &mut texts, &mut targets));
        Self {
            version: VERSION,
            made_by: setup::program(),
            shard: share,
            asked: Asked::new(request),
            settings: settings(setup),
            seen: format!("{seen:016x}"),
            summary,
            tally,
            spent,
            unrendered,
            unused_paths,
            used_ignores,
            findings: findings.collect(),
            targets: targets.all,
            texts: texts.finish(),
        }
    }

    /// Reads the report of a shard.
    ///
    /// # Errors
    /// It is none, or one of another version of the program; with why.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Any {
            made_by: String,
            version: u32,
        }
        let not_one =
            |_| "it is not the report of a shard, as `check --shard` writes it".to_owned();
        let any: Any = serde_json::from_slice(text).map_err(not_one)?;
        let own = setup::program();
        if any.made_by != own || any.version != VERSION {
            return Err(format!(
                "it was written by {}, but this is {own}",
                any.made_by
            ));
        }
        serde_json::from_slice(text).map_err(|fault| format!("it is damaged: {fault}"))
    }

    /// What tells the check of this setup from others of the same files, but for its share.
    pub fn question(setup: &Setup, request: &Request) -> String {
        let asked = serde_json::to_string(&Asked::new(request)).unwrap_or_default();
        digest(format!("{asked}\n{}", settings(setup)).as_bytes())
    }

    /// The file's text.
    pub fn text(&self) -> Vec<u8> {
        let mut text = serde_json::to_vec(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// The findings.
    pub(super) fn judged(
        self,
        texts: &Reader,
        rules: &FxHashMap<&str, &RuleId>,
    ) -> Result<Judged, String> {
        let mut judged = Judged::default();
        for told in self.findings {
            judged.add(told.entry(texts, &self.targets, rules)?);
        }
        Ok(judged)
    }
}

/// The digest of what everything is judged by.
pub(super) fn settings(setup: &Setup) -> String {
    let own = digest(policy::table());
    let texts = setup
        .texts()
        .map(|source| digest(source.tree.text().as_bytes()));
    let all: Vec<String> = [own].into_iter().chain(texts).collect();
    digest(all.join("\n").as_bytes())
}

impl Asked {
    fn new(request: &Request) -> Self {
        Self {
            paths: request.paths.clone(),
            environments: request.environments.clone(),
            select: request.select.clone(),
            skip: request.skip.clone(),
            kubernetes: request.kubernetes.map(|version| version.to_string()),
            today: request.today.to_string(),
            inline_ignores: request.inline_ignores,
        }
    }

    /// The same without the day.
    pub(super) fn on_any_day(&self) -> Self {
        Self {
            today: String::new(),
            ..self.clone()
        }
    }

    pub(super) fn request(&self) -> Result<Request, String> {
        let today = Date::parse(&self.today).ok_or("it names a day that does not exist")?;
        let kubernetes = self.kubernetes.as_deref();
        Ok(Request {
            paths: self.paths.clone(),
            environments: self.environments.clone(),
            select: self.select.clone(),
            skip: self.skip.clone(),
            kubernetes: kubernetes.and_then(Version::parse),
            inline_ignores: self.inline_ignores,
            ..Request::all(today)
        })
    }
}
