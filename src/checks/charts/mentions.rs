//! Which values the templates of a chart speak of, in branches that did not run as well.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

/// The values that templates name by their whole paths.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// The paths behind `.Values`, and whether anything but a condition looks at them.
    paths: BTreeMap<Vec<Box<str>>, bool>,
    /// Words in quotes where all values are looked up in: `index .Values "a"`.
    looked_up: FxHashSet<Box<str>>,
    /// Whether all values are handed on somewhere, so that nobody can tell what is read of them.
    is_open: bool,
    /// The templates that are defined, and those that are included.
    defined: FxHashSet<Box<str>>,
    included: FxHashSet<Box<str>>,
    /// Those of them that are given everything and print whole objects: `{{ include "all" . }}`
    /// on a line of its own.
    printed: FxHashSet<Box<str>>,
}

/// What is known of a path from the templates' texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mention {
    /// It is named, or something below it is.
    Named,
    /// Something above it is used, with what is in it or without.
    Above,
    /// No template can read it.
    Nowhere,
}

/// Functions that look for a key in a mapping.
const LOOKUPS: [&str; 5] = ["index", "get", "hasKey", "dig", "pluck"];

/// What makes more of a value in a condition than whether it is there.
const DEEPER: [&str; 15] = [
    "include", "template", "tpl", "toYaml", "toJson", "index", "get", "dig", "pick", "omit",
    "merge", "keys", "values", "pluck", "range",
];

impl Mentions {
    /// Learns from a template, or from any text that holds actions.
    pub(super) fn learn(&mut self, text: &str) {
        let mut hands_on_files = false;
        let mut rest = text;
        while let Some(start) = rest.find("{{") {
            let (action, after) = action(&rest[start + 2..]);
            let before = &text[..text.len() - rest.len() + start];
            if before.is_empty() || before.ends_with('\n') {
                self.printed.extend(printed(action).map(Box::from));
            }
            hands_on_files |= self.learn_action(action);
            rest = after;
        }
        self.is_open |= hands_on_files;
    }

    /// A path that Helm itself reads, such as the condition of a dependency.
    pub(super) fn add(&mut self, path: &str) {
        let path = path.split('.').filter(|name| !name.is_empty());
        self.paths.insert(path.map(Into::into).collect(), true);
    }

    /// Whether templates are included that are not there: they may read anything.
    pub(super) fn is_partial(&self) -> bool {
        !self.included.is_subset(&self.defined)
    }

    /// Whether templates that are not there make whole objects of the values.
    pub(super) fn is_made_elsewhere(&self) -> bool {
        !self.printed.is_subset(&self.defined)
    }

    /// What is known of a path.
    pub(super) fn of(&self, path: &[&str]) -> Mention {
        let is_below = |named: &Vec<Box<str>>| starts_with(named, path);
        if self.paths.keys().any(is_below) {
            return Mention::Named;
        }
        let mut above = self.paths.iter();
        let is_used_above = above.any(|(named, is_used)| {
            let named: Vec<&str> = named.iter().map(|name| &**name).collect();
            *is_used && path.len() > named.len() && path.starts_with(&named)
        });
        let is_looked_up = path
            .first()
            .is_some_and(|name| self.looked_up.contains(*name));
        match self.is_open || is_used_above || is_looked_up {
            true => Mention::Above,
            false => Mention::Nowhere,
        }
    }

    /// Learns from what stands between braces, and tells whether it renders files of the chart.
    fn learn_action(&mut self, action: &str) -> bool {
        let parts = parts(action);
        let has = |words: &[&str]| {
            let mut parts = parts.iter();
            parts.any(|part| matches!(part, Part::Word(word) if words.contains(word)))
        };
        if let [Part::Word("define" | "block"), Part::Quoted(name), ..] = parts.as_slice() {
            self.defined.insert(Box::from(*name));
        }
        for pair in parts.windows(2) {
            if let [Part::Word("include" | "template"), Part::Quoted(name)] = pair {
                self.included.insert(Box::from(*name));
            }
        }
        let is_condition = matches!(
            parts.as_slice(),
            [Part::Word("if"), ..] | [Part::Word("else"), Part::Word("if"), ..]
        );
        let is_used = !is_condition || has(&DEEPER) || action.contains(":=");
        let mut reads_files = false;
        for part in &parts {
            let Part::Path(names) = part else { continue };
            reads_files |= names.first() == Some(&"Files");
            let Some(at) = names.iter().position(|name| *name == "Values") else {
                continue;
            };
            let path = &names[at + 1..];
            if path.is_empty() {
                match has(&LOOKUPS) {
                    true => self.looked_up.extend(parts.iter().filter_map(Part::quoted)),
                    false => self.is_open |= is_used,
                }
                continue;
            }
            let path = path.iter().map(|name| Box::from(*name)).collect();
            *self.paths.entry(path).or_default() |= is_used;
        }
        reads_files && has(&["tpl"])
    }
}

/// The template that an action prints as it is, given everything.
fn printed(action: &str) -> Option<&str> {
    let action = action.trim_matches(|c: char| c == '-' || c.is_whitespace());
    let mut words = ["include", "template"].into_iter();
    let rest = words.find_map(|word| action.strip_prefix(word))?;
    let (name, given) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    matches!(given.trim(), "." | "$").then_some(name)
}

fn starts_with(path: &[Box<str>], start: &[&str]) -> bool {
    path.len() >= start.len() && path.iter().zip(start).all(|(a, b)| **a == **b)
}

/// What stands before the braces that close an action, and what follows them.
fn action(text: &str) -> (&str, &str) {
    if let Some(comment) = text.trim_start_matches(['-', ' ']).strip_prefix("/*") {
        return match comment.find("*/") {
            Some(end) => ("", &comment[end + 2..]),
            None => ("", ""),
        };
    }
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some('"') if is_escaped => is_escaped = false,
            Some('"') if c == '\\' => is_escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            None if text[at..].starts_with("}}") => return (&text[..at], &text[at + 2..]),
            None => {}
        }
    }
    (text, "")
}

#[derive(Debug)]
enum Part<'a> {
    Word(&'a str),
    Quoted(&'a str),
    /// `.a.b`, whatever stands before it.
    Path(Vec<&'a str>),
}

impl Part<'_> {
    fn quoted(&self) -> Option<Box<str>> {
        match self {
            Part::Quoted(text) => Some(Box::from(*text)),
            _ => None,
        }
    }
}

fn parts(action: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = action;
    while let Some(c) = rest.chars().next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        if c == '"' || c == '`' {
            let inner = &rest[1..];
            let mut is_escaped = false;
            let end = inner.find(|found: char| {
                let ends = found == c && !is_escaped;
                is_escaped = c == '"' && found == '\\' && !is_escaped;
                ends
            });
            let end = end.unwrap_or(inner.len());
            parts.push(Part::Quoted(&inner[..end]));
            rest = inner.get(end + 1..).unwrap_or_default();
        } else if c == '.' {
            let mut names = Vec::new();
            while let Some(after) = rest.strip_prefix('.') {
                let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
                rest = &after[end..];
                if end == 0 {
                    break;
                }
                names.push(&after[..end]);
            }
            parts.push(Part::Path(names));
        } else if is_name(c) {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            parts.push(Part::Word(&rest[..end]));
            rest = &rest[end..];
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, named: &[&str], above: &[&str], nowhere: &[&str]) {
        let mut mentions = Mentions::default();
        mentions.learn(template);
        for (paths, expected) in [
            (named, Mention::Named),
            (above, Mention::Above),
            (nowhere, Mention::Nowhere),
        ] {
            for path in paths {
                let names: Vec<&str> = path.split('.').collect();
                assert_eq!(mentions.of(&names), expected, "{path} in {template}");
            }
        }
    }

    #[test]
    fn paths_are_read_in_actions_only() {
        check(
            "{{ .Values.a.b }} c: .Values.d",
            &["a", "a.b"],
            &["a.b.c"],
            &["c", "d", "a.c"],
        );
        check(
            "{{- if and .Values.a $.Values.b.c }}",
            &["a", "b", "b.c"],
            &[],
            &["a.x", "b.x"],
        );
        check("{{ $v := .Values.a }}{{ $v.b }}", &["a"], &["a.b"], &["b"]);
        check(
            "{{ (include \"x\" $root.Values.a).b }}",
            &["a"],
            &["a.b"],
            &["b"],
        );
        check(
            "{{/* .Values.a */}}{{ print \"}} .Values.b\" `\"` .Values.c }}",
            &["c"],
            &[],
            &["a", "b"],
        );
    }

    #[test]
    fn objects_may_be_made_by_templates_that_are_not_there() {
        for (template, expected) in [
            ("{{- include \"lib.all\" . }}", true),
            ("a: b\n{{ template \"lib.all\" $ -}}\n", true),
            (
                "{{ define \"lib.all\" }}{{ end }}{{ include \"lib.all\" . }}",
                false,
            ),
            ("name: {{ include \"lib.name\" . }}", false),
            ("  {{ include \"lib.labels\" . }}", false),
            ("{{ include \"lib.labels\" . | nindent 4 }}", false),
            ("{{ include \"lib.pdb\" .Values.pdb }}", false),
        ] {
            let mut mentions = Mentions::default();
            mentions.learn(template);
            assert_eq!(mentions.is_made_elsewhere(), expected, "{template}");
        }
    }

    #[test]
    fn values_that_are_handed_on_may_be_read_anywhere() {
        check("{{ toYaml .Values }}", &[], &["a", "b.c"], &[]);
        check("{{ tpl (.Files.Get \"a\") . }}", &[], &["a"], &[]);
        check(
            "{{ index .Values \"a-b\" \"c\" }}",
            &[],
            &["a-b", "a-b.x"],
            &["d"],
        );
        check("{{ if .Values }}{{ end }}{{ unclosed", &[], &[], &["a"]);
    }
}
