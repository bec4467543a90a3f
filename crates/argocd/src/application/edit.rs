//! Options for kustomize as the commands by which Argo CD puts them into a kustomization.
//!
//! Argo CD runs `kustomize edit` in the folder, in this order: `set nameprefix`, `set
//! namesuffix`, `set image`, `set replicas`, `add label`, `add annotation`, `set namespace`; then
//! it appends the patches, and `add component` comes last. So options do not stand in an overlay
//! around the folder: a prefix takes the place of the kustomization's own.

use std::sync::Arc;

use camino::Utf8Path;
use manifest::{
    Entry, Fault, FaultKind, Item, Kept, Map, Node, Seq, Snapshot, Src, Step, Style, View,
    normalize,
};

use super::images::Image;
use super::{Environment, Kustomize};
use crate::text::{Flag, Text};

/// A kustomization with an Application's options in it. Their values stand where the Application
/// has them, and the steps that put them in name its fields.
///
/// `folder` is where the kustomization stands in `snapshot`, which is asked for components that
/// may be missing.
///
/// # Errors
/// `kustomize edit` refuses an option, so that Argo CD renders nothing.
pub fn edit_kustomization(
    kustomization: &Node,
    options: &Kustomize,
    environment: &Environment,
    snapshot: &dyn Snapshot,
    folder: &Utf8Path,
) -> Result<Node, Vec<Fault>> {
    let mut edit = Edit {
        node: kustomization.clone(),
        options,
        environment,
        faults: Vec::new(),
    };
    if edit.node.map_mut().is_none() {
        let message = "a kustomization has to be a mapping";
        return Err(vec![place(
            Fault::new(FaultKind::Field, message),
            kustomization.view().origin(),
        )]);
    }
    edit.set("namePrefix", options.name_prefix.as_ref());
    edit.set("nameSuffix", options.name_suffix.as_ref());
    edit.images();
    edit.replicas();
    edit.labels();
    edit.annotations();
    edit.set("namespace", options.namespace.as_ref());
    edit.patches();
    edit.components(snapshot, folder);
    match edit.faults.is_empty() {
        true => Ok(edit.node),
        false => Err(edit.faults),
    }
}

struct Edit<'a> {
    node: Node,
    options: &'a Kustomize,
    environment: &'a Environment,
    faults: Vec<Fault>,
}

impl Edit<'_> {
    /// The field of the Application that asks for something.
    fn field(&self, name: &str) -> Option<Src> {
        let entry = self.options.node.view().entry(name);
        entry.and_then(|entry| entry.key.origin())
    }

    fn put(&mut self, name: &'static str, value: Node, by: Option<Src>) {
        let step = Step { name, by };
        if let Some(map) = self.node.map_mut() {
            map.set(Node::text(name, step.clone()), value, step);
        }
    }

    fn take(&mut self, name: &'static str) -> Node {
        let found = self.node.view().get(name);
        found.map_or(Node::Gone, View::to_node)
    }

    fn set(&mut self, name: &'static str, value: Option<&Text>) {
        if let Some(value) = value {
            self.put(name, value.node().clone(), value.place());
        }
    }

    /// Images by their names, of which those of the Application win.
    fn images(&mut self) {
        if self.options.images.is_empty() {
            return;
        }
        let by = self.field("images");
        let mut all: Vec<(String, Node)> = Vec::new();
        let mut asked: Vec<(String, Image, Option<Src>)> = Vec::new();
        for entry in &self.options.images {
            match Image::parse(entry, self.environment) {
                Ok(image) => {
                    let name = image.name.view().text().to_owned();
                    asked.retain(|(other, ..)| *other != name);
                    asked.push((name, image, entry.place()));
                }
                Err(fault) => self.faults.push(fault),
            }
        }
        // `imageTags` is an older name of `images`.
        let old = [self.take("images"), self.take("imageTags")];
        let old: Vec<Node> = old
            .iter()
            .flat_map(|list| list.view().items().map(View::to_node))
            .collect();
        for image in &old {
            let name = image.view().get("name").map_or("", View::text);
            let is_known = all.iter().any(|(other, _)| other == name);
            if !is_known && !asked.iter().any(|(other, ..)| other == name) {
                all.push((name.to_owned(), image.clone()));
            }
        }
        for (name, image, place) in asked {
            let mut old = old.iter().map(Node::view);
            let old = old.rfind(|old| old.get("name").map_or("", View::text) == name);
            all.push((name, image_entry(image, old, place)));
        }
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        if self.node.view().get("imageTags").is_some() {
            self.remove("imageTags", by.clone());
        }
        self.put("images", list(all, by.as_ref()), by);
    }

    fn remove(&mut self, name: &'static str, by: Option<Src>) {
        if let Some(map) = self.node.map_mut() {
            map.remove(name, Step { name: "images", by });
        }
    }

    /// Numbers of replicas by names, of which those of the Application win.
    fn replicas(&mut self) {
        if self.options.replicas.is_empty() {
            return;
        }
        let by = self.field("replicas");
        let mut all: Vec<(String, Node)> = Vec::new();
        for replica in &self.options.replicas {
            let name = replica.name.as_ref().map_or("", Text::as_str);
            if replica.number().is_none() || name.contains('=') {
                let message = match name.contains('=') {
                    true => format!("`{name}` is not a valid object name"),
                    false => format!("the replicas of `{name}` have to be a whole number"),
                };
                let at = replica.place.clone().or(by.clone());
                self.faults
                    .push(place(Fault::new(FaultKind::Field, message), at));
                continue;
            }
            all.retain(|(other, _)| other != name);
            all.push((name.to_owned(), replica_entry(replica)));
        }
        let old = self.take("replicas");
        for replica in old.view().items() {
            let name = replica.get("name").map_or("", View::text);
            if !all.iter().any(|(other, _)| other == name) {
                all.push((name.to_owned(), replica.to_node()));
            }
        }
        all.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.put("replicas", list(all, by.as_ref()), by);
    }

    fn labels(&mut self) {
        if self.options.common_labels.is_empty() {
            return;
        }
        let by = self.field("commonLabels");
        let without_selector = Flag::is_on(self.options.labels_without_selector.as_ref());
        let in_templates = Flag::is_on(self.options.labels_in_templates.as_ref());
        let pairs = self.expanded(&self.options.common_labels, true);
        let force = self.options.forces_labels;
        if !without_selector {
            if in_templates {
                let flag = self.options.labels_in_templates.as_ref();
                let message = "`labelIncludeTemplates` has no effect without `labelWithoutSelector`, and Argo CD rejects it";
                let at = flag.and_then(|flag| flag.place.clone()).or(by);
                self.faults
                    .push(place(Fault::new(FaultKind::Field, message), at));
                return;
            }
            self.add_pairs("commonLabels", pairs, force, "forceCommonLabels", by);
            return;
        }
        let mut labels = self.take("labels");
        if labels.seq_mut().is_none() {
            labels = Node::Seq(Arc::default());
        }
        let is_same = |view: View<'_>| {
            let is_on = |key: &str| view.get(key).is_some_and(|flag| flag.text() == "true");
            !is_on("includeSelectors") && is_on("includeTemplates") == in_templates
        };
        let Some(seq) = labels.seq_mut() else {
            return;
        };
        let found = seq
            .items
            .iter()
            .position(|item| !item.value.is_gone() && is_same(item.value.view()));
        let at = found.unwrap_or_else(|| {
            let entry = label_entry(by.clone(), in_templates);
            seq.items.push(Item {
                value: entry,
                was: Some(manifest::Was::nothing(Step {
                    name: "commonLabels",
                    by: by.clone(),
                })),
            });
            seq.items.len() - 1
        });
        let mut entry = match seq.items.get_mut(at) {
            Some(item) => std::mem::replace(&mut item.value, Node::Gone),
            None => return,
        };
        let step = Step {
            name: "commonLabels",
            by: by.clone(),
        };
        if let Some(map) = entry.map_mut() {
            if map.get("pairs").is_none_or(|pairs| !pairs.view().is_map()) {
                let key = Node::text("pairs", step.clone());
                map.set(key, Node::Map(Arc::default()), step);
            }
            if let Some(into) = map.get_mut("pairs").and_then(Node::map_mut) {
                add(into, pairs, force, "forceCommonLabels", &mut self.faults);
            }
        }
        if let Some(item) = labels.seq_mut().and_then(|seq| seq.items.get_mut(at)) {
            item.value = entry;
        }
        // The changes are noted in the list itself.
        let key = Node::text(
            "labels",
            Step {
                name: "commonLabels",
                by,
            },
        );
        if let Some(map) = self.node.map_mut() {
            match map.get_mut("labels") {
                Some(value) => *value = labels,
                None => map.entries.push(Entry::new(key, labels)),
            }
        }
    }

    fn annotations(&mut self) {
        if self.options.common_annotations.is_empty() {
            return;
        }
        let by = self.field("commonAnnotations");
        let expands = self.options.expands_annotations;
        let pairs = self.expanded(&self.options.common_annotations, expands);
        let force = self.options.forces_annotations;
        self.add_pairs(
            "commonAnnotations",
            pairs,
            force,
            "forceCommonAnnotations",
            by,
        );
    }

    fn add_pairs(
        &mut self,
        name: &'static str,
        pairs: Vec<(Node, Node)>,
        force: bool,
        flag: &str,
        by: Option<Src>,
    ) {
        let step = Step { name, by };
        let Some(map) = self.node.map_mut() else {
            return;
        };
        if map.get(name).is_none_or(|old| !old.view().is_map()) {
            map.set(
                Node::text(name, step.clone()),
                Node::Map(Arc::default()),
                step,
            );
        }
        if let Some(into) = map.get_mut(name).and_then(Node::map_mut) {
            add(into, pairs, force, flag, &mut self.faults);
        }
    }

    /// Pairs as they arrive at `kustomize edit`.
    fn expanded(&self, pairs: &[(Node, Node)], expands: bool) -> Vec<(Node, Node)> {
        let pairs = pairs.iter().map(|(key, value)| {
            let text = value.view().text();
            let expanded = match expands {
                true => self.environment.expand(text).text,
                false => text.to_owned(),
            };
            let inner = expanded
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            let wanted = inner.unwrap_or(&expanded);
            let value = match wanted == text {
                true => value.clone(),
                false => Node::made(
                    wanted,
                    Style::DoubleQuoted,
                    [],
                    Step {
                        name: "variables",
                        by: value.view().origin(),
                    },
                ),
            };
            (key.clone(), value)
        });
        pairs.collect()
    }

    fn patches(&mut self) {
        if self.options.patches.is_empty() {
            return;
        }
        let by = self.field("patches");
        let mut patches = match self.node.view().entry("patches") {
            Some(entry) if !entry.value.is_seq() => {
                let message = "`patches` has to be a list for Argo CD to add its own";
                let at = entry.key.origin();
                self.faults
                    .push(place(Fault::new(FaultKind::Field, message), at));
                return;
            }
            Some(entry) => entry.value.to_node(),
            None => Node::Seq(Arc::default()),
        };
        let step = Step {
            name: "patches",
            by,
        };
        if let Some(seq) = patches.seq_mut() {
            seq.items
                .extend(self.options.patches.iter().map(|patch| Item {
                    value: patch.clone(),
                    was: Some(manifest::Was::nothing(step.clone())),
                }));
        }
        self.append("patches", patches, step);
    }

    /// Puts a longer list in the place of a list.
    fn append(&mut self, name: &'static str, list: Node, step: Step) {
        let Some(map) = self.node.map_mut() else {
            return;
        };
        match map.get_mut(name) {
            Some(value) => *value = list,
            None => map.set(Node::text(name, step.clone()), list, step),
        }
    }

    fn components(&mut self, snapshot: &dyn Snapshot, folder: &Utf8Path) {
        let mut added: Vec<&Text> = Vec::new();
        for component in &self.options.components {
            let path = component.as_str();
            if path.contains(['*', '?', '[']) {
                let message = format!("`{path}` is a pattern, which is not supported here");
                let fault = Fault::new(FaultKind::Unsupported, message);
                self.faults.push(place(fault, component.place()));
                continue;
            }
            let found = normalize(folder, path).map(|path| snapshot.kept(&path));
            let is_there = matches!(found, Some(Kept::File | Kept::Folder));
            if is_there || is_remote(path) && !self.options.ignores_missing_components {
                added.push(component);
            } else if !self.options.ignores_missing_components {
                let message = format!("there is no component `{path}`");
                let fault = Fault::new(FaultKind::Missing, message);
                self.faults.push(place(fault, component.place()));
            }
        }
        let mut components = self.take("components");
        if components.seq_mut().is_none() {
            components = Node::Seq(Arc::default());
        }
        let step = Step {
            name: "components",
            by: self.field("components"),
        };
        let mut changed = false;
        if let Some(seq) = components.seq_mut() {
            for component in added {
                let mut items = seq.items.iter();
                if items.any(|item| item.value.view().text() == component.as_str()) {
                    continue;
                }
                changed = true;
                seq.items.push(Item {
                    value: component.node().clone(),
                    was: Some(manifest::Was::nothing(step.clone())),
                });
            }
        }
        if changed {
            self.append("components", components, step);
        }
    }
}

/// Whether kustomize would fetch it.
fn is_remote(path: &str) -> bool {
    path.contains("://") || path.starts_with("git@") || path.starts_with("github.com/")
}

/// Adds pairs to a mapping, in which none of them may be yet.
fn add(into: &mut Map, pairs: Vec<(Node, Node)>, force: bool, flag: &str, faults: &mut Vec<Fault>) {
    for (key, value) in pairs {
        let name = key.view().text().to_owned();
        let by = key.view().origin();
        if let Some(old) = into.entry(&name).filter(|_| !force) {
            let message = format!("the kustomization already has `{name}`, so Argo CD fails");
            let fault = Fault::new(FaultKind::Conflict, message)
                .help(format!("set `{flag}: true` to let this one win"));
            let fault = match old.key.view().origin() {
                Some(place) => fault.related("it is here", place.locate()),
                None => fault,
            };
            faults.push(place(fault, by));
            continue;
        }
        let step = Step {
            name: "commonLabels",
            by,
        };
        into.set(key, value, step);
    }
}

fn place(fault: Fault, at: Option<Src>) -> Fault {
    match at {
        Some(place) => fault.at(&place),
        None => fault,
    }
}

fn list(all: Vec<(String, Node)>, by: Option<&Src>) -> Node {
    let items = all.into_iter().map(|(_, node)| Item::new(node)).collect();
    Node::Seq(Arc::new(Seq {
        place: by.cloned(),
        items,
    }))
}

/// An entry of `images`. `*` stands for what the kustomization has there.
fn image_entry(image: Image, old: Option<View<'_>>, by: Option<Src>) -> Node {
    let step = Step {
        name: "images",
        by: by.clone(),
    };
    let key = |name: &str| Node::text(name, step.clone());
    let mut entries = vec![Entry::new(key("name"), image.name)];
    for (name, value) in [
        ("newName", image.new_name),
        ("newTag", image.new_tag),
        ("digest", image.digest),
    ] {
        let value = match value {
            Some(value) if value.view().text() == "*" => {
                old.and_then(|old| old.get(name)).map(View::to_node)
            }
            value => value,
        };
        let is_filled = |value: &Node| !value.view().text().is_empty();
        if let Some(value) = value.filter(is_filled) {
            entries.push(Entry::new(key(name), value));
        }
    }
    Node::Map(Arc::new(Map { place: by, entries }))
}

fn replica_entry(replica: &super::Replica) -> Node {
    let by = replica.place.clone();
    let step = Step {
        name: "replicas",
        by: by.clone(),
    };
    let key = |name: &str| Node::text(name, step.clone());
    let name = replica.name.as_ref().map(|name| name.node().clone());
    let count = match (&replica.count, replica.number()) {
        (Some(count), Some(number)) if count.view().style() != Style::Plain => {
            let by = count.view().origin();
            let step = Step {
                name: "replicas",
                by,
            };
            Node::made(number.to_string(), Style::Plain, [], step)
        }
        (Some(count), _) => count.clone(),
        (None, _) => Node::Gone,
    };
    let name = name.unwrap_or_else(|| key(""));
    let entries = vec![
        Entry::new(key("name"), name),
        Entry::new(key("count"), count),
    ];
    Node::Map(Arc::new(Map { place: by, entries }))
}

/// A new entry of `labels`.
fn label_entry(by: Option<Src>, in_templates: bool) -> Node {
    let step = Step {
        name: "commonLabels",
        by: by.clone(),
    };
    let text = |text: &str| Node::text(text, step.clone());
    let mut entries = vec![Entry::new(text("pairs"), Node::Map(Arc::default()))];
    if in_templates {
        let on = Node::made("true", Style::Plain, [], step.clone());
        entries.push(Entry::new(text("includeTemplates"), on));
    }
    Node::Map(Arc::new(Map { place: by, entries }))
}

#[cfg(test)]
mod tests {
    use manifest::{Memory, Source, print};
    use spanned_yaml::Tree;

    use super::*;
    use crate::application::tests::read;

    fn edited(kustomization: &str, options: &str) -> Result<Node, Vec<Fault>> {
        let files = Memory::from_iter([
            ("app/kustomization.yaml", kustomization),
            ("parts/tls/kustomization.yaml", ""),
        ]);
        let source = Source::file("app/kustomization.yaml", Tree::parse(kustomization));
        let node = source.documents().documents.remove(0);
        let application = read(&format!(
            "metadata: {{name: api}}\nspec: {{source: {{path: app, kustomize: {options}}}}}"
        ));
        let source = &application.sources[0];
        let environment = Environment::of(&application, source);
        let options = source.kustomize.as_ref().unwrap();
        edit_kustomization(&node, options, &environment, &files, Utf8Path::new("app"))
    }

    fn check(kustomization: &str, options: &str) -> String {
        match edited(kustomization, options) {
            Ok(node) => print(node.view()).unwrap(),
            Err(faults) => faults
                .iter()
                .map(|fault| fault.message.clone() + "\n")
                .collect(),
        }
    }

    #[test]
    fn options_take_the_place_of_what_is_there() {
        let kustomization = "resources: [a.yaml]\nnamePrefix: old-\nnamespace: old\n";
        let options = "{namePrefix: new-, nameSuffix: -s, namespace: web}";
        insta::assert_snapshot!(check(kustomization, options), @r"
        namePrefix: new-
        nameSuffix: -s
        namespace: web
        resources:
        - a.yaml
        ");
    }

    #[test]
    fn images_by_their_names() {
        let kustomization = "images:\n- {name: b, newName: x/b, newTag: '1'}\n- {name: z, newTag: '2'}\nimageTags: [{name: c, newTag: '3'}]\n";
        let options = "{images: ['b=*:9', 'a:$ARGOCD_APP_NAME', 'r:5000/q@sha256:d', 'k=reg:80/k:1@sha256:e']}";
        insta::assert_snapshot!(check(kustomization, options), @r#"
        images:
        - name: a
          newTag: api
        - name: b
          newName: x/b
          newTag: "9"
        - name: c
          newTag: "3"
        - digest: sha256:e
          name: k
          newName: reg:80/k
          newTag: "1"
        - digest: sha256:d
          name: r:5000/q
        - name: z
          newTag: "2"
        "#);
        insta::assert_snapshot!(check("{}", "{images: [nginx]}"), @"`nginx` names no replacement image");
    }

    #[test]
    fn replicas_by_names() {
        let kustomization = "replicas: [{name: a, count: 1}, {name: b, count: 1}]\n";
        let options = "{replicas: [{name: c, count: '3'}, {name: a, count: 2}]}";
        insta::assert_snapshot!(check(kustomization, options), @r"
        replicas:
        - count: 2
          name: a
        - count: 1
          name: b
        - count: 3
          name: c
        ");
        insta::assert_snapshot!(check("{}", "{replicas: [{name: a, count: many}]}"), @"the replicas of `a` have to be a whole number");
    }

    #[test]
    fn labels_and_annotations() {
        let kustomization = "commonLabels: {a: x}\nlabels: [{pairs: {b: x}, includeSelectors: true}, {pairs: {c: x}}]\n";
        let options = |more: &str| {
            format!(
                "{{commonLabels: {{a: '1', app: $ARGOCD_APP_NAME}}, commonAnnotations: {{d: '$X', e: '\"q\"'}}{more}}}"
            )
        };
        insta::assert_snapshot!(check(kustomization, &options("")), @"the kustomization already has `a`, so Argo CD fails");
        insta::assert_snapshot!(check(kustomization, &options(", forceCommonLabels: true")), @r#"
        commonAnnotations:
          d: $X
          e: q
        commonLabels:
          a: "1"
          app: api
        labels:
        - includeSelectors: true
          pairs:
            b: x
        - pairs:
            c: x
        "#);
        insta::assert_snapshot!(check(kustomization, &options(", labelWithoutSelector: true, commonAnnotationsEnvsubst: true")), @r#"
        commonAnnotations:
          d: ""
          e: q
        commonLabels:
          a: x
        labels:
        - includeSelectors: true
          pairs:
            b: x
        - pairs:
            a: "1"
            app: api
            c: x
        "#);
        insta::assert_snapshot!(check(kustomization, &options(", labelWithoutSelector: true, labelIncludeTemplates: true")), @r#"
        commonAnnotations:
          d: $X
          e: q
        commonLabels:
          a: x
        labels:
        - includeSelectors: true
          pairs:
            b: x
        - pairs:
            c: x
        - includeTemplates: true
          pairs:
            a: "1"
            app: api
        "#);
        insta::assert_snapshot!(check(kustomization, &options(", labelIncludeTemplates: true")), @"`labelIncludeTemplates` has no effect without `labelWithoutSelector`, and Argo CD rejects it");
    }

    #[test]
    fn patches_and_components_are_added() {
        let kustomization = "patches: [{path: a.yaml}]\ncomponents: [../parts/tls]\n";
        let options = "{patches: [{target: {kind: Deployment}, patch: x}], components: [../parts/tls, ../parts/none], ignoreMissingComponents: true}";
        insta::assert_snapshot!(check(kustomization, options), @r"
        components:
        - ../parts/tls
        patches:
        - path: a.yaml
        - patch: x
          target:
            kind: Deployment
        ");
        insta::assert_snapshot!(check("patches: {}\n", options), @"`patches` has to be a list for Argo CD to add its own");
        insta::assert_snapshot!(check("{}", "{components: [../parts/none]}"), @"there is no component `../parts/none`");
        insta::assert_snapshot!(check("{}", "{components: [../parts/tls]}"), @r"
        components:
        - ../parts/tls
        ");
    }

    #[test]
    fn values_stand_where_the_application_has_them() {
        let node = edited("{}", "{namePrefix: p-, images: ['a=b:1']}").unwrap();
        let place = |view: View<'_>| {
            let at = view.origin().unwrap().locate();
            format!("{}:{}", at.path(), at.start().column)
        };
        let prefix = node.view().entry("namePrefix").unwrap();
        assert_eq!(place(prefix.value), "app.yaml:52");
        assert_eq!(prefix.was.unwrap().step.name, "namePrefix");
        let image = node.view().get("images").unwrap().items().next().unwrap();
        let View::Made(tag) = image.get("newTag").unwrap() else {
            panic!("a tag is a piece of an entry");
        };
        let at = tag.parts[0].from.locate_part(tag.parts[0].of);
        assert_eq!(at.start().column, 70);
    }
}
