//! What a repository deploys where.

mod environment;
mod files;
mod loose;
mod target;

pub use environment::{Environment, application_of_path, cluster_of_path, environment_of_path};
pub use files::{FileKind, Kinds};
pub use loose::{Loose, find};
pub use target::{Content, LooseFile, TargetSpec};
