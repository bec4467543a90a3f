//! Flux' own kinds, read as Flux reads them.
//!
//! [`Kustomization`] says what Flux makes of a folder: [`Kustomization::edit`] changes its
//! kustomization as Flux does before it is built, and [`Kustomization::finish`] what comes of it.
//! Nothing here touches a disk or a network: what ConfigMaps and Secrets hold is given as
//! [`Variables`].

mod envsubst;
mod kustomization;
mod metadata;
mod substitute;

pub use envsubst::{BadSubstitution, Lookup, Piece, expand};
pub use kustomization::{Kustomization, Reference};
pub use substitute::{Unset, Variables};
