//! ApplicationSets: the Applications that Argo CD's controller makes of them.

mod cluster;
mod engine;
mod fasttemplate;
mod functions;
mod generator;
mod make;
mod params;
mod patch;
mod pathspec;
mod places;
mod printed;
mod render;
mod selector;
mod template;
#[cfg(test)]
mod tests;
mod work;
mod world;

pub use cluster::{Cluster, IN_CLUSTER_NAME, IN_CLUSTER_SERVER};
pub use world::{Unknown, UnknownKind, World};

use go_template::MissingKey;
use manifest::{Dialect, Fault, FaultKind, Node, Src, View};
use rustc_hash::FxHashMap;

use crate::shape::{Reader, SET};
use engine::{Engine, Ground};
use generator::{Files, Run, Stop};
use make::Maker;
use places::Places;
use work::{MOST_APPLICATIONS, Work};

/// How a controller is set up.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// By whose rules of YAML the ApplicationSet is read.
    pub dialect: Dialect,
    /// How patterns of git files are read.
    pub globbing: Globbing,
}

/// How patterns of git files are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Globbing {
    /// As `git ls-files` does: `*` goes through folders. The controller's default.
    #[default]
    Pathspec,
    /// As where the controller's new globbing is switched on: `**` alone goes through folders.
    Doublestar,
}

/// What an ApplicationSet generates.
#[derive(Debug, Default)]
pub struct Generated {
    /// The Applications, in the order of generators and of what they bring.
    pub applications: Vec<GeneratedApplication>,
    /// Those that Argo CD would not create.
    pub refused: Vec<Refused>,
    /// What decides on further Applications, and is not known offline.
    pub unknown: Vec<Unknown>,
}

/// An Application that an ApplicationSet generates.
///
/// In its texts, what a parameter brought is a part that stands where the parameter does; the
/// rest is of the template, where the step that made the text stands. The template itself is
/// what an entry's value was.
#[derive(Clone, Debug)]
pub struct GeneratedApplication {
    /// The object.
    pub node: Node,
    /// What brought its parameters: list elements, config files, clusters, patterns of folders.
    pub from: Vec<Src>,
}

/// An Application that Argo CD leaves out, while it creates the others.
#[derive(Clone, Debug)]
pub struct Refused {
    /// It.
    pub application: GeneratedApplication,
    /// Why.
    pub why: Refusal,
}

/// Why an Application is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has no name.
    Nameless,
    /// Another one of this ApplicationSet has the same name; both are left out.
    SameName,
    /// There is no project of the name that it gives.
    NoProject,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nameless => "an Application has no name",
            Self::SameName => "two Applications have the same name",
            Self::NoProject => "an Application belongs to a project that does not exist",
        })
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dialect: Dialect::Kubectl,
            globbing: Globbing::default(),
        }
    }
}

/// The Applications that an ApplicationSet generates.
///
/// # Errors
/// Argo CD would generate none of them, and leave those alone that are there.
pub fn generate(set: &Node, world: &dyn World, options: Options) -> Result<Generated, Vec<Fault>> {
    let view = set.view();
    let mut reader = Reader::new(options.dialect);
    let spec = view.get("spec");
    let spec = spec.and_then(|spec| reader.read(spec, &SET, "spec"));
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let Some(spec) = spec else {
        return Ok(Generated::default());
    };
    let spec = spec.view();
    let is_go = spec
        .get("goTemplate")
        .is_some_and(|flag| flag.text() == "true");
    let missing_key = missing_key(spec).map_err(|fault| vec![fault])?;
    let mut ground = Ground::new();
    let template = spec.get("template").map(View::to_node);
    let project = spec.get_path(&["template", "spec", "project"]);
    let mut run = Run {
        world,
        options,
        engine: match is_go {
            true => Engine::go(&mut ground, missing_key),
            false => Engine::fast(),
        },
        places: Places::default(),
        work: Work::new(),
        files: Files::default(),
        is_go,
        project: project.map_or("", View::text).to_owned(),
    };
    let maker = Maker::new(view, spec);
    let mut generated = Generated::default();
    let mut faults: Vec<Fault> = Vec::new();
    let mut all = Vec::new();
    for generator in spec.get("generators").into_iter().flat_map(View::items) {
        let node = generator.to_node();
        let transformed = run.transform(&node, generator_shape(), template.as_ref(), None);
        let transformed = match transformed {
            Ok(transformed) => transformed,
            Err(Stop::Unknown(unknown)) => {
                generated.unknown.push(unknown);
                continue;
            }
            Err(Stop::Fault(fault)) => {
                push_fault(&mut faults, *fault);
                continue;
            }
        };
        for part in transformed {
            for params in part.params {
                match maker.make(&mut run, part.template.as_ref(), params) {
                    Ok(application) => all.push(application),
                    Err(Stop::Fault(fault)) => {
                        let is_limit = fault.kind == FaultKind::Limit;
                        push_fault(&mut faults, *fault);
                        // What follows would say the same.
                        if is_limit {
                            return Err(faults);
                        }
                    }
                    Err(Stop::Unknown(unknown)) => generated.unknown.push(unknown),
                }
            }
        }
        if all.len() > MOST_APPLICATIONS {
            let message = format!("this generates more than {MOST_APPLICATIONS} Applications");
            let fault = Fault::new(FaultKind::Limit, message);
            faults.push(match generator.origin() {
                Some(place) => fault.at(&place),
                None => fault,
            });
            return Err(faults);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    judge(all, world, &mut generated);
    Ok(generated)
}

/// What kind of generator may stand at the top.
fn generator_shape() -> &'static crate::shape::Shape {
    match SET.field("generators").map(|field| &field.shape) {
        Some(crate::shape::Shape::List(of)) => of,
        _ => &SET,
    }
}

/// What `goTemplateOptions` say of missing keys.
fn missing_key(spec: View<'_>) -> Result<MissingKey, Fault> {
    let mut missing = MissingKey::Default;
    for option in spec
        .get("goTemplateOptions")
        .into_iter()
        .flat_map(View::items)
    {
        missing = match option.text() {
            "missingkey=default" | "missingkey=invalid" => MissingKey::Default,
            "missingkey=zero" => MissingKey::Zero,
            "missingkey=error" => MissingKey::Error,
            other => {
                let message = format!(
                    "`{other}` is not a template option: expected one of `missingkey=error`, `missingkey=zero`, `missingkey=default`"
                );
                let fault = Fault::new(FaultKind::Field, message);
                return Err(match option.origin() {
                    Some(place) => fault.at(&place),
                    None => fault,
                });
            }
        };
    }
    Ok(missing)
}

/// Adds a fault. One template that fails with many sets of parameters is one fault, with the
/// others beside it.
fn push_fault(faults: &mut Vec<Fault>, fault: Fault) {
    const MOST_RELATED: usize = 10;
    const MOST_FAULTS: usize = 50;
    let place = |fault: &Fault| {
        let at = fault.at.as_ref()?;
        Some((at.path().to_owned(), at.span))
    };
    let has_room = faults.len() < MOST_FAULTS;
    let same = faults
        .iter_mut()
        .find(|other| place(other) == place(&fault) && other.message == fault.message);
    match same {
        Some(same) => {
            let room = MOST_RELATED.saturating_sub(same.related.len());
            same.related.extend(fault.related.into_iter().take(room));
        }
        None if has_room => faults.push(fault),
        None => {}
    }
}

/// Tells the Applications that Argo CD creates from those that it leaves out.
fn judge(all: Vec<GeneratedApplication>, world: &dyn World, generated: &mut Generated) {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for application in &all {
        *counts.entry(name_of(application).to_owned()).or_default() += 1;
    }
    for application in all {
        let name = name_of(&application);
        let project = application.node.view().get_path(&["spec", "project"]);
        let project = project.map_or("", View::text);
        let why = if name.is_empty() {
            Refusal::Nameless
        } else if counts.get(name).is_some_and(|count| *count > 1) {
            Refusal::SameName
        } else if !project.is_empty() && !world.has_project(project) {
            Refusal::NoProject
        } else {
            generated.applications.push(application);
            continue;
        };
        generated.refused.push(Refused { application, why });
    }
}

fn name_of(application: &GeneratedApplication) -> &str {
    let name = application.node.view().get_path(&["metadata", "name"]);
    name.map_or("", View::text)
}
