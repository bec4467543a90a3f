//! `images` of an Application: `name=new-name:tag@digest`.

use manifest::{Fault, FaultKind, Node, Part, Span, Step, Style};

use super::Environment;
use crate::text::Text;

/// What an entry asks for. `*` in the place of a value means the kustomization's own.
pub(super) struct Image {
    pub(super) name: Node,
    pub(super) new_name: Option<Node>,
    pub(super) new_tag: Option<Node>,
    pub(super) digest: Option<Node>,
}

impl Image {
    /// Reads an entry.
    ///
    /// # Errors
    /// It names neither another name, nor a tag, nor a digest.
    pub(super) fn parse(entry: &Text, environment: &Environment) -> Result<Self, Fault> {
        let expanded = environment.expand(entry.as_str()).text;
        let made = |range: std::ops::Range<usize>| piece(entry, &expanded, range);
        let (name, value) = match expanded.find('=') {
            Some(at) => (Some(0..at), at + 1..expanded.len()),
            None => (None, 0..expanded.len()),
        };
        let start = value.start;
        let split = split(&expanded[value.clone()]);
        let shifted = |range: std::ops::Range<usize>| range.start + start..range.end + start;
        let own = shifted(split.name.clone());
        if name.is_none() && own == value {
            let message = format!("`{expanded}` names no replacement image");
            let fault = Fault::new(FaultKind::Field, message)
                .help("write `name:tag`, `name@digest` or `name=new-name:tag`");
            return Err(match entry.place() {
                Some(place) => fault.at(&place),
                None => fault,
            });
        }
        Ok(Self {
            new_name: name.as_ref().map(|_| made(own.clone())),
            name: made(name.unwrap_or(own)),
            new_tag: split.tag.map(|range| made(shifted(range))),
            digest: split.digest.map(|range| made(shifted(range))),
        })
    }
}

/// A piece of an entry as a text of its own, which knows its bytes unless variables moved them.
fn piece(entry: &Text, expanded: &str, range: std::ops::Range<usize>) -> Node {
    let text = expanded.get(range.clone()).unwrap_or_default();
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let by = entry.place();
    let is_same = expanded == entry.as_str();
    let part = by.clone().map(|from| {
        let whole = Span::new(0, position(from.text().len()));
        let own = Span::new(position(range.start), position(range.end));
        Part {
            span: Span::new(0, position(text.len())),
            of: match is_same && from.text() == expanded {
                true => own,
                false => whole,
            },
            from,
        }
    });
    let parts: Vec<Part> = part.filter(|_| !text.is_empty()).into_iter().collect();
    let step = Step { name: "images", by };
    Node::made(text, Style::DoubleQuoted, parts, step)
}

struct Split {
    name: std::ops::Range<usize>,
    tag: Option<std::ops::Range<usize>>,
    digest: Option<std::ops::Range<usize>>,
}

/// The name, the tag and the digest of an image. A colon before the first slash is a port.
fn split(image: &str) -> Split {
    let end = image.len();
    let from = match image.find('/') {
        Some(slash) if slash > 0 => slash,
        _ => 0,
    };
    let digest = image[from..].find('@').map(|at| at + from);
    let tag = image[from..].find(':').map(|at| at + from);
    match (tag, digest) {
        (None, None) => Split {
            name: 0..end,
            tag: None,
            digest: None,
        },
        (Some(tag), Some(digest)) if tag < digest => Split {
            name: 0..tag,
            tag: Some(tag + 1..digest),
            digest: Some(digest + 1..end),
        },
        (_, Some(digest)) => Split {
            name: 0..digest,
            tag: None,
            digest: Some(digest + 1..end),
        },
        (Some(tag), None) => Split {
            name: 0..tag,
            tag: Some(tag + 1..end),
            digest: None,
        },
    }
}
