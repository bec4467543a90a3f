//! What a scalar means.

use std::borrow::Cow;

use crate::Style;

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
    /// An integer that fits in 64 bits with sign.
    Int(i64),
    /// A larger integer that fits in 64 bits without sign.
    Uint(u64),
    /// Any other number, `.inf` and `.nan` included.
    Float(f64),
    /// Text; a timestamp is text in its canonical form.
    Str(Cow<'a, str>),
}

/// What a scalar with this content, style and tag means.
pub fn resolve<'a>(
    content: &'a str,
    style: Style,
    tag: Option<&str>,
    dialect: Dialect,
) -> Scalar<'a> {
    let _ = (tag, dialect);
    if style != Style::Plain {
        return Scalar::Str(Cow::Borrowed(content));
    }
    match content {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        _ => match (content.parse(), content.parse()) {
            (Ok(int), _) => Scalar::Int(int),
            (_, Ok(float)) if content.starts_with(|c: char| c.is_ascii_digit()) => {
                Scalar::Float(float)
            }
            _ => Scalar::Str(Cow::Borrowed(content)),
        },
    }
}
