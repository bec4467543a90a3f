//! What rendered values say about where they came from.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use kustomize::openapi::{Schema, Type};
use manifest::{FieldPath, Gvk, Location, Object, Place, View};

/// Bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bytes {
    pub(crate) file: Utf8PathBuf,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A rendered scalar.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) text: String,
    /// Where it says it came from; several places if it is composed.
    pub(crate) claims: Vec<Bytes>,
    /// Whether it names its origin, be it a step of the program.
    pub(crate) has_origin: bool,
    /// Whether changing it could make it another object, or another item of a list.
    pub(crate) is_identity: bool,
}

/// A field's place: the object's place among all, and the path in it.
pub(crate) type At = (usize, String);

/// All scalars of the objects.
pub(crate) fn fields(objects: &[Object]) -> BTreeMap<At, Field> {
    let mut collector = Collector {
        fields: BTreeMap::new(),
        object: 0,
        path: FieldPath::default(),
    };
    for (at, object) in objects.iter().enumerate() {
        collector.object = at;
        let view = object.node.view();
        let gvk = Gvk::of(view);
        let of = Schema::builtin().kind(&gvk.api_version(), &gvk.kind);
        collector.collect(view, of, false);
    }
    collector.fields
}

struct Collector {
    fields: BTreeMap<At, Field>,
    object: usize,
    path: FieldPath,
}

impl Collector {
    fn collect(&mut self, value: View<'_>, of: Option<Type<'_>>, is_key: bool) {
        if value.is_map() {
            for entry in value.entries() {
                let key = entry.key.text();
                self.path.push_key(key);
                self.collect(entry.value, of.and_then(|of| of.field(key)), false);
                self.path.pop();
            }
        } else if value.is_seq() {
            self.collect_items(value, of);
        } else {
            let path = self.path.to_string();
            let field = Field {
                text: value.text().to_owned(),
                claims: claims(value),
                has_origin: value.origin().is_some(),
                is_identity: is_key || is_identity(&path),
            };
            self.fields.insert((self.object, path), field);
        }
    }

    fn collect_items(&mut self, list: View<'_>, of: Option<Type<'_>>) {
        let merge = of.and_then(Type::merge);
        let keys: Vec<&str> = merge.into_iter().flat_map(|merge| merge.keys()).collect();
        let items = of.and_then(Type::items);
        for (at, item) in list.items().enumerate() {
            self.path.push_index(at);
            for entry in item.entries() {
                let key = entry.key.text();
                self.path.push_key(key);
                let of = items.and_then(|items| items.field(key));
                self.collect(entry.value, of, keys.contains(&key));
                self.path.pop();
            }
            if !item.is_map() {
                // Scalars that merge tell themselves apart.
                self.collect(item, items, merge.is_some());
            }
            self.path.pop();
        }
    }
}

/// Whether the field tells which object is meant: this one, or one that it refers to.
fn is_identity(path: &str) -> bool {
    let (parent, key) = path.rsplit_once('.').unwrap_or(("", path));
    match key {
        "kind" | "apiVersion" | "apiGroup" => true,
        "name" | "namespace" => {
            let is_item = parent.ends_with(']');
            parent == "metadata" || parent == "roleRef" || is_item || parent.ends_with("service")
        }
        _ => false,
    }
}

fn claims(value: View<'_>) -> Vec<Bytes> {
    let places: Vec<Location> = match value {
        View::Made(made) => made
            .parts
            .iter()
            .map(|part| part.from.locate_part(part.of))
            .collect(),
        _ => value.origin().iter().map(|src| src.locate()).collect(),
    };
    let in_files = places
        .into_iter()
        .filter(|place| matches!(place.file.place, Place::File(_)));
    let bytes = in_files.map(|place| Bytes {
        file: place.path().to_owned(),
        start: place.span.start,
        end: place.span.end,
    });
    bytes.collect()
}
