//! Where the references of a schema lead.

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

use super::inner;

/// The keywords that refer to another schema.
const KEYWORDS: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// The references of one document.
pub(super) struct Refs<'a> {
    /// By the schemas that refer; one refers to several with several keywords only.
    targets: FxHashMap<*const Json, Vec<&'a Json>>,
    /// Those to schemas that do not stand in the document.
    pub(super) remote: Vec<Remote>,
    /// Those that lead nowhere.
    pub(super) lost: Vec<Remote>,
}

/// A reference that cannot be followed.
#[derive(Clone, Debug)]
pub(super) struct Remote {
    /// The way to the schema that refers.
    pub(super) path: Vec<String>,
    /// By which keyword.
    pub(super) keyword: &'static str,
    /// What it refers to, as it is written.
    pub(super) to: String,
}

impl<'a> Refs<'a> {
    pub(super) fn of(root: &'a Json) -> Self {
        let mut names = Names::default();
        names.read(root, root, "");
        let mut refs = Self {
            targets: FxHashMap::default(),
            remote: Vec::new(),
            lost: Vec::new(),
        };
        refs.read(root, &Place { root, base: "" }, &names, &mut Vec::new());
        refs
    }

    /// The schemas that one refers to.
    pub(super) fn targets(&self, schema: &Json) -> &[&'a Json] {
        let targets = self.targets.get(&std::ptr::from_ref(schema));
        targets.map_or(&[], Vec::as_slice)
    }

    fn read(
        &mut self,
        schema: &'a Json,
        place: &Place<'a>,
        names: &Names<'a>,
        path: &mut Vec<String>,
    ) {
        let own;
        let place = match id(schema) {
            Some(id) if !std::ptr::eq(schema, place.root) => {
                own = Place {
                    root: schema,
                    base: id,
                };
                &own
            }
            Some(id) => {
                own = Place { base: id, ..*place };
                &own
            }
            None => place,
        };
        for keyword in KEYWORDS {
            let Some(to) = schema.get(keyword).and_then(Json::as_str) else {
                continue;
            };
            let list = match place.find(to, names) {
                Found::Here(target) => {
                    let from = std::ptr::from_ref(schema);
                    self.targets.entry(from).or_default().push(target);
                    continue;
                }
                Found::Elsewhere => &mut self.remote,
                Found::Nowhere => &mut self.lost,
            };
            list.push(Remote {
                path: path.clone(),
                keyword,
                to: to.to_owned(),
            });
        }
        inner::each(schema, |_, keyword, name, inner| {
            let length = path.len();
            path.push(keyword.to_owned());
            path.extend(name);
            self.read(inner, place, names, path);
            path.truncate(length);
        });
    }
}

/// The identity that a schema gives itself.
fn id(schema: &Json) -> Option<&str> {
    let id = schema.get("$id").and_then(Json::as_str)?;
    (!id.starts_with('#')).then_some(id)
}

/// The names by which schemas of a document can be referred to.
#[derive(Default)]
struct Names<'a> {
    /// By identity, resolved.
    ids: FxHashMap<String, &'a Json>,
    /// By the schema whose identity holds there, and the anchor.
    anchors: FxHashMap<(*const Json, &'a str), &'a Json>,
}

impl<'a> Names<'a> {
    fn read(&mut self, schema: &'a Json, root: &'a Json, base: &str) {
        let mut root = root;
        let mut base = base.to_owned();
        if let Some(id) = id(schema) {
            base = joined(&base, id);
            root = schema;
            let id = base.trim_end_matches('#').to_owned();
            self.ids.entry(id).or_insert(schema);
        }
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(anchor) = schema.get(keyword).and_then(Json::as_str) {
                self.anchors
                    .insert((std::ptr::from_ref(root), anchor), schema);
            }
        }
        // Before there were anchors, an identity could be one.
        let old = ["$id", "id"].map(|key| schema.get(key).and_then(Json::as_str));
        for anchor in old.into_iter().flatten() {
            if let Some(anchor) = anchor.strip_prefix('#') {
                self.anchors
                    .insert((std::ptr::from_ref(root), anchor), schema);
            }
        }
        inner::each(schema, |_, _, _, inner| self.read(inner, root, &base));
    }
}

/// Where a schema stands.
struct Place<'a> {
    /// The schema whose identity holds here.
    root: &'a Json,
    base: &'a str,
}

enum Found<'a> {
    Here(&'a Json),
    Elsewhere,
    Nowhere,
}

impl<'a> Place<'a> {
    fn find(&self, to: &str, names: &Names<'a>) -> Found<'a> {
        let (document, fragment) = to.split_once('#').unwrap_or((to, ""));
        let root = match document {
            "" => self.root,
            _ => match names.ids.get(&joined(self.base, document)) {
                Some(root) => root,
                None => return Found::Elsewhere,
            },
        };
        let fragment = unescaped(fragment);
        let found = match fragment.as_str() {
            "" => Some(root),
            pointer if pointer.starts_with('/') => root.pointer(pointer),
            anchor => names
                .anchors
                .get(&(std::ptr::from_ref(root), anchor))
                .copied(),
        };
        found.map_or(Found::Nowhere, Found::Here)
    }
}

/// A reference as seen from a document.
fn joined(base: &str, to: &str) -> String {
    let is_absolute = to.contains("://") || to.starts_with("urn:");
    match base.rfind('/') {
        Some(end) if !is_absolute => format!("{}{to}", base.get(..=end).unwrap_or_default()),
        _ => to.to_owned(),
    }
}

/// A fragment without percent signs.
fn unescaped(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = code.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, code) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
