//! Values that stand in a file which both environments share, such as the elements of an
//! ApplicationSet or two Applications in one file: each is edited where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::Utf8PathBuf;
use manifest::{Kind, Location, Source, Span, Src, View};
use promotion::{Change, Side, Verdict};
use spanned_yaml::NodeId;

use super::{Block, Choice, Fate, Promotion, Text};
use crate::compare::{Application, ObjectRow, Row};

/// Edits what moves and comes from no pair of files.
pub(super) fn edit(
    application: &Application,
    choice: &Choice,
    promotion: &mut Promotion,
    files: &mut BTreeMap<Utf8PathBuf, Text>,
) {
    let mut changes: BTreeMap<Utf8PathBuf, (Arc<Source>, Vec<Change>)> = BTreeMap::new();
    for row in application.objects.iter().flat_map(|own| &own.rows) {
        if row.cause.is_some() || !choice.moves(row) {
            continue;
        }
        let Some((source, target)) = scalars(row) else {
            continue;
        };
        let path = target.source.path().to_owned();
        if files.contains_key(&path) {
            continue;
        }
        let known = changes
            .entry(path)
            .or_insert_with(|| (target.source.clone(), Vec::new()));
        if known.1.iter().all(|change| change.at != target) {
            let value = View::Src(&source.source, source.node);
            known.1.push(Change::set(target, value, row.field.field));
        }
    }
    for (path, (source, changes)) in changes {
        let Ok((edits, after)) = promotion::edits(&source, &changes) else {
            continue;
        };
        let inverse = promotion::inverse(&edits);
        let written = inverse.iter().filter_map(|edit| match edit {
            promotion::FileEdit::Splice { range, .. } => {
                Some(Span::new(range.start as u32, range.end as u32))
            }
            _ => None,
        });
        promotion.files.push(path.clone());
        promotion.direct += changes.len();
        files.insert(
            path,
            Text {
                fate: Fate::Edited,
                before: source.tree.text().to_owned(),
                after,
                written: written.collect(),
            },
        );
    }
}

/// The scalars that both values of a row are written as, if each is the whole of one.
fn scalars(row: &Row) -> Option<(Src, Src)> {
    let own = |side| {
        let place = row.place(side)?;
        let src = scalar_at(place)?;
        let said = row.field.said(side)?;
        (src.text() == said).then_some(src)
    };
    let (source, target) = (own(Side::Source)?, own(Side::Target)?);
    (source != target).then_some((source, target))
}

/// The scalar whose bytes a place is.
fn scalar_at(place: &Location) -> Option<Src> {
    let tree = &place.file.tree;
    let mut open: Vec<NodeId> = tree.documents().collect();
    while let Some(node) = open.pop() {
        let span = tree.span(node);
        if tree.kind(node) == Kind::Scalar {
            if span.start <= place.span.start && place.span.end <= span.end {
                return Some(Src::new(&place.file, node));
            }
            continue;
        }
        open.extend(tree.children(node).filter(|child| {
            let span = tree.span(*child);
            span.start <= place.span.start && place.span.end <= span.end
        }));
    }
    None
}

impl Choice {
    /// Whether a field that comes from no pair of files moves.
    pub(super) fn moves(&self, row: &Row) -> bool {
        let path = &row.field.path;
        let has = |patterns: &[promotion::Pattern]| patterns.iter().any(|own| own.matches(path));
        if has(&self.fields.exclude) {
            return false;
        }
        let is_version = crate::compare::is_version(row.field.field);
        let is_free = self.fields.only.is_empty() && !self.only_versions;
        if !(is_free || has(&self.fields.only) || self.only_versions && is_version) {
            return false;
        }
        let take = self.fields.take.iter().find(|(own, _)| own.matches(path));
        match take {
            Some((_, side)) => *side == Side::Source && !row.field.is_sensitive,
            None => row.verdict == Verdict::Ahead && row.hold.is_none(),
        }
    }
}

/// Tells which fields should move and still differ, though no pair of files says anything of them.
pub(super) fn stuck(
    application: &Application,
    choice: &Choice,
    promotion: &mut Promotion,
    differs: &dyn Fn(&ObjectRow, &Row) -> bool,
) {
    for object in &application.objects {
        let rows = object.rows.iter().filter(|row| row.cause.is_none());
        let stuck = rows.filter(|row| choice.moves(row) && differs(object, row));
        let blocks = stuck.map(|row| Block::Stuck(Box::new(row.clone())));
        promotion.blocks.extend(blocks);
    }
}
