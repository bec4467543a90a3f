//! Patches that change nothing on purpose: the overlays beside theirs set the same field of the same
//! object to something else.

use std::sync::Arc;

use camino::Utf8Path;
use kustomize::{Directive, Effect, Note};
use manifest::{Source, View};
use rustc_hash::{FxHashMap, FxHashSet};
use spanned_yaml::{Kind, NodeId, Tree};

use crate::render::{Deeds, Graph};

/// A field of an object: its kind, its name, and the path, each by its number.
type Spot = [Word; 3];

/// A word, or a path: another path with a word behind it. Equal ones have one number, so that a deep
/// path takes no more room than its last step.
type Word = u32;

/// What a path starts from, and what words stand behind that are no paths.
const ROOT: Word = 0;

/// What patches set, in each folder.
pub(super) struct Pins<'a> {
    graph: &'a Graph,
    /// For each spot, and each base of the folders in which something changes it, two of these
    /// folders at most: that is enough to know of another one.
    changed: FxHashMap<Spot, FxHashMap<&'a Utf8Path, [Option<&'a Utf8Path>; 2]>>,
    /// What a patch sets, by the file and the byte at which it starts.
    set: FxHashMap<(&'a Utf8Path, u32), FxHashSet<Spot>>,
    /// Patches all of whose values are empty lists.
    seams: FxHashMap<(&'a Utf8Path, u32), bool>,
}

impl<'a> Pins<'a> {
    pub(super) fn of(deeds: &'a Deeds, graph: &'a Graph) -> Self {
        let mut pins = Self {
            graph,
            changed: FxHashMap::default(),
            set: FxHashMap::default(),
            seams: FxHashMap::default(),
        };
        let mut paths = Paths::default();
        for (folder, effects) in deeds.done() {
            for note in &effects.notes {
                let (Some(patch), Some(spot)) = (&note.within, paths.spot(note)) else {
                    continue;
                };
                if note.effect == Effect::Changed {
                    let by_base = pins.changed.entry(spot).or_default();
                    for base in graph.bases(folder) {
                        let known = by_base.entry(base).or_default();
                        match known {
                            [None, _] => known[0] = Some(folder),
                            [Some(one), None] if **one != **folder => known[1] = Some(folder),
                            _ => {}
                        }
                    }
                }
                let key = (patch.source.path(), patch.locate().span.start);
                pins.set.entry(key).or_default().insert(spot);
                let is_seam = pins.seams.entry(key).or_insert(true);
                *is_seam = *is_seam && is_empty_list(note);
            }
        }
        pins
    }

    /// Whether a patch of these folders says for them what others say for theirs, or fills a place
    /// that is kept for patches with the nothing that it has.
    pub(super) fn is_meant<'f>(
        &self,
        patch: (&Utf8Path, u32),
        folders: impl IntoIterator<Item = &'f &'f Utf8Path>,
    ) -> bool {
        if self.seams.get(&patch) == Some(&true) {
            return true;
        }
        let spots: Vec<&Spot> = self.set.get(&patch).into_iter().flatten().collect();
        // What no other overlay sets is not there for the sake of likeness.
        let is_set_beside = |own: &Utf8Path, spot: &Spot| {
            let by_base = self.changed.get(spot);
            let mut bases = self.graph.bases(own);
            bases.any(|base| {
                let known = by_base.and_then(|by_base| by_base.get(base));
                let mut folders = known.into_iter().flatten().flatten();
                folders.any(|other| **other != *own)
            })
        };
        let mut folders = folders.into_iter();
        let is_pin = |own: &Utf8Path| spots.iter().all(|spot| is_set_beside(own, spot));
        !spots.is_empty() && folders.any(|own| is_pin(own))
    }
}

fn is_empty_list(note: &Note) -> bool {
    let view = View::Src(&note.at.source, note.at.node);
    let value = match note.directive {
        Directive::Operation => view.get("value"),
        _ => Some(view),
    };
    value.is_some_and(|value| value.is_seq() && value.items().next().is_none())
}

/// The numbers of words and paths, and the fields of each source, once they are asked for.
#[derive(Default)]
struct Paths {
    words: FxHashMap<(Word, Box<str>), Word>,
    sources: FxHashMap<*const Source, FxHashMap<NodeId, Spot>>,
}

impl Paths {
    /// The field that a part of a patch is about.
    fn spot(&mut self, note: &Note) -> Option<Spot> {
        let patch = note.within.as_ref()?;
        let target = View::Src(&patch.source, patch.node).get("target");
        let own = |key: &str| Some(target?.get(key)?.text());
        let (kind, name) = (own("kind"), own("name"));
        match note.directive {
            Directive::Operation => {
                let path = View::Src(&note.at.source, note.at.node).get("path")?;
                let steps = path.text().split('/').skip(1);
                let path = steps.fold(ROOT, |path, step| self.step(path, step));
                let kind = self.word(kind.unwrap_or_default());
                Some([kind, self.word(name?), path])
            }
            Directive::PatchValue => {
                let source = &note.at.source;
                let key = Arc::as_ptr(source);
                if !self.sources.contains_key(&key) {
                    let spots = self.spots(&source.tree);
                    self.sources.insert(key, spots);
                }
                let [own_kind, own_name, path] = *self.sources[&key].get(&note.at.node)?;
                let kind = kind.map_or(own_kind, |kind| self.word(kind));
                let name = name.map_or(own_name, |name| self.word(name));
                Some([kind, name, path])
            }
            _ => None,
        }
    }

    /// Every node of a text with the object that it is in and its path there.
    fn spots(&mut self, tree: &Tree) -> FxHashMap<NodeId, Spot> {
        let mut all = FxHashMap::default();
        for root in tree.documents() {
            let word = |at: Option<NodeId>| at.map_or("", |at| tree.scalar(at));
            let kind = self.word(word(tree.get(root, "kind")));
            let metadata = tree.get(root, "metadata");
            let name = self.word(word(metadata.and_then(|own| tree.get(own, "name"))));
            let mut open = vec![(root, ROOT)];
            while let Some((at, path)) = open.pop() {
                match tree.kind(at) {
                    Kind::Map => open.extend(tree.entries(at).map(|(key, value)| {
                        let key = tree.scalar(key).replace('~', "~0").replace('/', "~1");
                        (value, self.step(path, &key))
                    })),
                    Kind::Seq => open.extend(tree.items(at).enumerate().map(|(index, item)| {
                        let name = tree.get(item, "name").map(|name| tree.scalar(name));
                        let step = match name {
                            Some(name) => self.step(path, name),
                            None => self.step(path, &index.to_string()),
                        };
                        (item, step)
                    })),
                    _ => {}
                }
                all.insert(at, [kind, name, path]);
            }
        }
        all
    }

    fn word(&mut self, word: &str) -> Word {
        self.step(ROOT, word)
    }

    /// A path with one step more.
    fn step(&mut self, path: Word, step: &str) -> Word {
        let next = self.words.len() as Word + 1;
        *self.words.entry((path, step.into())).or_insert(next)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use manifest::Memory;

    use crate::date::Date;
    use crate::{Request, Setup};

    /// How severe redundant patches of overlays are.
    fn check(overlays: &[(&str, &str)]) -> String {
        let object = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, template: {spec: {volumes: []}}}\n";
        let mut files = vec![
            (
                "base/kustomization.yaml".to_owned(),
                "resources: [web.yaml]\n".to_owned(),
            ),
            ("base/web.yaml".to_owned(), object.to_owned()),
        ];
        for (name, patch) in overlays {
            let text = format!(
                "resources: [../base]\npatches:\n- target: {{kind: Deployment, name: web}}\n  patch: |-\n    - {patch}\n"
            );
            files.push((format!("{name}/kustomization.yaml"), text));
        }
        let files = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()));
        let memory: Memory = files.collect();
        let setup = Setup::read(&memory, None).unwrap();
        let request = Request::all(Date::parse("2026-06-30").unwrap());
        let findings = setup.check(&memory, &request).report.findings;
        let told = findings
            .iter()
            .filter(|own| own.rule.id == "redundant-patch");
        told.map(|own| {
            format!(
                "{:?} {}\n",
                own.severity,
                own.place.as_ref().unwrap().path()
            )
        })
        .collect()
    }

    #[test]
    fn a_pin_among_others_is_meant() {
        let set = |count: &str| format!("{{op: replace, path: /spec/replicas, value: {count}}}");
        let (one, two) = (set("1"), set("2"));
        assert_snapshot!(check(&[("dev", &one), ("prod", &two)]), @"Info dev/kustomization.yaml");
        assert_snapshot!(check(&[("dev", &one)]), @"Warning dev/kustomization.yaml");
        assert_snapshot!(check(&[("dev", &one), ("prod", &one)]), @r"
        Warning dev/kustomization.yaml
        Warning prod/kustomization.yaml
        ");
    }

    #[test]
    fn an_empty_list_is_a_place_for_others() {
        let seam = "{op: replace, path: /spec/template/spec/volumes, value: []}";
        assert_snapshot!(check(&[("dev", seam)]), @"Info dev/kustomization.yaml");
    }
}
