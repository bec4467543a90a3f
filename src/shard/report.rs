//! What one of several runs writes: its part of the check, in a form that belongs to the version of
//! the program. No sensitive value is in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Gvk, ObjectId, Segment};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::texts::{Reader, Spot, Text, Writer};
use crate::checks::policy::{self, Spent};
use crate::date::Date;
use crate::evaluate::Tally;
use crate::judge::finding::{Affected, Finding, Summary, Suppression};
use crate::judge::judged::{Entry, Judged};
use crate::pipeline::Part;
use crate::problem::{Related, Turn};
use crate::request::{Request, Share};
use crate::rule::{RuleId, Severity, Tier};
use crate::settings::Version;
use crate::settings::baseline::Subject;
use crate::settings::owners::Names;
use crate::setup::Setup;
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

#[derive(Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Target {
    path: Utf8PathBuf,
    environment: Option<Arc<str>>,
    tier: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    rule: String,
    severity: Severity,
    message: String,
    /// Without the names that each target gives the object.
    unnamed: String,
    help: Option<Arc<str>>,
    place: Option<Spot>,
    missing: Vec<Step>,
    related: Vec<(String, Spot)>,
    affected: Vec<Affects>,
    fingerprint: String,
    /// The object and the path by which a baseline knows it.
    subject: (Box<str>, Box<str>),
    suppressed: Option<(String, Spot)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Step {
    Index(usize),
    Key(Box<str>),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Affects {
    turn: Turn,
    target: usize,
    object: Option<Object>,
    severity: Severity,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    group: Box<str>,
    version: Box<str>,
    kind: Box<str>,
    namespace: Box<str>,
    name: Box<str>,
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
            entry.message = sensitive.scrub(&entry.message, file);
            sensitive.clean(&mut entry.finding);
        }
        let mut texts = Writer::new(&sensitive);
        let mut targets = Targets::default();
        let findings = entries.into_iter();
        let findings = findings.map(|entry| Told::new(entry, &mut texts, &mut targets));
        Self {
            version: VERSION,
            made_by: made_by(),
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
        let own = made_by();
        if any.made_by != own || any.version != VERSION {
            return Err(format!(
                "it was written by {}, and this is {own}",
                any.made_by
            ));
        }
        serde_json::from_slice(text).map_err(|fault| format!("it is damaged: {fault}"))
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

fn made_by() -> String {
    format!("gitopslint {}", env!("CARGO_PKG_VERSION"))
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
        let today = Date::parse(&self.today).ok_or("it names a day that there is not")?;
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

/// The targets that findings affect, each once.
#[derive(Default)]
struct Targets {
    all: Vec<Target>,
    known: FxHashMap<(Utf8PathBuf, Option<Arc<str>>), usize>,
}

impl Targets {
    fn index(&mut self, affected: &Affected) -> usize {
        let key = (affected.target.clone(), affected.environment.clone());
        *self.known.entry(key).or_insert_with(|| {
            self.all.push(Target {
                path: affected.target.clone(),
                environment: affected.environment.clone(),
                tier: affected.tier.name().to_owned(),
            });
            self.all.len() - 1
        })
    }
}

impl Told {
    fn new(entry: Entry, texts: &mut Writer<'_>, targets: &mut Targets) -> Self {
        let Entry {
            finding,
            missing,
            message: unnamed,
            turns,
        } = entry;
        let related = finding.related.into_iter();
        let affected = turns.into_iter().zip(finding.affected);
        Self {
            rule: finding.rule.id.to_string(),
            severity: finding.severity,
            message: finding.message,
            unnamed,
            help: finding.help,
            place: finding.place.as_ref().map(|place| texts.spot(place)),
            missing: missing.into_iter().map(Step::from).collect(),
            related: related
                .map(|related| (related.what, texts.spot(&related.place)))
                .collect(),
            affected: affected
                .map(|(turn, affected)| Affects {
                    turn,
                    target: targets.index(&affected),
                    object: affected.object.map(Object::from),
                    severity: affected.severity,
                })
                .collect(),
            fingerprint: finding.fingerprint,
            subject: (finding.subject.object, finding.subject.path),
            suppressed: finding
                .suppressed
                .map(|why| (why.reason, texts.spot(&why.place))),
        }
    }

    fn entry(
        self,
        texts: &Reader,
        targets: &[Target],
        rules: &FxHashMap<&str, &RuleId>,
    ) -> Result<Entry, String> {
        let unknown = || format!("it names the rule `{}`, which there is not", self.rule);
        let rule: RuleId = (*rules.get(&*self.rule).ok_or_else(unknown)?).clone();
        let place = self.place.map(|spot| texts.place(spot)).transpose()?;
        let mut related = Vec::with_capacity(self.related.len());
        for (what, spot) in self.related {
            let place = texts.place(spot)?;
            related.push(Related { what, place });
        }
        let mut affected = Vec::with_capacity(self.affected.len());
        let mut turns = Vec::with_capacity(self.affected.len());
        for one in self.affected {
            let target = targets.get(one.target);
            let target = target.ok_or("it names a target that there is not")?;
            let mut tiers = Tier::ALL.into_iter();
            let tier = tiers.find(|tier| tier.name() == target.tier);
            turns.push(one.turn);
            affected.push(Affected {
                target: target.path.clone(),
                environment: target.environment.clone(),
                tier: tier.ok_or("it names a tier that there is not")?,
                object: one.object.map(ObjectId::from),
                severity: one.severity,
            });
        }
        let suppressed = match self.suppressed {
            Some((reason, spot)) => Some(Suppression {
                reason,
                place: texts.place(spot)?,
                in_baseline: false,
            }),
            None => None,
        };
        let (object, path) = self.subject;
        Ok(Entry {
            missing: self.missing.into_iter().map(Segment::from).collect(),
            message: self.unnamed,
            turns,
            finding: Finding {
                severity: self.severity,
                message: self.message,
                help: self.help,
                related,
                affected,
                fingerprint: self.fingerprint,
                subject: Subject {
                    rule: rule.id.as_ref().into(),
                    file: place
                        .as_ref()
                        .map_or("", |place| place.path().as_str())
                        .into(),
                    object,
                    path,
                },
                rule,
                place,
                suppressed,
                owners: Names::default(),
            },
        })
    }
}

impl From<Segment> for Step {
    fn from(segment: Segment) -> Self {
        match segment {
            Segment::Key(key) => Self::Key(key),
            Segment::Index(index) => Self::Index(index),
        }
    }
}

impl From<Step> for Segment {
    fn from(step: Step) -> Self {
        match step {
            Step::Key(key) => Self::Key(key),
            Step::Index(index) => Self::Index(index),
        }
    }
}

impl From<ObjectId> for Object {
    fn from(object: ObjectId) -> Self {
        Self {
            group: object.gvk.group,
            version: object.gvk.version,
            kind: object.gvk.kind,
            namespace: object.namespace,
            name: object.name,
        }
    }
}

impl From<Object> for ObjectId {
    fn from(object: Object) -> Self {
        Self {
            gvk: Gvk {
                group: object.group,
                version: object.version,
                kind: object.kind,
            },
            namespace: object.namespace,
            name: object.name,
        }
    }
}
