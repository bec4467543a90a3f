//! gitopslint: renders a GitOps repository and checks what would be applied.

pub mod files;
pub mod finding;
pub mod locate;
pub mod repo;
pub mod rule;
pub mod sensitive;
