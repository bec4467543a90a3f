//! Manifests with the origin of every value as a comment behind it.

use kustomize::print;
use manifest::{EntryRef, Fault, Kind, Location, Object, Place, Step, Style, View, Was};
use spanned_yaml::{NodeId, Tree, sort_by_key};

use super::escape;

/// How deep comments go. No source is nested deeper.
const MAX_DEPTH: usize = 300;

/// Prints objects as `kustomize build` does. Behind each scalar a comment names the lines that it
/// came from and, where one changed it, the step: `# base/deployment.yaml:12 +
/// overlays/dev/kustomization.yaml:5 (images)`. Without the comments it is the same text.
///
/// # Errors
/// As for [`kustomize::print`].
pub fn annotated(objects: &[Object]) -> Result<String, Vec<Fault>> {
    let mut text = String::new();
    let mut faults = Vec::new();
    for object in objects {
        match print(std::slice::from_ref(object)) {
            Ok(printed) => {
                if !text.is_empty() {
                    text.push_str("---\n");
                }
                text.push_str(&with_comments(&printed, object));
            }
            Err(more) => faults.extend(more),
        }
    }
    match faults.is_empty() {
        true => Ok(text),
        false => Err(faults),
    }
}

fn with_comments(printed: &str, object: &Object) -> String {
    let tree = Tree::parse(printed);
    let mut comments = Comments {
        tree: &tree,
        found: Vec::new(),
    };
    if let Some(root) = tree.documents().next() {
        comments.collect(root, object.node.view(), None, 0);
    }
    let mut text = String::with_capacity(printed.len() * 2);
    let mut done = 0;
    for (at, comment) in comments.found {
        text.push_str(printed.get(done..at).unwrap_or_default());
        text.push_str(" # ");
        text.push_str(&comment);
        done = at;
    }
    text.push_str(printed.get(done..).unwrap_or_default());
    text
}

struct Comments<'t> {
    tree: &'t Tree,
    /// Comments and the offsets at which they are to stand, in order.
    found: Vec<(usize, String)>,
}

impl Comments<'_> {
    /// Goes through a printed value and what it was printed from. `step` is what put it there.
    fn collect(&mut self, id: NodeId, value: View<'_>, step: Option<&Step>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let tree = self.tree;
        match (tree.kind(id), value) {
            (Kind::Map, _) if value.is_map() => {
                let mut entries: Vec<EntryRef<'_>> = value.entries().collect();
                sort_by_key(&mut entries, |entry| entry.key.text());
                for ((_, inner), entry) in tree.entries(id).zip(entries) {
                    let step = entry.was.map(|was| &was.step).or(step);
                    self.collect(inner, entry.value, step, depth + 1);
                }
            }
            (Kind::Seq, View::Seq(seq)) => {
                let live = seq.items.iter().filter(|item| !item.value.is_gone());
                for (inner, item) in tree.items(id).zip(live) {
                    let step = item.was.as_deref().map(step_of).or(step);
                    self.collect(inner, item.value.view(), step, depth + 1);
                }
            }
            (Kind::Seq, _) => {
                for (inner, item) in tree.items(id).zip(value.items()) {
                    self.collect(inner, item, step, depth + 1);
                }
            }
            _ => {
                if let Some(comment) = comment(value, step) {
                    self.found.push((self.end_of_line(id), comment));
                }
            }
        }
    }

    /// Where a comment on a scalar can stand: behind it, or behind the header of a block.
    fn end_of_line(&self, id: NodeId) -> usize {
        let span = self.tree.span(id);
        let from = match self.tree.style(id) {
            Style::Literal | Style::Folded => span.start,
            _ => span.end,
        } as usize;
        let text = self.tree.text();
        let behind = text.get(from..).and_then(|rest| rest.find('\n'));
        behind.map_or(text.len(), |length| from + length)
    }
}

fn step_of(was: &Was) -> &Step {
    &was.step
}

/// The lines that a value came from, and the step that made it what it is.
fn comment(value: View<'_>, step: Option<&Step>) -> Option<String> {
    let (mut places, step) = match value {
        View::Made(made) => {
            let pieces = made.parts.iter();
            let places = pieces.map(|part| part.from.locate_part(part.of));
            (places.filter_map(line).collect(), Some(&made.step))
        }
        _ => {
            let origin = value.origin().map(|src| src.locate());
            (Vec::from_iter(origin.and_then(line)), step)
        }
    };
    if places.is_empty() {
        let by = step.and_then(|step| step.by.as_ref());
        places.extend(by.and_then(|by| line(by.locate())));
    }
    let mut seen: Vec<String> = Vec::with_capacity(places.len());
    for place in places {
        if !seen.contains(&place) {
            seen.push(place);
        }
    }
    let step = step.map(|step| format!("({})", step.name));
    let comment = [seen.join(" + "), step.unwrap_or_default()].join(" ");
    let comment = comment.trim();
    (!comment.is_empty()).then(|| comment.to_owned())
}

/// The file and the line of a place, if it is in a file.
fn line(place: Location) -> Option<String> {
    match place.file.place {
        Place::BuiltIn(_) => None,
        _ => Some(format!(
            "{}:{}",
            escape::printable(place.path().as_str()),
            place.start().line
        )),
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use insta::assert_snapshot;
    use kustomize::Options;
    use manifest::Memory;

    use super::*;

    /// What a kustomization gives, with comments; without them it is the same text.
    fn check(kustomization: &str, object: &str) -> String {
        let files = [("kustomization.yaml", kustomization), ("a.yaml", object)];
        let files = Memory::from_iter(files);
        let objects = kustomize::build(&files, Utf8Path::new(""), Options::default()).unwrap();
        let text = annotated(&objects).unwrap();
        assert_eq!(uncommented(&text), print(&objects).unwrap());
        text
    }

    fn uncommented(text: &str) -> String {
        let tree = Tree::parse(text);
        let mut left = String::new();
        let mut done = 0;
        for comment in tree.comments() {
            left.push_str(text[done..comment.start as usize].trim_end_matches(' '));
            done = comment.end as usize;
        }
        left + &text[done..]
    }

    #[test]
    fn every_value_tells_where_it_came_from() {
        assert_snapshot!(check(
            "namePrefix: dev-\nresources: [a.yaml]\nimages: [{name: api, newTag: '2'}]\ncommonLabels: {app: x}\n",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  template:\n    spec:\n      containers:\n      - image: api:1\n        args: [a, 'b c', \"\"]\n        env: []\n",
        ), @r#"
        apiVersion: apps/v1 # a.yaml:1
        kind: Deployment # a.yaml:2
        metadata:
          labels:
            app: x # kustomization.yaml:4 (commonLabels)
          name: dev-api # kustomization.yaml:1 + a.yaml:3 (namePrefix)
        spec:
          selector:
            matchLabels:
              app: x # kustomization.yaml:4 (commonLabels)
          template:
            metadata:
              labels:
                app: x # kustomization.yaml:4 (commonLabels)
            spec:
              containers:
              - args:
                - a # a.yaml:9
                - b c # a.yaml:9
                - "" # a.yaml:9
                env: []
                image: api:2 # a.yaml:8 + kustomization.yaml:3 (images)
        "#);
    }

    #[test]
    fn text_of_several_lines() {
        let long = "word ".repeat(30);
        assert_snapshot!(check(
            "resources: [a.yaml]\n",
            &format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  block: |\n    a # no comment\n\n    b\n  kept: |+\n    a\n\n  plain: {long}x\n  quoted: '# {long}: x'\n"),
        ), @"
        apiVersion: v1 # a.yaml:1
        data:
          block: | # a.yaml:5
            a # no comment

            b
          kept: |+ # a.yaml:9
            a

          plain: word word word word word word word word word word word word word word word
            word word word word word word word word word word word word word word word x # a.yaml:12
          quoted: '# word word word word word word word word word word word word word word
            word word word word word word word word word word word word word word word word
            : x' # a.yaml:13
        kind: ConfigMap # a.yaml:2
        metadata:
          name: a # a.yaml:3
        ");
    }

    #[test]
    fn what_a_patch_brings() {
        assert_snapshot!(check(
            "resources: [a.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - op: add\n      path: /data/new\n      value: {a: [1]}\n    - op: remove\n      path: /data/b\n",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: '1', b: '2'}\n",
        ), @r#"
        apiVersion: v1 # a.yaml:1
        data:
          a: "1" # a.yaml:4
          new:
            a:
            - 1 # kustomization.yaml:7 (patches)
        kind: ConfigMap # a.yaml:2
        metadata:
          name: a # a.yaml:3
        "#);
    }

    #[test]
    fn a_name_of_a_file_cannot_end_the_comment() {
        let files = Memory::from_iter([
            ("kustomization.yaml", "resources: [\"a\\nb: c.yaml\"]\n"),
            (
                "a\nb: c.yaml",
                "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n",
            ),
        ]);
        let objects = kustomize::build(&files, Utf8Path::new(""), Options::default()).unwrap();
        let text = annotated(&objects).unwrap();
        assert_eq!(uncommented(&text), print(&objects).unwrap());
    }
}
