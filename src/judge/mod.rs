//! From what is wrong to findings: where it stands, how severe it is there, what is excused.

pub mod baselined;
pub mod finding;
mod fingerprint;
pub mod introduced;
pub mod judged;
pub mod lines;
pub mod locate;
mod looks;
pub mod redact;
pub mod sink;
mod unread;
mod ways;
mod words;
