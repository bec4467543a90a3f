//! Every function that expressions may call, by what it takes.

mod access;
mod arithmetic;
mod cluster;
mod convert;
mod formats;
mod lists;
mod net;
mod optional;
pub(crate) mod order;
mod quantity;
mod regex;
mod semver;
mod sets;
mod signature;
mod strings;
mod times;
mod url;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::machine::Machine;
use crate::{Failure, Reason, Type, Value};

/// What a function does with values that fit it.
type Run = fn(&mut Machine<'_>, &[Value]) -> Result<Value, Failure>;

/// One way to call a function.
#[derive(Debug)]
pub(crate) struct Overload {
    /// Whether the first parameter stands in front, as in `text.size()`.
    pub(crate) is_member: bool,
    /// Type parameters are variables, counted from zero.
    pub(crate) params: Vec<Type>,
    pub(crate) result: Type,
    /// How many type parameters there are.
    pub(crate) variables: u32,
    /// The first minor version of Kubernetes 1 that knows it.
    pub(crate) since: u8,
    is_index: bool,
    run: Run,
}

/// A signature, since when Kubernetes has it, and what it does.
type Declared = (&'static str, u8, Run);

const ALL: &[&[Declared]] = &[
    access::FUNCTIONS,
    arithmetic::FUNCTIONS,
    order::FUNCTIONS,
    convert::FUNCTIONS,
    times::FUNCTIONS,
    strings::FUNCTIONS,
    strings::MORE,
    lists::FUNCTIONS,
    sets::FUNCTIONS,
    optional::FUNCTIONS,
    regex::FUNCTIONS,
    url::FUNCTIONS,
    net::FUNCTIONS,
    quantity::FUNCTIONS,
    semver::FUNCTIONS,
    formats::FUNCTIONS,
    cluster::FUNCTIONS,
];

/// All overloads of a function.
pub(crate) fn overloads(name: &str) -> Option<&'static [Overload]> {
    static TABLE: OnceLock<FxHashMap<&'static str, Vec<Overload>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table: FxHashMap<&'static str, Vec<Overload>> = FxHashMap::default();
        for (text, since, run) in ALL.iter().copied().flatten() {
            if let Some(signature) = signature::parse(text) {
                table.entry(signature.name).or_default().push(Overload {
                    is_member: signature.is_member,
                    params: signature.params,
                    result: signature.result,
                    variables: signature.variables,
                    since: *since,
                    is_index: matches!(signature.name, "_[_]" | "_[?_]"),
                    run: *run,
                });
            }
        }
        table
    });
    table.get(name).map(Vec::as_slice)
}

impl Overload {
    pub(crate) fn call(&self, machine: &mut Machine<'_>, args: &[Value]) -> Result<Value, Failure> {
        (self.run)(machine, args)
    }

    /// Whether values are of the types that it takes.
    pub(crate) fn accepts(&self, args: &[Value]) -> bool {
        // Any number finds an item, if it is whole.
        let tested = if self.is_index { 1 } else { args.len() };
        let mut pairs = self.params.iter().zip(args).take(tested);
        self.params.len() == args.len() && pairs.all(|(ty, arg)| fits(ty, arg))
    }
}

/// Whether a value is of a type, as far as that shows at its surface.
fn fits(ty: &Type, value: &Value) -> bool {
    match (ty, value) {
        (Type::Dyn | Type::Var(_) | Type::Error, _) => true,
        (Type::Null, Value::Null)
        | (Type::Bool, Value::Bool(_))
        | (Type::Int, Value::Int(_))
        | (Type::Uint, Value::Uint(_))
        | (Type::Double, Value::Double(_))
        | (Type::String, Value::String(_))
        | (Type::Bytes, Value::Bytes(_))
        | (Type::Duration, Value::Duration(_))
        | (Type::Timestamp, Value::Timestamp(_))
        | (Type::Type, Value::Type(_))
        | (Type::Map(_) | Type::Object(_), Value::Map(_))
        | (Type::Optional(_), Value::Optional(None)) => true,
        (Type::Optional(inner), Value::Optional(Some(value))) => fits(inner, value),
        // Lists of several types are told apart by their first item.
        (Type::List(item), Value::List(list)) => {
            list.items.first().is_none_or(|first| fits(item, first))
        }
        (Type::Opaque(name), value) => *name == value.type_name(),
        _ => false,
    }
}

/// What there is to say of values that fit no function.
pub(crate) fn mismatch(args: &[Value]) -> Failure {
    let hides = |value: &Value| match value {
        Value::Placeholder => true,
        Value::List(list) => list.items.iter().any(|i| matches!(i, Value::Placeholder)),
        _ => false,
    };
    if args.iter().any(hides) {
        return Failure::Unknown(Reason::Placeholder);
    }
    let types: Vec<&str> = args.iter().map(Value::type_name).collect();
    Failure::error(format!("nothing of that name takes ({})", types.join(", ")))
}
