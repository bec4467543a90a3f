//! From an object and a path in it to bytes of a file.

use std::sync::Arc;

use manifest::{
    EntryRef, FieldPath, Location, Made, Map, Node, Object, Part, Segment, Seq, Source, Span, Src,
    View, Was,
};
use spanned_yaml::NodeId;

use crate::checks::credentials;
use crate::problem::{Field, Problem, Related};

/// The part of a text that is to blame for what is wrong with all of it, where a template put it
/// together.
const FLAW: &str = "flaw";

/// Where in the source a violation is.
#[derive(Clone, Debug, Default)]
pub struct Located {
    /// The bytes; none if nothing on the way has an origin.
    pub place: Option<Location>,
    /// The values that were overridden to get there, the latest first.
    pub related: Vec<Related>,
    /// The segments of the path that do not exist: what is missing at the place.
    pub missing: Vec<Segment>,
    /// Whether the value is made up, so that what is wrong with it says nothing.
    pub is_placeholder: bool,
}

/// The place of a field of an object. Where the path does not exist, it is the key of the
/// deepest ancestor that does, or the step that removed what was there.
pub fn locate(object: &Object, field: &Field) -> Located {
    let segments = field.path.segments();
    let mut here = Here {
        key: None,
        value: object.node.view(),
        was: None,
        removed: None,
    };
    let mut depth = 0;
    for segment in segments {
        match here.enter(segment) {
            Some(next) => here = next,
            None => {
                here.removed = here.removal(segment);
                break;
            }
        }
        depth += 1;
    }
    let missing = segments[depth..].to_vec();
    let found = missing.is_empty();
    let place = match &here.removed {
        Some(by) => Some(by.locate()),
        None if found && field.by_key => here
            .printed_place()
            .map(credential_in)
            .or_else(|| here.key_place())
            .or_else(|| here.value_place(None)),
        None if found && field.at_key => here.key_place().or_else(|| here.value_place(None)),
        None if found => here.value_place(field.part.as_deref()),
        None => here
            .printed_place()
            .or_else(|| beside_lent(object, &segments[..depth], &here))
            .or_else(|| here.key_place())
            .or_else(|| here.standing_place()),
    };
    let mut related = if found {
        here.overridden(place.as_ref())
    } else {
        Vec::new()
    };
    related.extend(here.printed_at(place.as_ref()));
    related.extend(here.vendored());
    Located {
        place: place.or_else(|| nearest(object, segments)),
        related,
        missing,
        is_placeholder: found && here.is_placeholder(),
    }
}

/// The key of an object's own metadata, where it has labels only because something gave them to
/// every object: what did so says nothing of a label that is missing.
fn beside_lent(object: &Object, path: &[Segment], here: &Here<'_>) -> Option<Location> {
    let [Segment::Key(metadata), Segment::Key(labels)] = path else {
        return None;
    };
    if &**metadata != "metadata" || &**labels != "labels" {
        return None;
    }
    let labels = here.key_place()?;
    let own = place_of(object.node.view().entry("metadata")?.key)?;
    (!same_file(&own.file, &labels.file)).then_some(own)
}

/// Where a path of an object came from, without a violation: the value's bytes.
pub fn origin(object: &Object, path: &FieldPath) -> Option<Location> {
    let view = object.node.view().at(path)?;
    view.origin().map(|src| src.locate())
}

/// Of what a template printed, the place of the value behind it and that of the template. A value
/// printed a collection if it printed its first byte: one further in speaks only for itself.
fn printed_from(view: View<'_>) -> Option<(Option<Location>, Option<Location>)> {
    let View::Src(source, node) = view else {
        return None;
    };
    let span = source.tree.span(node);
    source.printed_from(match view.kind() {
        manifest::Kind::Map | manifest::Kind::Seq => Span::new(span.start, span.start + 1),
        manifest::Kind::Scalar | manifest::Kind::Alias => span,
    })
}

/// The credential in a collection of values that a template printed as a whole, if there is one;
/// else the place that was told of it.
fn credential_in(place: Location) -> Location {
    let Some(node) = collection_at(&place.file, place.span) else {
        return place;
    };
    let found = credentials::in_values(View::Src(&place.file, node));
    let mut leaves = found.iter().filter_map(Problem::place);
    leaves.next().cloned().unwrap_or(place)
}

/// The collection of a text that is these bytes, or has them as a key: what was printed first of
/// it stands for all of it.
fn collection_at(source: &Source, span: Span) -> Option<NodeId> {
    let tree = &source.tree;
    let holds = |node: &NodeId| {
        let own = tree.span(*node);
        own.start <= span.start && span.end <= own.end
    };
    let mut above = None;
    let mut node = tree.documents().find(holds)?;
    while tree.span(node) != span {
        above = Some(node);
        node = tree.children(node).find(holds)?;
    }
    match tree.kind(node) {
        manifest::Kind::Map | manifest::Kind::Seq => Some(node),
        manifest::Kind::Scalar | manifest::Kind::Alias => {
            above.filter(|map| tree.entries(*map).any(|(key, _)| key == node))
        }
    }
}

/// One stop on the way down.
struct Here<'a> {
    key: Option<View<'a>>,
    value: View<'a>,
    was: Option<&'a Arc<Was>>,
    removed: Option<Src>,
}

impl<'a> Here<'a> {
    fn enter(&self, segment: &Segment) -> Option<Here<'a>> {
        match segment {
            Segment::Key(key) => self.value.entry(key).map(|entry| Here {
                key: Some(entry.key),
                value: entry.value,
                was: entry.was,
                removed: None,
            }),
            Segment::Index(index) => {
                let value = self.value.items().nth(*index)?;
                let was = match self.value {
                    View::Seq(seq) => live_item(seq, *index),
                    _ => None,
                };
                Some(Here {
                    key: None,
                    value,
                    was,
                    removed: None,
                })
            }
        }
    }

    /// The step that removed what a segment names.
    fn removal(&self, segment: &Segment) -> Option<Src> {
        let (View::Map(map), Segment::Key(key)) = (self.value, segment) else {
            return None;
        };
        removed_entry(map, key)?.step.by.clone()
    }

    fn key_place(&self) -> Option<Location> {
        self.key?.origin().map(|src| src.locate())
    }

    fn value_place(&self, part: Option<&str>) -> Option<Location> {
        if let View::Made(made) = self.value {
            return made_place(made, part);
        }
        let src = self.value.origin()?;
        let span = src.source.tree.span(src.node);
        if part == Some(FLAW)
            && let Some(place) = src.source.flaw(span)
        {
            return Some(place);
        }
        match (self.value.kind(), part) {
            (manifest::Kind::Scalar, Some(part)) => {
                let span = image_part(src.text(), part)?;
                Some(src.locate_part(span))
            }
            (manifest::Kind::Scalar, None) => Some(src.locate()),
            // A whole collection underlines badly; its key says as much.
            _ => self.key_place().or_else(|| self.start_place()),
        }
    }

    /// The value behind a collection that a template printed as a whole.
    fn printed_place(&self) -> Option<Location> {
        printed_from(self.value)?.0
    }

    /// The template that printed the value, where another place is to blame.
    fn printed_at(&self, place: Option<&Location>) -> Option<Related> {
        let (value, template) = printed_from(self.value)?;
        let (value, place) = (value?, place?);
        let template = template?;
        // A chart that somebody else owns is where it is asked for, with its values.
        let is_other = !same_file(&template.file, &place.file) || template.span != place.span;
        (same_file(&value.file, &place.file) && is_other).then_some(Related {
            what: "rendered here".to_owned(),
            place: template,
            like: None,
        })
    }

    /// Where a chart that somebody else owns has it: what to look up before overriding it.
    fn vendored(&self) -> Option<Related> {
        let View::Src(source, node) = self.value else {
            return None;
        };
        let place = source.vendored(source.tree.span(node))?;
        Some(Related {
            what: "the chart has it here".to_owned(),
            place,
            like: None,
        })
    }

    fn is_placeholder(&self) -> bool {
        match self.value {
            View::Src(source, node) if source.tree.kind(node) == manifest::Kind::Scalar => {
                source.is_placeholder(source.tree.span(node))
            }
            View::Made(made) => {
                let is_made_up = |part: &Part| {
                    let from = &part.from;
                    from.source.is_placeholder(from.source.tree.span(from.node))
                };
                made.is_placeholder || made.parts.iter().any(is_made_up)
            }
            _ => false,
        }
    }

    /// What tells a collection that has no key from others: an object's kind, the name of an
    /// item. Where a patch changed it, it is that of what was patched: a patch repeats the name
    /// only to say which item it means.
    fn start(&self) -> Option<EntryRef<'_>> {
        let value = self.stood();
        let mut entries = value.entries();
        value
            .entry("name")
            .or_else(|| value.entry("kind"))
            .or_else(|| entries.next())
    }

    /// The value before a patch changed it.
    fn stood(&self) -> View<'_> {
        let stood = match self.value {
            View::Map(map) => map.place.as_ref(),
            _ => None,
        };
        stood.map_or(self.value, |src| View::Src(&src.source, src.node))
    }

    /// The first bytes of a collection that has no key.
    fn start_place(&self) -> Option<Location> {
        let value = self.start().map_or(self.stood(), |entry| entry.value);
        place_of(value)
    }

    /// Where a collection that has no key stands, whatever it is called: where its name came from
    /// elsewhere, as that of a container from the chart's, it is the key that says so.
    fn standing_place(&self) -> Option<Location> {
        let start = self.start();
        let key = start.and_then(|entry| place_of(entry.key));
        match (key, self.start_place()) {
            (Some(key), Some(value)) if !is_beside(&key, &value) => Some(key),
            (key, value) => value.or(key),
        }
    }

    fn overridden(&self, place: Option<&Location>) -> Vec<Related> {
        let mut related = Vec::new();
        let mut next = self.was;
        while let Some(was) = next {
            let view = was.node.view();
            let origin = view.origin().map(|src| src.locate());
            if let Some(at) = origin
                && !place.is_some_and(|p| same_bytes(p, &at))
            {
                related.push(Related {
                    what: "overrides this".to_owned(),
                    place: at,
                    like: place.cloned(),
                });
            }
            next = was.prev.as_ref();
        }
        related
    }
}

fn place_of(view: View<'_>) -> Option<Location> {
    view.origin().map(|src| src.locate())
}

/// Whether a value is written behind its key.
fn is_beside(key: &Location, value: &Location) -> bool {
    let text = key.file.tree.text();
    let between = text.get(key.span.end as usize..value.span.start as usize);
    let is_mark = |c: char| c.is_whitespace() || matches!(c, ':' | '-' | '"' | '\'');
    let is_blank = |line: &str| {
        let line = line.split('#').next().unwrap_or_default();
        line.chars().all(is_mark)
    };
    same_file(&key.file, &value.file) && between.is_some_and(|text| text.lines().all(is_blank))
}

/// The past of a sequence's item, counted among those that were not removed.
fn live_item(seq: &Seq, index: usize) -> Option<&Arc<Was>> {
    seq.items
        .iter()
        .filter(|i| !i.value.is_gone())
        .nth(index)?
        .was
        .as_ref()
}

fn removed_entry<'a>(map: &'a Map, key: &str) -> Option<&'a Was> {
    map.entries
        .iter()
        .rfind(|e| matches!(e.value, Node::Gone) && e.key.view().text() == key)?
        .was
        .as_deref()
}

/// The bytes behind a part of a composed scalar; behind its first piece if no part is asked
/// for, behind what composed it if it has none.
fn made_place(made: &Made, part: Option<&str>) -> Option<Location> {
    if let Some(part) = part
        && let Some(span) = image_part(&made.text, part)
        && let Some(piece) = made
            .parts
            .iter()
            .find(|p| p.span.start < span.end.max(span.start + 1) && span.start < p.span.end)
    {
        let start = span.start.max(piece.span.start) - piece.span.start + piece.of.start;
        let end = span.end.min(piece.span.end) - piece.span.start + piece.of.start;
        return Some(piece.from.locate_part(Span::new(start, end)));
    }
    match (made.parts.first(), &made.step.by) {
        (Some(piece), _) => Some(piece.from.locate_part(piece.of)),
        (None, Some(by)) => Some(by.locate()),
        (None, None) => None,
    }
}

/// The bytes of a part of an image reference: `registry`, `repository`, `tag`, `digest`. A part
/// that is not written stands for the whole.
fn image_part(image: &str, part: &str) -> Option<Span> {
    let whole = 0..image.len();
    let digest = image.find('@');
    let named = digest.unwrap_or(image.len());
    let slash = image[..named].rfind('/').map_or(0, |at| at + 1);
    let tag = image[slash..named].find(':').map(|at| slash + at);
    let range = match part {
        "digest" => digest.map(|at| at + 1..image.len()),
        "tag" => tag.map(|at| at + 1..named),
        "registry" => image[..named]
            .find('/')
            .filter(|at| image[..*at].contains(['.', ':']))
            .map(|at| 0..at),
        "repository" => Some(0..tag.unwrap_or(named)),
        _ => None,
    }
    .unwrap_or(whole);
    Some(Span::new(range.start as u32, range.end as u32))
}

/// The place of the deepest value on the way that has one.
fn nearest(object: &Object, segments: &[Segment]) -> Option<Location> {
    (0..=segments.len()).rev().find_map(|depth| {
        let path: FieldPath = segments[..depth].iter().cloned().collect();
        let view = object.node.view().at(&path)?;
        view.origin()
            .or_else(|| first_origin(view, 0))
            .map(|src| src.locate())
    })
}

fn first_origin(view: View<'_>, depth: usize) -> Option<Src> {
    const DEPTH_LIMIT: usize = 64;
    if depth > DEPTH_LIMIT {
        return None;
    }
    view.origin().or_else(|| {
        view.entries()
            .map(|e| e.value)
            .chain(view.items())
            .find_map(|child| first_origin(child, depth + 1))
    })
}

fn same_bytes(a: &Location, b: &Location) -> bool {
    a.span == b.span && same_file(&a.file, &b.file)
}

fn same_file(a: &Arc<Source>, b: &Arc<Source>) -> bool {
    Arc::ptr_eq(a, b) || a.path() == b.path()
}
