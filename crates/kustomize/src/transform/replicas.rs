//! `replicas`.

use std::cell::Cell;

use manifest::{Budget, Dialect, Fault, FaultKind, Node, Part, Scalar, Step, Style, View};

use super::{Transformer, set_scalars};
use crate::accumulate::State;
use crate::effects::{Directive, Effect};
use crate::fault;
use crate::field_spec::{Leaf, Specs};
use crate::kustomization::Replica;
use crate::text::{Text, span, str_of};

/// Sets how often something runs.
pub(crate) struct Replicas {
    replica: Replica,
    specs: Specs,
}

impl Replicas {
    pub(crate) fn new(replica: &Replica, specs: &Specs) -> Self {
        Self {
            replica: replica.clone(),
            specs: specs.clone(),
        }
    }

    fn value(&self, old: Option<View<'_>>, step: &Step) -> Node {
        let count = self.replica.count;
        let written = self.replica.count_at.as_ref();
        // kustomize keeps the quotes of the old number.
        let quotes = old.map(View::style).filter(|style| *style != Style::Plain);
        match written {
            Some(at)
                if quotes.is_none()
                    && View::Src(&at.source, at.node).scalar(Dialect::Kustomize)
                        == Some(Scalar::Int(count)) =>
            {
                Node::Src(at.clone())
            }
            _ => {
                let text = count.to_string();
                let part = written.map(|at| Part {
                    span: span(0, text.len()),
                    from: at.clone(),
                    of: span(0, at.text().len()),
                });
                let style = quotes.unwrap_or(Style::Plain);
                Node::made(text, style, Vec::from_iter(part), step.clone())
            }
        }
    }

    fn matches_nothing(&self, state: &State) -> Fault {
        let name = str_of(&self.replica.name);
        let at = self.replica.name.as_ref().map(Text::at);
        let message = format!("`replicas` is set for `{name}`, but nothing of that name has any");
        let fault = fault::at(FaultKind::Missing, message, at.or(self.replica.at.as_ref()));
        let scalable = |kind: &str| self.specs.iter().any(|spec| spec.gvk.kind == kind);
        let names: Vec<&str> = state
            .objects
            .iter()
            .map(|resource| resource.id())
            .filter(|id| scalable(id.kind))
            .map(|id| id.name)
            .collect();
        match suggest::nearest(name, names.iter().copied()) {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault,
        }
    }
}

impl Transformer for Replicas {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let name = str_of(&self.replica.name);
        let by = self.replica.count_at.clone().or(self.replica.at.clone());
        let step = Step {
            name: "replicas",
            by,
        };
        let mut faults = Vec::new();
        let mut found = false;
        let changed = Cell::new(false);
        for resource in state.objects.iter_mut() {
            for spec in self.specs.iter() {
                let meant = resource
                    .keys()
                    .any(|id| id.name == name && spec.gvk.fits(id.group, id.version, id.kind));
                if !meant {
                    continue;
                }
                found = true;
                let value = |old: Option<View<'_>>| {
                    let new = self.value(old, &step);
                    let is_same = old.is_some_and(|old| old.text() == new.view().text());
                    changed.set(changed.get() || !is_same);
                    Some(new)
                };
                let set = set_scalars(resource, spec, Leaf::Scalar, &step, budget, &value);
                faults.extend(set.err());
            }
        }
        let effect = Effect::of(changed.get());
        state
            .effects
            .note(Directive::Replicas, step.by.as_ref(), effect);
        if !found {
            faults.push(self.matches_nothing(state));
        }
        faults
    }
}
