//! Lines of `KEY=value` as a mapping.

use std::sync::Arc;

use manifest::{Entry, Map, Node, Place, Source, Span, Src};
use spanned_yaml::Tree;

/// The bytes of one line's key and value; the value with its quotes.
#[derive(Clone, Copy, Debug)]
struct Line {
    key: Span,
    value: Span,
}

/// Reads a text of `KEY=value` lines, comments and empty lines; none if it is anything else.
///
/// The mapping's own place is the whole text.
pub(crate) fn read(text: &str, place: Place) -> Option<(Arc<Source>, Node)> {
    let source = Arc::new(Source {
        tree: Arc::new(tree(text)?),
        place,
    });
    let mut nodes = source.tree.documents().map(|id| Src::new(&source, id));
    let whole = nodes.next();
    let mut entries = Vec::new();
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        entries.push(Entry::new(Node::Src(key), Node::Src(value)));
    }
    drop(nodes);
    let map = Map {
        place: whole,
        entries,
    };
    Some((source, Node::Map(Arc::new(map))))
}

/// The text, then each line's key and value.
pub(crate) fn tree(text: &str) -> Option<Tree> {
    let lines = lines(text)?;
    let whole = Span::new(0, text.len() as u32);
    let spans = lines.iter().flat_map(|line| [line.key, line.value]);
    Some(Tree::of_spans(text, std::iter::once(whole).chain(spans)))
}

fn lines(text: &str) -> Option<Vec<Line>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let body = line.trim_end();
        let content = body.trim_start_matches(['\u{feff}', ' ', '\t']);
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let key_at = at + body.len() - content.len();
        let key = content.split_once('=')?.0;
        let name = key.strip_prefix("export ").unwrap_or(key);
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        if name.is_empty() || !name.chars().all(is_name) {
            return None;
        }
        let value_at = key_at + key.len() + 1;
        lines.push(Line {
            key: Span::new(
                (key_at + key.len() - name.len()) as u32,
                (value_at - 1) as u32,
            ),
            value: Span::new(value_at as u32, (at + body.len()) as u32),
        });
    }
    (!lines.is_empty()).then_some(lines)
}

/// A value without the quotes around it.
pub(crate) fn unquoted(value: &str) -> &str {
    match quote_of(value) {
        Some(_) => &value[1..value.len() - 1],
        None => value,
    }
}

fn quote_of(value: &str) -> Option<char> {
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let is_quoted = value.len() >= 2 && value.ends_with(quote);
    is_quoted.then_some(quote)
}

/// How a text is written in the place of a value: in its quotes, if it has any. None if it cannot
/// be.
pub(crate) fn written(text: &str, before: &str) -> Option<String> {
    if text.contains(['\n', '\r']) {
        return None;
    }
    let is_plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | '\'' | '#' | '$' | '\\');
    let quote = match quote_of(before) {
        Some(quote) => Some(quote),
        None if before.chars().all(is_plain) && !text.chars().all(is_plain) => Some('"'),
        None => None,
    };
    match quote {
        None => Some(text.to_owned()),
        Some(quote) => {
            let escapes = quote == '"' && text.contains('\\');
            let fits = !escapes && !text.contains(quote);
            fits.then(|| format!("{quote}{text}{quote}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_of_lines() {
        let check = |text: &str| {
            let (_, node) = read(text, Place::File("x.env".into()))?;
            let pairs = node
                .view()
                .entries()
                .map(|e| format!("{}>{}", e.key.text(), e.value.text()));
            Some(pairs.collect::<Vec<_>>().join(" "))
        };
        assert_eq!(
            check("# c\nA=1\r\n\n export B=\"x y\" \nC=\n").as_deref(),
            Some("A>1 B>\"x y\" C>")
        );
        assert_eq!(check("A: 1\n"), None);
        assert_eq!(check("A: b=c\n"), None);
        assert_eq!(check("#\n"), None);
    }

    #[test]
    fn quotes_stay() {
        let check = |text, before| written(text, before);
        assert_eq!(check("2", "1").as_deref(), Some("2"));
        assert_eq!(check("2", "\"1\"").as_deref(), Some("\"2\""));
        assert_eq!(check("a b", "1").as_deref(), Some("\"a b\""));
        assert_eq!(check("a b", "c d").as_deref(), Some("a b"));
        assert_eq!(check("it's", "'1'"), None);
        assert_eq!(check("a\nb", "1"), None);
    }
}
