//! What is wrong with objects, and with what they are rendered from.

pub mod applications;
pub mod capacity;
pub mod charts;
pub mod credentials;
pub mod files;
pub mod graph;
pub(crate) mod guides;
pub mod immutable;
mod kept_out;
pub mod kustomizations;
pub mod monitoring;
pub(crate) mod named;
pub mod pod_security;
pub mod policy;
pub mod rendering;
pub mod schema;
pub mod sealed;
mod waiting;
pub mod worlds;
