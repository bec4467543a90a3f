use manifest::{Dialect, Kind, Scalar, View};

use crate::builtin::{self, Walk};
use crate::check::{Check, Place};
use crate::crd::{self, CustomKind};
use crate::kinds::{self, Found};
use crate::table::{Definition, Table};
use crate::{Coverage, Verdict, Version, expect, export, server};

/// All schemas that are known: those of Kubernetes' own kinds, and those of the custom ones
/// whose definitions were given.
#[derive(Debug)]
pub struct Catalog {
    table: Table,
    /// Sorted by group and name; several definitions of one kind stand in the given order.
    custom: Vec<CustomKind>,
}

/// Where objects of a kind stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster itself.
    Cluster,
}

impl Catalog {
    /// Only Kubernetes' own kinds. It costs nothing to make.
    pub fn builtin() -> Self {
        Self {
            table: Table::builtin(),
            custom: Vec::new(),
        }
    }

    /// Also the kinds that CustomResourceDefinitions define; other objects are left out. Their
    /// schemas are compiled when they are first needed. Where several define the same kind, an
    /// object is judged by the one that finds least wrong with it.
    pub fn with_crds<'v>(crds: impl IntoIterator<Item = View<'v>>) -> Self {
        let mut custom: Vec<CustomKind> = crds.into_iter().filter_map(CustomKind::of).collect();
        custom.sort_by(|a, b| a.key().cmp(&b.key()));
        custom.dedup_by(|a, b| a.is_copy_of(b));
        Self {
            custom,
            ..Self::builtin()
        }
    }

    /// Judges one object as a cluster of that version would, its scalars read by `dialect`.
    /// A `List` of the core group is judged item by item.
    pub fn validate(&self, object: View<'_>, version: Version, dialect: Dialect) -> Verdict {
        let mut check = Check::new(version, dialect);
        let coverage = self.judge(&mut check, object, &Place::ROOT);
        Verdict {
            coverage,
            violations: check.violations,
            unchecked: check.unchecked,
        }
    }

    /// Where objects of a kind stand, if that is known.
    pub fn scope(&self, api_version: &str, kind: &str) -> Option<Scope> {
        if let Some(custom) = self.custom(api_version, kind).first() {
            return Some(custom.scope);
        }
        let row = self.table.kind(api_version, kind)?;
        Some(if row.cluster_scoped {
            Scope::Cluster
        } else {
            Scope::Namespaced
        })
    }

    /// The apiVersions and names of Kubernetes' own kinds that a version serves.
    pub fn kinds(&self, version: Version) -> impl Iterator<Item = (&'static str, &'static str)> {
        let served = self
            .table
            .kinds()
            .filter(move |kind| kind.versions.contain(version));
        served.map(|kind| {
            (
                self.table.text(kind.api_version),
                self.table.text(kind.name),
            )
        })
    }

    /// Whether one of Kubernetes' own kinds has objects with names, and this apiVersion and name;
    /// what is not given is not asked for. It tells manifests that lack a part from other files.
    pub fn has_kind_like(&self, api_version: Option<&str>, kind: Option<&str>) -> bool {
        self.table.kinds().any(|row| {
            let name = self.table.text(row.name);
            kinds::has_name(name)
                && kind.is_none_or(|kind| kind == name)
                && api_version.is_none_or(|own| own == self.table.text(row.api_version))
        })
    }

    /// A built-in kind as JSON Schema (2020-12), for editors and other validators; `None` if the
    /// version does not serve it. It says what the schema asks for, except that keys of lists differ
    /// and that a status need not be whole; [`Catalog::validate`] asks for more than the schema.
    pub fn json_schema(&self, api_version: &str, kind: &str, version: Version) -> Option<String> {
        let kind = self.table.kind(api_version, kind)?;
        export::json_schema(&self.table, &kind, version)
    }

    fn judge(&self, check: &mut Check, object: View<'_>, place: &Place<'_>) -> Coverage {
        if !check.enter(place) || !is_object(check, object, place) {
            return Coverage::NoSchema;
        }
        let (Some(api_version), Some(kind)) = (
            type_field(check, object, "apiVersion", place),
            type_field(check, object, "kind", place),
        ) else {
            // It is refused, whatever else is in it.
            return Coverage::BuiltIn;
        };
        if (api_version, kind) == ("v1", "List") {
            return self.judge_items(check, object, place);
        }
        let custom = self.custom(api_version, kind);
        if !custom.is_empty() {
            let coverage = self.judge_custom(check, custom, api_version, object, place);
            name(check, object, kind, place);
            let is_namespaced = || self.scope(api_version, kind) == Some(Scope::Namespaced);
            server::validate_metadata(check, object, place, &is_namespaced);
            return coverage;
        }
        match kinds::find(check, &self.table, api_version, kind, place) {
            Found::Served(definition) => {
                self.judge_schema(check, definition, (api_version, kind), object, place);
                let is_namespaced = || self.scope(api_version, kind) == Some(Scope::Namespaced);
                server::validate(check, api_version, kind, object, place, &is_namespaced);
                Coverage::BuiltIn
            }
            Found::Refused => {
                self.metadata(check, object, place);
                Coverage::BuiltIn
            }
            Found::Foreign => {
                self.metadata(check, object, place);
                Coverage::NoSchema
            }
        }
    }

    /// Judges an object of a built-in kind by its schema alone.
    pub(crate) fn judge_schema(
        &self,
        check: &mut Check,
        definition: Definition,
        (api_version, kind): (&str, &str),
        object: View<'_>,
        place: &Place<'_>,
    ) {
        let walk = Walk {
            table: &self.table,
            root: definition,
            place,
            secret: (api_version, kind) == ("v1", "Secret"),
        };
        walk.run(check, object);
        name(check, object, kind, place);
    }

    /// The definitions of a custom kind.
    fn custom(&self, api_version: &str, kind: &str) -> &[CustomKind] {
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        let key = (group, kind);
        let first = self.custom.partition_point(|custom| custom.key() < key);
        let rest = self.custom.get(first..).unwrap_or_default();
        let count = rest.iter().take_while(|c| c.key() == key).count();
        rest.get(..count).unwrap_or_default()
    }

    /// Judges an object of a custom kind by the definition that finds least wrong with it.
    fn judge_custom(
        &self,
        check: &mut Check,
        definitions: &[CustomKind],
        api_version: &str,
        object: View<'_>,
        place: &Place<'_>,
    ) -> Coverage {
        let mut best: Option<(Check, Coverage)> = None;
        for definition in definitions {
            let mut own = Check::new(check.version, check.dialect);
            let table = &self.table;
            let coverage = crd::judge(&mut own, table, definition, api_version, object, place);
            let wrong = own.wrong();
            if best.as_ref().is_none_or(|(best, _)| wrong < best.wrong()) {
                best = Some((own, coverage));
            }
            if wrong == 0 {
                break;
            }
        }
        let Some((own, coverage)) = best else {
            return Coverage::NoSchema;
        };
        check.absorb(own);
        coverage
    }

    /// Judges the items of a `List`; the least coverage of any is that of the whole.
    fn judge_items(&self, check: &mut Check, list: View<'_>, place: &Place<'_>) -> Coverage {
        let mut coverage = Coverage::BuiltIn;
        if let Some(items) = list.get("items") {
            let place = place.key("items");
            if expect::collection(check, Kind::Seq, items, &place) {
                for (index, item) in items.items().enumerate() {
                    if self.judge(check, item, &place.index(index)) == Coverage::NoSchema {
                        coverage = Coverage::NoSchema;
                    }
                }
            }
        }
        coverage
    }

    /// Judges the metadata of an object whose kind has no schema.
    fn metadata(&self, check: &mut Check, object: View<'_>, place: &Place<'_>) {
        if let Some(metadata) = object.get("metadata")
            && let Some(definition) = builtin::metadata(&self.table, check)
        {
            let walk = Walk {
                table: &self.table,
                root: definition,
                place: &place.key("metadata"),
                secret: false,
            };
            walk.run(check, metadata);
        }
    }
}

fn is_object(check: &mut Check, object: View<'_>, place: &Place<'_>) -> bool {
    if !object.is_map() {
        expect::wrong_type(check, "a mapping", object, place);
    }
    object.is_map()
}

/// The content of `apiVersion` or `kind`.
fn type_field<'v>(
    check: &mut Check,
    object: View<'v>,
    field: &str,
    place: &Place<'_>,
) -> Option<&'v str> {
    let Some(value) = object.get(field) else {
        check.missing(place, field);
        return None;
    };
    match check.scalar(value) {
        Some(Scalar::Str(text)) if !text.is_empty() => Some(value.text()),
        Some(Scalar::Str(_) | Scalar::Null) => {
            expect::not_null(check, &place.key(field));
            None
        }
        _ => {
            expect::wrong_type(check, "a string", value, &place.key(field));
            None
        }
    }
}

/// Reports an object without a name, unless it is of a kind that has none.
fn name(check: &mut Check, object: View<'_>, kind: &str, place: &Place<'_>) {
    if !kinds::has_name(kind) {
        return;
    }
    let is_null = |check: &Check, view| check.scalar(view) == Some(Scalar::Null);
    let Some(metadata) = object.get("metadata").filter(|view| !is_null(check, *view)) else {
        check.missing(place, "metadata");
        return;
    };
    let is_set = |field| match metadata.get(field) {
        Some(value) => {
            let is_empty = value.kind() == Kind::Scalar && value.text().is_empty();
            !is_empty && !is_null(check, value)
        }
        None => false,
    };
    if metadata.is_map() && !is_set("name") && !is_set("generateName") {
        check.missing(&place.key("metadata"), "name");
    }
}
