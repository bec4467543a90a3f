//! From an OpenAPI document to the table.

use std::collections::BTreeMap;

use manifest::View;
use rustc_hash::FxHashMap;

use super::table::{
    KIND_WORDS, MERGES, NAME_WORDS, NONE, SCOPE_CLUSTER, SCOPE_NAMESPACED, SCOPE_UNKNOWN,
    TYPE_WORDS, Table, TypeId,
};

const REF_PREFIX: &str = "#/definitions/";
const GROUP_VERSION_KIND: &str = "x-kubernetes-group-version-kind";

/// How deep types may be written inside one another, and how long references may follow one
/// another. What lies deeper has no type.
const MAX_DEPTH: usize = 64;

/// The table of an OpenAPI document's kinds, in the form that [`super::Schema`] reads.
/// Definitions whose name `keep` refuses are left out.
pub fn compile(document: View<'_>, keep: impl Fn(&str) -> bool) -> Vec<u8> {
    let mut compiler = Compiler::of(definitions(document, keep), None);
    let mut kinds = compiler.kinds();
    compiler.finish();
    scopes(document, &mut kinds);
    compiler.write(&kinds)
}

/// The table of an OpenAPI document together with what `base` has. Of definitions and kinds that
/// both have, those of `first` count.
pub(super) fn compile_union(document: View<'_>, base: &Table, first: First) -> Vec<u8> {
    let is_own = |name: &str| first == First::Document || base.definition(name).is_none();
    let mut compiler = Compiler::of(definitions(document, is_own), Some(base));
    for (name, of) in base.definitions() {
        compiler.definition(name);
        if let Some(of) = of.filter(|_| compiler.definitions.contains_key(name)) {
            compiler.replaced.insert(of, name);
        }
    }
    let mut kinds = compiler.kinds();
    for (api_version, kind, of) in base.kinds() {
        let key = (api_version.to_owned(), kind.to_owned());
        if first == First::BuiltIn || !kinds.contains_key(&key) {
            let id = of.map_or(NONE, |of| compiler.import(base, of));
            kinds.insert(key, (id, SCOPE_UNKNOWN));
        }
    }
    compiler.finish();
    scopes(document, &mut kinds);
    compiler.write(&kinds)
}

/// The table of one schema, which refers to definitions of `base`, and the schema's type.
pub(super) fn compile_schema(schema: View<'_>, base: &Table) -> (Vec<u8>, TypeId) {
    let mut compiler = Compiler::of(FxHashMap::default(), Some(base));
    let id = match compiler.schema(schema, 0) {
        NONE => compiler.push(Record::empty()),
        id => id,
    };
    compiler.finish();
    (compiler.write(&Kinds::new()), id)
}

fn definitions<'a>(
    document: View<'a>,
    keep: impl Fn(&str) -> bool,
) -> FxHashMap<&'a str, View<'a>> {
    document
        .get("definitions")
        .into_iter()
        .flat_map(View::entries)
        .map(|e| (e.key.text(), e.value))
        .filter(|(name, _)| keep(name))
        .collect()
}

/// Which of two definitions of one name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// The built-in one.
    BuiltIn,
    /// The document's.
    Document,
}

/// Kinds by API version and kind: their type and their scope.
type Kinds = BTreeMap<(String, String), (TypeId, u32)>;

struct Compiler<'a> {
    definitions: FxHashMap<&'a str, View<'a>>,
    /// Where definitions stand that are not among its own.
    base: Option<&'a Table>,
    /// The types of definitions, those included that are still in the queue.
    named: FxHashMap<&'a str, TypeId>,
    /// The base's types whose definitions are among its own.
    replaced: FxHashMap<TypeId, &'a str>,
    /// The types of the base's types, those included that are still in the queue.
    imported: FxHashMap<TypeId, TypeId>,
    queue: Vec<(TypeId, Pending<'a>)>,
    /// The types of schemas that are written where they are used.
    interned: FxHashMap<Record, TypeId>,
    types: Vec<Record>,
    strings: Strings,
}

/// What a type is still to be made of.
enum Pending<'a> {
    Schema(View<'a>),
    /// A type of the base.
    Import(&'a Table, TypeId),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Record {
    /// Names and types.
    fields: Vec<(u32, TypeId)>,
    keys: Vec<u32>,
    merges: bool,
    value: TypeId,
    items: TypeId,
}

impl<'a> Compiler<'a> {
    fn of(definitions: FxHashMap<&'a str, View<'a>>, base: Option<&'a Table>) -> Self {
        Self {
            definitions,
            base,
            named: FxHashMap::default(),
            replaced: FxHashMap::default(),
            imported: FxHashMap::default(),
            queue: Vec::new(),
            interned: FxHashMap::default(),
            types: Vec::new(),
            strings: Strings::default(),
        }
    }

    /// Makes the types that are in the queue, and those that they lead to.
    fn finish(&mut self) {
        while let Some((id, pending)) = self.queue.pop() {
            let record = match pending {
                Pending::Schema(schema) => self.record(schema, 0),
                Pending::Import(base, of) => self.imported_record(base, of),
            };
            self.types[id as usize] = record;
        }
    }

    fn push(&mut self, record: Record) -> TypeId {
        let id = self.types.len() as TypeId;
        self.types.push(record);
        id
    }

    fn kinds(&mut self) -> Kinds {
        let mut named: Vec<(&str, View<'_>)> =
            self.definitions.iter().map(|(n, v)| (*n, *v)).collect();
        named.sort_unstable_by_key(|(name, _)| *name);
        let mut kinds = Kinds::new();
        for (name, schema) in named {
            let id = self.definition(name);
            for served in schema
                .get(GROUP_VERSION_KIND)
                .into_iter()
                .flat_map(View::items)
            {
                if let Some(kind) = served_kind(served) {
                    kinds.insert(kind, (id, SCOPE_UNKNOWN));
                }
            }
        }
        kinds
    }

    /// The type of a definition.
    fn definition(&mut self, name: &'a str) -> TypeId {
        if let Some(id) = self.named.get(name) {
            return *id;
        }
        let id = match self.definitions.get(name) {
            Some(schema) if is_scalar(*schema) => NONE,
            Some(schema) => {
                let schema = *schema;
                self.later(Pending::Schema(schema))
            }
            None => match self
                .base
                .and_then(|base| Some((base, base.definition(name)??)))
            {
                Some((base, of)) => self.import(base, of),
                None => NONE,
            },
        };
        self.named.insert(name, id);
        id
    }

    fn later(&mut self, pending: Pending<'a>) -> TypeId {
        let id = self.push(Record::empty());
        self.queue.push((id, pending));
        id
    }

    /// The type that one of the base's becomes.
    fn import(&mut self, base: &'a Table, of: TypeId) -> TypeId {
        if let Some(name) = self.replaced.get(&of) {
            return self.definition(name);
        }
        if let Some(id) = self.imported.get(&of) {
            return *id;
        }
        let id = self.later(Pending::Import(base, of));
        self.imported.insert(of, id);
        id
    }

    fn imported_record(&mut self, base: &'a Table, of: TypeId) -> Record {
        let own = base.record(of);
        let mut import = |id: Option<TypeId>| id.map_or(NONE, |id| self.import(base, id));
        let (value, items) = (import(own.value), import(own.items));
        let fields = base.fields(of).map(|(name, id)| {
            let id = self.import(base, id);
            (self.strings.index(name), id)
        });
        let fields = fields.filter(|(_, id)| *id != NONE).collect();
        let keys = (0..own.key_count).map(|at| self.strings.index(base.key(own.first_key + at)));
        Record {
            fields,
            keys: keys.collect(),
            merges: own.merges,
            value,
            items,
        }
    }

    /// The type of a schema that is written where it is used.
    fn schema(&mut self, mut schema: View<'a>, depth: usize) -> TypeId {
        if depth > MAX_DEPTH {
            return NONE;
        }
        for _ in 0..MAX_DEPTH {
            let Some(name) = reference(schema) else {
                break;
            };
            match self.definitions.get(name) {
                Some(target) if reference(*target).is_some() => schema = *target,
                _ => return self.definition(name),
            }
        }
        if is_scalar(schema) {
            return NONE;
        }
        let record = self.record(schema, depth);
        if let Some(id) = self.interned.get(&record) {
            return *id;
        }
        let id = self.push(record.clone());
        self.interned.insert(record, id);
        id
    }

    fn record(&mut self, schema: View<'a>, depth: usize) -> Record {
        let mut record = Record::empty();
        for entry in schema.get("properties").into_iter().flat_map(View::entries) {
            let id = self.schema(entry.value, depth + 1);
            if id != NONE {
                let name = self.strings.index(entry.key.text());
                record.fields.push((name, id));
            }
        }
        let texts = &self.strings.texts;
        record
            .fields
            .sort_by_key(|(name, _)| texts.get(*name as usize));
        record.fields.dedup_by_key(|(name, _)| *name);
        if let Some(value) = schema.get("additionalProperties").filter(|v| v.is_map()) {
            record.value = self.schema(value, depth + 1);
        }
        if is_type(schema, "array")
            && let Some(items) = schema.get("items").filter(|v| v.is_map())
        {
            record.items = self.schema(items, depth + 1);
        }
        if let Some(strategy) = schema.get("x-kubernetes-patch-strategy") {
            record.merges = strategy.text().split(',').any(|part| part == "merge");
            let keys = match schema.get("x-kubernetes-list-map-keys") {
                Some(keys) => keys.items().collect(),
                None => Vec::from_iter(schema.get("x-kubernetes-patch-merge-key")),
            };
            let keys = keys.iter().map(|key| self.strings.index(key.text()));
            record.keys = keys.collect();
        }
        record
    }

    fn write(mut self, kinds: &Kinds) -> Vec<u8> {
        let mut kind_words = Vec::with_capacity(kinds.len() * KIND_WORDS as usize);
        for ((api_version, kind), (id, scope)) in kinds {
            let version = self.strings.index(api_version);
            kind_words.extend([version, self.strings.index(kind), *id, *scope]);
        }
        let mut type_words = Vec::with_capacity(self.types.len() * TYPE_WORDS as usize);
        let mut field_words: Vec<u32> = Vec::new();
        let mut key_words: Vec<u32> = Vec::new();
        for record in &self.types {
            let merges = if record.merges { MERGES } else { 0 };
            type_words.extend([
                field_words.len() as u32 / 2,
                key_words.len() as u32 | merges,
                record.value,
                record.items,
            ]);
            field_words.extend(record.fields.iter().flat_map(|(name, id)| [*name, *id]));
            key_words.extend(&record.keys);
        }
        let mut names: Vec<(&str, TypeId)> = self.named.iter().map(|(n, id)| (*n, *id)).collect();
        names.retain(|(name, _)| {
            let in_base = || {
                self.base
                    .is_some_and(|base| base.definition(name).is_some())
            };
            self.definitions.contains_key(name) || in_base()
        });
        names.sort_unstable();
        let mut name_words = Vec::with_capacity(names.len() * NAME_WORDS as usize);
        for (name, id) in names {
            name_words.extend([self.strings.index(name), id]);
        }
        let mut end = 0;
        let ends = self.strings.texts.iter().map(|text| {
            end += text.len() as u32;
            end
        });
        let ends: Vec<u32> = ends.collect();
        let header = [
            kinds.len() as u32,
            self.types.len() as u32,
            field_words.len() as u32 / 2,
            key_words.len() as u32,
            name_words.len() as u32 / NAME_WORDS,
            ends.len() as u32,
        ];
        let words = [
            &header[..],
            &kind_words,
            &type_words,
            &field_words,
            &key_words,
            &name_words,
            &ends,
        ];
        let words = words.into_iter().flatten();
        let text = self.strings.texts.iter().flat_map(|text| text.bytes());
        words.flat_map(|w| w.to_le_bytes()).chain(text).collect()
    }
}

impl Record {
    fn empty() -> Self {
        Self {
            fields: Vec::new(),
            keys: Vec::new(),
            merges: false,
            value: NONE,
            items: NONE,
        }
    }
}

/// Strings, each once.
#[derive(Default)]
struct Strings {
    texts: Vec<Box<str>>,
    indices: FxHashMap<Box<str>, u32>,
}

impl Strings {
    fn index(&mut self, text: &str) -> u32 {
        if let Some(index) = self.indices.get(text) {
            return *index;
        }
        let index = self.texts.len() as u32;
        self.texts.push(text.into());
        self.indices.insert(text.into(), index);
        index
    }
}

/// Reads which kinds are served inside a namespace from the document's paths.
fn scopes(document: View<'_>, kinds: &mut Kinds) {
    for path in document.get("paths").into_iter().flat_map(View::entries) {
        let Some(kind) = path
            .value
            .get_path(&["get", GROUP_VERSION_KIND])
            .and_then(served_kind)
        else {
            continue;
        };
        let (_, scope) = kinds.entry(kind).or_insert((NONE, SCOPE_UNKNOWN));
        if path.key.text().contains("namespaces/{namespace}") {
            *scope = SCOPE_NAMESPACED;
        } else if *scope == SCOPE_UNKNOWN {
            *scope = SCOPE_CLUSTER;
        }
    }
}

/// An API version and kind, as the document's extension writes them.
fn served_kind(served: View<'_>) -> Option<(String, String)> {
    let text = |key| served.get(key).map(View::text);
    let (version, kind) = (text("version")?, text("kind")?);
    let api_version = match text("group") {
        Some(group) if !group.is_empty() => format!("{group}/{version}"),
        _ => version.to_owned(),
    };
    Some((api_version, kind.to_owned()))
}

/// The name of the definition that the schema refers to.
fn reference(schema: View<'_>) -> Option<&str> {
    schema.get("$ref")?.text().strip_prefix(REF_PREFIX)
}

/// Whether nothing that merges can stand in values of the schema.
fn is_scalar(schema: View<'_>) -> bool {
    let scalars = ["string", "integer", "number", "boolean"];
    scalars.iter().any(|name| is_type(schema, name))
}

fn is_type(schema: View<'_>, name: &str) -> bool {
    let Some(written) = schema.get("type") else {
        return false;
    };
    let mut names = written.items();
    match (names.next(), names.next()) {
        (None, _) => written.text() == name,
        (Some(only), None) => only.text() == name,
        _ => false,
    }
}
