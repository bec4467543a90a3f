//! XML, as little of it as reports need.

use std::fmt::Write;

use super::escape;

/// The declaration that every document starts with.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// An element's start, `<name a="b"`, without its end: ` a="b"` for each attribute.
pub(super) fn open(name: &str, attributes: &[(&str, &str)]) -> String {
    let mut element = format!("<{name}");
    for (key, value) in attributes {
        let _ = write!(element, " {key}=\"{}\"", text(value));
    }
    element
}

/// Text as content or as an attribute's value. Characters that XML does not allow at all are
/// spelled out, line breaks included: parsers turn those of attributes into spaces.
pub(super) fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in escape::printable(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // They are in no XML document, as characters or as references.
            '\u{fffe}' | '\u{ffff}' => escaped.extend(c.escape_default()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Several lines as content.
pub(super) fn lines(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| text(line)).collect();
    lines.join("\n")
}

/// A reader of what is written, for tests: it knows no more of XML than the writer.
#[cfg(test)]
pub(super) mod read {
    use std::collections::BTreeMap;

    /// An element with what it holds.
    #[derive(Debug, Default)]
    pub(crate) struct Element {
        pub(crate) name: String,
        pub(crate) attributes: BTreeMap<String, String>,
        pub(crate) elements: Vec<Element>,
        pub(crate) text: String,
    }

    impl Element {
        /// The value of an attribute that has to be there.
        pub(crate) fn get(&self, name: &str) -> &str {
            let value = self.attributes.get(name);
            value.unwrap_or_else(|| panic!("<{}> has no {name}", self.name))
        }

        /// The attributes' names.
        pub(crate) fn names(&self) -> Vec<&str> {
            self.attributes.keys().map(String::as_str).collect()
        }
    }

    /// The root element of a document.
    ///
    /// # Panics
    /// If the document is not well-formed.
    pub(crate) fn document(text: &str) -> Element {
        let text = text.strip_prefix(super::HEAD).expect("no declaration");
        assert!(
            text.chars()
                .all(|c| c == '\n' || !c.is_control() && c != '\u{fffe}' && c != '\u{ffff}'),
            "characters that XML does not allow"
        );
        let mut open = vec![Element::default()];
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once('<') {
            open.last_mut().unwrap().text += &unescape(before);
            let (tag, tail) = tail.split_once('>').expect("an open tag");
            rest = tail;
            if let Some(name) = tag.strip_prefix('/') {
                let closed = open.pop().unwrap();
                assert_eq!(closed.name, name);
                open.last_mut().unwrap().elements.push(closed);
                continue;
            }
            let (tag, is_empty) = match tag.strip_suffix('/') {
                Some(tag) => (tag.trim_end(), true),
                None => (tag, false),
            };
            let (name, mut left) = tag.split_once(' ').unwrap_or((tag, ""));
            let mut element = Element {
                name: name.to_owned(),
                ..Element::default()
            };
            while !left.is_empty() {
                let (key, value) = left.split_once("=\"").expect("an attribute");
                let (value, after) = value.split_once('"').expect("a quote");
                let key = key.trim().to_owned();
                let before = element.attributes.insert(key, unescape(value));
                assert!(before.is_none(), "an attribute twice");
                left = after;
            }
            match is_empty {
                true => open.last_mut().unwrap().elements.push(element),
                false => open.push(element),
            }
        }
        assert_eq!(open.len(), 1, "open elements");
        let mut roots = open.remove(0).elements;
        assert_eq!(roots.len(), 1, "one root");
        roots.remove(0)
    }

    fn unescape(text: &str) -> String {
        for (at, _) in text.match_indices('&') {
            let (name, _) = text[at + 1..].split_once(';').expect("a bare &");
            assert!(["amp", "lt", "gt", "quot", "apos"].contains(&name));
        }
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_it_was_written() {
        let given = "a < b && \"c\" 'd' ]]> \u{1b}[2J\n\u{ffff}ü";
        let document = format!("{HEAD}{}/>\n", open("a", &[("b", given)]));
        let read = read::document(&document);
        assert_eq!(
            read.get("b"),
            "a < b && \"c\" 'd' ]]> \\u{1b}[2J\\n\\u{ffff}ü"
        );
    }
}
