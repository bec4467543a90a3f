//! Where all problems come together: told once for each place of the source, with the severity
//! of each target, without those that somebody ignored.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8Path;
use manifest::{Location, ObjectId, Source, View};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::baselined::Excused;
use super::exceptions::{Exception, Exceptions};
use super::finding::{Affected, Finding};
use super::fingerprint::{fingerprint, subject};
use super::judged::{Judged, Key, path_of};
use super::lenience::{comes_of_values, tells_of_templates};
use super::locate::{Located, locate};
use super::room::Room;
use super::ways::Ways;
use crate::Request;
use crate::deploy::{Apart, Role, TargetSpec};
use crate::problem::{Affects, At, Field, Instance, Problem, Turn};
use crate::render::Rendered;
use crate::rule::{RuleId, Severities, Severity};
use crate::settings::Config;
use crate::settings::baseline::Baseline;
use crate::settings::owners::Names;

/// What may be reported, and how it is judged.
pub struct Judge<'a> {
    /// Every rule.
    pub rules: &'a [RuleId],
    /// Severities, and ignores by path.
    pub config: &'a Config,
    /// What was asked for.
    pub request: &'a Request,
    /// What stands in the repository and is not deployed as it stands.
    pub apart: &'a Apart,
    /// What is not new, if anything is known not to be.
    pub baseline: Option<&'a Baseline>,
}

/// How many problems are located at once, on all threads.
const AT_ONCE: usize = 4096;

/// Collects what is reported.
pub struct Sink<'a> {
    judge: &'a Judge<'a>,
    /// What the problems' targets and objects are.
    rendered: &'a [Rendered],
    /// Their places, as findings have them.
    places: FxHashMap<&'a Utf8Path, Arc<Utf8Path>>,
    exceptions: Exceptions<'a>,
    /// What rules advise: many findings share it.
    advice: BTreeMap<RuleId, Arc<str>>,
    judged: Judged,
    room: Room,
    ways: Ways,
}

/// One problem in one target.
struct Case<'a, 'p> {
    turn: Turn,
    problem: &'p Problem,
    located: Located,
    target: Option<&'a TargetSpec>,
    instance: Option<Instance>,
}

impl<'a> Sink<'a> {
    /// An empty sink for problems of these targets.
    pub fn new(judge: &'a Judge<'a>, rendered: &'a [Rendered]) -> Self {
        Self {
            judge,
            rendered,
            places: FxHashMap::default(),
            exceptions: Exceptions::of(judge),
            advice: BTreeMap::new(),
            judged: Judged::default(),
            room: Room::default(),
            ways: Ways::default(),
        }
    }

    /// Learns the ignores in a file's comments, so that those of no use can be told even where
    /// nothing is found.
    pub fn read_ignores(&mut self, source: &Arc<Source>) {
        self.exceptions.read(source);
    }

    /// Takes problems that are told before all that have a turn, or of which it does not matter.
    pub fn take(&mut self, problems: impl IntoIterator<Item = Problem>) {
        let told = problems.into_iter().map(|problem| (0, problem));
        self.take_in_turn(told.collect());
    }

    /// Takes problems, each with its turn. Each is gone once it is judged, and so is its room in the
    /// list: there may be very many.
    pub fn take_in_turn(&mut self, mut problems: Vec<(Turn, Problem)>) {
        problems.reverse();
        while !problems.is_empty() {
            let mut some = problems.split_off(problems.len().saturating_sub(AT_ONCE));
            some.reverse();
            self.take_some(&some);
            if problems.len() <= problems.capacity() / 2 {
                problems.shrink_to_fit();
            }
        }
    }

    fn take_some(&mut self, problems: &[(Turn, Problem)]) {
        let fields: Vec<(&Problem, &Field, Instance)> = problems
            .iter()
            .filter_map(|(_, problem)| match (&problem.at, &problem.affects) {
                (At::Field(field), Affects::Objects(objects)) => Some((problem, field, objects)),
                _ => None,
            })
            .flat_map(|(problem, field, objects)| {
                objects.iter().map(move |object| (problem, field, *object))
            })
            .collect();
        let rendered = self.rendered;
        let mut located = fields
            .par_iter()
            .map(|(_, field, at)| locate(&rendered[at.target].objects[at.object], field))
            .collect::<Vec<Located>>()
            .into_iter();
        for (turn, problem) in problems {
            let turn = *turn;
            let as_told = || Located {
                place: problem.place().cloned(),
                ..Located::default()
            };
            match &problem.affects {
                Affects::Repository => self.judge(Case {
                    turn,
                    problem,
                    located: as_told(),
                    target: None,
                    instance: None,
                }),
                Affects::Targets(targets) => {
                    for target in targets.iter().filter_map(|at| rendered.get(*at)) {
                        self.judge(Case {
                            turn,
                            problem,
                            located: as_told(),
                            target: Some(&target.spec),
                            instance: None,
                        });
                    }
                }
                Affects::Objects(objects) => {
                    for instance in objects.iter() {
                        let located = match &problem.at {
                            At::Field(_) => located.next().unwrap_or_default(),
                            At::Nowhere | At::Source(_) => as_told(),
                        };
                        if !located.is_placeholder {
                            self.judge(Case {
                                turn,
                                problem,
                                located,
                                target: rendered.get(instance.target).map(|t| &t.spec),
                                instance: Some(*instance),
                            });
                        }
                    }
                }
            }
        }
    }

    /// Whether anybody asks for a problem in one target, and it counts there.
    fn counts(&self, case: &Case<'_, '_>) -> bool {
        let rule = &case.problem.rule;
        let place = case.located.place.as_ref();
        if !self.judge.request.looks_at(rule) {
            return false;
        }
        // What reaches no cluster need not be in order.
        let is_moot = match case.target {
            Some(target) => target.role == Role::Unreferenced,
            None => self.judge.is_of_template(rule, place),
        };
        if is_moot && !Role::Unreferenced.counts(rule) {
            return false;
        }
        let is_test = case.target.is_some_and(TargetSpec::is_chart_test);
        if is_test && !case.problem.nature.is_issued() && !tells_of_templates(rule) {
            return false;
        }
        match case.target {
            Some(target) => target.is_asked,
            None => place.is_none_or(|place| self.judge.request.is_under(place.path())),
        }
    }

    /// How severe a problem in one target is in each tier.
    fn severities(&self, case: &Case<'_, '_>) -> Severities {
        let problem = case.problem;
        let rule = &problem.rule;
        let place = case.located.place.as_ref();
        let path = place.map_or(Utf8Path::new(""), Location::path);
        let supposed = place.filter(|_| case.target.is_some_and(|target| target.is_supposed));
        let by_default = supposed.filter(|place| {
            let is_absent = !case.located.missing.is_empty();
            let value = self.field(case).map_or("", View::text);
            comes_of_values(rule, place, value, is_absent)
        });
        let limits = [
            problem.at_most,
            self.judge.most_at(problem, case.target, path, place),
            by_default.map(|_| Severity::Warning),
        ];
        let severities = self.judge.config.severities(rule, path);
        let limits = limits.into_iter().flatten();
        limits.fold(severities, Severities::at_most)
    }

    /// Decides on one problem in one target.
    fn judge(&mut self, case: Case<'a, '_>) {
        if !self.counts(&case) {
            return;
        }
        let problem = case.problem;
        let rule = &problem.rule;
        let severities = self.severities(&case);
        let object = case.instance.map(|at| self.object(at));
        let affected = case.target.map(|target| Affected {
            target: self.place(target),
            environment: target.environment_told().map(|e| e.name.clone()),
            tier: target.tier(),
            project: target.project(),
            object: object.cloned(),
            severity: severities.of(target.tier()),
        });
        let severity = match &affected {
            Some(affected) => affected.severity,
            None => severities.production,
        };
        if severity == Severity::Off {
            return;
        }
        let rendered = self.rendered;
        let whole = case.instance;
        let whole = whole.map(|at| &rendered[at.target].objects[at.object]);
        let of_object = case.instance.zip(whole);
        let place = case.located.place.as_ref();
        let suppressed = self
            .exceptions
            .find(rule, place, of_object, affected.as_ref());
        let Located {
            place,
            related,
            missing,
            ..
        } = case.located;
        let key = Key {
            path: self.judged.share(path_of(place.as_ref())),
            span: place.as_ref().map(|p| p.span),
            rule: rule.clone(),
            missing,
            suppressed: suppressed.is_some(),
            message: self
                .judged
                .share(&unnamed(&problem.message, object.map(|id| &**id))),
        };
        if !self.room.has(&self.judged, &key) {
            return;
        }
        let path = path_of(place.as_ref()).into();
        let local_advice = self.judge.local_advice(problem, case.target, path);
        let (file, id) = (key.path.clone(), self.judged.share(&rule.id));
        let (advice, ways) = (&mut self.advice, &mut self.ways);
        let affected = affected.map(|affected| (case.turn, affected));
        let finding = self.judged.tell(key, affected, || Finding {
            rule: rule.clone(),
            severity,
            message: problem.message.clone(),
            help: match &problem.help {
                Some(help) => Some(help.as_str().into()),
                None => local_advice.or_else(|| advice_of(rule, advice)),
            },
            related: problem.related.iter().cloned().chain(related).collect(),
            affected: Vec::with_capacity(1),
            fingerprint: fingerprint(ways, problem, place.as_ref(), whole),
            subject: subject(ways, problem, (id, file), place.as_ref(), whole),
            place,
            suppressed: suppressed.map(Box::new),
            owners: Names::default(),
        });
        finding.severity = finding.severity.max(severity);
    }

    /// The value that a problem is told of, if that is one of an object.
    fn field(&self, case: &Case<'_, '_>) -> Option<View<'a>> {
        let At::Field(field) = &case.problem.at else {
            return None;
        };
        let at = case.instance?;
        self.rendered[at.target].objects[at.object]
            .node
            .view()
            .at(&field.path)
    }

    fn place(&mut self, target: &'a TargetSpec) -> Arc<Utf8Path> {
        let place = self.places.entry(&target.path);
        place
            .or_insert_with(|| target.path.as_path().into())
            .clone()
    }

    fn object(&self, at: Instance) -> &'a Arc<ObjectId> {
        &self.rendered[at.target].objects[at.object].id
    }

    /// Every ignore in comments, annotations and the configuration that was met, in the order
    /// of their places.
    pub fn exceptions(&self) -> Vec<Exception> {
        self.exceptions.all()
    }

    /// Every finding, in the order of their places, and with them the ignores that are wrong;
    /// and what came of the baseline.
    pub fn finish(self) -> (Vec<Finding>, Option<Excused>) {
        let judge = self.judge;
        let judged = self.judged();
        judged.finish(judge.baseline, judge.config.locked())
    }

    /// What was judged, and with it the ignores that are wrong as far as can be told here.
    pub fn judged(mut self) -> Judged {
        for place in self.exceptions.used() {
            self.judged.use_ignore(place.path().as_str(), place.span);
        }
        let complaints = self.exceptions.complaints();
        self.take(complaints);
        let more = self.room.close();
        self.take(more);
        self.judged
    }
}

/// What a rule advises for every case of it.
fn advice_of(rule: &RuleId, known: &mut BTreeMap<RuleId, Arc<str>>) -> Option<Arc<str>> {
    if rule.remediation.is_empty() {
        return None;
    }
    let advice = known.entry(rule.clone());
    Some(
        advice
            .or_insert_with(|| (&*rule.remediation).into())
            .clone(),
    )
}

/// A message without what an object is called: an overlay's prefix or namespace does not make
/// another fault of it.
fn unnamed(message: &str, object: Option<&ObjectId>) -> String {
    let Some(object) = object else {
        return message.to_owned();
    };
    let mut message = message.to_owned();
    for name in [&*object.name, &*object.namespace] {
        if !name.is_empty() {
            message = message.replace(&format!("`{name}`"), "``");
        }
    }
    message
}
