//! What may be secret in a file that cannot be read: one that is no YAML, or becomes it only when
//! a template is rendered.

use manifest::{Source, Span, values_of_lines};

use super::looks::SECRET_NAME;

/// What says where and what an object is, in keys.
const HARMLESS: [&str; 4] = ["apiVersion:", "kind:", "metadata:", "name:"];

/// The bytes that nobody may see; none of a file that can be read, or that does not speak of
/// Secrets.
pub(super) fn spans(source: &Source) -> Vec<Span> {
    let text = source.tree.text();
    let is_read = source.tree.errors().is_empty() && source.tree.documents().next().is_some();
    if is_read || !speaks_of_secrets(source) {
        return Vec::new();
    }
    let values = values_of_lines(text).filter(|span| {
        let start = text[..span.start as usize]
            .rfind('\n')
            .map_or(0, |at| at + 1);
        let line = text[start..].trim_start();
        !HARMLESS.iter().any(|key| line.starts_with(key))
    });
    let values = values.flat_map(|span| written(text, span));
    values.collect()
}

fn speaks_of_secrets(source: &Source) -> bool {
    let text = source.tree.text();
    SECRET_NAME.is_match(source.path().as_str())
        || text.contains("Secret")
        || text.contains("stringData")
}

/// The parts of a line that stand there as they are printed: all but the actions of a template,
/// and what is quoted in these.
fn written(text: &str, line: Span) -> Vec<Span> {
    let span = |start: usize, end: usize| Span::new(start as u32, end as u32);
    let mut spans = Vec::new();
    let (mut at, end) = (line.start as usize, line.end as usize);
    while let Some(open) = text[at..end].find("{{") {
        spans.push(span(at, at + open));
        let action = at + open + 2;
        let close = text[action..end].find("}}");
        at = close.map_or(end, |close| action + close + 2);
        let mut quotes = text[action..at].match_indices(['"', '`']);
        while let (Some((from, _)), Some((to, _))) = (quotes.next(), quotes.next()) {
            spans.push(span(action + from, action + to + 1));
        }
    }
    spans.push(span(at, end));
    spans.retain(|span| !text[span.range()].trim().is_empty());
    spans
}

#[cfg(test)]
mod tests {
    use spanned_yaml::Tree;

    use super::*;

    fn check(tree: Tree) -> String {
        let source = Source::file("a.yaml", tree);
        let mut left = source.tree.text().to_owned();
        for span in spans(&source).iter().rev() {
            left.replace_range(span.range(), "…");
        }
        left
    }

    #[test]
    fn a_broken_secret_shows_its_keys() {
        let text = "kind: Secret\ndata:\n  a: [hunter2\n  hunter3\n";
        assert_eq!(
            check(Tree::parse(text)),
            "kind: Secret\ndata:\n  a: …\n  …\n"
        );
    }

    #[test]
    fn other_files_are_shown() {
        let text = "kind: Other\ndata:\n  a: [hunter2\n";
        assert_eq!(check(Tree::parse(text)), text);
    }

    #[test]
    fn a_template_shows_its_actions() {
        let text = "kind: Secret\ndata:\n  a: {{ .Values.a | default \"hunter2\" }}-b\n";
        assert_eq!(
            check(Tree::of_spans(text, [])),
            "kind: Secret\ndata:\n  a: {{ .Values.a | default … }}…\n"
        );
    }
}
