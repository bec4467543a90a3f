//! Every set of one generator with every set of another.

use std::rc::Rc;

use manifest::{Fault, FaultKind, Src, View};

use super::{Generated, Run, Stop, fault};
use crate::applicationset::params::{Clash, Params, combine, merge_over};
use crate::shape::{INNER, NESTED_MATRIX, NESTED_MERGE, Reader};

impl Run<'_> {
    pub(super) fn matrix(&mut self, own: View<'_>, at: Option<Src>) -> Generated<Vec<Params>> {
        let generators = own.get("generators").into_iter();
        let generators: Vec<View<'_>> = generators.flat_map(View::items).collect();
        let [first, second] = generators.as_slice() else {
            let message = format!("a matrix takes two generators, not {}", generators.len());
            let fault = Fault::new(FaultKind::Field, message);
            return Err(match &at {
                Some(at) => fault.at(at),
                None => fault,
            }
            .into());
        };
        let mut all = Vec::new();
        for a in self.child(*first, None)? {
            for b in self.child(*second, Some(&a))? {
                let map = match self.is_go {
                    true => merge_over(&b.map, &a.map, &mut self.work),
                    false => combine(&a.map, &b.map, &mut self.work),
                };
                let map = map.map_err(|clash| self.clash(clash, &a, &b, own))?;
                let set = Params {
                    map: Rc::new(map),
                    from: joined(&a, &b),
                };
                self.push(&mut all, set, at.as_ref())?;
            }
        }
        Ok(all)
    }

    /// The sets of a generator that stands in another one.
    pub(super) fn child(
        &mut self,
        generator: View<'_>,
        outer: Option<&Params>,
    ) -> Generated<Vec<Params>> {
        let mut node = generator.to_node();
        // Only now Argo CD looks at what is nested in it.
        for (kind, shape) in [("matrix", &NESTED_MATRIX), ("merge", &NESTED_MERGE)] {
            let Some(inner) = generator.get(kind) else {
                continue;
            };
            let mut reader = Reader::new(manifest::Dialect::Kustomize);
            let read = reader.read(inner, shape, kind);
            if let Some(fault) = reader.faults.into_iter().next() {
                return Err(fault.into());
            }
            if let (Some(read), Some(map)) = (read, node.map_mut())
                && let Some(entry) = map.entry_mut(kind)
            {
                entry.value = read;
            }
        }
        let all = self.transform(&node, &INNER, None, outer)?;
        self.single(all, generator)
    }

    /// Why two sets do not go together.
    pub(super) fn clash(&self, clash: Clash, a: &Params, b: &Params, at: View<'_>) -> Stop {
        let fault = match clash {
            Clash::Failed(failure) => return self.failed(failure, at),
            Clash::Differ(key) => {
                let message = format!("both generators set `{key}`, to different values");
                let help = match key.starts_with("path") {
                    true => "give one of them a `pathParamPrefix`",
                    false => "rename one of them, or use `goTemplate: true`",
                };
                let fault = fault(FaultKind::Conflict, message, at).help(help);
                self.given(fault, &key, [a, b])
            }
            Clash::Typed(key) => {
                let message = format!(
                    "Argo CD fails to merge `{key}`: one generator brings `values` of its own, and the other lists them"
                );
                fault(FaultKind::Conflict, message, at)
            }
        };
        fault.into()
    }

    /// Says where a parameter is given.
    fn given(&self, mut fault: Fault, key: &str, sets: [&Params; 2]) -> Fault {
        for set in sets {
            let value = set.map.get(key);
            let tag = value.and_then(|value| value.origin().tag);
            if let Some(place) = tag.and_then(|tag| self.places.get(tag)) {
                fault = fault.related("given here", place.locate());
            }
        }
        fault
    }
}

/// What brought both.
pub(super) fn joined(a: &Params, b: &Params) -> Vec<Src> {
    let mut all = a.from.clone();
    all.extend(b.from.iter().filter(|src| !a.from.contains(src)).cloned());
    all
}
