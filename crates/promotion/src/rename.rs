//! Fields that people say have got another name.

use manifest::{Node, View};

use crate::compare::Rename;
use crate::path::{Side, Step};
use crate::walk::Found;

/// Makes one difference of a name that only the source has and one that only the target has.
pub(crate) fn rename(found: &mut Vec<Found>, asked: &Rename) {
    let is_new = |f: &Found| f.target.is_none() && asked.new.ends_at(&f.path);
    let is_old = |f: &Found| f.source.is_none() && asked.old.ends_at(&f.path);
    let places: Vec<(usize, usize)> = (0..found.len())
        .filter(|new| is_new(&found[*new]))
        .filter_map(|new| {
            let beside = |old: &usize| {
                is_old(&found[*old]) && found[*old].path.parent() == found[new].path.parent()
            };
            Some((new, (0..found.len()).find(beside)?))
        })
        .collect();
    let mut gone = Vec::new();
    for (new, old) in places {
        let Some(names) = names(&found[new], &found[old]) else {
            continue;
        };
        let renamed_from = found[old].path.names().next_back().map(Into::into);
        let target = found[old].target.clone();
        let renamed = &mut found[new];
        renamed.target = target;
        renamed.renamed_from = renamed_from;
        renamed.names = names;
        renamed.is_asked = true;
        gone.push(old);
    }
    let mut at = 0;
    found.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
}

/// What names the old one in the target, and what is to stand there.
fn names(new: &Found, old: &Found) -> Option<Vec<(Node, Box<str>)>> {
    match (new.path.steps().last()?, old.path.steps().last()?) {
        (Step::Key(new), Step::Key(key)) => {
            let parent = old.parent.as_ref()?.view();
            let key = parent.entry(key)?.key.to_node();
            Some(vec![(key, new.clone())])
        }
        (Step::Item(item), Step::Item(_)) => {
            let [field] = item.by.fields() else {
                return None;
            };
            let name = old
                .target
                .as_ref()
                .map(Node::view)
                .and_then(|view: View<'_>| view.get(field))?;
            Some(vec![(name.to_node(), item.id(Side::Source)?.text.clone())])
        }
        _ => None,
    }
}
