//! The entries of a kustomization's lists.

use std::sync::Arc;

use manifest::{Src, View};

use crate::decode::{Decoder, Pairs};
use crate::field_spec::{FieldSpec, Specs};
use crate::text::{Text, str_of};

/// An entry of `labels`.
#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) pairs: Pairs,
    pub(crate) include_selectors: bool,
    pub(crate) include_templates: bool,
    pub(crate) fields: Specs,
    pub(crate) at: Option<Src>,
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Debug)]
pub(crate) struct Patch {
    pub(crate) path: Option<Text>,
    pub(crate) patch: Option<Text>,
    pub(crate) target: Option<Selector>,
    pub(crate) allow_name_change: bool,
    pub(crate) allow_kind_change: bool,
    pub(crate) at: Option<Src>,
}

/// Which objects something is about; empty fields fit everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selector {
    pub(crate) group: Option<Text>,
    pub(crate) version: Option<Text>,
    pub(crate) kind: Option<Text>,
    pub(crate) name: Option<Text>,
    pub(crate) namespace: Option<Text>,
    pub(crate) annotations: Option<Text>,
    pub(crate) labels: Option<Text>,
    /// Group and version in one, as the objects of `vars` may have it.
    pub(crate) api_version: Option<Text>,
    pub(crate) at: Option<Src>,
}

/// An entry of `images`.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) name: Option<Text>,
    pub(crate) new_name: Option<Text>,
    pub(crate) tag_suffix: Option<Text>,
    pub(crate) new_tag: Option<Text>,
    pub(crate) digest: Option<Text>,
    pub(crate) at: Option<Src>,
}

/// An entry of `replicas`.
#[derive(Clone, Debug)]
pub(crate) struct Replica {
    pub(crate) name: Option<Text>,
    pub(crate) count: i64,
    /// Where the count is written.
    pub(crate) count_at: Option<Src>,
    pub(crate) at: Option<Src>,
}

/// An entry of `configMapGenerator` or `secretGenerator`.
#[derive(Debug)]
pub(crate) struct GeneratorArgs {
    pub(crate) namespace: Option<Text>,
    pub(crate) name: Option<Text>,
    pub(crate) behavior: Behavior,
    pub(crate) literals: Vec<Text>,
    pub(crate) files: Vec<Text>,
    pub(crate) envs: Vec<Text>,
    pub(crate) options: Option<GeneratorOptions>,
    /// The type of a Secret.
    pub(crate) secret_type: Option<Text>,
    pub(crate) at: Option<Src>,
}

/// What a generator does when an object of its identity is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// It is a conflict.
    #[default]
    Create,
    /// The object is replaced, except for its metadata.
    Replace,
    /// The data is added to the object's.
    Merge,
}

/// The field `generatorOptions`, or `options` of one generator.
#[derive(Clone, Debug, Default)]
pub(crate) struct GeneratorOptions {
    pub(crate) labels: Pairs,
    pub(crate) annotations: Pairs,
    pub(crate) disable_hash: bool,
    pub(crate) immutable: Option<Src>,
}

/// An entry of `replacements`.
#[derive(Debug)]
pub(crate) struct ReplacementEntry {
    pub(crate) path: Option<Text>,
    pub(crate) inline: Arc<Replacement>,
}

/// One replacement.
#[derive(Debug)]
pub(crate) struct Replacement {
    pub(crate) source: Option<ReplacementSource>,
    pub(crate) targets: Option<Vec<Target>>,
    pub(crate) at: Option<Src>,
}

/// Where a replacement takes its value from.
#[derive(Debug)]
pub(crate) struct ReplacementSource {
    pub(crate) selector: Selector,
    pub(crate) field_path: Option<Text>,
    pub(crate) options: FieldOptions,
}

/// Where a replacement puts its value.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) select: Option<Selector>,
    pub(crate) reject: Vec<Selector>,
    pub(crate) field_paths: Vec<Text>,
    pub(crate) options: FieldOptions,
    pub(crate) at: Option<Src>,
}

/// How a replacement reads or writes a part of a field.
#[derive(Debug, Default)]
pub(crate) struct FieldOptions {
    pub(crate) delimiter: Option<Text>,
    pub(crate) index: i64,
    pub(crate) create: bool,
    /// Where they are written.
    pub(crate) at: Option<Src>,
}

/// An entry of `vars`.
#[derive(Clone, Debug)]
pub(crate) struct Var {
    pub(crate) name: Option<Text>,
    pub(crate) object: Selector,
    pub(crate) field_path: Option<Text>,
    pub(crate) at: Option<Src>,
}

/// The field `sortOptions`.
#[derive(Debug)]
pub(crate) struct SortOptions {
    pub(crate) order: Option<Text>,
    /// The kinds that come first and last, if they are given.
    pub(crate) legacy: Option<(Vec<Text>, Vec<Text>)>,
    pub(crate) at: Option<Src>,
}

impl Selector {
    /// Whether no field is set.
    pub(crate) fn is_empty(&self) -> bool {
        [
            &self.group,
            &self.version,
            &self.kind,
            &self.name,
            &self.namespace,
        ]
        .iter()
        .all(|field| str_of(field).is_empty())
    }
}

const LABEL_FIELDS: &[&str] = &["pairs", "includeSelectors", "includeTemplates", "fields"];

pub(super) fn read_label(decoder: &mut Decoder, view: View<'_>) -> Label {
    let fields = decoder.fields(view, "an entry of labels", LABEL_FIELDS);
    Label {
        pairs: decoder.pairs(fields.get("pairs"), "pairs"),
        include_selectors: decoder.flag(fields.get("includeSelectors"), "includeSelectors"),
        include_templates: decoder.flag(fields.get("includeTemplates"), "includeTemplates"),
        fields: FieldSpec::read_all(decoder, fields.get("fields"), "fields"),
        at: fields.at,
    }
}

const PATCH_FIELDS: &[&str] = &["path", "patch", "target", "options"];

pub(super) fn read_patch(decoder: &mut Decoder, view: View<'_>) -> Patch {
    let fields = decoder.fields(view, "a patch", PATCH_FIELDS);
    let options = fields.get("options");
    if let Some(options) = options {
        if !options.is_map() {
            decoder.wrong(options, "options must be a mapping".to_owned());
        }
        for entry in options.entries() {
            decoder.flag(Some(entry.value), "an option of a patch");
        }
    }
    let mut option = |name| options.is_some_and(|o| decoder.flag(o.get(name), name));
    let allow_name_change = option("allowNameChange");
    let allow_kind_change = option("allowKindChange");
    Patch {
        path: decoder.filled(fields.get("path"), "path"),
        patch: decoder.filled(fields.get("patch"), "patch"),
        target: fields.get("target").map(|v| read_selector(decoder, v)),
        allow_name_change,
        allow_kind_change,
        at: fields.at,
    }
}

const SELECTOR_FIELDS: &[&str] = &[
    "group",
    "version",
    "kind",
    "name",
    "namespace",
    "annotationSelector",
    "labelSelector",
];

pub(crate) fn read_selector(decoder: &mut Decoder, view: View<'_>) -> Selector {
    let fields = decoder.fields(view, "a selector", SELECTOR_FIELDS);
    Selector {
        annotations: decoder.filled(fields.get("annotationSelector"), "annotationSelector"),
        labels: decoder.filled(fields.get("labelSelector"), "labelSelector"),
        ..read_id(decoder, &fields)
    }
}

fn read_id(decoder: &mut Decoder, fields: &crate::decode::Fields<'_>) -> Selector {
    let mut text = |name| decoder.filled(fields.get(name), name);
    Selector {
        group: text("group"),
        version: text("version"),
        kind: text("kind"),
        name: text("name"),
        namespace: text("namespace"),
        annotations: None,
        labels: None,
        api_version: None,
        at: fields.at.clone(),
    }
}

const IMAGE_FIELDS: &[&str] = &["name", "newName", "tagSuffix", "newTag", "digest"];

pub(crate) fn read_image(decoder: &mut Decoder, view: View<'_>) -> Image {
    let fields = decoder.fields(view, "an entry of images", IMAGE_FIELDS);
    let mut text = |name| decoder.filled(fields.get(name), name);
    Image {
        name: text("name"),
        new_name: text("newName"),
        tag_suffix: text("tagSuffix"),
        new_tag: text("newTag"),
        digest: text("digest"),
        at: fields.at,
    }
}

pub(crate) fn read_replica(decoder: &mut Decoder, view: View<'_>) -> Replica {
    let fields = decoder.fields(view, "an entry of replicas", &["name", "count"]);
    Replica {
        name: decoder.filled(fields.get("name"), "name"),
        count: decoder.int(fields.get("count"), "count"),
        count_at: fields.get("count").and_then(View::origin),
        at: fields.at,
    }
}

const GENERATOR_FIELDS: &[&str] = &[
    "name",
    "namespace",
    "behavior",
    "literals",
    "files",
    "envs",
    "env",
    "options",
    "type",
];

pub(crate) fn read_generator(decoder: &mut Decoder, view: View<'_>, secret: bool) -> GeneratorArgs {
    let (what, known) = match secret {
        true => ("a secretGenerator", GENERATOR_FIELDS),
        false => (
            "a configMapGenerator",
            &GENERATOR_FIELDS[..GENERATOR_FIELDS.len() - 1],
        ),
    };
    let fields = decoder.fields(view, what, known);
    let mut envs = decoder.texts(fields.get("envs"), "envs");
    envs.extend(decoder.filled(fields.get("env"), "env"));
    let behavior = decoder.filled(fields.get("behavior"), "behavior");
    GeneratorArgs {
        namespace: decoder.filled(fields.get("namespace"), "namespace"),
        name: decoder.filled(fields.get("name"), "name"),
        behavior: match str_of(&behavior) {
            "merge" => Behavior::Merge,
            "replace" => Behavior::Replace,
            _ => Behavior::Create,
        },
        literals: decoder.texts(fields.get("literals"), "literals"),
        files: decoder.texts(fields.get("files"), "files"),
        envs,
        options: fields.get("options").map(|v| read_options(decoder, v)),
        secret_type: decoder.filled(fields.get("type"), "type"),
        at: fields.at,
    }
}

const OPTION_FIELDS: &[&str] = &[
    "labels",
    "annotations",
    "disableNameSuffixHash",
    "immutable",
];

pub(super) fn read_options(decoder: &mut Decoder, view: View<'_>) -> GeneratorOptions {
    let fields = decoder.fields(view, "options of a generator", OPTION_FIELDS);
    let immutable = decoder.flag(fields.get("immutable"), "immutable");
    GeneratorOptions {
        labels: decoder.pairs(fields.get("labels"), "labels"),
        annotations: decoder.pairs(fields.get("annotations"), "annotations"),
        disable_hash: decoder.flag(fields.get("disableNameSuffixHash"), "disableNameSuffixHash"),
        immutable: fields
            .get("immutable")
            .and_then(View::origin)
            .filter(|_| immutable),
    }
}

pub(crate) fn read_replacement_entry(decoder: &mut Decoder, view: View<'_>) -> ReplacementEntry {
    let fields = decoder.fields(view, "a replacement", &["source", "targets", "path"]);
    ReplacementEntry {
        path: decoder.filled(fields.get("path"), "path"),
        inline: Arc::new(replacement_of(decoder, &fields)),
    }
}

pub(crate) fn read_replacement(decoder: &mut Decoder, view: View<'_>) -> Replacement {
    let fields = decoder.fields(view, "a replacement", &["source", "targets"]);
    replacement_of(decoder, &fields)
}

fn replacement_of(decoder: &mut Decoder, fields: &crate::decode::Fields<'_>) -> Replacement {
    let targets = fields.get("targets").map(|view| {
        decoder.list(Some(view), "targets", |decoder, item| {
            Some(read_target(decoder, item))
        })
    });
    Replacement {
        source: fields.get("source").map(|v| read_source(decoder, v)),
        targets,
        at: fields.at.clone(),
    }
}

const SOURCE_FIELDS: &[&str] = &[
    "group",
    "version",
    "kind",
    "name",
    "namespace",
    "fieldPath",
    "options",
];

fn read_source(decoder: &mut Decoder, view: View<'_>) -> ReplacementSource {
    let fields = decoder.fields(view, "a replacement's source", SOURCE_FIELDS);
    ReplacementSource {
        selector: read_id(decoder, &fields),
        field_path: decoder.filled(fields.get("fieldPath"), "fieldPath"),
        options: read_field_options(decoder, fields.get("options")),
    }
}

const TARGET_FIELDS: &[&str] = &["select", "reject", "fieldPaths", "options"];

fn read_target(decoder: &mut Decoder, view: View<'_>) -> Target {
    let fields = decoder.fields(view, "a replacement's target", TARGET_FIELDS);
    Target {
        select: fields.get("select").map(|v| read_selector(decoder, v)),
        reject: decoder.list(fields.get("reject"), "reject", |decoder, item| {
            Some(read_selector(decoder, item))
        }),
        field_paths: decoder.texts(fields.get("fieldPaths"), "fieldPaths"),
        options: read_field_options(decoder, fields.get("options")),
        at: fields.at,
    }
}

const FIELD_OPTION_FIELDS: &[&str] = &["delimiter", "index", "encoding", "create"];

fn read_field_options(decoder: &mut Decoder, view: Option<View<'_>>) -> FieldOptions {
    let Some(view) = view else {
        return FieldOptions::default();
    };
    let fields = decoder.fields(view, "a replacement's options", FIELD_OPTION_FIELDS);
    decoder.filled(fields.get("encoding"), "encoding");
    FieldOptions {
        delimiter: decoder.filled(fields.get("delimiter"), "delimiter"),
        index: decoder.int(fields.get("index"), "index"),
        create: decoder.flag(fields.get("create"), "create"),
        at: fields.at,
    }
}

const VAR_OBJECT_FIELDS: &[&str] = &[
    "apiVersion",
    "group",
    "version",
    "kind",
    "name",
    "namespace",
];

pub(super) fn read_var(decoder: &mut Decoder, view: View<'_>) -> Var {
    let fields = decoder.fields(view, "a var", &["name", "objref", "fieldref"]);
    let object = match fields.get("objref") {
        Some(view) => read_var_object(decoder, view),
        None => Selector::default(),
    };
    let field_path = fields.get("fieldref").and_then(|view| {
        let fields = decoder.fields(view, "a var's fieldref", &["fieldPath"]);
        decoder.filled(fields.get("fieldPath"), "fieldPath")
    });
    Var {
        name: decoder.filled(fields.get("name"), "name"),
        object,
        field_path,
        at: fields.at,
    }
}

fn read_var_object(decoder: &mut Decoder, view: View<'_>) -> Selector {
    let fields = decoder.fields(view, "a var's objref", VAR_OBJECT_FIELDS);
    let mut selector = read_id(decoder, &fields);
    selector.api_version = decoder.filled(fields.get("apiVersion"), "apiVersion");
    selector
}

pub(super) fn read_sort_options(decoder: &mut Decoder, view: View<'_>) -> SortOptions {
    let fields = decoder.fields(view, "sortOptions", &["order", "legacySortOptions"]);
    let legacy = fields.get("legacySortOptions").map(|view| {
        let known = &["orderFirst", "orderLast"];
        let fields = decoder.fields(view, "legacySortOptions", known);
        (
            decoder.texts(fields.get("orderFirst"), "orderFirst"),
            decoder.texts(fields.get("orderLast"), "orderLast"),
        )
    });
    SortOptions {
        order: decoder.filled(fields.get("order"), "order"),
        legacy,
        at: fields.at,
    }
}
