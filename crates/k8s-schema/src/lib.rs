//! Schemas of Kubernetes objects: those of Kubernetes' own kinds for every supported version,
//! built in, and those of custom kinds from their CustomResourceDefinitions.
//!
//! A [`Catalog`] judges an object and says everything that is wrong with it, at the key or value
//! that is wrong.

mod builtin;
mod catalog;
mod check;
mod crd;
mod expect;
mod export;
mod format;
mod kinds;
mod list;
mod misplaced;
mod packed;
mod pod_security;
mod pods;
mod popular;
mod scalar;
#[allow(
    clippy::collapsible_match,
    reason = "a guard that reports what it finds would look as if it only asked"
)]
mod server;
mod table;
mod unknown;
mod version;
mod violation;

pub use catalog::{Catalog, Scope};
pub use pod_security::{
    PodSecurityLevel, PodSecurityViolation, pod_security, pod_security_version,
};
pub use pods::{PodForm, PodPlace, PodStep};
pub use server::quantity::Quantity;
pub use version::Version;
pub use violation::{Coverage, SchemaViolation, Unchecked, Verdict, ViolationKind, WITH_VALUE};

#[cfg(test)]
mod tests;
