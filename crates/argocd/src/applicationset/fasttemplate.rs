//! `{{name}}` replaced by text, as valyala/fasttemplate does it for Argo CD.

use go_template::{Map, Place, Span, TextBuilder};
use memchr::memmem;

use super::places::TEMPLATE;

/// Why a text is no template.
#[derive(Debug, PartialEq)]
pub(super) struct Unclosed {
    /// Where the `{{` stands that nothing closes.
    pub(super) at: usize,
}

/// Whether anything would be replaced: only text that opens and closes on one line is looked at.
pub(super) fn is_template(template: &str) -> bool {
    template.lines().any(|line| {
        let open = line.find("{{");
        open.is_some_and(|open| line[open + 2..].contains("}}"))
    })
}

/// Adds a template with its tags replaced by text of these names. What no text is known for
/// stays as it is. `own` adds bytes of the template.
///
/// # Errors
/// A tag is not closed.
pub(super) fn render(
    template: &str,
    params: &Map,
    out: &mut TextBuilder,
    own: &mut dyn FnMut(&mut TextBuilder, std::ops::Range<usize>),
) -> Result<(), Unclosed> {
    let mut done = 0;
    while let Some(open) = find(template, done, b"{{") {
        let Some(close) = find(template, open + 2, b"}}") else {
            return Err(Unclosed { at: open });
        };
        let name = template[open + 2..close].trim();
        let value = params.get(name).filter(|_| !name.is_empty());
        match value.as_ref().and_then(|value| value.as_view()) {
            Some(view) => {
                own(out, done..open);
                out.push_view(view);
            }
            None => own(out, done..close + 2),
        }
        done = close + 2;
    }
    own(out, done..template.len());
    Ok(())
}

/// Adds bytes of a template that stands in a file.
pub(super) fn push_written(template: &str, out: &mut TextBuilder, range: std::ops::Range<usize>) {
    let bytes = template.as_bytes().get(range.clone()).unwrap_or_default();
    let place = Place {
        source: TEMPLATE,
        span: Span::new(range.start, range.end),
    };
    out.push_template(bytes, place);
}

fn find(text: &str, from: usize, what: &[u8]) -> Option<usize> {
    let found = memmem::find(text.as_bytes().get(from..)?, what)?;
    Some(from + found)
}

#[cfg(test)]
mod tests {
    use go_template::{Map, Text, TextBuilder, Value};

    use super::*;

    fn check(template: &str, expect: &str) {
        let params = Map::from_iter([("name", Value::from("api")), ("n", Value::from(1.0))]);
        let mut out = TextBuilder::new(usize::MAX);
        let mut own = |out: &mut TextBuilder, range| push_written(template, out, range);
        let told = match render(template, &params, &mut out, &mut own) {
            Ok(()) => out.finish().map(|text: Text| text.to_str().into_owned()),
            Err(Unclosed { at }) => Ok(format!("unclosed at {at}")),
        };
        assert_eq!(told.unwrap(), expect);
    }

    #[test]
    fn replaces_text() {
        check("a-{{name}}-{{ name }}", "a-api-api");
        check("{{}}{{other}}{{n}}", "{{}}{{other}}{{n}}");
        check("{{{{name}}}}", "{{{{name}}}}");
        check("{{name}}-{{tier", "unclosed at 9");
    }

    #[test]
    fn tags_of_one_line_make_a_template() {
        assert!(is_template("x\n{{a}}"));
        assert!(!is_template("{{a\n}}"));
        assert!(!is_template("}}{{"));
    }
}
