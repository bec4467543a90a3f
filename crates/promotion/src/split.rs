//! What only the source has, taken apart where a part of it moves by itself: of an image that the
//! target does not mention, the version moves and the registry stays.

use manifest::{Kind, Node, View};
use spanned_yaml::Value;

use crate::Make;
use crate::field::{self, Role, Tendency};
use crate::file::text_of;
use crate::key::MergeKey;
use crate::path::{Id, Item, Path, Side, Step};
use crate::walk::Found;
use crate::words::words;

/// A place at which the files differ, and what would have to be made for it in the target.
pub(crate) struct Piece {
    pub(crate) found: Found,
    pub(crate) missing: Vec<Make>,
}

/// The pieces of a place.
pub(crate) fn split(found: Found) -> Vec<Piece> {
    let missing = || {
        found
            .path
            .steps()
            .last()
            .map(make)
            .into_iter()
            .collect::<Vec<_>>()
    };
    let (Some(source), None) = (&found.source, &found.target) else {
        let missing = missing();
        return vec![Piece { found, missing }];
    };
    let local = found.local();
    let source = source.clone();
    let mut pieces = Vec::new();
    match (&*found.role, source.view()) {
        (Role::Kustomization, view) if is_images(&local) && view.is_seq() => {
            for (at, item) in view.items().enumerate() {
                let Some(step) = image_step(item, at) else {
                    continue;
                };
                let mut way = missing();
                way.push(make(&step));
                leaves(
                    &found,
                    found.path.with(step),
                    &way,
                    item,
                    &["name"],
                    &mut pieces,
                );
            }
        }
        (Role::Kustomization, view) if is_image(&local) && view.is_map() => {
            let way: Vec<Make> = found
                .path
                .steps()
                .last()
                .map(make_image)
                .into_iter()
                .collect();
            leaves(
                &found,
                found.path.clone(),
                &way,
                view,
                &["name"],
                &mut pieces,
            );
        }
        (_, view) if is_image_block(&local, view) => {
            leaves(
                &found,
                found.path.clone(),
                &missing(),
                view,
                &[],
                &mut pieces,
            );
        }
        _ => {}
    }
    if !pieces.iter().any(moves) {
        let missing = missing();
        return vec![Piece { found, missing }];
    }
    pieces
}

/// The entries of a mapping that only the source has, each as a place of its own.
fn leaves(
    found: &Found,
    path: Path,
    way: &[Make],
    map: View<'_>,
    but: &[&str],
    pieces: &mut Vec<Piece>,
) {
    for entry in map.entries() {
        let key = entry.key.text();
        if but.contains(&key) {
            continue;
        }
        let mut missing = way.to_vec();
        missing.push(Make::Key(key.into()));
        pieces.push(Piece {
            found: Found {
                path: path.with(Step::Key(key.into())),
                source: Some(entry.value.to_node()),
                ..found.clone()
            },
            missing,
        });
    }
}

fn moves(piece: &Piece) -> bool {
    let views: Vec<View<'_>> = piece
        .found
        .source
        .as_ref()
        .map(Node::view)
        .into_iter()
        .collect();
    let field = field::of(&piece.found.role, &piece.found.local(), &views);
    field.tendency() == Tendency::Moves
}

fn is_images(local: &Path) -> bool {
    matches!(local.steps(), [Step::Key(key)] if &**key == "images")
}

fn is_image(local: &Path) -> bool {
    matches!(local.steps(), [Step::Key(key), Step::Item(_)] if &**key == "images")
}

fn image_step(item: View<'_>, at: usize) -> Option<Step> {
    let name = item.get("name").map(text_of)?;
    let source = Some(Id {
        text: name.into(),
        nth: 0,
        at,
    });
    Some(Step::Item(Item {
        by: MergeKey::ImageName,
        source,
        target: None,
    }))
}

/// Whether a mapping of values describes an image: by its key, or by what it holds.
fn is_image_block(local: &Path, view: View<'_>) -> bool {
    if view.kind() != Kind::Map {
        return false;
    }
    let own = words(field::telling_name(local));
    let has = |keys: &[&str]| keys.iter().any(|key| view.get(key).is_some());
    has(&["tag", "digest", "version"])
        && (own.last().is_some_and(|word| word == "image")
            || has(&["repository", "registry", "repo"]))
}

/// What has to be made for a step; a whole item brings its own fields.
fn make(step: &Step) -> Make {
    match step {
        Step::Item(item) if item.by == MergeKey::ImageName => make_image(step),
        Step::Item(_) | Step::Document(_) => Make::Item(Vec::new()),
        step => Make::Key(step.name().unwrap_or_default().into()),
    }
}

fn make_image(step: &Step) -> Make {
    let Step::Item(item) = step else {
        return make(step);
    };
    let name = item.id(Side::Source).map_or("", |id| &id.text);
    Make::Item(vec![("name", Value::from(name))])
}
