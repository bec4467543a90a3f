//! Where all findings come together: told once for each place of the source, with the severity
//! of each target, without those that somebody ignored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Fault, FaultKind, Location, ObjectId, Segment, Source, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use spanned_yaml::{ErrorKind, Tree};

use crate::Request;
use crate::checks::charts::Remark;
use crate::checks::kustomizations::Kustomizations;
use crate::deploy::{Loose, TargetSpec};
use crate::evaluate::{Evaluation, Instance};
use crate::judge::finding::{Affected, Finding, Related, Suppression};
use crate::judge::locate::{Located, locate};
use crate::problem::Violation;
use crate::render::Rendered;
use crate::rule::{Rule, Severity, Tier, rule_of};
use crate::settings::Config;
use crate::settings::ignores::{Candidate, Ignores, Terms};
use crate::snapshot::Walk;

const UNREADABLE: &str = "unreadable-file";

/// What may be reported, and how it is judged.
pub struct Judge<'a> {
    /// Every rule.
    pub rules: &'a [Rule],
    /// Severities, and ignores by path.
    pub config: &'a Config,
    /// What was asked for.
    pub request: &'a Request,
}

/// Something wrong, before it is judged.
pub struct Report<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// Where it is.
    pub located: Located,
    /// What is wrong.
    pub message: &'a str,
    /// How to mend it; the rule's remediation where nothing is said.
    pub help: Option<&'a str>,
    /// The target it affects.
    pub target: Option<&'a TargetSpec>,
    /// The object in it.
    pub object: Option<&'a ObjectId>,
    /// What the object's own annotations ignore.
    pub annotated: Option<&'a Ignores>,
}

/// Collects what is reported.
pub struct Sink<'a> {
    judge: &'a Judge<'a>,
    rules: FxHashMap<&'a str, &'a Rule>,
    ids: Vec<&'a str>,
    inline: FxHashMap<Utf8PathBuf, Ignores>,
    annotated: Ignores,
    found: BTreeMap<Key, Finding>,
}

/// What makes two reports the same finding.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// As text: comparing paths part by part costs many times more.
    path: Box<str>,
    span: Option<Span>,
    rule: Arc<str>,
    missing: Vec<Segment>,
    suppressed: bool,
    /// Only where there is no place that could tell two reports apart.
    message: String,
}

impl<'a> Sink<'a> {
    /// An empty sink.
    pub fn new(judge: &'a Judge<'a>) -> Self {
        let rules: FxHashMap<&str, &Rule> =
            judge.rules.iter().map(|r| (r.id.as_str(), r)).collect();
        Self {
            judge,
            ids: judge.rules.iter().map(|r| r.id.as_str()).collect(),
            rules,
            inline: FxHashMap::default(),
            annotated: Ignores::default(),
            found: BTreeMap::new(),
        }
    }

    /// Learns the ignores in a file's comments, so that those of no use can be told even where
    /// nothing is found.
    pub fn read_ignores(&mut self, source: &Arc<Source>) {
        if self.judge.request.inline_ignores && !self.inline.contains_key(source.path()) {
            self.inline
                .insert(source.path().to_owned(), Ignores::of(source));
        }
    }

    /// Takes what is wrong with the files before any is read.
    pub fn walk(&mut self, walk: &Walk) {
        for path in &walk.stray_links {
            let fault = Fault::new(
                FaultKind::Outside,
                format!("the symbolic link {path} leads out of the repository, or to nothing"),
            )
            .at_location(whole_file(path))
            .help("remove the link, or let it point at a file of the repository");
            self.fault(rule_of(FaultKind::Outside), &fault, None);
        }
        for (path, reason) in &walk.unreadable {
            let fault = Fault::new(FaultKind::Missing, format!("{path}: {reason}"))
                .at_location(whole_file(path));
            self.fault(UNREADABLE, &fault, None);
        }
    }

    /// Takes what is wrong with texts as such: those that rendering read, and those that
    /// nothing reads.
    pub fn files(&mut self, read: &[Arc<Source>], loose: &Loose) {
        for source in read.iter().chain(&loose.faulty) {
            self.syntax(source);
        }
        let unreferenced = loose.targets.iter().flat_map(|spec| spec.files());
        for source in read.iter().chain(unreferenced.map(|file| &file.source)) {
            self.read_ignores(source);
        }
        for (path, reason) in &loose.unreadable {
            let fault = Fault::new(
                FaultKind::Missing,
                format!("{path} cannot be read: {reason}"),
            )
            .at_location(whole_file(path));
            self.fault(UNREADABLE, &fault, None);
        }
    }

    fn syntax(&mut self, source: &Arc<Source>) {
        let expansion = source.documents().errors;
        for error in source.tree.errors().iter().chain(&expansion) {
            let mut fault = Fault::new(FaultKind::Syntax, error.message.clone())
                .at_location(source.locate(error.span));
            let rule = match error.kind {
                ErrorKind::DuplicateKey { first } => {
                    fault = fault.related("the first one", source.locate(first));
                    "duplicate-key"
                }
                ErrorKind::Limit => rule_of(FaultKind::Limit),
                ErrorKind::NotUtf8 => UNREADABLE,
                ErrorKind::Syntax | ErrorKind::UnknownAnchor => rule_of(FaultKind::Syntax),
            };
            self.fault(rule, &fault, None);
        }
    }

    /// Takes what keeps a target from being rendered. Faults of a text as such are told with
    /// the text, once.
    pub fn rendering(&mut self, target: &Rendered) {
        for fault in &target.faults {
            let is_told = fault.at.as_ref().is_some_and(|place| {
                let mut errors = place.file.tree.errors().iter();
                self.judge.request.is_under(place.path())
                    && errors.any(|e| e.span.start == place.span.start)
            });
            if !is_told {
                self.fault(rule_of(fault.kind), fault, Some(&target.spec));
            }
        }
        for (rule, fault) in &target.unmet {
            self.fault(rule, fault, Some(&target.spec));
        }
    }

    /// Takes what is wrong with rendered objects, located in each target.
    pub fn evaluation(&mut self, rendered: &[Rendered], evaluation: &Evaluation) {
        let alone = evaluation.objects.iter().flat_map(|(instance, judgement)| {
            let violations = &evaluation.judgements[*judgement];
            violations
                .iter()
                .map(move |violation| (*instance, violation))
        });
        let together = evaluation
            .wide
            .iter()
            .map(|(instance, violation)| (*instance, violation));
        let all: Vec<(Instance, &Violation)> = alone.chain(together).collect();
        let located: Vec<Located> = all
            .par_iter()
            .map(|(at, violation)| locate(&rendered[at.target].objects[at.object], violation))
            .collect();
        let mut annotated: FxHashMap<Instance, Ignores> = FxHashMap::default();
        for ((at, violation), located) in all.iter().zip(located) {
            if located.is_placeholder {
                continue;
            }
            let target = &rendered[at.target];
            let object = &target.objects[at.object];
            let own = annotated
                .entry(*at)
                .or_insert_with(|| Ignores::of_object(object.node.view()));
            self.report(&Report {
                rule: &violation.rule,
                located,
                message: &violation.message,
                help: violation.help.as_deref(),
                target: Some(&target.spec),
                object: Some(&object.id),
                annotated: Some(own),
            });
        }
        for ignores in annotated.into_values() {
            self.annotated.absorb(ignores);
        }
    }

    /// Takes what is wrong with kustomizations themselves, for each target that they are part of.
    pub fn kustomizations(&mut self, kustomizations: &Kustomizations<'_>) {
        let remarks = kustomizations.remarks();
        if remarks.is_empty() {
            return;
        }
        let users = kustomizations.users();
        for remark in &remarks {
            let related = remark.related.iter().map(|(what, place)| Related {
                what: what.clone(),
                place: place.clone(),
            });
            let report = |target| Report {
                rule: remark.rule,
                located: Located {
                    place: Some(remark.at.clone()),
                    related: related.clone().collect(),
                    ..Located::default()
                },
                message: &remark.message,
                help: remark.help.as_deref(),
                target,
                object: None,
                annotated: None,
            };
            let of_folder = |folder: &Utf8PathBuf| users.get(folder.as_path());
            let targets = remark.folders.iter().filter_map(of_folder).flatten();
            let targets: BTreeSet<usize> = targets.copied().collect();
            if targets.is_empty() {
                self.report(&report(None));
            }
            for target in targets {
                let spec = kustomizations.rendered.get(target).map(|r| &r.spec);
                self.report(&report(spec));
            }
        }
    }

    /// Takes what is wrong with charts themselves, for each target that it affects.
    pub fn charts(&mut self, remarks: &[Remark], rendered: &[Rendered]) {
        for Remark {
            rule,
            fault,
            targets,
        } in remarks
        {
            if targets.is_empty() {
                self.fault(rule, fault, None);
            }
            for target in targets.iter().filter_map(|at| rendered.get(*at)) {
                self.fault(rule, fault, Some(&target.spec));
            }
        }
    }

    /// Takes a fault of rendering.
    pub fn fault(&mut self, rule: &str, fault: &Fault, target: Option<&TargetSpec>) {
        let related = fault
            .related
            .iter()
            .map(|(what, place)| Related {
                what: what.clone(),
                place: place.clone(),
            })
            .collect();
        self.report(&Report {
            rule,
            located: Located {
                place: fault.at.clone(),
                related,
                ..Located::default()
            },
            message: &fault.message,
            help: fault.help.as_deref(),
            target,
            object: None,
            annotated: None,
        });
    }

    /// Takes one report.
    pub fn report(&mut self, report: &Report<'_>) {
        let Some(rule) = self.rules.get(report.rule).copied() else {
            return;
        };
        if !self.judge.request.looks_at(&rule.id) {
            return;
        }
        let place = report.located.place.as_ref();
        let is_asked = match report.target {
            Some(target) => target.is_asked,
            None => place.is_none_or(|place| self.judge.request.is_under(place.path())),
        };
        if !is_asked {
            return;
        }
        let path = place.map_or(Utf8Path::new(""), Location::path);
        let severities = self.judge.config.severities(rule, path);
        let affected = report.target.map(|target| Affected {
            target: target.path.clone(),
            environment: target.environment.as_ref().map(|e| e.name.clone()),
            tier: target.tier(),
            object: report.object.cloned(),
            severity: severities.of(target.tier()),
        });
        let severity = match &affected {
            Some(affected) => affected.severity,
            None => severities.production,
        };
        if severity == Severity::Off {
            return;
        }
        let suppressed = self.suppression(report, affected.as_ref());
        let key = Key {
            path: path.as_str().into(),
            span: place.map(|p| p.span),
            rule: rule.id.as_str().into(),
            missing: report.located.missing.clone(),
            suppressed: suppressed.is_some(),
            message: if place.is_some_and(|p| !p.span.is_empty()) {
                String::new()
            } else {
                report.message.to_owned()
            },
        };
        let rule_id = key.rule.clone();
        let finding = self.found.entry(key).or_insert_with(|| Finding {
            rule: rule_id,
            severity,
            message: report.message.to_owned(),
            help: report
                .help
                .map(str::to_owned)
                .or_else(|| (!rule.remediation.is_empty()).then(|| rule.remediation.clone())),
            place: report.located.place.clone(),
            related: report.located.related.clone(),
            affected: Vec::new(),
            fingerprint: fingerprint(report, path),
            suppressed,
        });
        finding.severity = finding.severity.max(severity);
        if let Some(affected) = affected
            && !finding.affected.contains(&affected)
        {
            finding.affected.push(affected);
        }
    }

    /// Every finding, in the order of their places, and with them the ignores that are wrong.
    pub fn finish(mut self) -> Vec<Finding> {
        self.complain();
        let mut findings: Vec<Finding> = self.found.into_values().collect();
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        for finding in &mut findings {
            finding.affected.sort_by(|a, b| {
                (a.tier, &a.environment, &a.target).cmp(&(b.tier, &b.environment, &b.target))
            });
            let count = seen.entry(finding.fingerprint.clone()).or_default();
            *count += 1;
            if *count > 1 {
                finding.fingerprint = format!("{}-{count}", finding.fingerprint);
            }
        }
        findings
    }

    fn suppression(
        &mut self,
        report: &Report<'_>,
        affected: Option<&Affected>,
    ) -> Option<Suppression> {
        let place = report.located.place.as_ref()?;
        self.read_ignores(&place.file);
        let candidate = Candidate {
            rule: report.rule,
            path: place.path(),
            span: place.span,
            environment: affected.and_then(|a| a.environment.as_deref()),
            tier: affected.map_or(Tier::Stage, |a| a.tier),
        };
        let terms = Terms {
            today: self.judge.request.today,
            known: &self.ids,
            locked: self.judge.config.locked(),
            is_complete: self.judge.request.is_complete(),
        };
        let inline = self.inline.get(place.path());
        let annotated = report
            .annotated
            .filter(|_| self.judge.request.inline_ignores);
        [inline, annotated, Some(self.judge.config.ignores())]
            .into_iter()
            .flatten()
            .find_map(|ignores| ignores.find(&candidate, &terms))
            .map(|ignore| Suppression {
                reason: ignore.reason.clone(),
                place: ignore.at.clone(),
            })
    }

    fn complain(&mut self) {
        let terms = Terms {
            today: self.judge.request.today,
            known: &self.ids,
            locked: self.judge.config.locked(),
            is_complete: self.judge.request.is_complete(),
        };
        let mut complaints = self.judge.config.ignores().complaints(&terms);
        for ignores in self.inline.values().chain([&self.annotated]) {
            complaints.extend(ignores.complaints(&terms));
        }
        for complaint in complaints {
            self.report(&Report {
                rule: complaint.rule,
                located: Located {
                    place: Some(complaint.place),
                    related: Vec::new(),
                    ..Located::default()
                },
                message: &complaint.message,
                help: complaint.help.as_deref(),
                target: None,
                object: None,
                annotated: None,
            });
        }
    }
}

/// A name for a finding that does not change when lines move: the rule, the file, the object's
/// kind and name, and what is missing. Without an object, the text of the line.
fn fingerprint(report: &Report<'_>, path: &Utf8Path) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        hash.update(text.as_bytes());
        hash.update([0]);
    };
    add(report.rule);
    add(path.as_str());
    for segment in &report.located.missing {
        match segment {
            Segment::Key(key) => add(key),
            Segment::Index(index) => add(&index.to_string()),
        }
    }
    match (&report.located.place, report.object) {
        (Some(place), _) => add(line_of(place).trim()),
        (None, Some(object)) => add(&object.to_string()),
        (None, None) => add(report.message),
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn line_of(place: &Location) -> &str {
    let text = place.file.tree.text();
    let at = (place.span.start as usize).min(text.len());
    let start = text.as_bytes()[..at]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or("")
}

/// A file without its content, for findings about the file as such.
fn whole_file(path: &Utf8Path) -> Location {
    Location {
        file: Source::file(path, Tree::default()),
        span: Span::new(0, 0),
    }
}
