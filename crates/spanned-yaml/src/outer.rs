//! The way back from a scalar's content to the bytes of the text.

use std::ops::Range;

use crate::block_scalar::Layout;
use crate::content::{self, Pieces};
use crate::{Kind, NodeId, Span, Style, Tree};

impl Tree {
    /// The tree's bytes that bytes of a scalar's content came from: the way back through
    /// quotes, escapes, folding and block indentation. Of an escape, all bytes; of a folded
    /// line break, with the white space around it. The last line break of a block scalar stands
    /// behind the scalar's own span. The whole scalar, where `content` reaches beyond its end.
    pub fn outer_span(&self, id: NodeId, content: Span) -> Span {
        let whole = self.span(id);
        let len = self.scalar(id).len() as u32;
        if self.kind(id) != Kind::Scalar || content.end > len || content.start > content.end {
            return whole;
        }
        let inner = self.written(id);
        if !self.is_rewritten(id) {
            return Span::new(inner.start + content.start, inner.start + content.end);
        }
        // Carriage returns that end a line alone are beyond the readers of contents.
        let written = &self.text().as_bytes()[whole.range()];
        let ends_line = |at: usize| written.get(at + 1).is_none_or(|b| *b == b'\n');
        if !memchr::memchr_iter(b'\r', written).all(ends_line) {
            return whole;
        }
        let mut way = Way::to(content.range(), whole.end as usize);
        let text = self.text();
        match self.style(id) {
            Style::Plain => content::plain(text, inner.range(), &mut way),
            Style::SingleQuoted => content::single_quoted(text, inner.range(), &mut way),
            Style::DoubleQuoted => {
                if content::double_quoted(text, inner.range(), &mut way).is_none() {
                    return whole;
                }
            }
            Style::Literal | Style::Folded => {
                let end = line_end(text, whole.end as usize);
                let header = whole.start as usize;
                Layout::of(text, header, end, self.scalar(id)).read(text, &mut way);
            }
            Style::Flow | Style::Verbatim => return whole,
        }
        way.found(len as usize).unwrap_or(whole)
    }
}

/// Behind the line break that ends the line of `at`.
fn line_end(text: &str, at: usize) -> usize {
    match memchr::memchr(b'\n', &text.as_bytes()[at..]) {
        Some(len) => at + len + 1,
        None => text.len(),
    }
}

/// Looks for the pieces in which a range of the content starts and ends.
struct Way {
    wanted: Range<usize>,
    /// How much of the content has gone by.
    passed: usize,
    start: Option<usize>,
    end: Option<usize>,
    /// Behind the last piece; the scalar's end where there is none.
    last: usize,
}

impl Way {
    fn to(wanted: Range<usize>, end: usize) -> Self {
        Self {
            wanted,
            passed: 0,
            start: None,
            end: None,
            last: end,
        }
    }

    fn piece(&mut self, len: usize, from: Range<usize>, is_same: bool) {
        let piece = self.passed..self.passed + len;
        if piece.contains(&self.wanted.start) {
            let inside = self.wanted.start - piece.start;
            self.start = Some(from.start + if is_same { inside } else { 0 });
        }
        if piece.start < self.wanted.end && self.wanted.end <= piece.end {
            let inside = self.wanted.end - piece.start;
            self.end = Some(if is_same {
                from.start + inside
            } else {
                from.end
            });
        }
        self.passed = piece.end;
        self.last = from.end;
    }

    fn found(self, len: usize) -> Option<Span> {
        if self.passed != len {
            return None;
        }
        let start = self.start.unwrap_or(self.last);
        let end = match self.end {
            Some(end) if !self.wanted.is_empty() => end,
            _ => start,
        };
        Some(Span::new(start as u32, end as u32))
    }
}

impl Pieces for Way {
    fn same(&mut self, from: Range<usize>) {
        self.piece(from.len(), from, true);
    }

    fn made(&mut self, content: &str, from: Range<usize>) {
        self.piece(content.len(), from, false);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Kind, Span, Tree};

    /// For each byte of the value of `a`, the text it came from.
    fn check(yaml: &str, expected: &str) {
        let tree = Tree::parse(yaml);
        assert_eq!(tree.errors(), []);
        let root = tree.documents().next().unwrap();
        let node = tree.get(root, "a").unwrap();
        let pieces: Vec<&str> = (0..tree.scalar(node).len() as u32)
            .map(|at| &yaml[tree.outer_span(node, Span::new(at, at + 1)).range()])
            .collect();
        assert_eq!(
            pieces.join("·").escape_debug().to_string(),
            expected,
            "{yaml}"
        );
    }

    #[test]
    fn bytes_that_stand_for_themselves() {
        check("a: xyz", "x·y·z");
        check("a: 'xyz'", "x·y·z");
        check("a: \"xyz\"", "x·y·z");
    }

    #[test]
    fn escapes() {
        check("a: 'x''y'", "x·\\'\\'·y");
        check(r#"a: "x\ty\u00e9z""#, r"x·\\t·y·\\u00e9·\\u00e9·z");
        check("a: \"x\\\n  y\"", "x·y");
        check("a: \"\\ud83d\\ude00\"", &[r"\\ud83d\\ude00"; 4].join("·"));
    }

    #[test]
    fn folding() {
        check("a: x\n  y\n\n  z", r"x·\n  ·y·\n\n  ·z");
        check("a: 'x \n  y'", r"x· \n  ·y");
        check("a: \"x\n\n\n  y\"", r"x·\n\n\n  ·\n\n\n  ·y");
    }

    #[test]
    fn block_scalars() {
        check("a: |\n  x\n   y\n\n  z\n", r"x·\n· ·y·\n·\n·z·\n");
        check("a: |-\n  x\n  y\n\n\n", r"x·\n·y");
        check("a: |+\n  x\n\n", r"x·\n·\n");
        check("a: |2\n    x\n", r" · ·x·\n");
        check("a: >\n  x\n  y\n\n  z\n", r"x·\n  ·y·\n·z·\n");
        check("a: |\r\n  x\r\n  y\r\n", r"x·\r\n·y·\r\n");
        check("a: |\n\n\n  x", r"\n·\n·x");
    }

    #[test]
    fn a_line_inside_a_patch() {
        let yaml = "patch: |\n  - op: add\n    path: /x\n";
        let tree = Tree::parse(yaml);
        let node = tree.get(tree.documents().next().unwrap(), "patch").unwrap();
        let inner = Tree::parse(tree.scalar(node));
        let item = inner
            .items(inner.documents().next().unwrap())
            .next()
            .unwrap();
        let path = inner.get(item, "path").unwrap();
        let outer = tree.outer_span(node, inner.span(path));
        assert_eq!(&yaml[outer.range()], "/x");
        assert_eq!(tree.position(outer.start).line, 3);
    }

    #[test]
    fn places_without_bytes() {
        let yaml = "a: |\n  x\n  y\n";
        let tree = Tree::parse(yaml);
        let node = tree.get(tree.documents().next().unwrap(), "a").unwrap();
        let at = |at| tree.outer_span(node, Span::new(at, at)).start;
        assert_eq!((at(0), at(1), at(2), at(4)), (7, 8, 11, 13));
        assert_eq!(tree.outer_span(node, Span::new(2, 9)), tree.span(node));
        let tree = Tree::parse("a: |+");
        let node = tree.get(tree.documents().next().unwrap(), "a").unwrap();
        assert_eq!(tree.outer_span(node, Span::new(0, 0)), Span::new(5, 5));
    }

    #[test]
    fn lines_that_end_with_a_carriage_return_only() {
        let tree = Tree::parse("a: b\r  c\rd: |\r  e\r");
        let root = tree.documents().next().unwrap();
        for (key, content) in [("a", "b c"), ("d", "e\n")] {
            let node = tree.get(root, key).unwrap();
            assert_eq!(tree.scalar(node), content);
            assert_eq!(tree.outer_span(node, Span::new(0, 1)), tree.span(node));
        }
    }

    /// Whatever stands in the content unchanged is found where it stands.
    fn check_all_ranges(yaml: &str) {
        let tree = Tree::parse(yaml);
        let Some(root) = tree.documents().next() else {
            return;
        };
        for node in tree
            .children(root)
            .filter(|n| tree.kind(*n) == Kind::Scalar)
        {
            let content = tree.scalar(node).to_owned();
            let place = |at: usize, end: usize| {
                tree.outer_span(node, Span::new(at as u32, end as u32))
                    .range()
            };
            for (at, c) in content.char_indices() {
                let from = place(at, at + c.len_utf8());
                let written = &yaml[from.clone()];
                let is_same = written == c.encode_utf8(&mut [0; 4]);
                assert!(
                    is_same || written.starts_with(['\\', '\'', '\n', ' ', '\t', '\r']),
                    "{written:?} for {c:?} in {yaml:?}"
                );
                assert_eq!(place(at, at).start, from.start);
                assert!(place(at, content.len()).end >= from.end);
                assert!(place(0, at + c.len_utf8()).end == from.end);
            }
        }
    }

    #[test]
    fn every_range_is_found() {
        let lines = proptest::collection::vec("[ab' :#\\\\ntu0-]{0,5}", 1..6);
        proptest::proptest!(|(lines in lines, header in "[|>]2?[+-]?", deep in 1usize..4)| {
            let indent = "  ".repeat(deep);
            let break_ = format!("\n{indent}");
            check_all_ranges(&format!("a: {header}\n{indent}{}\n\n", lines.join(&break_)));
            check_all_ranges(&format!("a: '{}'", lines.join(&break_).replace('\'', "''")));
            check_all_ranges(&format!("a: \"{}\"", lines.join(&break_)));
            check_all_ranges(&format!("a: {}", lines.join(&break_)));
        });
    }
}
