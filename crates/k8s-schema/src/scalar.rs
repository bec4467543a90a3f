//! What scalars are called in messages, and which of them cannot be judged yet.

use manifest::{Kind, Scalar, View};

/// Longer texts are shortened in messages.
const MAX_QUOTED: usize = 60;

/// What Flux and the plugins of Argo CD that fill in secrets put around a name.
const PLACEHOLDERS: [(&str, char); 4] = [
    ("${", '}'),
    ("<path:", '>'),
    ("<secret:", '>'),
    ("<vault:", '>'),
];

/// What references begin with that vals and 1Password's `op inject` replace.
const REFERENCES: [&str; 2] = ["ref+", "op://"];

/// Whether another program fills in the value before it is applied: `${REPLICAS}`,
/// `<path:secrets/db#password>`, `ref+vault://db#/password`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let mut references = REFERENCES.iter();
    if references.any(|start| text.starts_with(start)) {
        return text.contains("://");
    }
    PLACEHOLDERS.iter().any(|(start, end)| {
        let rest = text.split_once(start);
        rest.is_some_and(|(_, rest)| rest.contains(*end))
    })
}

/// A text between backticks, shortened, with control characters escaped.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(MAX_QUOTED) {
        Some((end, _)) => format!("`{}…`", escaped(&text[..end])),
        None => format!("`{}`", escaped(text)),
    }
}

/// A text with its control characters escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            escaped.extend(c.escape_debug());
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// What a value is, with its content unless that is a secret: `the number 8080`, `a list`.
pub(crate) fn found(view: View<'_>, scalar: Option<&Scalar<'_>>, secret: bool) -> String {
    let kind = match (view.kind(), scalar) {
        (Kind::Map, _) => return "a mapping".to_owned(),
        (Kind::Seq, _) => return "a list".to_owned(),
        (_, Some(Scalar::Null)) => return "null".to_owned(),
        (_, Some(Scalar::Bool(_))) => "boolean",
        (_, Some(Scalar::Int(_) | Scalar::Uint(_) | Scalar::Float(_))) => "number",
        _ => "text",
    };
    if secret {
        format!("a {kind}")
    } else {
        format!("the {kind} {}", quoted(view.written()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_recognised() {
        for text in [
            "${A}",
            "x-${A:=5Gi}",
            "<path:a/b#c>",
            "<path:a#b | base64encode>",
            "https://<path:a#b>/c",
            "<secret:token|base64>",
            "<vault:a/b~c>",
            "ref+vault://a#/b",
            "op://vault/item/field",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "",
            "$A",
            "${A",
            "$(A)",
            "{{ .A }}",
            "<path>",
            "path:a#b>",
            "<secret:a",
            "ref+a",
            "x op://a",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn quotes_are_short_and_harmless() {
        assert_eq!(quoted("a\u{1b}[31m\nb"), "`a\\u{1b}[31m\\nb`");
        assert_eq!(quoted(&"x".repeat(100)), format!("`{}…`", "x".repeat(60)));
    }
}
