//! Where in an object a path leads.

use manifest::{Fault, FaultKind, FieldPath, Kind, Map, Node, Segment, Seq, View};

use super::super::noun;
use super::pointer::Pointer;

/// What a message lists at most of what is there.
const LISTED: usize = 8;

/// The mapping or list in which the value at a path stands, or would stand, and the way to it.
/// Adds to `seen` how many entries and items are gone through.
pub(super) fn parent<'v>(
    root: View<'v>,
    path: &Pointer,
    seen: &mut usize,
) -> Result<(View<'v>, FieldPath), Fault> {
    let Some((_, parents)) = path.parts.split_last() else {
        let message = format!("`{}` is not a path inside the object", path.text());
        return Err(Fault::new(FaultKind::Patch, message)
            .at_location(path.locate(0))
            .help("begin it with a slash, as in `/spec/replicas`"));
    };
    let mut way = FieldPath::default();
    let mut at = root;
    for part in 0..parents.len() {
        let found = value(at, path, part)?.filter(|value| !value.is_null());
        match segment(at, path, part)? {
            Segment::Key(key) => way.push_key(&key),
            Segment::Index(index) => way.push_index(index),
        }
        *seen += at.items().count() + at.entries().count();
        at = found.ok_or_else(|| missing(at, path, part))?;
    }
    *seen += at.items().count() + at.entries().count();
    match at.kind() {
        Kind::Map | Kind::Seq => Ok((at, way)),
        Kind::Scalar | Kind::Alias => Err(missing(at, path, parents.len())),
    }
}

/// The value to which a part of the path leads from where the part before it led; none where a
/// mapping has no such entry.
pub(super) fn value<'v>(
    parent: View<'v>,
    path: &Pointer,
    part: usize,
) -> Result<Option<View<'v>>, Fault> {
    match parent.kind() {
        Kind::Map => Ok(parent.get(path.name(part))),
        Kind::Seq => {
            let at = index(parent, parent.items().count(), path, part)?;
            Ok(parent.items().nth(at))
        }
        Kind::Scalar | Kind::Alias => Err(missing(parent, path, part)),
    }
}

/// A part of a path as an index into a list of `len` items; negative ones count from its end.
pub(super) fn index(
    parent: View<'_>,
    len: usize,
    path: &Pointer,
    part: usize,
) -> Result<usize, Fault> {
    let len = len as i64;
    match path.name(part).parse::<i64>() {
        Ok(at) if (0..len).contains(&at) => Ok(at as usize),
        Ok(at) if (-len..0).contains(&at) => Ok((at + len) as usize),
        _ => Err(missing(parent, path, part)),
    }
}

/// What a path misses.
pub(super) fn missing(parent: View<'_>, path: &Pointer, part: usize) -> Fault {
    let message = format!("the object has no `{}`", path.up_to(part + 1));
    let before = match path.up_to(part) {
        "" => "it".to_owned(),
        before => format!("`{before}`"),
    };
    let keys = || {
        let keys = parent.entries().map(|e| e.key.text());
        let listed: Vec<&str> = keys.take(LISTED).collect();
        let more = if parent.entries().nth(LISTED).is_some() {
            ", …"
        } else {
            ""
        };
        format!("`{}`{more}", listed.join("`, `"))
    };
    let help = match (parent.kind(), parent.items().count()) {
        (Kind::Map, _) if parent.entries().next().is_none() => format!("{before} is empty"),
        (Kind::Map, _) => format!("{before} has {}", keys()),
        (Kind::Seq, 0) => format!("{before} is empty; `-` appends to it"),
        (Kind::Seq, 1) => format!("{before} has one item, `0`; `-` appends to it"),
        (Kind::Seq, items) => {
            format!(
                "{before} has the items `0` to `{}`; `-` appends to them",
                items - 1
            )
        }
        _ => format!("{before} is {}", noun(parent)),
    };
    let fault = Fault::new(FaultKind::Patch, message)
        .at_location(path.locate(part))
        .help(help);
    match parent.origin() {
        Some(place) => fault.related("what is patched", place.locate()),
        None => fault,
    }
}

/// The key or index that a part of the path is in the mapping or list where it is looked for.
pub(super) fn segment(parent: View<'_>, path: &Pointer, part: usize) -> Result<Segment, Fault> {
    match parent.kind() {
        Kind::Seq => Ok(Segment::Index(index(
            parent,
            parent.items().count(),
            path,
            part,
        )?)),
        _ => Ok(Segment::Key(path.name(part).into())),
    }
}

/// The mapping to which a way leads, to be changed.
pub(super) fn map_at<'n>(root: &'n mut Node, way: &FieldPath) -> Option<&'n mut Map> {
    node_at(root, way)?.map_mut()
}

/// The list to which a way leads, to be changed.
pub(super) fn seq_at<'n>(root: &'n mut Node, way: &FieldPath) -> Option<&'n mut Seq> {
    node_at(root, way)?.seq_mut()
}

fn node_at<'n>(root: &'n mut Node, way: &FieldPath) -> Option<&'n mut Node> {
    way.segments()
        .iter()
        .try_fold(root, |node, segment| match segment {
            Segment::Key(key) => node.map_mut()?.get_mut(key),
            Segment::Index(at) => {
                let items = node.seq_mut()?.items.iter_mut();
                let mut live = items.filter(|item| !item.value.is_gone());
                live.nth(*at).map(|item| &mut item.value)
            }
        })
}
