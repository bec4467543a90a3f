//! Values that a chart hands on to others: `values: {{ toYaml .Values }}` in an Application.

use std::collections::{BTreeMap, BTreeSet};

use manifest::View;

use super::values::{Key, Layer, place};
use super::{Place, Uses};

/// What charts are given that others hand on.
pub(super) struct Handed {
    /// The keys of which charts' own values consist. With all of these, a chart hands on its own.
    own: BTreeSet<Place>,
    /// The other keys that are handed on, with how many charts are given each.
    parts: BTreeMap<Place, usize>,
}

impl Handed {
    pub(super) fn of<'a, 'u: 'a>(uses: impl Iterator<Item = &'a Uses<'u>> + Clone) -> Self {
        let mut own = BTreeSet::new();
        for layer in uses.clone().flat_map(layers) {
            let keys = layer.root.view().entries().map(|entry| entry.key);
            own.extend(keys.filter(|key| !is_handed(layer, *key)).filter_map(at));
        }
        let mut handed = Self {
            own,
            parts: BTreeMap::new(),
        };
        for of_chart in uses {
            let mut places = BTreeSet::new();
            for layer in layers(of_chart).filter(|layer| layer.file.is_none()) {
                layer.visit(&mut |key| {
                    let is_part = is_handed(layer, key.key) && !handed.is_own(layer, key);
                    places.extend(at(key.key).filter(|_| is_part));
                    !handed.is_own(layer, key)
                });
            }
            for place in places {
                *handed.parts.entry(place).or_default() += 1;
            }
        }
        handed
    }

    /// Whether a key is one of the values of another chart, which hands on all that it has: what
    /// it is for is told there.
    pub(super) fn is_own(&self, layer: &Layer, key: &Key<'_>) -> bool {
        is_handed(layer, key.key) && at(key.key).is_some_and(|at| self.own.contains(&at))
    }

    /// How many charts are given a key that is handed on.
    pub(super) fn count(&self, place: &Place) -> usize {
        self.parts.get(place).copied().unwrap_or_default()
    }
}

fn layers<'a>(uses: &'a Uses<'_>) -> impl Iterator<Item = &'a Layer> {
    uses.renderings.iter().flat_map(|own| &own.layers)
}

/// Whether a key of values that stand in an object comes out of another chart's values.
fn is_handed(layer: &Layer, key: View<'_>) -> bool {
    let origin = key.origin().filter(|_| layer.file.is_none());
    origin.is_some_and(|src| {
        let span = src.source.tree.span(src.node);
        src.source.is_printed_value(span)
    })
}

fn at(key: View<'_>) -> Option<Place> {
    let place = place(key)?;
    Some((place.path().to_owned(), place.span.start))
}
