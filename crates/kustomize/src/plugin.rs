//! `generators`, `transformers` and `validators`: built-in ones by their configuration. All
//! others are programs, which are never run.

use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Budget, Fault, FaultKind, Source, Src, Step, Unit, View};

use crate::accumulate::{Run, State, all};
use crate::decode::{Decoder, Fields, Mode};
use crate::encrypted;
use crate::fault;
use crate::field_spec::{FieldSpec, Specs};
use crate::generate::{self, Generated};
use crate::inflate::Chart;
use crate::kustomization::{
    self, GeneratorArgs, Kustomization, read_image, read_replacement_entry, read_replica,
    read_selector,
};
use crate::openapi::Schema;
use crate::paths::Files;
use crate::read;
use crate::refer::replacement::Replacements;
use crate::resource::{Origin, Resource};
use crate::text::{Text, str_of};
use crate::transform::{
    Configured, Transformer, affix, images, labels, namespace, patches, replicas, value_add,
};

/// What a configuration is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// In `generators`.
    Generator,
    /// In `transformers` or `validators`.
    Transformer,
}

const GENERATORS: &[&str] = &[
    "ConfigMapGenerator",
    "SecretGenerator",
    "IAMPolicyGenerator",
    "HelmChartInflationGenerator",
];

const TRANSFORMERS: &[&str] = &[
    "AnnotationsTransformer",
    "HashTransformer",
    "ImageTagTransformer",
    "LabelTransformer",
    "NamespaceTransformer",
    "PatchJson6902Transformer",
    "PatchStrategicMergeTransformer",
    "PatchTransformer",
    "PrefixSuffixTransformer",
    "PrefixTransformer",
    "SuffixTransformer",
    "ReplacementTransformer",
    "ReplicaCountTransformer",
    "ValueAddTransformer",
];

/// An entry that is no path but objects itself.
pub(crate) fn inline(text: &Text) -> Option<Arc<Source>> {
    // Every object has a mapping in it, so that its text has a colon; most paths have none.
    if !text.as_str().contains(':') {
        return None;
    }
    let source = text.source();
    // It is paid for once its objects are taken up.
    let budget = Budget::default();
    read::merges(&source, &budget).is_ok().then_some(source)
}

/// Why a configuration is not carried out: it is a program's, or that of nothing known.
fn refuse(resource: &Resource, usage: Use) -> Option<Fault> {
    let known = match usage {
        Use::Generator => GENERATORS,
        Use::Transformer => TRANSFORMERS,
    };
    let (what, field) = match usage {
        Use::Generator => ("generator", "generators"),
        Use::Transformer => ("transformer", "transformers"),
    };
    let id = resource.id();
    let at = resource.view().get("kind").and_then(View::origin);
    if !(id.group.is_empty() && id.version == "builtin") {
        let message = format!(
            "the {what} {}/{} is a program, which is not run",
            id.kind, id.name
        );
        let fault = fault::at(FaultKind::Exec, message, at.as_ref());
        return Some(fault.help("what it would do here is not checked"));
    }
    if known.contains(&id.kind) {
        return None;
    }
    let message = format!("`{}` is not a built-in {what}", id.kind);
    let fault = fault::at(FaultKind::Field, message, at.as_ref());
    Some(match suggest::nearest(id.kind, known.iter().copied()) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help(format!("built-in {field} are: {}", known.join(", "))),
    })
}

/// The transformers that `transformers` configures.
pub(crate) fn transformers(
    run: &Run<'_>,
    files: &Files<'_>,
    kustomization: &Kustomization,
    state: &State,
    open: &mut Vec<Utf8PathBuf>,
) -> Result<Vec<Configured>, Vec<Fault>> {
    configured(
        run,
        files,
        kustomization,
        &kustomization.fields.transformers,
        state,
        open,
    )
}

fn configured(
    run: &Run<'_>,
    files: &Files<'_>,
    kustomization: &Kustomization,
    texts: &[Text],
    state: &State,
    open: &mut Vec<Utf8PathBuf>,
) -> Result<Vec<Configured>, Vec<Fault>> {
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let configs = run.configs(kustomization, texts, &state.schema, open)?;
    let refused = configs.iter();
    all(refused
        .filter_map(|config| refuse(config, Use::Transformer))
        .collect())?;
    let mut list = Vec::new();
    let mut faults = Vec::new();
    for resource in configs.iter() {
        match transformer(run, files, resource) {
            Ok(transformers) => {
                let origin = origin_of(resource);
                // A list counts as one: what it changed is told once.
                list.push(Configured {
                    transformer: Box::new(Chain(transformers)),
                    origin,
                    at: resource.view().origin(),
                });
            }
            Err(more) => faults.extend(more),
        }
    }
    all(faults)?;
    Ok(list)
}

/// Several transformers that one configuration stands for.
struct Chain(Vec<Box<dyn Transformer>>);

impl Transformer for Chain {
    fn apply(&self, state: &mut State, budget: &Budget) -> Vec<Fault> {
        self.0.iter().flat_map(|t| t.apply(state, budget)).collect()
    }
}

/// How build metadata tells of what a configuration did.
fn origin_of(resource: &Resource) -> Arc<Origin> {
    let file = match resource.origin.as_deref() {
        Some(Origin::File(path)) => path.clone(),
        Some(Origin::Configured { file, .. }) => file.clone(),
        None => Utf8PathBuf::new(),
    };
    Arc::new(Origin::Configured {
        file,
        by: resource.id().to_object_id(),
    })
}

/// Runs the built-in transformers that `validators` configures, which may change nothing.
pub(crate) fn validate(
    run: &Run<'_>,
    files: &Files<'_>,
    kustomization: &Kustomization,
    state: &mut State,
    open: &mut Vec<Utf8PathBuf>,
) -> Result<(), Vec<Fault>> {
    let texts = &kustomization.fields.validators;
    for configured in configured(run, files, kustomization, texts, state, open)? {
        let mut copy = state.clone();
        all(configured.apply(&mut copy, run.budget))?;
        let mut same = copy.objects.as_slice().len() == state.objects.as_slice().len();
        for (a, b) in copy.objects.iter().zip(state.objects.iter()) {
            let printed = manifest::print(a.view()).ok();
            let size = printed.as_ref().map_or(0, String::len);
            run.budget.spend(Unit::Bytes, size)?;
            same &= printed == manifest::print(b.view()).ok();
        }
        if !same {
            let at = texts.first().map(Text::at);
            let message = "a validator changes objects, which it must not";
            return Err(vec![fault::at(FaultKind::Field, message, at)]);
        }
    }
    Ok(())
}

/// A configuration as it is read.
struct Config<'a> {
    files: &'a Files<'a>,
    budget: &'a Budget,
    decoder: Decoder,
    fields: Fields<'a>,
    at: Option<Src>,
}

const FIELDS: &[&str] = &[
    "metadata",
    "fieldSpecs",
    "annotations",
    "labels",
    "imageTag",
    "replica",
    "prefix",
    "suffix",
    "target",
    "path",
    "jsonOp",
    "paths",
    "patches",
    "patch",
    "options",
    "replacements",
    "value",
    "targets",
    "targetFilePath",
    "unsetOnly",
    "setRoleBindingSubjects",
];

fn transformer(
    run: &Run<'_>,
    files: &Files<'_>,
    resource: &Resource,
) -> Result<Vec<Box<dyn Transformer>>, Vec<Fault>> {
    let view = resource.view();
    let mut decoder = Decoder::new(Mode::Lenient, view.origin());
    let fields = decoder.fields(view, "a transformer", FIELDS);
    let mut config = Config {
        files,
        budget: run.budget,
        decoder,
        fields,
        at: view.origin(),
    };
    let transformers = config.transformers(resource.id().kind)?;
    all(config.decoder.faults)?;
    Ok(transformers)
}

type Made = Result<Vec<Box<dyn Transformer>>, Vec<Fault>>;

fn one(transformer: impl Transformer + 'static) -> Made {
    Ok(vec![Box::new(transformer)])
}

impl Config<'_> {
    fn transformers(&mut self, kind: &str) -> Made {
        match kind {
            "AnnotationsTransformer" => self.entries("annotations", "commonAnnotations"),
            "LabelTransformer" => self.entries("labels", "commonLabels"),
            "ImageTagTransformer" => self.image(),
            "NamespaceTransformer" => self.namespace(),
            "PatchTransformer" => self.patch(),
            "PatchJson6902Transformer" => self.json_patch(),
            "PatchStrategicMergeTransformer" => self.merges(),
            "PrefixTransformer" => self.affix(affix::Side::Prefix),
            "SuffixTransformer" => self.affix(affix::Side::Suffix),
            "PrefixSuffixTransformer" => {
                let mut both = self.affix(affix::Side::Prefix)?;
                both.extend(self.affix(affix::Side::Suffix)?);
                Ok(both)
            }
            "ReplicaCountTransformer" => self.replicas(),
            "ReplacementTransformer" => self.replacements(),
            "ValueAddTransformer" => self.value_add(),
            "HashTransformer" => one(generate::hash::Hashes),
            _ => Ok(Vec::new()),
        }
    }

    fn wrong(&self, message: &str) -> Vec<Fault> {
        vec![fault::at(FaultKind::Field, message, self.at.as_ref())]
    }

    fn text(&mut self, name: &'static str) -> Option<Text> {
        self.decoder.filled(self.fields.get(name), name)
    }

    fn specs(&mut self) -> Specs {
        FieldSpec::read_all(
            &mut self.decoder,
            self.fields.get("fieldSpecs"),
            "fieldSpecs",
        )
    }

    fn entries(&mut self, field: &'static str, step: &'static str) -> Made {
        let pairs = self.decoder.pairs(self.fields.get(field), field);
        one(labels::Labels::new(step, pairs, self.specs()))
    }

    fn image(&mut self) -> Made {
        let Some(view) = self.fields.get("imageTag") else {
            return Err(self.wrong("an ImageTagTransformer needs an `imageTag`"));
        };
        let image = read_image(&mut self.decoder, view);
        let specs = self.specs();
        let images = images::Images::new(&image, &specs, self.budget);
        one(images.map_err(|fault| vec![fault])?)
    }

    fn namespace(&mut self) -> Made {
        let metadata = self.fields.get("metadata");
        let namespace = metadata.and_then(|m| m.get("namespace"));
        let unset_only = self.decoder.flag(self.fields.get("unsetOnly"), "unsetOnly");
        let subjects = match str_of(&self.text("setRoleBindingSubjects")) {
            "" | "defaultOnly" => namespace::Subjects::Default,
            "allServiceAccounts" => namespace::Subjects::ServiceAccounts,
            "none" => namespace::Subjects::None,
            _ => {
                return Err(self.wrong(
                    "setRoleBindingSubjects must be one of defaultOnly, allServiceAccounts, none",
                ));
            }
        };
        let Some(namespace) = self.decoder.filled(namespace, "namespace") else {
            return Ok(Vec::new());
        };
        let mut transformer = namespace::Namespace::new(&namespace, &self.specs());
        transformer.unset_only = unset_only;
        transformer.subjects = subjects;
        one(transformer)
    }

    fn affix(&mut self, side: affix::Side) -> Made {
        let name = match side {
            affix::Side::Prefix => "prefix",
            affix::Side::Suffix => "suffix",
        };
        if self.fields.get("fieldSpecs").is_none() {
            return Err(self.wrong("`fieldSpecs` must tell which names are meant"));
        }
        let specs = self.specs();
        match self.text(name) {
            Some(text) => one(affix::Affix::new(side, &text, &specs)),
            None => Ok(Vec::new()),
        }
    }

    fn patch(&mut self) -> Made {
        let options = self.fields.get("options");
        let mut option = |name: &'static str| {
            let view = options.and_then(|o| o.get(name));
            self.decoder.flag(view, name)
        };
        let allow_name_change = option("allowNameChange");
        let allow_kind_change = option("allowKindChange");
        let patch = kustomization::Patch {
            path: self.text("path"),
            patch: self.text("patch"),
            target: self
                .fields
                .get("target")
                .map(|view| read_selector(&mut self.decoder, view)),
            allow_name_change,
            allow_kind_change,
            at: self.at.clone(),
        };
        one(patches::Patch::load(self.files, &patch, self.budget)?)
    }

    fn json_patch(&mut self) -> Made {
        let patch = kustomization::Patch {
            path: self.text("path"),
            patch: self.text("jsonOp"),
            target: self
                .fields
                .get("target")
                .map(|view| read_selector(&mut self.decoder, view)),
            allow_name_change: false,
            allow_kind_change: false,
            at: self.at.clone(),
        };
        one(patches::JsonOnly::load(self.files, &patch, self.budget)?)
    }

    fn merges(&mut self) -> Made {
        let paths = self.decoder.texts(self.fields.get("paths"), "paths");
        let text = self.text("patches");
        let from_paths = match paths.is_empty() {
            true => None,
            false => Some(patches::MergeList::load(self.files, &paths, self.budget)?),
        };
        let from_text = match &text {
            Some(text) => {
                let source = text.source();
                let at = text.at();
                Some(patches::MergeList::of_source(&source, at, self.budget)?)
            }
            None => None,
        };
        match (from_paths, from_text) {
            (Some(mut paths), Some(text)) => {
                paths.extend(text);
                one(paths)
            }
            (Some(merges), None) | (None, Some(merges)) => one(merges),
            (None, None) => Err(self.wrong("`paths` or `patches` must contain a patch")),
        }
    }

    fn replicas(&mut self) -> Made {
        let Some(view) = self.fields.get("replica") else {
            return Err(self.wrong("a ReplicaCountTransformer needs a `replica`"));
        };
        let replica = read_replica(&mut self.decoder, view);
        one(replicas::Replicas::new(&replica, &self.specs()))
    }

    fn replacements(&mut self) -> Made {
        let entries = self.decoder.list(
            self.fields.get("replacements"),
            "replacements",
            |decoder, view| Some(read_replacement_entry(decoder, view)),
        );
        one(Replacements::load(self.files, &entries)?)
    }

    fn value_add(&mut self) -> Made {
        let value = self.text("value");
        let mut targets = read_targets(&mut self.decoder, self.fields.get("targets"));
        if let Some(path) = self.text("targetFilePath") {
            let source = self.files.source(&path).map_err(|fault| vec![fault])?;
            let documents = source.documents().documents;
            if let Some(document) = documents.first() {
                let fields = self
                    .decoder
                    .fields(document.view(), "targets", &["targets"]);
                targets.extend(read_targets(&mut self.decoder, fields.get("targets")));
            }
        }
        if targets.is_empty() {
            return Err(self.wrong("a ValueAddTransformer needs a target"));
        }
        let Some(value) = value.filter(|v| !v.as_str().trim().is_empty()) else {
            let message = "a ValueAddTransformer without a `value` takes the folder's name";
            return Err(vec![
                fault::at(FaultKind::Unsupported, message, self.at.as_ref())
                    .help("write the value out"),
            ]);
        };
        one(value_add::ValueAdd { value, targets })
    }
}

fn read_targets(decoder: &mut Decoder, view: Option<View<'_>>) -> Vec<value_add::Target> {
    const FIELDS: &[&str] = &["selector", "fieldPath", "filePathPosition"];
    decoder.list(view, "targets", |decoder, item| {
        let fields = decoder.fields(item, "a target", FIELDS);
        let position = decoder.int(fields.get("filePathPosition"), "filePathPosition");
        if position < 0 {
            decoder.wrong(item, "filePathPosition must not be negative".to_owned());
        }
        let selector = fields.get("selector").map(|v| read_selector(decoder, v));
        let Some(field_path) = decoder.filled(fields.get("fieldPath"), "fieldPath") else {
            decoder.wrong(item, "a target needs a fieldPath".to_owned());
            return None;
        };
        Some(value_add::Target {
            selector,
            field_path,
            position,
        })
    })
}

/// The objects that `generators` makes.
pub(crate) fn generators(
    run: &Run<'_>,
    files: &Files<'_>,
    kustomization: &Kustomization,
    state: &mut State,
    open: &mut Vec<Utf8PathBuf>,
) -> Result<Vec<Generated>, Vec<Fault>> {
    let texts = &kustomization.fields.generators;
    if texts.is_empty() {
        return Ok(Vec::new());
    }
    let configs = run.configs(kustomization, texts, &state.schema, open)?;
    let is_lenient = run.options.leave_out_absent;
    let mut generated = Vec::new();
    let mut faults = Vec::new();
    for resource in configs.iter() {
        let origin = origin_of(resource);
        if let Some(refusal) = refuse(resource, Use::Generator) {
            let schema = state.schema.get();
            let encrypted = is_lenient.then(|| encrypted::objects(run, files, resource, schema));
            match encrypted.flatten() {
                Some(Ok(objects)) => generated.extend(objects),
                Some(Err(more)) => faults.extend(more),
                None if is_lenient && refusal.kind == FaultKind::Exec => {
                    run.leave_out(state, std::iter::once(&refusal))?;
                }
                None => faults.push(refusal),
            }
            continue;
        }
        let objects = match resource.id().kind {
            "HelmChartInflationGenerator" => {
                let chart = Chart {
                    folder: files.folder,
                    globals: Some(resource.view()),
                    chart: resource.view(),
                    budget: run.budget,
                };
                run.inflate_one(&chart, &origin, state)
            }
            _ => generator(run, files, resource, state.schema.get()).map(|mut object| {
                object.resource.origin = Some(origin);
                vec![object]
            }),
        };
        match objects {
            Ok(objects) => generated.extend(objects),
            Err(more) => faults.extend(more),
        }
    }
    all(faults)?;
    Ok(generated)
}

fn generator(
    run: &Run<'_>,
    files: &Files<'_>,
    resource: &Resource,
    schema: &Schema,
) -> Result<Generated, Vec<Fault>> {
    let kind = resource.id().kind;
    let view = resource.view();
    let mut decoder = Decoder::new(Mode::Lenient, view.origin());
    let step = match view.origin() {
        Some(at) => Step::new("generators", at),
        None => Step::own("generators"),
    };
    match kind {
        "ConfigMapGenerator" | "SecretGenerator" => {
            let secret = kind == "SecretGenerator";
            let mut args: GeneratorArgs = kustomization::read_generator(&mut decoder, view, secret);
            let metadata = decoder.fields(
                view.get("metadata").unwrap_or(View::Gone),
                "metadata",
                &["name", "namespace"],
            );
            args.name = args
                .name
                .or_else(|| decoder.filled(metadata.get("name"), "name"));
            args.namespace = args
                .namespace
                .or_else(|| decoder.filled(metadata.get("namespace"), "namespace"));
            all(decoder.faults)?;
            generate::data::make(files, &args, None, secret, schema, run.budget)
        }
        // What else there is was refused, or is a chart.
        _ => generate::iam_policy::make(view, &step, schema),
    }
}
