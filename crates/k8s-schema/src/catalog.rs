use manifest::{Dialect, Kind, Scalar, View};

use crate::builtin::{self, Walk};
use crate::check::{Check, Place};
use crate::crd::{self, CustomKind};
use crate::kinds::{self, Found};
use crate::pods::{self, PodPlace};
use crate::popular::{self, Popular};
use crate::table::{Definition, Table};
use crate::{Coverage, Verdict, Version, expect, export, misplaced, server, table};

/// All schemas that are known: those of Kubernetes' own kinds, those of the custom ones whose
/// definitions were given, and the structure of popular custom kinds for which none was.
#[derive(Debug)]
pub struct Catalog {
    table: Table,
    popular: Popular,
    patterns: popular::Patterns,
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
    /// Only what is built in. It costs nothing to make.
    pub fn builtin() -> Self {
        Self {
            table: Table::builtin(),
            popular: Popular::builtin(),
            patterns: popular::Patterns::default(),
            custom: Vec::new(),
        }
    }

    /// Also the kinds that CustomResourceDefinitions define; other objects are left out. Their
    /// schemas are compiled when they are first needed. Where several define the same kind, an
    /// object is judged by the one that finds least wrong with it.
    pub fn with_crds<'v>(crds: impl IntoIterator<Item = View<'v>>) -> Self {
        let known = Self::builtin();
        let crds = crds.into_iter().filter(|crd| !known.is_outdated(*crd));
        let mut custom: Vec<CustomKind> = crds.filter_map(CustomKind::of).collect();
        custom.sort_by(|a, b| a.key().cmp(&b.key()));
        custom.dedup_by(|a, b| a.is_copy_of(b));
        Self { custom, ..known }
    }

    /// Whether a definition is of a version that no cluster takes any more, and its kind is known
    /// otherwise: such a definition is left over, and says nothing of what clusters serve.
    fn is_outdated(&self, crd: View<'_>) -> bool {
        let text = |path: &[&str]| crd.get_path(path).map_or("", View::text);
        let kind = text(&["spec", "names", "kind"]);
        let mut of_group = self.popular.of_group(text(&["spec", "group"]));
        text(&["apiVersion"]) == "apiextensions.k8s.io/v1beta1"
            && of_group.any(|row| self.popular.is_named(&row, kind))
    }

    /// Judges one object as a cluster of that version would, its scalars read by `dialect`.
    /// A `List` of the core group is judged item by item.
    pub fn validate(&self, object: View<'_>, version: Version, dialect: Dialect) -> Verdict {
        self.validate_within(object, version, dialect, u32::MAX)
    }

    /// As [`Catalog::validate`], in so many steps; there is a limit without this one, too.
    pub fn validate_within(
        &self,
        object: View<'_>,
        version: Version,
        dialect: Dialect,
        steps: u32,
    ) -> Verdict {
        let mut check = Check::new(version, dialect).within(steps);
        let coverage = self.judge(&mut check, object, &Place::ROOT);
        Verdict {
            coverage,
            steps: check.steps(),
            is_cut: check.is_cut,
            violations: misplaced::settle(check.violations),
            unchecked: check.unchecked,
        }
    }

    /// Where objects of a kind stand, if that is known.
    pub fn scope(&self, api_version: &str, kind: &str) -> Option<Scope> {
        if let Some(custom) = self.custom(api_version, kind).first() {
            return Some(custom.scope);
        }
        let own = self.table.kind(api_version, kind);
        let popular = || self.popular.kind(api_version, kind);
        let cluster_scoped = match own {
            Some(row) => row.cluster_scoped,
            None => popular()?.cluster_scoped,
        };
        Some(if cluster_scoped {
            Scope::Cluster
        } else {
            Scope::Namespaced
        })
    }

    /// The versions of a kind that are served, by what is known; none if the kind is not known at
    /// all. Of Kubernetes' own kinds they are those of any covered version of Kubernetes; of
    /// popular custom kinds there may be others.
    pub fn versions(&self, group: &str, kind: &str) -> Vec<String> {
        let custom = self
            .custom
            .iter()
            .filter(|custom| custom.key() == (group, kind));
        let served = custom
            .flat_map(|custom| &custom.versions)
            .filter(|v| v.served);
        let mut versions: Vec<String> = served.map(|version| version.name.to_string()).collect();
        if versions.is_empty() {
            let prefix = if group.is_empty() {
                String::new()
            } else {
                format!("{group}/")
            };
            let version = |api_version: &str| {
                let version = api_version.strip_prefix(&prefix)?;
                (!version.contains('/')).then(|| version.to_owned())
            };
            let own = self.table.kinds().filter(|row| row.definition.is_some());
            let own = own.filter(|row| self.table.text(row.name) == kind);
            versions.extend(own.filter_map(|row| version(self.table.text(row.api_version))));
            let popular = self.popular.of_group(group);
            let popular = popular.filter(|row| self.popular.is_named(row, kind));
            versions.extend(popular.filter_map(|row| version(self.popular.text(row.api_version))));
        }
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    /// The places where objects of a kind tell of pods, such as `spec.template`; none if the kind
    /// is not known. It searches the kind's whole schema: ask once for each kind.
    pub fn pod_places(&self, api_version: &str, kind: &str) -> Vec<PodPlace> {
        if let Some(custom) = self.custom(api_version, kind).first() {
            let version = api_version.rsplit('/').next().unwrap_or_default();
            return custom.schema(version).map(pods::places).unwrap_or_default();
        }
        if let Some(row) = self.table.kind(api_version, kind) {
            let table = &self.table;
            let ty = row.definition.map(table::Type::Object);
            return ty.map_or_else(Vec::new, |ty| pods::places(pods::Own { table, ty }));
        }
        let Some(known) = self.popular.kind(api_version, kind) else {
            return Vec::new();
        };
        let root = popular::Type::Object(known.definition);
        pods::places(pods::Custom::of(&self.popular, &self.table, root))
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

    /// The API versions that a cluster of a version tells of, as nobody configured it otherwise:
    /// each with a kind, such as `apps/v1/Deployment`, after itself alone.
    pub fn api_versions(&self, version: Version) -> Vec<String> {
        let is_on = |row: &table::Kind| {
            let is_list = self.table.text(row.name).ends_with("List");
            row.versions.contain(version)
                && !is_list
                && kinds::is_on(self.table.text(row.api_version), row.versions)
        };
        let mut all: Vec<String> = Vec::new();
        for row in self.table.kinds().filter(is_on) {
            let api_version = self.table.text(row.api_version);
            all.push(api_version.to_owned());
            all.push(format!("{api_version}/{}", self.table.text(row.name)));
        }
        all.sort_unstable();
        all.dedup();
        all
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

    /// Whether a kind is called so, of Kubernetes' own or of those that are popular.
    pub fn has_kind_called(&self, name: &str) -> bool {
        let mut popular = self.popular.kinds();
        self.has_kind_like(None, Some(name))
            || popular.any(|row| self.popular.is_named(&row, name))
            || self.custom.iter().any(|custom| custom.key().1 == name)
    }

    /// The kind of Kubernetes' own that a misspelt name was probably meant to be.
    pub fn kind_near(&self, name: &str) -> Option<&'static str> {
        let own = self.table.kinds().map(|row| self.table.text(row.name));
        suggest::nearest(name, own)
    }

    /// Whether a kind of this apiVersion may have objects with all of these fields: of Kubernetes'
    /// own kinds one has them, of others the group is known.
    pub fn has_kind_with(&self, api_version: &str, fields: &[&str]) -> bool {
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        if self.popular.of_group(group).next().is_some()
            || self.custom.iter().any(|custom| custom.key().0 == group)
        {
            return true;
        }
        let own = self.table.kinds().filter_map(|row| {
            let is_meant = self.table.text(row.api_version) == api_version;
            row.definition.filter(|_| is_meant)
        });
        let has = |definition, field: &&str| {
            let mut own = self.table.fields(definition);
            own.any(|(_, own)| self.table.text(own.name) == *field)
        };
        own.into_iter()
            .any(|definition| fields.iter().all(|field| has(definition, field)))
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
            Found::Foreign if crd::misspelt(check, &self.custom, api_version, kind, place) => {
                Coverage::Custom
            }
            Found::Foreign => self.judge_popular(check, api_version, kind, object, place),
        }
    }

    /// Judges an object of a custom kind that nothing in the repository defines.
    fn judge_popular(
        &self,
        check: &mut Check,
        api_version: &str,
        kind: &str,
        object: View<'_>,
        place: &Place<'_>,
    ) -> Coverage {
        match popular::find(check, &self.popular, api_version, kind, place) {
            popular::Found::Known(known) => {
                let walk = popular::Walk {
                    popular: &self.popular,
                    table: &self.table,
                    patterns: &self.patterns,
                    kind: known,
                    place,
                };
                walk.run(check, object);
                if !known.is_file {
                    name(check, object, kind, place);
                }
                if self.popular.is_bare(&known) {
                    Coverage::NoSchema
                } else if known.is_whole {
                    Coverage::Popular
                } else {
                    Coverage::Structure
                }
            }
            popular::Found::Refused => {
                self.metadata(check, object, place);
                Coverage::Structure
            }
            popular::Found::Foreign => {
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
            let mut own = Check::new(check.version, check.dialect).within(check.left());
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
