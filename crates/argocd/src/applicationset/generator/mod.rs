//! Generators: what brings parameters.

mod clusters;
mod files;
mod git;
mod list;
mod matrix;
mod merge;
mod values;

use std::rc::Rc;

use go_template::{Data, Failure, Map};
use manifest::{Fault, FaultKind, Node, Src, View};

use super::engine::{Engine, Stopped};
use super::params::{self, Params};
use super::places::Places;
use super::render::Renderer;
use super::selector::{Of, Selector};
use super::template::fill;
use super::work::{MOST_APPLICATIONS, Work};
use super::{Options, Unknown, UnknownKind, World};
use crate::shape::{Shape, TEMPLATE};
pub(super) use files::Files;

/// The kinds of generators in the order in which Argo CD looks for them.
const KINDS: &[&str] = &[
    "list",
    "clusters",
    "git",
    "scmProvider",
    "clusterDecisionResource",
    "pullRequest",
    "matrix",
    "merge",
    "plugin",
];

/// An ApplicationSet under way.
pub(super) struct Run<'a> {
    pub(super) world: &'a dyn World,
    pub(super) options: Options,
    pub(super) engine: Engine<'a>,
    pub(super) places: Places,
    pub(super) work: Work,
    pub(super) files: Files<'a>,
    /// Whether templates are Go's.
    pub(super) is_go: bool,
    /// The project that the template names.
    pub(super) project: String,
}

/// Why a generator gives nothing.
#[derive(Debug)]
pub(super) enum Stop {
    Fault(Box<Fault>),
    Unknown(Unknown),
}

/// What one generator gives.
pub(super) struct Transformed {
    pub(super) params: Vec<Params>,
    pub(super) template: Option<Node>,
}

type Generated<T> = Result<T, Stop>;

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl<'a> Run<'a> {
    /// The parameters of all kinds of generators that stand in one item, each with its template
    /// over the given one. Within a matrix the parameters of its first generator are put into
    /// the second one.
    pub(super) fn transform(
        &mut self,
        generator: &Node,
        shape: &'static Shape,
        base: Option<&Node>,
        outer: Option<&Params>,
    ) -> Generated<Vec<Transformed>> {
        let view = generator.view();
        let selector = match view.get("selector") {
            Some(selector) => Some(Selector::read(selector, Of::Params)?),
            None => None,
        };
        let outer = outer.filter(|outer| !outer.map.is_empty());
        let mut all = Vec::new();
        for kind in KINDS {
            let Some(own) = view.get(kind) else {
                continue;
            };
            let template = own.get("template").map(View::to_node);
            let template = fill(template, base.cloned(), &TEMPLATE);
            let interpolated = match outer {
                Some(outer) => Some(self.render(generator, shape, outer)?),
                None => None,
            };
            let source = interpolated.as_ref().unwrap_or(generator).view();
            let own = source.get(kind).unwrap_or(View::Gone);
            let mut params = self.generate(kind, own, source)?;
            if let Some(selector) = &selector {
                let mut chosen = Vec::new();
                for set in params {
                    if self.is_chosen(&set, selector, view)? {
                        chosen.push(set);
                    }
                }
                params = chosen;
            }
            all.push(Transformed { params, template });
        }
        Ok(all)
    }

    fn generate(
        &mut self,
        kind: &'static str,
        own: View<'_>,
        generator: View<'_>,
    ) -> Generated<Vec<Params>> {
        let at = key_place(generator, kind);
        match kind {
            "list" => self.list(own),
            "clusters" => self.clusters(own, at),
            "git" => self.git(own, at),
            "matrix" => self.matrix(own, at),
            "merge" => self.merge(own, at),
            _ => Err(Stop::Unknown(Unknown {
                what: UnknownKind::Generator(kind),
                at,
            })),
        }
    }

    /// A value with parameters in it.
    pub(super) fn render(
        &mut self,
        node: &Node,
        shape: &Shape,
        params: &Params,
    ) -> Generated<Node> {
        let mut renderer = Renderer {
            engine: &mut self.engine,
            places: &mut self.places,
            work: &mut self.work,
            params: &params.map,
        };
        let rendered = renderer.render(node, shape);
        rendered.map_err(|stopped| self.stop(*stopped, &params.from))
    }

    /// A fault of a template, with what brought the parameters.
    pub(super) fn stop(&self, stopped: Stopped, from: &[Src]) -> Stop {
        let mut fault = Fault::new(stopped.kind, stopped.message);
        fault.help = stopped.help;
        fault.at = stopped.at;
        let value = stopped.value.and_then(|tag| self.places.get(tag));
        if let Some(value) = value {
            fault = fault.related("the value is here", value.locate());
        }
        for src in from.iter().filter(|_| stopped.depends) {
            fault = fault.related("with these parameters", src.locate());
        }
        fault.into()
    }

    /// A limit that was reached, or another failure that has no place of its own.
    pub(super) fn failed(&self, failure: Failure, at: View<'_>) -> Stop {
        self.stop(*super::engine::of_failure(failure, at), &[])
    }

    fn is_chosen(&mut self, set: &Params, selector: &Selector, at: View<'_>) -> Generated<bool> {
        if selector.is_empty() {
            return Ok(true);
        }
        let flat = params::flatten(&set.map, &mut self.work);
        let flat = flat.map_err(|failure| self.failed(failure, at))?;
        let mut texts: Vec<(Rc<str>, String)> = Vec::new();
        for (key, entry) in flat.entries() {
            let text = params::printed(&entry.value, &mut self.work);
            let text = text.map_err(|failure| self.failed(failure, at))?;
            texts.push((key, text.to_str().into_owned()));
        }
        let label = |key: &str| {
            let found = texts.binary_search_by(|(name, _)| (**name).cmp(key)).ok()?;
            texts.get(found).map(|(_, text)| text.clone())
        };
        Ok(selector.is_match(&label))
    }

    /// The one kind of generator that an item within another generator holds.
    fn single(&mut self, mut all: Vec<Transformed>, at: View<'_>) -> Generated<Vec<Params>> {
        let message = match all.len() {
            1 => return Ok(all.remove(0).params),
            0 => "this has no generator that is allowed here",
            _ => "only one generator is allowed here",
        };
        let fault = fault(FaultKind::Field, message, at);
        let is_deep = at.get("matrix").or_else(|| at.get("merge")).is_some();
        Err(match is_deep {
            true => fault.help("a nested matrix or merge must not contain another one"),
            false => fault,
        }
        .into())
    }

    /// Adds one set, if there are not too many.
    fn push(&self, all: &mut Vec<Params>, set: Params, at: Option<&Src>) -> Generated<()> {
        if all.len() >= MOST_APPLICATIONS {
            let message =
                format!("this generates more than {MOST_APPLICATIONS} sets of parameters");
            let fault = Fault::new(FaultKind::Limit, message);
            return Err(match at {
                Some(at) => fault.at(at),
                None => fault,
            }
            .into());
        }
        all.push(set);
        Ok(())
    }
}

/// Where a generator's key stands, or else the generator.
fn key_place(generator: View<'_>, kind: &str) -> Option<Src> {
    let entry = generator.entry(kind);
    entry
        .and_then(|entry| entry.key.origin())
        .or_else(|| generator.origin())
}

fn fault(kind: FaultKind, message: impl Into<String>, at: View<'_>) -> Fault {
    let fault = Fault::new(kind, message);
    match at.origin() {
        Some(place) => fault.at(&place),
        None => fault,
    }
}

/// The map behind a value.
fn map_of(value: &go_template::Value) -> Option<Rc<Map>> {
    match &value.data {
        Data::Map(map) => Some(map.clone()),
        _ => None,
    }
}
