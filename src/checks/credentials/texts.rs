//! Settings inside of texts: JSON, YAML, properties, `.env` and INI files, connection strings.

use std::sync::{Arc, LazyLock};

use manifest::{Source, Span, View};
use regex::Regex;

/// Longer texts than this are read line by line only.
const STRUCTURED: usize = 256 * 1024;

const DEPTH: usize = 32;

/// How many settings of a text are looked at.
const SETTINGS: usize = 10_000;

/// A setting in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// Its name, with those that it stands in: `db.password`.
    pub(super) name: String,
    pub(super) value: String,
    /// Where the value stands in the text.
    pub(super) span: Span,
}

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"^\s*(?:export\s+|set\s+|-\s+)?["']?([A-Za-z0-9_][A-Za-z0-9_.\[\]/-]{1,119})["']?\s*[=:]\s*(\S.*?)\s*$"#,
    )
    .unwrap()
});

#[expect(
    clippy::unwrap_used,
    reason = "the pattern is a constant that tests compile"
)]
static PART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?:^|[;&?,\s"'])((?:--?)?[A-Za-z0-9_.-]{2,64}(?: [A-Za-z]{2,20})?)=([^;&\s"',]+)"#,
    )
    .unwrap()
});

/// The settings of a text, and whether it is a document that is nothing but settings.
pub(super) fn settings(text: &str) -> (Vec<Setting>, bool) {
    if let Some(settings) = structured(text) {
        return (settings, true);
    }
    let mut settings = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let line = line.trim_end();
        if is_comment(line) {
            continue;
        }
        if settings.len() >= SETTINGS {
            break;
        }
        let mut take = |name: regex::Match<'_>, value: regex::Match<'_>| {
            settings.push(Setting {
                name: name.as_str().to_owned(),
                value: value.as_str().to_owned(),
                span: Span::new((at + value.start()) as u32, (at + value.end()) as u32),
            });
        };
        let whole = LINE
            .captures(line)
            .and_then(|c| Some((c.get(1)?, c.get(2)?)));
        if let Some((name, value)) = whole {
            take(name, value);
        }
        if line.contains('=') {
            let parts = PART.captures_iter(line);
            let parts = parts.filter_map(|c| Some((c.get(1)?, c.get(2)?)));
            let whole = whole.map(|(name, _)| name.start());
            for (name, value) in parts.filter(|(name, _)| Some(name.start()) != whole) {
                take(name, value);
            }
        }
    }
    (settings, false)
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(['#', ';', '!']) || line.starts_with("//")
}

/// The lines of a text that say something, headings of sections aside.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let is_heading = |line: &str| line.starts_with('[') && line.ends_with(']');
    text.lines()
        .map(str::trim)
        .filter(move |line| !line.is_empty() && !is_comment(line) && !is_heading(line))
}

/// Whether a line is a setting.
pub(super) fn is_setting(line: &str) -> bool {
    LINE.is_match(line)
}

/// What a text says that is nothing but comments.
pub(super) fn remark(text: &str) -> Option<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut inner = String::new();
    for line in lines {
        let rest = line.strip_prefix("//").unwrap_or(line);
        let rest = rest.trim_start_matches('#');
        // A password may begin with such a character.
        if rest.len() == line.len() || rest.starts_with(|c: char| !c.is_whitespace()) {
            return None;
        }
        inner.push_str(rest.trim());
        inner.push('\n');
    }
    (!inner.is_empty()).then_some(inner)
}

/// The settings of a JSON or YAML mapping.
fn structured(text: &str) -> Option<Vec<Setting>> {
    let is_likely = text.trim_start().starts_with(['{', '[']) || text.contains(':');
    if !is_likely || text.len() > STRUCTURED {
        return None;
    }
    let source = Source::built_in("text", text);
    if !source.tree.errors().is_empty() {
        return None;
    }
    let documents = source.documents().documents;
    let mut settings = Vec::new();
    for document in &documents {
        let root = document.view();
        if !root.is_map() && !root.is_seq() {
            return None;
        }
        visit(&source, root, "", 0, &mut settings);
    }
    Some(settings)
}

fn visit(source: &Arc<Source>, view: View<'_>, name: &str, depth: usize, found: &mut Vec<Setting>) {
    if depth > DEPTH || found.len() >= SETTINGS {
        return;
    }
    if view.is_map() {
        // A list of variables names them beside their values.
        if let (Some(own), Some(value)) = (view.get("name"), view.get("value")) {
            visit(source, value, own.text(), depth + 1, found);
        }
        for entry in view.entries() {
            let key = entry.key.text();
            let name = match name {
                "" => key.to_owned(),
                above => format!("{above}.{key}"),
            };
            visit(source, entry.value, &name, depth + 1, found);
        }
    } else if view.is_seq() {
        for item in view.items() {
            visit(source, item, name, depth + 1, found);
        }
    } else if let View::Src(own, node) = view
        && Arc::ptr_eq(own, source)
        && !view.is_null()
    {
        found.push(Setting {
            name: name.to_owned(),
            value: view.text().to_owned(),
            span: source.tree.span(node),
        });
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn read(text: &str) -> String {
        let (settings, is_document) = settings(text);
        let told = settings.iter().map(|s| {
            assert!(text[s.span.range()].contains(&s.value));
            format!("{}={}", s.name, s.value)
        });
        format!("{is_document}: {}", told.collect::<Vec<_>>().join(" | "))
    }

    #[test]
    fn settings_are_read_in_many_forms() {
        assert_snapshot!(read(r#"{"db": {"password": "x", "ports": [1]}}"#), @"true: db.password=x | db.ports=1");
        assert_snapshot!(read("auth:\n  clientSecret: x\nenv:\n- {name: A, value: b}\n"), @"true: auth.clientSecret=x | A=b | env.name=A | env.value=b");
        assert_snapshot!(read("# c = d\na.b=c d\nexport E='f'\n[section]\ng : h\n"), @"false: a.b=c d");
        assert_snapshot!(read("Server=db;User Id=sa;Password=x1;"), @"false: Server=db;User Id=sa;Password=x1; | User Id=sa | Password=x1");
        assert_snapshot!(read("serve --password=x --name y"), @"false: --password=x");
        assert_snapshot!(read("a: [b\n"), @"false:");
    }
}
