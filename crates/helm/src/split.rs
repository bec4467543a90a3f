//! Printed texts into documents, as Helm splits them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// What stands between two documents, white space around it included.
static SEPARATOR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)(?:^|[\t\n\x0C\r ]*\n)---[\t\n\x0C\r ]*").ok());

/// The documents of a text that hold something, without the white space before them.
pub(crate) fn documents(text: &[u8]) -> Vec<Range<usize>> {
    let start = skip_space(text, 0..text.len()).start;
    let rest = text.get(start..).unwrap_or_default();
    let mut documents = Vec::new();
    let mut done = start;
    let separators = SEPARATOR
        .iter()
        .flat_map(|separator| separator.find_iter(rest));
    for separator in separators {
        documents.push(done..start + separator.start());
        done = start + separator.end();
    }
    documents.push(done..text.len());
    let documents = documents.into_iter();
    let documents = documents.map(|range| skip_space(text, range));
    documents.filter(|range| !range.is_empty()).collect()
}

/// The range without the white space at its start.
fn skip_space(text: &[u8], range: Range<usize>) -> Range<usize> {
    let bytes = text.get(range.clone()).unwrap_or_default();
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(bytes.get(..error.valid_up_to()).unwrap_or_default())
            .unwrap_or_default(),
    };
    range.start + (valid.len() - valid.trim_start().len())..range.end
}

#[cfg(test)]
mod tests {
    use super::documents;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = documents(text.as_bytes());
        let found: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn documents_end_where_a_line_of_dashes_begins() {
        check("a\n---\nb\n", &["a", "b\n"]);
        check("\n\n---\na \n\n---  \n b", &["a", "b"]);
        check("---\n\n---\na", &["---\na"]);
        check("a: '---'\n", &["a: '---'\n"]);
        check("a\n--- # b\nc", &["a", "# b\nc"]);
        check("  \n\t", &[]);
        check("a\n  ---\nb", &["a\n  ---\nb"]);
    }
}
