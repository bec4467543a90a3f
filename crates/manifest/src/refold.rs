//! What becomes of folded text (`>`) on its way through kustomize, which writes it in the same
//! style and reads it again. go-yaml's writer looks at the start of the text where it should
//! look at the next line, so that line breaks come and go.

use std::borrow::Cow;

/// The content of a folded scalar after kustomize wrote it and read it again.
pub fn refold(content: &str) -> Cow<'_, str> {
    if !content.contains('\n') || is_quoted(content) {
        return Cow::Borrowed(content);
    }
    let extra = match content.trim_start_matches('\n').bytes().next() {
        None | Some(b' ' | b'\t') => 0,
        Some(_) => 1,
    };
    let mut text = String::with_capacity(content.len() + 8);
    let mut rest = content;
    let lead = rest.len() - rest.trim_start_matches('\n').len();
    text.push_str(&rest[..lead]);
    rest = &rest[lead..];
    while let Some(end) = rest.find('\n') {
        let (line, tail) = rest.split_at(end);
        text.push_str(line);
        let next = tail.trim_start_matches('\n');
        let breaks = tail.len() - next.len();
        let written = match is_blank(line) {
            true => breaks,
            false => breaks + extra,
        };
        match next {
            // The end of the text: one line break is clipped to, more are kept.
            "" if breaks == 1 => text.push('\n'),
            "" => text.extend(std::iter::repeat_n('\n', written)),
            _ if is_blank(line) || is_blank(next) => {
                text.extend(std::iter::repeat_n('\n', written));
            }
            _ if written == 1 => text.push(' '),
            _ => text.extend(std::iter::repeat_n('\n', written - 1)),
        }
        rest = next;
    }
    text.push_str(rest);
    Cow::Owned(text)
}

fn is_blank(line: &str) -> bool {
    line.starts_with([' ', '\t'])
}

/// Whether the text cannot be written as a block, so that quotes keep it as it is.
fn is_quoted(content: &str) -> bool {
    content.ends_with(' ')
        || content.contains(" \n")
        || content.chars().any(|c| {
            !matches!(c, '\t' | '\n' | ' '..='~' | '\u{a0}'..='\u{2027}'
                | '\u{202a}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
        })
}

#[cfg(test)]
mod tests {
    use super::refold;

    fn check(content: &str, expect: &str) {
        assert_eq!(refold(content), expect);
    }

    #[test]
    fn lines_that_are_indented_deeper_move_away() {
        check(
            "one\n  two\n  three\n\nfour five",
            "one\n\n  two\n  three\n\nfour five",
        );
        check("lead\n a\n\n b\nz", "lead\n\n a\n\n b\nz");
        check("tab\tx\n\ty\nz", "tab\tx\n\n\ty\nz");
    }

    #[test]
    fn text_that_begins_with_space_is_joined() {
        check(" sp\na b\nc", " sp\na b c");
        check("\n q\nr s\n", "\n q\nr s\n");
    }

    #[test]
    fn breaks_at_the_end() {
        check("one\n\n\n", "one\n\n\n\n");
        check("a\n  b\n\n\n", "a\n\n  b\n\n\n");
        check("one\n", "one\n");
        check("\nafter x\n  y\n", "\nafter x\n\n  y\n");
    }

    #[test]
    fn what_is_quoted_stays() {
        check("trail \n  x", "trail \n  x");
        check("\u{1f600}\n  x", "\u{1f600}\n  x");
    }
}
