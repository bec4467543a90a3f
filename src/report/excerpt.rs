//! The source lines that a place covers, fit to be shown.

use std::ops::Range;

use manifest::{Location, Span};

use super::escape;
use crate::judge::redact::REDACTED;

/// How many lines of a place are shown.
const MAX_LINES: usize = 4;
/// How many bytes before and behind a place are looked at for each column shown: a line can be
/// as long as its file, and hold as many findings as it has bytes.
const BYTES_PER_COLUMN: usize = 4;
const TAB: usize = 4;
const CUT: char = '…';

/// Lines of a file: sensitive values redacted, long lines cut, tabs expanded, and nothing that
/// acts on a screen.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The number of the first line, counted from 1.
    pub(super) line: u32,
    /// The lines, without a break at the end.
    pub(super) text: String,
    /// The bytes of `text` that the place covers.
    pub(super) span: Range<usize>,
    /// How many lines the place covers beyond those shown.
    pub(super) more: usize,
}

/// The part of a line that is looked at.
struct Line<'a> {
    text: &'a str,
    /// Where in the file `text` starts.
    offset: usize,
    /// Whether the line goes on before `text`, and behind it.
    cut: (bool, bool),
}

/// A column of a shown line, and the bytes of the file that it stands for.
struct Cell {
    shown: char,
    start: usize,
    end: usize,
}

impl Excerpt {
    /// The lines that `place` covers, each about `width` columns wide at most. `sensitive` are
    /// the file's sensitive bytes, in order and without overlap.
    pub(super) fn new(place: &Location, sensitive: &[Span], width: usize) -> Self {
        let text = place.file.tree.text();
        let start = floor(text, place.span.start as usize);
        let end = start.max(floor(text, place.span.end as usize));
        // The span of a block reaches over the line breaks behind it: nothing to point at.
        let end = start + text[start..end].trim_end().len();

        let mut excerpt = Self {
            line: place.start().line,
            text: String::new(),
            span: 0..0,
            more: 0,
        };
        let mut at = start;
        for (index, part) in text[start..end].split('\n').enumerate() {
            if index >= MAX_LINES {
                excerpt.more += 1;
                continue;
            }
            if index > 0 {
                excerpt.text.push('\n');
            }
            let focus = at..at + part.len();
            let covered = Line::around(text, at, width).draw(focus, sensitive, width);
            let base = excerpt.text.len();
            excerpt.text.push_str(&covered.0);
            if index == 0 {
                excerpt.span.start = base + covered.1.start;
            }
            excerpt.span.end = base + covered.1.end;
            at += part.len() + 1;
        }
        excerpt
    }

    /// What the place covers, to stand within a sentence: of several lines the first.
    pub(super) fn covered_line(&self) -> String {
        let covered = self.text.get(self.span.clone()).unwrap_or_default();
        match covered.split_once('\n') {
            Some((first, _)) => format!("{first}{CUT}"),
            None => covered.to_owned(),
        }
    }
}

impl<'a> Line<'a> {
    /// The line of `text` in which the byte `at` stands.
    fn around(text: &'a str, at: usize, width: usize) -> Self {
        let reach = width.saturating_mul(BYTES_PER_COLUMN);
        let low = floor(text, at.saturating_sub(reach));
        let high = floor(text, at.saturating_add(reach));
        let before = text[low..at].rfind('\n').map(|found| low + found + 1);
        let behind = text[at..high].find('\n').map(|found| at + found);
        let start = before.unwrap_or(low);
        let line = &text[start..behind.unwrap_or(high)];
        Self {
            text: line.strip_suffix('\r').unwrap_or(line),
            offset: start,
            cut: (
                before.is_none() && low > 0,
                behind.is_none() && high < text.len(),
            ),
        }
    }

    /// The line as it is shown, and which bytes of that stand for `focus`.
    fn draw(
        &self,
        focus: Range<usize>,
        sensitive: &[Span],
        width: usize,
    ) -> (String, Range<usize>) {
        let cells = self.cells(sensitive);
        let first = cells.partition_point(|cell| cell.end <= focus.start);
        let behind = cells
            .partition_point(|cell| cell.start < focus.end)
            .max(first);
        let window = window(cells.len(), first..behind, width);

        let mut shown = String::new();
        if self.cut.0 || window.start > 0 {
            shown.push(CUT);
        }
        let mut covered = None;
        for (index, cell) in cells.iter().enumerate().take(window.end).skip(window.start) {
            let start = shown.len();
            shown.push(cell.shown);
            if (first..behind).contains(&index) {
                covered.get_or_insert(start..start).end = shown.len();
            } else if index == first {
                covered = Some(start..start);
            }
        }
        let covered = covered.unwrap_or(shown.len()..shown.len());
        if self.cut.1 || window.end < cells.len() {
            shown.push(CUT);
        }
        (shown, covered)
    }

    fn cells(&self, sensitive: &[Span]) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.text.len());
        let mut chars = self.text.char_indices().peekable();
        let mut indented = true;
        while let Some((at, c)) = chars.next() {
            let start = self.offset + at;
            let mut end = start + c.len_utf8();
            indented &= c == ' ';
            let next = sensitive.partition_point(|span| span.end as usize <= start);
            let secret = sensitive.get(next).filter(|s| s.start as usize <= start);
            match (secret, c) {
                (Some(secret), _) if !indented => {
                    let inside = |at: usize| self.offset + at < secret.end as usize;
                    while let Some((at, c)) = chars.next_if(|(at, _)| inside(*at)) {
                        end = self.offset + at + c.len_utf8();
                    }
                    cells.extend(REDACTED.chars().map(|shown| Cell { shown, start, end }));
                }
                (_, '\t') => {
                    let shown = ' ';
                    let width = TAB - cells.len() % TAB;
                    cells.extend((0..width).map(|_| Cell { shown, start, end }));
                }
                _ => cells.push(Cell {
                    shown: visible(c),
                    start,
                    end,
                }),
            }
        }
        cells
    }
}

/// Which of a line's columns are shown where not all can be: those from the line's start, if
/// they reach far enough into `focus`, else those around it.
fn window(columns: usize, focus: Range<usize>, width: usize) -> Range<usize> {
    if columns <= width {
        return 0..columns;
    }
    let needed = focus.end.min(focus.start + width / 2);
    let start = if needed < width {
        0
    } else {
        let around = width.saturating_sub(focus.len()).max(width / 4) / 2;
        focus.start.saturating_sub(around)
    };
    start..columns.min(start + width)
}

/// One column for a character: a control character has a picture, what else acts on the screen
/// is replaced.
fn visible(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if escape::acts(c) => '\u{fffd}',
        c => c,
    }
}

/// The nearest offset at or before `at` that is no character's inside.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use spanned_yaml::Tree;

    /// Draws the excerpt of the bytes between `«` and `»`, its covered bytes between the same
    /// marks. What stands between `⟨` and `⟩` is sensitive.
    fn check(marked: &str, width: usize) -> String {
        let mut text = String::new();
        let (mut span, mut secret) = (0..0, 0..0);
        for c in marked.chars() {
            match c {
                '«' => span.start = text.len(),
                '»' => span.end = text.len(),
                '⟨' => secret.start = text.len(),
                '⟩' => secret.end = text.len(),
                c => text.push(c),
            }
        }
        let file = manifest::Source::file("a.yaml", Tree::of_spans(text, []));
        let place = Location {
            file,
            span: Span::new(span.start as u32, span.end as u32),
        };
        let secret = Span::new(secret.start as u32, secret.end as u32);
        let excerpt = Excerpt::new(&place, &[secret], width);
        let (before, rest) = excerpt.text.split_at(excerpt.span.start);
        let (covered, behind) = rest.split_at(excerpt.span.end - excerpt.span.start);
        let more = match excerpt.more {
            0 => String::new(),
            more => format!(" +{more}"),
        };
        format!("{}| {before}«{covered}»{behind}{more}", excerpt.line)
    }

    #[test]
    fn the_line_is_shown() {
        assert_eq!(check("a: 1\nb: «22»\nc: 3\n", 80), "2| b: «22»");
        assert_eq!(check("a: «1»", 80), "1| a: «1»");
    }

    #[test]
    fn crlf_and_tabs_do_not_move_the_place() {
        assert_eq!(check("a: 1\r\nb:\t«22»\r\n", 80), "2| b:  «22»");
        assert_eq!(check("a: 1\r\nb: «22\r\n»", 80), "2| b: «22»");
    }

    #[test]
    fn an_empty_place_is_a_column() {
        assert_eq!(check("a:«»\nb: 1\n", 80), "1| a:«»");
        assert_eq!(check("a: «»1\n", 80), "1| a: «»1");
        assert_eq!(check("a: 1\n«»", 80), "2| «»");
        assert_eq!(check("«»", 80), "1| «»");
    }

    #[test]
    fn several_lines_are_counted_and_cut() {
        assert_eq!(
            check("a:\n  «b: 1\n  c: 2\n»d: 3\n", 80),
            "2|   «b: 1\n  c: 2»"
        );
        assert_eq!(check("«1\n2\n\n4\n5\n6»\n7", 80), "1| «1\n2\n\n4» +2");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let long = "x".repeat(1000);
        assert_eq!(check(&format!("a: «1»{long}"), 12), "1| a: «1»xxxxxxxx…");
        assert_eq!(check(&format!("{long}«ü»{long}"), 11), "1| …xxxxx«ü»xxxxx…");
        assert_eq!(check(&format!("{long}«12»"), 10), "1| …xxxx«12»");
        assert_eq!(check(&format!("b: «{long}»"), 8), "1| b: «xxxxx»…");
    }

    #[test]
    fn sensitive_values_are_redacted() {
        assert_eq!(check("a: ⟨«hunter2»⟩ # x", 80), "1| a: «‹redacted›» # x");
        assert_eq!(check("a: ⟨hun«te»r2⟩ # x", 80), "1| a: «‹redacted›» # x");
        assert_eq!(
            check("{a: ⟨hunter2⟩, «b»: 1}", 80),
            "1| {a: ‹redacted›, «b»: 1}"
        );
        assert_eq!(
            check("«a: ⟨|\n  one\n\n    two⟩\nb»: 1", 80),
            "1| «a: ‹redacted›\n  ‹redacted›\n\n    ‹redacted›» +1"
        );
    }

    #[test]
    fn a_sensitive_value_that_is_cut_stays_redacted() {
        let long = "s".repeat(1000);
        let shown = check(&format!("a: ⟨{long}⟩ «b»"), 12);
        assert_eq!(shown, "1| …‹redacted› «b»");
        let shown = check(&format!("«a» ⟨{long}⟩ b"), 12);
        assert_eq!(shown, "1| «a» ‹redacted›…");
    }

    #[test]
    fn what_acts_on_a_screen_is_replaced() {
        assert_eq!(
            check("a: \u{1b}[31m«x»\u{9b}\u{202e}", 80),
            "1| a: ␛[31m«x»��"
        );
    }

    #[test]
    fn a_place_outside_the_text_or_inside_a_character_is_harmless() {
        let file = manifest::Source::file("a.yaml", Tree::of_spans("üü", []));
        for (start, end) in [(1, 3), (3, 1), (9, 99), (0, u32::MAX)] {
            let place = Location {
                file: file.clone(),
                span: Span { start, end },
            };
            let excerpt = Excerpt::new(&place, &[], 80);
            assert_eq!(excerpt.text, "üü");
        }
    }
}
