//! Sprig's functions, one topic a file.

mod case;
mod certificate;
mod convert;
mod date;
mod decimal;
mod dict;
mod encode;
mod flow;
mod hash;
mod json;
mod list;
mod merge;
mod numeric;
mod path;
mod random;
mod reflect;
mod regex;
mod semver;
mod split;
mod strings;
mod url;
mod words;
mod wrap;

pub use json::{JsonError, parse as parse_json, push as push_json};
pub use semver::{is_version, satisfies};

use crate::function::{Function, Param};
use crate::{Failure, Value};

/// What a function gives.
type Out = Result<Value, Failure>;

const ANY: Param = Param::Any;
const STR: Param = Param::Str;
const INT: Param = Param::Int;
const MAP: Param = Param::Map;

/// All functions, by topic.
pub(crate) const GROUPS: &[&[Function]] = &[
    case::FUNCTIONS,
    certificate::FUNCTIONS,
    convert::FUNCTIONS,
    date::FUNCTIONS,
    decimal::FUNCTIONS,
    dict::FUNCTIONS,
    encode::FUNCTIONS,
    flow::FUNCTIONS,
    hash::FUNCTIONS,
    json::FUNCTIONS,
    list::FUNCTIONS,
    merge::FUNCTIONS,
    numeric::FUNCTIONS,
    path::FUNCTIONS,
    random::FUNCTIONS,
    reflect::FUNCTIONS,
    regex::FUNCTIONS,
    semver::FUNCTIONS,
    split::FUNCTIONS,
    strings::FUNCTIONS,
    url::FUNCTIONS,
    words::FUNCTIONS,
    wrap::FUNCTIONS,
];
