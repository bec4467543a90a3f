//! Which fields the transformers change: kustomize's own, and those that `configurations` and
//! `crds` add.

use std::borrow::Cow;
use std::ptr;
use std::sync::{Arc, OnceLock};

use manifest::{Fault, FaultKind, Source, Src, View};
use rustc_hash::FxHashMap;

use crate::decode::{Decoder, Mode};
use crate::defaults;
use crate::fault;
use crate::field_spec::{FieldSpec, GvkPattern, Specs, merge};
use crate::order;
use crate::text::str_of;

/// The fields that transformers change.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) name_prefix: Specs,
    pub(crate) name_suffix: Specs,
    pub(crate) namespace: Specs,
    pub(crate) common_labels: Specs,
    pub(crate) labels: Specs,
    pub(crate) template_labels: Specs,
    pub(crate) common_annotations: Specs,
    pub(crate) name_reference: Cow<'static, [BackReference]>,
    pub(crate) var_reference: Specs,
    pub(crate) images: Specs,
    pub(crate) replicas: Specs,
    by_referrer: OnceLock<Index>,
}

/// For each kind of referrer, its references and their fields as positions in the list.
type Index = FxHashMap<Cow<'static, str>, Vec<(usize, usize)>>;

/// Where objects of one kind are referred to by name.
#[derive(Clone, Debug)]
pub(crate) struct BackReference {
    /// What is referred to.
    pub(crate) referent: GvkPattern,
    /// The fields that hold its name.
    pub(crate) fields: Specs,
}

const FIELDS: &[&str] = &[
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "templateLabels",
    "commonAnnotations",
    "nameReference",
    "varReference",
    "images",
    "replicas",
];

impl Config {
    /// kustomize's own.
    pub(crate) fn built_in() -> Arc<Self> {
        static BUILT_IN: OnceLock<Arc<Config>> = OnceLock::new();
        BUILT_IN
            .get_or_init(|| Arc::new(defaults::config()))
            .clone()
    }

    /// What one file of `configurations` says.
    pub(crate) fn read(source: &Arc<Source>) -> Result<Self, Vec<Fault>> {
        let errors = source.tree.errors();
        if !errors.is_empty() {
            return Err(errors.iter().map(|e| fault::of_yaml(source, e)).collect());
        }
        let expanded = source.documents();
        let Some(document) = expanded.documents.first() else {
            return Ok(Self::default());
        };
        let mut decoder = Decoder::new(Mode::KnownFields, document.view().origin());
        let mut config = Self::decode(&mut decoder, document.view());
        config.sort();
        match decoder.faults.is_empty() {
            true => Ok(config),
            false => Err(decoder.faults),
        }
    }

    fn decode(decoder: &mut Decoder, view: View<'_>) -> Self {
        let fields = decoder.fields(view, "a configuration", FIELDS);
        let mut specs = |name| FieldSpec::read_all(decoder, fields.get(name), name);
        let mut config = Self {
            name_prefix: specs("namePrefix"),
            name_suffix: specs("nameSuffix"),
            namespace: specs("namespace"),
            common_labels: specs("commonLabels"),
            labels: specs("labels"),
            template_labels: specs("templateLabels"),
            common_annotations: specs("commonAnnotations"),
            var_reference: specs("varReference"),
            images: specs("images"),
            replicas: specs("replicas"),
            ..Self::default()
        };
        config.name_reference = Cow::Owned(decoder.list(
            fields.get("nameReference"),
            "nameReference",
            |decoder, item| Some(BackReference::read(decoder, item)),
        ));
        config
    }

    /// How many steps it takes to merge with another: each field path is compared with all that
    /// are there.
    pub(crate) fn compared_with(&self, other: &Self) -> usize {
        let lists = |config: &Self| {
            let references = config.name_reference.iter().map(|back| back.fields.len());
            [
                config.name_prefix.len(),
                config.name_suffix.len(),
                config.namespace.len(),
                config.common_labels.len(),
                config.labels.len(),
                config.template_labels.len(),
                config.common_annotations.len(),
                config.var_reference.len(),
                config.images.len(),
                config.replicas.len(),
                references.sum(),
            ]
        };
        if ptr::eq(self, other) {
            return 0;
        }
        let pairs = lists(self).into_iter().zip(lists(other));
        let compared = pairs.map(|(mine, theirs)| mine.saturating_mul(theirs));
        compared.fold(0, usize::saturating_add) / 16
    }

    /// Both together.
    pub(crate) fn merged(
        self: &Arc<Self>,
        other: &Arc<Self>,
        at: Option<&Src>,
    ) -> Result<Arc<Self>, Fault> {
        if Arc::ptr_eq(self, other) {
            return Ok(self.clone());
        }
        let mut config = Self {
            name_prefix: self.name_prefix.clone(),
            name_suffix: self.name_suffix.clone(),
            namespace: self.namespace.clone(),
            common_labels: self.common_labels.clone(),
            labels: self.labels.clone(),
            template_labels: self.template_labels.clone(),
            common_annotations: self.common_annotations.clone(),
            name_reference: self.name_reference.clone(),
            var_reference: self.var_reference.clone(),
            images: self.images.clone(),
            replicas: self.replicas.clone(),
            by_referrer: OnceLock::new(),
        };
        config
            .add(other)
            .map_err(|message| fault::at(FaultKind::Conflict, message, at))?;
        config.sort();
        Ok(Arc::new(config))
    }

    /// Adds another's fields.
    pub(crate) fn add(&mut self, other: &Self) -> Result<(), String> {
        merge(&mut self.name_prefix, &other.name_prefix)?;
        merge(&mut self.name_suffix, &other.name_suffix)?;
        merge(&mut self.namespace, &other.namespace)?;
        merge(&mut self.common_labels, &other.common_labels)?;
        merge(&mut self.labels, &other.labels)?;
        merge(&mut self.template_labels, &other.template_labels)?;
        merge(&mut self.common_annotations, &other.common_annotations)?;
        merge(&mut self.var_reference, &other.var_reference)?;
        merge(&mut self.images, &other.images)?;
        merge(&mut self.replicas, &other.replicas)?;
        if let Cow::Borrowed(own) = other.name_reference
            && (self.name_reference.is_empty() || ptr::eq(&*self.name_reference, own))
        {
            self.name_reference = other.name_reference.clone();
            return Ok(());
        }
        let mut references = other.name_reference.iter();
        references.try_for_each(|back| self.refer(back))
    }

    /// Adds fields that refer to one kind.
    pub(crate) fn refer(&mut self, back: &BackReference) -> Result<(), String> {
        let mut known = false;
        for mine in self.name_reference.to_mut() {
            if mine.referent == back.referent {
                known = true;
                merge(&mut mine.fields, &back.fields)?;
            }
        }
        if !known {
            self.name_reference.to_mut().push(back.clone());
        }
        Ok(())
    }

    /// kustomize's own are constants that are sorted already.
    fn sort(&mut self) {
        let specs = [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.common_annotations,
            &mut self.var_reference,
            &mut self.images,
            &mut self.replicas,
        ];
        for specs in specs {
            if let Cow::Owned(specs) = specs {
                specs.sort_by(|a, b| order::compare_kinds(&a.gvk, &b.gvk));
            }
        }
        if let Cow::Owned(references) = &mut self.name_reference {
            references.sort_by(|a, b| order::compare_kinds(&a.referent, &b.referent));
        }
    }

    /// The fields by which objects of a kind may refer to others, in order.
    pub(crate) fn references_of(
        &self,
        kind: &str,
    ) -> impl Iterator<Item = (&BackReference, &FieldSpec)> {
        let index = self.by_referrer.get_or_init(|| self.index_referrers());
        let own = index.get(kind).map_or(&[][..], Vec::as_slice);
        let open = match kind.is_empty() {
            true => &[][..],
            false => index.get("").map_or(&[][..], Vec::as_slice),
        };
        let mut places: Vec<(usize, usize)> = own.iter().chain(open).copied().collect();
        places.sort_unstable();
        places.into_iter().filter_map(|(back, field)| {
            let back = self.name_reference.get(back)?;
            Some((back, back.fields.get(field)?))
        })
    }

    fn index_referrers(&self) -> Index {
        let mut index = Index::default();
        for (b, back) in self.name_reference.iter().enumerate() {
            for (f, field) in back.fields.iter().enumerate() {
                index
                    .entry(field.gvk.kind.clone())
                    .or_default()
                    .push((b, f));
            }
        }
        index
    }
}

impl BackReference {
    fn read(decoder: &mut Decoder, view: View<'_>) -> Self {
        let known = &["group", "version", "kind", "fieldSpecs"];
        let fields = decoder.fields(view, "a nameReference", known);
        let mut text = |name| decoder.filled(fields.get(name), name);
        let referent = GvkPattern::new(
            str_of(&text("group")),
            str_of(&text("version")),
            str_of(&text("kind")),
        );
        let specs = FieldSpec::read_all(decoder, fields.get("fieldSpecs"), "fieldSpecs");
        let mut fields = Specs::default();
        // A list that contradicts itself is told when it meets the built-in one.
        if merge(&mut fields, &specs).is_err() {
            fields = specs;
        }
        fields
            .to_mut()
            .sort_by(|a, b| order::compare_kinds(&a.gvk, &b.gvk));
        Self { referent, fields }
    }
}
