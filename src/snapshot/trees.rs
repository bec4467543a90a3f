//! What was parsed, by content.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashSet;
use spanned_yaml::Tree;

/// Parsed texts, by content: the same text is parsed once, in however many files and snapshots it
/// stands. Environments that are copies of each other share their trees, and so do two revisions.
///
/// It outlives snapshots; a clone has what the other has.
#[derive(Clone, Default)]
pub(super) struct Trees {
    known: Arc<Mutex<FxHashSet<ByText>>>,
}

impl Trees {
    /// The tree of a file's bytes, and whether it was parsed for this.
    pub(super) fn parse(&self, bytes: Vec<u8>) -> (Arc<Tree>, bool) {
        let known = std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| self.known(text));
        if let Some(known) = known {
            return (known, false);
        }
        let length = bytes.len();
        let tree = Arc::new(Tree::parse_bytes(bytes));
        // Where the tree has not all of the bytes, others may have led to the same text.
        if tree.text().len() == length {
            self.lock().insert(ByText(tree.clone()));
        }
        (tree, true)
    }

    fn known(&self, text: &str) -> Option<Arc<Tree>> {
        self.lock().get(text).map(|known| known.0.clone())
    }

    fn lock(&self) -> MutexGuard<'_, FxHashSet<ByText>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct ByText(Arc<Tree>);

impl Borrow<str> for ByText {
    fn borrow(&self) -> &str {
        self.0.text()
    }
}

impl Hash for ByText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text().hash(state);
    }
}

impl PartialEq for ByText {
    fn eq(&self, other: &Self) -> bool {
        self.0.text() == other.0.text()
    }
}

impl Eq for ByText {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_parsed_once() {
        let trees = Trees::default();
        let (one, is_new) = trees.parse(b"a: 1\n".to_vec());
        assert!(is_new);
        let (same, is_new) = trees.clone().parse(b"a: 1\n".to_vec());
        assert!(!is_new && Arc::ptr_eq(&one, &same));
        let (other, is_new) = trees.parse(b"a: 2\n".to_vec());
        assert!(is_new && !Arc::ptr_eq(&one, &other));
    }

    #[test]
    fn bytes_that_are_not_text_are_no_other_files_text() {
        let trees = Trees::default();
        let (broken, _) = trees.parse(b"a: 1\n\xff".to_vec());
        assert!(!broken.errors().is_empty());
        let (whole, is_new) = trees.parse(b"a: 1\n".to_vec());
        assert!(is_new && whole.errors().is_empty());
    }
}
