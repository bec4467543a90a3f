//! Writes commits into git repositories, without git.
//!
//! A commit is made of another one with some of its files changed ([`commit`]), and a branch is
//! put on it ([`move_branch`]). Neither the index nor the work tree is touched, and nothing is
//! executed: no hook, no filter, no signing program. Who writes it is told by [`Identity::find`].

mod branch;
mod commit;
mod identity;
mod objects;
mod refused;
mod tree;

pub use branch::{Branch, Move, move_branch};
pub use commit::{Content, NewCommit, commit};
pub use identity::{Identity, Role};
pub use refused::Refused;
