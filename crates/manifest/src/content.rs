//! Values compared by what they say, wherever they came from.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;
use spanned_yaml::{Kind, Style};

use crate::View;

/// Above this many entries mappings are only compared key by key while their order agrees.
const LOOKUP_LIMIT: usize = 64;

/// Where a value is in memory: what nothing changed is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Address(usize, usize);

impl<'a> View<'a> {
    /// A number that is the same for values with the same content. The order of a mapping's
    /// entries does not count.
    pub fn content_hash(self) -> u64 {
        let mut hasher = FxHasher::default();
        match self.kind() {
            Kind::Map => {
                let mut sum = 1u64;
                for entry in self.entries() {
                    let mut hasher = FxHasher::default();
                    entry.key.text().hash(&mut hasher);
                    entry.value.content_hash().hash(&mut hasher);
                    sum = sum.wrapping_add(hasher.finish());
                }
                sum.hash(&mut hasher);
            }
            Kind::Seq => {
                2u64.hash(&mut hasher);
                for item in self.items() {
                    item.content_hash().hash(&mut hasher);
                }
            }
            Kind::Scalar | Kind::Alias => {
                self.is_plain().hash(&mut hasher);
                self.text().hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// Where it is in memory, as long as it is kept; none of what is gone. Values of one address
    /// are one value.
    pub fn address(self) -> Option<Address> {
        Some(match self {
            Self::Src(source, node) => Address(Arc::as_ptr(&source.tree).addr(), node.index()),
            Self::Map(map) => Address(Arc::as_ptr(map).addr(), 0),
            Self::Seq(seq) => Address(Arc::as_ptr(seq).addr(), 0),
            Self::Made(made) => Address(Arc::as_ptr(made).addr(), 0),
            Self::Gone => return None,
        })
    }

    /// Whether two values have the same content: the same scalars, read the same way.
    pub fn same_content(self, other: View<'_>) -> bool {
        self.is_one_with(other) || self.says_the_same(other)
    }

    fn is_one_with(self, other: View<'_>) -> bool {
        let own = self.address();
        own.is_some() && own == other.address()
    }

    fn says_the_same(self, other: View<'_>) -> bool {
        match (self.kind(), other.kind()) {
            (Kind::Map, Kind::Map) => self.same_entries(other),
            (Kind::Seq, Kind::Seq) => {
                let mut others = other.items();
                self.items()
                    .all(|item| others.next().is_some_and(|o| item.same_content(o)))
                    && others.next().is_none()
            }
            (Kind::Scalar, Kind::Scalar) => {
                self.text() == other.text()
                    && self.is_plain() == other.is_plain()
                    && self.tag() == other.tag()
            }
            _ => false,
        }
    }

    fn same_entries(self, other: View<'_>) -> bool {
        let count = self.entries().count();
        if count != other.entries().count() {
            return false;
        }
        let in_order = self
            .entries()
            .zip(other.entries())
            .all(|(a, b)| a.key.text() == b.key.text());
        if in_order {
            return self
                .entries()
                .zip(other.entries())
                .all(|(a, b)| a.value.same_content(b.value));
        }
        count <= LOOKUP_LIMIT
            && self.entries().all(|a| {
                other
                    .get(a.key.text())
                    .is_some_and(|b| a.value.same_content(b))
            })
    }

    fn is_plain(self) -> bool {
        self.style() == Style::Plain
    }
}
