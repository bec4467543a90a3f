//! Findings that a repository had when it was adopted, and that need not be fixed at once.
//!
//! An entry names rule, file, object and path, never a line and nothing that is made of a value,
//! so that it holds however the file around it changes. It names environments, so that what it
//! excuses is new where it spreads. Each stands on a line of its own, in a fixed order, so that
//! two branches that change a baseline can be merged.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use manifest::{Dialect, Fault, FaultKind, Location, Scalar, Source, View};

use super::raw::syntax;
use super::reader::Reader;

/// The name of a baseline that is not called otherwise.
pub const BASELINE_NAME: &str = ".gitopslint-baseline.yaml";

/// How an environment is called that could not be told.
pub const UNASSIGNED: &str = "unassigned";

/// The version of the form in which baselines are written.
const VERSION: i64 = 1;

const HEAD: &str = "\
# What gitopslint found when it was adopted here. Nothing in this list fails a check; whatever
# else is found does. `gitopslint baseline --prune` removes what was fixed in the meantime.
version: 1
findings:
";

/// Which finding is meant, wherever it stands in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Subject {
    /// The rule's id.
    pub rule: Arc<str>,
    /// The file it stands in; empty for none.
    pub file: Arc<str>,
    /// The object it is about, as `Deployment.apps/web`; empty for none.
    pub object: Box<str>,
    /// The way to the field, with items of lists by their names; empty for none.
    pub path: Box<str>,
}

/// How often a subject is found in each environment; the empty name stands for no target.
pub type Counts = BTreeMap<Box<str>, usize>;

/// What is excused, how often and where.
#[derive(Debug, Default)]
pub struct Baseline {
    /// For each subject what is excused, and where that is written.
    entries: BTreeMap<Subject, (Counts, Location)>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn read(source: &Arc<Source>) -> Result<Self, Vec<Fault>> {
        let mut faults: Vec<Fault> = Vec::new();
        let expanded = source.documents();
        let errors = source.tree.errors().iter().chain(&expanded.errors);
        faults.extend(errors.map(|error| syntax(source, error)));
        let mut baseline = Self::default();
        if faults.is_empty() {
            let mut documents = expanded.documents.iter().map(|node| node.view());
            match (documents.next(), documents.next()) {
                (Some(root), None) if is_baseline(root) => baseline.fill(root, &mut faults),
                (root, _) => faults.push(foreign(source, root)),
            }
        }
        match faults.is_empty() {
            true => Ok(baseline),
            false => Err(faults),
        }
    }

    /// What is excused of a subject, and where that is written.
    pub fn get(&self, subject: &Subject) -> Option<(&Counts, &Location)> {
        self.entries.get(subject).map(|(counts, at)| (counts, at))
    }

    /// All that is excused, in the order of the subjects.
    pub fn entries(&self) -> impl Iterator<Item = (&Subject, &Counts, &Location)> {
        let entries = self.entries.iter();
        entries.map(|(subject, (counts, at))| (subject, counts, at))
    }

    fn fill(&mut self, root: View<'_>, faults: &mut Vec<Fault>) {
        let mut reader = Reader::new(faults);
        for (key, value) in reader.fields(root, "the baseline", &["version", "findings"]) {
            if &*key.text != "findings" {
                continue;
            }
            if !value.is_seq() {
                reader.wrong_type(value, "`findings` must be a list");
            }
            for item in value.items() {
                self.entry(item, &mut reader);
            }
        }
    }

    fn entry(&mut self, item: View<'_>, reader: &mut Reader<'_>) {
        let mut subject = Subject::default();
        let (mut environments, mut count) = (Vec::new(), 1);
        let keys = ["rule", "file", "object", "path", "environments", "count"];
        for (key, value) in reader.fields(item, "an entry of the baseline", &keys) {
            let text = |reader: &mut Reader<'_>| reader.word(value, &key.text).map(|w| w.text);
            match &*key.text {
                "rule" => subject.rule = text(reader).unwrap_or_default().into(),
                "file" => subject.file = text(reader).unwrap_or_default().into(),
                "object" => subject.object = text(reader).unwrap_or_default(),
                "path" => subject.path = text(reader).unwrap_or_default(),
                "environments" => environments = reader.words(value, "environments"),
                _ => match value.scalar(Dialect::Kustomize) {
                    Some(Scalar::Int(given)) if given > 0 => count = given as usize,
                    _ => reader.fault(value, "`count` must be a number above zero"),
                },
            }
        }
        if subject.rule.is_empty() {
            reader.fault(item, "this entry names no rule");
        }
        let Some(at) = item.origin().map(|origin| origin.locate()) else {
            return;
        };
        let (counts, _) = self
            .entries
            .entry(subject)
            .or_insert_with(|| (Counts::new(), at));
        let names = environments.into_iter().map(|word| word.text);
        let mut names: Vec<Box<str>> = names.collect();
        if names.is_empty() {
            names.push("".into());
        }
        // Two branches may have added the same one.
        for name in names {
            let known = counts.entry(name).or_default();
            *known = (*known).max(count);
        }
    }
}

/// The text of a baseline that excuses these.
pub fn write(all: &BTreeMap<Subject, Counts>) -> String {
    let mut text = HEAD.to_owned();
    for (subject, counts) in all {
        let mut by_count: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (environment, count) in counts {
            by_count.entry(*count).or_default().push(environment);
        }
        for (count, environments) in by_count {
            let (targets, none): (Vec<&str>, Vec<&str>) =
                environments.into_iter().partition(|name| !name.is_empty());
            for environments in [none, targets].iter().filter(|names| !names.is_empty()) {
                write_entry(&mut text, subject, environments, count);
            }
        }
    }
    if all.is_empty() {
        text.truncate(text.len() - 1);
        text.push_str(" []\n");
    }
    text
}

fn write_entry(text: &mut String, subject: &Subject, environments: &[&str], count: usize) {
    let _ = write!(text, "- {{rule: {}", quoted(&subject.rule));
    let parts = [
        ("file", &*subject.file),
        ("object", &*subject.object),
        ("path", &*subject.path),
    ];
    for (key, value) in parts.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(text, ", {key}: {}", quoted(value));
    }
    let names: Vec<String> = environments
        .iter()
        .filter(|name| !name.is_empty())
        .map(|name| quoted(name))
        .collect();
    if !names.is_empty() {
        let _ = write!(text, ", environments: [{}]", names.join(", "));
    }
    if count > 1 {
        let _ = write!(text, ", count: {count}");
    }
    text.push_str("}\n");
}

/// A text as YAML in a line: plain where nothing in it means anything else.
fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-./_=".contains(&byte))
        && !matches!(
            &*text.to_ascii_lowercase(),
            "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    match is_plain {
        true => text.to_owned(),
        // Strings of JSON are strings of YAML.
        false => serde_json::Value::from(text).to_string(),
    }
}

fn is_baseline(root: View<'_>) -> bool {
    let version = root
        .get("version")
        .and_then(|v| v.scalar(Dialect::Kustomize));
    matches!(version, Some(Scalar::Int(VERSION))) && root.get("findings").is_some()
}

fn foreign(source: &Arc<Source>, root: Option<View<'_>>) -> Fault {
    let mut fault = Fault::new(
        FaultKind::Field,
        format!("this is not a baseline of version {VERSION}"),
    );
    fault.at = root.and_then(|root| root.origin()).map(|at| at.locate());
    if fault.at.is_none() {
        fault.at = Some(Location {
            file: source.clone(),
            span: manifest::Span::new(0, 0),
        });
    }
    fault.help("write one with `gitopslint baseline`")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use spanned_yaml::Tree;

    use super::*;

    fn read(text: &str) -> Result<Baseline, Vec<Fault>> {
        Baseline::read(&Source::file("baseline.yaml", Tree::parse(text)))
    }

    fn subject(rule: &str, path: &str) -> Subject {
        Subject {
            rule: rule.into(),
            file: "base/pod.yaml".into(),
            object: "Pod/web".into(),
            path: path.into(),
        }
    }

    fn counts(of: &[(&str, usize)]) -> Counts {
        of.iter()
            .map(|(name, count)| ((*name).into(), *count))
            .collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let all: BTreeMap<Subject, Counts> = [
            (
                subject("a", "spec.containers[name=app].image"),
                counts(&[("dev", 1), ("on", 1)]),
            ),
            (
                subject("b", "a: \"b\"\n#"),
                counts(&[("", 1), ("dev", 1), ("prod-eu", 2)]),
            ),
            (
                Subject {
                    rule: "c".into(),
                    ..Subject::default()
                },
                counts(&[("", 3)]),
            ),
        ]
        .into();
        let text = write(&all);
        assert_snapshot!(text, @r#"
        # What gitopslint found when it was adopted here. Nothing in this list fails a check; whatever
        # else is found does. `gitopslint baseline --prune` removes what was fixed in the meantime.
        version: 1
        findings:
        - {rule: a, file: base/pod.yaml, object: Pod/web, path: "spec.containers[name=app].image", environments: [dev, "on"]}
        - {rule: b, file: base/pod.yaml, object: Pod/web, path: "a: \"b\"\n#"}
        - {rule: b, file: base/pod.yaml, object: Pod/web, path: "a: \"b\"\n#", environments: [dev]}
        - {rule: b, file: base/pod.yaml, object: Pod/web, path: "a: \"b\"\n#", environments: [prod-eu], count: 2}
        - {rule: c, count: 3}
        "#);
        let read = read(&text).unwrap();
        let read: BTreeMap<Subject, Counts> = read
            .entries()
            .map(|(subject, counts, _)| (subject.clone(), counts.clone()))
            .collect();
        assert_eq!(read, all);
        assert!(
            super::tests::read(&write(&BTreeMap::new()))
                .unwrap()
                .entries()
                .next()
                .is_none()
        );
    }

    fn faults(text: &str) -> String {
        let faults = read(text).unwrap_err().into_iter();
        let told = faults.map(|fault| {
            let at = fault.at.unwrap().start();
            format!("{}:{}: {}", at.line, at.column, fault.message)
        });
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_no_baseline_is_told() {
        assert_snapshot!(faults(""), @"1:1: this is not a baseline of version 1");
        assert_snapshot!(faults("a: 1\n"), @"1:1: this is not a baseline of version 1");
        assert_snapshot!(faults("{\"version\": 2, \"findings\": []}"), @"1:1: this is not a baseline of version 1");
        assert_snapshot!(faults("version: 1\nfindings: {}\n"), @"2:11: `findings` must be a list, not a mapping");
        assert_snapshot!(faults("version: 1\nfindings:\n- {file: a}\n- {rule: a, line: 3}\n- {rule: a, count: 0}\n"), @r#"
        3:3: this entry names no rule
        4:13: an entry of the baseline has no key `line`
        5:20: `count` must be a number above zero
        "#);
        assert_snapshot!(faults("version: 1\nfindings:\n<<<<<<< ours\n- {rule: a}\n=======\n- {rule: b}\n>>>>>>> theirs\n"), @"3:1: unresolved merge conflict: keep one side and remove the markers");
    }
}
