//! Values on their way from one file to the other.

use manifest::{Dialect, Kind, Scalar, Style, View};
use spanned_yaml::Value;

use crate::file::text_of;
use crate::locate::cut;
use crate::path::Path;
use crate::walk::part_range;

/// A value to be written, with its numbers as they are written. `as_text`: a scalar is text
/// whatever it looks like, for where it goes it is taken for that.
pub(crate) fn value_of(view: View<'_>, as_text: bool) -> Value {
    match view.kind() {
        Kind::Map => {
            let entries = view.entries();
            let entries = entries.map(|entry| {
                (
                    text_of(entry.key).to_owned(),
                    value_of(entry.value, as_text),
                )
            });
            Value::Map(entries.collect())
        }
        Kind::Seq => Value::Seq(view.items().map(|item| value_of(item, as_text)).collect()),
        _ => scalar_of(view, as_text),
    }
}

fn scalar_of(view: View<'_>, as_text: bool) -> Value {
    let text = || Value::Str(text_of(view).to_owned());
    if view.style() != Style::Plain || view.tag().is_some() {
        return match view.scalar(Dialect::Kustomize) {
            Some(scalar) if view.tag().is_some() => Value::from(scalar),
            _ => text(),
        };
    }
    match view.scalar(Dialect::Kustomize) {
        Some(Scalar::Str(_)) | None => text(),
        Some(_) if as_text && !view.is_null() => text(),
        Some(Scalar::Null) => Value::Null,
        Some(_) => Value::Plain(view.text().to_owned()),
    }
}

/// The target's text with the part in it that differs as the source has it. None if the path
/// leads to no part.
pub(crate) fn new_text(path: &Path, source: View<'_>, target: View<'_>) -> Option<String> {
    path.parts().next()?;
    with_part(path, target, cut(text_of(source), path.parts())?)
}

/// A scalar's text with the part that a path leads to replaced.
pub(crate) fn with_part(path: &Path, scalar: View<'_>, new: &str) -> Option<String> {
    let whole = text_of(scalar);
    let (mut start, mut end) = (0, whole.len());
    for part in path.parts() {
        let range = part_range(part, whole.get(start..end)?)?;
        end = start + range.end;
        start += range.start;
    }
    Some(format!("{}{new}{}", &whole[..start], &whole[end..]))
}
