//! All of YAML, through granit-parser's events.

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle, Tag};

use super::build::{Builder, MAX_DEPTH, MAX_ERRORS};
use super::spaced::Spaced;
use super::{explain, place, spaced};
use crate::tree::Props;
use crate::{Kind, Span, Style, Tree};

pub(super) fn parse(text: &str) -> Tree {
    let options = granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let spaced = spaced::insert_missing(text, &options);
    let mut reading = Reading {
        source: text,
        parser: Parser::new_from_str_with_options(&spaced.text, options),
        spaced: &spaced,
        builder: Builder::new(text),
    };
    reading.run();
    reading.builder.finish()
}

struct Reading<'a> {
    source: &'a str,
    /// What the parser reads in the source's place.
    spaced: &'a Spaced<'a>,
    parser: Parser<'a, StrInput<'a>>,
    builder: Builder<'a>,
}

impl Reading<'_> {
    fn run(&mut self) {
        let mut faults = 0;
        while let Some(event) = self.parser.next_event() {
            let fault = match event {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    let (start, end) = (
                        self.spaced.source_offset(range.start),
                        self.spaced.source_offset(range.end),
                    );
                    let span = Span::new(start as u32, end as u32);
                    if self.take(event, span) {
                        continue;
                    }
                    explain::too_deep(span)
                }
                Err(fault) => self.explain(&fault),
            };
            self.builder.tree.errors.push(fault);
            self.builder.abandon_document();
            faults += 1;
            if faults == MAX_ERRORS {
                break;
            }
            match self.parser.proceed_next_document() {
                Ok(true) => {}
                Ok(false) => break,
                Err(fault) => {
                    let fault = self.explain(&fault);
                    self.builder.tree.errors.push(fault);
                    break;
                }
            }
        }
    }

    fn explain(&self, fault: &ScanError) -> crate::Error {
        let at = self
            .spaced
            .source_offset(fault.marker().byte_offset().unwrap_or(0));
        explain::fault(self.source, fault.kind(), at)
    }

    /// Takes an event into the tree. `false` if it is nested too deeply.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::DocumentStart(explicit, _) => {
                self.builder.begin_document();
                self.builder.end = if explicit {
                    span.end
                } else {
                    place::implicit_start(self.source, span.start)
                };
            }
            Event::DocumentEnd => self.end_document(),
            Event::Scalar(content, style, anchor, tag) => {
                self.scalar(&content, style, anchor > 0, tag.as_deref(), span);
            }
            Event::SequenceStart(style, anchor, tag) => {
                return self.open(Kind::Seq, style, anchor > 0, tag.as_deref(), span);
            }
            Event::MappingStart(style, anchor, tag) => {
                return self.open(Kind::Map, style, anchor > 0, tag.as_deref(), span);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.builder.close((!span.is_empty()).then_some(span.end));
            }
            Event::Anchor(_, name) => {
                let id = self.builder.last();
                self.builder.anchor(id, &name);
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.builder.alias(span),
            Event::Comment(..) => {
                let text = &self.source[span.range()];
                let len = text.trim_end_matches('\r').len() as u32;
                let span = Span::new(span.start, span.start + len);
                self.builder.tree.comments.push(span);
            }
            _ => {}
        }
        true
    }

    /// A document that holds nothing has no root.
    fn end_document(&mut self) {
        let tree = &self.builder.tree;
        let Some(root) = tree.roots.last() else {
            return;
        };
        let root = tree.nodes[root.0 as usize];
        let nothing = root.kind() == Kind::Scalar && root.style() == Style::Plain;
        if nothing && root.span(&tree.wide).is_empty() && !root.has_props() {
            self.builder.abandon_document();
        }
    }

    fn scalar(
        &mut self,
        content: &str,
        style: ScalarStyle,
        anchored: bool,
        tag: Option<&Tag>,
        span: Span,
    ) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let has_properties = anchored || tag.is_some();
        let block;
        let (content, span) = match style {
            Style::Plain if span.is_empty() => {
                let properties = usize::from(anchored) + usize::from(tag.is_some());
                let at = place::absent(self.source, &self.builder, properties);
                ("", Span::new(at, at))
            }
            Style::Literal | Style::Folded => {
                block = place::block_scalar(self.source, self.builder.end, span, content);
                (block.1.as_str(), block.0)
            }
            _ => (content, span),
        };
        let written = match style {
            Style::SingleQuoted | Style::DoubleQuoted => {
                span.range().start + 1..span.range().end - 1
            }
            _ => span.range(),
        };
        let is_written = self.source.get(written) == Some(content);
        let props = (!is_written || has_properties).then(|| Props {
            content: (!is_written).then(|| content.into()),
            tag: tag.map(tag_name),
            ..Props::default()
        });
        self.builder.scalar(style, span, props);
    }

    fn open(
        &mut self,
        kind: Kind,
        style: StructureStyle,
        anchored: bool,
        tag: Option<&Tag>,
        span: Span,
    ) -> bool {
        let style = match style {
            StructureStyle::Block => Style::Plain,
            StructureStyle::Flow => Style::Flow,
        };
        let props = (anchored || tag.is_some()).then(|| Props {
            tag: tag.map(tag_name),
            ..Props::default()
        });
        let start = match (kind, style) {
            (Kind::Seq, Style::Plain) if self.builder.at_key().is_some() => {
                place::block_sequence(self.source, self.builder.end)
            }
            _ => span.start,
        };
        // What stands inside goes on behind a bracket, and from a dash on.
        self.builder.end = match style {
            Style::Flow => span.end,
            _ => start,
        };
        self.builder.open(kind, style, start, props)
    }
}

fn tag_name(tag: &Tag) -> Box<str> {
    format!("{}{}", tag.handle(), tag.suffix()).into()
}
