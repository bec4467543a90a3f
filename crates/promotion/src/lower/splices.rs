//! Edits made one after the other, as edits of the first text.

use std::ops::Range;

use spanned_yaml::Edit;

use crate::edit::FileEdit;

/// What became of a text.
pub(crate) struct Splices {
    /// The text as it is now.
    pub(crate) text: String,
    /// What was replaced, in order and without overlap.
    done: Vec<Splice>,
}

struct Splice {
    /// The bytes of the first text.
    old: Range<usize>,
    /// The bytes of the text as it is now.
    new: Range<usize>,
}

impl Splices {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            done: Vec::new(),
        }
    }

    /// Carries out an edit of the text as it is now.
    pub(crate) fn add(&mut self, edit: &Edit) {
        let span = edit.span.range();
        if self.text.get(span.clone()).is_none() {
            return;
        }
        let grown = edit.text.len() as isize - span.len() as isize;
        self.text.replace_range(span.clone(), &edit.text);
        // Those that end before it stay; those that touch it become part of it; the rest move.
        let first = self.done.partition_point(|s| s.new.end < span.start);
        let behind = self.done.partition_point(|s| s.new.start <= span.end);
        let touched = &self.done[first..behind.max(first)];
        let before = first.checked_sub(1).map(|at| &self.done[at]);
        let shift = before.map_or(0, |s| s.old.end as isize - s.new.end as isize);
        let mut old =
            span.start.saturating_add_signed(shift)..span.end.saturating_add_signed(shift);
        let mut new = span.clone();
        if let (Some(head), Some(tail)) = (touched.first(), touched.last()) {
            // Outside of what was replaced, bytes of both texts correspond.
            old.start = head.old.start - head.new.start.saturating_sub(span.start);
            old.end = tail.old.end + span.end.saturating_sub(tail.new.end);
            new.start = new.start.min(head.new.start);
            new.end = new.end.max(tail.new.end);
        }
        let merged = Splice {
            old,
            new: new.start..new.end.saturating_add_signed(grown),
        };
        let end = first + touched.len();
        for splice in &mut self.done[end..] {
            let moved = |at: usize| at.saturating_add_signed(grown);
            splice.new = moved(splice.new.start)..moved(splice.new.end);
        }
        self.done.splice(first..end, [merged]);
    }

    /// The edits of the first text.
    pub(crate) fn edits(&self, first: &str) -> Vec<FileEdit> {
        let splice = |splice: &Splice| FileEdit::Splice {
            range: splice.old.clone(),
            was: first[splice.old.clone()].to_owned(),
            text: self.text[splice.new.clone()].to_owned(),
        };
        self.done.iter().map(splice).collect()
    }

    /// The places of the first text with what comes there.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Range<usize>, &str)> {
        self.done
            .iter()
            .map(|splice| (splice.old.clone(), &self.text[splice.new.clone()]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use spanned_yaml::Span;

    use super::*;
    use crate::edit::{apply, inverse};

    proptest! {
        #[test]
        fn the_same_as_one_after_the_other(
            text in "[a-z]{0,12}",
            edits in prop::collection::vec((0usize..14, 0usize..4, "[A-Z]{0,3}"), 0..6),
        ) {
            let mut splices = Splices::new(&text);
            let mut expected = text.clone();
            for (at, len, new) in edits {
                let start = at.min(expected.len());
                let end = (start + len).min(expected.len());
                expected.replace_range(start..end, &new);
                splices.add(&Edit { span: Span::new(start as u32, end as u32), text: new });
                prop_assert_eq!(&splices.text, &expected);
                let edits = splices.edits(&text);
                prop_assert_eq!(apply(Some(&text), &edits), Ok(Some(expected.clone())));
                prop_assert_eq!(apply(Some(&expected), &inverse(&edits)), Ok(Some(text.clone())));
            }
        }
    }
}
