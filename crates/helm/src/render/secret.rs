//! Faults of templates that print Secrets: what they looked at is nobody's to see.

use std::sync::Arc;

use manifest::{Fault, Kind, Src, View, places_of};
use rustc_hash::{FxHashMap, FxHashSet};
use spanned_yaml::NodeId;

use crate::chart::PartTemplate;
use crate::{Chart, Usage};

/// What the templates of Secrets looked at, for their faults.
#[derive(Default)]
pub(super) struct Confidence {
    /// The values that each of them asked for.
    values: FxHashMap<Arc<str>, Vec<Src>>,
    /// The templates and files about which values are hidden already.
    told: FxHashSet<(Arc<str>, String)>,
    /// The collections that are hidden already, as addresses of sources and nodes.
    collections: FxHashSet<(usize, NodeId)>,
}

impl Confidence {
    /// Of the templates of a chart. Which of the values one prints nobody knows before it is
    /// done, so that all of them count.
    pub(super) fn new(chart: &Chart, templates: &[&PartTemplate], usage: &Usage) -> Self {
        let text = |template: &PartTemplate| {
            let number = template.parsed.source.id.map(|id| id.0 as usize);
            let source = number.and_then(|number| chart.texts.get(number));
            source.map_or("", |source| source.tree.text())
        };
        let defines_one =
            |template: &&PartTemplate| template.is_partial() && prints_secret(text(template));
        let is_defined = templates
            .iter()
            .copied()
            .any(|template| defines_one(&template));
        let prints_one = |template: &&PartTemplate| {
            let text = text(template);
            let includes = || text.contains("include") || text.contains("template");
            speaks_of_secret(text) || is_defined && includes()
        };
        let templates = templates.iter().copied().filter(prints_one);
        let mut values: FxHashMap<Arc<str>, Vec<Src>> = templates
            .map(|template| (template.name.clone(), Vec::new()))
            .collect();
        for read in &usage.reads {
            if let Some(value) = &read.value
                && let Some(values) = values.get_mut(&read.template)
                && (read.whole || !View::Src(&value.source, value.node).is_map())
            {
                values.push(value.clone());
            }
        }
        Self {
            values,
            ..Self::default()
        }
    }

    /// A fault of a template, from which nobody learns what a Secret is made of.
    pub(super) fn hide(&mut self, template: &Arc<str>, fault: Fault) -> Fault {
        let Some(values) = self.values.get(template) else {
            return fault;
        };
        let about = fault.at.as_ref().map_or("", |place| place.path().as_str());
        if !self.told.insert((template.clone(), about.to_owned())) {
            return fault;
        }
        let collections = &mut self.collections;
        let is_new = |value: &&Src| {
            let address = Arc::as_ptr(&value.source).addr();
            View::Src(&value.source, value.node).kind() == Kind::Scalar
                || collections.insert((address, value.node))
        };
        let values = values.iter().filter(is_new);
        let places = values.flat_map(|value| places_of(View::Src(&value.source, value.node)));
        fault.hiding(places)
    }
}

/// Whether a template that fails may print a Secret, or something about one.
pub(crate) fn speaks_of_secret(text: &str) -> bool {
    let is_in_word = |c: char| c.is_alphanumeric();
    text.match_indices("Secret").any(|(at, word)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        !before.ends_with(is_in_word) && !after.starts_with(is_in_word)
    })
}

/// Whether a text of definitions prints Secrets for whoever includes it, rather than their names.
fn prints_secret(text: &str) -> bool {
    text.lines().any(|line| {
        let kind = line.trim_start().strip_prefix("kind:");
        kind.is_some_and(speaks_of_secret)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_a_word() {
        for text in [
            "kind: Secret\n",
            "kind: {{ \"Secret\" }}",
            "# Secrets? Secret.",
        ] {
            assert!(speaks_of_secret(text), "{text}");
        }
        for text in ["imagePullSecrets:", "kind: SealedSecret", "secretKeyRef:"] {
            assert!(!speaks_of_secret(text), "{text}");
        }
    }

    #[test]
    fn a_definition_prints_one_where_it_is_its_kind() {
        assert!(prints_secret(
            "{{ define \"a\" }}\n  kind: Secret\n{{ end }}"
        ));
        assert!(!prints_secret("{{/* The name of the Secret. */}}"));
    }
}
