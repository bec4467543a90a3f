use std::sync::Arc;

use spanned_yaml::Span;

use crate::{Location, Made, Place, Source, Src};

/// Where the bytes of a text came from that templates printed.
#[derive(Debug, Default)]
pub struct Printed {
    /// The files of the templates.
    pub templates: Arc<[Arc<Source>]>,
    /// The values that actions printed.
    pub values: Arc<[Src]>,
    /// The runs of bytes in order, without gaps.
    pub pieces: Box<[Piece]>,
    /// The template that was printed, if it is one: what it includes may be another's.
    pub whole: Option<u32>,
}

/// A run of printed bytes with one origin. It begins where the previous one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The byte behind the last one.
    pub end: u32,
    /// The template text, or the action that printed it.
    pub template: Option<TemplatePlace>,
    /// The value that an action printed.
    pub value: Option<PrintedValue>,
    /// Whether chance, the time or a key made it, so that it says nothing of what will be.
    pub is_placeholder: bool,
}

/// Bytes of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplatePlace {
    /// Index of the file in [`Printed::templates`].
    pub file: u32,
    /// The text, or the action.
    pub span: Span,
    /// Whether the printed bytes are the template's own.
    pub is_text: bool,
}

/// A value behind printed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedValue {
    /// Its index in [`Printed::values`].
    pub index: u32,
    /// Where in the value's content the bytes stand; none if they were made out of it.
    pub offset: Option<u32>,
}

impl Printed {
    /// Of a text that was put together.
    pub(crate) fn of_made(made: &Made) -> Self {
        let piece = |end, value| Piece {
            end,
            template: None,
            value,
            is_placeholder: false,
        };
        let mut pieces = Vec::new();
        let mut end = 0;
        for (index, part) in made.parts.iter().enumerate() {
            if end < part.span.start {
                pieces.push(piece(part.span.start, None));
            }
            end = part.span.end;
            let value = PrintedValue {
                index: index as u32,
                offset: (part.of.len() == part.span.len()).then_some(part.of.start),
            };
            pieces.push(piece(end, Some(value)));
        }
        if (end as usize) < made.text.len() {
            pieces.push(piece(made.text.len() as u32, None));
        }
        Self {
            values: made.parts.iter().map(|part| part.from.clone()).collect(),
            pieces: pieces.into(),
            ..Self::default()
        }
    }

    /// The runs that touch a range, each with the part of it that lies in the range; the run at
    /// the range's start if it is empty.
    pub fn pieces_in(&self, span: Span) -> impl Iterator<Item = (Span, &Piece)> {
        let end = span.end.max(span.start.saturating_add(1));
        let first = self.pieces.partition_point(|p| p.end <= span.start);
        let mut start = match first.checked_sub(1).and_then(|at| self.pieces.get(at)) {
            Some(before) => before.end,
            None => 0,
        };
        let rest = self.pieces.get(first..).unwrap_or_default();
        rest.iter()
            .map(move |piece| {
                let from = std::mem::replace(&mut start, piece.end);
                (from, piece)
            })
            .take_while(move |(from, _)| *from < end)
            .map(move |(from, piece)| {
                let cut = Span::new(from.max(span.start), piece.end.min(end));
                (cut, piece)
            })
    }

    /// The value that printed a range, or most of it: the first one in it.
    pub fn value(&self, span: Span) -> Option<Location> {
        let (file, span) = self.value_at(span)?;
        Some(file.locate(span))
    }

    /// As [`Printed::value`], as the bytes of its own text.
    fn value_at(&self, span: Span) -> Option<(&Arc<Source>, Span)> {
        let (cut, piece, value) = self
            .pieces_in(span)
            .find_map(|(cut, piece)| Some((cut, piece, piece.value?)))?;
        let Src { source, node } = self.values.get(value.index as usize)?;
        let Some(offset) = value.offset.filter(|_| cut == span) else {
            return Some((source, source.tree.span(*node)));
        };
        // `offset` belongs to the piece's first byte, which the range may cut away.
        let start = offset + cut.start - self.start_of(piece);
        let part = Span::new(start, start + cut.len());
        Some((source, source.tree.outer_span(*node, part)))
    }

    /// Whether a value printed the first byte of a range.
    pub(crate) fn is_value(&self, span: Span) -> bool {
        let first = self.pieces_in(span).next();
        first.is_some_and(|(_, piece)| piece.value.is_some())
    }

    /// The template that printed a range: its text, or the action at its start. Of what it takes
    /// from a file that users do not own, the template that takes it.
    pub fn template(&self, span: Span) -> Option<Location> {
        let (file, span) = self.template_at(span)?;
        let whole = self.whole.and_then(|at| self.templates.get(at as usize));
        let own = whole.filter(|own| matches!(own.place, Place::File(_)));
        match (&file.place, own) {
            (Place::Vendored { .. }, Some(own)) => Some(own.locate(first_line(own.tree.text()))),
            _ => Some(file.locate(span)),
        }
    }

    /// As [`Printed::template`], as the bytes of its own text.
    fn template_at(&self, span: Span) -> Option<(&Arc<Source>, Span)> {
        let (cut, piece, place) = self
            .pieces_in(span)
            .find_map(|(cut, piece)| Some((cut, piece, piece.template?)))?;
        let file = self.templates.get(place.file as usize)?;
        if !place.is_text {
            return Some((file, place.span));
        }
        let start = place.span.start + cut.start - self.start_of(piece);
        Some((file, Span::new(start, start + cut.len())))
    }

    /// Where a range is written in a file that users do not own: as the value that printed it, or
    /// else in the template.
    pub(crate) fn vendored(&self, span: Span) -> Option<Location> {
        let (file, span) = self.value_at(span).or_else(|| self.template_at(span))?;
        matches!(file.place, Place::Vendored { .. }).then(|| Location {
            file: file.clone(),
            span,
        })
    }

    /// Every place that a range came from: its values, and the templates' own text.
    pub(crate) fn places(&self, span: Span) -> Vec<Location> {
        let texts = self.texts(span).into_iter();
        texts.map(|(file, span)| file.locate(span)).collect()
    }

    /// As [`Printed::places`], where it is written, whoever owns the files.
    pub(crate) fn written(&self, span: Span) -> Vec<Location> {
        let texts = self.texts(span).into_iter();
        texts.flat_map(|(file, span)| file.written(span)).collect()
    }

    fn texts(&self, span: Span) -> Vec<(&Arc<Source>, Span)> {
        let mut texts = Vec::new();
        for (cut, piece) in self.pieces_in(span) {
            let is_text = piece.template.is_some_and(|place| place.is_text);
            texts.extend(self.value_at(cut));
            texts.extend(self.template_at(cut).filter(|_| is_text));
        }
        texts
    }

    /// Whether any byte of a range is a placeholder.
    pub fn is_placeholder(&self, span: Span) -> bool {
        self.pieces_in(span).any(|(_, piece)| piece.is_placeholder)
    }

    fn start_of(&self, piece: &Piece) -> u32 {
        let at = self.pieces.partition_point(|p| p.end < piece.end);
        let before = at.checked_sub(1).and_then(|at| self.pieces.get(at));
        before.map_or(0, |before| before.end)
    }
}

/// The first line of a template that is more than a comment.
fn first_line(text: &str) -> Span {
    let is_comment = |line: &str| {
        let inner = line
            .strip_prefix("{{")
            .map(|rest| rest.trim_start_matches(['-', ' ']));
        line.starts_with('#') || inner.is_some_and(|inner| inner.starts_with("/*"))
    };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let own = line.trim();
        if !own.is_empty() && !is_comment(own) {
            let before = line.len() - line.trim_start().len();
            let start = start + before;
            return Span::new(start as u32, (start + own.len()) as u32);
        }
        start += line.len();
    }
    Span::new(0, 0)
}

#[cfg(test)]
mod tests {
    use spanned_yaml::Tree;

    use super::*;

    #[test]
    fn what_a_library_prints_is_the_template_that_takes_it() {
        let text = "{{/* a */}}\n{{ include \"b\" . }}\n";
        let own = Source::file("templates/a.yaml", Tree::of_spans(text, []));
        let chart = Source::file("Chart.yaml", Tree::parse("name: a\n"));
        let root = chart.tree.documents().next().unwrap();
        let library = Arc::new(Source {
            tree: Arc::new(Tree::of_spans("a: true\n", [])),
            place: Place::Vendored {
                path: "lib.tpl".into(),
                by: Src::new(&chart, root),
            },
        });
        let printed = |whole| Printed {
            templates: Arc::new([library.clone(), own.clone()]),
            pieces: Box::new([Piece {
                end: 8,
                template: Some(TemplatePlace {
                    file: 0,
                    span: Span::new(0, 8),
                    is_text: true,
                }),
                value: None,
                is_placeholder: false,
            }]),
            whole,
            ..Printed::default()
        };
        let told = |whole| printed(whole).template(Span::new(3, 7)).unwrap();
        assert_eq!(told(Some(1)).path(), "templates/a.yaml");
        assert_eq!(told(Some(1)).span, Span::new(12, 31));
        assert_eq!(told(None).path(), "Chart.yaml");
    }

    const TEMPLATE: &str = "a: {{ .x }}\nb: \"{{ .y | upper }}\"\nc: text\n";
    const PRINTED: &str = "a: 1\nb: \"WORD\"\nc: text\n";

    /// Where a scalar of the printed text came from, as `path: bytes`.
    fn check(key: &str, expect: &str) {
        let template = Source::file("t.yaml", Tree::of_spans(TEMPLATE, []));
        let values = Source::file("values.yaml", Tree::parse("x: 1\ny: word\n"));
        let value = |key| {
            let map = values.tree.documents().next().unwrap();
            let mut entries = values.tree.entries(map);
            let (_, node) = entries
                .find(|(k, _)| values.tree.scalar(*k) == key)
                .unwrap();
            Src::new(&values, node)
        };
        let piece = |end, start: u32, stop: u32, value: Option<PrintedValue>| Piece {
            end,
            template: Some(TemplatePlace {
                file: 0,
                span: Span::new(start, stop),
                is_text: value.is_none(),
            }),
            value,
            is_placeholder: false,
        };
        let of = |index, offset| Some(PrintedValue { index, offset });
        let printed = Printed {
            templates: Arc::new([template.clone()]),
            values: Arc::new([value("x"), value("y")]),
            pieces: Box::new([
                piece(3, 0, 3, None),
                piece(4, 3, 11, of(0, Some(0))),
                piece(9, 11, 16, None),
                piece(13, 16, 32, of(1, None)),
                piece(23, 32, 42, None),
            ]),
            whole: Some(0),
        };
        let source = Source::printed(PRINTED, printed);
        let root = source.tree.documents().next().unwrap();
        let (_, node) = source
            .tree
            .entries(root)
            .find(|(k, _)| source.tree.scalar(*k) == key)
            .unwrap();
        let place = Src::new(&source, node).locate();
        let bytes = &place.file.tree.text()[place.span.range()];
        assert_eq!(format!("{}: {bytes}", place.path()), expect);
    }

    #[test]
    fn finds_the_value_or_else_the_template() {
        check("a", "values.yaml: 1");
        check("b", "values.yaml: word");
        check("c", "t.yaml: text");
    }
}
