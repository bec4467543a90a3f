//! From YAML to typed fields, as Go's JSON decoder does it for kustomize: keys match whatever
//! their case, null leaves a field as it is, and nothing is converted.

use manifest::{Dialect, Fault, FaultKind, Kind, Scalar, Src, View};

use crate::text::Text;

/// The pairs of a mapping from strings to strings, sorted by key; the last of equal keys wins.
pub(crate) type Pairs = Vec<(Text, Text)>;

/// Reads configurations and collects what is wrong in them.
pub(crate) struct Decoder {
    /// What was wrong.
    pub(crate) faults: Vec<Fault>,
    /// Where faults go whose own place is not known.
    root: Option<Src>,
    mode: Mode,
}

/// How strictly a configuration is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As the kustomization itself: unknown fields are wrong, and scalars must have the type.
    Strict,
    /// As files of field paths: unknown fields are wrong, scalars become strings.
    KnownFields,
    /// As transformers' and generators' configurations: anything else is overlooked.
    Lenient,
}

/// A mapping's values by the fields they belong to.
pub(crate) struct Fields<'a> {
    known: &'static [&'static str],
    values: Vec<Option<View<'a>>>,
    /// The mapping itself.
    pub(crate) at: Option<Src>,
}

impl<'a> Fields<'a> {
    /// The value of a field; none if it is missing or null.
    pub(crate) fn get(&self, name: &str) -> Option<View<'a>> {
        self.written(name).filter(|v| !is_null(*v))
    }

    /// The value of a field, null included.
    pub(crate) fn written(&self, name: &str) -> Option<View<'a>> {
        let index = self.known.iter().position(|k| *k == name)?;
        self.values.get(index).copied().flatten()
    }
}

impl Decoder {
    pub(crate) fn new(mode: Mode, root: Option<Src>) -> Self {
        Self {
            faults: Vec::new(),
            root,
            mode,
        }
    }

    /// Something is wrong at `view`.
    pub(crate) fn wrong(&mut self, view: View<'_>, message: String) -> &mut Fault {
        let mut fault = Fault::new(FaultKind::Field, message);
        if let Some(place) = view.origin().or_else(|| self.root.clone()) {
            fault = fault.at(&place);
        }
        self.faults.push(fault);
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }

    /// The fields of a mapping. `what` names it in messages.
    pub(crate) fn fields<'a>(
        &mut self,
        view: View<'a>,
        what: &str,
        known: &'static [&'static str],
    ) -> Fields<'a> {
        let mut fields = Fields {
            known,
            values: vec![None; known.len()],
            at: view.origin(),
        };
        if is_null(view) {
            return fields;
        }
        if !view.is_map() {
            self.wrong(
                view,
                format!("{what} must be a mapping, not {}", kind_of(view)),
            );
            return fields;
        }
        let mut entries: Vec<_> = view.entries().collect();
        // Of spellings that differ in case, Go takes the last in the order of bytes.
        entries.sort_by_key(|e| e.key.text());
        for entry in entries {
            let key = entry.key.text();
            let exact = known.iter().position(|k| *k == key);
            let found = exact.or_else(|| known.iter().position(|k| k.eq_ignore_ascii_case(key)));
            match found {
                Some(index) => {
                    if let Some(slot) = fields.values.get_mut(index) {
                        *slot = Some(entry.value);
                    }
                }
                None if self.mode == Mode::Lenient => {}
                None => self.unknown(entry.key, what, known),
            }
        }
        fields
    }

    fn unknown(&mut self, key: View<'_>, what: &str, known: &'static [&'static str]) {
        let name = key.text().to_owned();
        let help = match suggest::nearest(&name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("fields here are: {}", known.join(", ")),
        };
        let fault = self.wrong(key, format!("{what} has no field `{name}`"));
        fault.help = Some(help);
    }

    /// A string.
    pub(crate) fn text(&mut self, view: View<'_>, what: &str) -> Option<Text> {
        let at = view.origin().or_else(|| self.root.clone())?;
        match view.scalar(Dialect::Kubectl) {
            Some(Scalar::Null) => Some(Text::of(View::Gone, at)),
            Some(Scalar::Str(_)) => Some(Text::of(view, at)),
            Some(_) if self.mode != Mode::Strict => Some(Text::of(view, at)),
            Some(_) => {
                let message = format!("{what} must be text, not {}", kind_of(view));
                let help = format!("quote it: \"{}\"", view.text());
                self.wrong(view, message).help = Some(help);
                None
            }
            None => {
                self.wrong(view, format!("{what} must be text, not {}", kind_of(view)));
                None
            }
        }
    }

    /// A string that is neither missing nor empty.
    pub(crate) fn filled(&mut self, view: Option<View<'_>>, what: &str) -> Option<Text> {
        self.text(view?, what).filter(|t| !t.is_empty())
    }

    /// A list of strings.
    pub(crate) fn texts(&mut self, view: Option<View<'_>>, what: &str) -> Vec<Text> {
        self.list(view, what, |decoder, item| decoder.text(item, what))
    }

    /// A list of anything.
    pub(crate) fn list<'a, T>(
        &mut self,
        view: Option<View<'a>>,
        what: &str,
        mut each: impl FnMut(&mut Self, View<'a>) -> Option<T>,
    ) -> Vec<T> {
        let Some(view) = view.filter(|v| !is_null(*v)) else {
            return Vec::new();
        };
        if !view.is_seq() {
            self.wrong(
                view,
                format!("{what} must be a list, not {}", kind_of(view)),
            );
            return Vec::new();
        }
        view.items().filter_map(|item| each(self, item)).collect()
    }

    /// A mapping from strings to strings.
    pub(crate) fn pairs(&mut self, view: Option<View<'_>>, what: &str) -> Pairs {
        let Some(view) = view.filter(|v| !is_null(*v)) else {
            return Pairs::new();
        };
        if !view.is_map() {
            self.wrong(
                view,
                format!("{what} must be a mapping, not {}", kind_of(view)),
            );
            return Pairs::new();
        }
        let mut pairs = Pairs::new();
        for entry in view.entries() {
            let key = self.key(entry.key);
            let value = self.text(entry.value, &format!("{what} `{}`", entry.key.text()));
            if let (Some(key), Some(value)) = (key, value) {
                pairs.push((key, value));
            }
        }
        pairs.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        pairs.reverse();
        pairs.dedup_by(|a, b| a.0.as_str() == b.0.as_str());
        pairs.reverse();
        pairs
    }

    /// A key, which becomes text whatever it is.
    fn key(&mut self, view: View<'_>) -> Option<Text> {
        let at = view.origin().or_else(|| self.root.clone())?;
        match view.scalar(Dialect::Kubectl) {
            Some(Scalar::Str(_)) => Some(Text::of(view, at)),
            Some(Scalar::Bool(truth)) => {
                let word = if truth { "true" } else { "false" };
                Some(Text::computed(word, at))
            }
            Some(Scalar::Int(number)) => Some(Text::computed(&number.to_string(), at)),
            Some(Scalar::Float(number)) => Some(Text::computed(&number.to_string(), at)),
            _ => {
                self.wrong(view, format!("a key must be text, not {}", kind_of(view)));
                None
            }
        }
    }

    /// A boolean; a missing one is false.
    pub(crate) fn flag(&mut self, view: Option<View<'_>>, what: &str) -> bool {
        match view.and_then(|v| v.scalar(Dialect::Kubectl)) {
            Some(Scalar::Bool(value)) => value,
            None if view.is_none() => false,
            Some(Scalar::Null) => false,
            _ => {
                if let Some(view) = view {
                    let message = format!("{what} must be true or false, not {}", kind_of(view));
                    self.wrong(view, message);
                }
                false
            }
        }
    }

    /// An integer; a missing one is 0.
    pub(crate) fn int(&mut self, view: Option<View<'_>>, what: &str) -> i64 {
        let Some(view) = view else { return 0 };
        match view.scalar(Dialect::Kubectl) {
            Some(Scalar::Int(value)) => value,
            Some(Scalar::Null) => 0,
            Some(Scalar::Float(value)) if value.fract() == 0.0 && value.abs() < 1e15 => {
                value as i64
            }
            _ => {
                self.wrong(
                    view,
                    format!("{what} must be a whole number, not {}", kind_of(view)),
                );
                0
            }
        }
    }
}

pub(crate) fn is_null(view: View<'_>) -> bool {
    match view.tag() {
        // All dialects agree.
        None => view.is_null(),
        Some(_) => view.scalar(Dialect::Kubectl) == Some(Scalar::Null),
    }
}

/// What a value is, for messages.
pub(crate) fn kind_of(view: View<'_>) -> &'static str {
    match view.kind() {
        Kind::Map => "a mapping",
        Kind::Seq => "a list",
        Kind::Scalar | Kind::Alias => match view.scalar(Dialect::Kubectl) {
            Some(Scalar::Bool(_)) => "a boolean",
            Some(Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_)) => "a number",
            Some(Scalar::Null) => "null",
            _ => "text",
        },
    }
}
