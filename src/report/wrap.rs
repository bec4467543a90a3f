//! Text broken at its words, for screens.

/// Lines are not broken shorter than this.
const MIN_WIDTH: usize = 40;

/// Breaks a text at its spaces into lines of at most `width` columns, where a word fits at all.
/// The first line starts behind `column` columns that stand there already, the others are
/// indented by `indent` spaces.
pub fn wrap(text: &str, column: usize, indent: usize, width: usize) -> String {
    let width = width.max(MIN_WIDTH);
    let mut wrapped = String::with_capacity(text.len());
    let mut at = column;
    let mut is_first = true;
    for word in text.split(' ') {
        let length = word.chars().count();
        // In a build's log, a line that starts with two colons is a workflow command.
        let breaks = !is_first && at + 1 + length > width && !word.starts_with("::");
        if breaks {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            at = indent;
        } else if !is_first {
            wrapped.push(' ');
            at += 1;
        }
        wrapped.push_str(word);
        at += length;
        is_first = false;
    }
    wrapped
}

/// Paragraphs, which empty lines part, each broken at its words. Lines that are indented, or
/// items of lists, stay lines of their own.
pub fn paragraphs(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut joins = false;
    for line in text.trim_end().lines() {
        let stands_alone = line.is_empty()
            || line.starts_with([' ', '\t', '|', '`'])
            || line.starts_with("- ")
            || line.starts_with("* ");
        match lines.last_mut() {
            Some(last) if joins && !stands_alone => {
                last.push(' ');
                last.push_str(line.trim_end());
            }
            _ => lines.push(line.trim_end().to_owned()),
        }
        joins = !line.is_empty();
    }
    let lines = lines.iter().map(|line| wrap(line, 0, 0, width));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_long_as_they_may_be() {
        let words = "set it to `true`, or remove the field and what it refers to";
        assert_eq!(
            wrap(words, 8, 8, 40),
            "set it to `true`, or remove the\n        field and what it refers to"
        );
        assert_eq!(wrap("", 0, 2, 40), "");
    }

    #[test]
    fn a_long_word_is_not_broken_and_a_command_not_begun() {
        let long = "x".repeat(80);
        assert_eq!(wrap(&long, 8, 8, 0), long);
        assert_eq!(wrap("a ::error::b", 8, 8, 0), "a ::error::b");
        let both = format!("{long} ::error::b");
        assert_eq!(wrap(&both, 8, 8, 0), both);
    }

    #[test]
    fn paragraphs_are_joined_and_parted() {
        assert_eq!(
            paragraphs("one\ntwo\n\nthree\n- a\n- b\n    code  x\n", 80),
            "one two\n\nthree\n- a\n- b\n    code  x"
        );
    }
}
