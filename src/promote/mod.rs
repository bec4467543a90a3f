//! A promotion from one environment to another: the edits of files, what they change in what is
//! applied, and what stands in the way. Nothing is written here.

mod adopt;
mod by_hand;
mod choose;
mod direct;
mod notes;
mod reach;
mod risks;
mod saved;
mod verify;

#[cfg(test)]
mod risk_tests;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use manifest::{Location, Snapshot, Span};
use promotion::objects::ObjectDifference;
use promotion::{Difference, Environments, Hold, Pattern, Side, Verdict};

use crate::compare::{Application, Comparison, Row, Unit, units};
use crate::judge::finding::Finding;
use crate::pipeline::Deployed;
use crate::snapshot::{Edited, Repository};
use crate::{Request, Setup};

pub use by_hand::{Candidate, candidates, problems};
pub use choose::Choice;
pub use risks::{Lack, Whence};
pub use saved::{PLAN_FILE_LIMIT, Saved, Wanted};

/// A promotion, planned.
#[derive(Debug)]
pub struct Plan {
    /// The two environments.
    pub comparison: Comparison,
    /// What becomes of each application, in the order of the comparison's.
    pub promotions: Vec<Promotion>,
    /// The files as they are and as they become.
    pub files: BTreeMap<Utf8PathBuf, Text>,
    /// How many other applications and environments were rendered again, and are as before.
    pub unchanged: usize,
}

/// A file's text before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What happens to the file.
    pub fate: Fate,
    /// As it is; empty if it is made.
    pub before: String,
    /// As it becomes; empty if it goes.
    pub after: String,
    /// The bytes of the new text that were written.
    pub written: Vec<Span>,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It gets another text.
    Edited,
    /// It is made.
    Made,
    /// It goes.
    Gone,
}

impl Text {
    fn made(text: &str) -> Self {
        Self {
            fate: Fate::Made,
            before: String::new(),
            after: text.to_owned(),
            written: vec![Span::new(0, text.len() as u32)],
        }
    }

    fn gone(text: String) -> Self {
        Self {
            fate: Fate::Gone,
            before: text,
            after: String::new(),
            written: Vec::new(),
        }
    }

    /// The text as it is; none if there is no such file.
    pub fn before(&self) -> Option<&str> {
        (self.fate != Fate::Made).then_some(&*self.before)
    }

    /// The text as it becomes; none if the file goes.
    pub fn after(&self) -> Option<&str> {
        (self.fate != Fate::Gone).then_some(&*self.after)
    }
}

/// What becomes of one application.
#[derive(Debug, Default)]
pub struct Promotion {
    /// The files that are edited for it.
    pub files: Vec<Utf8PathBuf>,
    /// The differences that go: the place of the pair of files, and of the difference in it.
    pub moved: Vec<(usize, usize)>,
    /// How many values are edited that stand in a file of both environments.
    pub direct: usize,
    /// What was left out because somebody said so.
    pub excluded: Vec<(usize, usize)>,
    /// What changes in what is applied.
    pub effects: Vec<ObjectDifference>,
    /// What stands in the way.
    pub blocks: Vec<Block>,
    /// What somebody should look at first.
    pub warnings: Vec<Block>,
    /// The findings that go with it.
    pub resolved: Vec<Finding>,
}

/// Something that stands in the way.
#[derive(Clone, Debug)]
pub enum Block {
    /// A difference that should move and does not, or of which somebody has to choose a side; with
    /// why it cannot be edited, if that is why.
    Difference(Box<Difference>, Option<String>),
    /// Not all of what is applied is known, so nothing can be verified.
    Unknown(String),
    /// A field that should move, of which no file says what the target has.
    Stuck(Box<Row>),
    /// Something else would change: an application or an object, and what of it.
    Elsewhere(String),
    /// A difference that would go and changes nothing that is applied.
    NoEffect(Box<Difference>),
    /// What the new version reads and the target does not have.
    Lacks(Lack),
    /// A fault that comes with it.
    Finding(Box<Finding>),
    /// Why an edit may not reach the cluster, or not stay.
    Note(String),
}

/// What a plan is made with.
pub struct Planner<'a> {
    /// Configuration, policies and rules.
    pub setup: &'a Setup,
    /// What a check would look at.
    pub request: &'a Request,
    /// The files that are edited.
    pub files: &'a dyn Repository,
    /// The files that are promoted from; they may be those of a revision.
    pub source: &'a dyn Repository,
    /// What they deploy.
    pub deployed: &'a Deployed,
    /// What people chose.
    pub choice: &'a Choice,
}

impl Planner<'_> {
    /// Plans the promotion of every application of a comparison.
    pub fn plan(&self, comparison: Comparison) -> Plan {
        let mut files: BTreeMap<Utf8PathBuf, Text> = BTreeMap::new();
        let mut promotions = Vec::new();
        let units = units(self.deployed, self.setup.config());
        for application in &comparison.applications {
            let made = self.edits(application, &comparison.names, &units, &mut files);
            promotions.push(made);
        }
        let mut plan = Plan {
            comparison,
            promotions,
            files,
            unchanged: 0,
        };
        if !plan.files.is_empty() {
            let mut edited = Edited::new(self.files);
            for (path, text) in &plan.files {
                match text.after() {
                    Some(after) => {
                        edited.set(path, after);
                    }
                    None => edited.remove(path),
                }
            }
            let options = Setup::lenient();
            let after =
                self.setup
                    .render_after(Some(self.deployed), &edited, self.request, options);
            self.verify(&mut plan, &edited, &after);
        }
        let applications = plan.comparison.applications.iter();
        for (application, promotion) in applications.zip(&mut plan.promotions) {
            if !promotion.is_moved() {
                direct::stuck(application, self.choice, promotion, &|_, _| true);
            }
        }
        plan
    }

    /// The edits of one application's files.
    fn edits(
        &self,
        application: &Application,
        names: &Environments,
        units: &[Unit],
        files: &mut BTreeMap<Utf8PathBuf, Text>,
    ) -> Promotion {
        let mut promotion = Promotion::default();
        for (at, pair) in application.files.iter().enumerate() {
            let mut choice = self.choice.of_pair(application, at);
            let places = (self.source as &dyn Snapshot, self.files as &dyn Snapshot);
            let adopted = adopt::adopted(application, pair, places, names);
            for (index, difference) in pair.differences.iter().enumerate() {
                let exactly = || Pattern::parse(&difference.path.to_string());
                let obstacle = adopted.iter().find(|own| own.index == index);
                if obstacle.is_some_and(|own| own.obstacle.is_some()) {
                    choice.exclude.extend(exactly());
                } else if difference.hold.is_some() && adopt::moves_with(difference, &adopted, pair)
                {
                    let take = exactly().map(|own| (own, Side::Source));
                    choice.take.extend(take);
                }
            }
            let planned = promotion::plan(&pair.to, &pair.differences, &choice);
            let excluded = |index: &usize| {
                let path = &pair.differences[*index].path;
                let is_named = choice.exclude.iter().any(|own| own.matches(path));
                let is_only =
                    choice.only.is_empty() || choice.only.iter().any(|own| own.matches(path));
                let is_kept = choice
                    .take
                    .iter()
                    .find(|(own, _)| own.matches(path))
                    .is_some_and(|(_, side)| *side == Side::Target);
                is_named || !is_only || is_kept
            };
            for (index, difference) in pair.differences.iter().enumerate() {
                if planned.moved.contains(&index) {
                    promotion.moved.push((at, index));
                    continue;
                }
                let obstacle = adopted.iter().find(|own| own.index == index);
                if let Some(why) = obstacle.and_then(|own| own.obstacle.clone())
                    && (difference.verdict == Verdict::Ahead || self.choice.takes(difference))
                    && !self.choice.leaves(difference)
                {
                    let block = Block::Difference(Box::new(difference.clone()), Some(why));
                    promotion.blocks.push(block);
                    continue;
                }
                if excluded(&index) {
                    promotion.excluded.push((at, index));
                    continue;
                }
                let refused = planned.refused.iter().find(|(own, _)| *own == index);
                let is_open = match difference.verdict {
                    Verdict::Conflict => true,
                    Verdict::Ahead => true,
                    _ => refused.is_some(),
                };
                if !is_open {
                    continue;
                }
                let why = refused.map(|(_, why)| why.clone());
                let block = Block::Difference(Box::new(difference.clone()), why);
                // What reads it is held to whether it is there.
                match difference.hold {
                    Some(Hold::Sensitive) => promotion.warnings.push(block),
                    _ => promotion.blocks.push(block),
                }
            }
            let edits: Vec<_> = planned.edits.values().flatten().cloned().collect();
            if edits.is_empty() {
                continue;
            }
            match promotion::apply(Some(pair.to.text()), &edits) {
                Ok(Some(after)) => {
                    let inverse = promotion::inverse(&edits);
                    let written = inverse.iter().filter_map(|edit| match edit {
                        promotion::FileEdit::Splice { range, .. } => {
                            Some(Span::new(range.start as u32, range.end as u32))
                        }
                        _ => None,
                    });
                    let path = pair.to.path().to_owned();
                    promotion.files.push(path.clone());
                    let made = adopted
                        .iter()
                        .filter(|own| planned.moved.contains(&own.index));
                    for (path, text) in made.flat_map(|own| &own.files) {
                        promotion.files.push(path.clone());
                        files.insert(path.clone(), Text::made(text));
                    }
                    let moved = &planned.moved;
                    let kept = (places.1, units);
                    for (path, text) in adopt::dropped(application, pair, moved, &after, kept) {
                        promotion.files.push(path.clone());
                        files.insert(path, Text::gone(text));
                    }
                    let before = pair.to.text().to_owned();
                    files.insert(
                        path,
                        Text {
                            fate: Fate::Edited,
                            before,
                            after,
                            written: written.collect(),
                        },
                    );
                }
                _ => promotion.blocks.push(Block::Unknown(format!(
                    "{} cannot be edited",
                    pair.to.path()
                ))),
            }
        }
        direct::edit(application, self.choice, &mut promotion, files);
        promotion
    }
}

impl Plan {
    /// Whether something stands in the way.
    pub fn is_blocked(&self) -> bool {
        self.promotions.iter().any(|own| !own.blocks.is_empty())
    }

    /// Whether nothing is edited.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The applications, each with what becomes of it.
    pub fn applications(&self) -> impl Iterator<Item = (&Application, &Promotion)> {
        self.comparison.applications.iter().zip(&self.promotions)
    }
}

impl Promotion {
    /// Whether anything moves.
    pub fn is_moved(&self) -> bool {
        !self.moved.is_empty() || self.direct > 0
    }

    /// Whether anything of it moves or was to move.
    pub fn is_pending(&self) -> bool {
        self.is_moved() || !self.blocks.is_empty()
    }
}

/// Whether a place lies in bytes that were written.
fn is_written(place: &Location, files: &BTreeMap<Utf8PathBuf, Text>) -> bool {
    files.get(place.path()).is_some_and(|text| {
        text.written.iter().any(|span| {
            place.span.start < span.end.max(span.start + 1)
                && span.start < place.span.end.max(place.span.start + 1)
        })
    })
}
