//! What a promotion between two environments changes, file by file.
//!
//! Two [`File`]s that correspond are compared field by field ([`compare()`]). Each [`Difference`]
//! gets a [`Verdict`]: from the configuration, else from the past of the two files ([`History`]),
//! else from what the field is for ([`Field`]). What moves becomes a [`Plan`] of edits that leave
//! all other bytes as they are ([`plan()`]); they can be carried out ([`apply`]), taken back
//! ([`inverse`]) and shown ([`unified`]).
//!
//! What two environments apply, once it is rendered, is compared by [`objects::differences`].
//!
//! Nothing is read from disk here, and nothing is known of git.

mod compare;
mod couple;
mod difference;
mod edit;
mod env_file;
mod environment;
mod field;
mod file;
mod history;
mod key;
mod locate;
mod lower;
pub mod objects;
mod pair;
mod path;
mod plan;
mod reference;
mod rename;
mod sensitive;
mod split;
#[cfg(test)]
mod tests;
mod timeline;
mod value;
mod verify;
mod version;
mod walk;
mod words;

pub use compare::{Decision, Rename, Rule, Terms, TooMany, compare};
pub use difference::{Basis, Difference, Hold, REDACTED, Verdict};
pub(crate) use difference::{Deed, Make};
pub use edit::{FileEdit, Stale, apply, inverse, unified};
pub use environment::Environments;
pub use field::{Field, Tendency};
pub use file::{File, Unreadable};
pub use history::{Absence, Changed, Commit, History, Past, Stretch, Told, who_changed};
pub use key::MergeKey;
pub use lower::lower as edits;
pub use path::{Id, Item, Part, Path, Pattern, Side, Step};
pub use plan::{Change, Choice, Op, Plan, plan};
pub use sensitive::Guard;
pub use timeline::{FileHistory, Version};
pub use version::compare_versions;
