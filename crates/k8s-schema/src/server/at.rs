//! A value together with its place.

use manifest::View;
use rustc_hash::FxHashMap;

use crate::check::Place;

/// Larger mappings are searched by hashing.
const FEW: usize = 16;

/// A value of an object and where it stands. What is not there reads like null, as it does in
/// the API server: the empty text, zero, no items.
#[derive(Clone, Copy)]
pub(crate) struct At<'v, 'p> {
    pub(crate) view: View<'v>,
    pub(crate) place: Place<'p>,
}

impl<'v, 'p> At<'v, 'p> {
    pub(crate) fn new(view: View<'v>, place: Place<'p>) -> Self {
        Self { view, place }
    }

    /// The field of that name, whether it is there or not.
    pub(crate) fn get<'s>(&'s self, key: &'s str) -> At<'v, 's> {
        At {
            view: self.view.get(key).unwrap_or(View::Gone),
            place: self.place.key(key),
        }
    }

    /// The fields that are there, null or not.
    pub(crate) fn fields<'s>(&'s self) -> impl Iterator<Item = (&'v str, At<'v, 's>)>
    where
        'v: 's,
    {
        self.view.entries().map(|entry| {
            let key = entry.key.text();
            let at = At {
                view: entry.value,
                place: self.place.key(key),
            };
            (key, at)
        })
    }

    pub(crate) fn items<'s>(&'s self) -> impl Iterator<Item = At<'v, 's>> {
        let items = self.view.items().enumerate();
        items.map(|(index, view)| At {
            view,
            place: self.place.index(index),
        })
    }

    /// How many items or fields there are.
    pub(crate) fn count(&self) -> usize {
        if self.view.is_map() {
            self.view.entries().count()
        } else {
            self.view.items().count()
        }
    }

    /// Whether it is there, null or not.
    pub(super) fn is_there(&self) -> bool {
        !matches!(self.view, View::Gone)
    }

    /// Whether it is there and not null.
    pub(crate) fn is_set(&self) -> bool {
        !self.view.is_null()
    }

    /// Whether it is missing, null, or an empty text, list or mapping.
    pub(crate) fn is_empty(&self) -> bool {
        let has_text = || !self.text().is_empty();
        match self.view {
            View::Gone => true,
            view if view.is_map() => view.entries().next().is_none(),
            view if view.is_seq() => view.items().next().is_none(),
            _ => !has_text(),
        }
    }

    /// A scalar's content; empty for null and for collections.
    pub(crate) fn text(&self) -> &'v str {
        let text = self.view.text();
        if text.len() <= 4 && self.view.is_null() {
            ""
        } else {
            text
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        matches!(self.text(), "true" | "True" | "TRUE")
    }

    pub(crate) fn is_false(&self) -> bool {
        matches!(self.text(), "false" | "False" | "FALSE")
    }

    /// Whether another program fills the value in before it is applied, so that nothing can be
    /// said about it.
    pub(crate) fn is_open(&self) -> bool {
        super::text::is_open(self.view.text())
    }
}

/// The fields of a mapping, to be looked up as often as another mapping is long.
pub(super) struct Index<'a, 'v, 'p> {
    mapping: &'a At<'v, 'p>,
    many: Option<FxHashMap<&'v str, View<'v>>>,
}

impl<'a, 'v, 'p> Index<'a, 'v, 'p> {
    pub(super) fn of(mapping: &'a At<'v, 'p>) -> Self {
        let entries = || mapping.view.entries();
        let is_large = entries().nth(FEW).is_some();
        let many = is_large.then(|| entries().map(|e| (e.key.text(), e.value)).collect());
        Self { mapping, many }
    }

    /// The field of that name, whether it is there or not.
    pub(super) fn get<'s>(&'s self, key: &'s str) -> At<'v, 's> {
        match &self.many {
            None => self.mapping.get(key),
            Some(many) => At {
                view: many.get(key).copied().unwrap_or(View::Gone),
                place: self.mapping.place.key(key),
            },
        }
    }
}
