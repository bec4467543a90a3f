//! Something that is wrong: what every check gives, before it is known how severe that is and
//! whether somebody excused it.

mod faults;
mod first_of;
mod part;
mod whole_file;

use std::sync::Arc;

use manifest::{Fault, FieldPath, Location};

use crate::rule::{RuleId, Severity};

pub(crate) use faults::*;
pub use first_of::{and_more, first_of};
pub use part::part_of;
pub use whole_file::whole_file;

/// When something is told in a run: what is told first decides how a finding reads. It is the same
/// in each of several runs that share one.
pub type Turn = u32;

/// A rule that is broken, where, and for what.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The rule.
    pub rule: RuleId,
    /// What is wrong, in one sentence without a full stop. Never holds a sensitive value.
    pub message: String,
    /// How to fix this very case, where there is more to say than the rule's remediation.
    pub help: Option<String>,
    /// Where it is.
    pub at: At,
    /// Other places that matter.
    pub related: Vec<Related>,
    /// What it affects.
    pub affects: Affects,
    /// The severity that it does not exceed, where this case is a lesser one of its rule.
    pub at_most: Option<Severity>,
    /// What sort of its rule's cases it is.
    pub nature: Nature,
}

/// A sort of problems that is judged by itself, whatever the rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nature {
    /// None of the others.
    #[default]
    Usual,
    /// A credential that has the form of those that a service gives out, which can be used
    /// wherever it was found.
    Issued,
    /// As that, and anybody can make one, such as a private key: one in test data was made for the
    /// tests.
    SelfMade,
    /// Credentials that are no more than keys pressed at random.
    Mash,
    /// A line that another program fills in before the file is read.
    Waiting,
}

impl Nature {
    /// Whether it is a credential that can be used wherever it was found.
    pub fn is_issued(self) -> bool {
        matches!(self, Self::Issued | Self::SelfMade)
    }
}

/// Where a problem is.
#[derive(Clone, Debug)]
pub enum At {
    /// No file is to blame.
    Nowhere,
    /// These bytes.
    Source(Location),
    /// A field of each object that it affects; its bytes are found when it is judged.
    Field(Field),
}

/// A field of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Where in the object. Where something is missing, the path it would have.
    pub path: FieldPath,
    /// Which part of a composed string is meant, such as `tag` of an image.
    pub part: Option<Box<str>>,
    /// Whether the field's key is wrong rather than its value.
    pub at_key: bool,
    /// Whether the value is wrong, and its key shown in its place, because it is secret or long.
    pub by_key: bool,
}

/// What a problem affects.
#[derive(Clone, Debug)]
pub enum Affects {
    /// The repository, whatever of it is deployed.
    Repository,
    /// Targets, by their indices.
    Targets(Vec<usize>),
    /// Rendered objects, equal in content.
    Objects(Arc<[Instance]>),
}

/// Which object of which target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instance {
    /// The target's index.
    pub target: usize,
    /// The object's index in it.
    pub object: usize,
}

/// Another place that matters.
#[derive(Clone, Debug)]
pub struct Related {
    /// What stands there, in a few words.
    pub what: String,
    /// The bytes.
    pub place: Location,
    /// The value that these bytes are as secret as, such as the one that overrides them.
    pub like: Option<Location>,
}

impl Problem {
    /// A problem of the repository as a whole, which no file is to blame for.
    pub fn new(rule: impl Into<RuleId>, message: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            message: message.into(),
            help: None,
            at: At::Nowhere,
            related: Vec::new(),
            affects: Affects::Repository,
            at_most: None,
            nature: Nature::default(),
        }
    }

    /// A fault of reading or rendering, under the rule of its kind.
    pub fn of_fault(fault: Fault) -> Self {
        Self::under(rule_of(fault.kind), fault)
    }

    /// A fault, under a rule of its own.
    pub fn under(rule: impl Into<RuleId>, fault: Fault) -> Self {
        let related = fault.related.into_iter();
        Self {
            help: fault.help,
            at: fault.at.map_or(At::Nowhere, At::Source),
            related: related
                .map(|(what, place)| Related {
                    what,
                    place,
                    like: None,
                })
                .collect(),
            ..Self::new(rule, fault.message)
        }
    }

    /// At these bytes.
    #[must_use]
    pub fn at(mut self, place: Location) -> Self {
        self.at = At::Source(place);
        self
    }

    /// In a field of the objects that it will affect.
    #[must_use]
    pub fn at_field(mut self, field: Field) -> Self {
        self.at = At::Field(field);
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place that matters.
    #[must_use]
    pub fn related(mut self, what: impl Into<String>, place: Location) -> Self {
        let what = what.into();
        self.related.push(Related {
            what,
            place,
            like: None,
        });
        self
    }

    /// With another place, which is as secret as a value is.
    #[must_use]
    pub fn related_to(mut self, what: impl Into<String>, place: Location, like: Location) -> Self {
        self.relate_to(what, place, like);
        self
    }

    /// Adds another place, which is as secret as a value is.
    pub fn relate_to(&mut self, what: impl Into<String>, place: Location, like: Location) {
        let what = what.into();
        self.related.push(Related {
            what,
            place,
            like: Some(like),
        });
    }

    /// With a severity that it does not exceed, beside those that were given before.
    pub fn limit(&mut self, most: Severity) {
        self.at_most = Some(self.at_most.map_or(most, |own| own.min(most)));
    }

    /// Affecting targets; the repository, if there are none.
    #[must_use]
    pub fn affecting(mut self, targets: impl IntoIterator<Item = usize>) -> Self {
        let targets: Vec<usize> = targets.into_iter().collect();
        self.affects = match targets.is_empty() {
            true => Affects::Repository,
            false => Affects::Targets(targets),
        };
        self
    }

    /// Affecting objects of equal content.
    #[must_use]
    pub fn affecting_objects(mut self, objects: Arc<[Instance]>) -> Self {
        self.affects = Affects::Objects(objects);
        self
    }

    /// Its bytes, where they are known already.
    pub fn place(&self) -> Option<&Location> {
        match &self.at {
            At::Source(place) => Some(place),
            At::Nowhere | At::Field(_) => None,
        }
    }
}
