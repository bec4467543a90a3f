//! What a policy says, as it is written.

use std::borrow::Cow;

use crate::Unsupported;
use crate::value::Number;

/// A parsed policy file.
#[derive(Debug)]
pub struct Module<'t> {
    /// The parts of its package's name.
    pub(crate) package: Vec<Cow<'t, str>>,
    pub(crate) imports: Vec<Import<'t>>,
    pub(crate) rules: Vec<Rule<'t>>,
    /// What could not be read.
    pub(crate) unread: Option<Unsupported>,
}

#[derive(Debug)]
pub(crate) struct Import<'t> {
    /// The name that it is called by in the file.
    pub(crate) name: Cow<'t, str>,
    /// What it stands for, `data` or `input` first.
    pub(crate) path: Vec<Cow<'t, str>>,
}

/// One definition of a rule.
#[derive(Debug)]
pub(crate) struct Rule<'t> {
    pub(crate) name: &'t str,
    pub(crate) line: u32,
    pub(crate) is_default: bool,
    /// What a function is given.
    pub(crate) parameters: Option<Vec<Term<'t>>>,
    pub(crate) head: Head<'t>,
    /// The definition, and what follows `else`.
    pub(crate) branches: Vec<Branch<'t>>,
}

/// What a rule makes of what its branches give.
#[derive(Debug)]
pub(crate) enum Head<'t> {
    /// It is the value.
    Value,
    /// It is a set that holds this.
    Member(Term<'t>),
    /// It is an object in which the value has this key.
    Key(Term<'t>),
}

#[derive(Debug)]
pub(crate) struct Branch<'t> {
    /// `true` if none is written.
    pub(crate) value: Option<Term<'t>>,
    pub(crate) body: Vec<Literal<'t>>,
}

/// A line of a body.
#[derive(Debug)]
pub(crate) struct Literal<'t> {
    pub(crate) line: u32,
    pub(crate) what: What<'t>,
}

#[derive(Debug)]
pub(crate) enum What<'t> {
    /// It must be there, and not `false`.
    Holds(Term<'t>),
    Not(Term<'t>),
    /// `some a, b`
    Declare(Vec<&'t str>),
    /// `some key, value in of`
    Some {
        key: Option<Term<'t>>,
        value: Term<'t>,
        of: Term<'t>,
    },
    Every {
        key: Option<Term<'t>>,
        value: Term<'t>,
        of: Term<'t>,
        body: Vec<Literal<'t>>,
    },
    /// `:=`
    Assign(Term<'t>, Term<'t>),
    /// `=`
    Unify(Term<'t>, Term<'t>),
}

#[derive(Debug)]
pub(crate) enum Term<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'t, str>),
    /// A variable, or a rule.
    Name(&'t str),
    /// `_`
    Any,
    /// `a.b["c"][d]`
    Ref(Box<Term<'t>>, Vec<Term<'t>>),
    /// `a.b(c)`
    Call(Vec<Cow<'t, str>>, Vec<Term<'t>>),
    Array(Vec<Term<'t>>),
    Set(Vec<Term<'t>>),
    Object(Vec<(Term<'t>, Term<'t>)>),
    ArrayOf(Box<Term<'t>>, Vec<Literal<'t>>),
    SetOf(Box<Term<'t>>, Vec<Literal<'t>>),
    ObjectOf(Box<(Term<'t>, Term<'t>)>, Vec<Literal<'t>>),
    Binary(Operator, Box<(Term<'t>, Term<'t>)>),
}

/// What stands between two terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Union,
    Intersection,
    In,
}
