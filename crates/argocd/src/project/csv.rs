//! Lines of policies, as Go's `encoding/csv` reads them.

use std::ops::Range;

/// A field of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// What it holds.
    pub(super) text: String,
    /// Where that stands in the line, quotes included.
    pub(super) range: Range<usize>,
}

/// The fields of a line without the blanks before them.
///
/// # Errors
/// A quote stands where none may, with its position.
pub(super) fn cells(line: &str) -> Result<Vec<Cell>, (usize, &'static str)> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let rest = &line[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &line[at..];
        let (cell, end) = match rest.strip_prefix('"') {
            Some(_) => quoted(line, at)?,
            None => {
                let end = rest.find(',').map_or(line.len(), |length| at + length);
                let text = &line[at..end];
                if let Some(quote) = text.find('"') {
                    return Err((at + quote, "a quote may only enclose a whole field"));
                }
                let cell = Cell {
                    text: text.to_owned(),
                    range: at..end,
                };
                (cell, end)
            }
        };
        cells.push(cell);
        if end >= line.len() {
            return Ok(cells);
        }
        at = end + 1;
    }
}

/// A field in quotes, and where it ends: at a comma or at the end of the line.
fn quoted(line: &str, start: usize) -> Result<(Cell, usize), (usize, &'static str)> {
    let mut text = String::new();
    let mut at = start + 1;
    loop {
        let Some(quote) = line[at..].find('"') else {
            return Err((start, "nothing closes this quote"));
        };
        text.push_str(&line[at..at + quote]);
        at += quote + 1;
        match line[at..].chars().next() {
            Some('"') => {
                text.push('"');
                at += 1;
            }
            None | Some(',') => {
                let range = start..at;
                return Ok((Cell { text, range }, at));
            }
            Some(_) => return Err((at - 1, "a comma has to follow this quote")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str) -> String {
        match cells(line) {
            Ok(cells) => cells
                .iter()
                .map(|cell| format!("[{}]", cell.text))
                .collect(),
            Err((at, message)) => format!("{at}: {message}"),
        }
    }

    #[test]
    fn splits_as_go_does() {
        assert_eq!(check("p, a,b ,"), "[p][a][b ][]");
        assert_eq!(check("g, \"a, \"\"b\"\"\", c"), "[g][a, \"b\"][c]");
        assert_eq!(
            check("g, a\"b"),
            "4: a quote may only enclose a whole field"
        );
        assert_eq!(check("g, \"a"), "3: nothing closes this quote");
        assert_eq!(check("g, \"a\" ,b"), "5: a comma has to follow this quote");
    }
}
