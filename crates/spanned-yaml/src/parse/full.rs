//! All of YAML, through granit-parser's events.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};

use super::build::Builder;
use crate::tree::Props;
use crate::{Error, ErrorKind, Kind, NodeId, Span, Style, Tree};

pub(super) fn parse(text: Box<str>) -> Tree {
    let source = text.clone();
    let mut builder = Builder::new(text);
    let mut anchors: HashMap<usize, NodeId> = HashMap::new();
    let options = granit_parser::options! { emit_anchor_events: true };
    let mut last = None;
    for event in Parser::new_from_str_with_options(&source, options) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(fault) => {
                let at = fault.marker().byte_offset().unwrap_or(0).min(source.len()) as u32;
                builder.tree.errors.push(Error {
                    kind: ErrorKind::Syntax,
                    span: Span::new(at, at),
                    message: fault.info(),
                });
                break;
            }
        };
        let range = span.byte_range().unwrap_or(0..0);
        let span = Span::new(range.start as u32, range.end as u32);
        match event {
            Event::Scalar(content, style, anchor, tag) => {
                let style = scalar_style(style);
                let written = match style {
                    Style::SingleQuoted | Style::DoubleQuoted => {
                        &source[range.start + 1..range.end - 1]
                    }
                    _ => &source[range],
                };
                let content = (content != written).then(|| content.into());
                let tag = tag.map(|t| tag_name(&t));
                let props = (content.is_some() || tag.is_some() || anchor > 0).then_some(Props {
                    content,
                    tag,
                    ..Props::default()
                });
                let id = builder.leaf(Kind::Scalar, style, span, props);
                anchors.insert(anchor, id);
                last = Some(id);
            }
            Event::SequenceStart(style, anchor, tag) => {
                last = Some(open(
                    &mut builder,
                    &mut anchors,
                    Kind::Seq,
                    style,
                    span,
                    anchor,
                    tag.as_deref(),
                ));
            }
            Event::MappingStart(style, anchor, tag) => {
                last = Some(open(
                    &mut builder,
                    &mut anchors,
                    Kind::Map,
                    style,
                    span,
                    anchor,
                    tag.as_deref(),
                ));
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close(span.end),
            Event::Anchor(_, name) => {
                if let Some(id) = last {
                    let at = builder.tree.nodes[id.0 as usize].props;
                    builder.tree.props[at as usize].anchor = Some(name.into());
                }
            }
            Event::Alias(anchor) => {
                builder.tree.has_alias = true;
                let props = Props {
                    target: anchors.get(&anchor).copied(),
                    ..Props::default()
                };
                builder.leaf(Kind::Alias, Style::Plain, span, Some(props));
            }
            Event::Comment(..) => builder.tree.comments.push(span),
            _ => {}
        }
    }
    while builder.depth() > 0 {
        builder.close(source.len() as u32);
    }
    builder.tree
}

fn open(
    builder: &mut Builder,
    anchors: &mut HashMap<usize, NodeId>,
    kind: Kind,
    style: StructureStyle,
    span: Span,
    anchor: usize,
    tag: Option<&Tag>,
) -> NodeId {
    let style = match style {
        StructureStyle::Block => Style::Plain,
        StructureStyle::Flow => Style::Flow,
    };
    let tag = tag.map(tag_name);
    let props = (tag.is_some() || anchor > 0).then_some(Props {
        tag,
        ..Props::default()
    });
    let id = builder.open(kind, style, span.start, props);
    anchors.insert(anchor, id);
    id
}

fn scalar_style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn tag_name(tag: &Tag) -> Box<str> {
    format!("{}{}", tag.handle(), tag.suffix()).into()
}
