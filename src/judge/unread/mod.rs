//! What may be secret in a file that cannot be read: one that is no YAML, or becomes it only when
//! a template is rendered. Line by line, as far as lines tell what holds them.

mod document;
mod line;
mod pairs;
mod template;

use manifest::{Source, Span};

use self::document::Document;
use self::line::{Line, documents};
use self::template::{Template, span};
use super::looks::{Hidden, SECRET_NAME};

/// The bytes that nobody may see, and where not; none of a file that can be read.
pub(super) fn spans(source: &Source) -> Vec<(Span, Hidden)> {
    if is_read(source) {
        return Vec::new();
    }
    let text = source.tree.text();
    let template = Template::read(text);
    let is_called_secret = is_called_secret(source, &template);
    let mut hidden = Vec::new();
    for lines in documents(&template) {
        hidden.extend(Document::of(&template, &lines, is_called_secret).hidden());
    }
    hidden
}

/// The values of these keys; none of a file that can be read.
pub(super) fn values_of<'t>(source: &'t Source, keys: &[&str]) -> Vec<(&'t str, Span)> {
    if is_read(source) {
        return Vec::new();
    }
    let text = source.tree.text();
    let template = Template::read(text);
    let lines = documents(&template).into_iter().flatten();
    let is_asked = |line: &Line<'_>| keys.iter().any(|key| line.is_key(key));
    let values = lines.filter(|line| !line.is_comment && is_asked(line));
    let values = values.map(|line| {
        let value = text[line.value.clone()].trim_matches(['"', '\'']);
        (value, span(&line.value))
    });
    values.collect()
}

fn is_read(source: &Source) -> bool {
    source.tree.errors().is_empty() && source.tree.documents().next().is_some()
}

/// Whether a file is called after secrets. In the folder of a chart for secrets are templates of
/// all kinds, and helpers are called after what they help with.
fn is_called_secret(source: &Source, template: &Template<'_>) -> bool {
    let path = source.path();
    if !template.has_actions() {
        return SECRET_NAME.is_match(path.as_str());
    }
    let is_helper = path.extension() == Some("tpl");
    !is_helper && SECRET_NAME.is_match(path.file_name().unwrap_or_default())
}

#[cfg(test)]
mod tests;
