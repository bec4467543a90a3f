//! gitopslint: renders a GitOps repository and checks what would be applied.

pub mod rule;
