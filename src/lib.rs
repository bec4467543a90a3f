//! gitopslint: renders a GitOps repository and checks what would be applied.
//!
//! The modules are the pipeline, from bottom to top: each imports only those before it.
//! [`Setup::check`] in [`pipeline`] is the chain from files to findings.

pub mod date;
pub mod problem;
pub mod rule;

pub mod snapshot;

pub mod settings;

pub mod deploy;

pub mod render;

pub mod checks;

pub mod setup;

pub mod request;

pub mod evaluate;

pub mod context;

pub mod judge;

pub mod pipeline;

pub mod shard;

pub mod cache;

pub mod gate;

pub mod compare;
pub mod promote;

pub mod fix;
pub mod trace;

pub mod report;

pub mod cli;

pub use crate::pipeline::{Checked, Deployed};
pub use crate::request::{ApiVersions, Request};
pub use crate::setup::Setup;
