//! Amounts of resources as they are written.

use std::collections::BTreeMap;

use k8s_schema::Quantity;
use manifest::View;

/// How much of what; `None` where another program fills it in, or it is no amount.
pub(super) type Amounts<'a> = BTreeMap<&'a str, Option<Quantity>>;

/// The amounts that a mapping holds. Those below zero, which the API server rejects, count as
/// nothing.
pub(super) fn read(view: Option<View<'_>>) -> Amounts<'_> {
    let entries = view.into_iter().flat_map(View::entries);
    let entries = entries.filter(|entry| !entry.value.is_null());
    entries
        .map(|entry| (entry.key.text(), quantity(entry.value)))
        .collect()
}

/// What an amount is worth.
pub(super) fn quantity(view: View<'_>) -> Option<Quantity> {
    Quantity::of(view.text()).map(|worth| worth.max(Quantity::ZERO))
}

/// A number of things; `None` if it is none.
pub(super) fn count(view: Option<View<'_>>, default: u64) -> Option<u64> {
    match view.filter(|view| !view.is_null()) {
        Some(view) => view.text().parse().ok(),
        None => Some(default),
    }
}

/// Adds amounts to others. What is not known makes the sum unknown.
pub(super) fn add<'a>(sum: &mut Amounts<'a>, name: &'a str, worth: Option<Quantity>) {
    let own = sum.entry(name).or_insert(Some(Quantity::ZERO));
    *own = own.zip(worth).map(|(own, worth)| own.plus(worth));
}

/// Raises an amount to another.
pub(super) fn raise<'a>(most: &mut Amounts<'a>, name: &'a str, worth: Option<Quantity>) {
    let own = most.entry(name).or_insert(Some(Quantity::ZERO));
    *own = own.zip(worth).map(|(own, worth)| own.max(worth));
}
