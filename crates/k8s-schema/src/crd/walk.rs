//! The walk over objects of custom kinds.

use std::cell::Cell;

use manifest::{EntryRef, FieldPath, Kind, Scalar, View};

use super::kind::CustomVersion;
use super::rules::{self, ListType};
use super::schema::{Additional, JsonType, Lazy, Schema};
use super::{alternatives, values};
use crate::check::{Check, Hint, Place};
use crate::table::{Definition, Table};
use crate::violation::ViolationKind::{InvalidValue, UnknownField};
use crate::{builtin, expect, list, scalar, server, unknown};

/// A walk over one object.
pub(super) struct Walk<'a> {
    pub(super) table: &'a Table,
    /// The definition of metadata.
    pub(super) metadata: Option<Definition>,
    pub(super) version: &'a CustomVersion,
    /// Where the object stands.
    pub(super) place: &'a Place<'a>,
    /// Whether nothing is filled in or dropped.
    pub(super) is_raw: bool,
    /// Whether a schema on the way has rules in the Common Expression Language.
    pub(super) has_expressions: Cell<bool>,
}

/// What is asked at a place.
#[derive(Clone, Copy)]
pub(super) struct Mode<'s> {
    /// Whether values are held against the schema.
    pub(super) values: bool,
    /// Whether fields that the schema does not have are reported.
    pub(super) unknown: bool,
    /// Whether it is an item of a list that keeps what its schema does not have.
    pub(super) is_kept: bool,
    /// Where the schema is one of several that apply: the one that fills in defaults.
    pub(super) main: Option<&'s Schema>,
}

impl<'s> Mode<'s> {
    /// The same for something inside.
    fn inside(self, main: impl FnOnce(&'s Schema) -> Option<&'s Schema>) -> Self {
        Self {
            main: self.main.and_then(main),
            is_kept: false,
            ..self
        }
    }
}

impl Walk<'_> {
    /// Holds a whole object against its schema.
    pub(super) fn object(&self, check: &mut Check, schema: &Schema, view: View<'_>) {
        let mode = Mode {
            values: true,
            unknown: !self.version.preserves_unknown,
            is_kept: false,
            main: None,
        };
        self.fields(check, schema, view, self.place, mode, true);
        self.rules(check, schema, view, self.place, mode);
    }

    /// Validates a value that is not a whole object against a schema.
    pub(super) fn all(
        &self,
        check: &mut Check,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
    ) {
        let mode = Mode {
            values: true,
            unknown: true,
            is_kept: false,
            main: None,
        };
        self.value(check, schema, view, place, mode);
    }

    pub(super) fn value(
        &self,
        check: &mut Check,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
        mode: Mode<'_>,
    ) {
        if !check.enter(place) {
            return;
        }
        if schema.cut {
            check.unchecked.values += 1;
            return;
        }
        if mode.values && !self.has_type(check, schema, view, place) {
            return;
        }
        match view.kind() {
            Kind::Map => {
                self.fields(check, schema, view, place, mode, schema.embedded_resource);
            }
            Kind::Seq => self.items(check, schema, view, place, mode),
            _ => {}
        }
        self.rules(check, schema, view, place, mode);
    }

    /// Whether a value has the type that the schema asks for, so that the rest can be asked.
    fn has_type(
        &self,
        check: &mut Check,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
    ) -> bool {
        let meaning = check.scalar(view);
        let has_rules = schema.rules.is_some();
        match &meaning {
            Some(Scalar::Null) if schema.nullable => return false,
            Some(Scalar::Null) if schema.default.is_some() && !self.is_raw => return false,
            Some(Scalar::Str(text)) if scalar::is_placeholder(text) => {
                if has_rules || schema.ty != Some(JsonType::String) {
                    check.unchecked.placeholders += 1;
                }
                return false;
            }
            _ => {}
        }
        let is_integer = || meaning.as_ref().and_then(expect::as_integer).is_some();
        let is_text = matches!(meaning, Some(Scalar::Str(_)));
        if schema.int_or_string {
            let fits = is_text || is_integer();
            if !fits {
                expect::wrong_type(check, "an integer or a string", view, place);
            }
            return fits;
        }
        let Some(ty) = schema.ty else { return true };
        let (fits, expected) = match ty {
            JsonType::String => (is_text, "a string"),
            JsonType::Integer => (is_integer(), "an integer"),
            JsonType::Number => (
                meaning.as_ref().and_then(rules::as_number).is_some(),
                "a number",
            ),
            JsonType::Boolean => (matches!(meaning, Some(Scalar::Bool(_))), "a boolean"),
            JsonType::Object => (view.is_map(), "a mapping"),
            JsonType::Array => (view.is_seq(), "a list"),
        };
        if !fits {
            expect::wrong_type(check, expected, view, place);
        }
        fits
    }

    /// Holds a mapping's fields against the schema. A resource has apiVersion, kind and metadata
    /// whether the schema knows them or not.
    fn fields(
        &self,
        check: &mut Check,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
        mode: Mode<'_>,
        is_resource: bool,
    ) {
        for entry in view.entries() {
            let key = entry.key.text();
            let below = place.key(key);
            let mut inner = mode.inside(|main| main.property(key));
            if is_resource && matches!(key, "apiVersion" | "kind" | "metadata") {
                if key == "metadata" && mode.main.is_none() {
                    self.metadata(check, entry.value, &below);
                }
                inner.unknown = false;
            }
            if key == "status" && self.is_root(place) && self.version.has_status {
                inner.values = false;
            }
            if self.is_dropped(check, mode.main.unwrap_or(schema), key, entry.value) {
                continue;
            }
            if let Some(property) = schema.property(key) {
                self.value(check, property, entry.value, &below, inner);
                continue;
            }
            match &schema.additional {
                Additional::Schema(additional) => {
                    self.value(check, additional.get(), entry.value, &below, inner);
                }
                Additional::Any if inner.unknown => nothing_inside(check, entry.value, &below),
                Additional::None if inner.unknown && !schema.preserves_unknown && !mode.is_kept => {
                    unknown_field(check, &below, || self.meant(schema, view, key, &below));
                }
                _ => {}
            }
        }
        if let Some(main) = mode.main.filter(|_| mode.values) {
            self.filled_in(check, schema, main, view, place, mode);
        }
        if mode.values {
            self.required(check, schema, view, place, mode, is_resource);
        }
    }

    /// Holds what the main schema fills in against one of the others. It fits the main one, or
    /// the definition is wrong.
    fn filled_in(
        &self,
        check: &mut Check,
        schema: &Schema,
        main: &Schema,
        view: View<'_>,
        place: &Place<'_>,
        mode: Mode<'_>,
    ) {
        if schema.properties.is_empty() {
            return;
        }
        let lacking: Vec<(&str, &Schema)> = self.lacking(check, main, view).collect();
        for (name, filled) in lacking {
            if let (Some(default), Some(property)) = (&filled.default, schema.property(name)) {
                let inner = Mode {
                    main: Some(filled),
                    ..mode
                };
                self.value(check, property, default.view(), &place.key(name), inner);
            }
        }
    }

    /// The fields that are filled in, because they are missing or null.
    fn lacking<'s>(
        &self,
        check: &Check,
        schema: &'s Schema,
        view: View<'_>,
    ) -> impl Iterator<Item = (&'s str, &'s Schema)> {
        schema.defaults().filter(move |(name, _)| {
            let value = view.get(name);
            !self.is_raw && value.is_none_or(|value| self.is_dropped(check, schema, name, value))
        })
    }

    /// What may be meant by a field that a schema does not have.
    fn meant(&self, schema: &Schema, view: View<'_>, key: &str, place: &Place<'_>) -> Option<Hint> {
        if let Some(empty) = empty_beside(schema, view, key) {
            let path = place.parent()?.key(empty).path();
            return Some(unknown::belongs_to(place, &path.to_string()));
        }
        let names = || schema.properties.iter().map(|(name, _)| &**name);
        if let Some(same) = names().find(|name| name.eq_ignore_ascii_case(key)) {
            return Some(unknown::did_you_mean(same).into());
        }
        let around = self.around(place);
        let owner = around.iter().rev().find(|(_, s)| s.property(key).is_some());
        match owner {
            Some((path, _)) => Some(unknown::belongs_to(place, &path.to_string())),
            None => suggest::nearest(key, names()).map(|near| unknown::did_you_mean(near).into()),
        }
    }

    /// The schemas of the mappings around a field, the root's first, with their paths.
    fn around(&self, place: &Place<'_>) -> Vec<(FieldPath, &Schema)> {
        let chain = place.chain();
        let mut around = Vec::new();
        let mut schema = self.version.schema();
        for pair in chain.windows(2).skip(usize::from(self.place.depth())) {
            let ([above, below], Some(current)) = (pair, schema) else {
                break;
            };
            around.push((above.path(), current));
            schema = match below.last_key() {
                Some(key) => current.field(key),
                None => current.items.as_ref().map(Lazy::get),
            };
        }
        around
    }

    fn required(
        &self,
        check: &mut Check,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
        mode: Mode<'_>,
        is_resource: bool,
    ) {
        for field in &schema.required {
            let main = mode.main.unwrap_or(schema);
            let is_there = match view.get(field) {
                Some(value) => !self.is_dropped(check, main, field, value),
                None => false,
            };
            if !is_there && (self.is_raw || !main.fills_in(field)) {
                check.missing(place, field);
            }
        }
        if is_resource && !self.is_root(place) {
            for field in ["apiVersion", "kind"] {
                if view.get(field).is_none_or(|value| value.text().is_empty()) {
                    check.missing(place, field);
                }
            }
            if mode.main.is_none() {
                server::validate_embedded(check, view, place);
            }
        }
        let count = || {
            let main = mode.main.unwrap_or(schema);
            let is_kept =
                |entry: &EntryRef<'_>| !self.is_dropped(check, main, entry.key.text(), entry.value);
            view.entries().filter(is_kept).count() + self.lacking(check, main, view).count()
        };
        if let Some(rules) = &schema.rules
            && let Some(asked) = rules.properties.broken_by(count(), "field")
            && !check.is_full()
        {
            let message = format!("{} must have {asked}", place.name());
            check.report(InvalidValue, place, message, None);
        }
    }

    /// Whether the API server drops a field: null, where the schema does not allow that.
    fn is_dropped(&self, check: &Check, schema: &Schema, key: &str, value: View<'_>) -> bool {
        !self.is_raw
            && !self.version.preserves_unknown
            && check.scalar(value) == Some(Scalar::Null)
            && schema.field(key).is_some_and(|field| !field.nullable)
    }

    fn is_root(&self, place: &Place<'_>) -> bool {
        place.depth() == self.place.depth()
    }

    fn metadata(&self, check: &mut Check, view: View<'_>, place: &Place<'_>) {
        if let Some(root) = self.metadata {
            let walk = builtin::Walk {
                table: self.table,
                root,
                place,
                secret: false,
            };
            walk.run(check, view);
        }
    }

    fn items(
        &self,
        check: &mut Check,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
        mode: Mode<'_>,
    ) {
        let is_kept = mode.is_kept || schema.preserves_unknown;
        let inner = Mode {
            is_kept,
            ..mode.inside(|main| main.items.as_ref().map(Lazy::get))
        };
        for (index, item) in view.items().enumerate() {
            let below = place.index(index);
            match &schema.items {
                Some(items) => self.value(check, items.get(), item, &below, inner),
                None if mode.unknown && !is_kept => {
                    nothing_inside(check, item, &below);
                }
                None => {}
            }
        }
        let Some(rules) = schema.rules.as_deref().filter(|_| mode.values) else {
            return;
        };
        if let Some(asked) = rules.items.broken_by(view.items().count(), "item")
            && !check.is_full()
        {
            let message = format!("{} must have {asked}", place.name());
            check.report(InvalidValue, place, message, None);
        }
        match rules.list {
            ListType::Set => list::unequal(check, view, place),
            ListType::Map => values::unequal_keys(check, schema, rules, view, place),
            ListType::Atomic => {}
        }
    }

    fn rules(
        &self,
        check: &mut Check,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
        mode: Mode<'_>,
    ) {
        if schema.expressions.is_some() && mode.main.is_none() && mode.values {
            self.has_expressions.set(true);
        }
        let Some(rules) = schema.rules.as_deref().filter(|_| mode.values) else {
            return;
        };
        values::hold(check, schema, rules, view, place);
        let main = mode.main.unwrap_or(schema);
        alternatives::hold(check, self, rules, main, view, place);
    }
}

/// The one mapping beside a field that is written, has no value, and takes a field of that name:
/// what follows it is indented too little.
fn empty_beside<'s>(schema: &'s Schema, view: View<'_>, key: &str) -> Option<&'s str> {
    let mut empty = schema.properties.iter().filter(|(name, inner)| {
        let is_empty = view.get(name).is_some_and(View::is_null);
        is_empty && inner.get().property(key).is_some()
    });
    match (empty.next(), empty.next()) {
        (Some((name, _)), None) => Some(name),
        _ => None,
    }
}

/// Reports every field inside a value of which nothing is known.
fn nothing_inside(check: &mut Check, view: View<'_>, place: &Place<'_>) {
    if !check.enter(place) {
        return;
    }
    for entry in view.entries() {
        unknown_field(check, &place.key(entry.key.text()), || None);
    }
    for (index, item) in view.items().enumerate() {
        nothing_inside(check, item, &place.index(index));
    }
}

fn unknown_field(check: &mut Check, place: &Place<'_>, help: impl FnOnce() -> Option<Hint>) {
    if place.last_key().is_some_and(scalar::is_placeholder) {
        check.unchecked.placeholders += 1;
    } else if !check.is_full() {
        check.report_key(UnknownField, place, unknown::unknown(place), help());
    }
}
