//! Which lines a change touches: reviewers see those.

use std::collections::{BTreeMap, HashMap};

use camino::{Utf8Path, Utf8PathBuf};

use super::finding::Finding;

/// The lines that a change adds or rewrites, for the files that were looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedLines {
    /// For each file, whether each of its lines is changed.
    files: BTreeMap<Utf8PathBuf, Vec<bool>>,
}

impl ChangedLines {
    /// Adds a file: its text before the change, if there was one, and after. Takes time in
    /// proportion to the texts: a line counts as changed if the part between what both texts
    /// begin and end with has it more often than before.
    pub fn add(&mut self, path: &Utf8Path, before: Option<&str>, after: &str) {
        let was: Vec<&str> = before.unwrap_or_default().lines().collect();
        let is: Vec<&str> = after.lines().collect();
        let alike = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| {
            pairs.take_while(|(was, is)| was == is).count()
        };
        let first = alike(&mut was.iter().zip(&is));
        let last = alike(&mut was[first..].iter().rev().zip(is[first..].iter().rev()));
        let mut kept: HashMap<&str, usize> = HashMap::new();
        for line in &was[first..was.len() - last] {
            *kept.entry(line).or_default() += 1;
        }
        let mut changed = vec![false; is.len()];
        for (line, changed) in is[first..is.len() - last].iter().zip(&mut changed[first..]) {
            match kept.get_mut(line).filter(|count| **count > 0) {
                Some(count) => *count -= 1,
                None => *changed = true,
            }
        }
        self.files.insert(path.to_owned(), changed);
    }

    /// Whether a finding is reported at a line that the change touches.
    pub fn hold(&self, finding: &Finding) -> bool {
        let Some(place) = &finding.place else {
            return false;
        };
        let lines = place.start().line as usize..=place.end().line as usize;
        let file = self.files.get(place.path());
        file.is_some_and(|changed| {
            let mut lines = lines.filter_map(|line| changed.get(line.checked_sub(1)?));
            lines.any(|changed| *changed)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: Option<&str>, after: &str, expect: &[usize]) {
        let mut lines = ChangedLines::default();
        lines.add(Utf8Path::new("a"), before, after);
        let changed = lines.files[Utf8Path::new("a")].iter().enumerate();
        let changed: Vec<usize> = changed
            .filter(|(_, is)| **is)
            .map(|(at, _)| at + 1)
            .collect();
        assert_eq!(changed, expect);
    }

    #[test]
    fn lines_that_are_new() {
        check(None, "a\nb\n", &[1, 2]);
        check(Some("a\nb\n"), "a\nb\n", &[]);
        check(Some("a\nb\nc\n"), "a\nx\nc\n", &[2]);
        check(Some("a\na\n"), "a\na\na\n", &[3]);
        check(Some("a\nb\nc\n"), "c\n", &[]);
        check(Some("a\nb\nc\nd\n"), "a\nx\nc\ny\nd\n", &[2, 4]);
        check(Some(""), "", &[]);
    }
}
