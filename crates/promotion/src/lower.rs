//! Changes of values brought down to the bytes of a file: through the texts inside of texts, each
//! written anew as its host writes it.

mod host;
mod json;
mod splices;

use std::cmp::Reverse;
use std::sync::Arc;

use manifest::{Place, Source, Src};
use spanned_yaml::{Edit, Kind, NodeId, Tree, Value};

use crate::edit::FileEdit;
use crate::plan::{Change, Op};
use host::Host;
use splices::Splices;

/// How many bytes are read again, at most, while changes are made one after the other.
const BUDGET: usize = 1 << 28;

/// Something to be done to a text.
enum Work {
    Set(NodeId, Value),
    InsertEntry(NodeId, String, Value),
    InsertItem(NodeId, Value),
    Remove(NodeId),
    /// The text inside a scalar becomes this one.
    Inside(NodeId, Splices),
}

/// The edits of a file, and its text afterwards.
///
/// # Errors
/// A value stands in another file, or cannot be written where it is to stand.
pub fn lower(file: &Arc<Source>, changes: &[Change]) -> Result<(Vec<FileEdit>, String), String> {
    let mut sources: Vec<(Arc<Source>, Vec<Work>)> = vec![(file.clone(), Vec::new())];
    for Change { at, op } in changes {
        let id = at.node;
        let work = match op.clone() {
            Op::Set(value) => Work::Set(id, value),
            Op::InsertEntry { key, value } => Work::InsertEntry(id, key, value),
            Op::InsertItem(value) => Work::InsertItem(id, value),
            Op::Remove => Work::Remove(id),
        };
        works_of(&mut sources, &at.source).push(work);
    }
    // Texts inside of texts first.
    while let Some((source, works)) = deepest(&mut sources) {
        let Place::Embedded(Src {
            source: outer,
            node,
        }) = &source.place
        else {
            return Err("the value is in another file".to_owned());
        };
        let splices = rewrite(&source.tree, works)?;
        works_of(&mut sources, outer).push(Work::Inside(*node, splices));
    }
    let Some((_, works)) = sources.pop() else {
        return Err("there is no file".to_owned());
    };
    let splices = rewrite(&file.tree, works)?;
    Ok((splices.edits(file.tree.text()), splices.text))
}

fn works_of<'a>(
    sources: &'a mut Vec<(Arc<Source>, Vec<Work>)>,
    source: &Arc<Source>,
) -> &'a mut Vec<Work> {
    let at = sources
        .iter()
        .position(|(known, _)| Arc::ptr_eq(known, source));
    let at = at.unwrap_or_else(|| {
        sources.push((source.clone(), Vec::new()));
        sources.len() - 1
    });
    &mut sources[at].1
}

/// Takes out the text that stands deepest, unless only the file's own is left.
fn deepest(sources: &mut Vec<(Arc<Source>, Vec<Work>)>) -> Option<(Arc<Source>, Vec<Work>)> {
    if sources.len() < 2 {
        return None;
    }
    let depth = |source: &Arc<Source>| {
        let (mut depth, mut place) = (0, &source.place);
        while let Place::Embedded(host) = place {
            depth += 1;
            place = &host.source.place;
        }
        depth
    };
    let at = (1..sources.len()).max_by_key(|at| depth(&sources[*at].0))?;
    Some(sources.remove(at))
}

/// Carries out what is to be done to one text. What only replaces scalars is done at once; all
/// else one by one and from the end, so that the nodes before it stay what they are.
fn rewrite(tree: &Tree, works: Vec<Work>) -> Result<Splices, String> {
    let host = Host::of(tree);
    let (at_once, mut others): (Vec<Work>, Vec<Work>) = works.into_iter().partition(|work| {
        matches!(work, Work::Inside(..))
            || matches!(work, Work::Set(id, value)
                if tree.kind(*id) == Kind::Scalar && !matches!(value, Value::Map(_) | Value::Seq(_)))
    });
    let mut edits: Vec<Edit> = Vec::new();
    for work in &at_once {
        match work {
            Work::Inside(id, inner) => edits.extend(host.replace_inside(tree, *id, inner)?),
            Work::Set(id, value) => edits.push(host.set(tree, *id, value)?),
            _ => {}
        }
    }
    let mut splices = Splices::at_once(tree.text(), edits)?;
    let place = |work: &Work| match work {
        Work::Set(id, _) | Work::Remove(id) | Work::Inside(id, _) => (id.index() * 2, id.index()),
        Work::InsertEntry(id, ..) | Work::InsertItem(id, _) => {
            (last(tree, *id) * 2 + 1, id.index())
        }
    };
    others.sort_by_key(|work| {
        let (end, id) = place(work);
        (Reverse(end), id)
    });
    let count = others.len();
    let mut read = 0_usize;
    for (at, work) in others.into_iter().enumerate() {
        // The text may grow with each change.
        let length = splices.text.len();
        let to_come = length.saturating_mul(count - at);
        if read.saturating_add(to_come) > BUDGET {
            return Err("so many changes of so large a file are not planned".to_owned());
        }
        read += length;
        let tree = host.read(&splices.text);
        let edit = match &work {
            Work::Set(id, value) => host.set(&tree, *id, value)?,
            Work::InsertEntry(id, key, value) => host.insert_entry(&tree, *id, key, value)?,
            Work::InsertItem(id, value) => host.insert_item(&tree, *id, value)?,
            Work::Remove(id) => host.remove(&tree, *id)?,
            Work::Inside(..) => continue,
        };
        splices.add(&edit);
    }
    Ok(splices)
}

/// The index of a node's last descendant.
fn last(tree: &Tree, id: NodeId) -> usize {
    let mut id = id;
    while let Some(child) = tree.children(id).last() {
        id = child;
    }
    id.index()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether so many keys are added to a text of so many bytes.
    fn check(keys: usize, bytes: usize) -> bool {
        let text = format!("a: 1\n# {}\n", "x".repeat(bytes));
        let tree = Tree::parse(text);
        let root = tree.documents().next().unwrap();
        let add = |key| Work::InsertEntry(root, format!("k{key}"), Value::from("v"));
        rewrite(&tree, (0..keys).map(add).collect()).is_ok()
    }

    #[test]
    fn a_large_text_is_not_read_again_very_often() {
        assert!(check(4, 1 << 20));
        assert!(check(300, 100));
        assert!(!check(300, 1 << 20));
    }
}
