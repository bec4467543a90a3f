//! What Argo CD does not write out.

use manifest::{Dialect, Kind, Node, Scalar, View};

use super::{Field, Kept, Shape};

/// Whether Go takes a value for the zero of its type.
pub(crate) fn is_empty(view: View<'_>) -> bool {
    match view.kind() {
        Kind::Map => view.entries().next().is_none(),
        Kind::Seq => view.items().next().is_none(),
        Kind::Scalar | Kind::Alias => match view.scalar(Dialect::Kustomize) {
            None | Some(Scalar::Null | Scalar::Bool(false)) => true,
            Some(Scalar::Int(number)) => number == 0,
            Some(Scalar::Str(text)) => text.is_empty(),
            Some(_) => false,
        },
    }
}

/// Takes out the fields that are left out where they are empty.
pub(crate) fn trim(node: &mut Node, shape: &Shape) {
    if is_trim(node.view(), shape) {
        return;
    }
    match shape {
        Shape::List(of) => {
            let items = node.seq_mut().map(|seq| seq.items.iter_mut());
            for item in items.into_iter().flatten() {
                trim(&mut item.value, of);
            }
        }
        _ => {
            let Some(map) = node.map_mut() else {
                return;
            };
            for entry in &mut map.entries {
                if let Some(field) = shape.field(entry.key.view().text()) {
                    trim(&mut entry.value, &field.shape);
                }
            }
            map.entries.retain(|entry| {
                let view = entry.value.view();
                entry.value.is_gone() || stays(view, shape.field(entry.key.view().text()))
            });
        }
    }
}

fn is_trim(view: View<'_>, shape: &Shape) -> bool {
    match shape {
        Shape::List(of) => view.items().all(|item| is_trim(item, of)),
        Shape::Struct(_) => view.entries().all(|entry| {
            let field = shape.field(entry.key.text());
            let is_trim = field.is_none_or(|field| is_trim(entry.value, &field.shape));
            is_trim && stays(entry.value, field)
        }),
        _ => true,
    }
}

fn stays(value: View<'_>, field: Option<&Field>) -> bool {
    field.is_some_and(|field| field.kept == Kept::Always) || !is_empty(value)
}
