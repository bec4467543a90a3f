//! What is wrong with objects, and with what they are rendered from.

pub mod admission;
pub mod applications;
pub mod capacity;
pub mod charts;
pub mod credentials;
pub mod files;
pub mod fleet;
pub mod graph;
pub mod halves;
pub mod idle;
pub mod images;
pub mod immutable;
mod kept_out;
pub mod kustomizations;
pub mod manual;
pub mod monitoring;
pub(crate) mod named;
pub mod pod_security;
pub mod policy;
pub mod rendering;
pub mod schema;
pub mod sealed;
pub mod unset;
pub mod waiting;
pub mod worlds;
