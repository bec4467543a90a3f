//! gitopslint: renders a GitOps repository and checks what would be applied.

pub mod finding;
pub mod rule;
pub mod sensitive;
