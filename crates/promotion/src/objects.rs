//! What two environments apply, compared object by object.

mod noise;

use std::cmp::Ordering;
use std::sync::Arc;

use manifest::{Node, Object, ObjectId, View};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::difference::Hold;
use crate::environment::Environments;
use crate::field::{self, Field, Tendency};
use crate::file::text_of;
use crate::path::{Path, Side};
use crate::sensitive::{Guard, is_sensitive};
use crate::version::{bare, compare_versions, is_floating};
use crate::walk::{Found, part_range, walk};
pub use noise::Noise;

/// How two renderings are compared.
#[derive(Clone, Default)]
pub struct Scope<'a> {
    /// The names of the two environments.
    pub environments: Environments,
    /// What nobody may see, besides what Secrets hold.
    pub guard: Option<Guard<'a>>,
}

/// An object that differs between two renderings, or is in one of them alone.
#[derive(Clone, Debug)]
pub struct ObjectDifference {
    /// What it is called before an environment gives it a prefix, a namespace or a hash.
    pub identity: Arc<ObjectId>,
    /// Its place among the left objects.
    pub left: Option<usize>,
    /// Its place among the right objects.
    pub right: Option<usize>,
    /// Where the two differ; nothing for an object that one side alone has.
    pub fields: Vec<FieldDifference>,
}

/// A field that differs between two renderings. Where its values come from, their nodes tell.
#[derive(Clone, Debug)]
pub struct FieldDifference {
    /// Where.
    pub path: Path,
    /// What the field is for.
    pub field: Field,
    /// What the left object says; none if it says nothing.
    pub left: Option<Node>,
    /// What the right object says; none if it says nothing.
    pub right: Option<Node>,
    /// The name on the right of what is otherwise the same.
    pub renamed_from: Option<Box<str>>,
    /// Why hardly anybody wants to see it.
    pub noise: Option<Noise>,
    /// Whether its values may not be seen.
    pub is_sensitive: bool,
}

impl FieldDifference {
    /// What a side says, for people: on one line, without what nobody may see. None if the side
    /// says nothing.
    pub fn said(&self, side: Side) -> Option<String> {
        let node = match side {
            Side::Source => self.left.as_ref(),
            Side::Target => self.right.as_ref(),
        }?;
        Some(crate::difference::shown(
            node,
            &self.path,
            self.is_sensitive,
        ))
    }

    /// Why it would not move by itself from left to right, as far as the two values tell.
    pub fn hold(&self) -> Option<Hold> {
        if self.is_sensitive {
            return Some(Hold::Sensitive);
        }
        if self.field.tendency() != Tendency::Moves {
            return None;
        }
        let (new, old) = (self.said(Side::Source)?, self.said(Side::Target));
        if is_floating(bare(&new)) {
            return Some(Hold::Floating);
        }
        let is_lower = compare_versions(bare(&old?), bare(&new)) == Some(Ordering::Greater);
        is_lower.then_some(Hold::Downgrade)
    }

    /// The bytes of a side's scalar that are the field, where that is a part of it.
    pub fn part(&self, side: Side) -> Option<std::ops::Range<usize>> {
        let node = match side {
            Side::Source => self.left.as_ref(),
            Side::Target => self.right.as_ref(),
        }?;
        self.path.parts().next()?;
        let whole = text_of(node.view());
        let (mut start, mut end) = (0, whole.len());
        for part in self.path.parts() {
            let range = part_range(part, whole.get(start..end)?)?;
            end = start + range.end;
            start += range.start;
        }
        Some(start..end)
    }
}

/// A change that several objects share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shared {
    /// The places of the objects' differences in the list, and of the field's in each.
    pub places: Vec<(usize, usize)>,
}

/// The objects that differ, in the order of the left side; behind them those of the right alone.
pub fn differences(left: &[Object], right: &[Object], scope: &Scope<'_>) -> Vec<ObjectDifference> {
    let pairs = pairs(left, right, &scope.environments);
    let names = noise::Names::of(&pairs, left, right);
    let environments = scope.environments.with_same(names.all());
    let scope = &Scope {
        environments,
        guard: scope.guard,
    };
    let mut found = Vec::new();
    for (a, b) in pairs {
        let one = a.map(|at| &left[at]).or(b.map(|at| &right[at]));
        let Some(identity) = one.map(|object| object.identity.clone()) else {
            continue;
        };
        let fields = match (a, b) {
            (Some(a), Some(b)) => fields(&left[a], &right[b], scope, &names),
            _ => Vec::new(),
        };
        if a.is_none() || b.is_none() || !fields.is_empty() {
            found.push(ObjectDifference {
                identity,
                left: a,
                right: b,
                fields,
            });
        }
    }
    found
}

type Places = (Option<usize>, Option<usize>);

/// Which object of one side is which of the other: by what they are called without their
/// environments, at last without the environments' names in that.
fn pairs(left: &[Object], right: &[Object], environments: &Environments) -> Vec<Places> {
    let mut partners: Vec<Option<usize>> = vec![None; left.len()];
    let mut taken = vec![false; right.len()];
    let exact = |id: &ObjectId| key(id, |text| text.to_owned(), true);
    let applied = |object: &Object| exact(&object.id);
    let own = |object: &Object| exact(&object.identity);
    let anywhere = |object: &Object| key(&object.identity, |text| text.to_owned(), false);
    let neutral = |object: &Object| key(&object.id, |text| environments.neutral(text), false);
    let signs: [&dyn Fn(&Object) -> Key; 4] = [&own, &applied, &anywhere, &neutral];
    for sign in signs {
        let mut open: FxHashMap<Key, Vec<usize>> = FxHashMap::default();
        for (at, object) in right.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            open.entry(sign(object)).or_default().push(at);
        }
        let mut rivals: FxHashMap<Key, usize> = FxHashMap::default();
        for (at, object) in left.iter().enumerate() {
            if partners[at].is_none() {
                *rivals.entry(sign(object)).or_default() += 1;
            }
        }
        for (at, object) in left
            .iter()
            .enumerate()
            .filter(|(at, _)| partners[*at].is_none())
            .collect::<Vec<_>>()
        {
            let sign = sign(object);
            if let Some([partner]) = open.get(&sign).map(Vec::as_slice)
                && rivals.get(&sign) == Some(&1)
            {
                partners[at] = Some(*partner);
                taken[*partner] = true;
            }
        }
    }
    let of_left = partners
        .iter()
        .enumerate()
        .map(|(at, partner)| (Some(at), *partner));
    let of_right = (0..right.len())
        .filter(|at| !taken[*at])
        .map(|at| (None, Some(at)));
    of_left.chain(of_right).collect()
}

/// Group, kind, namespace and name. The version does not count: it may be newer on one side.
type Key = (Box<str>, Box<str>, String, String);

fn key(id: &ObjectId, name: impl Fn(&str) -> String, with_namespace: bool) -> Key {
    let namespace = if with_namespace {
        name(&id.namespace)
    } else {
        String::new()
    };
    (
        id.gvk.group.clone(),
        id.gvk.kind.clone(),
        namespace,
        name(&id.name),
    )
}

fn fields(
    left: &Object,
    right: &Object,
    scope: &Scope<'_>,
    names: &noise::Names,
) -> Vec<FieldDifference> {
    let [a, b] = [left, right].map(|object| std::slice::from_ref(&object.node));
    let found = walk(&scope.environments, "", a, b);
    // Where there is too much to tell, that they differ is told.
    let found = found.unwrap_or_else(|| vec![Found::whole(&left.node, &right.node)]);
    found
        .into_iter()
        .map(|found| field_of(found, scope, names))
        .collect()
}

fn field_of(found: Found, scope: &Scope<'_>, names: &noise::Names) -> FieldDifference {
    let local = found.local();
    let views: Vec<View<'_>> = [&found.source, &found.target]
        .into_iter()
        .flatten()
        .map(Node::view)
        .collect();
    let is_part = local.parts().next().is_some();
    let field = field::of(&found.role, &local, if is_part { &[] } else { &views });
    let is_hidden = |view: &View<'_>| is_sensitive(&found.role, &local, *view, scope.guard);
    FieldDifference {
        is_sensitive: views.iter().any(is_hidden),
        noise: noise::of(&found, names),
        field,
        renamed_from: found.renamed_from,
        left: found.source,
        right: found.target,
        path: found.path,
    }
}

/// Changes that several objects share: the same field with the same values on both sides. Each
/// object's difference is in one of them at most; those that are shared by nobody are left out.
pub fn shared(differences: &[ObjectDifference]) -> Vec<Shared> {
    let mut groups: FxHashMap<String, Vec<(usize, usize)>> = FxHashMap::default();
    let mut order = Vec::new();
    for (at, difference) in differences.iter().enumerate() {
        let mut seen = FxHashSet::default();
        for (index, field) in difference.fields.iter().enumerate() {
            let sign = sign(field);
            if !seen.insert(sign.clone()) {
                continue;
            }
            let group = groups.entry(sign.clone()).or_insert_with(|| {
                order.push(sign);
                Vec::new()
            });
            group.push((at, index));
        }
    }
    let group = |sign: String| {
        Some(Shared {
            places: groups.remove(&sign)?,
        })
    };
    let found = order.into_iter().filter_map(group);
    found.filter(|shared| shared.places.len() > 1).collect()
}

/// What is the same for the same change: its place by what containers and items are, not by what
/// they are called.
fn sign(field: &FieldDifference) -> String {
    let said = |node: &Option<Node>| match node.as_ref().map(Node::view) {
        None => "-".to_owned(),
        Some(view) if view.kind() == manifest::Kind::Scalar => format!("={}", text_of(view)),
        Some(view) => format!("#{:x}", crate::file::fingerprint(view)),
    };
    format!(
        "{}\n{}\n{}",
        field.path,
        said(&field.left),
        said(&field.right)
    )
}

#[cfg(test)]
mod tests;
