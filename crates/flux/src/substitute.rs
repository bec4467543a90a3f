//! Variables in objects.

use std::collections::{BTreeMap, BTreeSet};

use manifest::{Fault, FaultKind, Node, Part, Source, Src, Step, View, print};
use spanned_yaml::{Kind, Span, Style, Tree};

use crate::envsubst::{Lookup, Piece, expand};

/// The label or annotation by which an object stays as it is.
const SWITCH: &str = "kustomize.toolkit.fluxcd.io/substitute";

/// The variables of a Kustomization.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    values: BTreeMap<Box<str>, (Box<str>, Node)>,
    /// Those that are set to something that is not known.
    hidden: BTreeSet<Box<str>>,
    /// Those that others may set, too.
    possible: BTreeSet<Box<str>>,
    /// Whether others may be set by what is not known.
    is_open: bool,
}

impl Variables {
    /// Sets a variable, in the place of any of its name. The value is told at its node. Flux
    /// takes line breaks out of values.
    pub fn set(&mut self, name: &str, value: &Node) {
        let text = value.view().text().replace('\n', "");
        self.hidden.remove(name);
        self.values
            .insert(name.into(), (text.into(), value.clone()));
    }

    /// Sets a variable to a value that is not known, such as an encrypted one: it is left as it is
    /// written.
    pub fn hide(&mut self, name: &str) {
        self.values.remove(name);
        self.hidden.insert(name.into());
    }

    /// Notes that a variable may be set by what is not known: without a value it is left as it is
    /// written.
    pub fn may_be_set(&mut self, name: &str) {
        self.possible.insert(name.into());
    }

    /// Notes that a source of variables is not known: variables without a value are then left
    /// as they are.
    pub fn leave_open(&mut self) {
        self.is_open = true;
    }

    /// Whether there is no variable, so that Flux replaces nothing.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.hidden.is_empty()
    }

    fn lookup(&self, name: &str) -> Lookup<'_> {
        match self.values.get(name) {
            Some((text, _)) => Lookup::Value(text),
            None if self.is_open => Lookup::Unknown,
            None if self.hidden.contains(name) || self.possible.contains(name) => Lookup::Unknown,
            None => Lookup::Unset,
        }
    }
}

/// Variables of one text that Flux replaces by nothing.
#[derive(Clone, Debug)]
pub struct Unset {
    /// Their names, each once, in the order of the text.
    pub names: Vec<String>,
    /// The scalar of a file that the first one is written in.
    pub at: Src,
    /// The bytes of its content that name the first one.
    pub span: Span,
}

/// Whether an object says that it stays as it is.
pub(crate) fn is_disabled(object: View<'_>) -> bool {
    ["labels", "annotations"].iter().any(|field| {
        let switch = object.get_path(&["metadata", field, SWITCH]);
        switch.is_some_and(|value| value.text() == "disabled")
    })
}

/// A value with all variables in it replaced; the value itself where it holds none.
pub(crate) fn in_node(node: &Node, variables: &Variables) -> Result<Node, Vec<Fault>> {
    let mut node = node.clone();
    let mut faults = Vec::new();
    replace(&mut node, variables, &mut faults);
    match faults.is_empty() {
        true => Ok(node),
        false => Err(faults),
    }
}

/// Whether a line of a script or a file of settings is a comment: it matters to nobody what is lost
/// there. What a text begins with is more likely a colour or a channel.
fn is_in_comment(text: &str, span: Span) -> bool {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    text.contains('\n') && line.trim_start().starts_with('#')
}

/// The variables in a value that have neither a value nor a default.
pub(crate) fn unset(view: View<'_>, variables: &Variables, found: &mut Vec<Unset>) {
    if !has_marks(view) {
        return;
    }
    for entry in view.entries() {
        unset(entry.value, variables, found);
    }
    view.items().for_each(|item| unset(item, variables, found));
    if view.is_map() || view.is_seq() {
        return;
    }
    let lookup = |name: &str| variables.lookup(name);
    let pieces = expand(view.text(), &lookup).unwrap_or_default();
    let mut names = Vec::new();
    let mut first = None;
    for piece in pieces {
        if let Piece::Variable {
            name,
            is_whole: true,
            span,
            ..
        } = piece
            && lookup(&name) == Lookup::Unset
            && !names.contains(&name)
            && !is_in_comment(view.text(), span)
        {
            first = first.or_else(|| origin_of(view, span));
            names.push(name);
        }
    }
    found.extend(first.map(|(at, span)| Unset { names, at, span }));
}

/// Whether a value may hold variables.
fn has_marks(view: View<'_>) -> bool {
    match view.kind() {
        Kind::Map => view
            .entries()
            .any(|entry| has_marks(entry.key) || has_marks(entry.value)),
        Kind::Seq => view.items().any(has_marks),
        _ => view.text().contains('$'),
    }
}

/// Replaces the variables in a collection, which stays its source's where it holds none.
fn replace(node: &mut Node, variables: &Variables, faults: &mut Vec<Fault>) {
    if !has_marks(node.view()) {
        return;
    }
    if let Some(map) = node.map_mut() {
        let kept = map.entries.iter_mut();
        for entry in kept.filter(|entry| !entry.value.is_gone()) {
            if let Some(key) = scalar(entry.key.view(), variables, faults) {
                entry.key = key;
            }
            match scalar(entry.value.view(), variables, faults) {
                Some(value) => {
                    let step = step(&entry.value);
                    entry.set(value, step);
                }
                None => replace(&mut entry.value, variables, faults),
            }
        }
    } else if let Some(seq) = node.seq_mut() {
        for item in seq.items.iter_mut().filter(|item| !item.value.is_gone()) {
            match scalar(item.value.view(), variables, faults) {
                Some(value) => {
                    let step = step(&item.value);
                    item.set(value, step);
                }
                None => replace(&mut item.value, variables, faults),
            }
        }
    }
}

/// What replaces the variables of a value.
fn step(value: &Node) -> Step {
    Step {
        name: "postBuild",
        by: value.view().origin(),
    }
}

fn scalar(view: View<'_>, variables: &Variables, faults: &mut Vec<Fault>) -> Option<Node> {
    let text = view.text();
    if view.is_map() || view.is_seq() || !text.contains('$') {
        return None;
    }
    let pieces = match expand(text, &|name| variables.lookup(name)) {
        Ok(pieces) => pieces,
        Err(bad) => {
            let message = format!("Flux cannot replace this variable: {}", bad.what);
            let fault =
                Fault::new(FaultKind::Field, message).help("write `$${` for a literal `${`");
            faults.push(match view.origin() {
                Some(place) => fault.at(&place),
                None => fault,
            });
            return None;
        }
    };
    if let [Piece::Text(all)] = pieces[..]
        && all.len() as usize == text.len()
    {
        return None;
    }
    let style = match is_plain(view) {
        true => Style::Plain,
        false => Style::DoubleQuoted,
    };
    // One variable that stands for a list or a mapping.
    if let (
        [
            Piece::Variable {
                name,
                is_whole: true,
                ..
            },
        ],
        Style::Plain,
    ) = (&pieces[..], style)
        && let Some((_, value)) = variables.values.get(name.as_str())
        && let Some(node) = collection(value.view())
    {
        return Some(node);
    }
    Some(put_together(view, &pieces, variables, style))
}

fn put_together(view: View<'_>, pieces: &[Piece], variables: &Variables, style: Style) -> Node {
    let text = view.text();
    let mut made = String::new();
    let mut parts: Vec<Part> = Vec::new();
    let mut by = None;
    for piece in pieces {
        let start = made.len() as u32;
        match piece {
            Piece::Text(span) => {
                made.push_str(&text[span.range()]);
                let end = made.len() as u32;
                let from = origin_of(view, *span);
                parts.extend(from.map(|(from, of)| Part {
                    span: Span::new(start, end),
                    from,
                    of,
                }));
            }
            Piece::Variable {
                name,
                text,
                is_whole,
                ..
            } => {
                made.push_str(text);
                let value = variables.values.get(name.as_str()).map(|(_, node)| node);
                let origin = value.and_then(|node| node.view().origin());
                by = by.or_else(|| origin.clone());
                let all = origin.as_ref().map_or("", |origin| origin.text());
                if let Some(from) = origin.clone().filter(|_| *is_whole && all == text) {
                    parts.push(Part {
                        span: Span::new(start, made.len() as u32),
                        from,
                        of: Span::new(0, text.len() as u32),
                    });
                }
            }
        }
    }
    let step = Step {
        name: "postBuild",
        by: by.or_else(|| view.origin()),
    };
    match unquoted(&made).filter(|_| style == Style::Plain) {
        Some((content, style)) => Node::made(content, style, Vec::new(), step),
        None => Node::made(made, style, parts, step),
    }
}

/// The content of a text that is a scalar in quotes, as the default in `${x:='1Gi'}` is.
fn unquoted(text: &str) -> Option<(String, Style)> {
    if !text.starts_with(['"', '\'']) {
        return None;
    }
    let tree = Tree::parse(text);
    let root = tree.documents().next()?;
    let is_scalar = tree.errors().is_empty() && tree.span(root).len() as usize == text.len();
    is_scalar.then(|| (tree.scalar(root).to_owned(), tree.style(root)))
}

/// Where a part of a scalar came from, if it came from one place.
fn origin_of(view: View<'_>, of: Span) -> Option<(Src, Span)> {
    if let View::Made(made) = view {
        let part = made.parts.iter().find(|part| {
            part.span.start <= of.start
                && of.end <= part.span.end
                && part.span.len() == part.of.len()
        })?;
        let start = part.of.start + (of.start - part.span.start);
        return Some((part.from.clone(), Span::new(start, start + of.len())));
    }
    view.origin().map(|from| (from, of))
}

/// Whether kustomize prints a scalar without quotes, so that it is read anew after variables
/// were replaced in it.
fn is_plain(view: View<'_>) -> bool {
    print(view).is_ok_and(|text| !text.starts_with(['"', '\'', '|', '>', '!']))
}

/// The list or mapping that a variable's value is, read as YAML.
fn collection(value: View<'_>) -> Option<Node> {
    if !value.text().starts_with(['[', '{']) {
        return None;
    }
    let source = Source::embedded(value.origin()?);
    if !source.tree.errors().is_empty() {
        return None;
    }
    let documents = source.documents().documents;
    let node = documents.into_iter().next()?;
    (node.view().is_map() || node.view().is_seq()).then_some(node)
}

#[cfg(test)]
mod tests {
    use spanned_yaml::Tree;

    use super::*;

    fn document(file: &str, text: &str) -> Node {
        let source = Source::file(file, Tree::parse(text));
        source.documents().documents.remove(0)
    }

    fn variables(text: &str) -> Variables {
        let node = document("vars.yaml", text);
        let mut variables = Variables::default();
        for entry in node.view().entries() {
            variables.set(entry.key.text(), &entry.value.to_node());
        }
        variables
    }

    fn check(object: &str, values: &str) -> String {
        match in_node(&document("a.yaml", object), &variables(values)) {
            Ok(node) => print(node.view()).unwrap(),
            Err(faults) => faults
                .iter()
                .map(|fault| {
                    let line = fault.at.as_ref().unwrap().start().line;
                    format!("{line}: {}\n", fault.message)
                })
                .collect(),
        }
    }

    #[test]
    fn values_are_read_anew() {
        let object = "replicas: ${n}\nquoted: \"${n}\"\nhost: api.${d}\nmissing: ${x}\ntext: |\n  a ${n}\n  b\n${k}: v\nlist: ${l}\nkept: $${n}\nmemory: ${x:='1Gi'}\nport: ${x:=\"80\"}\n";
        insta::assert_snapshot!(check(object, "n: 3\nd: example.org\nk: key\nl: '[1, two]'\n"), @r#"
        host: api.example.org
        kept: ${n}
        key: v
        list:
        - 1
        - two
        memory: 1Gi
        missing: null
        port: "80"
        quoted: 3
        replicas: 3
        text: |
          a 3
          b
        "#);
    }

    #[test]
    fn what_flux_refuses() {
        let told = check("a: 1\nb: ${arr[@]}\n", "n: 1");
        assert_eq!(
            told,
            "2: Flux cannot replace this variable: the closing brace is missing\n"
        );
    }

    #[test]
    fn a_value_knows_where_it_came_from() {
        let node = in_node(
            &document("a.yaml", "host: api.${d}\n"),
            &variables("d: example.org"),
        );
        let node = node.unwrap();
        let View::Made(made) = node.view().get("host").unwrap() else {
            panic!("nothing was replaced");
        };
        let told: Vec<String> = made
            .parts
            .iter()
            .map(|part| {
                format!(
                    "{}:{}",
                    part.from.source.path(),
                    &made.text[part.span.range()]
                )
            })
            .collect();
        assert_eq!(told, ["a.yaml:api.", "vars.yaml:example.org"]);
    }

    #[test]
    fn without_all_sources_nothing_is_emptied() {
        let mut open = variables("n: 1");
        open.leave_open();
        let node = in_node(&document("a.yaml", "a: ${n} ${x}\n"), &open).unwrap();
        assert_eq!(print(node.view()).unwrap(), "a: 1 ${x}\n");
    }
}
