use manifest::{Dialect, Scalar, View};

/// The type that go-yaml gives a scalar. Unlike its value, it tells `1.0` from `1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Str,
    Bool,
    Int,
    Float,
    Null,
}

impl Tag {
    /// The type of a scalar; collections are taken for text.
    pub(crate) fn of(view: View<'_>) -> Self {
        match view.scalar(Dialect::Kustomize) {
            None | Some(Scalar::Str(_)) => Self::Str,
            Some(Scalar::Null) => Self::Null,
            Some(Scalar::Bool(_)) => Self::Bool,
            Some(Scalar::Float(_)) => Self::Float,
            Some(Scalar::Int(_) | Scalar::Uint(_)) => match is_float(view.text()) {
                true => Self::Float,
                false => Self::Int,
            },
        }
    }
}

/// Whether a number is written with a fraction or an exponent.
fn is_float(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    !digits.starts_with("0x") && digits.contains(['.', 'e', 'E'])
}
