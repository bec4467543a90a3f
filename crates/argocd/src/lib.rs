//! Argo CD's own kinds, read as Argo CD reads them.

mod applicationset;
mod shape;

pub use applicationset::{
    Cluster, Generated, GeneratedApplication, Globbing, IN_CLUSTER_NAME, IN_CLUSTER_SERVER,
    Options, Refusal, Refused, Unknown, UnknownKind, World, generate,
};
