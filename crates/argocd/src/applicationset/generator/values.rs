//! The `values` of a generator.

use std::rc::Rc;

use go_template::{Entry, Map, MapType, Value};
use manifest::View;

use super::{Generated, Run};
use crate::applicationset::engine::Missing;
use crate::applicationset::params::{self, Params};

impl Run<'_> {
    /// Adds a generator's `values`, which may name the parameters that it brings, and not one
    /// another.
    pub(super) fn add_values(
        &mut self,
        values: Option<View<'_>>,
        set: &mut Params,
    ) -> Generated<()> {
        let mut added = Vec::new();
        for entry in values.into_iter().flat_map(View::entries) {
            let rendered =
                self.engine
                    .render(entry.value, &set.map, Missing::AsAsked, &mut self.places);
            let rendered = rendered.map_err(|stopped| self.stop(*stopped, &set.from))?;
            let value = match rendered {
                Some(text) => {
                    let node = self.places.node(&text, entry.value);
                    params::text(node.view(), &mut self.places)
                }
                None => params::text(entry.value, &mut self.places),
            };
            let key = entry.key.origin().map(|src| self.places.tag(&src));
            added.push((entry.key.text(), Entry { value, key }));
        }
        if added.is_empty() {
            return Ok(());
        }
        let map = Map::new(set.map.of());
        for (key, entry) in set.map.entries() {
            map.insert(key, entry);
        }
        if self.is_go {
            let texts = Map::new(MapType::Str);
            for (key, entry) in added {
                texts.insert(key, entry);
            }
            map.set("values", Value::from(texts));
        } else {
            for (key, entry) in added {
                map.insert(format!("values.{key}"), entry);
            }
        }
        set.map = Rc::new(map);
        Ok(())
    }
}
