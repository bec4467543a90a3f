//! Argo CD's own kinds, read as Argo CD reads them.
//!
//! [`generate`] makes the Applications of an ApplicationSet, [`Application`] is one of them field
//! by field, and [`Project`] says what it may do. What asks for clusters and other repositories is
//! given as a [`World`]; nothing here touches a disk or a network.

mod application;
mod applicationset;
mod document;
mod project;
mod repo_url;
mod shape;
mod text;

pub use application::{
    Application, Automated, DEFAULT_PROJECT, Destination, Directory, DirectoryFiles, Environment,
    Expanded, FileParameter, Helm, HelmValues, IgnoredDifference, Kustomize, OfNothing, Parameter,
    Plugin, Replica, SOURCE_OVERRIDES, Source, SyncPolicy, Tool, ToolFound, ValueFile, discover,
    edit_kustomization, merge_source_overrides,
};
pub use applicationset::{
    Cluster, Generated, GeneratedApplication, Globbing, IN_CLUSTER_NAME, IN_CLUSTER_SERVER,
    Options, Refusal, Refused, Unknown, UnknownKind, World, generate,
};
pub use project::{
    GlobalProject, KnownProjects, OrphanedResources, Permission, Project, ProjectDestination,
    ProjectFault, ResourcePattern, Role, Schedule, SyncWindow, Target, check_rbac, parse_duration,
};
pub use repo_url::{is_same_repository, normalize_repo_url};
pub use text::{Flag, Number, Text};
