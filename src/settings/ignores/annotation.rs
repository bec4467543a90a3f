//! Ignores in an object's annotation: `gitopslint.io/ignore: "rule-id: reason"`.

use manifest::{Src, View};

use super::{Ignore, Ignores, Scope, parse};

/// The annotation's key.
pub const ANNOTATION: &str = "gitopslint.io/ignore";

const FORM: &str = "write `gitopslint.io/ignore: \"rule-id: reason\"`, one ignore a line";

impl Ignores {
    /// The ignores in the annotation of a rendered object, each for the whole object. They stand
    /// at the annotation's value in the source.
    pub fn of_object(object: View<'_>) -> Self {
        let mut ignores = Self::default();
        let annotation = object.get_path(&["metadata", "annotations", ANNOTATION]);
        if let Some((value, origin)) = annotation.and_then(|v| Some((v, v.origin()?))) {
            let text = value.text().trim();
            if text.is_empty() {
                ignores.read_line(text, &origin);
            }
            for line in text.lines().filter(|l| !l.trim().is_empty()) {
                ignores.read_line(line, &origin);
            }
        }
        ignores
    }

    fn read_line(&mut self, line: &str, origin: &Src) {
        let at = origin.locate();
        let (names, words) = line.split_once(':').unwrap_or((line, ""));
        let named = parse::names(names, 0);
        if named.is_empty() {
            self.refuse(at, "this annotation names no rule to ignore", FORM);
            return;
        }
        match parse::words(words) {
            Ok(words) => {
                let rules = named.iter().map(|(id, _)| ((*id).into(), at.clone()));
                let ignore = Ignore::new(rules, words.reason, at.clone(), Scope::Everywhere);
                self.push(ignore.within(words.environments).until(words.until));
            }
            Err(message) => self.refuse(at, message, FORM),
        }
    }
}
