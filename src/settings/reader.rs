//! Reads values out of mappings and lists, and tells what has the wrong shape.

use manifest::{Fault, FaultKind, Kind, Src, View};

/// A scalar.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: Box<str>,
    pub(super) at: Src,
}

/// Reads on after a fault, so that all of them are told.
pub(super) struct Reader<'f> {
    faults: &'f mut Vec<Fault>,
}

impl<'f> Reader<'f> {
    pub(super) fn new(faults: &'f mut Vec<Fault>) -> Self {
        Self { faults }
    }

    /// A mapping's entries that have a known key and a value.
    pub(super) fn fields<'v>(
        &mut self,
        view: View<'v>,
        what: &str,
        known: &[&str],
    ) -> Vec<(Word, View<'v>)> {
        let mut fields = self.each(view, what, |_, key, value| Some((key, value)));
        fields.retain(|(key, _)| {
            let is_known = known.contains(&&*key.text);
            if !is_known {
                let message = format!("{what} has no key `{}`", key.text);
                let fault = Fault::new(FaultKind::Field, message).at(&key.at);
                let advice = suggest::advice(&key.text, known.iter().copied());
                self.faults.push(match advice {
                    Some(advice) => fault.help(advice),
                    None => fault,
                });
            }
            is_known
        });
        fields
    }

    /// What a function makes of each of a mapping's entries that has a value.
    pub(super) fn each<'v, T>(
        &mut self,
        view: View<'v>,
        what: &str,
        mut read: impl FnMut(&mut Self, Word, View<'v>) -> Option<T>,
    ) -> Vec<T> {
        if !view.is_map() {
            self.wrong_type(view, &format!("{} must be a mapping", quoted(what)));
        }
        let mut all = Vec::new();
        for entry in view.entries().filter(|e| !e.value.is_null()) {
            match Word::of(entry.key) {
                Some(key) => all.extend(read(self, key, entry.value)),
                None => self.wrong_type(entry.key, "a key must be text"),
            }
        }
        all
    }

    pub(super) fn words(&mut self, view: View<'_>, what: &str) -> Vec<Word> {
        if !view.is_seq() {
            self.wrong_type(view, &format!("{} must be a list", quoted(what)));
        }
        let item = format!("an item of {}", quoted(what));
        view.items()
            .filter_map(|value| self.word(value, &item))
            .collect()
    }

    pub(super) fn word(&mut self, view: View<'_>, what: &str) -> Option<Word> {
        let word = Word::of(view).filter(|_| !view.is_null());
        if word.is_none() {
            self.wrong_type(view, &format!("{} must be text", quoted(what)));
        }
        word
    }

    pub(super) fn wrong_type(&mut self, view: View<'_>, expected: &str) {
        let found = match view.kind() {
            Kind::Map => "a mapping",
            Kind::Seq => "a list",
            _ if view.is_null() => "nothing",
            _ => "a single value",
        };
        self.fault(view, &format!("{expected}, not {found}"));
    }

    pub(super) fn fault(&mut self, view: View<'_>, message: &str) {
        let mut fault = Fault::new(FaultKind::Field, message);
        fault.at = view.origin().map(|at| at.locate());
        self.faults.push(fault);
    }
}

/// A key in quotes; what is described in words as it is.
fn quoted(what: &str) -> String {
    if what.contains([' ', '`']) {
        what.to_owned()
    } else {
        format!("`{what}`")
    }
}

impl Word {
    fn of(view: View<'_>) -> Option<Self> {
        if view.kind() != Kind::Scalar {
            return None;
        }
        Some(Self {
            text: view.text().into(),
            at: view.origin()?,
        })
    }
}
