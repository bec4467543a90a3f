//! Sets of one generator, with what others say of the same.

use std::rc::Rc;

use go_template::{Map, TextBuilder, push_json};
use manifest::{FaultKind, Src, View};
use rustc_hash::FxHashMap;

use super::matrix::joined;
use super::{Generated, Run, fault};
use crate::applicationset::params::{Params, merge_over};

impl Run<'_> {
    pub(super) fn merge(&mut self, own: View<'_>, at: Option<Src>) -> Generated<Vec<Params>> {
        let generators = own.get("generators").into_iter();
        let generators: Vec<View<'_>> = generators.flat_map(View::items).collect();
        if generators.len() < 2 {
            let message = format!(
                "a merge takes two generators or more, not {}",
                generators.len()
            );
            return Err(fault(FaultKind::Field, message, own).into());
        }
        let mut each = Vec::new();
        for generator in generators {
            each.push(self.child(generator, None)?);
        }
        let keys = own.get("mergeKeys").into_iter().flat_map(View::items);
        let mut keys: Vec<&str> = keys.map(View::text).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() {
            return Err(fault(FaultKind::Field, "a merge needs `mergeKeys`", own).into());
        }
        let mut each = each.into_iter();
        let mut all = each.next().unwrap_or_default();
        let known = self.by_key(&all, &keys, own)?;
        for sets in each {
            // All of them have to be unique, whether they are asked for or not.
            self.by_key(&sets, &keys, own)?;
            for over in sets {
                let key = self.key(&over, &keys, own)?;
                let Some(set) = known.get(&key).and_then(|index| all.get_mut(*index)) else {
                    continue;
                };
                let map = match self.is_go {
                    true => merge_over(&set.map, &over.map, &mut self.work),
                    false => Ok(copied_over(&set.map, &over.map)),
                };
                let map = map.map_err(|clash| self.clash(clash, set, &over, own))?;
                let from = joined(set, &over);
                *set = Params {
                    map: Rc::new(map),
                    from,
                };
            }
        }
        let mut checked = Vec::new();
        for set in all {
            self.push(&mut checked, set, at.as_ref())?;
        }
        Ok(checked)
    }

    /// The indices of sets by the values of their merge keys.
    fn by_key(
        &mut self,
        sets: &[Params],
        keys: &[&str],
        at: View<'_>,
    ) -> Generated<FxHashMap<Vec<u8>, usize>> {
        let mut known: FxHashMap<Vec<u8>, usize> = FxHashMap::default();
        for (index, set) in sets.iter().enumerate() {
            let key = self.key(set, keys, at)?;
            if let Some(before) = known.insert(key, index) {
                let at = at.get("mergeKeys").unwrap_or(at);
                let names = keys.join("`, `");
                let message = format!("two sets of one generator have the same `{names}`");
                let mut fault = fault(FaultKind::Conflict, message, at)
                    .help("a nested name is not a merge key: only top-level names count");
                let before = sets.get(before).map(|set| set.from.as_slice());
                for src in before.unwrap_or_default().iter().chain(&set.from) {
                    fault = fault.related("one of them", src.locate());
                }
                return Err(fault.into());
            }
        }
        Ok(known)
    }

    /// The values of the merge keys, as JSON. What is not there is null.
    fn key(&mut self, set: &Params, keys: &[&str], at: View<'_>) -> Generated<Vec<u8>> {
        let map = Map::default();
        for key in keys {
            map.set(*key, set.map.get(key).unwrap_or_default());
        }
        let mut out = TextBuilder::new(self.work.budget().text());
        let written = push_json(self.work.budget(), &map.into(), &mut out);
        let written = written.and_then(|()| out.finish());
        match written {
            Ok(text) => Ok(text.bytes().to_vec()),
            Err(failure) => Err(self.failed(failure, at)),
        }
    }
}

/// Both sets, of which the second wins.
fn copied_over(into: &Map, over: &Map) -> Map {
    let all = Map::new(into.of());
    for (key, entry) in into.entries().into_iter().chain(over.entries()) {
        all.insert(key, entry);
    }
    all
}
