//! Where all problems come together: told once for each place of the source, with the severity
//! of each target, without those that somebody ignored.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Location, ObjectId, Source, View};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::baselined::Excused;
use super::finding::{Affected, Finding, Suppression};
use super::fingerprint::{fingerprint, subject};
use super::judged::{Judged, Key, path_of};
use super::locate::{Located, locate};
use super::ways::Ways;
use crate::Request;
use crate::checks::policy::INVALID_POLICY;
use crate::date::Date;
use crate::deploy::rules::TEMPLATE_FOLDER;
use crate::deploy::{Apart, Role, TargetSpec, is_local_name};
use crate::problem::{Affects, At, Field, INPUT_LIMIT, Instance, Problem, Turn, whole_file};
use crate::render::Rendered;
use crate::rule::{GATE, RENDERING, RuleId, SCHEMA, Severities, Severity, Tier};
use crate::settings::Config;
use crate::settings::baseline::Baseline;
use crate::settings::ignores::{Candidate, Ignore, Ignores, Terms};
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

/// How many findings are kept: a report of more serves nobody, and a hostile repository could
/// fill the memory with them.
const MOST: usize = 100_000;

/// How many of them one file may have, so that it leaves room for what is found in others.
const MOST_OF_A_FILE: usize = 20_000;

/// Collects what is reported.
pub struct Sink<'a> {
    judge: &'a Judge<'a>,
    /// What the problems' targets and objects are.
    rendered: &'a [Rendered],
    /// Their places, as findings have them.
    places: FxHashMap<&'a Utf8Path, Arc<Utf8Path>>,
    ids: Vec<&'a str>,
    inline: FxHashMap<Utf8PathBuf, Ignores>,
    /// What the annotations of objects ignore.
    annotated: FxHashMap<Instance, Option<Box<Ignores>>>,
    /// What rules advise: many findings share it.
    advice: BTreeMap<RuleId, Arc<str>>,
    judged: Judged,
    /// How many problems are more than what is kept.
    more: usize,
    /// How many of them are more than what is kept of their file.
    more_of_files: BTreeMap<Arc<str>, usize>,
    /// Whether what is told now is kept in any case.
    is_unlimited: bool,
    ways: Ways,
}

/// What somebody said need not be reported.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The rules' ids.
    pub rules: Vec<String>,
    /// Why; empty if no reason is given, so that it has no effect.
    pub reason: String,
    /// The environments and tiers in which it holds; empty for all.
    pub environments: Vec<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it is written.
    pub place: Location,
}

/// Whether a rule tells of what a chart's templates print: all that counts of values that the chart
/// is only tested with. For which version that is meant is not known.
fn tells_of_templates(rule: &RuleId) -> bool {
    let is_of_version = rule.id.ends_with("-api-version");
    rule.group == RENDERING || rule.group == SCHEMA && !is_of_version
}

impl Exception {
    fn of(ignore: &Ignore) -> Self {
        Self {
            rules: ignore.rules().map(str::to_owned).collect(),
            reason: ignore.reason.clone(),
            environments: ignore.environments().map(str::to_owned).collect(),
            until: ignore.last_day(),
            place: ignore.at.clone(),
        }
    }
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
            ids: judge.rules.iter().map(|rule| &*rule.id).collect(),
            inline: FxHashMap::default(),
            annotated: FxHashMap::default(),
            advice: BTreeMap::new(),
            judged: Judged::default(),
            more: 0,
            more_of_files: BTreeMap::new(),
            is_unlimited: false,
            ways: Ways::default(),
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

    /// Decides on one problem in one target.
    fn judge(&mut self, case: Case<'a, '_>) {
        let problem = case.problem;
        let rule = &problem.rule;
        if !self.judge.request.looks_at(rule) {
            return;
        }
        let place = case.located.place.as_ref();
        // What reaches no cluster need not be in order.
        let is_moot = |target: &TargetSpec| target.role == Role::Unreferenced;
        let is_moot = match case.target {
            Some(target) => is_moot(target),
            None => self.is_of_template(rule, place),
        };
        if is_moot && !Role::Unreferenced.counts(rule) {
            return;
        }
        let is_test = case.target.is_some_and(TargetSpec::is_chart_test);
        if is_test && !problem.is_issued && !tells_of_templates(rule) {
            return;
        }
        let is_asked = match case.target {
            Some(target) => target.is_asked,
            None => place.is_none_or(|place| self.judge.request.is_under(place.path())),
        };
        if !is_asked {
            return;
        }
        let path = place.map_or(Utf8Path::new(""), Location::path);
        let severities = self.judge.config.severities(rule, path);
        let supposed = place.filter(|_| case.target.is_some_and(|target| target.is_supposed));
        let by_default = supposed.filter(|place| {
            let is_absent = !case.located.missing.is_empty();
            let value = self.field(&case).map_or("", View::text);
            comes_of_values(rule, place, value, is_absent)
        });
        let limits = [
            problem.at_most,
            self.most_at(problem, case.target, path, place),
            by_default.map(|_| Severity::Warning),
        ];
        let severities = limits
            .into_iter()
            .flatten()
            .fold(severities, Severities::at_most);
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
        let suppressed = self.suppression(&case, affected.as_ref());
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
        if self.is_too_much(&key) {
            return;
        }
        let rendered = self.rendered;
        let whole = case.instance;
        let whole = whole.map(|at| &rendered[at.target].objects[at.object]);
        let local_advice = self.local_advice(problem, case.target, path_of(place.as_ref()).into());
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

    /// Whether there is no room for another finding, which is then counted.
    fn is_too_much(&mut self, key: &Key) -> bool {
        if self.is_unlimited {
            return false;
        }
        let is_much_of_file = self.judged.in_file(&key.path) >= MOST_OF_A_FILE;
        if !is_much_of_file && self.judged.len() < MOST || self.judged.has(key) {
            return false;
        }
        if is_much_of_file {
            *self.more_of_files.entry(key.path.clone()).or_default() += 1;
        } else {
            self.more += 1;
        }
        true
    }

    /// Whether a problem is one of a template, which is not yet what it will be.
    fn is_of_template(&self, rule: &RuleId, place: Option<&Location>) -> bool {
        let is_told = rule.id != TEMPLATE_FOLDER.id;
        is_told && place.is_some_and(|place| self.judge.apart.is_template(place.path()))
    }

    /// The severity that a problem does not exceed for where it is. What a service gave out can be
    /// used wherever it was found, and what a check is made by counts in any folder.
    fn most_at(
        &self,
        problem: &Problem,
        target: Option<&TargetSpec>,
        path: &Utf8Path,
        place: Option<&Location>,
    ) -> Option<Severity> {
        let rule = &problem.rule;
        if problem.is_issued || rule.group == GATE || rule.id == INVALID_POLICY.id {
            return None;
        }
        let apart = self.judge.apart;
        if rule.is_about_secrets() {
            // What is deployed from such a folder is no example of it.
            let is_of_example = |target: &TargetSpec| target.is_example || target.is_chart_test();
            let is_example = apart.is_example(path) && target.is_none_or(is_of_example);
            let most = match problem.is_mash {
                true => Severity::Info,
                false => Severity::Warning,
            };
            return (is_example || self.is_local(target, path)).then_some(most);
        }
        let is_example = match target {
            // Of values that a chart is tested with, what its templates do is still its own.
            Some(target) if target.is_chart_test() => target.is_example || apart.is_example(path),
            Some(target) => target.is_example,
            None => apart.is_example(path),
        };
        let is_apart = is_example || is_of_deployer(path, place);
        if is_apart && rule.hardens() && !rule.is_own() {
            return Some(Severity::Info);
        }
        // Nothing is broken by an example, nor by a base that nothing builds on.
        let is_unused = target.is_some_and(|target| target.is_unused_base);
        (is_example || is_unused).then_some(Severity::Warning)
    }

    /// Whether something runs on the machine of who works on it.
    fn is_local(&self, target: Option<&TargetSpec>, path: &Utf8Path) -> bool {
        let environment = target.and_then(|target| target.environment.as_ref());
        environment.is_some_and(|own| is_local_name(&own.name)) || self.judge.apart.is_local(path)
    }

    /// What is advised for a credential that opens only what runs on one's own machine.
    fn local_advice(
        &self,
        problem: &Problem,
        target: Option<&TargetSpec>,
        path: &Utf8Path,
    ) -> Option<Arc<str>> {
        let is_leak = ["credential-in-config", "plain-secret"].contains(&&*problem.rule.id);
        let is_local = is_leak && !problem.is_issued && self.is_local(target, path);
        is_local.then(|| LOCAL_ADVICE.into())
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
        let annotated = self.annotated.values().filter_map(Option::as_deref);
        let inline = self.inline.values().chain(annotated);
        let all = inline.chain([self.judge.config.ignores()]);
        let mut exceptions: Vec<Exception> =
            all.flat_map(Ignores::all).map(Exception::of).collect();
        let key = |exception: &Exception| {
            let place = &exception.place;
            (
                place.path().to_string(),
                place.span,
                exception.rules.clone(),
            )
        };
        exceptions.sort_by_cached_key(key);
        exceptions.dedup_by(|a, b| key(a) == key(b));
        exceptions
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
        let annotated = self.annotated.values().filter_map(Option::as_deref);
        let met = self.inline.values().chain(annotated);
        for ignores in met.chain([self.judge.config.ignores()]) {
            for place in ignores.used() {
                self.judged.use_ignore(place.path().as_str(), place.span);
            }
        }
        self.complain();
        self.tell_more();
        self.judged
    }

    fn suppression(
        &mut self,
        case: &Case<'_, '_>,
        affected: Option<&Affected>,
    ) -> Option<Suppression> {
        if let Some(at) = case.instance {
            let rendered = self.rendered;
            self.annotated.entry(at).or_insert_with(|| {
                let object = &rendered[at.target].objects[at.object];
                let ignores = Ignores::of_object(object.node.view());
                (!ignores.is_empty()).then(|| Box::new(ignores))
            });
        }
        let place = case.located.place.as_ref()?;
        self.read_ignores(&place.file);
        let candidate = Candidate {
            rule: &case.problem.rule.id,
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
        let annotated = case
            .instance
            .and_then(|at| self.annotated.get(&at)?.as_deref())
            .filter(|_| self.judge.request.inline_ignores);
        [inline, annotated, Some(self.judge.config.ignores())]
            .into_iter()
            .flatten()
            .find_map(|ignores| ignores.find(&candidate, &terms))
            .map(|ignore| Suppression {
                reason: ignore.reason.clone(),
                place: ignore.at.clone(),
                in_baseline: false,
            })
    }

    /// Tells of what is more than what is kept, beyond all limits.
    fn tell_more(&mut self) {
        let listed = |more: usize| match more {
            1 => "1 problem is not listed".to_owned(),
            _ => format!("{more} problems are not listed"),
        };
        let whole = std::mem::take(&mut self.more);
        let files = std::mem::take(&mut self.more_of_files).into_iter();
        let of_files = files.map(|(path, more)| {
            let path = Utf8Path::new(&*path);
            let message = format!(
                "there are more than {MOST_OF_A_FILE} findings in `{path}`; {}",
                listed(more)
            );
            Problem::new(&INPUT_LIMIT, message).at(whole_file(path))
        });
        let of_all = (whole > 0).then(|| {
            let message = format!("there are more than {MOST} findings; {}", listed(whole));
            Problem::new(&INPUT_LIMIT, message)
        });
        let help =
            "fix or ignore what is listed first, or check parts of the repository separately";
        let told: Vec<Problem> = of_files.chain(of_all).collect();
        self.is_unlimited = true;
        self.take(told.into_iter().map(|problem| problem.help(help)));
    }

    fn complain(&mut self) {
        let terms = Terms {
            today: self.judge.request.today,
            known: &self.ids,
            locked: self.judge.config.locked(),
            is_complete: self.judge.request.is_complete(),
        };
        let mut annotated = Ignores::default();
        for ignores in std::mem::take(&mut self.annotated).into_values().flatten() {
            annotated.absorb(*ignores);
        }
        let mut complaints = self.judge.config.ignores().complaints(&terms);
        for ignores in self.inline.values().chain([&annotated]) {
            complaints.extend(ignores.complaints(&terms));
        }
        self.take(complaints);
    }
}

/// What is advised for a credential of a cluster on one's own machine.
const LOCAL_ADVICE: &str =
    "Use it in clusters on your own machine alone: anyone who can read the repository knows it.";

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

/// Whether a file is what Flux or Argo CD gives out for itself: it has to be able to do everything,
/// and its next version replaces it whole.
fn is_of_deployer(path: &Utf8Path, place: Option<&Location>) -> bool {
    /// How much of a file its first object takes at most, in bytes.
    const HEAD: usize = 1_000;
    let head = place.map_or(&[][..], |place| {
        let text = place.file.tree.text().as_bytes();
        &text[..text.len().min(HEAD)]
    });
    let labels: [&[u8]; 2] = [
        b"app.kubernetes.io/part-of: flux\n",
        b"app.kubernetes.io/part-of: argocd\n",
    ];
    let mut labels = labels.into_iter();
    path.file_name() == Some("gotk-components.yaml")
        || labels.any(|label| memchr::memmem::find(head, label).is_some())
}

/// The rules that are broken by what a template makes of a value that is empty or not set.
const BROKEN_BY_NOTHING: [&str; 7] = [
    "invalid-application",
    "invalid-image",
    "invalid-value",
    "missing-field",
    "missing-resource",
    "missing-source-path",
    "wrong-type",
];

/// Whether a problem may come of a default value that is empty or not set at all: whoever deploys
/// the chart gives another. `value` is what it is told of, unless that `is_absent`.
fn comes_of_values(rule: &RuleId, place: &Location, value: &str, is_absent: bool) -> bool {
    let id = &*rule.id;
    // An image is reported at its first part, even if another one is empty.
    let lacks_part = || {
        let is_open = value.starts_with([':', '/']) || value.ends_with([':', '/', '@']);
        id == "invalid-image" && (is_open || value.contains("/:"))
    };
    match id {
        // It is told where the key is read.
        "missing-key" => true,
        "missing-field" if is_absent => true,
        _ => BROKEN_BY_NOTHING.contains(&id) && (lacks_part() || is_filled_in(place)),
    }
}

/// Whether values fill in the line of a place, or what begins there, or have nothing there.
fn is_filled_in(place: &Location) -> bool {
    let text = place.file.tree.text();
    let before = text.get(..place.span.start as usize).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let mut lines = text[start..].lines();
    let (line, next) = (lines.next().unwrap_or_default(), lines.next());
    let value = line.split('#').next().unwrap_or_default().trim_end();
    let begins = value.ends_with(':') && next.is_some_and(reads_something);
    let is_empty = [": \"\"", ": ''", ": {}", ": []", ": null", ": ~"].iter();
    reads_something(line) || begins || is_empty.into_iter().any(|end| value.ends_with(end))
}

/// Whether an action of a template on this line reads what is not written in it.
fn reads_something(line: &str) -> bool {
    let mut actions = line.split("{{").skip(1);
    actions.any(|action| {
        let action = action.split("}}").next().unwrap_or_default();
        let unquoted = action.split('"').step_by(2).collect::<String>();
        unquoted.contains(['.', '$']) || unquoted.contains("include")
    })
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;
    use crate::Setup;
    use crate::problem::INVALID_YAML;

    /// How many findings come of so many problems in each of some files, and what is said of the
    /// others.
    fn check(problems: usize, files: usize) -> (usize, Vec<String>) {
        let setup = Setup::read(&Memory::default(), None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let judge = Judge {
            rules: setup.rules(),
            config: setup.config(),
            request: &request,
            apart: &Apart::default(),
            baseline: None,
        };
        let mut sink = Sink::new(&judge, &[]);
        let problem = |file: usize, number: usize| {
            let path = format!("{file}.yaml");
            let message = format!("problem {number:06}");
            Problem::new(&INVALID_YAML, message).at(whole_file(Utf8Path::new(&path)))
        };
        for file in 0..files {
            sink.take((0..problems).map(|number| problem(file, number)));
        }
        let (findings, _) = sink.finish();
        let is_limit = |finding: &&Finding| finding.rule.id == INPUT_LIMIT.id;
        let limits = findings.iter().filter(is_limit);
        (
            findings.len(),
            limits.map(|finding| finding.message.clone()).collect(),
        )
    }

    #[test]
    fn more_findings_than_anybody_reads_are_counted() {
        let share = MOST_OF_A_FILE;
        let files = MOST / share;
        assert_eq!(check(share, files), (MOST, vec![]));
        let told = "there are more than 100000 findings; 20000 problems are not listed";
        assert_eq!(check(share, files + 1), (MOST + 1, vec![told.to_owned()]));
    }

    #[test]
    fn a_file_full_of_findings_leaves_room_for_others() {
        let told = |file: &str, more: &str| {
            format!("there are more than 20000 findings in `{file}`; {more} not listed")
        };
        assert_eq!(
            check(MOST_OF_A_FILE + 1, 2),
            (
                2 * MOST_OF_A_FILE + 2,
                vec![
                    told("0.yaml", "1 problem is"),
                    told("1.yaml", "1 problem is")
                ]
            )
        );
    }
}
