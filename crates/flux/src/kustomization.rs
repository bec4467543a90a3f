//! Flux' Kustomizations.

use std::sync::Arc;

use manifest::{Entry, Fault, FaultKind, Item, Node, Object, ObjectId, Seq, Src, Step, View, Was};

use crate::metadata;
use crate::substitute;
use crate::{Unset, Variables};

/// What a Kustomization asks Flux to do with a folder.
#[derive(Clone, Debug)]
pub struct Kustomization {
    /// Its spec.
    spec: Node,
    /// The ConfigMaps and Secrets that variables are taken from, the later ones winning.
    pub substitute_from: Vec<Reference>,
    /// Variables that stand in the Kustomization itself and win over all others.
    pub substitute: Vec<(Node, Node)>,
}

/// A ConfigMap or Secret in the Kustomization's namespace.
#[derive(Clone, Debug)]
pub struct Reference {
    /// `ConfigMap` or `Secret`.
    pub kind: Box<str>,
    /// Its name.
    pub name: Box<str>,
    /// Where the name is written.
    pub place: Option<Src>,
}

impl Kustomization {
    /// Reads the object; none if it has no spec.
    pub fn read(object: View<'_>) -> Option<Self> {
        let spec = object.get("spec").filter(|spec| spec.is_map())?;
        Some(Self::of(spec))
    }

    /// Reads the spec by itself. The `kustomize` of a HelmRelease's post renderers has some of
    /// its fields.
    pub fn of(spec: View<'_>) -> Self {
        let from = spec.get_path(&["postBuild", "substituteFrom"]).into_iter();
        let pairs = spec.get_path(&["postBuild", "substitute"]).into_iter();
        let pairs = pairs.flat_map(View::entries);
        Self {
            substitute_from: from.flat_map(View::items).map(Reference::of).collect(),
            substitute: pairs
                .map(|entry| (entry.key.to_node(), entry.value.to_node()))
                .collect(),
            spec: spec.to_node(),
        }
    }

    /// Whether it changes a kustomization before that is built.
    pub fn edits(&self) -> bool {
        let given = |field: &&str| {
            let value = self.spec.view().get(field);
            value.is_some_and(|value| match value.is_seq() {
                true => value.items().next().is_some(),
                false => !value.text().is_empty(),
            })
        };
        FIELDS.iter().any(&given) || OLD_PATCHES.iter().any(given)
    }

    /// Whether it changes what a folder came to.
    pub fn finishes(&self) -> bool {
        let has = |path: &[&str]| self.spec.view().get_path(path).is_some();
        has(&["commonMetadata"]) || has(&["postBuild"])
    }

    /// The components that it adds to the folder's kustomization.
    pub fn components(&self) -> impl Iterator<Item = View<'_>> {
        let components = self.spec.view().get("components").into_iter();
        components.flat_map(View::items)
    }

    /// A kustomization as Flux changes it before it is built.
    ///
    /// # Errors
    /// What it has to change is of a wrong type.
    pub fn edit(&self, kustomization: &Node) -> Result<Node, Vec<Fault>> {
        let mut edit = Edit {
            node: kustomization.clone(),
            spec: self.spec.view(),
            faults: Vec::new(),
        };
        if edit.node.map_mut().is_none() {
            let message = "a kustomization has to be a mapping";
            let fault = Fault::new(FaultKind::Field, message);
            return Err(vec![match kustomization.view().origin() {
                Some(place) => fault.at(&place),
                None => fault,
            }]);
        }
        edit.set("targetNamespace", "namespace");
        edit.set("namePrefix", "namePrefix");
        edit.set("nameSuffix", "nameSuffix");
        for list in [
            "patches",
            "components",
            "patchesStrategicMerge",
            "patchesJson6902",
        ] {
            edit.append(list);
        }
        edit.images();
        match edit.faults.is_empty() {
            true => Ok(edit.node),
            false => Err(edit.faults),
        }
    }

    /// The variables of an object that Flux replaces by nothing: nobody sets them, and they have
    /// no default.
    pub fn unset(&self, object: &Object, variables: &Variables) -> Vec<Unset> {
        let mut found = Vec::new();
        let view = object.node.view();
        if !variables.is_empty() && !substitute::is_disabled(view) {
            substitute::unset(view, variables, &mut found);
        }
        found
    }

    /// An object as Flux applies it: with variables replaced and the common labels and
    /// annotations.
    ///
    /// # Errors
    /// A variable is written in a form that Flux does not know; it applies nothing then.
    pub fn finish(&self, object: Object, variables: &Variables) -> Result<Object, Vec<Fault>> {
        let mut node = object.node;
        if !variables.is_empty() && !substitute::is_disabled(node.view()) {
            node = substitute::in_node(&node, variables)?;
        }
        if let Some(common) = self.spec.view().get("commonMetadata") {
            metadata::add(&mut node, common);
        }
        let id = ObjectId::of(node.view());
        let mut identity = Arc::unwrap_or_clone(object.identity);
        // A name with a variable is known to the cluster by what became of it.
        if identity.name == object.id.name {
            identity.name = id.name.clone();
        }
        if identity.namespace == object.id.namespace {
            identity.namespace = id.namespace.clone();
        }
        Ok(Object::renamed(node, identity))
    }
}

/// The fields that change a kustomization.
const FIELDS: [&str; 6] = [
    "targetNamespace",
    "namePrefix",
    "nameSuffix",
    "patches",
    "components",
    "images",
];

/// Those of older versions of Flux.
const OLD_PATCHES: [&str; 2] = ["patchesStrategicMerge", "patchesJson6902"];

impl Reference {
    fn of(view: View<'_>) -> Self {
        let text = |key| view.get(key).map_or("", View::text);
        Self {
            kind: text("kind").into(),
            name: text("name").into(),
            place: view.get("name").unwrap_or(view).origin(),
        }
    }
}

struct Edit<'a> {
    node: Node,
    spec: View<'a>,
    faults: Vec<Fault>,
}

impl Edit<'_> {
    /// Puts a field of the spec in the place of one of the kustomization.
    fn set(&mut self, field: &'static str, into: &'static str) {
        let value = self
            .spec
            .get(field)
            .filter(|value| !value.text().is_empty());
        if let (Some(value), Some(map)) = (value, self.node.map_mut()) {
            let step = Step {
                name: field,
                by: value.origin(),
            };
            map.set(Node::text(into, step.clone()), value.to_node(), step);
        }
    }

    /// Puts a list of the spec behind one of the kustomization.
    fn append(&mut self, field: &'static str) {
        let Some(entry) = self.spec.entry(field) else {
            return;
        };
        let step = Step {
            name: field,
            by: entry.key.origin(),
        };
        let mut items = entry.value.items().map(View::to_node).peekable();
        if items.peek().is_none() {
            return;
        }
        let Some(mut list) = self.list(field) else {
            return;
        };
        if let Some(seq) = list.seq_mut() {
            seq.items.extend(items.map(|value| Item {
                value,
                was: Some(Was::nothing(step.clone())),
            }));
        }
        self.put(field, list, step);
    }

    /// Images by their names, of which those of the spec win.
    fn images(&mut self) {
        let Some(entry) = self.spec.entry("images") else {
            return;
        };
        let step = Step {
            name: "images",
            by: entry.key.origin(),
        };
        let Some(mut list) = self.list("images") else {
            return;
        };
        let name_of = |view: View<'_>| view.get("name").map_or("", View::text).to_owned();
        if let Some(seq) = list.seq_mut() {
            for image in entry.value.items() {
                let own = name_of(image);
                let mut items = seq.items.iter_mut().filter(|item| !item.value.is_gone());
                match items.find(|item| name_of(item.value.view()) == own) {
                    Some(item) => item.set(image.to_node(), step.clone()),
                    None => seq.items.push(Item {
                        value: image.to_node(),
                        was: Some(Was::nothing(step.clone())),
                    }),
                }
            }
        }
        self.put("images", list, step);
    }

    /// A list of the kustomization, empty if there is none.
    fn list(&mut self, field: &str) -> Option<Node> {
        match self.node.view().entry(field) {
            Some(entry) if entry.value.is_null() => Some(Node::Seq(Arc::new(Seq::default()))),
            Some(entry) if !entry.value.is_seq() => {
                let message = format!("`{field}` has to be a list for Flux to add its own");
                let fault = Fault::new(FaultKind::Field, message);
                self.faults.push(match entry.key.origin() {
                    Some(place) => fault.at(&place),
                    None => fault,
                });
                None
            }
            Some(entry) => Some(entry.value.to_node()),
            None => Some(Node::Seq(Arc::new(Seq::default()))),
        }
    }

    fn put(&mut self, field: &'static str, list: Node, step: Step) {
        if let Some(map) = self.node.map_mut() {
            match map.get_mut(field) {
                // The changes are noted in the list itself.
                Some(value) => *value = list,
                None => map.entries.push(Entry {
                    key: Node::text(field, step.clone()),
                    value: list,
                    was: Some(Was::nothing(step)),
                }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use manifest::{Source, print};
    use spanned_yaml::Tree;

    use super::*;

    fn document(text: &str) -> Node {
        let source = Source::file("a.yaml", Tree::parse(text));
        source.documents().documents.remove(0)
    }

    fn edit(spec: &str, kustomization: &str) -> String {
        let object = document(&format!("spec: {spec}"));
        let read = Kustomization::read(object.view()).unwrap();
        match read.edit(&document(kustomization)) {
            Ok(node) => print(node.view()).unwrap(),
            Err(faults) => faults.iter().map(|fault| fault.message.clone()).collect(),
        }
    }

    #[test]
    fn what_flux_changes_in_a_kustomization() {
        let spec = "{targetNamespace: web, namePrefix: a-, nameSuffix: '', patches: [{patch: p, target: {kind: Deployment}}], components: [../c], images: [{name: x, newTag: '2'}, {name: y, newName: z}]}";
        let own = "namespace: old\nnameSuffix: -s\nimages: [{name: x, newTag: '1', newName: q}]\npatches: [{path: own.yaml}]\n";
        insta::assert_snapshot!(edit(spec, own), @r#"
        components:
        - ../c
        images:
        - name: x
          newTag: "2"
        - name: "y"
          newName: z
        namePrefix: a-
        nameSuffix: -s
        namespace: web
        patches:
        - path: own.yaml
        - patch: p
          target:
            kind: Deployment
        "#);
    }

    #[test]
    fn what_it_cannot_change() {
        let told = edit("{patches: [{patch: p}]}", "patches: {path: a.yaml}");
        assert_eq!(told, "`patches` has to be a list for Flux to add its own");
        let told = edit("{namePrefix: a-}", "- a");
        assert_eq!(told, "a kustomization has to be a mapping");
    }

    #[test]
    fn whether_it_changes_anything() {
        let check = |spec: &str| {
            let object = document(&format!("spec: {spec}"));
            let read = Kustomization::read(object.view()).unwrap();
            (read.edits(), read.finishes())
        };
        assert_eq!(
            check("{path: ./a, patches: [], namePrefix: ''}"),
            (false, false)
        );
        assert_eq!(check("{images: [{name: a}]}"), (true, false));
        assert_eq!(check("{postBuild: {substitute: {a: b}}}"), (false, true));
        assert_eq!(check("{commonMetadata: {labels: {a: b}}}"), (false, true));
    }
}
