//! Held against git itself.

mod bad_input;
mod clones;
mod random;
mod repo;
mod same_as_git;
