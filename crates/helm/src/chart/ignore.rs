//! `.helmignore`.

use manifest::glob::{Dialect, Pattern};
use manifest::{Fault, FaultKind};

/// Which files of a folder are no part of its chart.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    /// What does not fit is left out.
    negated: bool,
    /// It is about folders only.
    folders: bool,
    /// It is about the last part of a path.
    by_name: bool,
}

impl Rules {
    /// The rules of a text, and those that always hold.
    pub(super) fn parse(text: &str) -> (Self, Vec<Fault>) {
        let mut rules = Self::default();
        let mut faults = Vec::new();
        for line in text.trim_start_matches('\u{FEFF}').lines() {
            if let Err(message) = rules.add(line) {
                let message = format!(".helmignore: `{}`: {message}", line.trim());
                faults.push(Fault::new(FaultKind::Chart, message));
            }
        }
        // Files that begin with a dot are no templates.
        let _ = rules.add("templates/.?*");
        (rules, faults)
    }

    fn add(&mut self, line: &str) -> Result<(), &'static str> {
        let rule = line.trim();
        if rule.is_empty() || rule.starts_with('#') {
            return Ok(());
        }
        if rule.contains("**") {
            return Err("`**` is not supported here");
        }
        let (negated, rule) = match rule.strip_prefix('!') {
            Some(rule) => (true, rule),
            None => (false, rule),
        };
        let (folders, rule) = match rule.strip_suffix('/') {
            Some(rule) => (true, rule),
            None => (false, rule),
        };
        let by_name = !rule.contains('/');
        let pattern = rule.strip_prefix('/').unwrap_or(rule);
        let pattern = Pattern::compile(pattern, Dialect::GoPath).ok_or("this is not a pattern")?;
        self.0.push(Rule {
            pattern,
            negated,
            folders,
            by_name,
        });
        Ok(())
    }

    /// Whether the file or folder at a path is left out.
    pub(super) fn leave_out(&self, path: &str, is_folder: bool) -> bool {
        for rule in &self.0 {
            let subject = match (rule.by_name, path.rsplit_once('/')) {
                (true, Some((_, name))) => name,
                _ => path,
            };
            let fits = rule.pattern.is_match(subject);
            if rule.negated {
                if (rule.folders && !is_folder) || !fits {
                    return true;
                }
            } else if fits && (is_folder || !rule.folders) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Rules;

    #[track_caller]
    fn check(rules: &str, left_out: &[&str], kept: &[&str]) {
        let (rules, faults) = Rules::parse(rules);
        assert!(faults.is_empty());
        let is_folder = |path: &str| path.ends_with('/');
        let test = |path: &str| rules.leave_out(path.trim_end_matches('/'), is_folder(path));
        assert!(left_out.iter().all(|path| test(path)));
        assert!(!kept.iter().any(|path| test(path)));
    }

    #[test]
    fn rules_are_about_names_or_paths() {
        check("*.md\n# comment\n", &["a.md", "docs/b.md"], &["a.txt"]);
        check("/a.md", &["a.md"], &["docs/a.md"]);
        check("docs/", &["docs/", "x/docs/"], &["docs"]);
        check("docs/*.md", &["docs/a.md"], &["docs/a/b.md", "a.md"]);
        check("", &["templates/.hidden"], &["templates/a", ".hidden"]);
    }

    #[test]
    fn a_negated_rule_leaves_out_all_others() {
        check("!keep*", &["other"], &["keep.txt"]);
    }

    #[test]
    fn what_is_not_supported_is_told() {
        let (_, faults) = Rules::parse("a/**/b\n[");
        assert_eq!(faults.len(), 2);
    }
}
