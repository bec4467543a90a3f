//! Every rendered value names the bytes it came from. Whether that is true is found out by
//! changing those bytes and rendering again: exactly the values that name them must change.

#![allow(
    clippy::unwrap_used,
    reason = "what is missing here is a fault of the test's own surroundings"
)]

mod claims;
mod edited;
mod kit;
mod own;
mod perturb;
