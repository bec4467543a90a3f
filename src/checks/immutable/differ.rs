//! Where two values differ, as the API server compares them.

use manifest::{Dialect, FieldPath, Kind, View};

/// How deep values are compared.
const DEPTH: usize = 64;

/// The first place at which two values differ, below a path. What is empty counts as missing, and
/// keys of some names do not count.
pub(super) fn place(
    before: Option<View<'_>>,
    after: Option<View<'_>>,
    path: &FieldPath,
    ignored: &[&str],
) -> Option<FieldPath> {
    let mut path = path.clone();
    differs(before, after, &mut path, ignored, 0).then_some(path)
}

/// Whether two values differ; `path` then leads to where.
fn differs(
    before: Option<View<'_>>,
    after: Option<View<'_>>,
    path: &mut FieldPath,
    ignored: &[&str],
    depth: usize,
) -> bool {
    let (before, after) = match (before.filter(is_said), after.filter(is_said)) {
        (None, None) => return false,
        (Some(before), Some(after)) => (before, after),
        _ => return true,
    };
    if depth > DEPTH {
        return !before.same_content(after);
    }
    match (before.kind(), after.kind()) {
        (Kind::Map, Kind::Map) => {
            let of_before = before.entries().map(|entry| entry.key.text());
            let mut keys: Vec<&str> = after.entries().map(|entry| entry.key.text()).collect();
            keys.extend(of_before);
            keys.sort_unstable();
            keys.dedup();
            for key in keys.into_iter().filter(|key| !ignored.contains(key)) {
                path.push_key(key);
                if differs(before.get(key), after.get(key), path, ignored, depth + 1) {
                    return true;
                }
                path.pop();
            }
            false
        }
        (Kind::Seq, Kind::Seq) => {
            let (mut old, mut new) = (before.items(), after.items());
            for index in 0.. {
                let (old, new) = (old.next(), new.next());
                if old.is_none() && new.is_none() {
                    break;
                }
                path.push_index(index);
                if differs(old, new, path, ignored, depth + 1) {
                    return true;
                }
                path.pop();
            }
            false
        }
        (Kind::Map | Kind::Seq, _) | (_, Kind::Map | Kind::Seq) => true,
        _ => scalar(before) != scalar(after),
    }
}

/// Whether anything is said: neither nothing nor an empty collection.
fn is_said(view: &View<'_>) -> bool {
    match view.kind() {
        Kind::Map => view.entries().next().is_some(),
        Kind::Seq => view.items().next().is_some(),
        Kind::Scalar | Kind::Alias => !view.is_null(),
    }
}

/// What a scalar means, however it is quoted.
fn scalar(view: View<'_>) -> Option<manifest::Scalar<'_>> {
    view.scalar(Dialect::Kustomize)
}
