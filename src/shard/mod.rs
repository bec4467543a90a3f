//! Several runs that share one check, on one machine or on many: what each reports, and what all of
//! them come to together.
//!
//! Each renders everything and judges its share of the objects; the first one also tells what is
//! wrong in the repository as a whole. What a run found is kept up to what only the whole can
//! tell ([`Part`](crate::pipeline::Part)), so that all parts together are concluded as one run is.

mod merge;
mod report;
mod texts;
mod told;

#[cfg(test)]
mod tests;

pub use merge::{Merged, merge};
pub use report::{SHARD_FILE_LIMIT, ShardReport};
