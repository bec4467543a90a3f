//! Where a CustomResourceDefinition of the repository says what a field may be.

use manifest::{FieldPath, Gvk, Location, Node, Object, Segment, View};
use rustc_hash::FxHashMap;

/// The definitions, by the group and the kind that they define: the first of each.
#[derive(Debug, Default)]
pub(super) struct Definitions(FxHashMap<(String, String), Node>);

impl Definitions {
    pub(super) fn of(objects: &[&Object]) -> Self {
        let mut definitions = FxHashMap::default();
        let is_one = |object: &&&Object| &*object.id.gvk.kind == "CustomResourceDefinition";
        for object in objects.iter().filter(is_one) {
            let view = object.node.view();
            let text = |path: &[&str]| view.get_path(path).map(View::text);
            let names = text(&["spec", "group"]).zip(text(&["spec", "names", "kind"]));
            if let Some((group, kind)) = names {
                let key = (group.to_owned(), kind.to_owned());
                definitions
                    .entry(key)
                    .or_insert_with(|| object.node.clone());
            }
        }
        Self(definitions)
    }

    /// The schema of the mapping that a field of an object stands in, or of the nearest around it
    /// that has one.
    pub(super) fn around(&self, object: View<'_>, path: &FieldPath) -> Option<Location> {
        let gvk = Gvk::of(object);
        let key = (gvk.group.to_string(), gvk.kind.to_string());
        let definition = self.0.get(&key)?.view();
        let mut versions = definition.get_path(&["spec", "versions"])?.items();
        let is_own =
            |version: &View<'_>| version.get("name").map(View::text) == Some(&*gvk.version);
        let schema = versions.find(is_own)?.get("schema")?;
        let root = schema.entry("openAPIV3Schema")?;
        let (mut key, mut here) = (root.key, root.value);
        let (_, parents) = path.segments().split_last()?;
        for segment in parents {
            let next = match segment {
                Segment::Key(name) => {
                    let own = here.get("properties");
                    let own = own.and_then(|properties| properties.entry(name));
                    own.or_else(|| here.entry("additionalProperties"))
                }
                Segment::Index(_) => here.entry("items"),
            };
            let Some(next) = next else { break };
            // An item has no name of its own; the list's is the better place.
            if matches!(segment, Segment::Key(_)) {
                key = next.key;
            }
            here = next.value;
        }
        key.origin().map(|src| src.locate())
    }
}
