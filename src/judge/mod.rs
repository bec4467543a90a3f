//! From what is wrong to findings: where it stands, how severe it is there, what is excused.

pub mod baselined;
pub mod exceptions;
pub mod finding;
mod fingerprint;
pub mod introduced;
pub mod judged;
mod lenience;
pub mod lines;
pub mod locate;
mod looks;
pub mod redact;
mod room;
pub mod sink;
mod unread;
mod ways;
mod words;
