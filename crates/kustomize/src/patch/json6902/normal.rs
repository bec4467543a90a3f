//! What a value is once it has been JSON: kustomize takes every object that a JSON patch fits
//! through JSON and back, where all numbers are floats.

use std::borrow::Cow;

use manifest::{
    Dialect, EntryRef, Fault, FaultKind, Kind, Node, Part, Scalar, Span, Src, Step, Style, View,
};
use rustc_hash::FxHashSet;
use spanned_yaml::for_yaml;

use super::super::{MAX_DEPTH, fault_at, too_deep};

/// Takes values through JSON and back.
pub(super) struct Normal<'s> {
    /// How the value's text is read.
    pub(super) dialect: Dialect,
    /// What takes it.
    pub(super) step: &'s Step,
    /// How many more values may be taken.
    pub(super) budget: u64,
    /// How many were taken, how many bytes of text they have, and how many entries and items had
    /// to be copied.
    pub(super) nodes: usize,
    pub(super) bytes: usize,
    pub(super) copied: usize,
    /// Whether a collection around the value is written in flow style.
    in_flow: bool,
}

impl<'s> Normal<'s> {
    pub(super) fn new(dialect: Dialect, step: &'s Step, budget: u64) -> Self {
        Self {
            dialect,
            step,
            budget,
            nodes: 0,
            bytes: 0,
            copied: 0,
            in_flow: false,
        }
    }

    /// The value, if it is not the same as before.
    ///
    /// # Errors
    /// The value is nested too deeply, is too large, or has no form in JSON.
    pub(super) fn value(&mut self, value: View<'_>, depth: usize) -> Result<Option<Node>, Fault> {
        if depth > MAX_DEPTH {
            return Err(too_deep(value));
        }
        let Some(budget) = self.budget.checked_sub(1) else {
            let message = "the object becomes too large";
            return Err(fault_at(value, FaultKind::Limit, message));
        };
        self.budget = budget;
        self.nodes += 1;
        self.bytes += value.text().len();
        let around = self.in_flow;
        self.in_flow |= value.is_flow();
        let normal = match value.kind() {
            Kind::Map => self.map(value, depth),
            Kind::Seq => self.seq(value, depth),
            Kind::Scalar | Kind::Alias => self.scalar(value),
        };
        self.in_flow = around;
        normal
    }

    fn map(&mut self, map: View<'_>, depth: usize) -> Result<Option<Node>, Fault> {
        let mut changes = Vec::new();
        for (at, entry) in map.entries().enumerate() {
            let key = self.key(entry)?;
            let value = self.value(entry.value, depth + 1)?;
            if key.is_some() || value.is_some() {
                changes.push((at, key, value));
            }
        }
        let has_doubles = self.dialect == Dialect::Kubectl && has_doubles(map);
        if changes.is_empty() && !has_doubles {
            return Ok(None);
        }
        let mut node = map.to_node();
        let Some(own) = node.map_mut() else {
            return Ok(None);
        };
        self.copied += own.entries.len();
        let mut entries = own.entries.iter_mut().filter(|e| !e.value.is_gone());
        let mut next = 0;
        for (at, key, value) in changes {
            if let Some(entry) = entries.nth(at - next) {
                entry.key = key.unwrap_or_else(|| entry.key.clone());
                entry.value = value.unwrap_or_else(|| entry.value.clone());
            }
            next = at + 1;
        }
        if has_doubles {
            // Of entries with the same key the last one counts.
            let mut seen: FxHashSet<Box<str>> = FxHashSet::default();
            own.entries.reverse();
            own.entries
                .retain(|e| seen.insert(e.key.view().text().into()));
            own.entries.reverse();
        }
        Ok(Some(node))
    }

    /// The entry's key, where the reader makes text of one that is none.
    fn key(&self, entry: EntryRef<'_>) -> Result<Option<Node>, Fault> {
        if self.dialect == Dialect::Kustomize {
            return Ok(None);
        }
        match entry.key.scalar(self.dialect) {
            Some(Scalar::Str(_)) => self.scalar(entry.key),
            Some(Scalar::Null) | None => {
                let message = "a key that is not text";
                Err(fault_at(entry.key, FaultKind::Patch, message).help("quote it"))
            }
            Some(other) => {
                let text = plain_text(entry.key, &other)?;
                Ok(Some(self.made(entry.key, &text, Style::DoubleQuoted)))
            }
        }
    }

    fn seq(&mut self, seq: View<'_>, depth: usize) -> Result<Option<Node>, Fault> {
        let mut changes = Vec::new();
        for (at, item) in seq.items().enumerate() {
            if let Some(node) = self.value(item, depth + 1)? {
                changes.push((at, node));
            }
        }
        let mut node = seq.to_node();
        if changes.is_empty() {
            return Ok(None);
        }
        let Some(own) = node.seq_mut() else {
            return Ok(None);
        };
        self.copied += own.items.len();
        let mut items = own.items.iter_mut().filter(|i| !i.value.is_gone());
        let mut next = 0;
        for (at, node) in changes {
            if let Some(item) = items.nth(at - next) {
                item.value = node;
            }
            next = at + 1;
        }
        Ok(Some(node))
    }

    fn scalar(&self, value: View<'_>) -> Result<Option<Node>, Fault> {
        let is_object = self.dialect == Dialect::Kustomize;
        let meant = match value.scalar(self.dialect) {
            // kustomize writes an object before it reads it as JSON, and what is left out in
            // flow style is written as empty text.
            _ if is_object && self.in_flow && value.is_left_out() => {
                return Ok(Some(self.made(value, "", Style::DoubleQuoted)));
            }
            None | Some(Scalar::Null) => Scalar::Null,
            Some(meant) => meant,
        };
        // Folded text changes on its way through kustomize, but only that of objects.
        let folded = value.style() == Style::Folded;
        let (text, style) = match &meant {
            Scalar::Str(text) if folded && is_object => {
                (manifest::refold(text), Style::DoubleQuoted)
            }
            Scalar::Str(text) => (Cow::Borrowed(&**text), Style::DoubleQuoted),
            other => (plain_text(value, other)?, Style::Plain),
        };
        let reads_the_same = || {
            value
                .scalar(Dialect::Kustomize)
                .is_some_and(|scalar| scalar == meant)
        };
        if !folded && text == value.text() && (is_object || reads_the_same()) {
            return Ok(None);
        }
        Ok(Some(self.made(value, &text, style)))
    }

    fn made(&self, value: View<'_>, text: &str, style: Style) -> Node {
        made_of(value, text, style, self.step)
    }
}

fn has_doubles(map: View<'_>) -> bool {
    let mut seen = FxHashSet::default();
    !map.entries().all(|entry| seen.insert(entry.key.text()))
}

/// A scalar that says the same as another one in other words.
pub(super) fn made_of(value: View<'_>, text: &str, style: Style, step: &Step) -> Node {
    let from = match value {
        View::Src(source, node) => Some((
            Src::new(source, node),
            Span::new(0, value.text().len() as u32),
        )),
        View::Made(made) => made.parts.first().map(|p| (p.from.clone(), p.of)),
        _ => None,
    };
    let whole = Span::new(0, text.len() as u32);
    let parts = from.map(|(from, of)| Part {
        span: whole,
        from,
        of,
    });
    Node::made(text, style, Vec::from_iter(parts), step.clone())
}

/// A scalar that is not text, as it is written after the way through JSON.
fn plain_text(value: View<'_>, scalar: &Scalar<'_>) -> Result<Cow<'static, str>, Fault> {
    let number = match scalar {
        Scalar::Bool(true) => return Ok("true".into()),
        Scalar::Bool(false) => return Ok("false".into()),
        Scalar::Int(int) => *int as f64,
        Scalar::Uint(uint) => *uint as f64,
        Scalar::Float(float) => *float,
        Scalar::Null | Scalar::Str(_) => return Ok("null".into()),
    };
    if !number.is_finite() {
        let message = format!("`{}` cannot be written as JSON", value.text());
        return Err(fault_at(value, FaultKind::Patch, message));
    }
    Ok(for_yaml(number).into())
}
