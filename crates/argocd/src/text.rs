//! Fields that know where they stand.

use manifest::{Dialect, Node, Scalar, Src, View};

/// A text of a field. There is no empty one: to Argo CD that is as good as none.
#[derive(Clone, Debug)]
pub struct Text(Node);

/// A flag that is set, to true or to false.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Whether it is on.
    pub is_on: bool,
    /// Where it stands.
    pub place: Option<Src>,
}

/// A whole number that is written.
#[derive(Clone, Debug)]
pub struct Number {
    /// The number.
    pub value: i64,
    /// Where it stands.
    pub place: Option<Src>,
}

impl Text {
    /// The text that a scalar holds; none if it is no text, or empty.
    pub fn of(view: View<'_>) -> Option<Self> {
        let is_text = matches!(view.scalar(Dialect::Kustomize), Some(Scalar::Str(_)));
        (is_text && !view.text().is_empty()).then(|| Self(view.to_node()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.view().text()
    }

    /// The scalar, with all that is known of its past.
    pub fn node(&self) -> &Node {
        &self.0
    }

    /// Where it came from.
    pub fn place(&self) -> Option<Src> {
        self.0.view().origin()
    }
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl Flag {
    /// Whether a flag is written and on.
    pub fn is_on(flag: Option<&Self>) -> bool {
        flag.is_some_and(|flag| flag.is_on)
    }
}

/// The text of a field.
pub(crate) fn text(of: View<'_>, key: &str) -> Option<Text> {
    of.get(key).and_then(Text::of)
}

/// The texts of a field that is a list.
pub(crate) fn texts(of: View<'_>, key: &str) -> Vec<Text> {
    let items = of.get(key).into_iter().flat_map(View::items);
    items.filter_map(Text::of).collect()
}

/// The keys and texts of a field that is a mapping; texts may be empty.
pub(crate) fn pairs(of: View<'_>, key: &str) -> Vec<(Node, Node)> {
    let entries = of.get(key).into_iter().flat_map(View::entries);
    entries
        .map(|entry| (entry.key.to_node(), entry.value.to_node()))
        .collect()
}

/// The flag of a field.
pub(crate) fn flag(of: View<'_>, key: &str) -> Option<Flag> {
    let value = of.get(key)?;
    match value.scalar(Dialect::Kustomize) {
        Some(Scalar::Bool(is_on)) => Some(Flag {
            is_on,
            place: value.origin(),
        }),
        _ => None,
    }
}

/// Whether a flag is on.
pub(crate) fn is_on(of: View<'_>, key: &str) -> bool {
    Flag::is_on(flag(of, key).as_ref())
}

/// The number of a field.
pub(crate) fn number(of: View<'_>, key: &str) -> Option<Number> {
    let value = of.get(key)?;
    match value.scalar(Dialect::Kustomize) {
        Some(Scalar::Int(number)) => Some(Number {
            value: number,
            place: value.origin(),
        }),
        _ => None,
    }
}
