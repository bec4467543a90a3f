//! Ignores in comments: `# gitopslint: ignore[rule-id] reason`.

use std::sync::Arc;

use manifest::{Kind, Place, Source, Span, Src, Style};
use memchr::memmem;
use spanned_yaml::NodeId;

use super::{Ignore, Ignores, MOST_NAMED, Scope, parse};

const MARK: &str = "gitopslint:";
/// How many texts inside texts are looked into.
const DEPTH_LIMIT: usize = 3;
const FORM: &str = "write `# gitopslint: ignore[rule-id] reason`";

impl Ignores {
    /// The ignores in a text's comments.
    ///
    /// A comment behind a value, or alone on a line before it, holds for the whole entry or item
    /// that starts on that line; alone on the file's first line it holds for the file.
    /// The same goes for YAML inside a block scalar, such as a patch.
    pub fn of(source: &Arc<Source>) -> Self {
        let mut ignores = Self::default();
        if is_marked(source.tree.text()) {
            ignores.read_comments(source);
            ignores.read_embedded(source, 0);
        }
        ignores
    }

    fn read_comments(&mut self, source: &Arc<Source>) {
        let text = source.tree.text();
        let marked = comments(source)
            .into_iter()
            .filter_map(|span| Comment::read(text, span));
        let mut lines = Lines::new(source);
        // Backwards, so that of many comments above one value each looks only at the next one.
        for comment in marked.rev() {
            let covered = lines.covered_by(&comment);
            self.read(source, &comment, covered);
        }
    }

    fn read_embedded(&mut self, source: &Arc<Source>, depth: usize) {
        let tree = &source.tree;
        for node in blocks(source).filter(|node| is_marked(tree.scalar(*node))) {
            let embedded = Source::embedded(Src::new(source, node));
            let is_yaml = embedded.tree.errors().is_empty()
                && embedded
                    .tree
                    .documents()
                    .any(|root| embedded.tree.kind(root) != Kind::Scalar);
            if is_yaml {
                self.read_comments(&embedded);
                if depth < DEPTH_LIMIT {
                    self.read_embedded(&embedded, depth + 1);
                }
            }
        }
    }

    fn read(&mut self, source: &Arc<Source>, comment: &Comment<'_>, covered: Option<Span>) {
        let at = source.locate(comment.span);
        let Some(rest) = comment.order.strip_prefix("ignore") else {
            let letters = comment.order.chars().take_while(|c| c.is_alphabetic());
            let word: String = letters.take(32).collect();
            self.refuse(
                at,
                format!("`{MARK} {word}` is not a comment that is known"),
                FORM,
            );
            return;
        };
        let Some((names, words)) = rest
            .strip_prefix('[')
            .and_then(|inner| inner.split_once(']'))
        else {
            self.refuse(at, "this ignore does not name its rules in brackets", FORM);
            return;
        };
        let offset = comment.order_start + "ignore[".len() as u32;
        let named = parse::names(names, offset);
        if named.is_empty() {
            self.refuse(at, "this ignore names no rule", FORM);
            return;
        }
        if self.named.saturating_add(named.len()) > MOST_NAMED {
            if self.named <= MOST_NAMED {
                let message = format!(
                    "the comments of a file ignore at most {MOST_NAMED} rules: those above have no effect"
                );
                self.refuse(
                    at,
                    message,
                    "ignore the rule in the whole file, or in the configuration",
                );
            }
            // Nothing more is taken, nor told again.
            self.named = usize::MAX;
            return;
        }
        let words = match parse::words(words) {
            Ok(words) => words,
            Err(message) => {
                self.refuse(at, message, "write it as `env=production until=2027-01-31`");
                return;
            }
        };
        // An embedded text's own bytes mean nothing to who asks; the file's do.
        let scope = match (covered, &source.place) {
            (Some(span), _) => Scope::Bytes(source.locate(span).span),
            (None, Place::Embedded(host)) => Scope::Bytes(host.locate().span),
            (None, _) => Scope::File,
        };
        let rules = named
            .into_iter()
            .map(|(id, span)| (id.into(), source.locate(span)));
        let ignore = Ignore::new(rules, words.reason, at, scope);
        self.push(ignore.within(words.environments).until(words.until));
    }
}

fn is_marked(text: &str) -> bool {
    memmem::find(text.as_bytes(), MARK.as_bytes()).is_some()
}

/// The scalars that are written as blocks of lines.
fn blocks(source: &Source) -> impl Iterator<Item = NodeId> {
    let tree = &source.tree;
    let mut open: Vec<NodeId> = tree.documents().collect();
    std::iter::from_fn(move || {
        loop {
            let node = open.pop()?;
            open.extend(tree.children(node));
            if matches!(tree.style(node), Style::Literal | Style::Folded) {
                return Some(node);
            }
        }
    })
}

/// The comments of a text; in one that is not YAML, such as a template, what is marked on a line
/// behind `#` or inside `{{/* */}}`.
fn comments(source: &Source) -> Vec<Span> {
    let tree = &source.tree;
    let is_verbatim = |id| tree.style(id) == Style::Verbatim;
    // A template has no documents before it is rendered.
    let is_template = match tree.documents().next() {
        Some(first) if is_verbatim(first) => false,
        None if tree.comments().is_empty() => true,
        _ => return tree.comments().to_vec(),
    };
    let mut start = 0;
    let mut comments = Vec::new();
    for line in tree.text().split_inclusive('\n') {
        let opening = memmem::find(line.as_bytes(), MARK.as_bytes()).and_then(|mark| {
            let before = &line[..mark];
            let behind = before.rfind("{{").or_else(|| before.rfind('#'));
            behind.filter(|at| is_template || line[..*at].trim().is_empty())
        });
        if let Some(from) = opening {
            let end = start + line.trim_end().len();
            comments.push(Span::new((start + from) as u32, end as u32));
        }
        start += line.len();
    }
    comments
}

/// A comment that asks something of this program.
struct Comment<'a> {
    span: Span,
    /// What follows `gitopslint:`.
    order: &'a str,
    order_start: u32,
}

impl<'a> Comment<'a> {
    fn read(text: &'a str, span: Span) -> Option<Self> {
        let written = text.get(span.range())?;
        let body = written.trim_start_matches(['#', '{', '-', '/', '*', ' ', '\t']);
        let order = body.strip_prefix(MARK)?.trim();
        let order = match order.strip_suffix("}}") {
            Some(inner) => inner.trim_end_matches(['-', '/', '*', ' ', '\t']),
            None => order,
        };
        let before = written.len() - body.len() + MARK.len();
        let skipped = body[MARK.len()..].len() - body[MARK.len()..].trim_start().len();
        Some(Self {
            span,
            order,
            order_start: span.start + (before + skipped) as u32,
        })
    }
}

/// Tells which values start on a line.
struct Lines<'a> {
    text: &'a str,
    /// The entries, items and scalars in the order of their first bytes.
    starts: Vec<Span>,
    /// The line that was asked about last, by its first byte, with the answer.
    last: Option<(usize, Span)>,
}

impl<'a> Lines<'a> {
    fn new(source: &'a Source) -> Self {
        Self {
            text: source.tree.text(),
            starts: starts(source),
            last: None,
        }
    }

    /// The bytes that a comment speaks about; `None` for the whole file.
    fn covered_by(&mut self, comment: &Comment<'_>) -> Option<Span> {
        let own = self.line_start(comment.span.start as usize);
        let before = &self.text[own..comment.span.start as usize];
        let is_alone = before.trim_start_matches('\u{feff}').trim().is_empty();
        if !is_alone {
            return Some(self.values_on(own));
        }
        if own == 0 {
            return None;
        }
        let covered = self.values_below(own);
        self.last = Some((own, covered));
        Some(covered)
    }

    /// What the next line that is no comment holds.
    fn values_below(&self, line: usize) -> Span {
        let mut at = line;
        loop {
            let Some(next) = self.next_line(at) else {
                return self.values_on(at);
            };
            if let Some((_, covered)) = self.last.filter(|(known, _)| *known == next) {
                return covered;
            }
            let written = self.line(next).trim();
            if !written.is_empty() && !written.starts_with('#') && !written.starts_with("{{") {
                return self.values_on(next);
            }
            at = next;
        }
    }

    /// The bytes of the outermost values that start on a line; the line itself, with those below
    /// it that are indented deeper, where none does.
    fn values_on(&self, line: usize) -> Span {
        let end = line + self.line(line).len();
        let from = self.starts.partition_point(|s| (s.start as usize) < line);
        let on_line = self.starts[from..]
            .iter()
            .take_while(|s| (s.start as usize) < end);
        let mut covered: Option<Span> = None;
        for span in on_line {
            let own = covered.get_or_insert(*span);
            own.end = own.end.max(span.end);
        }
        covered.unwrap_or_else(|| Span::new(line as u32, self.block_end(line) as u32))
    }

    /// The byte behind a line and the lines that are indented deeper.
    fn block_end(&self, line: usize) -> usize {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let own = indent(self.line(line));
        let mut last = line;
        while let Some(next) = self.next_line(last) {
            let text = self.line(next);
            if indent(text) <= own || text.trim().is_empty() {
                break;
            }
            last = next;
        }
        last + self.line(last).len()
    }

    fn line_start(&self, at: usize) -> usize {
        memchr::memrchr(b'\n', &self.text.as_bytes()[..at]).map_or(0, |found| found + 1)
    }

    /// The line from its first byte on, with its line break.
    fn line(&self, start: usize) -> &'a str {
        let rest = &self.text[start..];
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |found| found + 1);
        &rest[..end]
    }

    fn next_line(&self, start: usize) -> Option<usize> {
        let next = start + self.line(start).len();
        (next < self.text.len()).then_some(next)
    }
}

/// Where entries, items and scalars start and end. A collection that is an entry's value starts
/// with its entry: a comment above its first child speaks about that child only.
fn starts(source: &Source) -> Vec<Span> {
    let tree = &source.tree;
    let mut starts = Vec::new();
    let mut open: Vec<_> = tree.documents().collect();
    while let Some(node) = open.pop() {
        match tree.kind(node) {
            Kind::Map => {
                for (key, value) in tree.entries(node) {
                    let (key_span, value_span) = (tree.span(key), tree.span(value));
                    let end = key_span.end.max(value_span.end);
                    starts.push(Span::new(key_span.start, end));
                    open.extend([key, value]);
                }
            }
            Kind::Seq => {
                for item in tree.items(node) {
                    starts.push(tree.span(item));
                    open.push(item);
                }
            }
            Kind::Scalar | Kind::Alias => starts.push(tree.span(node)),
        }
    }
    starts.sort_unstable_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    starts
}
