//! gitopslint: renders a GitOps repository and checks what would be applied.

pub mod config;
pub mod date;
pub mod files;
pub mod finding;
pub mod ignores;
pub mod locate;
pub mod policy;
pub mod repo;
pub mod report;
pub mod rule;
pub mod sensitive;
pub mod suggest;
