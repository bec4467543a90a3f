//! The walk over objects of popular custom kinds.

use manifest::{FieldPath, Kind, Scalar, View};

use super::table::{Definition, Popular, Type};
use super::{Patterns, slip};
use crate::check::{Check, Hint, Place};
use crate::server::is_open;
use crate::table::{self, Items, List, Table};
use crate::unknown::{self, belongs_to, did_you_mean};
use crate::violation::ViolationKind::{
    InvalidValue, MisplacedField, MissingField, UnknownField, UnlistedField,
};
use crate::{builtin, expect, list, scalar};

/// How deep beside an unknown field its right place is looked for.
const DEPTH_BESIDE: usize = 2;

/// Longer texts are not held against patterns.
const MAX_PATTERN_TEXT: usize = 4096;

/// A walk over one object.
pub(crate) struct Walk<'a> {
    pub(crate) popular: &'a Popular,
    pub(crate) table: &'a Table,
    pub(crate) patterns: &'a Patterns,
    pub(crate) kind: super::Kind,
    /// Where the object stands.
    pub(crate) place: &'a Place<'a>,
}

impl Walk<'_> {
    /// Holds a whole object against its definition.
    pub(crate) fn run(&self, check: &mut Check, object: View<'_>) {
        self.object(check, self.kind.definition, object, self.place);
    }

    fn value(&self, check: &mut Check, ty: Type, view: View<'_>, place: &Place<'_>) {
        if !check.enter(place) {
            return;
        }
        let before = check.violations.len();
        self.hold(check, ty, view, place);
        if self.kind.is_old && (!has_form(ty, view) || is_measure(ty, view)) {
            may_be_new(check, before);
        }
    }

    fn hold(&self, check: &mut Check, ty: Type, view: View<'_>, place: &Place<'_>) {
        match ty {
            Type::Any => {}
            Type::AnyObject => {
                expect::collection(check, Kind::Map, view, place);
            }
            Type::Scalar(ty) => expect::scalar(check, self.table, ty, true, view, place),
            Type::Enum(values) => self.one_of(check, values, view, place),
            Type::Pattern(patterns) => self.matches(check, patterns, view, place),
            Type::Object(definition) => {
                if expect::collection(check, Kind::Map, view, place) {
                    self.object(check, definition, view, place);
                }
            }
            Type::Map(values) => {
                if expect::collection(check, Kind::Map, view, place) {
                    let values = self.popular.ty(values);
                    for entry in view.entries() {
                        let below = place.key(entry.key.text());
                        self.value(check, values, entry.value, &below);
                    }
                }
            }
            Type::List(item, unequal) => {
                if expect::collection(check, Kind::Seq, view, place) {
                    let ty = self.popular.ty(item);
                    for (index, item) in view.items().enumerate() {
                        self.value(check, ty, item, &place.index(index));
                    }
                    self.compare(check, unequal, view, place);
                }
            }
            Type::Core(definition) => {
                if expect::collection(check, Kind::Map, view, place) {
                    self.core(check, definition, view, place);
                }
            }
        }
    }

    /// A value that is like one of Kubernetes' own.
    fn core(&self, check: &mut Check, root: table::Definition, view: View<'_>, place: &Place<'_>) {
        let walk = builtin::Walk {
            table: self.table,
            root,
            place,
            secret: false,
        };
        check.in_any_version = true;
        walk.run(check, view);
        check.in_any_version = false;
    }

    fn object(&self, check: &mut Check, definition: Definition, view: View<'_>, place: &Place<'_>) {
        let is_root = place.depth() == self.place.depth();
        let is_open = self.popular.is_open(definition);
        for entry in view.entries() {
            let key = entry.key.text();
            let below = place.key(key);
            if is_root && matches!(key, "apiVersion" | "kind" | "metadata") {
                if key == "metadata"
                    && let Some(root) = builtin::metadata(self.table, check)
                {
                    self.core(check, root, entry.value, &below);
                }
                continue;
            }
            match self.popular.field(definition, key) {
                Some(field) if is_null(check, entry.value) => {
                    if field.required {
                        expect::not_null(check, &below);
                    }
                }
                Some(field) => self.value(check, self.popular.ty(field.ty), entry.value, &below),
                None if is_open => {}
                None if scalar::is_placeholder(key) => check.unchecked.placeholders += 1,
                None => self.unknown(check, definition, view, &below),
            }
        }
        // Only what a cluster was asked for has a status: a test expects the object so.
        let is_part = is_root && view.get("status").is_some();
        for field in self
            .popular
            .fields(definition)
            .filter(|field| field.required)
        {
            let name = self.popular.text(field.name);
            if view.get(name).is_none() && !is_part && !self.has_grown(definition, name, view) {
                check.missing(place, name);
            }
        }
    }

    /// Whether a mapping has one thing, as other versions of the definition ask, where this one
    /// asks for several, or the other way round. It is told as a field that is not known.
    fn has_grown(&self, definition: Definition, name: &str, view: View<'_>) -> bool {
        let is_other =
            |key: &str| slip::is_plural(key, name) && self.popular.field(definition, key).is_none();
        self.kind.is_old && view.entries().any(|entry| is_other(entry.key.text()))
    }

    /// Reports a field that no known version has: as an error only if it is a misspelling of one
    /// that is not there. One that belongs to a mapping around it, or beside it, is indented too
    /// far or too little.
    fn unknown(
        &self,
        check: &mut Check,
        definition: Definition,
        view: View<'_>,
        place: &Place<'_>,
    ) {
        let Some(key) = place.last_key().filter(|_| !check.is_full()) else {
            return;
        };
        let names = self.popular.names(definition);
        let meant = slip::meant(key, names.clone()).filter(|name| {
            let has_grown = self.kind.is_old && slip::is_plural(key, name);
            view.get(name).is_none() && !has_grown
        });
        let message = unknown::unknown(place);
        if let Some(meant) = meant {
            let hint = Some(did_you_mean(meant).into());
            check.report_key(UnknownField, place, message, hint);
            return;
        }
        let within = |below: Vec<&str>| {
            let mut path = place.parent()?.path();
            below.into_iter().for_each(|key| path.push_key(key));
            Some(path)
        };
        let is_twice = place.parent().and_then(Place::last_key) == Some(key);
        let owner = self
            .lacking(definition, view, key)
            .and_then(|name| within(vec![name]))
            .or_else(|| self.owner(key, place))
            .or_else(|| within(self.beside(definition, view, key, DEPTH_BESIDE)?));
        let (kind, hint) = match owner {
            _ if is_twice && !self.kind.is_old && self.has_all(definition, key, view) => {
                let help = "nested twice: move its fields up".to_owned();
                (MisplacedField, Some(Hint::from(help)))
            }
            // Where not all fields are known, it may be another one of that name.
            Some(path) if self.kind.is_old => {
                (UnlistedField, Some(belongs_to(place, &path.to_string())))
            }
            Some(path) => (MisplacedField, Some(belongs_to(place, &path.to_string()))),
            None => (
                UnlistedField,
                suggest::nearest(key, names).map(|near| did_you_mean(near).into()),
            ),
        };
        check.report_key(kind, place, message, hint);
    }

    /// The mapping beside a field that has to have a field of that name and lacks it.
    fn lacking(&self, definition: Definition, view: View<'_>, key: &str) -> Option<&str> {
        let mut fields = self.popular.fields(definition);
        fields.find_map(|field| {
            let Type::Object(inner) = self.popular.ty(field.ty) else {
                return None;
            };
            let name = self.popular.text(field.name);
            let below = view.get(name).filter(|below| below.is_map())?;
            let is_required = self.popular.field(inner, key)?.required;
            (is_required && below.get(key).is_none()).then_some(name)
        })
    }

    /// Whether all that a field holds are fields of the mapping that it stands in.
    fn has_all(&self, definition: Definition, key: &str, view: View<'_>) -> bool {
        let Some(own) = view.get(key).filter(|own| own.is_map()) else {
            return false;
        };
        let mut entries = own.entries();
        entries.all(|entry| self.popular.field(definition, entry.key.text()).is_some())
    }

    /// The way to the one mapping beside a field, or inside of that, which has a field of that
    /// name and lacks it.
    fn beside(
        &self,
        definition: Definition,
        view: View<'_>,
        key: &str,
        depth: usize,
    ) -> Option<Vec<&str>> {
        let mut ways = self.popular.fields(definition).filter_map(|field| {
            let Type::Object(inner) = self.popular.ty(field.ty) else {
                return None;
            };
            let name = self.popular.text(field.name);
            let below = view.get(name).filter(|below| below.is_map())?;
            if self.popular.field(inner, key).is_some() {
                return below.get(key).is_none().then(|| vec![name]);
            }
            let deeper = (depth > 1).then(|| self.beside(inner, below, key, depth - 1))??;
            Some([vec![name], deeper].concat())
        });
        let way = ways.next()?;
        ways.next().is_none().then_some(way)
    }

    /// The mapping around a field's place that has a field of that name.
    fn owner(&self, key: &str, place: &Place<'_>) -> Option<FieldPath> {
        let chain = place.chain();
        let mut ty = Type::Object(self.kind.definition);
        let mut owner = None;
        for pair in chain.windows(2).skip(usize::from(self.place.depth())) {
            let [above, below] = pair else { break };
            if let Type::Object(definition) = ty
                && self.popular.field(definition, key).is_some()
            {
                owner = Some(above.path());
            }
            ty = match (below.last_key(), ty) {
                (Some(key), Type::Object(definition)) => {
                    match self.popular.field(definition, key) {
                        Some(field) => self.popular.ty(field.ty),
                        None => break,
                    }
                }
                (_, Type::Map(inner) | Type::List(inner, _)) => self.popular.ty(inner),
                _ => break,
            };
        }
        owner
    }

    fn one_of(&self, check: &mut Check, values: List, view: View<'_>, place: &Place<'_>) {
        let allowed = self.popular.list(values);
        let text = match check.scalar(view) {
            Some(Scalar::Str(text)) if scalar::is_placeholder(&text) => {
                check.unchecked.placeholders += 1;
                return;
            }
            Some(Scalar::Str(_)) => view.text(),
            _ => {
                expect::scalar(check, self.table, table::Type::String, true, view, place);
                return;
            }
        };
        if allowed.clone().any(|value| value == text) {
            return;
        }
        let before = check.violations.len();
        expect::not_one_of(check, text, &allowed.clone().collect::<Vec<_>>(), place);
        // Definitions come to allow other letter cases of the same words.
        let meant = slip::meant(text, allowed);
        if self.kind.is_old && meant.is_none_or(|meant| meant.eq_ignore_ascii_case(text)) {
            may_be_new(check, before);
        }
    }

    /// A text that one of the known versions' patterns asks for.
    fn matches(&self, check: &mut Check, patterns: List, view: View<'_>, place: &Place<'_>) {
        let text = match check.scalar(view) {
            Some(Scalar::Str(text)) if text.len() <= MAX_PATTERN_TEXT => text,
            _ => {
                expect::scalar(check, self.table, table::Type::String, true, view, place);
                return;
            }
        };
        if is_open(&text) {
            check.unchecked.placeholders += 1;
            return;
        }
        check.work(text.len() as u32);
        let mut patterns = self.popular.list(patterns);
        let first = patterns.clone().next().unwrap_or_default();
        // One that cannot be evaluated may be the one that it matches.
        if patterns.any(|pattern| self.patterns.matches(pattern, &text) != Some(false)) {
            return;
        }
        if check.is_full() {
            return;
        }
        let (kind, message) = match self.kind.is_old {
            // What nobody filled in yet is missing rather than wrong.
            _ if text.is_empty() => (MissingField, format!("{} is empty", place.name())),
            true => (UnlistedField, does_not_match(check, view, place, first)),
            false => (InvalidValue, does_not_match(check, view, place, first)),
        };
        check.report(kind, place, message, None);
    }

    fn compare<'v>(&self, check: &mut Check, items: Items, view: View<'v>, place: &Place<'_>) {
        match items {
            Items::Any => {}
            Items::Unequal => list::unequal(check, view, place),
            Items::UnequalKeys(keys) => {
                let keys: Vec<&str> = self.popular.list(keys).collect();
                let of = |item: View<'v>| {
                    let value = |key: &&str| {
                        let value = item.get(key)?;
                        (value.kind() == Kind::Scalar).then(|| value.text())
                    };
                    keys.iter().map(value).collect::<Option<Vec<&str>>>()
                };
                for (first, second) in list::twice(view, of) {
                    list::same_keys(check, &keys, first, second, place);
                }
            }
        }
    }
}

fn does_not_match(check: &Check, view: View<'_>, place: &Place<'_>, pattern: &str) -> String {
    let subject = expect::subject(check, view, place);
    format!("{subject} does not match `{pattern}`")
}

/// Whether a value is a mapping, a list or a scalar as its type asks.
fn has_form(ty: Type, view: View<'_>) -> bool {
    match ty {
        Type::Any => true,
        Type::AnyObject | Type::Object(_) | Type::Map(_) | Type::Core(_) => view.is_map(),
        Type::List(..) => view.is_seq(),
        Type::Scalar(_) | Type::Enum(_) | Type::Pattern(_) => !view.is_map() && !view.is_seq(),
    }
}

/// Whether a text stands where definitions had a number before they came to allow texts such as
/// `300s` or `50%`. A number in quotes is none of those.
fn is_measure(ty: Type, view: View<'_>) -> bool {
    let is_number = matches!(
        ty,
        Type::Scalar(table::Type::Int32 | table::Type::Int64 | table::Type::Double)
    );
    let is_measure = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && !text.ends_with(|c: char| c.is_ascii_digit())
    };
    is_number && view.as_str().is_some_and(is_measure)
}

/// Says of what was found that a version which is not known may allow it.
fn may_be_new(check: &mut Check, first: usize) {
    for violation in check.violations.iter_mut().skip(first) {
        violation.kind = UnlistedField;
    }
}

fn is_null(check: &Check, view: View<'_>) -> bool {
    view.text().len() <= 4 && check.scalar(view) == Some(Scalar::Null)
}
