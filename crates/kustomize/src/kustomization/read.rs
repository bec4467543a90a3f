use std::sync::Arc;

use manifest::{Fault, FaultKind, Node, Source, Span, View};
use spanned_yaml::ErrorKind;

use super::args::{
    read_generator, read_image, read_label, read_options, read_patch, read_replacement_entry,
    read_replica, read_sort_options, read_var,
};
use super::{Fields, OpenApi};
use crate::decode::{Decoder, Mode};
use crate::fault;
use crate::text::str_of;

const KIND: &str = "Kustomization";
const COMPONENT: &str = "Component";
const VERSION: &str = "kustomize.config.k8s.io/v1beta1";
const COMPONENT_VERSION: &str = "kustomize.config.k8s.io/v1alpha1";

const FIELDS: &[&str] = &[
    "kind",
    "apiVersion",
    "metadata",
    "openapi",
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "patchesStrategicMerge",
    "patchesJson6902",
    "patches",
    "images",
    "imageTags",
    "replacements",
    "replicas",
    "vars",
    "sortOptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configMapGenerator",
    "secretGenerator",
    "helmGlobals",
    "helmCharts",
    "helmChartInflationGenerator",
    "generatorOptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildMetadata",
];

/// Fields that count as nothing even where they are written, because kustomize moves them.
const MOVED: &[&str] = &["kind", "apiVersion", "helmChartInflationGenerator"];

/// The document that a kustomization's text holds.
pub(crate) fn document(source: &Arc<Source>) -> Result<Node, Vec<Fault>> {
    let errors = source.tree.errors();
    // Of duplicate keys, kustomize takes the last one.
    let faults: Vec<Fault> = errors
        .iter()
        .filter(|e| !matches!(e.kind, ErrorKind::DuplicateKey { .. }))
        .map(|e| fault::of_yaml(source, e))
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let expanded = source.documents();
    if !expanded.errors.is_empty() {
        let faults = expanded.errors.iter();
        return Err(faults.map(|e| fault::of_yaml(source, e)).collect());
    }
    let document = expanded.documents.into_iter().next();
    document.ok_or_else(|| vec![empty(source)])
}

/// The fields of a kustomization, and whether it is a Component.
pub(crate) fn read(source: &Arc<Source>, document: &Node) -> Result<(Fields, bool), Vec<Fault>> {
    let view = document.view();
    let mut decoder = Decoder::new(Mode::Strict, view.origin());
    let fields = decoder.fields(view, "a kustomization", FIELDS);
    if decoder.faults.is_empty() && is_empty(&fields) {
        return Err(vec![empty(source)]);
    }
    let component = read_type(&mut decoder, &fields);
    let typed = read_fields(&mut decoder, &fields);
    if decoder.faults.is_empty() {
        Ok((typed, component))
    } else {
        Err(decoder.faults)
    }
}

fn empty(source: &Arc<Source>) -> Fault {
    let root = source.tree.documents().next();
    let span = root.map_or(Span::new(0, 0), |root| source.tree.span(root));
    Fault::new(FaultKind::Field, "the kustomization is empty")
        .help("name something to build, such as `resources: []`")
        .at_location(source.locate(span))
}

/// Whether nothing at all is asked for: not even an empty list.
fn is_empty(fields: &crate::decode::Fields<'_>) -> bool {
    FIELDS.iter().all(|name| match fields.get(name) {
        None => true,
        Some(_) if MOVED.contains(name) => true,
        Some(view) => match *name {
            "bases" | "imageTags" => view.is_seq() && view.items().next().is_none(),
            _ => !view.is_seq() && !view.is_map() && view.text().is_empty(),
        },
    })
}

fn read_type(decoder: &mut Decoder, fields: &crate::decode::Fields<'_>) -> bool {
    let kind = decoder.filled(fields.get("kind"), "kind");
    let api_version = decoder.filled(fields.get("apiVersion"), "apiVersion");
    let component = str_of(&kind) == COMPONENT;
    if let (Some(view), Some(kind)) = (fields.get("kind"), &kind)
        && kind.as_str() != KIND
        && !component
    {
        let help = match suggest::nearest(kind.as_str(), [KIND, COMPONENT]) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("a kustomization's kind is `{KIND}` or `{COMPONENT}`"),
        };
        let message = format!("`{kind}` is not a kind of kustomization");
        decoder.wrong(view, message).help = Some(help);
        return false;
    }
    let required = if component {
        COMPONENT_VERSION
    } else {
        VERSION
    };
    if let (Some(view), Some(version)) = (fields.get("apiVersion"), &api_version)
        && version.as_str() != required
    {
        let kind = if component { COMPONENT } else { KIND };
        let message = format!("the apiVersion of a {kind} is not `{version}`");
        decoder.wrong(view, message).help = Some(format!("write `{required}`"));
    }
    component
}

fn read_fields(decoder: &mut Decoder, fields: &crate::decode::Fields<'_>) -> Fields {
    if let Some(metadata) = fields.get("metadata") {
        let known = &["name", "namespace", "labels", "annotations"];
        let metadata = decoder.fields(metadata, "metadata", known);
        decoder.filled(metadata.get("name"), "name");
        decoder.filled(metadata.get("namespace"), "namespace");
        decoder.pairs(metadata.get("labels"), "labels");
        decoder.pairs(metadata.get("annotations"), "annotations");
    }
    let mut resources = decoder.texts(fields.get("resources"), "resources");
    resources.extend(decoder.texts(fields.get("bases"), "bases"));
    let image = |decoder: &mut Decoder, view| Some(read_image(decoder, view));
    let mut images = decoder.list(fields.get("images"), "images", image);
    images.extend(decoder.list(fields.get("imageTags"), "imageTags", image));
    let patch = |decoder: &mut Decoder, view| Some(read_patch(decoder, view));
    Fields {
        resources,
        components: decoder.texts(fields.get("components"), "components"),
        crds: decoder.texts(fields.get("crds"), "crds"),
        configurations: decoder.texts(fields.get("configurations"), "configurations"),
        generators: decoder.texts(fields.get("generators"), "generators"),
        transformers: decoder.texts(fields.get("transformers"), "transformers"),
        validators: decoder.texts(fields.get("validators"), "validators"),
        openapi: read_openapi(decoder, fields.get("openapi")),
        name_prefix: decoder.filled(fields.get("namePrefix"), "namePrefix"),
        name_suffix: decoder.filled(fields.get("nameSuffix"), "nameSuffix"),
        namespace: decoder.filled(fields.get("namespace"), "namespace"),
        common_labels: decoder.pairs(fields.get("commonLabels"), "commonLabels"),
        labels: decoder.list(fields.get("labels"), "labels", |decoder, view| {
            Some(read_label(decoder, view))
        }),
        common_annotations: decoder.pairs(fields.get("commonAnnotations"), "commonAnnotations"),
        patches_strategic_merge: decoder
            .texts(fields.get("patchesStrategicMerge"), "patchesStrategicMerge"),
        patches_json6902: decoder.list(fields.get("patchesJson6902"), "patchesJson6902", patch),
        patches: decoder.list(fields.get("patches"), "patches", patch),
        images,
        replacements: decoder.list(fields.get("replacements"), "replacements", |d, view| {
            Some(read_replacement_entry(d, view))
        }),
        replicas: decoder.list(fields.get("replicas"), "replicas", |d, view| {
            Some(read_replica(d, view))
        }),
        vars: decoder.list(fields.get("vars"), "vars", |d, view| {
            Some(read_var(d, view))
        }),
        sort_options: fields
            .get("sortOptions")
            .map(|view| read_sort_options(decoder, view)),
        config_map_generator: decoder.list(
            fields.get("configMapGenerator"),
            "configMapGenerator",
            |d, view| Some(read_generator(d, view, false)),
        ),
        secret_generator: decoder.list(
            fields.get("secretGenerator"),
            "secretGenerator",
            |d, view| Some(read_generator(d, view, true)),
        ),
        generator_options: fields
            .get("generatorOptions")
            .map(|view| read_options(decoder, view)),
        helm_globals: fields.get("helmGlobals").map(View::to_node),
        helm_charts: read_charts(decoder, fields),
        build_metadata: decoder.texts(fields.get("buildMetadata"), "buildMetadata"),
    }
}

fn read_openapi(decoder: &mut Decoder, view: Option<View<'_>>) -> OpenApi {
    let mut openapi = OpenApi::default();
    for (key, value) in decoder.pairs(view, "openapi") {
        match key.as_str() {
            "path" => openapi.path = Some(value),
            "version" => openapi.version = Some(value),
            _ => {}
        }
    }
    openapi
}

/// The charts that are asked for, in either form.
fn read_charts(decoder: &mut Decoder, fields: &crate::decode::Fields<'_>) -> Vec<Node> {
    ["helmCharts", "helmChartInflationGenerator"]
        .into_iter()
        .flat_map(|name| decoder.list(fields.get(name), name, |_, view| Some(view.to_node())))
        .collect()
}
