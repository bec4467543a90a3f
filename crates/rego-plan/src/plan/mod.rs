//! What a policy does, step by step.

mod body;
mod names;
mod negation;
mod rule;
mod scope;
mod term;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::Unsupported;
use crate::ast::{Module, Operator};
use crate::builtin::{Builtin, Patterns};
use crate::value::Const;
use names::Names;
use rule::Planner;

/// Policies, ready to be evaluated.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    /// What rules refer to stands before them.
    pub(crate) rules: Vec<Rule>,
    pub(crate) constants: Vec<Const>,
    /// The names of fields that are read or made, each once.
    pub(crate) keys: Vec<Box<str>>,
    /// The regular expressions that policies write down.
    pub(crate) patterns: Patterns,
}

/// A rule of a plan whose value can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry(pub(crate) u32);

/// A place for a value while a rule is evaluated.
pub(crate) type Slot = u32;

/// The name of a field, by its place among the plan's keys.
pub(crate) type Key = u32;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) gives: Gives,
    /// How many places its evaluation needs; what a function is given stands in the first ones.
    pub(crate) slots: u32,
    /// Whether it depends on the part of the input that differs between policies.
    pub(crate) varies: bool,
    /// Whether all definitions give the same, so that the first that holds is enough.
    pub(crate) is_uniform: bool,
    pub(crate) definitions: Box<[Definition]>,
    /// Its value where no definition holds.
    pub(crate) default: Option<u32>,
}

/// What a rule's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Gives {
    /// What its definitions give, which is the same for all that hold.
    Value,
    /// The set of all that they give.
    Set,
    /// The object of all entries that they give.
    Object,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Definition {
    /// What a function's arguments have to be, beyond being there.
    pub(crate) arguments: Box<[(Slot, Pattern)]>,
    /// The first that holds counts.
    pub(crate) branches: Box<[Branch]>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Branch {
    pub(crate) body: Box<[Step]>,
    /// The key of an entry.
    pub(crate) key: Option<Expr>,
    pub(crate) value: Expr,
}

/// A step of a body. What follows happens once for each way in which a step holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Step {
    /// It is there, and not `false`.
    Check(Expr),
    /// There is no way to go through these.
    Not(Box<[Step]>),
    Let(Slot, Expr),
    Match(Pattern, Expr),
    /// For each entry of a collection.
    Each {
        of: Expr,
        key: Option<Slot>,
        value: Option<Slot>,
    },
    /// There is a way to go through these for every entry of a collection.
    Every {
        of: Expr,
        key: Option<Slot>,
        value: Option<Slot>,
        body: Box<[Step]>,
    },
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Pattern {
    Any,
    Bind(Slot),
    Equals(Expr),
    Array(Box<[Pattern]>),
}

/// What has a value, or none.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Expr {
    Constant(u32),
    Input,
    Local(Slot),
    /// The value of a rule.
    Rule(u32),
    /// What stands behind several keys.
    Path(Box<Expr>, Box<[Key]>),
    At(Box<(Expr, Expr)>),
    /// A function of a policy.
    Call(u32, Box<[Expr]>),
    /// A function of the language with one argument.
    One(Builtin, Box<Expr>),
    /// One with two.
    Two(Builtin, Box<(Expr, Expr)>),
    /// One with three.
    Three(Builtin, Box<(Expr, Expr, Expr)>),
    /// A function of the language whose regular expression is written down.
    Regex(Builtin, u32, Box<[Expr]>),
    Array(Box<[Expr]>),
    Set(Box<[Expr]>),
    /// An object whose keys are text, in their order.
    Record(Box<[(Key, Expr)]>),
    Object(Box<[(Expr, Expr)]>),
    ArrayOf(Box<[Step]>, Box<Expr>),
    SetOf(Box<[Step]>, Box<Expr>),
    ObjectOf(Box<[Step]>, Box<(Expr, Expr)>),
    Binary(Operator, Box<(Expr, Expr)>),
}

/// Makes plans of policies.
#[derive(Debug)]
pub struct Policies<'m> {
    names: Names<'m>,
    /// The field of the input that differs between policies.
    varying: &'m str,
}

impl<'m> Policies<'m> {
    /// Policies that refer to each other.
    ///
    /// `varying` is the field of the input that is not the same for all policies that are
    /// evaluated together, such as `parameters`.
    pub fn new(modules: &'m [Module<'m>], varying: &'m str) -> Self {
        Self {
            names: Names::new(modules),
            varying,
        }
    }

    /// A plan for rules that are given by their full names, without `data`, and what became of
    /// each.
    pub fn plan<'n>(&self, rules: impl IntoIterator<Item = &'n [&'n str]>) -> (Plan, Vec<Planned>) {
        let mut planner = Planner::new(&self.names, self.varying);
        let planned = rules.into_iter().map(|rule| match planner.entry(rule) {
            Ok(entry) => Planned::Whole(entry),
            Err(why) => Planned::Not {
                guard: planner.guard(rule),
                why,
            },
        });
        let planned = planned.collect();
        (planner.plan, planned)
    }
}

/// What became of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Planned {
    /// It is evaluated by this entry.
    Whole(Entry),
    /// It is not evaluated.
    Not {
        /// What has no value where the rule has none or an empty one, if that can be told from
        /// those of its lines that are supported.
        guard: Option<Entry>,
        /// What is not supported.
        why: Unsupported,
    },
}
