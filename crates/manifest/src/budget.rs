//! How much rendering may take. Everything is counted and nothing is timed, so that the same
//! input meets the same limit on every machine and with any number of threads.

use std::cell::Cell;
use std::fmt;

use crate::{Fault, FaultKind};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Objects that are taken up: from files, bases, generators and charts.
    Objects,
    /// Values that are made or copied: entries and items of collections, and what is parsed of a
    /// printed text.
    Nodes,
    /// Bytes of text that is made, and of files that are read for it.
    Bytes,
    /// Steps, each priced by what it touches.
    Steps,
    /// Charts that are read, subcharts among them.
    Charts,
}

/// An amount of each unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// Of [`Unit::Objects`].
    pub objects: u64,
    /// Of [`Unit::Nodes`].
    pub nodes: u64,
    /// Of [`Unit::Bytes`].
    pub bytes: u64,
    /// Of [`Unit::Steps`].
    pub steps: u64,
    /// Of [`Unit::Charts`].
    pub charts: u64,
}

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// What there is too much of.
    pub unit: Unit,
    /// How much of it there may be.
    pub limit: u64,
}

/// What is left for one thing that was asked for, such as rendering one target.
///
/// Once a limit is reached, nothing more can be spent of any unit: whoever asks is to give up,
/// and to tell of it at the place that asked. It is shared by reference along a rendering, which
/// is one thread's.
#[derive(Debug)]
pub struct Budget {
    limits: Amounts,
    spent: [Cell<u64>; Unit::ALL.len()],
    /// How much of what is spent was spent before, by something that this builds on.
    inherited: Cell<Amounts>,
    exceeded: Cell<Option<Exceeded>>,
}

impl Unit {
    /// All units.
    pub const ALL: [Self; 5] = [
        Self::Objects,
        Self::Nodes,
        Self::Bytes,
        Self::Steps,
        Self::Charts,
    ];
}

impl Amounts {
    /// What one ask may take. Of what people deploy, the largest takes less than a tenth of it.
    pub const ASK: Self = Self {
        objects: 200_000,
        nodes: 4_000_000,
        bytes: 256 << 20,
        steps: 20_000_000,
        charts: 2_000,
    };

    /// What an ask may take while others are rendered at the same time. The few that take more
    /// are rendered one after the other, so that many of them do not fill the memory together.
    pub const FEW: Self = Self {
        objects: 12_500,
        nodes: 250_000,
        bytes: 16 << 20,
        steps: 1_250_000,
        charts: 125,
    };

    /// What all asks of a run may take together.
    pub const RUN: Self = Self {
        objects: 1_000_000,
        nodes: 12_000_000,
        bytes: 1 << 30,
        steps: 150_000_000,
        charts: 20_000,
    };

    /// The amount of a unit.
    pub fn get(&self, unit: Unit) -> u64 {
        match unit {
            Unit::Objects => self.objects,
            Unit::Nodes => self.nodes,
            Unit::Bytes => self.bytes,
            Unit::Steps => self.steps,
            Unit::Charts => self.charts,
        }
    }

    /// Each unit's amount from a function.
    pub fn of(amount: impl Fn(Unit) -> u64) -> Self {
        Self {
            objects: amount(Unit::Objects),
            nodes: amount(Unit::Nodes),
            bytes: amount(Unit::Bytes),
            steps: amount(Unit::Steps),
            charts: amount(Unit::Charts),
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self::of(|unit| self.get(unit).saturating_add(other.get(unit)))
    }

    /// What is left if the other is taken away.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self::of(|unit| self.get(unit).saturating_sub(other.get(unit)))
    }

    /// The smaller of both of each unit.
    #[must_use]
    pub fn at_most(&self, other: &Self) -> Self {
        Self::of(|unit| self.get(unit).min(other.get(unit)))
    }

    /// The first limit that these amounts go beyond.
    pub fn beyond(&self, limits: &Self) -> Option<Exceeded> {
        let exceeded = |unit: Unit| Exceeded {
            unit,
            limit: limits.get(unit),
        };
        let mut units = Unit::ALL.into_iter();
        units
            .find(|unit| self.get(*unit) > limits.get(*unit))
            .map(exceeded)
    }
}

impl Budget {
    /// Nothing spent yet of these limits.
    pub fn new(limits: Amounts) -> Self {
        Self {
            limits,
            spent: Default::default(),
            inherited: Cell::default(),
            exceeded: Cell::new(None),
        }
    }

    /// Spends an amount of a unit.
    ///
    /// # Errors
    /// It is more than is left, or a limit was reached before.
    #[inline]
    pub fn spend(&self, unit: Unit, amount: usize) -> Result<(), Exceeded> {
        if let Some(exceeded) = self.exceeded.get() {
            return Err(exceeded);
        }
        let limit = self.limits.get(unit);
        let cell = self.cell(unit);
        let spent = cell.get().saturating_add(amount as u64);
        cell.set(spent);
        if spent <= limit {
            return Ok(());
        }
        let exceeded = Exceeded { unit, limit };
        self.exceeded.set(Some(exceeded));
        Err(exceeded)
    }

    /// Spends an amount of each unit.
    ///
    /// # Errors
    /// As for [`Budget::spend`].
    pub fn spend_all(&self, amounts: &Amounts) -> Result<(), Exceeded> {
        for unit in Unit::ALL {
            let amount = usize::try_from(amounts.get(unit)).unwrap_or(usize::MAX);
            self.spend(unit, amount)?;
        }
        Ok(())
    }

    /// Spends what something took that was rendered before and is built upon now: the limits are
    /// those of all that goes into what was asked for, whoever rendered it.
    ///
    /// # Errors
    /// As for [`Budget::spend`].
    pub fn inherit(&self, amounts: &Amounts) -> Result<(), Exceeded> {
        self.inherited.set(self.inherited.get().plus(amounts));
        self.spend_all(amounts)
    }

    /// The limit that was reached, if one was.
    pub fn exceeded(&self) -> Option<Exceeded> {
        self.exceeded.get()
    }

    /// What is spent, inherited amounts included.
    pub fn spent(&self) -> Amounts {
        Amounts::of(|unit| self.cell(unit).get())
    }

    /// What is spent, without what was inherited: this is what a run's total is made of.
    pub fn own(&self) -> Amounts {
        self.spent().minus(&self.inherited.get())
    }

    /// What is left; nothing once a limit was reached.
    pub fn left(&self) -> Amounts {
        match self.exceeded.get() {
            Some(_) => Amounts::default(),
            None => self.limits.minus(&self.spent()),
        }
    }

    fn cell(&self, unit: Unit) -> &Cell<u64> {
        let [objects, nodes, bytes, steps, charts] = &self.spent;
        match unit {
            Unit::Objects => objects,
            Unit::Nodes => nodes,
            Unit::Bytes => bytes,
            Unit::Steps => steps,
            Unit::Charts => charts,
        }
    }
}

/// As much as one ask may take.
impl Default for Budget {
    fn default() -> Self {
        Self::new(Amounts::ASK)
    }
}

/// What is left for all that is asked for in a run. It is charged where no two asks are rendered
/// at the same time, in their order: what it has left never depends on threads.
#[derive(Clone, Debug)]
pub struct Total {
    left: Amounts,
    is_over: bool,
}

/// As much as a run may take.
impl Default for Total {
    fn default() -> Self {
        Self {
            left: Amounts::RUN,
            is_over: false,
        }
    }
}

impl Total {
    /// Charges what something took.
    pub fn charge(&mut self, taken: &Amounts) {
        self.is_over |= taken.beyond(&self.left).is_some();
        self.left = self.left.minus(taken);
    }

    /// Whether nothing more is rendered.
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// A budget for the next ask.
    pub fn budget(&self) -> Budget {
        match self.is_over {
            true => Budget::new(Amounts::default()),
            false => Budget::new(Amounts::ASK.at_most(&self.left)),
        }
    }

    /// Why an ask is not rendered, at its place.
    pub fn fault() -> Fault {
        let message = "it is not rendered: what was rendered before has used up the run's budget";
        Fault::new(FaultKind::Limit, message)
            .help("does something include itself many times over? otherwise check parts of the repository separately")
    }
}

impl Exceeded {
    /// The limit as a fault, whose place is that of what asked for too much.
    pub fn fault(self) -> Fault {
        let help = match self.unit {
            Unit::Objects => "does it build on itself many times over? otherwise split it",
            Unit::Charts => "do its dependencies include one another many times over?",
            Unit::Nodes | Unit::Bytes | Unit::Steps => {
                "input is limited, so that a hostile repository cannot exhaust memory or run forever: generate less here, or split it"
            }
        };
        Fault::new(FaultKind::Limit, self.to_string()).help(help)
    }
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = Grouped(self.limit);
        match self.unit {
            Unit::Objects => write!(f, "more than {limit} objects are made"),
            Unit::Nodes => write!(f, "more than {limit} values are made"),
            Unit::Bytes if self.limit >= 1 << 20 => {
                write!(f, "more than {} MiB of text are made", self.limit >> 20)
            }
            Unit::Bytes => write!(f, "more than {limit} bytes of text are made"),
            Unit::Steps => write!(f, "rendering takes more than {limit} steps"),
            Unit::Charts => write!(f, "more than {limit} charts are read"),
        }
    }
}

impl std::error::Error for Exceeded {}

impl From<Exceeded> for Fault {
    fn from(exceeded: Exceeded) -> Self {
        exceeded.fault()
    }
}

impl From<Exceeded> for Vec<Fault> {
    fn from(exceeded: Exceeded) -> Self {
        vec![exceeded.fault()]
    }
}

/// A number with its thousands set apart.
struct Grouped(u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Amounts = Amounts {
        objects: 3,
        nodes: 10_000,
        bytes: 2 << 20,
        steps: 1_234_567,
        charts: 0,
    };

    /// What is said of the first unit that goes beyond its limit.
    fn check(unit: Unit, amounts: &[usize]) -> String {
        let budget = Budget::new(LIMITS);
        for amount in amounts {
            if let Err(exceeded) = budget.spend(unit, *amount) {
                return exceeded.to_string();
            }
        }
        format!("{} left", budget.left().get(unit))
    }

    #[test]
    fn limits_may_be_reached_but_not_passed() {
        assert_eq!(check(Unit::Objects, &[1, 2]), "0 left");
        assert_eq!(
            check(Unit::Objects, &[1, 3]),
            "more than 3 objects are made"
        );
        assert_eq!(
            check(Unit::Nodes, &[usize::MAX, usize::MAX]),
            "more than 10,000 values are made"
        );
        assert_eq!(
            check(Unit::Bytes, &[usize::MAX]),
            "more than 2 MiB of text are made"
        );
        assert_eq!(
            check(Unit::Steps, &[1_234_568]),
            "rendering takes more than 1,234,567 steps"
        );
        assert_eq!(check(Unit::Charts, &[1]), "more than 0 charts are read");
    }

    #[test]
    fn a_limit_that_was_reached_ends_everything() {
        let budget = Budget::new(LIMITS);
        assert!(budget.spend(Unit::Objects, 4).is_err());
        let exceeded = budget.spend(Unit::Nodes, 1).unwrap_err();
        assert_eq!(exceeded.unit, Unit::Objects);
        assert_eq!(budget.left(), Amounts::default());
    }

    #[test]
    fn what_is_inherited_counts_for_the_limit_and_not_for_the_run() {
        let budget = Budget::new(LIMITS);
        let base = Amounts {
            objects: 2,
            ..Amounts::default()
        };
        budget.inherit(&base).unwrap();
        budget.spend(Unit::Objects, 1).unwrap();
        assert_eq!((budget.spent().objects, budget.own().objects), (3, 1));
        assert!(budget.inherit(&base).is_err());
    }
}
