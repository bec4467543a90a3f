//! What a scalar means.

mod base64;
mod number;
mod plain;
#[cfg(test)]
mod tests;
mod timestamp;

pub use base64::base64;
use std::borrow::Cow;
use std::fmt;

use crate::Style;
use plain::Plain;
pub(crate) use plain::is_plain_string;

/// Whose scalar rules apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// What `kustomize build` and Helm print for a scalar they read: go-yaml v3 into JSON.
    Kustomize,
    /// What `kubectl apply` sends to the API server: go-yaml v2, with YAML 1.1 booleans.
    Kubectl,
}

/// The JSON value that a scalar stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer that fits in 64 bits with sign. A float without fraction is one, too, for
    /// JSON does not tell them apart.
    Int(i64),
    /// A larger integer that fits in 64 bits without sign.
    Uint(u64),
    /// Any other number; also `.inf` and `.nan`, which JSON cannot hold.
    Float(f64),
    /// Text; a timestamp is text in its canonical form.
    Str(Cow<'a, str>),
}

/// Why a scalar has no value: its content does not fit its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// What the tag asks for, such as "an integer".
    pub wanted: &'static str,
}

/// "this is not an integer, although its tag says so"
impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is not {}, although its tag says so", self.wanted)
    }
}

impl std::error::Error for Misfit {}

/// What a scalar with this content, style and tag means. Content that does not fit its tag is
/// text: [`try_resolve`] tells.
pub fn resolve<'a>(
    content: &'a str,
    style: Style,
    tag: Option<&str>,
    dialect: Dialect,
) -> Scalar<'a> {
    try_resolve(content, style, tag, dialect).unwrap_or(Scalar::Str(Cow::Borrowed(content)))
}

/// As [`resolve`].
///
/// # Errors
/// Where the content does not fit the tag: the readers of this dialect refuse the document.
pub fn try_resolve<'a>(
    content: &'a str,
    style: Style,
    tag: Option<&str>,
    dialect: Dialect,
) -> Result<Scalar<'a>, Misfit> {
    let text = Scalar::Str(Cow::Borrowed(content));
    let Some(tag) = Tag::of(style, tag, dialect) else {
        return Ok(text);
    };
    let wanted = match tag {
        Tag::Binary => return base64::decode(content).ok_or(Misfit { wanted: "base64" }),
        Tag::None => None,
        Tag::Named(name) => Some(name),
    };
    let found = Plain::of(content, dialect, matches!(wanted, None | Some("timestamp")));
    let fits = match (wanted, &found) {
        (None, _) => true,
        (Some("null"), Plain::Null)
        | (Some("bool"), Plain::Bool(_))
        | (Some("int"), Plain::Int(_) | Plain::Uint(_))
        | (Some("float"), Plain::Float(_) | Plain::Int(_))
        | (Some("timestamp"), Plain::Timestamp(_)) => true,
        (Some(_), _) => false,
    };
    if !fits {
        return Err(Misfit {
            wanted: match wanted {
                Some("null") => "null",
                Some("bool") => "a boolean",
                Some("int") => "an integer",
                Some("float") => "a float",
                _ => "a timestamp",
            },
        });
    }
    Ok(match found {
        Plain::Null => Scalar::Null,
        Plain::Bool(value) => Scalar::Bool(value),
        Plain::Int(value) if wanted == Some("float") => number::in_json(value as f64),
        Plain::Int(value) => Scalar::Int(value),
        Plain::Uint(value) => Scalar::Uint(value),
        Plain::Float(value) => number::in_json(value),
        Plain::Timestamp(time) if dialect == Dialect::Kustomize => {
            let canonical = time.canonical().ok_or(Misfit {
                wanted: "a timestamp that JSON can hold",
            })?;
            Scalar::Str(Cow::Owned(canonical))
        }
        Plain::Timestamp(_) | Plain::Str => text,
    })
}

/// Whether the dialects take the scalar for different values.
pub fn dialects_differ(content: &str, style: Style, tag: Option<&str>) -> bool {
    let read = |dialect| try_resolve(content, style, tag, dialect);
    match (read(Dialect::Kustomize), read(Dialect::Kubectl)) {
        (Ok(Scalar::Float(a)), Ok(Scalar::Float(b))) => a.to_bits() != b.to_bits(),
        (a, b) => a != b,
    }
}

/// A tag that leaves something to find out.
enum Tag<'a> {
    /// None is written: the content tells.
    None,
    /// One of the types that plain scalars have.
    Named(&'a str),
    Binary,
}

impl<'a> Tag<'a> {
    /// `None` if the scalar is text whatever it holds.
    fn of(style: Style, tag: Option<&'a str>, dialect: Dialect) -> Option<Self> {
        let untagged = (style == Style::Plain).then_some(Self::None);
        match tag {
            None => untagged,
            Some("!") if dialect == Dialect::Kustomize => untagged,
            Some(tag) => match tag.strip_prefix("tag:yaml.org,2002:")? {
                "binary" => Some(Self::Binary),
                name @ ("null" | "bool" | "int" | "float" | "timestamp") => Some(Self::Named(name)),
                _ => None,
            },
        }
    }
}
