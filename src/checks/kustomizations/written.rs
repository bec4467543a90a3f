//! What can be told from the text of a kustomization alone.

use std::collections::BTreeMap;

use camino::Utf8Path;
use kustomize::{Kustomization, Reference};
use manifest::{Node, View};

use super::own::{Own, is_raw};
use super::rules::{DUPLICATE_ENTRY, EMPTY_PATCH_TARGET, FLOATING_REMOTE_RESOURCE};
use crate::problem::Problem;
use crate::rule::Rule;

/// Lists in which a duplicate entry is taken twice. In `resources` it is refused.
const LISTS: [&str; 7] = [
    "components",
    "patches",
    "patchesStrategicMerge",
    "patchesJson6902",
    "configurations",
    "transformers",
    "generators",
];

/// Lists whose entries are about what their `name` says.
const NAMED: [&str; 2] = ["images", "replicas"];

/// What is to be said of one kustomization.
pub(super) fn problems(kustomization: &Kustomization, own: &Own) -> Vec<Problem> {
    let documents = kustomization.source().documents().documents;
    let Some(view) = documents.first().map(Node::view) else {
        return Vec::new();
    };
    let mut problems = Vec::new();
    for list in LISTS {
        let entries = items(view, list);
        twice(kustomization.folder(), &entries, list, &mut problems);
    }
    for list in NAMED {
        let entries = items(view, list);
        named_twice(&entries, list, &mut problems);
    }
    for patch in items(view, "patches") {
        problems.extend(empty_target(patch));
    }
    for (text, place) in kustomization.remote() {
        if let Some(message) = floats(text) {
            let problem = Problem::new(&FLOATING_REMOTE_RESOURCE, message).at(place);
            problems.push(match advice(text, kustomization.folder(), own) {
                Some(help) => problem.help(help),
                None => problem,
            });
        }
    }
    problems
}

fn items<'v>(view: View<'v>, list: &str) -> Vec<View<'v>> {
    let list = view.get(list);
    list.into_iter().flat_map(View::items).collect()
}

fn twice(folder: &Utf8Path, entries: &[View<'_>], list: &str, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<u64, Vec<View<'_>>> = BTreeMap::new();
    let path = |entry: View<'_>| match entry.kind() {
        manifest::Kind::Scalar => manifest::normalize(folder, entry.text()),
        _ => None,
    };
    for entry in entries {
        let hash = match path(*entry) {
            Some(path) => hash_of(path.as_str()),
            None => entry.content_hash(),
        };
        let same = |first: &View<'_>| match (path(*first), path(*entry)) {
            (Some(first), Some(entry)) => first == entry,
            _ => first.same_content(*entry),
        };
        let known = seen.entry(hash).or_default();
        match known.iter().find(|first| same(first)) {
            None => known.push(*entry),
            Some(first) => {
                let message = format!("duplicate entry of `{list}`");
                problems.extend(problem(&DUPLICATE_ENTRY, *entry, message, Some(*first)));
            }
        }
    }
}

fn hash_of(text: &str) -> u64 {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

fn named_twice(entries: &[View<'_>], list: &str, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&str, View<'_>> = BTreeMap::new();
    for entry in entries {
        let Some(name) = entry.get("name") else {
            continue;
        };
        // The next entry for the name sees what this one made of it.
        let renames = entry
            .get("newName")
            .is_some_and(|new| new.text() != name.text());
        let first = seen.get(name.text()).copied();
        if let Some(first) = first {
            let text = name.text();
            let message = format!("`{text}` is already in `{list}`; the later entry wins");
            problems.extend(problem(&DUPLICATE_ENTRY, name, message, Some(first)));
        }
        if !renames {
            seen.insert(name.text(), name);
        }
    }
}

/// A target that asks for nothing is one that takes everything.
fn empty_target(patch: View<'_>) -> Option<Problem> {
    let entry = patch.entry("target")?;
    let is_open = |value: View<'_>| matches!(value.text(), "" | ".*") && !value.is_map();
    if !entry.value.is_map() || !entry.value.entries().all(|field| is_open(field.value)) {
        return None;
    }
    let message = "the target is empty, so the patch applies to every object";
    problem(&EMPTY_PATCH_TARGET, entry.key, message.to_owned(), None)
}

/// What to do about an address, where there is more to say than that it is to be pinned.
fn advice(text: &str, folder: &Utf8Path, own: &Own) -> Option<String> {
    if let Some(path) = own.path(text) {
        let lead = "this repository is named by its own address";
        let is_file = matches!(path.extension(), Some("yaml" | "yml" | "json"));
        // kustomize reads no single file from outside of the folder.
        if is_file && !path.starts_with(folder) {
            let parent = relative(folder, path.parent().unwrap_or(Utf8Path::new("")));
            return Some(format!(
                "{lead}: give `{parent}` a kustomization that has the file, and write `{parent}`"
            ));
        }
        let path = relative(folder, &path);
        return Some(format!("{lead}: write `{path}`"));
    }
    let branch = match Reference::of(text) {
        Reference::Branch(name) if is_raw(text) => name,
        _ => return None,
    };
    Some(format!(
        "replace `/{branch}/` by `/<commit>/` in the address; best is a copy in this repository, which can also be checked"
    ))
}

/// How a path of the repository is written in a folder of it.
fn relative(folder: &Utf8Path, path: &Utf8Path) -> String {
    let shared = folder.components().zip(path.components());
    let shared = shared.take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(shared).map(|_| "..");
    let down = path.components().skip(shared).map(|part| part.as_str());
    up.chain(down).collect::<Vec<&str>>().join("/")
}

/// Why what stands in another place may change without a commit here, if it may.
fn floats(text: &str) -> Option<String> {
    match Reference::of(text) {
        Reference::None => Some(format!(
            "`{text}` follows the other repository's default branch"
        )),
        Reference::Branch(name) => Some(format!("`{text}` follows `{name}`, which can change")),
        Reference::Tag(_) | Reference::Commit(_) | Reference::Unknown => None,
    }
}

fn problem(
    rule: &'static Rule,
    at: View<'_>,
    message: String,
    first: Option<View<'_>>,
) -> Option<Problem> {
    let problem = Problem::new(rule, message).at(at.origin()?.locate());
    Some(match first.and_then(View::origin) {
        Some(first) => problem.related("the first one", first.locate()),
        None => problem,
    })
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::checks::kustomizations::tests::check;

    /// What is told of the fields of one kustomization.
    fn told(fields: &str) -> String {
        let object = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '1'}}";
        check(&[
            ("a.yaml", object),
            ("b.yaml", "- {op: add, path: /data/z, value: z}"),
            (
                "kustomization.yaml",
                &format!("resources: [a.yaml]\n{fields}"),
            ),
        ])
    }

    #[test]
    fn entries_that_stand_twice() {
        let patch = "{path: b.yaml, target: {kind: ConfigMap}}";
        assert_snapshot!(told(&format!("patches: [{patch}, {patch}]")), @r"
        kustomization.yaml:2:54 duplicate-entry: duplicate entry of `patches`
        kustomization.yaml:2:54 redundant-patch: the patch changes nothing: every object already has what it sets
        ");
        let other = "{path: b.yaml, target: {kind: ConfigMap, name: a}}";
        assert_snapshot!(told(&format!("patches: [{patch}, {other}]")), @"kustomization.yaml:2:54 redundant-patch: the patch changes nothing: every object already has what it sets");
        assert_snapshot!(
            told("replicas: [{name: a, count: 1}, {name: b, count: 1}]\nimages: [{name: x, newName: y}, {name: x, newTag: '2'}]"),
            @""
        );
        assert_snapshot!(told("images: [{name: x, newTag: '1'}, {name: x, newTag: '2'}]"), @r#"
        kustomization.yaml:2:17 unmatched-image: no container uses an image `x`
        kustomization.yaml:2:41 duplicate-entry: `x` is already in `images`; the later entry wins
        kustomization.yaml:2:41 unmatched-image: no container uses an image `x`
        "#);
    }

    #[test]
    fn targets_without_conditions() {
        let patch = |target| format!("patches: [{{path: b.yaml, target: {target}}}]");
        assert_snapshot!(told(&patch("{}")), @"kustomization.yaml:2:26 empty-patch-target: the target is empty, so the patch applies to every object");
        assert_snapshot!(told(&patch("{group: '', kind: .*}")), @"kustomization.yaml:2:26 empty-patch-target: the target is empty, so the patch applies to every object");
        assert_snapshot!(told(&patch("{labelSelector: a=b}")), @"kustomization.yaml:2:26 unmatched-patch: the patch matches no object, so it changes nothing");
    }

    #[test]
    fn remote_resources_at_versions_that_move() {
        assert_snapshot!(told("components: [github.com/acme/part?ref=v1.0.0, github.com/acme/part]"), @"kustomization.yaml:2:47 floating-remote-resource: `github.com/acme/part` follows the other repository's default branch");
    }

    #[test]
    fn addresses_of_single_files_and_of_the_repository_itself() {
        let raw = |path: &str| {
            told(&format!(
                "components: [https://raw.githubusercontent.com/acme/{path}]"
            ))
        };
        assert_snapshot!(raw("part/master/a.yaml"), @"kustomization.yaml:2:14 floating-remote-resource: `https://raw.githubusercontent.com/acme/part/master/a.yaml` follows `master`, which can change (replace `/master/` by `/<commit>/` in the address; best is a copy in this repository, which can also be checked)");
        assert_snapshot!(raw("own/master/web/a.yaml"), @"kustomization.yaml:2:14 floating-remote-resource: `https://raw.githubusercontent.com/acme/own/master/web/a.yaml` follows `master`, which can change (this repository is named by its own address: write `web/a.yaml`)");
        assert_snapshot!(told("components: ['https://github.com/acme/own//web/base']"), @"kustomization.yaml:2:14 floating-remote-resource: `https://github.com/acme/own//web/base` follows the other repository's default branch (this repository is named by its own address: write `web/base`)");
        let elsewhere = super::advice(
            "https://raw.githubusercontent.com/acme/own/main/web/base/a.yaml",
            "web/overlays/dev".into(),
            &super::Own::of(&["git@github.com:acme/own.git".to_owned()], &[]),
        );
        assert_snapshot!(elsewhere.unwrap(), @"this repository is named by its own address: give `../../base` a kustomization that has the file, and write `../../base`");
        assert_eq!(
            super::relative("a/b/c".into(), "a/d/e.yaml".into()),
            "../../d/e.yaml"
        );
    }
}
