//! What the rest of a repository says of problems that a check tells of one thing by itself:
//! something replaces it, completes it or sets it, somebody deploys it by hand, or another problem
//! explains it.

mod admission;
mod encrypted;
mod fleet;
mod floating;
mod halves;
mod idle;
mod lost;
mod manual;
mod moving;
mod replaced;
mod replicas;
mod unset;
mod waiting;

use camino::Utf8PathBuf;

use crate::evaluate::Tally;
use crate::problem::{Problem, Turn};
use crate::render::Rendered;
use crate::rule::Rule;
use crate::snapshot::Repository;

/// The repository that problems are seen in.
pub struct Context<'a> {
    /// What is applied.
    pub rendered: &'a [Rendered],
    /// Its files.
    pub repository: &'a dyn Repository,
    /// The paths of those that are looked at.
    pub files: &'a [Utf8PathBuf],
    /// Whether a rule is reported.
    pub looks_at: &'a (dyn Fn(&Rule) -> bool + Sync),
}

/// What was told so far.
pub struct Told<'a> {
    /// Problems, each with its turn.
    pub problems: &'a mut Vec<(Turn, Problem)>,
    /// What is not known after all.
    pub tally: &'a mut Tally,
}

/// Something that the rest of a repository can say of some problems.
struct Amendment {
    /// Whether it can say something of a problem. Where there is none, nothing is looked for.
    concerns: fn(&Problem) -> bool,
    /// Lowers, moves or leaves out what it concerns.
    amend: fn(&mut Told<'_>, &Context<'_>),
}

/// Every amendment. One sees what those before it made of the problems.
const AMENDMENTS: [Amendment; 12] = [
    Amendment {
        concerns: encrypted::concerns,
        amend: encrypted::amend,
    },
    Amendment {
        concerns: fleet::concerns,
        amend: fleet::amend,
    },
    Amendment {
        concerns: waiting::concerns,
        amend: waiting::amend,
    },
    Amendment {
        concerns: floating::concerns,
        amend: floating::amend,
    },
    Amendment {
        concerns: lost::concerns,
        amend: lost::amend,
    },
    Amendment {
        concerns: manual::concerns,
        amend: manual::amend,
    },
    Amendment {
        concerns: replaced::concerns,
        amend: replaced::amend,
    },
    Amendment {
        concerns: halves::concerns,
        amend: halves::amend,
    },
    Amendment {
        concerns: unset::concerns,
        amend: unset::amend,
    },
    Amendment {
        concerns: idle::concerns,
        amend: idle::amend,
    },
    Amendment {
        concerns: admission::concerns,
        amend: admission::amend,
    },
    Amendment {
        concerns: replicas::concerns,
        amend: replicas::amend,
    },
];

/// Sees problems in the light of the whole repository.
pub fn amend(told: &mut Told<'_>, context: &Context<'_>) {
    for Amendment { concerns, amend } in AMENDMENTS {
        if told.problems.iter().any(|(_, problem)| concerns(problem)) {
            amend(told, context);
        }
    }
}

impl Told<'_> {
    /// The problems that something concerns.
    fn of(&mut self, concerns: fn(&Problem) -> bool) -> impl Iterator<Item = &mut Problem> {
        let problems = self.problems.iter_mut().map(|(_, problem)| problem);
        problems.filter(move |problem| concerns(problem))
    }

    /// Keeps problems of those that something concerns, and all others.
    fn keep(
        &mut self,
        concerns: fn(&Problem) -> bool,
        mut is_kept: impl FnMut(&mut Problem) -> bool,
    ) {
        self.problems
            .retain_mut(|(_, problem)| !concerns(problem) || is_kept(problem));
    }
}
