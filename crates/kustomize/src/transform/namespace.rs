//! `namespace`.

use manifest::{Budget, Fault, FaultKind, Kind, Node, Src, Step, Unit, View};

use super::{Transformer, set_scalars, spend_change};
use crate::accumulate::State;
use crate::decode::{is_null, kind_of};
use crate::edit::{self, At};
use crate::fault;
use crate::field_spec::{FieldSpec, Leaf, Specs};
use crate::objects::twice;
use crate::resource::Resource;
use crate::text::Text;

/// Puts objects into a namespace.
pub(crate) struct Namespace {
    pub(crate) namespace: Text,
    pub(crate) specs: Specs,
    /// Whether only objects without a namespace are put there.
    pub(crate) unset_only: bool,
    pub(crate) subjects: Subjects,
}

/// Which subjects of role bindings are put into the namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subjects {
    /// Those named `default`.
    #[default]
    Default,
    /// All service accounts.
    ServiceAccounts,
    /// None.
    None,
}

/// Every object's own namespace.
static OWN: FieldSpec = FieldSpec::made("", "metadata/namespace");

impl Namespace {
    pub(crate) fn new(namespace: &Text, specs: &Specs) -> Self {
        Self {
            namespace: namespace.clone(),
            specs: specs.clone(),
            unset_only: false,
            subjects: Subjects::Default,
        }
    }

    /// Puts one object into the namespace, without regard to others.
    pub(crate) fn set(&self, resource: &mut Resource, budget: &Budget) -> Result<(), Fault> {
        let step = Step::new("namespace", self.namespace.at().clone());
        let value = |old: Option<View<'_>>| self.value(old, &step);
        if !resource.cluster_scoped {
            set_scalars(resource, &OWN, Leaf::Scalar, &step, budget, &value)?;
        }
        let (core, is_binding) = {
            let id = resource.id();
            let core = id.group.is_empty() && id.version == "v1";
            (
                core,
                matches!(id.kind, "RoleBinding" | "ClusterRoleBinding"),
            )
        };
        if is_binding {
            self.set_subjects(resource, &step, budget)?;
        }
        for spec in self.specs.iter() {
            let handled = spec.path == OWN.path
                || (*spec.path == *"metadata/name" && !core)
                || (is_binding
                    && *spec.path == *"subjects/namespace"
                    && matches!(&*spec.gvk.kind, "RoleBinding" | "ClusterRoleBinding"));
            if !handled {
                set_scalars(resource, spec, Leaf::Scalar, &step, budget, &value)?;
            }
        }
        Ok(())
    }

    fn value(&self, old: Option<View<'_>>, step: &Step) -> Option<Node> {
        let set = old.is_some_and(|old| !is_null(old) && !old.text().is_empty());
        if self.unset_only && set {
            return None;
        }
        Some(self.namespace.to_node(step))
    }

    /// What is wrong with two objects that are one in this namespace.
    fn collision(&self, first: &Resource, second: &Resource) -> Fault {
        let at = self.namespace.at();
        let id = second.id();
        if id.kind != "Namespace" || !id.group.is_empty() {
            let note = "both are put into this namespace";
            return twice(first, second).related(note, at.locate());
        }
        let before = |resource: &Resource| {
            let past = resource.past_keys().last();
            past.map_or_else(String::new, |id| id.name.to_owned())
        };
        let (a, b, to) = (before(first), before(second), id.name);
        let message = match (a == to, b == to) {
            (true, true) => return twice(first, second),
            (true, false) => {
                format!("`namespace:` renames Namespace `{b}` to `{to}`, which exists already")
            }
            (false, true) => {
                format!("`namespace:` renames Namespace `{a}` to `{to}`, which exists already")
            }
            (false, false) => {
                format!("`namespace:` renames Namespaces `{a}` and `{b}` both to `{to}`")
            }
        };
        let fault = fault::at(FaultKind::Conflict, message, Some(at)).help(
            "keep the objects of other namespaces in a kustomization of their own, or leave out `namespace:`",
        );
        [(a, first), (b, second)]
            .into_iter()
            .fold(fault, |fault, (name, resource)| {
                match written_name(resource) {
                    Some(place) => fault.related(format!("Namespace `{name}`"), place.locate()),
                    None => fault,
                }
            })
    }

    fn set_subjects(
        &self,
        resource: &mut Resource,
        step: &Step,
        budget: &Budget,
    ) -> Result<(), Fault> {
        let (field, wanted) = match self.subjects {
            Subjects::None => return Ok(()),
            Subjects::Default => ("name", "default"),
            Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
        };
        let Some(subjects) = resource.view().get("subjects").filter(|s| !is_null(*s)) else {
            return Ok(());
        };
        let wrong = |view: View<'_>, wanted: &str| {
            let message = format!("subjects are {wanted}, not {}", kind_of(view));
            fault::at(FaultKind::Field, message, view.origin().as_ref())
        };
        if !subjects.is_seq() {
            return Err(wrong(subjects, "a list"));
        }
        let mut changes = Vec::new();
        for (index, subject) in subjects.items().enumerate() {
            if is_null(subject) {
                continue;
            }
            if !subject.is_map() {
                return Err(wrong(subject, "mappings"));
            }
            if subject.get(field).is_none_or(|f| f.text() != wanted) {
                continue;
            }
            let old = subject.get("namespace").filter(|n| !is_null(*n));
            if let Some(old) = old
                && old.kind() != Kind::Scalar
            {
                return Err(wrong(old, "in a namespace given as text"));
            }
            if let Some(new) = self.value(old, step) {
                changes.push((index, new));
            }
        }
        for (index, new) in changes {
            let way = [At::Key("subjects"), At::Item(index), At::Key("namespace")];
            spend_change(budget, &way, &new)?;
            // Items are counted up to the one that is meant.
            budget.spend(Unit::Steps, index / 16)?;
            edit::set(&mut resource.node, &way, new, step);
        }
        Ok(())
    }
}

/// Where the name stands that an object had before it was last changed.
fn written_name(resource: &Resource) -> Option<Src> {
    let name = resource.view().get("metadata")?.entry("name")?;
    let before = name.was.and_then(|was| was.node.view().origin());
    before.or_else(|| name.value.origin())
}

impl Transformer for Namespace {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        let mut faults = Vec::new();
        for resource in state.objects.list_mut() {
            resource.remember();
            faults.extend(self.set(resource, budget).err());
            if budget.exceeded().is_some() {
                break;
            }
        }
        if faults.is_empty() {
            faults = state
                .objects
                .check_pairs(&|first, second| self.collision(first, second));
        }
        faults
    }
}
