//! `labels`, `commonLabels` and `commonAnnotations`: entries added to mappings.

use std::sync::Arc;

use manifest::{Budget, Fault, FaultKind, Node, Seq, Step, Unit};

use super::{Transformer, find};
use crate::accumulate::State;
use crate::config::Config;
use crate::decode::{Pairs, is_null, kind_of};
use crate::edit;
use crate::fault;
use crate::field_spec::{FieldSpec, Leaf, Specs, What, add, merge};
use crate::kustomization::Label;
use crate::resource::Resource;

/// Adds entries to mappings.
pub(crate) struct Labels {
    step: &'static str,
    pairs: Pairs,
    specs: Specs,
}

/// Every object's own labels.
static OWN: FieldSpec = FieldSpec::made("", "metadata/labels");

/// The fields to which an entry of `labels` adds.
pub(crate) fn fields_of(label: &Label, config: &Config) -> Result<Specs, String> {
    let mut specs = label.fields.clone();
    merge(&mut specs, &config.labels)?;
    if label.include_selectors {
        merge(&mut specs, &config.common_labels)?;
        return Ok(specs);
    }
    if label.include_templates {
        merge(&mut specs, &config.template_labels)?;
    }
    add(&mut specs, &OWN)?;
    Ok(specs)
}

impl Labels {
    pub(crate) fn new(step: &'static str, pairs: Pairs, specs: Specs) -> Self {
        Self { step, pairs, specs }
    }

    fn add(&self, resource: &mut Resource, spec: &FieldSpec, budget: &Budget) -> Result<(), Fault> {
        let mut ways = Vec::new();
        let mut empty_lists = Vec::new();
        for field in find(resource, spec, Leaf::Map)? {
            match field.what {
                What::Missing => ways.push(field.path),
                What::NullList => empty_lists.push(field.path),
                What::Is(view) if view.is_map() => ways.push(field.path),
                // Null stays null where nothing is to be made.
                What::Is(view) if is_null(view) => {}
                What::Is(view) => {
                    let message = format!("`{}` is {}, not a mapping", spec.path, kind_of(view));
                    return Err(fault::at(FaultKind::Field, message, view.origin().as_ref()));
                }
            }
        }
        if ways.is_empty() && empty_lists.is_empty() {
            return Ok(());
        }
        let fields = ways.len() + empty_lists.len();
        let lengths = self
            .pairs
            .iter()
            .map(|(key, value)| key.as_str().len() + value.as_str().len());
        budget.spend(Unit::Nodes, fields.saturating_mul(self.pairs.len() + 8))?;
        budget.spend(Unit::Bytes, fields.saturating_mul(lengths.sum()))?;
        let mut node = std::mem::replace(&mut resource.node, Node::Gone);
        for (_, value) in &self.pairs {
            let step = Step::new(self.step, value.at().clone());
            for way in &empty_lists {
                edit::set(&mut node, way, Node::Seq(Arc::new(Seq::default())), &step);
            }
        }
        for way in &ways {
            let pairs = self.pairs.iter().map(|(key, value)| {
                let step = Step::new(self.step, value.at().clone());
                (key.to_key(&step), value.to_node(&step), step)
            });
            edit::set_all(&mut node, way, pairs);
        }
        resource.node = node;
        Ok(())
    }
}

impl Transformer for Labels {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        if self.pairs.is_empty() {
            return Vec::new();
        }
        let mut faults = Vec::new();
        for resource in state.objects.iter_mut() {
            for spec in self.specs.iter() {
                faults.extend(self.add(resource, spec, budget).err());
                if budget.exceeded().is_some() {
                    return faults;
                }
            }
        }
        faults
    }
}
