//! What templates can call.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::value::Object;
use crate::{Data, Evaluator, Failure, List, Map, Text, Value, View};

/// What a function does with its checked arguments.
pub type Run = fn(&mut Evaluator<'_>, Args<'_>) -> Result<Value, Failure>;

/// A function that templates can call.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The types of its arguments.
    pub params: &'static [Param],
    /// The type of any number of further arguments.
    pub rest: Option<Param>,
    /// Where its result comes from.
    pub flow: Flow,
    /// What it does.
    pub run: Run,
}

/// What an argument must be. Go converts nothing but literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Param {
    /// Anything.
    Any,
    /// A string.
    Str,
    /// A Go `int`; other integer types and floats are not.
    Int,
    /// A `float64`.
    Float,
    /// A boolean.
    Bool,
    /// A map from strings to anything.
    Map,
    /// A list of anything; a list of strings is not.
    List,
    /// An object of this Go type.
    Object(&'static str),
}

/// The functions that only hand on the collections that they are given, look at what they are, or
/// ask for single entries, which is told of by itself.
const HANDS_ON: &[&str] = &[
    "and",
    "coalesce",
    "default",
    "dict",
    "dig",
    "empty",
    "eq",
    "fail",
    "first",
    "get",
    "hasKey",
    "include",
    "index",
    "kindIs",
    "kindOf",
    "last",
    "len",
    "list",
    "ne",
    "not",
    "or",
    "pick",
    "pluck",
    "required",
    "set",
    "ternary",
    "tpl",
    "tuple",
    "typeIs",
    "typeIsLike",
    "typeOf",
];

/// Where the result of a function comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It is computed: what is not known of it otherwise came from the last argument that is
    /// known.
    Computes,
    /// It is one of the arguments or a part of one, and knows its own origin.
    Selects,
    /// `and`: arguments are evaluated up to the first that does not hold.
    And,
    /// `or`: arguments are evaluated up to the first that holds.
    Or,
}

impl Function {
    /// A function of a fixed number of arguments.
    pub const fn new(name: &'static str, params: &'static [Param], run: Run) -> Self {
        Self {
            name,
            params,
            rest: None,
            flow: Flow::Computes,
            run,
        }
    }

    /// Whether it uses collections as a whole.
    pub(crate) fn consumes(&self) -> bool {
        !HANDS_ON.contains(&self.name)
    }

    /// The same with any number of further arguments.
    #[must_use]
    pub const fn rest(mut self, param: Param) -> Self {
        self.rest = Some(param);
        self
    }

    /// The same, where the result knows its own origin.
    #[must_use]
    pub const fn selects(mut self) -> Self {
        self.flow = Flow::Selects;
        self
    }

    /// The same with another origin of the result.
    #[must_use]
    pub const fn flow(mut self, flow: Flow) -> Self {
        self.flow = flow;
        self
    }

    /// The type of the argument at an index, if there may be one.
    pub(crate) fn param(&self, index: usize) -> Option<Param> {
        self.params.get(index).copied().or(self.rest)
    }
}

impl Param {
    /// What it wants, in words.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Any => "a value".to_owned(),
            Self::Str => "a string".to_owned(),
            Self::Int => "an integer (int)".to_owned(),
            Self::Float => "a number (float64)".to_owned(),
            Self::Bool => "a boolean".to_owned(),
            Self::Map => "a map".to_owned(),
            Self::List => "a list".to_owned(),
            Self::Object(name) => format!("a {name}"),
        }
    }

    /// The function that makes one from something else.
    pub(crate) fn conversion(self) -> Option<&'static str> {
        match self {
            Self::Str => Some("toString"),
            Self::Int => Some("int"),
            Self::Float => Some("float64"),
            _ => None,
        }
    }

    /// What stands for a value of which nothing is known, where a string is wanted.
    pub(crate) fn stand_in(self, value: Value) -> Value {
        match self {
            Self::Str => value.or_stand_in(),
            _ => value,
        }
    }

    /// The value as this type; `None` if Go would refuse it.
    pub(crate) fn accept(self, value: Value) -> Option<Value> {
        let fits = match (self, &value.data) {
            (Self::Any, _)
            | (Self::Str, Data::Str(_))
            | (Self::Int, Data::Int(_, crate::IntType::Int))
            | (Self::Float, Data::Float(_))
            | (Self::Bool, Data::Bool(_)) => true,
            (Self::Map, Data::Map(map)) => {
                matches!(map.of(), crate::MapType::Any | crate::MapType::Named(_))
            }
            (Self::List, Data::List(list)) => list.of == crate::ListType::Any,
            (Self::Object(name), Data::Object(object)) => object.type_name() == name,
            (Self::Map, Data::Nil) => return Some(Map::nil().into()),
            (Self::List, Data::Nil) => return Some(List::nil(crate::ListType::Any).into()),
            _ => false,
        };
        fits.then_some(value)
    }
}

/// The arguments of a call. They have the number and types that the function declares.
#[derive(Clone, Copy, Debug)]
pub struct Args<'a>(pub &'a [Value]);

impl<'a> Args<'a> {
    /// How many there are.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// An argument.
    pub fn value(self, index: usize) -> Result<&'a Value, Failure> {
        self.0.get(index).ok_or_else(|| undeclared(index))
    }

    /// The arguments from one on.
    pub fn from(self, index: usize) -> &'a [Value] {
        self.0.get(index..).unwrap_or_default()
    }

    /// A string with its origin.
    pub fn view(self, index: usize) -> Result<View<'a>, Failure> {
        self.value(index)?
            .as_view()
            .ok_or_else(|| undeclared(index))
    }

    /// A string.
    pub fn text(self, index: usize) -> Result<&'a Text, Failure> {
        Ok(self.view(index)?.text)
    }

    /// The bytes of a string.
    pub fn bytes(self, index: usize) -> Result<&'a [u8], Failure> {
        Ok(self.text(index)?.bytes())
    }

    /// A string as characters; what is not UTF-8 is replaced.
    pub fn str(self, index: usize) -> Result<std::borrow::Cow<'a, str>, Failure> {
        Ok(self.text(index)?.to_str())
    }

    /// An integer.
    pub fn int(self, index: usize) -> Result<i64, Failure> {
        match self.value(index)?.data {
            Data::Int(value, _) => Ok(value),
            _ => Err(undeclared(index)),
        }
    }

    /// A floating-point number.
    pub fn float(self, index: usize) -> Result<f64, Failure> {
        match self.value(index)?.data {
            Data::Float(value) => Ok(value),
            _ => Err(undeclared(index)),
        }
    }

    /// A boolean.
    pub fn bool(self, index: usize) -> Result<bool, Failure> {
        match self.value(index)?.data {
            Data::Bool(value) => Ok(value),
            _ => Err(undeclared(index)),
        }
    }

    /// A map.
    pub fn map(self, index: usize) -> Result<&'a Rc<Map>, Failure> {
        match &self.value(index)?.data {
            Data::Map(map) => Ok(map),
            _ => Err(undeclared(index)),
        }
    }

    /// A list.
    pub fn list(self, index: usize) -> Result<&'a Rc<List>, Failure> {
        match &self.value(index)?.data {
            Data::List(list) => Ok(list),
            _ => Err(undeclared(index)),
        }
    }

    /// An object of a Rust type.
    pub fn object<T: Object>(self, index: usize) -> Result<&'a T, Failure> {
        match &self.value(index)?.data {
            Data::Object(object) => object.as_any().downcast_ref(),
            _ => None,
        }
        .ok_or_else(|| undeclared(index))
    }
}

/// A function takes an argument as something it did not declare.
fn undeclared(index: usize) -> Failure {
    Failure::wrong_type(format!("argument {} is not what was declared", index + 1))
}

/// The functions that templates can call, by name.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    by_name: FxHashMap<&'static str, Function>,
}

impl Functions {
    /// Go's own functions.
    pub fn builtin() -> Self {
        let mut functions = Self::default();
        functions.extend(crate::builtin::FUNCTIONS);
        functions
    }

    /// Go's own functions and Sprig's, without those that read the environment.
    pub fn sprig() -> Self {
        let mut functions = Self::builtin();
        for group in crate::sprig::GROUPS {
            functions.extend(group);
        }
        functions
    }

    /// Adds functions; one of the same name is replaced.
    pub fn extend(&mut self, functions: &[Function]) {
        for function in functions {
            self.by_name.insert(function.name, *function);
        }
    }

    /// Takes a function out.
    pub fn remove(&mut self, name: &str) {
        self.by_name.remove(name);
    }

    /// The function of this name.
    pub fn get(&self, name: &str) -> Option<&Function> {
        self.by_name.get(name)
    }

    /// The names of all functions, in no order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.by_name.keys().copied()
    }
}
