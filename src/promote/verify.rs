//! A plan held to what it was meant to change, by rendering what it makes of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Kind, Node, Object, ObjectId};
use promotion::Side;
use promotion::objects::{self, FieldDifference, ObjectDifference, Scope};

use super::{Block, Plan, Planner, Promotion, Text, direct, is_written, notes, reach, risks};
use crate::checks::graph::MISSING_KEY;
use crate::compare::{Application, ObjectRow, Row, Unit, UnitKey, origins, units, with_name};
use crate::evaluate::Verdicts;
use crate::judge::finding::Finding;
use crate::judge::introduced::introduced;
use crate::judge::redact;
use crate::pipeline::Deployed;
use crate::rule::Severity;
use crate::snapshot::Edited;

/// How deep values are searched for what was written.
const DEPTH: usize = 128;

impl Planner<'_> {
    /// Compares what was applied with what would be: exactly what was meant may change.
    pub(super) fn verify(&self, plan: &mut Plan, edited: &Edited<'_>, after: &Deployed) {
        let config = self.setup.config();
        let before = by_key(units(self.deployed, config));
        let after_units = by_key(units(after, config));
        let Plan {
            comparison,
            promotions,
            files,
            unchanged,
        } = plan;
        let mut planned: BTreeSet<UnitKey> = BTreeSet::new();
        for (application, promotion) in comparison.applications.iter().zip(promotions.iter_mut()) {
            let Some(target) = &application.pair.to else {
                continue;
            };
            planned.insert(target.key());
            if !promotion.is_moved() {
                continue;
            }
            match after_units.get(&target.key()) {
                Some(unit) => {
                    let left = own(application, promotion, unit, files, &comparison.names);
                    let none = Vec::new();
                    let of = application.pair.to.as_ref().map_or(&none, |to| &to.objects);
                    let differs = |object: &ObjectRow, row: &Row| {
                        let target = object.right.and_then(|at| of.get(at));
                        let own = target.map_or(&object.identity, |target| &target.identity);
                        left.contains(&(own.clone(), row.field.path.to_string()))
                    };
                    direct::stuck(application, self.choice, promotion, &differs);
                }
                None => promotion
                    .blocks
                    .push(Block::Unknown("nothing would be applied".to_owned())),
            }
            let environment: Vec<&Unit> = after_units
                .values()
                .filter(|unit| unit.environment.as_ref() == target.environment.as_ref())
                .collect();
            if let Some(unit) = after_units.get(&target.key()) {
                let lacks = risks::lacks(&target.objects, unit, &environment);
                for lack in lacks {
                    match lack.is_certain {
                        true => promotion.blocks.push(Block::Lacks(lack)),
                        false => promotion.warnings.push(Block::Lacks(lack)),
                    }
                }
                let texts: Vec<&Text> = promotion
                    .files
                    .iter()
                    .filter_map(|path| files.get(path))
                    .collect();
                let mut notes = notes::notes(unit, &texts, after);
                notes.extend(reach::notes(&target.objects, unit, &environment));
                promotion
                    .warnings
                    .extend(notes.into_iter().map(Block::Note));
            }
        }
        // Everything else stays as it is.
        let (mut elsewhere, mut beside) = (Vec::new(), Vec::new());
        let is_own = |key: &UnitKey| key.1.as_deref() == Some(&*comparison.to.name);
        let all = comparison.applications.iter().zip(promotions.iter());
        let moved: Vec<_> = all
            .flat_map(|(own, promotion)| moved_texts(own, promotion))
            .collect();
        for key in before
            .keys()
            .chain(after_units.keys())
            .collect::<BTreeSet<_>>()
        {
            if planned.contains(key) {
                continue;
            }
            match (before.get(key), after_units.get(key)) {
                (Some(a), Some(b)) if same(a, b) => *unchanged += 1,
                (Some(a), Some(b)) if is_definition(a, b, files) => {}
                (Some(a), Some(b))
                    if is_own(key) && is_made_of(a, b, (files, &moved), &|_| true) =>
                {
                    beside.push(named(key));
                }
                // A chart that somebody asks for now, or nobody any more, is applied nowhere by
                // itself.
                (Some(alone), None) | (None, Some(alone)) if !alone.reaches_an_environment() => {}
                _ => elsewhere.push(named(key)),
            }
        }
        let [introduced, resolved] = self.findings(edited, after, &comparison.to.name);
        let first = promotions.iter_mut().find(|own| own.is_moved());
        if let Some(promotion) = first {
            let others = elsewhere.into_iter().map(Block::Elsewhere);
            promotion.blocks.extend(others);
            let note = |what| format!("{what} changes with it: it reads the same file");
            let beside = beside.into_iter().map(|what| Block::Note(note(what)));
            promotion.warnings.extend(beside);
        }
        // The application that a finding is of.
        let of_finding = |finding: &Finding| {
            let is_own = |unit: &Unit| {
                let mut affected = finding.affected.iter();
                affected.any(|own| unit.folders.iter().any(|folder| *folder == *own.target))
            };
            let mut applications = comparison.applications.iter();
            let own = |application: &Application| application.pair.to.as_ref().is_some_and(is_own);
            applications.position(own).unwrap_or(0)
        };
        for finding in resolved {
            if let Some(promotion) = promotions.get_mut(of_finding(&finding)) {
                promotion.resolved.push(finding);
            }
        }
        for finding in introduced {
            let Some(promotion) = promotions.get_mut(of_finding(&finding)) else {
                continue;
            };
            // The command that adds the key says more.
            let is_told = |block: &Block| match block {
                Block::Lacks(lack) => {
                    let told = format!("has no key `{}`", lack.key);
                    finding.message.contains(&told)
                }
                _ => false,
            };
            if *finding.rule == MISSING_KEY && promotion.blocks.iter().any(is_told) {
                continue;
            }
            let list = match finding.severity {
                Severity::Error => &mut promotion.blocks,
                _ => &mut promotion.warnings,
            };
            list.push(Block::Finding(Box::new(finding)));
        }
    }

    /// The findings that come with the edits, and those that go, which count in the target.
    fn findings(
        &self,
        edited: &Edited<'_>,
        after: &Deployed,
        environment: &str,
    ) -> [Vec<Finding>; 2] {
        let mut verdicts = Verdicts::kept();
        let mut check = |files, deployed| {
            self.setup
                .check_deployed(files, self.request, deployed, &mut verdicts)
        };
        let before = check(self.files, self.deployed);
        let rejected = self
            .setup
            .rejected(edited, self.request, self.deployed, after);
        let mut after = check(edited, after);
        after.report.add(rejected);
        let counts = |finding: &Finding| {
            let mut affected = finding.affected.iter();
            finding.suppressed.is_none()
                && finding.severity >= Severity::Warning
                && affected.any(|own| own.environment.as_deref() == Some(environment))
        };
        let (before, after) = (&before.report.findings, &after.report.findings);
        [(after, before), (before, after)].map(|(new, old)| {
            let mut found = introduced(new, &[old]);
            // What is made from another file now may have been wrong in the same way before.
            let sign = |own: &Finding| (own.rule.id.to_string(), own.message.clone());
            let old: BTreeSet<_> = old.iter().filter(|own| counts(own)).map(sign).collect();
            found.retain(|own| counts(own) && !old.contains(&sign(own)));
            found
        })
    }
}

/// The fields in which the target still differs from the source.
type Left = BTreeSet<(Arc<ObjectId>, String)>;

/// What changes of the application itself, and whether that is what was meant. Gives what is left.
fn own(
    application: &Application,
    promotion: &mut Promotion,
    after: &Unit,
    files: &BTreeMap<Utf8PathBuf, Text>,
    names: &promotion::Environments,
) -> Left {
    let none = Vec::new();
    let source = application
        .pair
        .from
        .as_ref()
        .map_or(&none, |unit| &unit.objects);
    let before = application
        .pair
        .to
        .as_ref()
        .map_or(&none, |unit| &unit.objects);
    let guard = Some(&redact::looks_sensitive as promotion::Guard<'_>);
    let alike = Scope {
        guard,
        ..Scope::default()
    };
    let scope = Scope {
        environments: names.clone(),
        guard,
    };
    let effects = objects::differences(before, &after.objects, &alike);
    let left = objects::differences(source, &after.objects, &scope);
    let of_after = |own: &ObjectDifference| fields_of(own, &after.objects);
    let left: Left = left.iter().flat_map(of_after).collect();
    let changed: Left = effects.iter().flat_map(of_after).collect();
    let moved = moved_texts(application, promotion);
    for effect in &effects {
        let own = called(effect, &after.objects);
        if effect.left.is_none() || effect.right.is_none() {
            if left.contains(&(own, String::new())) {
                promotion
                    .blocks
                    .push(Block::Elsewhere(effect.identity.to_string()));
            }
            continue;
        }
        for field in effect.fields.iter().filter(|field| field.noise.is_none()) {
            let sign = (own.clone(), field.path.to_string());
            let is_equal_now = !left.contains(&sign);
            let is_own = field
                .right
                .as_ref()
                .is_some_and(|node| comes_from(node, files, 0));
            if !is_equal_now && !is_own && !is_put_together(field, &moved) {
                let named = with_name(effect.clone(), before, &after.objects).identity;
                let what = format!("{}/{} {}", named.gvk.kind, named.name, sign.1);
                promotion.blocks.push(Block::Elsewhere(what));
            }
        }
    }
    for (pair, at) in &promotion.moved {
        let difference = &application.files[*pair].differences[*at];
        // Under another name, the target keeps what it has.
        if difference.renamed_from.is_some() {
            continue;
        }
        let rows = application.objects.iter().flat_map(|object| {
            let rows = object
                .rows
                .iter()
                .filter(|row| row.cause == Some((*pair, *at)));
            let target = object.right.and_then(|at| before.get(at));
            let own = target.map_or(&object.identity, |target| &target.identity);
            rows.map(|row| (own.clone(), row.field.path.to_string()))
        });
        let mut rows = rows.peekable();
        let is_told = rows.peek().is_some();
        if is_told && rows.all(|sign| left.contains(&sign) && !changed.contains(&sign)) {
            let difference = Box::new(difference.clone());
            promotion.blocks.push(Block::NoEffect(difference));
        }
    }
    for fault in after.faults.iter().take(1) {
        promotion.blocks.push(Block::Unknown(fault.message.clone()));
    }
    let named = effects
        .into_iter()
        .map(|own| with_name(own, before, &after.objects));
    promotion.effects = named.collect();
    left
}

/// The texts that move, each with what it takes the place of.
fn moved_texts(application: &Application, promotion: &Promotion) -> Vec<(String, String)> {
    let differences = promotion
        .moved
        .iter()
        .map(|(pair, at)| &application.files[*pair].differences[*at]);
    let plain = differences.filter(|own| !own.is_sensitive);
    let both = plain.filter_map(|own| Some((own.said(Side::Target)?, own.said(Side::Source)?)));
    both.filter(|(old, _)| !old.is_empty()).collect()
}

/// Whether a text is the one before with what moved in its place: a chart may put a value that
/// it read from a file anywhere.
fn is_put_together(field: &FieldDifference, moved: &[(String, String)]) -> bool {
    let (Some(before), Some(after)) = (&field.left, &field.right) else {
        return false;
    };
    let (before, after) = (before.view(), after.view());
    before.kind() == Kind::Scalar
        && after.kind() == Kind::Scalar
        && moved
            .iter()
            .any(|(old, new)| before.text().replace(old, new) == after.text())
}

/// What the target calls an object, without what an environment gives it.
fn called(difference: &ObjectDifference, target: &[Object]) -> Arc<ObjectId> {
    let object = difference.right.and_then(|at| target.get(at));
    object
        .map_or(&difference.identity, |object| &object.identity)
        .clone()
}

fn fields_of(difference: &ObjectDifference, target: &[Object]) -> Vec<(Arc<ObjectId>, String)> {
    let own = called(difference, target);
    if difference.left.is_none() || difference.right.is_none() {
        return vec![(own, String::new())];
    }
    let fields = difference.fields.iter();
    fields
        .map(|field| (own.clone(), field.path.to_string()))
        .collect()
}

/// Whether a value, or something in it, comes from bytes that were written.
fn comes_from(node: &Node, files: &BTreeMap<Utf8PathBuf, Text>, depth: usize) -> bool {
    if origins(node).iter().any(|place| is_written(place, files)) {
        return true;
    }
    let view = node.view();
    depth < DEPTH
        && view.kind() != Kind::Scalar
        && (view
            .entries()
            .any(|entry| comes_from(&entry.value.to_node(), files, depth + 1))
            || view
                .items()
                .any(|item| comes_from(&item.to_node(), files, depth + 1)))
}

fn by_key(units: Vec<Unit>) -> BTreeMap<UnitKey, Unit> {
    units.into_iter().map(|unit| (unit.key(), unit)).collect()
}

fn named((name, environment, _): &UnitKey) -> String {
    match environment {
        Some(environment) => format!("{name} in {environment}"),
        None => name.clone(),
    }
}

/// Whether all that differs is what was written in ApplicationSets: what they make of it is
/// compared by itself.
fn is_definition(a: &Unit, b: &Unit, files: &BTreeMap<Utf8PathBuf, Text>) -> bool {
    is_made_of(a, b, (files, &[]), &|own| {
        *own.identity.gvk.kind == *"ApplicationSet"
    })
}

/// Whether all that differs is of some objects, and comes from bytes that were written or is put
/// together from what moved.
fn is_made_of(
    a: &Unit,
    b: &Unit,
    (files, moved): (&BTreeMap<Utf8PathBuf, Text>, &[(String, String)]),
    is_meant: &dyn Fn(&ObjectDifference) -> bool,
) -> bool {
    let is_written = |node: Option<&Node>| node.is_some_and(|node| comes_from(node, files, 0));
    let found = objects::differences(&a.objects, &b.objects, &Scope::default());
    !found.is_empty()
        && found.iter().all(|own| {
            let is_own = match (own.left, own.right.and_then(|at| b.objects.get(at))) {
                (None, Some(added)) => is_written(Some(&added.node)),
                _ => {
                    let mut fields = own.fields.iter().filter(|field| field.noise.is_none());
                    let is_meant = |field: &FieldDifference| {
                        is_written(field.right.as_ref()) || is_put_together(field, moved)
                    };
                    !own.fields.is_empty() && fields.all(is_meant)
                }
            };
            is_meant(own) && is_own
        })
}

/// Whether two renderings apply the same.
fn same(a: &Unit, b: &Unit) -> bool {
    let mut pairs = a.objects.iter().zip(&b.objects);
    a.objects.len() == b.objects.len()
        && a.faults.len() == b.faults.len()
        && pairs.all(|(a, b)| a.node.view().same_content(b.node.view()))
}
