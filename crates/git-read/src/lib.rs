//! Reads git repositories as they stand, without git.
//!
//! A [`Repository`] gives the files of any revision and of the index as a [`Listing`].
//! Nothing is executed, so no hook, filter or credential program of a repository runs; nothing
//! is fetched, so what a partial or shallow clone lacks is named with the command that brings
//! it; and nothing is written. What is read may be hostile or damaged: everything has a limit,
//! and every limit and fault is a [`Fault`] that says what it met.
//!
//! Paths are UTF-8; others are named and left out.

mod ancestry;
mod attributes;
mod changes;
mod checkout;
mod commit;
mod config;
mod fault;
mod folders;
mod history;
mod id;
mod index;
mod listing;
mod objects;
mod pattern;
mod place;
mod refs;
mod renames;
mod repository;
mod revision;
mod similar;
mod small;
mod split;
mod staged;
mod tree;

pub use changes::{Change, Changes};
pub use checkout::{Checked, Checkout, Differs, Treatment};
pub use commit::{Commit, Time};
pub use config::Config;
pub use fault::Fault;
pub use history::{History, HistoryEnd, Revision, Touched};
pub use id::Id;
pub use index::{Index, IndexEntry, Stat};
pub use listing::{Entry, EntryKind, LeftOut, Listing};
pub use place::Place;
pub use refs::is_well_formed;
pub use repository::{Remote, Repository};
pub use staged::Staged;
pub use tree::TreeEntry;
