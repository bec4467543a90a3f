//! The transformer `ValueAddTransformer`: sets fields, or puts a part into file paths.

use manifest::{Budget, Fault, FaultKind, Kind, Node, Step, Unit};

use super::namespace::Namespace;
use super::{Transformer, spend_change};
use crate::accumulate::State;
use crate::compose::Composer;
use crate::edit::{self, At};
use crate::fault;
use crate::field_spec::{Specs, split};
use crate::kustomization::Selector;
use crate::resource::Resource;
use crate::selector::Matcher;
use crate::text::Text;

/// Sets fields, or puts a part into file paths.
pub(crate) struct ValueAdd {
    pub(crate) value: Text,
    pub(crate) targets: Vec<Target>,
}

/// Where the value goes.
pub(crate) struct Target {
    pub(crate) selector: Option<Selector>,
    pub(crate) field_path: Text,
    /// Counted from 1; 0 if the field is no file path.
    pub(crate) position: i64,
}

impl ValueAdd {
    fn add(&self, target: &Target, resource: &mut Resource, budget: &Budget) -> Result<(), Fault> {
        if target.field_path.as_str() == "metadata/namespace" {
            return Namespace::new(&self.value, &Specs::default()).set(resource, budget);
        }
        let step = Step::new("transformers", self.value.at().clone());
        let parts = split(target.field_path.as_str(), '/');
        let way: Vec<At<'_>> = parts.iter().map(|part| At::Key(part)).collect();
        let old = edit::get(resource.view(), &way);
        if let Some(old) = old
            && old.kind() != Kind::Scalar
        {
            let message = format!("`{}` is not a scalar", target.field_path);
            return Err(fault::at(
                FaultKind::Field,
                message,
                Some(target.field_path.at()),
            ));
        }
        let new = match old {
            Some(old) if target.position > 0 => {
                insert_part(old, &self.value, target.position, &step)
            }
            _ => self.value.to_node(&step),
        };
        spend_change(budget, &way, &new)?;
        edit::set(&mut resource.node, &way, new, &step);
        Ok(())
    }
}

/// The file path with a part at `position`, or behind all others if it has fewer.
fn insert_part(old: manifest::View<'_>, value: &Text, position: i64, step: &Step) -> Node {
    let path = old.text();
    let body = usize::from(path.starts_with('/'));
    let wanted = usize::try_from(position - 1).unwrap_or(0);
    let mut composer = Composer::new().slice(old, 0..body);
    if path.len() == body {
        return composer.text(value).finish_like(old, step);
    }
    let mut start = body;
    let mut placed = false;
    for (count, part) in path[body..].split('/').enumerate() {
        if count > 0 {
            composer = composer.str("/");
        }
        if count == wanted {
            composer = composer.text(value).str("/");
            placed = true;
        }
        composer = composer.slice(old, start..start + part.len());
        start += part.len() + 1;
    }
    if !placed {
        composer = composer.str("/").text(value);
    }
    composer.finish_like(old, step)
}

impl Transformer for ValueAdd {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let schema = state.schema.clone();
        let mut faults = Vec::new();
        for target in &self.targets {
            let selector = target.selector.as_ref();
            let matcher = selector.map(|selector| Matcher::new(selector, budget));
            let matcher = match matcher.transpose() {
                Ok(matcher) => matcher,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            for resource in state.objects.list_mut() {
                if matcher.as_ref().is_none_or(|m| m.fits(resource)) {
                    faults.extend(self.add(target, resource, budget).err());
                    resource.refresh(schema.get());
                }
                if budget.spend(Unit::Steps, 1).is_err() {
                    return faults;
                }
            }
        }
        faults
    }
}
