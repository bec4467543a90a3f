//! YAML as the functions of templates read and write it, in Helm and Argo CD alike: through
//! JSON, by go-yaml v2.

mod align;
mod read;
mod write;

use spanned_yaml::{Scalar, for_yaml};

pub use read::{NotRead, read};
pub use write::{to_yaml, to_yaml_pretty};

/// The text that a mapping's key becomes in JSON; none if it cannot become one.
pub fn key_text(key: Option<Scalar<'_>>) -> Option<String> {
    Some(match key? {
        Scalar::Null => return None,
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Uint(value) => value.to_string(),
        // Keys have the precision of 32 bits.
        Scalar::Float(value) => for_yaml(format!("{:e}", value as f32).parse().unwrap_or(value)),
        Scalar::Str(text) => text.into_owned(),
    })
}
