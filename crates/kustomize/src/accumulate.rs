//! From a kustomization and its bases to objects that are not yet finished.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Amounts, Budget, Exceeded, Fault, FaultKind, Snapshot, Span, Src, Unit};
use rustc_hash::FxHashSet;

use crate::config::Config;
use crate::crds;
use crate::effects::Effects;
use crate::fault;
use crate::generate;
use crate::inflate::{Inflate, NoCharts};
use crate::kustomization::{Kustomization, Operand};
use crate::load::{self, at_reference, tell_missing};
use crate::objects::Objects;
use crate::openapi::{First, Schema};
use crate::options::Options;
use crate::paths::Files;
use crate::plugin;
use crate::read;
use crate::refer::vars::{self, Var};
use crate::resource::{Origin, Resource};
use crate::text::Text;
use crate::transform;

/// How many kustomizations may build on one another in a row.
const MAX_DEPTH: usize = 256;

/// How many steps it takes to begin with a kustomization.
const BEGUN: usize = 50;

/// How many it takes to read what configures a generator or transformer: it is read again for
/// each that names it.
const READ_AGAIN: usize = 5_000;

/// What a kustomization comes to before names get their hashes, references are fixed, vars are
/// put in and objects are sorted. Overlays share it.
#[derive(Clone, Debug)]
pub struct Accumulated {
    pub(crate) state: State,
    /// The kustomization it is of.
    pub(crate) root: Arc<Kustomization>,
    effects: Arc<Effects>,
    /// How many kustomizations build on one another in it, itself included.
    depth: usize,
    taken: Amounts,
    own: Amounts,
}

impl Accumulated {
    /// What stands in other places and was left out, here or in what it builds on.
    pub fn left_out(&self) -> &[Fault] {
        &self.state.left_out
    }

    /// How many objects there are.
    pub fn count(&self) -> usize {
        self.state.objects.as_slice().len()
    }

    /// What it took to accumulate it, with everything that it builds on: whoever builds on it
    /// is charged for that as well.
    pub fn taken(&self) -> Amounts {
        self.taken
    }

    /// What of that it took by itself. Objects of its bases are copied, and count again.
    pub fn own(&self) -> Amounts {
        self.own
    }

    /// What its own directives did, and those of its components.
    pub fn effects(&self) -> &Arc<Effects> {
        &self.effects
    }
}

/// What is there at one moment of accumulating.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) objects: Objects,
    pub(crate) config: Option<Arc<Config>>,
    pub(crate) vars: Vec<Var>,
    pub(crate) schema: SchemaChoice,
    /// What kustomize would have done with the built-in OpenAPI document by now.
    pub(crate) consulted: Consulted,
    /// The folders of all kustomizations that took part.
    pub(crate) folders: FxHashSet<Arc<Utf8Path>>,
    /// How many kustomizations build on one another below.
    pub(crate) depth: usize,
    /// What directives did since the bases were taken up.
    pub(crate) effects: Effects,
    /// What stands in other places and was left out.
    pub(crate) left_out: Vec<Fault>,
}

/// What kustomize would have done with the built-in OpenAPI document. Where a kustomization names
/// another one, this decides what becomes of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Consulted {
    /// Nothing yet: the other document replaces it.
    Never,
    /// Put off reading it: it is read after the other document and overrides that.
    PutOff,
    /// Read it: the other document overrides it.
    Read,
}

/// Which OpenAPI document decides how lists merge. The first kustomization that asks decides.
#[derive(Clone, Debug, Default)]
pub(crate) enum SchemaChoice {
    /// The built-in one, as long as nobody asks for another.
    #[default]
    BuiltIn,
    /// The built-in one, because a kustomization asks for its version.
    Pinned,
    /// One that a kustomization names.
    Document(Arc<Schema>),
}

impl SchemaChoice {
    pub(crate) fn get(&self) -> &Schema {
        match self {
            Self::BuiltIn | Self::Pinned => Schema::builtin(),
            Self::Document(schema) => schema,
        }
    }

    fn is_open(&self) -> bool {
        matches!(self, Self::BuiltIn)
    }
}

/// Finds what a base came to, where that is known already.
pub type Bases<'a> = &'a dyn Fn(&Utf8Path) -> Option<Arc<Accumulated>>;

/// Accumulates a kustomization. What its bases came to is asked of `base`; those that it does
/// not know are accumulated here.
///
/// # Errors
/// Everything found to be wrong up to the first phase that could not be finished.
pub fn accumulate(
    snapshot: &dyn Snapshot,
    kustomization: &Arc<Kustomization>,
    base: Bases<'_>,
    options: Options,
) -> Result<Accumulated, Vec<Fault>> {
    accumulate_with(snapshot, kustomization, base, &NoCharts, options)
}

/// As [`accumulate`], with charts rendered by `charts`.
///
/// # Errors
/// As for [`accumulate`].
pub fn accumulate_with(
    snapshot: &dyn Snapshot,
    kustomization: &Arc<Kustomization>,
    base: Bases<'_>,
    charts: &dyn Inflate,
    options: Options,
) -> Result<Accumulated, Vec<Fault>> {
    let budget = Budget::default();
    accumulate_within(snapshot, kustomization, base, charts, options, &budget)
}

/// As [`accumulate_with`], within what a budget has left. What the bases took that `base` gives
/// counts as if they had been accumulated here, so that the limits do not depend on what was
/// accumulated before.
///
/// # Errors
/// As for [`accumulate`], or a limit is reached: then the fault stands at the entry that asked
/// for what was too much.
pub fn accumulate_within(
    snapshot: &dyn Snapshot,
    kustomization: &Arc<Kustomization>,
    base: Bases<'_>,
    charts: &dyn Inflate,
    options: Options,
    budget: &Budget,
) -> Result<Accumulated, Vec<Fault>> {
    let run = Run {
        snapshot,
        base,
        charts,
        options,
        budget,
    };
    run.kustomization(kustomization, empty(), &mut Vec::new())
}

/// One accumulation with everything below it.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a> {
    pub(crate) snapshot: &'a dyn Snapshot,
    base: Bases<'a>,
    pub(crate) charts: &'a dyn Inflate,
    pub(crate) options: Options,
    pub(crate) budget: &'a Budget,
}

/// The folders under way, the outermost first.
type Open = Vec<Utf8PathBuf>;

impl Run<'_> {
    fn kustomization(
        &self,
        kustomization: &Arc<Kustomization>,
        state: State,
        open: &mut Open,
    ) -> Result<Accumulated, Vec<Fault>> {
        let mut state = self
            .apply(kustomization, state, open)
            .map_err(|mut faults| {
                // What is too much as a whole stands nowhere in particular.
                let start = || kustomization.source.locate(Span::new(0, 0));
                for fault in faults.iter_mut().filter(|f| f.kind == FaultKind::Limit) {
                    fault.at.get_or_insert_with(start);
                }
                faults
            })?;
        Ok(Accumulated {
            effects: Arc::new(std::mem::take(&mut state.effects)),
            depth: state.depth + 1,
            state,
            root: kustomization.clone(),
            taken: self.budget.spent(),
            own: Amounts {
                objects: self.budget.spent().objects,
                ..self.budget.own()
            },
        })
    }

    /// Applies a kustomization, or a component to what its parent has.
    fn apply(
        &self,
        kustomization: &Kustomization,
        state: State,
        open: &mut Open,
    ) -> Result<State, Vec<Fault>> {
        self.applied(kustomization, state, open)
            .map_err(|mut faults| {
                tell_missing(&mut faults, &kustomization.left_out);
                faults
            })
    }

    fn applied(
        &self,
        kustomization: &Kustomization,
        mut state: State,
        open: &mut Open,
    ) -> Result<State, Vec<Fault>> {
        let fields = &kustomization.fields;
        let files = self.files(kustomization);
        // A component goes over all objects of its parent.
        let touched = BEGUN + state.objects.as_slice().len();
        self.budget.spend(Unit::Steps, touched)?;
        choose_schema(&files, kustomization, &mut state)?;
        let left_out = kustomization.left_out.iter().map(|(_, fault)| fault);
        self.leave_out(&mut state, left_out)?;
        let real = self.snapshot.real(&kustomization.folder);
        state.folders.insert(real.as_path().into());
        open.push(real);
        self.resources(kustomization, &kustomization.resources, &mut state, open)?;
        self.configure(&files, kustomization, &mut state)?;
        generate::run(self, &files, kustomization, &mut state, open)?;
        for (text, component) in &kustomization.components {
            let outer = std::mem::replace(&mut state, empty());
            state = self
                .apply(component, outer, open)
                .map_err(|faults| at_reference(faults, text))?;
            all(state.objects.check_unique())?;
        }
        transform::run(self, &files, kustomization, &mut state, open)?;
        plugin::validate(self, &files, kustomization, &mut state, open)?;
        open.pop();
        all(vars::add(&mut state, &fields.vars, self.budget))?;
        Ok(state)
    }

    pub(crate) fn files<'k>(&'k self, kustomization: &'k Kustomization) -> Files<'k> {
        Files {
            snapshot: self.snapshot,
            folder: &kustomization.folder,
            listed: &kustomization.fields.resources,
            options: self.options,
        }
    }

    /// Takes up files of objects and bases.
    fn resources(
        &self,
        kustomization: &Kustomization,
        operands: &[Operand],
        state: &mut State,
        open: &mut Open,
    ) -> Result<(), Vec<Fault>> {
        let mut faults = Vec::new();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let depth = open.len();
        for operand in operands {
            // A base that failed left its folders behind.
            open.truncate(depth);
            let count = state.objects.as_slice().len();
            let (text, path, taken) = match operand {
                Operand::File(text, path) => {
                    (text, path, self.file(text, path, kustomization, state))
                }
                Operand::Base(text, folder) => {
                    let taken = self.base(text, folder, state, open);
                    let taken = taken.map_err(|faults| at_reference(faults, text));
                    (text, folder, taken)
                }
            };
            let has_more = state.objects.as_slice().len() > count;
            if let Err(more) = taken {
                faults.extend(more);
            } else if !seen.insert(path.as_str()) && has_more {
                let message = format!("`{}` is listed twice", text.as_str());
                let fault = Fault::new(FaultKind::Conflict, message).at(text.at());
                faults
                    .push(fault.help("remove one of the entries, or name the file that was meant"));
            }
            // Nothing that follows could be taken up.
            if self.budget.exceeded().is_some() {
                break;
            }
        }
        open.truncate(depth);
        all(faults)?;
        all(state.objects.check_unique())
    }

    fn file(
        &self,
        text: &Text,
        path: &Utf8Path,
        kustomization: &Kustomization,
        state: &mut State,
    ) -> Result<(), Vec<Fault>> {
        let files = self.files(kustomization);
        let source = self
            .snapshot
            .source(path)
            .map_err(|error| vec![files.unread(text.as_str(), &error, text.at())])?;
        let origin = Arc::new(Origin::File(path.to_owned()));
        let schema = state.schema.get();
        let objects = read::objects(&source, self.budget)
            .map_err(|faults| at_reference(faults, text))?
            .into_iter()
            .map(|node| Resource {
                origin: Some(origin.clone()),
                ..Resource::new(node, schema)
            });
        let objects: Vec<Resource> = objects.collect();
        if objects.iter().any(|resource| !resource.known) {
            state.consulted = state.consulted.max(Consulted::PutOff);
        }
        state.objects.append(objects);
        Ok(())
    }

    fn base(
        &self,
        text: &Text,
        folder: &Utf8Path,
        state: &mut State,
        open: &mut Open,
    ) -> Result<(), Vec<Fault>> {
        // What is shared was accumulated as if nothing had been there before.
        let is_alike = |base: &Arc<Accumulated>| {
            state.consulted == Consulted::Never || base.state.schema.is_open()
        };
        let known = match state.schema.is_open() {
            true => (self.base)(folder).filter(is_alike),
            false => None,
        };
        let is_known = known.is_some();
        let base = match known {
            Some(base) => base,
            None => {
                let real = self.snapshot.real(folder);
                for outer in open.iter() {
                    load::refuse_circle(outer, &real, text).map_err(|fault| vec![fault])?;
                }
                if open.len() > MAX_DEPTH {
                    return Err(vec![too_many_levels(text)]);
                }
                let kustomization = load::load(self.snapshot, folder, self.options)?;
                let outer = State {
                    schema: state.schema.clone(),
                    consulted: state.consulted,
                    ..empty()
                };
                let base = self.kustomization(&kustomization, outer, open)?;
                // Nobody else tells of a base that is not shared.
                state.effects.extend(&base.effects);
                Arc::new(base)
            }
        };
        if is_known {
            self.budget
                .inherit(&base.taken)
                .map_err(|exceeded| vec![exceeded.fault().at(text.at())])?;
        }
        if base.depth > MAX_DEPTH {
            return Err(vec![too_many_levels(text)]);
        }
        if base.root.is_component() {
            let message = format!("`{text}` is a Component");
            return Err(vec![
                Fault::new(FaultKind::Field, message)
                    .at(text.at())
                    .help("name it in `components`"),
            ]);
        }
        for outer in open.iter() {
            for above in outer.ancestors().skip(1) {
                if base.state.folders.contains(above) {
                    let folder = if above.as_str().is_empty() {
                        "."
                    } else {
                        above.as_str()
                    };
                    let message =
                        format!("`{text}` builds on `{folder}`, which contains `{outer}` itself");
                    return Err(vec![
                        Fault::new(FaultKind::Cycle, message)
                            .at(text.at())
                            .help("kustomize rejects a base that contains the folder that uses it"),
                    ]);
                }
            }
        }
        self.take(state, &base, text).map_err(|fault| vec![fault])
    }

    /// Objects that configure generators or transformers: inline, in files or in folders.
    pub(crate) fn configs(
        &self,
        kustomization: &Kustomization,
        texts: &[Text],
        schema: &SchemaChoice,
        open: &mut Open,
    ) -> Result<Objects, Vec<Fault>> {
        let mut state = empty();
        state.schema = schema.clone();
        let mut operands = Vec::new();
        let mut faults = Vec::new();
        for text in texts {
            if let Some(source) = plugin::inline(text) {
                let origin = Arc::new(Origin::File(kustomization.path.clone()));
                let nodes = read::objects(&source, self.budget);
                let nodes = nodes.unwrap_or_default().into_iter();
                let resources: Vec<Resource> = nodes
                    .map(|node| Resource {
                        origin: Some(origin.clone()),
                        ..Resource::new(node, state.schema.get())
                    })
                    .collect();
                state.objects.append(resources);
                continue;
            }
            self.budget
                .spend(Unit::Steps, READ_AGAIN)
                .map_err(|exceeded| vec![exceeded.fault().at(text.at())])?;
            match load::operand(&self.files(kustomization), text) {
                Ok(operand) => operands.push(operand),
                Err(fault) => faults.push(fault),
            }
        }
        all(faults)?;
        self.resources(kustomization, &operands, &mut state, open)?;
        Ok(state.objects)
    }

    /// Adds the fields that `configurations` and `crds` name to those that transformers change.
    fn configure(
        &self,
        files: &Files<'_>,
        kustomization: &Kustomization,
        state: &mut State,
    ) -> Result<(), Vec<Fault>> {
        let fields = &kustomization.fields;
        let mut own = Config::built_in();
        let mut custom: Option<Arc<Config>> = None;
        let mut faults = Vec::new();
        for text in &fields.configurations {
            let read = files
                .source(text)
                .map_err(|fault| vec![fault])
                .and_then(|source| Config::read(&source))
                .and_then(|config| {
                    let config = Arc::new(config);
                    match &custom {
                        None => Ok(config),
                        Some(so_far) => self.merged(so_far, &config, Some(text.at())),
                    }
                });
            match read {
                Ok(config) => custom = Some(config),
                Err(more) => faults.extend(more),
            }
        }
        all(faults)?;
        let at = fields.configurations.first().map(Text::at);
        if let Some(custom) = &custom {
            own = self.merged(&own, custom, at)?;
        }
        let so_far = match (&state.config, &custom) {
            (Some(so_far), _) => Some(so_far.clone()),
            // Merging into nothing matters: a path for one kind, which sorts first, displaces
            // the same path for all kinds.
            (None, Some(_)) => Some(Arc::default()),
            (None, None) => None,
        };
        if let Some(so_far) = so_far {
            own = self.merged(&so_far, &own, at)?;
        }
        if !fields.crds.is_empty() {
            let crds = Arc::new(crds::read_all(files, &fields.crds)?);
            let at = fields.crds.first().map(Text::at);
            own = self.merged(&own, &crds, at)?;
        }
        state.config = Some(own);
        Ok(())
    }

    fn merged(
        &self,
        one: &Arc<Config>,
        other: &Arc<Config>,
        at: Option<&Src>,
    ) -> Result<Arc<Config>, Vec<Fault>> {
        let merged = match self.budget.spend(Unit::Steps, one.compared_with(other)) {
            Ok(()) => one.merged(other, at),
            Err(exceeded) => Err(match at {
                Some(at) => exceeded.fault().at(at),
                None => exceeded.fault(),
            }),
        };
        merged.map_err(|fault| vec![fault])
    }
}

impl Run<'_> {
    /// Notes what was left out, once each.
    pub(crate) fn leave_out<'f>(
        &self,
        state: &mut State,
        faults: impl Iterator<Item = &'f Fault>,
    ) -> Result<(), Exceeded> {
        let place = |fault: &Fault| {
            let at = fault.at.as_ref();
            at.map(|at| (at.path().to_owned(), at.span))
        };
        for fault in faults {
            self.budget.spend(Unit::Steps, state.left_out.len())?;
            if !state
                .left_out
                .iter()
                .any(|known| place(known) == place(fault))
            {
                state.left_out.push(fault.clone());
            }
        }
        Ok(())
    }

    /// Takes up what a base came to.
    fn take(&self, state: &mut State, base: &Accumulated, text: &Text) -> Result<(), Fault> {
        let beyond = |exceeded: manifest::Exceeded| exceeded.fault().at(text.at());
        let taken = &base.state;
        let objects = taken.objects.as_slice().len();
        self.budget.spend(Unit::Objects, objects).map_err(beyond)?;
        // They are copied, with what is noted of each.
        let noted = taken.objects.iter().map(Resource::noted).sum::<usize>();
        let copied = noted + taken.folders.len() + taken.vars.len();
        self.budget.spend(Unit::Nodes, copied).map_err(beyond)?;
        state.objects.append(taken.objects.iter().cloned());
        state.config = match (&state.config, &taken.config) {
            (Some(mine), Some(theirs)) => {
                let compared = mine.compared_with(theirs);
                self.budget.spend(Unit::Steps, compared).map_err(beyond)?;
                Some(mine.merged(theirs, Some(text.at()))?)
            }
            (mine, theirs) => mine.clone().or_else(|| theirs.clone()),
        };
        vars::merge(&mut state.vars, &taken.vars, self.budget)?;
        if state.schema.is_open() {
            state.schema = taken.schema.clone();
        }
        state.consulted = state.consulted.max(taken.consulted);
        self.leave_out(state, taken.left_out.iter())?;
        state.folders.extend(taken.folders.iter().cloned());
        state.depth = state.depth.max(base.depth);
        Ok(())
    }
}

fn too_many_levels(text: &Text) -> Fault {
    let message = format!("more than {MAX_DEPTH} kustomizations build on one another");
    Fault::new(FaultKind::Limit, message).at(text.at())
}

impl State {
    /// The faults that are faults whatever was left out: what is missing may stand there.
    pub(crate) fn certain(&self, mut faults: Vec<Fault>) -> Vec<Fault> {
        if !self.left_out.is_empty() {
            faults.retain(|f| !matches!(f.kind, FaultKind::Missing | FaultKind::Patch));
        }
        faults
    }

    /// The fields that transformers change.
    pub(crate) fn config(&self) -> Arc<Config> {
        self.config.clone().unwrap_or_else(Config::built_in)
    }
}

fn empty() -> State {
    State {
        objects: Objects::default(),
        config: None,
        vars: Vec::new(),
        schema: SchemaChoice::BuiltIn,
        consulted: Consulted::Never,
        folders: FxHashSet::default(),
        depth: 0,
        effects: Effects::default(),
        left_out: Vec::new(),
    }
}

/// Nothing, if there are no faults.
pub(crate) fn all(faults: Vec<Fault>) -> Result<(), Vec<Fault>> {
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}

/// The version of the built-in OpenAPI document, as `openapi.version` names it.
const OPENAPI_VERSION: &str = "v1.21.2";

fn choose_schema(
    files: &Files<'_>,
    kustomization: &Kustomization,
    state: &mut State,
) -> Result<(), Vec<Fault>> {
    let openapi = &kustomization.fields.openapi;
    let source = openapi.path.as_ref().map(|text| (text, files.source(text)));
    if !state.schema.is_open() {
        // A schema is chosen already, but a missing file is still a fault.
        return match source {
            Some((_, Err(fault))) => Err(vec![fault]),
            _ => Ok(()),
        };
    }
    match (source, &openapi.version) {
        (Some((text, _)), Some(_)) => Err(vec![
            Fault::new(FaultKind::Field, "`openapi` has both a path and a version")
                .at(text.at())
                .help("keep one of them"),
        ]),
        (Some((_, Err(fault))), None) => Err(vec![fault]),
        (Some((text, Ok(source))), None) => {
            let errors = source.tree.errors();
            all(errors.iter().map(|e| fault::of_yaml(&source, e)).collect())?;
            let documents = source.documents().documents;
            let Some(document) = documents.first() else {
                let message = format!("`{text}` is empty");
                return Err(vec![Fault::new(FaultKind::Field, message).at(text.at())]);
            };
            let document = document.view();
            let schema = match state.consulted {
                Consulted::Never => Schema::of_document(document),
                Consulted::PutOff => Schema::with_document(document, First::BuiltIn),
                Consulted::Read => Schema::with_document(document, First::Document),
            };
            for resource in state.objects.iter_mut() {
                resource.rescope(&schema);
            }
            state.schema = SchemaChoice::Document(Arc::new(schema));
            Ok(())
        }
        (None, Some(version)) if version.as_str() == OPENAPI_VERSION => {
            state.schema = SchemaChoice::Pinned;
            Ok(())
        }
        (None, Some(version)) if !version.is_empty() => Err(vec![
            Fault::new(
                FaultKind::Field,
                format!("there is no built-in OpenAPI version `{version}`"),
            )
            .at(version.at())
            .help(format!("the only one is `{OPENAPI_VERSION}`")),
        ]),
        (None, _) => Ok(()),
    }
}
