//! `crds`: fields that OpenAPI definitions of custom resources mark as names, labels or
//! annotations.

use std::borrow::Cow;

use manifest::{Fault, FaultKind, Node, View};

use crate::config::{BackReference, Config};
use crate::fault;
use crate::field_spec::{FieldSpec, GvkPattern, add};
use crate::paths::Files;
use crate::text::Text;

/// How deeply definitions may refer to one another.
const MAX_DEPTH: usize = 64;

/// How many fields all definitions of a file may lead to.
const MAX_FIELDS: usize = 1 << 16;

/// What the files say.
pub(crate) fn read_all(files: &Files<'_>, texts: &[Text]) -> Result<Config, Vec<Fault>> {
    let mut config = Config::default();
    let mut faults = Vec::new();
    for text in texts {
        if let Err(more) = read(files, text, &mut config) {
            faults.extend(more);
        }
    }
    match faults.is_empty() {
        true => Ok(config),
        false => Err(faults),
    }
}

fn read(files: &Files<'_>, text: &Text, config: &mut Config) -> Result<(), Vec<Fault>> {
    let source = files.source(text).map_err(|fault| vec![fault])?;
    let errors = source.tree.errors();
    if !errors.is_empty() {
        return Err(errors.iter().map(|e| fault::of_yaml(&source, e)).collect());
    }
    let expanded = source.documents();
    let view = expanded.documents.first().map_or(View::Gone, Node::view);
    let wrong = |message: String| vec![fault::at(FaultKind::Field, message, Some(text.at()))];
    if !view.is_map() {
        return Err(wrong(format!("`{text}` contains no definitions")));
    }
    let mut definitions = Definitions {
        all: view,
        config,
        path: Vec::new(),
        budget: MAX_FIELDS,
    };
    for entry in view.entries() {
        if !entry.value.is_map() {
            return Err(wrong(format!(
                "`{}` in `{text}` is not a definition",
                entry.key.text()
            )));
        }
        let is_object = ["kind", "apiVersion", "metadata"]
            .iter()
            .all(|field| properties(entry.value).is_some_and(|p| p.get(field).is_some()));
        if is_object {
            let name = entry.key.text();
            let kind = name.rsplit('.').next().unwrap_or(name);
            definitions.follow(kind, entry.value).map_err(wrong)?;
        }
    }
    Ok(())
}

fn properties(definition: View<'_>) -> Option<View<'_>> {
    let schema = field(definition, "schema")?;
    schema.get("properties")
}

/// The entry with this key, whatever its case.
fn field<'a>(map: View<'a>, name: &str) -> Option<View<'a>> {
    map.entries()
        .find(|entry| entry.key.text().eq_ignore_ascii_case(name))
        .map(|entry| entry.value)
}

struct Definitions<'a> {
    all: View<'a>,
    config: &'a mut Config,
    path: Vec<&'a str>,
    budget: usize,
}

impl<'a> Definitions<'a> {
    fn follow(&mut self, kind: &str, definition: View<'a>) -> Result<(), String> {
        if self.path.len() > MAX_DEPTH {
            return Err(format!("definitions are nested more than {MAX_DEPTH} deep"));
        }
        let Some(properties) = properties(definition) else {
            return Ok(());
        };
        for property in properties.entries() {
            self.budget = self
                .budget
                .checked_sub(1)
                .ok_or_else(|| format!("definitions have more than {MAX_FIELDS} fields"))?;
            self.path.push(property.key.text());
            self.property(kind, property.value)?;
            self.path.pop();
        }
        Ok(())
    }

    fn property(&mut self, kind: &str, property: View<'a>) -> Result<(), String> {
        let extension = |name: &str| field(property, name).and_then(View::as_str);
        let spec =
            |path: &[&str]| FieldSpec::new(GvkPattern::new("", "", kind), &path.join("/"), false);
        if extension("x-kubernetes-annotation").is_some() {
            add(&mut self.config.common_annotations, &spec(&self.path))?;
        }
        if extension("x-kubernetes-label-selector").is_some() {
            add(&mut self.config.common_labels, &spec(&self.path))?;
        }
        if extension("x-kubernetes-identity").is_some() {
            add(&mut self.config.name_prefix, &spec(&self.path))?;
        }
        let version = extension("x-kubernetes-object-ref-api-version");
        let referent = extension("x-kubernetes-object-ref-kind");
        if let (Some(version), Some(referent)) = (version, referent) {
            let key = extension("x-kubernetes-object-ref-name-key").unwrap_or("name");
            let mut path = self.path.clone();
            path.push(key);
            self.config.refer(&BackReference {
                referent: GvkPattern::new("", version, referent),
                fields: Cow::Owned(vec![spec(&path)]),
            })?;
        }
        let target = property.get("$ref").and_then(View::as_str);
        match target.and_then(|name| self.all.get(name)) {
            Some(definition) => self.follow(kind, definition),
            None => Ok(()),
        }
    }
}
