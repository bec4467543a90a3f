//! Label selectors.

use manifest::View;

/// The labels of a pod.
pub(super) type Labels<'a> = Vec<(&'a str, &'a str)>;

/// The labels that a mapping holds.
pub(super) fn labels(view: Option<View<'_>>) -> Labels<'_> {
    let entries = view.into_iter().flat_map(View::entries);
    entries
        .map(|entry| (entry.key.text(), entry.value.text()))
        .collect()
}

/// A selector of equal labels, as Services have it and `matchLabels` is.
pub(super) struct Selector<'a>(Labels<'a>);

impl<'a> Selector<'a> {
    /// None if it selects nothing or everything, or by more than equal labels.
    pub(super) fn of_labels(view: Option<View<'a>>) -> Option<Self> {
        let labels = labels(view);
        (!labels.is_empty()).then_some(Self(labels))
    }

    /// That of a `LabelSelector`.
    pub(super) fn of(view: Option<View<'a>>) -> Option<Self> {
        let view = view?;
        match view.get("matchExpressions") {
            Some(expressions) if expressions.items().next().is_some() => None,
            _ => Self::of_labels(view.get("matchLabels")),
        }
    }

    /// The first of its labels.
    pub(super) fn first(&self) -> Option<(&'a str, &'a str)> {
        self.0.first().copied()
    }

    /// Whether a part of it is filled in later.
    pub(super) fn is_open(&self) -> bool {
        self.0.iter().any(|(_, value)| super::is_open(value))
    }

    /// Whether it selects pods with these labels.
    pub(super) fn selects(&self, labels: &Labels<'_>) -> bool {
        self.0.iter().all(|own| labels.contains(own))
    }

    /// Whether pods with these labels have all of its keys, whatever their values.
    pub(super) fn is_near(&self, labels: &Labels<'_>) -> bool {
        let has = |key: &str| labels.iter().any(|(other, _)| *other == key);
        self.0.iter().all(|(key, _)| has(key))
    }

    /// `app=web,tier=front`
    pub(super) fn told(&self) -> String {
        let pairs = self.0.iter().map(|(key, value)| format!("{key}={value}"));
        pairs.collect::<Vec<_>>().join(",")
    }
}
