//! The only reader of disk.

mod disk;
mod git_index;
mod walk;

pub use disk::Disk;
pub use walk::Walk;
