//! Parameters that are written in the ApplicationSet itself.

use std::rc::Rc;

use super::{Generated, Run, fault, map_of};
use crate::applicationset::params::{self, Params};
use crate::applicationset::printed::printed_source;
use crate::document::first_document;
use crate::shape::{Reader, Shape};
use go_template::{Entry, Map};
use manifest::{Dialect, FaultKind, Kind, Scalar, Source, Src, View};

impl Run<'_> {
    pub(super) fn list(&mut self, list: View<'_>) -> Generated<Vec<Params>> {
        let mut all = Vec::new();
        for element in list.get("elements").into_iter().flat_map(View::items) {
            if !element.is_map() && !element.is_null() {
                let message = "an element has to be a mapping of parameters";
                return Err(fault(FaultKind::Field, message, element).into());
            }
            let value = params::value(element, &mut self.places, &mut self.work);
            let value = value.map_err(|failure| self.failed(failure, element))?;
            let map = map_of(&value).unwrap_or_default();
            let map = match self.is_go {
                true => map,
                false => Rc::new(texts(&map, element)?),
            };
            let from: Vec<Src> = element.origin().into_iter().collect();
            self.push(&mut all, Params { map, from }, list.origin().as_ref())?;
        }
        if let Some(yaml) = list
            .get("elementsYaml")
            .filter(|yaml| !yaml.text().is_empty())
        {
            self.elements_yaml(yaml, &mut all)?;
        }
        Ok(all)
    }

    fn elements_yaml(&mut self, yaml: View<'_>, all: &mut Vec<Params>) -> Generated<()> {
        let source = match yaml {
            View::Src(source, node) => Source::embedded(Src::new(source, node)),
            _ => {
                let text = self.places.text(yaml);
                printed_source(&text, yaml, &self.places)
            }
        };
        let document = first_document(&source)?;
        let Some(document) = document else {
            return Ok(());
        };
        let mut reader = Reader::new(Dialect::Kubectl);
        let read = reader.read(document.view(), &Shape::List(&Shape::Any), "elementsYaml");
        if let Some(fault) = reader.faults.into_iter().next() {
            return Err(fault.into());
        }
        for element in read.iter().flat_map(|list| list.view().items()) {
            if !element.is_map() && !element.is_null() {
                let message = "an element has to be a mapping of parameters";
                return Err(fault(FaultKind::Field, message, element).into());
            }
            let value = params::value(element, &mut self.places, &mut self.work);
            let value = value.map_err(|failure| self.failed(failure, element))?;
            let map = map_of(&value).unwrap_or_default();
            let from: Vec<Src> = element.origin().into_iter().collect();
            self.push(all, Params { map, from }, yaml.origin().as_ref())?;
        }
        Ok(())
    }
}

/// An element's parameters for templates that know text only.
fn texts(element: &Map, at: View<'_>) -> Generated<Map> {
    let all = Map::default();
    for (key, entry) in element.entries() {
        let inner = map_of(&entry.value).filter(|_| &*key == "values");
        let Some(inner) = inner else {
            all.insert(key.clone(), text(&key, entry, at)?);
            continue;
        };
        for (name, entry) in inner.entries() {
            let entry = text(&name, entry, at.get("values").unwrap_or(at))?;
            all.insert(format!("values.{name}"), entry);
        }
    }
    Ok(all)
}

fn text(key: &str, entry: Entry, element: View<'_>) -> Generated<Entry> {
    if entry.value.as_text().is_some() {
        return Ok(entry);
    }
    let value = element.get(key).unwrap_or(element);
    let message = format!("`{key}` has to be text");
    let help = match value.kind() {
        Kind::Scalar if value.scalar(Dialect::Kustomize) != Some(Scalar::Null) => {
            "quote it, or set `goTemplate: true`, with which a parameter may be anything"
        }
        _ => "set `goTemplate: true`, with which a parameter may be anything",
    };
    Err(fault(FaultKind::Field, message, value).help(help).into())
}
