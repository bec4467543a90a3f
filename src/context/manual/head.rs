//! What the comments at the head of a manifest say of how it is applied.

use camino::Utf8Path;
use manifest::Snapshot;
use spanned_yaml::Span;

use super::command::{Verb, commands};

/// What a comment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// The command that applies the file.
    Command,
    /// That no kustomization has it, on purpose.
    LeftOut,
}

/// What the file's own head says of it, and where.
pub(super) fn said(snapshot: &dyn Snapshot, path: &Utf8Path) -> Option<(Said, Span)> {
    let source = snapshot.source(path).ok()?;
    let head = head(source.tree.text());
    let names = |own: &str| Utf8Path::new(own).file_name() == path.file_name();
    let mut applied = commands(&head)
        .into_iter()
        .filter(|own| own.verb == Verb::Apply && names(&own.path));
    if let Some(command) = applied.next() {
        return Some((Said::Command, command.span));
    }
    let mut start = 0;
    head.split_inclusive('\n').find_map(|line| {
        let at = start + (line.len() - line.trim_start().len());
        let end = start + line.trim_end().len();
        start += line.len();
        let span = Span::new(u32::try_from(at).ok()?, u32::try_from(end).ok()?);
        says_left_out(line).then_some((Said::LeftOut, span))
    })
}

/// The comments before the first document's content, each byte at its place.
fn head(text: &str) -> String {
    let is_head = |line: &&str| {
        let line = line.trim();
        line.is_empty() || line == "---" || line.starts_with('#')
    };
    let lines = text.split_inclusive('\n').take_while(is_head);
    let plain = |line: &str| match line.trim() {
        "---" => line.replace('-', " "),
        _ => line.replacen('#', " ", 1),
    };
    lines.map(plain).collect()
}

/// Whether a sentence such as `Deliberately not in resources` stands in a line.
fn says_left_out(line: &str) -> bool {
    let line = line.to_lowercase();
    let edge = |c: char| !c.is_alphanumeric() && c != '\'';
    let has = |words: &[&str]| line.split(edge).any(|word| words.contains(&word));
    let is_of_list = has(&["resources", "kustomization", "kustomize"]);
    is_of_list
        && has(&[
            "not", "isn't", "don't", "excluded", "omitted", "outside", "manually",
        ])
}

#[cfg(test)]
mod tests {
    use manifest::Memory;

    use super::*;

    fn check(head: &str) -> Option<Said> {
        let text =
            format!("{head}\napiVersion: v1\nkind: ConfigMap\n# kubectl apply -f web/a.yaml\n");
        let snapshot: Memory = [("web/a.yaml", text.as_str())].into_iter().collect();
        said(&snapshot, "web/a.yaml".into()).map(|(said, _)| said)
    }

    #[test]
    fn what_a_manifest_says_of_itself() {
        assert_eq!(
            check("# Run once:\n#   kubectl create -f web/a.yaml"),
            Some(Said::Command)
        );
        assert_eq!(check("---\n# kubectl apply -f a.yaml"), Some(Said::Command));
        assert_eq!(
            check("# Deliberately not in `resources`: run by hand."),
            Some(Said::LeftOut)
        );
        assert_eq!(check("# kubectl apply -f b.yaml"), None);
        assert_eq!(check("# The resources of the web."), None);
        assert_eq!(check(""), None);
    }
}
