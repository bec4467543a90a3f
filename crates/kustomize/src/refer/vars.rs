//! `vars`: values put in where `$(NAME)` stands.

use std::sync::Arc;

use manifest::{Budget, Exceeded, Fault, FaultKind, Kind, Node, Part, Step, Style, Unit, View};
use rustc_hash::FxHashMap;

use crate::accumulate::State;
use crate::compose::Composer;
use crate::config::Config;
use crate::decode::{is_null, kind_of};
use crate::edit::{self, At};
use crate::fault;
use crate::field_spec::{FieldSpec, Leaf, What};
pub(crate) use crate::kustomization::Var;
use crate::refer::field_path::{look_up, parts_of};
use crate::resource::{Id, Resource, effective_namespace, split_version};
use crate::tag::Tag;
use crate::text::{Text, str_of};

/// The field that a var takes where it names none.
const DEFAULT_PATH: &str = "metadata.name";

/// Adds a kustomization's vars, and notes in the objects which of them they give.
pub(crate) fn add(state: &mut State, vars: &[Var], budget: &Budget) -> Vec<Fault> {
    let mut faults = Vec::new();
    for var in vars {
        let objects = state.objects.as_slice().len();
        if let Err(exceeded) = budget.spend(Unit::Steps, objects) {
            let fault = exceeded.fault();
            faults.push(match &var.at {
                Some(at) => fault.at(at),
                None => fault,
            });
            break;
        }
        faults.extend(note(state, var).err());
        faults.extend(merge(&mut state.vars, std::slice::from_ref(var), budget).err());
    }
    faults
}

/// Adds vars that must all have names of their own.
pub(crate) fn merge(vars: &mut Vec<Var>, more: &[Var], budget: &Budget) -> Result<(), Fault> {
    for var in more {
        budget.spend(Unit::Steps, vars.len() / 8)?;
        let name = str_of(&var.name);
        if let Some(first) = vars.iter().find(|v| str_of(&v.name) == name) {
            let at = var.name.as_ref().map(Text::at).or(var.at.as_ref());
            let message = format!("the var `{name}` is defined twice");
            let fault = fault::at(FaultKind::Conflict, message, at);
            return Err(match &first.at {
                Some(place) => fault.related("first defined here", place.locate()),
                None => fault,
            });
        }
        vars.push(var.clone());
    }
    Ok(())
}

fn note(state: &mut State, var: &Var) -> Result<(), Fault> {
    let object = &var.object;
    let (mut group, mut version) = (str_of(&object.group), str_of(&object.version));
    let api_version = str_of(&object.api_version);
    if !api_version.is_empty() && api_version.matches('/').count() < 2 {
        (group, version) = match split_version(api_version) {
            ("", core) => (group, core),
            both => both,
        };
    }
    let namespace = str_of(&object.namespace);
    let wanted = Id {
        group,
        version,
        kind: str_of(&object.kind),
        name: str_of(&object.name),
        namespace: effective_namespace(namespace, false),
    };
    let fits = |id: Id<'_>| {
        let namespace = match namespace.is_empty() {
            true => wanted.namespace,
            false => id.namespace,
        };
        Id { namespace, ..id } == wanted
    };
    let mut matches = Vec::new();
    for (index, resource) in state.objects.iter().enumerate() {
        if resource.keys().any(fits) {
            matches.push(index);
        }
    }
    if let [_, _, ..] = matches[..] {
        let message = format!(
            "the var `{}` matches {} objects",
            str_of(&var.name),
            matches.len()
        );
        return Err(fault::at(FaultKind::Conflict, message, var.at.as_ref())
            .help("name the object's namespace in `objref`"));
    }
    for index in matches {
        if let Some(resource) = state.objects.iter_mut().nth(index) {
            let past = Arc::make_mut(&mut resource.past);
            past.vars.push(str_of(&var.name).into());
        }
    }
    Ok(())
}

/// What a var stands for.
struct Value {
    /// The scalar, or none if it is a collection, which cannot be put in.
    node: Option<Node>,
    /// How it is written inside of other text.
    text: String,
    step: Step,
}

/// Puts the values of all vars in.
pub(crate) fn resolve(
    resources: &mut [Resource],
    vars: &[Var],
    config: &Config,
    budget: &Budget,
) -> Vec<Fault> {
    if vars.is_empty() {
        return Vec::new();
    }
    let mut faults = Vec::new();
    let mut values = FxHashMap::default();
    for var in vars {
        if let Err(exceeded) = budget.spend(Unit::Steps, resources.len()) {
            return exceeded.into();
        }
        match value_of(resources, var) {
            Ok(value) => {
                values.insert(str_of(&var.name), value);
            }
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return faults;
    }
    for resource in resources {
        for spec in config.var_reference.iter() {
            faults.extend(expand_in(resource, spec, &values, budget).err());
            if budget.exceeded().is_some() {
                return faults;
            }
        }
    }
    faults
}

fn value_of(resources: &[Resource], var: &Var) -> Result<Value, Fault> {
    let name = str_of(&var.name);
    let giver = resources
        .iter()
        .find(|resource| resource.past.vars.iter().any(|v| **v == *name));
    let Some(giver) = giver else {
        let message = format!("the var `{name}` names an object that does not exist");
        return Err(fault::at(FaultKind::Missing, message, var.at.as_ref()));
    };
    let path = var.field_path.as_ref().map_or(DEFAULT_PATH, Text::as_str);
    let at = var.field_path.as_ref().map(Text::at).or(var.at.as_ref());
    let missing = || {
        let message = format!("the var `{name}` names the field `{path}`, which does not exist");
        fault::at(FaultKind::Missing, message, at)
    };
    let parts: Vec<String> = parts_of(path)
        .iter()
        .flat_map(|part| indexed(part))
        .collect();
    let parts = parts.iter().map(|p| p.trim()).filter(|p| !p.is_empty());
    let found = look_up(giver.view(), parts).map_err(|_| missing())?;
    let view = found.ok_or_else(missing)?;
    let step = Step {
        name: "vars",
        by: var.at.clone(),
    };
    let text = view.text().to_owned();
    let written_anew = |new: String| {
        let whole = Composer::new().view(view);
        let node = match view.text() == new {
            true => whole.finish(Style::Plain, &step),
            false => Node::made(new.as_str(), Style::Plain, whole.into_parts(), step.clone()),
        };
        (Some(node), new)
    };
    let (node, text) = match Tag::of(view) {
        _ if view.kind() != Kind::Scalar => (None, text),
        Tag::Str => (Some(view.to_node()), text),
        Tag::Bool => written_anew(text.to_ascii_lowercase()),
        Tag::Null => (Some(Node::text(text.as_str(), step.clone())), text),
        // Go reads numbers anew, and knows fewer forms than YAML has.
        Tag::Int => {
            let int: i64 = text.parse().map_err(|_| missing())?;
            written_anew(int.to_string())
        }
        Tag::Float => {
            let float = read_float(&text).ok_or_else(missing)?;
            let (node, _) = written_anew(float.to_string());
            (node, inside_text(float))
        }
    };
    Ok(Value { node, text, step })
}

fn read_float(text: &str) -> Option<f64> {
    let digits = text.trim_start_matches(['-', '+']);
    let is_decimal = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    let float: f64 = text.parse().ok()?;
    (is_decimal && float.is_finite()).then_some(float)
}

/// How Go writes a float inside of other text.
fn inside_text(number: f64) -> String {
    if number == 0.0 || (1e-4..1e6).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, power) = match power.strip_prefix('-') {
        Some(power) => ('-', power),
        None => ('+', power),
    };
    format!("{digits}e{sign}{power:0>2}")
}

/// `ports[0]` is the field `ports` and then its item 0.
fn indexed(part: &str) -> Vec<String> {
    let split = part.strip_suffix(']').and_then(|p| p.rsplit_once('['));
    match split {
        Some((name, index)) if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) => {
            [name, index]
                .iter()
                .filter(|p| !p.is_empty())
                .map(|p| (*p).to_owned())
                .collect()
        }
        _ => vec![part.to_owned()],
    }
}

fn expand_in(
    resource: &mut Resource,
    spec: &FieldSpec,
    values: &FxHashMap<&str, Value>,
    budget: &Budget,
) -> Result<(), Fault> {
    let mut changes: Vec<Change<'_>> = Vec::new();
    {
        if !spec.gvk.fits_kind(&resource.gvk) {
            return Ok(());
        }
        for found in spec.find(resource.view(), Leaf::Existing)? {
            let What::Is(view) = found.what else { continue };
            match view.kind() {
                _ if is_null(view) => {}
                Kind::Scalar | Kind::Alias => {
                    if let Some(new) = expand(view, values, budget)? {
                        changes.push(Change::new(found.path, Inner::Itself, new));
                    }
                }
                Kind::Map => {
                    for entry in view.entries() {
                        if entry.key.as_str().is_none() {
                            let message = format!("the key `{}` is not text", entry.key.text());
                            let at = entry.key.origin();
                            return Err(fault::at(FaultKind::Field, message, at.as_ref()));
                        }
                        if let Some(new) = expand(entry.value, values, budget)? {
                            let inner = Inner::Entry(entry.key.text().into());
                            changes.push(Change::new(found.path.clone(), inner, new));
                        }
                    }
                }
                Kind::Seq => {
                    for (index, item) in view.items().enumerate() {
                        if item.as_str().is_none() {
                            let message = format!(
                                "vars are looked for here, where only text is allowed, not {}",
                                kind_of(item)
                            );
                            let at = item.origin();
                            return Err(fault::at(FaultKind::Field, message, at.as_ref()));
                        }
                        if let Some(new) = expand(item, values, budget)? {
                            changes.push(Change::new(found.path.clone(), Inner::Item(index), new));
                        }
                    }
                }
            }
        }
    }
    for change in changes {
        change.carry_out(&mut resource.node);
    }
    Ok(())
}

/// A field that gets a new value.
struct Change<'s> {
    way: Vec<At<'s>>,
    inner: Inner,
    new: Expanded,
}

/// What changes of the value at the end of a path.
enum Inner {
    Itself,
    Entry(Box<str>),
    Item(usize),
}

impl<'s> Change<'s> {
    fn new(way: Vec<At<'s>>, inner: Inner, new: Expanded) -> Self {
        Self { way, inner, new }
    }

    fn carry_out(mut self, node: &mut Node) {
        let Expanded { value, step } = self.new;
        match &self.inner {
            Inner::Itself => {}
            Inner::Entry(key) => return edit::set_in(node, &self.way, key, None, value, &step),
            Inner::Item(index) => self.way.push(At::Item(*index)),
        }
        edit::set(node, &self.way, value, &step);
    }
}

struct Expanded {
    value: Node,
    step: Step,
}

/// The text with its vars replaced; none if it has none.
fn expand(
    view: View<'_>,
    values: &FxHashMap<&str, Value>,
    budget: &Budget,
) -> Result<Option<Expanded>, Exceeded> {
    budget.spend(Unit::Steps, 1)?;
    if view.as_str().is_none() {
        return Ok(None);
    }
    let text = view.text();
    let mut composer = Composer::new();
    let mut step: Option<Step> = None;
    let mut changed = false;
    let mut kept = 0;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr::memchr(b'$', rest)) {
        let dollar = at + offset;
        match bytes.get(dollar + 1) {
            // An escaped dollar.
            Some(b'$') => {
                composer = composer.slice(view, kept..dollar + 1);
                kept = dollar + 2;
                at = kept;
                changed = true;
            }
            Some(b'(') => {
                let close = bytes
                    .get(dollar + 2..)
                    .and_then(|rest| memchr::memchr(b')', rest));
                let Some(close) = close.map(|close| dollar + 2 + close) else {
                    at = dollar + 2;
                    continue;
                };
                let name = text.get(dollar + 2..close).unwrap_or_default();
                at = close + 1;
                let Some(value) = values.get(name) else {
                    continue;
                };
                let Some(node) = &value.node else { continue };
                budget.spend(Unit::Bytes, value.text.len() + size_of::<Part>())?;
                if dollar == 0 && at == text.len() {
                    return Ok(Some(Expanded {
                        value: whole(node, &value.step),
                        step: value.step.clone(),
                    }));
                }
                composer = composer.slice(view, kept..dollar);
                composer = match node.view().text() == value.text {
                    true => composer.view(node.view()),
                    false => composer.str(&value.text),
                };
                kept = at;
                changed = true;
                step = Some(value.step.clone());
            }
            _ => at = dollar + 1,
        }
    }
    if !changed {
        return Ok(None);
    }
    budget.spend(Unit::Bytes, text.len())?;
    let step = step.unwrap_or_else(|| Step::own("vars"));
    let value = composer
        .slice(view, kept..text.len())
        .finish(Style::DoubleQuoted, &step);
    Ok(Some(Expanded { value, step }))
}

/// A var's value in the place of a whole text keeps its type.
fn whole(node: &Node, step: &Step) -> Node {
    let view = node.view();
    let style = match view.as_str() {
        Some(_) => Style::DoubleQuoted,
        None => Style::Plain,
    };
    Composer::new().view(view).finish(style, step)
}
