//! How refusals are told.

use std::fmt::Display;

use manifest::{FieldPath, Scalar};

use super::at::At;
use crate::check::{Check, Hint};
use crate::violation::ViolationKind::{
    self, DuplicateApplyKey, DuplicateListKey, InvalidValue, MissingField, UnknownField, WrongType,
};
use crate::{expect, scalar};

impl Check {
    /// Reports a field without which the server refuses the object: it is missing or empty.
    pub(super) fn required(&mut self, at: &At<'_, '_>, help: Option<&str>) {
        let key = at.place.last_key();
        let (Some(parent), Some(key)) = (at.place.parent(), key) else {
            return;
        };
        let is_there = at.is_set();
        if is_there && at.is_open() || !is_there && self.has_unknown_field(&parent.path()) {
            return;
        }
        let name = scalar::quoted(key);
        let message = match parent.parent() {
            _ if is_there => format!("{} is empty", at.place.name()),
            None => format!("{name} is missing"),
            Some(_) => format!("{name} is missing in {}", parent.name()),
        };
        self.refuse(MissingField, at, is_there, message, help);
    }

    /// Reports a value: `name value reason`, as in "`port` `0` must be between 1 and 65535".
    pub(super) fn invalid(&mut self, at: &At<'_, '_>, reason: impl Display) {
        if at.is_open() {
            return;
        }
        let is_mapping = at.view.is_map();
        if is_mapping && self.has_unknown_field(&at.place.path()) {
            return;
        }
        let is_scalar = !is_mapping && !at.view.is_seq();
        let subject = if is_scalar && at.is_set() && !at.text().is_empty() {
            expect::subject(self, at.view, &at.place)
        } else {
            at.place.name()
        };
        self.refuse(InvalidValue, at, false, format!("{subject} {reason}"), None);
    }

    /// Reports the key of a mapping's entry: what it is called, and the reason.
    pub(super) fn invalid_key(&mut self, at: &At<'_, '_>, what: &str, reason: impl Display) {
        let key = at.place.last_key().unwrap_or_default();
        if super::text::is_open(key) {
            return;
        }
        let message = format!("{what} {} {reason}", scalar::quoted(key));
        self.refuse(InvalidValue, at, true, message, None);
    }

    /// Reports a field that must not be there: `name reason`.
    pub(super) fn forbidden(&mut self, at: &At<'_, '_>, reason: impl Display) {
        let message = format!("{} {reason}", at.place.name());
        self.refuse(InvalidValue, at, true, message, None);
    }

    /// Reports a field that the server sets itself: `name reason`.
    pub(super) fn superfluous(&mut self, at: &At<'_, '_>, reason: impl Display) {
        let message = format!("{} {reason}", at.place.name());
        self.refuse(InvalidValue, at, true, message, Some("remove the field"));
    }

    /// Reports a value that is none of those the server takes.
    pub(super) fn unsupported(&mut self, at: &At<'_, '_>, allowed: &[&str]) {
        if at.is_open() || self.is_covered(&at.place.path()) {
            return;
        }
        expect::not_one_of(self, at.text(), allowed, &at.place);
    }

    /// Reports a value that another item has, too, where the server refuses that however the
    /// object gets to it.
    pub(super) fn duplicate(&mut self, at: &At<'_, '_>, message: impl Into<String>) {
        if at.is_open() {
            return;
        }
        let path = at.place.path();
        let is_told =
            |path: &FieldPath, told: &FieldPath| path.segments().starts_with(told.segments());
        self.violations
            .retain(|told| told.kind != DuplicateApplyKey || !is_told(&path, &told.path));
        self.refuse(DuplicateListKey, at, false, message.into(), None);
    }

    fn refuse(
        &mut self,
        kind: ViolationKind,
        at: &At<'_, '_>,
        at_key: bool,
        message: String,
        help: Option<&str>,
    ) {
        if self.is_covered(&at.place.path()) || self.is_full() {
            return;
        }
        let help = help.map(str::to_owned);
        if at_key {
            self.report_key(kind, &at.place, message, help.map(Hint::from));
        } else {
            self.report(kind, &at.place, message, help);
        }
    }

    /// Takes back that fields are missing in a value: the server drops it.
    pub(super) fn forgive_missing(&mut self, at: &At<'_, '_>) {
        if at.is_set() {
            let path = at.place.path();
            self.violations.retain(|told| {
                told.kind != MissingField || !told.path.segments().starts_with(path.segments())
            });
        }
    }

    /// Takes back that a field is missing: what it is then is right.
    pub(super) fn forgive_left_out(&mut self, at: &At<'_, '_>) {
        if self.violations.is_empty() || at.is_set() {
            return;
        }
        let path = at.place.path();
        self.violations
            .retain(|told| told.kind != MissingField || told.path != path);
    }

    /// Whether the cause was told already: at the same place, or what is missing or of another
    /// type above it.
    fn is_covered(&self, path: &FieldPath) -> bool {
        self.violations.iter().any(|told| match told.kind {
            WrongType | MissingField => path.segments().starts_with(told.path.segments()),
            InvalidValue | DuplicateListKey => told.path == *path,
            _ => false,
        })
    }

    /// Whether a mapping has a field that it does not know: what seems to be missing may be there
    /// under a wrong name.
    fn has_unknown_field(&self, mapping: &FieldPath) -> bool {
        let mapping = mapping.segments();
        self.violations.iter().any(|told| {
            told.kind == UnknownField
                && matches!(told.path.segments(), [above @ .., _] if above == mapping)
        })
    }

    /// The integer that a value is; `None` for everything else.
    pub(crate) fn int(&self, at: &At<'_, '_>) -> Option<i64> {
        let text = at.view.text();
        if text.is_empty() {
            return None;
        }
        let number = self.scalar(at.view)?;
        expect::as_integer(&number).and_then(|int| int.try_into().ok())
    }

    /// What a field is that takes a number or a text.
    pub(super) fn int_or_text<'v>(&self, at: &At<'v, '_>) -> IntOrText<'v> {
        match self.scalar(at.view) {
            None | Some(Scalar::Null) => IntOrText::None,
            Some(Scalar::Str(_)) => IntOrText::Text(at.view.text()),
            Some(number) => match expect::as_integer(&number).and_then(|int| int.try_into().ok()) {
                Some(int) => IntOrText::Int(int),
                None => IntOrText::None,
            },
        }
    }

    /// Holds a number against bounds; what is missing is within them.
    pub(super) fn range(&mut self, at: &At<'_, '_>, least: i64, most: i64) {
        if let Some(int) = self.int(at)
            && !(least..=most).contains(&int)
        {
            if most == i64::MAX {
                self.invalid(at, format_args!("must not be less than {least}"));
            } else {
                self.invalid(at, format_args!("must be between {least} and {most}"));
            }
        }
    }

    /// Refuses negative numbers.
    pub(super) fn not_negative(&mut self, at: &At<'_, '_>) {
        self.range(at, 0, i64::MAX);
    }

    /// Refuses numbers that are no ports; what is missing is none of its business.
    pub(super) fn port_number(&mut self, at: &At<'_, '_>) {
        self.range(at, 1, 65535);
    }

    /// Holds a text that is not empty against a rule.
    pub(super) fn text_rule(&mut self, at: &At<'_, '_>, rule: fn(&str) -> Option<&'static str>) {
        let text = at.text();
        if !text.is_empty()
            && let Some(reason) = rule(text)
        {
            self.invalid(at, reason);
        }
    }

    /// Like [`Check::text_rule`], and the text has to be there.
    pub(super) fn required_text(
        &mut self,
        at: &At<'_, '_>,
        rule: fn(&str) -> Option<&'static str>,
    ) {
        if at.is_empty() {
            self.required(at, None);
        } else {
            self.text_rule(at, rule);
        }
    }

    /// Refuses missing and empty texts, lists and mappings.
    pub(super) fn not_empty(&mut self, at: &At<'_, '_>) {
        if at.is_empty() {
            self.required(at, None);
        }
    }
}

/// A value of a field that takes a number or a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IntOrText<'v> {
    None,
    Int(i64),
    Text(&'v str),
}
