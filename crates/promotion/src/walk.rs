//! Two files side by side: every place at which they say different things.

use std::sync::Arc;

use manifest::{EntryRef, Kind, Node, View};
use rustc_hash::FxHashSet;

use crate::environment::Environments;
use crate::field::{self, Role};
use crate::file::{by_key, inside, same, same_scalar, text_of};
use crate::key::MergeKey;
use crate::pair::{Pair, pairs};
use crate::path::{Part, Path, Step};
use crate::reference;

/// How many differences are told.
pub(crate) const DIFFERENCE_LIMIT: usize = 100_000;

/// How many places are compared: with aliases a few lines stand for millions.
const PLACE_LIMIT: usize = 20_000_000;

/// How deep texts inside of texts are read.
const INSIDE_DEPTH: usize = 4;

/// Where more keys than this are only in the target, renamed ones are not looked for.
const RENAME_LIMIT: usize = 256;

/// A text of fewer bytes than this says too little to tell that a key was renamed.
const TELLING: usize = 4;

/// A place at which the files differ.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) path: Path,
    /// How many steps lead to the document in which it stands.
    pub(crate) base: usize,
    /// What that document is for.
    pub(crate) role: Arc<Role>,
    /// What the source says; none if it says nothing.
    pub(crate) source: Option<Node>,
    /// What the target says; none if it says nothing.
    pub(crate) target: Option<Node>,
    /// The target's collection that the path leads through last; for what the target lacks, the
    /// one to add to.
    pub(crate) parent: Option<Node>,
    /// The name under which the target has what the source has under another one.
    pub(crate) renamed_from: Option<Box<str>>,
    /// What names it in the target, and what is to stand there.
    pub(crate) names: Vec<(Node, Box<str>)>,
    /// Whether people say that it was renamed.
    pub(crate) is_asked: bool,
    /// Why its place is not edited.
    pub(crate) unclear: Option<&'static str>,
}

impl Found {
    /// Two values that differ somewhere.
    pub(crate) fn whole(source: &Node, target: &Node) -> Self {
        Self {
            path: Path::default(),
            base: 0,
            role: Arc::new(Role::of(source.view(), "")),
            source: Some(source.clone()),
            target: Some(target.clone()),
            parent: None,
            renamed_from: None,
            names: Vec::new(),
            is_asked: false,
            unclear: None,
        }
    }

    /// The way from the document in which it stands.
    pub(crate) fn local(&self) -> Path {
        self.path.from(self.base)
    }
}

/// Compares two files' documents; none if there is too much to tell.
pub(crate) fn walk(
    names: &Environments,
    file_name: &str,
    source: &[Node],
    target: &[Node],
) -> Option<Vec<Found>> {
    let mut walk = Walk {
        names,
        file_name,
        path: Path::default(),
        base: 0,
        role: Arc::new(Role::Values),
        found: Vec::new(),
        depth: 0,
        places: 0,
    };
    walk.documents(source, target);
    (!walk.is_over()).then_some(walk.found)
}

struct Walk<'a> {
    names: &'a Environments,
    file_name: &'a str,
    path: Path,
    base: usize,
    role: Arc<Role>,
    found: Vec<Found>,
    /// How many texts the path leads into.
    depth: usize,
    /// How many places were compared.
    places: usize,
}

impl Walk<'_> {
    fn documents(&mut self, source: &[Node], target: &[Node]) {
        if let ([source], [target]) = (source, target) {
            return self.within(source.view(), |walk| {
                walk.both(source.view(), target.view())
            });
        }
        let key = MergeKey::Object;
        let (source, target) = (source.iter().map(Node::view), target.iter().map(Node::view));
        for pair in pairs(key, self.names, source, target) {
            self.path.push(Step::Document(pair.item.clone()));
            if let Some(document) = pair.source.or(pair.target) {
                self.within(document, |walk| walk.pair(pair, None));
            }
            self.path.pop();
        }
    }

    /// Compares a document's fields.
    fn within(&mut self, document: View<'_>, compare: impl FnOnce(&mut Self)) {
        let file_name = if self.depth == 0 { self.file_name } else { "" };
        let role = Arc::new(Role::of(document, file_name));
        let role = std::mem::replace(&mut self.role, role);
        let base = std::mem::replace(&mut self.base, self.path.steps().len());
        compare(self);
        self.role = role;
        self.base = base;
    }

    fn is_over(&self) -> bool {
        self.found.len() > DIFFERENCE_LIMIT || self.places > PLACE_LIMIT
    }

    fn both(&mut self, source: View<'_>, target: View<'_>) {
        self.places += 1;
        if self.is_over() {
            return;
        }
        match (source.kind(), target.kind()) {
            (Kind::Map, Kind::Map) => self.entries(source, target),
            (Kind::Seq, Kind::Seq) => self.items(source, target),
            (Kind::Scalar, Kind::Scalar) => self.scalars(source, target),
            _ => self.add(Some(source), Some(target), None),
        }
    }

    fn entries(&mut self, source: View<'_>, target: View<'_>) {
        let targets = by_key(target);
        let twice: FxHashSet<&str> = [source, target].into_iter().flat_map(keys_twice).collect();
        let mut seen = FxHashSet::default();
        let mut only_source = Vec::new();
        for entry in source.entries() {
            let key = entry.key.text();
            if !seen.insert(key) {
                continue;
            }
            match targets.get(key) {
                Some(other) if twice.contains(key) => {
                    let value = source.get(key).unwrap_or(entry.value);
                    self.path.push(Step::Key(key.into()));
                    if !same(value, *other) {
                        self.add(Some(value), Some(*other), None);
                        self.unclear("duplicate key");
                    }
                    self.path.pop();
                }
                Some(other) => {
                    self.path.push(Step::Key(key.into()));
                    self.both(entry.value, *other);
                    self.path.pop();
                }
                None => only_source.push(entry),
            }
        }
        let is_new = |key: &&str| !seen.contains(key);
        let mut only_target: Vec<EntryRef<'_>> = target
            .entries()
            .filter(|entry| is_new(&entry.key.text()))
            .collect();
        for entry in only_source {
            self.path.push(Step::Key(entry.key.text().into()));
            match was_renamed(entry.value, &only_target) {
                Some(at) => {
                    let old = only_target.remove(at);
                    self.add(Some(entry.value), Some(old.value), Some(target));
                    self.name(
                        old.key.text(),
                        vec![(old.key.to_node(), entry.key.text().into())],
                    );
                }
                None => self.add(Some(entry.value), None, Some(target)),
            }
            self.path.pop();
        }
        for entry in only_target {
            self.path.push(Step::Key(entry.key.text().into()));
            self.add(None, Some(entry.value), Some(target));
            self.path.pop();
        }
    }

    fn items(&mut self, source: View<'_>, target: View<'_>) {
        let key = MergeKey::of(&self.path, source, target);
        for pair in pairs(key, self.names, source.items(), target.items()) {
            let mut item = pair.item.clone();
            if pair.is_renamed {
                // The name that it is to have.
                item.target = None;
            }
            self.path.push(Step::Item(item));
            self.pair(pair, Some(target));
            self.path.pop();
        }
    }

    fn pair(&mut self, pair: Pair<'_>, parent: Option<View<'_>>) {
        match (pair.source, pair.target) {
            (source, target) if pair.is_renamed => {
                self.add(source, target, parent);
                let fields = pair.item.by.fields().iter().filter_map(|field| {
                    let keys: Vec<&str> = field.split('.').collect();
                    let (old, new) = (target?.get_path(&keys)?, source?.get_path(&keys)?);
                    (text_of(old) != text_of(new)).then(|| (old.to_node(), text_of(new).into()))
                });
                let old = pair.item.target.as_ref().map_or("", |id| &id.text);
                self.name(old, fields.collect());
            }
            (Some(source), Some(target)) => self.both(source, target),
            (source, target) => self.add(source, target, parent),
        }
    }

    fn scalars(&mut self, source: View<'_>, target: View<'_>) {
        if same_scalar(source, target) {
            return;
        }
        if self.depth < INSIDE_DEPTH
            && let (Some(a), Some(b)) = (inside(source), inside(target))
        {
            self.depth += 1;
            self.path.push(Step::Inside);
            self.documents(&a, &b);
            self.path.pop();
            self.depth -= 1;
            return;
        }
        self.parts(source, target, text_of(source), text_of(target));
    }

    /// Compares the parts of two scalars that are fields by themselves.
    fn parts(&mut self, source: View<'_>, target: View<'_>, a: &str, b: &str) {
        let mut parts: Vec<Part> = Vec::new();
        let is_assignment = self.path.steps().last().is_some_and(
            |step| matches!(step, Step::Item(item) if item.by == MergeKey::Assignment),
        );
        if is_assignment && a.contains('=') && b.contains('=') {
            parts.push(Part::Value);
        } else if reference::revision(a).is_some() && reference::revision(b).is_some() {
            parts.extend([Part::Address, Part::Revision]);
        } else if field::holds_image(&self.path)
            && reference::image(a).is_some()
            && reference::image(b).is_some()
        {
            parts.extend([Part::Repository, Part::Version]);
        }
        if parts.is_empty() {
            return self.add(Some(source), Some(target), None);
        }
        for part in parts {
            if part_of(part, a) != part_of(part, b) {
                self.path.push(Step::Part(part));
                self.add(Some(source), Some(target), None);
                self.path.pop();
            }
        }
    }

    fn add(
        &mut self,
        source: Option<View<'_>>,
        target: Option<View<'_>>,
        parent: Option<View<'_>>,
    ) {
        self.found.push(Found {
            path: self.path.clone(),
            base: self.base,
            role: self.role.clone(),
            source: source.map(View::to_node),
            target: target.map(View::to_node),
            parent: parent.map(View::to_node),
            renamed_from: None,
            names: Vec::new(),
            is_asked: false,
            unclear: None,
        });
    }

    /// Says that what was found last is not edited.
    fn unclear(&mut self, why: &'static str) {
        if let Some(found) = self.found.last_mut() {
            found.unclear = Some(why);
        }
    }

    /// Says that what was found last is a thing with another name.
    fn name(&mut self, old: &str, names: Vec<(Node, Box<str>)>) {
        if let Some(found) = self.found.last_mut() {
            found.renamed_from = Some(old.into());
            found.names = names;
        }
    }
}

/// The keys that a mapping has more than once.
fn keys_twice(map: View<'_>) -> Vec<&str> {
    let mut seen = FxHashSet::default();
    let keys = map.entries().map(|entry| entry.key.text());
    keys.filter(|key| !seen.insert(*key)).collect()
}

/// Which entry of the target alone holds the same as this one of the source alone.
fn was_renamed(value: View<'_>, targets: &[EntryRef<'_>]) -> Option<usize> {
    let says_much = match value.kind() {
        Kind::Scalar => value.as_str().is_some_and(|text| {
            text.len() >= TELLING && text.chars().any(char::is_alphabetic) && !is_switch(text)
        }),
        _ => value.entries().next().is_some() || value.items().next().is_some(),
    };
    if !says_much || targets.len() > RENAME_LIMIT {
        return None;
    }
    let mut found = (0..targets.len()).filter(|at| same(value, targets[*at].value));
    match (found.next(), found.next()) {
        (Some(at), None) => Some(at),
        _ => None,
    }
}

pub(crate) fn is_switch(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off" | "enabled" | "disabled"
    )
}

/// The bytes of a part in a scalar's text.
pub(crate) fn part_range(part: Part, text: &str) -> Option<std::ops::Range<usize>> {
    match part {
        Part::Value => Some(text.find('=')? + 1..text.len()),
        Part::Repository => Some(reference::image(text)?.repository),
        Part::Version => Some(reference::image(text)?.version),
        Part::Revision => reference::revision(text),
        Part::Address => Some(0..reference::revision(text)?.start),
    }
}

/// A part of a scalar's text.
pub(crate) fn part_of(part: Part, text: &str) -> Option<&str> {
    text.get(part_range(part, text)?)
}
