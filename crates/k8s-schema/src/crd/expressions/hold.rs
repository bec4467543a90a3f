//! Objects against rules.

use std::sync::Arc;

use k8s_cel::{Budget, Failure, Key, List, ListKind, Value, is_reserved};
use manifest::{Kind, Scalar, View};

use super::compiled::Rule;
use super::types::escape;
use super::values;
use crate::check::{Check, Place};
use crate::crd::kind::CustomVersion;
use crate::crd::rules::ListType;
use crate::crd::schema::{Additional, Schema};
use crate::violation::ViolationKind::{self, DuplicateListKey, InvalidValue, MissingField};
use crate::{scalar, server};

/// How many steps and bytes the rules of one object may take.
const MAX_STEPS: u64 = 2_000_000;
const MAX_BYTES: u64 = 32 << 20;

/// How many steps and bytes a single rule may take.
const MAX_RULE_STEPS: u64 = 500_000;
const MAX_RULE_BYTES: u64 = 8 << 20;

/// Longer messages are cut off.
const MAX_MESSAGE: usize = 400;

/// The least version in which a rule that takes no old value is asked on create.
const OPTIONAL_OLD_SINCE: u16 = 30;

/// Holds an object that is right otherwise against the rules of its schema.
pub(in crate::crd) fn hold(
    check: &mut Check,
    version: &CustomVersion,
    schema: &Schema,
    object: View<'_>,
    place: &Place<'_>,
    is_root: bool,
) {
    let mut judge = Judge {
        check,
        steps: MAX_STEPS,
        bytes: MAX_BYTES,
        drops_null: !version.preserves_unknown,
        has_status: version.has_status,
    };
    judge.value(schema, object, place, is_root);
}

struct Judge<'c> {
    check: &'c mut Check,
    steps: u64,
    bytes: u64,
    drops_null: bool,
    has_status: bool,
}

impl Judge<'_> {
    /// A value as its rules see it, after it was held against them; none if its schema says too
    /// little for that.
    fn value(
        &mut self,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
        is_root: bool,
    ) -> Option<Value> {
        if schema.cut || !self.check.enter(place) {
            return Some(Value::Placeholder);
        }
        let is_resource = is_root || schema.embedded_resource;
        let value = match view.kind() {
            Kind::Map => self.map(schema, view, place, is_root),
            Kind::Seq => self.list(schema, view, place),
            _ => values::scalar(self.check, schema, view),
        };
        let Some(value) = value else {
            // Nothing that its rules could speak of.
            let count = schema.expressions.as_ref().map_or(0, |rules| rules.count());
            self.check.unchecked.cel_rules += count;
            return None;
        };
        if let Some(expressions) = &schema.expressions
            && !matches!(value, Value::Null)
        {
            for rule in expressions.compiled(is_resource) {
                self.rule(rule, &value, place);
            }
        }
        Some(value)
    }

    fn map(
        &mut self,
        schema: &Schema,
        view: View<'_>,
        place: &Place<'_>,
        is_root: bool,
    ) -> Option<Value> {
        let is_resource = is_root || schema.embedded_resource;
        let mut entries = Vec::new();
        let mut is_open = false;
        if is_resource {
            self.type_and_name(view, &mut entries);
        }
        for entry in view.entries() {
            let name = entry.key.text();
            if is_resource && matches!(name, "apiVersion" | "kind" | "metadata")
                // What is written through a path of its own is not there on create.
                || is_root && self.has_status && name == "status"
            {
                continue;
            }
            let (below, is_field) = match (schema.property(name), &schema.additional) {
                (Some(property), _) => (property, true),
                (None, Additional::Schema(values)) => (values.get(), false),
                _ => continue,
            };
            is_open |= server::is_open(name);
            let value = self.entry(below, entry.value, &place.key(name));
            push(&mut entries, name, is_field, value);
        }
        for (name, property) in schema.defaults() {
            if view.get(name).is_none()
                && let Some(default) = &property.default
            {
                let value = self.value(property, default.view(), &place.key(name), false);
                push(&mut entries, name, true, value);
            }
        }
        Some(match is_open {
            true => Value::Placeholder,
            false => Value::map(entries),
        })
    }

    /// The value of an entry as it is stored: null is dropped or filled in where it is not
    /// allowed.
    fn entry(&mut self, schema: &Schema, view: View<'_>, place: &Place<'_>) -> Option<Value> {
        let is_null = self.check.scalar(view) == Some(Scalar::Null);
        if !is_null || schema.nullable || !self.drops_null {
            return self.value(schema, view, place, false);
        }
        let default = schema.default.as_ref()?;
        self.value(schema, default.view(), place, false)
    }

    /// What every resource has, whatever its schema says.
    fn type_and_name(&mut self, view: View<'_>, entries: &mut Vec<(Key, Value)>) {
        let text = |view: View<'_>| match server::is_open(view.text()) {
            true => Value::Placeholder,
            false => Value::text(view.text()),
        };
        for name in ["apiVersion", "kind"] {
            if let Some(value) = view.get(name) {
                entries.push((Key::String(name.into()), text(value)));
            }
        }
        if let Some(metadata) = view.get("metadata") {
            let names = ["name", "generateName"].into_iter().filter_map(|name| {
                let value = metadata.get(name)?;
                Some((Key::String(name.into()), text(value)))
            });
            entries.push((Key::String("metadata".into()), Value::map(names.collect())));
        }
    }

    fn list(&mut self, schema: &Schema, view: View<'_>, place: &Place<'_>) -> Option<Value> {
        let inner = schema.items.as_ref()?.get();
        let mut items = Vec::new();
        for (index, item) in view.items().enumerate() {
            items.push(
                self.entry(inner, item, &place.index(index))
                    .unwrap_or(Value::Null),
            );
        }
        let rules = schema.rules.as_deref();
        let kind = match rules.map(|rules| rules.list) {
            Some(ListType::Set) => ListKind::Set,
            Some(ListType::Map) => {
                let keys = rules.map(|rules| &rules.map_keys);
                let keys = keys.into_iter().flatten().filter_map(|key| escape(key));
                ListKind::Keyed(keys.map(Arc::from).collect())
            }
            _ => ListKind::Atomic,
        };
        Some(Value::List(Arc::new(List { items, kind })))
    }

    fn rule(&mut self, rule: &Rule, value: &Value, place: &Place<'_>) {
        if rule.takes_no_old && self.check.version.minor() < OPTIONAL_OLD_SINCE {
            return;
        }
        let Some(program) = &rule.program else {
            self.check.unchecked.cel_rules += 1;
            return;
        };
        let values = [value.clone(), Value::Optional(None)];
        match self.run(program, &values) {
            Ok(Value::Bool(true)) => {}
            Ok(Value::Bool(false)) => {
                let message = self.message(rule, &values, place);
                self.report(rule, place, message);
            }
            Err(Failure::Error(why)) => {
                let rule_text = scalar::quoted(&rule.text);
                let told = if rule.message.is_empty() { "" } else { ": " };
                let message = format!(
                    "{} cannot be checked against the definition's rule {rule_text}, because {why}{told}{}",
                    subject(rule, place),
                    scalar::escaped(&rule.message)
                );
                self.report(rule, place, message);
            }
            Ok(_) | Err(Failure::Unknown(_)) => self.check.unchecked.cel_rules += 1,
        }
    }

    fn run(&mut self, program: &k8s_cel::Program, values: &[Value]) -> Result<Value, Failure> {
        let steps = self.steps.min(MAX_RULE_STEPS);
        let steps = steps.min(self.check.left().into());
        let mut budget = Budget::new(steps, self.bytes.min(MAX_RULE_BYTES));
        let result = program.run(values, &mut budget);
        let taken = steps - budget.steps();
        self.steps -= taken;
        self.check.work(u32::try_from(taken).unwrap_or(u32::MAX));
        self.check.is_cut |= self.check.left() == 0;
        result
    }

    fn message(&mut self, rule: &Rule, values: &[Value], place: &Place<'_>) -> String {
        let made = rule.message_expression.as_ref().and_then(|program| {
            match self.run(program, values).ok()? {
                Value::String(text) => {
                    let text = text.trim();
                    (!text.is_empty() && !text.contains('\n')).then(|| text.to_owned())
                }
                _ => None,
            }
        });
        let told = match &made {
            Some(text) => text,
            None if !rule.message.is_empty() => &*rule.message,
            None => {
                let rule_text = scalar::quoted(&rule.text);
                return format!(
                    "{} fails the definition's rule {rule_text}",
                    subject(rule, place)
                );
            }
        };
        let end = told
            .char_indices()
            .nth(MAX_MESSAGE)
            .map_or(told.len(), |(at, _)| at);
        let told = scalar::escaped(told.get(..end).unwrap_or_default());
        format!("{}: {}", subject(rule, place), told.trim_end_matches('.'))
    }

    fn report(&mut self, rule: &Rule, place: &Place<'_>, message: String) {
        if self.check.is_full() {
            return;
        }
        let kind = match &*rule.reason {
            "FieldValueRequired" => MissingField,
            "FieldValueDuplicate" => DuplicateListKey,
            _ => InvalidValue,
        };
        report(self.check, kind, place, &rule.field.0, message);
    }
}

/// What messages call the value that breaks a rule.
fn subject(rule: &Rule, place: &Place<'_>) -> String {
    match rule.field.0.last() {
        Some(step) => scalar::quoted(step),
        None => place.name(),
    }
}

/// An entry under the name that expressions call it by. What they have no name for is not seen,
/// and of what is in a map all keys are.
fn push(entries: &mut Vec<(Key, Value)>, name: &str, is_field: bool, value: Option<Value>) {
    let Some(value) = value else { return };
    if is_field {
        if is_reserved(name) {
            entries.push((Key::String(name.into()), value.clone()));
        }
        if let Some(name) = escape(name) {
            entries.push((Key::String(name.into()), value));
        }
    } else {
        entries.push((Key::String(name.into()), value));
    }
}

fn report(
    check: &mut Check,
    kind: ViolationKind,
    place: &Place<'_>,
    steps: &[String],
    message: String,
) {
    match steps {
        [] => check.report(kind, place, message, None),
        [first, rest @ ..] => report(check, kind, &place.key(first), rest, message),
    }
}
