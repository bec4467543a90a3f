//! The template of a generator over that of its ApplicationSet.

use std::sync::Arc;

use manifest::{Entry, Map, Node, Step, Was};

use crate::shape::{Shape, is_empty};

/// A generator's own template, with what it leaves empty filled in from the ApplicationSet's.
pub(super) fn fill(own: Option<Node>, base: Option<Node>, shape: &Shape) -> Option<Node> {
    let (Some(own), Some(base)) = (&own, &base) else {
        return own.or(base);
    };
    Some(over(own, base, shape))
}

fn over(own: &Node, base: &Node, shape: &Shape) -> Node {
    let merges = matches!(shape, Shape::Struct(_) | Shape::Texts | Shape::Flags);
    if !merges || !own.view().is_map() || !base.view().is_map() {
        return match is_empty(own.view()) && !is_empty(base.view()) {
            true => base.clone(),
            false => own.clone(),
        };
    }
    let mut entries = Vec::new();
    for entry in base.view().entries() {
        let key = entry.key.text();
        let of = shape.under(key).unwrap_or(&Shape::Any);
        let Some(mine) = own.view().entry(key) else {
            entries.push(Entry {
                key: entry.key.to_node(),
                value: entry.value.to_node(),
                was: entry.was.cloned(),
            });
            continue;
        };
        let value = over(&mine.value.to_node(), &entry.value.to_node(), of);
        let is_own = !is_empty(mine.value) && !mine.value.is_map();
        entries.push(Entry {
            key: if is_own { mine.key } else { entry.key }.to_node(),
            was: is_own.then(|| {
                Arc::new(Was {
                    node: entry.value.to_node(),
                    step: Step {
                        name: "template",
                        by: mine.key.origin(),
                    },
                    prev: entry.was.cloned(),
                })
            }),
            value,
        });
    }
    for mine in own.view().entries() {
        if base.view().get(mine.key.text()).is_none() {
            entries.push(Entry {
                key: mine.key.to_node(),
                value: mine.value.to_node(),
                was: mine.was.cloned(),
            });
        }
    }
    let place = base.view().origin();
    Node::Map(Arc::new(Map { place, entries }))
}

#[cfg(test)]
mod tests {
    use manifest::{Dialect, Source, print};
    use spanned_yaml::Tree;

    use super::*;
    use crate::shape::{Reader, TEMPLATE};

    fn read(text: &str) -> Option<Node> {
        let source = Source::file("a.yaml", Tree::parse(text));
        let document = source.documents().documents.remove(0);
        Reader::new(Dialect::Kubectl).read(document.view(), &TEMPLATE, "template")
    }

    #[test]
    fn only_what_is_empty_is_filled() {
        let own = read(
            "metadata: {name: own, labels: {a: x, b: ''}}\nspec: {source: {path: p}, syncPolicy: {syncOptions: [A]}}",
        );
        let base = read(
            "metadata: {name: base, labels: {a: y, b: z, c: w}}\nspec: {project: p, source: {path: q, repoURL: r}, syncPolicy: {syncOptions: [B], automated: {prune: true}}}",
        );
        let filled = fill(own, base, &TEMPLATE).unwrap();
        insta::assert_snapshot!(print(filled.view()).unwrap(), @r"
        metadata:
          labels:
            a: x
            b: z
            c: w
          name: own
        spec:
          project: p
          source:
            path: p
            repoURL: r
          syncPolicy:
            automated:
              prune: true
            syncOptions:
            - A
        ");
    }
}
