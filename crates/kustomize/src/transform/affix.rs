//! `namePrefix` and `nameSuffix`.

use std::sync::Arc;

use manifest::{Budget, Fault, Node, Step, Unit, View};

use super::{Transformer, set_scalars};
use crate::accumulate::State;
use crate::compose::Composer;
use crate::field_spec::{Leaf, Specs};
use crate::resource::Resource;
use crate::text::Text;

/// Puts something before or behind names.
pub(crate) struct Affix {
    side: Side,
    text: Text,
    /// The same text, as objects note it.
    noted: Arc<str>,
    specs: Specs,
}

/// Where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Before the name.
    Prefix,
    /// Behind the name.
    Suffix,
}

impl Affix {
    pub(crate) fn new(side: Side, text: &Text, specs: &Specs) -> Self {
        Self {
            side,
            text: text.clone(),
            noted: text.as_str().into(),
            specs: specs.clone(),
        }
    }

    fn rename(&self, resource: &mut Resource, budget: &Budget) -> Result<(), Fault> {
        let name = match self.side {
            Side::Prefix => "namePrefix",
            Side::Suffix => "nameSuffix",
        };
        let step = Step::new(name, self.text.at().clone());
        for spec in self.specs.iter() {
            let meant = {
                let id = resource.first_key();
                spec.gvk.fits(id.group, id.version, id.kind)
            };
            if !meant {
                continue;
            }
            if *spec.path == *"metadata/name" {
                // The name that it has is kept, too.
                let kept = resource.id().name.len() + self.text.as_str().len();
                budget.spend(Unit::Bytes, kept)?;
                let past = Arc::make_mut(&mut resource.past);
                match self.side {
                    Side::Prefix => past.prefixes.push(self.noted.clone()),
                    Side::Suffix => past.suffixes.push(self.noted.clone()),
                }
                resource.remember();
            }
            set_scalars(resource, spec, Leaf::Scalar, &step, budget, &|old| {
                Some(self.value(old, &step))
            })?;
        }
        Ok(())
    }

    fn value(&self, old: Option<View<'_>>, step: &Step) -> Node {
        let Some(old) = old else {
            return self.text.to_node(step);
        };
        let composer = Composer::new();
        let composer = match self.side {
            Side::Prefix => composer.text(&self.text).view(old),
            Side::Suffix => composer.view(old).text(&self.text),
        };
        composer.finish_like(old, step)
    }
}

impl Transformer for Affix {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        if self.text.is_empty() {
            return Vec::new();
        }
        let mut faults = Vec::new();
        for resource in state.objects.list_mut() {
            if !keeps_its_name(resource) {
                faults.extend(self.rename(resource, budget).err());
            }
            if budget.exceeded().is_some() {
                break;
            }
        }
        faults
    }
}

/// Whether the object's name means something outside of the repository.
fn keeps_its_name(resource: &Resource) -> bool {
    let id = resource.first_key();
    match id.kind {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => id.group == "apiregistration.k8s.io",
        _ => false,
    }
}
