//! The walk over objects of Kubernetes' own kinds.

use manifest::{Kind, Scalar, View};

use crate::check::{Check, Place};
use crate::expect;
use crate::table::{Definition, Field, Table, Type};
use crate::{list, scalar, unknown};

/// What controllers of custom kinds fill in before they make pods of what they are told.
const FILLED_IN: &str = "image";

/// A walk over one object, or over the part of one that is like Kubernetes' own.
pub(crate) struct Walk<'a> {
    pub(crate) table: &'a Table,
    /// The definition that the walk starts with, and where.
    pub(crate) root: Definition,
    pub(crate) place: &'a Place<'a>,
    /// Whether the object is a Secret.
    pub(crate) secret: bool,
}

impl Walk<'_> {
    /// Holds a value against the definition that the walk starts with.
    pub(crate) fn run(&self, check: &mut Check, view: View<'_>) {
        self.value(check, Type::Object(self.root), true, view, self.place);
    }

    fn value(
        &self,
        check: &mut Check,
        ty: Type,
        required: bool,
        view: View<'_>,
        place: &Place<'_>,
    ) {
        if !check.enter(place) {
            return;
        }
        match ty {
            Type::Any => {}
            Type::Object(definition) => self.object(check, definition, view, place),
            Type::Map(values) => {
                let values = self.table.ty(values);
                if expect::collection(check, Kind::Map, view, place) {
                    for entry in view.entries() {
                        let below = place.key(entry.key.text());
                        self.value(check, values, true, entry.value, &below);
                    }
                }
            }
            Type::List(items, unequal) => {
                if expect::collection(check, Kind::Seq, view, place) {
                    self.items(check, self.table.ty(items), view, place);
                    list::compare(check, self.table, unequal, view, place);
                }
            }
            Type::AnyObject => {
                expect::collection(check, Kind::Map, view, place);
            }
            Type::ObjectOrList(definition) if view.is_seq() => {
                self.items(check, Type::Object(definition), view, place);
            }
            Type::ObjectOrStrings(_) if view.is_seq() => {
                self.items(check, Type::String, view, place);
            }
            Type::ObjectOrBoolean(_) if matches!(check.scalar(view), Some(Scalar::Bool(_))) => {}
            Type::ObjectOrList(definition)
            | Type::ObjectOrStrings(definition)
            | Type::ObjectOrBoolean(definition) => self.object(check, definition, view, place),
            _ => expect::scalar(check, self.table, ty, required, view, place),
        }
    }

    fn items(&self, check: &mut Check, ty: Type, view: View<'_>, place: &Place<'_>) {
        for (index, item) in view.items().enumerate() {
            self.value(check, ty, true, item, &place.index(index));
        }
    }

    fn object(&self, check: &mut Check, definition: Definition, view: View<'_>, place: &Place<'_>) {
        if view.is_map() {
            self.fields(check, definition, view, place);
        } else {
            // What is null is dropped, and with it what is required inside.
            expect::collection(check, Kind::Map, view, place);
        }
    }

    fn fields(&self, check: &mut Check, definition: Definition, view: View<'_>, place: &Place<'_>) {
        let at_root = place.depth() == self.place.depth();
        let mut seen = 0u64;
        for entry in view.entries() {
            let key = entry.key.text();
            let below = place.key(key);
            match self.table.field(definition, key, check.version) {
                Some((at, field)) if has(&field, check) => {
                    seen |= 1 << at;
                    let required = asks(self.table, &field, check);
                    if required && is_null(check, entry.value) && !check.in_status {
                        expect::not_null(check, &below);
                        continue;
                    }
                    let ty = self.table.ty(field.ty);
                    if !at_root {
                        self.value(check, ty, required, entry.value, &below);
                        continue;
                    }
                    check.in_status = key == "status";
                    check.secret = self.secret && matches!(key, "data" | "stringData");
                    self.value(check, ty, required, entry.value, &below);
                    check.in_status = false;
                    check.secret = false;
                }
                _ if scalar::is_placeholder(key) => check.unchecked.placeholders += 1,
                other => {
                    let other = other.map(|(_, field)| field.versions);
                    unknown::field(check, self, definition, other, &below);
                }
            }
        }
        self.required(check, definition, seen, place);
    }

    /// Reports the required fields that are not among those that were seen.
    fn required(&self, check: &mut Check, definition: Definition, seen: u64, place: &Place<'_>) {
        // What controllers write into a status is not asked of people.
        if check.in_status || !self.table.requires(definition, check.version) {
            return;
        }
        let is_seen = |at: usize| seen >> at & 1 == 1;
        let fields = || self.table.fields(definition);
        for (at, field) in fields() {
            if !is_seen(at)
                && asks(self.table, &field, check)
                && !fields().any(|(at, other)| other.name == field.name && is_seen(at))
            {
                check.missing(place, self.table.text(field.name));
            }
        }
    }
}

fn has(field: &Field, check: &Check) -> bool {
    check.in_any_version || field.versions.contain(check.version)
}

fn asks(table: &Table, field: &Field, check: &Check) -> bool {
    if check.in_any_version {
        field.required == field.versions && table.text(field.name) != FILLED_IN
    } else {
        field.required.contain(check.version)
    }
}

/// The definition of metadata: all kinds share it.
pub(crate) fn metadata(table: &Table, check: &Check) -> Option<Definition> {
    let pod = table.kind("v1", "Pod")?.definition?;
    let (_, field) = table.field(pod, "metadata", check.version)?;
    match table.ty(field.ty) {
        Type::Object(definition) => Some(definition),
        _ => None,
    }
}

fn is_null(check: &Check, view: View<'_>) -> bool {
    view.text().len() <= 4 && check.scalar(view) == Some(Scalar::Null)
}
