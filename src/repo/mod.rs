//! What a repository deploys where.

mod environment;

pub use environment::{
    Environment, application_of_path, cluster_of_path, environment_of_path, tier_of_name,
};
