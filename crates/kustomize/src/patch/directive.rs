//! `$patch`: what a patch says about a whole mapping or list.

use manifest::{EntryRef, Fault, FaultKind, View};

use super::fault_at;

/// The key of a directive.
pub(super) const KEY: &str = "$patch";

/// What is to happen to the value that stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// It is merged with.
    Merge,
    /// It is replaced.
    Replace,
    /// It is removed.
    Delete,
}

impl Directive {
    /// A mapping's directive.
    pub(super) fn of_map(patch: View<'_>) -> Result<Option<Self>, Fault> {
        patch.get(KEY).map(Self::read).transpose()
    }

    /// A list's directive: the first item that has one, if the item has nothing else.
    pub(super) fn of_list(patch: View<'_>) -> Result<Option<Self>, Fault> {
        let item = patch.items().find(|item| item.get(KEY).is_some());
        match item {
            Some(item) if item.entries().nth(1).is_none() => Self::of_map(item),
            _ => Ok(None),
        }
    }

    /// Whether an item of a list disappears with the list's directive, as kustomize has it: any
    /// item that says the same, and what is empty.
    pub(super) fn takes(self, item: View<'_>) -> bool {
        let says_the_same = || item.get(KEY).is_some_and(|v| v.text() == self.as_str());
        item.is_null() || (item.is_map() && (item.entries().next().is_none() || says_the_same()))
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Replace => "replace",
            Self::Delete => "delete",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut all = [Self::Merge, Self::Replace, Self::Delete].into_iter();
        all.find(|directive| directive.as_str() == text)
    }

    fn read(value: View<'_>) -> Result<Self, Fault> {
        if let Some(directive) = Self::parse(value.text()) {
            return Ok(directive);
        }
        let message = format!("`$patch` cannot be `{}`", value.text());
        Err(fault_at(value, FaultKind::Patch, message).help("use `merge`, `replace` or `delete`"))
    }
}

/// Whether the entry is a directive, and so is no part of the value.
pub(super) fn is_known(entry: EntryRef<'_>) -> bool {
    entry.key.text() == KEY && Directive::parse(entry.value.text()).is_some()
}
