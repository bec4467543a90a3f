//! A finding in the report of a shard.

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Gvk, ObjectId, Segment};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::texts::{Reader, Spot, Writer};
use crate::judge::finding::{Affected, Finding, Suppression};
use crate::judge::judged::Entry;
use crate::problem::{Related, Turn};
use crate::rule::{RuleId, Severity, Tier};
use crate::settings::baseline::Subject;
use crate::settings::owners::Names;

/// A target that findings affect.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Target {
    path: Utf8PathBuf,
    environment: Option<Arc<str>>,
    tier: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<Arc<str>>,
}

/// A finding, with what else tells it from others.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
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

/// The targets that findings affect, each once.
#[derive(Default)]
pub(super) struct Targets {
    pub(super) all: Vec<Target>,
    known: FxHashMap<Target, usize>,
}

impl Targets {
    fn index(&mut self, affected: &Affected) -> usize {
        let target = Target {
            path: affected.target.to_path_buf(),
            environment: affected.environment.clone(),
            tier: affected.tier.name().to_owned(),
            project: affected.project.clone(),
        };
        if let Some(known) = self.known.get(&target) {
            return *known;
        }
        self.all.push(target.clone());
        self.known.insert(target, self.all.len() - 1);
        self.all.len() - 1
    }
}

impl Told {
    pub(super) fn new(entry: Entry, texts: &mut Writer<'_>, targets: &mut Targets) -> Self {
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
            unnamed: unnamed.to_string(),
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
                    object: affected
                        .object
                        .map(|object| Arc::unwrap_or_clone(object).into()),
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

    pub(super) fn entry(
        self,
        texts: &Reader,
        targets: &[Target],
        rules: &FxHashMap<&str, &RuleId>,
    ) -> Result<Entry, String> {
        let unknown = || format!("it names the unknown rule `{}`", self.rule);
        let rule: RuleId = (*rules.get(&*self.rule).ok_or_else(unknown)?).clone();
        let place = self.place.map(|spot| texts.place(spot)).transpose()?;
        let mut related = Vec::with_capacity(self.related.len());
        for (what, spot) in self.related {
            let place = texts.place(spot)?;
            related.push(Related {
                what,
                place,
                like: None,
            });
        }
        let mut affected = Vec::with_capacity(self.affected.len());
        let mut turns = Vec::with_capacity(self.affected.len());
        for one in self.affected {
            let target = targets.get(one.target);
            let target = target.ok_or("it names a target that does not exist")?;
            let mut tiers = Tier::ALL.into_iter();
            let tier = tiers.find(|tier| tier.name() == target.tier);
            turns.push(one.turn);
            affected.push(Affected {
                target: target.path.as_path().into(),
                environment: target.environment.clone(),
                tier: tier.ok_or("it names a tier that does not exist")?,
                project: target.project.clone(),
                object: one.object.map(|object| Arc::new(object.into())),
                severity: one.severity,
            });
        }
        let suppressed = match self.suppressed {
            Some((reason, spot)) => Some(Box::new(Suppression {
                reason,
                place: texts.place(spot)?,
                in_baseline: false,
            })),
            None => None,
        };
        let (object, path) = self.subject;
        Ok(Entry {
            missing: self.missing.into_iter().map(Segment::from).collect(),
            message: self.unnamed.into(),
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
