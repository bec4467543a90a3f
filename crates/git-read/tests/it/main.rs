//! Held against git itself.
#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod bad_input;
mod clones;
mod random;
mod repo;
mod same_as_git;
