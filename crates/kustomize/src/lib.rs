//! kustomize build, natively.

pub mod openapi;
pub mod patch;
