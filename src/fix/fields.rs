//! Deprecated fields of a kustomization, written with the fields that took their place. Comments
//! and everything else stay as they are.

use std::sync::Arc;

use manifest::{Kind, Object, Source, Style, View};
use spanned_yaml::{Edit, NodeId, Span, Tree, apply};

use super::variables;

/// Why a field cannot be rewritten: one clause.
pub(super) type Obstacle = &'static str;

/// The text of a kustomization without one deprecated field. `objects` are those that it renders,
/// if it does.
pub(super) fn without(
    source: &Arc<Source>,
    field: &str,
    objects: impl FnOnce() -> Option<Vec<Object>>,
) -> Result<String, Obstacle> {
    let text = Text::of(source)?;
    let old = text.entry(field).ok_or("the field is gone")?;
    let edits = match field {
        "bases" => text.append(&old, "resources"),
        "patchesJson6902" => text.append(&old, "patches"),
        "patchesStrategicMerge" => text.merges(&old),
        "commonLabels" => text.labels(&old),
        "vars" => {
            let objects = objects().ok_or("it cannot be rendered by itself")?;
            let items = variables::replacements(View::Src(source, old.value), &objects)?;
            text.superseded(&old, "replacements", &items)
        }
        _ => Err("it has to be rewritten by hand"),
    }?;
    let new = apply(text.text, &edits).map_err(|fault| fault.why)?;
    match Tree::parse(new.as_str()).errors().is_empty() {
        true => Ok(new),
        false => Err("it is written in an unusual way"),
    }
}

/// A kustomization's text.
struct Text<'a> {
    tree: &'a Tree,
    text: &'a str,
    root: NodeId,
}

/// A field of a kustomization.
struct Entry {
    key: Span,
    value: NodeId,
}

/// The lines of a block collection, from the one behind its key.
struct Lines {
    start: usize,
    end: usize,
    /// How far its items or entries are indented.
    indent: usize,
}

const FLOW: Obstacle = "it is in braces or brackets";

impl<'a> Text<'a> {
    fn of(source: &'a Source) -> Result<Self, Obstacle> {
        let tree = &source.tree;
        let mut roots = tree.documents();
        let (Some(root), None, true) = (roots.next(), roots.next(), tree.errors().is_empty())
        else {
            return Err("the file is not one well-formed document");
        };
        if tree.has_aliases() {
            return Err("the file has aliases");
        }
        if tree.kind(root) != Kind::Map || tree.style(root) != Style::Plain {
            return Err(FLOW);
        }
        let text = tree.text();
        Ok(Self { tree, text, root })
    }

    fn entry(&self, field: &str) -> Option<Entry> {
        let mut entries = self.tree.entries(self.root);
        let (key, value) = entries.find(|(key, _)| self.tree.scalar(*key) == field)?;
        Some(Entry {
            key: self.tree.span(key),
            value,
        })
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |at| at + 1)
    }

    /// The end of the line, its break included.
    fn line_end(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        rest.find('\n').map_or(self.text.len(), |end| at + end + 1)
    }

    /// The lines of a block collection that is not empty.
    fn lines(&self, entry: &Entry) -> Result<Lines, Obstacle> {
        let first = self.tree.children(entry.value).next();
        if first.is_none() && self.tree.kind(entry.value) == Kind::Scalar {
            return Err("it is empty");
        }
        let Some(first) = first.filter(|_| self.tree.style(entry.value) == Style::Plain) else {
            return Err(FLOW);
        };
        let span = self.tree.span(entry.value);
        let start = self.line_end(entry.key.end as usize);
        let line = self.line_start(self.tree.span(first).start as usize);
        if line < start || span.end as usize <= line {
            return Err("it is written in an unusual way");
        }
        let last = self.text[..span.end as usize].trim_end().len();
        let indent = self.text[line..].len() - self.text[line..].trim_start_matches(' ').len();
        Ok(Lines {
            start,
            end: self.line_end(last),
            indent,
        })
    }

    /// What stands between a key's colon and the end of its line, such as a comment.
    fn behind_key(&self, entry: &Entry) -> &str {
        let from = entry.key.end as usize;
        let line = self.text[from..self.line_end(from)].trim_end();
        line.split_once(':').map_or("", |(_, rest)| rest)
    }

    fn rename(&self, entry: &Entry, name: &str) -> Edit {
        Edit {
            span: entry.key,
            text: name.to_owned(),
        }
    }

    /// Removes a field with its lines.
    fn remove(&self, entry: &Entry, lines: &Lines) -> Edit {
        let start = self.line_start(entry.key.start as usize);
        Edit {
            span: span(start, lines.end),
            text: String::new(),
        }
    }

    fn insert(&self, at: usize, lines: &str) -> Edit {
        let is_inside_line = at > 0 && !self.text[..at].ends_with('\n');
        let gap = if is_inside_line { "\n" } else { "" };
        Edit {
            span: span(at, at),
            text: format!("{gap}{lines}"),
        }
    }

    /// Renames a list, or adds its items behind those of the list of the new name.
    fn append(&self, old: &Entry, name: &str) -> Result<Vec<Edit>, Obstacle> {
        let Some(new) = self.entry(name) else {
            return Ok(vec![self.rename(old, name)]);
        };
        let (from, to) = (self.lines(old)?, self.lines(&new)?);
        let lines = indented(&self.text[from.start..from.end], from.indent, to.indent);
        Ok(vec![self.insert(to.end, &lines), self.remove(old, &from)])
    }

    /// Replaces a list by other items, which stand behind those of the list of the new name.
    fn superseded(&self, old: &Entry, name: &str, items: &str) -> Result<Vec<Edit>, Obstacle> {
        let from = self.lines(old)?;
        let start = self.line_start(old.key.start as usize);
        let is_inside = |comment: &&Span| (start..from.end).contains(&(comment.start as usize));
        if self
            .tree
            .comments()
            .iter()
            .any(|comment| is_inside(&comment))
        {
            return Err("it has comments, which would be lost");
        }
        let mut edits = vec![self.remove(old, &from)];
        if items.is_empty() {
            return Ok(edits);
        }
        match self.entry(name) {
            Some(new) => {
                let to = self.lines(&new)?;
                edits.push(self.insert(to.end, &indented(items, 0, to.indent)));
            }
            None => edits.push(self.insert(from.end, &format!("{name}:\n{items}"))),
        }
        Ok(edits)
    }

    /// Strategic merges become patches, which stand before those that are there: that is the
    /// order in which they are applied.
    fn merges(&self, old: &Entry) -> Result<Vec<Edit>, Obstacle> {
        let from = self.lines(old)?;
        let mut edits = Vec::new();
        for item in self.tree.items(old.value) {
            edits.extend(self.named(item)?);
        }
        let Some(new) = self.entry("patches") else {
            edits.push(self.rename(old, "patches"));
            return Ok(edits);
        };
        let to = self.lines(&new)?;
        for edit in &mut edits {
            edit.span = span(
                edit.span.start as usize - from.start,
                edit.span.end as usize - from.start,
            );
        }
        let lines = apply(&self.text[from.start..from.end], &edits).map_err(|fault| fault.why)?;
        let lines = indented(&lines, from.indent, to.indent);
        Ok(vec![self.insert(to.start, &lines), self.remove(old, &from)])
    }

    /// A path or an inline patch as the entry of a mapping.
    fn named(&self, item: NodeId) -> Result<Vec<Edit>, Obstacle> {
        let at = self.tree.span(item);
        let key = |key: &str| Edit {
            span: span(at.start as usize, at.start as usize),
            text: format!("{key}: "),
        };
        let written = &self.text[at.range()];
        match (self.tree.kind(item), self.tree.style(item)) {
            (Kind::Scalar, Style::Literal | Style::Folded) => {
                let mut edits = vec![key("patch")];
                let mut line = self.line_end(at.start as usize);
                while line < at.end as usize {
                    let end = self.line_end(line);
                    if !self.text[line..end].trim().is_empty() {
                        edits.push(Edit {
                            span: span(line, line),
                            text: "  ".to_owned(),
                        });
                    }
                    line = end;
                }
                Ok(edits)
            }
            (Kind::Scalar, _) if !written.is_empty() && !written.contains('\n') => {
                Ok(vec![key("path")])
            }
            _ => Err("it is written in an unusual way"),
        }
    }

    /// Common labels become the last entry of `labels`.
    fn labels(&self, old: &Entry) -> Result<Vec<Edit>, Obstacle> {
        if self.tree.kind(old.value) != Kind::Map {
            return Err("it is not a mapping");
        }
        let head = |indent: usize| {
            let indent = " ".repeat(indent);
            format!("{indent}- includeSelectors: true\n{indent}  pairs")
        };
        let own = old.key.start as usize - self.line_start(old.key.start as usize);
        let Some(new) = self.entry("labels") else {
            let mut edits = vec![self.rename(old, &format!("labels:\n{}", head(own)))];
            let written = &self.text[self.tree.span(old.value).range()];
            if self.tree.style(old.value) == Style::Flow && !written.contains('\n') {
                return Ok(edits);
            }
            let lines = self.lines(old)?;
            edits.push(Edit {
                span: span(lines.start, lines.end),
                text: indented(&self.text[lines.start..lines.end], lines.indent, own + 4),
            });
            return Ok(edits);
        };
        let (from, to) = (self.lines(old)?, self.lines(&new)?);
        let lines = indented(&self.text[from.start..from.end], from.indent, to.indent + 4);
        let lines = format!("{}:{}\n{lines}", head(to.indent), self.behind_key(old));
        Ok(vec![self.insert(to.end, &lines), self.remove(old, &from)])
    }
}

/// Texts longer than 4 GiB are not read, so that offsets fit.
fn span(start: usize, end: usize) -> Span {
    Span::new(start as u32, end as u32)
}

/// Lines with another indentation.
fn indented(lines: &str, from: usize, to: usize) -> String {
    let mut out = String::with_capacity(lines.len());
    for line in lines.split_inclusive('\n') {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if !line.trim().is_empty() {
            out.push_str(&" ".repeat((spaces + to).saturating_sub(from)));
        }
        out.push_str(line.trim_start_matches(' '));
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn check(field: &str, text: &str) -> String {
        let source = Source::file("kustomization.yaml", Tree::parse(text));
        match without(&source, field, || None) {
            Ok(text) => text,
            Err(why) => format!("not: {why}"),
        }
    }

    #[test]
    fn bases() {
        assert_snapshot!(check("bases", "bases: # why\n- ../base # here\n"), @r"
        resources: # why
        - ../base # here
        ");
        assert_snapshot!(check("bases", "# first\nbases:\n# the base\n- ../base\n\nresources:\n  - a.yaml # a\n  # b\n  - b.yaml"), @r"
        # first

        resources:
          - a.yaml # a
          # b
          - b.yaml
          # the base
          - ../base
        ");
        assert_snapshot!(check("bases", "bases: [../base]\nresources:\n- a.yaml\n"), @"not: it is in braces or brackets");
    }

    #[test]
    fn strategic_merges() {
        let merges = "patchesStrategicMerge:\n- a.yaml # a\n- |-\n  kind: A\n  metadata:\n\n    name: a\n- \"b.yaml\"\n";
        assert_snapshot!(check("patchesStrategicMerge", merges), @r#"
        patches:
        - path: a.yaml # a
        - patch: |-
            kind: A
            metadata:

              name: a
        - path: "b.yaml"
        "#);
        assert_snapshot!(check("patchesStrategicMerge", &format!("{merges}patches:\n  # the first\n  - path: c.yaml\nnamespace: a\n")), @r#"
        patches:
          - path: a.yaml # a
          - patch: |-
              kind: A
              metadata:

                name: a
          - path: "b.yaml"
          # the first
          - path: c.yaml
        namespace: a
        "#);
    }

    #[test]
    fn json_patches() {
        assert_snapshot!(check("patchesJson6902", "patchesJson6902:\n- path: a.yaml\n  target: {kind: A, name: a}\n"), @r"
        patches:
        - path: a.yaml
          target: {kind: A, name: a}
        ");
    }

    #[test]
    fn common_labels() {
        assert_snapshot!(check("commonLabels", "commonLabels:\n  # who\n  app: a # it\n  tier: b\nnamespace: a\n"), @r"
        labels:
        - includeSelectors: true
          pairs:
            # who
            app: a # it
            tier: b
        namespace: a
        ");
        assert_snapshot!(check("commonLabels", "commonLabels: {app: a} # it"), @r"
        labels:
        - includeSelectors: true
          pairs: {app: a} # it
        ");
        assert_snapshot!(check("commonLabels", "commonLabels: # all\n  app: a\nlabels:\n- pairs: {x: y}\n# end\n"), @r"
        labels:
        - pairs: {x: y}
        - includeSelectors: true
          pairs: # all
            app: a
        # end
        ");
        assert_snapshot!(check("commonLabels", "commonLabels:\n"), @"not: it is not a mapping");
    }

    #[test]
    fn what_is_left_alone() {
        assert_snapshot!(check("vars", "vars:\n- name: A\n"), @"not: it cannot be rendered by itself");
        assert_snapshot!(check("bases", "bases: &a [../b]\nresources: *a\n"), @"not: the file has aliases");
        assert_snapshot!(check("bases", "{bases: [../b]}\n"), @"not: it is in braces or brackets");
    }
}
