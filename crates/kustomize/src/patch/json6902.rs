//! JSON patches (RFC 6902), as kustomize applies them.

mod annotations;
mod json;
mod normal;
mod pointer;
mod read;
mod resolve;
mod same;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use manifest::{
    Budget, Dialect, Fault, FaultKind, FieldPath, Item, Kind, NODE_BUDGET, Node, Segment, Source,
    Src, Step, Style, Unit, View,
};

use super::fault_at;
use crate::effects::{Effect, means_the_same};
use normal::Normal;
use pointer::Pointer;
use same::Comparison;

/// How many values may be copied: what is copied into itself again and again would soon fill the
/// memory.
const MAX_COPIED: u64 = 200_000;

const OPERATIONS: &str = "use `add`, `remove`, `replace`, `move`, `copy` or `test`";

/// A list of operations.
#[derive(Clone, Debug)]
pub struct JsonPatch {
    operations: Vec<Operation>,
    /// The text, if it is JSON and not YAML.
    json: Option<Arc<Source>>,
}

#[derive(Clone, Debug)]
struct Operation {
    /// What is to be done; empty if that is not told.
    name: Box<str>,
    place: Option<Src>,
    path: Option<Pointer>,
    from: Option<Pointer>,
    /// The value, null included.
    value: Option<Node>,
}

impl JsonPatch {
    /// Reads a patch: JSON if it begins with `[`, else YAML.
    ///
    /// # Errors
    /// The text is neither, or it is no list of operations. Operations that cannot be carried
    /// out are found when the patch is applied, as in kustomize.
    pub fn parse(source: &Arc<Source>) -> Result<Self, Vec<Fault>> {
        read::patch(source)
    }

    /// Where each operation is written.
    pub(crate) fn places(&self) -> impl Iterator<Item = Option<&Src>> {
        self.operations
            .iter()
            .map(|operation| operation.place.as_ref())
    }

    /// The values that operations bring.
    pub(crate) fn values(&self) -> impl Iterator<Item = View<'_>> {
        let values = self.operations.iter().map(|operation| &operation.value);
        values.flatten().map(Node::view)
    }

    /// What each operation did before any object is patched.
    pub(crate) fn no_effects(&self) -> Vec<Effect> {
        vec![Effect::Unmatched; self.operations.len()]
    }

    /// Whether there are no operations.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

/// Applies a patch to an object, all of it or nothing.
///
/// What kustomize does besides is done too: scalars get the form that JSON gives them,
/// annotations become text, and where none is left their mapping goes.
///
/// # Errors
/// The first operation that cannot be carried out.
pub fn apply(target: &mut Node, patch: &JsonPatch, step: &Step) -> Result<(), Fault> {
    let budget = Budget::default();
    apply_counted(target, patch, step, &mut patch.no_effects(), &budget)
}

/// As [`apply`], taking down what each operation did.
pub(crate) fn apply_counted(
    target: &mut Node,
    patch: &JsonPatch,
    step: &Step,
    effects: &mut [Effect],
    budget: &Budget,
) -> Result<(), Fault> {
    let mut patching = Patching {
        patch,
        step,
        root: through_json(target.clone(), step, budget)?,
        budget,
        copies: MAX_COPIED,
        seen: 0,
        changed: false,
    };
    for (operation, effect) in patch.operations.iter().zip(effects) {
        patching.changed = false;
        patching.carry_out(operation)?;
        let seen = std::mem::take(&mut patching.seen);
        budget.spend(Unit::Steps, 1 + seen / 8)?;
        *effect = Effect::of(patching.changed).max(*effect);
    }
    let mut root = through_json(patching.root, step, budget)?;
    annotations::to_text(&mut root, step)?;
    *target = root;
    Ok(())
}

/// An object with the scalars that JSON gives it.
fn through_json(object: Node, step: &Step, budget: &Budget) -> Result<Node, Fault> {
    let mut normal = Normal::new(Dialect::Kustomize, step, NODE_BUDGET);
    let through = normal.value(object.view(), 0)?;
    budget.spend(Unit::Steps, normal.nodes / 4)?;
    budget.spend(Unit::Nodes, normal.copied)?;
    Ok(through.unwrap_or(object))
}

struct Patching<'p> {
    patch: &'p JsonPatch,
    step: &'p Step,
    root: Node,
    budget: &'p Budget,
    /// How many more values may be copied.
    copies: u64,
    /// How many entries and items were gone through.
    seen: usize,
    /// Whether the operation under way changed anything.
    changed: bool,
}

impl Patching<'_> {
    fn carry_out(&mut self, operation: &Operation) -> Result<(), Fault> {
        match &*operation.name {
            "add" => {
                let value = self.value(operation)?;
                self.add(operation.path()?, value)
            }
            "remove" => self.remove(operation.path()?).map(drop),
            "replace" => self.replace(operation),
            "move" => {
                let value = self.remove(operation.from()?)?;
                self.add(operation.path()?, value)
            }
            "copy" => {
                let value = self.copy(operation.from()?)?;
                self.add(operation.path()?, value)
            }
            "test" => self.test(operation),
            "" => Err(operation
                .fault("the operation has no `op`")
                .help(OPERATIONS)),
            other => Err(operation
                .fault(format!("there is no operation `{other}`"))
                .help(OPERATIONS)),
        }
    }

    /// The operation's value as kustomize reads it; null where it is missing.
    fn value(&self, operation: &Operation) -> Result<Node, Fault> {
        let Some(value) = &operation.value else {
            return Ok(self.null());
        };
        let mut normal = Normal::new(Dialect::Kubectl, self.step, NODE_BUDGET);
        let read = normal.value(value.view(), 0)?;
        self.spend_value(&normal)?;
        Ok(read.unwrap_or_else(|| value.clone()))
    }

    /// Spends what a value takes wherever the object is read or printed.
    fn spend_value(&self, normal: &Normal<'_>) -> Result<(), Fault> {
        self.budget.spend(Unit::Nodes, normal.nodes)?;
        self.budget.spend(Unit::Bytes, normal.bytes)?;
        Ok(())
    }

    fn null(&self) -> Node {
        Node::made("null", Style::Plain, [], self.step.clone())
    }

    fn add(&mut self, path: &Pointer, value: Node) -> Result<(), Fault> {
        let (parent, way) = resolve::parent(self.root.view(), path, &mut self.seen)?;
        if parent.is_map() {
            self.set(path, &way, Segment::Key(path.last().into()), value);
            return Ok(());
        }
        let len = parent.items().count();
        let at = match path.last() {
            "-" => len,
            _ => resolve::index(parent, len + 1, path, path.parts.len() - 1)?,
        };
        if let Some(seq) = resolve::seq_at(&mut self.root, &way) {
            let mut live = (0..).zip(&seq.items).filter(|(_, i)| !i.value.is_gone());
            let place = live.nth(at).map_or(seq.items.len(), |(place, _)| place);
            let mut item = Item::new(Node::Gone);
            item.set(value, self.step.clone());
            seq.items.insert(place, item);
            self.changed = true;
        }
        Ok(())
    }

    /// Removes the value at a path, and returns it.
    fn remove(&mut self, path: &Pointer) -> Result<Node, Fault> {
        let (parent, way) = resolve::parent(self.root.view(), path, &mut self.seen)?;
        let last = path.parts.len() - 1;
        let Some(value) = resolve::value(parent, path, last)? else {
            return Err(resolve::missing(parent, path, last));
        };
        let value = value.to_node();
        let at = resolve::segment(parent, path, last)?;
        self.set(path, &way, at, Node::Gone);
        Ok(value)
    }

    fn replace(&mut self, operation: &Operation) -> Result<(), Fault> {
        let path = operation.path()?;
        if path.is_root() {
            return self.replace_root(operation);
        }
        let value = self.value(operation)?;
        let (parent, way) = resolve::parent(self.root.view(), path, &mut self.seen)?;
        // kustomize adds an entry that is not there.
        let at = resolve::segment(parent, path, path.parts.len() - 1)?;
        self.set(path, &way, at, value);
        Ok(())
    }

    fn replace_root(&mut self, operation: &Operation) -> Result<(), Fault> {
        if operation.value.is_none() {
            return Err(operation.fault("the operation has no `value`"));
        }
        let value = self.value(operation)?;
        match value.view().kind() {
            Kind::Map => {
                self.changed |= !self.root.view().same_content(value.view());
                self.root = value;
            }
            Kind::Seq => return Err(operation.fault("a list cannot replace an object")),
            // kustomize passes over it.
            Kind::Scalar | Kind::Alias => {}
        }
        Ok(())
    }

    /// A copy of the value at a path; null where a mapping has no such entry.
    fn copy(&mut self, path: &Pointer) -> Result<Node, Fault> {
        let (parent, _) = resolve::parent(self.root.view(), path, &mut self.seen)?;
        let Some(value) = resolve::value(parent, path, path.parts.len() - 1)? else {
            return Ok(self.null());
        };
        let mut normal = Normal::new(Dialect::Kustomize, self.step, self.copies);
        normal.value(value, path.parts.len())?;
        self.copies = normal.budget;
        self.spend_value(&normal)?;
        Ok(value.to_node())
    }

    fn test(&mut self, operation: &Operation) -> Result<(), Fault> {
        // It is there to check something, not to change it.
        self.changed = true;
        let path = operation.path()?;
        let Some(wanted) = &operation.value else {
            return Err(operation.fault("the operation has no `value`"));
        };
        let own = if path.is_root() {
            Some(self.root.view())
        } else {
            let (parent, _) = resolve::parent(self.root.view(), path, &mut self.seen)?;
            resolve::value(parent, path, path.parts.len() - 1)?
        };
        let comparison = Comparison {
            json: self.patch.json.as_ref(),
            dialect: Dialect::Kubectl,
        };
        if comparison.is_same_or_null(own.unwrap_or(View::Gone), wanted.view()) {
            return Ok(());
        }
        let message = format!("`{}` is not what the patch expects", path.text());
        let fault = fault_at(wanted.view(), FaultKind::Patch, message);
        Err(match own.and_then(View::origin) {
            Some(place) => fault.related("what it is", place.locate()),
            None => fault.help("the object has no such value"),
        })
    }

    /// Sets or removes the value at a place that [`resolve::parent`] found.
    fn set(&mut self, path: &Pointer, way: &FieldPath, at: Segment, value: Node) {
        let step = self.step.clone();
        match at {
            Segment::Key(key) => {
                let Some(map) = resolve::map_at(&mut self.root, way) else {
                    return;
                };
                match map.entry_mut(&key) {
                    Some(entry) => {
                        self.changed |= is_other(&entry.value, &value);
                        entry.set(value, step);
                    }
                    None => {
                        self.changed = true;
                        map.set(path.last_key(self.step), value, step);
                    }
                }
            }
            Segment::Index(at) => {
                let seq = resolve::seq_at(&mut self.root, way);
                let items = seq.into_iter().flat_map(|seq| &mut seq.items);
                let mut live = items.filter(|item| !item.value.is_gone());
                if let Some(item) = live.nth(at) {
                    self.changed |= is_other(&item.value, &value);
                    item.set(value, step);
                }
            }
        }
    }
}

fn is_other(old: &Node, new: &Node) -> bool {
    new.is_gone() || !means_the_same(old.view(), new.view())
}

impl Operation {
    fn path(&self) -> Result<&Pointer, Fault> {
        let missing = || {
            self.fault("the operation has no `path`")
                .help("add the path that it changes")
        };
        self.path.as_ref().ok_or_else(missing)
    }

    fn from(&self) -> Result<&Pointer, Fault> {
        let missing = || {
            self.fault("the operation has no `from`")
                .help("add the path that it takes the value from")
        };
        self.from.as_ref().ok_or_else(missing)
    }

    fn fault(&self, message: impl Into<String>) -> Fault {
        let fault = Fault::new(FaultKind::Patch, message);
        match &self.place {
            Some(place) => fault.at(place),
            None => fault,
        }
    }
}
